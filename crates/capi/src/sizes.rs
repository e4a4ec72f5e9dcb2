//! How structures may grow. A caller says how large its structure is; a later version of the library will know the sizes of
//! all earlier ones, so that a program built against an old header goes on working. There is one size so far.

use crate::result::{TONUS_ERROR_NULL, TONUS_ERROR_SIZE, tonus_result};

/// A structure that begins with its size.
///
/// # Safety
/// `repr(C)`, first field `struct_size: u32`, and every bit pattern is a value.
pub(crate) unsafe trait Sized32: Copy {}

/// Reads a structure of the caller.
///
/// # Safety
/// The pointer is null or points to a structure of the size that its first field says.
pub(crate) unsafe fn read<T: Sized32>(pointer: *const T) -> Result<T, tonus_result> {
    if pointer.is_null() {
        return Err(TONUS_ERROR_NULL);
    }
    // SAFETY: not null, so at least the first field is there.
    let size = unsafe { pointer.cast::<u32>().read_unaligned() };
    if size as usize != size_of::<T>() {
        return Err(TONUS_ERROR_SIZE);
    }
    // SAFETY: the caller says that all of it is there, and any bits are a value of `T`.
    Ok(unsafe { pointer.read_unaligned() })
}

/// Checks where a structure is to go.
pub(crate) fn room<T: Sized32>(pointer: *mut T, size: usize) -> Result<(), tonus_result> {
    if pointer.is_null() {
        Err(TONUS_ERROR_NULL)
    } else if size == size_of::<T>() {
        Ok(())
    } else {
        Err(TONUS_ERROR_SIZE)
    }
}

/// Writes a structure for the caller.
///
/// # Safety
/// The pointer is null or points to `size` bytes that may be written.
pub(crate) unsafe fn write<T: Sized32>(pointer: *mut T, size: usize, value: T) -> Result<(), tonus_result> {
    room(pointer, size)?;
    // SAFETY: not null, and as large as `T`.
    unsafe { pointer.write_unaligned(value) };
    Ok(())
}

/// Writes a plain output.
///
/// # Safety
/// The pointer is null or points to a `T` that may be written.
pub(crate) unsafe fn give<T>(pointer: *mut T, value: T) -> Result<(), tonus_result> {
    if pointer.is_null() {
        return Err(TONUS_ERROR_NULL);
    }
    // SAFETY: not null.
    unsafe { pointer.write_unaligned(value) };
    Ok(())
}
