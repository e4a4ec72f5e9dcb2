//! The few mathematical functions of the engine, always from `libm`.
//!
//! The standard library's `sin`, `tan` or `ln` differ between platforms in the last bit; `libm`'s do not. So every
//! transcendental of this crate goes through here and a filter has the same coefficients on a computer, in a browser and
//! on a microcontroller. Square roots are correctly rounded everywhere and may be used per sample.
//!
//! Deliberately not here: fast approximations, fused multiply-add, any change of the processor's floating-point mode.

pub use core::f64::consts::PI;

/// Largest magnitude for which every stage promises a finite output.
///
/// Squares of it, summed over any window, still fit `f32`. Surface EMG with its offset stays below 1e7 µV.
pub const MAX_MAGNITUDE: f32 = 1.0e15;

/// Whether a sample may enter a stage: a number, and of a magnitude whose square can be summed.
///
/// One value that is not would stay in a recursive filter for ever.
#[inline]
pub fn is_usable(x: f32) -> bool {
    // Written so that NaN fails.
    x.abs() <= MAX_MAGNITUDE
}

/// Square root in `f32`, correctly rounded.
#[inline]
pub fn sqrt_f32(x: f32) -> f32 {
    libm::sqrtf(x)
}

/// Square root in `f64`, correctly rounded.
#[inline]
pub fn sqrt(x: f64) -> f64 {
    libm::sqrt(x)
}

/// Sine.
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine.
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Tangent.
pub fn tan(x: f64) -> f64 {
    libm::tan(x)
}

/// Angle of the point (x, y).
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// Exponential function.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Decibels of an amplitude ratio: `20·log10(ratio)`.
pub fn decibels(ratio: f64) -> f64 {
    20.0 * libm::log10(ratio)
}

/// Length of the vector (x, y), without overflow.
pub fn hypot(x: f64, y: f64) -> f64 {
    libm::hypot(x, y)
}

/// Nearest whole number, halves away from zero.
pub fn round(x: f64) -> f64 {
    libm::round(x)
}

/// Largest whole number not above `x`.
pub fn floor(x: f64) -> f64 {
    libm::floor(x)
}
