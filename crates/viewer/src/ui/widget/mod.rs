//! Widgets: plain data and words in, a picture and an accessible name out.

pub mod badge;
mod button;
pub mod check;
pub mod countdown;
pub mod meter;
pub mod pacer;
pub mod plot;
pub mod repetitions;
pub mod strip;

pub use badge::Badge;
pub use button::main_button;
pub use check::Check;
pub use countdown::Countdown;
pub use meter::Meter;
pub use pacer::Pacer;
pub use plot::Plot;
pub use repetitions::{Repetition, Repetitions};
pub use strip::Strip;
