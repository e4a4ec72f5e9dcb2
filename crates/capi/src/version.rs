//! Which library this is.

use core::ffi::c_char;

/// Version of the binary interface that this header describes.
pub const TONUS_ABI_VERSION: u32 = 1;

/// Version of the binary interface of the library. Compare it with TONUS_ABI_VERSION before anything else.
#[unsafe(no_mangle)]
pub extern "C" fn tonus_abi_version() -> u32 {
    TONUS_ABI_VERSION
}

/// Version of the library, such as "0.1.0". Never null; lives as long as the program.
#[unsafe(no_mangle)]
pub extern "C" fn tonus_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
