//! Mains notches of constant width.

use super::{Section, Sections, check_edge, nyquist_hz};
use crate::error::ConfigError;
use crate::math::{PI, cos, tan};
use crate::units::SampleRate;

/// Width of a mains notch between its −3 dB edges, in Hz.
///
/// 5 Hz is a compromise: it settles to −40 dB in 313 ms and still takes 22 dB from a grid that is off by 0.2 Hz.
pub const DEFAULT_WIDTH_HZ: f64 = 5.0;

/// Harmonics of the mains that get a notch: the odd ones dominate.
pub const HARMONICS: [u32; 3] = [1, 3, 5];

/// Largest edge of a default section as a fraction of the sampling rate; what lies above is left out.
pub const MAX_EDGE_FRACTION: f64 = 0.45;

/// Frequency of the power grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Mains {
    /// Most of the world.
    #[cfg_attr(feature = "serde", serde(rename = "50"))]
    Hz50,
    /// The Americas, parts of Asia.
    #[cfg_attr(feature = "serde", serde(rename = "60"))]
    Hz60,
}

impl Mains {
    /// The frequency in Hz.
    pub const fn hz(self) -> f64 {
        match self {
            Self::Hz50 => 50.0,
            Self::Hz60 => 60.0,
        }
    }
}

/// A notch at `f0_hz` whose −3 dB edges are `width_hz` apart: zero gain at `f0_hz`, gain 1 far from it.
///
/// With `g = 1/(1 + tan(π·width/rate))` and `ω = 2π·f0/rate`:
///
/// `b = g·[1, −2cos ω, 1]`, `a = [1, −2g·cos ω, 2g − 1]`.
///
/// This is `SciPy`'s `iirnotch(f0, Q = f0/width, rate)`. It is *not* the cookbook notch of the same Q, which grows too narrow
/// towards half the rate.
///
/// # Errors
/// [`ConfigError::OutOfRange`] or [`ConfigError::AboveNyquist`] unless `f0_hz` lies from
/// [`MIN_EDGE_HZ`](super::MIN_EDGE_HZ) to below half the rate and `width_hz` to below a quarter of it;
/// [`ConfigError::Unstable`] if a pole is not inside the unit circle after rounding.
///
/// # Accuracy
/// Coefficients within 1e-12 of `SciPy` (`fixtures/design/notch.csv`).
///
/// # References
/// R3, R4 in docs/REFERENCES.md
pub fn notch(f0_hz: f64, width_hz: f64, rate: SampleRate) -> Result<Section, ConfigError> {
    check_edge("notch_hz", f0_hz, nyquist_hz(rate))?;
    check_edge("notch_width_hz", width_hz, 0.25 * rate.hz())?;
    let g = 1.0 / (1.0 + tan(PI * width_hz / rate.hz()));
    let c = cos(2.0 * PI * f0_hz / rate.hz());
    let b1 = g * (-2.0 * c);
    Section { b0: g, b1, b2: g, a1: b1, a2: 2.0 * g - 1.0 }.checked("notch_hz")
}

/// Notches of [`DEFAULT_WIDTH_HZ`] at those [`HARMONICS`] of the grid that lie below [`MAX_EDGE_FRACTION`] of the rate.
///
/// At 250 Hz that is one notch, at 1000 Hz and above all three, below 112 Hz (50 Hz grid) none.
///
/// # Errors
/// None of the accepted rates gives one; the type is that of every design.
pub fn mains_notches(mains: Mains, rate: SampleRate) -> Result<Sections<3>, ConfigError> {
    let mut sections = Sections::EMPTY;
    add_mains_notches(&mut sections, mains, rate)?;
    Ok(sections)
}

/// Appends [`mains_notches`] to other sections.
///
/// # Errors
/// As [`mains_notches`], or more sections than `N`.
#[inline(never)]
pub fn add_mains_notches<const N: usize>(
    sections: &mut Sections<N>,
    mains: Mains,
    rate: SampleRate,
) -> Result<(), ConfigError> {
    for k in HARMONICS {
        let f0_hz = f64::from(k) * mains.hz();
        if f0_hz < MAX_EDGE_FRACTION * rate.hz() {
            sections.push(notch(f0_hz, DEFAULT_WIDTH_HZ, rate)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notch_50_hz_q_30_has_the_published_coefficients() {
        let s = notch(50.0, 50.0 / 30.0, SampleRate::new(1000.0).unwrap()).unwrap();
        assert!((s.b0 - 0.9947912376593769).abs() < 1e-15 && (s.b1 + 1.8922053778585424).abs() < 1e-14);
        assert!((s.a2 - 0.9895824753187539).abs() < 1e-15 && s.b2 == s.b0 && s.a1 == s.b1);
    }

    #[test]
    fn harmonics_above_the_limit_are_left_out() {
        let count = |mains, hz| mains_notches(mains, SampleRate::new(hz).unwrap()).unwrap().len();
        assert_eq!((count(Mains::Hz50, 100.0), count(Mains::Hz50, 250.0), count(Mains::Hz50, 500.0)), (0, 1, 2));
        assert_eq!((count(Mains::Hz50, 1000.0), count(Mains::Hz60, 500.0), count(Mains::Hz60, 4000.0)), (3, 2, 3));
    }

    #[test]
    fn every_rate_gives_mains_notches() {
        let mut hz = SampleRate::MIN_HZ;
        while hz <= SampleRate::MAX_HZ {
            for mains in [Mains::Hz50, Mains::Hz60] {
                assert!(mains_notches(mains, SampleRate::new(hz).unwrap()).is_ok(), "{hz}");
            }
            hz *= 1.0007;
        }
    }

    #[test]
    fn wrong_parameters_are_named() {
        let rate = SampleRate::new(1000.0).unwrap();
        for bad in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            assert!(matches!(notch(bad, 5.0, rate), Err(ConfigError::OutOfRange { field: "notch_hz", .. })));
            assert!(matches!(notch(50.0, bad, rate), Err(ConfigError::OutOfRange { field: "notch_width_hz", .. })));
        }
        assert!(matches!(notch(500.0, 5.0, rate), Err(ConfigError::AboveNyquist { .. })));
    }
}
