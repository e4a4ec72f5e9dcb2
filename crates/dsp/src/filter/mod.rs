//! Second-order sections running in `f32`: one, a cascade on one channel, a bank over channels.
//!
//! All three compute each section as `biquad`'s direct form 2 transposed and in its order of operations:
//!
//! ```text
//! y  = s1 + b0·x
//! s1 = (s2 + b1·x) − a1·y
//! s2 = b2·x − a2·y
//! ```
//!
//! `SciPy` adds the same terms in another order (`(b1·x − a1·y) + s2`), so results agree to rounding, not to the bit. Among
//! themselves the three are equal to the bit (which NaN it is aside), for any split of the input.
//!
//! `f32` state is enough only for a signal without its electrode offset (a 300 mV offset costs up to 2 µV): subtract the
//! first valid value exactly before narrowing, and put the high-pass first.
//!
//! On exact silence the state decays into subnormal numbers, which slow a processor down. No mode of the floating-point
//! unit is touched; call `settle` at a boundary that counts samples (the 10-ms tick), never at the end of a block, so that
//! the split of the input cannot change a bit.
//!
//! Deliberately not here: a check of the samples. A NaN stays in the state for ever; the pipeline refuses it before.

mod cascade;
mod section;

pub use cascade::{Bank, BankState, Cascade, CascadeState};
pub use section::{SectionFilter, SectionState};

/// State below this magnitude is set to zero by `settle`: 1e-30 µV is nothing, and far above the subnormals (1e-38).
pub const TINY: f32 = 1.0e-30;

/// `s`, or zero if it is too small to matter.
#[inline]
pub fn settled(s: f32) -> f32 {
    if s.abs() < TINY { 0.0 } else { s }
}
