//! Time in each state, level at rest, own measures, and signal quality of one channel.

use std::fmt::Write as _;

use tonus_core::decision::{Quality, State};

use super::chart::coordinate;
use super::table::Table;
use super::view::Channel;
use super::write::{NAME, SENTENCE, Show, data, element, or_dash, text, word};
use crate::vocabulary;
use crate::words::{self, figure, setting, table};

/// Time in each state, and the level at rest.
pub(super) fn states(out: &mut String, channel: &Channel<'_>) {
    let seconds = &channel.report.seconds;
    element(out, "h3", table::STATES);
    let mut rows = Table::new(table::STATES, &channel.report.name, [table::STATE, table::TIME]).titled();
    for (state, value) in [
        (State::Rest, seconds.rest),
        (State::Controlled, seconds.controlled),
        (State::Overactive, seconds.overactive),
        (State::Invalid, seconds.invalid),
    ] {
        let key = channel.key(&["seconds", state.name()]);
        rows.row(figure::state(state), [or_dash(data(&key, &value, Show::Fixed(2)))]);
    }
    rows.finish(out);
    let rest = &channel.report.rest;
    if rest.mean_uv.is_some() {
        let key = |name: &str| channel.key(&["rest", name]);
        let columns = [
            table::REST_LEVEL.to_owned(),
            channel.level(table::MEAN),
            channel.level(table::SD),
            table::CV.to_owned(),
            channel.level(table::MEDIAN),
        ];
        let mut rows = Table::new(table::REST_LEVEL, &channel.report.name, columns);
        let cells = [
            or_dash(data(&key("mean_uv"), &rest.mean_uv, Show::Level)),
            or_dash(data(&key("sd_uv"), &rest.sd_uv, Show::Level)),
            or_dash(data(&key("cv"), &rest.cv, Show::Fixed(3))),
            or_dash(data(&key("median_uv"), &rest.median_uv, Show::Level)),
        ];
        rows.row(table::ALL_PHASES, cells);
        rows.finish(out);
    }
}

/// The calibration, or why there is none.
pub(super) fn calibration(out: &mut String, channel: &Channel<'_>) {
    let calibration = &channel.report.calibration;
    let key = |name: &str| channel.key(&["calibration", name]);
    element(out, "h3", setting::CALIBRATION);
    let columns = [setting::MEASURE, setting::VALUE];
    let mut rows = Table::new(setting::CALIBRATION, &channel.report.name, columns).titled();
    rows.row(setting::ACCEPTED, [if calibration.accepted { words::YES } else { words::NO }]);
    for (label, name, value) in [
        (setting::BASELINE, "baseline_uv", calibration.baseline_uv),
        (setting::SPREAD, "spread_uv", calibration.spread_uv),
        (setting::REFERENCE, "reference_uv", calibration.reference_uv),
        (setting::ON, "on_uv", calibration.on_uv),
        (setting::OFF, "off_uv", calibration.off_uv),
    ] {
        rows.row(&channel.level(label), [or_dash(data(&key(name), &value, Show::Level))]);
    }
    rows.row(setting::SOURCE, [word(setting::source(&calibration.source), &key("source"), &calibration.source)]);
    if let (Some(start), Some(end)) = (
        data(&key("start_s"), &calibration.start_s, Show::Fixed(1)),
        data(&key("end_s"), &calibration.end_s, Show::Fixed(1)),
    ) {
        let (start, end) = (words::value(&start, words::UNIT_S), words::value(&end, words::UNIT_S));
        rows.row(setting::STRETCH, [words::list(&[start, end])]);
    }
    let reason = |(n, name): (usize, &String)| word(setting::calibration(name), &key(&format!("reasons/{n}")), name);
    let mut remarks: Vec<String> = calibration.reasons.iter().enumerate().map(reason).collect();
    let message = |(n, one): (usize, &String)| text(&key(&format!("messages/{n}")), one, SENTENCE);
    remarks.extend(calibration.messages.iter().enumerate().map(message));
    if !remarks.is_empty() {
        rows.row(setting::REMARKS, [remarks.join("<br>")]);
    }
    rows.finish(out);
}

/// Decisions by flag, with a bar of their share.
pub(super) fn quality(out: &mut String, channel: &Channel<'_>) {
    let quality = &channel.report.quality;
    element(out, "h3", setting::QUALITY);
    let columns = [setting::QUALITY_REASON, setting::QUALITY_TIME, setting::QUALITY_BAR];
    let mut rows = Table::new(setting::QUALITY, &channel.report.name, columns).titled();
    let flags = quality.flags().into_iter().filter(|(_, count)| *count > 0);
    let flags = flags.map(|(name, count)| (name, flag(name), count, "lost"));
    let all = [
        ("decisions", setting::QUALITY_ALL, quality.decisions, "range"),
        ("ok", setting::QUALITY_OK, quality.ok, "s1"),
    ];
    for (name, label, count, class) in all.into_iter().chain(flags) {
        let time = data(&channel.key(&["quality", name]), &count, Show::Ticks);
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
    element(out, "p", setting::QUALITY_NOTE);
    if let Some(spectrum) = &channel.report.spectrum {
        let hertz = data(&channel.key(&["spectrum", "mdf_hz"]), &spectrum.mdf_hz, Show::Fixed(1));
        let hertz = hertz.map(|hertz| words::value(&hertz, words::UNIT_HZ));
        element(out, "p", &words::about(setting::MEDIAN_FREQUENCY, &or_dash(hertz)));
    }
}

/// The words for a flag of the summary, as the window says them.
fn flag(name: &str) -> &'static str {
    let flag = Quality::NAMES.iter().find(|flag| flag.1 == name).map_or(Quality::NONE, |flag| flag.0);
    vocabulary::quality(vocabulary::Language::English, flag)
}

/// A name of the summary that has no word.
pub(super) fn plain(key: &str, name: &str) -> String {
    text(key, name, NAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::QualityReport;

    #[test]
    fn every_flag_of_a_summary_has_the_words_of_the_window() {
        for ((name, _), (bit, core)) in QualityReport::default().flags().into_iter().zip(Quality::NAMES) {
            assert_eq!(name, *core);
            assert_eq!(flag(name), vocabulary::quality(vocabulary::Language::English, *bit));
            assert!(!flag(name).is_empty(), "{name}");
        }
    }
}
