//! One operation on all lanes: the form that becomes vector code.

/// Whether the target has vectors of `f32` in any case.
pub const HAS_VECTORS: bool = cfg!(any(target_feature = "sse2", target_feature = "neon", target_feature = "simd128"));

/// One value per lane.
///
/// Written one operation to a line, with 1 and 0 for yes and no, each line becomes one vector instruction or two.
#[inline(always)]
pub fn lanes<const LANES: usize>(f: impl Fn(usize) -> f32) -> [f32; LANES] {
    if !HAS_VECTORS {
        // Loops stay loops: a third less flash.
        return core::array::from_fn(f);
    }
    // Not `array::from_fn`, which the compiler sometimes leaves a call.
    let mut out = [0.0; LANES];
    for (lane, value) in out.iter_mut().enumerate() {
        *value = f(lane);
    }
    out
}

/// Whether it pays to ask the processor for wider vectors: where the lanes fill one.
#[inline]
pub const fn is_wide<const LANES: usize>() -> bool {
    LANES >= 8
}
