//! Words that no person should have to read here: no diagnosis, no promise, no shame, nothing about trying harder.

use tonus_program::{NAMES, PLANS, ProgramFile, builtin, builtin_in, builtin_plan, builtin_plan_in, text};

/// Beginnings of words, in lower case.
const FORBIDDEN: &[&str] = &[
    "abnormal",
    "normal",
    "fail",
    "wrong",
    "weak",
    "dysfunction",
    "hyperton",
    "hypoton",
    "disorder",
    "patient",
    "diagnos",
    "disease",
    "syndrome",
    "cure",
    "curing",
    "heal",
    "treat",
    "therap",
    "medical",
    "clinical",
    "strengthen",
    "stronger",
    "harder",
    "hardest",
    "push",
    "shame",
    "lazy",
    "poor",
    "bad",
    "incorrect",
    "mistake",
    "must",
    "score",
    "streak",
    "guarantee",
    "spasm",
    "overactive",
];

/// The same for German.
const FORBIDDEN_DE: &[&str] = &[
    "abnorm",
    "anormal",
    "behandl",
    "diagnos",
    "dysfunktion",
    "falsch",
    "fehl",
    "garant",
    "gestört",
    "heil",
    "hyperton",
    "hypoton",
    "härter",
    "klinisch",
    "krampf",
    "krank",
    "kräftiger",
    "leid",
    "medizin",
    "muss",
    "müss",
    "norm",
    "patient",
    "problem",
    "punkte",
    "scham",
    "schäm",
    "scheiter",
    "schlecht",
    "schlimm",
    "schwach",
    "schwäch",
    "sollst",
    "störung",
    "stärk",
    "syndrom",
    "therap",
    "verkrampf",
    "verspann",
    "versag",
    "überaktiv",
];

/// The first of them that a text has.
fn forbidden(text: &str) -> Option<&'static str> {
    first(text, FORBIDDEN)
}

fn first(text: &str, words_of: &[&'static str]) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words.into_iter().find_map(|word| words_of.iter().find(|bad| word.starts_with(**bad)).copied())
}

#[test]
fn the_scan_finds_what_it_looks_for() {
    assert_eq!(forbidden("This is ABNORMAL."), Some("abnormal"));
    assert_eq!(forbidden("weakly"), Some("weak"));
    assert_eq!(forbidden("a calm week, in a secure place"), None);
    assert_eq!(first("Das MUSST du.", FORBIDDEN_DE), Some("muss"));
    assert_eq!(first("Übung für Überaktive", FORBIDDEN_DE), Some("überaktiv"));
    assert_eq!(first("Der Muskel darf sinken.", FORBIDDEN_DE), None);
}

/// Every German text, with the name of its file.
fn german() -> Vec<(&'static str, String)> {
    let mut texts = Vec::new();
    for name in NAMES {
        let file = builtin_in(name, "de").unwrap();
        texts.extend([file.title, file.about].into_iter().chain(file.prompts).map(|text| (*name, text)));
    }
    for name in PLANS {
        let plan = builtin_plan_in(name, "de").unwrap();
        let stages = plan.stages.into_iter().flat_map(|stage| [stage.title, stage.about]);
        texts.extend([plan.title, plan.about].into_iter().chain(stages).map(|text| (*name, text)));
    }
    texts
}

#[test]
fn wording_in_german() {
    for (name, text) in german() {
        assert_eq!(first(&text, FORBIDDEN_DE), None, "{name}: {text}");
        // Informal: the reader is "du". "Sie" may begin a sentence about a line, nowhere else.
        let within = text.replace(". Sie bewegt", ". sie bewegt");
        let is_formal = |word: &str| ["Sie", "Ihr", "Ihre", "Ihnen"].contains(&word);
        assert!(!within.split(|c: char| !c.is_alphabetic()).any(is_formal), "{name}: {text}");
    }
}

#[test]
fn wording() {
    let mut texts = Vec::new();
    for name in NAMES {
        let file = builtin(name).unwrap();
        texts.push((*name, file.source));
    }
    for name in PLANS {
        texts.push((*name, builtin_plan(name).unwrap().source));
    }
    texts.push(("stop", text::STOP.to_owned()));
    // What is said about a programme that cannot be read.
    for broken in ["", "name = 1", "name = \"a b\"", "name = \"x\"\n[[step]]\nkind = \"y\"", "[[stage]]"] {
        texts.push(("error", ProgramFile::from_toml(broken, "x.toml").unwrap_err().to_string()));
    }
    for (name, text) in texts {
        for (number, line) in text.lines().enumerate() {
            assert_eq!(forbidden(line), None, "{name}, line {}: {line}", number + 1);
        }
    }
}

#[test]
fn everything_can_be_stopped_and_nothing_should_hurt() {
    let abouts = NAMES.iter().map(|name| builtin(name).unwrap().about);
    for about in abouts.chain(PLANS.iter().map(|name| builtin_plan(name).unwrap().about)).chain([text::STOP.to_owned()])
    {
        for part in ["stop", "at any time", "you need no reason", "hurt"] {
            assert!(about.contains(part), "`{part}` is missing: {about}");
        }
    }
    let german = NAMES.iter().map(|name| builtin_in(name, "de").unwrap().about);
    for about in german.chain(PLANS.iter().map(|name| builtin_plan_in(name, "de").unwrap().about)) {
        for part in ["jederzeit aufhören", "brauchst keinen Grund", "sollte", "wehtun", "; wenn doch, hör auf"] {
            assert!(about.contains(part), "`{part}` is missing: {about}");
        }
    }
    // What the protocol asks for is asked for only as far as it is comfortable.
    for name in ["glazer", "glazer-2s"] {
        let file = builtin(name).unwrap();
        for prompt in file.prompts.iter().filter(|prompt| prompt.contains("strong")) {
            assert!(prompt.contains("only as strong as is comfortable"), "{prompt}");
        }
        let german = builtin_in(name, "de").unwrap();
        let strong: Vec<&String> = german.prompts.iter().filter(|prompt| prompt.contains("stark")).collect();
        assert_eq!(strong.len(), 2, "{name}");
        assert!(strong.iter().all(|prompt| prompt.contains("nur so stark, wie es angenehm ist")), "{strong:?}");
    }
}
