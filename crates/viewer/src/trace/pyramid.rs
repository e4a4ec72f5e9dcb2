//! Smallest and largest value of any stretch, in a few steps.

/// Blocks of one level that make a block of the next.
const FACTOR: u64 = 8;

/// Smallest and largest value of a stretch; both NaN if nothing was measured there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// The smallest value.
    pub min: f32,
    /// The largest value.
    pub max: f32,
}

impl Column {
    /// Nothing was measured.
    pub const EMPTY: Self = Self { min: f32::NAN, max: f32::NAN };

    /// Whether nothing was measured.
    pub const fn is_empty(self) -> bool {
        self.min.is_nan()
    }

    /// Takes in another stretch. `f32::min` prefers a number to NaN, which is what is wanted here.
    fn add(&mut self, other: Self) {
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }
}

/// The last samples of a channel with blocks of 8, 64, 512 … of them summed up as [`Column`]s.
///
/// Everything is anchored to the absolute sample index: a block covers the same samples for ever, and columns asked for at one
/// width cover the same samples however far the window has moved, so a trace scrolls without shimmering. Values that are not
/// finite count as missing, as do samples that were never pushed. Memory is taken once, at the start.
///
/// Pushing one value touches every level once; a query reads at most 14 blocks of each level per column.
#[derive(Debug, Clone)]
pub struct Pyramid {
    span: u64,
    /// Index after the last sample.
    next: u64,
    /// Index of the oldest sample that may be asked for.
    oldest: u64,
    values: Vec<f32>,
    levels: Vec<Level>,
}

#[derive(Debug, Clone)]
struct Level {
    /// Samples in a block.
    size: u64,
    blocks: Vec<Column>,
}

impl Level {
    fn slot(&self, block: u64) -> usize {
        (block % self.blocks.len() as u64) as usize
    }

    fn add(&mut self, index: u64, value: f32) {
        let slot = self.slot(index / self.size);
        if index.is_multiple_of(self.size) {
            self.blocks[slot] = Column::EMPTY;
        }
        self.blocks[slot].add(Column { min: value, max: value });
    }
}

impl Pyramid {
    /// Room for the last `span` samples (at least 1).
    pub fn new(span: usize) -> Self {
        let span = span.max(1) as u64;
        let mut levels = Vec::new();
        let mut size = FACTOR;
        while size <= span {
            // One block begun, one half overwritten.
            let blocks = vec![Column::EMPTY; (span / size) as usize + 2];
            levels.push(Level { size, blocks });
            size *= FACTOR;
        }
        Self { span, next: 0, oldest: 0, values: vec![f32::NAN; span as usize], levels }
    }

    /// Index after the last sample, which is where the next one is expected.
    pub fn end(&self) -> u64 {
        self.next
    }

    /// Index of the oldest sample that is kept.
    pub fn start(&self) -> u64 {
        self.oldest.max(self.next.saturating_sub(self.span))
    }

    /// How many samples are kept at most.
    pub fn span(&self) -> u64 {
        self.span
    }

    /// Takes in values from absolute index `first` on. What lies between is missing; what is older than the end is left out.
    pub fn push(&mut self, first: u64, values: &[f32]) {
        self.skip_to(first);
        let known = self.next.saturating_sub(first).min(values.len() as u64);
        for &value in &values[known as usize..] {
            self.push_one(value);
        }
    }

    /// Everything up to `index` is missing.
    pub fn skip_to(&mut self, index: u64) {
        if index > self.next && index - self.next > self.span {
            self.restart(index);
        }
        while self.next < index {
            self.push_one(f32::NAN);
        }
    }

    /// Forgets everything; the next sample is `index`.
    pub fn restart(&mut self, index: u64) {
        self.next = index;
        self.oldest = index;
        for level in &mut self.levels {
            // The block that `index` lies in has a past that must not be seen.
            let slot = level.slot(index / level.size);
            level.blocks[slot] = Column::EMPTY;
        }
    }

    fn push_one(&mut self, value: f32) {
        let value = if value.is_finite() { value } else { f32::NAN };
        self.values[(self.next % self.span) as usize] = value;
        for level in &mut self.levels {
            level.add(self.next, value);
        }
        self.next += 1;
    }

    /// The value at `index`; NaN if it is missing.
    pub fn value(&self, index: u64) -> f32 {
        if index < self.start() || index >= self.next { f32::NAN } else { self.values[(index % self.span) as usize] }
    }

    /// Smallest and largest value of the samples from `from` up to `to`.
    pub fn range(&self, from: u64, to: u64) -> Column {
        let (mut from, mut to) = (from.max(self.start()), to.min(self.next));
        let mut column = Column::EMPTY;
        let mut below = None;
        for level in self.levels.iter().map(Some).chain([None]) {
            if from >= to {
                break;
            }
            // From both sides, up to where blocks of the next level begin and end.
            let (head, tail) = match level {
                Some(level) => (from.next_multiple_of(level.size).min(to), to / level.size * level.size),
                None => (to, to),
            };
            self.add(below, from, head, &mut column);
            from = head;
            if tail >= from {
                self.add(below, tail, to, &mut column);
                to = tail;
            }
            below = level;
        }
        column
    }

    /// Takes in whole blocks of a level, or samples.
    fn add(&self, level: Option<&Level>, from: u64, to: u64, column: &mut Column) {
        match level {
            None => {
                let (first, second) = pieces(&self.values, from, to);
                for &value in first.iter().chain(second) {
                    column.add(Column { min: value, max: value });
                }
            }
            Some(level) => {
                let (first, second) = pieces(&level.blocks, from / level.size, to / level.size);
                first.iter().chain(second).for_each(|block| column.add(*block));
            }
        }
    }

    /// Columns `first`, `first + 1` … of a grid in which column `j` covers the samples from `j · width` up to
    /// `(j + 1) · width`, rounded down; as many as `out` has room for.
    ///
    /// A grid belongs to its width alone. Whoever draws picks `first` from the time at an edge and lets whole columns move.
    pub fn columns(&self, first: i64, width: f64, out: &mut [Column]) {
        let edge = |column: i64| (column as f64 * width).max(0.0) as u64;
        let mut from = edge(first);
        for (next, column) in (first + 1..).zip(out) {
            let to = edge(next);
            *column = self.range(from, to);
            from = to;
        }
    }
}

/// The places of a ring that hold `from` up to `to`: one piece, or two where it wraps.
fn pieces<T>(ring: &[T], from: u64, to: u64) -> (&[T], &[T]) {
    if from >= to {
        return (&[], &[]);
    }
    let (start, count) = ((from % ring.len() as u64) as usize, (to - from) as usize);
    let whole = count.min(ring.len() - start);
    (&ring[start..start + whole], &ring[..count - whole])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by looking at every sample.
    struct Naive {
        values: Vec<f32>,
        span: usize,
    }

    impl Naive {
        fn range(&self, from: u64, to: u64) -> Column {
            let start = self.values.len().saturating_sub(self.span);
            let mut column = Column::EMPTY;
            for index in (from as usize).max(start)..(to as usize).min(self.values.len()) {
                let value = self.values[index];
                if value.is_finite() {
                    column.min = column.min.min(value);
                    column.max = column.max.max(value);
                }
            }
            column
        }
    }

    fn same(a: Column, b: Column) -> bool {
        (a.is_empty() && b.is_empty()) || a == b
    }

    fn value() -> impl Strategy<Value = f32> {
        prop_oneof![8 => -1e3_f32..1e3, 1 => Just(f32::NAN), 1 => Just(f32::INFINITY)]
    }

    proptest! {
        #[test]
        fn a_range_is_what_looking_at_every_sample_finds(
            span in 1_usize..1500,
            pieces in prop::collection::vec((0_u64..200, prop::collection::vec(value(), 0..400)), 1..12),
            ranges in prop::collection::vec((0_u64..6000, 0_u64..3000), 1..20),
        ) {
            let mut pyramid = Pyramid::new(span);
            let mut naive = Naive { values: Vec::new(), span };
            for (gap, values) in pieces {
                let first = pyramid.end() + gap;
                pyramid.push(first, &values);
                if !values.is_empty() || gap > 0 {
                    naive.values.resize(first as usize, f32::NAN);
                    naive.values.extend(&values);
                }
                for (from, length) in &ranges {
                    let (seen, expected) = (pyramid.range(*from, from + length), naive.range(*from, from + length));
                    prop_assert!(same(seen, expected), "{from}+{length}: {seen:?} {expected:?}");
                }
            }
        }

        #[test]
        fn columns_cover_the_same_samples_wherever_the_window_stands(
            values in prop::collection::vec(-50.0_f32..50.0, 800..2000),
            width in 1.0_f64..40.0,
            moved in 0_i64..20,
        ) {
            let mut pyramid = Pyramid::new(4096);
            pyramid.push(0, &values);
            let (mut before, mut after) = (vec![Column::EMPTY; 40], vec![Column::EMPTY; 40]);
            pyramid.columns(0, width, &mut before);
            pyramid.columns(moved, width, &mut after);
            for place in 0..40 - moved as usize {
                prop_assert!(same(before[place + moved as usize], after[place]));
            }
        }
    }

    #[test]
    fn long_gaps_leave_nothing_behind() {
        let mut pyramid = Pyramid::new(100);
        pyramid.push(0, &[5.0; 90]);
        pyramid.push(1_000_000_007, &[1.0; 10]);
        assert_eq!(pyramid.range(0, u64::MAX), Column { min: 1.0, max: 1.0 });
        assert_eq!(pyramid.start(), 1_000_000_007);
        assert!(pyramid.range(0, 1_000_000_007).is_empty());
        assert!(pyramid.value(1_000_000_006).is_nan());
        pyramid.skip_to(1_000_000_117);
        assert!(pyramid.range(0, u64::MAX).is_empty());
    }

    #[test]
    fn columns_before_the_beginning_are_empty() {
        let mut pyramid = Pyramid::new(64);
        pyramid.push(0, &[1.0, 2.0, 3.0, 4.0]);
        let mut out = [Column::EMPTY; 4];
        pyramid.columns(-2, 2.0, &mut out);
        assert!(out[0].is_empty() && out[1].is_empty());
        assert_eq!(out[2], Column { min: 1.0, max: 2.0 });
        assert_eq!(out[3], Column { min: 3.0, max: 4.0 });
    }

    #[test]
    fn what_was_already_taken_in_is_left_out() {
        let mut pyramid = Pyramid::new(64);
        pyramid.push(0, &[1.0, 2.0]);
        pyramid.push(1, &[9.0, 3.0]);
        assert_eq!(pyramid.end(), 3);
        assert_eq!(pyramid.range(0, 3), Column { min: 1.0, max: 3.0 });
    }
}
