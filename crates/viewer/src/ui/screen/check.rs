//! Look at the signal, choose what to do.

use std::borrow::Cow;

use egui::{RichText, Ui};
use tonus_core::decision::State;
use tonus_core::input::Cue;

use crate::model::check::{Subject, Verdict};
use crate::model::offer::PLAN;
use crate::model::show::Show;
use crate::model::{Action, Model};
use crate::ui::parts;
use crate::ui::theme::{Size, Theme};
use crate::ui::view::View;
use crate::ui::widget::{Check, Strip, strip};
use crate::words::Words;

/// Draws the screen.
pub fn show(ui: &mut Ui, model: &mut Model, view: &mut View, words: &Words, acts: &mut Vec<Action>) {
    let theme = view.theme;
    ui.add_space(theme.space(1.0));
    parts::headline(ui, &theme, words.check.title);
    let Some(show) = &model.show else {
        ui.horizontal(|ui| {
            ui.add(egui::Spinner::new());
            parts::soft(ui, &theme, words.check.not_yet);
        });
        return;
    };
    parts::soft(ui, &theme, words.check.intro);
    let (columns, width) = parts::columns(ui, 420.0, 2);
    let half = |ui: &mut Ui, add: &mut dyn FnMut(&mut Ui)| {
        ui.vertical(|ui| {
            ui.set_width(width);
            add(ui);
        });
    };
    let mut signal = |ui: &mut Ui| checks(ui, model, show, view, words);
    if columns == 1 {
        signal(ui);
        choice(ui, model, &theme, words, acts);
    } else {
        // Two halves side by side: the signal, and what to do.
        ui.horizontal_top(|ui| {
            half(ui, &mut signal);
            half(ui, &mut |ui| choice(ui, model, &theme, words, acts));
        });
    }
}

fn checks(ui: &mut Ui, model: &Model, show: &Show, view: &mut View, words: &Words) {
    let theme = view.theme;
    let is_scaled = show.began.is_scaled;
    let mut is_good = true;
    for channel in 0..show.began.channels.len().min(2) {
        if channel > 0
            && Subject::ALL.iter().any(|subject| model.check.verdict(1, *subject, is_scaled) == Verdict::Attention)
        {
            parts::caption(ui, &theme, &show.began.channels[channel]);
        }
        // A companion is summed up; the muscle that works is looked at in every respect.
        for subject in Subject::ALL {
            let verdict = model.check.verdict(channel, subject, is_scaled);
            is_good &= verdict == Verdict::Fine;
            if channel > 0 && verdict != Verdict::Attention {
                continue;
            }
            let (title, word) = texts(words, subject, verdict);
            Check { subject, verdict, title, word }.show(ui, &theme);
        }
    }
    let known = Subject::ALL.iter().all(|subject| model.check.verdict(0, *subject, is_scaled) != Verdict::NotYet);
    if known {
        parts::title(ui, &theme, if is_good { words.check.all_fine } else { words.check.some_amiss });
    }
    if let Some(said) = rest(show, words) {
        parts::soft(ui, &theme, &said);
    }
    live(ui, show, view, words, words.check.strip, 170.0);
}

/// What there is to say about the rest that is measured here.
fn rest(show: &Show, words: &Words) -> Option<Cow<'static, str>> {
    // A programme has words of its own for it.
    if show.training().is_some() {
        return None;
    }
    if show.decision(0).is_some_and(|decision| decision.cue == Cue::Quiet) {
        return Some(words.check.resting.into());
    }
    let refused = show.refusal.as_ref().map(|refusal| words.refusal(refusal).into());
    refused.or_else(|| show.rest_remark(words.language).map(Into::into))
}

/// The muscle, live.
fn live(ui: &mut Ui, show: &Show, view: &mut View, words: &Words, name: &str, height: f32) {
    let theme = view.theme;
    let lanes: Vec<strip::Lane<'_>> = lanes(show, &[], None, "").take(1).collect();
    let ago = |seconds: u32| format!("{seconds} s");
    let said = view.spoken[0].at(view.now_s, |text| {
        if let Some(decision) = show.decision(0) {
            text.push_str(&level(words, show, decision.envelope_uv));
        }
    });
    let quality = words.qualities();
    let texts = strip::Texts {
        language: words.language,
        unit: unit(show),
        ago: &ago,
        now: "",
        quality: &quality,
        name,
        spoken: said,
    };
    Strip { lanes: &lanes, texts, now_s: show.head_s, span_s: 10.0, height }.show(ui, &theme);
}

/// A lane for each channel.
pub(super) fn lanes<'a>(
    show: &'a Show,
    targets: &'a [strip::Target],
    raw_uv: Option<f32>,
    hushed: &'a str,
) -> impl Iterator<Item = strip::Lane<'a>> {
    show.tracks.iter().enumerate().map(move |(n, track)| strip::Lane {
        name: show.began.channels.get(n).map_or("", String::as_str),
        track,
        top_uv: show.tops_uv.get(n).copied().unwrap_or(10.0),
        targets: if n == 0 { targets } else { &[] },
        weight: if n == 0 { 1.0 } else { 0.45 },
        raw_uv,
        hushed,
    })
}

/// The unit of levels.
pub(super) fn unit(show: &Show) -> &'static str {
    if show.began.is_scaled { "µV" } else { "" }
}

/// A level in words.
pub(super) fn level(words: &Words, show: &Show, envelope: f32) -> String {
    if !envelope.is_finite() {
        return words.state(State::Invalid).to_owned();
    }
    format!("{} {}", words.amplitude(f64::from(envelope)), unit(show)).trim_end().to_owned()
}

fn texts(words: &Words, subject: Subject, verdict: Verdict) -> (&'static str, &'static str) {
    // The words are those of a language, which live as long as the program.
    let c = &words.check;
    let (title, fine, amiss) = match subject {
        Subject::Contact => (c.contact, c.contact_fine, c.contact_amiss),
        Subject::Mains => (c.mains, c.mains_fine, c.mains_amiss),
        Subject::Noise => (c.noise, c.noise_fine, c.noise_amiss),
        Subject::Saturation => (c.saturation, c.saturation_fine, c.saturation_amiss),
    };
    let word = match verdict {
        Verdict::Fine => fine,
        Verdict::Attention => amiss,
        Verdict::NotYet => c.not_yet,
    };
    (title, word)
}

/// What to do, and how the person is placed.
fn choice(ui: &mut Ui, model: &Model, theme: &Theme, words: &Words, acts: &mut Vec<Action>) {
    theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        parts::title(ui, theme, words.check.choose);
        if let Some(advice) = model.offers.advice() {
            parts::soft(ui, theme, advice);
        }
        parts::list(ui, theme, |ui| {
            for (place, offer) in model.offers.all().iter().enumerate() {
                let minutes = words.clock(offer.seconds);
                let plan = if offer.name == PLAN { format!("{}: ", words.check.plan_step) } else { String::new() };
                let advised = if offer.is_advised { format!(" · {}", words.check.advised) } else { String::new() };
                let text = format!("{plan}{}  ({minutes}{advised})", offer.title);
                if ui.radio(model.offers.place() == place, RichText::new(text).font(theme.font(Size::Body))).clicked() {
                    acts.push(Action::Choose(place));
                }
            }
        });
        if let Some(offer) = model.offers.offer() {
            ui.add_space(theme.space(0.5));
            parts::soft(ui, theme, offer.about.trim());
        }
        ui.add_space(theme.space(0.5));
        ui.horizontal_wrapped(|ui| {
            parts::caption(ui, theme, words.check.posture);
            let postures =
                [("lying", words.check.lying), ("sitting", words.check.sitting), ("standing", words.check.standing)];
            for (posture, word) in postures {
                if ui.selectable_label(model.settings.posture == posture, word).clicked() {
                    acts.push(Action::Posture(posture));
                }
            }
        });
    });
}

/// Begin, always in reach.
pub fn controls(ui: &mut Ui, model: &Model, view: &View, acts: &mut Vec<Action>) {
    let (theme, words) = (view.theme, model.words());
    ui.horizontal_wrapped(|ui| {
        if parts::primary(ui, &theme, words.check.begin, view.is_fresh).clicked() {
            acts.push(Action::Begin);
        }
        let is_free = model.show.as_ref().is_some_and(|show| show.training().is_none());
        if is_free && parts::secondary(ui, &theme, words.check.rest).clicked() {
            acts.push(Action::MeasureRest);
        }
        if parts::secondary(ui, &theme, words.check.another).clicked() {
            acts.push(Action::Disconnect);
        }
        if let Some(offer) = model.offers.offer() {
            ui.add_space(theme.space(1.0));
            ui.add(egui::Label::new(
                RichText::new(format!("{}  ({})", offer.title, words.clock(offer.seconds)))
                    .font(theme.font(Size::Body))
                    .color(theme.palette.text_soft),
            ));
        }
    });
}
