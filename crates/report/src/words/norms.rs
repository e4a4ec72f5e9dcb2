//! Words of norm profiles: sources, rules and verdicts.

use crate::training::{NormUnit, Relation};

pub(crate) const PERSONAL_SOURCE: &str =
    "the own resting level; rules of tonus, not validated in a clinic (docs/STATES.md)";
pub(crate) const WHITE_SOURCE: &str =
    "White & Jantos 1997, J Reprod Med 42:157: vestibulitis against 50 symptom-free women";
pub(crate) const FAN_SOURCE: &str = "Fan 2024 (360docs 332459557): clinic cut-offs, 918 women after birth";
pub(crate) const KASPER_SOURCE: &str = "Kasper-Jędrzejewska 2025, doi 10.12659/MSM.950086: median of the comparison group with its 95 % interval, \
     which holds for the group and not for a single person";

/// Names of the rules, each with what its limit is called in a sentence.
pub(crate) const REST_MEAN: (&str, &str) = ("rest mean", "rest limit");
pub(crate) const REST_SD: (&str, &str) = ("rest SD (window 0.1 s)", "rest SD limit");
pub(crate) const REST_AFTER: (&str, &str) = ("rest after, mean", "rest-after limit");
pub(crate) const FLICK_PEAK: (&str, &str) = ("flick peak", "flick limit");
pub(crate) const TONIC_MEAN: (&str, &str) = ("tonic mean", "tonic limit");
pub(crate) const MEDIAN_FREQUENCY: (&str, &str) = ("median frequency", "median frequency limit");
pub(crate) const REST_INTERVAL: (&str, &str) = ("rest mean", "rest interval");
pub(crate) const POST_TONIC_MEDIAN: (&str, &str) = ("post-tonic mean", "post-tonic median of the group");
pub(crate) const REST_RATIO: (&str, &str) = ("rest over own resting level", "rest limit");
pub(crate) const RESIDUAL: (&str, &str) = ("rest after contractions over own resting level", "residual limit");

/// A unit as it stands behind a number.
pub(crate) const fn unit(unit: NormUnit) -> &'static str {
    match unit {
        NormUnit::MicroVolt => " µV",
        NormUnit::Hz => " Hz",
        NormUnit::Ratio => " ×",
    }
}

/// A verdict: what, whose rule, and the numbers.
pub(crate) fn verdict(relation: Relation, profile: &str, limit: &str, numbers: &str) -> String {
    let relation = match relation {
        Relation::Above => "above",
        Relation::Below => "below",
        Relation::Within => "within",
    };
    format!("{relation} {profile} {limit} ({numbers})")
}

pub(crate) fn between(value: &str, low: &str, high: &str, unit: &str) -> String {
    format!("{value}{unit}, {low} to {high}")
}

/// Why the rules in µV are off.
pub(crate) fn off(profile: &str, channel: &str) -> String {
    format!(
        "{profile}: rules in µV are not applied to {channel}, because it is not known how many µV one unit of the file is; \
         --unit or --uv-per-count says it"
    )
}

/// There is no such profile.
pub(crate) fn unknown(name: &str, names: &str) -> String {
    format!("there is no norm profile `{name}`; there are: {names}")
}
