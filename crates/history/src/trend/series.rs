//! Like with like: which sessions can be compared.

use std::collections::BTreeMap;

use serde::Serialize;
use tonus_report::median;
use tonus_report::vocabulary::Language;

use super::Axis;
use crate::diary::Diary;
use crate::entry::{Conditions, Difference, SessionEntry};
use crate::id::Id;
use crate::time::DAY_S;
use crate::words;

/// Share of valid time below which a session's numbers count nowhere.
pub(crate) const MIN_VALID_SHARE: f64 = 0.5;

/// A value in time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// When, in seconds since 1970.
    pub at_unix_s: f64,
    /// Its session; `None` for a day of the diary.
    pub session: Option<Id>,
    /// The value.
    pub value: f64,
}

impl Point {
    pub(crate) fn of(axis: Axis, entry: &SessionEntry) -> Option<Self> {
        let value = axis.value(entry).filter(|value| value.is_finite())?;
        Some(Self { at_unix_s: entry.started_unix_s, session: Some(entry.id.clone()), value })
    }
}

/// A session that is not compared with the latest one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotCompared {
    /// The session.
    pub session: Id,
    /// Why.
    pub reason: Reason,
    /// What differs, if the circumstances do.
    pub differences: Vec<Difference>,
    /// The same in a sentence.
    pub text: String,
}

/// Why a session is not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Its circumstances are others.
    Differs,
    /// Less than half of its time was valid.
    TooLittleSignal,
    /// It cannot be read.
    Unreadable,
}

/// Sessions that share circumstances, and which ones.
pub(crate) type Series<'a> = (Conditions, Vec<&'a SessionEntry>);

/// Puts sessions that can be compared together, the series of the latest one first, and names those outside of that one.
pub(crate) fn split(sessions: &[SessionEntry], lang: Language) -> (Vec<Series<'_>>, Vec<NotCompared>) {
    let usable: Vec<&SessionEntry> = sessions.iter().filter(|entry| reason(entry).is_none()).collect();
    let mut series: Vec<Series> = Vec::new();
    for entry in usable.iter().rev() {
        match series.iter_mut().find(|(conditions, _)| conditions.agree(&entry.conditions)) {
            Some((_, members)) => members.push(entry),
            None => series.push((entry.conditions.clone(), vec![entry])),
        }
    }
    for (_, members) in &mut series {
        members.reverse();
    }
    let latest = series.first().map(|(conditions, _)| conditions.clone()).unwrap_or_default();
    let not_compared = sessions.iter().filter_map(|entry| {
        let differences = entry.conditions.differences(&latest);
        let (reason, differences) = match reason(entry) {
            Some(reason) => (reason, Vec::new()),
            None if differences.is_empty() => return None,
            None => (Reason::Differs, differences),
        };
        let text = words::trend::not_compared(lang, reason, &differences);
        Some(NotCompared { session: entry.id.clone(), reason, differences, text })
    });
    let not_compared = not_compared.collect();
    (series, not_compared)
}

/// Whether less than half of a session's time was valid.
pub(crate) fn too_little_signal(entry: &SessionEntry) -> bool {
    entry.numbers.valid_share.is_some_and(|share| share < MIN_VALID_SHARE)
}

fn reason(entry: &SessionEntry) -> Option<Reason> {
    if entry.problem.is_some() {
        Some(Reason::Unreadable)
    } else if too_little_signal(entry) {
        Some(Reason::TooLittleSignal)
    } else {
        None
    }
}

/// Pain of each day (in UTC): the median of what its entries say, so that a day with many entries weighs as much as one
/// with a single entry.
pub(crate) fn pain_by_day(diary: &Diary) -> Vec<Point> {
    let mut days: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (at_unix_s, pain) in diary.pain() {
        days.entry((at_unix_s / DAY_S) as u64).or_default().push(pain);
    }
    let point = |(day, pain)| median(pain).map(|value| Point { at_unix_s: day as f64 * DAY_S, session: None, value });
    days.into_iter().filter_map(point).collect()
}
