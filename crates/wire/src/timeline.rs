//! Counter to sample index. Time is the index; every loss is one declared gap.

use crate::frame::Frame;

/// Where a frame lies on the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// Index of the frame: frames received plus frames lost before it.
    pub index: u64,
    /// Frames missing just before it: one `Input::Gap`.
    pub gap: u64,
    /// The gap's length is uncertain.
    pub ambiguous: bool,
    /// The device started again: the missing time is unknown, one `Input::Stalled`, then the frame.
    pub restarted: bool,
}

/// Gives each frame of a stream its index.
///
/// A small counter cannot tell a loss of `n` from a loss of `n + modulus` frames. Where the caller knows how much time has
/// passed since the last frame (a host clock, the device's clock), [`Timeline::place_after`] settles that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timeline {
    next: u64,
    lost: u64,
    gaps: u64,
}

impl Timeline {
    /// A timeline at index 0.
    pub const fn new() -> Self {
        Self { next: 0, lost: 0, gaps: 0 }
    }

    /// Index the next frame gets if nothing is missing; frames received plus frames lost.
    pub const fn next_index(&self) -> u64 {
        self.next
    }

    /// Frames declared missing.
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// Gaps declared.
    pub const fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Places a frame by its counter alone.
    pub const fn place(&mut self, frame: &Frame<'_>) -> Placement {
        self.put(frame.lost_before as u64, frame.ambiguous, frame.restarted)
    }

    /// Places a frame when about `elapsed_frames` frame times have passed since the last one (1.0 if nothing is missing).
    ///
    /// Adds whole turns of the counter: the number that comes closest to what elapsed. Stays ambiguous if `elapsed_frames`
    /// is further than a quarter turn from it. Without a counter (`modulus` 0) this is [`Timeline::place`]: nothing is
    /// called lost that cannot be counted.
    pub fn place_after(&mut self, frame: &Frame<'_>, modulus: u64, elapsed_frames: f64) -> Placement {
        if frame.counter.is_none() || frame.restarted || modulus < 2 || !elapsed_frames.is_finite() {
            return self.place(frame);
        }
        let lost = f64::from(frame.lost_before);
        let off = elapsed_frames - 1.0 - lost;
        let turns = libm::round(off / modulus as f64);
        // A counter at rest reads as one whole turn lost; time may say that none was.
        let turns = if turns < 0.0 { 0.0 } else { turns };
        let ambiguous = libm::fabs(off - turns * modulus as f64) > modulus as f64 / 4.0;
        let extra = (turns as u64).saturating_mul(modulus);
        self.put(u64::from(frame.lost_before).saturating_add(extra), ambiguous, false)
    }

    const fn put(&mut self, gap: u64, ambiguous: bool, restarted: bool) -> Placement {
        let index = self.next.saturating_add(gap);
        self.next = index.saturating_add(1);
        self.lost = self.lost.saturating_add(gap);
        self.gaps = self.gaps.saturating_add((gap > 0) as u64);
        Placement { index, gap, ambiguous, restarted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Values;

    fn frame(lost_before: u32) -> Frame<'static> {
        Frame {
            values: Values::Counts(&[0]),
            aux: &[],
            counter: Some(0),
            device_us: None,
            lost_before,
            ambiguous: false,
            restarted: false,
            end: 0,
        }
    }

    #[test]
    fn a_loss_is_one_gap_and_moves_the_index() {
        let mut timeline = Timeline::new();
        assert_eq!(timeline.place(&frame(0)).index, 0);
        let placed = timeline.place(&frame(3));
        assert_eq!((placed.index, placed.gap), (4, 3));
        assert_eq!((timeline.next_index(), timeline.lost(), timeline.gaps()), (5, 3, 1));
    }

    #[test]
    fn time_settles_how_often_a_small_counter_wrapped() {
        // BITalino, modulus 16: 2 lost by the counter, but 35 frame times have passed.
        let mut timeline = Timeline::new();
        let placed = timeline.place_after(&frame(2), 16, 35.4);
        assert_eq!((placed.gap, placed.ambiguous), (34, false));
        assert!(timeline.place_after(&frame(2), 16, 35.0 + 6.0).ambiguous);
        assert_eq!(timeline.place_after(&frame(0), 16, f64::NAN).gap, 0);
        assert_eq!(timeline.place_after(&frame(0), 256, 1.0).gap, 0);
    }
}
