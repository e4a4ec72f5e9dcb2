//! A programme: what a person is asked to do, step by step, as plain data of fixed size.
//!
//! A flat list with nested repeats: [`Entry::Repeat`] covers the entries that follow it. Durations are whole milliseconds, so
//! that sums are exact; texts are numbers that whoever wrote the programme keeps beside it.

use core::fmt;

use super::breath::BreathConfig;
use super::target::Target;
use crate::input::Cue;

/// Deepest nesting of repeats.
pub const MAX_DEPTH: usize = 4;
/// Shortest step.
pub const MIN_STEP_MS: u32 = 200;
/// Longest programme: four hours.
pub const MAX_TOTAL_MS: u64 = 4 * 3_600_000;
/// Most phases in a programme, with repeats expanded.
pub const MAX_PHASES: u64 = 10_000;

/// What a step asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum StepKind {
    /// Rest, and let it be measured as the baseline.
    Quiet,
    /// A comfortable hold, measured as the reference.
    Reference,
    /// Let go.
    Rest,
    /// Contract, at no particular level.
    Work,
    /// Contract as quickly as possible and let go at once.
    Flick,
    /// Contract and hold steadily.
    Hold,
    /// Breathe with the pacer; the muscle rests.
    Breathe,
    /// Nothing in particular.
    Free,
}

impl StepKind {
    /// Every kind.
    pub const ALL: [Self; 8] =
        [Self::Quiet, Self::Reference, Self::Rest, Self::Work, Self::Flick, Self::Hold, Self::Breathe, Self::Free];

    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Reference => "reference",
            Self::Rest => "rest",
            Self::Work => "work",
            Self::Flick => "flick",
            Self::Hold => "hold",
            Self::Breathe => "breathe",
            Self::Free => "free",
        }
    }

    /// The kind of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What the pipeline is told.
    pub const fn cue(self) -> Cue {
        match self {
            Self::Quiet => Cue::Quiet,
            Self::Reference => Cue::Reference,
            Self::Rest | Self::Breathe => Cue::Rest,
            Self::Work | Self::Flick | Self::Hold => Cue::Work,
            Self::Free => Cue::Free,
        }
    }

    /// Whether a contraction is asked for that counts as a repetition.
    pub const fn is_contraction(self) -> bool {
        matches!(self, Self::Work | Self::Flick | Self::Hold)
    }

    /// Whether the muscle is asked to be at rest, other than for the baseline.
    pub const fn is_relaxation(self) -> bool {
        matches!(self, Self::Rest | Self::Breathe)
    }

    /// Whether it measures something that may be refused.
    pub const fn is_calibration(self) -> bool {
        matches!(self, Self::Quiet | Self::Reference)
    }
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// What is asked for.
    pub kind: StepKind,
    /// How long, in milliseconds.
    pub duration_ms: u32,
    /// What to aim for.
    pub target: Target,
    /// Share of the valid time that must be on target for the step to count; 0 for no such rule.
    pub pass_share: f32,
    /// The pacer of a [`StepKind::Breathe`] step.
    pub breath: Option<BreathConfig>,
    /// How often a refused calibration is tried again.
    pub retries: u8,
    /// Number of the text to show.
    pub prompt: u16,
    /// Number of the segment that its measurements are gathered in; none for no segment.
    pub segment: Option<u8>,
}

impl Step {
    /// A step without target, rule, pacer, retries or segment.
    pub const fn new(kind: StepKind, duration_ms: u32) -> Self {
        Self {
            kind,
            duration_ms,
            target: Target::None,
            pass_share: 0.0,
            breath: None,
            retries: 0,
            prompt: 0,
            segment: None,
        }
    }
}

/// One entry of a programme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Entry {
    /// A step.
    Step(Step),
    /// The next `entries` entries, `times` times.
    Repeat {
        /// How often, at least once.
        times: u16,
        /// How many of the entries that follow, repeats in it and their entries counted in.
        entries: u8,
    },
}

/// Why entries do not form a programme.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ProgramError {
    /// There is no step.
    Empty,
    /// There are more entries than this programme can hold.
    TooLong {
        /// Entries given.
        given: usize,
        /// Entries that fit.
        capacity: usize,
    },
    /// A repeat that covers nothing, happens never, or reaches beyond the repeat around it.
    Repeat {
        /// The entry, from 0.
        entry: usize,
    },
    /// Repeats nested deeper than [`MAX_DEPTH`].
    Depth {
        /// The entry, from 0.
        entry: usize,
    },
    /// A number outside its limits.
    OutOfRange {
        /// The entry, from 0.
        entry: usize,
        /// The field.
        field: &'static str,
        /// What was given.
        value: f64,
        /// Smallest accepted value.
        min: f64,
        /// Largest accepted value.
        max: f64,
    },
    /// A breathing step without a pacer, or a pacer on another step.
    Breath {
        /// The entry, from 0.
        entry: usize,
    },
    /// A target that does not suit the kind of step.
    Target {
        /// The entry, from 0.
        entry: usize,
        /// The kind of step.
        kind: StepKind,
    },
    /// More than [`MAX_PHASES`] phases or [`MAX_TOTAL_MS`] in all.
    TooMuch {
        /// Number of phases, with repeats expanded.
        phases: u64,
        /// Length in milliseconds, with repeats expanded.
        total_ms: u64,
    },
}

impl ProgramError {
    /// The entry to blame, from 0.
    pub const fn entry(&self) -> Option<usize> {
        match *self {
            Self::Empty | Self::TooLong { .. } | Self::TooMuch { .. } => None,
            Self::Repeat { entry }
            | Self::Depth { entry }
            | Self::OutOfRange { entry, .. }
            | Self::Breath { entry }
            | Self::Target { entry, .. } => Some(entry),
        }
    }
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => write!(f, "there is no step; write at least one"),
            Self::TooLong { given, capacity } => {
                write!(f, "{given} entries; at most {capacity} fit, so use repeats")
            }
            Self::Repeat { .. } => write!(f, "a repeat needs steps in it and a count from 1 to 1000"),
            Self::Depth { .. } => write!(f, "repeats are nested deeper than {MAX_DEPTH}"),
            Self::OutOfRange { field, value, min, max, .. } => {
                write!(f, "{field} is {value}; give a value from {min} to {max}")
            }
            Self::Breath { .. } => write!(f, "a breathing step needs a pacer, and no other step may have one"),
            Self::Target { kind, .. } => {
                let name = kind.name();
                write!(f, "the target does not suit a {name} step; a ceiling is for rest, a band for contractions")
            }
            Self::TooMuch { phases, total_ms } => {
                let minutes = total_ms / 60_000;
                write!(f, "{phases} phases of {minutes} minutes in all; at most {MAX_PHASES} phases and 240 minutes")
            }
        }
    }
}

impl core::error::Error for ProgramError {}

/// A checked programme of up to `ENTRIES` entries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Program<const ENTRIES: usize = 64> {
    entries: [Entry; ENTRIES],
    len: usize,
}

impl<const ENTRIES: usize> Program<ENTRIES> {
    /// Checks entries and takes them.
    ///
    /// # Errors
    /// [`ProgramError`] that names the entry and what to give instead.
    pub fn new(entries: &[Entry]) -> Result<Self, ProgramError> {
        if entries.len() > ENTRIES {
            return Err(ProgramError::TooLong { given: entries.len(), capacity: ENTRIES });
        }
        check_repeats(entries)?;
        for (entry, one) in entries.iter().enumerate() {
            if let Entry::Step(step) = one {
                check_step(entry, step)?;
            }
        }
        let (phases, total_ms) = sums(entries);
        if phases == 0 {
            return Err(ProgramError::Empty);
        }
        if phases > MAX_PHASES || total_ms > MAX_TOTAL_MS {
            return Err(ProgramError::TooMuch { phases, total_ms });
        }
        let mut own = [Entry::Step(Step::new(StepKind::Free, MIN_STEP_MS)); ENTRIES];
        own[..entries.len()].copy_from_slice(entries);
        Ok(Self { entries: own, len: entries.len() })
    }

    /// The entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries[..self.len]
    }

    /// The steps, each once, in their order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.entries().iter().filter_map(|entry| match entry {
            Entry::Step(step) => Some(step),
            Entry::Repeat { .. } => None,
        })
    }

    /// Number of phases, with repeats expanded.
    pub fn phases(&self) -> u64 {
        sums(self.entries()).0
    }

    /// Length in milliseconds, without pauses and repeated calibrations.
    pub fn total_ms(&self) -> u64 {
        sums(self.entries()).1
    }

    /// Every phase in order: entry, number of the repetition and how many there are in the innermost repeat.
    pub fn walk(&self) -> impl Iterator<Item = (usize, Turn)> + '_ {
        let mut cursor = Cursor::default();
        core::iter::from_fn(move || cursor.advance(self.entries()))
    }
}

/// Which turn of the innermost repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turn {
    /// From 1.
    pub number: u16,
    /// How many there are.
    pub of: u16,
}

fn check_repeats(entries: &[Entry]) -> Result<(), ProgramError> {
    let mut ends = [0; MAX_DEPTH];
    let mut depth = 0;
    for (entry, one) in entries.iter().enumerate() {
        while depth > 0 && ends[depth - 1] == entry {
            depth -= 1;
        }
        if let Entry::Repeat { times, entries: body } = *one {
            let end = entry + 1 + usize::from(body);
            let limit = if depth > 0 { ends[depth - 1] } else { entries.len() };
            if !(1..=1000).contains(&times) || body == 0 || end > limit {
                return Err(ProgramError::Repeat { entry });
            }
            if depth == MAX_DEPTH {
                return Err(ProgramError::Depth { entry });
            }
            ends[depth] = end;
            depth += 1;
        }
    }
    Ok(())
}

fn check_step(entry: usize, step: &Step) -> Result<(), ProgramError> {
    if (step.kind == StepKind::Breathe) != step.breath.is_some() {
        return Err(ProgramError::Breath { entry });
    }
    let suits = match step.target {
        Target::None => true,
        Target::Ceiling { .. } | Target::Adaptive(_) => {
            step.kind.is_relaxation() || matches!(step.kind, StepKind::Quiet | StepKind::Free)
        }
        Target::Band { .. } => step.kind.is_contraction() || step.kind == StepKind::Free,
    };
    if !suits {
        return Err(ProgramError::Target { entry, kind: step.kind });
    }
    let check = |field, value: f64, min: f64, max: f64| {
        // What was written as 1.01 may be a little less as `f32`.
        if value >= min - 1e-6 * min.abs() && value <= max + 1e-6 * max.abs() {
            Ok(())
        } else {
            Err(ProgramError::OutOfRange { entry, field, value, min, max })
        }
    };
    let seconds = |ms: u32| f64::from(ms) / 1000.0;
    check("duration_s", seconds(step.duration_ms), seconds(MIN_STEP_MS), MAX_TOTAL_MS as f64 / 1000.0)?;
    check("pass_share", f64::from(step.pass_share), 0.0, 1.0)?;
    check("retries", f64::from(step.retries), 0.0, 10.0)?;
    if let Some(breath) = step.breath {
        breath.limits().into_iter().try_for_each(|(field, value, min, max)| check(field, value, min, max))?;
    }
    step.target.limits().into_iter().flatten().try_for_each(|(field, value, min, max)| check(field, value, min, max))
}

/// Phases and milliseconds in all.
fn sums(entries: &[Entry]) -> (u64, u64) {
    let (mut phases, mut total_ms, mut at) = (0_u64, 0_u64, 0);
    while let Some(entry) = entries.get(at) {
        at += 1;
        match *entry {
            Entry::Step(step) => {
                phases = phases.saturating_add(1);
                total_ms = total_ms.saturating_add(u64::from(step.duration_ms));
            }
            Entry::Repeat { times, entries: body } => {
                let end = (at + usize::from(body)).min(entries.len());
                let (inner, inner_ms) = sums(&entries[at..end]);
                phases = phases.saturating_add(inner.saturating_mul(u64::from(times)));
                total_ms = total_ms.saturating_add(inner_ms.saturating_mul(u64::from(times)));
                at = end;
            }
        }
    }
    (phases, total_ms)
}

/// A repeat under way.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Loop {
    first: usize,
    end: usize,
    turn: Turn,
}

/// A place in a programme.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Cursor {
    at: usize,
    loops: [Loop; MAX_DEPTH],
    depth: usize,
}

impl Cursor {
    /// The next step's entry and turn; none at the end.
    pub fn advance(&mut self, entries: &[Entry]) -> Option<(usize, Turn)> {
        loop {
            let top = self.depth.checked_sub(1).map(|top| &mut self.loops[top]);
            if let Some(top) = top.filter(|top| top.end == self.at) {
                if top.turn.number < top.turn.of {
                    top.turn.number += 1;
                    self.at = top.first;
                } else {
                    self.depth -= 1;
                }
                continue;
            }
            let entry = self.at;
            self.at += 1;
            match *entries.get(entry)? {
                Entry::Step(_) => {
                    let turn = self.depth.checked_sub(1).map_or(Turn { number: 1, of: 1 }, |top| self.loops[top].turn);
                    return Some((entry, turn));
                }
                Entry::Repeat { times, entries: body } => {
                    let turn = Turn { number: 1, of: times };
                    self.loops[self.depth] = Loop { first: self.at, end: self.at + usize::from(body), turn };
                    self.depth += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::vec::Vec;

    fn step(kind: StepKind, duration_ms: u32) -> Entry {
        Entry::Step(Step::new(kind, duration_ms))
    }

    fn repeat(times: u16, entries: u8) -> Entry {
        Entry::Repeat { times, entries }
    }

    #[test]
    fn nested_repeats_are_walked_in_order_and_summed() {
        let entries = [
            step(StepKind::Quiet, 10_000),
            repeat(2, 4),
            repeat(3, 2),
            step(StepKind::Flick, 2_000),
            step(StepKind::Rest, 4_000),
            step(StepKind::Hold, 5_000),
            step(StepKind::Free, 1_000),
        ];
        let program = Program::<8>::new(&entries).unwrap();
        let walked: Vec<(usize, u16)> = program.walk().map(|(entry, turn)| (entry, turn.number)).collect();
        let round = |n| [(3, 1), (4, 1), (3, 2), (4, 2), (3, 3), (4, 3), (5, n)];
        let expected: Vec<(usize, u16)> =
            [(0, 1)].into_iter().chain(round(1)).chain(round(2)).chain([(6, 1)]).collect();
        assert_eq!(walked, expected);
        assert_eq!((program.phases(), program.total_ms()), (16, 10_000 + 2 * (18_000 + 5_000) + 1_000));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_entry() {
        let rest = step(StepKind::Rest, 1_000);
        assert_eq!(Program::<4>::new(&[]), Err(ProgramError::Empty));
        assert_eq!(Program::<1>::new(&[rest, rest]), Err(ProgramError::TooLong { given: 2, capacity: 1 }));
        assert_eq!(Program::<4>::new(&[rest, repeat(2, 1)]), Err(ProgramError::Repeat { entry: 1 }));
        assert_eq!(Program::<4>::new(&[repeat(0, 1), rest]), Err(ProgramError::Repeat { entry: 0 }));
        assert_eq!(Program::<4>::new(&[repeat(2, 0), rest]), Err(ProgramError::Repeat { entry: 0 }));
        // The inner repeat would reach beyond the outer one.
        let beyond = [repeat(2, 2), repeat(2, 2), rest, rest];
        assert_eq!(Program::<4>::new(&beyond), Err(ProgramError::Repeat { entry: 1 }));
        let deep = [repeat(1, 5), repeat(1, 4), repeat(1, 3), repeat(1, 2), repeat(1, 1), rest];
        assert_eq!(Program::<8>::new(&deep), Err(ProgramError::Depth { entry: 4 }));
        let short = Program::<4>::new(&[rest, step(StepKind::Rest, 199)]).unwrap_err();
        assert_eq!(short.entry(), Some(1));
        assert!(matches!(
            Program::<4>::new(&[repeat(1000, 1), step(StepKind::Rest, 60_000)]),
            Err(ProgramError::TooMuch { .. })
        ));
        assert_eq!(Program::<4>::new(&[step(StepKind::Breathe, 1_000)]), Err(ProgramError::Breath { entry: 0 }));
        let mut wrong = Step::new(StepKind::Rest, 1_000);
        wrong.target = Target::Band { low: 0.2, high: 0.5 };
        assert_eq!(
            Program::<4>::new(&[Entry::Step(wrong)]),
            Err(ProgramError::Target { entry: 0, kind: StepKind::Rest })
        );
        let mut upside = Step::new(StepKind::Hold, 1_000);
        upside.target = Target::Band { low: 0.6, high: 0.5 };
        assert!(matches!(
            Program::<4>::new(&[Entry::Step(upside)]),
            Err(ProgramError::OutOfRange { field: "band high", .. })
        ));
    }
}
