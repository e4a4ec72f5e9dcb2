//! A programme under way: which cue comes when, and what is measured on the way.

mod adoption;

use std::collections::VecDeque;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::PipelineConfig;
use tonus_core::decision::Decision;
use tonus_core::training::{Cause, Session, SessionInput};
use tonus_dsp::design::Mains;
use tonus_program::ProgramFile;
use tonus_report::TrainingRecorder;
use tonus_report::training::TrainingReport;

use adoption::Adoption;
pub(crate) use adoption::Due;

/// A programme under way, for a [`Driver`](crate::Driver): the same samples give the same phases, cues and numbers whether they
/// come from a sensor or from a recording.
#[derive(Debug)]
pub struct Training {
    pub(crate) session: Session<64>,
    pub(crate) recorder: TrainingRecorder,
    /// What is due.
    owed: VecDeque<Due>,
    /// Commands that are known to come, in the order of time.
    script: VecDeque<(u64, SessionInput)>,
    adoption: Adoption,
}

impl Training {
    /// A session of a programme, for the channels of an engine; it starts with sample 0.
    ///
    /// `is_raw` says whether there is a signal to take spectra of, and somebody who wants them.
    pub fn new(file: ProgramFile, config: &PipelineConfig, names: &[&str], is_raw: bool) -> Self {
        let session = Session::new(file.program, config.rate);
        let adoption = Adoption::new(file.adopts_deep_rest, config.rate, names.len());
        let recorder = TrainingRecorder::new(file, config, names, is_raw);
        let mut training = Self { session, recorder, owed: VecDeque::new(), script: VecDeque::new(), adoption };
        training.step(0, SessionInput::Start);
        training
    }

    /// Commands of a recording, to be given again at their samples.
    #[must_use]
    pub fn with_commands(mut self, commands: impl IntoIterator<Item = (u64, SessionInput)>) -> Self {
        self.script = commands.into_iter().collect();
        self
    }

    /// The session.
    pub const fn session(&self) -> &Session<64> {
        &self.session
    }

    /// What was measured so far.
    pub const fn recorder(&self) -> &TrainingRecorder {
        &self.recorder
    }

    /// Whether deep rest is being measured, to take the place of the baseline.
    pub fn is_measuring(&self) -> bool {
        self.adoption.is_measuring()
    }

    /// The recording is over before sample `at`.
    ///
    /// `low_hz..=high_hz` is the band for median frequencies, `notches` the mains notches of a channel.
    pub fn finish(mut self, at: u64, band_hz: (f64, f64), notches: impl Fn(usize) -> Option<Mains>) -> TrainingReport {
        // A programme that ends with the last sample is finished.
        while self.next_due(at).is_some() {}
        self.recorder.finish(&self.session, at, band_hz, notches)
    }

    /// Calibrations are given, and stay: none is adopted.
    pub(crate) fn keep_calibrations(&mut self) {
        self.adoption.forbid();
    }

    /// What is due before sample `at`; ask again until there is nothing.
    pub(crate) fn next_due(&mut self, at: u64) -> Option<Due> {
        loop {
            for due in self.adoption.settle().into_iter().flatten().rev() {
                if let Due::Calibration { channel, calibration, is_new: true } = &due {
                    self.recorder.adopted(*channel, calibration, at);
                }
                self.owed.push_front(due);
            }
            if let Some(due) = self.owed.pop_front() {
                self.adoption.given();
                return Some(due);
            }
            if self.session.next_deadline().is_some_and(|deadline| deadline <= at) {
                self.step(at, SessionInput::Time);
            } else if let Some((place, input)) = self.script.front().copied().filter(|(place, _)| *place <= at) {
                self.script.pop_front();
                self.step(place, input);
            } else {
                let cue = self.adoption.due(at, &self.session)?;
                self.owed.push_back(Due::Cue(cue));
            }
        }
    }

    /// The sample before which something else is asked for by the programme; none if nothing will be by itself.
    pub(crate) fn next_change(&self) -> Option<u64> {
        let command = self.script.front().map(|command| command.0);
        [self.session.next_deadline(), command].into_iter().flatten().min()
    }

    /// The sample before which there is anything to do.
    pub(crate) fn next_look(&self) -> Option<u64> {
        [self.next_change(), self.adoption.next(&self.session)].into_iter().flatten().min()
    }

    /// The person does something before sample `at`, the next one.
    pub(crate) fn command(&mut self, at: u64, input: SessionInput) {
        // What is due goes first, here as when the recording is read again.
        while self.session.next_deadline().is_some_and(|deadline| deadline <= at) {
            self.step(at, SessionInput::Time);
        }
        self.step(at, input);
    }

    fn step(&mut self, at: u64, input: SessionInput) {
        let before = self.session.cue();
        let Some(change) = self.session.step(at, input) else { return };
        self.recorder.change(&change, input);
        // Another pace is no other phase: rest goes on being measured.
        if change.cause != Cause::Paced || !self.is_measuring() {
            self.owed.extend(self.adoption.close(before).map(Due::Cue));
            self.owed.push_back(Due::Cue(change.cue));
        }
    }

    pub(crate) fn decision(&mut self, decision: &Decision) {
        self.adoption.decision(decision);
        self.recorder.decision(&self.session, decision);
    }

    /// A calibration was accepted; whether others are to be told, or only once it is settled what holds.
    pub(crate) fn calibrated(&mut self, channel: u8, calibration: &Calibration) -> bool {
        self.adoption.calibrated(channel, calibration);
        let is_told = !self.adoption.is_under_way();
        if is_told {
            self.recorder.calibrated(channel, calibration);
        }
        is_told
    }

    /// A calibration was refused; that of the channel that is trained may be tried again. Whether others are to be told.
    pub(crate) fn refused(&mut self, channel: u8, refusal: Refusal, at: u64) -> bool {
        let is_told = !self.adoption.is_under_way();
        if is_told {
            self.recorder.refused(channel, refusal);
        }
        if is_told && channel == 0 {
            self.step(at, SessionInput::Refused);
        }
        is_told
    }
}
