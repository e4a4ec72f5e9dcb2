//! The same widgets with large text: nothing may overlap or be cut.

use egui::vec2;
use tonus_core::decision::{Quality, State};
use tonus_core::training::BreathPhase;
use tonus_report::vocabulary::Language;
use tonus_viewer::ui::theme::{Scheme, Theme};
use tonus_viewer::ui::widget::check::{Subject, Verdict};
use tonus_viewer::ui::widget::strip::{Lane, Target, Texts};
use tonus_viewer::ui::widget::{Badge, Check, Countdown, Meter, Pacer, Repetition, Repetitions, Strip};

#[test]
fn large_text() {
    let theme = Theme::new(Scheme::Light).with_text_scale(1.6);
    let track = crate::data::track(24.0, 1.0, true);
    let ago = |s: u32| format!("{s} s");
    let quality = [(Quality::LEAD_OFF, "electrode is off")];
    let target = Target { from_s: 0.0, to_s: f64::INFINITY, low_uv: 0.0, high_uv: 5.0, word: "relaxed" };
    crate::draw::picture("widgets/large_text", vec2(1100.0, 1160.0), 1.0, theme, |ui| {
        let lane = Lane {
            name: "Pelvic floor",
            track: &track,
            top_uv: 50.0,
            targets: &[target],
            weight: 1.0,
            raw_uv: None,
            hushed: "",
        };
        let texts = Texts {
            language: Language::English,
            unit: "µV",
            ago: &ago,
            now: "now",
            quality: &quality,
            name: "Live",
            spoken: "2 µV",
        };
        Countdown {
            cue: "Contract gently",
            hint: "about half of what you can",
            seconds: "14",
            left: Some(0.7),
            asks: Some(State::Controlled),
            name: "Now",
        }
        .show(ui, &theme);
        Strip { lanes: &[lane], texts, now_s: 24.0, span_s: 12.0, height: 300.0 }.show(ui, &theme);
        let items =
            [Repetition::Released("0.6 s"), Repetition::Held("held"), Repetition::Current(0.4), Repetition::ToCome];
        Repetitions { items: &items, name: "Repetitions", spoken: "2 of 4" }.show(ui, &theme);
        ui.columns(2, |columns| {
            Meter {
                level: Some(0.3),
                target: Some([0.0, 0.14]),
                state: State::Overactive,
                target_word: "relaxed below",
                figure: "12.1 µV",
                caption: "not released after 2 s",
                name: "Pelvic floor",
                height: 400.0,
                width: 420.0,
            }
            .show(&mut columns[0], &theme);
            let ui = &mut columns[1];
            Badge { state: State::Overactive, name: "Pelvic floor", word: "Tense", reason: "not released after 2 s" }
                .show(ui, &theme);
            Check {
                subject: Subject::Mains,
                verdict: Verdict::Attention,
                title: "Mains",
                word: "Much hum. Move cables away from chargers, or run on battery.",
            }
            .show(ui, &theme);
            Pacer {
                phase: BreathPhase::Exhale,
                share: 0.4,
                seconds: 6,
                word: "Breathe out",
                remaining: "12 breaths to go",
                name: "Breathing",
                height: 240.0,
            }
            .show(ui, &theme);
        });
    });
}
