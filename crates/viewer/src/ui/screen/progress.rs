//! How it goes over time.

use egui::Ui;
use tonus_history::{Axis, Change};
use tonus_report::time;

use super::kept;
use crate::model::progress::{Line, Progress};
use crate::model::{Action, Model};
use crate::ui::parts;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::ui::widget::{Plot, plot};
use crate::words::Words;

/// Draws the screen.
pub fn show(ui: &mut Ui, model: &mut Model, view: &View, words: &Words, acts: &mut Vec<Action>) {
    let theme = view.theme;
    let w = &words.progress;
    ui.add_space(theme.space(1.0));
    parts::headline(ui, &theme, w.title);
    let Some(progress) = &mut model.progress else { return };
    let (_, width) = parts::columns(ui, 190.0, 4);
    ui.horizontal_top(|ui| {
        parts::figure(ui, &theme, w.sessions, &progress.sessions.to_string(), width);
        parts::figure(ui, &theme, w.entries, &progress.entries.to_string(), width);
    });
    if let Some(text) = &progress.suggestion {
        card(ui, &theme, w.talk, std::slice::from_ref(text));
    }
    if let Some(text) = &progress.plan {
        card(ui, &theme, w.plan, std::slice::from_ref(text));
    }
    if progress.trends.is_empty() {
        parts::soft(ui, &theme, w.none);
    }
    let count = progress.trends.len();
    parts::cards(ui, &theme, 380.0, count, |ui, n| trend(ui, &progress.trends[n], &theme, words));
    milestones(ui, progress, &theme, words);
    kept::show(ui, progress, &theme, words, acts);
}

fn card(ui: &mut Ui, theme: &Theme, title: &str, lines: &[String]) {
    theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        parts::title(ui, theme, title);
        for line in lines {
            parts::text(ui, theme, line);
        }
    });
}

fn trend(ui: &mut Ui, line: &Line, theme: &Theme, words: &Words) {
    let w = &words.progress;
    let title = match line.axis {
        Axis::RestingTension => w.resting_tension,
        Axis::RestingInstability => w.resting_instability,
        Axis::Contraction => w.contraction,
        Axis::Release => w.release,
        Axis::Residual => w.residual,
        Axis::Relaxation => w.relaxation,
        Axis::Pain => w.pain,
    };
    let word = match line.change {
        Change::TooFew => w.too_few,
        Change::AboutTheSame => w.same,
        Change::Lower => w.lower,
        Change::Higher => w.higher,
    };
    let unit = if line.unit == "uV" { "µV" } else { line.unit };
    let points: Vec<plot::Point> =
        line.points.iter().map(|(x, y)| plot::Point { x: *x, y: *y as f32, is_comparable: true }).collect();
    let last = line.points.last().map_or(0.0, |point| point.0);
    let label = format!("{} {}", words.number(last, 0), w.days);
    let marks: &[(f64, &str)] = &[(0.0, "0"), (last, &label)];
    let marks = if last >= 1.0 { marks } else { &[] };
    Plot {
        points: &points,
        band: None,
        band_word: "",
        marks,
        title,
        language: words.language,
        unit,
        word,
        height: 190.0,
    }
    .show(ui, theme);
}

fn milestones(ui: &mut Ui, progress: &Progress, theme: &Theme, words: &Words) {
    let w = &words.progress;
    if !progress.milestones.is_empty() {
        let lines: Vec<String> =
            progress.milestones.iter().take(6).map(|(at, text)| format!("{}  {text}", time::date(*at))).collect();
        card(ui, theme, w.milestones, &lines);
    }
}
