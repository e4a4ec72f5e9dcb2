//! How it goes over time.

use std::path::Path;

use tonus_engine::live::store::now_unix_s;
use tonus_history::{Axis, Change, HistoryError, HistoryReport, Store, TrendConfig, current_plan};
use tonus_program::{builtin_in, builtin_plan_in};

use super::offer::PLAN;
use crate::words::Language;

/// Trends that are shown, in this order.
const AXES: usize = 6;

/// How it goes over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Sessions so far.
    pub sessions: usize,
    /// Entries of the diary.
    pub entries: usize,
    /// What was measured, over the sessions that can be compared.
    pub trends: Vec<Line>,
    /// Milestones, the latest first: when, and in words.
    pub milestones: Vec<(f64, String)>,
    /// The latest sessions, the latest first.
    pub latest: Vec<Past>,
    /// What the plan says, in words.
    pub plan: Option<String>,
    /// A suggestion to talk with a clinician.
    pub suggestion: Option<String>,
}

/// A trend.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What was measured.
    pub axis: Axis,
    /// Unit of the values.
    pub unit: &'static str,
    /// What came of comparing.
    pub change: Change,
    /// In words.
    pub text: String,
    /// Days since the first session, and the value.
    pub points: Vec<(f64, f64)>,
}

/// A session that was.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Its name.
    pub id: String,
    /// When it began, in seconds since 1970.
    pub at_unix_s: f64,
    /// Its programme.
    pub program: String,
    /// How long it was.
    pub minutes: Option<f64>,
    /// Why it cannot be read.
    pub problem: Option<String>,
}

/// The name of a programme for people; its own where it is not built in.
fn title(name: &str, language: Language) -> String {
    builtin_in(name, language.code()).map_or_else(|| name.to_owned(), |file| file.title)
}

impl Progress {
    /// Reads the store.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub fn load(store: Option<&Path>, language: Language) -> Result<Self, HistoryError> {
        let root = store.map_or_else(Store::default_root, |root| Ok(root.to_owned()))?;
        let store = Store::open(&root)?;
        let (sessions, diary) = (store.sessions()?, store.diary()?);
        let name = current_plan(&sessions).unwrap_or(PLAN).to_owned();
        let plan = builtin_plan_in(&name, language.code());
        let report =
            HistoryReport::new(&sessions, &diary, plan.as_ref(), now_unix_s(), &TrendConfig::default(), language);
        let start = sessions.first().map_or(0.0, |first| first.started_unix_s);
        let line = |trend: &tonus_history::Trend| Line {
            axis: trend.axis,
            unit: trend.unit,
            change: trend.compared.change,
            text: trend.text.clone(),
            points: trend.points.iter().map(|point| ((point.at_unix_s - start) / 86_400.0, point.value)).collect(),
        };
        let past = |entry: &tonus_history::SessionEntry| Past {
            id: entry.id.as_str().to_owned(),
            at_unix_s: entry.started_unix_s,
            program: title(entry.conditions.program.as_deref().unwrap_or_default(), language),
            minutes: entry.duration_s.map(|seconds| seconds / 60.0),
            problem: entry.problem.clone(),
        };
        Ok(Self {
            sessions: sessions.len(),
            entries: report.diary.entries,
            trends: report
                .trends
                .iter()
                .filter(|trend| trend.is_latest_series || trend.series.is_none())
                .filter(|trend| trend.points.len() > 1)
                .take(AXES)
                .map(line)
                .collect(),
            milestones: report.milestones.iter().rev().map(|one| (one.at_unix_s, one.text.to_owned())).collect(),
            latest: sessions.iter().rev().take(8).map(past).collect(),
            plan: report.plan.map(|advice| advice.text),
            suggestion: report.suggestion.map(str::to_owned),
        })
    }
}
