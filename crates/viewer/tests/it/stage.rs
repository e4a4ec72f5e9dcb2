//! A model in the middle of a session, made without threads and clocks: the real pipeline, a real programme, and somebody who
//! does what is asked for.

use std::path::Path;
use std::sync::Arc;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::decision::{Decision, Reasons, State};
use tonus_core::input::Input;
use tonus_core::training::{Session as Programme, SessionInput, Stage, StepKind, Target};
use tonus_device::State as Link;
use tonus_device::sim::{Habit, PersonSource, Source, Wish};
use tonus_dsp::units::SampleRate;
use tonus_engine::{Driver, Engine, Observer, Training};
use tonus_history::{Axis, Change, DiaryEntry};
use tonus_program::builtin_in;
use tonus_viewer::model::check::SignalCheck;
use tonus_viewer::model::outcome::{DiaryDraft, Outcome};
use tonus_viewer::model::progress::{Line, Past, Progress, Said};
use tonus_viewer::model::show::Show;
use tonus_viewer::model::{Model, Places, Screen};
use tonus_viewer::session::{Began, Purpose, SAMPLES, Status, TrainingStatus, UiEvent};
use tonus_wire::profile::DeviceProfile;

const RATE_HZ: f64 = 1000.0;

/// What happens on the way.
#[derive(Clone, Copy, Default)]
pub struct Happens {
    /// From when to when the electrode is off, in seconds.
    pub loose: Option<(f64, f64)>,
    /// From when to when the muscle works uninvited, as a share of a hold.
    pub uninvited: Option<(f64, f64, f32)>,
    /// Paused at the end.
    pub paused: bool,
    /// The sensor is gone at the end.
    pub lost: bool,
    /// The electrode gives nothing while rest is measured.
    pub dead: bool,
    /// The last two seconds are overactive for this reason.
    pub reason: Option<Reasons>,
}

#[derive(Default)]
struct Screen_ {
    events: Vec<UiEvent>,
    calibrated: Vec<(u8, Calibration)>,
    refused: Vec<(u8, Refusal)>,
}

impl Observer for Screen_ {
    const WANTS_SAMPLES: bool = true;

    fn decision(&mut self, decision: &Decision) {
        self.events.push(UiEvent::Decision(*decision));
    }

    fn samples(&mut self, channel: u8, first: u64, conditioned_uv: &[f32]) {
        for (n, part) in conditioned_uv.chunks(SAMPLES).enumerate() {
            let mut uv = [0.0; SAMPLES];
            uv[..part.len()].copy_from_slice(part);
            let first = first + (n * SAMPLES) as u64;
            self.events.push(UiEvent::Samples { channel, first, count: part.len() as u8, uv });
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        self.calibrated.push((channel, *calibration));
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.refused.push((channel, refusal));
    }
}

/// A model that has nothing yet.
pub fn model(store: &Path) -> Model {
    Model::new(Places { store: Some(store.to_owned()), ..Places::default() }, Arc::new(|| {}))
}

fn wish_of(session: &Programme<64>, wish: &Wish) {
    let Some(phase) = session.phase().filter(|_| session.stage() == Stage::Running) else { return wish.let_go() };
    let share = if let Target::Band { low, high } = phase.step.target { f32::midpoint(low, high) } else { 0.8 };
    match phase.kind() {
        StepKind::Reference => wish.hold(1.0),
        StepKind::Work | StepKind::Hold => wish.hold(share),
        StepKind::Flick => wish.flick(share),
        _ => wish.let_go(),
    }
}

/// A model that has followed a programme for so many seconds.
pub fn training(store: &Path, program: &str, seconds: f64, habit: Habit, happens: Happens) -> Model {
    let mut model = model(store);
    let config = PipelineConfig::new(SampleRate::new(RATE_HZ).unwrap());
    let engine = Engine::new(&config, &[ChannelConfig::default(); 2]).unwrap();
    let file = builtin_in(program, model.settings.language.code()).unwrap();
    let training = Training::new(file, &config, &["ch1", "ch2"], true);
    let mut driver = Driver::new(engine).with_training(training);
    let wish = Wish::default();
    let profile = DeviceProfile::builtin("tonus-cobs").unwrap();
    let mut person = PersonSource::new(habit, wish.clone(), &profile, RATE_HZ, 7);
    let gain = 1.0 / profile.channel(0).scale.uv_per_count;
    let began = Began {
        purpose: Purpose::Train,
        device: "tonus".into(),
        channels: vec!["ch1".into(), "ch2".into()],
        accessory: vec![false, true],
        is_scaled: true,
        is_raw: true,
        rate_hz: RATE_HZ,
        rate_source: "profile".into(),
    };
    let mut show = Show::new(began, 0.0);
    let mut check = SignalCheck::new(2);
    let (mut calibration, mut values, mut anchor) = (None, Vec::new(), None);
    let words = model.words();
    let total = (seconds * RATE_HZ) as u64;
    for n in 0..total {
        let mut screen = Screen_::default();
        let t = n as f64 / RATE_HZ;
        // What the programme asks for in this frame, as the driver will find with it.
        let mut session = driver.training().unwrap().session().clone();
        while session.step(n, SessionInput::Time).is_some() {}
        wish_of(&session, &wish);
        if let Some((from, to, share)) = happens.uninvited
            && (from..to).contains(&t)
        {
            wish.hold(share);
        }
        person.next(&mut values).unwrap();
        let mut uv: Vec<f32> = values.iter().map(|count| (count / gain) as f32).collect();
        let anchor = anchor.get_or_insert_with(|| uv.clone());
        uv.iter_mut().zip(anchor.iter()).for_each(|(value, anchor)| *value -= anchor);
        if happens.dead && t < 15.0 {
            uv[0] = 0.0;
        }
        if happens.loose.is_some_and(|(from, to)| (from..to).contains(&t)) {
            uv[0] = f32::NAN;
        }
        driver.push(Input::Frames(&uv), &mut screen).unwrap();
        for event in &mut screen.events {
            if let (UiEvent::Decision(decision), Some(reason)) = (&mut *event, happens.reason)
                && decision.channel == 0
                && t > seconds - 2.0
            {
                (decision.state, decision.reasons) = (State::Overactive, reason);
            }
            if let UiEvent::Decision(decision) = event {
                check.push(decision);
            }
            show.take(event);
        }
        for (channel, one) in screen.calibrated {
            if channel == 0 {
                calibration = Some(one);
            }
            show.calibrated(channel, &one);
        }
        screen.refused.into_iter().for_each(|(channel, refusal)| show.refused(channel, refusal));
        if n % 20 == 19 || n + 1 == total {
            if happens.paused && n + 1 == total {
                driver.command(SessionInput::Pause);
            }
            let link = if happens.lost && n + 1 == total { Link::Lost } else { Link::Streaming };
            let training = driver.training().map(|training| TrainingStatus::of(training, calibration.as_ref()));
            let latency_ms = driver.engine().latency().map(|latency| latency.total_ms());
            show.status(Status { index: n + 1, link, is_silent: false, latency_ms, dropped: 0, training });
            show.note_phase(|kind| words.step_kind(kind));
            show.frame(t);
        }
    }
    model.show = Some(show);
    model.check = check;
    model.screen = Screen::Train;
    model
}

/// How a session went that went well.
pub fn outcome() -> Outcome {
    Outcome {
        title: "A light squeeze, a long release".into(),
        is_finished: true,
        is_lost: false,
        is_simulated: false,
        is_first: true,
        seconds: 330.0,
        valid_share: 0.98,
        repetitions: (10, 10),
        releases: (9, 10),
        release_s: Some(0.42),
        relaxation: Some(87.0),
        holds: Some(74.0),
        rest_uv: Some(2.1),
        is_scaled: true,
        states_s: [250.0, 55.0, 19.0, 6.0],
        report: "/home/somebody/tonus/sessions/20261124-181500/report.html".into(),
        folder: "/home/somebody/tonus/sessions/20261124-181500".into(),
        digest: "2b7c5e0f9a6d41c8e3f0b1a2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6".into(),
        diary: DiaryDraft { pain: Some(2), mood: Some(7), ..DiaryDraft::default() },
        is_diary_kept: false,
        copy_to: String::new(),
        copied: None,
    }
}

/// Ten days of somebody who learns to let go.
pub fn progress() -> Progress {
    let line = |axis, unit, change, values: &[f64]| Line {
        axis,
        unit,
        change,
        text: String::new(),
        points: values.iter().enumerate().map(|(n, value)| (1.3 * n as f64, *value)).collect(),
    };
    let day = 86_400.0;
    let start = 1_794_000_000.0;
    let past = |n: f64, program: &str| Past {
        root: "store".into(),
        id: format!("202611{:02}-060236", n as u32 + 1).parse().unwrap(),
        is_simulated: false,
        at_unix_s: start + n * day,
        program: program.into(),
        minutes: Some(5.5),
        problem: None,
    };
    let said = |n: f64, entry: DiaryEntry| Said {
        root: "store".into(),
        entry: DiaryEntry { id: format!("entry-{n}"), at_unix_s: start + n * day, ..entry },
        is_simulated: false,
    };
    Progress {
        sessions: 9,
        entries: 7,
        trends: vec![
            line(Axis::RestingTension, "uV", Change::Lower, &[4.1, 3.9, 4.0, 3.4, 3.1, 2.9, 2.6, 2.5, 2.4]),
            line(Axis::Release, "s", Change::Lower, &[1.4, 1.2, 1.3, 0.9, 0.8, 0.7, 0.6, 0.5, 0.5]),
            line(Axis::Relaxation, "points", Change::Higher, &[41.0, 52.0, 55.0, 60.0, 71.0, 68.0, 77.0, 80.0, 84.0]),
            line(Axis::Pain, "0-10", Change::AboutTheSame, &[3.0, 4.0, 3.0, 3.0, 2.0, 3.0, 2.0]),
        ],
        milestones: vec![
            (start + 9.0 * day, "Ten complete releases in one session".into()),
            (start, "The first session".into()),
        ],
        past: vec![past(10.4, "contract-relax-gentle"), past(9.1, "breathing"), past(7.8, "contract-relax-gentle")],
        plan: Some("Step 3 of 6, three sessions in it. The next step is ready when you are.".into()),
        suggestion: None,
        diary: vec![
            said(
                10.5,
                DiaryEntry {
                    pain: Some(2),
                    mood: Some(7),
                    note: Some("easier than last week".into()),
                    ..DiaryEntry::default()
                },
            ),
            said(9.2, DiaryEntry { pain: Some(3), sleep_hours: Some(7.5), ..DiaryEntry::default() }),
        ],
        open: None,
        lists_all: false,
    }
}
