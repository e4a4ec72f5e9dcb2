//! What is kept: sessions and the diary, each to be looked at, changed, copied and deleted.

use egui::{RichText, TextEdit, Ui};
use tonus_report::time;

use super::diary;
use crate::model::Action;
use crate::model::progress::{Item, Open, Past, Progress, Said};
use crate::ui::parts;
use crate::ui::theme::{Size, Theme};
use crate::words::Words;

/// How many of each are listed at first.
const LISTED: usize = 6;

/// Draws both lists.
pub fn show(ui: &mut Ui, progress: &mut Progress, theme: &Theme, words: &Words, acts: &mut Vec<Action>) {
    let w = &words.progress;
    let most = if progress.lists_all { usize::MAX } else { LISTED };
    let Progress { past, diary, open, .. } = progress;
    if !past.is_empty() {
        list(ui, theme, (w.latest, w.hint), |ui| {
            for one in past.iter().take(most) {
                row(ui, &one.item(), &session(one, words), open, (theme, words), acts);
            }
        });
    }
    if !diary.is_empty() {
        list(ui, theme, (w.diary, w.hint), |ui| {
            for said in diary.iter().take(most) {
                row(ui, &said.item(), &entry(said, words), open, (theme, words), acts);
            }
        });
    }
    if past.len().max(diary.len()) > most && parts::secondary(ui, theme, w.all).clicked() {
        progress.lists_all = true;
    }
}

fn list(ui: &mut Ui, theme: &Theme, (title, hint): (&str, &str), rows: impl FnOnce(&mut Ui)) {
    theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        parts::title(ui, theme, title);
        parts::caption(ui, theme, hint);
        parts::list(ui, theme, rows);
    });
}

/// A session in a line.
fn session(past: &Past, words: &Words) -> String {
    let w = &words.progress;
    let minutes = past.minutes.map(|minutes| format!("{} {}", words.number(minutes, 1), w.minutes));
    let simulated = past.is_simulated.then(|| w.simulated.to_owned());
    let parts =
        [Some(time::date(past.at_unix_s)), Some(past.program.clone()), minutes, simulated, past.problem.clone()];
    join(parts)
}

/// An entry of the diary in a line.
fn entry(said: &Said, words: &Words) -> String {
    let (w, entry) = (&words.progress, &said.entry);
    let of_ten = |word: &str, value: Option<u8>| value.map(|value| format!("{word} {value}"));
    let sleep = entry.sleep_hours.map(|hours| format!("{} {} h", w.slept, words.number(hours, 1)));
    // One line of it; all of it is there once it is looked at.
    let note = entry.note.as_ref().and_then(|note| note.as_str().lines().next().map(str::to_owned));
    let simulated = said.is_simulated.then(|| w.simulated.to_owned());
    let date = Some(time::date(entry.at_unix_s));
    join([date, of_ten(w.pain, entry.pain), of_ten(w.mood, entry.mood), sleep, note, simulated])
}

fn join<const N: usize>(parts: [Option<String>; N]) -> String {
    let said: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    said.join(" · ")
}

/// A line, and what can be done with it once it is looked at.
fn row(
    ui: &mut Ui,
    item: &Item,
    text: &str,
    open: &mut Option<Open>,
    (theme, words): (&Theme, &Words),
    acts: &mut Vec<Action>,
) {
    let is_open = open.as_ref().is_some_and(|open| open.item == *item);
    let colour = if is_open { theme.palette.on_accent } else { theme.palette.text };
    let label = RichText::new(text).font(theme.font(Size::Body)).color(colour);
    let button = egui::Button::new(label).frame(is_open).selected(is_open).corner_radius(12).wrap();
    let response = ui.add(button);
    theme.focus_ring(ui.painter(), response.rect, &response);
    if response.clicked() {
        acts.push(Action::LookAt(item.clone()));
    }
    if let Some(open) = open.as_mut().filter(|_| is_open) {
        ui.indent(("kept", text), |ui| {
            ui.spacing_mut().item_spacing.y = theme.space(0.5);
            details(ui, open, theme, words, acts);
        });
    }
}

fn details(ui: &mut Ui, open: &mut Open, theme: &Theme, words: &Words, acts: &mut Vec<Action>) {
    let w = &words.progress;
    match open.item {
        Item::Session(..) => {
            let label = ui.label(RichText::new(w.copy_to).small().color(theme.palette.text_soft));
            let place = TextEdit::singleline(&mut open.copy_to).desired_width(320.0);
            parts::field(ui, theme, place).labelled_by(label.id);
            match &open.copied {
                Some(Ok(place)) => parts::text(ui, theme, &format!("{} {}", words.summary.copied, place.display())),
                Some(Err(why)) => parts::text(ui, theme, why),
                None => {}
            }
        }
        Item::Entry(..) => diary::form(ui, &mut open.draft, theme, words),
    }
    ui.horizontal_wrapped(|ui| {
        let mut offer = |ui: &mut Ui, word: &str, action: Action| {
            if parts::secondary(ui, theme, word).clicked() {
                acts.push(action);
            }
        };
        if open.is_doomed {
            parts::text(ui, theme, w.really);
            offer(ui, w.delete, Action::Delete);
            offer(ui, w.not_deleted, Action::LookAt(open.item.clone()));
            return;
        }
        match open.item {
            Item::Session(..) => {
                offer(ui, w.review, Action::Review);
                if let Some(place) = &open.report
                    && parts::secondary(ui, theme, words.summary.report).clicked()
                {
                    ui.ctx().open_url(egui::OpenUrl::new_tab(format!("file://{}", place.display())));
                }
                offer(ui, words.summary.copy, Action::Copy);
            }
            Item::Entry(..) => {
                ui.add_enabled_ui(!open.draft.is_empty(), |ui| offer(ui, w.save, Action::Rewrite));
            }
        }
        offer(ui, w.delete, Action::Delete);
    });
}
