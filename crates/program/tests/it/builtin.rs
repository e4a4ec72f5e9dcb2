//! The built-in programmes and plans: what each promises.

use std::collections::BTreeSet;

use tonus_core::training::{Entry, Step, StepKind, Target};
use tonus_program::{
    Found, NAMES, PLANS, Plan, ProgramFile, builtin, builtin_in, builtin_plan, builtin_plan_in, find, listings,
};

/// Length as documented in docs/PROGRAMS.md.
const SECONDS: [(&str, f64); 10] = [
    ("taster", 120.0),
    ("awareness", 360.0),
    ("breathing", 595.0),
    ("down-training", 430.0),
    ("contract-relax-gentle", 330.0),
    ("contract-relax", 324.0),
    ("quick-flicks", 245.0),
    ("discrimination", 346.0),
    ("glazer", 340.0),
    ("glazer-2s", 300.0),
];

fn all() -> Vec<ProgramFile> {
    NAMES.iter().map(|name| builtin(name).unwrap_or_else(|| panic!("{name} does not parse"))).collect()
}

#[test]
fn every_programme_parses_under_its_own_name_and_lasts_as_documented() {
    let manual = include_str!("../../../../docs/PROGRAMS.md");
    assert_eq!(NAMES, SECONDS.map(|(name, _)| name));
    for (program, (name, seconds)) in all().iter().zip(SECONDS) {
        assert_eq!((program.name.as_str(), program.seconds()), (name, seconds));
        let row = format!("| `{name}` | {seconds} s |");
        assert!(manual.contains(&row), "docs/PROGRAMS.md lacks `{row}`");
        assert_eq!(program.sha256.len(), 64);
        assert!(program.prompts.iter().all(|prompt| prompt.chars().count() <= 160), "{name}: a prompt is too long");
    }
}

#[test]
fn every_file_in_the_folders_is_built_in() {
    for (folder, names) in [("programs", NAMES), ("plans", PLANS)] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files: BTreeSet<String> = std::fs::read_dir(path)
            .expect("the folder is there")
            .map(|file| file.expect("readable").path().file_stem().expect("a name").to_string_lossy().into_owned())
            .collect();
        assert_eq!(files, names.iter().map(|name| (*name).to_owned()).collect());
    }
}

#[test]
fn every_programme_begins_and_ends_gently() {
    for program in all() {
        let name = program.name.as_str();
        let kinds: Vec<StepKind> = program.program.steps().map(|step| step.kind).collect();
        let start: &[StepKind] = match name {
            "awareness" | "glazer" | "glazer-2s" => &[StepKind::Quiet],
            _ => &[StepKind::Free, StepKind::Quiet],
        };
        assert!(kinds.starts_with(start), "{name} begins with {kinds:?}");
        let last = *phases(&program).last().expect("a phase");
        assert!(matches!(last.kind, StepKind::Rest | StepKind::Free), "{name} ends with {:?}", last.kind);
        let retries = if name.starts_with("glazer") { 0 } else { 2 };
        let quiet = program.program.steps().find(|step| step.kind == StepKind::Quiet).expect("a quiet step");
        assert_eq!(quiet.retries, retries, "{name}");
    }
}

#[test]
fn deep_rest_is_adopted_unless_a_programme_measures_against_one_rest() {
    for program in all() {
        assert_eq!(program.adopts_deep_rest, !program.name.starts_with("glazer"), "{}", program.name);
    }
    let source = builtin("breathing").unwrap().source;
    let off = source.replacen("version = 1", "version = 1\nadopt_deep_rest = false", 1);
    assert!(!ProgramFile::from_toml(&off, "own.toml").unwrap().adopts_deep_rest);
    let word = ProgramFile::from_toml(&off.replace("= false", "= \"no\""), "own.toml").unwrap_err().to_string();
    assert!(word.contains("own.toml, line 3") || word.contains("boolean"), "{word}");
}

/// The steps in the order of the session, repeats counted out.
fn phases(program: &ProgramFile) -> Vec<Step> {
    let entries = program.program.entries();
    let step = |(entry, _): (usize, _)| match entries[entry] {
        Entry::Step(step) => step,
        Entry::Repeat { .. } => panic!("a walk gives steps"),
    };
    program.program.walk().map(step).collect()
}

/// The highest band of a programme; none without bands.
fn highest(program: &ProgramFile) -> Option<f32> {
    let bands = program.program.steps().filter_map(|step| match step.target {
        Target::Band { high, .. } => Some(high),
        _ => None,
    });
    bands.reduce(f32::max)
}

#[test]
fn no_programme_asks_for_more_than_a_comfortable_hold() {
    for program in all() {
        assert!(highest(&program).is_none_or(|high| high <= 1.0), "{}", program.name);
        if highest(&program).is_some() {
            let (count, duration_ms) = if program.name == "taster" { (2, 4_000) } else { (3, 5_000) };
            let reference = phases(&program).into_iter().filter(|step| step.kind == StepKind::Reference);
            assert_eq!(reference.clone().count(), count, "{}", program.name);
            assert!(reference.clone().all(|step| step.duration_ms == duration_ms), "{}", program.name);
        }
    }
    assert_eq!(highest(&builtin("contract-relax-gentle").unwrap()), Some(0.5));
}

#[test]
fn the_first_try_has_a_little_of_everything() {
    let taster = builtin("taster").expect("built in");
    let mut expected = vec![(StepKind::Free, 4_000), (StepKind::Quiet, 12_000)];
    expected.extend([(StepKind::Reference, 4_000), (StepKind::Rest, 6_000)].repeat(2));
    expected.extend([(StepKind::Hold, 4_000), (StepKind::Rest, 9_000)].repeat(4));
    expected.extend([(StepKind::Breathe, 30_000), (StepKind::Free, 2_000)]);
    let steps = phases(&taster);
    assert_eq!(steps.iter().map(|step| (step.kind, step.duration_ms)).collect::<Vec<_>>(), expected);
    // The targets of the gentle programme and of the breathing one, and whole breaths.
    for (own, name, kind) in [
        (&steps[6], "contract-relax-gentle", StepKind::Hold),
        (&steps[7], "contract-relax-gentle", StepKind::Rest),
        (&steps[14], "breathing", StepKind::Breathe),
    ] {
        let other = phases(&builtin(name).unwrap());
        let other = other.iter().rfind(|step| step.kind == kind).expect("such a step");
        assert_eq!((own.target, own.pass_share, own.breath), (other.target, other.pass_share, other.breath), "{name}");
    }
    assert_eq!(steps[14].duration_ms % steps[14].breath.expect("a pacer").period_ms(), 0);
}

#[test]
fn everything_built_in_is_there_in_german_with_the_very_same_steps() {
    for (name, english) in NAMES.iter().zip(all()) {
        assert_eq!(english.languages, ["en", "de"], "{name}");
        let german = builtin_in(name, "de").expect("built in");
        assert_eq!(german.program, english.program, "{name}");
        assert_eq!((&german.name, &german.segments), (&english.name, &english.segments));
        assert_eq!((&german.source, &german.sha256), (&english.source, &english.sha256));
        assert_eq!(german.prompts.len(), english.prompts.len(), "{name}");
        let texts = |file: &ProgramFile| [vec![file.title.clone(), file.about.clone()], file.prompts.clone()].concat();
        for (german, english) in texts(&german).iter().zip(texts(&english)) {
            assert!(*german != english && !german.trim().is_empty(), "{name}: {german}");
        }
        assert!(german.prompts.iter().all(|prompt| prompt.chars().count() <= 160), "{name}: a prompt is too long");
    }
    for name in PLANS {
        let (english, german) = (builtin_plan(name).unwrap(), builtin_plan_in(name, "de").unwrap());
        assert_eq!(english.languages, ["en", "de"], "{name}");
        assert_eq!((german.days, german.stages.len()), (english.days, english.stages.len()));
        assert!(german.title != english.title && german.about != english.about, "{name}");
        for (german, english) in german.stages.iter().zip(&english.stages) {
            assert_eq!((&german.program, german.good_sessions), (&english.program, english.good_sessions));
            assert!(german.title != english.title && german.about != english.about, "{name}: {}", german.program);
            // A stage is called what its programme is called, in both.
            let title = |language| builtin_in(&german.program, language).expect("built in").title;
            assert_eq!((&german.title, &english.title), (&title("de"), &title("en")));
        }
    }
}

#[test]
fn both_languages_have_every_key() {
    // The parser says so already; this looks at the files without it.
    let keys = |source: &str, table: &str| -> BTreeSet<String> {
        let texts = source.split(table).nth(1).expect("the table is there").split("\n[").next().unwrap_or_default();
        texts.lines().filter_map(|line| line.split_once(" = \"")).map(|(key, _)| key.to_owned()).collect()
    };
    let programs = all().into_iter().map(|file| (file.name, file.source));
    let plans = PLANS.iter().map(|name| builtin_plan(name).unwrap()).map(|plan| (plan.name, plan.source));
    for (name, source) in programs.chain(plans) {
        let (english, german) = (keys(&source, "[text.en]"), keys(&source, "[text.de]"));
        assert!(english.len() > 4 && english.contains("title") && english.contains("about"), "{name}: {english:?}");
        assert_eq!(english, german, "{name}");
    }
}

#[test]
fn a_language_is_taken_without_its_region_and_an_unknown_one_is_english() {
    for name in NAMES {
        let (english, german) = (builtin(name), builtin_in(name, "de"));
        for language in ["DE", "de-AT", "de_CH.UTF-8", "de.UTF-8", "de_DE@euro"] {
            assert_eq!(builtin_in(name, language), german, "{language}");
        }
        for language in ["en", "en-GB", "fr", "d", "deu", "", "-", "C", "../de", "title"] {
            assert_eq!(builtin_in(name, language), english, "{language}");
        }
        assert_eq!(german.map(|file| file.translated("en")), english, "there and back");
    }
    for name in PLANS {
        assert_eq!(builtin_plan_in(name, "de-DE"), builtin_plan_in(name, "de"));
        assert_eq!(builtin_plan_in(name, "fr"), builtin_plan(name));
        assert_eq!(builtin_plan_in(name, "de").map(|plan| plan.translated("fr")), builtin_plan(name));
    }
    assert_eq!((builtin_in("glazzer", "de"), builtin_plan_in("glazer", "de")), (None, None));
}

#[test]
fn files_are_translated_like_what_is_built_in_and_a_plan_stays_in_its_folder() {
    let path = |file: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let file = ProgramFile::open(&path("programs/taster.toml")).unwrap().translated("de");
    assert_eq!(Some(file), builtin_in("taster", "de"));
    let plan = Plan::open(&path("plans/first-steps.toml")).unwrap().translated("de");
    assert_eq!((plan.title.as_str(), plan.folder), ("Erste Schritte", Some(path("plans"))));
}

#[test]
fn the_plan_goes_from_watching_to_light_squeezes() {
    let plan = builtin_plan("first-steps").expect("built in");
    let programs: Vec<ProgramFile> = plan.stages.iter().map(|stage| plan.program(stage).expect("exists")).collect();
    let names: Vec<&str> = programs.iter().map(|program| program.name.as_str()).collect();
    assert_eq!(names, ["awareness", "breathing", "down-training", "contract-relax-gentle", "discrimination"]);
    assert_eq!(plan.days, 14);
    for (stage, program) in plan.stages.iter().zip(&programs) {
        assert_eq!(stage.good_sessions, 3);
        assert!((300.0..=720.0).contains(&program.seconds()), "{}", program.name);
        assert!(highest(program).is_none_or(|high| high < 1.0), "{}", program.name);
    }
    // No squeezing before the fourth stage.
    let asks = |program: &ProgramFile| program.program.steps().any(|step| step.kind.is_contraction());
    assert_eq!(programs.iter().map(asks).collect::<Vec<_>>(), [false, false, false, true, true]);
}

#[test]
fn names_are_found_and_what_is_not_there_lists_them() {
    for name in NAMES {
        assert!(matches!(find(name), Ok(Found::Program(program)) if program.name == *name));
    }
    assert!(matches!(find("first-steps"), Ok(Found::Plan(plan)) if plan.name == "first-steps"));
    let message = find("glazzer").unwrap_err().to_string();
    assert!(NAMES.iter().chain(PLANS).all(|name| message.contains(name)), "{message}");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = |file: &str| folder.join(file).to_string_lossy().into_owned();
    assert!(matches!(find(&path("programs/glazer.toml")), Ok(Found::Program(program)) if program.seconds() == 340.0));
    assert!(matches!(find(&path("plans/first-steps.toml")), Ok(Found::Plan(_))));
    assert!(find(&path("src")).is_err());
}

#[test]
fn listings_are_json_with_the_numbers_as_written() {
    let json = serde_json::to_value(listings()).expect("serializes");
    let of = |name: &str| json.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(json.as_array().unwrap().len(), NAMES.len() + PLANS.len());
    let relax = of("contract-relax");
    assert_eq!((&relax["kind"], &relax["seconds"], &relax["phases"]), (&"program".into(), &324.0.into(), &29.into()));
    let hold = relax["outline"].as_array().unwrap().iter().find(|line| line["kind"] == "hold").unwrap();
    assert_eq!(hold["depth"], 1);
    assert_eq!(hold["target"], serde_json::json!({ "kind": "band", "low": 0.35, "high": 0.7 }));
    assert!(relax["outline"].as_array().unwrap().iter().any(|line| line["repeat"] == 10));
    let breathe = of("breathing")["outline"].as_array().unwrap()[2].clone();
    assert_eq!((&breathe["inhale_s"], &breathe["exhale_s"]), (&4.0.into(), &6.0.into()));
    let plan = of("first-steps");
    assert_eq!((&plan["kind"], plan["stages"].as_array().unwrap().len()), (&"plan".into(), 5));
    assert!(plan.get("seconds").is_none());
}

#[test]
fn an_outline_is_readable() {
    let outline: Vec<String> = builtin("quick-flicks").unwrap().outline().iter().map(ToString::to_string).collect();
    assert_eq!(
        outline,
        [
            "5 s  free",
            "20 s  quiet, measured as your resting level",
            "3 times:",
            "  5 times:",
            "    2 s  quick contraction",
            "    6 s  let go, below 1.3 × your resting level",
            "  20 s  let go, below 1.3 × your resting level",
            "40 s  let go, below 1.3 × your resting level",
        ]
    );
    let breathing = builtin("breathing").unwrap().outline();
    let line =
        "3 min  breathe, 4 s in and 6 s out, below a target that follows you, from 1.15 to 2.5 × your resting level";
    assert_eq!(breathing[2].to_string(), line);
}
