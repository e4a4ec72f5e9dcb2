//! Time stamps against the sample grid: which row is late, missing, double or out of order.
//!
//! Time is the sample index. A stamp is only asked whether its row stands at the next place of the grid, some places
//! further on (frames are missing) or at a place that is already taken (the row is rejected). The grid follows the stamps
//! slowly, so a clock that is some hundred ppm off never makes a gap.

/// Share of a stamp's deviation by which the grid follows it.
const FOLLOW: f64 = 1.0 / 256.0;
/// Rejected rows in a row, in step with each other, that show that the clock has started again.
const RESTART_ROWS: u32 = 16;
/// A clock that goes back by less than this many seconds has repeated itself; beyond it has started again.
const RESTART_S: f64 = 10.0;
/// A jump of the clock beyond this many seconds is damage, if the next row does not go on from there.
pub(crate) const LONGEST_GAP_S: f64 = 86_400.0;

/// The even steps that a time column follows, as measured on the head of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Steps {
    /// Units of the column per frame.
    pub(crate) step: f64,
    /// Deviation from the grid, in frames, within which a stamp is in its place.
    pub(crate) tolerance: f64,
    /// The first stamp's ideal place less the stamp itself, in units of the column.
    pub(crate) lead: f64,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    /// At the next place.
    Next,
    /// This many frames are missing before it.
    Gap(u64),
    /// Its place is taken.
    Taken {
        /// The stamp lies before the last one (otherwise it repeats it).
        backward: bool,
    },
    /// The clock has started again: an unknown time is missing.
    Restart,
    /// The stamp says nothing: it cannot be read, or the next row shows that it is damaged.
    Astray,
}

/// Follows a time column along the grid.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    steps: Steps,
    per_step: f64,
    restart: f64,
    /// Ideal stamp of the next frame.
    due: f64,
    last: f64,
    first: f64,
    started: bool,
    taken_last: f64,
    taken_run: u32,
    /// As for taken rows, of rows that lie days ahead.
    far_last: f64,
    far_run: u32,
}

impl Timeline {
    /// A grid of `steps` at `rate_hz`.
    pub(crate) fn new(steps: Steps, rate_hz: f64) -> Self {
        let restart = RESTART_S * rate_hz * steps.step;
        let nan = f64::NAN;
        Self {
            steps,
            per_step: 1.0 / steps.step,
            restart,
            due: nan,
            last: nan,
            first: nan,
            started: false,
            taken_last: nan,
            taken_run: 0,
            far_last: nan,
            far_run: 0,
        }
    }

    /// Places one more row by its stamp.
    #[inline]
    pub(crate) fn place(&mut self, stamp: f64) -> Step {
        let off = (stamp - self.due) * self.per_step;
        let moved = (stamp - self.last) * self.per_step;
        if off.abs() <= self.steps.tolerance && moved.is_finite() {
            self.accept(stamp, off * FOLLOW);
            self.taken_run = 0;
            return Step::Next;
        }
        self.place_hard(stamp, off, moved)
    }

    /// Places a row that stands at the next place; of any other nothing is taken note of.
    #[inline]
    pub(crate) fn place_next(&mut self, stamp: f64) -> bool {
        let off = (stamp - self.due) * self.per_step;
        let moved = (stamp - self.last) * self.per_step;
        if off.abs() <= self.steps.tolerance && moved.is_finite() {
            self.accept(stamp, off * FOLLOW);
            self.taken_run = 0;
            return true;
        }
        self.try_hard(stamp)
    }

    #[cold]
    fn try_hard(&mut self, stamp: f64) -> bool {
        let mut tried = self.clone();
        let is_next = tried.place(stamp) == Step::Next;
        if is_next {
            *self = tried;
        }
        is_next
    }

    /// Places one more row by its stamp and that of the row after it, if there is one.
    ///
    /// Where the next row goes on as if this one stood at the next place, or a jump of days leads nowhere, the stamp is
    /// damaged.
    #[cold]
    pub(crate) fn place_before(&mut self, stamp: f64, next: Option<f64>) -> Step {
        if stamp.is_nan() {
            return Step::Astray;
        }
        let off = (stamp - self.due) * self.per_step;
        let near = self.steps.tolerance.min(0.5);
        let goes_on = next.is_some_and(|next| ((next - stamp) * self.per_step - 1.0).abs() <= near);
        let is_far = off > self.restart * (LONGEST_GAP_S / RESTART_S) * self.per_step;
        if is_far {
            // Uneven stamps go on in a row of their own.
            let moved = stamp - self.far_last;
            self.far_run = if moved > 0.0 && moved <= self.restart { self.far_run + 1 } else { 1 };
            self.far_last = stamp;
        }
        let is_damaged = next.is_some_and(|next| {
            let later = (next - self.due) * self.per_step - 1.0;
            let returns = if off > 0.0 {
                later.abs() <= 0.5 * self.steps.tolerance && off - later >= 1.0
            } else {
                later.abs() <= self.steps.tolerance
            };
            off.abs() > self.steps.tolerance && returns
        });
        let is_lone = is_far && self.far_run < RESTART_ROWS;
        if self.started && !goes_on && (is_damaged || is_lone) { Step::Astray } else { self.place(stamp) }
    }

    /// A row whose stamp says nothing stands at the next place; says whether there is one.
    #[cold]
    pub(crate) fn pass(&mut self) -> bool {
        self.due += self.steps.step;
        self.last += self.steps.step;
        self.taken_run = 0;
        self.started
    }

    /// The clock starts again with the next row.
    pub(crate) fn restart(&mut self) {
        self.started = false;
        self.due = f64::NAN;
        self.taken_run = 0;
    }

    #[inline]
    fn accept(&mut self, stamp: f64, shift: f64) {
        self.due += (1.0 + shift) * self.steps.step;
        self.last = stamp;
    }

    /// So many places are declared empty.
    pub(crate) fn skip(&mut self, frames: u64) {
        self.due += frames as f64 * self.steps.step;
    }

    #[cold]
    fn place_hard(&mut self, stamp: f64, off: f64, moved: f64) -> Step {
        if !self.started {
            self.started = true;
            self.first = stamp;
            self.due = stamp + self.steps.lead + self.steps.step;
            self.last = stamp;
            return Step::Next;
        }
        if off > 0.0 {
            self.taken_run = 0;
            if moved < 1.5 {
                // An ordinary step of a clock that runs fast: the grid catches up.
                self.accept(stamp, off - self.steps.tolerance);
                return Step::Next;
            }
            let missing = off.round().max(0.0);
            self.due += missing * self.steps.step;
            self.accept(stamp, (off - missing) * FOLLOW);
            return if missing >= 1.0 { Step::Gap(missing as u64) } else { Step::Next };
        }
        if moved >= 0.5 {
            self.accept(stamp, off + self.steps.tolerance);
            self.taken_run = 0;
            return Step::Next;
        }
        let in_step = ((stamp - self.taken_last) * self.per_step - 1.0).abs() <= self.steps.tolerance.max(0.5);
        self.taken_run = if in_step { self.taken_run + 1 } else { 1 };
        self.taken_last = stamp;
        if self.taken_run >= RESTART_ROWS
            && (self.last - stamp > self.restart || stamp < self.first + self.restart / 10.0)
        {
            self.taken_run = 0;
            self.started = false;
            self.place_hard(stamp, f64::NAN, f64::NAN);
            return Step::Restart;
        }
        Step::Taken { backward: moved < 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: Steps = Steps { step: 0.001, tolerance: 0.5, lead: 0.0 };

    fn places(stamps: &[f64]) -> Vec<Step> {
        let mut timeline = Timeline::new(STEPS, 1000.0);
        stamps.iter().map(|stamp| timeline.place(*stamp)).collect()
    }

    #[test]
    fn even_stamps_stand_in_their_places_for_hours() {
        let mut timeline = Timeline::new(STEPS, 1000.0);
        assert!((0..10_000_000).all(|n| timeline.place(n as f64 / 1000.0) == Step::Next));
    }

    #[test]
    fn a_clock_that_is_off_by_500_ppm_makes_no_gap() {
        for step in [0.0010005, 0.0009995] {
            let mut timeline = Timeline::new(STEPS, 1000.0);
            assert!((0..1_000_000).all(|n| timeline.place(n as f64 * step) == Step::Next));
        }
    }

    #[test]
    fn missing_double_and_backward_rows() {
        let taken = |backward| Step::Taken { backward };
        assert_eq!(places(&[0.0, 0.001, 0.004, 0.005]), [Step::Next, Step::Next, Step::Gap(2), Step::Next]);
        assert_eq!(places(&[0.0, 0.001, 0.001, 0.002]), [Step::Next, Step::Next, taken(false), Step::Next]);
        assert_eq!(places(&[0.0, 0.001, 0.0, 0.002]), [Step::Next, Step::Next, taken(true), Step::Next]);
        assert_eq!(places(&[0.0, 0.0014, 0.0016, 0.003])[1..], [Step::Next; 3], "within half a sample");
        assert_eq!(places(&[5.0, 6.0, 9.0])[1..], [Step::Gap(999), Step::Gap(2999)]);
    }

    #[test]
    fn a_stamp_is_damaged_if_the_next_row_goes_on_without_it() {
        let step = |stamp, next| {
            let mut timeline = Timeline::new(STEPS, 1000.0);
            (0..10).for_each(|n| assert_eq!(timeline.place(f64::from(n) / 1000.0), Step::Next));
            timeline.place_before(stamp, next)
        };
        for damaged in [0.1, 1e5, 1e300, 0.0, 0.009, -7.0, 0.011] {
            assert_eq!(step(damaged, Some(0.011)), Step::Astray, "{damaged}");
        }
        assert_eq!(step(f64::NAN, None), Step::Astray);
        assert_eq!(step(1e5, None), Step::Astray, "a jump of days that leads nowhere");
        assert_eq!(step(1e25, Some(1e25)), Step::Astray);
        let mut uneven = Timeline::new(Steps { tolerance: 500.0, ..STEPS }, 1000.0);
        (0..10).for_each(|n| assert_eq!(uneven.place(f64::from(n) / 1000.0), Step::Next));
        let far = (0..16).filter(|n| uneven.place_before(1e5 + f64::from(n / 4), None) == Step::Astray).count();
        assert_eq!(far, 16, "stamps that stand still are damage");
        let mut jump = |n: i32| uneven.place_before(2e5 + f64::from(n), None);
        assert!((0..15).all(|n| jump(n) == Step::Astray) && matches!(jump(15), Step::Gap(_)));
        assert!(matches!(step(1e5, Some(1e5 + 0.001)), Step::Gap(_)));
        assert_eq!(step(0.02, Some(0.021)), Step::Gap(10));
        assert_eq!(step(0.02, None), Step::Gap(10));
        assert_eq!(step(0.009, Some(0.01)), Step::Taken { backward: false }, "a row too many");
        assert_eq!(step(0.010, Some(0.02)), Step::Next);
    }

    #[test]
    fn a_clock_that_starts_again_costs_16_rows() {
        let mut timeline = Timeline::new(STEPS, 1000.0);
        (0..5000).for_each(|n| assert_eq!(timeline.place(n as f64 / 1000.0), Step::Next));
        let again: Vec<Step> = (0..50).map(|n| timeline.place(n as f64 / 1000.0)).collect();
        assert!(again[..15].iter().all(|step| matches!(step, Step::Taken { .. })));
        assert_eq!(again[15], Step::Restart);
        assert!(again[16..].iter().all(|step| *step == Step::Next));
    }

    #[test]
    fn what_has_no_next_place_leaves_no_trace() {
        // Even, then jitter, a gap, a repetition, a restart.
        let mut stamps: Vec<f64> = (0..5000).map(|n| f64::from(n) / 1000.0).collect();
        stamps.extend((0..500).map(|n| 5.0 + f64::from(n) / 1000.0 + f64::from(n * 7 % 5) * 2e-4));
        stamps.extend([6.0, 6.001, 6.0, 6.002, f64::MAX, 6.003]);
        stamps.extend((0..100).map(|n| f64::from(n) / 1000.0));
        let (mut one, mut both) = (Timeline::new(STEPS, 1000.0), Timeline::new(STEPS, 1000.0));
        for stamp in stamps {
            let step = one.place(stamp);
            assert_eq!(both.place_next(stamp), step == Step::Next, "{stamp}");
            if step != Step::Next {
                assert_eq!(both.place(stamp), step);
            }
            assert_eq!(format!("{one:?}"), format!("{both:?}"));
        }
    }

    #[test]
    fn a_block_sent_twice_is_taken_once() {
        let mut timeline = Timeline::new(STEPS, 1000.0);
        let mut stamps: Vec<u32> = (0..20_000).collect();
        stamps.extend(18_000..25_000);
        let taken = stamps.iter().filter(|n| timeline.place(f64::from(**n) / 1000.0) != Step::Next).count();
        assert_eq!(taken, 2000);
    }
}
