//! Phases with a target, how an adaptive target moved, breathing, and what was done on the way.

use tonus_core::training::{Action, StepKind};

use super::repetitions::cut;
use super::table::Table;
use super::view::{Channel, View};
use super::write::{SENTENCE, Show, data, element, or_dash};
use crate::training::{PhaseMeasures, PhaseReport};
use crate::vocabulary;
use crate::words::{self, table};

/// Most rows of each table here.
const MOST: usize = 60;

/// Phases of a session with what one channel did in them.
fn phases<'a>(view: &View<'a>, channel: &Channel<'a>) -> Vec<(usize, &'a PhaseReport, &'a PhaseMeasures)> {
    let (Some(session), Some(training)) = (&view.summary.training, channel.training) else { return Vec::new() };
    let both = session.phases.iter().zip(&training.phases).enumerate();
    both.map(|(n, (phase, measures))| (n, phase, measures)).collect()
}

/// Rest, breathing and other phases with a ceiling, where the programme has one.
pub(super) fn targets(out: &mut String, view: &View<'_>, channel: &Channel<'_>) {
    let lang = view.language;
    let mut list = phases(view, channel);
    list.retain(|(_, phase, _)| phase.target.ceiling_ratio.is_some());
    if list.is_empty() {
        return;
    }
    element(out, "h3", lang.pick(table::TARGETS));
    let columns = [
        lang.pick(table::NUMBER).to_owned(),
        lang.pick(table::KIND).to_owned(),
        lang.pick(table::START).to_owned(),
        channel.level(lang.pick(table::MEAN)),
        lang.pick(table::CV).to_owned(),
        lang.pick(table::CEILING).to_owned(),
        lang.pick(table::FOLLOWS).to_owned(),
        lang.pick(table::ON_TARGET).to_owned(),
        lang.pick(table::PROMPT).to_owned(),
    ];
    let mut rows = Table::new(lang.pick(table::TARGETS), &channel.report.name, columns).titled();
    for (n, phase, measures) in list.iter().take(MOST) {
        let of_phase = |name: &str| format!("/training/phases/{n}/{name}");
        let key = |name: &str| channel.training_key(&["phases", &n.to_string(), name]);
        let target = &phase.target;
        let cells = [
            vocabulary::step(lang, phase.kind).to_owned(),
            or_dash(data(lang, &of_phase("start_s"), &phase.start_s, Show::Clock)),
            or_dash(data(lang, &key("mean_uv"), &measures.mean_uv, Show::Level)),
            or_dash(data(lang, &key("cv"), &measures.cv, Show::Fixed(3))),
            or_dash(data(lang, &of_phase("target/ceiling_ratio"), &target.ceiling_ratio, Show::Fixed(2))),
            if target.adaptive { lang.pick(words::YES) } else { lang.pick(words::NO) }.to_owned(),
            or_dash(data(lang, &key("on_target_share"), &measures.on_target_share, Show::Percent)),
            view.said(&of_phase("prompt"), &phase.prompt, SENTENCE),
        ];
        rows.row(&or_dash(data(lang, &of_phase("number"), &phase.number, Show::Whole)), cells);
    }
    rows.finish(out);
    cut(out, lang, list.len() > MOST);
}

/// Every move of an adaptive ceiling.
pub(super) fn moves(out: &mut String, channel: &Channel<'_>) {
    let lang = channel.language;
    let list = channel.training.map_or(&[][..], |training| &training.target_moves);
    if list.is_empty() {
        return;
    }
    element(out, "h3", lang.pick(table::MOVES));
    let columns = [
        lang.pick(table::START),
        lang.pick(table::FROM),
        lang.pick(table::TO),
        lang.pick(table::WHY),
        lang.pick(table::SUCCESS),
        lang.pick(table::INVALID),
    ];
    let mut rows = Table::new(lang.pick(table::MOVES), &channel.report.name, columns).titled();
    for (n, one) in list.iter().enumerate().take(MOST) {
        let key = |name: &str| channel.training_key(&["target_moves", &n.to_string(), name]);
        let cells = [
            or_dash(data(lang, &key("from_ratio"), &one.from_ratio, Show::Fixed(2))),
            or_dash(data(lang, &key("to_ratio"), &one.to_ratio, Show::Fixed(2))),
            table::moved(lang, one.reason).to_owned(),
            or_dash(data(lang, &key("success_share"), &one.success_share, Show::Percent)),
            or_dash(data(lang, &key("invalid_share"), &one.invalid_share, Show::Percent)),
        ];
        rows.row(&or_dash(data(lang, &key("t_s"), &one.t_s, Show::Clock)), cells);
    }
    rows.finish(out);
    cut(out, lang, list.len() > MOST);
}

/// Deep rest that took the place of the baseline.
pub(super) fn adoptions(out: &mut String, channel: &Channel<'_>) {
    let lang = channel.language;
    let list = channel.training.map_or(&[][..], |training| &training.adoptions);
    if list.is_empty() {
        return;
    }
    element(out, "h3", lang.pick(table::ADOPTIONS));
    let columns = [
        lang.pick(table::START).to_owned(),
        channel.level(lang.pick(table::BEFORE)),
        channel.level(lang.pick(table::AFTER)),
    ];
    let mut rows = Table::new(lang.pick(table::ADOPTIONS), &channel.report.name, columns).titled();
    for (n, one) in list.iter().enumerate() {
        let key = |name: &str| channel.training_key(&["adoptions", &n.to_string(), name]);
        let cells = [
            or_dash(data(lang, &key("from_uv"), &one.from_uv, Show::Level)),
            or_dash(data(lang, &key("to_uv"), &one.to_uv, Show::Level)),
        ];
        rows.row(&or_dash(data(lang, &key("t_s"), &one.t_s, Show::Clock)), cells);
    }
    rows.finish(out);
    element(out, "p", lang.pick(table::ADOPTION_NOTE));
}

/// The envelope by breath phase.
pub(super) fn breathing(out: &mut String, view: &View<'_>, channel: &Channel<'_>) {
    let lang = view.language;
    let Some(training) = channel.training else { return };
    let mut list = phases(view, channel);
    list.retain(|(_, phase, _)| phase.kind == StepKind::Breathe);
    if list.is_empty() {
        return;
    }
    element(out, "h3", lang.pick(table::BREATHING));
    let columns = [
        lang.pick(table::PHASE).to_owned(),
        lang.pick(table::START).to_owned(),
        lang.pick(table::PACE).to_owned(),
        channel.level(lang.pick(table::INHALE)),
        channel.level(lang.pick(table::EXHALE)),
        lang.pick(table::BREATH_RATIO).to_owned(),
    ];
    let mut rows = Table::new(lang.pick(table::BREATHING), &channel.report.name, columns).titled();
    for (n, phase, measures) in list.iter().take(MOST) {
        let of_phase = |name: &str| format!("/training/phases/{n}/{name}");
        let key = |name: &str| channel.training_key(&["phases", &n.to_string(), name]);
        let cells = [
            or_dash(data(lang, &of_phase("start_s"), &phase.start_s, Show::Clock)),
            or_dash(data(lang, &of_phase("breaths_per_min"), &phase.breaths_per_min, Show::Fixed(1))),
            or_dash(data(lang, &key("inhale_uv"), &measures.inhale_uv, Show::Level)),
            or_dash(data(lang, &key("exhale_uv"), &measures.exhale_uv, Show::Level)),
            String::new(),
        ];
        rows.row(&or_dash(data(lang, &of_phase("number"), &phase.number, Show::Whole)), cells);
    }
    let (scores, key) = (&training.scores, |name: &str| channel.training_key(&["scores", name]));
    let all = [
        String::new(),
        String::new(),
        or_dash(data(lang, &key("inhale_uv"), &scores.inhale_uv, Show::Level)),
        or_dash(data(lang, &key("exhale_uv"), &scores.exhale_uv, Show::Level)),
        or_dash(data(lang, &key("breath_ratio"), &scores.breath_ratio, Show::Fixed(2))),
    ];
    rows.row(lang.pick(table::ALL_PHASES), all);
    rows.finish(out);
    cut(out, lang, list.len() > MOST);
    element(out, "p", lang.pick(table::BREATH_NOTE));
}

/// Pauses, skips and the like.
pub(super) fn commands(out: &mut String, view: &View<'_>) {
    let lang = view.language;
    let list = view.summary.training.as_ref().map_or(&[][..], |training| &training.commands);
    // Every session starts: only what came besides is worth a table.
    if list.iter().all(|one| one.input == Action::Start) {
        return;
    }
    element(out, "h3", lang.pick(table::COMMANDS));
    let mut rows = Table::new(
        lang.pick(table::COMMANDS),
        "",
        [lang.pick(table::START), lang.pick(table::COMMAND), lang.pick(table::PACE)],
    )
    .titled();
    for (n, one) in list.iter().enumerate().take(MOST) {
        let key = |name: &str| format!("/training/commands/{n}/{name}");
        let pace = data(lang, &key("breaths_per_min"), &one.breaths_per_min, Show::Fixed(1)).unwrap_or_default();
        let cells = [table::command(lang, one.input).to_owned(), pace];
        rows.row(&or_dash(data(lang, &key("t_s"), &one.t_s, Show::Clock)), cells);
    }
    rows.finish(out);
    cut(out, lang, list.len() > MOST);
}
