//! The shape of a device's stream: all that decoder and encoder need, plain data without text, `const` where wanted.

mod text;

use crate::checksum::Checksum;
use crate::error::LayoutError;
use crate::field::Field;

pub use text::{Column, Labels, LineKind, MAX_KINDS, NumberStyle, Terminator, TextSpec};

/// Most channels of a frame.
pub const MAX_CHANNELS: usize = 32;
/// Most auxiliary values of a frame.
pub const MAX_AUX: usize = 8;
/// Longest frame, message or encoded block in bytes.
pub const MAX_FRAME: usize = 512;
/// Longest line of a text format in bytes.
pub const MAX_LINE: u16 = 256;
/// Most fixed bytes of a frame.
pub const MAX_CHECKS: usize = 8;
/// Most frames that must follow each other before a weak framing is trusted.
pub const MAX_CONFIRM: u8 = 3;

/// How frames are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// One line of numbers per frame.
    Text(TextSpec),
    /// Frames of one length, found by fixed bytes, counter and checksum.
    Fixed,
    /// The first byte of a frame has bit 7 set, all others clear; 7 bits of value per byte.
    MsbFlag(MsbFlagSpec),
    /// Consistent overhead byte stuffing, blocks end with 00.
    Cobs,
    /// SLIP (RFC 1055), blocks end with C0.
    Slip,
    /// The Cyton's frames, an odd one (channels 1–8) and the even one after it (9–16) make one sample.
    CytonDaisy,
}

/// An in-band message of a flag-bit format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Escape {
    /// Bytes that start a message.
    pub start: [u8; 8],
    /// How many of them.
    pub start_len: u8,
    /// Bytes that end it.
    pub end: [u8; 8],
    /// How many of them.
    pub end_len: u8,
    /// Longest message in bytes.
    pub max: u16,
}

impl Escape {
    /// The start sequence; empty if the format has no messages.
    pub fn start(&self) -> &[u8] {
        self.start.get(..usize::from(self.start_len)).unwrap_or_default()
    }

    /// The end sequence.
    pub fn end(&self) -> &[u8] {
        self.end.get(..usize::from(self.end_len)).unwrap_or_default()
    }
}

/// A flag-bit format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MsbFlagSpec {
    /// Bytes of one channel, 7 bits each, most significant first.
    pub bytes_per_channel: u8,
    /// In-band messages.
    pub escape: Escape,
}

/// A byte that must have a fixed value under a mask. Sync bytes, trailers and kind bytes are all of this form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Check {
    /// Position; negative counts from the end.
    pub at: i16,
    /// Bits that count.
    pub mask: u8,
    /// Their value.
    pub value: u8,
}

/// A frame counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    /// Where it stands.
    pub field: Field,
    /// It runs from 0 to `modulus` - 1.
    pub modulus: u64,
    /// It grows by this much per frame.
    pub step: u32,
}

/// The device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Where it stands.
    pub field: Field,
    /// µs per tick.
    pub tick_us: u32,
}

/// Where everything lies in a binary frame (or in the payload of a COBS or SLIP block).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Fixed bytes; the first one is what the search looks for.
    pub checks: [Check; MAX_CHECKS],
    /// How many.
    pub check_count: u8,
    /// The frame counter.
    pub counter: Option<Counter>,
    /// The checksum.
    pub checksum: Option<Checksum>,
    /// The device's clock.
    pub clock: Option<Clock>,
    /// The channels' values.
    pub channels: [Field; MAX_CHANNELS],
    /// Lead-off bits, accelerometer and the like.
    pub aux: [Field; MAX_AUX],
    /// How many auxiliary values.
    pub aux_count: u8,
    /// Smallest and largest count of any channel; a frame outside is refused.
    pub range: Option<(i32, i32)>,
    /// In a COBS or SLIP payload: a good checksum with this value in byte 0 is a message, not a frame.
    pub message_kind: Option<u8>,
}

impl Record {
    /// Nothing yet.
    pub const EMPTY: Self = Self {
        checks: [Check { at: 0, mask: 0, value: 0 }; MAX_CHECKS],
        check_count: 0,
        counter: None,
        checksum: None,
        clock: None,
        channels: [Field::NONE; MAX_CHANNELS],
        aux: [Field::NONE; MAX_AUX],
        aux_count: 0,
        range: None,
        message_kind: None,
    };

    /// The fixed bytes.
    #[inline]
    pub fn checks(&self) -> &[Check] {
        self.checks.get(..usize::from(self.check_count)).unwrap_or_default()
    }
}

/// A device's stream format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// How frames are told apart.
    pub framing: Framing,
    /// Where everything lies.
    pub record: Record,
    /// Channels in use.
    pub channels: u8,
    /// Frame length for 1, 2, … channels; 0 where there is none. For `CytonDaisy` that of one packet.
    pub lengths: [u16; MAX_CHANNELS],
    /// Frames that must follow each other in sequence before they are believed; 1 where a checksum vouches for each.
    pub confirm: u8,
}

impl Layout {
    /// Most channels the format describes.
    pub fn max_channels(&self) -> usize {
        match self.framing {
            Framing::Text(_) => MAX_CHANNELS,
            Framing::CytonDaisy => 16,
            _ => self.lengths.iter().rposition(|&length| length > 0).map_or(0, |last| last.saturating_add(1)),
        }
    }

    /// Frame length in bytes for `channels` channels, 0 if there is no such frame.
    pub fn length_of(&self, channels: usize) -> usize {
        channels.checked_sub(1).and_then(|i| self.lengths.get(i)).map_or(0, |&length| usize::from(length))
    }

    /// Frame (or packet, or payload) length in bytes; 0 for text.
    pub fn length(&self) -> usize {
        self.length_of(usize::from(self.channels))
    }

    /// The same format with another number of channels; for text, 0 means to learn it.
    ///
    /// # Errors
    /// [`LayoutError::Channels`] if the format has no such frame.
    pub fn with_channels(mut self, channels: usize) -> Result<Self, LayoutError> {
        self.set_channels(channels)?;
        Ok(self)
    }

    /// As [`Layout::with_channels`], in place.
    ///
    /// # Errors
    /// [`LayoutError::Channels`] if the format has no such frame; nothing has changed then.
    pub fn set_channels(&mut self, channels: usize) -> Result<(), LayoutError> {
        if !self.has_frame_of(channels) {
            return Err(LayoutError::Channels { given: channels, max: self.max_channels() });
        }
        let fields = self.text_fields(channels);
        if let (Framing::Text(text), Some(fields)) = (&mut self.framing, fields) {
            text.fields = fields as u8;
        }
        self.channels = channels as u8;
        Ok(())
    }

    /// Whether the format has a frame of so many channels; for text, 0 means to learn how many.
    pub fn has_frame_of(&self, channels: usize) -> bool {
        match self.framing {
            Framing::Text(_) => self.text_fields(channels).is_some(),
            Framing::CytonDaisy => channels == 16,
            _ => self.length_of(channels) > 0,
        }
    }

    /// Fields of a line with so many channels.
    fn text_fields(&self, channels: usize) -> Option<usize> {
        let Framing::Text(text) = &self.framing else { return None };
        let extra = text.columns.iter().filter(|column| **column != Column::Value).count();
        let fields = if channels == 0 { 0 } else { channels.saturating_add(extra) };
        (fields <= MAX_CHANNELS).then_some(fields)
    }

    /// The channels' fields.
    #[inline]
    pub fn fields(&self) -> &[Field] {
        self.record.channels.get(..usize::from(self.channels)).unwrap_or_default()
    }

    /// Bits that tell a frame from noise, counter included.
    pub fn framing_bits(&self) -> u32 {
        let checks: u32 = self.record.checks().iter().map(|check| check.mask.count_ones()).sum();
        let counter = self.record.counter.map_or(0, |counter| counter.modulus.max(1).ilog2());
        checks.saturating_add(counter).saturating_add(self.record.checksum.map_or(0, |sum| sum.kind.bits()))
    }
}
