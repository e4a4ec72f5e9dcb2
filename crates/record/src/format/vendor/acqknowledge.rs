//! `AcqKnowledge`: a title, the interval, the number of channels, name and unit of each, and a row of counts below the names.

use crate::header::TimeUnit;

use super::super::text::dialect::Line;
use super::{Column, Columns, VendorHints, only_emg, rate_of_interval, texts};

/// Most channels.
const CHANNELS: usize = 256;

/// Recognises `0.5 msec/sample` and `3 channels` in the first lines.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let head: Vec<(u64, String)> = texts(lines, 2 * CHANNELS + 8).collect();
    let text = |n: usize| head.get(n).map(|(_, text)| text.trim());
    let at = (0..4).find(|n| text(*n).is_some_and(|line| line.contains("/sample")))?;
    let interval = text(at)?.split("/sample").next()?;
    let channels = text(at + 1)?.strip_suffix("channels").or_else(|| text(at + 1)?.strip_suffix("channel"))?;
    let channels: usize = channels.trim().parse().ok().filter(|count| (1..=CHANNELS).contains(count))?;
    let first = at + 2;
    let pair = |n: usize| Some(Column::named(text(first + 2 * n)?).with_unit(text(first + 2 * n + 1)?));
    let mut columns = (0..channels).map(pair).collect::<Option<Vec<_>>>()?;
    only_emg(&mut columns);
    // Then come the names of the columns, and a row of how many samples each has.
    let mut after = (first + 2 * channels..head.len()).filter(|n| text(*n).is_some_and(|line| !line.is_empty()));
    let names = after.next()?;
    let cell = text(names)?.split(['\t', ',']).next()?.trim();
    let has_names = cell.starts_with(char::is_alphabetic);
    let mut last = names.saturating_sub(usize::from(!has_names));
    if has_names {
        columns.insert(0, Column::time(None));
        let unit = match cell.to_lowercase().as_str() {
            "min" | "minutes" => TimeUnit::Minute,
            "sec" | "s" | "seconds" => TimeUnit::Second,
            "millisec" | "msec" | "ms" => TimeUnit::Milli,
            _ => {
                columns.remove(0);
                TimeUnit::Second
            }
        };
        if let Some(time) = columns.first_mut().filter(|column| column.role == Some(crate::header::Role::Time)) {
            *time = Column::time(Some(unit));
        }
        // The counts stand below the channels; time has none.
        let counts = after.next().filter(|n| head.get(*n).is_some_and(|(_, text)| is_counts(text)));
        last = counts.unwrap_or(last);
    }
    Some(VendorHints {
        format: "acqknowledge",
        columns: Columns::InOrder(columns),
        rate_hz: rate_of_interval(interval),
        last_line: head.get(last)?.0,
        ..VendorHints::default()
    })
}

/// Whether a row says how many samples each channel has: nothing below time, else whole numbers that hardly differ.
fn is_counts(row: &str) -> bool {
    let counts: Option<Vec<u64>> =
        row.trim().split(['\t', ',']).filter(|cell| !cell.is_empty()).map(|cell| cell.trim().parse().ok()).collect();
    let counts = counts.unwrap_or_default();
    let (least, most) = (counts.iter().min().copied().unwrap_or(0), counts.iter().max().copied().unwrap_or(0));
    row.starts_with(['\t', ',']) || least > 1 && most - least <= 16
}
