//! What a cascade does to one frequency: magnitude, phase, group delay.

use super::Section;
use crate::math::{PI, atan2, cos, decibels, hypot, sin};
use crate::units::SampleRate;

/// Complex gain of a cascade at one frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Response {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

impl Response {
    /// Gain, as a ratio of amplitudes.
    pub fn magnitude(self) -> f64 {
        hypot(self.re, self.im)
    }

    /// Gain in decibels; −∞ at a zero.
    pub fn db(self) -> f64 {
        decibels(self.magnitude())
    }

    /// Phase in radians, from −π to π.
    pub fn phase_rad(self) -> f64 {
        atan2(self.im, self.re)
    }

    fn times(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }

    fn over(self, other: Self) -> Self {
        let norm = other.re * other.re + other.im * other.im;
        let product = self.times(Self { re: other.re, im: -other.im });
        Self { re: product.re / norm, im: product.im / norm }
    }
}

/// `c0 + c1 z⁻¹ + c2 z⁻²` at `z = e^{jω}`.
fn polynomial(c: [f64; 3], omega: f64) -> Response {
    Response {
        re: c[0] + c[1] * cos(omega) + c[2] * cos(2.0 * omega),
        im: -(c[1] * sin(omega) + c[2] * sin(2.0 * omega)),
    }
}

/// Complex gain `H(e^{j2πf/rate})` of the sections in a row.
///
/// # Accuracy
/// 1e-11 absolute against `scipy.signal.freqz_sos` (`fixtures/design/*.csv`).
///
/// # References
/// R5 in docs/REFERENCES.md
pub fn response(sections: &[Section], frequency_hz: f64, rate: SampleRate) -> Response {
    let omega = 2.0 * PI * frequency_hz / rate.hz();
    sections.iter().fold(Response { re: 1.0, im: 0.0 }, |h, s| {
        h.times(polynomial([s.b0, s.b1, s.b2], omega).over(polynomial([1.0, s.a1, s.a2], omega)))
    })
}

/// Group delay `−dφ/dω` in samples at `frequency_hz`.
///
/// A numerator with `b0 = b2` (every section of this crate) delays by exactly one sample at all frequencies, also on its
/// own zeros, where phase has no slope to measure.
///
/// # References
/// R5 in docs/REFERENCES.md
pub fn group_delay(sections: &[Section], frequency_hz: f64, rate: SampleRate) -> f64 {
    let omega = 2.0 * PI * frequency_hz / rate.hz();
    sections.iter().map(|s| part_delay([s.b0, s.b1, s.b2], omega) - part_delay([1.0, s.a1, s.a2], omega)).sum()
}

/// Group delay in samples as the frequency goes to 0, from the coefficients alone.
pub fn delay_at_dc(sections: &[Section]) -> f64 {
    sections
        .iter()
        .map(|s| {
            let numerator = if s.b0 == s.b2 { 1.0 } else { (s.b1 + 2.0 * s.b2) / (s.b0 + s.b1 + s.b2) };
            numerator - (s.a1 + 2.0 * s.a2) / (1.0 + s.a1 + s.a2)
        })
        .sum()
}

/// Group delay of one polynomial: `Re(Σ k c_k z⁻ᵏ / Σ c_k z⁻ᵏ)`.
fn part_delay(c: [f64; 3], omega: f64) -> f64 {
    if c[0] == c[2] {
        return 1.0;
    }
    polynomial([0.0, c[1], 2.0 * c[2]], omega).over(polynomial(c, omega)).re
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{butterworth_highpass, butterworth_lowpass, notch};

    fn rate() -> SampleRate {
        SampleRate::new(1000.0).unwrap()
    }

    #[test]
    fn edges_are_at_minus_3_db_for_every_order() {
        for order in [2, 4, 6, 8] {
            for edge in [5.0, 20.0, 450.0] {
                let high = butterworth_highpass(edge, rate(), order).unwrap();
                let low = butterworth_lowpass(edge, rate(), order).unwrap();
                assert!((response(&high, edge, rate()).magnitude() - 0.5f64.sqrt()).abs() < 1e-10);
                assert!((response(&low, edge, rate()).magnitude() - 0.5f64.sqrt()).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn notch_is_as_wide_as_it_says() {
        let s = [notch(50.0, 5.0, rate()).unwrap()];
        assert!(response(&s, 50.0, rate()).magnitude() < 1e-12);
        // Edges f1, f2 with f2 − f1 = 5 Hz exactly and tan-symmetric about 50 Hz.
        let gain = |f| response(&s, f, rate()).magnitude();
        assert!((gain(47.56) - 0.5f64.sqrt()).abs() < 0.01 && (gain(52.56) - 0.5f64.sqrt()).abs() < 0.01);
        assert!((response(&s, 1.0, rate()).db()).abs() < 0.1);
    }

    #[test]
    fn group_delay_is_the_slope_of_the_phase() {
        let s = butterworth_highpass(20.0, rate(), 4).unwrap();
        for f in [5.0, 30.0, 100.0, 400.0] {
            let step = 1e-4;
            let turn = response(&s, f + step, rate()).over(response(&s, f - step, rate())).phase_rad();
            let slope = -turn / (2.0 * PI * 2.0 * step / 1000.0);
            assert!((slope - group_delay(&s, f, rate())).abs() < 1e-5, "{f}");
        }
        assert!((group_delay(&s, 0.0, rate()) - delay_at_dc(&s)).abs() < 1e-9);
    }
}
