//! Seconds since 1970 as dates of the calendar, always in UTC: no time zone of a person is stored or guessed.

/// Seconds of a day.
pub const DAY_S: f64 = 86_400.0;
/// The first second after the year 9999.
const END_S: f64 = 253_402_300_800.0;

/// A second of the calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Utc {
    /// From 1970 to 9999.
    pub year: u16,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
    /// From 0 to 23.
    pub hour: u8,
    /// From 0 to 59.
    pub minute: u8,
    /// From 0 to 59; there are no leap seconds.
    pub second: u8,
}

impl Utc {
    /// The second that a time lies in; none outside the years 1970 to 9999.
    pub fn from_unix_s(unix_s: f64) -> Option<Self> {
        if !(0.0..END_S).contains(&unix_s) {
            return None;
        }
        let seconds = unix_s as u64;
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        // Years that begin in March put the leap day at their end; the count starts at 1 March of year 0.
        let days = days + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        Some(Self {
            year: year as u16,
            month: month as u8,
            day: day as u8,
            hour: (rest / 3_600) as u8,
            minute: (rest / 60 % 60) as u8,
            second: (rest % 60) as u8,
        })
    }

    /// Seconds since 1970.
    pub fn to_unix_s(self) -> f64 {
        let (month, day) = (u64::from(self.month), u64::from(self.day));
        let year = u64::from(self.year) - u64::from(month <= 2);
        let (era, year_of_era) = (year / 400, year % 400);
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let of_year = (153 * shifted + 2) / 5 + day - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        let days = era * 146_097 + of_era - 719_468;
        (days * 86_400 + u64::from(self.hour) * 3_600 + u64::from(self.minute) * 60 + u64::from(self.second)) as f64
    }

    /// As it stands in the name of a folder, such as `20261124-060236`.
    pub fn stamp(self) -> String {
        let Self { year, month, day, hour, minute, second } = self;
        format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
    }

    /// What [`Utc::stamp`] wrote; none for anything else, such as 30 February.
    pub fn from_stamp(stamp: &str) -> Option<Self> {
        let bytes = stamp.as_bytes();
        if bytes.len() != 15 || bytes[8] != b'-' {
            return None;
        }
        let number = |from: usize, to: usize| {
            let digits = bytes.get(from..to).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
            Some(digits.iter().fold(0_u16, |sum, digit| sum * 10 + u16::from(digit - b'0')))
        };
        let two = |from: usize| number(from, from + 2).map(|value| value as u8);
        let utc = Self {
            year: number(0, 4)?,
            month: two(4)?,
            day: two(6)?,
            hour: two(9)?,
            minute: two(11)?,
            second: two(13)?,
        };
        // A date that does not exist comes back as another one.
        let possible = utc.year >= 1970 && (1..=12).contains(&utc.month) && (1..=31).contains(&utc.day);
        (possible && Self::from_unix_s(utc.to_unix_s()) == Some(utc)).then_some(utc)
    }

    /// The day, such as `2026-11-24`.
    pub fn date(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The day of a time, such as `2026-11-24`; a dash for a time outside the calendar.
pub fn date(unix_s: f64) -> String {
    Utc::from_unix_s(unix_s).map_or_else(|| "-".to_owned(), Utc::date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        for (unix_s, stamp) in [
            (0.0, "19700101-000000"),
            (951_782_400.0, "20000229-000000"),
            (951_868_799.9, "20000229-235959"),
            (951_868_800.0, "20000301-000000"),
            (1_795_500_156.0, "20261124-060236"),
            (4_107_542_400.0, "21000301-000000"),
            (END_S - 1.0, "99991231-235959"),
        ] {
            let utc = Utc::from_unix_s(unix_s).unwrap();
            assert_eq!(utc.stamp(), stamp);
            assert_eq!(Utc::from_stamp(stamp), Some(utc));
            assert_eq!(utc.to_unix_s(), unix_s.floor());
        }
        assert_eq!(date(1_795_500_156.0), "2026-11-24");
        assert_eq!(date(f64::NAN), "-");
    }

    #[test]
    fn every_day_of_the_calendar_comes_back_and_follows_the_day_before() {
        let mut before = None;
        for day in 0..(END_S / DAY_S) as u64 {
            let utc = Utc::from_unix_s(day as f64 * DAY_S).unwrap();
            assert_eq!(utc.to_unix_s(), day as f64 * DAY_S);
            assert!(before < Some(utc));
            before = Some(utc);
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for unix_s in [-1.0, END_S, f64::NAN, f64::INFINITY] {
            assert_eq!(Utc::from_unix_s(unix_s), None);
        }
        for stamp in
            ["20260230-000000", "20261324-060236", "20261124-240000", "20261124 060236", "19691231-235959", "", "é"]
        {
            assert_eq!(Utc::from_stamp(stamp), None, "{stamp}");
        }
    }
}
