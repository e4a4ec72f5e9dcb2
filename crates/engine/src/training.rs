//! A programme under way: which cue comes when, and what is measured on the way.

use std::collections::VecDeque;

use tonus_core::calibration::Refusal;
use tonus_core::config::PipelineConfig;
use tonus_core::input::Cue;
use tonus_core::training::{Session, SessionInput};
use tonus_dsp::design::Mains;
use tonus_program::ProgramFile;
use tonus_report::TrainingRecorder;
use tonus_report::training::TrainingReport;

/// A programme under way, for a [`Driver`](crate::Driver): the same samples give the same phases, cues and numbers whether they
/// come from a sensor or from a recording.
#[derive(Debug)]
pub struct Training {
    pub(crate) session: Session<64>,
    pub(crate) recorder: TrainingRecorder,
    /// Cues that are due.
    owed: VecDeque<Cue>,
    /// Commands that are known to come, in the order of time.
    script: VecDeque<(u64, SessionInput)>,
}

impl Training {
    /// A session of a programme, for the channels of an engine; it starts with sample 0.
    ///
    /// `is_raw` says whether there is a signal to take spectra of, and somebody who wants them.
    pub fn new(file: ProgramFile, config: &PipelineConfig, names: &[&str], is_raw: bool) -> Self {
        let session = Session::new(file.program, config.rate);
        let recorder = TrainingRecorder::new(file, config, names, is_raw);
        let mut training = Self { session, recorder, owed: VecDeque::new(), script: VecDeque::new() };
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

    /// The recording is over before sample `at`.
    ///
    /// `low_hz..=high_hz` is the band for median frequencies, `notches` the mains notches of a channel.
    pub fn finish(mut self, at: u64, band_hz: (f64, f64), notches: impl Fn(usize) -> Option<Mains>) -> TrainingReport {
        // A programme that ends with the last sample is finished.
        while self.next_cue(at).is_some() {}
        self.recorder.finish(&self.session, at, band_hz, notches)
    }

    /// The next cue that is due before sample `at`; ask again until there is none.
    pub(crate) fn next_cue(&mut self, at: u64) -> Option<Cue> {
        loop {
            if let Some(cue) = self.owed.pop_front() {
                return Some(cue);
            }
            if self.session.next_deadline().is_some_and(|deadline| deadline <= at) {
                self.step(at, SessionInput::Time);
                continue;
            }
            let (place, input) = *self.script.front().filter(|(place, _)| *place <= at)?;
            self.script.pop_front();
            self.step(place, input);
        }
    }

    /// The sample before which something changes; none if nothing will by itself.
    pub(crate) fn next_change(&self) -> Option<u64> {
        let command = self.script.front().map(|command| command.0);
        [self.session.next_deadline(), command].into_iter().flatten().min()
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
        if let Some(change) = self.session.step(at, input) {
            self.recorder.change(&change, input);
            self.owed.push_back(change.cue);
        }
    }

    /// A calibration was refused; that of the channel that is trained may be tried again.
    pub(crate) fn refused(&mut self, channel: u8, refusal: Refusal, at: u64) {
        self.recorder.refused(channel, refusal);
        if channel == 0 {
            self.step(at, SessionInput::Refused);
        }
    }
}
