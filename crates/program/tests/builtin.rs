//! The built-in programmes and plans: what each promises.

use std::collections::BTreeSet;

use tonus_core::session::{StepKind, Target};
use tonus_program::{Found, NAMES, PLANS, ProgramFile, builtin, builtin_plan, find, listings};

/// Length as documented in docs/PROGRAMS.md.
const SECONDS: [(&str, f64); 9] = [
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
    let manual = include_str!("../../../docs/PROGRAMS.md");
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
        let (last, _) = program.program.walk().last().expect("a phase");
        let tonus_core::session::Entry::Step(last) = program.program.entries()[last] else { panic!("a step") };
        assert!(matches!(last.kind, StepKind::Rest | StepKind::Free), "{name} ends with {:?}", last.kind);
        let retries = if name.starts_with("glazer") { 0 } else { 2 };
        let quiet = program.program.steps().find(|step| step.kind == StepKind::Quiet).expect("a quiet step");
        assert_eq!(quiet.retries, retries, "{name}");
    }
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
            let reference = program.program.walk().filter(|(entry, _)| {
                matches!(program.program.entries()[*entry],
                    tonus_core::session::Entry::Step(step) if step.kind == StepKind::Reference && step.duration_ms == 5_000)
            });
            assert_eq!(reference.count(), 3, "{}", program.name);
        }
    }
    assert_eq!(highest(&builtin("contract-relax-gentle").unwrap()), Some(0.5));
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
