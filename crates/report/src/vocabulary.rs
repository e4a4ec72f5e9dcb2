//! Words and numbers for people, in every language: the one table behind window, report, history and command.
//!
//! Files for machines (`--json`, CSV) keep the names of the types instead, such as [`State::name`].

use serde::{Deserialize, Serialize};
use tonus_core::decision::{Quality, Reasons, State};
use tonus_core::input::Cue;
use tonus_core::training::{Rejection, StepKind};

use crate::number;
use crate::rest::{RestFigures, RestHint, RestHintKind};

/// A language of the words here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

/// A text in every language, in the order of [`Language::ALL`].
pub type Text = [&'static str; Language::ALL.len()];

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its name in itself.
    pub const fn name(self) -> &'static str {
        self.pick(["English", "Deutsch"])
    }

    /// Its code (ISO 639-1), as in files of programmes and in HTML.
    pub const fn code(self) -> &'static str {
        self.pick(["en", "de"])
    }

    /// The language of a code such as `de`, `de-AT` or `de_AT.UTF-8`.
    pub fn from_code(code: &str) -> Option<Self> {
        let short = code.split(['-', '_', '.']).next().unwrap_or(code);
        Self::ALL.into_iter().find(|language| short.eq_ignore_ascii_case(language.code()))
    }

    /// The text in this language.
    pub const fn pick(self, text: Text) -> &'static str {
        text[self as usize]
    }

    /// A number in decimals, as the language writes it.
    pub fn decimals(self, value: f64, decimals: usize) -> String {
        self.written(number::fixed(value, decimals))
    }

    /// An amplitude with three significant digits, as the language writes it.
    pub fn amplitude(self, value: f64) -> String {
        self.written(number::amplitude(value))
    }

    /// An amplitude at an axis: without zeros that say nothing, as the language writes it.
    pub fn axis(self, value: f64) -> String {
        self.written(number::axis(value))
    }

    fn written(self, number: String) -> String {
        match self {
            Self::English => number,
            Self::German => number.replace('.', ","),
        }
    }
}

/// The word for a state.
pub const fn state(language: Language, state: State) -> &'static str {
    language.pick(match state {
        State::Rest => ["Rest", "Ruhe"],
        State::Controlled => ["Controlled", "Kontrolliert"],
        State::Overactive => ["Overactive", "Überaktiv"],
        State::Invalid => ["No reading", "Keine Messung"],
    })
}

/// The word for what a step asks for.
pub const fn step(language: Language, kind: StepKind) -> &'static str {
    language.pick(match kind {
        StepKind::Quiet => ["quiet", "Ruhe"],
        StepKind::Reference => ["comfortable hold", "bequem halten"],
        StepKind::Rest => ["let go", "loslassen"],
        StepKind::Work | StepKind::Hold => ["hold", "halten"],
        StepKind::Flick => ["quick", "kurz"],
        StepKind::Breathe => ["breathe", "atmen"],
        StepKind::Free => ["get ready", "bereit machen"],
    })
}

/// The word for a cue; empty for the one that asks for nothing.
pub const fn cue(language: Language, cue: Cue) -> &'static str {
    match cue {
        Cue::Free => "",
        Cue::Quiet => step(language, StepKind::Quiet),
        Cue::Reference => step(language, StepKind::Reference),
        Cue::Rest => step(language, StepKind::Rest),
        Cue::Work => step(language, StepKind::Work),
    }
}

/// Every reason of overactivity with its words.
const REASONS: [(Reasons, Text); 9] = [
    (Reasons::OVERSHOOT, ["more than is needed", "mehr als nötig"]),
    (Reasons::SLOW_RELEASE, ["slow to let go", "lässt langsam los"]),
    (Reasons::TONE, ["tension came uninvited", "Spannung kam ungebeten"]),
    (Reasons::ELEVATED_REST, ["rest is raised", "Ruhe ist erhöht"]),
    (Reasons::RESIDUAL, ["a little is left over", "ein Rest ist geblieben"]),
    (Reasons::INSTABILITY, ["restless", "unruhig"]),
    (Reasons::CO_CONTRACTION, ["the other muscle helps", "der andere Muskel hilft mit"]),
    (Reasons::DEEP_REST, ["you let go further than before", "tiefer losgelassen als zuvor"]),
    (Reasons::TOO_LONG, ["held for long", "lange gehalten"]),
];

/// Every flag of quality with its words, the worst flag first.
const QUALITY: [(Quality, Text); 11] = [
    (Quality::GAP, ["samples are missing", "Werte fehlen"]),
    (Quality::LEAD_OFF, ["an electrode is loose", "eine Elektrode ist lose"]),
    (Quality::FLAT, ["flat", "flach"]),
    (Quality::SATURATED, ["cut off", "abgeschnitten"]),
    (Quality::NONFINITE, ["no number", "keine Zahl"]),
    (Quality::POP, ["a jump at an electrode", "ein Sprung an einer Elektrode"]),
    (Quality::MOTION, ["movement", "Bewegung"]),
    (Quality::MAINS, ["hum of the power line", "Brummen vom Stromnetz"]),
    (Quality::ECG, ["the heart is in it", "das Herz ist darin"]),
    (Quality::WARMUP, ["settling", "schwingt ein"]),
    (Quality::NO_BASELINE, ["no resting level yet", "noch kein Ruhewert"]),
];

// A flag that core adds needs its words here before this compiles.
const _: () = assert!(QUALITY.len() == Quality::NAMES.len(), "every flag has its words");
const _: () = assert!(REASONS.len() == Reasons::NAMES.len(), "every reason has its words");

/// The word for the first reason that is set; empty where none is.
pub fn reason(language: Language, reasons: Reasons) -> &'static str {
    REASONS.iter().find(|(flag, _)| reasons.intersects(*flag)).map_or("", |(_, words)| language.pick(*words))
}

/// The words for the reasons that are set, joined by commas.
pub fn reasons(language: Language, reasons: Reasons) -> String {
    let set = REASONS.iter().filter(|(flag, _)| reasons.intersects(*flag));
    set.map(|(_, words)| language.pick(*words)).collect::<Vec<_>>().join(", ")
}

/// Flags of quality with their words, the worst first.
pub fn quality_words(language: Language) -> [(Quality, &'static str); 11] {
    QUALITY.map(|(flag, words)| (flag, language.pick(words)))
}

/// The words for the flags that are set, the worst first, joined by commas.
pub fn qualities(language: Language, quality: Quality) -> String {
    let set = QUALITY.iter().filter(|(flag, _)| quality.intersects(*flag));
    set.map(|(_, words)| language.pick(*words)).collect::<Vec<_>>().join(", ")
}

/// The word for the worst flag that is set; empty where none is.
///
/// ```
/// use tonus_core::decision::Quality;
/// use tonus_report::vocabulary::{Language, quality};
///
/// assert_eq!(quality(Language::German, Quality::MOTION | Quality::WARMUP), "Bewegung");
/// ```
pub fn quality(language: Language, quality: Quality) -> &'static str {
    QUALITY.iter().find(|(flag, _)| quality.intersects(*flag)).map_or("", |(_, words)| language.pick(*words))
}

/// Why a repetition does not count.
pub const fn rejection(language: Language, rejection: Rejection) -> &'static str {
    language.pick(match rejection {
        Rejection::Interrupted => ["interrupted", "unterbrochen"],
        Rejection::NoBaseline => ["no resting level was measured", "kein Ruhewert gemessen"],
        Rejection::TooLittleSignal => ["too little valid signal", "zu wenig gültiges Signal"],
        Rejection::NoContraction => ["no contraction seen", "keine Anspannung gesehen"],
        Rejection::CoContraction => ["another muscle contracted along", "ein anderer Muskel spannte mit an"],
        Rejection::Overshoot => ["above the band for long", "lange über dem Bereich"],
        Rejection::OffTarget => ["too little time on target", "zu wenig Zeit im Ziel"],
    })
}

/// The measured rest beside the calmest seen, by their ratio alone: it needs no unit.
pub fn rest_ratio(language: Language, ratio: &str) -> String {
    match language {
        Language::English => format!("your rest is {ratio} × the calmest seen of you"),
        Language::German => format!("deine Ruhe ist das {ratio}-Fache der ruhigsten, die von dir zu sehen war"),
    }
}

/// The measured rest, the calmest seen and the floor of the sensor, in one sentence for people.
///
/// ```
/// use tonus_report::RestFigures;
/// use tonus_report::vocabulary::{Language, rest_figures};
///
/// let figures = RestFigures { before_uv: Some(2.0), ..RestFigures::new(4.8, Some(2.4), Some(0.2)) };
/// let said = "rest now 4.80 µV; calmest seen 2.00 µV (today 2.40); floor of the sensor 0.200 µV: your rest is 2.4 × the calmest seen of you";
/// assert_eq!(rest_figures(Language::English, &figures), said);
/// ```
pub fn rest_figures(language: Language, figures: &RestFigures) -> String {
    let level = |_, uv: f32| language.amplitude(uv.into());
    rest_sentence(language, figures, level, |ratio| language.decimals(ratio.into(), 1))
}

/// A figure in [`rest_sentence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RestFigure {
    Rest,
    Today,
    Before,
    Floor,
}

/// The sentence of [`rest_figures`] with numbers as they are to be shown.
pub(crate) fn rest_sentence(
    language: Language,
    figures: &RestFigures,
    level: impl Fn(RestFigure, f32) -> String,
    ratio: impl Fn(f32) -> String,
) -> String {
    let RestFigures { rest_uv, today_uv, before_uv, floor_uv } = *figures;
    let part = |words: Text, which, uv| format!("{} {} µV", language.pick(words), level(which, uv));
    let mut parts = vec![part(["rest now", "Ruhe jetzt"], RestFigure::Rest, rest_uv)];
    let calmest = ["calmest seen", "ruhigste bisher"];
    match (today_uv, before_uv) {
        (Some(today), Some(before)) => {
            let (which, least) = if today < before { (RestFigure::Today, today) } else { (RestFigure::Before, before) };
            let today = level(RestFigure::Today, today);
            parts.push(format!("{} ({} {today})", part(calmest, which, least), language.pick(["today", "heute"])));
        }
        (Some(today), None) => parts.push(part(calmest, RestFigure::Today, today)),
        (None, Some(before)) => parts.push(part(calmest, RestFigure::Before, before)),
        (None, None) => {}
    }
    parts.extend(floor_uv.map(|floor| part(["floor of the sensor", "Boden des Sensors"], RestFigure::Floor, floor)));
    let sentence = parts.join("; ");
    let beyond = figures.ratio().filter(|_| figures.is_above_calmest());
    beyond.map_or(sentence.clone(), |beyond| format!("{sentence}: {}", rest_ratio(language, &ratio(beyond))))
}

/// Why rest should be measured again.
pub fn rest_hint(language: Language, hint: &RestHint) -> String {
    let ratio = language.decimals(hint.ratio.into(), 2);
    match (language, hint.kind) {
        (Language::English, RestHintKind::Deep) => {
            format!("you let go further than before: your rest is {ratio} × what was measured")
        }
        (Language::German, RestHintKind::Deep) => {
            format!("du hast tiefer losgelassen als zuvor: deine Ruhe ist das {ratio}-Fache der gemessenen")
        }
        (Language::English, RestHintKind::Moved) => {
            format!("the lowest level of the last minute is {ratio} × the rest that was measured")
        }
        (Language::German, RestHintKind::Moved) => {
            format!("die niedrigste Höhe der letzten Minute ist das {ratio}-Fache der gemessenen Ruhe")
        }
    }
}

/// What is said while deep rest is being measured, to take the place of the baseline.
pub const fn measuring_rest(language: Language) -> &'static str {
    language.pick([
        "You have let go further than before. Stay as you are: this is becoming your resting level.",
        "Du hast tiefer losgelassen als zuvor. Bleib, wie du bist: Das wird gerade dein Ruhewert.",
    ])
}

/// Deep rest that took the place of the baseline; levels with their unit.
pub fn adopted(language: Language, from: &str, to: &str) -> String {
    match language {
        Language::English => format!("You let go further than before: your resting level is {to} now, not {from}."),
        Language::German => {
            format!("Du hast tiefer losgelassen als zuvor: Dein Ruhewert ist jetzt {to} statt {from}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [State; 4] = [State::Rest, State::Controlled, State::Overactive, State::Invalid];

    /// Every word of the table, in one language.
    fn all(language: Language) -> Vec<String> {
        let mut words: Vec<String> = STATES.map(|one| state(language, one).to_owned()).to_vec();
        words.extend(StepKind::ALL.map(|kind| step(language, kind).to_owned()));
        words.extend(Reasons::NAMES.iter().map(|(flag, _)| reasons(language, *flag)));
        words.extend(Quality::NAMES.iter().map(|(flag, _)| quality(language, *flag).to_owned()));
        words.extend(Rejection::ALL.map(|one| rejection(language, one).to_owned()));
        words
    }

    #[test]
    fn every_value_has_a_word_and_it_differs_between_languages() {
        for (english, german) in all(Language::English).iter().zip(all(Language::German)) {
            assert!(!english.is_empty() && !german.is_empty() && *english != german, "{english}");
        }
    }

    #[test]
    fn flags_have_words_of_their_own() {
        for language in Language::ALL {
            let mut words: Vec<&str> = Quality::NAMES.iter().map(|(flag, _)| quality(language, *flag)).collect();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), Quality::NAMES.len(), "{language:?}");
        }
    }

    #[test]
    fn the_worst_flag_has_the_word_and_reasons_are_joined() {
        assert_eq!(quality(Language::English, Quality::NONE), "");
        assert_eq!(quality(Language::English, Quality::WARMUP | Quality::GAP), "samples are missing");
        assert_eq!(qualities(Language::German, Quality::WARMUP | Quality::FLAT), "flach, schwingt ein");
        assert_eq!(
            reasons(Language::German, Reasons::TOO_LONG | Reasons::TONE),
            "Spannung kam ungebeten, lange gehalten"
        );
        assert_eq!(reasons(Language::German, Reasons::NONE), "");
    }

    #[test]
    fn the_measured_rest_stands_beside_the_calmest_seen() {
        let mut figures = RestFigures { rest_uv: 4.8, today_uv: Some(2.4), before_uv: Some(2.0), floor_uv: Some(0.2) };
        assert_eq!(
            rest_figures(Language::English, &figures),
            "rest now 4.80 µV; calmest seen 2.00 µV (today 2.40); floor of the sensor 0.200 µV: \
             your rest is 2.4 × the calmest seen of you"
        );
        assert_eq!(
            rest_figures(Language::German, &figures),
            "Ruhe jetzt 4,80 µV; ruhigste bisher 2,00 µV (heute 2,40); Boden des Sensors 0,200 µV: \
             deine Ruhe ist das 2,4-Fache der ruhigsten, die von dir zu sehen war"
        );
        figures.before_uv = None;
        assert!(rest_figures(Language::English, &figures).ends_with("your rest is 2.0 × the calmest seen of you"));
        figures = RestFigures { rest_uv: 2.5, today_uv: Some(2.4), before_uv: None, floor_uv: None };
        assert_eq!(rest_figures(Language::English, &figures), "rest now 2.50 µV; calmest seen 2.40 µV");
    }

    #[test]
    fn a_language_has_a_code_and_writes_numbers_its_own_way() {
        assert_eq!([Language::English, Language::German].map(|one| one.amplitude(0.2486)), ["0.249", "0,249"]);
        assert_eq!(Language::German.decimals(-0.001, 1), "0,0");
        assert_eq!([Language::English, Language::German].map(|one| one.axis(2.5)), ["2.5", "2,5"]);
        for (code, language) in [("de", Some(Language::German)), ("EN", Some(Language::English)), ("fr", None)] {
            assert_eq!(Language::from_code(code), language, "{code}");
        }
        assert_eq!(Language::from_code("de_AT.UTF-8"), Some(Language::German));
    }
}
