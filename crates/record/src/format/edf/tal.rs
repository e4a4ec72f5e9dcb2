//! Time-stamped annotation lists: `+onset[0x15 duration]0x14 text 0x14 … 0x14 0x00`, one after the other.

/// Between onset and duration.
const DURATION: u8 = 0x15;
/// Behind onset, duration and each text.
const TEXT: u8 = 0x14;

/// One annotation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Annotation<'a> {
    /// Seconds from the start of the file.
    pub(crate) onset_s: f64,
    /// Seconds; `None` where the file gives none.
    pub(crate) duration_s: Option<f64>,
    /// Its text; empty = the time of the record.
    pub(crate) text: &'a [u8],
}

/// Hands out every annotation of the annotation signal of one record; what is malformed is stepped over.
pub(crate) fn each<'a>(bytes: &'a [u8], mut found: impl FnMut(Annotation<'a>)) {
    for list in bytes.split(|byte| *byte == 0).filter(|list| !list.is_empty()) {
        let mut parts = list.split(|byte| *byte == TEXT);
        let when = parts.next().unwrap_or_default();
        let mut times = when.splitn(2, |byte| *byte == DURATION);
        let Some(onset_s) = times.next().filter(|text| matches!(text.first(), Some(b'+' | b'-'))).and_then(seconds)
        else {
            continue;
        };
        let duration_s = times.next().and_then(seconds).filter(|seconds| *seconds >= 0.0);
        let mut texts: Vec<&[u8]> = parts.collect();
        // The last separator ends a text and begins none.
        if texts.last().is_some_and(|text| text.is_empty()) {
            texts.pop();
        }
        for text in texts {
            found(Annotation { onset_s, duration_s, text });
        }
    }
}

/// A number of seconds: digits with at most one point, no exponent.
fn seconds(text: &[u8]) -> Option<f64> {
    let plain = text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'-'));
    let number = std::str::from_utf8(text).ok().filter(|_| plain && text.len() <= 24)?.parse::<f64>().ok()?;
    number.is_finite().then_some(number)
}

/// The time stamp of a record and its decimals, from the beginning of its first annotation signal.
pub(crate) fn stamp(bytes: &[u8]) -> Option<(f64, usize)> {
    let first = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let mut onset_s = None;
    each(first, |annotation| {
        if annotation.text.is_empty() && onset_s.is_none() {
            onset_s = Some(annotation.onset_s);
        }
    });
    let when = first.split(|byte| matches!(*byte, TEXT | DURATION)).next().unwrap_or_default();
    let decimals = when.iter().rposition(|byte| *byte == b'.').map_or(0, |point| when.len() - point - 1);
    Some((onset_s?, decimals))
}

/// Appends one annotation as a list of its own, in ten-millionths of a second.
pub(crate) fn write(out: &mut Vec<u8>, onset: u64, duration: Option<u64>, text: &str) {
    out.push(b'+');
    out.extend_from_slice(decimal(onset).as_bytes());
    if let Some(duration) = duration {
        out.push(DURATION);
        out.extend_from_slice(decimal(duration).as_bytes());
    }
    out.push(TEXT);
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(&[TEXT, 0]);
}

/// Ten-millionths of a second as a decimal number without needless digits.
pub(crate) fn decimal(ticks: u64) -> String {
    let (whole, part) = (ticks / 10_000_000, ticks % 10_000_000);
    if part == 0 {
        return whole.to_string();
    }
    format!("{whole}.{part:07}").trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(bytes: &[u8]) -> Vec<(f64, Option<f64>, String)> {
        let mut out = Vec::new();
        each(bytes, |a| out.push((a.onset_s, a.duration_s, String::from_utf8_lossy(a.text).into_owned())));
        out
    }

    #[test]
    fn several_lists_and_several_texts_of_one_list() {
        let found = list(b"+0\x14\x14\0+180\x14Lights off\x14Close door\x14\0+1.5\x1525.5\x14work\x14\0\0\0");
        let text = |text: &str| text.to_owned();
        assert_eq!(
            found,
            [
                (0.0, None, text("")),
                (180.0, None, text("Lights off")),
                (180.0, None, text("Close door")),
                (1.5, Some(25.5), text("work")),
            ]
        );
    }

    #[test]
    fn malformed_lists_are_stepped_over() {
        assert_eq!(
            list(b"5\x14x\x14\0+1e3\x14x\x14\0+\x14x\x14\0-2\x14ok\x14\0+nan\x14\x14"),
            [(-2.0, None, "ok".into())]
        );
        assert_eq!(list(&[0x14; 50]), []);
        assert_eq!(list(b"+3"), []);
    }

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        write(&mut bytes, 0, None, "");
        write(&mut bytes, 12_345_678, Some(5_000_000), "rest");
        assert_eq!(list(&bytes), [(0.0, None, String::new()), (1.2345678, Some(0.5), "rest".into())]);
        assert_eq!(decimal(10_000_000), "1");
        assert_eq!(decimal(3), "0.0000003");
    }
}
