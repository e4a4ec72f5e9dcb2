//! The window and its session from outside.

#[cfg(feature = "gui")]
mod access;
#[cfg(feature = "gui")]
mod data;
#[cfg(feature = "test-renderer")]
mod draw;
#[cfg(feature = "test-renderer")]
mod flow;
#[cfg(feature = "test-renderer")]
mod pictures;
#[cfg(feature = "test-renderer")]
mod pictures_large;
#[cfg(feature = "test-renderer")]
mod screens;
mod session;
#[cfg(feature = "test-renderer")]
mod stage;
