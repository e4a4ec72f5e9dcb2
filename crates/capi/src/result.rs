//! The one result of all functions.

use core::ffi::c_char;

/// What came of a call. 0 and above is no error.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum tonus_result {
    /// Done; outputs are written.
    TONUS_OK = 0,
    /// Done, and there is nothing to write.
    TONUS_NOTHING = 1,
    /// A pointer is null that must not be.
    TONUS_ERROR_NULL = -1,
    /// A `struct_size` or a size argument is not that of this library's structure: another version of the header.
    TONUS_ERROR_SIZE = -2,
    /// The memory is too small, not aligned to TONUS_ALIGNMENT, or not to be had.
    TONUS_ERROR_MEMORY = -3,
    /// Not a handle of this kind, or one that has been freed.
    TONUS_ERROR_HANDLE = -4,
    /// The handle is in use: by another thread, or by the call whose callback this is.
    TONUS_ERROR_BUSY = -5,
    /// A number that stands for nothing, or a channel that does not exist.
    TONUS_ERROR_VALUE = -6,
    /// A setting outside its limits; tonus_pipeline_explain tells which.
    TONUS_ERROR_CONFIG = -7,
    /// A calibration made with other settings than those of the pipeline.
    TONUS_ERROR_MISMATCH = -8,
    /// Steps that are no programme.
    TONUS_ERROR_PROGRAM = -9,
    /// This build of the library cannot do it.
    TONUS_ERROR_UNSUPPORTED = -10,
    /// A defect of the library. The handle can only be freed.
    TONUS_ERROR_PANIC = -11,
}

pub use tonus_result::{
    TONUS_ERROR_BUSY, TONUS_ERROR_CONFIG, TONUS_ERROR_HANDLE, TONUS_ERROR_MEMORY, TONUS_ERROR_MISMATCH,
    TONUS_ERROR_NULL, TONUS_ERROR_PANIC, TONUS_ERROR_PROGRAM, TONUS_ERROR_SIZE, TONUS_ERROR_UNSUPPORTED,
    TONUS_ERROR_VALUE, TONUS_NOTHING, TONUS_OK,
};

/// A result on the way, with `?` for what went wrong.
pub(crate) type Outcome = Result<tonus_result, tonus_result>;

/// An English sentence for a result. Never null; lives as long as the program.
#[unsafe(no_mangle)]
pub extern "C" fn tonus_result_text(result: i32) -> *const c_char {
    let text = match result {
        0 => c"done",
        1 => c"done, there is nothing to give",
        -1 => c"a pointer is null that must not be",
        -2 => c"a struct_size is not that of this library: header and library differ",
        -3 => c"the memory is too small, not aligned to 8 bytes, or not to be had",
        -4 => c"not a handle of this kind, or one that has been freed",
        -5 => c"the handle is in use",
        -6 => c"a number that stands for nothing, or a channel that does not exist",
        -7 => c"a setting lies outside its limits",
        -8 => c"the calibration was made with other settings; calibrate again",
        -9 => c"the steps are no programme",
        -10 => c"this build of the library cannot do that",
        -11 => c"a defect of the library",
        _ => c"not a result of this library",
    };
    text.as_ptr()
}
