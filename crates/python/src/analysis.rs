//! Whole recordings: files, and arrays.

use std::path::PathBuf;

use numpy::{PyArray1, PyUntypedArray};
use pyo3::prelude::*;
use tonus_engine::{AnalysisError, AnalysisOptions, Part, Parts, ReportOptions};
use tonus_record::{Memory, Recording};
use tonus_report::norms::Norms;

use crate::array::{self, Samples, each};
use crate::calibration::Calibration;
use crate::decision::{Row, Rows, merged, to_array};
use crate::error::{analysis, config};
use crate::options::Said;

/// An array and what is known of it besides its values.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Array<'py> {
    values: Bound<'py, PyUntypedArray>,
    name: String,
    names: Vec<String>,
    gaps: Vec<(u64, u64)>,
}

/// Where a signal comes from.
#[derive(FromPyObject)]
pub(crate) enum Source<'py> {
    File(PathBuf),
    Array(Array<'py>),
}

/// A signal that can be opened without the interpreter.
enum Ready {
    File(PathBuf),
    Array(Samples, Memory),
}

impl Source<'_> {
    /// # Safety
    /// The source must stay as long as the result, and the recording it opens, are used.
    #[allow(unsafe_code)]
    unsafe fn ready(&self) -> PyResult<Ready> {
        Ok(match self {
            Self::File(path) => Ready::File(path.clone()),
            Self::Array(Array { values, name, names, gaps }) => {
                let (_, channels) = array::shape(values)?;
                if channels != names.len() {
                    let given = names.len();
                    return Err(config(format!(
                        "channels has {given} names and the array {channels} columns; give a name per column"
                    )));
                }
                let memory = Memory { name: name.clone(), channels: names.clone(), gaps: gaps.clone() };
                // SAFETY: the array stays, says the caller.
                Ready::Array(unsafe { array::samples(values)? }, memory)
            }
        })
    }
}

impl Ready {
    fn open(self, options: &AnalysisOptions) -> Result<Parts, AnalysisError> {
        match self {
            Self::File(path) => Parts::open(&path, options),
            Self::Array(samples, memory) => {
                let recording = each!(samples, values => Recording::from_frames(values, memory, &options.open))?;
                Ok(Parts::whole(recording, options))
            }
        }
    }
}

/// Analyzes a file or an array: the summary as JSON, and all decisions.
#[pyfunction]
#[pyo3(signature = (source, said, norms, out, wants_states))]
pub(crate) fn analyze<'py>(
    py: Python<'py>,
    source: Source<'py>,
    said: Said<'py>,
    norms: Option<&str>,
    out: Option<PathBuf>,
    wants_states: bool,
) -> PyResult<(String, Bound<'py, PyArray1<Row>>)> {
    let options = said.options(py)?;
    let norms = match norms {
        Some(name) => Norms::find(name).map_err(|error| config(format!("norms: {error}")))?,
        None => Norms::default(),
    };
    let report = ReportOptions { norms, out, ..ReportOptions::default() };
    // SAFETY: `source` lives to the end of this function, the recording only within the closure.
    #[allow(unsafe_code)]
    let ready = unsafe { source.ready()? };
    let (summary, rows) = py
        .detach(|| {
            let rows = |part: &Part| wants_states.then(|| Rows::new(part.channels().len()));
            let (analysis, rows) = ready.open(&options)?.analyze_with(&report, rows)?;
            Ok((analysis.summary, merged(rows.into_iter().flatten())))
        })
        .map_err(|error| analysis(py, error))?;
    Ok((summary.to_json_line()?, to_array(py, rows)))
}

/// Measures the calibrations of a file or an array.
#[pyfunction]
pub(crate) fn calibrate(py: Python<'_>, source: Source<'_>, said: Said<'_>) -> PyResult<Calibration> {
    let options = said.options(py)?;
    // SAFETY: `source` lives to the end of this function, the recording only within the closure.
    #[allow(unsafe_code)]
    let ready = unsafe { source.ready()? };
    let found = py.detach(|| ready.open(&options)?.calibrate()).map_err(|error| analysis(py, error))?;
    Ok(Calibration::new(found))
}
