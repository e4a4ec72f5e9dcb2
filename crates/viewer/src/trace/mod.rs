//! What a channel shows: values at every zoom, states, events. No drawing.

mod pyramid;
mod track;
mod view;

pub use pyramid::{Column, Pyramid};
pub use track::{Event, Mark, Run, TICKS_PER_S, Track};
pub use view::{Playhead, Scale};
