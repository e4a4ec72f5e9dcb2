//! How much mains is in the signal: quadrature correlation at 50 and 60 Hz. No FFT decides anything.

use crate::config::MainsMode;
use tonus_dsp::design::Mains;
use tonus_dsp::math::{PI, cos, sin};
use tonus_dsp::units::SampleRate;

/// Ticks in one measurement (1 s).
const WINDOW: u32 = 100;
/// After the choice is made, one measurement in so many seconds watches on.
const WATCH_EVERY: u32 = 5;
/// Ticks without a measurement between two of them then.
const IDLE: u32 = 100 * (WATCH_EVERY - 1);
/// Notches go in below this ratio of signal to mains (9 dB, as a power ratio): above it they cost more than they clean (R22 in
/// docs/REFERENCES.md).
const ON_RATIO: f32 = 7.943_282;
/// Notches come out again above this ratio (15 dB), seen three times in a row.
const OFF_RATIO: f32 = 31.622_776;
/// The signal is reported as drowned below this ratio (−6 dB): check electrodes and ground.
const WARN_RATIO: f32 = 0.251_188_64;
/// Below this ratio (3 dB) one measurement is enough; above, two in a row are needed, since the muscle itself has power at
/// 50 Hz that fluctuates.
const CERTAIN_RATIO: f32 = 2.0;
/// Measurements in a row before notches come out.
const OFF_COUNT: u32 = 3;

/// Correlates the slew of the signal with 50 and 60 Hz over 1 s, and keeps the choice of notches.
///
/// The slew (first difference) is blind to electrode offset and movement; its known gain `2·sin(πf/rate)` is divided out.
/// Each tick is weighted by sin² (a Hann window in 100 steps), so a neighbouring rhythm does not leak in.
#[derive(Debug, Clone)]
pub(crate) struct MainsMonitor<const LANES: usize> {
    mode: MainsMode,
    chosen: Option<Mains>,
    /// Rotation per sample and slew gain squared, for 50 and 60 Hz.
    rotation: [(f32, f32); 2],
    gain2: [f32; 2],
    /// Phase of the oscillators: samples since the measurement began.
    phase: u64,
    rate: SampleRate,
    oscillator: [(f32, f32); 2],
    tick_sums: [[[f32; LANES]; 2]; 2],
    sums: [[[f32; LANES]; 2]; 2],
    power: [f32; LANES],
    samples: u32,
    tick: u32,
    idle: u32,
    clean_runs: u32,
    suspected: Option<Mains>,
    frozen: bool,
    /// Mains power over signal power is beyond the warning limit, per lane.
    pub warned: [bool; LANES],
}

impl<const LANES: usize> MainsMonitor<LANES> {
    pub fn new(mode: MainsMode, rate: SampleRate) -> Self {
        let angle = |hz: f64| 2.0 * PI * hz / rate.hz();
        let chosen = match mode {
            MainsMode::Fixed(mains) => Some(mains),
            MainsMode::Auto | MainsMode::Off => None,
        };
        Self {
            mode,
            chosen,
            rotation: [50.0, 60.0].map(|hz| (cos(angle(hz)) as f32, sin(angle(hz)) as f32)),
            gain2: [50.0, 60.0].map(|hz| {
                let gain = 2.0 * sin(PI * hz / rate.hz());
                (gain * gain) as f32
            }),
            phase: 0,
            rate,
            oscillator: [(1.0, 0.0); 2],
            tick_sums: [[[0.0; LANES]; 2]; 2],
            sums: [[[0.0; LANES]; 2]; 2],
            power: [0.0; LANES],
            samples: 0,
            tick: 0,
            idle: 0,
            clean_runs: 0,
            suspected: None,
            frozen: false,
            warned: [false; LANES],
        }
    }

    /// The notches that should be in.
    pub const fn chosen(&self) -> Option<Mains> {
        self.chosen
    }

    /// Uses a stored choice.
    pub fn choose(&mut self, mains: Option<Mains>) {
        self.chosen = mains;
        self.frozen = true;
    }

    /// Keeps the choice (a calibration now depends on it), or lets it move again.
    pub fn freeze(&mut self, frozen: bool) {
        self.frozen = frozen;
        self.clean_runs = 0;
    }

    /// Starts the measurement again: the signal was interrupted.
    pub fn restart(&mut self) {
        self.phase = 0;
        self.oscillator = [(1.0, 0.0); 2];
        self.tick_sums = [[[0.0; LANES]; 2]; 2];
        self.sums = [[[0.0; LANES]; 2]; 2];
        self.power = [0.0; LANES];
        self.samples = 0;
        self.tick = 0;
    }

    /// Takes slews of the tick under way.
    #[inline]
    pub fn take(&mut self, slews: &[[f32; LANES]]) {
        if self.idle > 0 {
            return;
        }
        for frame in slews {
            for (f, (c, s)) in self.oscillator.iter_mut().enumerate() {
                for lane in 0..LANES {
                    self.tick_sums[f][0][lane] += frame[lane] * *c;
                    self.tick_sums[f][1][lane] += frame[lane] * *s;
                }
                let (rc, rs) = self.rotation[f];
                (*c, *s) = (*c * rc - *s * rs, *s * rc + *c * rs);
            }
        }
        self.phase += slews.len() as u64;
    }

    /// Ends a tick: `power` is Σy² of the display band, `frames` its length. Returns whether the choice changed.
    pub fn end_tick(&mut self, power: &[f32; LANES], frames: u32, raw: &[bool; LANES]) -> bool {
        if self.idle > 0 {
            self.idle -= 1;
            if self.idle == 0 {
                self.restart();
            }
            return false;
        }
        // Hann weight of this tick; its mean square is 3/8, its mean 1/2.
        let s = sin(PI * (f64::from(self.tick) + 0.5) / f64::from(WINDOW));
        let weight = (s * s) as f32;
        for (sums, tick_sums) in self.sums.iter_mut().flatten().zip(self.tick_sums.iter().flatten()) {
            for (sum, tick) in sums.iter_mut().zip(tick_sums) {
                *sum += weight * tick;
            }
        }
        self.tick_sums = [[[0.0; LANES]; 2]; 2];
        for (sum, power) in self.power.iter_mut().zip(power) {
            *sum += power;
        }
        self.samples += frames;
        self.tick += 1;
        // The oscillators are set from their exact phase each tick, so rounding cannot build up.
        for (f, hz) in [50.0, 60.0].into_iter().enumerate() {
            let turns = hz * self.phase as f64 / self.rate.hz();
            let angle = 2.0 * PI * (turns - tonus_dsp::math::floor(turns));
            self.oscillator[f] = (cos(angle) as f32, sin(angle) as f32);
        }
        if self.tick < WINDOW {
            return false;
        }
        let changed = self.judge(raw);
        self.restart();
        self.idle = if self.frozen { IDLE } else { 0 };
        changed
    }

    /// Lets ticks without a sample go by, once a whole measurement has found none.
    pub fn pass(&mut self, ticks: u64) {
        let idle = if self.frozen { u64::from(IDLE) } else { 0 };
        let period = u64::from(WINDOW) + idle;
        let since = if self.idle > 0 { period - u64::from(self.idle) } else { u64::from(self.tick) };
        let since = (since + ticks) % period;
        let measures = since < u64::from(WINDOW);
        self.tick = if measures { since as u32 } else { 0 };
        self.idle = if measures { 0 } else { (period - since) as u32 };
    }

    /// Mean power of the mains at 50 and 60 Hz in one lane.
    fn mains_power(&self, lane: usize) -> [f32; 2] {
        // |Σ w·d·e^{-jωn}| = A·gain·(N/2)·mean(w) with mean(w) = 1/2; power = A²/2.
        let n = self.samples as f32;
        core::array::from_fn(|f| {
            let [c, s] = [self.sums[f][0][lane], self.sums[f][1][lane]];
            if self.gain2[f] > 0.0 && n > 0.0 { 8.0 * (c * c + s * s) / (n * n * self.gain2[f]) } else { 0.0 }
        })
    }

    fn judge(&mut self, raw: &[bool; LANES]) -> bool {
        let mut worst: Option<(f32, Mains)> = None;
        let mut all_clean = true;
        for lane in (0..LANES).filter(|lane| raw[*lane]) {
            let band = self.power[lane] / (self.samples.max(1)) as f32;
            let [p50, p60] = self.mains_power(lane);
            let (mains, power) = if p50 >= p60 { (Mains::Hz50, p50) } else { (Mains::Hz60, p60) };
            // With notches in, the band is already without the mains that they take.
            let signal = if self.chosen == Some(mains) { band } else { (band - power).max(0.0) };
            self.warned[lane] = power > 0.0 && signal < WARN_RATIO * power;
            all_clean &= signal > OFF_RATIO * power;
            if power > 0.0 && signal < ON_RATIO * power {
                let ratio = signal / power;
                if worst.is_none_or(|(smallest, _)| ratio < smallest) {
                    worst = Some((ratio, mains));
                }
            }
        }
        if self.frozen || self.mode != MainsMode::Auto {
            return false;
        }
        let before = self.chosen;
        let suspected = worst.map(|(_, mains)| mains);
        let confirmed = suspected == self.suspected;
        self.suspected = suspected;
        if let Some((ratio, mains)) = worst {
            if ratio < CERTAIN_RATIO || confirmed {
                self.chosen = Some(mains);
            }
            self.clean_runs = 0;
        } else if all_clean && self.chosen.is_some() {
            self.clean_runs += 1;
            if self.clean_runs >= OFF_COUNT {
                self.chosen = None;
            }
        } else {
            self.clean_runs = 0;
        }
        self.chosen != before
    }
}
