//! Reference viewer of tonus: a muscle, seen while it works and while it lets go.
//!
//! Two halves. The *model* half knows nothing of windows: [`trace`] holds what a channel shows, [`sound`] makes tones as plain
//! numbers. The *drawing* half (feature `gui`) is `ui`: a theme, and widgets that take plain data and words from outside. No
//! widget looks at a clock, so a picture follows from its data alone. Not a medical device.

#![forbid(unsafe_code)]

#[cfg(feature = "gui")]
pub mod app;
#[cfg(feature = "audio")]
pub mod audio;
pub mod model;
pub mod problem;
pub mod session;
pub mod settings;
pub mod sound;
pub mod trace;
#[cfg(feature = "gui")]
pub mod ui;
pub mod words;
