//! One second-order section on one channel, by `biquad`.

use biquad::{Biquad, Coefficients, DirectForm2Transposed};

use super::settled;
use crate::design::{Section, delay_at_dc};
use crate::stage::Stage;

/// One second-order section, run by `biquad`'s direct form 2 transposed.
///
/// `y = s1 + b0·x`, `s1 = (s2 + b1·x) − a1·y`, `s2 = b2·x − a2·y`, all in `f32`.
///
/// | | shape | unit | rate |
/// |---|---|---|---|
/// | in  | one channel, offset removed | any | rate of the design |
/// | out | same length | as in | same |
///
/// Start-up: state zero, as if zeros had come before. Delay: group delay at 0 Hz,
/// `[numerator] − (a1 + 2a2)/(1 + a1 + a2)` samples.
///
/// # Accuracy
/// See [`Cascade`](super::Cascade).
///
/// # References
/// R1, R6 in docs/REFERENCES.md
#[derive(Debug, Clone, Copy)]
pub struct SectionFilter {
    coefficients: Coefficients<f32>,
}

/// What a [`SectionFilter`] remembers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SectionState {
    /// Enters the next output.
    pub s1: f32,
    /// Enters the output after that.
    pub s2: f32,
}

impl SectionFilter {
    /// Narrows a designed section to `f32`, each coefficient rounded once.
    pub fn new(section: &Section) -> Self {
        Self { coefficients: section.into() }
    }

    /// Clears state too small to matter; call it at boundaries that count samples.
    pub fn settle(&self, state: &mut SectionState) {
        state.s1 = settled(state.s1);
        state.s2 = settled(state.s2);
    }
}

impl Stage for SectionFilter {
    type State = SectionState;

    #[inline]
    fn step(&self, state: &mut SectionState, x: f32) -> f32 {
        // `biquad` keeps coefficients and state in one value; here it lives for one sample and compiles to registers.
        let mut section = DirectForm2Transposed::<f32>::new(self.coefficients);
        section.s1 = state.s1;
        section.s2 = state.s2;
        let y = section.run(x);
        *state = SectionState { s1: section.s1, s2: section.s2 };
        y
    }

    fn delay(&self) -> f64 {
        delay_at_dc(&[widened(&self.coefficients)])
    }
}

/// The section that really runs: coefficients after narrowing.
pub(super) fn widened(c: &Coefficients<f32>) -> Section {
    Section { b0: c.b0.into(), b1: c.b1.into(), b2: c.b2.into(), a1: c.a1.into(), a2: c.a2.into() }
}
