//! Without `std`, what happens after a panic is the product's decision.

unsafe extern "C" {
    /// To be defined by the product: a defect was met. It must not return; a reset is usual.
    fn tonus_panicked() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: takes nothing, gives nothing, does not return.
    unsafe { tonus_panicked() }
}
