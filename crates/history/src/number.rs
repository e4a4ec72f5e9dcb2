//! Numbers for people.

use tonus_report::vocabulary::Language;

/// A number of a unit: an amplitude as everywhere, anything else with about three digits that matter.
pub(crate) fn shown(lang: Language, value: f64, unit: &str) -> String {
    match value.abs() {
        _ if matches!(unit, "uV" | "sensor units") => lang.amplitude(value),
        size if size >= 1e6 => format!("{value:.1e}").replace('.', &lang.decimals(0.5, 1)[1..2]),
        size if size >= 100.0 => lang.decimals(value, 0),
        size if size >= 10.0 => lang.decimals(value, 1),
        _ => lang.decimals(value, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits() {
        let numbers = [0.0, 1.234, 12.34, 123.4, 123456.0, 1.2e9].map(|value| shown(Language::English, value, "s"));
        assert_eq!(numbers, ["0.00", "1.23", "12.3", "123", "123456", "1.2e9"]);
    }

    #[test]
    fn amplitudes_read_as_in_the_report() {
        for unit in ["uV", "sensor units"] {
            assert_eq!(
                [0.0012, 0.2486, 12.34].map(|value| shown(Language::English, value, unit)),
                ["0.00120", "0.249", "12.3"]
            );
            assert_eq!(shown(Language::German, 0.2486, unit), "0,249");
        }
    }
}
