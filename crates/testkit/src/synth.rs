//! Synthetic surface EMG with a known latent amplitude.
//!
//! Muscle: white Gaussian noise through Shwedyk's spectrum, times the amplitude profile. Streams of [`Pcg`] are separate per
//! source, so adding a contaminant leaves the muscle's samples as they were. Draw order, all with the recording's seed:
//!
//! | stream | source | draws |
//! |---|---|---|
//! | 1 | muscle | one normal per sample; [`WARM_UP`] discarded samples first |
//! | 2 | instrument noise | one normal per sample |
//! | 3 | mains | one uniform per harmonic (phase) |
//! | 4 | ECG | per beat one normal (interval) |
//! | 5 | motion | per burst: start, duration, frequency, phase (uniforms) |
//! | 6 | pops | per pop: start, decay, sign (uniforms) |
//! | 7 | dropouts | per dropout: start, duration (uniforms) |
//!
//! References: R15, R16, R17 in docs/REFERENCES.md.
//!
//! Signal-to-noise in dB is `20·log10(ratio)` of the amplitudes of contraction and rest.

use std::f64::consts::PI;

use crate::random::Pcg;

/// Samples of muscle noise thrown away while its filter settles.
pub const WARM_UP: usize = 1000;

/// Shwedyk's spectrum as a digital filter: `H(s) = s / ((s + ω_l)(s + ω_h)²)` by the bilinear transform, scaled so that
/// white noise of variance 1 leaves with variance 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Shwedyk {
    b: [f64; 4],
    a: [f64; 4],
}

impl Shwedyk {
    /// Corner frequencies in Hz: (60, 120) is usual, (30, 60) a slow muscle, (80, 160) a fast one.
    pub fn new(low_hz: f64, high_hz: f64, rate_hz: f64) -> Self {
        let pole = |hz: f64| {
            let w = PI * hz / rate_hz;
            (1.0 - w) / (1.0 + w)
        };
        let (p, q) = (pole(low_hz), pole(high_hz));
        let a = [1.0, -(p + 2.0 * q), q * q + 2.0 * p * q, -p * q * q];
        let mut shape = Self { b: [1.0, 1.0, -1.0, -1.0], a };
        let mut impulse = vec![0.0; 20_000];
        impulse[0] = 1.0;
        let gain = 1.0 / shape.filter(&impulse).iter().map(|v| v * v).sum::<f64>().sqrt();
        shape.b = shape.b.map(|v| v * gain);
        shape
    }

    /// Numerator and denominator, from z⁰ to z⁻³.
    pub fn coefficients(&self) -> ([f64; 4], [f64; 4]) {
        (self.b, self.a)
    }

    /// Filters, from zero state.
    pub fn filter(&self, x: &[f64]) -> Vec<f64> {
        let mut s = [0.0; 3];
        x.iter()
            .map(|x| {
                let y = self.b[0] * x + s[0];
                s[0] = self.b[1] * x - self.a[1] * y + s[1];
                s[1] = self.b[2] * x - self.a[2] * y + s[2];
                s[2] = self.b[3] * x - self.a[3] * y;
                y
            })
            .collect()
    }
}

/// One contraction: linear ramp, hold, exponential release.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contraction {
    /// When the ramp begins.
    pub start_s: f64,
    /// Length of the ramp.
    pub ramp_s: f64,
    /// Length of the hold.
    pub hold_s: f64,
    /// Time constant of the release.
    pub release_s: f64,
    /// Amplitude of the hold over that of rest.
    pub ratio: f64,
}

impl Contraction {
    /// How far into the contraction, 0 to 1.
    fn progress(&self, t: f64) -> f64 {
        let t = t - self.start_s;
        if t < 0.0 {
            0.0
        } else if t < self.ramp_s {
            t / self.ramp_s
        } else if t < self.ramp_s + self.hold_s {
            1.0
        } else {
            libm::exp(-(t - self.ramp_s - self.hold_s) / self.release_s)
        }
    }

    /// `(C² − 1)·p²`: what it adds to the power of rest.
    fn added_power(&self, t: f64) -> f64 {
        let p = self.progress(t);
        (self.ratio * self.ratio - 1.0) * p * p
    }
}

/// What else an electrode picks up. Amplitudes are multiples of the resting RMS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Contaminant {
    /// Harmonics 1, 3, 5 of the grid with weights 1, 0.3, 0.1.
    Mains {
        /// Frequency of the grid.
        hz: f64,
        /// RMS of the first harmonic.
        rms: f64,
    },
    /// Heart beats every 0.91 s ± 5 %.
    Ecg {
        /// Height of the R wave.
        peak: f64,
    },
    /// Bursts of 1 to 10 Hz under a Gaussian window, 0.2 to 1 s.
    Motion {
        /// How many.
        bursts: usize,
        /// Height.
        peak: f64,
    },
    /// Steps that decay with 0.05 to 0.35 s.
    Pops {
        /// How many.
        count: usize,
        /// Height.
        peak: f64,
    },
    /// The last value is held for 20 to 200 ms.
    Dropouts {
        /// How many.
        count: usize,
    },
    /// A constant voltage.
    Offset {
        /// In µV, not in multiples of rest.
        uv: f64,
    },
    /// The converter: rounds to steps and clips.
    Converter {
        /// µV per step.
        step_uv: f64,
        /// Largest magnitude in µV.
        rail_uv: f64,
    },
}

/// A recording to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Sampling rate.
    pub rate_hz: f64,
    /// Length.
    pub seconds: f64,
    /// Seed of all streams.
    pub seed: u64,
    /// Corner frequencies of the muscle's spectrum.
    pub corners_hz: (f64, f64),
    /// RMS of the muscle at rest.
    pub rest_uv: f64,
    /// RMS of the amplifier.
    pub instrument_uv: f64,
    /// What the muscle does.
    pub contractions: Vec<Contraction>,
    /// What else is there, applied in this order.
    pub contaminants: Vec<Contaminant>,
}

impl Recipe {
    /// A muscle at rest, 2 µV, (60, 120) Hz, and an amplifier of 0.5 µV.
    pub fn rest(rate_hz: f64, seconds: f64, seed: u64) -> Self {
        Self {
            rate_hz,
            seconds,
            seed,
            corners_hz: (60.0, 120.0),
            rest_uv: 2.0,
            instrument_uv: 0.5,
            contractions: Vec::new(),
            contaminants: Vec::new(),
        }
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        (self.seconds * self.rate_hz) as usize
    }

    /// The latent amplitude σ(t) = σ₀·√(1 + Σ(C² − 1)p²) of the muscle, in µV: the truth.
    pub fn amplitude_uv(&self) -> Vec<f64> {
        let at = |i: usize| {
            let t = i as f64 / self.rate_hz;
            self.rest_uv * (1.0 + self.contractions.iter().map(|c| c.added_power(t)).sum::<f64>()).sqrt()
        };
        (0..self.samples()).map(at).collect()
    }

    /// The recording in µV.
    pub fn make_uv(&self) -> Vec<f64> {
        let n = self.samples();
        let mut pcg = Pcg::new(self.seed, 1);
        let white: Vec<f64> = (0..n + WARM_UP).map(|_| pcg.normal()).collect();
        let shaped = Shwedyk::new(self.corners_hz.0, self.corners_hz.1, self.rate_hz).filter(&white);
        let mut noise = Pcg::new(self.seed, 2);
        let muscle = self.amplitude_uv().into_iter().zip(&shaped[WARM_UP..]).map(|(sigma, v)| sigma * v);
        let mut x: Vec<f64> = muscle.map(|v| v + self.instrument_uv * noise.normal()).collect();
        for contaminant in &self.contaminants {
            self.contaminate(&mut x, *contaminant);
        }
        x
    }

    fn contaminate(&self, x: &mut [f64], contaminant: Contaminant) {
        let (rate, length) = (self.rate_hz, self.seconds);
        let unit = self.rest_uv;
        let pcg = |stream| Pcg::new(self.seed, stream);
        let mut add = |f: &dyn Fn(f64) -> f64| {
            for (i, v) in x.iter_mut().enumerate() {
                *v += unit * f(i as f64 / rate);
            }
        };
        match contaminant {
            Contaminant::Mains { hz, rms } => {
                let mut pcg = pcg(3);
                for (k, weight) in [(1.0, 1.0), (3.0, 0.3), (5.0, 0.1)] {
                    let phase = pcg.between(0.0, 2.0 * PI);
                    let height = rms * weight * std::f64::consts::SQRT_2;
                    add(&|t| height * libm::sin(2.0 * PI * k * hz * t + phase));
                }
            }
            Contaminant::Ecg { peak } => {
                let mut pcg = pcg(4);
                let mut beat = 0.4;
                while beat < length {
                    let bell = |t: f64, width: f64| libm::exp(-0.5 * (t / width) * (t / width));
                    add(&|t| {
                        let t = t - beat;
                        peak * (bell(t, 0.010) - 0.25 * bell(t + 0.025, 0.008) - 0.3 * bell(t - 0.025, 0.010))
                    });
                    beat += 0.91 * (1.0 + 0.05 * pcg.normal()).max(0.5);
                }
            }
            Contaminant::Motion { bursts, peak } => {
                let mut pcg = pcg(5);
                for _ in 0..bursts {
                    let (start, width) = (pcg.between(0.0, length), pcg.between(0.2, 1.0));
                    let (hz, phase) = (pcg.between(1.0, 10.0), pcg.between(0.0, 2.0 * PI));
                    add(&|t| {
                        let z = (t - start) / (width / 4.0);
                        peak * libm::exp(-0.5 * z * z) * libm::sin(2.0 * PI * hz * t + phase)
                    });
                }
            }
            Contaminant::Pops { count, peak } => {
                let mut pcg = pcg(6);
                for _ in 0..count {
                    let (start, decay) = (pcg.between(0.0, length), pcg.between(0.05, 0.35));
                    let height = if pcg.uniform() < 0.5 { -peak } else { peak };
                    add(&|t| if t < start { 0.0 } else { height * libm::exp(-(t - start) / decay) });
                }
            }
            Contaminant::Dropouts { count } => {
                let mut pcg = pcg(7);
                for _ in 0..count {
                    let start = (pcg.between(0.0, length) * rate) as usize;
                    let end = start + (pcg.between(0.02, 0.2) * rate) as usize;
                    let end = end.min(x.len());
                    if start < end {
                        let held = x[start];
                        x[start..end].fill(held);
                    }
                }
            }
            Contaminant::Offset { uv } => add(&|_| uv / unit),
            Contaminant::Converter { step_uv, rail_uv } => {
                for v in x {
                    *v = (libm::round(v.clamp(-rail_uv, rail_uv) / step_uv)) * step_uv;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Table, Tolerance, assert_close, rms, twin::dft};

    #[test]
    fn spectrum_is_the_bilinear_transform_of_the_formula() {
        let golden = Table::load("design/shwedyk.csv");
        for row in 0..golden.rows() {
            let value = |name: &str| golden.value(name, row);
            let (b, a) = Shwedyk::new(value("low_hz"), value("high_hz"), value("rate_hz")).coefficients();
            let expected: Vec<f64> = (0..4).map(|i| value(&format!("a{i}"))).collect();
            assert_close("a", &a, &expected, Tolerance::absolute(1e-12));
            let gain = b[0] / value("b0");
            let expected: Vec<f64> = (0..4).map(|i| gain * value(&format!("b{i}"))).collect();
            assert_close("b", &b, &expected, Tolerance::absolute(1e-12));
        }
    }

    #[test]
    fn amplitude_is_the_latent_one() {
        let hold = Contraction { start_s: 10.0, ramp_s: 0.2, hold_s: 20.0, release_s: 0.1, ratio: 10.0 };
        let recipe = Recipe { instrument_uv: 0.0, contractions: vec![hold], ..Recipe::rest(1000.0, 40.0, 3) };
        let x = recipe.make_uv();
        assert!((rms(&x[..10_000]) / 2.0 - 1.0).abs() < 0.03);
        assert!((rms(&x[11_000..30_000]) / 20.0 - 1.0).abs() < 0.03);
        let truth = recipe.amplitude_uv();
        assert!((truth[15_000] - 20.0).abs() < 1e-12 && (truth[39_999] - 2.0).abs() < 1e-9);
    }

    #[test]
    fn contaminants_leave_the_muscle_as_it_was() {
        let clean = Recipe::rest(1000.0, 20.0, 5);
        let mains = Contaminant::Mains { hz: 50.0, rms: 5.0 };
        let noisy = Recipe { contaminants: vec![mains], ..clean.clone() };
        let added: Vec<f64> = noisy.make_uv().iter().zip(clean.make_uv()).map(|(a, b)| a - b).collect();
        let (re, im) = dft(&added, 0.05);
        assert!((2.0 * re.hypot(im) / added.len() as f64 - 10.0 * 2f64.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn the_same_recipe_gives_the_same_bits_and_all_kinds_work() {
        let kinds = [
            Contaminant::Ecg { peak: 10.0 },
            Contaminant::Motion { bursts: 3, peak: 50.0 },
            Contaminant::Pops { count: 2, peak: 500.0 },
            Contaminant::Dropouts { count: 2 },
            Contaminant::Offset { uv: 300_000.0 },
            Contaminant::Converter { step_uv: 0.5, rail_uv: 300_100.0 },
        ];
        let recipe = Recipe { contaminants: kinds.to_vec(), ..Recipe::rest(500.0, 10.0, 9) };
        let (a, b) = (recipe.make_uv(), recipe.make_uv());
        assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()));
        assert!(a.iter().all(|v| *v <= 300_100.0 && (v / 0.5).fract() == 0.0));
    }
}
