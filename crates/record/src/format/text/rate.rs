//! The sampling rate in a line in front of the table.

/// The rate of a line such as `Sample Rate = 250 Hz`, `# Sampling Rate (Hz):= 1000.00` or `"sampling rate": 1000`.
///
/// A sentence ("was set at 1000 Hz") is no such line.
pub(crate) fn stated(line: &str) -> Option<f64> {
    let lower = line.to_lowercase();
    let key = ["sampling", "sample", "samples"].iter().find_map(|word| {
        let rest = lower.split_once(word)?.1.trim_start_matches(['s', '_', '-', ' ']);
        rest.strip_prefix("rate").or_else(|| rest.strip_prefix("frequency")).or_else(|| rest.strip_prefix("freq"))
    });
    let key = key.or_else(|| {
        let (before, rest) = lower.split_once("rate_hz")?;
        (!before.ends_with(char::is_alphanumeric)).then_some(rest)
    });
    let key = key.or_else(|| {
        lower
            .trim_start_matches(['#', '%', ' '])
            .strip_prefix("fs")
            .filter(|rest| !rest.starts_with(char::is_alphabetic))
    })?;
    let split = key.find([':', '=', '\t', ','])?;
    let (label, value) = (key.get(..split)?, key.get(split..)?);
    if !label
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, ' ' | '(' | ')' | '[' | ']' | '"' | '_' | '/' | '.' | '\''))
        || label.len() > 24
    {
        return None;
    }
    let value = value.trim_start_matches([':', '=', '\t', ' ', ',', '"']);
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | 'e' | '+' | '-'))).unwrap_or(value.len());
    let number: f64 = value.get(..end)?.parse().ok()?;
    let after = value.get(end..)?.trim_start();
    let kilo = label.contains("khz") || after.starts_with("khz") || after.starts_with("ks");
    let other = label.contains("ms") || after.starts_with("ms") || after.starts_with("s ") || after.trim() == "s";
    (!other && number > 0.0).then_some(if kilo { number * 1000.0 } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_in_front_of_the_table() {
        let cases = [
            ("%Sample Rate = 250 Hz", Some(250.0)),
            ("# Sampling Rate (Hz):= 1000.00", Some(1000.0)),
            ("# {\"x\": {\"sampling rate\": 1000, \"resolution\": [16]}}", Some(1000.0)),
            ("Sample Rate:\t2000", Some(2000.0)),
            ("Sampling Rate (samples per second): 500", Some(500.0)),
            ("# sampling_rate_khz: 2", Some(2000.0)),
            ("# sample rate: 1.5 kHz", Some(1500.0)),
            ("# fs = 1000", Some(1000.0)),
            ("sampling frequency,1000", Some(1000.0)),
            ("META,class=FAST,rate_hz=1000,fields=t_ms,a", Some(1000.0)),
            ("RAW_BEGIN,sample_rate=500,channel=CH2,t_ms,emg", Some(500.0)),
            ("baudrate_hz=115200", None),
            ("# Gain was set at 1000. Sampling frequency was set at 1000 Hz.", None),
            ("# sample interval: 1 ms", None),
            ("time_s,sample", None),
            ("# fsr = 12", None),
            ("# sampling rate: unknown", None),
        ];
        for (line, expected) in cases {
            assert_eq!(stated(line), expected, "{line}");
        }
    }
}
