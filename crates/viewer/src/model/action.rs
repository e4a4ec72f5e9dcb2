//! What a person does.

use std::path::PathBuf;

use super::Screen;
use super::progress::Item;

/// Something the person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Use a simulated sensor.
    Simulate,
    /// Use the sensor that is chosen.
    Open,
    /// Play a recording.
    Replay(PathBuf),
    /// Choose a programme, by its place among the offers.
    Choose(usize),
    /// Say how one is placed: `lying`, `sitting` or `standing`.
    Posture(&'static str),
    /// Begin the programme that is chosen.
    Begin,
    /// Measure rest for some seconds.
    MeasureRest,
    /// Pause, or go on.
    Pause,
    /// Go on to the next step.
    Skip,
    /// Stop. Needs no reason.
    Stop,
    /// Mark this moment.
    Mark,
    /// Show or hide the trace of samples.
    Raw,
    /// Breathe slower (below 0) or faster, in breaths per minute.
    Pace(f64),
    /// Another screen.
    Go(Screen),
    /// Leave the sensor.
    Disconnect,
    /// Once more the same.
    Again,
    /// Keep what the diary says.
    Diary,
    /// Copy the report to the place that is typed.
    Export,
    /// Look at a session or an entry of the diary that is kept, or no longer.
    LookAt(Item),
    /// Play the session that is looked at.
    Review,
    /// Copy the session that is looked at to the place that is typed.
    Copy,
    /// Delete what is looked at: asked once more the first time, done the second.
    Delete,
    /// Keep the entry that is looked at as it was changed.
    Rewrite,
    /// Keep the settings.
    Settings,
    /// Put the message away.
    Dismiss,
}
