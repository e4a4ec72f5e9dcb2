//! A gallery: every widget in every state, in every scheme, at one and at two pixels per point.

use egui::{Ui, Vec2, vec2};
use tonus_core::decision::{Quality, State};
use tonus_core::training::BreathPhase;
use tonus_report::vocabulary::Language;
use tonus_viewer::ui::theme::{Scheme, Size, Theme};
use tonus_viewer::ui::widget::check::{Subject, Verdict};
use tonus_viewer::ui::widget::plot::Point;
use tonus_viewer::ui::widget::strip::{Lane, Target, Texts};
use tonus_viewer::ui::widget::{
    Badge, Check, Countdown, Meter, Pacer, Plot, Repetition, Repetitions, Strip, main_button,
};

fn sheets(name: &str, size: Vec2, contents: impl Fn(&mut Ui, &Theme)) {
    for scheme in Scheme::ALL {
        for scale in [1.0, 2.0] {
            let theme = Theme::new(scheme);
            let name = format!("widgets/{name}_{}_{scale}x", scheme.name());
            crate::draw::picture(&name, size, scale, theme, |ui| contents(ui, &theme));
        }
    }
}

const QUALITY: [(Quality, &str); 2] = [(Quality::LEAD_OFF, "electrode is off"), (Quality::GAP, "no data")];

fn texts(ago: &dyn Fn(u32) -> String) -> Texts<'_> {
    Texts {
        language: Language::English,
        unit: "µV",
        ago,
        now: "now",
        quality: &QUALITY,
        name: "Pelvic floor, last seconds",
        spoken: "2 µV, relaxed",
    }
}

const TARGETS: [Target<'_>; 3] = [
    Target { from_s: f64::NEG_INFINITY, to_s: 8.0, low_uv: 0.0, high_uv: 4.0, word: "relaxed" },
    Target { from_s: 8.0, to_s: 13.0, low_uv: 19.0, high_uv: 29.0, word: "half strength" },
    Target { from_s: 13.0, to_s: f64::INFINITY, low_uv: 0.0, high_uv: 4.0, word: "relaxed" },
];

#[test]
fn strip() {
    let ago = |s: u32| format!("{s} s");
    let (calm, loss) = (crate::data::track(12.2, 1.0, false), crate::data::track(28.0, 1.0, true));
    sheets("strip", vec2(900.0, 640.0), |ui, theme| {
        for (track, now_s, span_s) in [(&calm, 12.2, 10.0), (&loss, 28.0, 20.0)] {
            theme.card().show(ui, |ui| {
                let lane = Lane {
                    name: "Pelvic floor",
                    track,
                    top_uv: 50.0,
                    targets: &TARGETS,
                    weight: 1.0,
                    raw_uv: None,
                    hushed: "",
                };
                Strip { lanes: &[lane], texts: texts(&ago), now_s, span_s, height: 250.0 }.show(ui, theme);
            });
        }
    });
}

#[test]
fn strip_channels() {
    let ago = |s: u32| format!("{s} s");
    let (main, second) = (crate::data::track(25.0, 1.0, true), crate::data::track(25.0, 0.25, false));
    sheets("strip_channels", vec2(900.0, 580.0), |ui, theme| {
        theme.card().show(ui, |ui| {
            let lane = Lane {
                name: "Pelvic floor",
                track: &main,
                top_uv: 50.0,
                targets: &TARGETS,
                weight: 1.0,
                raw_uv: Some(90.0),
                hushed: "",
            };
            let companion = Lane {
                name: "Abdomen",
                track: &second,
                top_uv: 20.0,
                targets: &[],
                weight: 0.5,
                raw_uv: None,
                hushed: "",
            };
            let texts = texts(&ago);
            Strip { lanes: &[lane, companion], texts, now_s: 25.0, span_s: 20.0, height: 500.0 }.show(ui, theme);
        });
    });
}

#[test]
fn meter() {
    sheets("meter", vec2(1110.0, 390.0), |ui, theme| {
        let meters = [
            (Some(0.06), [0.0, 0.14], "relaxed below", State::Rest, "2.1 µV", "relaxed"),
            (Some(0.52), [0.40, 0.60], "half strength", State::Controlled, "23 µV", "as asked"),
            (Some(0.82), [0.0, 0.14], "relaxed below", State::Overactive, "38 µV", "still tense"),
            (None, [0.0, 0.14], "relaxed below", State::Invalid, "–", "electrode is off"),
        ];
        ui.horizontal_top(|ui| {
            for (level, target, target_word, state, figure, caption) in meters {
                Meter {
                    level,
                    target: Some(target),
                    state,
                    target_word,
                    figure,
                    caption,
                    name: "Pelvic floor",
                    height: 350.0,
                    width: 256.0,
                }
                .show(ui, theme);
            }
        });
    });
}

fn pacers(ui: &mut Ui, theme: &Theme, height: f32) {
    ui.columns(3, |columns| {
        let breaths = [
            (BreathPhase::Inhale, 0.1, 4, "Breathe in"),
            (BreathPhase::Inhale, 1.0, 4, "Breathe in"),
            (BreathPhase::Exhale, 0.5, 6, "Breathe out"),
        ];
        for (ui, (phase, share, seconds, word)) in columns.iter_mut().zip(breaths) {
            let pacer = Pacer { phase, share, seconds, word, remaining: "12 breaths to go", name: "Breathing", height };
            pacer.show(ui, theme);
        }
    });
}

#[test]
fn pacer() {
    sheets("pacer", vec2(720.0, 290.0), |ui, theme| pacers(ui, theme, 250.0));
}

#[test]
fn pacer_still() {
    sheets("pacer_still", vec2(1100.0, 260.0), |ui, theme| pacers(ui, &theme.with_reduced_motion(true), 220.0));
}

#[test]
fn badge() {
    sheets("badge", vec2(560.0, 156.0), |ui, theme| {
        let badges = [
            (State::Rest, "Relaxed", ""),
            (State::Controlled, "Contracting as asked", ""),
            (State::Overactive, "Tense", "not released after 2 s"),
            (State::Invalid, "No signal", "electrode is off"),
        ];
        ui.horizontal_wrapped(|ui| {
            for (state, word, reason) in badges {
                Badge { state, name: "Pelvic floor", word, reason }.show(ui, theme);
            }
        });
    });
}

#[test]
fn countdown() {
    sheets("countdown", vec2(700.0, 430.0), |ui, theme| {
        let cues = [
            ("Contract gently", "about half of what you can", "4", Some(0.8), Some(State::Controlled)),
            ("Let go", "completely", "9", Some(0.9), Some(State::Rest)),
            ("Sit comfortably, hands in your lap", "", "", None, None),
        ];
        for (cue, hint, seconds, left, asks) in cues {
            Countdown { cue, hint, seconds, left, asks, name: "Now" }.show(ui, theme);
        }
    });
}

#[test]
fn repetitions() {
    sheets("repetitions", vec2(660.0, 110.0), |ui, theme| {
        let items = [
            Repetition::Released("0.6 s"),
            Repetition::Released("0.9 s"),
            Repetition::Held("held"),
            Repetition::Uncounted("?"),
            Repetition::Released("0.5 s"),
            Repetition::Current(0.4),
            Repetition::ToCome,
            Repetition::ToCome,
            Repetition::ToCome,
            Repetition::ToCome,
            Repetition::ToCome,
            Repetition::ToCome,
        ];
        Repetitions { items: &items, name: "Repetitions", spoken: "5 of 12, 3 let go" }.show(ui, theme);
    });
}

#[test]
fn check() {
    sheets("check", vec2(600.0, 460.0), |ui, theme| {
        let checks = [
            (Subject::Contact, Verdict::Fine, "Electrodes", "Both touch well."),
            (
                Subject::Mains,
                Verdict::Attention,
                "Mains",
                "Much hum. Move cables away from chargers, or run on battery.",
            ),
            (Subject::Noise, Verdict::Fine, "Noise", "0.9 µV while you rest."),
            (Subject::Saturation, Verdict::NotYet, "Range", "Being measured …"),
        ];
        for (subject, verdict, title, word) in checks {
            Check { subject, verdict, title, word }.show(ui, theme);
        }
    });
}

#[test]
fn plot() {
    let values = [3.9, 4.1, 3.4, 3.6, 3.1, 5.2, 2.9, 2.6, 2.7, 2.2];
    let points: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(n, &y)| Point { x: n as f64 * 3.0 + f64::from(n as u8 % 3), y, is_comparable: n != 5 })
        .collect();
    sheets("plot", vec2(820.0, 320.0), |ui, theme| {
        let card = |ui: &mut Ui, points: &[Point], word: &str, marks: &[(f64, &str)]| {
            theme.card().show(ui, |ui| {
                Plot {
                    points,
                    band: Some([2.9, 4.4]),
                    band_word: "no sure change",
                    marks,
                    title: "Level at rest",
                    language: Language::English,
                    unit: "µV",
                    word,
                    height: 240.0,
                }
                .show(ui, theme);
            });
        };
        ui.columns(2, |columns| {
            card(&mut columns[0], &points, "lower", &[(0.0, "3 Oct"), (27.0, "21 Nov")]);
            card(&mut columns[1], &points[..1], "One session so far: no trend yet.", &[(0.0, "3 Oct")]);
        });
    });
}

#[test]
fn controls() {
    sheets("controls", vec2(560.0, 270.0), |ui, theme| {
        theme.card().show(ui, |ui| {
            ui.label(egui::RichText::new("Sound").font(theme.font(Size::Headline)));
            let (mut volume, mut on) = (0.4, true);
            ui.add(egui::Slider::new(&mut volume, 0.0..=1.0).text("Volume"));
            ui.checkbox(&mut on, "A tone follows the muscle");
            ui.horizontal(|ui| {
                let _ = ui.button("Cancel");
                main_button(ui, theme, "Begin").request_focus();
                main_button(ui, theme, "Next");
                ui.add_enabled(false, egui::Button::new("Not now"));
            });
        });
    });
}
