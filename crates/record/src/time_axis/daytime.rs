//! Times of day as text: `12:00:53.329`, `12:00:53:329000`, `1:00:53 PM`, with a date in front or a zone behind.

/// Seconds in a day.
const DAY_S: f64 = 86_400.0;
/// Most digits of a part of a second.
const MOST_DIGITS: usize = 9;

/// Reads times of day one after the other; midnight adds a day.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Daytime {
    /// Units of the number behind a third colon in a second; 0 = its digits are decimals.
    per_second: f64,
    days: f64,
    last: f64,
}

impl Daytime {
    /// For cells such as these. A number behind a third colon counts milli-, micro- or nanoseconds by the most digits it has,
    /// since it may be written without leading zeros.
    pub(crate) fn of<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Self {
        let digits = cells.filter_map(|cell| Some(parts(cell)?.counted?.len())).max().unwrap_or_default();
        let per_second = match digits {
            0 => 1.0,
            1..=3 => 1e3,
            4..=6 => 1e6,
            _ => 1e9,
        };
        Self { per_second, ..Self::default() }
    }

    /// Seconds since the midnight before the first time.
    pub(crate) fn read(&mut self, cell: &[u8]) -> Option<f64> {
        let parts = parts(cell)?;
        let seconds = match parts.counted {
            Some(count) if self.per_second > 1.0 => {
                let part = count.parse::<f64>().ok()? / self.per_second;
                if part >= 1.0 {
                    return None;
                }
                parts.seconds + part
            }
            _ => parse(cell)?,
        };
        if seconds + DAY_S / 2.0 < self.last {
            self.days += 1.0;
        }
        self.last = seconds;
        Some(self.days * DAY_S + seconds)
    }
}

/// A time of day in two parts.
struct Parts<'a> {
    /// Seconds since midnight, with their decimals.
    seconds: f64,
    /// The digits behind a third colon.
    counted: Option<&'a str>,
    /// Digits of a part of a second.
    digits: usize,
}

/// Seconds since midnight. Digits behind a third colon are decimals.
pub(crate) fn parse(cell: &[u8]) -> Option<f64> {
    let parts = parts(cell)?;
    let counted = parts.counted.map_or(Some(0.0), |count| format!("0.{count}").parse().ok());
    Some(parts.seconds + counted?)
}

/// The step in which a time is written, in seconds.
pub(crate) fn resolution(cell: &[u8]) -> Option<f64> {
    Some((0..parts(cell)?.digits).fold(1.0, |power, _| power * 10.0_f64).recip())
}

fn parts(cell: &[u8]) -> Option<Parts<'_>> {
    let text = std::str::from_utf8(cell).ok()?.trim();
    let (text, noon) = without_noon(text);
    let time = match text.rsplit_once([' ', 'T']) {
        Some((date, time)) if is_date(date) => without_zone(time),
        Some(_) => return None,
        None => text,
    };
    let mut fields = time.trim_end_matches('Z').split(':');
    let number = |text: &str, most: u32| -> Option<f64> {
        let value: u32 = text.parse().ok().filter(|value| *value < most)?;
        (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then_some(f64::from(value))
    };
    let (first, second) = (fields.next()?, fields.next()?);
    let (third, counted) = (fields.next(), fields.next());
    if fields.next().is_some() || counted.is_some_and(|count| count.is_empty() || count.len() < 3) {
        return None;
    }
    // Two numbers are minutes and seconds if the last one has decimals; hours and minutes are no time to sample by.
    let (hours, minutes, last) = match third {
        Some(last) => (number(first, 24)?, number(second, 60)?, last),
        None => (0.0, number(first, 60)?, second),
    };
    let (seconds, decimals) = last.split_once(['.', ',']).unwrap_or((last, ""));
    let part = counted.unwrap_or(decimals);
    let is_odd = counted.is_some() && !decimals.is_empty() || third.is_none() && decimals.is_empty();
    if is_odd || part.len() > MOST_DIGITS || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours = match noon {
        Some(_) if !(1.0..=12.0).contains(&hours) => return None,
        Some(is_after) => hours % 12.0 + if is_after { 12.0 } else { 0.0 },
        None => hours,
    };
    let fraction: f64 = format!("0.{decimals}").parse().ok()?;
    let seconds = hours * 3600.0 + minutes * 60.0 + number(seconds, 60)? + fraction;
    Some(Parts { seconds, counted, digits: part.len() })
}

/// Without AM or PM, and whether it is after noon.
fn without_noon(text: &str) -> (&str, Option<bool>) {
    let at = text.len().saturating_sub(2);
    match (text.get(..at), text.get(at..)) {
        (Some(time), Some(half)) if half.eq_ignore_ascii_case("am") => (time.trim_end(), Some(false)),
        (Some(time), Some(half)) if half.eq_ignore_ascii_case("pm") => (time.trim_end(), Some(true)),
        _ => (text, None),
    }
}

/// Without `+01:00` behind it.
fn without_zone(time: &str) -> &str {
    match time.rfind(['+', '-']) {
        Some(at) => time.get(..at).unwrap_or(time),
        None => time,
    }
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
        assert_eq!(parse(b"2024-01-24T00:00:01.5+01:00"), Some(1.5));
        assert_eq!(parse(b"13:31:53:100423"), Some(48713.100423));
        assert_eq!(parse(b"1:00:01.5 PM"), Some(46801.5));
        assert_eq!(parse(b"12:00:01 am"), Some(1.0));
        assert_eq!(parse(b"02:01.25"), Some(121.25));
        for text in [
            "",
            "12:00",
            "24:00:00",
            "1:60:00",
            "1:2:3:4",
            "1:2:3:4:5",
            "1:2:3.5:400",
            "a:b:c",
            "12:00:5x",
            "emg 1:2:3",
            "::",
            "13:00:00 PM",
            "12:00:00.1234567890",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_count_behind_a_third_colon_may_have_no_leading_zeros() {
        let cells = ["1:2:3:998000", "1:2:3:999500", "1:2:4:1000", "1:2:4:2500"].map(str::as_bytes);
        let mut clock = Daytime::of(cells.into_iter());
        let stamps: Vec<f64> = cells.iter().filter_map(|cell| clock.read(cell)).collect();
        assert!(stamps.windows(2).all(|pair| (pair[1] - pair[0] - 0.0015).abs() < 1e-9), "{stamps:?}");
    }

    #[test]
    fn midnight_adds_a_day() {
        let mut clock = Daytime::default();
        let stamps: Vec<f64> =
            ["23:59:59.9", "00:00:00.0", "00:00:00.1"].iter().filter_map(|t| clock.read(t.as_bytes())).collect();
        assert!(stamps.windows(2).all(|pair| (pair[1] - pair[0] - 0.1).abs() < 1e-9), "{stamps:?}");
    }
}
