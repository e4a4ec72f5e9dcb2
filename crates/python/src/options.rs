//! What a caller says about a signal, in the words of the command.

use std::path::PathBuf;

use pyo3::prelude::*;
use tonus_core::config::{BodySite, Config, MainsMode};
use tonus_core::input::Cue;
use tonus_engine::{AnalysisOptions, Span};
use tonus_program::{Found, ProgramFile};
use tonus_record::{ChannelSelector, CueInterval, CueList, Kind, OpenOptions, Unit};

use crate::error::{config, read, word};

/// A channel, as Python names it: its name, or its column from 1.
#[derive(FromPyObject)]
pub(crate) enum Selector {
    Index(usize),
    Name(String),
}

impl From<Selector> for ChannelSelector {
    fn from(selector: Selector) -> Self {
        match selector {
            Selector::Index(index) => Self::Index(index),
            Selector::Name(name) => Self::Name(name),
        }
    }
}

/// Cues: from when to when, and what is asked for; or a file of them.
#[derive(FromPyObject)]
pub(crate) enum Cues {
    File(PathBuf),
    List(Vec<(f64, f64, String)>),
}

impl Cues {
    pub(crate) fn list(self, py: Python<'_>) -> PyResult<CueList> {
        let list = match self {
            Self::File(path) => CueList::open(path),
            Self::List(cues) => {
                let interval = |(start_s, end_s, cue): (f64, f64, String)| {
                    Ok(CueInterval { start_s, end_s, cue: self::cue(&cue)? })
                };
                CueList::from_intervals(cues.into_iter().map(interval).collect::<PyResult<_>>()?, "list")
            }
        };
        list.map_err(|error| read(py, &error))
    }
}

pub(crate) fn cue(name: &str) -> PyResult<Cue> {
    Cue::from_name(name).ok_or_else(|| word("cue", name, "quiet, reference, work, rest or free"))
}

pub(crate) fn mains(name: &str) -> PyResult<MainsMode> {
    MainsMode::from_name(name).ok_or_else(|| word("mains", name, "auto, off, 50 or 60"))
}

pub(crate) fn profile(name: &str) -> PyResult<BodySite> {
    BodySite::from_name(name).ok_or_else(|| word("profile", name, "limb, pelvic or trunk"))
}

pub(crate) fn kind(name: &str) -> PyResult<Kind> {
    name.parse().map_err(|error: tonus_record::UnknownWord| word("kind", name, error.expected))
}

pub(crate) fn unit(name: &str) -> PyResult<Unit> {
    name.parse().map_err(|error: tonus_record::UnknownWord| word("unit", name, error.expected))
}

/// Everything a caller may say, as the Python layer gathers it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Said {
    channels: Option<Vec<Selector>>,
    rate_hz: Option<f64>,
    unit: Option<String>,
    uv_per_count: Option<f64>,
    kind: Option<String>,
    mains: Option<String>,
    profile: Option<String>,
    cues: Option<Cues>,
    baseline: Option<(f64, f64)>,
    reference: Option<(f64, f64)>,
    accessory: Option<Vec<Selector>>,
    program: Option<String>,
}

impl Said {
    /// How the signal is to be read.
    pub(crate) fn options(self, py: Python<'_>) -> PyResult<AnalysisOptions> {
        if let Some(scale) = self.uv_per_count.filter(|scale| !(scale.is_finite() && *scale > 0.0)) {
            return Err(config(format!("uv_per_count is {scale}; give the microvolts of one count, above 0")));
        }
        let selectors = |list: Option<Vec<Selector>>| list.unwrap_or_default().into_iter().map(Into::into).collect();
        Ok(AnalysisOptions {
            open: OpenOptions {
                channels: selectors(self.channels),
                rate_hz: self.rate_hz,
                unit: self.unit.as_deref().map(unit).transpose()?,
                uv_per_count: self.uv_per_count,
                kind: self.kind.as_deref().map(kind).transpose()?,
            },
            config: Config {
                mains: self.mains.as_deref().map(mains).transpose()?,
                profile: self.profile.as_deref().map(profile).transpose()?,
                ..Config::default()
            },
            cues: self.cues.map(|cues| cues.list(py)).transpose()?,
            baseline: self.baseline.map(|pair| span("baseline", pair)).transpose()?,
            reference: self.reference.map(|pair| span("reference", pair)).transpose()?,
            calibrations: None,
            accessory: selectors(self.accessory),
            program: self.program.as_deref().map(program).transpose()?,
            stops: Some(crate::error::is_interrupted),
        })
    }
}

fn span(keyword: &str, (start_s, end_s): (f64, f64)) -> PyResult<Span> {
    if start_s >= 0.0 && start_s < end_s && end_s.is_finite() {
        return Ok(Span { start_s, end_s });
    }
    Err(config(format!("{keyword} is ({start_s}, {end_s}); give begin and end in seconds from the first frame")))
}

fn program(name: &str) -> PyResult<ProgramFile> {
    match tonus_program::find(name).map_err(|error| config(error.to_string()))? {
        Found::Program(file) => Ok(*file),
        Found::Plan(_) => Err(config(format!("program is '{name}', which is a plan; name one of its programmes"))),
    }
}
