//! The shape of a signal stage: configuration apart from state.

/// One step of the chain over one channel.
///
/// `&self` is configuration and cannot change while samples flow; everything that changes is in `State`, so a reset is
/// `Self::State::default()` and one configuration serves any number of channels.
///
/// A block is a loop over samples: any split of the input gives the same bits.
pub trait Stage {
    /// All that changes.
    type State: Clone + Default;

    /// Takes one sample and gives one.
    fn step(&self, state: &mut Self::State, x: f32) -> f32;

    /// Delay of the stage in samples, at low frequency for filters.
    fn delay(&self) -> f64;

    /// The loop over a block, in place.
    fn process(&self, state: &mut Self::State, block: &mut [f32]) {
        for x in block {
            *x = self.step(state, *x);
        }
    }
}
