//! Trends: whether numbers of comparable sessions changed by more than measuring them is uncertain.

mod axis;
mod change;
mod series;

use serde::Serialize;
use tonus_report::median;
use tonus_report::vocabulary::Language;

pub use axis::{Axis, Band, Easier, TrendConfig};
pub(crate) use change::changed;
pub use change::{Change, Compared};
pub(crate) use series::{MIN_VALID_SHARE, too_little_signal};
pub use series::{NotCompared, Point, Reason};

use crate::diary::Diary;
use crate::entry::{Conditions, SessionEntry};
use crate::words;

/// One axis over one series of comparable sessions, or pain over the days of the diary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// What was measured.
    pub axis: Axis,
    /// Its name for people.
    pub title: &'static str,
    /// Unit of the values: `uV`, `sensor units`, `ratio`, `s`, `points` or `0-10`.
    pub unit: &'static str,
    /// Circumstances that all of its sessions share; `None` for pain.
    pub series: Option<Conditions>,
    /// Whether they are those of the latest session.
    pub is_latest_series: bool,
    /// The first values against the last.
    #[serde(flatten)]
    pub compared: Compared,
    /// How far values stray by measuring alone: a change counts only beyond it.
    pub band: Band,
    /// Smallest value.
    pub min: f64,
    /// Median value.
    pub median: f64,
    /// Largest value.
    pub max: f64,
    /// Every value in the order of time.
    pub points: Vec<Point>,
    /// Which direction is easier, and for whom.
    pub easier: Easier,
    /// The outcome in a sentence.
    pub text: String,
    /// Whom which direction suits, in a sentence.
    pub remark: &'static str,
}

/// Trends of every series with values, that of the latest session first; and sessions that are not compared with the
/// latest one, each with what differs.
pub fn trends(
    sessions: &[SessionEntry],
    diary: &Diary,
    config: &TrendConfig,
    lang: Language,
) -> (Vec<Trend>, Vec<NotCompared>) {
    let (series, not_compared) = series::split(sessions, lang);
    let mut trends = Vec::new();
    for (turn, (conditions, members)) in series.iter().enumerate() {
        for axis in Axis::OF_SESSIONS {
            let points = members.iter().filter_map(|entry| Point::of(axis, entry)).collect();
            trends.extend(trend(axis, Some(conditions.clone()), turn == 0, points, config, lang));
        }
    }
    trends.extend(trend(Axis::Pain, None, true, series::pain_by_day(diary), config, lang));
    (trends, not_compared)
}

fn trend(
    axis: Axis,
    series: Option<Conditions>,
    is_latest_series: bool,
    points: Vec<Point>,
    config: &TrendConfig,
    lang: Language,
) -> Option<Trend> {
    let values: Vec<f64> = points.iter().map(|point| point.value).collect();
    let band = config.band(axis);
    let compared = Compared::of(&values, band);
    let unit = axis.unit(series.as_ref().is_none_or(|series| series.is_scaled));
    Some(Trend {
        axis,
        title: words::trend::title(lang, axis),
        unit,
        is_latest_series,
        series,
        text: words::trend::outcome(lang, axis, unit, &compared, band),
        remark: words::trend::remark(lang, axis),
        compared,
        band,
        min: values.iter().copied().reduce(f64::min)?,
        median: median(values.iter().copied())?,
        max: values.iter().copied().reduce(f64::max)?,
        points,
        easier: axis.easier(),
    })
}
