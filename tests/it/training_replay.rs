//! A session that was paused, skipped and stopped live comes out the same when its recording is read again: cues, decisions,
//! phases, repetitions, scores.

use tonus::core::config::{ChannelConfig, PipelineConfig};
use tonus::core::input::Input;
use tonus::core::training::{Action, SessionInput};
use tonus::dsp::units::SampleRate;
use tonus::engine::{Driver, Engine, Training};
use tonus::program::ProgramFile;
use tonus::report::training::TrainingReport;
use tonus_testkit::Pcg;

const PROGRAM: &str = r#"
name = "short"
version = 1
[text.en]
title = "Short"
about = "A test."
quiet = "Rest."
reference = "Hold."
hold = "Hold."
rest = "Let go."
breathe = "Breathe."
[[step]]
kind = "quiet"
duration_s = 4
prompt = "quiet"
retries = 2
[[step]]
kind = "reference"
duration_s = 3
prompt = "reference"
retries = 1
[[step]]
repeat = 3
[[step.step]]
kind = "hold"
duration_s = 2.5
prompt = "hold"
band = [0.2, 1.0]
segment = "holds"
[[step.step]]
kind = "rest"
duration_s = 3.333
prompt = "rest"
ceiling_ratio = 1.3
[[step]]
kind = "breathe"
duration_s = 12
prompt = "breathe"
breaths_per_min = 10
[step.adaptive]
start_ratio = 1.5
"#;

/// What the pipeline was given, for the reading of the recording.
#[derive(Debug, Clone, PartialEq)]
enum Row {
    Frame(f32),
    Gap(u64),
    Stalled,
}

fn driver(rate_hz: f64, commands: Vec<(u64, SessionInput)>) -> Driver {
    let config = PipelineConfig::new(SampleRate::new(rate_hz).unwrap());
    let file = ProgramFile::from_toml(PROGRAM, "short.toml").unwrap();
    let training = Training::new(file, &config, &["emg"], true).with_commands(commands);
    Driver::new(Engine::new(&config, &[ChannelConfig::default()]).unwrap()).with_training(training)
}

/// Digest and report at the end.
fn end(mut driver: Driver) -> ([u8; 32], TrainingReport) {
    let training = driver.take_training().unwrap();
    let report = training.finish(driver.index(), (20.0, 450.0), |channel| driver.engine().mains(channel));
    (driver.engine().digest(), report)
}

/// A session as it happens: frames one by one, gaps, stalls, and somebody at the keys.
fn live(seed: u64, rate_hz: f64) -> (Vec<Row>, [u8; 32], TrainingReport) {
    let mut driver = driver(rate_hz, Vec::new());
    let mut rows = Vec::new();
    let (mut noise, mut keys) = (Pcg::new(seed, 1), Pcg::new(seed, 2));
    let inputs = [
        SessionInput::Pause,
        SessionInput::Resume,
        SessionInput::Resume,
        SessionInput::Skip,
        SessionInput::Pace(7.0),
        SessionInput::Stop,
    ];
    for n in 0..(60.0 * rate_hz) as u64 {
        if keys.uniform() < 0.6 / rate_hz {
            // Stops are rare, and pauses are followed by something soon.
            let most = if keys.uniform() < 0.1 { inputs.len() } else { inputs.len() - 1 };
            driver.command(inputs[keys.below(most)]);
        }
        let loud = driver.training().unwrap().session().cue().is_work();
        // Baselines are noisy enough now and then to be refused.
        let level = if loud {
            60.0
        } else if seed.is_multiple_of(3) && n < 3_000 {
            8.0 * (1.0 + (n / 500) as f64)
        } else {
            8.0
        };
        let value = (level * noise.normal()).round() as f32;
        let gap = if keys.uniform() < 0.3 / rate_hz { keys.below(2_000) as u64 } else { 0 };
        let stalled = keys.uniform() < 0.05 / rate_hz;
        rows.extend(stalled.then_some(Row::Stalled));
        rows.extend((gap > 0).then_some(Row::Gap(gap)));
        rows.push(Row::Frame(value));
        if stalled {
            driver.push(Input::Stalled, &mut ()).unwrap();
        }
        driver.push(Input::Gap { frames: gap }, &mut ()).unwrap();
        driver.push(Input::Frames(&[value]), &mut ()).unwrap();
    }
    let (digest, report) = end(driver);
    (rows, digest, report)
}

/// The recording, read in blocks, with the commands that it keeps.
fn again(rows: &[Row], commands: &TrainingReport, rate_hz: f64, block: usize) -> ([u8; 32], TrainingReport) {
    let own = commands.commands.iter().filter_map(|one| {
        let input = match one.input {
            Action::Pause => SessionInput::Pause,
            Action::Resume => SessionInput::Resume,
            Action::Skip => SessionInput::Skip,
            Action::Stop => SessionInput::Stop,
            Action::Pace => SessionInput::Pace(one.breaths_per_min?),
            _ => return None,
        };
        Some((one.n, input))
    });
    let mut driver = driver(rate_hz, own.collect());
    let mut at = 0;
    while at < rows.len() {
        let frame = |row: &Row| if let Row::Frame(value) = row { Some(*value) } else { None };
        let frames: Vec<f32> = rows[at..].iter().take(block).map_while(frame).collect();
        let input = match rows[at] {
            Row::Stalled => Input::Stalled,
            Row::Gap(frames) => Input::Gap { frames },
            Row::Frame(_) => Input::Frames(&frames),
        };
        driver.push(input, &mut ()).unwrap();
        at += frames.len().max(1);
    }
    end(driver)
}

#[test]
fn what_was_live_is_what_is_read_again() {
    let mut seen = Vec::new();
    for seed in 0..24 {
        let rate_hz = [1000.0, 512.0, 2048.0][seed as usize % 3];
        let (rows, digest, report) = live(seed, rate_hz);
        seen.extend(report.commands.iter().map(|one| one.input));
        for block in [1, 17, 4096] {
            let (other, again) = again(&rows, &report, rate_hz, block);
            assert_eq!(other, digest, "seed {seed}, blocks of {block}");
            assert!(again == report, "seed {seed}, blocks of {block}: another report");
        }
    }
    // The sessions above did everything that a person can do, and had calibrations refused.
    let all = [Action::Start, Action::Pause, Action::Resume, Action::Skip, Action::Refused, Action::Stop, Action::Pace];
    assert!(all.iter().all(|action| seen.contains(action)), "{seen:?}");
}
