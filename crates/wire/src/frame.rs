//! What a decoder hands out.

/// The values of one frame, one per channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Values<'a> {
    /// Raw integer counts of a binary format.
    Counts(&'a [i32]),
    /// Numbers of a text format, as they were printed.
    Numbers(&'a [f64]),
}

impl Values<'_> {
    /// How many channels.
    pub const fn len(&self) -> usize {
        match self {
            Self::Counts(counts) => counts.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// Whether there is no channel.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// All channels at one instant, as the device sent them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame<'a> {
    /// One value per channel. Where the channel count is part of the stream (`cobs`, learned text), it may change.
    pub values: Values<'a>,
    /// Lead-off bits, accelerometer, digital inputs: whatever the layout calls `aux`.
    pub aux: &'a [i32],
    /// The device's own counter, as sent.
    pub counter: Option<u32>,
    /// The device's clock in µs, wrapping at 2³².
    pub device_us: Option<u32>,
    /// Frames missing just before this one, by the counter. 0 without a counter.
    pub lost_before: u32,
    /// The counter may have wrapped unseen, so `lost_before` may be short by a multiple of the modulus.
    pub ambiguous: bool,
    /// The counter went back: the device started again and the missing time is unknown.
    pub restarted: bool,
    /// Bytes pushed up to and with the end of this frame.
    pub end: u64,
}

/// What else was in the bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The first frame follows; for text, the line whose labels (if any) name the channels.
    Locked {
        /// The learned line of a text format, empty for binary ones. See [`crate::number::labels`].
        line: &'a [u8],
    },
    /// Bytes were thrown away before the frame that follows.
    Resync {
        /// How many.
        skipped: u32,
    },
    /// Text or a message frame of the device: a banner, a comment, an escape sequence's payload, a hello.
    Message(&'a [u8]),
    /// Something shaped like a frame or a line was refused.
    Rejected(Reject),
}

/// Why a frame or a line was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reject {
    /// The checksum does not fit.
    Checksum,
    /// A fixed byte (trailer, kind) does not fit.
    Trailer,
    /// A value lies outside the range the layout gives.
    Range,
    /// A payload of a length no channel count explains.
    Length,
    /// A text line with another number of fields.
    Fields,
    /// A field that is not a number.
    Number,
    /// A line or block without an end.
    Overlong,
    /// A frame cut short by the start of the next.
    Cut,
}

/// Receives what a [`crate::Decoder`] finds, in stream order.
pub trait Sink {
    /// One frame.
    fn frame(&mut self, frame: &Frame<'_>);
    /// Anything else. Ignored by default.
    fn event(&mut self, event: &Event<'_>) {
        let _ = event;
    }
}

/// Counts since the last reset.
///
/// After every push `frame_bytes + idle_bytes + skipped_bytes` is `bytes` minus what still waits in the decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Bytes pushed.
    pub bytes: u64,
    /// Frames handed out.
    pub frames: u64,
    /// Bytes of those frames.
    pub frame_bytes: u64,
    /// Bytes of messages, comments, line ends and empty blocks.
    pub idle_bytes: u64,
    /// Bytes that were no use.
    pub skipped_bytes: u64,
    /// Frames whose checksum was wrong.
    pub bad_checksum: u64,
    /// Frames or lines refused for another reason.
    pub rejected: u64,
    /// Times frames came again after skipped bytes.
    pub resyncs: u64,
    /// Frames missing by the counter.
    pub lost: u64,
    /// Losses whose number is uncertain.
    pub ambiguous: u64,
    /// Times the counter went back.
    pub restarts: u64,
    /// Messages.
    pub messages: u64,
}
