//! Counts of crossings, turns and jumps above a threshold.
//!
//! The threshold `epsilon` (same unit as the signal; squared for SSC) keeps noise from being counted. A good choice is the
//! raw RMS at rest; three standard deviations, as some texts advise for data with much force, counts nothing at rest.
//!
//! A sample that is not a number takes part in no count. References: R10, R11 in docs/REFERENCES.md. Accuracy: exact.

/// Zero crossings: `x[i]·x[i+1] < 0` and `|x[i] − x[i+1]| ≥ epsilon`.
pub fn zc(x: &[f32], epsilon: f64) -> usize {
    count(x, |a, b| a * b < 0.0 && (a - b).abs() >= epsilon)
}

/// Willison amplitude: `|x[i] − x[i+1]| ≥ epsilon`.
pub fn wamp(x: &[f32], epsilon: f64) -> usize {
    count(x, |a, b| (a - b).abs() >= epsilon)
}

/// Slope sign changes: `(x[i] − x[i−1])·(x[i] − x[i+1]) ≥ epsilon` (Phinyomark; `epsilon` in µV²).
///
/// Hudgins' older form asks for a change of sign and either difference above a threshold in µV.
pub fn ssc(x: &[f32], epsilon: f64) -> usize {
    x.windows(3)
        .filter(|w| {
            let [before, at, after] = [w[0], w[1], w[2]].map(f64::from);
            (at - before) * (at - after) >= epsilon
        })
        .count()
}

fn count(x: &[f32], f: impl Fn(f64, f64) -> bool) -> usize {
    x.windows(2).filter(|w| f(f64::from(w[0]), f64::from(w[1]))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_on_a_small_series() {
        let x = [1.0, -1.0, -0.1, 0.1, 3.0, 2.0];
        assert_eq!((zc(&x, 0.0), zc(&x, 1.0), wamp(&x, 1.0)), (2, 1, 3));
        assert_eq!((ssc(&x, 0.5), ssc(&x, 2.0)), (2, 1));
        assert_eq!((zc(&x[..1], 0.0), ssc(&x[..2], 0.0), wamp(&[], 0.0)), (0, 0, 0));
    }

    #[test]
    fn what_is_not_a_number_is_not_counted() {
        let x = [1.0, f32::NAN, -1.0, f32::NAN, 1.0];
        assert_eq!((zc(&x, 0.0), wamp(&x, 0.0), ssc(&x, 0.0), zc(&[1.0, -1.0], f64::NAN)), (0, 0, 0, 0));
    }
}
