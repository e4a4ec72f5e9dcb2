//! A session that was paused, skipped and stopped live comes out the same when its recording is read again: cues, decisions,
//! phases, repetitions, scores.

use std::time::Instant;

use tonus::core::config::{ChannelConfig, PipelineConfig};
use tonus::core::input::{Command, Input};
use tonus::core::pipeline::Pipeline;
use tonus::core::training::{Action, SessionInput};
use tonus::device::{Feed, Packet, Script};
use tonus::dsp::units::SampleRate;
use tonus::program::ProgramFile;
use tonus::record::Kind;
use tonus::report::{TrainingRecorder, training::TrainingReport};
use tonus::wire::Scale;
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

/// The pipeline is the newest part of what is asked for: a script that hears.
struct Live(TrainingRecorder);

impl Script for Live {
    fn next_change(&self) -> Option<u64> {
        self.0.next_change()
    }

    fn change(&mut self, at: u64) -> Option<tonus::core::input::Cue> {
        self.0.change(at)
    }
}

fn parts(rate_hz: f64) -> (Pipeline<1>, TrainingRecorder) {
    let config = PipelineConfig::new(SampleRate::new(rate_hz).unwrap());
    let file = ProgramFile::from_toml(PROGRAM, "short.toml").unwrap();
    let recorder = TrainingRecorder::new(file, &config, &["emg"], true);
    (Pipeline::new(&config, &[ChannelConfig::default()]).unwrap(), recorder)
}

fn report(recorder: TrainingRecorder, pipeline: &Pipeline<1>) -> TrainingReport {
    recorder.finish(pipeline.index(), (20.0, 450.0), |_| pipeline.mains())
}

/// A session as it happens: frames one by one, gaps, stalls, and somebody at the keys.
fn live(seed: u64, rate_hz: f64) -> (Vec<Row>, [u8; 32], TrainingReport) {
    let (mut pipeline, recorder) = parts(rate_hz);
    let mut script = Live(recorder);
    let mut feed = Feed::new(&[Scale::COUNTS], Kind::Raw);
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
            script.0.command(feed.index(), inputs[keys.below(most)]);
        }
        let loud = matches!(script.0.session().cue(), cue if cue.is_work());
        let mut values = [0.0; tonus::wire::MAX_CHANNELS];
        // Baselines are noisy enough now and then to be refused.
        let level = if loud {
            60.0
        } else if seed.is_multiple_of(3) && n < 3_000 {
            8.0 * (1.0 + (n / 500) as f64)
        } else {
            8.0
        };
        values[0] = (level * noise.normal()).round();
        let gap = if keys.uniform() < 0.3 / rate_hz { keys.below(2_000) as u64 } else { 0 };
        let stalled = keys.uniform() < 0.05 / rate_hz;
        let arrival = Instant::now();
        let packet = Packet { stalled, gap, ambiguous: false, count: 1, values, arrival };
        feed.push_with(&packet, &mut script, |piece, script| {
            match piece.input {
                Input::Frames(values) => rows.push(Row::Frame(values[0])),
                Input::Gap { frames } => rows.push(Row::Gap(frames)),
                Input::Stalled => rows.push(Row::Stalled),
                Input::Command(_) => {}
            }
            let at = pipeline.index();
            pipeline.push(piece.input, &mut script.0.hear::<_, true>(&mut (), at))
        })
        .unwrap();
    }
    let digest = pipeline.digest();
    let report = report(script.0, &pipeline);
    (rows, digest, report)
}

/// The recording, read in blocks, with the commands that it keeps.
fn again(rows: &[Row], commands: &TrainingReport, rate_hz: f64, block: usize) -> ([u8; 32], TrainingReport) {
    let (mut pipeline, recorder) = parts(rate_hz);
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
    let mut recorder = recorder.with_commands(own.collect::<Vec<_>>());
    let due = |pipeline: &mut Pipeline<1>, recorder: &mut TrainingRecorder| -> u64 {
        loop {
            let index = pipeline.index();
            let next = recorder.next_change().unwrap_or(u64::MAX);
            if next > index {
                return next - index;
            }
            if let Some(cue) = recorder.change(index) {
                let input = Input::Command(Command::Cue(cue));
                pipeline.push(input, &mut recorder.hear::<_, true>(&mut (), index)).unwrap();
            }
        }
    };
    let mut at = 0;
    while at < rows.len() {
        match rows[at] {
            Row::Stalled => {
                pipeline.push(Input::Stalled, &mut ()).unwrap();
                at += 1;
            }
            Row::Gap(mut frames) => {
                while frames > 0 {
                    let now = due(&mut pipeline, &mut recorder).min(frames);
                    let index = pipeline.index();
                    let gap = Input::Gap { frames: now };
                    pipeline.push(gap, &mut recorder.hear::<_, true>(&mut (), index)).unwrap();
                    frames -= now;
                }
                at += 1;
            }
            Row::Frame(_) => {
                let most = due(&mut pipeline, &mut recorder).min(block as u64) as usize;
                let frames: Vec<f32> = rows[at..]
                    .iter()
                    .take(most)
                    .map_while(|row| if let Row::Frame(value) = row { Some(*value) } else { None })
                    .collect();
                let index = pipeline.index();
                pipeline.push(Input::Frames(&frames), &mut recorder.hear::<_, true>(&mut (), index)).unwrap();
                at += frames.len();
            }
        }
    }
    (pipeline.digest(), report(recorder, &pipeline))
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
