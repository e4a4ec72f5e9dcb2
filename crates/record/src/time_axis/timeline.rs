//! One row after the other along the line: which stands at the next place, behind a hole, or behind a clock that started
//! again.
//!
//! Time is the sample index. The line follows the stamps slowly, so a clock that is some hundred ppm off never makes a gap.
//! A stamp out of the usual band is judged by the rows behind it: their level says whether the line jumped there.

use tonus_core::input::LONGEST_GAP_S;

use super::level::{Statistic, settle};
use super::{Axis, MOST_AHEAD};

/// Share of an even stamp's deviation by which the line follows it.
const FOLLOW: f64 = 1.0 / 256.0;
/// Share of the deviation of a level by which the line follows it.
const FOLLOW_LEVEL: f64 = 0.25;
/// Rows in step with each other that show that a clock started again, or jumped by more than a day.
const RESTART_ROWS: usize = 16;
/// A clock that goes back by less than this many seconds was set; beyond it has started again.
const RESTART_S: f64 = 10.0;
/// Stamps in a band up to this many frames wide tell their rows apart.
const NARROW: f64 = 1.1;

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) enum Step {
    /// At the next place.
    #[default]
    Next,
    /// This many frames are missing before it.
    Gap(u64),
    /// At the next place, although its stamp is that of the row so many frames before.
    Back(u64),
    /// The clock has started again: an unknown time is missing.
    Restart,
    /// The stamp says nothing: it cannot be read, or the rows behind it go on as if it were another.
    Astray,
}

/// The stamps of the rows behind a row, as far as they are wanted.
pub(crate) trait Ahead {
    /// The stamp of the `n`th row behind it: NaN if it cannot be read. `None` at the end of the rows.
    fn stamp(&mut self, n: usize) -> Option<f64>;
}

impl Ahead for &[f64] {
    fn stamp(&mut self, n: usize) -> Option<f64> {
        self.get(n).copied()
    }
}

/// Times as many rows without a lower one that a jump of noisy stamps has to last.
const LONGER: usize = 8;

/// What a row and those behind it show.
struct Found {
    level: f64,
    /// They are as many as it takes.
    is_settled: bool,
    /// Rows that stand at the next places as seen from the first.
    in_step: usize,
    /// Rows that were looked at.
    seen: usize,
}

/// Follows a time column along its line.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    axis: Axis,
    per_step: f64,
    /// Stamps of a frame each: the line follows every one. Otherwise it follows levels.
    is_narrow: bool,
    restart: f64,
    /// Where the line is at the next frame.
    due: f64,
    last: f64,
    first: f64,
    started: bool,
    /// Deviations since the line last followed a level.
    recent: Vec<f64>,
    /// Deviations of a row and those behind it.
    seen: Vec<f64>,
}

impl Timeline {
    /// A line at `rate_hz`.
    pub(crate) fn new(axis: Axis, rate_hz: f64) -> Self {
        let nan = f64::NAN;
        Self {
            axis,
            per_step: 1.0 / axis.step,
            is_narrow: axis.band.1 - axis.band.0 <= NARROW,
            restart: RESTART_S * rate_hz * axis.step,
            due: nan,
            last: nan,
            first: nan,
            started: false,
            recent: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Places a row that stands at the next place; of any other nothing is taken note of.
    #[inline]
    pub(crate) fn place_next(&mut self, stamp: f64) -> bool {
        let off = (stamp - self.due) * self.per_step;
        let is_next = off >= self.axis.band.0 && off <= self.axis.band.1;
        if is_next {
            self.last = stamp;
            if self.is_narrow {
                self.due += (1.0 + off * FOLLOW) * self.axis.step;
            } else {
                self.follow(off);
            }
        }
        is_next
    }

    /// The line goes on by a row of this deviation, and follows the level of those before.
    fn follow(&mut self, off: f64) {
        self.recent.push(off);
        self.due += self.axis.step;
        if self.recent.len() >= self.axis.level.rows {
            let level = self.axis.level.of(&self.recent);
            self.recent.clear();
            let noise = self.axis.level.noise;
            self.due += FOLLOW_LEVEL * level.clamp(-noise, noise) * self.axis.step;
        }
    }

    /// Places one more row by its stamp and those behind it.
    pub(crate) fn place(&mut self, stamp: f64, ahead: &mut impl Ahead) -> Step {
        if self.place_next(stamp) {
            return Step::Next;
        }
        if stamp.is_nan() {
            return Step::Astray;
        }
        if !self.started {
            self.start(stamp, ahead);
            return Step::Next;
        }
        if let Some(span) = self.axis.wraps.span(stamp, self.due, self.axis.step, self.axis.band.1 - self.axis.band.0) {
            self.due -= span;
            self.last -= span;
            self.first -= span;
            return self.place(stamp, ahead);
        }
        let rows = self.axis.level.rows;
        let Found { mut level, is_settled, in_step, seen } = self.level(stamp, ahead, rows);
        if !self.axis.is_exact && self.axis.level.statistic == Statistic::Lowest && level >= self.axis.level.noise {
            // Rows that are late one after the other may take long to catch up.
            let longer = self.level(stamp, ahead, LONGER * rows).level;
            level = level.min(longer + 0.5 * self.axis.level.noise);
        }
        let off = (stamp - self.due) * self.per_step;
        // Noisy stamps at the very end show nothing.
        let is_unsure = !self.axis.is_exact && !is_settled;
        if is_unsure || level.abs() < self.axis.level.noise || level.round() == 0.0 {
            // The rows behind it are on the line: late, early, or damaged.
            let is_astray = self.axis.is_exact || off.abs() * self.axis.step > self.restart;
            return if is_astray {
                Step::Astray
            } else {
                self.due += self.axis.step;
                Step::Next
            };
        }
        let is_far = level.abs() * self.axis.step > self.restart * (LONGEST_GAP_S / RESTART_S);
        if is_far && (in_step < 2 || in_step < RESTART_ROWS.min(seen)) {
            return Step::Astray;
        }
        if level > 0.0 {
            let moved = (stamp - self.last) * self.per_step;
            if self.is_narrow && moved < 1.5 {
                // An ordinary step of a clock that runs fast: the line catches up.
                self.go_on(stamp, level);
                return Step::Next;
            }
            let missing = level.round();
            self.go_on(stamp, level);
            return Step::Gap(missing as u64);
        }
        let width = self.axis.band.1 - self.axis.band.0;
        if !self.axis.is_exact && -level <= width {
            self.go_on(stamp, level);
            return Step::Next;
        }
        let has_restarted =
            in_step >= RESTART_ROWS && (self.last - stamp > self.restart || stamp < self.first + self.restart / 10.0);
        if has_restarted {
            self.start(stamp, ahead);
            return Step::Restart;
        }
        Step::Back((-off).round().max(1.0) as u64)
    }

    /// The line begins with this row.
    fn start(&mut self, stamp: f64, ahead: &mut impl Ahead) {
        self.started = true;
        self.first = stamp;
        self.due = stamp;
        let level = self.level(stamp, ahead, self.axis.level.rows).level;
        self.go_on(stamp, level);
    }

    /// The line goes on with this row, at another level.
    fn go_on(&mut self, stamp: f64, level: f64) {
        self.recent.clear();
        self.last = stamp;
        self.due += (1.0 + level) * self.axis.step;
    }

    /// A row that stands at the next place whatever its stamp says: the line is set by those behind it.
    pub(crate) fn set(&mut self, stamp: f64, ahead: &mut impl Ahead) {
        let level = self.level(stamp, ahead, self.axis.level.rows).level;
        self.go_on(stamp, level);
    }

    /// The level of a row and those behind it, if they stand at the next places.
    /// So many rows without a lower one show it.
    fn level(&mut self, stamp: f64, ahead: &mut impl Ahead, rows: usize) -> Found {
        let Axis { step, band, level, wraps, .. } = self.axis;
        let width = band.1 - band.0;
        // A second, where stamps stray further.
        let near = width.min(self.restart * self.per_step / RESTART_S);
        let is_back = stamp - self.due < -step * width;
        let is_far = (stamp - self.due).abs() > self.restart;
        let wanted = if is_back || is_far { rows.max(RESTART_ROWS + 2) } else { rows };
        let mut seen = std::mem::take(&mut self.seen);
        let (mut shift, mut due, mut in_step) = (0.0, self.due, 0);
        let settled = settle(wanted, MOST_AHEAD, &mut seen, |n| {
            let next = if n == 0 { stamp } else { ahead.stamp(n - 1)? };
            if n > 0 {
                due += step;
                if let Some(span) = wraps.span(next + shift, due.max(stamp), step, width) {
                    shift += span;
                }
            }
            // A stamp that lies days off is of no row that follows.
            let next =
                if (next + shift - stamp).abs() > self.restart * (LONGEST_GAP_S / RESTART_S) { f64::NAN } else { next };
            in_step += usize::from(((next + shift - stamp) * self.per_step - n as f64).abs() <= near);
            Some((next + shift - due) * self.per_step)
        });
        without_spikes(&mut seen, band);
        let found = level.of_settled(&seen, settled);
        let found = Found {
            level: if found.is_nan() { 0.0 } else { found },
            is_settled: settled >= wanted,
            in_step,
            seen: seen.len(),
        };
        self.seen = seen;
        found
    }

    /// A row whose stamp says nothing stands at the next place; says whether there is one.
    #[cold]
    pub(crate) fn pass(&mut self) -> bool {
        self.due += self.axis.step;
        self.last += self.axis.step;
        self.started
    }

    /// The clock starts again with the next row.
    pub(crate) fn restart(&mut self) {
        self.started = false;
        self.due = f64::NAN;
        self.recent.clear();
    }

    /// So many places are declared empty.
    pub(crate) fn skip(&mut self, frames: u64) {
        self.due += frames as f64 * self.axis.step;
    }
}

/// Takes out deviations beyond the band that those around them do not share: damaged stamps.
fn without_spikes(seen: &mut [f64], band: (f64, f64)) {
    let width = band.1 - band.0;
    for n in 0..seen.len() {
        let Some(now) = seen.get(n).copied().filter(|now| *now < band.0 || *now > band.1) else { continue };
        let next = seen.get(n + 1..).and_then(|rest| rest.iter().copied().find(|next| !next.is_nan()));
        let before = seen.get(..n).and_then(|rest| rest.iter().copied().rfind(|before| !before.is_nan()));
        let side = if now < band.0 { 1.0 } else { -1.0 };
        let is_off = |other: Option<f64>| other.is_none_or(|other| side * (other - now) > width);
        if next.is_some() && is_off(next) && is_off(before) {
            seen[n] = f64::NAN;
        }
    }
}
