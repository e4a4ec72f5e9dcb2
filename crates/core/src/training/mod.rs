//! Training: what a person is asked to do and when, and what they did.
//!
//! | file | one noun |
//! |---|---|
//! | `program` | steps and repeats, as plain data |
//! | `phase` | steps as they happen, and the table of legal transitions |
//! | `mod` | the [`Session`]: from phase to phase |
//! | `breath` | the pacer |
//! | `target` | what to aim for, fixed or following |
//! | `repetition` | a contraction and its release, measured |
//! | `score` | what a phase and a session came to |
//! | `scorer` | the [`Scorer`]: measures one channel, decision by decision |
//!
//! A session knows neither clock nor signal: it is told sample indices and says what the pipeline is to be asked from which
//! sample on. Feed it [`SessionInput::Time`] whenever samples have come and before they go into the pipeline, and cut blocks
//! at [`Session::next_deadline`]; then any block size gives the same session.
//!
//! ```
//! use tonus_core::training::{Entry, Program, Session, SessionInput, Step, StepKind};
//! use tonus_dsp::units::SampleRate;
//!
//! let steps = [Entry::Repeat { times: 2, entries: 2 }]
//!     .into_iter()
//!     .chain([StepKind::Hold, StepKind::Rest].map(|kind| Entry::Step(Step::new(kind, 5_000))));
//! let mut entries = [Entry::Step(Step::new(StepKind::Free, 1_000)); 3];
//! for (slot, entry) in entries.iter_mut().zip(steps) {
//!     *slot = entry;
//! }
//! let mut session = Session::<8>::new(Program::new(&entries)?, SampleRate::new(1000.0).unwrap());
//! session.step(0, SessionInput::Start);
//! while let Some(deadline) = session.next_deadline() {
//!     if let Some(change) = session.step(deadline, SessionInput::Time) {
//!         assert_eq!(change.at % 5_000, 0);
//!     }
//! }
//! assert!(session.stage().is_over());
//! # Ok::<(), tonus_core::training::ProgramError>(())
//! ```
//!
//! Deliberately not here: texts (numbers stand for them), and any word about a person.

mod breath;
mod phase;
mod program;
mod repetition;
mod score;
mod scorer;
mod target;

pub use breath::{BREATHS_PER_MIN, Breath, BreathConfig, BreathPhase, breath_at};
pub use phase::{Action, Cause, Phase, PhaseChange, Purpose, SessionInput, Stage};
pub use program::{
    Entry, MAX_DEPTH, MAX_PHASES, MAX_TOTAL_MS, MIN_STEP_MS, Program, ProgramError, Step, StepKind, Turn,
};
pub use repetition::{Rejection, Release, Repetition};
pub use score::{COMPLETE_RESIDUAL, MIN_REPETITIONS, MIN_VALID_SHARE, PhaseResult, Points, SETTLED_S, Scores};
pub use scorer::{Measured, Scorer};
pub use target::{
    AdaptiveCeiling, AdaptiveConfig, MAX_ARTEFACT_SHARE, MOVE_EVERY_S, MoveReason, Target, TargetMove, WINDOW_S,
};

use crate::input::Cue;
use program::Cursor;
use tonus_dsp::units::SampleRate;

/// Length of the break before a calibration is tried again.
const BREAK_MS: u32 = 3_000;

/// A programme under way.
///
/// Time is the sample index. A deadline is computed from the programme's start and the sum of whole milliseconds, never by
/// adding up samples, so nothing drifts; a pause moves the start by its exact length.
#[derive(Debug, Clone)]
pub struct Session<const ENTRIES: usize = 64> {
    program: Program<ENTRIES>,
    rate: SampleRate,
    stage: Stage,
    cursor: Cursor,
    phase: Option<Phase>,
    /// The sample that `elapsed_ms` counts from.
    origin: u64,
    /// Milliseconds from the origin to the end of the phase.
    elapsed_ms: u64,
    /// The latest sample that was spoken of.
    now: u64,
    /// When it was interrupted.
    paused_at: u64,
    /// The calibration that has just ended, and how often it may be tried again.
    tried: Option<Tried>,
    /// The phase that was about to begin when a calibration was refused.
    later: Option<(usize, Turn)>,
    /// The pace asked for, in breaths per minute.
    pace: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Tried {
    entry: usize,
    turn: Turn,
    left: u8,
}

impl<const ENTRIES: usize> Session<ENTRIES> {
    /// A session that has not begun.
    pub fn new(program: Program<ENTRIES>, rate: SampleRate) -> Self {
        Self {
            program,
            rate,
            stage: Stage::Ready,
            cursor: Cursor::default(),
            phase: None,
            origin: 0,
            elapsed_ms: 0,
            now: 0,
            paused_at: 0,
            tried: None,
            later: None,
            pace: None,
        }
    }

    /// The programme.
    pub const fn program(&self) -> &Program<ENTRIES> {
        &self.program
    }

    /// The sampling rate.
    pub const fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Where the session stands.
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// The phase under way, or the one that waits while paused.
    pub const fn phase(&self) -> Option<&Phase> {
        self.phase.as_ref()
    }

    /// What the pipeline is to be told now.
    pub fn cue(&self) -> Cue {
        match (self.stage, &self.phase) {
            (Stage::Running, Some(phase)) => phase.cue(),
            _ => Cue::Free,
        }
    }

    /// The sample before which nothing changes by itself; none unless running.
    pub fn next_deadline(&self) -> Option<u64> {
        if self.stage == Stage::Running { self.phase.as_ref().map(|phase| phase.end) } else { None }
    }

    /// The sample at which the session ends by itself, once its last phase is under way.
    pub fn ends_at(&self) -> Option<u64> {
        let phase = self.phase.as_ref().filter(|_| self.stage == Stage::Running)?;
        let is_last = phase.purpose != Purpose::Break
            && self.later.is_none()
            && self.cursor.clone().advance(self.program.entries()).is_none();
        is_last.then_some(phase.end)
    }

    /// Where in a breath a sample lies, while a pacer is running.
    pub fn breath(&self, index: u64) -> Option<Breath> {
        if self.stage != Stage::Running {
            return None;
        }
        self.phase.as_ref()?.breath(index, self.rate)
    }

    /// Takes one input at sample `at`; at most one change comes of it.
    ///
    /// With [`SessionInput::Time`] the change carries its own deadline, however late it is asked for; ask again until there is
    /// none. An input that the table of [`Stage`] has no field for does nothing. Time never runs backwards: an earlier `at`
    /// counts as the latest one.
    pub fn step(&mut self, at: u64, input: SessionInput) -> Option<PhaseChange> {
        let at = at.max(self.now);
        match (self.stage, input) {
            (Stage::Ready, SessionInput::Start) => {
                self.now = at;
                self.stage = Stage::Running;
                (self.origin, self.elapsed_ms) = (at, 0);
                Some(self.advance(at, Cause::Started))
            }
            (Stage::Running, SessionInput::Time) => {
                // Not before the latest input, should that have come late itself.
                let due = self.phase.as_ref().map(|phase| phase.end).filter(|end| *end <= at)?.max(self.now);
                self.now = due;
                Some(self.advance(due, Cause::Elapsed))
            }
            (Stage::Running, SessionInput::Skip) => {
                self.now = at;
                (self.origin, self.elapsed_ms) = (at, 0);
                Some(self.advance(at, Cause::Skipped))
            }
            (Stage::Running, SessionInput::Refused) => self.refused(at),
            (Stage::Running, SessionInput::Pause) => {
                self.now = at;
                self.paused_at = at;
                self.stage = Stage::Paused;
                Some(self.change(at, Cause::Paused))
            }
            (Stage::Paused, SessionInput::Resume) => {
                self.now = at;
                self.stage = Stage::Running;
                self.resume(at);
                Some(self.change(at, Cause::Resumed))
            }
            (Stage::Running | Stage::Paused, SessionInput::Pace(pace)) => {
                self.now = at;
                self.pace(at, pace)
            }
            (Stage::Ready | Stage::Running | Stage::Paused, SessionInput::Stop) => {
                self.now = at;
                self.stage = Stage::Stopped;
                self.phase = None;
                Some(self.change(at, Cause::Stopped))
            }
            _ => None,
        }
    }

    fn change(&self, at: u64, cause: Cause) -> PhaseChange {
        PhaseChange { at, cause, stage: self.stage, phase: self.phase, cue: self.cue() }
    }

    /// The sample so many milliseconds after the origin.
    fn deadline(&self, ms: u64) -> u64 {
        // Exact while ms · rate < 2^53: thousands of years.
        self.origin + (ms as f64 * self.rate.hz() / 1000.0 + 0.5) as u64
    }

    /// Goes on to what comes next, at sample `at`.
    fn advance(&mut self, at: u64, cause: Cause) -> PhaseChange {
        let ended = self.phase;
        let next = match ended {
            Some(Phase { purpose: Purpose::Break, entry, turn, .. }) => Some((entry, turn, Purpose::Again)),
            Some(Phase { purpose: Purpose::Again, .. }) if self.later.is_some() => {
                self.later.take().map(|(entry, turn)| (entry, turn, Purpose::Step))
            }
            _ => self.cursor.advance(self.program.entries()).map(|(entry, turn)| (entry, turn, Purpose::Step)),
        };
        self.tried = match ended {
            // What was skipped is not wanted again.
            Some(_) if cause == Cause::Skipped => None,
            Some(phase) if phase.purpose != Purpose::Break && phase.step.kind.is_calibration() => {
                let left = match (phase.purpose, self.tried) {
                    (Purpose::Again, Some(tried)) => tried.left,
                    _ => phase.step.retries,
                };
                Some(Tried { entry: phase.entry, turn: phase.turn, left })
            }
            Some(Phase { purpose: Purpose::Break, .. }) => self.tried,
            _ => None,
        };
        let Some((entry, turn, purpose)) = next else {
            self.stage = Stage::Finished;
            self.phase = None;
            return self.change(at, Cause::Finished);
        };
        self.begin(at, entry, turn, purpose);
        self.change(at, cause)
    }

    fn begin(&mut self, at: u64, entry: usize, turn: Turn, purpose: Purpose) {
        let Some(Entry::Step(mut step)) = self.program.entries().get(entry).copied() else { return };
        if let (Some(pace), Some(breath)) = (self.pace, step.breath) {
            step.breath = Some(breath.at_pace(pace));
        }
        self.elapsed_ms += u64::from(if purpose == Purpose::Break { BREAK_MS } else { step.duration_ms });
        let number = self.phase.map_or(1, |phase| phase.number + 1);
        let end = self.deadline(self.elapsed_ms);
        self.phase = Some(Phase { number, purpose, step, entry, turn, start: at, end, breath_start: at });
    }

    fn refused(&mut self, at: u64) -> Option<PhaseChange> {
        let (tried, phase) = (self.tried?, self.phase?);
        // In the break, what was cut short by it is refused too: that is no second refusal.
        if tried.left == 0 || phase.purpose == Purpose::Break {
            return None;
        }
        self.now = at;
        // What had begun begins again after the repeated calibration.
        self.later = self.later.or(Some((phase.entry, phase.turn)));
        self.tried = Some(Tried { left: tried.left - 1, ..tried });
        (self.origin, self.elapsed_ms) = (at, 0);
        self.begin(at, tried.entry, tried.turn, Purpose::Break);
        Some(self.change(at, Cause::Refused))
    }

    fn resume(&mut self, at: u64) {
        let away = at - self.paused_at;
        self.origin += away;
        let Some(phase) = &mut self.phase else { return };
        phase.breath_start = at;
        if phase.purpose != Purpose::Break && phase.step.kind.is_calibration() {
            // Half a baseline is none: it is taken from its beginning.
            phase.start = at;
            (self.origin, self.elapsed_ms) = (at, u64::from(phase.step.duration_ms));
            phase.end = at + (self.elapsed_ms as f64 * self.rate.hz() / 1000.0 + 0.5) as u64;
        } else {
            phase.end += away;
        }
    }

    fn pace(&mut self, at: u64, pace: f64) -> Option<PhaseChange> {
        if !pace.is_finite() {
            return None;
        }
        self.pace = Some(pace);
        // Without a pacer it holds from the next one on.
        if let Some(phase) = self.phase.as_mut().filter(|phase| phase.purpose != Purpose::Break) {
            if let Some(breath) = phase.step.breath {
                phase.step.breath = Some(breath.at_pace(pace));
                phase.breath_start = at;
            }
        }
        Some(self.change(at, Cause::Paced))
    }
}
