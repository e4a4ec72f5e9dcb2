//! Numbers for people.

use tonus_report::amplitude;

/// A number of a unit: an amplitude as everywhere, anything else with about three digits that matter.
pub(crate) fn shown(value: f64, unit: &str) -> String {
    match value.abs() {
        _ if matches!(unit, "uV" | "sensor units") => amplitude(value),
        size if size >= 1e6 => format!("{value:.1e}"),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits() {
        let numbers = [0.0, 1.234, 12.34, 123.4, 123456.0, 1.2e9].map(|value| shown(value, "s"));
        assert_eq!(numbers, ["0.00", "1.23", "12.3", "123", "123456", "1.2e9"]);
    }

    #[test]
    fn amplitudes_read_as_in_the_report() {
        for unit in ["uV", "sensor units"] {
            assert_eq!([0.0012, 0.2486, 12.34].map(|value| shown(value, unit)), ["0.00120", "0.249", "12.3"]);
        }
    }
}
