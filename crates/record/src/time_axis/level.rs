//! What rows have in common: the offset from the line that none of them alone shows.

use super::{LEAST_JUMP, LEAST_ROWS};

/// Most rows that show a level.
const MOST_ROWS: usize = 512;
/// Fewest levels whose scatter says something.
const LEVELS: usize = 6;
/// A level that scatters less than this many frames finds single frames.
const FINE: f64 = 0.4;
/// Deviations beyond this many standard deviations are none of the noise.
const SIGMAS: f64 = 6.0;
/// Share of deviations that the scatter is taken from: holes spoil fewer than the rest.
const SPARED: f64 = 0.75;
/// Standard deviation of a normal distribution over that quantile of its absolute deviations.
const SIGMA: f64 = 0.8693;
/// Distance of levels over their length.
const GOLDEN: f64 = 0.381_966;
/// Share of levels at either end that may be of rows near a hole.
const TAIL: f64 = 0.02;
/// Rows behind a late one after which it has been caught up with, though others were late meanwhile.
const SETTLED: usize = 64;
/// A deviation, in frames, that is lower than another.
const LOWER: f64 = 0.25;
/// How much larger extremes are than what is usual.
const EXTREMES: f64 = 1.5;
/// Smallest jump of noisy stamps, in frames.
const NOISY_JUMP: f64 = 0.75;
/// Scatter, in frames, below which statistics are equally good: the first one then takes a hole for what it is at once.
const GOOD: f64 = 0.2;

/// How many deviations become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistic {
    /// The smallest: stamps that are never early.
    Lowest,
    /// The middle between smallest and largest: rounded stamps.
    Middle,
    /// The mean: jitter.
    Mean,
}

impl Statistic {
    const ALL: [Self; 3] = [Self::Lowest, Self::Middle, Self::Mean];

    /// Rows without a lower one after which noisy stamps have settled, where so many show a level.
    pub(super) fn settled_rows(self, rows: usize) -> usize {
        match self {
            Self::Lowest => rows.max(SETTLED),
            Self::Middle | Self::Mean => rows,
        }
    }

    /// Of deviations of which so many at the end are settled.
    pub(super) fn of_settled(self, seen: &[f64], settled: usize, rows: usize) -> f64 {
        match self {
            Self::Lowest => self.of(seen),
            Self::Middle | Self::Mean => {
                let from = seen.len() - settled.min(seen.len()).max(rows.min(seen.len()) / 2);
                self.of(seen.get(from..).unwrap_or_default())
            }
        }
    }

    /// Of deviations; those that are NaN do not count. NaN without any.
    pub(super) fn of(self, deviations: &[f64]) -> f64 {
        let (mut low, mut high, mut sum, mut count) = (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0_f64);
        for value in deviations.iter().copied().filter(|value| !value.is_nan()) {
            (low, high) = (low.min(value), high.max(value));
            sum += value;
            count += 1.0;
        }
        match self {
            _ if count == 0.0 => f64::NAN,
            Self::Lowest => low,
            Self::Middle => 0.5 * (low + high),
            Self::Mean => sum / count,
        }
    }
}

/// How the level of some rows is found, and from which jump on it is another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Level {
    /// How.
    pub(crate) statistic: Statistic,
    /// Rows that are needed.
    pub(crate) rows: usize,
    /// The level of rows on the line.
    pub(crate) at: f64,
    /// The smallest jump, in frames, that is no noise.
    pub(crate) noise: f64,
}

impl Level {
    /// The offset from the line that rows with these deviations have.
    pub(super) fn of(&self, deviations: &[f64]) -> f64 {
        self.statistic.of(deviations) - self.at
    }

    /// The same of rows of which so many at the end are settled.
    pub(super) fn of_settled(&self, seen: &[f64], settled: usize) -> f64 {
        self.statistic.of_settled(seen, settled, self.rows) - self.at
    }

    /// What finds the smallest jumps in stamps with these deviations from the line, rows between holes apart.
    ///
    /// `is_bounded` says that no row strays: then all levels count, not only most of them.
    pub(super) fn best(pieces: &[&[f64]], is_bounded: bool) -> Self {
        let mut best = Self { statistic: Statistic::Lowest, rows: LEAST_ROWS, at: 0.0, noise: f64::INFINITY };
        let mut rows = LEAST_ROWS;
        while rows <= MOST_ROWS {
            for statistic in Statistic::ALL {
                let mut levels: Vec<f64> = levels(pieces, rows, statistic).map(|(_, level)| level).collect();
                if levels.is_empty() || best.noise.is_finite() && levels.len() < LEVELS {
                    continue;
                }
                let at = median(&mut levels);
                let most = levels.iter().fold(0.0_f64, |most, level| most.max((level - at).abs()));
                // Sorted by now.
                let tail = (TAIL * levels.len() as f64) as usize;
                let ends = levels.get(tail).copied().zip(levels.iter().rev().nth(tail).copied()).unwrap_or((at, at));
                let usual = (SIGMAS * scatter(&levels, at)).max(at - ends.0).max(ends.1 - at);
                let noise = if is_bounded { 2.0 * most } else { usual };
                if noise.max(GOOD) < 0.99 * best.noise.max(GOOD) || best.noise.is_infinite() {
                    best = Self { statistic, rows, at, noise };
                }
            }
            if best.noise <= FINE {
                break;
            }
            rows *= 2;
        }
        if best.noise.is_infinite() {
            let all: Vec<f64> = pieces.iter().flat_map(|piece| piece.iter().copied()).collect();
            (best.at, best.noise) = (best.statistic.of(&all), LEAST_JUMP);
        }
        // Rows are looked at where one strays: their level is one of the extremes.
        let noise = if is_bounded { best.noise.max(LEAST_JUMP) } else { (EXTREMES * best.noise).max(NOISY_JUMP) };
        let rows = if is_bounded { best.rows } else { best.statistic.settled_rows(best.rows) };
        Self { rows, noise, ..best }
    }
}

/// Levels of `rows` rows each, with the place of their middle.
pub(super) fn levels<'a>(
    pieces: &'a [&'a [f64]],
    rows: usize,
    statistic: Statistic,
) -> impl Iterator<Item = (f64, f64)> + 'a {
    let mut begin = 0;
    // They overlap, and begin at any phase of packets and rounding: the golden section is no fraction.
    let at = move |n: usize| (n as f64 * rows as f64 * GOLDEN) as usize;
    pieces.iter().flat_map(move |piece| {
        let start = begin;
        begin += piece.len();
        (0..).map_while(move |n| piece.get(at(n)..at(n) + rows).map(|chunk| (at(n), chunk))).filter_map(
            move |(n, chunk)| {
                let level = statistic.of(chunk);
                let middle = (start + n) as f64 + 0.5 * (rows as f64 - 1.0);
                (!level.is_nan()).then_some((middle, level))
            },
        )
    })
}

/// The level of the rows from one on, once those that are catching up have done so: `off` gives the deviation of the `n`th.
///
/// Rows that follow each other closely behind a late one come nearer to the line; the level is where they end. Gives all
/// deviations, and how many rows at their end are settled.
pub(super) fn settle(
    rows: usize,
    most: usize,
    seen: &mut Vec<f64>,
    mut off: impl FnMut(usize) -> Option<f64>,
) -> usize {
    let (mut lowest, mut since) = (f64::INFINITY, 0);
    seen.clear();
    for n in 0..most {
        let Some(now) = off(n).filter(|_| since < rows) else { break };
        seen.push(now);
        if now < lowest - LOWER {
            (lowest, since) = (now, 1);
        } else {
            since += 1;
        }
    }
    since
}

/// The median; sorts. NaN of nothing.
pub(super) fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The standard deviation about `middle`, if the noise is normal; jumps do not count.
pub(super) fn scatter(values: &[f64], middle: f64) -> f64 {
    let mut off: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    off.sort_unstable_by(f64::total_cmp);
    SIGMA * off.get((SPARED * off.len() as f64) as usize).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statistic_suits_the_noise() {
        let noise = |n: u32| f64::from(n.wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 24);
        let late: Vec<f64> = (0..4096).map(|n| noise(n).powi(6) * 30.0).collect();
        let best = Level::best(&[&late], false);
        assert_eq!(best.statistic, Statistic::Lowest);
        assert!(best.noise < 1.0, "{best:?}");
        let even = Level::best(&[&[0.25; 100]], true);
        assert_eq!((even.rows, even.at, even.noise), (LEAST_ROWS, 0.25, LEAST_JUMP));
    }
}
