//! Comparison of numbers, element by element. Never a mean: a mean hides the one sample that is wrong.

/// How far two numbers may be apart: `atol + rtol·max(|a|, |b|)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Absolute part, in the unit of the numbers.
    pub atol: f64,
    /// Relative part.
    pub rtol: f64,
}

impl Tolerance {
    /// Only an absolute part.
    pub const fn absolute(atol: f64) -> Self {
        Self { atol, rtol: 0.0 }
    }

    /// Only a relative part.
    pub const fn relative(rtol: f64) -> Self {
        Self { atol: 0.0, rtol }
    }

    /// Whether `a` and `b` are that close. Not if either is NaN.
    pub fn allows(self, a: f64, b: f64) -> bool {
        (a - b).abs() <= self.atol + self.rtol * a.abs().max(b.abs())
    }
}

/// Compares each element.
///
/// # Panics
/// At the first element too far off, with its index and both numbers, or if the lengths differ.
#[track_caller]
pub fn assert_close<A: Copy + Into<f64>>(what: &str, actual: &[A], expected: &[f64], tolerance: Tolerance) {
    assert_eq!(actual.len(), expected.len(), "{what}: lengths");
    for (i, (a, e)) in actual.iter().zip(expected).enumerate() {
        let a: f64 = (*a).into();
        let off = (a - e).abs();
        assert!(tolerance.allows(a, *e), "{what}[{i}]: {a:.17e} instead of {e:.17e}, off by {off:.3e} ({tolerance:?})");
    }
}

/// Largest absolute difference, and the largest relative to the greater of the two. For docs/ACCURACY.md.
pub fn worst<A: Copy + Into<f64>>(actual: &[A], expected: &[f64]) -> (f64, f64) {
    actual.iter().zip(expected).fold((0.0, 0.0), |(absolute, relative): (f64, f64), (a, e)| {
        let a: f64 = (*a).into();
        let off = (a - e).abs();
        let size = a.abs().max(e.abs());
        (absolute.max(off), relative.max(if size > 0.0 { off / size } else { 0.0 }))
    })
}

/// Root mean square.
pub fn rms<A: Copy + Into<f64>>(x: &[A]) -> f64 {
    let total: f64 = x.iter().map(|v| (*v).into()).map(|v: f64| v * v).sum();
    (total / x.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "x[1]: ")]
    fn the_wrong_element_is_named() {
        assert_close("x", &[1.0, 2.0], &[1.0, 2.1], Tolerance::relative(1e-3));
    }

    #[test]
    #[should_panic(expected = "x[0]")]
    fn nan_is_close_to_nothing() {
        assert_close("x", &[f64::NAN], &[f64::NAN], Tolerance::absolute(f64::INFINITY));
    }
}
