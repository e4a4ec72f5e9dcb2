//! What a training session came to for one channel, and what could not be determined.

use tonus_core::training::StepKind;

use super::table::Table;
use super::view::{Channel, View};
use super::write::{SENTENCE, Show, data, element, text};
use crate::training::PhaseReport;
use crate::words::{self, setting, table};

/// Writes the table; nothing without a training session.
pub(super) fn section(out: &mut String, view: &View<'_>, channel: &Channel<'_>) {
    let lang = view.language;
    let (Some(training), Some(session)) = (channel.training, view.summary.training.as_ref()) else { return };
    let scores = &training.scores;
    let key = |name: &str| channel.training_key(&["scores", name]);
    let has = |wanted: fn(&PhaseReport) -> bool| session.phases.iter().any(wanted);
    // Why there is no number; what the programme does not ask for has no row at all.
    let asked = |is_asked: bool| is_asked.then_some(lang.pick(table::WHY_NOT_VALID));
    let few = |is_asked: bool| is_asked.then_some(lang.pick(table::WHY_FEW));
    let known = Some(lang.pick(words::NOT_KNOWN));
    let has_ceiling = has(|phase| phase.target.ceiling_ratio.is_some());
    let has_band = has(|phase| phase.target.band_low.is_some());
    let has_contractions = scores.repetitions > 0;
    let has_flicks = training.repetitions.iter().any(|one| one.kind == StepKind::Flick);
    let has_holds = training.repetitions.iter().any(|one| one.kind != StepKind::Flick);
    let other = known.filter(|_| !view.summary.config.accessory.is_empty());
    element(out, "h3", lang.pick(table::SCORES));
    let columns = [lang.pick(setting::MEASURE), lang.pick(setting::VALUE)];
    let mut rows = Table::new(lang.pick(table::SCORES), &channel.report.name, columns).titled();
    let mut row = |label: &str, value: Option<String>, why: Option<&str>| {
        if let Some(cell) = value.as_deref().or(why) {
            rows.row(label, [cell]);
        }
    };
    let points = |name: &str, value: Option<f64>| data(lang, &key(name), &value, Show::Fixed(0));
    let fixed = |name: &str, value: Option<f64>| data(lang, &key(name), &value, Show::Fixed(2));
    let level = |name: &str, value: Option<f64>| data(lang, &key(name), &value, Show::Level);
    let count = |name: &str, value: u32| data(lang, &key(name), &value, Show::Whole);
    let percent = |name: &str, value: Option<f64>| data(lang, &key(name), &value, Show::Percent);
    row(lang.pick(table::VALID_SHARE), percent("valid_share", scores.valid_share), known);
    row(lang.pick(table::RELAXATION), points("relaxation_points", scores.relaxation_points), asked(has_ceiling));
    row(lang.pick(table::HOLD), points("hold_points", scores.hold_points), asked(has_band));
    let of = |(part, whole): (String, String)| words::of(lang, &part, &whole);
    let counted =
        count("repetitions_counted", scores.repetitions_counted).zip(count("repetitions", scores.repetitions));
    row(lang.pick(table::COUNTED), counted.map(of).filter(|_| has_contractions), None);
    let complete = count("complete_releases", scores.complete_releases).zip(count("releases", scores.releases));
    row(lang.pick(table::COMPLETE_RELEASES), complete.map(of).filter(|_| has_contractions), None);
    row(lang.pick(table::RELEASE_TIME), fixed("release_s", scores.release_s), few(has_contractions));
    row(lang.pick(table::RESIDUAL_MEDIAN), fixed("residual_ratio", scores.residual_ratio), few(has_contractions));
    row(lang.pick(table::RISE_MEDIAN), fixed("rise_s", scores.rise_s), few(has_flicks));
    row(lang.pick(table::FALL_MEDIAN), fixed("fall_s", scores.fall_s), few(has_flicks));
    row(&channel.level(lang.pick(table::REST_MEAN)), level("rest_mean_uv", scores.rest_mean_uv), known);
    row(&channel.level(lang.pick(table::REST_SD)), level("rest_sd_uv", scores.rest_sd_uv), known);
    row(lang.pick(table::REST_CV), data(lang, &key("rest_cv"), &scores.rest_cv, Show::Fixed(3)), known);
    row(lang.pick(table::HOLD_CV), data(lang, &key("hold_cv"), &scores.hold_cv, Show::Fixed(3)), few(has_holds));
    let window = data(lang, &key("window_s"), &scores.window_s, Show::Fixed(1));
    row(lang.pick(table::WINDOW), window.map(|window| words::value(&window, words::UNIT_S)), known);
    row(lang.pick(table::CO_CONTRACTION), percent("co_contraction_share", scores.co_contraction_share), other);
    rows.finish(out);
    if !scores.undetermined.is_empty() {
        element(out, "p", lang.pick(table::UNDETERMINED));
        out.push_str("<ul>");
        for (n, sentence) in scores.undetermined.iter().enumerate() {
            element(out, "li", &text(&key(&format!("undetermined/{n}")), sentence, SENTENCE));
        }
        out.push_str("</ul>");
    }
}
