//! Settings, notes, how each number was made, and fingerprints.

use super::phases;
use super::quality::plain;
use super::table::Table;
use super::view::View;
use super::write::{NAME, SENTENCE, Show, data, element, escape, or_dash, text};
use crate::vocabulary::Language;
use crate::words::{self, methods, setting};

/// Settings and notes.
pub(super) fn section(out: &mut String, view: &View<'_>) {
    let lang = view.language;
    let summary = view.summary;
    out.push_str("<section>");
    element(out, "h2", lang.pick(setting::SETTINGS));
    phases::commands(out, view);
    gate(out, view);
    list(out, lang.pick(setting::NOTES), "/notes", &summary.notes);
    let mut rows =
        Table::new(lang.pick(setting::SETTINGS), "", [lang.pick(setting::SETTING), lang.pick(setting::VALUE)]);
    config(&mut rows, view);
    input(&mut rows, view);
    rows.finish(out);
    rejects(out, view);
    out.push_str("</section>\n");
}

fn gate(out: &mut String, view: &View<'_>) {
    let lang = view.language;
    let gate = &view.summary.gate;
    if gate.passed && gate.failures.is_empty() {
        element(out, "p", lang.pick(setting::GATE_PASSED));
    } else {
        list(out, lang.pick(setting::GATE_REMARKS), "/gate/failures", &gate.failures);
    }
}

/// Sentences of the summary, under a heading.
fn list(out: &mut String, title: &str, key: &str, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    element(out, "p", title);
    out.push_str("<ul>");
    for (n, sentence) in sentences.iter().enumerate().take(200) {
        element(out, "li", &text(&format!("{key}/{n}"), sentence, SENTENCE));
    }
    out.push_str("</ul>");
}

fn config(rows: &mut Table, view: &View<'_>) {
    let lang = view.language;
    let config = &view.summary.config;
    let key = |name: &str| format!("/config/{name}");
    let unit = |value: Option<String>, unit: &str| or_dash(value.map(|value| words::value(&value, unit)));
    let name = |name: &str, value: &str| plain(&key(name), value);
    rows.row(lang.pick(setting::KIND), [setting::kind(lang, config.kind)]);
    rows.row(lang.pick(setting::PROFILE), [setting::profile(lang, config.profile)]);
    for (label, field, value) in [
        (lang.pick(setting::HIGHPASS), "highpass_hz", config.highpass_hz),
        (lang.pick(setting::LOWPASS), "lowpass_hz", config.lowpass_hz),
    ] {
        rows.row(label, [unit(data(lang, &key(field), &value, Show::Fixed(1)), words::UNIT_HZ)]);
    }
    rows.row(lang.pick(setting::MAINS), [setting::mains(lang, config.mains)]);
    let notches = data(lang, &key("notches_hz"), &config.notches_hz, Show::Fixed(1));
    let notches =
        notches.map_or_else(|| lang.pick(setting::NO_NOTCHES).to_owned(), |hertz| words::value(&hertz, words::UNIT_HZ));
    rows.row(lang.pick(setting::NOTCHES), [notches]);
    rows.row(lang.pick(setting::CALIBRATED_FROM), [setting::calibration_source(lang, config.calibration_source)]);
    rows.row(lang.pick(setting::CUES_FROM), [setting::cue_source(lang, config.cue_source)]);
    rows.row(lang.pick(setting::REFERENCE_KIND), [setting::reference(lang, config.reference)]);
    let overshoot = data(lang, &key("overshoot_ratio"), &config.overshoot_ratio, Show::Fixed(2));
    rows.row(lang.pick(setting::OVERSHOOT), [unit(overshoot, lang.pick(setting::TIMES_REFERENCE))]);
    for (label, field, value) in [
        (lang.pick(setting::GRACE), "grace_s", config.grace_s),
        (lang.pick(setting::TONE_DWELL), "tone_dwell_s", config.tone_dwell_s),
        (lang.pick(setting::OVERSHOOT_DWELL), "overshoot_dwell_s", config.overshoot_dwell_s),
        (lang.pick(setting::FREE_LIMIT), "free_limit_s", config.free_limit_s),
    ] {
        rows.row(label, [unit(data(lang, &key(field), &value, Show::Fixed(1)), words::UNIT_S)]);
    }
    if !config.accessory.is_empty() {
        let names = config.accessory.iter().enumerate();
        let names = names.map(|(n, name)| plain(&key(&format!("accessory/{n}")), name)).collect::<Vec<_>>();
        rows.row(lang.pick(setting::ACCESSORY), [words::list(&names)]);
    }
    rows.row(lang.pick(setting::NORMS), [name("norms", &config.norms)]);
    let latency = data(lang, "/latency_ms/total", &view.summary.latency_ms.total, Show::Fixed(0));
    rows.row(lang.pick(setting::LATENCY), [unit(latency, words::UNIT_MS)]);
}

fn input(rows: &mut Table, view: &View<'_>) {
    let lang = view.language;
    let input = &view.summary.input;
    rows.row(lang.pick(setting::RATE_FROM), [setting::rate_source(lang, input.rate_source)]);
    rows.row(lang.pick(setting::FORMAT), [plain("/input/format", &input.format)]);
    for (label, name, value) in [
        (lang.pick(setting::ROWS), "rows_read", input.rows_read),
        (lang.pick(setting::ROWS_REJECTED), "rows_rejected", input.rows_rejected),
        (lang.pick(setting::CELLS_MISSING), "cells_missing", input.cells_missing),
        (lang.pick(setting::FRAMES), "frames", input.frames),
        (lang.pick(setting::FRAMES_MISSING), "frames_missing", input.frames_missing),
        (lang.pick(setting::GAPS), "gaps", input.gaps),
    ] {
        rows.row(label, [or_dash(data(lang, &format!("/input/{name}"), &value, Show::Whole))]);
    }
    rows.row(lang.pick(setting::VERSION), [plain("/tonus_version", &view.summary.tonus_version)]);
}

fn rejects(out: &mut String, view: &View<'_>) {
    let lang = view.language;
    let columns = [
        lang.pick(setting::REJECT_LINE),
        lang.pick(setting::REJECT_COLUMN),
        lang.pick(setting::REJECT_FOUND),
        lang.pick(setting::REJECT_REASON),
    ];
    let mut rows = Table::new(lang.pick(setting::REJECTS), "", columns);
    for (n, reject) in view.summary.input.rejects.iter().enumerate().take(20) {
        let key = |name: &str| format!("/input/rejects/{n}/{name}");
        let cells = [
            or_dash(data(lang, &key("column"), &reject.column, Show::Whole)),
            text(&key("found"), &reject.found, NAME),
            text(&key("reason"), &reject.reason, SENTENCE),
        ];
        rows.row(&or_dash(data(lang, &key("line"), &reject.line, Show::Whole)), cells);
    }
    rows.finish(out);
}

/// One line for each kind of number.
pub(super) fn methods(out: &mut String, lang: Language) {
    out.push_str("<section>");
    element(out, "h2", lang.pick(methods::TITLE));
    out.push_str("<dl class=\"how\">");
    for (what, line) in methods::LINES {
        out.push_str("<div>");
        element(out, "dt", &escape(lang.pick(*what)));
        element(out, "dd", &escape(lang.pick(*line)));
        out.push_str("</div>");
    }
    out.push_str("</dl></section>\n");
}

/// What tells whether two files belong together.
pub(super) fn fingerprints(out: &mut String, view: &View<'_>) {
    let lang = view.language;
    let summary = view.summary;
    out.push_str("<section class=\"small\">");
    element(out, "h2", lang.pick(setting::FINGERPRINTS));
    let program = summary.training.as_ref().map(|training| training.program_sha256.as_str());
    for (label, key, value) in [
        (lang.pick(setting::FILE_SHA), "/input/sha256", summary.input.sha256.as_deref()),
        (lang.pick(setting::PROGRAM_SHA), "/training/program_sha256", program),
        (lang.pick(setting::DIGEST), "/digest", Some(summary.digest.as_str())),
    ] {
        if let Some(value) = value {
            element(out, "p", &words::about(label, &text(key, value, SENTENCE)));
        }
    }
    element(out, "p", lang.pick(words::LOCAL));
    out.push_str("</section>\n");
}
