//! Phases: the steps of a programme as they happen, at sample indices.

use super::breath::{Breath, BreathConfig, breath_at};
use super::program::{Step, StepKind, Turn};
use crate::input::Cue;
use tonus_dsp::units::SampleRate;

/// Where a session stands.
///
/// | from | start | time | pause | resume | skip | refused | stop |
/// |---|---|---|---|---|---|---|---|
/// | ready | running | | | | | | stopped |
/// | running | | running, finished | paused | | running, finished | running | stopped |
/// | paused | | | | running | | | stopped |
/// | finished, stopped | | | | | | | |
///
/// An empty field means that nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Stage {
    /// Not begun.
    Ready,
    /// Under way.
    Running,
    /// Interrupted; time stands still.
    Paused,
    /// Every step is done.
    Finished,
    /// Ended early, which needs no reason.
    Stopped,
}

impl Stage {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
        }
    }

    /// Whether nothing more can happen.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Stopped)
    }
}

/// What a session is told.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum SessionInput {
    /// Begin.
    Start,
    /// Time has passed.
    Time,
    /// Interrupt.
    Pause,
    /// Go on.
    Resume,
    /// Go on to the next step now.
    Skip,
    /// The calibration step that has just ended was refused.
    Refused,
    /// End now. Needs no reason; what hurts should stop.
    Stop,
    /// Breathe at this pace from now on, in breaths per minute.
    Pace(f64),
}

/// What a person does during a session, or the pipeline brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Action {
    /// [`SessionInput::Start`].
    Start,
    /// [`SessionInput::Pause`].
    Pause,
    /// [`SessionInput::Resume`].
    Resume,
    /// [`SessionInput::Skip`].
    Skip,
    /// [`SessionInput::Refused`].
    Refused,
    /// [`SessionInput::Stop`].
    Stop,
    /// [`SessionInput::Pace`].
    Pace,
}

impl SessionInput {
    /// What is done, and the breathing pace it sets; none where only time passes.
    pub const fn action(self) -> Option<(Action, Option<f64>)> {
        let action = match self {
            Self::Start => Action::Start,
            Self::Time => return None,
            Self::Pause => Action::Pause,
            Self::Resume => Action::Resume,
            Self::Skip => Action::Skip,
            Self::Refused => Action::Refused,
            Self::Stop => Action::Stop,
            Self::Pace(breaths_per_min) => return Some((Action::Pace, Some(breaths_per_min))),
        };
        Some((action, None))
    }
}

/// What a phase is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Purpose {
    /// A step of the programme, as written.
    Step,
    /// A short break before a calibration is tried again.
    Break,
    /// A calibration that is tried again.
    Again,
}

/// A step while it is carried out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// Number of the phase, from 1, breaks and repeated calibrations counted.
    pub number: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// The step; in a break the one that is tried again after it.
    pub step: Step,
    /// Entry of the programme, from 0.
    pub entry: usize,
    /// Turn of the innermost repeat.
    pub turn: Turn,
    /// Its first sample.
    pub start: u64,
    /// The sample after its last, pauses included as far as they are known.
    pub end: u64,
    /// The sample at which the pacer began.
    pub(super) breath_start: u64,
}

impl Phase {
    /// What the pipeline is told.
    pub const fn cue(&self) -> Cue {
        match self.purpose {
            Purpose::Break => Cue::Free,
            Purpose::Step | Purpose::Again => self.step.kind.cue(),
        }
    }

    /// What is asked for; a break is free.
    pub const fn kind(&self) -> StepKind {
        match self.purpose {
            Purpose::Break => StepKind::Free,
            Purpose::Step | Purpose::Again => self.step.kind,
        }
    }

    /// The pacer, if one is running.
    pub fn pacer(&self) -> Option<BreathConfig> {
        if self.purpose == Purpose::Break { None } else { self.step.breath }
    }

    /// Where in a breath a sample lies.
    pub fn breath(&self, index: u64, rate: SampleRate) -> Option<Breath> {
        self.pacer().map(|config| breath_at(config, self.breath_start, index, rate))
    }
}

/// Why a phase changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The session began.
    Started,
    /// Its time was over.
    Elapsed,
    /// It was skipped.
    Skipped,
    /// A calibration was refused: a break, and then again.
    Refused,
    /// The session was interrupted.
    Paused,
    /// The session goes on.
    Resumed,
    /// The pacer, now or later, has another pace; the phase is the same.
    Paced,
    /// Every step is done.
    Finished,
    /// The session was stopped.
    Stopped,
}

impl Cause {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Elapsed => "elapsed",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Paced => "paced",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
        }
    }
}

/// From one phase to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhaseChange {
    /// The first sample for which it holds.
    pub at: u64,
    /// Why.
    pub cause: Cause,
    /// Where the session stands now.
    pub stage: Stage,
    /// The phase now; none when the session is over. While paused, the phase that waits.
    pub phase: Option<Phase>,
    /// What the pipeline is told from this sample on.
    pub cue: Cue,
}
