//! Words and numbers for people, in every language: the one table behind window, report, history and command.
//!
//! Files for machines (`--json`, CSV) keep the names of the types instead, such as [`State::name`].

use serde::{Deserialize, Serialize};
use tonus_core::decision::{Quality, Reasons, State};
use tonus_core::input::Cue;
use tonus_core::training::{Rejection, StepKind};

use crate::number;

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
