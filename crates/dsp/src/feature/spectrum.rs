//! Power spectrum by Welch's method, and its median and mean frequency.
//!
//! For reports only. No state is decided on a spectrum and none enters the digest: an FFT's last bits may differ between
//! machines. Un-notched, band-passed data give honest frequencies; a rate below 512 Hz gives none worth reporting.

extern crate alloc;

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use crate::simd::{Work, widest};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::error::{ConfigError, ShapeError};
use crate::math::{PI, cos};
use crate::units::SampleRate;

/// Power spectral density by Welch's method, planned once.
///
/// Segments of `segment` samples, `overlap` shared by neighbours; of each the mean is subtracted, then
/// `w[n] = ½ − ½cos(2πn/segment)` (periodic Hann) applied. `P[k] = c·mean|FFT|²[k] / (rate·Σw²)` with `c = 2`, but 1 at
/// 0 Hz and at half the rate: one-sided, in µV²/Hz. Samples after the last whole segment are not used.
///
/// This is `scipy.signal.welch(x, rate, "hann", segment, overlap, detrend="constant", scaling="density")`.
///
/// # Accuracy
/// 1e-10 relative per bin against `SciPy` (`fixtures/spectrum/welch_*.csv`).
///
/// # References
/// R13 in docs/REFERENCES.md
pub struct Welch {
    segment: usize,
    step: usize,
    rate: SampleRate,
    window: Vec<f64>,
    /// 1/(rate·Σw²)
    scale: f64,
    plan: Arc<dyn Fft<f64>>,
    /// Two segments, as real and as imaginary part, and then their transform.
    pair: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
    /// Σ|transform|² of all pairs, over all frequencies from 0 Hz to the rate.
    power: Vec<f64>,
}

impl Welch {
    /// Longest segment.
    pub const MAX_SEGMENT: usize = 65_536;

    /// Plans segments of `segment` samples of which `overlap` are shared; 512 and 256 at 1000 Hz.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] unless `segment` is from 8 to [`Welch::MAX_SEGMENT`] and `overlap` below it.
    pub fn new(segment: usize, overlap: usize, rate: SampleRate) -> Result<Self, ConfigError> {
        let limits = |field, value, min: usize, max: usize| {
            let error = ConfigError::OutOfRange { field, value: value as f64, min: min as f64, max: max as f64 };
            if (min..=max).contains(&value) { Ok(()) } else { Err(error) }
        };
        limits("segment", segment, 8, Self::MAX_SEGMENT)?;
        limits("overlap", overlap, 0, segment - 1)?;
        let window: Vec<f64> = (0..segment).map(|n| 0.5 - 0.5 * cos(2.0 * PI * n as f64 / segment as f64)).collect();
        let scale = 1.0 / (rate.hz() * window.iter().map(|w| w * w).sum::<f64>());
        let plan = FftPlanner::new().plan_fft_forward(segment);
        let pair = vec![Complex::ZERO; segment];
        let scratch = vec![Complex::ZERO; plan.get_inplace_scratch_len()];
        let power = vec![0.0; segment];
        Ok(Self { segment, step: segment - overlap, rate, window, scale, plan, pair, scratch, power })
    }

    /// Frequencies in a spectrum: `segment/2 + 1`, from 0 Hz.
    pub fn bins(&self) -> usize {
        self.segment / 2 + 1
    }

    /// Distance of two bins in Hz.
    pub fn resolution_hz(&self) -> f64 {
        self.rate.hz() / self.segment as f64
    }

    /// Writes the density of `x` and tells how many segments it is the mean of. Allocates nothing.
    ///
    /// Samples that are not finite make the density NaN; the frequencies below are then `None`.
    ///
    /// # Errors
    /// [`ShapeError::Length`] if `x` is shorter than a segment or `density` has not [`Welch::bins`] values; `density` is
    /// then untouched.
    pub fn density(&mut self, x: &[f32], density: &mut [f64]) -> Result<usize, ShapeError> {
        if density.len() != self.bins() {
            return Err(ShapeError::Length { expected: self.bins(), actual: density.len() });
        }
        if x.len() < self.segment {
            return Err(ShapeError::Length { expected: self.segment, actual: x.len() });
        }
        self.power.fill(0.0);
        let segments = widest(Segments { welch: self, x });
        let n = self.segment;
        for (k, density) in density.iter_mut().enumerate() {
            // Of z = a + ib with real a and b: |A[k]|² + |B[k]|² = (|Z[k]|² + |Z[n−k]|²) / 2.
            let mirrored = (n - k) % n;
            let both = 0.5 * (self.power[k] + self.power[mirrored]);
            let sides = if mirrored == k { 1.0 } else { 2.0 };
            *density = both * (self.scale * sides / segments as f64);
        }
        Ok(segments)
    }
}

/// Segments to be added up, bin by bin.
struct Segments<'a> {
    welch: &'a mut Welch,
    x: &'a [f32],
}

impl Work for Segments<'_> {
    type Output = usize;

    /// Two real segments in one complex transform: only the sum of their powers is wanted, so they need not be told apart.
    #[inline(always)]
    fn run(self) -> usize {
        let Self { welch, x } = self;
        let Welch { segment, step, window, plan, pair, scratch, power, .. } = welch;
        let mut parts = x.windows(*segment).step_by(*step);
        let segments = parts.len();
        // An odd one goes first, beside itself, and counts half.
        let mut is_alone = segments % 2 == 1;
        // Where neighbours share a half, no half is summed twice.
        let shared = if 2 * *step == *segment { *step } else { 0 };
        let mut carried = sum(&x[..shared]);
        let mut mean = |part: &[f32]| {
            let rest = sum(&part[shared..]);
            let total = carried + rest;
            if shared > 0 {
                carried = rest;
            }
            total / part.len() as f64
        };
        while let Some(first) = parts.next() {
            let mean_of_first = mean(first);
            let second = if is_alone { None } else { parts.next() };
            let (second, mean_of_second) = second.map_or((first, mean_of_first), |second| (second, mean(second)));
            for (((slot, a), b), w) in pair.iter_mut().zip(first).zip(second).zip(&*window) {
                *slot = Complex::new((f64::from(*a) - mean_of_first) * w, (f64::from(*b) - mean_of_second) * w);
            }
            plan.process_with_scratch(pair, scratch);
            for (total, c) in power.iter_mut().zip(&*pair) {
                *total += c.re * c.re + c.im * c.im;
            }
            if is_alone {
                for total in power.iter_mut() {
                    *total *= 0.5;
                }
                is_alone = false;
            }
        }
        segments
    }
}

/// The sum, in eight parts side by side and always the same.
#[inline(always)]
fn sum(x: &[f32]) -> f64 {
    let mut parts = [0.0; 8];
    let eights = x.chunks_exact(8);
    let rest: f64 = eights.remainder().iter().copied().map(f64::from).sum();
    for eight in eights {
        for (part, v) in parts.iter_mut().zip(eight) {
            *part += f64::from(*v);
        }
    }
    parts.iter().sum::<f64>() + rest
}

/// Median frequency: half of the band's power lies below it.
///
/// Power is summed over the bins whose frequency lies in `band_hz`; a bin's power counts as spread evenly from half a bin
/// below to half a bin above its frequency, and the answer lies inside the bin in which the sum passes one half.
///
/// None if the band holds no power, or if the density is not finite.
///
/// # References
/// R14 in docs/REFERENCES.md
pub fn median_frequency(density: &[f64], resolution_hz: f64, band_hz: RangeInclusive<f64>) -> Option<f64> {
    let total = power(density, resolution_hz, &band_hz)?;
    let mut below = 0.0;
    let mut found = None;
    for (f, p) in bins(density, resolution_hz, &band_hz) {
        if p > 0.0 && below + p >= 0.5 * total {
            found = Some(f + resolution_hz * ((0.5 * total - below) / p - 0.5));
            break;
        }
        below += p;
    }
    found.filter(|f| f.is_finite())
}

/// Mean frequency `Σ f·P / Σ P` over the bins in `band_hz`.
///
/// None if the band holds no power, or if the density is not finite.
///
/// # References
/// R14 in docs/REFERENCES.md
pub fn mean_frequency(density: &[f64], resolution_hz: f64, band_hz: RangeInclusive<f64>) -> Option<f64> {
    let total = power(density, resolution_hz, &band_hz)?;
    let moment: f64 = bins(density, resolution_hz, &band_hz).map(|(f, p)| f * p).sum();
    Some(moment / total).filter(|f| f.is_finite())
}

/// Frequency and power of each bin in the band.
fn bins<'a>(
    density: &'a [f64],
    resolution_hz: f64,
    band_hz: &'a RangeInclusive<f64>,
) -> impl Iterator<Item = (f64, f64)> + 'a {
    let all = density.iter().enumerate().map(move |(k, p)| (k as f64 * resolution_hz, *p));
    all.filter(|(f, _)| band_hz.contains(f))
}

fn power(density: &[f64], resolution_hz: f64, band_hz: &RangeInclusive<f64>) -> Option<f64> {
    let total: f64 = bins(density, resolution_hz, band_hz).map(|(_, p)| p).sum();
    (total > 0.0 && total.is_finite()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_line_is_both_median_and_mean() {
        let mut density = [0.0; 257];
        density[50] = 3.0;
        assert_eq!(median_frequency(&density, 2.0, 20.0..=450.0), Some(100.0));
        assert_eq!(mean_frequency(&density, 2.0, 20.0..=450.0), Some(100.0));
        assert_eq!(median_frequency(&density, 2.0, 200.0..=450.0), None);
        density[60] = f64::NAN;
        assert_eq!(mean_frequency(&density, 2.0, 20.0..=450.0), None);
    }

    #[test]
    fn even_and_odd_numbers_of_segments_are_the_mean_of_each_alone() {
        let halves = [8, 9, 64, 100, 257].map(|segment| (segment, segment / 2));
        for (segment, overlap) in halves.into_iter().chain([(64, 0), (64, 3), (64, 63)]) {
            let mut welch = Welch::new(segment, overlap, SampleRate::new(1000.0).unwrap()).unwrap();
            let mut noise = tonus_testkit::random::Pcg::new(segment as u64, 1);
            let x: Vec<f32> = (0..8 * segment).map(|_| (300.0 + noise.normal()) as f32).collect();
            let step = segment - overlap;
            for segments in 1..=7 {
                let mut wanted = vec![0.0; welch.bins()];
                let mut alone = wanted.clone();
                for n in 0..segments {
                    assert_eq!(welch.density(&x[n * step..n * step + segment], &mut alone), Ok(1));
                    wanted.iter_mut().zip(&alone).for_each(|(sum, p)| *sum += p / segments as f64);
                }
                let mut found = alone;
                assert_eq!(welch.density(&x[..(segments - 1) * step + segment], &mut found), Ok(segments));
                let total: f64 = wanted.iter().sum();
                assert!(
                    wanted.iter().zip(&found).all(|(w, f)| (w - f).abs() < 1e-12 * total),
                    "{segment} {overlap} {segments}"
                );
            }
        }
    }

    #[test]
    fn shapes_are_checked() {
        let rate = SampleRate::new(1000.0).unwrap();
        assert!(Welch::new(4, 0, rate).is_err() && Welch::new(64, 64, rate).is_err());
        let mut welch = Welch::new(64, 32, rate).unwrap();
        let mut out = vec![0.0; 33];
        let short = ShapeError::Length { expected: 64, actual: 63 };
        assert_eq!(welch.density(&[0.0; 63], &mut out), Err(short));
        assert_eq!(welch.density(&[0.0; 64], &mut out[1..]), Err(ShapeError::Length { expected: 33, actual: 32 }));
        assert_eq!(welch.density(&[0.0; 128], &mut out), Ok(3));
    }
}
