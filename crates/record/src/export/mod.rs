//! Recordings out: EDF+, BDF+ and plain CSV, from any recording that can be opened.
//!
//! A recording is read three times: to learn ranges, gaps and cues; to be written into a draft; and beside the draft, which
//! is opened again like any file and compared sample by sample. Only then the draft takes its name. Nothing of the file's own
//! words goes along but the names of channels: whom it is of, who made it and when stay behind.

mod csv;
mod draft;
mod edf;
mod error;
mod header;
mod labels;
mod scale;
mod survey;
mod verify;

use std::path::Path;

use crate::error::ReadError;
use crate::options::OpenOptions;
use crate::recording::Recording;
use crate::setting::Wording;

pub use error::ExportError;

use draft::Draft;
use survey::Walk;

/// A format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// A plain table: `time_s`, a column per channel, `cue`.
    Csv,
    /// EDF+, 16 bits.
    Edf,
    /// BDF+, 24 bits.
    Bdf,
}

impl ExportFormat {
    /// Every format, in the order of the option's help.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Edf, Self::Bdf];

    /// The word used in options, which is also the end of a file's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Edf => "edf",
            Self::Bdf => "bdf",
        }
    }

    /// The format that the end of a file's name says.
    pub fn of_path(path: &Path) -> Option<Self> {
        let end = path.extension()?;
        Self::ALL.into_iter().find(|format| end.eq_ignore_ascii_case(format.name()))
    }
}

/// How a recording is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Export {
    /// The format.
    pub format: ExportFormat,
    /// Whether the date and time of an EDF+ or BDF+ file are those of the recording; otherwise they are 1985-01-01 00:00:00,
    /// which stands for none.
    pub keep_dates: bool,
    /// Whether a file that is there already may be replaced.
    pub overwrite: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// Frames, missing ones not counted.
    pub frames: u64,
    /// Frames missing in gaps.
    pub frames_missing: u64,
    /// Annotations written, or changes of the cue column.
    pub marks: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// The channels.
    pub channels: Vec<ExportedChannel>,
    /// What the file cannot say, or says differently.
    pub notes: Vec<Wording>,
}

/// A channel that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedChannel {
    /// Its name in the recording.
    pub name: String,
    /// Its name in the file.
    pub label: String,
    /// Its unit in the file.
    pub unit: &'static str,
    /// The step of its values in that unit; 0 where every value is kept as it is.
    pub step: f64,
}

impl Export {
    /// Writes a recording, which `open` opens anew each time it is asked.
    ///
    /// # Errors
    /// [`ExportError`] when the recording cannot be read, the file cannot be written or cannot hold it, or what was written
    /// differs from the recording when it is read again. The file is then not there, or as it was.
    pub fn run(
        &self,
        mut open: impl FnMut() -> Result<Recording, ReadError>,
        out: &Path,
    ) -> Result<Exported, ExportError> {
        self.run_each(1, |_| open(), out)
    }

    /// Writes the channels of several sampling rates into one file of EDF or BDF, each at its own rate; `open` opens those of
    /// a rate (from 0). Frames are counted for the first rate.
    ///
    /// # Errors
    /// As [`Export::run`]; [`ExportError::Rates`] where one file cannot hold these rates, or what happens at them.
    pub fn run_each(
        &self,
        rates: usize,
        mut open: impl FnMut(usize) -> Result<Recording, ReadError>,
        out: &Path,
    ) -> Result<Exported, ExportError> {
        if rates > 1 && self.format == ExportFormat::Csv {
            return Err(ExportError::Rates("a table has one sampling rate, and the channels have several".into()));
        }
        let mut taken = std::collections::HashSet::new();
        let (mut plans, mut surveys, mut started) = (Vec::new(), Vec::new(), None);
        for n in 0..rates {
            let mut walk = Walk::new(open(n)?);
            while walk.next()?.is_some() {}
            let (survey, header, began) = walk.finish();
            plans.push(labels::Plan::new(&header, &survey, self.format, &mut taken)?);
            surveys.push(survey);
            started = started.or(began);
        }
        let (Some(plan), Some(survey)) = (plans.first(), surveys.first()) else {
            return Err(ReadError::NoRows { file: out.display().to_string(), found: "no channels" }.into());
        };
        let mut draft = Draft::create(out, self.overwrite)?;
        let (head, marks, told);
        match self.format {
            ExportFormat::Csv => {
                head = Vec::new();
                let survey = csv::write(&mut Walk::new(open(0)?), plan, survey, &mut draft)?;
                marks = survey.cues.len() as u64;
                told = vec![survey];
            }
            ExportFormat::Edf | ExportFormat::Bdf => {
                let fields = header::Fields::new(&plans, &surveys, started.filter(|_| self.keep_dates))?;
                let walks = (0..rates).map(|n| Ok(Walk::new(open(n)?))).collect::<Result<Vec<_>, ReadError>>()?;
                marks = edf::write(walks, &plans, &fields, &mut draft)?;
                (head, told) = (fields.bytes, fields.told);
            }
        }
        let bytes = draft.sync()?;
        verify::header(draft.path(), &head)?;
        let mut first = if self.format == ExportFormat::Csv { 2 } else { 1 };
        for (n, (plan, told)) in plans.iter().zip(&told).enumerate() {
            verify::same(Walk::new(open(n)?), draft.path(), plan, told, first)?;
            first += plan.channels.len();
        }
        draft.keep()?;
        let mut notes: Vec<Wording> = Vec::new();
        for (n, (plan, survey)) in plans.iter().zip(&surveys).enumerate() {
            let short = told.get(n).map_or(0, |told| told.end - survey.end) as f64 / plan.rate_hz;
            let early = (short > SAID_S).then(|| {
                let hz = plan.rate_hz;
                format!("the channels at {hz} Hz end {short:.2} s before others; the rest is written as missing values")
                    .into()
            });
            let new: Vec<Wording> =
                plan.notes(survey).into_iter().chain(early).filter(|note| !notes.contains(note)).collect();
            notes.extend(new);
        }
        let channels = plans.iter().flat_map(labels::Plan::exported).collect();
        Ok(Exported { frames: survey.frames, frames_missing: survey.missing(), marks, bytes, channels, notes })
    }
}

/// Seconds by which channels have to end before others for that to be said: a tick of decisions.
const SAID_S: f64 = 0.01;

/// Options that open every channel of an exported file again.
fn every_channel(count: usize, first: usize) -> OpenOptions {
    let channels = (first..first + count).map(crate::options::ChannelSelector::Index).collect();
    OpenOptions { channels, ..OpenOptions::default() }
}
