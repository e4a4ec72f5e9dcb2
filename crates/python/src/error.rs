//! Errors of the libraries as exceptions of Python: the same messages, with options named as keywords.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use pyo3::conversion::FromPyObjectOwned;
use pyo3::create_exception;
use pyo3::exceptions::{PyKeyboardInterrupt, PyValueError};
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

/// Between two turns of the interpreter while Rust is at work: taking it up costs microseconds, and Ctrl-C can wait so long.
const BETWEEN_TURNS: Duration = Duration::from_millis(20);
/// Characters of a refused argument that are repeated.
const LONGEST_SHOWN: usize = 80;

/// The keyword that sets it.
pub(crate) const fn keyword(setting: Setting) -> &'static str {
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

/// The begin of what a caller gave, for a message.
fn shortened(shown: &str) -> Cow<'_, str> {
    match shown.char_indices().nth(LONGEST_SHOWN) {
        Some((place, _)) => format!("{} …", shown.get(..place).unwrap_or_default()).into(),
        None => shown.into(),
    }
}

/// A word that is none of the accepted ones.
pub(crate) fn word(keyword: &str, found: &str, expected: &str) -> PyErr {
    config(format!("{keyword} is '{}'; expected {expected}", shortened(found)))
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

thread_local! {
    /// What a signal handler of Python raised while Rust was at work.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
    /// When handlers had their turn for the last time.
    static ASKED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Lets handlers of signals run while Rust is at work; whether one raised something, such as Ctrl-C does.
pub(crate) fn is_interrupted() -> bool {
    let now = Instant::now();
    if ASKED.get().is_some_and(|last| now.duration_since(last) < BETWEEN_TURNS) {
        return false;
    }
    ASKED.set(Some(now));
    #[allow(clippy::redundant_closure_for_method_calls, reason = "the method is not general over lifetimes")]
    let raised = Python::attach(|py| py.check_signals());
    match raised {
        Ok(()) => false,
        Err(raised) => {
            RAISED.set(Some(raised));
            true
        }
    }
}

/// What a handler raised.
pub(crate) fn raised() -> PyErr {
    RAISED.take().unwrap_or_else(|| PyKeyboardInterrupt::new_err(()))
}

/// An argument of a kind that is not asked for.
pub(crate) fn argument(keyword: &str, found: &Bound<'_, PyAny>, expected: &str) -> PyErr {
    let shown: String = found.repr().map_or_else(|_| String::new(), |shown| shown.to_string());
    config(format!("{keyword} is {}; give {expected}", shortened(&shown)))
}

/// An argument as what it should be.
pub(crate) fn given<'py, T: FromPyObjectOwned<'py>>(
    keyword: &str,
    found: &Bound<'py, PyAny>,
    expected: &str,
) -> PyResult<T> {
    found.extract().map_err(|_| argument(keyword, found, expected))
}

/// An analysis that was not made.
pub(crate) fn analysis(py: Python<'_>, error: AnalysisError) -> PyErr {
    match error {
        AnalysisError::Read(error) => read(py, &error),
        AnalysisError::Accessory { found, help } => {
            config(format!("{}; {}", found.named(keyword), help.named(keyword)))
        }
        AnalysisError::Unrecovered { folder } => ReadError::new_err(format!(
            "{}: found a journal that was not finalised; recover it first: tonus recover {}",
            folder.display(),
            folder.display()
        )),
        AnalysisError::Storage { .. } | AnalysisError::Spool(_) => StorageError::new_err(error.to_string()),
        AnalysisError::Stopped => raised(),
        other => config(other.to_string()),
    }
}
