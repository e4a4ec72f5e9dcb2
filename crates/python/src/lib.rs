//! tonus for Python: the part in Rust. `python/tonus/__init__.py` is what is imported.
//!
//! | module | one noun |
//! |---|---|
//! | `array` | arrays of numpy, read in place |
//! | `decision` | decisions as rows of a structured array |
//! | `options` | what a caller says, in the words of the command |
//! | `analysis` | whole recordings |
//! | `calibration` | calibrations as a value |
//! | `pipeline` | blocks as they come |
//! | `decode` | bytes of a sensor |
//! | `error` | exceptions |
//!
//! Nothing is decided here: arrays become the same inputs as files, through the same reader, into the same pipeline.
#![deny(unsafe_op_in_unsafe_fn)]

mod analysis;
mod array;
mod calibration;
mod decision;
mod decode;
mod error;
mod options;
mod pipeline;

use pyo3::prelude::*;

/// The part of tonus that is written in Rust.
#[pymodule]
mod _tonus {
    use pyo3::prelude::*;
    use tonus_core::decision::{Quality, Reasons};

    #[pymodule_export]
    use crate::analysis::{analyze, calibrate};
    #[pymodule_export]
    use crate::calibration::Calibration;
    #[pymodule_export]
    use crate::decode::{decode, devices};
    #[pymodule_export]
    use crate::error::{ConfigError, ReadError, StorageError, TonusError};
    #[pymodule_export]
    use crate::pipeline::Pipeline;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("DECISION", crate::decision::make_dtype(module.py())?)?;
        let reasons: Vec<_> = Reasons::NAMES.iter().map(|(flag, name)| (*name, flag.bits())).collect();
        module.add("REASONS", reasons)?;
        let quality: Vec<_> = Quality::NAMES.iter().map(|(flag, name)| (*name, flag.bits())).collect();
        module.add("QUALITY", quality)
    }
}
