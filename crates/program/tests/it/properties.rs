//! Whatever is in a file: a programme or a message, and never a panic.

use proptest::prelude::*;
use tonus_program::{NAMES, Plan, ProgramFile, builtin, builtin_plan};

/// A built-in file with some of its parts exchanged for others.
fn mutated() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "[[step]]",
        "[[step.step]]",
        "[[step.step.step]]",
        "repeat = 3",
        "repeat = -1",
        "kind = \"quiet\"",
        "kind = \"x\"",
        "duration_s = 1e308",
        "duration_s = nan",
        "duration_s = 0.2",
        "band = [0.1, 0.2]",
        "band = []",
        "adaptive = {}",
        "ceiling_ratio = inf",
        "breaths_per_min = 0",
        "breaths_per_min = 7",
        "exhale_share = 0.8",
        "retries = 300",
        "segment = \"a\"",
        "prompt = \"title\"",
        "[text.de]",
        "version = 9223372036854775807",
        "\"\\u0000\" = 1",
        "[[stage]]",
        "\u{feff}",
        "é = 1",
        "pass_share = -0.0",
    ]);
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0_u8..3, parts), 0..6);
    (0..=NAMES.len(), edits).prop_map(|(which, edits)| {
        let source = match NAMES.get(which) {
            Some(name) => builtin(name).unwrap().source,
            None => builtin_plan("first-steps").unwrap().source,
        };
        let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
        for (at, how, part) in edits {
            let at = at.index(lines.len());
            match how {
                0 => part.clone_into(&mut lines[at]),
                1 => lines.insert(at, part.to_owned()),
                _ => drop(lines.remove(at)),
            }
        }
        lines.join("\n")
    })
}

fn parse(source: &str) {
    match ProgramFile::from_toml(source, "f") {
        Ok(file) => {
            assert!(file.program.walk().count() as u64 == file.program.phases());
            assert!(file.program.steps().all(|step| !file.prompt(step).is_empty()));
            assert_eq!(file.outline().len(), file.program.entries().len());
            assert!(file.outline().iter().all(|line| !line.to_string().is_empty()));
            assert!(serde_json::to_string(&file.listing()).is_ok());
        }
        Err(error) => assert!(error.to_string().len() > 10 && !error.to_string().contains('\u{0}')),
    }
    if let Err(error) = Plan::from_toml(source, "f") {
        assert!(error.to_string().len() > 10);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_text_never_panics(source in "(?s).{0,200}") {
        parse(&source);
    }

    #[test]
    fn text_like_toml_never_panics(source in "([a-z_.]{1,8} = [0-9\"\\[\\]{}.,e-]{0,10}\n|\\[{1,2}(step|text|stage|en|\\.){1,6}\\]{1,2}\n){0,12}") {
        parse(&format!("version = 1\n{source}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_programmes_never_panic(source in mutated()) {
        parse(&source);
    }

    #[test]
    fn programmes_cut_off_anywhere_never_panic(which in 0..NAMES.len(), at in any::<prop::sample::Index>()) {
        let source = builtin(NAMES[which]).unwrap().source;
        let at = at.index(source.len());
        let end = (at..=source.len()).find(|end| source.is_char_boundary(*end)).unwrap();
        parse(&source[..end]);
    }
}

#[test]
fn deep_nesting_is_refused_without_a_stack_overflow() {
    for source in [
        format!("version = 1\nstep = {}", "[".repeat(100_000)),
        format!("version = 1\nstep = {}", "[{step = ".repeat(50_000)),
        format!("version = 1\n[[step{}]]\nrepeat = 1", ".step".repeat(50_000)),
    ] {
        assert!(ProgramFile::from_toml(&source, "f").is_err());
    }
}
