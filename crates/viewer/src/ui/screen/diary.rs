//! What a person says in the diary, to be filled in or changed.

use egui::{RichText, Slider, TextEdit, Ui};

use crate::model::outcome::DiaryDraft;
use crate::ui::parts;
use crate::ui::theme::Theme;
use crate::words::Words;

/// Draws the fields; what is not said stays open.
pub fn form(ui: &mut Ui, draft: &mut DiaryDraft, theme: &Theme, words: &Words) {
    let s = &words.summary;
    scale(ui, s.pain, 0, &mut draft.pain);
    scale(ui, s.mood, 5, &mut draft.mood);
    ui.horizontal(|ui| {
        let mut is_said = draft.sleep_hours.is_some();
        if ui.checkbox(&mut is_said, s.sleep).changed() {
            draft.sleep_hours = is_said.then_some(7.0);
        }
        if let Some(hours) = &mut draft.sleep_hours {
            let slider = ui.add(Slider::new(hours, 0.0..=14.0).step_by(0.5));
            crate::ui::draw::name(&slider, s.sleep);
        }
    });
    let label = ui.label(RichText::new(s.note).small().color(theme.palette.text_soft));
    let note = TextEdit::multiline(&mut draft.note).desired_rows(2).desired_width(f32::INFINITY);
    parts::field(ui, theme, note).labelled_by(label.id);
}

/// A scale from 0 to 10 that stays open until something is said.
fn scale(ui: &mut Ui, name: &str, usual: u8, value: &mut Option<u8>) {
    ui.horizontal(|ui| {
        let mut is_said = value.is_some();
        if ui.checkbox(&mut is_said, name).changed() {
            *value = is_said.then_some(usual);
        }
        if let Some(value) = value {
            let slider = ui.add(Slider::new(value, 0..=10));
            crate::ui::draw::name(&slider, &format!("{name}, 0–10"));
        }
    });
}
