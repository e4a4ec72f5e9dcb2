//! Phases with a target, how an adaptive target moved, breathing, and what was done on the way.

use tonus_core::training::{Action, StepKind};

use super::repetitions::cut;
use super::table::Table;
use super::view::{Channel, View};
use super::write::{SENTENCE, Show, data, element, or_dash, text};
use crate::training::{PhaseMeasures, PhaseReport};
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
    let mut list = phases(view, channel);
    list.retain(|(_, phase, _)| phase.target.ceiling_ratio.is_some());
    if list.is_empty() {
        return;
    }
    element(out, "h3", table::TARGETS);
    let columns = [
        table::NUMBER.to_owned(),
        table::KIND.to_owned(),
        table::START.to_owned(),
        channel.level(table::MEAN),
        table::CV.to_owned(),
        table::CEILING.to_owned(),
        table::FOLLOWS.to_owned(),
        table::ON_TARGET.to_owned(),
        table::PROMPT.to_owned(),
    ];
    let mut rows = Table::new(table::TARGETS, &channel.report.name, columns).titled();
    for (n, phase, measures) in list.iter().take(MOST) {
        let of_phase = |name: &str| format!("/training/phases/{n}/{name}");
        let key = |name: &str| channel.training_key(&["phases", &n.to_string(), name]);
        let target = &phase.target;
        let cells = [
            table::kind(phase.kind).to_owned(),
            or_dash(data(&of_phase("start_s"), &phase.start_s, Show::Clock)),
            or_dash(data(&key("mean_uv"), &measures.mean_uv, Show::Level)),
            or_dash(data(&key("cv"), &measures.cv, Show::Fixed(3))),
            or_dash(data(&of_phase("target/ceiling_ratio"), &target.ceiling_ratio, Show::Fixed(2))),
            if target.adaptive { words::YES } else { words::NO }.to_owned(),
            or_dash(data(&key("on_target_share"), &measures.on_target_share, Show::Percent)),
            text(&of_phase("prompt"), &phase.prompt, SENTENCE),
        ];
        rows.row(&or_dash(data(&of_phase("number"), &phase.number, Show::Whole)), cells);
    }
    rows.finish(out);
    cut(out, list.len() > MOST);
}

/// Every move of an adaptive ceiling.
pub(super) fn moves(out: &mut String, channel: &Channel<'_>) {
    let list = channel.training.map_or(&[][..], |training| &training.target_moves);
    if list.is_empty() {
        return;
    }
    element(out, "h3", table::MOVES);
    let columns = [table::START, table::FROM, table::TO, table::WHY, table::SUCCESS, table::INVALID];
    let mut rows = Table::new(table::MOVES, &channel.report.name, columns).titled();
    for (n, one) in list.iter().enumerate().take(MOST) {
        let key = |name: &str| channel.training_key(&["target_moves", &n.to_string(), name]);
        let cells = [
            or_dash(data(&key("from_ratio"), &one.from_ratio, Show::Fixed(2))),
            or_dash(data(&key("to_ratio"), &one.to_ratio, Show::Fixed(2))),
            table::moved(one.reason).to_owned(),
            or_dash(data(&key("success_share"), &one.success_share, Show::Percent)),
            or_dash(data(&key("invalid_share"), &one.invalid_share, Show::Percent)),
        ];
        rows.row(&or_dash(data(&key("t_s"), &one.t_s, Show::Clock)), cells);
    }
    rows.finish(out);
    cut(out, list.len() > MOST);
}

/// The envelope by breath phase.
pub(super) fn breathing(out: &mut String, view: &View<'_>, channel: &Channel<'_>) {
    let Some(training) = channel.training else { return };
    let mut list = phases(view, channel);
    list.retain(|(_, phase, _)| phase.kind == StepKind::Breathe);
    if list.is_empty() {
        return;
    }
    element(out, "h3", table::BREATHING);
    let columns = [
        table::PHASE.to_owned(),
        table::START.to_owned(),
        table::PACE.to_owned(),
        channel.level(table::INHALE),
        channel.level(table::EXHALE),
        table::BREATH_RATIO.to_owned(),
    ];
    let mut rows = Table::new(table::BREATHING, &channel.report.name, columns).titled();
    for (n, phase, measures) in list.iter().take(MOST) {
        let of_phase = |name: &str| format!("/training/phases/{n}/{name}");
        let key = |name: &str| channel.training_key(&["phases", &n.to_string(), name]);
        let cells = [
            or_dash(data(&of_phase("start_s"), &phase.start_s, Show::Clock)),
            or_dash(data(&of_phase("breaths_per_min"), &phase.breaths_per_min, Show::Fixed(1))),
            or_dash(data(&key("inhale_uv"), &measures.inhale_uv, Show::Level)),
            or_dash(data(&key("exhale_uv"), &measures.exhale_uv, Show::Level)),
            String::new(),
        ];
        rows.row(&or_dash(data(&of_phase("number"), &phase.number, Show::Whole)), cells);
    }
    let (scores, key) = (&training.scores, |name: &str| channel.training_key(&["scores", name]));
    let all = [
        String::new(),
        String::new(),
        or_dash(data(&key("inhale_uv"), &scores.inhale_uv, Show::Level)),
        or_dash(data(&key("exhale_uv"), &scores.exhale_uv, Show::Level)),
        or_dash(data(&key("breath_ratio"), &scores.breath_ratio, Show::Fixed(2))),
    ];
    rows.row(table::ALL_PHASES, all);
    rows.finish(out);
    cut(out, list.len() > MOST);
    element(out, "p", table::BREATH_NOTE);
}

/// Pauses, skips and the like.
pub(super) fn commands(out: &mut String, view: &View<'_>) {
    let list = view.summary.training.as_ref().map_or(&[][..], |training| &training.commands);
    // Every session starts: only what came besides is worth a table.
    if list.iter().all(|one| one.input == Action::Start) {
        return;
    }
    element(out, "h3", table::COMMANDS);
    let mut rows = Table::new(table::COMMANDS, "", [table::START, table::COMMAND, table::PACE]).titled();
    for (n, one) in list.iter().enumerate().take(MOST) {
        let key = |name: &str| format!("/training/commands/{n}/{name}");
        let pace = data(&key("breaths_per_min"), &one.breaths_per_min, Show::Fixed(1)).unwrap_or_default();
        let cells = [table::command(one.input).to_owned(), pace];
        rows.row(&or_dash(data(&key("t_s"), &one.t_s, Show::Clock)), cells);
    }
    rows.finish(out);
    cut(out, list.len() > MOST);
}
