//! What is followed over time, and how uncertain it is.

use serde::Serialize;

use crate::entry::SessionEntry;

/// What is followed: the outcome measures of Glazer 1995, with release and time at ease beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Level at rest.
    RestingTension,
    /// Variation at rest over its level.
    RestingInstability,
    /// Level of contractions.
    Contraction,
    /// Time to let go after a rest cue.
    Release,
    /// Rest after a contraction over the baseline.
    Residual,
    /// Points for time under the relaxation ceiling.
    Relaxation,
    /// Pain in the diary.
    Pain,
}

/// In which direction an axis feels easier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Easier {
    /// Down.
    Lower,
    /// Up.
    Higher,
    /// That depends on what is trained.
    Depends,
}

/// A band of measurement error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Share of the first median.
    Share(f64),
    /// In the unit of the axis.
    Points(f64),
}

/// Bands of measurement error. See `docs/HISTORY.md` for their sources.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrendConfig {
    /// Of levels and of their variation: 0.30. Bern 2017 (PMID 28716538) found minimal differences of 21 to 44 %.
    pub level_share: f64,
    /// Of times: 0.44, the upper end of the same, as times are less repeatable than levels (Oleksy 2021).
    pub time_share: f64,
    /// Of points from 0 to 100: 15, a choice.
    pub points: f64,
    /// Of pain from 0 to 10: 2 (Farrar 2001, doi 10.1016/S0304-3959(01)00349-9; Salaffi 2004, PMID 15207508).
    pub pain: f64,
}

impl Default for TrendConfig {
    fn default() -> Self {
        Self { level_share: 0.30, time_share: 0.44, points: 15.0, pain: 2.0 }
    }
}

impl TrendConfig {
    /// The band of an axis.
    pub fn band(&self, axis: Axis) -> Band {
        match axis {
            Axis::RestingTension | Axis::RestingInstability | Axis::Contraction | Axis::Residual => {
                Band::Share(self.level_share)
            }
            Axis::Release => Band::Share(self.time_share),
            Axis::Relaxation => Band::Points(self.points),
            Axis::Pain => Band::Points(self.pain),
        }
    }
}

impl Axis {
    /// Those that sessions measure.
    pub const OF_SESSIONS: [Self; 6] = [
        Self::RestingTension,
        Self::RestingInstability,
        Self::Contraction,
        Self::Release,
        Self::Residual,
        Self::Relaxation,
    ];

    /// Its value in a session.
    pub fn value(self, entry: &SessionEntry) -> Option<f64> {
        let numbers = &entry.numbers;
        match self {
            Self::RestingTension => numbers.rest_mean_uv,
            Self::RestingInstability => numbers.rest_cv,
            Self::Contraction => numbers.contraction_uv,
            Self::Release => numbers.release_s,
            Self::Residual => numbers.residual_ratio,
            Self::Relaxation => numbers.relaxation_points,
            Self::Pain => None,
        }
    }

    /// Its unit; levels without a known scale are in the sensor's own.
    pub fn unit(self, is_scaled: bool) -> &'static str {
        match self {
            Self::RestingTension | Self::Contraction if is_scaled => "uV",
            Self::RestingTension | Self::Contraction => "sensor units",
            Self::RestingInstability | Self::Residual => "ratio",
            Self::Release => "s",
            Self::Relaxation => "points",
            Self::Pain => "0-10",
        }
    }

    /// In which direction it feels easier.
    pub fn easier(self) -> Easier {
        match self {
            Self::Contraction => Easier::Depends,
            Self::Relaxation => Easier::Higher,
            _ => Easier::Lower,
        }
    }
}
