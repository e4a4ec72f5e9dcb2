//! Levels over the last ticks, from exact sums of 10-ms blocks, all lanes side by side.
//!
//! Nothing runs on: a window is added up anew each tick, newest block first, so a burst leaves no residue. Contaminated
//! blocks hold zero samples and so drop out of every window.

use tonus_dsp::lanes::lanes;
use tonus_dsp::simd::square_roots;

/// Longest window in ticks (500 ms).
pub(crate) const CAPACITY: usize = crate::calibration::detection::WINDOW_TICKS.1 as usize;
/// Window of the envelope in ticks (100 ms).
pub(crate) const ENVELOPE: usize = 10;
/// Ticks that the slew of a step is compared with (50 ms).
const SLEW_TICKS: usize = 5;

/// Sums of one tick, per lane; all zero but `nominal` where the tick is contaminated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<const LANES: usize> {
    /// Σy² (raw) or Σu (envelope sensor).
    pub display: [f32; LANES],
    /// Σw² (raw) or Σu (envelope sensor).
    pub detected: [f32; LANES],
    /// Samples in the sums.
    pub samples: [f32; LANES],
    /// Samples that the tick should have.
    pub nominal: f32,
}

impl<const LANES: usize> Block<LANES> {
    pub const ZERO: Self = Self { display: [0.0; LANES], detected: [0.0; LANES], samples: [0.0; LANES], nominal: 0.0 };
}

/// The last blocks.
#[derive(Debug, Clone)]
pub(crate) struct Blocks<const LANES: usize> {
    blocks: [Block<LANES>; CAPACITY],
    newest: usize,
}

/// Means over the windows, per lane; NaN where less than half of a window's samples are valid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Means<const LANES: usize> {
    /// Display band over 100 ms.
    pub envelope: [f32; LANES],
    /// Detection band over 100 ms.
    pub detected: [f32; LANES],
    /// Detection band over the fast and the slow window.
    pub fast: [f32; LANES],
    pub slow: [f32; LANES],
    /// Detection band over the work-band window.
    pub band: [f32; LANES],
}

impl<const LANES: usize> Means<LANES> {
    pub const UNKNOWN: Self = Self {
        envelope: [f32::NAN; LANES],
        detected: [f32::NAN; LANES],
        fast: [f32::NAN; LANES],
        slow: [f32::NAN; LANES],
        band: [f32::NAN; LANES],
    };
}

impl<const LANES: usize> Blocks<LANES> {
    pub const EMPTY: Self = Self { blocks: [Block::ZERO; CAPACITY], newest: 0 };

    pub fn push(&mut self, block: &Block<LANES>) {
        self.newest = if self.newest + 1 == CAPACITY { 0 } else { self.newest + 1 };
        self.blocks[self.newest] = *block;
    }

    /// Means over the last 10, and each lane's last `fast`, `slow` and `band` ticks.
    #[inline]
    pub fn means(&self, fast: &[u32; LANES], slow: &[u32; LANES], band: &[u32; LANES]) -> Means<LANES> {
        let mut means = Means::UNKNOWN;
        let mut sums = Block::<LANES>::ZERO;
        let Block { display, detected, samples, nominal } = &mut sums;
        // One bit for each age at which a window is full.
        let windows = fast.iter().chain(slow).chain(band).filter(|ticks| (1..=CAPACITY as u32).contains(ticks));
        let ends = windows.fold(1_u64 << ENVELOPE, |ends, ticks| ends | 1 << ticks);
        let (mut at, mut age) = (self.newest, 0);
        while ends >> age > 1 {
            // Straight on to the next window that is full, without a look at the ages between.
            let end = age + 1 + (ends >> (age + 1)).trailing_zeros();
            for _ in age..end {
                let block = &self.blocks[at];
                if end <= ENVELOPE as u32 {
                    *display = lanes(|i| display[i] + block.display[i]);
                }
                *detected = lanes(|i| detected[i] + block.detected[i]);
                *samples = lanes(|i| samples[i] + block.samples[i]);
                *nominal += block.nominal;
                at = if at == 0 { CAPACITY - 1 } else { at - 1 };
            }
            age = end;
            let enough: [bool; LANES] = core::array::from_fn(|i| (samples[i] > 0.0) & (2.0 * samples[i] >= *nominal));
            let mean = lanes::<LANES>(|i| detected[i] / samples[i]);
            let mean = lanes::<LANES>(|i| if enough[i] { mean[i] } else { f32::NAN });
            if age == ENVELOPE as u32 {
                let display = lanes::<LANES>(|i| display[i] / samples[i]);
                means.envelope = lanes(|i| if enough[i] { display[i] } else { f32::NAN });
                means.detected = mean;
            }
            means.fast = lanes(|i| if fast[i] == age { mean[i] } else { means.fast[i] });
            means.slow = lanes(|i| if slow[i] == age { mean[i] } else { means.slow[i] });
            means.band = lanes(|i| if band[i] == age { mean[i] } else { means.band[i] });
        }
        means
    }

    /// Takes the newest ticks of one lane out of the windows.
    pub fn drop_newest(&mut self, lane: usize, ticks: usize) {
        for age in 0..ticks {
            let block = &mut self.blocks[(self.newest + CAPACITY - age) % CAPACITY];
            (block.display[lane], block.detected[lane], block.samples[lane]) = (0.0, 0.0, 0.0);
        }
    }

    /// Forgets everything about one lane.
    pub fn clear_lane(&mut self, lane: usize) {
        for Block { display, detected, samples, .. } in &mut self.blocks {
            (display[lane], detected[lane], samples[lane]) = (0.0, 0.0, 0.0);
        }
    }
}

/// Squared slews of each lane's last clean ticks.
#[derive(Debug, Clone)]
pub(crate) struct Slews<const LANES: usize> {
    /// Sum of squares of a tick, oldest first.
    sums: [[f32; LANES]; SLEW_TICKS],
    /// Samples in it that differ from the one before.
    samples: [[f32; LANES]; SLEW_TICKS],
    /// Ticks that are known.
    known: [u32; LANES],
}

impl<const LANES: usize> Slews<LANES> {
    pub const EMPTY: Self =
        Self { sums: [[0.0; LANES]; SLEW_TICKS], samples: [[0.0; LANES]; SLEW_TICKS], known: [0; LANES] };

    /// Takes a tick of the lanes that have one.
    #[inline]
    pub fn push(&mut self, taken: &[bool; LANES], sum: &[f32; LANES], samples: &[f32; LANES]) {
        let shift = |rows: &mut [[f32; LANES]; SLEW_TICKS], newest: &[f32; LANES]| {
            for tick in 1..SLEW_TICKS {
                rows[tick - 1] = lanes(|i| if taken[i] { rows[tick][i] } else { rows[tick - 1][i] });
            }
            rows[SLEW_TICKS - 1] = lanes(|i| if taken[i] { newest[i] } else { rows[SLEW_TICKS - 1][i] });
        };
        shift(&mut self.sums, sum);
        shift(&mut self.samples, samples);
        for lane in 0..LANES {
            self.known[lane] = (self.known[lane] + u32::from(taken[lane])).min(SLEW_TICKS as u32);
        }
    }

    /// Root mean square of the slews; infinite until five ticks are known, and where nothing moves.
    #[inline]
    pub fn rms(&self) -> [f32; LANES] {
        let (mut sum, mut samples) = ([0.0; LANES], [0.0; LANES]);
        for tick in 0..SLEW_TICKS {
            sum = lanes(|i| sum[i] + self.sums[tick][i]);
            samples = lanes(|i| samples[i] + self.samples[tick][i]);
        }
        let root = square_roots(lanes::<LANES>(|i| sum[i] / samples[i]));
        let known: [bool; LANES] = core::array::from_fn(|i| (self.known[i] == SLEW_TICKS as u32) & (sum[i] > 0.0));
        lanes(|i| if known[i] { root[i] } else { f32::INFINITY })
    }

    /// Forgets everything about one lane.
    pub fn clear_lane(&mut self, lane: usize) {
        self.known[lane] = 0;
    }
}
