//! Textbook twins: the same result by the plainest possible way, in `f64`.

use std::f64::consts::PI;

/// A cascade of sections `[b0, b1, b2, a1, a2]`, each by its difference equation on stored past values (direct form 1).
pub fn filter(sections: &[[f64; 5]], x: &[f64]) -> Vec<f64> {
    let past = |v: &[f64], n: usize, k: usize| if n >= k { v[n - k] } else { 0.0 };
    let mut signal = x.to_vec();
    for [b0, b1, b2, a1, a2] in sections {
        let mut y: Vec<f64> = Vec::with_capacity(signal.len());
        for n in 0..signal.len() {
            let forward = b0 * signal[n] + b1 * past(&signal, n, 1) + b2 * past(&signal, n, 2);
            y.push(forward - a1 * past(&y, n, 1) - a2 * past(&y, n, 2));
        }
        signal = y;
    }
    signal
}

/// Mean of the latest `window` values of `f(x)`, missing ones 0, each window summed anew.
pub fn moving_mean(x: &[f64], window: usize, f: impl Fn(f64) -> f64) -> Vec<f64> {
    let mean = |n: usize| x[(n + 1).saturating_sub(window)..=n].iter().map(|v| f(*v)).sum::<f64>() / window as f64;
    (0..x.len()).map(mean).collect()
}

/// Root mean square over the latest `window` values.
pub fn moving_rms(x: &[f64], window: usize) -> Vec<f64> {
    moving_mean(x, window, |v| v * v).into_iter().map(f64::sqrt).collect()
}

/// Discrete Fourier transform at one frequency, in cycles per sample: real and imaginary part.
pub fn dft(x: &[f64], cycles_per_sample: f64) -> (f64, f64) {
    x.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, v)| {
        let angle = 2.0 * PI * cycles_per_sample * n as f64;
        (re + v * angle.cos(), im - v * angle.sin())
    })
}

/// Welch's one-sided density with a periodic Hann window and the mean of each segment removed.
pub fn welch(x: &[f64], rate_hz: f64, segment: usize, overlap: usize) -> Vec<f64> {
    let window: Vec<f64> = (0..segment).map(|n| (PI * n as f64 / segment as f64).sin().powi(2)).collect();
    let norm = rate_hz * window.iter().map(|w| w * w).sum::<f64>();
    let starts: Vec<usize> = (0..=x.len() - segment).step_by(segment - overlap).collect();
    let bins = segment / 2 + 1;
    let mut density = vec![0.0; bins];
    for start in &starts {
        let part = &x[*start..start + segment];
        let mean = part.iter().sum::<f64>() / segment as f64;
        let tapered: Vec<f64> = part.iter().zip(&window).map(|(v, w)| (v - mean) * w).collect();
        for (k, total) in density.iter_mut().enumerate() {
            let (re, im) = dft(&tapered, k as f64 / segment as f64);
            let sides = if k == 0 || 2 * k == segment { 1.0 } else { 2.0 };
            *total += sides * (re * re + im * im) / norm / starts.len() as f64;
        }
    }
    density
}
