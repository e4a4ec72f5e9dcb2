//! The quiet step: baseline, spread, and the whitening filter of the detector.

use super::{Calibration, DRIFT, MAX_DRIFT, MAX_SPREAD, MIN_QUIET_S, Refusal, UNSTABLE_SPREAD, Warnings, ticks};
use crate::config::Kind;
use crate::pipeline::detector::{Detection, WHITENING_ORDER, Whitening};
use tonus_dsp::design::Mains;
use tonus_dsp::stats::{Reservoir, quantile_in_place};

/// Envelope values kept: one in five ticks of 100-ms windows, so 256 hold 12.8 s before thinning starts.
const KEPT: usize = 256;
/// One envelope value in so many ticks enters the statistics; neighbours share most of their window.
const STRIDE: u32 = 5;
/// Valid ticks after which the whitening filter is fitted, and fitted again. Statistics start anew after each fit.
const FITS: [u32; 2] = [64, 256];
/// Ticks after a fit until the 100-ms window holds only newly whitened samples.
const REFILL: u32 = 10;

/// Gathers rest.
///
/// Baseline = median, spread = 1.4826 × MAD of the 100-ms envelope over valid ticks: one electrode pop in the window leaves
/// both alone, while mean and SD are ruined by it.
///
/// The whitening filter is fitted to the autocorrelation of the resting signal, each tick divided by its own power before
/// averaging, so that no artefact outweighs the rest.
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
    /// One step of the converter.
    pub lsb_uv: Option<f32>,
}

impl QuietCollector {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        let Self { valid, autocorrelation, correlated, whitening, since_fit, envelope, detected } = self;
        *valid = 0;
        *autocorrelation = [0.0; WHITENING_ORDER + 1];
        *correlated = 0;
        *whitening = Whitening::NONE;
        *since_fit = REFILL;
        envelope.clear();
        detected.clear();
    }

    /// Takes one valid tick: the 100-ms envelope, the 100-ms detector level, and the autocorrelation sums of the tick's
    /// samples in the detection band (lag 0 first). Returns a new whitening filter when it is time for one.
    pub fn push(&mut self, envelope: f32, detected: f32, sums: &[f32; WHITENING_ORDER + 1]) -> Option<Whitening> {
        self.valid = self.valid.saturating_add(1);
        self.since_fit = self.since_fit.saturating_add(1);
        if self.valid % STRIDE == 0 {
            self.envelope.push(envelope);
            if self.since_fit > REFILL {
                self.detected.push(detected);
            }
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
        self.whitening = Whitening::fit(&self.autocorrelation.map(|sum| sum / f64::from(self.correlated)));
        self.since_fit = 0;
        self.detected.clear();
        Some(self.whitening)
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
        if self.valid < ticks(MIN_QUIET_S) {
            return Err(Refusal::TooShort { valid_s: self.valid_s(), needed_s: MIN_QUIET_S as f32 });
        }
        let (Some(baseline), Some(mad)) = (self.envelope.median(), self.envelope.mad()) else {
            return Err(Refusal::NoSignal);
        };
        let spread = 1.4826 * mad;
        let mut warnings = Warnings::default();
        if settings.kind == Kind::Raw {
            if !(baseline > 0.0) {
                return Err(Refusal::NoSignal);
            }
            let ratio = spread / baseline;
            if ratio > MAX_SPREAD {
                return Err(Refusal::Unstable { ratio });
            }
            warnings.unstable = ratio > UNSTABLE_SPREAD;
            let ratio = self.half_ratio();
            if !(ratio < 1.0 + MAX_DRIFT && ratio * (1.0 + MAX_DRIFT) > 1.0) {
                return Err(Refusal::Drifting { ratio });
            }
            warnings.drifting = ratio > 1.0 + DRIFT || ratio * (1.0 + DRIFT) < 1.0;
            warnings.low_resolution = settings.lsb_uv.is_some_and(|lsb| baseline < lsb);
        }
        let detection = match settings.kind {
            Kind::Raw => {
                let level = self.detected.median().filter(|level| *level > 0.0).ok_or(Refusal::NoSignal)?;
                let spread = 1.4826 * self.detected.mad().unwrap_or(0.0);
                Detection { ratios: settings.ratios, ..Detection::raw(self.whitening, level, spread) }
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
