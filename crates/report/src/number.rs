//! Numbers for people: the median, and how an amplitude is written. Report, history, command and window take both from here.

/// The median of the finite ones among some values: the middle one, or the mean of the two in the middle. None without any.
///
/// ```
/// assert_eq!(tonus_report::median([4.0, 1.0, f64::NAN]), Some(2.5));
/// ```
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let low = values.len().checked_sub(1)? / 2;
    Some(values[low].midpoint(values[values.len() / 2]))
}

/// An amplitude with three significant digits, whatever its unit: more are below what an electrode repeats.
///
/// At most nine decimals; an exponent from 10⁹ on, where digits would be a wall.
///
/// ```
/// assert_eq!(tonus_report::amplitude(0.2486), "0.249");
/// assert_eq!(tonus_report::amplitude(123.4), "123");
/// ```
pub fn amplitude(value: f64) -> String {
    // The exponent after rounding: 9.999 is 10.0.
    let rounded = format!("{value:.2e}");
    let exponent: i32 = rounded.split_once('e').and_then(|parts| parts.1.parse().ok()).unwrap_or(0);
    fixed(value, (2 - exponent).clamp(0, 9).unsigned_abs() as usize)
}

/// An amplitude at an axis, whose levels are round: without the zeros of [`amplitude`] that say nothing.
pub(crate) fn axis(value: f64) -> String {
    let text = amplitude(value);
    if text.contains('e') || !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number in decimals, or with an exponent where decimals would be a wall of digits. A negative zero is a zero.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e9 {
        return format!("{value:.2e}");
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|digit| matches!(digit, '0' | '.')) => digits.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_count_is_the_mean_of_the_two_in_the_middle() {
        assert_eq!(median([]), None);
        assert_eq!(median([f64::NAN, f64::INFINITY]), None);
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([9.0, 1.0, 4.0, 2.0]), Some(3.0));
        assert_eq!(median([4.0, f64::NAN, 1.0]), Some(2.5));
    }

    #[test]
    fn amplitudes_have_three_digits() {
        let shown = [0.0, 0.001234, 0.2486, 2.0238, 15.857, 123.4, 4321.0, 5e12, -0.0, -3.2].map(amplitude);
        assert_eq!(shown, ["0.00", "0.00123", "0.249", "2.02", "15.9", "123", "4321", "5.00e12", "0.00", "-3.20"]);
    }

    #[test]
    fn an_amplitude_that_rounds_up_has_no_fourth_digit() {
        assert_eq!([0.9996, 9.999, 99.96, 999.6].map(amplitude), ["1.00", "10.0", "100", "1000"]);
    }

    #[test]
    fn levels_of_an_axis_have_no_zeros_that_say_nothing() {
        let shown = [0.0, 0.25, 0.3, 2.0, 2.25, 10.0, 12.5, 100.0, 1000.0, 5e12, -0.5].map(axis);
        assert_eq!(shown, ["0", "0.25", "0.3", "2", "2.25", "10", "12.5", "100", "1000", "5.00e12", "-0.5"]);
    }

    #[test]
    fn hostile_amplitudes_stay_short() {
        for value in [f64::NAN, f64::INFINITY, f64::MAX, f64::MIN_POSITIVE, 1e-300, -1e300] {
            assert!(amplitude(value).len() <= 12, "{value}");
        }
    }
}
