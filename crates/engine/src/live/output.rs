//! Where a live session goes, and what there is to tell about it.

use tonus_core::pipeline::Latency;
use tonus_device::State;
use tonus_record::session::{ProgramCommand, SessionEvent, SessionInfo};
use tonus_report::EndLine;

use super::error::LiveError;
use super::recorder::StorageWarning;
use crate::observer::{Observer, Step};
use crate::training::Training;

/// Takes what a live session gives: what the driver gives an [`Observer`], and begin, events, notices and end of a run. The
/// thread that runs the session calls it, so nothing here may wait for long.
///
/// Outputs compose as observers do. All of them take everything, also after one has failed; the first error counts.
pub trait Output: Observer {
    /// The rate is known; the first frame follows.
    ///
    /// # Errors
    /// If it cannot begin; the session then does not.
    fn begin(&mut self, _info: &SessionInfo) -> Result<(), LiveError> {
        Ok(())
    }

    /// The rate is being measured; these frames will come once more after [`Output::begin`]. `info` is as good as is known.
    fn provisional(&mut self, _info: &SessionInfo, _step: &Step<'_>) {}

    /// What has come is through the pipeline; the next wait follows.
    ///
    /// # Errors
    /// If nothing more can be taken; the session then ends.
    fn flush(&mut self, _now: &Moment<'_>) -> Result<(), LiveError> {
        Ok(())
    }

    /// Something that happened, with its place.
    fn event(&mut self, _event: &SessionEvent) {}

    /// What the person did during a programme.
    fn command(&mut self, _command: &ProgramCommand) {}

    /// Something to tell the person.
    fn notice(&mut self, _notice: &Notice<'_>) {}

    /// What there is to say about the disk since the last call; it becomes notices.
    fn warnings(&mut self) -> Vec<StorageWarning> {
        Vec::new()
    }

    /// The end, and how late decisions were by the signal's own delay.
    ///
    /// # Errors
    /// If it could not be kept to its end.
    fn end(&mut self, _info: &SessionInfo, _end: &EndLine, _latency: Option<Latency>) -> Result<(), LiveError> {
        Ok(())
    }
}

/// Nothing is kept and nobody is told.
impl Output for () {}

impl<A: Output, B: Output> Output for (A, B) {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError> {
        let first = self.0.begin(info);
        first.and(self.1.begin(info))
    }

    fn provisional(&mut self, info: &SessionInfo, step: &Step<'_>) {
        self.0.provisional(info, step);
        self.1.provisional(info, step);
    }

    fn flush(&mut self, now: &Moment<'_>) -> Result<(), LiveError> {
        let first = self.0.flush(now);
        first.and(self.1.flush(now))
    }

    fn event(&mut self, event: &SessionEvent) {
        self.0.event(event);
        self.1.event(event);
    }

    fn command(&mut self, command: &ProgramCommand) {
        self.0.command(command);
        self.1.command(command);
    }

    fn notice(&mut self, notice: &Notice<'_>) {
        self.0.notice(notice);
        self.1.notice(notice);
    }

    fn warnings(&mut self) -> Vec<StorageWarning> {
        let mut all = self.0.warnings();
        all.append(&mut self.1.warnings());
        all
    }

    fn end(&mut self, info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), LiveError> {
        let first = self.0.end(info, end, latency);
        first.and(self.1.end(info, end, latency))
    }
}

impl<O: Output> Output for Option<O> {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError> {
        self.as_mut().map_or(Ok(()), |one| one.begin(info))
    }

    fn provisional(&mut self, info: &SessionInfo, step: &Step<'_>) {
        self.iter_mut().for_each(|one| one.provisional(info, step));
    }

    fn flush(&mut self, now: &Moment<'_>) -> Result<(), LiveError> {
        self.as_mut().map_or(Ok(()), |one| one.flush(now))
    }

    fn event(&mut self, event: &SessionEvent) {
        self.iter_mut().for_each(|one| one.event(event));
    }

    fn command(&mut self, command: &ProgramCommand) {
        self.iter_mut().for_each(|one| one.command(command));
    }

    fn notice(&mut self, notice: &Notice<'_>) {
        self.iter_mut().for_each(|one| one.notice(notice));
    }

    fn warnings(&mut self) -> Vec<StorageWarning> {
        self.as_mut().map(Output::warnings).unwrap_or_default()
    }

    fn end(&mut self, info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), LiveError> {
        self.as_mut().map_or(Ok(()), |one| one.end(info, end, latency))
    }
}

/// Where a session stands.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// Index of the next frame; none before the first.
    pub index: Option<u64>,
    /// Sampling rate, once it is known.
    pub rate_hz: Option<f64>,
    /// What the sensor is doing.
    pub state: State,
    /// No frame has come for so long that no signal is to be shown.
    pub is_silent: bool,
    /// How late decisions are, in ms, without the transport.
    pub latency_ms: Option<f64>,
    /// The programme under way.
    pub training: Option<&'a Training>,
}

/// Something to tell the person.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// The sensor is known: its name, channels, rate in Hz, and who says that rate.
    Begun(&'a SessionInfo),
    /// The sensor does something else.
    Sensor(State),
    /// No frame has come for a while.
    NoSignal,
    /// Something is not as it should be.
    Warning(&'a str),
    /// Something about what is stored, which a person should know whatever else is said.
    Storage(&'a StorageWarning),
    /// A programme asks for something else: when, in seconds, the kind of step, how long it lasts, and what is shown.
    Phase {
        /// From when on.
        start_s: f64,
        /// For how long.
        seconds: f64,
        /// Kind of the step.
        kind: &'static str,
        /// What the programme says.
        prompt: &'a str,
    },
    /// How late decisions are, in ms, without the transport.
    Latency(f64),
}
