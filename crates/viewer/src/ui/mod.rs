//! The drawing half: a theme, and widgets that take plain data and words from outside.

mod draw;
pub mod motion;
mod palette;
#[cfg(any(test, feature = "test-renderer"))]
pub mod render;
pub mod theme;
pub mod widget;
