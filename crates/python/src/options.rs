//! What a caller says about a signal, in the words of the command.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tonus_core::config::{BodySite, Config, MainsMode};
use tonus_core::input::Cue;
use tonus_engine::{AnalysisOptions, Span, parse_config, read_config};
use tonus_program::{Found, ProgramFile};
use tonus_record::{ChannelSelector, CueInterval, CueList, Kind, OpenOptions, SettingNames, Unit};

use crate::calibration::{Given, stored, to_json};
use crate::error::{analysis, config, keyword, read, word};

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
    Kind::from_name(name).ok_or_else(|| word("kind", name, "raw or envelope"))
}

pub(crate) fn unit(name: &str) -> PyResult<Unit> {
    name.parse().map_err(|error: tonus_record::UnknownWord| word("unit", name, error.expected))
}

/// Settings of the pipeline: a file (TOML or JSON), or a dict with its keys.
#[derive(FromPyObject)]
pub(crate) enum Settings<'py> {
    File(PathBuf),
    Table(Bound<'py, PyDict>),
}

/// The settings that are stated: by `config`, and before it by the keywords of their own.
pub(crate) fn settings(
    py: Python<'_>,
    config: Option<Settings<'_>>,
    mains: Option<&str>,
    profile: Option<&str>,
) -> PyResult<Config> {
    let base = match config {
        None => Config::default(),
        Some(Settings::File(path)) => read_config(&path).map_err(|error| analysis(py, error))?,
        Some(Settings::Table(table)) => {
            let wrong = |error: &dyn std::fmt::Display| self::config(format!("config: {error}"));
            let json = to_json(table.as_any()).map_err(|error| wrong(&error))?;
            parse_config(&json).map_err(|error| wrong(&error))?
        }
    };
    let (mains, profile) = (mains.map(self::mains).transpose()?, profile.map(self::profile).transpose()?);
    Ok(Config { mains, profile, ..Config::default() }.over(base))
}

/// Everything a caller may say, as the Python layer gathers it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Said<'py> {
    channels: Option<Vec<Selector>>,
    rate_hz: Option<f64>,
    unit: Option<String>,
    uv_per_count: Option<f64>,
    kind: Option<String>,
    mains: Option<String>,
    profile: Option<String>,
    config: Option<Settings<'py>>,
    calibration: Option<Given<'py>>,
    cues: Option<Cues>,
    baseline: Option<(f64, f64)>,
    reference: Option<(f64, f64)>,
    accessory: Option<Vec<Selector>>,
    program: Option<String>,
}

const fn span((start_s, end_s): (f64, f64)) -> Span {
    Span { start_s, end_s }
}

impl Said<'_> {
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
                unit_may_be_unknown: false,
            },
            config: settings(py, self.config, self.mains.as_deref(), self.profile.as_deref())?,
            cues: self.cues.map(|cues| cues.list(py)).transpose()?,
            baseline: self.baseline.map(span),
            reference: self.reference.map(span),
            calibrations: self.calibration.map(|given| given.channels(py).and_then(stored)).transpose()?,
            accessory: selectors(self.accessory),
            program: self.program.as_deref().map(program).transpose()?,
            stops: Some(crate::error::is_interrupted),
            names: SettingNames(keyword),
        })
    }
}

fn program(name: &str) -> PyResult<ProgramFile> {
    match tonus_program::find(name).map_err(|error| config(error.to_string()))? {
        Found::Program(file) => Ok(*file),
        Found::Plan(_) => Err(config(format!("program is '{name}', which is a plan; name one of its programmes"))),
    }
}
