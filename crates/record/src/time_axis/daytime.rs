//! Times of day as text: `12:00:53.329`, with a date in front or without.

/// Seconds in a day.
const DAY_S: f64 = 86_400.0;

/// Reads times of day one after the other; midnight adds a day.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Daytime {
    days: f64,
    last: f64,
}

impl Daytime {
    /// Seconds since the midnight before the first time.
    pub(crate) fn read(&mut self, cell: &[u8]) -> Option<f64> {
        let seconds = parse(cell)?;
        if seconds + DAY_S / 2.0 < self.last {
            self.days += 1.0;
        }
        self.last = seconds;
        Some(self.days * DAY_S + seconds)
    }
}

/// Seconds since midnight.
pub(super) fn parse(cell: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(cell).ok()?;
    let time = match text.rsplit_once([' ', 'T']) {
        Some((date, time)) if is_date(date) => time,
        Some(_) => return None,
        None => text,
    };
    let mut parts = time.trim_end_matches('Z').split(':');
    let digits = |text: &str, most: u32| -> Option<f64> {
        let value: u32 = text.parse().ok().filter(|value| *value < most)?;
        (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then_some(f64::from(value))
    };
    let (hours, minutes) = (digits(parts.next()?, 24)?, digits(parts.next()?, 60)?);
    let last = parts.next()?;
    let (seconds, part) = last.split_once(['.', ',']).unwrap_or((last, ""));
    if parts.next().is_some() || part.len() > 9 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: f64 = format!("0.{part}").parse().ok()?;
    Some(hours * 3600.0 + minutes * 60.0 + digits(seconds, 60)? + fraction)
}

/// Digits between `-`, `/` or `.`.
fn is_date(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        assert_eq!(parse(b"12:00:53.329"), Some(43253.329));
        assert_eq!(parse(b"2024-01-24 16:28:35.318"), Some(59315.318));
        assert_eq!(parse(b"2024-01-24T00:00:01Z"), Some(1.0));
        for text in [
            "",
            "12:00",
            "24:00:00",
            "1:60:00",
            "1:2:3:4",
            "a:b:c",
            "12:00:5x",
            "emg 1:2:3",
            "::",
            "12:00:00.1234567890",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn midnight_adds_a_day() {
        let mut clock = Daytime::default();
        let stamps: Vec<f64> =
            ["23:59:59.9", "00:00:00.0", "00:00:00.1"].iter().filter_map(|t| clock.read(t.as_bytes())).collect();
        assert!(stamps.windows(2).all(|pair| (pair[1] - pair[0] - 0.1).abs() < 1e-9), "{stamps:?}");
    }
}
