//! Bytes to frames. A decision about a byte depends only on a bounded number of bytes after it, and is made as soon as
//! those are there; so any split of the stream gives the same frames.

#[cfg(feature = "framings")]
mod aligned;
mod delimited;
mod emit;
#[cfg(feature = "framings")]
mod flagged;
#[cfg(feature = "framings")]
mod line;
#[cfg(feature = "framings")]
mod parse;
#[cfg(feature = "std")]
mod worded;

use crate::error::LayoutError;
use crate::frame::{Sink, Stats};
use crate::layout::{Framing, Layout};

#[cfg(feature = "framings")]
use aligned::Aligned;
use delimited::Delimited;
use emit::{Context, Tally};
#[cfg(feature = "framings")]
use flagged::Flagged;
#[cfg(feature = "framings")]
use line::Lines;

/// Bytes the decoder holds: four of the longest frames, so that a search can look ahead.
const WINDOW: usize = 2048;

#[derive(Debug, Clone)]
enum Machine {
    #[cfg(feature = "framings")]
    Aligned(Aligned),
    Delimited(Delimited),
    #[cfg(feature = "framings")]
    Flagged(Flagged),
    #[cfg(feature = "framings")]
    Lines(Lines),
}

impl Machine {
    /// For a layout that was accepted.
    fn new(layout: &Layout) -> Self {
        match layout.framing {
            #[cfg(feature = "framings")]
            Framing::Text(_) => Self::Lines(Lines::new(layout)),
            #[cfg(feature = "framings")]
            Framing::Fixed | Framing::CytonDaisy => Self::Aligned(Aligned::new(layout)),
            #[cfg(feature = "framings")]
            Framing::MsbFlag(_) => Self::Flagged(Flagged::default()),
            _ => Self::Delimited(Delimited::new(layout)),
        }
    }
}

/// Whether this build can decode the format.
fn accept(layout: &Layout) -> Result<(), LayoutError> {
    layout.validate()?;
    let is_delimited = matches!(layout.framing, Framing::Cobs | Framing::Slip);
    let has_words = matches!(&layout.framing, Framing::Text(spec) if spec.has_words());
    if (is_delimited || cfg!(feature = "framings")) && (!has_words || cfg!(feature = "std")) {
        Ok(())
    } else {
        Err(LayoutError::LeftOut)
    }
}

/// Turns the bytes of one device into frames.
///
/// Holds about 3 KiB, never allocates and never panics. Frames go to a [`Sink`] in stream order, each with the number of
/// frames that are missing before it. Weak framings (one sync byte, no checksum) are believed once `confirm` frames follow
/// each other in sequence; those frames are delivered too. After damage the search starts at the next byte, not the next
/// frame, so that no intact frame is lost to its neighbour.
///
/// ```
/// use tonus_wire::{Decoder, Frame, Sink, Values, builtin};
///
/// struct Print;
/// impl Sink for Print {
///     fn frame(&mut self, frame: &Frame<'_>) {
///         assert_eq!(frame.values, Values::Counts(&[100, -100]));
///         assert_eq!((frame.counter, frame.device_us), (Some(42), Some(1_000_000)));
///     }
/// }
/// let bytes = [3, 1, 0x2A, 4, 0x40, 0x42, 0x0F, 2, 0x64, 7, 0x9C, 0xFF, 0x92, 0xA3, 0x9B, 0xBD, 0];
/// let mut decoder = Decoder::new(&builtin::TONUS_COBS)?;
/// decoder.push(&bytes, &mut Print);
/// assert_eq!(decoder.stats().frames, 1);
/// # Ok::<(), tonus_wire::LayoutError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decoder {
    layout: Layout,
    machine: Machine,
    tally: Tally,
    window: [u8; WINDOW],
    held: usize,
}

impl Decoder {
    /// A decoder for this format.
    ///
    /// # Errors
    /// What [`Layout::validate`] finds, and [`LayoutError::LeftOut`].
    pub fn new(layout: &Layout) -> Result<Self, LayoutError> {
        accept(layout)?;
        Ok(Self {
            layout: *layout,
            machine: Machine::new(layout),
            tally: Tally::default(),
            window: [0; WINDOW],
            held: 0,
        })
    }

    /// Becomes what [`Decoder::new`] gives, in its own place: for memory too small to hold two.
    ///
    /// # Errors
    /// As [`Decoder::new`]; nothing has changed then.
    #[inline(never)]
    pub fn set_up(&mut self, layout: &Layout) -> Result<(), LayoutError> {
        accept(layout)?;
        self.machine = Machine::new(layout);
        self.layout = *layout;
        self.tally = Tally::default();
        self.held = 0;
        Ok(())
    }

    /// The same format with another number of channels, as new; for text, 0 means to learn it.
    ///
    /// # Errors
    /// [`LayoutError::Channels`] if the format has no such frame; nothing has changed then.
    pub fn set_channels(&mut self, channels: usize) -> Result<(), LayoutError> {
        self.layout.set_channels(channels)?;
        self.reset();
        Ok(())
    }

    /// The format.
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Counts since the last reset.
    pub const fn stats(&self) -> &Stats {
        &self.tally.stats
    }

    /// Bytes that wait for more bytes.
    pub const fn pending(&self) -> usize {
        self.held
    }

    /// Takes bytes and hands what they complete to `sink`.
    pub fn push<S: Sink + ?Sized>(&mut self, bytes: &[u8], sink: &mut S) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = self.window.get_mut(self.held..).unwrap_or_default();
            let taken = room.len().min(rest.len());
            let (now, later) = rest.split_at_checked(taken).unwrap_or((rest, &[]));
            for (slot, byte) in room.iter_mut().zip(now) {
                *slot = *byte;
            }
            rest = later;
            self.held = self.held.saturating_add(taken);
            self.tally.stats.bytes = self.tally.stats.bytes.saturating_add(taken as u64);
            let used = self.scan(false, sink);
            // A machine never waits for more than half the window; should one ever, it loses a byte instead of standing still.
            let used = if used == 0 && self.held == WINDOW { 1 } else { used };
            self.discard(used);
        }
    }

    /// The stream has ended: decides what waited for bytes that will not come. Frames that were never confirmed stay out.
    pub fn finish<S: Sink + ?Sized>(&mut self, sink: &mut S) {
        let used = self.scan(true, sink);
        self.discard(used);
        self.tally.skip(self.held as u64);
        self.held = 0;
    }

    /// Tells that bytes may be missing from here on without a trace (an overrun, a silence): the next loss is marked
    /// ambiguous, because a small counter may have wrapped.
    pub const fn mark_discontinuity(&mut self) {
        self.tally.uncertain = true;
    }

    /// As new, counts included.
    pub fn reset(&mut self) {
        self.machine = Machine::new(&self.layout);
        self.tally = Tally::default();
        self.held = 0;
    }

    fn discard(&mut self, used: usize) {
        let used = used.min(self.held);
        self.window.copy_within(used..self.held, 0);
        self.held = self.held.saturating_sub(used);
    }

    fn scan<S: Sink + ?Sized>(&mut self, ended: bool, sink: &mut S) -> usize {
        let view = self.window.get(..self.held).unwrap_or_default();
        let start = self.tally.stats.bytes.saturating_sub(self.held as u64);
        let mut context = Context { layout: &self.layout, tally: &mut self.tally, sink, start, ended };
        match &mut self.machine {
            #[cfg(feature = "framings")]
            Machine::Aligned(machine) => machine.scan(view, &mut context),
            Machine::Delimited(machine) => machine.scan(view, &mut context),
            #[cfg(feature = "framings")]
            Machine::Flagged(machine) => machine.scan(view, &mut context),
            #[cfg(feature = "framings")]
            Machine::Lines(machine) => machine.scan(view, &mut context),
        }
    }
}
