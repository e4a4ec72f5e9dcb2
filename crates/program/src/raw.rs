//! Programme and plan files as they are written. Every table refuses keys it does not know.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

/// Texts by key, by language.
pub(crate) type RawText = BTreeMap<String, BTreeMap<String, String>>;

/// What a file is, before anything else is looked at.
#[derive(Deserialize)]
pub(crate) struct RawHead {
    pub version: Option<i64>,
    pub step: Option<IgnoredAny>,
    pub stage: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawProgram {
    pub name: String,
    #[serde(rename = "version")]
    pub _version: i64,
    pub adopt_deep_rest: Option<bool>,
    pub text: RawText,
    #[serde(default)]
    pub step: Vec<Spanned<RawStep>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawStep {
    pub kind: Option<String>,
    pub duration_s: Option<f64>,
    pub prompt: Option<String>,
    pub segment: Option<String>,
    pub ceiling_ratio: Option<f64>,
    pub adaptive: Option<RawAdaptive>,
    pub band: Option<[f64; 2]>,
    pub pass_share: Option<f64>,
    pub retries: Option<i64>,
    pub breaths_per_min: Option<f64>,
    pub exhale_share: Option<f64>,
    pub repeat: Option<i64>,
    pub step: Option<Vec<Spanned<RawStep>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAdaptive {
    pub start_ratio: Option<f64>,
    pub lowest_ratio: Option<f64>,
    pub highest_ratio: Option<f64>,
    pub success_share: Option<f64>,
    pub ratio_per_min: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPlan {
    pub name: String,
    #[serde(rename = "version")]
    pub _version: i64,
    pub days: i64,
    pub text: RawText,
    pub stage: Vec<Spanned<RawStage>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawStage {
    pub program: String,
    pub title: String,
    pub about: String,
    pub good_sessions: Option<i64>,
}
