//! Words that no person should have to read here: no diagnosis, no promise, no shame, nothing about trying harder.

use tonus_program::{NAMES, PLANS, builtin, builtin_plan, text};

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

/// The first of them that a text has.
fn forbidden(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words.into_iter().find_map(|word| FORBIDDEN.iter().find(|bad| word.starts_with(**bad)).copied())
}

#[test]
fn the_scan_finds_what_it_looks_for() {
    assert_eq!(forbidden("This is ABNORMAL."), Some("abnormal"));
    assert_eq!(forbidden("weakly"), Some("weak"));
    assert_eq!(forbidden("a calm week, in a secure place"), None);
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
    // The whole module, comments included; the other files hold no words for people.
    texts.push(("text.rs", include_str!("../src/text.rs").to_owned()));
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
    // What the protocol asks for is asked for only as far as it is comfortable.
    for name in ["glazer", "glazer-2s"] {
        let file = builtin(name).unwrap();
        for prompt in file.prompts.iter().filter(|prompt| prompt.contains("strong")) {
            assert!(prompt.contains("only as strong as is comfortable"), "{prompt}");
        }
    }
}

#[test]
fn every_other_file_of_the_crate_is_free_of_sentences() {
    // Messages come from text.rs: nothing else builds a sentence of three words or more in a string.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.ends_with("text.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for string in line.split('"').skip(1).step_by(2).filter(|string| !string.contains('{')) {
                let words = string.split(' ').filter(|word| word.chars().all(char::is_alphabetic)).count();
                let is_doc = string.starts_with("The built-in");
                assert!(words < 3 || is_doc, "{}: {line}", path.display());
            }
        }
    }
}
