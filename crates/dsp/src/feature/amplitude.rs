//! How large and how restless a stretch of signal is. Units follow from µV in.
//!
//! All sums run in `f64` over `f32` samples, so no sample overflows them. References: R10, R11 in docs/REFERENCES.md.
//! Accuracy: 1e-12 relative to `NumPy` (`fixtures/feature/features.csv`).

use crate::math::{exp, ln, sqrt};

fn sum(x: &[f32], f: impl Fn(f64) -> f64) -> f64 {
    x.iter().map(|v| f(f64::from(*v))).sum()
}

fn differences(x: &[f32], f: impl Fn(f64) -> f64) -> f64 {
    x.windows(2).map(|w| f(f64::from(w[1]) - f64::from(w[0]))).sum()
}

/// The value if there were enough samples and they were numbers.
fn finite(enough: bool, value: f64) -> Option<f64> {
    (enough && value.is_finite()).then_some(value)
}

/// Integrated EMG, `Σ|x|`, in µV · samples.
pub fn iemg(x: &[f32]) -> Option<f64> {
    finite(!x.is_empty(), sum(x, f64::abs))
}

/// Mean absolute value, `1/N Σ|x|`, in µV.
pub fn mav(x: &[f32]) -> Option<f64> {
    iemg(x).map(|total| total / x.len() as f64)
}

/// Simple square integral, `Σx²`, in µV² · samples.
pub fn ssi(x: &[f32]) -> Option<f64> {
    finite(!x.is_empty(), sum(x, |v| v * v))
}

/// Root mean square, `√(1/N Σx²)`, in µV.
pub fn rms(x: &[f32]) -> Option<f64> {
    ssi(x).map(|total| sqrt(total / x.len() as f64))
}

/// Variance of a signal without offset, `1/(N−1) Σx²`, in µV²; two samples at least. The mean counts as zero.
pub fn var(x: &[f32]) -> Option<f64> {
    ssi(x).filter(|_| x.len() > 1).map(|total| total / (x.len() - 1) as f64)
}

/// Waveform length, `Σ|x[i+1] − x[i]|`, in µV; two samples at least.
pub fn wl(x: &[f32]) -> Option<f64> {
    finite(x.len() > 1, differences(x, f64::abs))
}

/// Difference absolute standard deviation value, `√(1/(N−1) Σ(x[i+1] − x[i])²)`, in µV; two samples at least.
pub fn dasdv(x: &[f32]) -> Option<f64> {
    finite(x.len() > 1, differences(x, |d| d * d)).map(|total| sqrt(total / (x.len() - 1) as f64))
}

/// Log detector, `exp(1/N Σ ln|x|)`, in µV: the geometric mean of the magnitudes. One zero sample makes it 0.
pub fn log_detector(x: &[f32]) -> Option<f64> {
    if x.iter().any(|v| !v.is_finite()) {
        return None;
    }
    finite(!x.is_empty(), exp(sum(x, |v| ln(v.abs())) / x.len() as f64))
}
