//! The line of a clock whose stamps are only rounded: all of them lie in a band as wide as their unit.
//!
//! Every line that keeps all stamps in such a band may be the true one. The slopes of these lines are an interval: its
//! middle is the step, its half width the uncertainty, with nothing assumed about the noise. Where rows are missing the
//! band is broken; its pieces share one slope, and are joined where only one whole number of frames fits between them.

use std::ops::Range;

use super::level::{Statistic, median};

/// Width of the band, in units of the stamps, beyond the rounding itself: what written decimals lose again.
const SLACK: f64 = 1.02;
/// What writing a stamp adds to its rounding, in units.
const WRITTEN: f64 = 1e-4;
/// A step this much larger than the usual one, beyond the rounding, is a jump.
const JUMP: f64 = 1.3;
/// Stamps have to move by so many units for their difference to show the step within a quarter.
const MOVES: f64 = 4.0;
/// Larger steps among even ones that show a rate between two units, if they come evenly; fewer are missing frames.
const BEATS: usize = 3;
/// So many show it in any case.
const MANY_BEATS: usize = 8;
/// Rows that are lost at random: fewer than one in so many, and their distances scatter by this share.
const FEW: usize = 16;
const RANDOM: f64 = 0.5;
/// Part of a unit that steps are exact to, where they are whole multiples of one.
const FINER: f64 = 0.1;
/// Beats are even if the longest distance between two is at most this many times the shortest.
const EVEN_BEATS: f64 = 1.5;
/// Halvings of the interval of slopes.
const HALVINGS: usize = 30;
/// A hole is only joined if its length, in frames, is uncertain by less than this.
const JOINED: f64 = 0.25;
/// So many pauses, at least one in so many rows, longer all together than this share of the rows: packets, not holes.
const MANY_PAUSES: usize = 8;
const ROWS_OF_A_PACKET: usize = 64;
const PAUSES: f64 = 0.5;
/// Share of rows that have to lie in pieces of more than two.
const MOST: f64 = 0.5;

/// A line, and the places of its rows.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Units of the column per frame.
    pub(super) step: f64,
    /// Relative uncertainty of the step.
    pub(super) uncertainty: f64,
    /// The place of each row, holes counted.
    pub(super) places: Vec<f64>,
    /// Runs of rows that share a line: the clock goes on in whole frames within them.
    pub(super) pieces: Vec<Range<usize>>,
}

impl Line {
    /// Frames in all holes.
    pub(super) fn missing(&self) -> f64 {
        let last = self.places.last().copied().unwrap_or_default();
        last + 1.0 - self.places.len() as f64
    }

    /// By how many frames each row deviates from the line of its piece, a run of rows for each piece.
    pub(super) fn deviations(&self, stamps: &[f64]) -> Vec<Vec<f64>> {
        let of = |piece: &Range<usize>| {
            let rows = stamps.get(piece.clone()).unwrap_or_default().iter();
            let off =
                rows.zip(self.places.get(piece.clone()).unwrap_or_default()).map(|(x, place)| x / self.step - place);
            let mut off: Vec<f64> = off.collect();
            let middle = Statistic::Mean.of(&off);
            for off in &mut off {
                *off -= middle;
            }
            off
        };
        self.pieces.iter().map(of).collect()
    }
}

/// All rows in one piece.
pub(super) fn whole(rows: usize) -> Vec<Range<usize>> {
    std::iter::once(0..rows).collect()
}

/// The line of stamps (NaN where there is none) in units of `unit`; `None` if they are not only rounded.
pub(super) fn line(stamps: &[f64], unit: f64) -> Option<Line> {
    let rough = rough_step(stamps, unit)?;
    let whole = fit(stamps, unit, &cuts(stamps, |step| step < -(unit + 0.3 * rough) || step > JUMP * rough + unit));
    let beats = beats(stamps, unit, rough);
    if whole.is_none() && is_thinned(stamps) {
        let unit = FINER * unit;
        return fit(stamps, unit, &cuts(stamps, |step| step < -unit || step > JUMP * rough));
    }
    if beats.is_empty() {
        return whole;
    }
    let mut at = cuts(stamps, |step| step < -(unit + 0.3 * rough) || step > JUMP * rough + unit);
    at.extend(beats);
    at.sort_unstable();
    at.dedup();
    fit(stamps, unit, &at).or(whole)
}

/// Whether all steps are whole multiples of one that most of them are, the others now and then: rows are missing.
fn is_thinned(stamps: &[f64]) -> bool {
    let steps = || stamps.windows(2).filter_map(|w| Some(w.last()? - w.first()?)).filter(|step| !step.is_nan());
    let mut sorted: Vec<f64> = steps().collect();
    let usual = median(&mut sorted);
    let longer: Vec<usize> = steps().enumerate().filter(|(_, step)| *step > 1.5 * usual).map(|(n, _)| n).collect();
    let is_multiple = |step: f64| step > 0.5 * usual && (step / usual - (step / usual).round()).abs() < 0.01;
    let apart: Vec<f64> = longer.windows(2).filter_map(|w| Some((w.last()? - w.first()?) as f64)).collect();
    let mean = apart.iter().sum::<f64>() / apart.len().max(1) as f64;
    let scatter = (apart.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / apart.len().max(1) as f64).sqrt();
    usual > 0.0 && steps().all(is_multiple) && longer.len() * FEW < sorted.len() && scatter > RANDOM * mean
}

/// Units per row, within a third: the usual difference over so many rows that it is some units.
fn rough_step(stamps: &[f64], unit: f64) -> Option<f64> {
    let mut apart = 1;
    while apart < stamps.len() {
        let pairs = stamps.iter().zip(stamps.get(apart..)?);
        let mut moved: Vec<f64> = pairs.map(|(a, b)| b - a).filter(|d| !d.is_nan()).collect();
        let usual = median(&mut moved);
        if usual >= MOVES * unit || usual > 0.0 && 2 * apart >= stamps.len() {
            return Some(usual / apart as f64);
        }
        apart *= 2;
    }
    None
}

/// The rows before which `is_jump` says that a piece ends.
fn cuts(stamps: &[f64], is_jump: impl Fn(f64) -> bool) -> Vec<usize> {
    let (mut last, mut rows, mut found) = (f64::NAN, 0.0, Vec::new());
    for (n, stamp) in stamps.iter().copied().enumerate() {
        rows += 1.0;
        if stamp.is_nan() {
            continue;
        }
        if rows == 1.0 && is_jump(stamp - last) || rows > 1.0 && is_jump((stamp - last) / rows) {
            found.push(n);
        }
        (last, rows) = (stamp, 0.0);
    }
    found
}

/// Larger steps among steps that are all the same: missing frames, unless there are many or they come evenly.
fn beats(stamps: &[f64], unit: f64, rough: f64) -> Vec<usize> {
    if unit < 0.5 * rough {
        return Vec::new();
    }
    let usual = (rough / unit).round().max(1.0) * unit;
    let other = |step: f64| (step - usual).abs() > 0.01 * unit;
    let found = cuts(stamps, |step| step > usual && other(step) && step <= JUMP * rough + unit);
    let smaller = cuts(stamps, |step| step < usual && other(step)).len();
    let apart: Vec<usize> = found.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).collect();
    let (least, most) = (apart.iter().min().copied().unwrap_or(1), apart.iter().max().copied().unwrap_or(1));
    let ends = found.first().copied().unwrap_or(0).max(stamps.len() - found.last().copied().unwrap_or(0));
    let are_even = found.len() >= BEATS && most.max(ends) as f64 <= EVEN_BEATS * least as f64;
    if smaller > 0 || are_even || found.len() >= MANY_BEATS { Vec::new() } else { found }
}

/// The line in the narrowest band, broken before the rows `at`.
fn fit(stamps: &[f64], unit: f64, at: &[usize]) -> Option<Line> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut begin = 0;
    for end in at.iter().copied().chain([stamps.len()]) {
        pieces.push(begin..end);
        begin = end;
    }
    let long = |piece: &&Range<usize>| piece.len() > 2;
    let rows: usize = pieces.iter().filter(long).map(Range::len).sum();
    if (rows as f64) < MOST * stamps.len() as f64 && pieces.len() > 1 {
        return None;
    }
    let slopes = slopes(stamps, unit, &places(stamps.len()), &pieces)?;
    // Pieces that share a band of whole frames are one.
    let step = 0.5 * (slopes.0 + slopes.1);
    let off = 0.5 * (slopes.1 - slopes.0) / step;
    let (places, joined) = join(stamps, unit, step, off, &pieces);
    let missing = places.last().copied().unwrap_or_default() + 1.0 - stamps.len() as f64;
    let is_unmoved = joined == pieces && places.iter().enumerate().all(|(n, place)| *place == n as f64);
    let (slopes, joined) = if is_unmoved {
        (slopes, joined)
    } else {
        match self::slopes(stamps, unit, &places, &joined) {
            Some(slopes) => (slopes, joined),
            None => (slopes, pieces),
        }
    };
    let step = 0.5 * (slopes.0 + slopes.1);
    if at.len() >= MANY_PAUSES && at.len() * ROWS_OF_A_PACKET > stamps.len() && missing > stamps.len() as f64 * PAUSES {
        return None;
    }
    Some(Line { step, uncertainty: 0.5 * (slopes.1 - slopes.0) / step, places, pieces: joined })
}

fn places(rows: usize) -> Vec<f64> {
    (0..rows).map(|n| n as f64).collect()
}

/// Joins pieces between which one whole number of frames fits; gives the places of all rows, and the pieces that are left.
fn join(stamps: &[f64], unit: f64, step: f64, off: f64, pieces: &[Range<usize>]) -> (Vec<f64>, Vec<Range<usize>>) {
    let mut places = places(stamps.len());
    let mut joined: Vec<Range<usize>> = Vec::new();
    // Frames missing so far, and the band of the piece before without them.
    let (mut missing, mut last) = (0.0, (f64::NAN, f64::NAN));
    let room = SLACK * unit / step + 1e-6;
    for piece in pieces {
        let (low, high) = band(stamps, &places, piece, step);
        if low.is_nan() {
            continue;
        }
        let frames = (0.5 * (low + high) - 0.5 * (last.0 + last.1)).round();
        let hole = frames - missing;
        if !frames.is_nan() {
            missing = frames;
        }
        let (low, high) = (low - missing, high - missing);
        let fits = high.max(last.1) - low.min(last.0) <= room && hole >= 0.0 && hole * off <= JOINED;
        for place in places.get_mut(piece.clone()).unwrap_or_default() {
            *place += missing;
        }
        match joined.last_mut() {
            Some(before) if fits => before.end = piece.end,
            _ => joined.push(piece.clone()),
        }
        last = (low, high);
    }
    (places, joined)
}

/// The lowest and the highest deviation of a piece from a line of this step through the origin, in frames.
fn band(stamps: &[f64], places: &[f64], piece: &Range<usize>, step: f64) -> (f64, f64) {
    let rows = stamps.get(piece.clone()).unwrap_or_default().iter().zip(places.get(piece.clone()).unwrap_or_default());
    let off = rows.map(|(stamp, place)| stamp / step - place);
    off.fold((f64::NAN, f64::NAN), |(low, high), off| (low.min(off), high.max(off)))
}

/// The width of the narrowest band of this step that holds the stamps of each piece, in units.
fn width(stamps: &[f64], places: &[f64], pieces: &[Range<usize>], step: f64) -> f64 {
    let of = |piece| {
        let (low, high) = band(stamps, places, piece, step);
        (high - low) * step
    };
    pieces.iter().map(of).fold(0.0, f64::max)
}

/// Whether a band of this step that is at most so wide holds the stamps of each piece: those far apart are looked at first.
fn fits(stamps: &[f64], places: &[f64], pieces: &[Range<usize>], step: f64, most: f64) -> bool {
    pieces.iter().all(|piece| {
        let stamps = stamps.get(piece.clone()).unwrap_or_default();
        let mut rows = stamps.iter().zip(places.get(piece.clone()).unwrap_or_default());
        let (mut low, mut high) = (f64::NAN, f64::NAN);
        let mut is_in = |(stamp, place): (&f64, &f64)| {
            let off = stamp / step - place;
            (low, high) = (low.min(off), high.max(off));
            // Nothing but a number is too wide.
            !((high - low) * step > most)
        };
        rows.next().is_none_or(&mut is_in) && rows.next_back().is_none_or(&mut is_in) && rows.all(is_in)
    })
}

/// The least and the greatest step of lines that keep the stamps of each piece in a band as wide as their unit.
fn slopes(stamps: &[f64], unit: f64, places: &[f64], pieces: &[Range<usize>]) -> Option<(f64, f64)> {
    let (mut across, mut along) = (0.0, 0.0);
    for piece in pieces {
        let rows = || {
            let places = places.get(piece.clone()).unwrap_or_default();
            stamps.get(piece.clone()).unwrap_or_default().iter().zip(places).filter(|(stamp, _)| !stamp.is_nan())
        };
        let count = rows().count().max(1) as f64;
        let middle = rows().map(|(_, place)| *place).sum::<f64>() / count;
        let first = rows().next().map(|(stamp, _)| *stamp).unwrap_or_default();
        for (stamp, place) in rows() {
            across += (place - middle) * (stamp - first);
            along += (place - middle) * (place - middle);
        }
    }
    let middle = across / along;
    if middle.is_nan() || middle <= 0.0 {
        return None;
    }
    let longest = pieces.iter().map(Range::len).max().unwrap_or_default().max(2) as f64 - 1.0;
    let most = SLACK * unit;
    let width = |step: f64| width(stamps, places, pieces, step);
    let fits = |step: f64, most: f64| fits(stamps, places, pieces, step, most);
    // Rounding in step with the rows tilts the line of least squares; the width of the band is convex in its slope.
    let reach = 3.0 * unit / longest;
    let mut inside = middle;
    if width(inside) > most {
        let (mut below, mut above) = (middle - reach, middle + reach);
        for _ in 0..HALVINGS {
            let third = (above - below) / 3.0;
            if width(below + third) <= width(above - third) {
                above -= third;
            } else {
                below += third;
            }
            inside = 0.5 * (below + above);
            if fits(inside, most) {
                break;
            }
        }
    }
    if width(inside) > most {
        return None;
    }
    let most = width(inside).max((1.0 + WRITTEN) * unit);
    let edge = |mut outside: f64| {
        let mut inside = inside;
        for _ in 0..HALVINGS {
            let half = 0.5 * (inside + outside);
            if fits(half, most) {
                inside = half;
            } else {
                outside = half;
            }
        }
        inside
    };
    Some((edge(inside - 2.0 * reach).max(0.5 * middle), edge(inside + 2.0 * reach)))
}
