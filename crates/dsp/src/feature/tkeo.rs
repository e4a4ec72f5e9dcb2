//! Teager–Kaiser energy: amplitude times frequency, squared; it sharpens onsets.

use crate::stage::Stage;

/// Teager–Kaiser energy operator, one sample late.
///
/// `y[n] = x[n−1]² − x[n−2]·x[n]`, so the value stands for sample n − 1.
///
/// | | shape | unit | rate |
/// |---|---|---|---|
/// | in  | one channel, conditioned | µV | any |
/// | out | same length, of either sign | µV² | same |
///
/// Start-up: missing samples count as 0. Delay: 1 sample. Finite for samples up to
/// [`MAX_MAGNITUDE`](crate::math::MAX_MAGNITUDE); a sample that is not a number leaves after two more.
///
/// # Accuracy
/// Two products and one difference in `f32`: within 2e-7 of `x[n−1]² + |x[n−2]·x[n]|` (`fixtures/feature/tkeo.csv`).
///
/// # References
/// R12 in docs/REFERENCES.md
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tkeo;

/// What [`Tkeo`] remembers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TkeoState {
    newest: f32,
    before: f32,
}

impl Stage for Tkeo {
    type State = TkeoState;

    #[inline]
    fn step(&self, state: &mut TkeoState, x: f32) -> f32 {
        let TkeoState { newest, before } = *state;
        *state = TkeoState { newest: x, before: newest };
        newest * newest - before * x
    }

    fn delay(&self) -> f64 {
        1.0
    }
}

/// Mean Teager–Kaiser energy, `1/(N−2) Σ(x[i]² − x[i−1]·x[i+1])`, in µV²; three samples at least.
///
/// None if there are fewer, or if some are not numbers.
pub fn tkeo_mean(x: &[f32]) -> Option<f64> {
    let total: f64 = x
        .windows(3)
        .map(|w| {
            let [before, at, after] = [w[0], w[1], w[2]].map(f64::from);
            at * at - before * after
        })
        .sum();
    (x.len() > 2 && total.is_finite()).then(|| total / (x.len() - 2) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_has_constant_energy() {
        let x: [f32; 64] = core::array::from_fn(|n| (10.0 * libm::sin(0.3 * n as f64)) as f32);
        let expected = 100.0 * libm::sin(0.3) * libm::sin(0.3);
        assert!((tkeo_mean(&x).unwrap() - expected).abs() < 1e-4);
        assert_eq!((tkeo_mean(&x[..2]), tkeo_mean(&[0.0, f32::NAN, 0.0])), (None, None));
    }
}
