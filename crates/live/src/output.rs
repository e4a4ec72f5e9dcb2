//! Where a live session goes, and what there is to tell about it.

use tonus_core::pipeline::Latency;
use tonus_core::sink::Sink;
use tonus_device::columns::Columns;
use tonus_device::{Piece, State};
use tonus_record::session::{ProgramCommand, SessionEvent, SessionInfo};
use tonus_report::{EndLine, TrainingRecorder};

use crate::error::LiveError;

/// Takes what a live session gives: decisions (as a [`Sink`]), inputs, events, notices. The thread that runs the session calls
/// it, so nothing here may wait for long.
pub trait Output: Sink {
    /// The rate is known; the first frame follows.
    ///
    /// # Errors
    /// If it cannot begin; the session then does not.
    fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError>;

    /// The rate is being measured; these frames will come once more after [`Output::begin`]. `info` is as good as is known.
    fn meanwhile(&mut self, _info: &SessionInfo, _piece: &Piece<'_>) {}

    /// What the pipeline is given.
    ///
    /// # Errors
    /// If nothing more can be taken; the session then ends.
    fn piece(&mut self, _piece: &Piece<'_>) -> Result<(), LiveError> {
        Ok(())
    }

    /// What has come is through the pipeline; the next wait follows.
    ///
    /// # Errors
    /// As [`Output::piece`].
    fn flush(&mut self, _now: &Moment<'_>) -> Result<(), LiveError> {
        Ok(())
    }

    /// Something that happened, with its place.
    fn event(&mut self, _event: &SessionEvent) {}

    /// What the person did during a programme.
    fn command(&mut self, _command: &ProgramCommand) {}

    /// What happened since the last call, without place and time.
    fn events(&mut self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Something to tell the person.
    fn notice(&mut self, _notice: &Notice<'_>) {}

    /// The end, and how late decisions were by the signal's own delay.
    ///
    /// # Errors
    /// If it could not be kept to its end.
    fn end(&mut self, info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), LiveError>;
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
    /// The session of a programme.
    pub training: Option<&'a TrainingRecorder>,
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
    /// What the numbers of a text sensor's lines are, where they are not channels alone.
    Columns(&'a Columns),
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
