//! The first two minutes of somebody who has no sensor, by keyboard alone and by mouse alone; and that everything has a name.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Key, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tonus_history::Store;
use tonus_viewer::model::show::Show;
use tonus_viewer::model::{Model, Places, Screen};
use tonus_viewer::settings::Settings;
use tonus_viewer::ui::window::Window;

/// Times as fast as a person would need.
const SPEED: f64 = 12.0;

struct Rig {
    harness: Harness<'static, Window>,
    begin: Instant,
}

impl Rig {
    fn new(store: &Path) -> Self {
        let places = Places { store: Some(store.to_owned()), speed: Some(SPEED), ..Places::default() };
        let window = Window::new(Model::new(places, Arc::new(|| {})));
        let begin = Instant::now();
        let harness = Harness::builder().with_size(vec2(1200.0, 900.0)).build_ui_state(
            move |ui, window: &mut Window| {
                window.logic(begin.elapsed().as_secs_f64());
                window.ui(ui);
            },
            window,
        );
        Self { harness, begin }
    }

    fn screen(&self) -> Screen {
        self.harness.state().model.screen
    }

    /// Frames follow each other until it is so.
    fn until(&mut self, what: &str, is_so: impl Fn(&Harness<'static, Window>) -> bool) {
        let begin = Instant::now();
        loop {
            self.harness.step();
            if is_so(&self.harness) {
                return;
            }
            if let Some(problem) = &self.harness.state().model.problem {
                panic!("{what}: {problem:?}");
            }
            assert!(begin.elapsed() < Duration::from_secs(90), "{what}: not within 90 s");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn until_screen(&mut self, screen: Screen) {
        self.until(&format!("{screen:?}"), |harness| harness.state().model.screen == screen);
    }

    /// Moves the focus to a widget of this name, and presses it.
    fn press(&mut self, label: &str) {
        for _ in 0..60 {
            if self.harness.query_by_label(label).is_some_and(|node| node.accesskit_node().is_focused()) {
                self.harness.key_press(Key::Enter);
                self.harness.step();
                self.harness.step();
                return;
            }
            self.harness.key_press(Key::Tab);
            self.harness.step();
        }
        panic!("{label} cannot be reached by keyboard");
    }

    fn click(&mut self, label: &str) {
        // What is out of sight is scrolled to.
        self.harness.get_by_label(label).scroll_to_me();
        for _ in 0..20 {
            self.harness.step();
        }
        self.harness.get_by_label(label).click();
        self.harness.step();
        self.harness.step();
    }
}

fn path(by_keyboard: bool) {
    let store = tempfile::tempdir().unwrap();
    let mut rig = Rig::new(store.path());
    let go = |rig: &mut Rig, label: &str| if by_keyboard { rig.press(label) } else { rig.click(label) };
    rig.harness.step();
    assert_eq!(rig.screen(), Screen::Connect);
    go(&mut rig, "Try it out");
    rig.until_screen(Screen::Check);
    rig.until("a good signal", |harness| harness.query_by_label("The signal is good.").is_some());
    assert_eq!(rig.harness.state().model.offers.name(), "taster");
    go(&mut rig, "Begin");
    rig.until_screen(Screen::Train);
    rig.until("a calibration", |harness| {
        harness
            .state()
            .model
            .show
            .as_ref()
            .is_some_and(|show| show.calibrations[0].is_some_and(|c| c.reference_uv.is_some()))
    });
    // A pause and on, while it goes.
    go(&mut rig, "Pause");
    rig.until("a pause", |harness| harness.state().model.show.as_ref().is_some_and(Show::is_paused));
    go(&mut rig, "Go on");
    rig.until_screen(Screen::Summary);
    rig.until("the outcome", |harness| harness.state().model.outcome.is_some());
    let outcome = rig.harness.state().model.outcome.clone().unwrap();
    assert!(outcome.is_finished && outcome.is_first && outcome.seconds >= 120.0, "{outcome:?}");
    assert_eq!(outcome.repetitions, (4, 4));
    assert!(rig.harness.query_by_label("Your first one. Well done.").is_some());
    // What is kept is what `analyze` finds in the recording.
    let again = tonus_engine::as_recorded(&outcome.folder).unwrap().0;
    assert_eq!(again.digest, outcome.digest);
    go(&mut rig, "Mood (0 low, 10 good)");
    go(&mut rig, "Keep");
    rig.until("the diary", |harness| harness.query_by_label("Kept in the diary.").is_some());
    go(&mut rig, "Progress");
    rig.until_screen(Screen::Progress);
    // What was said is seen, and can be taken back.
    let today = tonus_report::time::date(tonus_engine::live::store::now_unix_s());
    go(&mut rig, &format!("{today} · Mood 5 · with the simulated muscle"));
    go(&mut rig, "Delete");
    assert!(rig.harness.query_by_label("Delete for good?").is_some());
    go(&mut rig, "Delete");
    assert!(rig.harness.query_by_label("Your diary").is_none());
    go(&mut rig, "Back");
    assert_eq!(rig.screen(), Screen::Summary);
    // With a simulated sensor, apart from the person's own.
    assert!(outcome.is_simulated && Store::open(store.path()).unwrap().sessions().unwrap().is_empty());
    let stored = Store::open(&store.path().join("simulated")).unwrap();
    assert_eq!((stored.sessions().unwrap().len(), stored.diary().unwrap().entries().len()), (1, 0));
    // A session that was is played again, copied and deleted.
    let session = &stored.sessions().unwrap()[0];
    let minutes = format!("{:.1}", session.duration_s.unwrap() / 60.0);
    let row = format!("{today} · {} · {minutes} min · with the simulated muscle", outcome.title);
    go(&mut rig, "Progress");
    go(&mut rig, &row);
    let copies = tempfile::tempdir().unwrap();
    let open = |rig: &mut Rig| rig.harness.state_mut().model.progress.as_mut().unwrap().open.clone().unwrap();
    rig.harness.state_mut().model.progress.as_mut().unwrap().open.as_mut().unwrap().copy_to =
        copies.path().display().to_string();
    go(&mut rig, "Save a copy");
    let copy = open(&mut rig).copied.unwrap().unwrap();
    assert_eq!(tonus_engine::as_recorded(&copy).unwrap().0.digest, outcome.digest);
    go(&mut rig, "Review");
    rig.until_screen(Screen::Train);
    rig.harness.key_press(Key::Escape);
    rig.until_screen(Screen::Connect);
    go(&mut rig, "Progress");
    go(&mut rig, &row);
    go(&mut rig, "Delete");
    go(&mut rig, "Delete");
    assert!(stored.sessions().unwrap().is_empty());
    assert!(rig.begin.elapsed() < Duration::from_mins(2));
}

#[test]
fn rest_is_measured_while_the_signal_is_looked_at() {
    let store = tempfile::tempdir().unwrap();
    let mut rig = Rig::new(store.path());
    rig.harness.step();
    rig.click("Try it out");
    rig.until_screen(Screen::Check);
    rig.until("a good signal", |harness| harness.query_by_label("The signal is good.").is_some());
    rig.click("Measure my rest");
    rig.until("a measurement", |harness| harness.query_by_label_contains("Your rest is being measured").is_some());
    rig.until("a resting level", |harness| {
        harness.state().model.show.as_ref().is_some_and(|show| show.calibrations[0].is_some())
    });
    rig.until("a state", |harness| harness.state().model.show.as_ref().is_some_and(|show| show.state(0).is_some()));
}

#[test]
fn by_keyboard_alone() {
    path(true);
}

#[test]
fn by_mouse_alone() {
    path(false);
}

#[test]
fn escape_stops_and_the_words_are_kind() {
    let store = tempfile::tempdir().unwrap();
    let mut rig = Rig::new(store.path());
    rig.harness.step();
    rig.click("Try it out");
    rig.until_screen(Screen::Check);
    rig.click("Begin");
    rig.until("some training", |harness| {
        harness.state().model.show.as_ref().is_some_and(|show| show.training().is_some() && show.index_s() > 20.0)
    });
    // What the recorder has to say, such as of a full disk, is not kept from the person.
    let show = rig.harness.state_mut().model.show.as_mut().unwrap();
    show.warning = Some("the disk is too slow".to_owned());
    rig.harness.step();
    assert!(rig.harness.query_by_label("the disk is too slow").is_some());
    rig.harness.key_press(Key::M);
    rig.harness.step();
    rig.harness.key_press(Key::Escape);
    rig.harness.step();
    rig.until_screen(Screen::Summary);
    rig.until("the outcome", |harness| harness.state().model.outcome.is_some());
    assert!(rig.harness.query_by_label("You stopped when it was enough. That is part of it.").is_some());
    let outcome = rig.harness.state().model.outcome.clone().unwrap();
    assert!(!outcome.is_finished);
    let about = std::fs::read_to_string(outcome.folder.join("session.json")).unwrap();
    assert!(about.contains("\"marker\""), "{about}");
}

#[test]
fn settings_persist_and_the_language_changes_every_word() {
    let store = tempfile::tempdir().unwrap();
    let mut rig = Rig::new(store.path());
    rig.harness.step();
    rig.click("Settings");
    rig.until_screen(Screen::Settings);
    rig.click("Deutsch");
    rig.until("German", |harness| harness.query_by_label("Unauffällig").is_some());
    rig.click("Unauffällig");
    rig.click("Zurück");
    rig.until("back", |harness| harness.query_by_label("Ausprobieren").is_some());
    let (kept, _) = Settings::load(&Settings::place(Some(store.path())).unwrap());
    assert!(kept.discreet && kept.language == tonus_viewer::words::Language::German);
    let mut again = Rig::new(store.path());
    again.harness.step();
    assert!(again.harness.query_by_label("Übungen").is_some() && again.harness.query_by_label("tonus").is_none());
}

#[test]
fn idle_screens_rest() {
    let store = tempfile::tempdir().unwrap();
    let mut rig = Rig::new(store.path());
    for screen in [Screen::Connect, Screen::Settings, Screen::Progress] {
        if screen != Screen::Connect {
            rig.harness.state_mut().model.act(tonus_viewer::model::Action::Go(screen));
        }
        // Once everything is settled, nothing asks for another frame.
        rig.harness.run_steps(30);
        let delay = rig.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        assert!(!rig.harness.state().model.is_moving() && delay > Duration::from_secs(5), "{screen:?}: {delay:?}");
    }
}

/// Every thing one can act on has a name and a role; what is live tells itself.
#[test]
fn everything_has_a_name() {
    let store = tempfile::tempdir().unwrap();
    let mut rig = Rig::new(store.path());
    let mut seen = 0;
    let mut check = |rig: &Rig, place: &str| {
        for node in rig.harness.root().children_recursive() {
            let node = node.accesskit_node();
            let acts = matches!(
                node.role(),
                Role::Button
                    | Role::CheckBox
                    | Role::RadioButton
                    | Role::Slider
                    | Role::SpinButton
                    | Role::TextInput
                    | Role::MultilineTextInput
                    | Role::SearchInput
                    | Role::ComboBox
                    | Role::Link
            );
            if !acts || node.is_disabled() {
                continue;
            }
            seen += 1;
            let has_name = node.label().is_some_and(|label| !label.trim().is_empty())
                || node.value().is_some_and(|value| !value.trim().is_empty());
            assert!(has_name, "{place}: {:?} has no name", node.role());
        }
    };
    rig.harness.step();
    check(&rig, "connect");
    rig.click("Settings");
    check(&rig, "settings");
    rig.click("Back");
    rig.click("Try it out");
    rig.until_screen(Screen::Check);
    check(&rig, "check");
    rig.click("Begin");
    rig.until("training", |harness| harness.state().model.show.as_ref().is_some_and(|show| show.index_s() > 18.0));
    check(&rig, "train");
    let live = rig.harness.root().children_recursive().filter(|node| {
        let node = node.accesskit_node();
        node.live() != egui::accesskit::Live::Off
    });
    assert!(live.count() >= 1, "the state is not announced");
    assert!(seen > 30, "{seen}");
}

#[test]
fn what_was_said_of_a_sensor_that_is_away_goes_when_it_is_back() {
    let store = tempfile::tempdir().unwrap();
    let happens = crate::stage::Happens { lost: true, ..Default::default() };
    let habit = tonus_device::sim::Habit::CALM;
    let mut model = crate::stage::training(store.path(), "taster", 30.0, habit, happens);
    let show = model.show.as_mut().unwrap();
    show.warning = Some("/dev/ttyUSB0 is gone (os error 5)".to_owned());
    assert_eq!(show.warning(), None, "that it is away is said in the language of the window");
    show.status(tonus_viewer::session::Status { link: tonus_device::State::Streaming, ..show.status.clone() });
    assert_eq!(show.warning(), None);
    show.warning = Some("2 % of the frames were lost".to_owned());
    assert_eq!(show.warning(), Some("2 % of the frames were lost"));
}
