//! Noraxon MR3: a row of keys, a row of values (the person's name among them), an empty line, and the table.

use super::super::text::dialect::Line;
use super::{VendorHints, number, texts};

/// Recognises `"type","begin_time","frequency",…`.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let mut head = texts(lines, 2);
    let (keys, values) = (head.next()?.1, head.next()?);
    let delimiter = if keys.contains(';') { ';' } else { ',' };
    let cells =
        |row: &str| -> Vec<String> { row.split(delimiter).map(|c| c.trim().trim_matches('"').to_owned()).collect() };
    let keys = cells(&keys);
    if keys.first()? != "type" || !keys.iter().any(|key| key == "begin_time") {
        return None;
    }
    // No value in front of the rate holds a delimiter; names come behind it.
    let at = keys.iter().position(|key| key == "frequency")?;
    let rate_hz = cells(&values.1).get(at).and_then(|rate| number(rate));
    Some(VendorHints { format: "noraxon-mr3", rate_hz, last_line: values.0, ..VendorHints::default() })
}
