//! A segment of a programme: all its phases together, such as the five tonic holds of a Glazer assessment.

use tonus_core::training::{MIN_REPETITIONS, PhaseResult, Repetition};
use tonus_dsp::design::Mains;
use tonus_dsp::stats::Welford;
use tonus_dsp::units::{SampleRate, tick_seconds};

use crate::number::median;
use crate::spectrum::ActiveSpectrum;
use crate::training::{SegmentKind, SegmentReport, WINDOW_S, is_quick};

/// Sums over the phases of one segment and channel.
#[derive(Debug)]
pub(crate) struct SegmentSums {
    name: String,
    is_contraction: bool,
    phases: u32,
    ticks: u32,
    valid_ticks: u32,
    counted_ticks: u32,
    envelope: Welford,
    counted: u32,
    means: Welford,
    deviations: Welford,
    variations: Welford,
    peaks: Welford,
    rises: Welford,
    falls: Welford,
    releases: Vec<f64>,
    spectrum: Option<ActiveSpectrum>,
}

impl SegmentSums {
    pub(crate) fn new(name: &str, rate: SampleRate, is_raw: bool) -> Self {
        Self {
            name: name.to_owned(),
            is_contraction: false,
            phases: 0,
            ticks: 0,
            valid_ticks: 0,
            counted_ticks: 0,
            envelope: Welford::new(),
            counted: 0,
            means: Welford::new(),
            deviations: Welford::new(),
            variations: Welford::new(),
            peaks: Welford::new(),
            rises: Welford::new(),
            falls: Welford::new(),
            releases: Vec::new(),
            spectrum: if is_raw { ActiveSpectrum::new(rate).ok().flatten() } else { None },
        }
    }

    /// Whether [`SegmentSums::hold`] is to be called.
    pub(crate) const fn wants_samples(&self) -> bool {
        self.spectrum.is_some()
    }

    /// Conditioned samples of the tick under way.
    pub(crate) fn hold(&mut self, conditioned_uv: &[f32]) {
        if let Some(spectrum) = &mut self.spectrum {
            spectrum.hold(conditioned_uv);
        }
    }

    /// The tick is over: its samples count or not.
    pub(crate) fn tick(&mut self, is_counted: bool) {
        if let Some(spectrum) = &mut self.spectrum {
            if is_counted {
                spectrum.keep();
            } else {
                spectrum.skip();
            }
        }
    }

    pub(crate) fn phase(&mut self, result: &PhaseResult) {
        // Phases of one segment do not touch: what is left of a spectrum's piece is no part of the next.
        self.tick(false);
        self.is_contraction |= result.phase.kind().is_contraction();
        self.phases += 1;
        self.ticks += result.ticks;
        self.valid_ticks += result.valid_ticks;
        self.counted_ticks += result.counted_ticks;
        self.envelope.merge(&result.envelope);
    }

    pub(crate) fn repetition(&mut self, repetition: &Repetition) {
        if repetition.rejection.is_some() {
            return;
        }
        self.counted += 1;
        let ticks = |ticks: Option<u32>| ticks.map(|ticks| tick_seconds(ticks.into()));
        for (sums, value) in [
            (&mut self.means, repetition.mean_uv),
            (&mut self.deviations, repetition.sd_uv),
            (&mut self.variations, repetition.cv),
            (&mut self.peaks, repetition.peak_uv.map(f64::from)),
            (&mut self.rises, ticks(repetition.rise_ticks).filter(|_| is_quick(repetition))),
            (&mut self.falls, ticks(repetition.fall_ticks).filter(|_| is_quick(repetition))),
        ] {
            if let Some(value) = value {
                sums.push(value);
            }
        }
        self.releases.extend(repetition.release_s());
    }

    /// The report; none if there was no phase of it.
    pub(crate) fn report(
        self,
        band_hz: (f64, f64),
        notches: Option<Mains>,
        reference_uv: Option<f32>,
    ) -> Option<SegmentReport> {
        if self.phases == 0 {
            return None;
        }
        let enough = 2 * self.valid_ticks >= self.ticks;
        let (mean_uv, sd_uv, cv) = if self.is_contraction {
            (self.means.mean(), self.deviations.mean(), self.variations.mean())
        } else {
            (self.envelope.mean(), self.envelope.sd(), self.envelope.cv())
        };
        let mean_uv = mean_uv.filter(|_| enough);
        let spectrum = self.spectrum.as_ref().and_then(|spectrum| spectrum.report(band_hz.0, band_hz.1, notches));
        Some(SegmentReport {
            kind: if self.is_contraction { SegmentKind::Contraction } else { SegmentKind::Rest },
            name: self.name,
            phases: self.phases,
            counted: self.counted,
            seconds: tick_seconds(self.ticks.into()),
            valid_s: tick_seconds(self.valid_ticks.into()),
            counted_s: tick_seconds(self.counted_ticks.into()),
            mean_uv,
            sd_uv: sd_uv.filter(|_| enough),
            cv: cv.filter(|_| enough),
            window_s: WINDOW_S,
            peak_uv: self.peaks.mean(),
            rise_s: self.rises.mean(),
            fall_s: self.falls.mean(),
            release_s: median(self.releases.iter().copied()).filter(|_| self.releases.len() as u64 >= MIN_REPETITIONS),
            mdf_hz: spectrum.map(|spectrum| spectrum.mdf_hz),
            percent_reference: mean_uv
                .zip(reference_uv.filter(|reference| *reference > 0.0))
                .map(|(mean, reference)| 100.0 * mean / f64::from(reference)),
        })
    }
}
