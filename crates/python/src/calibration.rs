//! Calibrations as a value of Python: to be looked at, stored as plain numbers, and given to a pipeline.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use tonus_core::calibration::{Calibration as Core, Warnings};
use tonus_core::pipeline::detector::{Detection, Whitening};
use tonus_dsp::design::Mains;
use tonus_engine::Calibrated;
use tonus_record::CalibrationSource;
use tonus_report::{CalibrationRemark, CalibrationReport};

use crate::error::{argument, config, refused, word};
use crate::options::kind;

/// Rest and reference of every channel, as `tonus.calibrate` measures them.
///
/// `calibration["biceps"]` or `calibration[0]` is one channel: a dict with `name`, `accepted`, `baseline_uv`, `spread_uv`,
/// `reference_uv`, `on_uv`, `off_uv`, `reasons` (why a step was refused, or what is remarkable) and `messages`.
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

/// How a channel's activity is detected, as plain numbers.
#[derive(FromPyObject, IntoPyObject)]
#[pyo3(from_item_all)]
struct PlainDetection {
    taps: [f32; 4],
    level: f32,
    reference: Option<f32>,
    window_ticks: u8,
    band_ticks: u8,
    contrast: f32,
    ratios: [f32; 2],
}

/// What a pipeline needs, as plain numbers.
#[derive(FromPyObject, IntoPyObject)]
#[pyo3(from_item_all)]
struct Plain {
    kind: String,
    rate_hz: f64,
    highpass_hz: f64,
    mains_hz: Option<f64>,
    baseline_uv: f32,
    spread_uv: f32,
    reference_uv: Option<f32>,
    detection: PlainDetection,
    warnings: Vec<bool>,
}

/// One channel in a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct PlainChannel {
    name: String,
    reasons: Vec<String>,
    messages: Vec<String>,
    source: String,
    start_s: Option<f64>,
    end_s: Option<f64>,
    settings: Option<Plain>,
}

impl From<&Core> for Plain {
    fn from(core: &Core) -> Self {
        let Detection { whitening, level, reference, window_ticks, band_ticks, contrast, ratios } = core.detection;
        let Warnings { unstable, drifting, low_resolution, weak_reference, later_rest } = core.warnings;
        Self {
            kind: match core.kind {
                tonus_core::config::Kind::Raw => "raw",
                tonus_core::config::Kind::Envelope => "envelope",
            }
            .to_owned(),
            rate_hz: core.rate_hz,
            highpass_hz: core.highpass_hz,
            mains_hz: core.mains.map(Mains::hz),
            baseline_uv: core.baseline_uv,
            spread_uv: core.spread_uv,
            reference_uv: core.reference_uv,
            detection: PlainDetection {
                taps: whitening.taps,
                level,
                reference,
                window_ticks,
                band_ticks,
                contrast,
                ratios: [ratios.0, ratios.1],
            },
            warnings: vec![unstable, drifting, low_resolution, weak_reference, later_rest],
        }
    }
}

impl Plain {
    fn core(self) -> PyResult<Core> {
        let PlainDetection { taps, level, reference, window_ticks, band_ticks, contrast, ratios } = self.detection;
        // Those that came later are not in what was stored before.
        let warned = |n: usize| self.warnings.get(n).copied().unwrap_or_default();
        let warnings = Warnings {
            unstable: warned(0),
            drifting: warned(1),
            low_resolution: warned(2),
            weak_reference: warned(3),
            later_rest: warned(4),
        };
        Ok(Core {
            kind: kind(&self.kind)?.into(),
            rate_hz: self.rate_hz,
            highpass_hz: self.highpass_hz,
            mains: self.mains_hz.map(Mains::from_hz).transpose().map_err(refused)?,
            baseline_uv: self.baseline_uv,
            spread_uv: self.spread_uv,
            reference_uv: self.reference_uv,
            detection: Detection {
                whitening: Whitening { taps },
                level,
                reference,
                window_ticks,
                band_ticks,
                contrast,
                ratios: (ratios[0], ratios[1]),
            },
            warnings,
        })
    }
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
    said.set_item("resting_activity", &report.resting_activity)?;
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
            said.set_item("settings", channel.calibration.as_ref().map(Plain::from))?;
            channels.append(said)?;
        }
        let all = PyDict::new(py);
        all.set_item("channels", channels)?;
        Ok(all)
    }

    /// The calibration of such a dict.
    #[staticmethod]
    fn from_dict(dict: &Bound<'_, PyAny>) -> PyResult<Self> {
        let channels: Vec<PlainChannel> = dict
            .get_item("channels")
            .and_then(|channels| channels.extract())
            .map_err(|error| config(format!("this is no dict that Calibration.to_dict() made ({error})")))?;
        let channel = |plain: PlainChannel| {
            let PlainChannel { name, reasons, messages, source, start_s, end_s, settings } = plain;
            let calibration = settings.map(Plain::core).transpose()?;
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
