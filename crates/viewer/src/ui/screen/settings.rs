//! What a person likes.

use egui::{Slider, Ui};

use crate::model::{Action, Model};
use crate::settings::{Body, Look, Settings, Tone};
use crate::ui::parts;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::words::{Language, Words};

/// Draws the screen; what changes is kept at once.
pub fn show(ui: &mut Ui, model: &mut Model, view: &View, words: &Words, acts: &mut Vec<Action>) {
    let theme = view.theme;
    let before = model.settings.clone();
    ui.add_space(theme.space(1.0));
    parts::headline(ui, &theme, words.settings.title);
    let settings = &mut model.settings;
    parts::cards(ui, &theme, 360.0, 2, |ui, n| match n {
        0 => looks(ui, settings, &theme, words),
        _ => session(ui, settings, &theme, view, words),
    });
    parts::caption(ui, &theme, words.app.not_medical);
    if *settings != before {
        acts.push(Action::Settings);
    }
}

fn looks(ui: &mut Ui, settings: &mut Settings, theme: &Theme, words: &Words) {
    let s = &words.settings;
    parts::caption(ui, theme, s.language);
    ui.horizontal_wrapped(|ui| {
        for language in Language::ALL {
            ui.radio_value(&mut settings.language, language, language.name());
        }
    });
    parts::caption(ui, theme, s.look);
    ui.horizontal_wrapped(|ui| {
        for look in Look::ALL {
            let word = match look {
                Look::System => s.system,
                Look::Light => s.light,
                Look::Dark => s.dark,
                Look::Contrast => s.contrast,
            };
            ui.radio_value(&mut settings.look, look, word);
        }
    });
    slider(ui, theme, s.text_scale, &mut settings.text_scale, 0.8..=2.0, 0.1);
    ui.checkbox(&mut settings.reduced_motion, s.motion);
    parts::caption(ui, theme, s.motion_hint);
    ui.checkbox(&mut settings.discreet, s.discreet);
    parts::caption(ui, theme, s.discreet_hint);
}

fn session(ui: &mut Ui, settings: &mut Settings, theme: &Theme, view: &View, words: &Words) {
    let s = &words.settings;
    parts::caption(ui, theme, s.tone);
    parts::list(ui, theme, |ui| {
        for tone in Tone::ALL {
            let word = match tone {
                Tone::Off => s.tone_off,
                Tone::Pitch => s.tone_pitch,
                Tone::Volume => s.tone_volume,
            };
            ui.radio_value(&mut settings.tone, tone, word);
        }
    });
    if settings.tone != Tone::Off {
        slider(ui, theme, s.volume, &mut settings.volume, 0.0..=1.0, 0.05);
        if let Some(why) = &view.silent {
            parts::caption(ui, theme, &format!("{} {why}", s.tone_missing));
        }
    }
    parts::caption(ui, theme, s.body);
    parts::list(ui, theme, |ui| {
        for body in Body::ALL {
            let word = match body {
                Body::Limb => s.limb,
                Body::Jaw => s.jaw,
                Body::Shoulder => s.shoulder,
                Body::Pelvic => s.pelvic,
                Body::Trunk => s.trunk,
            };
            ui.radio_value(&mut settings.body, body, word);
        }
    });
    ui.checkbox(&mut settings.has_companion, s.companion);
    parts::caption(ui, theme, s.next_sensor);
    let mut span = settings.span_s as f32;
    slider(ui, theme, s.span, &mut span, 5.0..=60.0, 5.0);
    settings.span_s = f64::from(span);
    ui.checkbox(&mut settings.shows_raw, s.raw);
}

fn slider(ui: &mut Ui, theme: &Theme, name: &str, value: &mut f32, range: std::ops::RangeInclusive<f32>, step: f64) {
    parts::caption(ui, theme, name);
    let response = ui.add(Slider::new(value, range).step_by(step).max_decimals(if step < 0.1 { 2 } else { 1 }));
    crate::ui::draw::name(&response, name);
}
