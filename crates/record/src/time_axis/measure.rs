//! The line of the stamps at the head of a file, how sure it is, and what kind of stamps they are.

use super::exact::{self, Line};
use super::level::{Level, Statistic, median};
use super::usual::snap;
use super::wrap::{self, Wraps};
use super::{Axis, LEAST_JUMP, even, noisy, quantum};

/// The largest number that is a time: nanoseconds since 1970 have 19 digits.
const LATEST: f64 = 1e19;
/// Fewest stamps that show a line that is not written out.
const LEAST: usize = 8;
/// Stamps from which on they are better than a rate that is known otherwise.
const MANY: usize = 256;
/// Steps within which two stamps are neighbours, if they are not coarser than that.
const ROWS_SHOW: f64 = 1.3;
/// Rows between stamps whose difference shows the usual step.
const APART: usize = 64;
/// Frames that a hole has at least where stamps show nothing else.
const FEW: usize = 64;
/// A stamp that lies this many usual steps off rows that follow each other is damaged.
const FAR: f64 = 64.0;
/// Share of steps of a fraction of a frame from which stamps come in packets.
const PACKETS: f64 = 0.2;
/// Steps shorter than this are within a packet.
const CLOSE: f64 = 0.3;
/// The largest deviation over the smallest from which stamps are late rather than jittered.
const SKEWED: f64 = 3.0;
/// Deviations within this of a frame are even stamps.
const EVEN: f64 = 0.02;
/// Room, in frames, around what is usual.
const ROOM: f64 = 0.25;

/// A line that is less sure than this has few rows: only steps that are written out tell then.
const SHORT: f64 = 0.002;
/// Levels by which a line that follows a quarter of each is behind, over what it drifts in one ([`super::timeline`]).
const LAG: f64 = 4.0;
/// Frames from which on a unit is coarse, and units that a head then spans at least to show parts of one.
const COARSE: f64 = 8.0;
const FEW_UNITS: f64 = 16.0;
/// A line whose slope is less sure than this shows nothing.
const UNSURE: f64 = 0.02;

/// What kind of readings stamps are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StampKind {
    /// They lie on the line.
    Even,
    /// They lie on the line but for the rounding to their unit.
    Rounded,
    /// They lie on both sides of the line.
    Jittered,
    /// Some are late, none is early.
    Late,
    /// Many rows share a stamp, or follow each other closely, with a pause behind them.
    Packets,
}

impl StampKind {
    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Rounded => "rounded",
            Self::Jittered => "jittered",
            Self::Late => "late",
            Self::Packets => "packets",
        }
    }
}

/// A line through stamps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fit {
    pub(crate) axis: Axis,
    /// Relative uncertainty of the step.
    pub(crate) uncertainty: f64,
    pub(crate) kind: StampKind,
    /// Unit of the stamps, in units of the column; 0 for full precision.
    pub(crate) unit: f64,
    /// Whether steps are the same to the last digit, so that a rate is written even where few rows show it.
    pub(crate) is_written: bool,
}

/// Fits a line to stamps, one a row and NaN for a row without one, that were written with a resolution of `written` (0 =
/// full precision). `known` is the step that is known otherwise. `None` for fewer than two stamps, or a clock that stands.
pub(crate) fn measure(stamps: &[f64], written: f64, known: Option<f64>, wraps: Wraps) -> Option<Fit> {
    let mut known_stamps: Vec<f64> = stamps.iter().copied().filter(|stamp| stamp.is_finite()).collect();
    let origin = median(&mut known_stamps);
    // Beyond nanoseconds since 1970, and far from the others, a number is no time.
    let is_time = |x: &f64| x.abs() <= LATEST && (x - origin).abs() <= LATEST.min(1.0 + origin.abs()) * 1e9;
    let mut stamps: Vec<f64> = stamps.iter().map(|x| if is_time(x) { *x } else { f64::NAN }).collect();
    let unit = quantum::of(&stamps, written);
    for stamp in &mut stamps {
        *stamp -= origin;
    }
    let rough = usual_step(&stamps)?;
    stamps = wrap::unwrapped(&stamps, rough, wraps);
    if unit <= ROWS_SHOW * rough {
        stamps = without_messages(&stamps, rough);
    }
    drop_damaged(&mut stamps, FAR * rough.max(unit));
    let rows = stamps.iter().filter(|stamp| !stamp.is_nan()).count();
    let exact = exact::line(&stamps, unit).filter(|line| line.uncertainty < UNSURE && rows >= LEAST);
    let is_short = rows < MANY || exact.as_ref().is_none_or(|line| line.uncertainty > SHORT);
    let written_out = if is_short { even::written(&stamps, unit) } else { None };
    let is_written = written_out.is_some();
    let at_known = known.filter(|_| is_short || exact.is_none()).and_then(|step| even::at_step(&stamps, unit, step));
    let is_known = at_known.is_some();
    let exact = at_known.or(written_out).or(exact);
    let is_exact = exact.is_some();
    let (line, level) = match exact {
        Some(line) => {
            let deviations = line.deviations(&stamps);
            let pieces: Vec<&[f64]> = deviations.iter().map(Vec::as_slice).collect();
            let level = Level::best(&pieces, !is_written && !is_known);
            (line, level)
        }
        None => match (noisy_line(&stamps, known), known) {
            (Some(found), _) => found,
            (None, Some(step)) => few(stamps.len(), step),
            (None, None) => return None,
        },
    };
    let (kind, band) = describe(&line, &stamps, is_exact);
    // While the line follows the stamps it is behind them, by what its step may be wrong.
    let lag = if is_exact { 0.0 } else { LAG * level.rows as f64 * line.uncertainty.min(SHORT) };
    // A head of few units shows no more than whole ones.
    let is_coarse = unit > COARSE * line.step && stamps.len() as f64 * line.step < FEW_UNITS * unit;
    let whole = if is_coarse { unit / line.step } else { 0.0 };
    let level = Level { noise: (level.noise + lag).max(whole), ..level };
    // A unit that only double precision makes coarser is not that of the stamps.
    let decades = (unit / written).log10();
    let written_unit = if (decades - decades.round()).abs() < 1e-6 { unit } else { written };
    let axis = Axis { step: line.step, band, is_exact, level, wraps };
    Some(Fit { axis, uncertainty: line.uncertainty, kind, unit: written_unit, is_written })
}

/// The line of noisy stamps: that which they show, if they show one, else at the step that is known.
fn noisy_line(stamps: &[f64], known: Option<f64>) -> Option<(Line, Level)> {
    let shown = noisy::line(stamps, None);
    let Some(known) = known else { return shown };
    let at_known = noisy::line(stamps, Some(known));
    // A clock that is a little off shows itself; a line that needs more holes than the known one is none.
    match (shown, at_known) {
        (Some(shown), Some(at_known)) => {
            let is_shown = shown.0.uncertainty < UNSURE && shown.0.missing() <= at_known.0.missing();
            Some(if is_shown { shown } else { at_known })
        }
        (shown, at_known) => at_known.or(shown),
    }
}

/// Stamps that show nothing, at a step that is known: only a long hole is certain.
fn few(rows: usize, step: f64) -> (Line, Level) {
    let places = (0..rows).map(|n| n as f64).collect();
    let level = Level { statistic: Statistic::Lowest, rows: 1, at: 0.0, noise: rows.max(FEW) as f64 };
    (Line { step, uncertainty: 1.0, places, pieces: exact::whole(rows) }, level)
}

/// Units per row, roughly: the usual difference of stamps some rows apart.
fn usual_step(stamps: &[f64]) -> Option<f64> {
    let usual = |apart: usize| {
        let pairs = stamps.iter().zip(stamps.get(apart..)?);
        let mut moved: Vec<f64> = pairs.map(|(a, b)| (b - a) / apart as f64).filter(|d| !d.is_nan()).collect();
        let usual = median(&mut moved);
        // Where most stamps repeat, those that do not tell.
        moved.retain(|moved| *moved > 0.0);
        let mean = moved.iter().sum::<f64>() / moved.len() as f64;
        [usual, mean].into_iter().find(|step| *step > 0.0)
    };
    let apart = APART.min(stamps.len() / 2).max(1);
    usual(apart).or_else(|| usual(1))
}

/// Without lines between rows that took no time: the stamps on both sides are one step apart.
fn without_messages(stamps: &[f64], step: f64) -> Vec<f64> {
    let mut kept: Vec<f64> = Vec::with_capacity(stamps.len());
    for stamp in stamps.iter().copied() {
        let rows = kept.iter().rev().take_while(|stamp| stamp.is_nan()).count();
        let before = kept.len().checked_sub(rows + 1).and_then(|at| kept.get(at)).copied();
        if rows > 0 && before.is_some_and(|before| (0.0..=ROWS_SHOW * step).contains(&(stamp - before))) {
            kept.truncate(kept.len() - rows);
        }
        kept.push(stamp);
    }
    kept
}

/// Takes out stamps that lie far off neighbours that follow each other.
fn drop_damaged(stamps: &mut [f64], far: f64) {
    let mut last = f64::NAN;
    for n in 0..stamps.len() {
        let Some(now) = stamps.get(n).copied().filter(|now| !now.is_nan()) else { continue };
        let next = stamps.get(n + 1..).and_then(|rest| rest.iter().copied().find(|next| !next.is_nan()));
        let follows = next.is_some_and(|next| (0.0..=far).contains(&(next - last)) || n == 0 && next < now);
        let is_off = (now - last).abs() > far || n == 0 && next.is_some_and(|next| now - next > far);
        if follows && is_off && next.is_some_and(|next| (now - next).abs() > far) {
            if let Some(slot) = stamps.get_mut(n) {
                *slot = f64::NAN;
            }
        } else {
            last = now;
        }
    }
}

/// The kind of stamps, and the band about the line in which they usually lie.
fn describe(line: &Line, stamps: &[f64], is_exact: bool) -> (StampKind, (f64, f64)) {
    let mut off: Vec<f64> = line.deviations(stamps).into_iter().flatten().filter(|off| !off.is_nan()).collect();
    off.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| off.get((share * off.len() as f64) as usize).or(off.last()).copied().unwrap_or_default();
    let (low, middle, high) = (at(0.0), at(0.5), if is_exact { at(1.0) } else { at(0.99) });
    let steps: Vec<f64> = stamps
        .windows(2)
        .filter_map(|w| Some((w.last()? - w.first()?) / line.step))
        .filter(|step| !step.is_nan())
        .collect();
    let close = steps.iter().filter(|step| **step < CLOSE).count();
    let kind = if is_exact {
        if high - low <= EVEN { StampKind::Even } else { StampKind::Rounded }
    } else if close as f64 >= PACKETS * steps.len() as f64 {
        StampKind::Packets
    } else if high - middle > SKEWED * (middle - at(0.01)) {
        StampKind::Late
    } else {
        StampKind::Jittered
    };
    (kind, ((low - ROOM).min(-LEAST_JUMP), (high + ROOM).max(LEAST_JUMP)))
}

impl Fit {
    /// The rate as measured, of a column in units of `unit_s` seconds.
    pub(crate) fn raw_hz(&self, unit_s: f64) -> f64 {
        1.0 / (self.axis.step * unit_s)
    }

    /// Whether the rate is known within this share, or written out: even steps of a usual rate.
    pub(crate) fn is_sure(&self, share: f64) -> bool {
        self.uncertainty <= share || self.is_written
    }

    /// The rate, if it is known within this share.
    pub(crate) fn rate_hz(&self, unit_s: f64, share: f64) -> Option<f64> {
        let raw = self.raw_hz(unit_s);
        if self.uncertainty <= share {
            return Some(snap(raw, self.uncertainty));
        }
        let usual = snap(raw, 0.0);
        (self.is_written && usual.fract() == 0.0).then_some(usual)
    }
}
