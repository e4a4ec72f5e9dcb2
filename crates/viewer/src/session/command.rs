//! What the window tells a session.

use std::path::PathBuf;

use tonus_core::training::SessionInput;
use tonus_engine::live::Chosen;
use tonus_history::About;

/// Something to do.
#[derive(Debug, Clone)]
pub enum SessionCommand {
    /// Look at the signal, without recording.
    Check,
    /// Train: a programme from its first step on, recorded.
    Train(Box<TrainCommand>),
    /// The person pauses, goes on, skips, stops, breathes at another pace.
    Input(SessionInput),
    /// Rest is measured, where no programme does.
    MeasureRest,
    /// Something that the person wants to find again.
    Mark(String),
    /// The window closes, or another sensor is chosen: what is under way is brought to its end.
    Close,
}

/// What to train, and where it is kept.
#[derive(Debug, Clone)]
pub struct TrainCommand {
    /// The programme.
    pub chosen: Chosen,
    /// What is said about the session.
    pub about: About,
    /// The folder of the store; its usual place if none is given.
    pub store: Option<PathBuf>,
    /// Whether it goes into the store. Otherwise nothing is kept.
    pub is_kept: bool,
}
