//! What a channel shows: values at every zoom, states, events. No drawing.

mod pyramid;
mod track;

pub use pyramid::{Column, Pyramid};
pub use track::{Event, Mark, Run, TICKS_PER_S, Track};
