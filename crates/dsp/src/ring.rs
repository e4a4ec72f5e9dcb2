//! Fixed-capacity memories: the latest values, and their sum without residue.

/// The latest `CAP` values, oldest first; a new one takes the place of the oldest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ring<T, const CAP: usize> {
    values: [T; CAP],
    /// Where the next value goes.
    next: usize,
    len: usize,
}

impl<T: Copy + Default, const CAP: usize> Ring<T, CAP> {
    /// An empty ring.
    pub fn new() -> Self {
        const { assert!(CAP > 0, "a ring holds at least one value") };
        Self { values: [T::default(); CAP], next: 0, len: 0 }
    }

    /// Takes a value; gives the one that had to leave, if the ring was full.
    #[inline]
    pub fn push(&mut self, value: T) -> Option<T> {
        let old = core::mem::replace(&mut self.values[self.next], value);
        self.next = if self.next + 1 == CAP { 0 } else { self.next + 1 };
        if self.len == CAP {
            Some(old)
        } else {
            self.len += 1;
            None
        }
    }

    /// The value that came `age` values before the newest, which has age 0.
    #[inline]
    pub fn newest(&self, age: usize) -> Option<&T> {
        if age >= self.len {
            return None;
        }
        let back = age + 1;
        self.values.get(if back <= self.next { self.next - back } else { self.next + CAP - back })
    }

    /// The latest `count` values (or as many as there are), oldest first.
    pub fn latest(&self, count: usize) -> impl Iterator<Item = &T> {
        let count = count.min(self.len);
        (0..count).rev().filter_map(|age| self.newest(age))
    }

    /// All values, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.latest(CAP)
    }

    /// All values, in no particular order, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.values[..self.len].iter_mut()
    }

    /// How many values there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the next value pushes one out.
    pub const fn is_full(&self) -> bool {
        self.len == CAP
    }

    /// Forgets all values.
    pub fn clear(&mut self) {
        *self = Self::new();
    }
}

impl<T: Copy + Default, const CAP: usize> Default for Ring<T, CAP> {
    fn default() -> Self {
        Self::new()
    }
}

/// The sum over the latest `window` values at constant cost, without a running sum.
///
/// An add-new, subtract-old accumulator keeps the rounding of every large value that ever passed: after one burst, resting
/// amplitude stays wrong for ever. Here nothing is ever subtracted. The window is cut at fixed places; the newer part is
/// summed as it comes, the older part is a table of sums from each value to the cut, made anew once per window. A value that
/// has left the window has left the sum. Values that did not come yet count as 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowSum<const CAP: usize> {
    /// Before `at`: values since the cut. From `at` on: sums from there to the end, of the values before the cut.
    table: [f32; CAP],
    at: usize,
    newer: f32,
}

impl<const CAP: usize> WindowSum<CAP> {
    /// Takes a value and gives the sum of the latest `window` ones, `1 ≤ window ≤ CAP`, the same at every call.
    ///
    /// A window outside these limits is brought to the nearer one.
    #[inline]
    pub fn push(&mut self, window: usize, value: f32) -> f32 {
        let window = window.clamp(1, CAP);
        self.table[self.at] = value;
        self.newer += value;
        self.at += 1;
        if self.at < window {
            return self.newer + self.table[self.at];
        }
        let sum = self.newer;
        let mut suffix = 0.0;
        for slot in self.table[..window].iter_mut().rev() {
            suffix += *slot;
            *slot = suffix;
        }
        self.at = 0;
        self.newer = 0.0;
        sum
    }
}

impl<const CAP: usize> Default for WindowSum<CAP> {
    fn default() -> Self {
        const { assert!(CAP > 0, "a window holds at least one value") };
        Self { table: [0.0; CAP], at: 0, newer: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ring_keeps_the_latest_values_in_order() {
        let mut ring = Ring::<u8, 3>::new();
        assert!(ring.is_empty() && ring.newest(0).is_none());
        assert_eq!([ring.push(1), ring.push(2), ring.push(3), ring.push(4)], [None, None, None, Some(1)]);
        assert!(ring.iter().copied().eq([2, 3, 4]) && ring.latest(2).copied().eq([3, 4]));
        assert_eq!((ring.newest(0), ring.newest(2), ring.newest(3)), (Some(&4), Some(&2), None));
        ring.clear();
        assert_eq!(ring.len(), 0);
    }

    #[test]
    fn window_sum_is_the_sum_of_the_window() {
        for window in 1..=7 {
            let mut sum = WindowSum::<7>::default();
            let values: [f32; 40] = core::array::from_fn(|i| ((i * 37) % 11) as f32);
            for n in 0..values.len() {
                let expected: f32 = values[(n + 1).saturating_sub(window)..=n].iter().sum();
                assert_eq!(sum.push(window, values[n]), expected, "window {window}, value {n}");
            }
        }
    }

    #[test]
    fn window_sum_forgets_a_burst_completely() {
        let mut sum = WindowSum::<200>::default();
        for _ in 0..1000 {
            sum.push(200, 9.0e6);
        }
        let mut last = 0.0;
        for _ in 0..200 {
            last = sum.push(200, 1.0);
        }
        assert_eq!(last, 200.0);
    }
}
