//! A training session under way: programme, phases and measurements of every channel, from the first sample to the report.
//!
//! The one driver of sessions: live, replay and offline ask it what the pipeline is to be told next
//! ([`TrainingRecorder::next_change`], [`TrainingRecorder::change`]) and hand it what the pipeline finds out. So the same
//! samples give the same phases, cues and numbers in all three.

use std::collections::VecDeque;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::PipelineConfig;
use tonus_core::decision::{Decision, State};
use tonus_core::input::Cue;
use tonus_core::sink::Sink;
use tonus_core::training::{
    BreathPhase, Measured, Phase, PhaseChange, Purpose, Scorer, Session, SessionInput, Stage, Target,
};
use tonus_dsp::units::{SampleRate, TICKS_PER_S};
use tonus_program::ProgramFile;

use crate::segment::SegmentSums;
use crate::training::{
    CommandReport, PhaseMeasures, PhaseReport, RepetitionReport, ScoreReport, TargetMoveReport, TargetReport,
    TrainingChannel, TrainingReport,
};
use crate::words;

/// Moves of a ceiling that a report lists for each channel: over ten hours of them.
const LISTED_MOVES: usize = 10_000;

/// A training session under way.
#[derive(Debug)]
pub struct TrainingRecorder {
    file: ProgramFile,
    session: Session<64>,
    rate: SampleRate,
    /// What is to be told to the pipeline besides what time brings.
    owed: VecDeque<Cue>,
    /// Commands that are known to come, in the order of time.
    script: VecDeque<(u64, SessionInput)>,
    commands: Vec<CommandReport>,
    phases: Vec<PhaseReport>,
    channels: Vec<Channel>,
    start: Option<u64>,
    end: u64,
}

#[derive(Debug)]
struct Channel {
    name: String,
    scorer: Scorer,
    reference_uv: Option<f32>,
    phases: Vec<PhaseMeasures>,
    repetitions: Vec<RepetitionReport>,
    moves: Vec<TargetMoveReport>,
    segments: Vec<SegmentSums>,
    ticks: u64,
    valid_ticks: u64,
    /// A hold lay below what was measured as rest.
    is_doubtful: bool,
}

impl TrainingRecorder {
    /// A session of a programme, for the channels of a pipeline; it starts with sample 0.
    ///
    /// `is_raw` says whether there is a signal to take a spectrum of.
    pub fn new(file: ProgramFile, config: &PipelineConfig, names: &[&str], is_raw: bool) -> Self {
        let channel = |name: &&str| Channel {
            name: (*name).to_owned(),
            scorer: Scorer::new(config.grace_s),
            reference_uv: None,
            phases: Vec::new(),
            repetitions: Vec::new(),
            moves: Vec::new(),
            segments: file.segments.iter().map(|name| SegmentSums::new(name, config.rate, is_raw)).collect(),
            ticks: 0,
            valid_ticks: 0,
            is_doubtful: false,
        };
        let channels = names.iter().map(channel).collect();
        let mut recorder = Self {
            session: Session::new(file.program, config.rate),
            rate: config.rate,
            owed: VecDeque::new(),
            script: VecDeque::new(),
            commands: Vec::new(),
            phases: Vec::new(),
            channels,
            start: None,
            end: 0,
            file,
        };
        let cue = recorder.input(0, SessionInput::Start);
        recorder.owed.extend(cue);
        recorder
    }

    /// Commands of a recording, to be given again at their samples.
    #[must_use]
    pub fn with_commands(mut self, commands: impl IntoIterator<Item = (u64, SessionInput)>) -> Self {
        self.script = commands.into_iter().collect();
        self
    }

    /// The programme.
    pub const fn file(&self) -> &ProgramFile {
        &self.file
    }

    /// The session.
    pub const fn session(&self) -> &Session<64> {
        &self.session
    }

    /// What one channel (from 0) has come to so far.
    pub fn scorer(&self, channel: usize) -> Option<&Scorer> {
        self.channels.get(channel).map(|channel| &channel.scorer)
    }

    /// Repetitions of one channel (from 0) so far.
    pub fn repetitions(&self, channel: usize) -> &[RepetitionReport] {
        self.channels.get(channel).map_or(&[], |channel| &channel.repetitions)
    }

    /// Phases so far, the one under way left out.
    pub fn phases(&self) -> &[PhaseReport] {
        &self.phases
    }

    /// What the person did on the way so far.
    pub fn commands(&self) -> &[CommandReport] {
        &self.commands
    }

    /// The sample before which something changes; none if nothing will by itself.
    pub fn next_change(&self) -> Option<u64> {
        if !self.owed.is_empty() {
            return Some(self.end);
        }
        let command = self.script.front().map(|command| command.0);
        [self.session.next_deadline(), command].into_iter().flatten().min()
    }

    /// What the pipeline is told before sample `at`, which must be [`TrainingRecorder::next_change`] or later; ask again until
    /// there is nothing.
    pub fn change(&mut self, at: u64) -> Option<Cue> {
        if let Some(cue) = self.owed.pop_front() {
            return Some(cue);
        }
        if self.session.next_deadline().is_some_and(|deadline| deadline <= at) {
            return self.input(at, SessionInput::Time);
        }
        let (place, input) = *self.script.front().filter(|(place, _)| *place <= at)?;
        self.script.pop_front();
        // A command that changes nothing still must not end the asking.
        self.input(place, input).or(Some(self.session.cue()))
    }

    /// The person does something before sample `at`, the next one.
    pub fn command(&mut self, at: u64, input: SessionInput) {
        // What is due goes first, here as when the recording is read again.
        while self.session.next_deadline().is_some_and(|deadline| deadline <= at) {
            let cue = self.input(at, SessionInput::Time);
            self.owed.extend(cue);
        }
        let cue = self.input(at, input);
        self.owed.extend(cue);
    }

    fn input(&mut self, at: u64, input: SessionInput) -> Option<Cue> {
        let change = self.session.step(at, input)?;
        self.end = change.at;
        if input == SessionInput::Start {
            self.start = Some(change.at);
        }
        if let Some((input, breaths_per_min)) = input.action() {
            let (n, t_s) = (change.at, self.rate.seconds(change.at));
            self.commands.push(CommandReport { n, t_s, input, breaths_per_min });
        }
        self.tell(&change);
        Some(change.cue)
    }

    /// Lets every scorer know.
    fn tell(&mut self, change: &PhaseChange) {
        let Self { channels, phases, file, rate, .. } = self;
        for (number, channel) in channels.iter_mut().enumerate() {
            let Channel { scorer, .. } = channel;
            let mut found = Vec::new();
            scorer.change(change, &mut |measured| found.push(*measured));
            for measured in &found {
                channel.take(measured, file, *rate, (number == 0).then_some(&mut *phases));
            }
        }
    }

    /// A calibration of a channel was accepted.
    pub fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if let Some(channel) = self.channels.get_mut(usize::from(channel)) {
            channel.scorer.calibrated(calibration);
            channel.is_doubtful = false;
            channel.reference_uv = calibration.reference_uv;
        }
    }

    /// A calibration of a channel was refused; if it is the one that is trained, it may be tried again.
    pub fn refused(&mut self, channel: u8, refusal: Refusal, at: u64) {
        if let (Some(channel), Refusal::NotSeparable { ratio }) = (self.channels.get_mut(usize::from(channel)), refusal)
        {
            channel.is_doubtful |= ratio < 1.0;
        }
        if channel == 0 {
            let cue = self.input(at, SessionInput::Refused);
            self.owed.extend(cue);
        }
    }

    /// Conditioned samples of a channel.
    pub fn samples(&mut self, channel: u8, conditioned_uv: &[f32]) {
        let Some(channel) = self.channels.get_mut(usize::from(channel)) else { return };
        if let Some(segment) = segment_of(&self.session, &mut channel.segments) {
            segment.hold(conditioned_uv);
        }
    }

    /// A decision.
    pub fn decision(&mut self, d: &Decision) {
        let breath: Option<BreathPhase> = self.session.breath(d.index).map(|breath| breath.phase);
        let Self { channels, phases, file, rate, session, .. } = self;
        let Some(channel) = channels.get_mut(usize::from(d.channel)) else { return };
        let mut found = None;
        channel.scorer.push(d, breath, &mut |measured| found = Some(*measured));
        if let Some(measured) = &found {
            channel.take(measured, file, *rate, (d.channel == 0).then_some(phases));
        }
        if session.stage() == Stage::Running {
            channel.ticks += 1;
            channel.valid_ticks += u64::from(channel.scorer.is_valid());
        }
        let is_contraction = session.phase().is_some_and(|phase| phase.kind().is_contraction());
        let is_counted = if is_contraction {
            matches!(d.state, State::Controlled | State::Overactive)
        } else {
            channel.scorer.is_counted()
        };
        if let Some(segment) = segment_of(session, &mut channel.segments) {
            segment.tick(is_counted);
        }
    }

    /// The recording is over before sample `at`.
    ///
    /// `low_hz..=high_hz` is the band for median frequencies, `notches` the mains notches of a channel.
    pub fn finish(
        mut self,
        at: u64,
        band_hz: (f64, f64),
        notches: impl Fn(usize) -> Option<tonus_dsp::design::Mains>,
    ) -> TrainingReport {
        // A programme that ends with the last sample is finished.
        while self.next_change().is_some_and(|next| next <= at) && self.change(at).is_some() {}
        let Self { channels, mut phases, file, rate, session, commands, start, end: last, .. } = self;
        let end = if session.stage().is_over() { last } else { at };
        let mut reports = Vec::new();
        for (number, mut channel) in channels.into_iter().enumerate() {
            let mut found = Vec::new();
            channel.scorer.finish(at, &mut |measured| found.push(*measured));
            for measured in &found {
                channel.take(measured, &file, rate, (number == 0).then_some(&mut phases));
            }
            reports.push(channel.report(band_hz, notches(number)));
        }
        TrainingReport {
            planned_s: file.program.total_ms() as f64 / 1000.0,
            program: file.name,
            title: file.title,
            program_sha256: file.sha256,
            stage: session.stage(),
            start_s: rate.seconds(start.unwrap_or(0)),
            end_s: rate.seconds(end),
            commands,
            phases,
            channels: reports,
        }
    }
}

/// Lets a session hear what a pipeline tells a sink; with `SAMPLES` its spectra hear the samples too.
pub struct Heard<'a, S, const SAMPLES: bool> {
    sink: &'a mut S,
    training: &'a mut TrainingRecorder,
    at: u64,
}

impl TrainingRecorder {
    /// Listens to what goes to `sink`; `at` is the index of the next frame. With `SAMPLES` there are median frequencies.
    pub fn hear<'a, S: Sink, const SAMPLES: bool>(&'a mut self, sink: &'a mut S, at: u64) -> Heard<'a, S, SAMPLES> {
        Heard { sink, training: self, at }
    }
}

impl<S: Sink, const SAMPLES: bool> Sink for Heard<'_, S, SAMPLES> {
    const WANTS_SAMPLES: bool = SAMPLES || S::WANTS_SAMPLES;

    fn decision(&mut self, decision: &Decision) {
        self.training.decision(decision);
        self.sink.decision(decision);
    }

    fn samples(&mut self, channel: u8, first: u64, conditioned_uv: &[f32]) {
        if SAMPLES {
            self.training.samples(channel, conditioned_uv);
        }
        if S::WANTS_SAMPLES {
            self.sink.samples(channel, first, conditioned_uv);
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        self.training.calibrated(channel, calibration);
        self.sink.calibrated(channel, calibration);
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.training.refused(channel, refusal, self.at);
        self.sink.refused(channel, refusal);
    }
}

fn segment_of<'a>(session: &Session<64>, segments: &'a mut [SegmentSums]) -> Option<&'a mut SegmentSums> {
    let phase = session.phase().filter(|phase| session.stage() == Stage::Running && phase.purpose != Purpose::Break)?;
    segments.get_mut(usize::from(phase.step.segment?))
}

impl Channel {
    /// Enters a measurement; `phases` of the first channel, which describes them for all.
    fn take(
        &mut self,
        measured: &Measured,
        file: &ProgramFile,
        rate: SampleRate,
        phases: Option<&mut Vec<PhaseReport>>,
    ) {
        match measured {
            Measured::Phase(result) => {
                self.phases.push(PhaseMeasures::from(result));
                let segment = result.phase.step.segment.filter(|_| result.phase.purpose != Purpose::Break);
                if let Some(segment) = segment.and_then(|number| self.segments.get_mut(usize::from(number))) {
                    segment.phase(result);
                }
                if let Some(phases) = phases {
                    phases.push(phase_report(result, file, rate));
                }
            }
            Measured::Repetition(repetition) => {
                let number = repetition.phase.step.segment;
                if let Some(segment) = number.and_then(|number| self.segments.get_mut(usize::from(number))) {
                    segment.repetition(repetition);
                }
                let segment = file.segment(&repetition.phase.step);
                self.repetitions.push(RepetitionReport::new(repetition, segment, rate));
            }
            Measured::Target(moved) => {
                if self.moves.len() < LISTED_MOVES {
                    self.moves.push(TargetMoveReport::from(moved));
                }
            }
        }
    }

    fn report(self, band_hz: (f64, f64), notches: Option<tonus_dsp::design::Mains>) -> TrainingChannel {
        let valid_share = (self.ticks > 0).then(|| self.valid_ticks as f64 / self.ticks as f64);
        let segments =
            self.segments.into_iter().filter_map(|one| one.report(band_hz, notches, self.reference_uv)).collect();
        let mut scores = ScoreReport::new(self.scorer.scores(), valid_share);
        if self.is_doubtful {
            scores.doubt();
        }
        TrainingChannel {
            name: self.name,
            phases: self.phases,
            scores,
            repetitions: self.repetitions,
            target_moves: self.moves,
            segments,
        }
    }
}

/// What is shown in a phase: the programme's words, or that there is a break.
pub fn prompt<'a>(file: &'a ProgramFile, phase: &Phase) -> &'a str {
    if phase.purpose == Purpose::Break { words::score::BREAK } else { file.prompt(&phase.step) }
}

fn phase_report(result: &tonus_core::training::PhaseResult, file: &ProgramFile, rate: SampleRate) -> PhaseReport {
    let phase = &result.phase;
    let (band_low, band_high) = match phase.step.target {
        Target::Band { low, high } => (Some(low), Some(high)),
        Target::None | Target::Ceiling { .. } | Target::Adaptive(_) => (None, None),
    };
    PhaseReport {
        number: phase.number,
        kind: phase.kind(),
        purpose: phase.purpose,
        segment: file.segment(&phase.step).filter(|_| phase.purpose != Purpose::Break).map(str::to_owned),
        prompt: prompt(file, phase).to_owned(),
        turn: phase.turn.number,
        turns: phase.turn.of,
        start_s: rate.seconds(phase.start),
        end_s: rate.seconds(phase.end),
        cut: result.is_cut,
        target: TargetReport {
            ceiling_ratio: result.ceiling_ratio,
            adaptive: matches!(phase.step.target, Target::Adaptive(_)),
            band_low,
            band_high,
        },
        breaths_per_min: phase.pacer().map(tonus_core::training::BreathConfig::breaths_per_min),
    }
}

/// Ticks in seconds.
pub(crate) fn seconds(ticks: u32) -> f64 {
    f64::from(ticks) / f64::from(TICKS_PER_S)
}
