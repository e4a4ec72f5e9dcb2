//! Median and mean frequency of a channel while it contracts, and narrow lines in its rest, in constant memory.

use serde::{Deserialize, Serialize};
use tonus_dsp::design::{DEFAULT_WIDTH_HZ, HARMONICS, Mains};
use tonus_dsp::error::ConfigError;
use tonus_dsp::feature::spectrum::{Welch, mean_frequency, median_frequency};
use tonus_dsp::units::SampleRate;

/// Slowest rate whose spectrum is worth reporting.
pub const MIN_RATE_HZ: f64 = 512.0;
/// Segments are the power of two next to this long.
const SEGMENT_S: f64 = 0.5;

/// A line holds this share of the power of rest at least. Mains below it is left in, since a notch costs more than it cleans.
const LINE_SHARE: f64 = 0.15;
/// A line stands so far above the density beside it; muscle and the noise of an amplifier have no such peaks.
const LINE_HEIGHT: f64 = 8.0;
/// Bins to either side that a line fills behind a Hann window, and those further out that are beside it.
const LINE_BINS: usize = 2;
const BESIDE_BINS: usize = 8;
/// Segments without which no line is looked for, and beyond which there is nothing new (15 s).
const LINE_SEGMENTS: (u64, u64) = (8, 60);

/// Frequencies of the conditioned signal while contracting.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpectrumReport {
    /// Median frequency.
    pub mdf_hz: f64,
    /// Mean frequency.
    pub mnf_hz: f64,
    /// Segments of about 0.5 s in it.
    pub segments: u64,
}

/// A narrow line in the spectrum of rest: no muscle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Its frequency.
    pub hz: f64,
    /// Its share of the power of rest.
    pub share: f64,
}

/// Welch density over the conditioned samples of one channel, of the ticks that are kept.
///
/// Samples of a tick are held until its decision is known: [`ActiveSpectrum::keep`] takes them, [`ActiveSpectrum::skip`]
/// drops them and what was gathered of a segment, so that every segment is unbroken. Segments of about 0.5 s, half
/// overlapped, periodic Hann.
///
/// Reported, never decided on: the last bits of an FFT may differ between machines.
pub struct ActiveSpectrum {
    welch: Welch,
    segment: Vec<f32>,
    size: usize,
    pending: Vec<f32>,
    density: Vec<f64>,
    total: Vec<f64>,
    segments: u64,
}

impl ActiveSpectrum {
    /// Plans a spectrum; none below [`MIN_RATE_HZ`].
    ///
    /// # Errors
    /// [`ConfigError`] if the segments do not suit the rate.
    pub fn new(rate: SampleRate) -> Result<Option<Self>, ConfigError> {
        if rate.hz() < MIN_RATE_HZ {
            return Ok(None);
        }
        // The power of two next to half a second on a logarithmic scale: 512 at 1000 Hz, 1024 at 2000 Hz.
        let size = ((SEGMENT_S * rate.hz() / std::f64::consts::SQRT_2) as usize).next_power_of_two();
        let welch = Welch::new(size, size / 2, rate)?;
        let bins = welch.bins();
        Ok(Some(Self {
            welch,
            segment: Vec::with_capacity(size),
            size,
            pending: Vec::new(),
            density: vec![0.0; bins],
            total: vec![0.0; bins],
            segments: 0,
        }))
    }

    /// Holds samples of the tick under way.
    pub fn hold(&mut self, conditioned_uv: &[f32]) {
        self.pending.extend_from_slice(conditioned_uv);
    }

    /// Whether rest has been seen for long enough to know its lines.
    pub fn is_enough(&self) -> bool {
        self.segments >= LINE_SEGMENTS.1
    }

    /// The tick is of the kind that is looked at: its samples count.
    pub fn keep(&mut self) {
        let mut rest = self.pending.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(self.size - self.segment.len()));
            rest = later;
            self.segment.extend_from_slice(now);
            if self.segment.len() < self.size {
                break;
            }
            // The lengths are the plan's own.
            let done = self.welch.density(&self.segment, &mut self.density);
            debug_assert!(done.is_ok());
            if self.density.iter().all(|p| p.is_finite()) {
                for (total, p) in self.total.iter_mut().zip(&self.density) {
                    *total += p;
                }
                self.segments += 1;
            }
            self.segment.drain(..self.size / 2);
        }
        self.pending.clear();
    }

    /// The tick is of another kind: its samples, and the segment they would belong to, are left out.
    pub fn skip(&mut self) {
        self.pending.clear();
        self.segment.clear();
    }

    /// Narrow lines, the strongest first.
    pub fn lines(&self) -> Vec<Line> {
        if self.segments < LINE_SEGMENTS.0 {
            return Vec::new();
        }
        let (density, resolution) = (&self.total, self.welch.resolution_hz());
        let whole: f64 = density.iter().sum();
        let mut found = Vec::new();
        for (n, peak) in density.iter().enumerate().skip(LINE_BINS + 1) {
            let near = n - LINE_BINS..(n + LINE_BINS + 1).min(density.len());
            let is_peak = near.clone().all(|other| density[other] <= *peak);
            let far = n.saturating_sub(BESIDE_BINS)..(n + BESIDE_BINS + 1).min(density.len());
            let mut beside: Vec<f64> = far.filter(|other| !near.contains(other)).map(|other| density[other]).collect();
            beside.sort_by(f64::total_cmp);
            let Some(usual) = beside.get(beside.len() / 2) else { continue };
            let power: f64 = near.clone().map(|other| (density[other] - usual).max(0.0)).sum();
            if is_peak && *peak > LINE_HEIGHT * usual && power > LINE_SHARE * whole {
                let middle: f64 = near.map(|other| other as f64 * (density[other] - usual).max(0.0)).sum();
                found.push(Line { hz: resolution * middle / power, share: power / whole });
            }
        }
        found.sort_by(|a, b| b.share.total_cmp(&a.share));
        found
    }

    /// Median and mean frequency over `low_hz..=high_hz`, with the notches' bins drawn straight; none without a segment.
    pub fn report(&self, low_hz: f64, high_hz: f64, notches: Option<Mains>) -> Option<SpectrumReport> {
        if self.segments == 0 {
            return None;
        }
        let resolution = self.welch.resolution_hz();
        let mut density: Vec<f64> = self.total.iter().map(|p| p / self.segments as f64).collect();
        for harmonic in notches.iter().flat_map(|mains| HARMONICS.map(|n| f64::from(n) * mains.hz())) {
            straighten(&mut density, harmonic / resolution, DEFAULT_WIDTH_HZ / resolution);
        }
        // The last bits of a transform depend on the processor's vectors; a report must not.
        let microhertz = |hz: f64| (hz * 1.0e6).round() / 1.0e6;
        let mdf_hz = microhertz(median_frequency(&density, resolution, low_hz..=high_hz)?);
        let mnf_hz = microhertz(mean_frequency(&density, resolution, low_hz..=high_hz)?);
        Some(SpectrumReport { mdf_hz, mnf_hz, segments: self.segments })
    }
}

impl std::fmt::Debug for ActiveSpectrum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActiveSpectrum")
            .field("size", &self.size)
            .field("segments", &self.segments)
            .finish_non_exhaustive()
    }
}

/// Draws a straight line over the bins nearer than `reach` to `centre` (both in bins), one bin at least.
fn straighten(density: &mut [f64], centre: f64, reach: f64) {
    let first = (centre - reach.max(1.0)).ceil().max(1.0) as usize;
    let last = (centre + reach.max(1.0)).floor() as usize;
    let (Some(&left), Some(&right)) = (density.get(first - 1), density.get(last + 1)) else { return };
    let steps = (last + 2 - first) as f64;
    for (n, bin) in density.iter_mut().take(last + 1).skip(first).enumerate() {
        *bin = left + (right - left) * (n + 1) as f64 / steps;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_found_and_skipped_ticks_do_not_count() {
        let mut spectrum = ActiveSpectrum::new(SampleRate::new(1000.0).unwrap()).unwrap().unwrap();
        assert_eq!(spectrum.size, 512);
        let tone = |hz: f64, n: u32| (std::f64::consts::TAU * hz * f64::from(n) / 1000.0).sin() as f32;
        for tick in 0..300_u32 {
            let hz = if tick < 150 { 125.0 } else { 333.0 };
            let samples: Vec<f32> = (0..10).map(|n| tone(hz, 10 * tick + n)).collect();
            spectrum.hold(&samples);
            if tick < 150 { spectrum.keep() } else { spectrum.skip() }
        }
        let report = spectrum.report(20.0, 450.0, None).unwrap();
        assert!((report.mdf_hz - 125.0).abs() < 1.0 && (report.mnf_hz - 125.0).abs() < 0.5, "{report:?}");
        assert_eq!(report.segments, 4);
    }

    #[test]
    fn a_line_in_rest_is_found_with_its_frequency_and_muscle_has_none() {
        for (hz, height, wanted) in [(242.0, 3.0, true), (120.0, 1.0, true), (242.0, 0.3, false), (242.0, 0.0, false)] {
            let mut spectrum = ActiveSpectrum::new(SampleRate::new(1000.0).unwrap()).unwrap().unwrap();
            let (mut slow, mut seed) = (0.0, 7_u64);
            // Twelve uniform numbers make a normal one.
            let mut normal = || {
                let mut uniform = || {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (seed >> 40) as f64 / f64::from(1 << 24)
                };
                (0..12).map(|_| uniform()).sum::<f64>() - 6.0
            };
            for tick in 0..1000_u32 {
                let samples: Vec<f32> = (0..10)
                    .map(|n| {
                        // Noise that falls with frequency, as muscle does.
                        slow = 0.6 * slow + 0.8 * normal();
                        let angle = std::f64::consts::TAU * hz * f64::from(10 * tick + n) / 1000.0;
                        (slow + height * std::f64::consts::SQRT_2 * angle.sin()) as f32
                    })
                    .collect();
                spectrum.hold(&samples);
                spectrum.keep();
            }
            let lines = spectrum.lines();
            assert_eq!(lines.len(), usize::from(wanted), "{hz} Hz, {height}: {lines:?}");
            if wanted {
                assert!((lines[0].hz - hz).abs() < 1.0, "{lines:?}");
                let share = height * height / (1.0 + height * height);
                assert!((lines[0].share - share).abs() < 0.1, "{lines:?}, {share}");
            }
        }
    }

    #[test]
    fn slow_signals_and_silence_have_none() {
        assert!(ActiveSpectrum::new(SampleRate::new(500.0).unwrap()).unwrap().is_none());
        let spectrum = ActiveSpectrum::new(SampleRate::new(2000.0).unwrap()).unwrap().unwrap();
        assert_eq!((spectrum.size, spectrum.report(20.0, 450.0, Some(Mains::Hz50))), (1024, None));
    }

    #[test]
    fn notched_bins_are_drawn_straight() {
        let mut density = vec![1.0; 257];
        for bin in &mut density[48..=52] {
            *bin = 0.0;
        }
        straighten(&mut density, 50.0, 3.0);
        assert_eq!(density, vec![1.0; 257]);
    }
}
