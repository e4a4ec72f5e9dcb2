//! Screens: a model in, actions out.

pub mod check;
pub mod connect;
pub mod progress;
pub mod settings;
pub mod summary;
pub mod train;
