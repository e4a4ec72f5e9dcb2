//! A session as a line of the history.

use serde::{Deserialize, Serialize};

use crate::id::Id;

/// One session: when, under which circumstances, and the numbers that trends need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionEntry {
    /// Its name.
    pub id: Id,
    /// When it began, in seconds since 1970; 0 where a folder of another name says nothing about it, beside `problem`.
    pub started_unix_s: f64,
    /// Length of the recording.
    pub duration_s: Option<f64>,
    /// Name of the plan that it was part of.
    pub plan: Option<String>,
    /// Stage of that plan, from 1.
    pub stage: Option<u8>,
    /// The circumstances.
    #[serde(flatten)]
    pub conditions: Conditions,
    /// What was measured.
    #[serde(flatten)]
    pub numbers: Numbers,
    /// Why the session cannot be read, in a sentence. Its numbers then count nowhere.
    pub problem: Option<String>,
}

/// Circumstances of a session. Numbers are compared only where all of them agree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// Name of the programme.
    pub program: Option<String>,
    /// Posture.
    pub posture: Option<String>,
    /// Where on the body.
    pub site: Option<String>,
    /// Electrode.
    pub electrode: Option<String>,
    /// Sensor.
    pub device: Option<String>,
    /// Channel whose numbers count.
    pub channel: Option<String>,
    /// Whether its levels are µV. If not, they are in the sensor's own unit.
    pub is_scaled: bool,
}

/// Numbers of a session, from `summary.json`. What could not be determined is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// Mean level where rest was asked for: resting tension.
    pub rest_mean_uv: Option<f64>,
    /// Its standard deviation over its mean: resting instability.
    pub rest_cv: Option<f64>,
    /// The deepest rest: the lowest level that lasted 3 s.
    #[serde(default)]
    pub deepest_uv: Option<f64>,
    /// Level of contractions: the mean of the segment `tonic`, else the median of held repetitions that count.
    pub contraction_uv: Option<f64>,
    /// The same between rest (0) and the own reference (1), as `tonus_core::normalize` defines it: of a raw channel,
    /// corrected for the power of resting noise.
    pub contraction_activation: Option<f64>,
    /// Median time from the rest cue to letting go.
    pub release_s: Option<f64>,
    /// Median of rest after a contraction over the baseline.
    pub residual_ratio: Option<f64>,
    /// Releases that could be judged.
    pub releases: u32,
    /// Complete ones among them.
    pub complete_releases: u32,
    /// Their share; `None` without any.
    pub complete_release_share: Option<f64>,
    /// Points for time under the relaxation ceiling, 0 to 100.
    pub relaxation_points: Option<f64>,
    /// Points for time in the work band, 0 to 100.
    pub hold_points: Option<f64>,
    /// Share of valid time.
    pub valid_share: Option<f64>,
    /// Share of the programme that was done; 1 if it came to its end.
    pub done_share: Option<f64>,
    /// SHA-256 of the programme's text, in hex.
    pub program_sha256: Option<String>,
    /// SHA-256 over all decisions, in hex.
    pub digest: Option<String>,
}

/// A circumstance in which two sessions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `program`, `posture`, `site`, `electrode`, `device`, `channel` or `is_scaled`.
    pub field: &'static str,
    /// What it is in the session that is not compared; `None` if not stated.
    pub here: Option<String>,
    /// What it is in the sessions that are.
    pub there: Option<String>,
}

impl Conditions {
    /// What differs from `there`. Case and spaces around a word do not count.
    pub fn differences(&self, there: &Self) -> Vec<Difference> {
        let scaled = |conditions: &Self| Some(conditions.is_scaled.to_string());
        [
            ("program", self.program.clone(), there.program.clone()),
            ("posture", self.posture.clone(), there.posture.clone()),
            ("site", self.site.clone(), there.site.clone()),
            ("electrode", self.electrode.clone(), there.electrode.clone()),
            ("device", self.device.clone(), there.device.clone()),
            ("channel", self.channel.clone(), there.channel.clone()),
            ("is_scaled", scaled(self), scaled(there)),
        ]
        .into_iter()
        .filter(|(_, here, there)| plain(here.as_deref()) != plain(there.as_deref()))
        .map(|(field, here, there)| Difference { field, here, there })
        .collect()
    }

    /// Whether numbers under both can be compared.
    pub fn agree(&self, other: &Self) -> bool {
        self.differences(other).is_empty()
    }
}

/// A word as it is compared: an empty one says as much as none.
pub(crate) fn plain(word: Option<&str>) -> String {
    word.unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_named() {
        let lying = Conditions { posture: Some("Lying ".into()), ..Conditions::default() };
        let same = Conditions { posture: Some("lying".into()), device: Some(" ".into()), ..Conditions::default() };
        assert!(lying.agree(&same));
        let sitting = Conditions { posture: Some("sitting".into()), is_scaled: true, ..Conditions::default() };
        let fields: Vec<_> = sitting.differences(&lying).iter().map(|d| d.field).collect();
        assert_eq!(fields, ["posture", "is_scaled"]);
        assert_eq!(Conditions::default().differences(&lying)[0].here, None);
    }
}
