//! Named norm profiles: published numbers as data, each with its source.
//!
//! A fixed limit in µV is not defensible by itself: resting levels of symptom-free people differ between laboratories by a
//! factor of three, with device, band and electrode. So a limit is never applied unasked, and a verdict always names profile,
//! rule and value. The default, `personal_baseline`, compares with the person's own rest and has no limit in µV.
//!
//! | profile | rules applied here |
//! |---|---|
//! | `personal_baseline` | rest ≤ 1.25 × and rest after contractions ≤ 1.15 × the own baseline: rules of tonus, without clinical validation |
//! | `white1997` | rest mean ≤ 2.0 µV, rest SD ≤ 0.20 µV, tonic mean ≥ 17 µV, median frequency ≥ 115 Hz |
//! | `fan2024` | rest before and after ≤ 4 µV, flick peak ≥ 35 µV, tonic mean ≥ 30 µV |
//! | `kasper2025_healthy_ci` | rest within 1.91–2.97 µV (95 % interval of the group's median), post-tonic ≤ 2.46 µV (the group's median: half of its members lie above) |
//!
//! Not applied, on purpose:
//!
//! - White's recovery of 0.2 s: it is a time of the muscle, while a release here counts from a cue, and reaction and
//!   envelope alone take longer than that.
//! - White's combination rule: it words a diagnosis, and tonus makes none.
//! - Kasper's other medians, and Oleksy's means: numbers of a group without an interval that a single person could be held
//!   against.
//! - How long a release took: the allowance is a setting (`config.grace_s`), and whether a release was complete says it.
//!
//! What a rule looks at: rest is the segment `pre_baseline` of a training session, and all of the channel's rest where there
//! is none; tonic is the segment `tonic`, a flick `flicks`, post-tonic `post_tonic`, the rest after `post_endurance` or
//! `post_baseline`. Median frequency is that of `tonic`, and that of all contractions where there is none. A rule whose number
//! was not measured says nothing. SD depends on its window: here RMS over 100 ms, while White does not state one.
//!
//! Rules in µV are off, with a note, where the gain of a channel is not known. Rules in Hz and ratios stay.

mod quantity;

use std::error::Error;
use std::fmt;

use tonus_core::config::BodySite;
use tonus_record::Wording;

use self::quantity::Quantity;
use crate::channel::ChannelReport;
use crate::training::TrainingChannel;
use crate::verdict::{NormUnit, Relation, VerdictReport};
use crate::vocabulary::{Language, Text};
use crate::words;

/// One rule of a profile.
#[derive(Debug, Clone, Copy)]
struct Rule {
    quantity: Quantity,
    name: Text,
    /// What the limit is called in a sentence.
    limit: Text,
    low: Option<f64>,
    high: Option<f64>,
    /// Decimals that the source writes.
    decimals: usize,
}

const fn rule(
    quantity: Quantity,
    (name, limit): (Text, Text),
    low: Option<f64>,
    high: Option<f64>,
    decimals: usize,
) -> Rule {
    Rule { quantity, name, limit, low, high, decimals }
}

/// A norm profile.
#[derive(Debug, Clone, Copy)]
pub struct Norms {
    name: &'static str,
    source: &'static str,
    rules: &'static [Rule],
}

/// The person's own baseline.
impl Default for Norms {
    fn default() -> Self {
        PROFILES[0]
    }
}

/// The names of all profiles; the first is the default.
pub const NAMES: [&str; 4] = [PROFILES[0].name, PROFILES[1].name, PROFILES[2].name, PROFILES[3].name];

const PROFILES: [Norms; 4] = [
    Norms {
        name: "personal_baseline",
        source: words::norms::PERSONAL_SOURCE,
        rules: &[
            rule(Quantity::RestRatio, words::norms::REST_RATIO, None, Some(1.25), 2),
            rule(Quantity::Residual, words::norms::RESIDUAL, None, Some(1.15), 2),
        ],
    },
    Norms {
        name: "white1997",
        source: words::norms::WHITE_SOURCE,
        rules: &[
            rule(Quantity::RestMean, words::norms::REST_MEAN, None, Some(2.0), 1),
            rule(Quantity::RestSd, words::norms::REST_SD, None, Some(0.20), 2),
            rule(Quantity::TonicMean, words::norms::TONIC_MEAN, Some(17.0), None, 0),
            rule(Quantity::MedianFrequency, words::norms::MEDIAN_FREQUENCY, Some(115.0), None, 0),
        ],
    },
    Norms {
        name: "fan2024",
        source: words::norms::FAN_SOURCE,
        rules: &[
            rule(Quantity::RestMean, words::norms::REST_MEAN, None, Some(4.0), 1),
            rule(Quantity::RestAfter, words::norms::REST_AFTER, None, Some(4.0), 1),
            rule(Quantity::FlickPeak, words::norms::FLICK_PEAK, Some(35.0), None, 0),
            rule(Quantity::TonicMean, words::norms::TONIC_MEAN, Some(30.0), None, 0),
        ],
    },
    Norms {
        name: "kasper2025_healthy_ci",
        source: words::norms::KASPER_SOURCE,
        rules: &[
            rule(Quantity::RestMean, words::norms::REST_INTERVAL, Some(1.91), Some(2.97), 2),
            rule(Quantity::PostTonic, words::norms::POST_TONIC_MEDIAN, None, Some(2.46), 2),
        ],
    },
];

/// There is no profile of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownNorms {
    /// What was asked for.
    pub name: String,
}

impl fmt::Display for UnknownNorms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nearest: Vec<&str> = tonus_core::text::nearest(&self.name, NAMES.iter().copied()).collect();
        f.write_str(&words::norms::unknown(&self.name, &nearest.join(", "), &NAMES.join(", ")))
    }
}

impl Error for UnknownNorms {}

impl Norms {
    /// The profile of this name.
    ///
    /// # Errors
    /// [`UnknownNorms`], which lists the names there are.
    pub fn find(name: &str) -> Result<Self, UnknownNorms> {
        let found = PROFILES.into_iter().find(|profile| profile.name == name);
        found.ok_or_else(|| UnknownNorms { name: name.to_owned() })
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Where its numbers come from.
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// What it says of a channel, and why some of it is off.
    ///
    /// `is_scaled` says whether the channel's gain is known (`InputChannel::uv_per_unit`).
    pub fn verdicts(
        &self,
        channel: &ChannelReport,
        training: Option<&TrainingChannel>,
        is_scaled: bool,
    ) -> (Vec<VerdictReport>, Option<Wording>) {
        let is_off = |rule: &&Rule| !is_scaled && rule.quantity.unit() == NormUnit::MicroVolt;
        let note = self.rules.iter().any(|rule| is_off(&rule));
        let note = note.then(|| words::norms::off(self.name, &channel.name));
        let rules = self.rules.iter().filter(|rule| !is_off(rule));
        let verdicts =
            rules.filter_map(|rule| Some(self.verdict(rule, rule.quantity.of(channel, training)?))).collect();
        (verdicts, note)
    }

    fn verdict(&self, rule: &Rule, value: f64) -> VerdictReport {
        let relation = match (rule.low, rule.high) {
            (Some(low), _) if value < low => Relation::Below,
            (_, Some(high)) if value > high => Relation::Above,
            _ => Relation::Within,
        };
        VerdictReport {
            profile: self.name.to_owned(),
            source: self.source.to_owned(),
            rule: Language::English.pick(rule.name).to_owned(),
            value,
            unit: rule.quantity.unit(),
            low: rule.low,
            high: rule.high,
            relation,
            text: words::norms::verdict(
                Language::English,
                relation,
                self.name,
                rule.limit,
                &compare(Language::English, rule, value),
            ),
        }
    }
}

/// Published levels beside the own level at rest, a number in µV as it is to be shown; none where there are none for that place on
/// the body.
pub fn published(language: Language, profile: BodySite, own: &str) -> Option<String> {
    (profile == BodySite::Pelvic).then(|| words::norms::published(language, own))
}

/// A verdict in another language than that of `summary.json`: its rule, and its sentence. None for a rule that is not known here.
pub(crate) fn translated(language: Language, verdict: &VerdictReport) -> Option<(&'static str, String)> {
    let norms = Norms::find(&verdict.profile).ok()?;
    let rule = norms.rules.iter().find(|rule| Language::English.pick(rule.name) == verdict.rule)?;
    let numbers = compare(language, rule, verdict.value);
    let text = words::norms::verdict(language, verdict.relation, norms.name, rule.limit, &numbers);
    Some((language.pick(rule.name), text))
}

/// The value beside its limit, such as `3.0 > 2.0 µV`, with as many decimals as it takes to tell them apart.
fn compare(language: Language, rule: &Rule, value: f64) -> String {
    let unit = words::norms::unit(rule.quantity.unit());
    let text = |number: f64, decimals: usize| language.decimals(number, decimals);
    let limit = match (rule.low, rule.high) {
        (Some(low), Some(high)) if (low..=high).contains(&value) => {
            let (low, high) = (text(low, rule.decimals), text(high, rule.decimals));
            return words::norms::between(language, &text(value, rule.decimals), &low, &high, unit);
        }
        (Some(low), high) if value < low || high.is_none() => low,
        (_, Some(high)) => high,
        (_, None) => return format!("{}{unit}", text(value, rule.decimals)),
    };
    let sign = match (value.total_cmp(&limit), rule.high == Some(limit)) {
        (_, true) if value <= limit => "≤",
        (_, false) if value >= limit => "≥",
        (std::cmp::Ordering::Less, _) => "<",
        _ => ">",
    };
    let limit_text = text(limit, rule.decimals);
    let decimals = (rule.decimals.max(1)..=6)
        .find(|decimals| value == limit || text(value, *decimals) != text(limit, *decimals))
        .unwrap_or(6);
    format!("{} {sign} {limit_text}{unit}", text(value, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{CalibrationReport, QualityReport, RestReport, Seconds};
    use crate::spectrum::SpectrumReport;
    use crate::training::{ScoreReport, SegmentKind, SegmentReport};
    use tonus_core::training::Scores;

    fn channel(rest_uv: f64) -> ChannelReport {
        ChannelReport {
            name: "emg".to_owned(),
            calibration: CalibrationReport { baseline_uv: Some(2.0), ..CalibrationReport::default() },
            seconds: Seconds { rest: 60.0, controlled: 0.0, overactive: 0.0, invalid: 0.0 },
            contractions: Vec::new(),
            overactivity: Vec::new(),
            contractions_total: 0,
            overactivity_total: 0,
            rest: RestReport {
                mean_uv: Some(rest_uv),
                sd_uv: Some(0.25),
                cv: Some(0.1),
                median_uv: Some(rest_uv as f32),
            },
            spectrum: Some(SpectrumReport { mdf_hz: 89.0, mnf_hz: 100.0, segments: 9 }),
            quality: QualityReport::default(),
            verdicts: Vec::new(),
        }
    }

    fn segment(name: &str, mean_uv: f64) -> SegmentReport {
        SegmentReport {
            name: name.to_owned(),
            kind: SegmentKind::Rest,
            phases: 1,
            counted: 0,
            seconds: 60.0,
            valid_s: 60.0,
            counted_s: 60.0,
            mean_uv: Some(mean_uv),
            sd_uv: Some(0.15),
            cv: Some(0.1),
            window_s: 0.1,
            peak_uv: Some(2.0 * mean_uv),
            rise_s: None,
            fall_s: None,
            release_s: None,
            mdf_hz: Some(120.0),
            percent_reference: None,
        }
    }

    fn training(segments: Vec<SegmentReport>) -> TrainingChannel {
        let mut scores = ScoreReport::new(&Scores::default(), None);
        scores.residual_ratio = Some(1.3);
        TrainingChannel {
            name: "emg".to_owned(),
            phases: Vec::new(),
            repetitions: Vec::new(),
            target_moves: Vec::new(),
            adoptions: Vec::new(),
            segments,
            scores,
        }
    }

    fn texts(profile: &str, channel: &ChannelReport, training: Option<&TrainingChannel>) -> Vec<String> {
        let (verdicts, note) = Norms::find(profile).unwrap().verdicts(channel, training, true);
        assert_eq!(note, None);
        for verdict in &verdicts {
            assert!(
                verdict.text.contains(profile)
                    && verdict.text.starts_with(match verdict.relation {
                        Relation::Within => "within",
                        Relation::Above => "above",
                        Relation::Below => "below",
                    }),
                "{verdict:?}"
            );
            assert!(!verdict.source.is_empty() && !verdict.rule.is_empty());
        }
        verdicts.into_iter().map(|verdict| verdict.text).collect()
    }

    #[test]
    fn three_microvolts_are_above_one_profile_and_within_another() {
        let channel = channel(3.0);
        assert_eq!(
            texts("white1997", &channel, None),
            [
                "above white1997 rest limit (3.0 > 2.0 µV)",
                "above white1997 rest SD limit (0.25 > 0.20 µV)",
                "below white1997 median frequency limit (89.0 < 115 Hz)",
            ]
        );
        assert_eq!(texts("fan2024", &channel, None), ["within fan2024 rest limit (3.0 ≤ 4.0 µV)"]);
        assert_eq!(
            texts("kasper2025_healthy_ci", &channel, None),
            ["above kasper2025_healthy_ci rest interval (3.00 > 2.97 µV)"]
        );
    }

    #[test]
    fn the_default_has_no_limit_in_microvolts() {
        assert_eq!(NAMES[0], "personal_baseline");
        assert_eq!(
            texts(NAMES[0], &channel(3.0), Some(&training(Vec::new()))),
            [
                "above personal_baseline rest limit (1.50 > 1.25 ×)",
                "above personal_baseline residual limit (1.30 > 1.15 ×)",
            ]
        );
        let (verdicts, note) = Norms::find(NAMES[0]).unwrap().verdicts(&channel(3.0), None, false);
        assert_eq!((verdicts.len(), note), (1, None));
        assert!(verdicts.iter().all(|verdict| verdict.unit == NormUnit::Ratio));
    }

    #[test]
    fn a_training_session_is_looked_at_segment_by_segment() {
        let names = ["pre_baseline", "flicks", "tonic", "post_tonic", "post_endurance"];
        let segments = names.iter().zip([1.9, 10.0, 17.0, 2.46, 4.2]).map(|(name, uv)| segment(name, uv)).collect();
        let training = training(segments);
        let channel = channel(3.0);
        assert_eq!(
            texts("white1997", &channel, Some(&training)),
            [
                "within white1997 rest limit (1.9 ≤ 2.0 µV)",
                "within white1997 rest SD limit (0.15 ≤ 0.20 µV)",
                "within white1997 tonic limit (17.0 ≥ 17 µV)",
                "within white1997 median frequency limit (120.0 ≥ 115 Hz)",
            ]
        );
        assert_eq!(
            texts("fan2024", &channel, Some(&training)),
            [
                "within fan2024 rest limit (1.9 ≤ 4.0 µV)",
                "above fan2024 rest-after limit (4.2 > 4.0 µV)",
                "below fan2024 flick limit (20.0 < 35 µV)",
                "below fan2024 tonic limit (17.0 < 30 µV)",
            ]
        );
        assert_eq!(
            texts("kasper2025_healthy_ci", &channel, Some(&training)),
            [
                "below kasper2025_healthy_ci rest interval (1.90 < 1.91 µV)",
                "within kasper2025_healthy_ci post-tonic median of the group (2.46 ≤ 2.46 µV)",
            ]
        );
    }

    #[test]
    fn without_a_gain_the_rules_in_microvolts_are_off_and_a_note_says_so() {
        let (verdicts, note) = Norms::find("white1997").unwrap().verdicts(&channel(3.0), None, false);
        assert_eq!(verdicts.iter().map(|one| one.unit).collect::<Vec<_>>(), [NormUnit::Hz]);
        let note = note.unwrap().to_string();
        assert!(
            note.contains("white1997") && note.contains("emg") && note.contains("unit or uv_per_count says it"),
            "{note}"
        );
    }

    #[test]
    fn a_difference_is_always_visible() {
        let texts = texts("white1997", &channel(2.000_4), None);
        assert_eq!(texts[0], "above white1997 rest limit (2.0004 > 2.0 µV)");
    }

    #[test]
    fn published_levels_are_told_with_their_source_where_there_are_any() {
        let text = published(Language::English, BodySite::Pelvic, "3.00").unwrap();
        assert!(text.ends_with("here it is 3.00 µV.") && text.contains("Kasper") && text.contains("Oleksy"), "{text}");
        assert!(published(Language::German, BodySite::Pelvic, "3,00").unwrap().ends_with("hier sind es 3,00 µV."));
        assert_eq!(published(Language::English, BodySite::Limb, "3.00"), None);
    }

    #[test]
    fn an_unknown_name_lists_the_others() {
        let error = Norms::find("glazer").unwrap_err().to_string();
        assert!(NAMES.iter().all(|name| error.contains(name)) && error.contains("`glazer`"), "{error}");
        for name in NAMES {
            assert_eq!(Norms::find(name).unwrap().name(), name);
        }
    }
}
