//! The examples of docs/PROGRAMS.md work as they stand.

use tonus_core::training::AdaptiveConfig;
use tonus_program::{OutlineItem, OutlineTarget, Plan, ProgramFile};

const MANUAL: &str = include_str!("../../../../docs/PROGRAMS.md");

fn examples() -> Vec<&'static str> {
    MANUAL.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_examples_parse() {
    let [program, plan] = examples()[..] else { panic!("one programme and one plan") };
    let program = ProgramFile::from_toml(program, "PROGRAMS.md").unwrap();
    assert_eq!((program.seconds(), program.program.phases()), (115.0, 11));
    let plan = Plan::from_toml(plan, "PROGRAMS.md").unwrap();
    assert_eq!(plan.stages.iter().map(|stage| stage.good_sessions).collect::<Vec<_>>(), [3, 2]);
    let own = plan.stages[1].program.strip_suffix(".toml");
    assert_eq!(own, Some(program.name.as_str()));
}

#[test]
fn the_defaults_are_the_engines() {
    let outline = ProgramFile::from_toml(examples()[0], "PROGRAMS.md").unwrap().outline();
    let OutlineItem::Step { target, inhale_s, exhale_s, .. } = &outline.last().unwrap().item else { panic!("a step") };
    assert_eq!((*inhale_s, *exhale_s), (Some(4.0), Some(6.0)));
    let expected = OutlineTarget::Adaptive {
        start_ratio: 1.5,
        lowest_ratio: 1.2,
        highest_ratio: 3.0,
        success_share: 0.7,
        ratio_per_min: 0.5,
    };
    assert_eq!(*target, Some(expected));
    let usual = AdaptiveConfig::default();
    for (key, value) in [
        ("start_ratio", usual.start_ratio),
        ("lowest_ratio", usual.lowest_ratio),
        ("highest_ratio", usual.highest_ratio),
        ("success_share", usual.success_share),
        ("ratio_per_min", usual.ratio_per_min),
    ] {
        let row = MANUAL.lines().find(|line| line.starts_with(&format!("| `{key}` |"))).expect("a row");
        assert!(row.ends_with(&format!("| {value:?} |")), "{row}");
    }
}
