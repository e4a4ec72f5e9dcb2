//! The segments of a programme side by side: one column for each, such as the parts of a Glazer assessment.

use super::table::Table;
use super::view::Channel;
use super::write::{NAME, Show, data, element, or_dash, text};
use crate::training::{SegmentKind, SegmentReport};
use crate::words::{self, table};

/// Segments beside each other.
const COLUMNS: usize = 7;

/// A measure of a segment: its key, and how it is shown.
type Measure = (&'static str, fn(&SegmentReport, &str) -> Option<String>);

/// Writes the tables; nothing without a segment.
pub(super) fn section(out: &mut String, channel: &Channel<'_>) {
    let segments = channel.training.map_or(&[][..], |training| &training.segments);
    if segments.is_empty() {
        return;
    }
    element(out, "h3", table::SEGMENTS);
    for (number, some) in segments.chunks(COLUMNS).enumerate() {
        let title = if number == 0 { table::SEGMENTS } else { table::SEGMENTS_MORE };
        let base = |n: usize| channel.training_key(&["segments", &(COLUMNS * number + n).to_string()]);
        let name = |(n, one): (usize, &SegmentReport)| segment_name(&one.name, &format!("{}/name", base(n)));
        let columns = std::iter::once(table::MEASURE.to_owned()).chain(some.iter().enumerate().map(name));
        let rows = Table::new(title, &channel.report.name, columns);
        let mut rows = if number == 0 { rows.titled() } else { rows };
        for (label, (key, show)) in measures(channel) {
            let cell = |(n, one): (usize, &SegmentReport)| or_dash(show(one, &format!("{}/{key}", base(n))));
            rows.row(&label, some.iter().enumerate().map(cell));
        }
        rows.finish(out);
    }
}

/// The words for a segment of the built-in assessment; any other is called as its programme calls it.
pub(super) fn segment_name(name: &str, key: &str) -> String {
    table::segment(name).map_or_else(|| text(key, name, NAME), str::to_owned)
}

fn measures(channel: &Channel<'_>) -> Vec<(String, Measure)> {
    let level = |what: &str| channel.level(what);
    let plain = str::to_owned;
    vec![
        (plain(table::PHASES), ("phases", |one, key| data(key, &one.phases, Show::Whole))),
        (plain(table::COUNTED), ("counted", counted)),
        (plain(table::VALID), ("valid_s", valid)),
        (plain(table::MEASURED), ("counted_s", |one, key| data(key, &one.counted_s, Show::Fixed(1)))),
        (level(table::MEAN), ("mean_uv", |one, key| data(key, &one.mean_uv, Show::Level))),
        (level(table::SD), ("sd_uv", |one, key| data(key, &one.sd_uv, Show::Level))),
        (plain(table::CV), ("cv", |one, key| data(key, &one.cv, Show::Fixed(3)))),
        (plain(table::WINDOW), ("window_s", window)),
        (level(table::PEAK), ("peak_uv", |one, key| data(key, &one.peak_uv, Show::Level))),
        (plain(table::RISE), ("rise_s", |one, key| data(key, &one.rise_s, Show::Fixed(2)))),
        (plain(table::FALL), ("fall_s", |one, key| data(key, &one.fall_s, Show::Fixed(2)))),
        (plain(table::RELEASE_MEDIAN), ("release_s", |one, key| data(key, &one.release_s, Show::Fixed(2)))),
        (plain(table::MDF), ("mdf_hz", |one, key| data(key, &one.mdf_hz, Show::Fixed(1)))),
        (plain(table::PERCENT), ("percent_reference", |one, key| data(key, &one.percent_reference, Show::Fixed(1)))),
    ]
}

/// Repetitions that count; a rest has none.
fn counted(one: &SegmentReport, key: &str) -> Option<String> {
    data(key, &one.counted, Show::Whole).filter(|_| one.kind == SegmentKind::Contraction)
}

fn valid(one: &SegmentReport, key: &str) -> Option<String> {
    let whole = data(&key.replace("valid_s", "seconds"), &one.seconds, Show::Fixed(1))?;
    Some(words::of(&data(key, &one.valid_s, Show::Fixed(1))?, &whole))
}

fn window(one: &SegmentReport, key: &str) -> Option<String> {
    Some(words::value(&data(key, &one.window_s, Show::Fixed(1))?, words::UNIT_S))
}
