//! Filter design: from edges in Hz to second-order sections, in `f64` with `libm` only.
//!
//! Every parameter is checked before the formula and every section after it, so an `Ok` always holds a stable filter with
//! finite coefficients, also after narrowing to `f32`.
//!
//! Deliberately not here: odd orders, one high-order transfer function (unstable in `f32`), and `biquad`'s own designer.
//! The latter calls the platform's trigonometry as soon as some crate of the build switches `num-traits/std` on, and its
//! notch is not as wide as its Q says. Sections convert to [`biquad::Coefficients`] instead.

mod butterworth;
mod notch;
mod response;

pub use butterworth::{MAX_ORDER, butterworth_highpass, butterworth_lowpass};
pub use notch::add_mains_notches;
pub use notch::{DEFAULT_WIDTH_HZ, HARMONICS, MAX_EDGE_FRACTION, Mains, mains_notches, notch};
pub use response::{Response, delay_at_dc, group_delay, response};

use crate::error::ConfigError;
use crate::units::SampleRate;

/// Lowest filter edge: below it the poles lie too close to 1 for state in `f32`.
pub const MIN_EDGE_HZ: f64 = 0.01;

/// One second-order section, `H(z) = (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²)`, as designed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Section {
    /// Weight of the newest input.
    pub b0: f64,
    /// Weight of the input one sample ago.
    pub b1: f64,
    /// Weight of the input two samples ago.
    pub b2: f64,
    /// Weight of the output one sample ago (subtracted).
    pub a1: f64,
    /// Weight of the output two samples ago (subtracted).
    pub a2: f64,
}

impl Section {
    /// The section that passes everything unchanged.
    pub const IDENTITY: Self = Self { b0: 1.0, b1: 0.0, b2: 0.0, a1: 0.0, a2: 0.0 };

    /// Whether all coefficients are finite and both poles lie inside the unit circle, as designed and in `f32`.
    pub fn is_stable(&self) -> bool {
        let (a1, a2) = (f64::from(self.a1 as f32), f64::from(self.a2 as f32));
        let finite = [self.b0, self.b1, self.b2, self.a1, self.a2].iter().all(|v| (*v as f32).is_finite());
        finite && self.a2.abs() < 1.0 && self.a1.abs() < 1.0 + self.a2 && a2.abs() < 1.0 && a1.abs() < 1.0 + a2
    }

    fn checked(self, field: &'static str) -> Result<Self, ConfigError> {
        if self.is_stable() { Ok(self) } else { Err(ConfigError::Unstable { field }) }
    }
}

impl From<&Section> for biquad::Coefficients<f32> {
    /// Each number rounded once, from `f64`.
    fn from(s: &Section) -> Self {
        Self { a1: s.a1 as f32, a2: s.a2 as f32, b0: s.b0 as f32, b1: s.b1 as f32, b2: s.b2 as f32 }
    }
}

impl From<&Section> for biquad::Coefficients<f64> {
    fn from(s: &Section) -> Self {
        Self { a1: s.a1, a2: s.a2, b0: s.b0, b1: s.b1, b2: s.b2 }
    }
}

/// Up to `N` sections in the order in which the signal passes them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sections<const N: usize> {
    items: [Section; N],
    len: usize,
}

impl<const N: usize> Sections<N> {
    /// No section: the signal passes unchanged.
    pub const EMPTY: Self = Self { items: [Section::IDENTITY; N], len: 0 };

    /// Appends one section.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] if `N` sections are in already.
    pub fn push(&mut self, section: Section) -> Result<(), ConfigError> {
        self.extend(core::slice::from_ref(&section))
    }

    /// Appends sections, all or none.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] if they do not fit.
    pub fn extend(&mut self, sections: &[Section]) -> Result<(), ConfigError> {
        let total = self.len + sections.len();
        let Some(room) = self.items.get_mut(self.len..total) else {
            return Err(ConfigError::OutOfRange { field: "sections", value: total as f64, min: 0.0, max: N as f64 });
        };
        room.copy_from_slice(sections);
        self.len = total;
        Ok(())
    }

    /// The sections.
    pub fn as_slice(&self) -> &[Section] {
        &self.items[..self.len]
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the signal passes unchanged.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<const N: usize> Default for Sections<N> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<const N: usize> core::ops::Deref for Sections<N> {
    type Target = [Section];

    fn deref(&self) -> &[Section] {
        self.as_slice()
    }
}

/// Checks one edge of a filter: at least [`MIN_EDGE_HZ`] and below `limit_hz`.
fn check_edge(field: &'static str, edge_hz: f64, limit_hz: f64) -> Result<(), ConfigError> {
    if edge_hz.is_finite() && edge_hz >= limit_hz {
        return Err(ConfigError::AboveNyquist { field, edge_hz, limit_hz });
    }
    // NaN and the infinities fail this comparison or its partner.
    if edge_hz >= MIN_EDGE_HZ && edge_hz < limit_hz {
        Ok(())
    } else {
        Err(ConfigError::OutOfRange { field, value: edge_hz, min: MIN_EDGE_HZ, max: limit_hz })
    }
}

/// Half the sampling rate in Hz.
fn nyquist_hz(rate: SampleRate) -> f64 {
    0.5 * rate.hz()
}
