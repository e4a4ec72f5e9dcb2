//! Simulated trainees, driven end to end: a programme, a signal, `analyze`, scores.

use std::fmt::Write as _;

use crate::common::{Bench, code, json, stderr, stdout, tonus, trainee};
use serde_json::Value;
use tonus_program::ProgramFile;
use tonus_testkit::trainee::{Asked, Trainee, What, asked};

/// Rest of twelve minutes under a target that follows.
const FOLLOWING: &str = r#"
name = "following"
version = 1
[text.en]
title = "Following"
about = "A test."
quiet = "Rest."
rest = "Let go."
[[step]]
kind = "quiet"
duration_s = 20
prompt = "quiet"
[[step]]
kind = "rest"
duration_s = 720
prompt = "rest"
[step.adaptive]
start_ratio = 2.5
lowest_ratio = 1.02
highest_ratio = 3.0
ratio_per_min = 1.0
"#;

struct Trained {
    bench: Bench,
    program: String,
    file: ProgramFile,
}

impl Trained {
    fn new(toml: &str) -> Self {
        let bench = Bench::new();
        let program = bench.file("program.toml", toml);
        Self { bench, program, file: ProgramFile::from_toml(toml, "program.toml").unwrap() }
    }

    fn builtin(name: &str) -> Self {
        let file = tonus_program::builtin(name).unwrap();
        Self { bench: Bench::new(), program: name.to_owned(), file }
    }

    /// The training part of the summary of a session.
    fn session(&self, trainee: &Trainee, seed: u64) -> Value {
        let recording = self.bench.file("session.csv", trainee::recording(trainee, &self.file, seed));
        let out = self.bench.path("out").display().to_string();
        let output = tonus(["analyze", &recording, "--program", &self.program, "--out", &out, "--quiet"]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        self.summary()["training"].clone()
    }

    fn summary(&self) -> Value {
        json(&std::fs::read_to_string(self.bench.path("out/summary.json")).unwrap())
    }

    /// Share of the valid decisions after a time that were below the target as it was then, from `states.csv`.
    fn share_below(&self, moves: &[Value], from_s: f64) -> f64 {
        let baseline_uv = number(&self.summary()["channels"][0]["calibration"]["baseline_uv"]);
        let states = std::fs::read_to_string(self.bench.path("out/states.csv")).unwrap();
        let (mut below, mut all, mut place) = (0, 0, 0);
        for row in states.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let t_s: f64 = cells[0].parse().unwrap();
            while place < moves.len() && number(&moves[place]["t_s"]) < t_s {
                place += 1;
            }
            let Some(last) = place.checked_sub(1).filter(|_| t_s > from_s && cells[2] != "invalid") else { continue };
            let envelope_uv: f64 = cells[4].parse().unwrap();
            all += 1;
            below += u32::from(envelope_uv <= number(&moves[last]["to_ratio"]) * baseline_uv);
        }
        f64::from(below) / f64::from(all)
    }
}

fn scores(training: &Value) -> &Value {
    &training["channels"][0]["scores"]
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

#[test]
fn the_target_comes_to_seventy_percent_and_stays_within_its_limits() {
    let trained = Trained::new(FOLLOWING);
    for (name, trainee) in [("calm", Trainee::CALM), ("guarded", Trainee::GUARDED), ("slow", Trainee::SLOW)] {
        let training = trained.session(&trainee, 5);
        let moves = training["channels"][0]["target_moves"].as_array().unwrap();
        assert!(moves.len() > 5, "{name}: {moves:?}");
        for one in moves {
            let (from, to) = (number(&one["from_ratio"]), number(&one["to_ratio"]));
            assert!((1.02..=3.0).contains(&to) && (to - from).abs() <= 1.0 * 5.0 / 60.0 + 1e-6, "{name}: {one}");
            assert!(!one["reason"].as_str().unwrap().is_empty());
        }
        // From 2.5 down at one a minute: settled after two minutes.
        let share = trained.share_below(moves, 150.0);
        println!("{name}: {} moves, {:.1} % below the target once settled", moves.len(), 100.0 * share);
        assert!((share - 0.7).abs() <= 0.05, "{name}: {share}");
    }
}

#[test]
fn artefacts_freeze_the_target() {
    let trained = Trained::new(FOLLOWING);
    let training = trained.session(&Trainee { lost_share: 0.3, ..Trainee::GUARDED }, 5);
    let moves = training["channels"][0]["target_moves"].as_array().unwrap();
    let mut is_frozen = false;
    for one in moves {
        match one["reason"].as_str().unwrap() {
            "frozen" => is_frozen = true,
            "thawed" => is_frozen = false,
            reason => {
                assert!(!is_frozen, "moved while frozen: {one}");
                assert!(number(&one["invalid_share"]) <= 0.2, "{reason}: {one}");
            }
        }
    }
    assert!(moves.iter().any(|one| one["reason"] == "frozen"), "{moves:?}");
}

#[test]
fn habits_show_in_the_scores() {
    let trained = Trained::builtin("contract-relax-gentle");
    let of = |trainee: &Trainee| scores(&trained.session(trainee, 11)).clone();
    let (calm, guarded, slow) = (of(&Trainee::CALM), of(&Trainee::GUARDED), of(&Trainee::SLOW));
    println!("calm {calm:#}\nguarded {guarded:#}\nslow {slow:#}");
    assert_eq!((&calm["repetitions_counted"], &calm["complete_releases"]), (&10.into(), &10.into()));
    assert!(number(&calm["relaxation_points"]) > 95.0 && number(&calm["hold_points"]) > 70.0);
    assert!((number(&calm["rest_cv"]) - 0.11).abs() < 0.03);
    // 0.2 s to answer the cue, then 0.08 s × ln of the level over 1.3 × rest.
    assert!((number(&calm["release_s"]) - 0.32).abs() < 0.1);
    assert!(number(&slow["release_s"]) > 2.0 && number(&slow["complete_releases"]) < 2.0);
    assert!(number(&guarded["relaxation_points"]) < 40.0 && number(&guarded["residual_ratio"]) > 1.3);
}

#[test]
fn a_first_try_counts_every_squeeze() {
    let trained = Trained::builtin("taster");
    for seed in [3, 11] {
        let training = trained.session(&Trainee::CALM, seed);
        let scores = scores(&training);
        println!("{scores:#}");
        assert_eq!(training["stage"], "finished");
        assert_eq!((&scores["repetitions_counted"], &scores["complete_releases"]), (&4.into(), &4.into()));
        let repetitions = training["channels"][0]["repetitions"].as_array().unwrap();
        assert!(repetitions.iter().all(|one| one["rejected"].is_null()), "{repetitions:?}");
        assert!(number(&scores["relaxation_points"]) > 90.0);
    }
}

#[test]
fn a_noisy_electrode_moves_scores_little_and_a_worse_one_takes_them_away() {
    let trained = Trained::builtin("contract-relax-gentle");
    for habit in [Trainee::CALM, Trainee::GUARDED] {
        let clean = scores(&trained.session(&habit, 11)).clone();
        let noisy = scores(&trained.session(&Trainee { lost_share: 0.15, ..habit }, 11)).clone();
        let valid = number(&noisy["valid_share"]);
        println!("valid {valid:.2}: {clean} {noisy}");
        assert!((0.62..0.8).contains(&valid), "{valid}");
        for score in ["relaxation_points", "hold_points"] {
            let (a, b) = (number(&clean[score]), number(&noisy[score]));
            assert!((a - b).abs() < 3.0, "{score}: {a} without, {b} with {:.0} % lost", 100.0 * (1.0 - valid));
        }
        let ruined = scores(&trained.session(&Trainee { lost_share: 0.45, ..habit }, 11)).clone();
        assert!(number(&ruined["valid_share"]) < 0.45, "{ruined}");
        assert!(ruined["relaxation_points"].is_null() && ruined["hold_points"].is_null(), "{ruined}");
        let why = ruined["undetermined"].as_array().unwrap();
        assert!(why.iter().any(|one| one.as_str().unwrap().contains("could not be determined")), "{why:?}");
    }
}

#[test]
fn a_second_muscle_that_helps_is_named() {
    let trained = Trained::builtin("contract-relax-gentle");
    // The abdomen is quiet but for a burst of 2 s in the third and the eighth repetition.
    let holds =
        asked(&trained.file.program).into_iter().filter(|one| matches!(one.what, What::Hold(share) if share < 1.0));
    let bursts: Vec<f64> =
        holds.enumerate().filter(|(n, _)| [2, 7].contains(n)).map(|(_, one)| one.start_s + 1.5).collect();
    let own = trainee::recording(&Trainee::CALM, &trained.file, 11);
    let other =
        Trainee::CALM.signal_uv(&[Asked { start_s: 0.0, end_s: trained.file.seconds(), what: What::Rest }], 1000.0, 12);
    let mut text = String::from("time_s,floor_uv,abdomen_uv\n");
    for (n, (row, value)) in own.lines().skip(1).zip(&other).enumerate() {
        let t = n as f64 / 1000.0;
        let gain = if bursts.iter().any(|at| (*at..at + 2.0).contains(&t)) { 6.0 } else { 1.0 };
        writeln!(text, "{row},{:.3}", gain * value).unwrap();
    }
    let file = trained.bench.file("two.csv", text);
    let of = |more: &[&str]| {
        let output = tonus([&["analyze", &file, "--json", "--program", &trained.program], more].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        json(&stdout(&output))
    };
    let summary = of(&["--accessory", "abdomen_uv"]);
    assert_eq!(summary["config"]["accessory"][0], "abdomen_uv");
    let repetitions = summary["training"]["channels"][0]["repetitions"].as_array().unwrap();
    let rejected: Vec<u64> = repetitions
        .iter()
        .filter(|one| one["rejected"] == "co_contraction")
        .map(|one| one["number"].as_u64().unwrap())
        .collect();
    assert_eq!(rejected, [3, 8]);
    let share = number(&summary["training"]["channels"][0]["scores"]["co_contraction_share"]);
    // Twice 2 s less the half second that it takes to be called, of ten times 5 s.
    assert!((share - 3.0 / 50.0).abs() < 0.02, "{share}");
    // Without being told, nobody minds; and the first channel is the one that works.
    assert!(of(&[])["training"]["channels"][0]["repetitions"][2]["rejected"].is_null());
    let wrong = tonus(["analyze", &file, "--program", &trained.program, "--accessory", "floor_uv"]);
    assert_eq!(code(&wrong), 2, "{}", stderr(&wrong));
}
