//! What pictures share: coordinates, ticks of axes, paths.

use std::fmt::Write as _;

/// A coordinate in tenths, kept near the picture.
fn tenths(value: f64) -> i64 {
    let value = if value.is_finite() { value.clamp(-1000.0, 9000.0) } else { 0.0 };
    (value * 10.0).round() as i64
}

/// A coordinate, rounded to 0.1 and kept near the picture.
pub(super) fn coordinate(value: f64) -> String {
    decimal(tenths(value))
}

fn decimal(tenths: i64) -> String {
    let (sign, tenths) = (if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs());
    if tenths.is_multiple_of(10) {
        format!("{sign}{}", tenths / 10)
    } else {
        format!("{sign}{}.{}", tenths / 10, tenths % 10)
    }
}

/// A line through points; empty for none.
///
/// Steps are relative, which is shorter, and taken between rounded places, so that roundings do not add up.
pub(super) fn path(points: &[(f64, f64)]) -> String {
    let mut out = String::with_capacity(points.len() * 8);
    let mut before = None;
    for place in points.iter().map(|(x, y)| (tenths(*x), tenths(*y))) {
        let (x, y) = match before {
            None => place,
            Some((x, y)) => (place.0 - x, place.1 - y),
        };
        let (x, y) = (decimal(x), decimal(y));
        let space = if y.starts_with('-') { "" } else { " " };
        let _ = write!(out, "{}{x}{space}{y}", if before.is_none() { 'M' } else { 'l' });
        before = Some(place);
    }
    out
}

/// A rectangle as part of a path.
pub(super) fn rectangle(out: &mut String, x: f64, y: f64, width: f64, height: f64) {
    let (x, y, width, height) = (coordinate(x), coordinate(y), coordinate(width), coordinate(height));
    let _ = write!(out, "M{x} {y}h{width}v{height}h-{width}z");
}

/// Places of an axis from 0 to `end`, about `count` of them, a round number apart; with the decimals they need.
pub(super) fn ticks(end: f64, count: f64) -> (Vec<f64>, usize) {
    if !(end > 0.0 && end.is_finite()) {
        return (vec![0.0], 0);
    }
    let rough = end / count;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|one| one * power).find(|step| *step >= rough).unwrap_or(rough);
    let decimals = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
    ((0..=64).map(|n| f64::from(n) * step).take_while(|tick| *tick <= end * (1.0 + 1e-9)).collect(), decimals)
}

/// Places of a time axis: whole seconds, minutes or hours apart.
pub(super) fn time_ticks(end_s: f64) -> Vec<f64> {
    const STEPS: [f64; 17] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0,
        43200.0,
    ];
    let step = STEPS.into_iter().find(|step| end_s / step <= 12.0).unwrap_or(end_s / 10.0);
    (0..=12).map(|n| f64::from(n) * step).take_while(|tick| *tick <= end_s).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_have_one_decimal_at_most() {
        assert_eq!([1.0, 1.04, 1.06, -0.04, -0.26].map(coordinate), ["1", "1", "1.1", "0", "-0.3"]);
        assert_eq!([f64::NAN, f64::INFINITY, 1e300].map(coordinate), ["0", "0", "9000"]);
    }

    #[test]
    fn a_path_ends_where_its_last_point_is() {
        assert_eq!(path(&[]), "");
        assert_eq!(path(&[(1.0, 2.0), (1.26, 1.0), (1.5, 1.0)]), "M1 2l0.3-1l0.2 0");
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks(21.0, 5.0), (vec![0.0, 5.0, 10.0, 15.0, 20.0], 0));
        assert_eq!(ticks(0.9, 5.0), (vec![0.0, 0.2, 0.4, 0.6000000000000001, 0.8], 1));
        assert_eq!(ticks(f64::NAN, 5.0).0, [0.0]);
        for end in [1e-9, 1e-3, 1.0, 7.0, 1e12] {
            assert!((2..=8).contains(&ticks(end, 5.0).0.len()));
        }
        assert_eq!(time_ticks(90.0).len(), 10);
        assert!(time_ticks(1e12).len() <= 13 && time_ticks(0.0) == [0.0]);
    }
}
