//! Words that no person should have to read in a report: no diagnosis, no judgement, nothing normal or abnormal. And a report in a
//! language is all in that language.

use std::collections::BTreeSet;

use crate::common::page::{Part, parts, visible};
use tonus_report::html::render;
use tonus_report::vocabulary::Language;

/// Beginnings of words, in lower case.
const FORBIDDEN: &[&str] = &[
    "abnormal",
    "normal",
    "fail",
    "wrong",
    "weak",
    "poor",
    "bad",
    "dysfunction",
    "hyperton",
    "hypoton",
    "disorder",
    "diagnos",
    "disease",
    "syndrome",
    "cure",
    "therap",
    "treatment",
    "patholog",
    "symptomatic",
    "deficien",
    "insufficien",
    "incorrect",
    "mistake",
    "shame",
    "lazy",
    "guarantee",
    "spasm",
    "must",
    "harder",
    "unfortunately",
    "healthy",
    "sick",
    "patient",
    "improve",
    "worse",
    // In German.
    "krank",
    "gesund",
    "schlecht",
    "falsch",
    "fehler",
    "versag",
    "schwäch",
    "störung",
    "therapie",
    "musst",
    "leider",
    "schlimm",
];

/// Phrases that may hold such a word: the fixed notice.
const FIXED: &[&str] = &["makes no diagnosis", "stellt keine diagnose", "gesundheitsdaten"];
/// Words for files, not for people.
const NAMES: &[&str] = &["kasper2025_healthy_ci"];

fn forbidden(text: &str) -> Option<&'static str> {
    let mut lower = text.to_lowercase();
    for phrase in FIXED.iter().chain(NAMES) {
        lower = lower.replace(phrase, "");
    }
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words.into_iter().find_map(|word| FORBIDDEN.iter().find(|bad| word.starts_with(**bad)).copied())
}

#[test]
fn the_scan_finds_what_it_looks_for() {
    assert_eq!(forbidden("This is ABNORMAL."), Some("abnormal"));
    assert_eq!(forbidden("a diagnosis"), Some("diagnos"));
    assert_eq!(forbidden("It makes no diagnosis. A calm week."), None);
}

const PROGRAMS: [&str; 4] = ["contract-relax", "down-training", "breathing", "glazer"];

#[test]
fn no_page_judges() {
    for program in PROGRAMS {
        for profile in tonus_report::norms::NAMES {
            let (mut summary, trace) = crate::common::trained(program, &["one", "two"], 600);
            crate::common::judge(&mut summary, profile);
            for language in Language::ALL {
                let text = visible(&parts(&render(&summary, &trace, language)), &["style"]);
                assert_eq!(forbidden(&text), None, "{program} {profile} {language:?}");
            }
        }
    }
}

/// What a page says itself: the text between tags, without what stands in the summary and without numbers and units.
fn own_words(page: &str) -> BTreeSet<String> {
    let (mut found, mut depth) = (BTreeSet::new(), 0);
    for part in parts(page) {
        match part {
            Part::Open(name, _) if matches!(name.as_str(), "bdi" | "data" | "style") => depth += 1,
            Part::Close(name) if matches!(name.as_str(), "bdi" | "data" | "style") => depth -= 1,
            Part::Text(text) if depth == 0 && text.chars().filter(|c| c.is_alphabetic()).count() > 3 => {
                found.insert(text.trim().to_owned());
            }
            _ => {}
        }
    }
    found
}

/// Whether a word is one of the code, such as `BodySite`: a capital within it that no unit or abbreviation explains.
fn is_of_code(word: &str) -> bool {
    let inner = word.chars().zip(word.chars().skip(1)).any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    inner && !matches!(word, "mV" | "kHz")
}

#[test]
fn no_page_shows_names_of_the_code() {
    assert!(is_of_code("BodySite") && !is_of_code("EMG") && !is_of_code("mV"));
    for program in PROGRAMS {
        let (summary, trace) = crate::common::trained(program, &["one", "two"], 600);
        for language in Language::ALL {
            let words = own_words(&render(&summary, &trace, language));
            let mut words = words.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
            assert_eq!(words.find(|word| is_of_code(word)), None, "{program} {language:?}");
        }
    }
}

#[test]
fn a_german_report_says_nothing_in_english() {
    // The same in both.
    let same = [
        "Format",
        "Median",
        "Phase",
        "Sensor",
        "min:s",
        "Pause",
        "kasper2025",
        "white1997",
        "median",
        "maximal",
        "SD (µV)",
    ];
    for program in PROGRAMS {
        let (mut summary, trace) = crate::common::trained(program, &["one", "two"], 600);
        crate::common::judge(&mut summary, "white1997");
        let [english, german] = Language::ALL.map(|language| own_words(&render(&summary, &trace, language)));
        let shared = english.intersection(&german).filter(|text| !same.iter().any(|word| text.contains(word)));
        assert_eq!(shared.collect::<Vec<_>>(), Vec::<&String>::new(), "{program}");
    }
}
