//! Counts heap allocations, so that a test can hold a stage to "none".

// A global allocator cannot be written without it; this crate never leaves the tests.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting per thread (tests run side by side).
///
/// A test binary installs it:
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: tonus_testkit::CountingAllocator = tonus_testkit::CountingAllocator;
/// ```
#[derive(Debug, Default)]
pub struct CountingAllocator;

fn count() {
    // At the end of a thread the counter may be gone before the last allocation; nobody reads it then.
    let _ = COUNT.try_with(|n| n.set(n.get() + 1));
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promise about `layout` is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: `ptr` came from `System` with this `layout`, as the caller promises.
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as in `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count();
        // SAFETY: as in `dealloc`, and `new_size` is passed on.
        unsafe { System.realloc(ptr, layout, new_size) }
    }
}

/// How often `f` asked the heap for memory.
///
/// # Panics
/// If the test binary has not installed [`CountingAllocator`]: the answer would always be 0.
pub fn allocations(f: impl FnOnce()) -> u64 {
    let now = || COUNT.with(Cell::get);
    let before = now();
    drop(std::hint::black_box(Box::new(1_u8)));
    assert!(now() > before, "install CountingAllocator as #[global_allocator] in this test binary");
    let before = now();
    f();
    now() - before
}
