//! Tables of what a channel did, one row for each repetition, contraction or stretch of overactivity.

use tonus_core::decision::Reasons;

use super::segments::segment_name;
use super::table::Table;
use super::view::{Channel, View};
use super::write::{Show, data, element, or_dash};
use crate::training::RepetitionReport;
use crate::vocabulary::{self, Language};
use crate::words::{self, table};

/// Repetitions of a training session.
pub(super) fn repetitions(out: &mut String, view: &View<'_>, channel: &Channel<'_>) {
    let lang = view.language;
    let list = channel.training.map_or(&[][..], |training| &training.repetitions);
    if list.is_empty() {
        return;
    }
    let has_segments = list.iter().any(|repetition| repetition.segment.is_some());
    let mut columns = vec![lang.pick(table::NUMBER).to_owned(), lang.pick(table::KIND).to_owned()];
    columns.extend(has_segments.then(|| lang.pick(table::SEGMENT).to_owned()));
    columns.extend([
        lang.pick(table::START).to_owned(),
        channel.level(lang.pick(table::MEAN)),
        channel.level(lang.pick(table::PEAK)),
        lang.pick(table::ON_TARGET).to_owned(),
        lang.pick(table::REACTION).to_owned(),
        lang.pick(table::RELEASE).to_owned(),
        lang.pick(table::RESIDUAL).to_owned(),
        lang.pick(table::COMPLETE).to_owned(),
        lang.pick(table::COUNTS).to_owned(),
    ]);
    element(out, "h3", lang.pick(table::REPETITIONS));
    let mut rows = Table::new(lang.pick(table::REPETITIONS), &channel.report.name, columns).titled();
    for (n, repetition) in list.iter().enumerate().take(view.most_rows(channel)) {
        row(&mut rows, channel, n, repetition, has_segments);
    }
    rows.finish(out);
    cut(out, lang, list.len() > view.most_rows(channel));
}

fn row(rows: &mut Table, channel: &Channel<'_>, n: usize, one: &RepetitionReport, has_segments: bool) {
    let lang = channel.language;
    let key = |name: &str| channel.training_key(&["repetitions", &n.to_string(), name]);
    let seconds = |name: &str, value: Option<f64>| or_dash(data(lang, &key(name), &value, Show::Fixed(2)));
    let mut cells = vec![vocabulary::step(lang, one.kind).to_owned()];
    if has_segments {
        let segment = one.segment.as_deref();
        cells.push(or_dash(segment.map(|name| segment_name(lang, name, &key("segment")))));
    }
    cells.extend([
        or_dash(data(lang, &key("start_s"), &one.start_s, Show::Clock)),
        or_dash(data(lang, &key("mean_uv"), &one.mean_uv, Show::Level)),
        or_dash(data(lang, &key("peak_uv"), &one.peak_uv, Show::Level)),
        or_dash(data(lang, &key("on_target_share"), &one.on_target_share, Show::Percent)),
        seconds("reaction_s", one.reaction_s),
        table::release(lang, one.release).map_or_else(|| seconds("release_s", one.release_s), str::to_owned),
        or_dash(data(lang, &key("residual_ratio"), &one.residual_ratio, Show::Fixed(2))),
        or_dash(
            one.complete_release.map(|yes| if yes { lang.pick(words::YES) } else { lang.pick(words::NO) }.to_owned()),
        ),
        one.rejected.map_or_else(|| lang.pick(words::YES).to_owned(), |why| table::rejected(lang, why)),
    ]);
    rows.row(&or_dash(data(lang, &key("number"), &one.number, Show::Whole)), cells);
}

/// Contractions of a session without a programme, and stretches of overactivity of any session.
pub(super) fn events(out: &mut String, view: &View<'_>, channel: &Channel<'_>) {
    let lang = view.language;
    let report = channel.report;
    let has_repetitions = channel.training.is_some_and(|training| !training.repetitions.is_empty());
    let is_silent = channel.training.is_some() && report.contractions.is_empty();
    if !has_repetitions && !is_silent && report.calibration.accepted {
        element(out, "h3", lang.pick(table::CONTRACTIONS));
        if report.contractions.is_empty() {
            element(out, "p", lang.pick(table::NO_CONTRACTIONS));
        }
        let columns = [
            lang.pick(table::START).to_owned(),
            lang.pick(table::END).to_owned(),
            channel.level(lang.pick(table::MEAN)),
            channel.level(lang.pick(table::PEAK)),
            lang.pick(table::RELEASE).to_owned(),
            lang.pick(table::REASONS).to_owned(),
        ];
        let mut rows = Table::new(lang.pick(table::CONTRACTIONS), &channel.report.name, columns).titled();
        for (n, one) in report.contractions.iter().enumerate().take(view.most_events(channel)) {
            let event = Event { channel, list: "contractions", n, reasons: one.reasons };
            let release = or_dash(data(lang, &event.key("release_s"), &one.release_s, Show::Fixed(2)));
            rows.row(&event.start(one.start_s), event.cells(one.end_s, one.mean_uv, one.peak_uv, Some(release)));
        }
        rows.finish(out);
        cut(out, lang, report.contractions_total > report.contractions.len().min(view.most_events(channel)) as u64);
    }
    if !report.overactivity.is_empty() {
        element(out, "h3", lang.pick(table::OVERACTIVITY));
        let columns = [
            lang.pick(table::START).to_owned(),
            lang.pick(table::END).to_owned(),
            channel.level(lang.pick(table::MEAN)),
            channel.level(lang.pick(table::PEAK)),
            lang.pick(table::REASONS).to_owned(),
        ];
        let mut rows = Table::new(lang.pick(table::OVERACTIVITY), &channel.report.name, columns).titled();
        for (n, one) in report.overactivity.iter().enumerate().take(view.most_events(channel)) {
            let event = Event { channel, list: "overactivity", n, reasons: one.reasons };
            rows.row(&event.start(one.start_s), event.cells(one.end_s, one.mean_uv, one.peak_uv, None));
        }
        rows.finish(out);
        cut(out, lang, report.overactivity_total > report.overactivity.len().min(view.most_events(channel)) as u64);
    }
}

/// A contraction or a stretch of overactivity.
struct Event<'a> {
    channel: &'a Channel<'a>,
    list: &'a str,
    n: usize,
    reasons: Reasons,
}

impl Event<'_> {
    fn key(&self, name: &str) -> String {
        self.channel.key(&[self.list, &self.n.to_string(), name])
    }

    fn start(&self, start_s: f64) -> String {
        or_dash(data(self.channel.language, &self.key("start_s"), &start_s, Show::Clock))
    }

    fn cells(&self, end_s: f64, mean_uv: Option<f32>, peak_uv: Option<f32>, release: Option<String>) -> Vec<String> {
        let level =
            |name: &str, value: Option<f32>| or_dash(data(self.channel.language, &self.key(name), &value, Show::Level));
        let end = or_dash(data(self.channel.language, &self.key("end_s"), &end_s, Show::Clock));
        let mut cells = vec![end, level("mean_uv", mean_uv), level("peak_uv", peak_uv)];
        cells.extend(release);
        cells.push(vocabulary::reasons(self.channel.language, self.reasons));
        cells
    }
}

/// Says that a list goes on.
pub(super) fn cut(out: &mut String, lang: Language, is_cut: bool) {
    if is_cut {
        element(out, "p", lang.pick(table::TABLE_CUT));
    }
}
