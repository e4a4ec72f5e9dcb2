//! Words that no person should have to read in a report: no diagnosis, no judgement, nothing normal or abnormal.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::page::{parts, visible};
use tonus_report::html::render;

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
];

/// Phrases that may hold such a word: the fixed notice.
const FIXED: &[&str] = &["makes no diagnosis"];
/// Words for files, not for people.
const NAMES: &[&str] = &["\"weak_reference\"", "kasper2025_healthy_ci"];

fn forbidden(text: &str) -> Option<&'static str> {
    let mut lower = text.to_lowercase();
    for phrase in FIXED.iter().chain(NAMES) {
        lower = lower.replace(phrase, "");
    }
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words.into_iter().find_map(|word| FORBIDDEN.iter().find(|bad| word.starts_with(**bad)).copied())
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &str) -> Vec<PathBuf> {
    fs::read_dir(source().join(folder)).unwrap().map(|file| file.unwrap().path()).collect()
}

#[test]
fn the_scan_finds_what_it_looks_for() {
    assert_eq!(forbidden("This is ABNORMAL."), Some("abnormal"));
    assert_eq!(forbidden("a diagnosis"), Some("diagnos"));
    assert_eq!(forbidden("It makes no diagnosis. A calm week."), None);
}

#[test]
fn no_word_of_the_report_judges() {
    for path in [vec![source().join("words.rs")], files("words")].concat() {
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            assert_eq!(forbidden(line), None, "{}, line {}: {line}", path.display(), number + 1);
        }
    }
}

#[test]
fn no_page_judges() {
    for program in ["contract-relax", "down-training", "breathing", "glazer"] {
        for profile in tonus_report::norms::NAMES {
            let (mut summary, trace) = common::trained(program, &["one", "two"], 600);
            common::judge(&mut summary, profile);
            let text = visible(&parts(&render(&summary, &trace)), &["style"]);
            assert_eq!(forbidden(&text), None, "{program} {profile}");
        }
    }
}

#[test]
fn every_other_file_of_the_report_is_free_of_sentences() {
    // Strings of the other files hold markup and names; two words beside each other belong into words.rs.
    for path in [vec![source().join("norms.rs")], files("html")].concat() {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let code = code.split("const RULES").next().unwrap();
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.replace("'\"'", "").replace("\\\"", "'");
        for string in code.split('"').skip(1).step_by(2) {
            // What stands between tags.
            for piece in string.split('<').map(|piece| piece.rsplit('>').next().unwrap_or(piece)) {
                let is_word = |word: &&str| word.len() > 1 && word.chars().all(char::is_alphabetic);
                let words = piece.split(' ').filter(is_word).count();
                let is_markup = piece.contains('=') || piece.contains('{') || piece.contains('/');
                assert!(words < 2 || is_markup, "{}: {string}", path.display());
            }
        }
    }
}
