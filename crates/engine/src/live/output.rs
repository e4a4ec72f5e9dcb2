//! Where a live session goes, and what there is to tell about it.

use std::path::PathBuf;

use tonus_core::pipeline::Latency;
use tonus_device::State;
use tonus_device::columns::Columns;
use tonus_record::session::{ProgramCommand, SessionEvent, SessionInfo};
use tonus_report::{EndLine, RestFigures, RestHint};

use super::error::LiveError;
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

/// All methods of an [`Output`] that consists of others: each is handed on to every part, in order.
macro_rules! output_as {
    ($parts:pat => $($part:ident: $Part:ident),+ $(; else $nobody:pat)?) => {
        fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError> {
            let mut done = Ok(());
            match self { $parts => { $(done = done.and($Part::begin($part, info));)+ } $($nobody => {})? }
            done
        }

        fn flush(&mut self, now: &Moment<'_>) -> Result<(), LiveError> {
            let mut done = Ok(());
            match self { $parts => { $(done = done.and($Part::flush($part, now));)+ } $($nobody => {})? }
            done
        }

        fn end(&mut self, info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), LiveError> {
            let mut done = Ok(());
            match self { $parts => { $(done = done.and($Part::end($part, info, end, latency));)+ } $($nobody => {})? }
            done
        }

        fn provisional(&mut self, info: &SessionInfo, step: &Step<'_>) {
            match self { $parts => { $($Part::provisional($part, info, step);)+ } $($nobody => {})? }
        }

        fn event(&mut self, event: &SessionEvent) {
            match self { $parts => { $($Part::event($part, event);)+ } $($nobody => {})? }
        }

        fn command(&mut self, command: &ProgramCommand) {
            match self { $parts => { $($Part::command($part, command);)+ } $($nobody => {})? }
        }

        fn notice(&mut self, notice: &Notice<'_>) {
            match self { $parts => { $($Part::notice($part, notice);)+ } $($nobody => {})? }
        }

        fn warnings(&mut self) -> Vec<StorageWarning> {
            let mut all = Vec::new();
            match self { $parts => { $(all.append(&mut $Part::warnings($part));)+ } $($nobody => {})? }
            all
        }
    };
}

impl<A: Output, B: Output> Output for (A, B) {
    output_as!((a, b) => a: A, b: B);
}

impl<A: Output> Output for Option<A> {
    output_as!(Some(a) => a: A; else None);
}

/// Where a session stands.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// Index of the next frame; none before the first.
    pub index: Option<u64>,
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
    /// What the numbers of a text sensor's lines are, where they are not channels alone.
    Columns(&'a Columns),
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
    /// Rest of a channel, in µV, was measured.
    Rest {
        /// The channel, from 0.
        channel: u8,
        /// How it compares in this session; nothing here knows earlier ones.
        figures: RestFigures,
    },
    /// Rest should be measured again.
    MeasureRest(&'a RestHint),
    /// How late decisions are, in ms, without the transport.
    Latency(f64),
}

/// Something about the disk that a person should know, whatever else is said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageWarning {
    /// Less than an hour of room.
    Room {
        /// The folder.
        folder: PathBuf,
        /// Minutes of recording that fit.
        minutes: u64,
        /// Bytes that are free.
        free_bytes: u64,
        /// Bytes that an hour takes.
        hourly_bytes: u64,
    },
    /// Nothing more is stored.
    Refused {
        /// The journal.
        place: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Frames are left out.
    TooSlow,
}

impl std::fmt::Display for StorageWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Room { folder, minutes, free_bytes, hourly_bytes } => write!(
                f,
                "{}: room for about {minutes} minutes of recording ({} free, an hour takes {})",
                folder.display(),
                megabytes(*free_bytes),
                megabytes(*hourly_bytes)
            ),
            Self::Refused { place, reason } => write!(
                f,
                "{}: {reason}; what came before is kept, nothing more is stored; feedback goes on",
                place.display()
            ),
            Self::TooSlow => f.write_str(
                "the disk is too slow: frames are left out of the recording, and declared in it; feedback goes on",
            ),
        }
    }
}

/// A number of bytes for people.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts its calls and fails at each, if it has a message.
    struct Counting(u32, Option<&'static str>);

    impl Observer for Counting {}

    impl Output for Counting {
        fn flush(&mut self, _now: &Moment<'_>) -> Result<(), LiveError> {
            self.0 += 1;
            self.1.map_or(Ok(()), |message| Err(LiveError::Output(std::io::Error::other(message))))
        }
    }

    #[test]
    fn every_output_is_told_also_after_one_has_failed_and_the_first_error_counts() {
        let parts = |first, second| (Some(Counting(0, first)), (Counting(0, second), None::<Counting>));
        let now = Moment { index: None, state: State::Opening, is_silent: false, latency_ms: None, training: None };
        for (first, second, expected) in [
            (None, None, None),
            (Some("one"), None, Some("one")),
            (None, Some("two"), Some("two")),
            (Some("one"), Some("two"), Some("one")),
        ] {
            let mut all = parts(first, second);
            let error = all.flush(&now).err().map(|error| error.to_string());
            assert_eq!(error.as_deref(), expected);
            assert_eq!((all.0.as_ref().map(|one| one.0), all.1.0.0), (Some(1), 1));
        }
    }
}
