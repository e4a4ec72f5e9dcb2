//! How a recording is to be looked at.

use tonus_core::config::Config;
use tonus_program::ProgramFile;
use tonus_record::{ChannelSelector, CueList, OpenOptions};

/// From when to when, in seconds from the first frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Begin.
    pub start_s: f64,
    /// End, which is later.
    pub end_s: f64,
}

/// How a recording is to be looked at; by default as it was made.
#[derive(Debug, Default)]
pub struct View {
    /// What the caller knows about the file.
    pub open: OpenOptions,
    /// As stated here; otherwise as recorded, otherwise the default.
    pub config: Config,
    /// Cues in place of the file's own.
    pub cues: Option<CueList>,
    /// Rest for the baseline.
    pub baseline: Option<Span>,
    /// A comfortable hold for the reference.
    pub reference: Option<Span>,
    /// Channels that should stay quiet; those that were recorded so if there is none.
    pub accessory: Vec<ChannelSelector>,
    /// The programme that says what is asked for, in place of cues.
    pub program: Option<ProgramFile>,
}
