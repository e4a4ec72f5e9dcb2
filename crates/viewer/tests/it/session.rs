//! What is decided and kept does not depend on who looks, how often, or whether at all.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tonus_core::training::{SessionInput, Stage};
use tonus_device::sim::Faults;
use tonus_engine::live::Chosen;
use tonus_history::About;
use tonus_program::ProgramFile;
use tonus_viewer::session::{
    Began, Ended, Person, Purpose, SensorPlan, Session, SessionCommand, SessionUpdate, Simulated, TrainCommand,
    UiEvent, replay, watch,
};

const PROGRAM: &str = r#"
name = "short"
version = 1

[text.en]
title = "Short"
about = "For a test."
quiet = "Quiet."
reference = "Hold."
hold = "A little."
rest = "Let go."

[[step]]
kind = "quiet"
duration_s = 8
prompt = "quiet"
retries = 1

[[step]]
kind = "reference"
duration_s = 4
prompt = "reference"

[[step]]
repeat = 3

[[step.step]]
kind = "rest"
duration_s = 5
prompt = "rest"
ceiling_ratio = 1.5

[[step.step]]
kind = "hold"
duration_s = 4
prompt = "hold"
band = [0.2, 0.6]

[[step]]
kind = "rest"
duration_s = 5
prompt = "rest"
ceiling_ratio = 1.5
"#;

/// What came of a session.
#[derive(Default)]
struct Seen {
    began: Vec<Began>,
    ended: Vec<Ended>,
    kept: Option<(Box<tonus_report::Summary>, std::path::PathBuf)>,
    failed: Vec<String>,
    decisions: u64,
    samples: u64,
    calibrated: usize,
    is_over: bool,
}

impl Seen {
    fn take(&mut self, update: SessionUpdate) {
        match update {
            SessionUpdate::Began(began) => self.began.push(*began),
            SessionUpdate::Ended(ended) => self.ended.push(*ended),
            SessionUpdate::Kept(summary, report) => self.kept = Some((summary, report)),
            SessionUpdate::Failed(text, help) => self.failed.push(format!("{text} ({help})")),
            SessionUpdate::Calibrated(..) => self.calibrated += 1,
            SessionUpdate::Over => self.is_over = true,
            _ => {}
        }
    }

    /// One frame of a window.
    fn look(&mut self, session: &mut Session) {
        while let Some(update) = session.update() {
            self.take(update);
        }
        while let Some(event) = session.event() {
            match event {
                UiEvent::Begin => {}
                UiEvent::Decision(_) => self.decisions += 1,
                UiEvent::Samples { count, .. } => self.samples += u64::from(count),
            }
        }
    }
}

fn wake() -> Arc<dyn Fn() + Send + Sync> {
    Arc::new(|| {})
}

fn command(store: &Path) -> SessionCommand {
    let file = ProgramFile::from_toml(PROGRAM, "short.toml").unwrap();
    let about = About { posture: Some("lying".into()), ..About::default() };
    SessionCommand::Train(Box::new(TrainCommand {
        chosen: Chosen { file, plan: None },
        about,
        store: Some(store.to_owned()),
        is_kept: true,
    }))
}

fn simulated(speed: f64) -> Session {
    watch(SensorPlan::Simulated(Simulated { speed, ..Simulated::default() }), wake()).unwrap()
}

/// Looks `fps` times a second (never, if 0) until the session is kept.
fn until_kept(session: &mut Session, fps: f64, stall: bool) -> Seen {
    let mut seen = Seen::default();
    let begin = Instant::now();
    let mut has_stalled = !stall;
    while seen.kept.is_none() && seen.failed.is_empty() {
        assert!(begin.elapsed() < Duration::from_mins(1), "not kept");
        if fps == 0.0 {
            std::thread::sleep(Duration::from_millis(50));
            while let Some(update) = session.update() {
                seen.take(update);
            }
            continue;
        }
        seen.look(session);
        if !has_stalled && seen.decisions > 300 {
            has_stalled = true;
            std::thread::sleep(Duration::from_secs(3));
        }
        std::thread::sleep(Duration::from_secs_f64(1.0 / fps));
    }
    assert!(seen.failed.is_empty(), "{:?}", seen.failed);
    seen
}

#[test]
fn what_is_kept_has_the_digest_that_was_shown() {
    for (fps, stall) in [(60.0, false), (144.0, false), (5.0, false), (15.0, false), (0.0, false), (60.0, true)] {
        let store = tempfile::tempdir().unwrap();
        // Slower with a stall of three seconds, so that it falls into the session.
        let mut session = simulated(if stall { 4.0 } else { 15.0 });
        session.command(command(store.path()));
        let seen = until_kept(&mut session, fps, stall);
        let (summary, report) = seen.kept.unwrap();
        let trained: Vec<&Ended> = seen.ended.iter().filter(|ended| ended.purpose == Purpose::Train).collect();
        assert_eq!(trained.len(), 1, "{fps}");
        assert_eq!(summary.digest, trained[0].digest_hex(), "{fps} {stall}");
        assert!(report.is_file());
        let training = summary.training.unwrap();
        assert_eq!((training.program.as_str(), training.stage), ("short", Stage::Finished));
        assert_eq!(training.channels[0].scores.repetitions_counted, 3, "{fps}");
        let began = seen.began.iter().find(|began| began.purpose == Purpose::Train).unwrap();
        assert_eq!((began.rate_hz, began.channels.len(), began.is_raw), (1000.0, 2, true));
        if fps > 0.0 {
            assert!(seen.decisions > 2 * 4000 && seen.samples > 80_000 && seen.calibrated >= 2, "{}", seen.decisions);
        }
        session.close();
    }
}

#[test]
fn stopping_is_heard_at_once_and_the_session_is_kept() {
    let store = tempfile::tempdir().unwrap();
    let mut session = simulated(10.0);
    session.command(command(store.path()));
    let begin = Instant::now();
    let mut seen = Seen::default();
    while session.status().is_none_or(|status| status.training.is_none() || status.index < 15_000) {
        assert!(begin.elapsed().as_secs() < 20);
        seen.look(&mut session);
        std::thread::sleep(Duration::from_millis(5));
    }
    session.command(SessionCommand::Input(SessionInput::Pause));
    while session.status().and_then(|status| status.training).is_none_or(|training| training.stage != Stage::Paused) {
        assert!(begin.elapsed().as_secs() < 20);
        std::thread::sleep(Duration::from_millis(5));
    }
    session.command(SessionCommand::Input(SessionInput::Resume));
    session.command(SessionCommand::Mark("here".into()));
    session.command(SessionCommand::Check);
    let kept = until_kept(&mut session, 60.0, false);
    let (summary, report) = kept.kept.unwrap();
    assert_eq!(summary.training.as_ref().unwrap().stage, Stage::Stopped);
    let about = std::fs::read_to_string(report.with_file_name("session.json")).unwrap();
    assert!(about.contains("\"marker\"") && about.contains("\"pause\"") && about.contains("\"stop\""), "{about}");
    assert_eq!(
        summary.digest,
        kept.ended.iter().rev().find(|ended| ended.purpose == Purpose::Train).unwrap().digest_hex()
    );
}

#[test]
fn a_window_that_closes_brings_the_session_to_its_end() {
    let store = tempfile::tempdir().unwrap();
    let session = simulated(10.0);
    session.command(command(store.path()));
    let begin = Instant::now();
    while session.status().is_none_or(|status| status.training.is_none() || status.index < 12_000) {
        assert!(begin.elapsed().as_secs() < 20);
        std::thread::sleep(Duration::from_millis(5));
    }
    session.close();
    let store = tonus_history::Store::open(store.path()).unwrap();
    let sessions = store.sessions().unwrap();
    assert_eq!(sessions.len(), 1);
    assert!(sessions[0].problem.is_none() && sessions[0].conditions.posture.as_deref() == Some("lying"));
}

#[test]
fn a_sensor_that_is_pulled_out_is_shown_within_250_ms_and_the_gap_is_kept() {
    let store = tempfile::tempdir().unwrap();
    let faults: Faults = "unplug@12=2".parse().unwrap();
    let mut session = watch(SensorPlan::Simulated(Simulated { faults, ..Simulated::default() }), wake()).unwrap();
    session.command(command(store.path()));
    let begin = Instant::now();
    let mut seen = Seen::default();
    let (mut last, mut shown, mut back) = (Instant::now(), None, None);
    let mut index = 0;
    while back.is_none() {
        assert!(begin.elapsed().as_secs() < 30);
        let status = loop {
            if let Some(status) = session.status() {
                break status;
            }
        };
        if status.index != index {
            (index, last) = (status.index, Instant::now());
            if shown.is_some() {
                back = Some(index);
            }
        }
        let is_away =
            status.is_silent || matches!(status.link, tonus_device::State::Lost | tonus_device::State::Stalled);
        if is_away && shown.is_none() && index > 5000 {
            shown = Some(last.elapsed());
        }
        seen.look(&mut session);
        std::thread::sleep(Duration::from_millis(2));
    }
    let shown = shown.unwrap();
    assert!(shown < Duration::from_millis(300), "shown after {shown:?}");
    session.command(SessionCommand::Check);
    let kept = until_kept(&mut session, 60.0, false);
    assert!(kept.kept.unwrap().0.input.gaps >= 1);
}

#[test]
fn a_recording_is_played_with_its_own_digest() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/sessions/contract-relax.csv");
    let expected = tonus_engine::as_recorded(&file).unwrap().0;
    let mut session = replay(&file, None, wake()).unwrap();
    let mut seen = Seen::default();
    while !seen.is_over {
        seen.look(&mut session);
        std::thread::sleep(Duration::from_millis(2));
    }
    seen.look(&mut session);
    assert_eq!(seen.ended[0].digest_hex(), expected.digest);
    assert_eq!(seen.began[0].device, "contract-relax.csv");
    let mut session = replay(Path::new("/no/such/file.csv"), None, wake()).unwrap();
    let mut seen = Seen::default();
    while !seen.is_over {
        seen.look(&mut session);
    }
    assert!(seen.failed[0].contains("file.csv"), "{:?}", seen.failed);
    let _ = Person::ALL;
}
