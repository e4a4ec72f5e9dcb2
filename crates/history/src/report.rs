//! Everything the history says, as data.

use serde::Serialize;
use tonus_program::Plan;
use tonus_report::median;
use tonus_report::vocabulary::Language;

use crate::calmest::{Calmest, Likeness, calmest};
use crate::diary::Diary;
use crate::entry::SessionEntry;
use crate::milestone::{Milestone, milestones};
use crate::plan::{PlanAdvice, PlanSteps, advise};
use crate::suggestion::suggestion;
use crate::trend::{NotCompared, Trend, TrendConfig, trends};

/// Version of the layout of [`HistoryReport`]; keys are only added.
pub const SCHEMA_VERSION: u32 = 1;

/// What `tonus history --json` prints. Notes are not part of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// When it was made, in seconds since 1970.
    pub generated_unix_s: f64,
    /// Every session in the order of time.
    pub sessions: Vec<SessionEntry>,
    /// The diary in numbers.
    pub diary: DiarySummary,
    /// Trends of every series, that of the latest session first.
    pub trends: Vec<Trend>,
    /// Sessions that are not compared with the latest one.
    pub not_compared: Vec<NotCompared>,
    /// The calmest rest of the sessions that are like the latest one in all that a level depends on; none where it is not known in
    /// µV.
    pub calmest: Option<Calmest>,
    /// Milestones in the order of time.
    pub milestones: Vec<Milestone>,
    /// Where the plan stands, if there is one.
    pub plan: Option<PlanAdvice>,
    /// A suggestion to talk with a clinician, if pain gives a reason.
    pub suggestion: Option<&'static str>,
    /// Bands of measurement error that were used.
    pub config: TrendConfig,
    /// The language of its sentences.
    #[serde(skip)]
    pub language: Language,
}

/// The diary in numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DiarySummary {
    /// Entries.
    pub entries: usize,
    /// Lines that could not be read, a torn end included.
    pub unread_lines: usize,
    /// The first and the latest entry, in seconds since 1970.
    pub first_unix_s: Option<f64>,
    /// See `first_unix_s`.
    pub last_unix_s: Option<f64>,
    /// Pain.
    pub pain: Option<Spread>,
    /// Mood.
    pub mood: Option<Spread>,
    /// Hours of sleep.
    pub sleep_hours: Option<Spread>,
    /// Quality of sleep.
    pub sleep_quality: Option<Spread>,
    /// Stress.
    pub stress: Option<Spread>,
    /// Sensitivity.
    pub sensitivity: Option<Spread>,
}

/// How numbers are spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// How many.
    pub n: usize,
    /// Smallest.
    pub min: f64,
    /// Median.
    pub median: f64,
    /// Largest.
    pub max: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let values: Vec<f64> = values.collect();
        Some(Self {
            n: values.len(),
            min: values.iter().copied().reduce(f64::min)?,
            max: values.iter().copied().reduce(f64::max)?,
            median: median(values)?,
        })
    }
}

impl DiarySummary {
    /// Counts a diary.
    pub fn of(diary: &Diary) -> Self {
        let entries = diary.entries();
        let scale =
            |field: fn(&crate::DiaryEntry) -> Option<u8>| Spread::of(entries.iter().filter_map(field).map(f64::from));
        Self {
            entries: entries.len(),
            unread_lines: diary.unread(),
            first_unix_s: entries.first().map(|entry| entry.at_unix_s),
            last_unix_s: entries.last().map(|entry| entry.at_unix_s),
            pain: scale(|entry| entry.pain),
            mood: scale(|entry| entry.mood),
            sleep_hours: Spread::of(entries.iter().filter_map(|entry| entry.sleep_hours)),
            sleep_quality: scale(|entry| entry.sleep_quality),
            stress: scale(|entry| entry.stress),
            sensitivity: scale(|entry| entry.sensitivity),
        }
    }
}

impl HistoryReport {
    /// Puts together what sessions (in the order of time) and diary say. `now_unix_s` is only noted: nothing here depends
    /// on how long ago a session was.
    pub fn new(
        sessions: &[SessionEntry],
        diary: &Diary,
        plan: Option<&Plan>,
        now_unix_s: f64,
        config: &TrendConfig,
        language: Language,
    ) -> Self {
        let (trends, not_compared) = trends(sessions, diary, config, language);
        let latest = sessions.iter().rfind(|entry| entry.problem.is_none());
        Self {
            schema_version: SCHEMA_VERSION,
            generated_unix_s: now_unix_s,
            sessions: sessions.to_vec(),
            diary: DiarySummary::of(diary),
            trends,
            not_compared,
            calmest: latest.and_then(|entry| calmest(sessions, &Likeness::of(entry))),
            milestones: milestones(sessions, diary, config, language),
            plan: plan.and_then(|plan| advise(&PlanSteps::from(plan), sessions, diary, language)),
            suggestion: suggestion(diary, language),
            config: *config,
            language,
        }
    }

    /// The report as an indented document with a line end.
    ///
    /// # Errors
    /// Never in practice: every field can be written as JSON.
    pub fn to_json(&self) -> std::io::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}
