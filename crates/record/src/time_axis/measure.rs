//! The line of the stamps at the head of a file, how sure it is, and what kind of stamps they are.

use super::exact::{self, Line};
use super::level::{Level, median};
use super::wrap::{self, Wraps};
use super::{Axis, LEAST_JUMP, noisy, quantum};

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
    let origin = stamps.iter().copied().find(|stamp| stamp.is_finite())?;
    let unit = quantum::of(stamps, written);
    let mut stamps: Vec<f64> = stamps.iter().map(|stamp| stamp - origin).map(|x| if x.is_finite() { x } else { f64::NAN }).collect();
    let rough = usual_step(&stamps)?;
    stamps = wrap::unwrapped(&stamps, rough, wraps);
    drop_damaged(&mut stamps, FAR * rough.max(unit));
    let exact = exact::line(&stamps, unit).filter(|line| line.uncertainty < UNSURE || line.is_whole());
    let is_exact = exact.is_some();
    let (line, level) = match exact {
        Some(line) => {
            let deviations = line.deviations(&stamps);
            let pieces: Vec<&[f64]> = deviations.iter().map(Vec::as_slice).collect();
            let level = Level::best(&pieces, true);
            (line, level)
        }
        None => noisy_line(&stamps, known)?,
    };
    let (kind, band) = describe(&line, &stamps, is_exact);
    let mut steps = stamps.windows(2).filter_map(|w| Some(w.last()? - w.first()?)).filter(|step| !step.is_nan());
    let first = steps.next().unwrap_or_default();
    let is_written = steps.all(|step| (step - first).abs() < 1e-6 * first || step > 1.5 * first) && first > 0.0;
    let written_unit = if written > 0.0 { unit } else { 0.0 };
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

/// Units per row, roughly: the usual difference of stamps some rows apart.
fn usual_step(stamps: &[f64]) -> Option<f64> {
    let apart = 64.min(stamps.len() / 2).max(1);
    let mut moved: Vec<f64> = stamps.iter().zip(stamps.get(apart..)?).map(|(a, b)| b - a).filter(|d| !d.is_nan()).collect();
    let usual = median(&mut moved) / apart as f64;
    if usual > 0.0 {
        return Some(usual);
    }
    let forward: Vec<f64> = moved.into_iter().filter(|d| *d > 0.0).collect();
    (!forward.is_empty()).then(|| forward.iter().sum::<f64>() / forward.len() as f64 / apart as f64)
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
    let steps: Vec<f64> =
        stamps.windows(2).filter_map(|w| Some((w.last()? - w.first()?) / line.step)).filter(|step| !step.is_nan()).collect();
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
