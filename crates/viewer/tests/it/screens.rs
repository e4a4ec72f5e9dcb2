//! Every screen as a picture, light and dark, at one and at two pixels per point; Train in every state. See
//! `docs/screens/`.

use crate::stage::Happens;
use egui::vec2;
use tonus_core::decision::Reasons;
use tonus_device::probe::{Finding, Fit, Heard};
use tonus_device::sim::Habit;
use tonus_viewer::model::outcome::Outcome;
use tonus_viewer::model::{Model, Screen};
use tonus_viewer::problem::Problem;
use tonus_viewer::settings::Look;
use tonus_viewer::ui::window::Window;
use tonus_viewer::words::Language;
use tonus_wire::profile::DeviceProfile;

/// Draws a model in both schemes, and in high contrast if it is wanted.
fn pictures(name: &str, make: impl Fn(&std::path::Path) -> Model) {
    let store = tempfile::tempdir().unwrap();
    for (look, word) in [(Look::Light, "light"), (Look::Dark, "dark")] {
        for scale in [1.0, 2.0] {
            draw(&format!("{name}_{word}_{scale}x"), vec2(1200.0, 760.0), scale, look, make(store.path()));
        }
    }
}

fn draw(name: &str, size: egui::Vec2, scale: f32, look: Look, mut model: Model) {
    model.settings.look = look;
    model.connect.ports.clear();
    crate::draw::window(name, size, scale, Window::new(model), 100.0);
}

#[test]
fn connect() {
    pictures("connect", crate::stage::model);
}

#[test]
fn check() {
    pictures("check", |store| {
        let mut model = crate::stage::training(store, "awareness", 6.0, Habit::CALM, Happens::default());
        model.screen = Screen::Check;
        model
    });
}

#[test]
fn connect_after_listening() {
    pictures("connect_heard", |store| {
        let mut model = crate::stage::model(store);
        model.connect.port = "/dev/ttyACM0".into();
        let profile = DeviceProfile::builtin("openbci-cyton").expect("built in");
        model.connect.device.clone_from(&profile.id);
        let fit = Fit { profile, also: vec!["openbci-cyton-daisy".into()], channels: 8, columns: None };
        let heard = Heard {
            bytes: 8250,
            seconds: 1.0,
            baud: Some(115_200),
            lines: 0,
            frames: 250,
            rate_hz: Some(250.0),
            was_asked: true,
            finding: Finding::Device(Box::new(fit)),
        };
        model.connect.heard = Some((model.connect.port.clone(), Ok(heard)));
        model
    });
}

#[test]
fn connect_with_a_problem() {
    pictures("connect_problem", |store| {
        let mut model = crate::stage::model(store);
        model.connect.port = "/dev/ttyACM0".into();
        let text = "/dev/ttyACM0: permission denied".into();
        let help = "add yourself to the group dialout, then log in again: sudo usermod -aG dialout $USER".into();
        model.problem = Some(Problem { text, help });
        model
    });
}

#[test]
fn check_of_a_poor_signal() {
    pictures("check_poor", |store| {
        let happens = Happens { loose: Some((3.0, 9.0)), ..Happens::default() };
        let mut model = crate::stage::training(store, "awareness", 6.0, Habit::CALM, happens);
        model.screen = Screen::Check;
        model
    });
}

fn train(name: &str, program: &'static str, seconds: f64, habit: Habit, happens: Happens) {
    pictures(name, |store| crate::stage::training(store, program, seconds, habit, happens));
}

#[test]
fn calibrate() {
    train("calibrate", "taster", 10.0, Habit::CALM, Happens::default());
}

#[test]
fn calibrate_again() {
    train("calibrate_again", "taster", 17.5, Habit::CALM, Happens { dead: true, ..Happens::default() });
}

#[test]
fn train_controlled() {
    train("train_controlled", "taster", 65.0, Habit::CALM, Happens::default());
}

#[test]
fn train_rest() {
    train("train_rest", "taster", 70.0, Habit::CALM, Happens::default());
}

#[test]
fn train_overactive() {
    let reasons = [
        ("overshoot", Reasons::OVERSHOOT, 64.5, Some((62.5, 70.0, 1.1))),
        ("slow_release", Reasons::SLOW_RELEASE, 68.5, Some((62.0, 70.0, 0.35))),
        ("tone", Reasons::TONE, 72.0, Some((70.0, 73.0, 0.3))),
        ("elevated_rest", Reasons::ELEVATED_REST, 72.5, Some((68.0, 73.0, 0.12))),
        ("residual", Reasons::RESIDUAL, 71.0, Some((66.5, 73.0, 0.1))),
        ("instability", Reasons::INSTABILITY, 72.5, None),
        ("co_contraction", Reasons::CO_CONTRACTION, 65.0, None),
        ("too_long", Reasons::TOO_LONG, 72.0, Some((62.0, 73.0, 0.4))),
    ];
    for (name, reason, seconds, uninvited) in reasons {
        let happens = Happens { reason: Some(reason), uninvited, ..Happens::default() };
        train(&format!("train_overactive_{name}"), "taster", seconds, Habit::CALM, happens);
    }
}

#[test]
fn train_invalid() {
    train("train_invalid", "taster", 70.0, Habit::CALM, Happens { loose: Some((67.5, 71.0)), ..Happens::default() });
}

#[test]
fn train_lost() {
    train("train_lost", "taster", 70.0, Habit::CALM, Happens { lost: true, ..Happens::default() });
}

#[test]
fn train_paused() {
    train("train_paused", "taster", 70.0, Habit::CALM, Happens { paused: true, ..Happens::default() });
}

#[test]
fn train_breathing() {
    train("train_breathing", "taster", 103.0, Habit::CALM, Happens::default());
}

#[test]
fn train_with_the_raw_signal() {
    pictures("train_raw", |store| {
        let mut model = crate::stage::training(store, "taster", 65.0, Habit::GUARDED, Happens::default());
        model.settings.shows_raw = true;
        model
    });
}

#[test]
fn summary() {
    pictures("summary", |store| {
        let mut model = crate::stage::model(store);
        model.outcome = Some(crate::stage::outcome());
        model.screen = Screen::Summary;
        model
    });
}

#[test]
fn summary_after_a_stop() {
    pictures("summary_stopped", |store| {
        let mut model = crate::stage::model(store);
        let outcome = crate::stage::outcome();
        model.outcome =
            Some(Outcome { is_finished: false, is_first: false, seconds: 48.0, valid_share: 0.6, ..outcome });
        model.screen = Screen::Summary;
        model
    });
}

#[test]
fn progress() {
    pictures("progress", |store| {
        let mut model = crate::stage::model(store);
        model.progress = Some(crate::stage::progress());
        model.screen = Screen::Progress;
        model
    });
}

#[test]
fn progress_with_an_entry_to_be_changed() {
    pictures("progress_entry", |store| {
        let mut model = crate::stage::model(store);
        let mut progress = crate::stage::progress();
        (progress.plan, progress.sessions) = (None, 3);
        progress.milestones.clear();
        progress.trends.clear();
        progress.past.truncate(1);
        let item = progress.diary[0].item();
        progress.look_at(&item);
        model.progress = Some(progress);
        model.screen = Screen::Progress;
        model
    });
}

#[test]
fn settings() {
    pictures("settings", |store| {
        let mut model = crate::stage::model(store);
        model.screen = Screen::Settings;
        model
    });
}

/// The smallest window, the largest text, German, high contrast.
#[test]
fn other_windows() {
    let store = tempfile::tempdir().unwrap();
    let make = || crate::stage::training(store.path(), "taster", 65.0, Habit::CALM, Happens::default());
    draw("train_800x600", vec2(800.0, 600.0), 1.0, Look::Light, make());
    draw("train_4k", vec2(3840.0, 2160.0), 1.0, Look::Dark, make());
    draw("train_contrast", vec2(1200.0, 760.0), 1.0, Look::Contrast, make());
    let mut large = make();
    large.settings.text_scale = 1.6;
    draw("train_large_text", vec2(1200.0, 760.0), 1.0, Look::Light, large);
    let mut still = crate::stage::training(store.path(), "taster", 103.0, Habit::CALM, Happens::default());
    still.settings.reduced_motion = true;
    draw("train_reduced_motion", vec2(1200.0, 760.0), 1.0, Look::Light, still);
    let mut german = crate::stage::model(store.path());
    german.settings.language = Language::German;
    german.settings.discreet = true;
    draw("connect_german", vec2(800.0, 600.0), 1.0, Look::Light, german);
}
