//! The unit in which stamps are written: by their decimals, or coarser where they only move in larger steps.

/// Share of steps that have to be whole multiples of a unit.
const MOST: f64 = 0.99;
/// Whole numbers up to here are exact in double precision.
const MOST_WHOLE: f64 = 9_007_199_254_740_992.0;
/// How far, in units as written, a step may be off a whole multiple.
const OFF: f64 = 0.01;

/// The unit of stamps (NaN where there is none) that were written with a resolution of `written`, 0 for full precision.
///
/// Where all stamps are whole tens, hundreds, … of what is written, that is their unit: `0.001000, 0.003000`. Even steps say
/// nothing about it.
pub(super) fn of(stamps: &[f64], written: f64) -> f64 {
    // What double precision leaves of the largest stamp.
    let largest = stamps.iter().filter(|stamp| stamp.is_finite()).fold(0.0_f64, |most, stamp| most.max(stamp.abs()));
    let finest = 16.0 * f64::EPSILON * largest;
    let is_whole = written.fract() == 0.0 && largest < MOST_WHOLE;
    if written <= finest && !(is_whole && written > 0.0) {
        return finest;
    }
    let steps: Vec<f64> = stamps
        .windows(2)
        .filter_map(|pair| Some((pair.get(1)? - pair.first()?) / written))
        .filter(|step| step.is_finite() && *step != 0.0)
        .collect();
    let Some(first) = steps.first().copied() else { return written };
    if steps.iter().all(|step| (step - first).abs() <= OFF) {
        return written;
    }
    let mut unit = 1.0;
    loop {
        let wider = 10.0 * unit;
        let fits = steps.iter().filter(|step| (**step / wider - (**step / wider).round()).abs() * wider <= OFF).count();
        if (fits as f64) < MOST * steps.len() as f64 || unit > 1e9 {
            return unit * written;
        }
        unit = wider;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_as_written_or_coarser() {
        let cut = |unit: f64| (0..900).map(|n| (f64::from(n) / 870.0 / unit).floor() * unit).collect::<Vec<_>>();
        for (unit, written, expected) in
            [(1e-3, 1e-3, 1e-3), (1e-3, 1e-6, 1e-3), (1e-6, 1e-6, 1e-6), (1e-3, 1e-4, 1e-3)]
        {
            let found = of(&cut(unit), written);
            assert!((found / expected - 1.0).abs() < 1e-9, "{unit} {written}: {found}");
        }
        assert!(of(&[0.0, 0.001, 0.002], 1e-6) == 1e-6, "even steps say nothing");
        assert!(of(&[1e9, 1e9 + 0.001, 1e9 + 0.003], 0.0) < 1e-5);
    }
}
