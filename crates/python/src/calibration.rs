//! Calibrations as a value of Python: to be looked at, stored as plain numbers, and given to a pipeline.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyList};
use tonus_engine::{Calibrated, parse_calibrations, read_calibrations, write_calibrations};
use tonus_record::CalibrationSource;
use tonus_record::session::StoredCalibration;
use tonus_report::{CalibrationRemark, CalibrationReport};

use crate::error::{analysis, argument, config, word};

/// Rest and reference of every channel, as `tonus.calibrate` measures them.
///
/// `calibration["biceps"]` or `calibration[0]` is one channel: a dict with `name`, `accepted`, `baseline_uv`, `spread_uv`,
/// `reference_uv`, `on_uv`, `off_uv`, `reasons` (why a step was refused, or what is remarkable) and `messages`.
/// `save(path)` and `Calibration.load(path)` keep it in a file, the same as `--save-calibration` and `--calibration` of the command;
/// `to_dict()` and `Calibration.from_dict()` keep every bit, also through JSON.
#[pyclass(module = "tonus", frozen)]
#[derive(Debug, Clone)]
pub(crate) struct Calibration {
    pub(crate) channels: Vec<Calibrated>,
}

impl Calibration {
    pub(crate) fn new(channels: Vec<Calibrated>) -> Self {
        Self { channels }
    }
}

/// A calibration as a caller gives it: measured, or loaded; a file; or what `to_dict()` or `json.load` of a file made.
#[derive(FromPyObject)]
pub(crate) enum Given<'py> {
    Made(Bound<'py, Calibration>),
    File(PathBuf),
    Plain(Bound<'py, PyAny>),
}

impl Given<'_> {
    pub(crate) fn channels(self, py: Python<'_>) -> PyResult<Vec<Calibrated>> {
        Ok(match self {
            Self::Made(made) => made.get().channels.clone(),
            Self::File(path) => Calibration::load(py, path)?.channels,
            Self::Plain(plain) => Calibration::from_dict(&plain)?.channels,
        })
    }
}

/// What can be kept: the channels whose calibration was accepted.
pub(crate) fn stored(channels: Vec<Calibrated>) -> PyResult<Vec<StoredCalibration>> {
    let one = |one: Calibrated| Some(StoredCalibration { channel: one.name, calibration: one.calibration? });
    let all: Vec<_> = channels.into_iter().filter_map(one).collect();
    if all.is_empty() { Err(config("calibration has no channel whose rest was accepted")) } else { Ok(all) }
}

/// What was stored, as if it had been measured.
fn restored(stored: StoredCalibration) -> Calibrated {
    let mut report = CalibrationReport::default();
    report.accept(&stored.calibration);
    report.source = CalibrationSource::File;
    Calibrated { name: stored.channel, calibration: Some(stored.calibration), report }
}

/// A value of Python that is one of JSON, as its text.
pub(crate) fn to_json(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let keywords = [("allow_nan", false)].into_py_dict(value.py())?;
    value.py().import("json")?.getattr("dumps")?.call((value,), Some(&keywords))?.extract()
}

/// One channel in a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct PlainChannel<'py> {
    name: String,
    reasons: Vec<String>,
    messages: Vec<String>,
    source: String,
    start_s: Option<f64>,
    end_s: Option<f64>,
    calibration: Option<Bound<'py, PyAny>>,
}

/// What is said about a channel.
pub(crate) fn describe<'py>(py: Python<'py>, name: &str, report: &CalibrationReport) -> PyResult<Bound<'py, PyDict>> {
    let said = PyDict::new(py);
    said.set_item("name", name)?;
    said.set_item("accepted", report.accepted)?;
    for (key, value) in [
        ("baseline_uv", report.baseline_uv),
        ("spread_uv", report.spread_uv),
        ("reference_uv", report.reference_uv),
        ("on_uv", report.on_uv),
        ("off_uv", report.off_uv),
        ("deepest_uv", report.deepest_uv),
        ("floor_uv", report.floor_uv),
    ] {
        said.set_item(key, value)?;
    }
    said.set_item("resting_activity", report.resting_activity.name())?;
    said.set_item("reasons", report.reasons.iter().map(|one| one.name()).collect::<Vec<_>>())?;
    said.set_item("messages", &report.messages)?;
    said.set_item("source", report.source.name())?;
    said.set_item("start_s", report.start_s)?;
    said.set_item("end_s", report.end_s)?;
    Ok(said)
}

#[pymethods]
impl Calibration {
    /// Every channel as a dict, in order.
    #[getter]
    fn channels<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        self.channels.iter().map(|channel| describe(py, &channel.name, &channel.report)).collect()
    }

    /// Whether every channel has an accepted baseline.
    #[getter]
    fn accepted(&self) -> bool {
        self.channels.iter().all(|channel| channel.report.accepted)
    }

    fn __len__(&self) -> usize {
        self.channels.len()
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let found = if let Ok(name) = key.extract::<String>() {
            self.channels.iter().find(|channel| channel.name == name)
        } else {
            let Ok(index) = key.extract::<isize>() else {
                return Err(argument("the channel", key, "its name, or its number from 0"));
            };
            let from_end = self.channels.len().checked_add_signed(index).filter(|_| index < 0);
            self.channels.get(from_end.unwrap_or(usize::try_from(index).unwrap_or(usize::MAX)))
        };
        match found {
            Some(channel) => describe(key.py(), &channel.name, &channel.report),
            None if key.is_instance_of::<pyo3::types::PyString>() => {
                Err(pyo3::exceptions::PyKeyError::new_err(key.clone().unbind()))
            }
            None => Err(pyo3::exceptions::PyIndexError::new_err("no such channel")),
        }
    }

    fn __repr__(&self) -> String {
        let one = |channel: &Calibrated| {
            let level = |value: Option<f32>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
            let report = &channel.report;
            if report.accepted {
                format!(
                    "{}: rest {} µV, reference {} µV",
                    channel.name,
                    level(report.baseline_uv),
                    level(report.reference_uv)
                )
            } else {
                let reasons: Vec<_> = report.reasons.iter().map(|one| one.name()).collect();
                format!("{}: refused ({})", channel.name, reasons.join(", "))
            }
        };
        format!("<tonus.Calibration {}>", self.channels.iter().map(one).collect::<Vec<_>>().join("; "))
    }

    /// Everything as plain dicts, lists and numbers.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let channels = PyList::empty(py);
        for channel in &self.channels {
            let said = describe(py, &channel.name, &channel.report)?;
            let json = channel.calibration.as_ref().map(serde_json::to_string).transpose();
            let json = json.map_err(|error| config(error.to_string()))?;
            let loads = py.import("json")?.getattr("loads")?;
            said.set_item("calibration", json.map(|json| loads.call1((json,))).transpose()?)?;
            channels.append(said)?;
        }
        let all = PyDict::new(py);
        all.set_item("channels", channels)?;
        Ok(all)
    }

    /// Writes the calibrations that were accepted to a file, which `--calibration` of the command reads too. The file appears whole
    /// or not at all.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        write_calibrations(&path, &stored(self.channels.clone())?).map_err(|error| analysis(py, error))
    }

    /// The calibrations of a file that `save` or `--save-calibration` of the command wrote.
    #[staticmethod]
    pub(crate) fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let stored = read_calibrations(&path).map_err(|error| analysis(py, error))?;
        Ok(Self { channels: stored.into_iter().map(restored).collect() })
    }

    /// The calibration of such a dict, or of what `json.load` makes of a file of calibrations.
    #[staticmethod]
    pub(crate) fn from_dict(dict: &Bound<'_, PyAny>) -> PyResult<Self> {
        let wrong = |error: &dyn std::fmt::Display| {
            config(format!("calibration is neither what to_dict() made nor that of a file of calibrations ({error})"))
        };
        let parse = |value: &Bound<'_, PyAny>| {
            let json = to_json(value).map_err(|error| wrong(&error))?;
            parse_calibrations(json.as_bytes()).map_err(|error| wrong(&error))
        };
        let Ok(channels) =
            dict.cast::<PyDict>().map_err(PyErr::from).and_then(|dict| dict.as_any().get_item("channels"))
        else {
            return Ok(Self { channels: parse(dict)?.into_iter().map(restored).collect() });
        };
        let channels: Vec<PlainChannel<'_>> = channels.extract().map_err(|error| wrong(&error))?;
        let channel = |plain: PlainChannel<'_>| {
            let PlainChannel { name, reasons, messages, source, start_s, end_s, calibration } = plain;
            let calibration = calibration.map(|one| parse(&one)).transpose()?;
            let calibration = calibration.and_then(|one| one.first().map(|one| one.calibration));
            let mut report = CalibrationReport::default();
            if let Some(calibration) = &calibration {
                report.accept(calibration);
            }
            let reason = |name: &String| {
                let found = CalibrationRemark::ALL.into_iter().find(|one| one.name() == name);
                found.ok_or_else(|| config(format!("reasons has '{name}', which this version of tonus does not know")))
            };
            report.reasons = reasons.iter().map(reason).collect::<PyResult<_>>()?;
            report.source = CalibrationSource::ALL
                .into_iter()
                .find(|one| one.name() == source)
                .ok_or_else(|| word("source", &source, "cues, file, option or calmest_stretch"))?;
            report = CalibrationReport { messages, start_s, end_s, ..report };
            Ok(Calibrated { name, calibration, report })
        };
        Ok(Self { channels: channels.into_iter().map(channel).collect::<PyResult<_>>()? })
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.channels == other.channels
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyDict>,))> {
        Ok((py.get_type::<Self>().getattr("from_dict")?, (self.to_dict(py)?,)))
    }
}
