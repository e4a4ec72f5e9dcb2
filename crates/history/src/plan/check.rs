//! What a session counts for.

use std::path::Path;

use serde::Serialize;
use tonus_report::vocabulary::Language;

use super::PlanStep;
use crate::diary::Diary;
use crate::entry::SessionEntry;
use crate::id::Id;
use crate::plan::pain::RISE;
use crate::trend::MIN_VALID_SHARE;
use crate::words;

/// Share of a programme that has to be done.
const MIN_DONE_SHARE: f64 = 0.8;
/// Points for relaxation that are enough.
const MIN_POINTS: f64 = 60.0;
/// Share of complete releases that is enough.
const MIN_RELEASE_SHARE: f64 = 0.6;

/// Why a session does not count toward the next stage. It counts as a session all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCounted {
    /// It was another programme than that of the stage.
    OtherProgram,
    /// Less than half of the time was valid, or that is not known.
    TooLittleSignal,
    /// It ended before four fifths of the programme.
    EndedEarly,
    /// Fewer than 60 points for relaxation and fewer than 60 % complete releases, as far as they were measured.
    NotYetAtEase,
    /// Pain was higher afterwards by 2 or more.
    PainRose,
}

/// A session at the stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionCheck {
    /// The session.
    pub session: Id,
    /// Why it does not count toward the next stage; empty if it does.
    pub not_counted: Vec<NotCounted>,
    /// The same in sentences.
    pub texts: Vec<&'static str>,
}

impl SessionCheck {
    pub(super) fn of(entry: &SessionEntry, step: &PlanStep, diary: &Diary, lang: Language) -> Self {
        let numbers = &entry.numbers;
        let (points, releases) = (numbers.relaxation_points, numbers.complete_release_share);
        let is_at_ease = points.is_some_and(|points| points >= MIN_POINTS)
            || releases.is_some_and(|share| share >= MIN_RELEASE_SHARE)
            || (points.is_none() && releases.is_none());
        let rise = match diary.pain_around(&entry.id) {
            (Some(before), Some(after)) => i16::from(after) - i16::from(before),
            _ => 0,
        };
        // A file names its programme itself; what name that is, the plan does not say.
        let is_file = Path::new(&step.program).extension().is_some();
        let is_of_stage = is_file || entry.conditions.program.as_deref() == Some(&step.program);
        let not_counted: Vec<NotCounted> = [
            (is_of_stage, NotCounted::OtherProgram),
            (numbers.valid_share.is_some_and(|share| share >= MIN_VALID_SHARE), NotCounted::TooLittleSignal),
            (numbers.done_share.is_some_and(|share| share >= MIN_DONE_SHARE), NotCounted::EndedEarly),
            (is_at_ease, NotCounted::NotYetAtEase),
            (rise < RISE, NotCounted::PainRose),
        ]
        .into_iter()
        .filter(|(fits, _)| !fits)
        .map(|(_, reason)| reason)
        .collect();
        let texts = not_counted.iter().map(|reason| words::plan::not_counted(lang, *reason)).collect();
        Self { session: entry.id.clone(), not_counted, texts }
    }
}
