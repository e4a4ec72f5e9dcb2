//! The quiet step: baseline, spread, and the whitening filter of the detector.

use super::detection::{Detection, WHITENING_ORDER, Whitening};
use super::{Calibration, DRIFT, MAX_ON_RATIO, MAX_REST_RATIO, MIN_QUIET_S, MIN_STEPS, Refusal, Warnings, ticks};
use crate::config::Kind;
use tonus_dsp::design::Mains;
use tonus_dsp::stats::{Reservoir, quantile_in_place};

/// Values kept of each level: every tick of 2.56 s, an even sample of anything longer.
const KEPT: usize = 256;
/// Valid ticks after which the whitening filter is fitted, and fitted again with six times as much.
const FITS: [u32; 2] = [40, 256];
/// Ticks after a fit until the 100-ms window holds only newly whitened samples.
const REFILL: u32 = 10;

/// What was seen through one whitening filter.
#[derive(Debug, Clone, Copy)]
struct Seen {
    whitening: Whitening,
    /// Median of the detector level, and its robust standard deviation.
    level: f32,
    spread: f32,
    /// How high the level rose at rest, over its median: what a tenth of the seconds exceed.
    high: f32,
    ticks: u64,
}

impl Seen {
    const NOTHING: Self = Self { whitening: Whitening::NONE, level: 0.0, spread: 0.0, high: 1.0, ticks: 0 };
}

/// Gathers rest.
///
/// Baseline = median, spread = 1.4826 × MAD of the 100-ms envelope over valid ticks: one electrode pop in the window leaves
/// both alone, while mean and SD are ruined by it.
///
/// The whitening filter is fitted to the autocorrelation of the resting signal, each tick divided by its own power before
/// averaging, so that no artefact outweighs the rest. A later fit starts the detector's statistics anew, since its levels are
/// others; what the earlier filter saw is kept until the later one has seen more, so no length of rest is without.
///
/// References: docs/STATES.md; whitening before amplitude estimation, R18 in docs/REFERENCES.md.
#[derive(Debug, Clone)]
pub struct QuietCollector {
    valid: u32,
    autocorrelation: [f64; WHITENING_ORDER + 1],
    correlated: u32,
    whitening: Whitening,
    since_fit: u32,
    envelope: Reservoir<KEPT>,
    detected: Reservoir<KEPT>,
    earlier: Seen,
}

impl Default for QuietCollector {
    fn default() -> Self {
        Self {
            valid: 0,
            autocorrelation: [0.0; WHITENING_ORDER + 1],
            correlated: 0,
            whitening: Whitening::NONE,
            since_fit: REFILL,
            envelope: Reservoir::new(),
            detected: Reservoir::new(),
            earlier: Seen::NOTHING,
        }
    }
}

/// The settings a calibration is tied to.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Sampling rate in Hz.
    pub rate_hz: f64,
    /// High-pass corner in Hz.
    pub highpass_hz: f64,
    /// The notches that are in.
    pub mains: Option<Mains>,
    /// What the sensor sends.
    pub kind: Kind,
    /// Ratios to rest at which activity starts and ends.
    pub ratios: (f32, f32),
    /// One step of the converter, as stated or as seen.
    pub lsb_uv: Option<f32>,
    /// Whether samples have come and none of them differed from the one before.
    pub is_still: bool,
}

impl QuietCollector {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        let Self { valid, autocorrelation, correlated, whitening, since_fit, envelope, detected, earlier } = self;
        *valid = 0;
        *autocorrelation = [0.0; WHITENING_ORDER + 1];
        *correlated = 0;
        *whitening = Whitening::NONE;
        *since_fit = REFILL;
        envelope.clear();
        detected.clear();
        *earlier = Seen::NOTHING;
    }

    /// Takes one valid tick: the 100-ms envelope, the 100-ms detector level, and the autocorrelation sums of the tick's
    /// samples in the detection band (lag 0 first). Returns a new whitening filter when it is time for one.
    pub fn push(&mut self, envelope: f32, detected: f32, sums: &[f32; WHITENING_ORDER + 1]) -> Option<Whitening> {
        self.valid = self.valid.saturating_add(1);
        self.since_fit = self.since_fit.saturating_add(1);
        self.envelope.push(envelope);
        if self.since_fit > REFILL {
            self.detected.push(detected);
        }
        if self.valid > FITS[FITS.len() - 1] {
            return None;
        }
        if sums[0] > 0.0 {
            for (mean, sum) in self.autocorrelation.iter_mut().zip(sums) {
                *mean += f64::from(*sum) / f64::from(sums[0]);
            }
            self.correlated += 1;
        }
        if !FITS.contains(&self.valid) || self.correlated == 0 {
            return None;
        }
        if self.valid > FITS[0] {
            self.earlier = self.seen();
        }
        self.whitening = Whitening::fit(&self.autocorrelation.map(|sum| sum / f64::from(self.correlated)));
        self.since_fit = 0;
        self.detected.clear();
        Some(self.whitening)
    }

    /// What the present filter has seen.
    // Apart, so that the copies that medians are taken of are not on the stack while a tick is worked on.
    #[inline(never)]
    fn seen(&self) -> Seen {
        let level = self.detected.median().unwrap_or(0.0);
        Seen {
            whitening: self.whitening,
            level,
            spread: 1.4826 * self.detected.mad().unwrap_or(0.0),
            high: self.high() / level,
            ticks: self.detected.count(),
        }
    }

    /// The level that a tenth of the seconds exceed. A second's level is its median, so twitches and pops do not count.
    #[inline(never)]
    fn high(&self) -> f32 {
        let kept = self.detected.kept();
        let second = (ticks(1.0) as usize / self.detected.stride() as usize).max(1);
        let mut copy = [0.0; KEPT];
        copy[..kept.len()].copy_from_slice(kept);
        let mut seconds = 0;
        // Each median goes where its second was, so nothing that is still to be read is overwritten.
        for first in (0..kept.len()).step_by(second) {
            let end = (first + second).min(kept.len());
            if let Some(median) = quantile_in_place(&mut copy[first..end], 0.5) {
                copy[seconds] = median;
                seconds += 1;
            }
        }
        quantile_in_place(&mut copy[..seconds], 0.9).unwrap_or(0.0)
    }

    /// Valid ticks so far.
    pub const fn valid_ticks(&self) -> u32 {
        self.valid
    }

    /// Valid seconds so far.
    pub fn valid_s(&self) -> f32 {
        self.valid as f32 * tonus_dsp::units::TICK_S as f32
    }

    /// Closes the step.
    ///
    /// # Errors
    /// [`Refusal`] with the reason.
    pub fn close(&self, settings: &Settings) -> Result<Calibration, Refusal> {
        // The ends of a step need not fall on ticks.
        if self.valid + 1 < ticks(MIN_QUIET_S) {
            if settings.is_still && settings.kind == Kind::Raw {
                return Err(Refusal::NoSignal);
            }
            return Err(Refusal::TooShort { valid_s: self.valid_s(), needed_s: MIN_QUIET_S as f32 });
        }
        let (Some(baseline), Some(mad)) = (self.envelope.median(), self.envelope.mad()) else {
            return Err(Refusal::NoSignal);
        };
        let spread = 1.4826 * mad;
        let mut warnings = Warnings::default();
        let detection = match settings.kind {
            Kind::Raw => {
                let now = self.seen();
                let seen = if now.ticks > self.earlier.ticks { now } else { self.earlier };
                let is_below_a_step = settings.lsb_uv.is_some_and(|lsb| baseline < MIN_STEPS * lsb);
                if !(baseline > 0.0 && seen.level > 0.0) || is_below_a_step {
                    return Err(Refusal::NoSignal);
                }
                // Restless rest is rest all the same: the thresholds keep their distance from its heights.
                let (on, off) = settings.ratios;
                let raised = (on * seen.high / MAX_REST_RATIO).min(MAX_ON_RATIO).max(on);
                warnings.unstable = raised > on;
                let ratio = self.half_ratio();
                warnings.drifting = ratio > 1.0 + DRIFT || ratio * (1.0 + DRIFT) < 1.0;
                warnings.low_resolution = settings.lsb_uv.is_some_and(|lsb| baseline < lsb);
                let detection = Detection::raw(seen.whitening, seen.level, seen.spread, settings.rate_hz);
                Detection { ratios: (raised, raised - (on - off)), ..detection }
            }
            Kind::Envelope => Detection::envelope(),
        };
        Ok(Calibration {
            kind: settings.kind,
            rate_hz: settings.rate_hz,
            highpass_hz: settings.highpass_hz,
            mains: settings.mains,
            baseline_uv: baseline,
            spread_uv: spread,
            reference_uv: None,
            detection,
            warnings,
        })
    }

    /// Median of the second half over that of the first.
    // Apart, so that its copy is not on the stack while other statistics make theirs.
    #[inline(never)]
    fn half_ratio(&self) -> f32 {
        let kept = self.envelope.kept();
        let mut copy = [0.0; KEPT];
        copy[..kept.len()].copy_from_slice(kept);
        let (first, second) = copy[..kept.len()].split_at_mut(kept.len() / 2);
        match (quantile_in_place(first, 0.5), quantile_in_place(second, 0.5)) {
            (Some(first), Some(second)) if first > 0.0 => second / first,
            _ => 1.0,
        }
    }
}
