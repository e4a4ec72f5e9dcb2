//! Numbers for people.

/// A number with about three digits that matter.
pub(crate) fn shown(value: f64) -> String {
    match value.abs() {
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
        let numbers = [0.0, 1.234, 12.34, 123.4, 123456.0, 1.2e9].map(shown);
        assert_eq!(numbers, ["0.00", "1.23", "12.3", "123", "123456", "1.2e9"]);
    }
}
