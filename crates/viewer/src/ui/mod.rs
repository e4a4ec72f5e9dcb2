//! The drawing half: a theme, and widgets that take plain data and words from outside.

mod draw;
pub mod motion;
mod palette;
mod parts;
#[cfg(any(test, feature = "test-renderer"))]
pub mod render;
pub mod screen;
pub mod theme;
pub mod view;
pub mod widget;
pub mod window;
