//! A recording and what is known about it.

use std::path::{Path, PathBuf};

use tonus_core::calibration::Calibration;
use tonus_core::config::Config;
use tonus_engine::{AnalysisOptions, Parts, ReportOptions, Span, check_calibration};
use tonus_program::ProgramFile;
use tonus_record::session::StoredCalibration;
use tonus_record::{ChannelSelector, CueList, Kind, Unit};
use tonus_report::Summary;

use crate::Error;
use crate::decisions::Decisions;

/// A recording, and what the caller knows better than the file: decides as `tonus analyze FILE` with the options of the same
/// names.
///
/// Nothing is read before [`Recording::analyze`], [`Recording::decisions`] or [`Recording::calibrate`]; each of them reads the
/// file anew.
///
/// ```no_run
/// use tonus::{Config, Recording, Unit};
///
/// let config = Config { on_ratio: Some(1.8), off_ratio: Some(1.4), ..Config::default() };
/// let recording = Recording::new("emg.txt").rate_hz(1000.0).unit(Unit::MilliVolt).config(&config);
/// println!("{} s", recording.analyze()?.input.duration_s);
/// for d in recording.decisions()? { let d = d?; println!("{:.2} {}", d.time_s(), d.state); }
/// # Ok::<(), tonus::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Recording {
    path: PathBuf,
    options: AnalysisOptions,
    out: Option<PathBuf>,
}

impl Recording {
    /// A recording: CSV, EDF, BDF, WFDB, WAV, or the folder of a live session.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned(), options: AnalysisOptions::default(), out: None }
    }

    /// Reads this channel, by its name or by its column from 1; called again, the next one too. By default every column that is EMG.
    #[must_use]
    pub fn channel(mut self, channel: impl Into<ChannelSelector>) -> Self {
        self.options.open.channels.push(channel.into());
        self
    }

    /// A muscle that should stay quiet while the first channel works; called again, the next one too.
    #[must_use]
    pub fn accessory(mut self, channel: impl Into<ChannelSelector>) -> Self {
        self.options.accessory.push(channel.into());
        self
    }

    /// Sampling rate, where the file does not say it, or says it wrongly.
    #[must_use]
    pub fn rate_hz(mut self, rate_hz: f64) -> Self {
        self.options.open.rate_hz = Some(rate_hz);
        self
    }

    /// Unit of the values, where the file does not say it, or says it wrongly.
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.options.open.unit = Some(unit);
        self
    }

    /// Microvolts of one count.
    #[must_use]
    pub fn uv_per_count(mut self, uv_per_count: f64) -> Self {
        self.options.open.uv_per_count = Some(uv_per_count);
        self
    }

    /// What the sensor sent; [`Kind::Raw`] by default.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.options.open.kind = Some(kind);
        self
    }

    /// Settings of the pipeline; those that are not stated are as recorded, or the defaults.
    #[must_use]
    pub fn config(mut self, config: &Config) -> Self {
        self.options.config = config.over(self.options.config);
        self
    }

    /// Cues in place of the file's own.
    #[must_use]
    pub fn cues(mut self, cues: CueList) -> Self {
        self.options.cues = Some(cues);
        self
    }

    /// The training programme that was followed from the first frame on, in place of cues.
    #[must_use]
    pub fn program(mut self, program: ProgramFile) -> Self {
        self.options.program = Some(program);
        self
    }

    /// Measures rest between these seconds of the recording.
    #[must_use]
    pub fn baseline(mut self, start_s: f64, end_s: f64) -> Self {
        self.options.baseline = Some(Span { start_s, end_s });
        self
    }

    /// Measures a comfortable hold between these seconds of the recording.
    #[must_use]
    pub fn reference(mut self, start_s: f64, end_s: f64) -> Self {
        self.options.reference = Some(Span { start_s, end_s });
        self
    }

    /// Uses this calibration from the first frame on, so that nothing of the recording is measured; called again, for the next
    /// channel.
    #[must_use]
    pub fn calibration(self, calibration: &Calibration) -> Self {
        self.calibrations(&[StoredCalibration { channel: String::new(), calibration: *calibration }])
    }

    /// Uses the calibrations of a file, each for the channel of its name; see [`load_calibrations`](crate::load_calibrations).
    #[must_use]
    pub fn calibrations(mut self, calibrations: &[StoredCalibration]) -> Self {
        self.options.calibrations.get_or_insert_default().extend_from_slice(calibrations);
        self
    }

    /// Writes `states.csv`, `events.csv`, `summary.json` and `report.html` into this folder when the recording is analyzed.
    #[must_use]
    pub fn out(mut self, folder: impl AsRef<Path>) -> Self {
        self.out = Some(folder.as_ref().to_owned());
        self
    }

    /// Analyzes the recording: every number of `summary.json`.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Analysis`], [`Error::Config`]; a bad signal is none.
    pub fn analyze(&self) -> Result<Summary, Error> {
        let report = ReportOptions { out: self.out.clone(), ..ReportOptions::default() };
        Ok(self.open()?.analyze(&report)?.summary)
    }

    /// The decisions, one per channel every 10 ms.
    ///
    /// A thread of its own reads ahead by a few thousand decisions; memory does not grow with the recording, and dropping the
    /// iterator ends the thread.
    ///
    /// # Errors
    /// As [`Recording::analyze`], if the recording cannot be opened or calibrated; what is found later comes as the last item.
    pub fn decisions(&self) -> Result<Decisions, Error> {
        Decisions::start(self.open()?)
    }

    /// The calibrations that the recording gives, as `--save-calibration` keeps them; a channel whose calibration was refused has
    /// none, and [`Recording::analyze`] says why.
    ///
    /// # Errors
    /// As [`Recording::analyze`].
    pub fn calibrate(&self) -> Result<Vec<StoredCalibration>, Error> {
        let found = self.open()?.calibrate()?;
        let stored = |one: tonus_engine::Calibrated| {
            Some(StoredCalibration { channel: one.name, calibration: one.calibration? })
        };
        Ok(found.into_iter().filter_map(stored).collect())
    }

    fn open(&self) -> Result<Parts, Error> {
        let mut calibrations = self.options.calibrations.iter().flatten();
        calibrations.try_for_each(|one| check_calibration(&one.calibration))?;
        Ok(Parts::open(&self.path, &self.options)?)
    }
}

/// Analyzes a recording as `tonus analyze FILE` does without options; [`Recording`] takes options.
///
/// # Errors
/// As [`Recording::analyze`].
pub fn analyze(path: impl AsRef<Path>) -> Result<Summary, Error> {
    Recording::new(path).analyze()
}

/// Decides on a recording as `tonus analyze FILE` does without options, one decision per channel every 10 ms; [`Recording`] takes
/// options.
///
/// ```no_run
/// for d in tonus::decisions("session.csv")? { let d = d?; println!("{:.2} {}", d.time_s(), d.state); }
/// # Ok::<(), tonus::Error>(())
/// ```
///
/// # Errors
/// As [`Recording::decisions`].
pub fn decisions(path: impl AsRef<Path>) -> Result<Decisions, Error> {
    Recording::new(path).decisions()
}
