//! Stamps that step by one and the same number, or by a number that is known: every row shows its own place.

use super::exact::{self, Line};
use super::level::median;

/// A stamp this close to a place, in frames, stands there.
const NEAR: f64 = 0.3;
/// Stamps coarser than this share of a step do not show places.
const COARSEST: f64 = 0.4;
/// Share of rows that may stray.
const STRAY: f64 = 0.1;
/// Share of rows between which frames may be missing.
const HOLES: f64 = 0.34;
/// Share of rows behind which one frame may be missing in stamps that are written out.
const DOUBLES: f64 = 0.02;
/// Fewer holes are no pauses.
const MANY_HOLES: usize = 8;
/// A clock that goes back by so many frames has started again.
const RESTART: f64 = 64.0;
/// Share of steps that have to be the same.
const SAME: f64 = 0.6;

/// The line of stamps (NaN where there is none) at a step that is known.
pub(super) fn at_step(stamps: &[f64], unit: f64, step: f64) -> Option<Line> {
    walk(stamps, unit, step).map(|walked| walked.line)
}

/// The line of few stamps that step evenly as they are written. Many steps of two frames are a rate between two units.
pub(super) fn written(stamps: &[f64], unit: f64) -> Option<Line> {
    let steps = || stamps.windows(2).filter_map(|w| Some(w.last()? - w.first()?)).filter(|step| !step.is_nan());
    let mut sorted: Vec<f64> = steps().collect();
    let usual = median(&mut sorted);
    let same = sorted.iter().filter(|step| (**step - usual).abs() <= 1e-6 * usual).count();
    if usual.is_nan() || usual <= 0.0 || (same as f64) < SAME * sorted.len() as f64 {
        return None;
    }
    let line = walk(stamps, 0.0, usual)?;
    let uncertainty = unit / (usual * stamps.len() as f64);
    let rows = stamps.len() as f64;
    // Pauses that come often and are long all together are those of packets.
    let are_holes = line.holes < MANY_HOLES || line.line.missing() < 0.5 * rows;
    (are_holes && line.doubles as f64 <= (DOUBLES * rows).max(1.0)).then_some(Line { uncertainty, ..line.line })
}

/// A line, and what was met on the way.
struct Walked {
    line: Line,
    holes: usize,
    /// Holes of a single frame.
    doubles: usize,
}

/// Follows the stamps from place to place.
fn walk(stamps: &[f64], unit: f64, step: f64) -> Option<Walked> {
    if unit > COARSEST * step {
        return None;
    }
    let room = NEAR + 0.5 * unit / step;
    let off = |n: usize| stamps.get(n).map(|stamp| stamp / step - n as f64);
    let first = (0..stamps.len()).find(|n| off(*n).is_some_and(|off| !off.is_nan()))?;
    let begin = stamps.get(first).copied()?;
    let (mut level, mut missing) = (off(first)?, 0.0);
    let (mut strays, mut holes, mut doubles) = (0, 0, 0);
    let mut places = Vec::with_capacity(stamps.len());
    for n in 0..stamps.len() {
        let now = off(n)? - level;
        if now.abs() > room {
            let next = (n + 1..stamps.len()).filter_map(off).find(|next| !next.is_nan());
            if next.is_some_and(|next| (next - level).abs() <= room) {
                strays += 1;
            } else if now < 0.0 && now > -RESTART && stamps.get(n).is_some_and(|stamp| *stamp > begin + step) {
                return None;
            } else {
                holes += 1;
                doubles += usize::from(now.round() == 1.0);
                missing += now.round().max(0.0);
                level += if (now - now.round()).abs() <= room { now.round() } else { now };
            }
        }
        places.push(n as f64 + missing);
    }
    let rows = stamps.len() as f64;
    if strays as f64 > (STRAY * rows).max(1.0) || holes as f64 > (HOLES * rows).max(1.0) {
        return None;
    }
    let line = Line { step, uncertainty: 0.0, places, pieces: exact::whole(stamps.len()) };
    Some(Walked { line, holes, doubles })
}
