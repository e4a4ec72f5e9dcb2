//! First values against last values.

use serde::Serialize;
use tonus_report::median;

use super::Band;

/// Most values on either side of a comparison.
const MAX_SIDE: usize = 3;

/// What became of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Fewer than two values.
    TooFew,
    /// Within the band: measuring twice differs as much.
    AboutTheSame,
    /// Lower by more than the band.
    Lower,
    /// Higher by more than the band.
    Higher,
}

/// The median of the first values against that of the last.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Compared {
    /// The outcome.
    pub change: Change,
    /// How many values there are.
    pub n: usize,
    /// How many are taken at either end: 3, or half of them if there are fewer than 6.
    pub n_side: usize,
    /// Median of the first ones; `None` with fewer than two values.
    pub first: Option<f64>,
    /// Median of the last ones.
    pub last: Option<f64>,
    /// Last over first, less 1; `None` if the first is 0.
    pub change_share: Option<f64>,
}

impl Compared {
    /// Compares values in the order of time. Those that are not finite do not count.
    pub fn of(values: &[f64], band: Band) -> Self {
        let values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let n = values.len();
        let n_side = MAX_SIDE.min(n / 2);
        let first = median(values[..n_side].iter().copied());
        let last = median(values[n - n_side..].iter().copied());
        let change = first.zip(last).map_or(Change::TooFew, |(first, last)| changed(first, last, band));
        let share = first.zip(last).map(|(first, last)| last / first - 1.0).filter(|share| share.is_finite());
        Self { change, n, n_side, first, last, change_share: share }
    }
}

/// Whether a number left the band around what it was. Its edge belongs to the band.
pub(crate) fn changed(first: f64, last: f64, band: Band) -> Change {
    // The edge is meant as written: 7.0 is 30 % below 10.0, whatever the last bit of the product says.
    const ROUNDING: f64 = 1e-9;
    let width = match band {
        Band::Share(share) => share * first.abs(),
        Band::Points(points) => points,
    } * (1.0 + ROUNDING);
    if last - first > width {
        Change::Higher
    } else if first - last > width {
        Change::Lower
    } else {
        Change::AboutTheSame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVEL: Band = Band::Share(0.30);

    #[test]
    fn a_tenth_is_about_the_same_and_a_half_is_lower() {
        assert_eq!(changed(10.0, 9.0, LEVEL), Change::AboutTheSame);
        assert_eq!(changed(10.0, 5.0, LEVEL), Change::Lower);
        assert_eq!(changed(10.0, 15.0, LEVEL), Change::Higher);
        for edge in [7.0, 13.0] {
            assert_eq!(changed(10.0, edge, LEVEL), Change::AboutTheSame);
        }
        assert_eq!(changed(5.0, 3.0, Band::Points(2.0)), Change::AboutTheSame);
        assert_eq!(changed(5.0, 2.5, Band::Points(2.0)), Change::Lower);
        assert_eq!(changed(0.0, 0.0, LEVEL), Change::AboutTheSame);
    }

    #[test]
    fn as_many_values_as_there_are_at_either_end() {
        for (n, side) in [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (100, 3)] {
            let compared = Compared::of(&vec![4.0; n], LEVEL);
            assert_eq!((compared.n, compared.n_side), (n, side));
            assert_eq!(compared.change, if n < 2 { Change::TooFew } else { Change::AboutTheSame });
        }
        let compared = Compared::of(&[9.0, 10.0, 30.0, f64::NAN, 5.0, 4.0, 90.0], LEVEL);
        assert_eq!((compared.first, compared.last), (Some(10.0), Some(5.0)));
        assert_eq!((compared.change, compared.change_share), (Change::Lower, Some(-0.5)));
    }
}
