//! What can go wrong, what to do about it, and the exit code.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;
use tonus_core::text::{OneLine, Shown};
use tonus_device::link::LinkError;
use tonus_device::sim::run::SimError;
use tonus_dsp::error::{ConfigError, ShapeError};
use tonus_engine::AnalysisError;
use tonus_engine::live::LiveError;
use tonus_history::HistoryError;
use tonus_program::ProgramFileError;
use tonus_record::export::ExportError;
use tonus_record::journal::{JournalError, RecoverError};
use tonus_record::{ReadError, Setting};

/// Done.
pub(crate) const OK: u8 = 0;
/// Something that should not happen.
const RUNTIME: u8 = 1;
/// The command line asks for something that cannot be.
pub(crate) const USAGE: u8 = 2;
/// The input cannot be read, or not without guessing.
const INPUT: u8 = 3;
/// Analyzed, but the quality gate failed.
pub(crate) const GATE: u8 = 4;
/// The device is absent or lost.
pub(crate) const DEVICE: u8 = 5;
/// Results cannot be stored.
const STORAGE: u8 = 6;

/// A failure of the command.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The command line asks for something that cannot be.
    #[error("{message}")]
    Usage { message: String, help: String },
    /// The input cannot be read, or not without guessing.
    #[error("{}", .0.wording().named(flag))]
    Read(#[from] ReadError),
    /// Another file that is read cannot be, or says what cannot be.
    #[error("{message}")]
    Malformed { message: String, help: String },
    /// A recording that cannot be written in another format.
    #[error(transparent)]
    Export(ExportError),
    /// The pipeline does not suit the recording.
    #[error("{file}: {source}")]
    Config { file: String, source: ConfigError },
    /// The shape of a call is wrong: a defect of this program.
    #[error("{0}")]
    Shape(#[from] ShapeError),
    /// A result cannot be stored.
    #[error("{}: {source}", place.display())]
    Storage { place: PathBuf, source: io::Error },
    /// No channel was calibrated, so that there is nothing to keep.
    #[error("{}: not written, no channel was calibrated", place.display())]
    NoCalibration { place: PathBuf },
    /// A recording was not stored to its end; what came before is kept.
    #[error("{}: {source}", place.display())]
    Kept { place: PathBuf, source: io::Error, help: String },
    /// The folder of a session whose writer died.
    #[error("{}: found a journal that was not finalised", folder.display())]
    Unrecovered { folder: PathBuf, help: String },
    /// Nothing can be recovered.
    #[error("{}: {source}", folder.display())]
    Recover { folder: PathBuf, source: RecoverError },
    /// Decoded frames cannot be kept for a second pass.
    #[error("temporary file: {0}")]
    Spool(io::Error),
    /// The sensor cannot be reached.
    #[error("{}", .0.wording().named(flag))]
    Link(#[from] LinkError),
    /// The sensor is there and sends nothing that can be used, or has gone.
    #[error("{message}")]
    Device { message: String, help: String },
    /// A programme that is not known, or cannot be read.
    #[error(transparent)]
    Program(#[from] ProgramFileError),
    /// No window can be opened.
    #[error("{0}")]
    #[cfg_attr(not(feature = "viewer"), expect(dead_code, reason = "without the window none fails"))]
    Window(String),
    /// The store of sessions.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The simulated sensor cannot go on.
    #[error("simulate: {}", simulated(.0))]
    Simulate(#[from] SimError),
    /// Standard output does not take any more.
    #[error("standard output: {0}")]
    Output(io::Error),
    /// Something that should not happen.
    #[error("{0}")]
    Internal(String),
}

/// What to give with --calibration.
const CALIBRATION: &str = "give a file that --save-calibration wrote for this sensor's channels";

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Read(error) => Self::Read(error),
            other => Self::Export(other),
        }
    }
}

impl From<AnalysisError> for Failure {
    fn from(error: AnalysisError) -> Self {
        match error {
            AnalysisError::Read(error) => Self::Read(error),
            AnalysisError::Config { file, source } => Self::Config { file, source },
            error @ AnalysisError::ConfigFile { .. } => Self::Malformed {
                message: error.to_string(),
                help: "mend the file of --config; docs/FORMATS.md lists its keys".to_owned(),
            },
            error @ AnalysisError::CalibrationFile { .. } => {
                Self::Malformed { message: error.to_string(), help: CALIBRATION.to_owned() }
            }
            error @ AnalysisError::Calibrations { .. } => {
                Self::Usage { message: error.to_string(), help: CALIBRATION.to_owned() }
            }
            AnalysisError::Shape(error) => Self::Shape(error),
            error @ (AnalysisError::Span { .. } | AnalysisError::Measured { .. }) => Self::Usage {
                message: error.to_string(),
                help: "give seconds as START:END, for example 2:12".to_owned(),
            },
            AnalysisError::Accessory { found, help } => {
                Self::Usage { message: found.named(flag), help: help.named(flag) }
            }
            AnalysisError::Program(error) => Self::Program(error),
            AnalysisError::Unrecovered { folder } => Self::unrecovered(&folder),
            AnalysisError::Storage { place, source } => Self::Storage { place, source },
            AnalysisError::Spool(error) => Self::Spool(error),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<LiveError> for Failure {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::Usage { message, help } => Self::Usage { message: message.named(flag), help: help.named(flag) },
            LiveError::Profile { message, help } => {
                Self::Malformed { message: message.named(flag), help: help.named(flag) }
            }
            LiveError::Link(error) => Self::Link(error),
            LiveError::Device { message, help } => {
                Self::Device { message: message.named(flag), help: help.named(flag) }
            }
            LiveError::Config { place, source } => Self::Config { file: place, source },
            LiveError::Shape(error) => Self::Shape(error),
            LiveError::Program(error) => Self::Program(error),
            LiveError::Storage { place, source } => Self::Storage { place, source },
            LiveError::Kept { place, source, help } => Self::Kept { place, source, help },
            LiveError::Recover { folder, source } => Self::Recover { folder, source },
            LiveError::History(error) => Self::History(error),
            LiveError::Analysis(error) => error.into(),
            LiveError::Output(error) => Self::Output(error),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl Failure {
    /// The folder of a session whose writer died.
    pub(crate) fn unrecovered(folder: &Path) -> Self {
        let help = format!("recover it first: tonus recover {}", folder.display());
        Self::Unrecovered { folder: folder.to_owned(), help }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            // What looks like the path of a file was meant as one.
            Self::Program(ProgramFileError::NotFound { name }) if Path::new(name).components().count() > 1 => INPUT,
            Self::Usage { .. }
            | Self::Read(ReadError::Channel { .. } | ReadError::BadOption { .. })
            | Self::Program(ProgramFileError::NotFound { .. })
            | Self::Export(ExportError::Exists { .. } | ExportError::Unfit(_) | ExportError::Rates(_))
            | Self::Config { source: ConfigError::AboveNyquist { .. }, .. }
            | Self::Link(LinkError::Layout(_)) => USAGE,
            // A pipe, a folder or a circle of links is no disk that refuses.
            Self::Recover { source: RecoverError::Storage { source, .. }, .. } if is_no_file(source) => INPUT,
            Self::Recover { source: RecoverError::Storage { .. } | RecoverError::Busy, .. }
            | Self::Export(ExportError::Storage { .. }) => STORAGE,
            Self::Read(_)
            | Self::Malformed { .. }
            | Self::Program(_)
            | Self::History(HistoryError::NoRecording { .. })
            | Self::Config { .. }
            | Self::Unrecovered { .. }
            | Self::Recover { .. }
            | Self::Simulate(SimError::Read(_)) => INPUT,
            Self::Link(LinkError::Open(_)) | Self::Device { .. } => DEVICE,
            Self::Export(_)
            | Self::Shape(_)
            | Self::NoCalibration { .. }
            | Self::Internal(_)
            | Self::Link(_)
            | Self::Simulate(_)
            | Self::Window(_) => RUNTIME,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => OK,
            Self::History(error) if !matches!(error, HistoryError::Storage { .. }) => USAGE,
            Self::History(_) | Self::Storage { .. } | Self::Kept { .. } | Self::Spool(_) | Self::Output(_) => STORAGE,
        }
    }

    /// What to do about it.
    fn help(&self) -> &str {
        match self {
            Self::Recover { source, .. } => recover_help(source),
            Self::Usage { help, .. }
            | Self::Malformed { help, .. }
            | Self::Device { help, .. }
            | Self::Kept { help, .. }
            | Self::Unrecovered { help, .. } => help,
            Self::Read(error) | Self::Simulate(SimError::Read(error)) => read_help(error),
            Self::Config { source, .. } => config_help(source),
            Self::History(HistoryError::Storage { .. }) => "give a folder that can be written to with --store",
            Self::History(HistoryError::NoStart { .. }) => "say the day with --date, such as --date 2026-11-23",
            Self::History(_) => "see `tonus history --help` and `tonus diary --help`",
            Self::Export(error) => export_help(error),
            Self::Program(_) => "`tonus programs` lists the programmes; docs/PROGRAMS.md tells how to write one",
            Self::Window(_) => "a desktop is needed; `tonus record --program NAME` trains without one",
            Self::Link(LinkError::Open(_)) => "`tonus devices` lists ports and device profiles",
            Self::Link(_) => "see `tonus devices` for the profiles, and --channels",
            Self::Simulate(_) => "choose another --device, or scale the input to its range",
            Self::Storage { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
                "a recording is never written over; give a new folder with --out (`tonus recover` finalises one that was cut short)"
            }
            Self::Storage { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "free some space, or give another folder with --out"
            }
            Self::Storage { .. } => "give a folder that can be written to with --out",
            Self::NoCalibration { .. } => {
                "mark rest with --baseline A:B or a quiet cue, which has to end before the recording does"
            }
            Self::Spool(_) => "set TMPDIR to a folder with room for the decoded recording",
            Self::Output(_) => "check where standard output goes",
            Self::Shape(_) | Self::Internal(_) => "this is a defect of tonus; please report it with the command line",
        }
    }

    /// Says it on standard error; a reader that went away is nothing to talk about.
    pub(crate) fn report(&self) {
        if self.code() != OK {
            error(&self.to_string(), self.help());
        }
    }
}

/// A command line that asks for something that cannot be.
pub(crate) fn usage<T>(message: &str, help: &str) -> Result<T, Failure> {
    Err(Failure::Usage { message: message.to_owned(), help: help.to_owned() })
}

/// The option that sets it.
pub(crate) const fn flag(setting: Setting) -> &'static str {
    match setting {
        Setting::Rate => "--rate",
        Setting::Unit => "--unit",
        Setting::UvPerCount => "--uv-per-count",
        Setting::Channel => "--channel",
        Setting::Channels => "--channels",
        Setting::Columns => "--columns",
        Setting::Kind => "--kind",
        Setting::Cues => "--cues",
        Setting::Accessory => "--accessory",
        Setting::Device => "--device",
        Setting::Duration => "--duration",
        Setting::Stage => "--stage",
        Setting::Baseline => "--baseline",
        Setting::Simulator => "`tonus simulate --tcp`",
        Setting::Probe => "`tonus devices --probe PORT`",
        // None that this version knows.
        other => other.field(),
    }
}

fn simulated(error: &SimError) -> String {
    if let SimError::Read(error) = error { error.wording().named(flag) } else { error.to_string() }
}

/// Whether there is something else than a file in its place.
fn is_no_file(error: &io::Error) -> bool {
    // The kind of a circle of links has no stable name.
    error.kind() == io::ErrorKind::InvalidInput || cfg!(unix) && error.raw_os_error() == Some(40)
}

fn recover_help(error: &RecoverError) -> &'static str {
    match error {
        RecoverError::Storage { source, .. } if is_no_file(source) => "put the journal itself there",
        RecoverError::Nothing => "give the folder of a recording, in which journal.tonus stands",
        RecoverError::Busy => "end the recording first (Ctrl-C); it finalises itself",
        RecoverError::Journal(JournalError::Newer { .. }) => "recover it with the tonus that wrote it, or a newer one",
        RecoverError::Journal(JournalError::NoHeader) => {
            "the journal stays as it is; without a header nothing says what it holds"
        }
        _ => {
            "the journal stays as it is; free some space, or give the folder back the right to be written, then try again"
        }
    }
}

fn read_help(error: &ReadError) -> &'static str {
    if matches!(error, ReadError::SeveralRates { .. }) {
        return "name the channels of one rate as above; `tonus convert IN OUT.edf` keeps each at its own";
    }
    match error.option() {
        Some(Setting::Rate) => "give the sampling rate in Hz, for example --rate 1000",
        Some(Setting::Unit) => "give the unit of the values: --unit uV, mV, V, counts or au",
        Some(Setting::UvPerCount) => "give the microvolts of one count, for example --uv-per-count 0.2",
        Some(Setting::Channel) => "name a column with --channel NAME, or count columns from 1 with --channel INDEX",
        Some(Setting::Kind) => "say what the sensor sends: --kind raw or --kind envelope",
        Some(_) => "see `tonus analyze --help` for that option",
        None => match error {
            ReadError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => "check the path",
            ReadError::Io { .. } => "check that the file can be read",
            ReadError::Malformed { .. } => "mend that place of the file, then try again",
            ReadError::Damaged { .. } => "try the program that wrote the file, or an intact copy",
            _ => "give a text table (CSV) with one row per sample, EDF, BDF, WFDB or WAV",
        },
    }
}

fn export_help(error: &ExportError) -> &'static str {
    match error {
        ExportError::Exists { .. } => "give another name, or --force to replace it",
        ExportError::Unfit(_) => "write CSV, which holds what EDF cannot, or choose channels with --channel",
        ExportError::Rates(_) => "write the channels of each rate to a file of their own, with --channel",
        ExportError::Storage { .. } => "give a place that can be written to and has room",
        _ => "this is a defect of tonus or of the disk; please report it with the command line",
    }
}

fn config_help(error: &ConfigError) -> &'static str {
    match error {
        ConfigError::OutOfRange { field: "rate_hz of a raw channel", .. } => {
            "below 200 Hz too little is left of a muscle's 20 to 450 Hz to tell its activity from noise and movement; if the sensor \
             sends an envelope (rectified and smoothed, as most sensors of 100 Hz do), say --kind envelope; else record at 200 Hz or \
             more, better 1000; if the rate is wrong, give --rate HZ"
        }
        ConfigError::AboveNyquist { .. } => "give a lower edge in the file of --config",
        ConfigError::OutOfRange { field: "rate_hz", .. } => "if the rate is wrong, give --rate HZ",
        _ => "see `tonus analyze --help` for the options",
    }
}

/// Says on standard error what is to be known of a recording, whatever else is said.
pub(crate) fn warn<'a>(file: &str, warnings: impl IntoIterator<Item = &'a String>) {
    for warning in warnings {
        say(&format!("warning: {file}: {warning}"));
    }
}

/// How bad an exit code is, among several files.
pub(crate) fn worse(a: u8, b: u8) -> u8 {
    let rank = |code: u8| match code {
        OK => 0,
        GATE => 1,
        INPUT => 2,
        USAGE => 3,
        RUNTIME => 4,
        _ => 5,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// Says what is wrong, and what to do about it.
pub(crate) fn error(what: &str, help: &str) {
    say(&format!("error: {what}"));
    say(&format!("help: {help}"));
}

/// Says something on standard error, on one line. All messages go this way: nothing in them can steer the terminal, nor look
/// like another message.
pub(crate) fn say(text: &str) {
    // If standard error is gone, there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{}", OneLine(text));
}

/// Writes text to standard output; nothing in it can steer a terminal, and JSON stays the same JSON.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    write!(out, "{}", Shown(text)).and_then(|()| out.flush()).map_err(Failure::Output)
}
