//! How it went: kind words, a few numbers, the report, the diary.

use egui::{RichText, TextEdit, Ui};

use crate::model::outcome::Outcome;
use crate::model::{Action, Model};
use crate::ui::parts;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::words::Words;

/// Share of the time with a signal to trust below which that is said.
const LITTLE_SIGNAL: f64 = 0.8;

/// Draws the screen.
pub fn show(ui: &mut Ui, model: &mut Model, view: &mut View, words: &Words, acts: &mut Vec<Action>) {
    let theme = view.theme;
    ui.add_space(theme.space(1.0));
    let Some(outcome) = &mut model.outcome else {
        if model.is_finishing {
            ui.horizontal(|ui| {
                ui.add(egui::Spinner::new());
                parts::headline(ui, &theme, words.summary.finishing);
            });
        } else if parts::primary(ui, &theme, words.summary.again, view.is_fresh).clicked() {
            acts.push(Action::Again);
        }
        return;
    };
    let line = match (outcome.is_finished, outcome.is_first) {
        (true, true) => words.summary.first,
        (true, false) => words.summary.finished,
        (false, _) if outcome.is_lost => words.summary.lost,
        (false, _) => words.summary.stopped,
    };
    parts::headline(ui, &theme, line);
    let is_stopped = !outcome.is_finished && !outcome.is_lost;
    parts::soft(ui, &theme, if is_stopped { words.summary.hard_day } else { &outcome.title });
    if outcome.is_simulated {
        parts::soft(ui, &theme, words.summary.simulated);
    }
    if outcome.valid_share < LITTLE_SIGNAL {
        parts::text(ui, &theme, words.summary.little_signal);
    }
    ui.add_space(theme.space(0.5));
    numbers(ui, outcome, &theme, words);
    ui.add_space(theme.space(0.5));
    ui.horizontal_wrapped(|ui| {
        if parts::primary(ui, &theme, words.summary.again, view.is_fresh).clicked() {
            acts.push(Action::Again);
        }
        if parts::secondary(ui, &theme, words.summary.report).clicked() {
            let url = format!("file://{}", outcome.report.display());
            ui.ctx().open_url(egui::OpenUrl::new_tab(url));
        }
    });
    ui.add_space(theme.space(0.5));
    parts::cards(ui, &theme, 420.0, 2, |ui, n| match n {
        0 => diary(ui, outcome, &theme, words, acts),
        _ => report(ui, outcome, &theme, words, acts),
    });
}

fn numbers(ui: &mut Ui, outcome: &Outcome, theme: &Theme, words: &Words) {
    let s = &words.summary;
    let unknown = || s.not_known.to_owned();
    let share = |points: Option<f64>| points.map_or_else(unknown, |points| format!("{} %", words.number(points, 0)));
    let unit = if outcome.is_scaled { " µV" } else { "" };
    let mut all = vec![(s.time, words.clock(outcome.seconds))];
    if outcome.releases.1 > 0 {
        all.push((s.releases, format!("{} {} {}", outcome.releases.0, s.of, outcome.releases.1)));
        let time = outcome.release_s.map_or_else(unknown, |seconds| format!("{} s", words.number(seconds, 2)));
        all.push((s.release_time, time));
    }
    all.push((s.relaxation, share(outcome.relaxation)));
    if outcome.holds.is_some() {
        all.push((s.holds, share(outcome.holds)));
    }
    if let Some(rest) = outcome.rest_uv {
        all.push((s.rest, format!("{}{unit}", words.amplitude(rest))));
    }
    let (count, width) = parts::columns(ui, 190.0, all.len());
    for row in all.chunks(count) {
        ui.horizontal_top(|ui| {
            for (name, value) in row {
                parts::figure(ui, theme, name, value, width);
            }
        });
    }
}

fn diary(ui: &mut Ui, outcome: &mut Outcome, theme: &Theme, words: &Words, acts: &mut Vec<Action>) {
    let s = &words.summary;
    parts::title(ui, theme, s.diary);
    if outcome.is_diary_kept {
        parts::text(ui, theme, s.kept);
        return;
    }
    parts::soft(ui, theme, s.diary_text);
    super::diary::form(ui, &mut outcome.diary, theme, words);
    let may = !outcome.diary.is_empty();
    ui.add_enabled_ui(may, |ui| {
        if parts::secondary(ui, theme, s.keep).clicked() {
            acts.push(Action::Diary);
        }
    });
}

fn report(ui: &mut Ui, outcome: &mut Outcome, theme: &Theme, words: &Words, acts: &mut Vec<Action>) {
    let s = &words.summary;
    parts::title(ui, theme, s.copy);
    let label = ui.label(RichText::new(s.copy_to).small().color(theme.palette.text_soft));
    let place = TextEdit::singleline(&mut outcome.copy_to).desired_width(f32::INFINITY);
    parts::field(ui, theme, place).labelled_by(label.id);
    if parts::secondary(ui, theme, s.copy).clicked() {
        acts.push(Action::Export);
    }
    match &outcome.copied {
        Some(Ok(place)) => parts::text(ui, theme, &format!("{} {}", s.copied, place.display())),
        Some(Err(why)) => parts::text(ui, theme, why),
        None => {}
    }
    ui.add_space(theme.space(0.5));
    parts::caption(ui, theme, &format!("{} {}", s.digest, outcome.digest.get(..16).unwrap_or_default()));
}
