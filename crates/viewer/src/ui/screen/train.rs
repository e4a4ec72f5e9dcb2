//! Train: what is asked for, how full the muscle is, and how it flows.

use std::borrow::Cow;

use egui::{Button, RichText, Ui, vec2};
use tonus_core::decision::State;
use tonus_core::training::{BreathPhase, Phase, StepKind};
use tonus_report::{ReleaseKind, vocabulary};

use super::check::{lanes, level, unit};
use crate::model::show::{FULL, Show, Trouble};
use crate::model::{Action, Model};
use crate::session::Purpose;
use crate::ui::parts;
use crate::ui::theme::{Size, Theme};
use crate::ui::view::View;
use crate::ui::widget::{Badge, Countdown, Meter, Pacer, Repetition, Repetitions, Strip, strip};
use crate::words::Words;

/// Draws the screen.
pub fn show(ui: &mut Ui, model: &Model, view: &mut View, words: &Words) {
    let theme = view.theme;
    let Some(show) = &model.show else {
        ui.centered_and_justified(|ui| {
            ui.add(egui::Spinner::new());
        });
        return;
    };
    cue(ui, show, &theme, words);
    ui.add_space(theme.space(0.5));
    let is_paused = show.is_paused();
    if is_paused {
        parts::title(ui, &theme, words.train.paused);
    }
    if let Some(said) = remark(show, words) {
        parts::soft(ui, &theme, &said);
    }
    if let Some(warning) = show.warning() {
        parts::text(ui, &theme, warning);
    }
    let below = 84.0 * theme.text_scale.max(1.0);
    let height = (ui.available_height() - below).max(160.0);
    let is_wide = ui.available_width() > 900.0;
    ui.horizontal_top(|ui| {
        meter(ui, show, view, words, vec2(if is_wide { 270.0 } else { 226.0 }, height));
        ui.vertical(|ui| {
            let mut left = height;
            if let Some((breath, config)) = show.breath().filter(|_| !is_paused) {
                let tall = (height * 0.55).min(420.0);
                let (word, milliseconds) = match breath.phase {
                    BreathPhase::Inhale => (words.train.breathe_in, config.inhale_ms),
                    BreathPhase::Exhale => (words.train.breathe_out, config.exhale_ms),
                };
                let seconds = (milliseconds + 500) / 1000;
                let remaining = show.left_s().map_or_else(String::new, |(left, _)| words.clock(left));
                let (share, name) = (breath.progress, words.train.breath);
                Pacer { phase: breath.phase, share, seconds, word, remaining: &remaining, name, height: tall }
                    .show(ui, &theme);
                left -= tall + ui.spacing().item_spacing.y;
            }
            flow(ui, model, show, view, words, left.max(120.0));
        });
    });
    ui.horizontal(|ui| {
        badge(ui, show, &theme, words);
        repetitions(ui, show, &theme, words);
    });
}

/// What is asked for, and how long still.
fn cue(ui: &mut Ui, show: &Show, theme: &Theme, words: &Words) {
    let kind = show.phase().map(Phase::kind);
    let hint = show.training().map(|training| training.prompt.to_string());
    let (word, hint) = match (kind, show.began.purpose) {
        _ if show.ended.is_some() => (words.train.replay_end, String::new()),
        (Some(kind), _) => (words.step_kind(kind), hint.unwrap_or_default()),
        (None, Purpose::Replay) => (words.train.replay, show.began.device.clone()),
        (None, _) => (words.train.preparing, String::new()),
    };
    let left = show.left_s();
    let asks = match kind {
        Some(StepKind::Rest | StepKind::Quiet | StepKind::Breathe) => Some(State::Rest),
        Some(StepKind::Hold | StepKind::Work | StepKind::Flick | StepKind::Reference) => Some(State::Controlled),
        Some(StepKind::Free) | None => None,
    };
    let seconds = left.map_or_else(String::new, |(left, _)| format!("{:.0}", left.ceil()));
    let share = left.map(|(left, whole)| if whole > 0.0 { (left / whole) as f32 } else { 0.0 });
    Countdown { cue: word, hint: &hint, seconds: &seconds, left: share, asks, name: words.train.cue }.show(ui, theme);
}

/// What there is to say about the rest and the holds that are measured.
fn remark(show: &Show, words: &Words) -> Option<Cow<'static, str>> {
    if show.training().is_some_and(|training| training.is_measuring) {
        return Some(vocabulary::measuring_rest(words.language).into());
    }
    // The words are those of a language, which live as long as the program.
    let refusal = show.refusal.as_ref().filter(|_| show.is_calibrating());
    let refused = refusal.map(|refusal| words.refusal(refusal).into());
    refused.or_else(|| show.rest_remark(words.language).map(Into::into))
}

/// How full the muscle is.
fn meter(ui: &mut Ui, show: &Show, view: &mut View, words: &Words, size: egui::Vec2) {
    let theme = view.theme;
    let target = show.level();
    let filled = match target {
        Some(level) if theme.reduced_motion => Some((level * 20.0).round() / 20.0),
        Some(level) => Some(view.level.toward(view.now_s, level)),
        None => {
            view.level.reset();
            None
        }
    };
    let edges = show.target_uv().and_then(|(low, high)| {
        let low = if low > 0.0 { show.level_of(low)? } else { 0.0 };
        Some([low, show.level_of(high)?])
    });
    let decision = show.decision(0);
    let activation = decision.map(|decision| decision.activation).filter(|activation| activation.is_finite());
    let (figure, caption) = match (target, activation) {
        (None, _) => (String::new(), trouble(show, words)),
        (Some(_), Some(activation)) => (
            format!("{} %", words.number(f64::from(100.0 * activation.min(2.0 * FULL)), 0)),
            words.train.of_reference.to_owned(),
        ),
        (Some(_), None) => (
            decision.map_or_else(String::new, |decision| level(words, show, decision.envelope_uv)),
            words.train.over_rest.to_owned(),
        ),
    };
    let figure = view.spoken[1].at(view.now_s, |text| text.push_str(&figure)).to_owned();
    let word = match show.target_uv() {
        Some((low, _)) if low > 0.0 => words.train.gentle,
        Some(_) => words.train.relaxed,
        None => "",
    };
    Meter {
        level: filled,
        target: edges.filter(|_| target.is_some()),
        state: show.state(0).unwrap_or(State::Invalid),
        target_word: word,
        figure: if target.is_some() { &figure } else { "" },
        caption: &caption,
        name: words.train.muscle,
        height: size.y,
        width: size.x,
    }
    .show(ui, &theme);
}

/// Why there is nothing to see.
fn trouble(show: &Show, words: &Words) -> String {
    match show.trouble() {
        Some(Trouble::Lost) => words.trouble.lost.to_owned(),
        Some(Trouble::Silent) => words.trouble.silent.to_owned(),
        Some(Trouble::Starting) => words.trouble.starting.to_owned(),
        Some(Trouble::Signal) => {
            let why = show.decision(0).map_or("", |decision| words.worst(decision.quality));
            format!("{} {why}", words.trouble.signal)
        }
        None => String::new(),
    }
}

/// The state, by word, shape and colour.
fn badge(ui: &mut Ui, show: &Show, theme: &Theme, words: &Words) {
    let (state, word, reason) = match (show.trouble(), show.state(0)) {
        (Some(_), _) => (State::Invalid, words.state(State::Invalid), trouble(show, words)),
        (None, None) => (State::Invalid, words.train.waiting, String::new()),
        (None, Some(state)) => {
            let reasons = show.decision(0).map(|decision| words.reasons(decision.reasons)).unwrap_or_default();
            (state, words.state(state), if state == State::Overactive { reasons } else { String::new() })
        }
    };
    let shown = Badge { state, name: words.train.state, word, reason: &reason }.show(ui, theme);
    crate::ui::draw::live(&shown);
}

/// The flowing picture.
fn flow(ui: &mut Ui, model: &Model, show: &Show, view: &mut View, words: &Words, height: f32) {
    let theme = view.theme;
    let targets: Vec<strip::Target> = show
        .targets
        .iter()
        .map(|span| strip::Target {
            from_s: span.from_s,
            to_s: span.to_s,
            low_uv: span.low_uv,
            high_uv: span.high_uv,
            word: if span.low_uv > 0.0 { words.train.gentle } else { words.train.relaxed },
        })
        .collect();
    let targets: &[strip::Target] = if show.trouble().is_some() { &[] } else { &targets };
    let raw_uv =
        (model.settings.shows_raw && show.began.is_raw).then(|| 3.0 * show.tops_uv.first().copied().unwrap_or(10.0));
    let hushed = match show.trouble() {
        Some(Trouble::Lost | Trouble::Silent) => words.state(State::Invalid),
        _ => "",
    };
    // Where there is little room, the muscle that works has it.
    let count = if height < 190.0 * theme.text_scale { 1 } else { show.tracks.len() };
    let lanes: Vec<strip::Lane<'_>> = lanes(show, targets, raw_uv, hushed).take(count).collect();
    let ago = |seconds: u32| format!("{seconds} s");
    let said = view.spoken[0].at(view.now_s, |text| {
        if let Some(decision) = show.decision(0) {
            text.push_str(&level(words, show, decision.envelope_uv));
            text.push_str(", ");
            text.push_str(words.state(decision.state));
        }
    });
    let quality = words.qualities();
    let texts = strip::Texts {
        language: words.language,
        unit: unit(show),
        ago: &ago,
        now: "",
        quality: &quality,
        name: words.train.strip,
        spoken: said,
    };
    Strip { lanes: &lanes, texts, now_s: show.head_s, span_s: model.settings.span_s, height }.show(ui, &theme);
}

/// Repetitions as they pass.
fn repetitions(ui: &mut Ui, show: &Show, theme: &Theme, words: &Words) {
    let done = show.repetitions();
    let is_part = |phase: &&Phase| phase.step.kind.is_contraction() || phase.step.kind.is_relaxation();
    let phase = show.phase().filter(|phase| !show.is_calibrating() && phase.turn.of > 1).filter(is_part);
    let of = phase.map_or(0, |phase| usize::from(phase.turn.of));
    if done.is_empty() && of < 2 {
        return;
    }
    let texts: Vec<String> = done
        .iter()
        .map(|one| match one.release_s {
            Some(seconds) => format!("{} s", words.number(seconds, 1)),
            None if one.release == ReleaseKind::BeforeCue => words.train.let_go_early.to_owned(),
            None if one.release == ReleaseKind::Never => words.train.held.to_owned(),
            None => words.train.uncounted.to_owned(),
        })
        .collect();
    let mut items: Vec<Repetition<'_>> = done
        .iter()
        .zip(&texts)
        .map(|(one, text)| match (one.counts, one.complete_release) {
            (false, _) | (true, None) => Repetition::Uncounted(text),
            (true, Some(true)) => Repetition::Released(text),
            (true, Some(false)) => Repetition::Held(text),
        })
        .collect();
    // The one under way stays in the row until it is judged, at the end of its rest.
    let is_judged = |number: u32| done.last().is_some_and(|last| last.phase >= number);
    match (phase, show.left_s()) {
        (Some(phase), Some((left, whole))) if phase.step.kind.is_contraction() && whole > 0.0 => {
            items.push(Repetition::Current((1.0 - left / whole) as f32));
        }
        (Some(phase), _) if !is_judged(phase.number.saturating_sub(1)) => items.push(Repetition::Current(1.0)),
        _ => {}
    }
    let to_come = phase.map_or(0, |phase| of.saturating_sub(usize::from(phase.turn.number)));
    items.extend(std::iter::repeat_n(Repetition::ToCome, to_come.min(30)));
    let complete = done.iter().filter(|one| one.complete_release == Some(true)).count();
    let spoken = format!("{complete} {} {}", words.summary.of, done.len());
    ui.vertical(|ui| {
        Repetitions { items: &items, name: words.train.repetitions, spoken: &spoken }.show(ui, theme);
    });
}

/// Stop, always in reach; pause, marker and the rest beside it.
pub fn controls(ui: &mut Ui, model: &Model, view: &View, acts: &mut Vec<Action>) {
    let (theme, words) = (view.theme, model.words());
    let show = model.show.as_ref();
    let is_training = show.is_some_and(|show| show.began.purpose == Purpose::Train);
    let is_live = show.is_some_and(|show| show.began.purpose != Purpose::Replay);
    let button = |ui: &mut Ui, word: &str, key: &str, act: Action, acts: &mut Vec<Action>| {
        let text = RichText::new(word).font(theme.font(Size::Body));
        let hint = RichText::new(key).font(theme.font(Size::Caption)).color(theme.palette.text_soft);
        let response = ui.add(Button::new((text, hint)).corner_radius(12));
        crate::ui::draw::name(&response, word);
        theme.focus_ring(ui.painter(), response.rect, &response);
        if response.clicked() {
            acts.push(act);
        }
    };
    ui.horizontal_wrapped(|ui| {
        button(ui, words.train.stop, "Esc", Action::Stop, acts);
        let is_paused = show.is_some_and(Show::is_paused);
        let word = if is_paused { words.train.resume } else { words.train.pause };
        button(ui, word, "P", Action::Pause, acts);
        if is_training {
            button(ui, words.train.skip, "N", Action::Skip, acts);
            button(ui, words.train.mark, "M", Action::Mark, acts);
        }
        button(ui, words.train.raw, "R", Action::Raw, acts);
        if show.and_then(Show::breaths_per_min).is_some() && is_training {
            button(ui, words.train.slower, "", Action::Pace(-0.5), acts);
            button(ui, words.train.faster, "", Action::Pace(0.5), acts);
        }
        if let Some(latency) = show
            .and_then(|show| show.status.latency_ms)
            .filter(|_| is_live && ui.max_rect().right() - ui.cursor().left() > 240.0 * theme.text_scale)
        {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let frame_ms = 1000.0 * f64::from(ui.input(|input| input.stable_dt)).min(0.1);
                let all = latency + view.transport_ms() + frame_ms;
                let text = format!("≈ {} ms {}", words.number(all, 0), words.train.latency);
                ui.add(
                    egui::Label::new(
                        RichText::new(text).font(theme.font(Size::Caption)).color(theme.palette.text_soft),
                    )
                    .selectable(false),
                );
            });
        }
    });
}
