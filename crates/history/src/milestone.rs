//! Milestones: what happened for the first time. Each is there once, and later sessions never take it away.

use serde::Serialize;
use tonus_report::median;
use tonus_report::vocabulary::Language;

use crate::diary::Diary;
use crate::entry::SessionEntry;
use crate::id::Id;
use crate::time::DAY_S;
use crate::trend::{Axis, Band, Change, TrendConfig, changed, too_little_signal};
use crate::words;

/// Releases that have to be judged before all of them can be complete.
const MIN_RELEASES: u32 = 3;
/// Length of a week.
const WEEK_S: f64 = 7.0 * DAY_S;
/// Values that a week needs to be compared.
const MIN_IN_WEEK: usize = 2;
/// Days without a session that make a break.
const BREAK_S: f64 = 14.0 * DAY_S;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneKind {
    /// The first session.
    FirstSession,
    /// The first release that was complete.
    FirstCompleteRelease,
    /// The first session in which every release, of three at least, was complete.
    AllReleasesComplete,
    /// A week with less resting tension than the week before.
    CalmerWeek,
    /// A week with less pain than the week before.
    EasierWeek,
    /// Five sessions.
    FiveSessions,
    /// Ten sessions.
    TenSessions,
    /// Twenty sessions.
    TwentySessions,
    /// The first session after 14 days or more without one.
    BackAfterBreak,
}

/// A milestone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Milestone {
    /// What happened.
    pub kind: MilestoneKind,
    /// When, in seconds since 1970.
    pub at_unix_s: f64,
    /// In which session; `None` if an entry of the diary brought it.
    pub session: Option<Id>,
    /// The same in a sentence.
    pub text: &'static str,
}

/// Every milestone in the order of time. Sessions that cannot be read do not count.
pub fn milestones(sessions: &[SessionEntry], diary: &Diary, config: &TrendConfig, lang: Language) -> Vec<Milestone> {
    let readable: Vec<&SessionEntry> = sessions.iter().filter(|entry| entry.problem.is_none()).collect();
    let mut found = Vec::new();
    let counted = [
        (1, MilestoneKind::FirstSession),
        (5, MilestoneKind::FiveSessions),
        (10, MilestoneKind::TenSessions),
        (20, MilestoneKind::TwentySessions),
    ];
    for (count, kind) in counted {
        found.extend(readable.get(count - 1).map(|entry| of_session(kind, entry, lang)));
    }
    let mut first = |kind, is: &dyn Fn(usize, &SessionEntry) -> bool| {
        let entry = readable.iter().enumerate().find(|(turn, entry)| is(*turn, entry));
        found.extend(entry.map(|(_, entry)| of_session(kind, entry, lang)));
    };
    first(MilestoneKind::FirstCompleteRelease, &|_, entry| entry.numbers.complete_releases > 0);
    first(MilestoneKind::AllReleasesComplete, &|_, entry| {
        let numbers = &entry.numbers;
        numbers.releases >= MIN_RELEASES && numbers.complete_releases == numbers.releases
    });
    first(MilestoneKind::CalmerWeek, &|turn, entry| is_calmer(&readable[..=turn], entry, config));
    let back = readable.windows(2).find(|pair| pair[1].started_unix_s - pair[0].started_unix_s >= BREAK_S);
    found.extend(back.map(|pair| of_session(MilestoneKind::BackAfterBreak, pair[1], lang)));
    found.extend(easier_week(diary, config, lang));
    found.sort_by(|a, b| a.at_unix_s.total_cmp(&b.at_unix_s));
    found
}

/// Whether the week that ends with a session had less resting tension than the week before it, in comparable sessions.
fn is_calmer(up_to: &[&SessionEntry], last: &SessionEntry, config: &TrendConfig) -> bool {
    let comparable = up_to.iter().filter(|entry| entry.conditions.agree(&last.conditions) && !too_little_signal(entry));
    let values = comparable.filter_map(|entry| Some((entry.started_unix_s, Axis::RestingTension.value(entry)?)));
    is_lower_week(values, last.started_unix_s, config.band(Axis::RestingTension))
}

fn easier_week(diary: &Diary, config: &TrendConfig, lang: Language) -> Option<Milestone> {
    let band = config.band(Axis::Pain);
    let (at_unix_s, _) = diary.pain().find(|(at, _)| is_lower_week(diary.pain(), *at, band))?;
    let kind = MilestoneKind::EasierWeek;
    Some(Milestone { kind, at_unix_s, session: None, text: words::milestone::text(lang, kind) })
}

/// Whether the median of the 7 days up to a time is lower, beyond the band, than that of the 7 days before them.
fn is_lower_week(values: impl Iterator<Item = (f64, f64)>, end: f64, band: Band) -> bool {
    let (mut this, mut before) = (Vec::new(), Vec::new());
    for (at, value) in values {
        let age = end - at;
        if (0.0..WEEK_S).contains(&age) {
            this.push(value);
        } else if (WEEK_S..2.0 * WEEK_S).contains(&age) {
            before.push(value);
        }
    }
    if this.len() < MIN_IN_WEEK || before.len() < MIN_IN_WEEK {
        return false;
    }
    let medians = median(before).zip(median(this));
    medians.is_some_and(|(before, this)| changed(before, this, band) == Change::Lower)
}

fn of_session(kind: MilestoneKind, entry: &SessionEntry, lang: Language) -> Milestone {
    Milestone {
        kind,
        at_unix_s: entry.started_unix_s,
        session: Some(entry.id.clone()),
        text: words::milestone::text(lang, kind),
    }
}
