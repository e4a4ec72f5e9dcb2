//! The drawing half: a theme, and widgets that take plain data and words from outside.

mod palette;
#[cfg(any(test, feature = "test-renderer"))]
pub mod render;
pub mod theme;
