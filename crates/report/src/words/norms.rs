//! Words of norm profiles: sources, rules and verdicts.

use tonus_record::{Setting, Wording, wording};

use crate::verdict::{NormUnit, Relation};
use crate::vocabulary::{Language, Text};

pub(crate) const PERSONAL: Text = [
    "the own resting level; rules of tonus, not validated in a clinic (docs/STATES.md)",
    "der eigene Ruhewert; Regeln von tonus, in keiner Klinik geprüft (docs/STATES.md)",
];
pub(crate) const PERSONAL_SOURCE: &str = PERSONAL[0];
pub(crate) const WHITE_SOURCE: &str =
    "White & Jantos 1997, J Reprod Med 42:157: vestibulitis against 50 symptom-free women";
pub(crate) const FAN_SOURCE: &str = "Fan 2024 (360docs 332459557): clinic cut-offs, 918 women after birth";
pub(crate) const KASPER_SOURCE: &str = "Kasper-Jędrzejewska 2025, doi 10.12659/MSM.950086: median of the comparison group with its 95 % interval, \
     which holds for the group and not for a single person";

/// Names of the rules, each with what its limit is called in a sentence.
pub(crate) const REST_MEAN: (Text, Text) = (["rest mean", "Mittel in Ruhe"], ["rest limit", "Grenze für Ruhe"]);
pub(crate) const REST_SD: (Text, Text) =
    (["rest SD (window 0.1 s)", "SD in Ruhe (Fenster 0,1 s)"], ["rest SD limit", "Grenze für die SD in Ruhe"]);
pub(crate) const REST_AFTER: (Text, Text) =
    (["rest after, mean", "Ruhe danach, Mittel"], ["rest-after limit", "Grenze für Ruhe danach"]);
pub(crate) const FLICK_PEAK: (Text, Text) =
    (["flick peak", "Spitze kurzer Anspannungen"], ["flick limit", "Grenze für kurze Anspannungen"]);
pub(crate) const TONIC_MEAN: (Text, Text) =
    (["tonic mean", "Mittel beim Halten"], ["tonic limit", "Grenze für Halten"]);
pub(crate) const MEDIAN_FREQUENCY: (Text, Text) =
    (["median frequency", "Medianfrequenz"], ["median frequency limit", "Grenze der Medianfrequenz"]);
pub(crate) const REST_INTERVAL: (Text, Text) =
    (["rest mean", "Mittel in Ruhe"], ["rest interval", "Intervall für Ruhe"]);
pub(crate) const POST_TONIC_MEDIAN: (Text, Text) = (
    ["post-tonic mean", "Mittel nach dem Halten"],
    ["post-tonic median of the group", "Median der Gruppe nach dem Halten"],
);
pub(crate) const REST_RATIO: (Text, Text) =
    (["rest over own resting level", "Ruhe durch eigenen Ruhewert"], ["rest limit", "Grenze für Ruhe"]);
pub(crate) const RESIDUAL: (Text, Text) = (
    ["rest after contractions over own resting level", "Ruhe nach Anspannungen durch eigenen Ruhewert"],
    ["residual limit", "Grenze für den Rest"],
);

/// A unit as it stands behind a number.
pub(crate) const fn unit(unit: NormUnit) -> &'static str {
    match unit {
        NormUnit::MicroVolt => " µV",
        NormUnit::Hz => " Hz",
        NormUnit::Ratio => " ×",
    }
}

/// A verdict: what, whose rule, and the numbers.
pub(crate) fn verdict(language: Language, relation: Relation, profile: &str, limit: Text, numbers: &str) -> String {
    let limit = language.pick(limit);
    let relation = language.pick(match relation {
        Relation::Above => ["above", "darüber"],
        Relation::Below => ["below", "darunter"],
        Relation::Within => ["within", "innerhalb"],
    });
    match language {
        Language::English => format!("{relation} {profile} {limit} ({numbers})"),
        Language::German => format!("{limit} nach {profile}: {relation} ({numbers})"),
    }
}

/// A source in another language than that of `summary.json`; publications keep theirs.
pub(crate) fn source(language: Language, source: &str) -> &str {
    if source == PERSONAL_SOURCE { language.pick(PERSONAL) } else { source }
}

pub(crate) fn between(language: Language, value: &str, low: &str, high: &str, unit: &str) -> String {
    format!("{value}{unit}, {low} {} {high}", language.pick(["to", "bis"]))
}

/// Published levels at rest beside the own one, in one sentence with its sources.
pub(crate) fn published(language: Language, own: &str) -> String {
    match language {
        Language::English => format!(
            "For comparison, no limit: pelvic-floor rest of comparison groups was 2.40 µV (median, 95 % interval 1.91 to 2.97; \
             Kasper-Jędrzejewska 2025, doi 10.12659/MSM.950086) and 6.26 ± 3.33 µV (mean ± SD; Oleksy 2020, doi \
             10.1097/MD.0000000000019060), with other devices and electrodes; here it is {own} µV."
        ),
        Language::German => format!(
            "Zum Vergleich, keine Grenze: In Ruhe hatte der Beckenboden von Vergleichsgruppen 2,40 µV (Median, 95-%-Intervall 1,91 bis \
             2,97; Kasper-Jędrzejewska 2025, doi 10.12659/MSM.950086) und 6,26 ± 3,33 µV (Mittel ± SD; Oleksy 2020, doi \
             10.1097/MD.0000000000019060), mit anderen Geräten und Elektroden; hier sind es {own} µV."
        ),
    }
}

/// Why the rules in µV are off.
pub(crate) fn off(profile: &str, channel: &str) -> Wording {
    let what = format!(
        "{profile}: rules in µV are not applied to {channel}, because it is not known how many µV one unit of the file is; "
    );
    wording![what, Setting::Unit, " or ", Setting::UvPerCount, " says it"]
}

/// There is no such profile.
pub(crate) fn unknown(name: &str, nearest: &str, names: &str) -> String {
    format!("there is no norm profile `{name}`; the nearest are {nearest}; there are: {names}")
}
