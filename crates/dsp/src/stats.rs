//! Statistics of long series in fixed memory: mean and variance, extremes, median and spread.

use crate::math::sqrt;

/// Mean and variance of a series of any length (Welford, in `f64`).
///
/// `d = x − mean`, `mean += d/n`, `m2 += d·(x − mean)`; variance = m2/(n − 1). No sum of squares exists, so hours of a small
/// signal on a large offset stay exact. Values that are not finite are left out and counted.
///
/// # Accuracy
/// 1e-12 relative to `NumPy` over 1e5 values.
///
/// # References
/// R7 in docs/REFERENCES.md
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Welford {
    count: u64,
    mean: f64,
    m2: f64,
    rejected: u64,
}

impl Welford {
    /// No value yet.
    pub const fn new() -> Self {
        Self { count: 0, mean: 0.0, m2: 0.0, rejected: 0 }
    }

    /// Takes a value.
    pub fn push(&mut self, x: f64) {
        if !x.is_finite() {
            self.rejected += 1;
            return;
        }
        self.count += 1;
        let d = x - self.mean;
        self.mean += d / self.count as f64;
        self.m2 += d * (x - self.mean);
    }

    /// Adds the values of another series, as if they had come after these.
    pub fn merge(&mut self, other: &Self) {
        self.rejected += other.rejected;
        if other.count == 0 {
            return;
        }
        let total = self.count + other.count;
        let d = other.mean - self.mean;
        let share = other.count as f64 / total as f64;
        self.m2 += other.m2 + d * d * self.count as f64 * share;
        self.mean += d * share;
        self.count = total;
    }

    /// How many values were taken.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// How many values were not finite.
    pub const fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Mean; none without a value.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Variance with divisor n − 1; none below two values.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.m2 / (self.count - 1) as f64).max(0.0))
    }

    /// Standard deviation with divisor n − 1; none below two values.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(sqrt)
    }

    /// Coefficient of variation `sd/mean`; none below two values or if the mean is not positive.
    pub fn cv(&self) -> Option<f64> {
        self.sd().filter(|_| self.mean > 0.0).map(|sd| sd / self.mean)
    }
}

/// Smallest and largest of a series. Values that are not finite are left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extremes {
    min: f32,
    max: f32,
}

impl Extremes {
    /// No value yet.
    pub const fn new() -> Self {
        Self { min: f32::INFINITY, max: f32::NEG_INFINITY }
    }

    /// Takes a value.
    pub fn push(&mut self, x: f32) {
        if x.is_finite() {
            self.min = self.min.min(x);
            self.max = self.max.max(x);
        }
    }

    /// Smallest value; none without a value.
    pub fn min(&self) -> Option<f32> {
        (self.min <= self.max).then_some(self.min)
    }

    /// Largest value; none without a value.
    pub fn max(&self) -> Option<f32> {
        (self.min <= self.max).then_some(self.max)
    }
}

impl Default for Extremes {
    fn default() -> Self {
        Self::new()
    }
}

/// Median, quantiles and spread of a series of any length in the memory of `CAP` values.
///
/// Every value is kept until `CAP` are in; then every second one is dropped and from there on only every second value is
/// taken, and so on. What is kept is an even sample of the whole series at stride 2ᵏ, the same on every run and machine.
/// Up to `CAP` values the answers are exact. Beyond, their rank is off by what an even sample of at least `CAP/2` values
/// leaves. Values that are not finite are left out and do not count towards the stride.
///
/// Questions sort a copy on the stack (4·`CAP` bytes).
#[derive(Debug, Clone, PartialEq)]
pub struct Reservoir<const CAP: usize> {
    values: [f32; CAP],
    len: usize,
    /// Every how many values one is kept: a power of two.
    stride: u64,
    /// Finite values seen.
    seen: u64,
    rejected: u64,
}

impl<const CAP: usize> Reservoir<CAP> {
    /// No value yet.
    pub const fn new() -> Self {
        const { assert!(CAP >= 2, "a reservoir holds at least two values") };
        Self { values: [0.0; CAP], len: 0, stride: 1, seen: 0, rejected: 0 }
    }

    /// Takes a value.
    pub fn push(&mut self, x: f32) {
        if !x.is_finite() {
            self.rejected += 1;
            return;
        }
        if self.seen % self.stride == 0 {
            if self.len == CAP {
                self.thin();
            }
            // After thinning, this value may fall between two kept places.
            if self.seen % self.stride == 0 {
                self.values[self.len] = x;
                self.len += 1;
            }
        }
        self.seen += 1;
    }

    fn thin(&mut self) {
        self.len = CAP.div_ceil(2);
        for i in 0..self.len {
            self.values[i] = self.values[2 * i];
        }
        self.stride *= 2;
    }

    /// Finite values seen.
    pub const fn count(&self) -> u64 {
        self.seen
    }

    /// How many values were not finite.
    pub const fn rejected(&self) -> u64 {
        self.rejected
    }

    /// The values kept, in the order in which they came.
    pub fn kept(&self) -> &[f32] {
        &self.values[..self.len]
    }

    /// One kept value stands for this many.
    pub const fn stride(&self) -> u64 {
        self.stride
    }

    /// The value below which the fraction `q` of the series lies, linear between neighbours (`NumPy`'s default).
    ///
    /// None without a value, or if `q` is not from 0 to 1.
    pub fn quantile(&self, q: f64) -> Option<f32> {
        let mut copy = self.values;
        quantile_in_place(&mut copy[..self.len], q)
    }

    /// Median; none without a value.
    pub fn median(&self) -> Option<f32> {
        self.quantile(0.5)
    }

    /// Median of the absolute distances from the median; none without a value.
    ///
    /// Times 1.4826 it estimates the standard deviation of Gaussian values, untouched by outliers.
    pub fn mad(&self) -> Option<f32> {
        let mut copy = self.values;
        let kept = &mut copy[..self.len];
        let median = quantile_in_place(kept, 0.5)?;
        for x in kept.iter_mut() {
            *x = (*x - median).abs();
        }
        quantile_in_place(kept, 0.5)
    }

    /// Forgets all values.
    pub fn clear(&mut self) {
        // In place: a new one would stand on the stack for a moment.
        let Self { values, len, stride, seen, rejected } = self;
        *values = [0.0; CAP];
        (*len, *stride, *seen, *rejected) = (0, 1, 0, 0);
    }
}

impl<const CAP: usize> Default for Reservoir<CAP> {
    fn default() -> Self {
        Self::new()
    }
}

/// Quantile of finite values, linear between neighbours; reorders them.
///
/// None without a value, or if `q` is not from 0 to 1.
pub fn quantile_in_place(values: &mut [f32], q: f64) -> Option<f32> {
    if values.is_empty() || !(0.0..=1.0).contains(&q) {
        return None;
    }
    let place = q * (values.len() - 1) as f64;
    let lower = place as usize;
    let (_, low, rest) = values.select_nth_unstable_by(lower, f32::total_cmp);
    let low = *low;
    let high = rest.iter().copied().reduce(f32::min).unwrap_or(low);
    let weight = place - lower as f64;
    Some((f64::from(low) + weight * (f64::from(high) - f64::from(low))) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn welford_keeps_a_small_spread_on_a_large_offset() {
        let mut w = Welford::new();
        for i in 0..100_000 {
            w.push(1.0e9 + f64::from(i % 2));
        }
        assert!((w.variance().unwrap() - 0.25 * 100_000.0 / 99_999.0).abs() < 1e-9);
        assert_eq!((Welford::new().mean(), Welford::new().sd()), (None, None));
    }

    #[test]
    fn merged_series_equal_one_series() {
        let (mut whole, mut first, mut second) = (Welford::new(), Welford::new(), Welford::new());
        for i in 0..1000 {
            let x = f64::from((i * 7919) % 1013);
            whole.push(x);
            if i < 300 { first.push(x) } else { second.push(x) }
        }
        first.merge(&second);
        assert!((first.variance().unwrap() / whole.variance().unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(first.count(), whole.count());
    }

    #[test]
    fn reservoir_is_exact_until_it_is_full() {
        let mut r = Reservoir::<8>::new();
        assert_eq!((r.median(), r.mad()), (None, None));
        for x in [5.0, 1.0, 4.0, f32::NAN, 2.0] {
            r.push(x);
        }
        assert_eq!((r.median(), r.quantile(0.0), r.quantile(1.0)), (Some(3.0), Some(1.0), Some(5.0)));
        assert_eq!((r.mad(), r.count(), r.rejected()), (Some(1.5), 4, 1));
        assert_eq!((r.quantile(f64::NAN), r.quantile(1.1)), (None, None));
    }

    #[test]
    fn reservoir_keeps_an_even_sample_of_a_long_series() {
        let mut r = Reservoir::<9>::new();
        for i in 0..1000 {
            r.push(i as f32);
        }
        let stride = r.stride() as f32;
        assert!(r.kept().iter().enumerate().all(|(i, x)| *x == i as f32 * stride), "{:?}", r.kept());
        assert!(r.kept().len() >= 4 && r.count() == 1000);
    }

    #[test]
    fn extremes_leave_out_what_is_not_finite() {
        let mut e = Extremes::new();
        assert_eq!((e.min(), e.max()), (None, None));
        for x in [f32::NAN, 2.0, f32::INFINITY, -3.0] {
            e.push(x);
        }
        assert_eq!((e.min(), e.max()), (Some(-3.0), Some(2.0)));
    }
}
