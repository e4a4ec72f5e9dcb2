//! Handles on the heap. A list of those that live makes a second `_free` of the same handle a result, not a disaster.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::collections::BTreeSet;
use std::ffi::c_void;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::result::{TONUS_ERROR_HANDLE, TONUS_ERROR_MEMORY, TONUS_ERROR_NULL, tonus_result};
use crate::slot::{Slot, TONUS_ALIGNMENT};

static LIVING: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

fn living() -> MutexGuard<'static, BTreeSet<usize>> {
    LIVING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn layout(size: usize) -> Result<Layout, tonus_result> {
    Layout::from_size_align(size, TONUS_ALIGNMENT).map_err(|_| TONUS_ERROR_MEMORY)
}

/// Memory for a handle, which `init` turns into one.
pub(crate) fn make<T>(
    size: usize,
    init: impl FnOnce(*mut c_void, usize) -> Result<*mut T, tonus_result>,
) -> Result<*mut T, tonus_result> {
    let layout = layout(size.max(size_of::<Slot<()>>()))?;
    // SAFETY: the layout is not empty.
    let memory = unsafe { alloc_zeroed(layout) };
    if memory.is_null() {
        return Err(TONUS_ERROR_MEMORY);
    }
    match init(memory.cast(), layout.size()) {
        Ok(handle) => {
            living().insert(handle.addr());
            Ok(handle)
        }
        Err(result) => {
            // SAFETY: allocated above with this layout, and no handle was made of it.
            unsafe { dealloc(memory, layout) };
            Err(result)
        }
    }
}

/// Gives the memory of a handle back, whose size `end` tells.
pub(crate) fn free(handle: *mut c_void, end: impl FnOnce() -> Result<usize, tonus_result>) -> Result<(), tonus_result> {
    if handle.is_null() {
        return Err(TONUS_ERROR_NULL);
    }
    // Held until the end, so that two threads cannot free one handle.
    let mut living = living();
    if !living.contains(&handle.addr()) {
        return Err(TONUS_ERROR_HANDLE);
    }
    let layout = layout(end()?)?;
    living.remove(&handle.addr());
    // SAFETY: on the list, so made by `make` with this layout, and now off it.
    unsafe { dealloc(handle.cast(), layout) };
    Ok(())
}
