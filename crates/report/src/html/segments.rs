//! The segments of a programme side by side: one column for each, such as the parts of a Glazer assessment.

use super::table::Table;
use super::view::Channel;
use super::write::{NAME, Show, data, element, or_dash, text};
use crate::training::{SegmentKind, SegmentReport};
use crate::vocabulary::Language;
use crate::words::{self, table};

/// Segments beside each other.
const COLUMNS: usize = 7;

/// A measure of a segment: its key, and how it is shown.
type Measure = (&'static str, fn(Language, &SegmentReport, &str) -> Option<String>);

/// Writes the tables; nothing without a segment.
pub(super) fn section(out: &mut String, channel: &Channel<'_>) {
    let lang = channel.language;
    let segments = channel.training.map_or(&[][..], |training| &training.segments);
    if segments.is_empty() {
        return;
    }
    element(out, "h3", lang.pick(table::SEGMENTS));
    for (number, some) in segments.chunks(COLUMNS).enumerate() {
        let title = if number == 0 { lang.pick(table::SEGMENTS) } else { lang.pick(table::SEGMENTS_MORE) };
        let base = |n: usize| channel.training_key(&["segments", &(COLUMNS * number + n).to_string()]);
        let name = |(n, one): (usize, &SegmentReport)| segment_name(lang, &one.name, &format!("{}/name", base(n)));
        let columns = std::iter::once(lang.pick(table::MEASURE).to_owned()).chain(some.iter().enumerate().map(name));
        let rows = Table::new(title, &channel.report.name, columns);
        let mut rows = if number == 0 { rows.titled() } else { rows };
        for (label, (key, show)) in measures(channel) {
            let cell = |(n, one): (usize, &SegmentReport)| or_dash(show(lang, one, &format!("{}/{key}", base(n))));
            rows.row(&label, some.iter().enumerate().map(cell));
        }
        rows.finish(out);
    }
}

/// The words for a segment of the built-in assessment; any other is called as its programme calls it.
pub(super) fn segment_name(lang: Language, name: &str, key: &str) -> String {
    table::segment(lang, name).map_or_else(|| text(key, name, NAME), str::to_owned)
}

fn measures(channel: &Channel<'_>) -> Vec<(String, Measure)> {
    let lang = channel.language;
    let level = |what: &str| channel.level(what);
    let plain = str::to_owned;
    vec![
        (plain(lang.pick(table::PHASES)), ("phases", |lang, one, key| data(lang, key, &one.phases, Show::Whole))),
        (plain(lang.pick(table::COUNTED)), ("counted", counted)),
        (plain(lang.pick(table::VALID)), ("valid_s", valid)),
        (
            plain(lang.pick(table::MEASURED)),
            ("counted_s", |lang, one, key| data(lang, key, &one.counted_s, Show::Fixed(1))),
        ),
        (level(lang.pick(table::MEAN)), ("mean_uv", |lang, one, key| data(lang, key, &one.mean_uv, Show::Level))),
        (level(lang.pick(table::SD)), ("sd_uv", |lang, one, key| data(lang, key, &one.sd_uv, Show::Level))),
        (plain(lang.pick(table::CV)), ("cv", |lang, one, key| data(lang, key, &one.cv, Show::Fixed(3)))),
        (plain(lang.pick(table::WINDOW)), ("window_s", window)),
        (level(lang.pick(table::PEAK)), ("peak_uv", |lang, one, key| data(lang, key, &one.peak_uv, Show::Level))),
        (plain(lang.pick(table::RISE)), ("rise_s", |lang, one, key| data(lang, key, &one.rise_s, Show::Fixed(2)))),
        (plain(lang.pick(table::FALL)), ("fall_s", |lang, one, key| data(lang, key, &one.fall_s, Show::Fixed(2)))),
        (
            plain(lang.pick(table::RELEASE_MEDIAN)),
            ("release_s", |lang, one, key| data(lang, key, &one.release_s, Show::Fixed(2))),
        ),
        (plain(lang.pick(table::MDF)), ("mdf_hz", |lang, one, key| data(lang, key, &one.mdf_hz, Show::Fixed(1)))),
        (
            plain(lang.pick(table::PERCENT)),
            ("percent_reference", |lang, one, key| data(lang, key, &one.percent_reference, Show::Fixed(1))),
        ),
    ]
}

/// Repetitions that count; a rest has none.
fn counted(lang: Language, one: &SegmentReport, key: &str) -> Option<String> {
    data(lang, key, &one.counted, Show::Whole).filter(|_| one.kind == SegmentKind::Contraction)
}

fn valid(lang: Language, one: &SegmentReport, key: &str) -> Option<String> {
    let whole = data(lang, &key.replace("valid_s", "seconds"), &one.seconds, Show::Fixed(1))?;
    Some(words::of(lang, &data(lang, key, &one.valid_s, Show::Fixed(1))?, &whole))
}

fn window(lang: Language, one: &SegmentReport, key: &str) -> Option<String> {
    Some(words::value(&data(lang, key, &one.window_s, Show::Fixed(1))?, words::UNIT_S))
}
