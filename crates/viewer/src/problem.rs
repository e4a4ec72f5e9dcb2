//! What went wrong.

/// Something to tell the person that went wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened.
    pub text: String,
    /// What to do.
    pub help: String,
}
