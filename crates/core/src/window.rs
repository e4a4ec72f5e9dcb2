//! Levels over the last ticks, from exact sums of 10-ms blocks.
//!
//! Nothing runs on: a window is added up anew each tick, newest block first, so a burst leaves no residue. Contaminated
//! blocks hold zero samples and so drop out of every window.

/// Longest window in ticks (250 ms).
pub(crate) const CAPACITY: usize = 25;
/// Window of the envelope in ticks (100 ms).
pub(crate) const ENVELOPE: usize = 10;

/// Sums of one tick of one channel; all zero if the tick is contaminated.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Block {
    /// Σy² (raw) or Σu (envelope sensor).
    pub display: f32,
    /// Σw² (raw) or Σu (envelope sensor).
    pub detected: f32,
    /// Samples in the sums.
    pub samples: f32,
    /// Samples that the tick should have.
    pub nominal: f32,
}

/// The last blocks of one channel.
#[derive(Debug, Clone)]
pub(crate) struct Blocks {
    blocks: [Block; CAPACITY],
    newest: usize,
}

impl Default for Blocks {
    fn default() -> Self {
        Self { blocks: [Block::default(); CAPACITY], newest: 0 }
    }
}

/// Means over the windows; none where less than half of a window's samples are valid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Means {
    /// Display band over 100 ms.
    pub envelope: Option<f32>,
    /// Detection band over 100 ms.
    pub detected: Option<f32>,
    /// Detection band over the detection window.
    pub detection: Option<f32>,
    /// Detection band over the work-band window.
    pub band: Option<f32>,
}

impl Blocks {
    pub fn push(&mut self, block: Block) {
        self.newest = if self.newest + 1 == CAPACITY { 0 } else { self.newest + 1 };
        self.blocks[self.newest] = block;
    }

    /// Means over the last 10, `detection` and `band` ticks.
    pub fn means(&self, detection: u8, band: u8) -> Means {
        let mut means = Means { envelope: None, detected: None, detection: None, band: None };
        let (mut sum, mut samples, mut nominal) = ((0.0_f32, 0.0_f32), 0.0_f32, 0.0_f32);
        let last = usize::from(detection.max(band)).clamp(ENVELOPE, CAPACITY);
        let (head, tail) = self.blocks.split_at(self.newest + 1);
        let mut newest_first = head.iter().rev().chain(tail.iter().rev());
        let mut age = 0;
        while age < last {
            // Straight on to the next window that is full, without a look at the ages between.
            let later = [ENVELOPE, usize::from(detection), usize::from(band)].into_iter().filter(|end| *end > age);
            let end = later.min().unwrap_or(last).min(last);
            for block in newest_first.by_ref().take(end - age) {
                sum.0 += block.display;
                sum.1 += block.detected;
                samples += block.samples;
                nominal += block.nominal;
            }
            age = end;
            let enough = samples > 0.0 && 2.0 * samples >= nominal;
            let mean = |sum: f32| enough.then(|| sum / samples);
            if age == ENVELOPE {
                means.envelope = mean(sum.0);
                means.detected = mean(sum.1);
            }
            if age == usize::from(detection) {
                means.detection = mean(sum.1);
            }
            if age == usize::from(band) {
                means.band = mean(sum.1);
            }
        }
        means
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
