//! The line of stamps that are late, come in packets, or jitter: through the levels of many rows each.

use super::MOST_AHEAD;
use super::exact::{self, Line};
use super::level::{Level, Statistic, levels, median, scatter, settle};

/// Rows between the two stamps of which many pairs give the first slope; a hole spoils as many pairs.
const APART: usize = 128;
/// Times that slope, levels and holes are found anew from each other.
const ROUNDS: usize = 4;
/// Standard deviations that the slope may be off.
const SIGMAS: f64 = 3.0;
/// Steps of this many frames and more may hide a hole.
const LONG: f64 = 1.5;
/// Fewest levels that show a slope.
const LEVELS: usize = 5;
/// One in so many steps down, if it is of this many frames, may be a clock that was set.
const DOWN: usize = 50;
const SET: f64 = 16.0;
/// Standard deviations beyond which a jump is no noise.
const SIX: f64 = 6.0;
/// Times the largest step down that a hole is.
const MORE: f64 = 1.1;
/// A slope that is off by more is not mended but wrong.
const MOST_TILT: f64 = 0.1;
/// Rows of the shortest levels.
const LEAST_ROWS: usize = 8;
/// Rows of the longest levels.
const MOST_ROWS: usize = 256;

/// The line of stamps (NaN where there is none), at a known step or at the one they show.
pub(super) fn line(stamps: &[f64], known: Option<f64>) -> Option<(Line, Level)> {
    let apart = (stamps.len() / 16).clamp(LEAST_ROWS, APART).min(stamps.len() / 2).max(1);
    let mut slopes: Vec<f64> =
        stamps.iter().zip(stamps.get(apart..)?).map(|(a, b)| (b - a) / apart as f64).filter(|d| !d.is_nan()).collect();
    let mut step = known.unwrap_or_else(|| median(&mut slopes));
    if step.is_nan() || step <= 0.0 {
        return None;
    }
    let mut places: Vec<f64> = (0..stamps.len()).map(|n| n as f64).collect();
    let mut found = None;
    for round in 0..ROUNDS {
        let off: Vec<f64> = stamps.iter().zip(&places).map(|(stamp, place)| stamp / step - place).collect();
        // The first rounds do not know the holes, nor the slope to the noise of a level.
        let (statistic, rows, tilt, noise) = best(&off)?;
        if known.is_none() && tilt.abs() < MOST_TILT {
            step *= 1.0 + tilt;
        }
        let rows_off: Vec<f64> = stamps.iter().enumerate().map(|(n, stamp)| stamp / step - n as f64).collect();
        let holes = holes(&rows_off, statistic, rows, noise);
        let mut missing = 0.0;
        let mut hole = holes.iter().peekable();
        for (n, place) in places.iter_mut().enumerate() {
            if let Some((_, frames)) = hole.next_if(|(at, _)| *at == n) {
                missing += frames;
            }
            *place = n as f64 + missing;
        }
        let off: Vec<f64> = stamps.iter().zip(&places).map(|(stamp, place)| stamp / step - place).collect();
        let trend = trend(&off, &places, statistic, rows)?;
        if known.is_none() && trend.slope.abs() < MOST_TILT {
            step *= 1.0 + trend.slope;
        }
        found = Some((statistic, rows, trend.uncertainty));
        if round > 0 && trend.slope.abs() < 1e-9 {
            break;
        }
    }
    let (_, _, uncertainty) = found?;
    let line = Line { step, uncertainty, places, pieces: exact::whole(stamps.len()) };
    let deviations = line.deviations(stamps);
    let pieces: Vec<&[f64]> = deviations.iter().map(Vec::as_slice).collect();
    let level = Level::best(&pieces, false);
    let uncertainty = line.uncertainty.max(2.0 * level.noise / stamps.len() as f64);
    Some((Line { uncertainty, ..line }, level))
}

/// The statistic and number of rows whose levels differ least from one to the next, the tilt of these, and their noise.
fn best(off: &[f64]) -> Option<(Statistic, usize, f64, f64)> {
    let mut best: Option<(Statistic, usize, f64, f64)> = None;
    let mut rows = LEAST_ROWS;
    while rows <= MOST_ROWS && off.len() / rows > LEVELS {
        for statistic in [Statistic::Lowest, Statistic::Middle, Statistic::Mean] {
            let levels: Vec<(f64, f64)> = levels(&[off], rows, statistic).collect();
            // The third one on shares no row.
            let pairs = levels.iter().zip(levels.get(3..).unwrap_or_default());
            let mut steps: Vec<f64> = pairs.clone().map(|(a, b)| b.1 - a.1).collect();
            let apart = pairs.clone().map(|(a, b)| b.0 - a.0).sum::<f64>() / steps.len().max(1) as f64;
            if steps.len() < LEVELS {
                continue;
            }
            let tilt = median(&mut steps);
            // A hole is a step up that stays; steps down are noise, as rare as they may be: stamps of few digits often agree.
            let set = steps.iter().filter(|step| tilt - **step > SET).count();
            let down = if set <= steps.len() / DOWN { set } else { 0 };
            let noise = scatter(&steps, tilt).max((tilt - steps.get(down).copied().unwrap_or(tilt)) / SIX);
            if best.is_none_or(|(_, _, _, least)| noise < 0.99 * least) {
                best = Some((statistic, rows, tilt / apart, noise));
            }
        }
        // Six standard deviations of a twelfth of a frame find single frames.
        if best.is_some_and(|(_, _, _, noise)| noise <= 1.0 / 12.0) {
            break;
        }
        rows *= 2;
    }
    best
}

/// Rows before which frames are missing, and how many.
fn holes(off: &[f64], statistic: Statistic, rows: usize, noise: f64) -> Vec<(usize, f64)> {
    let least = (MORE * SIX * noise).max(0.6);
    let mut seen = Vec::new();
    let mut jump = |at: usize| {
        let before = statistic.of(off.get(at.saturating_sub(rows)..at).unwrap_or_default());
        let wanted = statistic.settled_rows(rows);
        let settled = settle(wanted, MOST_AHEAD, &mut seen, |n| off.get(at + n).copied());
        if settled < wanted { 0.0 } else { statistic.of_settled(&seen, settled, rows) - before }
    };
    let mut found: Vec<(usize, f64)> = Vec::new();
    let mut last = f64::NAN;
    // Rows near each other before which the level jumps: where it jumps, and by how much, with the step of the row.
    let mut near: Vec<(usize, f64, f64)> = Vec::new();
    for (at, now) in off.iter().copied().enumerate() {
        if near.last().is_some_and(|(began, ..)| at >= began + 2 * rows) {
            found.extend(widest(&near, least));
            near.clear();
        }
        if now.is_nan() {
            continue;
        }
        let is_free = found.last().is_none_or(|(began, _)| at >= began + rows);
        if now - last >= LONG - 1.0 && is_free && at > 0 {
            let jump = jump(at);
            if jump >= least {
                near.push((at, jump, now - last));
            }
        }
        last = now;
    }
    found.extend(widest(&near, least));
    found.into_iter().map(|(at, frames)| (at, frames.round())).filter(|(_, frames)| *frames >= 1.0).collect()
}

/// Of rows near each other, the place of the hole and its length: where the level jumps most, within what is no noise, and of
/// these the longest step.
fn widest(near: &[(usize, f64, f64)], noise: f64) -> Option<(usize, f64)> {
    let most = near.iter().map(|row| row.1).fold(0.0, f64::max);
    let at = near.iter().filter(|row| row.1 >= most - noise).max_by(|a, b| a.2.total_cmp(&b.2))?.0;
    Some((at, most))
}

/// A straight line through levels.
struct Trend {
    /// Frames per frame.
    slope: f64,
    uncertainty: f64,
}

/// The trend of levels, by least squares without the worst tenth.
fn trend(off: &[f64], places: &[f64], statistic: Statistic, rows: usize) -> Option<Trend> {
    let mut rows = rows;
    while off.len() / rows < LEVELS && rows > 1 {
        rows /= 2;
    }
    let at = |middle: f64| {
        let low = places.get(middle as usize).copied().unwrap_or_default();
        low + middle.fract()
    };
    let mut points: Vec<(f64, f64)> =
        levels(&[off], rows, statistic).map(|(middle, level)| (at(middle), level)).collect();
    let first = squares(&points)?;
    let miss = |point: &(f64, f64)| (point.1 - first.0 - first.1 * point.0).abs();
    points.sort_by(|a, b| miss(a).total_cmp(&miss(b)));
    points.truncate((points.len() * 9).div_ceil(10).max(LEVELS.min(points.len())));
    let (zero, slope) = squares(&points)?;
    let count = points.len() as f64;
    let mean = points.iter().map(|point| point.0).sum::<f64>() / count;
    let along: f64 = points.iter().map(|point| (point.0 - mean).powi(2)).sum();
    let rest: f64 = points.iter().map(|(x, y)| (y - zero - slope * x).powi(2)).sum();
    let sigma = (rest / (count - 2.0).max(1.0) / along).sqrt();
    // What wanders slowly shows in halves that differ.
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (left, right) = points.split_at(points.len() / 2);
    let halves = match (squares(left), squares(right)) {
        (Some(left), Some(right)) => (left.1 - right.1).abs(),
        _ => 0.0,
    };
    Some(Trend { slope, uncertainty: (SIGMAS * sigma).max(halves / 4.0) })
}

/// The line of least squares: its value at 0, and its slope.
fn squares(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let count = points.len() as f64;
    let x = points.iter().map(|point| point.0).sum::<f64>() / count;
    let y = points.iter().map(|point| point.1).sum::<f64>() / count;
    let along: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let across: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let slope = across / along;
    slope.is_finite().then_some((y - slope * x, slope))
}
