//! Butterworth low- and high-pass of even order as a cascade of second-order sections.

use super::{Section, Sections, check_edge, nyquist_hz};
use crate::error::ConfigError;
use crate::math::{PI, sin, tan};
use crate::units::SampleRate;

/// Highest order.
pub const MAX_ORDER: usize = 8;

/// Which side of the edge passes.
#[derive(Clone, Copy)]
enum Side {
    High,
    Low,
}

/// Butterworth high-pass: −3.01 dB at `cutoff_hz`, −6 dB per octave and order below it.
///
/// With `K = tan(π·cutoff/rate)` (bilinear transform, prewarped), section `k` of `order/2` has
/// `Q = 1/(2·sin((2k+1)π/(2·order)))`, `n = 1/(1 + K/Q + K²)` and
///
/// `b = n·[1, −2, 1]`, `a = [1, 2n(K² − 1), n(1 − K/Q + K²)]`.
///
/// The zero at 0 Hz is exact, in `f32` too, because `b1 = −2·b0` and `b2 = b0`. Sections come in falling Q. Each has gain 1
/// in its passband; `SciPy`'s `butter(…, output="sos")` is the same filter with the gain collected in the first section.
///
/// # Errors
/// [`ConfigError::Order`] unless `order` is 2, 4, 6 or 8; [`ConfigError::OutOfRange`] or [`ConfigError::AboveNyquist`]
/// unless `cutoff_hz` lies from [`MIN_EDGE_HZ`](super::MIN_EDGE_HZ) to below half the rate; [`ConfigError::Unstable`] if a
/// pole is not inside the unit circle after rounding.
///
/// # Accuracy
/// Poles and response within 1e-12 of `SciPy` (`fixtures/design/butterworth.csv`).
///
/// # References
/// R1, R2 in docs/REFERENCES.md
pub fn butterworth_highpass(cutoff_hz: f64, rate: SampleRate, order: usize) -> Result<Sections<4>, ConfigError> {
    design("highpass_hz", Side::High, cutoff_hz, rate, order)
}

/// Butterworth low-pass: −3.01 dB at `cutoff_hz`, −6 dB per octave and order above it.
///
/// As [`butterworth_highpass`], with `b = n·K²·[1, 2, 1]`; the gain at 0 Hz is 1.
///
/// # Errors
/// As [`butterworth_highpass`].
///
/// # Accuracy
/// Poles and response within 1e-12 of `SciPy` (`fixtures/design/butterworth.csv`).
///
/// # References
/// R1, R2 in docs/REFERENCES.md
pub fn butterworth_lowpass(cutoff_hz: f64, rate: SampleRate, order: usize) -> Result<Sections<4>, ConfigError> {
    design("lowpass_hz", Side::Low, cutoff_hz, rate, order)
}

fn design(
    field: &'static str,
    side: Side,
    cutoff_hz: f64,
    rate: SampleRate,
    order: usize,
) -> Result<Sections<4>, ConfigError> {
    if !(2..=MAX_ORDER).contains(&order) || order % 2 != 0 {
        return Err(ConfigError::Order { given: order, max: MAX_ORDER });
    }
    check_edge(field, cutoff_hz, nyquist_hz(rate))?;
    let k = tan(PI * cutoff_hz / rate.hz());
    let mut sections = Sections::EMPTY;
    for index in 0..order / 2 {
        let inverse_q = 2.0 * sin((2 * index + 1) as f64 * PI / (2 * order) as f64);
        sections.push(section(side, k, inverse_q).checked(field)?)?;
    }
    Ok(sections)
}

fn section(side: Side, k: f64, inverse_q: f64) -> Section {
    let k2 = k * k;
    let n = 1.0 / (1.0 + k * inverse_q + k2);
    let (b0, b1) = match side {
        Side::High => (n, -2.0 * n),
        Side::Low => (n * k2, 2.0 * (n * k2)),
    };
    Section { b0, b1, b2: b0, a1: 2.0 * n * (k2 - 1.0), a2: n * (1.0 - k * inverse_q + k2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-14
    }

    #[test]
    fn highpass_20_hz_at_1_khz_has_the_published_coefficients() {
        let s = butterworth_highpass(20.0, SampleRate::new(1000.0).unwrap(), 2).unwrap()[0];
        assert!(close(s.b0, 0.9149691441130827) && close(s.b1, -1.8299382882261654) && close(s.b2, s.b0));
        assert!(close(s.a1, -1.8226949251963085) && close(s.a2, 0.837181651256023));
    }

    #[test]
    fn fourth_order_poles_are_the_published_ones() {
        let s = butterworth_highpass(20.0, SampleRate::new(1000.0).unwrap(), 4).unwrap();
        assert!(close(s[0].a1, -1.8934156010225003) && close(s[0].a2, 0.9084644129492953));
        assert!(close(s[1].a1, -1.778313488139435) && close(s[1].a2, 0.7924474718329468));
    }

    #[test]
    fn lowpass_6_hz_at_1_khz_has_the_published_coefficients() {
        let s = butterworth_lowpass(6.0, SampleRate::new(1000.0).unwrap(), 2).unwrap()[0];
        assert!((s.b0 / 3.4604133763910385e-4 - 1.0).abs() < 1e-12);
        assert!(close(s.a1, -1.9466975407561833) && close(s.a2, 0.9480817061067397));
    }

    #[test]
    fn wrong_parameters_are_named() {
        let rate = SampleRate::new(1000.0).unwrap();
        for order in [0, 1, 3, 9, 10, usize::MAX] {
            assert!(matches!(butterworth_lowpass(100.0, rate, order), Err(ConfigError::Order { .. })));
        }
        for edge in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, -20.0, 1e-300] {
            assert!(matches!(butterworth_highpass(edge, rate, 2), Err(ConfigError::OutOfRange { .. })), "{edge}");
        }
        for edge in [500.0, 501.0, 1e300] {
            assert!(matches!(butterworth_highpass(edge, rate, 2), Err(ConfigError::AboveNyquist { .. })), "{edge}");
        }
    }
}
