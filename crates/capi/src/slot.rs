//! What is behind a handle: a head that tells what it is and whether it is in use, and a value behind it.

use core::ffi::c_void;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::result::{
    Outcome, TONUS_ERROR_BUSY, TONUS_ERROR_HANDLE, TONUS_ERROR_MEMORY, TONUS_ERROR_NULL, TONUS_ERROR_PANIC,
    tonus_result,
};

/// What memory for a handle must be aligned to, in bytes.
pub const TONUS_ALIGNMENT: usize = 8;

/// A handle that has been given back.
const DEAD: u32 = u32::from_le_bytes(*b"TEND");

/// The beginning of every handle.
#[repr(C, align(8))]
pub(crate) struct Head {
    magic: AtomicU32,
    busy: AtomicBool,
    /// A defect has left the value in an unknown condition.
    broken: AtomicBool,
    is_heap: bool,
    /// Which of several sizes the value has.
    pub class: u8,
}

/// A head and its value.
#[repr(C)]
pub(crate) struct Slot<T> {
    pub head: Head,
    pub value: T,
}

/// A value of which all bits zero is one, to be set up in its place.
///
/// # Safety
/// All bits zero are a valid value; a constant beside each implementation has the compiler check that.
pub(crate) unsafe trait Blank: Send {}

/// Whether memory is good for a value.
pub(crate) fn check_memory<T>(memory: *mut c_void, size: usize) -> Result<*mut Slot<T>, tonus_result> {
    const { assert!(align_of::<Slot<T>>() <= TONUS_ALIGNMENT) };
    if memory.is_null() {
        return Err(TONUS_ERROR_NULL);
    }
    if size < size_of::<Slot<T>>() || memory.addr() % TONUS_ALIGNMENT != 0 {
        return Err(TONUS_ERROR_MEMORY);
    }
    Ok(memory.cast())
}

/// Sets up a value in memory and makes it a handle; memory that was refused holds none.
///
/// # Safety
/// The slot is valid for writes, aligned, and nobody else's.
pub(crate) unsafe fn begin<T: Blank>(
    slot: *mut Slot<T>,
    magic: u32,
    class: u8,
    is_heap: bool,
    set_up: impl FnOnce(&mut T) -> Result<(), tonus_result>,
) -> Result<(), tonus_result> {
    // SAFETY: valid for writes. All bits zero are a head, and a value because `T` is blank.
    let slot = unsafe {
        slot.write_bytes(0, 1);
        &mut *slot
    };
    let done = caught(|| set_up(&mut slot.value));
    done.unwrap_or(Err(TONUS_ERROR_PANIC))?;
    slot.head.is_heap = is_heap;
    slot.head.class = class;
    slot.head.magic.store(magic, Ordering::Release);
    Ok(())
}

/// Somebody's turn with a handle; it ends when this is dropped.
struct Turn<'a>(&'a Head);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.busy.store(false, Ordering::Release);
    }
}

/// The head of a handle, if it is one and nobody else's turn.
///
/// # Safety
/// The pointer is null or points to a head's worth of readable memory.
unsafe fn enter<'a>(handle: *const c_void, magic: u32, may_be_broken: bool) -> Result<Turn<'a>, tonus_result> {
    if handle.is_null() {
        return Err(TONUS_ERROR_NULL);
    }
    if handle.addr() % TONUS_ALIGNMENT != 0 {
        return Err(TONUS_ERROR_HANDLE);
    }
    // SAFETY: readable and aligned; the first field is all that is looked at before it is known to be a head.
    let found = unsafe { &*handle.cast::<AtomicU32>() }.load(Ordering::Acquire);
    if found != magic {
        return Err(TONUS_ERROR_HANDLE);
    }
    // SAFETY: it is a head, and heads are only ever shared.
    let head = unsafe { &*handle.cast::<Head>() };
    if head.broken.load(Ordering::Acquire) && !may_be_broken {
        return Err(TONUS_ERROR_PANIC);
    }
    if head.busy.swap(true, Ordering::AcqRel) { Err(TONUS_ERROR_BUSY) } else { Ok(Turn(head)) }
}

/// Does something with a handle, in turn. `work` is given its class.
///
/// # Safety
/// As for [`enter`]. `work` may use the value behind the head, and nothing else of the handle.
pub(crate) unsafe fn with(handle: *const c_void, magic: u32, work: impl FnOnce(u8) -> Outcome) -> tonus_result {
    // SAFETY: passed on.
    let turn = match unsafe { enter(handle, magic, false) } {
        Ok(turn) => turn,
        Err(result) => return result,
    };
    if let Some(outcome) = caught(|| work(turn.0.class)) {
        return outcome.unwrap_or_else(|result| result);
    }
    turn.0.broken.store(true, Ordering::Release);
    TONUS_ERROR_PANIC
}

/// Ends a handle. Gives whether it is on the heap and what its class is; `is_heap` says which is expected.
///
/// # Safety
/// As for [`enter`].
pub(crate) unsafe fn end(handle: *const c_void, magic: u32, is_heap: bool) -> Result<u8, tonus_result> {
    // SAFETY: passed on.
    let turn = unsafe { enter(handle, magic, true) }?;
    if turn.0.is_heap != is_heap {
        return Err(TONUS_ERROR_HANDLE);
    }
    turn.0.magic.store(DEAD, Ordering::Release);
    Ok(turn.0.class)
}

/// Nothing that panics may reach C.
#[cfg(feature = "std")]
pub(crate) fn caught<R>(work: impl FnOnce() -> R) -> Option<R> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
}

/// Without `std` a panic ends in the panic handler and never comes back.
#[cfg(not(feature = "std"))]
pub(crate) fn caught<R>(work: impl FnOnce() -> R) -> Option<R> {
    Some(work())
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use crate::result::TONUS_OK;

    const MAGIC: u32 = 7;

    // SAFETY: all bits zero are a number.
    unsafe impl Blank for u64 {}

    #[test]
    fn a_panic_becomes_a_result_and_breaks_its_handle_only() {
        let mut memory = [[0_u64; 4]; 2];
        let [first, second] = memory.each_mut().map(|words| words.as_mut_ptr().cast::<c_void>());
        let handles = [first, second];
        for handle in handles {
            let slot = check_memory::<u64>(handle, 32).expect("large enough");
            // SAFETY: aligned, large enough, and of this test alone.
            unsafe { begin(slot, MAGIC, 1, false, |_| Ok(())) }.expect("nothing fails");
        }
        // SAFETY: handles of this test, here and below.
        let call = |handle, magic, work: fn(u8) -> Outcome| unsafe { with(handle, magic, work) };
        assert_eq!(call(first, MAGIC, |_| panic!("on purpose")), TONUS_ERROR_PANIC);
        assert_eq!(call(first, MAGIC, |_| Ok(TONUS_OK)), TONUS_ERROR_PANIC);
        assert_eq!(call(second, MAGIC, |_| Ok(TONUS_OK)), TONUS_OK);
        assert_eq!(call(first, 8, |_| Ok(TONUS_OK)), TONUS_ERROR_HANDLE);
        // SAFETY: as above.
        unsafe {
            assert_eq!(end(first, 8, false), Err(TONUS_ERROR_HANDLE), "a broken handle keeps its kind");
            assert_eq!(end(first, MAGIC, false), Ok(1));
            assert_eq!(end(first, MAGIC, false), Err(TONUS_ERROR_HANDLE));
        }
    }
}
