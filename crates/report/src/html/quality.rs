//! Time in each state, level at rest, own measures, and signal quality of one channel.

use std::fmt::Write as _;

use tonus_core::calibration::MAX_REST_RATIO;
use tonus_core::decision::State;

use super::chart::coordinate;
use super::table::Table;
use super::view::Channel;
use super::write::{NAME, SENTENCE, Show, data, element, or_dash, text};
use crate::vocabulary::{self, RestFigure};
use crate::words::{self, setting, table};

/// Time in each state, and the level at rest.
pub(super) fn states(out: &mut String, channel: &Channel<'_>) {
    let lang = channel.language;
    let seconds = &channel.report.seconds;
    element(out, "h3", lang.pick(table::STATES));
    let mut rows =
        Table::new(lang.pick(table::STATES), &channel.report.name, [lang.pick(table::STATE), lang.pick(table::TIME)])
            .titled();
    for (state, value) in [
        (State::Rest, seconds.rest),
        (State::Controlled, seconds.controlled),
        (State::Overactive, seconds.overactive),
        (State::Invalid, seconds.invalid),
    ] {
        let key = channel.key(&["seconds", state.name()]);
        rows.row(vocabulary::state(lang, state), [or_dash(data(lang, &key, &value, Show::Fixed(2)))]);
    }
    rows.finish(out);
    let rest = &channel.report.rest;
    if rest.mean_uv.is_some() {
        let key = |name: &str| channel.key(&["rest", name]);
        let columns = [
            lang.pick(table::REST_LEVEL).to_owned(),
            channel.level(lang.pick(table::MEAN)),
            channel.level(lang.pick(table::SD)),
            lang.pick(table::CV).to_owned(),
            channel.level(lang.pick(table::MEDIAN)),
        ];
        let mut rows = Table::new(lang.pick(table::REST_LEVEL), &channel.report.name, columns);
        let cells = [
            or_dash(data(lang, &key("mean_uv"), &rest.mean_uv, Show::Level)),
            or_dash(data(lang, &key("sd_uv"), &rest.sd_uv, Show::Level)),
            or_dash(data(lang, &key("cv"), &rest.cv, Show::Fixed(3))),
            or_dash(data(lang, &key("median_uv"), &rest.median_uv, Show::Level)),
        ];
        rows.row(lang.pick(table::ALL_PHASES), cells);
        rows.finish(out);
    }
}

/// The calibration, or why there is none.
pub(super) fn calibration(out: &mut String, channel: &Channel<'_>) {
    let lang = channel.language;
    let calibration = &channel.report.calibration;
    let key = |name: &str| channel.key(&["calibration", name]);
    element(out, "h3", lang.pick(setting::CALIBRATION));
    let columns = [lang.pick(setting::MEASURE), lang.pick(setting::VALUE)];
    let mut rows = Table::new(lang.pick(setting::CALIBRATION), &channel.report.name, columns).titled();
    rows.row(
        lang.pick(setting::ACCEPTED),
        [if calibration.accepted { lang.pick(words::YES) } else { lang.pick(words::NO) }],
    );
    for (label, name, value) in [
        (lang.pick(setting::BASELINE), "baseline_uv", calibration.baseline_uv),
        (lang.pick(setting::SPREAD), "spread_uv", calibration.spread_uv),
        (lang.pick(setting::REFERENCE), "reference_uv", calibration.reference_uv),
        (lang.pick(setting::ON), "on_uv", calibration.on_uv),
        (lang.pick(setting::OFF), "off_uv", calibration.off_uv),
    ] {
        rows.row(&channel.level(label), [or_dash(data(lang, &key(name), &value, Show::Level))]);
    }
    rows.row(lang.pick(setting::SOURCE), [setting::calibration_source(lang, calibration.source)]);
    if let (Some(start), Some(end)) = (
        data(lang, &key("start_s"), &calibration.start_s, Show::Fixed(1)),
        data(lang, &key("end_s"), &calibration.end_s, Show::Fixed(1)),
    ) {
        let (start, end) = (words::value(&start, words::UNIT_S), words::value(&end, words::UNIT_S));
        rows.row(lang.pick(setting::STRETCH), [words::list(&[start, end])]);
    }
    let mut remarks: Vec<String> =
        calibration.reasons.iter().map(|one| setting::calibration(lang, *one).to_owned()).collect();
    let message = |(n, one): (usize, &String)| text(&key(&format!("messages/{n}")), one, SENTENCE);
    remarks.extend(calibration.messages.iter().enumerate().map(message));
    remarks.extend(rest_figures(channel));
    if !remarks.is_empty() {
        rows.row(lang.pick(setting::REMARKS), [remarks.join("<br>")]);
    }
    rows.finish(out);
}

/// The measured rest beside the calmest seen, in one sentence; without µV by their ratio alone, where that is worth a word.
fn rest_figures(channel: &Channel<'_>) -> Option<String> {
    let (lang, calibration) = (channel.language, &channel.report.calibration);
    let key = |name: &str| channel.key(&["calibration", name]);
    let ratio = || or_dash(data(lang, &key("calmest_ratio"), &calibration.calmest_ratio, Show::Fixed(1)));
    if !channel.is_scaled {
        let beyond = calibration.calmest_ratio.filter(|ratio| *ratio > MAX_REST_RATIO);
        return beyond.map(|_| vocabulary::rest_ratio(lang, &ratio()));
    }
    let figures = calibration.rest_figures()?;
    let level = |which, uv: f32| {
        let name = match which {
            RestFigure::Rest => "baseline_uv",
            RestFigure::Today => "deepest_uv",
            RestFigure::Before => "calmest_before_uv",
            RestFigure::Floor => "floor_uv",
        };
        or_dash(data(lang, &key(name), &uv, Show::Level))
    };
    Some(vocabulary::rest_sentence(lang, &figures, level, |_| ratio()))
}

/// Decisions by flag, with a bar of their share.
pub(super) fn quality(out: &mut String, channel: &Channel<'_>) {
    let lang = channel.language;
    let quality = &channel.report.quality;
    element(out, "h3", lang.pick(setting::QUALITY));
    let columns =
        [lang.pick(setting::QUALITY_REASON), lang.pick(setting::QUALITY_TIME), lang.pick(setting::QUALITY_BAR)];
    let mut rows = Table::new(lang.pick(setting::QUALITY), &channel.report.name, columns).titled();
    let flags = quality.flags().into_iter().filter(|(_, count)| *count > 0);
    let word = |flag| vocabulary::quality(lang, flag);
    let flags = flags.flat_map(|(flag, count)| flag.names().map(move |name| (name, word(flag), count, "lost")));
    let all = [
        ("decisions", lang.pick(setting::QUALITY_ALL), quality.decisions, "range"),
        ("ok", lang.pick(setting::QUALITY_OK), quality.ok, "s1"),
    ];
    for (name, label, count, class) in all.into_iter().chain(flags) {
        let time = data(lang, &channel.key(&["quality", name]), &count, Show::Ticks);
        let share = count as f64 / quality.decisions.max(1) as f64;
        let mut bar = String::new();
        let _ = write!(
            bar,
            "<svg class=\"bar\" viewBox=\"0 0 160 10\" aria-hidden=\"true\"><path class=\"edge\" d=\"M0 9.5h160\"/>\
             <rect class=\"{class}\" width=\"{}\" height=\"10\"/></svg>",
            coordinate(160.0 * share.clamp(0.0, 1.0))
        );
        rows.row(label, [or_dash(time), bar]);
    }
    rows.finish(out);
    element(out, "p", lang.pick(setting::QUALITY_NOTE));
    if let Some(spectrum) = &channel.report.spectrum {
        let hertz = data(lang, &channel.key(&["spectrum", "mdf_hz"]), &spectrum.mdf_hz, Show::Fixed(1));
        let hertz = hertz.map(|hertz| words::value(&hertz, words::UNIT_HZ));
        element(out, "p", &words::about(lang.pick(setting::MEDIAN_FREQUENCY), &or_dash(hertz)));
    }
}

/// A name of the summary that has no word.
pub(super) fn plain(key: &str, name: &str) -> String {
    text(key, name, NAME)
}
