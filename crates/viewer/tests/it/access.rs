//! What assistive technology is told: every widget has a name, a role and a value in words.

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use tonus_core::decision::{Quality, State};
use tonus_core::training::BreathPhase;
use tonus_device::probe::{Finding, Heard};
use tonus_report::vocabulary::Language;
use tonus_viewer::model::{Model, Places};
use tonus_viewer::ui::theme::{Scheme, Theme};
use tonus_viewer::ui::widget::check::{Subject, Verdict};
use tonus_viewer::ui::widget::main_button;
use tonus_viewer::ui::widget::plot::Point;
use tonus_viewer::ui::widget::strip::{Lane, Texts};
use tonus_viewer::ui::widget::{Badge, Check, Countdown, Meter, Pacer, Plot, Repetition, Repetitions, Strip};
use tonus_viewer::ui::window::Window;

#[test]
fn what_is_heard_on_a_port_is_told_in_words() {
    let store = tempfile::tempdir().unwrap();
    let places = Places { store: Some(store.path().to_owned()), ..Places::default() };
    let mut model = Model::new(places, std::sync::Arc::new(|| {}));
    model.connect.port = "/dev/ttyACM0".to_owned();
    let heard = Heard {
        bytes: 0,
        seconds: 2.0,
        baud: Some(115_200),
        lines: 0,
        frames: 0,
        rate_hz: None,
        was_asked: false,
        finding: Finding::Silence,
    };
    model.connect.heard = Some((model.connect.port.clone(), Ok(heard)));
    let mut harness = Harness::builder()
        .with_size([1200.0, 900.0])
        .build_ui_state(|ui, window: &mut Window| window.ui(ui), Window::new(model));
    harness.run_steps(2);
    assert_eq!(harness.get_by_label("Listen to it").accesskit_node().role(), Role::Button);
    harness.get_by_label_contains("We hear: nothing");
    // What was heard on another port is not said of this one.
    harness.state_mut().model.connect.port = "/dev/ttyACM1".to_owned();
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("We hear").is_none());
}

#[test]
fn every_widget_has_a_name_a_role_and_words() {
    let theme = Theme::new(Scheme::Light);
    let track = crate::data::track(12.0, 1.0, false);
    let ago = |s: u32| format!("{s} s");
    let quality = [(Quality::LEAD_OFF, "electrode is off")];
    let harness = Harness::builder().with_size([900.0, 2400.0]).build_ui(|ui| {
        let lane = Lane {
            name: "Pelvic floor",
            track: &track,
            top_uv: 50.0,
            targets: &[],
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
            name: "Last seconds",
            spoken: "2 µV, relaxed",
        };
        Strip { lanes: &[lane], texts, now_s: 12.0, span_s: 10.0, height: 200.0 }.show(ui, &theme);
        Meter {
            level: Some(0.25),
            target: None,
            state: State::Rest,
            target_word: "",
            figure: "2 µV",
            caption: "relaxed",
            name: "Level",
            height: 200.0,
            width: 300.0,
        }
        .show(ui, &theme);
        Pacer {
            phase: BreathPhase::Inhale,
            share: 0.5,
            seconds: 4,
            word: "Breathe in",
            remaining: "3 breaths",
            name: "Breathing",
            height: 200.0,
        }
        .show(ui, &theme);
        Badge { state: State::Overactive, name: "State", word: "Tense", reason: "not released" }.show(ui, &theme);
        Countdown { cue: "Let go", hint: "", seconds: "4", left: Some(0.5), asks: None, name: "Cue" }.show(ui, &theme);
        let items = [Repetition::Released("0.6 s"), Repetition::ToCome];
        Repetitions { items: &items, name: "Repetitions", spoken: "1 of 2" }.show(ui, &theme);
        Check { subject: Subject::Noise, verdict: Verdict::Fine, title: "Noise", word: "0.9 µV" }.show(ui, &theme);
        let points = [Point { x: 0.0, y: 1.0, is_comparable: true }];
        Plot {
            points: &points,
            band: None,
            band_word: "",
            marks: &[],
            title: "Rest",
            language: Language::English,
            unit: "µV",
            word: "no trend yet",
            height: 200.0,
        }
        .show(ui, &theme);
        main_button(ui, &theme, "Begin");
    });
    for (name, role, value) in [
        ("Last seconds", Role::Figure, "2 µV, relaxed"),
        ("Level", Role::Meter, "2 µV, relaxed"),
        ("Breathing", Role::Status, "Breathe in, 3 breaths"),
        ("State", Role::Status, "Tense, not released"),
        ("Cue", Role::Timer, "Let go 4"),
        ("Repetitions", Role::Image, "1 of 2"),
        ("Noise", Role::Status, "0.9 µV"),
        ("Rest", Role::Figure, "no trend yet"),
    ] {
        let node = harness.get_by_label(name);
        assert_eq!(node.accesskit_node().role(), role, "{name}");
        assert_eq!(node.accesskit_node().value().as_deref(), Some(value), "{name}");
    }
    assert_eq!(harness.get_by_label("Level").accesskit_node().numeric_value(), Some(0.25));
    assert_eq!(harness.get_by_label("Begin").accesskit_node().role(), Role::Button);
}
