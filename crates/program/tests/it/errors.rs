//! What is refused, and whether the message names the place, the key and what to write.

use tonus_program::{Plan, ProgramFile, ProgramFileError};

const HEAD: &str = "name = \"mine\"\nversion = 1\n[text.en]\ntitle = \"Mine\"\nabout = \"A try.\"\n";

fn message(source: &str) -> String {
    let message = ProgramFile::from_toml(source, "mine.toml").expect_err("refused").to_string();
    assert!(message.starts_with("mine.toml"), "{message}");
    assert!(!message.contains('\u{1b}'), "{message}");
    message
}

/// A programme with one text `go` and these steps.
fn steps(steps: &str) -> String {
    format!("{HEAD}go = \"Go.\"\n{steps}")
}

fn step(keys: &str) -> String {
    steps(&format!("[[step]]\nprompt = \"go\"\n{keys}\n"))
}

#[track_caller]
fn says(source: &str, parts: &[&str]) {
    let message = message(source);
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn a_small_programme_is_accepted() {
    let file = ProgramFile::from_toml(&step("kind = \"rest\"\nduration_s = 0.7"), "mine.toml").unwrap();
    assert_eq!((file.seconds(), file.program.entries().len()), (0.7, 1));
    assert_eq!(file.prompts, ["Go."]);
}

#[test]
fn what_is_no_toml_or_has_unknown_or_missing_keys_is_refused_with_line_and_column() {
    says("name = ", &["line 1, column 8"]);
    says(&step("kind = \"rest\"\nduration = 5"), &["line 10, column 1", "unknown key `duration`", "`duration_s`"]);
    says(&step("kind = \"rest\"\nduration_s = \"5\""), &["line 10, column 14", "duration_s = \"5\""]);
    says(&step("kind = \"rest\"\nduration_s = 5\nadaptive = { start = 2 }"), &["unknown key `start`", "start_ratio"]);
    says("version = 1\n[text.en]\n", &["missing key `name`"]);
    says("name = \"a\"\n\"\\u001b[2J\" = 1\nversion = 1\n", &["unknown key", "\\u{1b}"]);
}

#[test]
fn versions_names_and_kinds_of_files() {
    says("name = \"a\"", &["version", "write version = 1"]);
    says("version = 2\nnew_key = 3", &["version: 2 is not known", "version = 1"]);
    says(
        &step("kind = \"rest\"\nduration_s = 5").replace("\"mine\"", "\"../mine\""),
        &["name: ", "lower-case letters"],
    );
    says("version = 1\n[[stage]]", &["stage", "this is a plan"]);
    says("version = 1\n[[stage]]\n[[step]]", &["stage", "not both"]);
    says(HEAD, &["step: there is none", "[[step]]"]);
}

#[test]
fn texts_are_there_used_and_the_same_in_every_language() {
    let good = step("kind = \"rest\"\nduration_s = 5");
    says(&good.replace("prompt = \"go\"\n", ""), &["line 7, step 1: prompt: missing", "[text.en]"]);
    says(&good.replace("prompt = \"go\"", "prompt = \"gone\""), &["step 1: prompt", "no text gone", "add `gone = "]);
    says(&good.replace("prompt = \"go\"", "prompt = \"title\""), &["step 1: prompt", "text of its own"]);
    says(
        &good.replace("go = \"Go.\"", "go = \"Go.\"\nold = \"Old.\""),
        &["text.en.old", "use it as a prompt, or remove it"],
    );
    says(&good.replace("title = \"Mine\"\n", ""), &["text.en.title: missing"]);
    says(&good.replace("\"Go.\"", "\" \""), &["text.en.go", "not empty"]);
    says(&good.replace("\"Go.\"", "\"\\u001b[31mGo.\""), &["text.en.go", "control characters"]);
    says(&good.replace("[text.en]", "[text.de]"), &["text.en: missing"]);
    let german = "[text.de]\ntitle = \"Meins\"\nabout = \"Ein Versuch.\"\n";
    says(&format!("{good}{german}"), &["text.de.go: missing", "add it"]);
    says(&format!("{good}{german}go = \"Los.\"\nweg = \"Weg.\""), &["text.de.weg: not in [text.en]", "remove it"]);
    says(&format!("{good}{german}go = \"Los.\"\n[text.de]\n"), &["line 15"]);
    let both = format!("{good}{german}go = \"Los.\"\n");
    let translated = ProgramFile::in_language(&both, "mine.toml", "de").unwrap();
    assert_eq!((translated.title.as_str(), translated.prompts[0].as_str()), ("Meins", "Los."));
    assert_eq!(translated.languages, ["en", "de"]);
    let missing = ProgramFile::in_language(&both, "mine.toml", "fr").unwrap_err().to_string();
    assert!(missing.contains("text.fr"), "{missing}");
}

#[test]
fn steps_are_refused_with_step_line_and_key() {
    says(&step("kind = \"rest\"\nduration_s = 0.0005"), &["line 7, step 1: duration_s: 0.0005", "milliseconds", "2.5"]);
    says(&step("kind = \"rest\"\nduration_s = 0.1"), &["duration_s: 0.1", "from 0.2 to 14400"]);
    says(&step("kind = \"rest\"\nduration_s = nan"), &["duration_s: NaN"]);
    says(&step("kind = \"rest\"\nduration_s = -5"), &["duration_s: -5"]);
    says(&step("kind = \"rest\""), &["duration_s: missing", "duration_s = 10"]);
    says(&step("kind = \"relax\"\nduration_s = 5"), &["kind: not a kind of step", "rest"]);
    says(&step("duration_s = 5"), &["kind: missing", "repeat = 5"]);
    says(&step("kind = \"breathe\"\nduration_s = 60"), &["breaths_per_min: missing", "breaths_per_min = 6"]);
    says(&step("kind = \"rest\"\nduration_s = 60\nexhale_share = 0.6"), &["exhale_share", "breathe step"]);
    says(&step("kind = \"breathe\"\nduration_s = 60\nbreaths_per_min = 30"), &["breaths_per_min: 30", "from 2 to 20"]);
    says(&step("kind = \"hold\"\nduration_s = 5\nretries = 2"), &["retries", "only quiet and reference"]);
    says(&step("kind = \"quiet\"\nduration_s = 5\nretries = 11"), &["retries: 11", "from 0 to 10"]);
    says(&step("kind = \"quiet\"\nduration_s = 5\nretries = -1"), &["retries: -1", "from 0 to 10"]);
    says(&step("kind = \"rest\"\nduration_s = 5\nsegment = \"A b\""), &["segment", "post_tonic"]);
}

#[test]
fn targets_are_refused_with_the_key_and_a_way_out() {
    says(
        &step("kind = \"hold\"\nduration_s = 5\nband = [0.6, 0.4]"),
        &["step 1: band: the lower edge 0.6", "lower one first"],
    );
    says(&step("kind = \"hold\"\nduration_s = 5\nband = [0.6]"), &["line 11", "band = [0.6]", "2"]);
    says(&step("kind = \"hold\"\nduration_s = 5\nband = [0.6, 9.0]"), &["band: 9", "to 3"]);
    says(
        &step("kind = \"rest\"\nduration_s = 5\nband = [0.2, 0.4]"),
        &["band: does not suit a rest step", "ceiling_ratio"],
    );
    says(
        &step("kind = \"hold\"\nduration_s = 5\nceiling_ratio = 2"),
        &["ceiling_ratio: does not suit a hold step", "band"],
    );
    says(&step("kind = \"hold\"\nduration_s = 5\nadaptive = {}"), &["adaptive: does not suit"]);
    says(&step("kind = \"rest\"\nduration_s = 5\nceiling_ratio = 0.5"), &["ceiling_ratio: 0.5", "from 1.01 to 20"]);
    says(
        &step("kind = \"rest\"\nduration_s = 5\nceiling_ratio = 2\nadaptive = {}"),
        &["adaptive: a step has one target"],
    );
    says(
        &step("kind = \"rest\"\nduration_s = 5\nadaptive = { start_ratio = 9 }"),
        &["step 1: adaptive.start_ratio: 9 is out of range", "from 1.1 to 3"],
    );
    says(&step("kind = \"rest\"\nduration_s = 5\nadaptive = { success_share = 1 }"), &["adaptive.success_share: 1"]);
    says(&step("kind = \"hold\"\nduration_s = 5\npass_share = 0.5"), &["pass_share", "add band"]);
    says(
        &step("kind = \"hold\"\nduration_s = 5\nband = [0.2, 0.4]\npass_share = 1.5"),
        &["pass_share: 1.5", "from 0 to 1"],
    );
}

#[test]
fn repeats_are_refused_with_the_step_inside_them() {
    let rest = "kind = \"rest\"\nduration_s = 5\nprompt = \"go\"\n";
    says(&steps("[[step]]\nrepeat = 3\n"), &["step 1: repeat: repeats nothing", "[[step.step]]"]);
    says(&steps(&format!("[[step]]\n[[step.step]]\n{rest}")), &["step 1: step", "repeat = 5"]);
    says(&steps(&format!("[[step]]\nrepeat = 0\n[[step.step]]\n{rest}")), &["step 1: repeat", "1 to 1000"]);
    says(&steps(&format!("[[step]]\nrepeat = 70000\n[[step.step]]\n{rest}")), &["step 1: repeat", "1 to 1000"]);
    says(
        &steps(&format!("[[step]]\nrepeat = 2\nkind = \"rest\"\n[[step.step]]\n{rest}")),
        &["step 1: kind", "into a step"],
    );
    let inner = format!("[[step]]\n{rest}[[step]]\nrepeat = 2\n[[step.step]]\n{rest}[[step.step]]\nkind = \"rest\"\n");
    says(&steps(&inner), &["line 17, step 2.2: duration_s: missing"]);
    let level = |depth: usize, keys: &str| format!("[[step{}]]\n{keys}", ".step".repeat(depth));
    let repeats: String = (0..5).map(|depth| level(depth, "repeat = 2\n")).collect();
    let deep = repeats + &level(5, rest);
    says(&steps(&deep), &["step 1.1.1.1.1: repeat", "deeper than 4", "write some of the steps out"]);
    let many = format!("[[step]]\n{rest}").repeat(65);
    says(&steps(&many), &["step 65: step: more than 64", "use repeats"]);
    let long = format!("[[step]]\nrepeat = 1000\n[[step.step]]\n{}", rest.replace("= 5", "= 60"));
    says(&steps(&long), &["1000 phases of 1000 minutes", "240 minutes"]);
}

#[test]
fn measurements_that_run_into_each_other_and_bands_without_reference_are_refused() {
    let one =
        |kind: &str, more: &str| format!("[[step]]\nkind = \"{kind}\"\nduration_s = 5\nprompt = \"go\"\n{more}\n");
    let (quiet, reference, rest) = (one("quiet", ""), one("reference", ""), one("rest", ""));
    let hold = one("hold", "band = [0.2, 0.4]");
    says(&steps(&format!("{quiet}{quiet}")), &["step 2: kind", "put a rest step between"]);
    says(&steps(&format!("{reference}{reference}")), &["step 2: kind", "put a rest step between"]);
    says(&steps(&format!("{quiet}{hold}")), &["step 2: band", "reference step between"]);
    says(&steps(&format!("{reference}{quiet}{hold}")), &["step 3: band", "reference step between"]);
    for fine in [format!("{hold}{rest}"), format!("{quiet}{reference}{hold}"), format!("{quiet}{rest}{quiet}")] {
        assert!(ProgramFile::from_toml(&steps(&fine), "mine.toml").is_ok());
    }
}

#[test]
fn plans_are_refused_with_the_stage() {
    let plan = |program: &str, more: &str| {
        format!("days = 7\n{HEAD}[[stage]]\nprogram = \"{program}\"\ntitle = \"title\"\nabout = \"about\"\n{more}\n")
    };
    let message = |source: &str| Plan::from_toml(source, "plan.toml").expect_err("refused").to_string();
    let good = Plan::from_toml(&plan("awareness", ""), "plan.toml").unwrap();
    assert_eq!((good.stages[0].good_sessions, good.stages[0].title.as_str()), (3, "Mine"));
    let unknown = message(&plan("walking", ""));
    assert!(unknown.contains("stage 1: program: no programme is called walking") && unknown.contains("awareness"));
    assert!(message(&plan("awareness", "good_sessions = 0")).contains("good_sessions: 0 is out of range"));
    assert!(message(&plan("awareness", "sessions = 0")).contains("unknown key `sessions`"));
    assert!(
        message(&plan("awareness", "").replace("\"about\"", "\"abut\""))
            .contains("stage 1: about: there is no text abut")
    );
    assert!(message(&plan("awareness", "").replace("days = 7", "days = 0")).contains("days: 0"));
    assert!(message(&step("kind = \"rest\"\nduration_s = 5")).contains("[[stage]]"));
    let own = Plan::from_toml(&plan("mine.toml", ""), "plan.toml").unwrap();
    assert!(matches!(own.program(&own.stages[0]), Err(ProgramFileError::Io { .. })));
}

#[test]
fn what_is_too_large_is_not_parsed() {
    let large = " ".repeat(tonus_program::MAX_BYTES + 1);
    assert!(message(&large).contains("1 MiB"));
}
