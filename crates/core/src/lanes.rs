//! One operation on all lanes: the form that becomes vector code.

/// One value per lane.
///
/// Written one operation to a line, with 1 and 0 for yes and no, each line becomes one vector instruction or two.
#[inline(always)]
pub(crate) fn lanes<const LANES: usize>(f: impl Fn(usize) -> f32) -> [f32; LANES] {
    // Not `array::from_fn`, which the compiler sometimes leaves a call.
    let mut out = [0.0; LANES];
    for (lane, value) in out.iter_mut().enumerate() {
        *value = f(lane);
    }
    out
}

/// Whether it pays to ask the processor for wider vectors: where the lanes fill one.
#[inline]
pub(crate) const fn is_wide<const LANES: usize>() -> bool {
    LANES >= 8
}
