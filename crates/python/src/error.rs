//! Errors of the libraries as exceptions of Python: the same messages, with options named as keywords.

use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tonus_dsp::error::{ConfigError as CoreConfigError, ShapeError};
use tonus_engine::AnalysisError;
use tonus_record::{ReadError as RecordError, Setting};

create_exception!(tonus, TonusError, PyValueError, "What tonus refuses to do; the message says what would help.");
create_exception!(
    tonus,
    ReadError,
    TonusError,
    "A signal that cannot be read, or not without guessing. `option` is the keyword that would settle it, or None."
);
create_exception!(tonus, ConfigError, TonusError, "A setting that is not possible, or does not suit the signal.");
create_exception!(tonus, StorageError, TonusError, "A result that cannot be stored.");

/// The keyword that sets it.
const fn keyword(setting: Setting) -> &'static str {
    match setting {
        // A list here, for arrays and files alike.
        Setting::Channel => "channels",
        other => other.field(),
    }
}

/// A setting that is not possible.
pub(crate) fn config(message: impl Into<String>) -> PyErr {
    ConfigError::new_err(message.into())
}

/// A word that is none of the accepted ones.
pub(crate) fn word(keyword: &str, found: &str, expected: &str) -> PyErr {
    config(format!("{keyword} is '{found}'; expected {expected}"))
}

/// A recording that cannot be read.
pub(crate) fn read(py: Python<'_>, error: &RecordError) -> PyErr {
    let made = ReadError::new_err(error.wording().named(keyword));
    // An exception without this attribute is one all the same.
    let _ = made.value(py).setattr("option", error.option().map(keyword));
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
        AnalysisError::Accessory { found, help } => config(format!("{}; {}", found.named(keyword), help.named(keyword))),
        AnalysisError::Unrecovered { folder } => ReadError::new_err(format!(
            "{}: found a journal that was not finalised; recover it first: tonus recover {}",
            folder.display(),
            folder.display()
        )),
        AnalysisError::Storage { .. } | AnalysisError::Spool(_) => StorageError::new_err(error.to_string()),
        other => config(other.to_string()),
    }
}
