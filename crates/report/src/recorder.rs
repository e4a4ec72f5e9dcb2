//! What a training session comes to: phases and measurements of every channel, from the first sample to the report.
//!
//! Somebody else says when phases change and hands over what the pipeline finds out.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::PipelineConfig;
use tonus_core::decision::{Decision, State};
use tonus_core::training::{
    BreathPhase, Measured, Phase, PhaseChange, Purpose, Scorer, Session, SessionInput, Stage, Target,
};
use tonus_dsp::units::SampleRate;
use tonus_program::ProgramFile;

use crate::segment::SegmentSums;
use crate::training::{
    AdoptionReport, CommandReport, PhaseMeasures, PhaseReport, RepetitionReport, ScoreReport, TargetMoveReport,
    TargetReport, TrainingChannel, TrainingReport,
};
use crate::words;

/// Moves of a ceiling that a report lists for each channel: over ten hours of them.
const LISTED_MOVES: usize = 10_000;

/// The measurements of a training session.
#[derive(Debug)]
pub struct TrainingRecorder {
    file: ProgramFile,
    rate: SampleRate,
    commands: Vec<CommandReport>,
    phases: Vec<PhaseReport>,
    channels: Vec<Channel>,
    /// The sample of the first change, and of the last.
    span: Option<(u64, u64)>,
}

#[derive(Debug)]
struct Channel {
    name: String,
    scorer: Scorer,
    reference_uv: Option<f32>,
    phases: Vec<PhaseMeasures>,
    repetitions: Vec<RepetitionReport>,
    moves: Vec<TargetMoveReport>,
    adoptions: Vec<AdoptionReport>,
    segments: Vec<SegmentSums>,
    ticks: u64,
    valid_ticks: u64,
    /// A hold lay below what was measured as rest.
    is_doubtful: bool,
}

impl TrainingRecorder {
    /// Measurements of a programme on the channels of a pipeline.
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
            adoptions: Vec::new(),
            segments: file.segments.iter().map(|name| SegmentSums::new(name, config.rate, is_raw)).collect(),
            ticks: 0,
            valid_ticks: 0,
            is_doubtful: false,
        };
        let channels = names.iter().map(channel).collect();
        Self { rate: config.rate, commands: Vec::new(), phases: Vec::new(), channels, span: None, file }
    }

    /// The programme.
    pub const fn file(&self) -> &ProgramFile {
        &self.file
    }

    /// What one channel (from 0) has come to so far.
    pub fn scorer(&self, channel: usize) -> Option<&Scorer> {
        self.channels.get(channel).map(|channel| &channel.scorer)
    }

    /// Repetitions of one channel (from 0) so far.
    pub fn repetitions(&self, channel: usize) -> &[RepetitionReport] {
        self.channels.get(channel).map_or(&[], |channel| &channel.repetitions)
    }

    /// What the person did on the way so far.
    pub fn commands(&self) -> &[CommandReport] {
        &self.commands
    }

    /// A phase begins or ends, by this input.
    pub fn change(&mut self, change: &PhaseChange, input: SessionInput) {
        self.span = Some((self.span.map_or(change.at, |span| span.0), change.at));
        let Self { channels, phases, file, rate, commands, .. } = self;
        if let Some((input, breaths_per_min)) = input.action() {
            let (n, t_s) = (change.at, rate.seconds(change.at));
            commands.push(CommandReport { n, t_s, input, breaths_per_min });
        }
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

    /// Deep rest of a channel takes the place of its baseline, from sample `at` on.
    pub fn adopted(&mut self, channel: u8, calibration: &Calibration, at: u64) {
        let t_s = self.rate.seconds(at);
        if let Some(channel) = self.channels.get_mut(usize::from(channel))
            && let Some(from_uv) = channel.scorer.baseline_uv()
        {
            channel.adoptions.push(AdoptionReport { t_s, from_uv, to_uv: calibration.baseline_uv });
        }
        self.calibrated(channel, calibration);
    }

    /// A calibration of a channel was refused.
    pub fn refused(&mut self, channel: u8, refusal: Refusal) {
        if let (Some(channel), Refusal::NotSeparable { ratio }) = (self.channels.get_mut(usize::from(channel)), refusal)
        {
            channel.is_doubtful |= ratio < 1.0;
        }
    }

    /// Whether [`TrainingRecorder::samples`] is to be called.
    pub fn wants_samples(&self) -> bool {
        self.channels.iter().any(|channel| channel.segments.iter().any(SegmentSums::wants_samples))
    }

    /// Conditioned samples of a channel.
    pub fn samples(&mut self, session: &Session<64>, channel: u8, conditioned_uv: &[f32]) {
        let Some(channel) = self.channels.get_mut(usize::from(channel)) else { return };
        if let Some(segment) = segment_of(session, &mut channel.segments) {
            segment.hold(conditioned_uv);
        }
    }

    /// A decision.
    pub fn decision(&mut self, session: &Session<64>, d: &Decision) {
        let breath: Option<BreathPhase> = session.breath(d.index).map(|breath| breath.phase);
        let Self { channels, phases, file, rate, .. } = self;
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
        self,
        session: &Session<64>,
        at: u64,
        band_hz: (f64, f64),
        notches: impl Fn(usize) -> Option<tonus_dsp::design::Mains>,
    ) -> TrainingReport {
        let Self { channels, mut phases, file, rate, commands, span } = self;
        let (start, last) = span.unwrap_or_default();
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
            start_s: rate.seconds(start),
            end_s: rate.seconds(end),
            commands,
            phases,
            channels: reports,
        }
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
            adoptions: self.adoptions,
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
