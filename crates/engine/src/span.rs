//! A stretch of a recording.

/// From when to when, in seconds from the first frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Begin.
    pub start_s: f64,
    /// End, which is later.
    pub end_s: f64,
}
