//! What a norm profile says of a number.

use serde::{Deserialize, Serialize};

/// Unit of a number that a norm profile looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NormUnit {
    /// Microvolt.
    #[serde(rename = "uV")]
    MicroVolt,
    /// Hertz.
    Hz,
    /// A ratio.
    #[serde(rename = "ratio")]
    Ratio,
}

/// Where a number lies in relation to limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// Between them.
    Within,
    /// Above the upper one.
    Above,
    /// Below the lower one.
    Below,
}

/// What a named norm profile says of one number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerdictReport {
    /// The profile, such as `white1997`.
    pub profile: String,
    /// Its source.
    pub source: String,
    /// What was looked at, such as `rest mean`.
    pub rule: String,
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: NormUnit,
    /// The limits; open where `null`.
    pub low: Option<f64>,
    /// See `low`.
    pub high: Option<f64>,
    /// Where the number lies.
    pub relation: Relation,
    /// The same in one sentence that names profile, rule and value.
    pub text: String,
}
