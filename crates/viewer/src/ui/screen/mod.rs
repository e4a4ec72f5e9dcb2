//! Screens: a model in, actions out.

pub mod check;
pub mod connect;
mod diary;
mod kept;
pub mod progress;
pub mod settings;
pub mod summary;
pub mod train;
