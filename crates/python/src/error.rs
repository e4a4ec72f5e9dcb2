//! Errors of the libraries as exceptions of Python: the same messages, with options named as keywords.

use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tonus_dsp::error::{ConfigError as CoreConfigError, ShapeError};
use tonus_engine::AnalysisError;
use tonus_record::ReadError as RecordError;

create_exception!(tonus, TonusError, PyValueError, "What tonus refuses to do; the message says what would help.");
create_exception!(
    tonus,
    ReadError,
    TonusError,
    "A signal that cannot be read, or not without guessing. `option` is the keyword that would settle it, or None."
);
create_exception!(tonus, ConfigError, TonusError, "A setting that is not possible, or does not suit the signal.");
create_exception!(tonus, StorageError, TonusError, "A result that cannot be stored.");

/// Options of the command line, and the keywords that stand for them here.
const KEYWORDS: [(&str, &str); 11] = [
    ("--uv-per-count", "uv_per_count"),
    ("--unit", "unit"),
    ("--rate", "rate_hz"),
    ("--channel", "channels"),
    ("--kind", "kind"),
    ("--mains", "mains"),
    ("--cues", "cues"),
    ("--baseline", "baseline"),
    ("--reference", "reference"),
    ("--accessory", "accessory"),
    ("--out", "out"),
];

/// A message with keywords in place of options.
fn spoken(message: &str) -> String {
    KEYWORDS.iter().fold(message.to_owned(), |text, (option, keyword)| text.replace(option, keyword))
}

/// A setting that is not possible.
pub(crate) fn config(message: impl AsRef<str>) -> PyErr {
    ConfigError::new_err(spoken(message.as_ref()))
}

/// A word that is none of the accepted ones.
pub(crate) fn word(keyword: &str, found: &str, expected: &str) -> PyErr {
    config(format!("{keyword} is '{found}'; expected {expected}"))
}

/// A recording that cannot be read.
pub(crate) fn read(py: Python<'_>, error: &RecordError) -> PyErr {
    let made = ReadError::new_err(spoken(&error.to_string()));
    let option = error.option().and_then(|option| option.split_whitespace().next()).map(spoken);
    // An exception without this attribute is one all the same.
    let _ = made.value(py).setattr("option", option);
    made
}

/// Settings that the pipeline refuses.
pub(crate) fn refused(error: CoreConfigError) -> PyErr {
    config(error.to_string())
}

/// A block of another shape.
pub(crate) fn shape(error: ShapeError) -> PyErr {
    config(error.to_string())
}

/// An analysis that was not made.
pub(crate) fn analysis(py: Python<'_>, error: AnalysisError) -> PyErr {
    match error {
        AnalysisError::Read(error) => read(py, &error),
        AnalysisError::Accessory { found, help } => config(format!("{found}; {help}")),
        AnalysisError::Unrecovered { folder } => ReadError::new_err(format!(
            "{}: found a journal that was not finalised; recover it first: tonus recover {}",
            folder.display(),
            folder.display()
        )),
        AnalysisError::Storage { .. } | AnalysisError::Spool(_) => StorageError::new_err(error.to_string()),
        other => config(other.to_string()),
    }
}
