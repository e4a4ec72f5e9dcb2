//! Words for people that report and window share, in every language.

use tonus_core::decision::Quality;

/// A language of the words here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

/// Every flag with its words, in the order of [`Language`]; the worst flag first.
const QUALITY: [(Quality, [&str; 2]); 11] = [
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

/// Flags of quality with their words, the worst first.
pub fn qualities(language: Language) -> [(Quality, &'static str); 11] {
    QUALITY.map(|(flag, words)| (flag, words[language as usize]))
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
    QUALITY.iter().find(|(flag, _)| quality.intersects(*flag)).map_or("", |(_, words)| words[language as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_words_of_its_own_in_every_language() {
        for language in [Language::English, Language::German] {
            let words: Vec<&str> = Quality::NAMES.iter().map(|(flag, _)| quality(language, *flag)).collect();
            for (n, word) in words.iter().enumerate() {
                assert!(!word.is_empty() && !words[..n].contains(word), "{language:?}: {word}");
            }
        }
    }

    #[test]
    fn the_worst_flag_has_the_word() {
        assert_eq!(quality(Language::English, Quality::NONE), "");
        assert_eq!(quality(Language::English, Quality::WARMUP | Quality::GAP), "samples are missing");
        assert_eq!(qualities(Language::German)[9], (Quality::WARMUP, "schwingt ein"));
    }
}
