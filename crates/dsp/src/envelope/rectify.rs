//! Full-wave rectification.

use crate::stage::Stage;

/// `y = |x|`.
///
/// | | shape | unit | rate |
/// |---|---|---|---|
/// | in  | one channel, conditioned | µV | any |
/// | out | same length, ≥ 0 | µV | same |
///
/// Start-up: none. Delay: 0. Accuracy: exact.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rectify;

impl Stage for Rectify {
    type State = ();

    #[inline]
    fn step(&self, (): &mut (), x: f32) -> f32 {
        x.abs()
    }

    fn delay(&self) -> f64 {
        0.0
    }
}
