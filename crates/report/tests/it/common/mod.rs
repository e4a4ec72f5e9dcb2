//! Sessions for reports: a simulated person follows a programme, and summaries that no sensor would ever give.

#![allow(dead_code, reason = "each test uses some of it")]

pub mod hour;
pub mod page;

use tonus_core::calibration::detection::{Detection, Whitening};
use tonus_core::calibration::{Calibration, Warnings};
use tonus_core::config::{Kind, PipelineConfig};
use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::input::Cue;
use tonus_core::summary::{ChannelSummary, Segment, SegmentKind};
use tonus_core::training::{BreathPhase, Session, SessionInput, StepKind};
use tonus_dsp::units::SampleRate;
use tonus_record::{CueSource, Role, Unit};
use tonus_report::norms::Norms;
use tonus_report::trace::Trace;
use tonus_report::training::TrainingReport;
use tonus_report::{
    CalibrationRemark, CalibrationReport, ChannelReport, Contraction, Gate, InputChannel, Overactivity, QualityReport,
    RestReport, SCHEMA_VERSION, Seconds, SpectrumReport, Summary, TrainingRecorder,
};

const HZ: u64 = 1000;
const BASELINE: f32 = 2.0;
const REFERENCE: f32 = 16.0;

/// Numbers that look random and are always the same.
pub struct Noise(u64);

impl Noise {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// Between 0 and 1.
    pub fn share(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// About normal, mean 0, deviation 1.
    pub fn bell(&mut self) -> f32 {
        (0..12).map(|_| self.share()).sum::<f32>() - 6.0
    }
}

/// One channel's muscle.
struct Muscle {
    noise: Noise,
    level: f32,
    wobble: f32,
    wanted: f32,
    delay: u32,
    slow: bool,
    turns: u32,
    gain: f32,
    summary: ChannelSummary,
    contractions: Vec<Contraction>,
    overactivity: Vec<Overactivity>,
    totals: [u64; 2],
    calibrated: bool,
}

impl Muscle {
    fn new(number: u64, gain: f32) -> Self {
        Self {
            noise: Noise::new(7 + number),
            level: BASELINE,
            wobble: 0.0,
            wanted: BASELINE,
            delay: 0,
            slow: false,
            turns: 0,
            gain,
            summary: ChannelSummary::default(),
            contractions: Vec::new(),
            overactivity: Vec::new(),
            totals: [0; 2],
            calibrated: false,
        }
    }

    /// The envelope of the next tick.
    fn envelope(&mut self, wanted: f32) -> f32 {
        if wanted != self.wanted {
            self.delay += 1;
            if self.delay > 25 {
                self.turns += u32::from(wanted > self.wanted);
                self.slow = wanted < self.wanted && self.turns % 4 == 3;
                (self.wanted, self.delay) = (wanted, 0);
            }
        }
        let tau = if self.slow { 160.0 } else { 9.0 };
        self.level += (self.wanted - self.level) / tau;
        self.wobble += (self.noise.bell() - self.wobble) / 5.0;
        BASELINE + self.gain * (self.level - BASELINE) + 0.3 * self.wobble * self.level
    }

    fn take(&mut self, d: &Decision) {
        let Self { summary, contractions, overactivity, totals, .. } = self;
        summary.push(d, |segment| list(segment, contractions, overactivity, totals));
    }

    fn report(mut self, name: &str, calibration: CalibrationReport) -> ChannelReport {
        let Self { mut summary, mut contractions, mut overactivity, mut totals, .. } = self;
        summary.finish(|segment| list(segment, &mut contractions, &mut overactivity, &mut totals));
        self.calibrated = calibration.accepted;
        ChannelReport {
            name: name.to_owned(),
            calibration,
            seconds: Seconds::from(summary.stats()),
            contractions,
            overactivity,
            contractions_total: totals[0],
            overactivity_total: totals[1],
            rest: RestReport::from(summary.stats()),
            spectrum: Some(SpectrumReport { mdf_hz: 88.85, mnf_hz: 100.123456, segments: 60 }),
            quality: QualityReport::from(summary.stats()),
            verdicts: Vec::new(),
        }
    }
}

fn list(
    segment: &Segment,
    contractions: &mut Vec<Contraction>,
    overactivity: &mut Vec<Overactivity>,
    totals: &mut [u64; 2],
) {
    match segment.kind {
        SegmentKind::Contraction => {
            totals[0] += 1;
            contractions.push(segment.into());
        }
        SegmentKind::Overactivity => {
            totals[1] += 1;
            overactivity.push(segment.into());
        }
        SegmentKind::Invalid => {}
    }
}

fn calibration() -> Calibration {
    Calibration {
        kind: Kind::Raw,
        rate_hz: HZ as f64,
        highpass_hz: 20.0,
        mains: None,
        baseline_uv: 2.0238624,
        spread_uv: 0.24857359,
        reference_uv: Some(15.857392),
        detection: Detection {
            whitening: Whitening::NONE,
            level: 2.0,
            reference: Some(REFERENCE),
            window_ticks: 10,
            band_ticks: 10,
            contrast: 1.0,
            ratios: (1.5, 1.3),
        },
        warnings: Warnings::default(),
    }
}

/// What the person of a phase does, µV.
fn wanted(session: &Session<64>, index: u64) -> f32 {
    let Some(phase) = session.phase() else { return BASELINE };
    match phase.kind() {
        StepKind::Reference => REFERENCE,
        StepKind::Flick if index - phase.start < HZ => 14.0,
        StepKind::Hold | StepKind::Work => 8.0,
        StepKind::Breathe => match session.breath(index).map(|breath| breath.phase) {
            Some(BreathPhase::Inhale) => 2.4,
            _ => 2.05,
        },
        _ => BASELINE,
    }
}

/// A person follows a built-in programme as far as `most_s`, with something in the way of the electrode from 100 s to 104 s.
pub fn trained(program: &str, names: &[&str], most_s: u64) -> (Summary, Trace) {
    let file = tonus_program::builtin(program).expect("built in");
    let config = PipelineConfig::new(SampleRate::new(HZ as f64).unwrap());
    let mut session = Session::<64>::new(file.program, config.rate);
    let mut recorder = TrainingRecorder::new(file, &config, names, true);
    let mut cues = Vec::new();
    let step = |session: &mut Session<64>, recorder: &mut TrainingRecorder, at, input| {
        let change = session.step(at, input);
        if let Some(change) = &change {
            recorder.change(change, input);
        }
        change.map(|change| change.cue)
    };
    cues.extend(step(&mut session, &mut recorder, 0, SessionInput::Start));
    let mut muscles: Vec<Muscle> =
        (0..names.len() as u64).map(|n| Muscle::new(n, 1.0 / (1.0 + 9.0 * n as f32))).collect();
    let mut trace = Trace::new(names.iter().copied());
    let (mut tick, mut cue, mut samples) = (0, Cue::Free, Noise::new(3));
    while tick < 100 * most_s && !session.stage().is_over() {
        let at = tick * HZ / 100;
        if tick == 4000 {
            cues.extend(step(&mut session, &mut recorder, at, SessionInput::Pause));
        }
        if tick == 4300 {
            cues.extend(step(&mut session, &mut recorder, at, SessionInput::Resume));
        }
        while session.next_deadline().is_some_and(|next| next <= at) {
            cues.extend(step(&mut session, &mut recorder, at, SessionInput::Time));
        }
        for next in cues.drain(..) {
            if cue != next && (cue == Cue::Quiet || cue == Cue::Reference) {
                for channel in 0..names.len() as u8 {
                    recorder.calibrated(channel, &calibration());
                    muscles[usize::from(channel)].calibrated = true;
                }
            }
            cue = next;
        }
        tick += 1;
        let index = tick * HZ / 100 - 1;
        let wanted = wanted(&session, index);
        for (channel, muscle) in muscles.iter_mut().enumerate() {
            let envelope_uv = muscle.envelope(wanted);
            let (state, quality) = state(cue, muscle, tick);
            let reasons = if state == State::Overactive { Reasons::TONE } else { Reasons::NONE };
            let channel = channel as u8;
            let activation = if muscle.calibrated { calibration().activation(envelope_uv) } else { f32::NAN };
            let raw: Vec<f32> = (0..HZ / 100).map(|_| envelope_uv * samples.bell()).collect();
            recorder.samples(&session, channel, &raw);
            let d =
                Decision { tick, index, channel, state, reasons, quality, envelope_uv, activation, cue, tense: None };
            recorder.decision(&session, &d);
            muscle.take(&d);
            trace.push(&d);
        }
    }
    let report = recorder.finish(&session, tick * HZ / 100, (20.0, 450.0), |_| None);
    (summary(names, muscles, tick, Some(report)), trace)
}

fn state(cue: Cue, muscle: &Muscle, tick: u64) -> (State, Quality) {
    if !muscle.calibrated {
        (State::Invalid, Quality::WARMUP)
    } else if (10_000..10_400).contains(&tick) {
        (State::Invalid, Quality::POP | Quality::MOTION)
    } else if muscle.level < 1.4 * BASELINE {
        (State::Rest, Quality::NONE)
    } else if cue.is_rest() && muscle.slow && muscle.level < 4.0 {
        (State::Overactive, Quality::NONE)
    } else {
        (State::Controlled, Quality::NONE)
    }
}

/// A summary around channels.
fn summary(names: &[&str], muscles: Vec<Muscle>, ticks: u64, training: Option<TrainingReport>) -> Summary {
    let mut accepted = CalibrationReport::default();
    accepted.accept(&calibration());
    let frames = ticks * HZ / 100;
    let mut summary = bare();
    summary.input.duration_s = ticks as f64 / 100.0;
    (summary.input.frames, summary.input.rows_read) = (frames, frames);
    for (number, (name, muscle)) in names.iter().zip(muscles).enumerate() {
        summary.channels.push(muscle.report(name, accepted.clone()));
        summary.input.channels.push(InputChannel {
            name: (*name).to_owned(),
            unit: Unit::MicroVolt,
            role: Role::Emg,
            column: number + 1,
            uv_per_unit: Some(1.0),
            anchor: Some(40.0),
            rate_hz: None,
        });
    }
    summary.training = training;
    summary
}

/// A summary without a channel; read from JSON, so that new keys do not matter.
pub fn bare() -> Summary {
    let summary = serde_json::json!({
        "schema_version": SCHEMA_VERSION,
        "tonus_version": "0.1.0",
        "input": {
            "file": "monday/session.csv",
            "format": "csv",
            "sha256": "169772715fc6a36e76f5eee1677b6d52faa4e23cd8bfadac3a46d7b7bacd16eb",
            "rate_hz": 1000.0,
            "rate_source": "header",
            "duration_s": 0.0,
            "rows_read": 0,
            "rows_rejected": 0,
            "rejects": [],
            "cells_missing": 0,
            "frames": 0,
            "frames_missing": 0,
            "gaps": 0,
            "channels": [],
            "columns": [{"name": "cue", "role": "cue"}],
        },
        "config": {
            "kind": "raw",
            "profile": "pelvic",
            "highpass_hz": 30.0,
            "lowpass_hz": 450.0,
            "mains": "auto",
            "notches_hz": 50.0,
            "calibration_source": "cues",
            "cue_source": "program",
            "reference": "submaximal",
            "overshoot_ratio": 1.35,
            "grace_s": 2.0,
            "tone_dwell_s": 1.0,
            "overshoot_dwell_s": 0.5,
            "free_limit_s": 10.0,
            "accessory": [],
            "norms": "personal_baseline",
        },
        "latency_ms": {"filter": 0.6068120500524938, "window": 40.0, "tick": 10.0, "total": 50.6068120500525},
        "gate": {"passed": true, "failures": []},
        "channels": [],
        "training": null,
        "notes": [],
        "digest": "a0ea620d11a948a39902366c78595d2bd5298b64da0cd9af3a70fda49162801b",
    });
    serde_json::from_value(summary).expect("a summary")
}

/// A session without a programme: contractions and rests, no training.
pub fn untrained() -> (Summary, Trace) {
    let (mut summary, trace) = trained("contract-relax", &["emg"], 150);
    summary.training = None;
    summary.config.cue_source = CueSource::Column;
    (summary, trace)
}

/// Enters the verdicts of a profile.
pub fn judge(summary: &mut Summary, profile: &str) {
    let norms = Norms::find(profile).unwrap();
    for (number, channel) in summary.channels.iter_mut().enumerate() {
        let training = summary.training.as_ref().and_then(|training| training.channels.get(number));
        let is_scaled = summary.input.channels[number].uv_per_unit.is_some();
        let (verdicts, note) = norms.verdicts(channel, training, is_scaled);
        channel.verdicts = verdicts;
        summary.notes.extend(note.map(|note| note.to_string()));
    }
    profile.clone_into(&mut summary.config.norms);
}

/// Text that wants out of where it stands.
pub const HOSTILE: &str = "<script>alert('1')</script> \" onload=\"x\" ]]> --> &amp; \u{202E}321\u{2066} </title></style></svg>\0\u{1B}[31m\n";

/// A session whose every name and note is hostile, and whose numbers are as large and small as they get.
pub fn hostile() -> (Summary, Trace) {
    let long = "very long name ".repeat(2000);
    let (mut summary, _) = trained("glazer", &[HOSTILE, &long], 400);
    let mut trace = Trace::new([HOSTILE, &long]);
    for tick in 1..=3000_u64 {
        for channel in 0..2 {
            let envelope_uv = [f32::MAX, f32::NAN, -1.0, f32::INFINITY, 0.0][(tick % 5) as usize];
            let state = [State::Rest, State::Invalid, State::Controlled, State::Overactive][(tick / 7 % 4) as usize];
            let cue = [Cue::Work, Cue::Rest][(tick / 300 % 2) as usize];
            let (reasons, quality, activation, index) = (Reasons::NONE, Quality::NONE, f32::NAN, tick);
            trace.push(&Decision {
                tick,
                index,
                channel,
                state,
                reasons,
                quality,
                envelope_uv,
                activation,
                cue,
                tense: None,
            });
        }
    }
    let text = || HOSTILE.to_owned();
    summary.tonus_version = text();
    summary.input.file.clone_from(&long);
    summary.input.format = text();
    summary.input.rejects =
        vec![tonus_report::RejectReport { line: u64::MAX, column: Some(3), found: text(), reason: long.clone() }];
    summary.input.channels[0].uv_per_unit = None;
    summary.input.channels[0].unit = Unit::Arbitrary;
    summary.config.accessory = vec![text(), "digits 4 5".to_owned()];
    summary.config.norms = text();
    summary.gate = Gate { passed: false, failures: vec![text(), long] };
    summary.notes = vec![text(), "digits 1 2 3".to_owned()];
    summary.digest = text();
    let channel = &mut summary.channels[0];
    channel.calibration.reasons = CalibrationRemark::ALL.to_vec();
    channel.calibration.messages = vec![text()];
    channel.calibration.spread_uv = Some(f32::MAX);
    channel.calibration.off_uv = Some(f32::MIN_POSITIVE);
    channel.rest = RestReport { mean_uv: Some(1e308), sd_uv: Some(-0.0), cv: Some(1e-12), median_uv: Some(f32::NAN) };
    channel.quality.decisions = u64::MAX;
    channel.overactivity.push(Overactivity {
        start_s: 1e18,
        end_s: f64::INFINITY,
        peak_uv: None,
        mean_uv: Some(0.005),
        reasons: Reasons::TONE | Reasons::RESIDUAL,
    });
    let training = summary.training.as_mut().unwrap();
    (training.title, training.program) = (text(), text());
    training.phases[3].prompt = text();
    let channel = &mut training.channels[0];
    channel.repetitions[2].segment = Some(text());
    channel.segments[2].name = text();
    channel.scores.undetermined = vec![text()];
    channel.scores.relaxation_points = Some(99.5);
    (summary, trace)
}
