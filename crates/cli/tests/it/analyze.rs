//! `tonus analyze` from outside: files, keys, and where calibrations come from.

use crate::common::{Bench, code, json, recording, stderr, stdout, tonus, tonus_with_input};
use serde_json::Value;

fn analyze(args: &[&str]) -> Value {
    let output = tonus([&["analyze", "--json"], args].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    json(&stdout(&output))
}

#[test]
fn the_files_have_their_columns_rows_and_keys() {
    let bench = Bench::new();
    let file = bench.file("s.csv", recording(2, 26, true));
    let out = bench.path("out");
    let output = tonus(["analyze", &file, "--out", out.to_str().unwrap(), "--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    assert_eq!(read("summary.json"), stdout(&output));
    let mut names: Vec<_> = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["events.csv", "report.html", "states.csv", "summary.json"]);

    let states = read("states.csv");
    let mut rows = states.lines();
    assert_eq!(rows.next(), Some("t_s,channel,state,reason,envelope_uv,activation,quality,cue,tense"));
    let rows: Vec<&str> = rows.collect();
    assert_eq!(rows.len(), 2 * 2600);
    assert!(rows[0].starts_with("0.01,emg1_uv,invalid,,") && rows[0].ends_with(",quiet,"), "{}", rows[0]);
    assert!(rows[5199].starts_with("26.00,emg2_uv,rest,") && rows[5199].ends_with(",ok,rest,0"), "{}", rows[5199]);

    let events = read("events.csv");
    assert_eq!(
        events.lines().next(),
        Some("channel,kind,start_s,end_s,peak_uv,mean_uv,release_s,reason,onset_s,offset_s")
    );
    assert_eq!(events.lines().filter(|row| row.starts_with("emg1_uv,contraction,")).count(), 3);

    let summary = json(&read("summary.json"));
    let keys = [
        "/schema_version",
        "/tonus_version",
        "/input/file",
        "/input/format",
        "/input/sha256",
        "/input/rate_hz",
        "/input/rate_source",
        "/input/rows_read",
        "/input/rows_rejected",
        "/input/rejects",
        "/input/channels/1/name",
        "/input/channels/0/unit",
        "/input/channels/0/role",
        "/config/mains",
        "/channels/0/name",
        "/channels/0/calibration/accepted",
        "/channels/0/calibration/baseline_uv",
        "/channels/0/calibration/spread_uv",
        "/channels/0/calibration/reference_uv",
        "/channels/0/calibration/on_uv",
        "/channels/0/calibration/off_uv",
        "/channels/0/calibration/reasons",
        "/channels/0/seconds/rest",
        "/channels/0/seconds/controlled",
        "/channels/0/seconds/overactive",
        "/channels/0/seconds/invalid",
        "/channels/0/contractions/0/release_s",
        "/channels/0/overactivity",
        "/channels/0/rest/mean_uv",
        "/channels/0/rest/sd_uv",
        "/channels/0/rest/cv",
        "/channels/0/rest/median_uv",
        "/channels/0/spectrum/mdf_hz",
        "/channels/0/spectrum/mnf_hz",
        "/channels/0/quality/ok",
        "/digest",
    ];
    for key in keys {
        assert!(summary.pointer(key).is_some_and(|value| !value.is_null() || key.ends_with("release_s")), "{key}");
    }
    let channel = &summary["channels"][0];
    let seconds: f64 = channel["seconds"].as_object().unwrap().values().map(|s| s.as_f64().unwrap()).sum();
    assert!((seconds - 26.0).abs() < 1e-9);
    for contraction in channel["contractions"].as_array().unwrap() {
        let release = contraction["release_s"].as_f64().unwrap();
        assert!((0.2..0.8).contains(&release), "{release}");
    }
    assert_eq!(summary["config"]["calibration_source"], "cues");
}

#[test]
fn standard_input_gives_what_the_file_gives() {
    let bench = Bench::new();
    for with_cues in [true, false] {
        let file = bench.file("s.csv", recording(1, 20, with_cues));
        let output = tonus_with_input(&["analyze", "-", "--json"], file.as_ref());
        let from_input = json(&stdout(&output));
        let from_file = analyze(&[&file]);
        assert_eq!(from_input["input"]["file"], "-");
        assert_eq!(from_input["digest"], from_file["digest"]);
        assert_eq!(from_input["input"]["sha256"], from_file["input"]["sha256"]);
        assert_eq!(from_input["channels"], from_file["channels"]);
    }
}

#[test]
fn without_cues_the_calmest_stretch_gives_the_baseline_and_the_summary_says_so() {
    let bench = Bench::new();
    let file = bench.file("s.csv", recording(1, 26, false));
    let summary = analyze(&[&file]);
    let calibration = &summary["channels"][0]["calibration"];
    assert_eq!((&calibration["accepted"], &calibration["source"]), (&true.into(), &"calmest_stretch".into()));
    assert!((1.5..2.5).contains(&calibration["baseline_uv"].as_f64().unwrap()));
    assert!(calibration["start_s"].as_f64().unwrap() >= 1.0 && calibration["end_s"].as_f64().unwrap() <= 8.4);
    assert_eq!(summary["channels"][0]["contractions"].as_array().unwrap().len(), 3);
    let notes = summary["notes"].to_string();
    assert!(notes.contains("no rest was marked by --baseline or a quiet cue; the calmest stretch"), "{notes}");
    assert!(notes.contains("whole file is free"), "{notes}");
}

#[test]
fn a_given_baseline_and_reference_are_used_in_any_order_of_time() {
    let bench = Bench::new();
    let file = bench.file("s.csv", recording(2, 26, false));
    for (baseline, reference) in [("2:7", "8:13"), ("14:16", "8:13")] {
        let summary = analyze(&[&file, "--baseline", baseline, "--reference", reference]);
        let calibration = &summary["channels"][1]["calibration"];
        assert_eq!((&calibration["accepted"], &calibration["source"]), (&true.into(), &"option".into()));
        assert!((1.5..2.5).contains(&calibration["baseline_uv"].as_f64().unwrap()), "{calibration}");
        assert!((25.0..33.0).contains(&calibration["reference_uv"].as_f64().unwrap()), "{calibration}");
    }
}

#[test]
fn a_short_baseline_is_refused_with_its_reason_and_everything_is_invalid() {
    let bench = Bench::new();
    let file = bench.file("s.csv", recording(1, 20, false));
    for span in ["3:4", "0:1.5", "100:200"] {
        let summary = analyze(&[&file, "--baseline", span]);
        let channel = &summary["channels"][0];
        assert_eq!(channel["calibration"]["accepted"], false);
        assert_eq!(channel["calibration"]["reasons"], serde_json::json!(["too_short"]));
        assert_eq!(channel["seconds"]["invalid"], 20.0);
        assert_eq!(channel["calibration"]["baseline_uv"], Value::Null);
    }
    assert_eq!(code(&tonus(["analyze", &file, "--baseline", "3:4", "--strict", "--quiet"])), 4);
}

#[test]
fn a_dead_channel_is_refused_for_what_it_is() {
    let bench = Bench::new();
    let rows: Vec<String> = (0..5000).map(|n| format!("{:.3},7\n", f64::from(n) / 1000.0)).collect();
    let summary = analyze(&[&bench.file("dead.csv", format!("time_s,emg_uv\n{}", rows.concat()))]);
    assert_eq!(summary["channels"][0]["calibration"]["reasons"], serde_json::json!(["no_signal"]));
    assert_eq!(summary["channels"][0]["seconds"]["invalid"], 5.0);
}

#[test]
fn a_channel_below_a_step_of_its_converter_is_refused_for_what_it_is() {
    let bench = Bench::new();
    // A last bit that toggles now and then.
    let rows: Vec<String> =
        (0..9000_u32).map(|n| format!("{:.3},{}\n", f64::from(n) / 1000.0, 7 + u8::from(n * n % 11 == 4))).collect();
    let summary = analyze(&[&bench.file("dead.csv", format!("time_s,emg_counts\n{}", rows.concat()))]);
    assert_eq!(summary["channels"][0]["calibration"]["reasons"], serde_json::json!(["no_signal"]));
    assert_eq!(summary["channels"][0]["seconds"]["invalid"], 9.0);
}

#[test]
fn a_file_without_a_unit_gives_states_and_no_levels() {
    let bench = Bench::new();
    let known = bench.file("known.csv", recording(1, 26, true));
    let text = recording(1, 26, true);
    let (names, rows) = text.split_once('\n').unwrap();
    let unknown = bench.file("unknown.csv", format!("{}\n{rows}", names.replace("_uv", "")));
    let states = |file: &str, out: &str| {
        let out = bench.path(out);
        let output = tonus(["analyze", file, "--json", "--out", out.to_str().unwrap()]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let table = std::fs::read_to_string(out.join("states.csv")).unwrap();
        let cells = |row: &str| row.split(',').map(str::to_owned).collect::<Vec<_>>();
        let events = std::fs::read_to_string(out.join("events.csv")).unwrap();
        let rows: Vec<_> = table.lines().skip(1).map(cells).collect();
        (json(&stdout(&output)), rows, events, stderr(&output))
    };
    let (with, known, _, _) = states(&known, "with");
    let (without, unknown, events, said) = states(&unknown, "without");
    let state = |row: &Vec<String>| (row[2].clone(), row[3].clone(), row[5].clone(), row[6].clone());
    assert!(known.iter().map(state).eq(unknown.iter().map(state)), "states, reasons, activation and quality");
    assert!(known.iter().any(|row| !row[4].is_empty()) && unknown.iter().all(|row| row[4].is_empty()));
    assert_eq!((&with["digest"], &without["input"]["channels"][0]["unit"]), (&without["digest"], &"unknown".into()));
    let channel = &without["channels"][0];
    assert_eq!(channel["calibration"]["accepted"], true);
    for level in ["baseline_uv", "spread_uv", "reference_uv", "on_uv", "off_uv", "deepest_uv"] {
        assert_eq!(channel["calibration"][level], Value::Null, "{level}");
    }
    assert_eq!((&channel["rest"]["mean_uv"], &channel["contractions"][0]["peak_uv"]), (&Value::Null, &Value::Null));
    assert!(channel["rest"]["cv"].as_f64().is_some() && channel["contractions"][0]["start_s"].as_f64().is_some());
    let contraction = events.lines().find(|row| row.contains("contraction")).unwrap();
    assert!(contraction.split(',').nth(4) == Some("") && contraction.split(',').nth(5) == Some(""), "{contraction}");
    assert!(said.contains("names no unit") && said.contains("--unit"), "{said}");
}

#[test]
fn an_envelope_sensor_is_calibrated_at_its_lowest_level() {
    let bench = Bench::new();
    let rows: Vec<String> = (0..3000)
        .map(|n| format!("{:.2},{}\n", f64::from(n) / 100.0, if n % 1000 > 700 { 140 } else { 100 + n % 3 }))
        .collect();
    let file = bench.file("e.csv", format!("time_s,emg\n{}", rows.concat()));
    let summary = analyze(&[&file, "--kind", "envelope", "--unit", "au"]);
    let channel = &summary["channels"][0];
    assert!((100.0..102.0).contains(&channel["calibration"]["baseline_uv"].as_f64().unwrap()), "{channel}");
    assert_eq!((channel["contractions_total"].as_u64(), &channel["spectrum"]), (Some(3), &Value::Null));
    assert!(summary["notes"].to_string().contains("unit of the file"));
}

#[test]
fn a_cue_file_does_what_a_cue_column_does() {
    let bench = Bench::new();
    let column = analyze(&[&bench.file("a.csv", recording(1, 26, true))]);
    let cues =
        "start_s,end_s,cue\n0,8,quiet\n8,13,reference\n13,16,rest\n16,19,work\n19,22,rest\n22,24,work\n24,26,rest\n";
    let list = analyze(&[&bench.file("b.csv", recording(1, 26, false)), "--cues", &bench.file("cues.csv", cues)]);
    assert_eq!(column["digest"], list["digest"]);
    assert_eq!(column["channels"], list["channels"]);
}

#[test]
fn cues_without_quiet_keep_their_cues_and_take_the_calmest_stretch() {
    let bench = Bench::new();
    let text = recording(1, 26, true).replace(",quiet\n", ",rest\n");
    let summary = analyze(&[&bench.file("s.csv", text)]);
    assert_eq!(summary["config"]["calibration_source"], "calmest_stretch");
    assert_eq!(summary["channels"][0]["calibration"]["accepted"], true);
    assert!(summary["channels"][0]["contractions"][1]["release_s"].is_number());
}

#[test]
fn many_channels_are_analyzed_in_groups() {
    let bench = Bench::new();
    let file = bench.file("s.csv", recording(9, 14, true));
    let all = analyze(&[&file]);
    let last = analyze(&[&file, "--channel", "10"]);
    assert_eq!(all["channels"].as_array().unwrap().len(), 9);
    assert_eq!(all["channels"][8], last["channels"][0]);
}

#[test]
fn each_of_several_files_gets_its_folder_and_line_in_order() {
    let bench = Bench::new();
    let files = [bench.file("a.csv", recording(1, 12, true)), bench.file("b.csv", recording(1, 10, true))];
    let out = bench.path("out");
    let output = tonus(["analyze", &files[0], &files[1], "--jobs", "2", "--json", "--out", out.to_str().unwrap()]);
    let lines: Vec<Value> = stdout(&output).lines().map(json).collect();
    assert_eq!(lines.len(), 2);
    for (line, (file, name)) in lines.iter().zip(files.iter().zip(["a", "b"])) {
        assert_eq!(line["input"]["file"], file.as_str());
        let stored = std::fs::read_to_string(out.join(name).join("summary.json")).unwrap();
        assert_eq!(&json(&stored), line);
    }
}

#[test]
fn rejected_rows_and_gaps_are_counted_and_never_silent() {
    let bench = Bench::new();
    let text: String = recording(1, 20, false)
        .lines()
        .enumerate()
        .filter(|(n, _)| !(10_001..10_301).contains(n))
        .map(|(n, line)| if n == 5000 { "4.999,oops\n".into() } else { format!("{line}\n") })
        .collect();
    let file = bench.file("s.csv", text);
    let summary = analyze(&[&file]);
    let input = &summary["input"];
    assert_eq!((&input["rows_rejected"], &input["rejects"][0]["line"]), (&1.into(), &5001.into()));
    assert_eq!((&input["frames_missing"], &input["gaps"]), (&300.into(), &1.into()));
    assert!(summary["channels"][0]["quality"]["gap"].as_u64().unwrap() >= 30);
    let text = stdout(&tonus(["analyze", &file]));
    assert!(text.contains("1 of them rejected") && text.contains("line 5001"), "{text}");
}

#[test]
fn a_calibration_is_kept_and_used_for_another_recording() {
    let bench = Bench::new();
    let (whole, work) =
        (bench.file("whole.csv", recording(2, 26, true)), bench.file("work.csv", recording(2, 26, false)));
    let me = bench.path("me.json").to_str().unwrap().to_owned();
    let first = analyze(&[&whole, "--save-calibration", &me]);
    let again =
        analyze(&[&work, "--calibration", &me, "--save-calibration", &bench.path("again.json").to_string_lossy()]);
    for channel in 0..2 {
        let (first, again) = (&first["channels"][channel], &again["channels"][channel]);
        for key in ["baseline_uv", "spread_uv", "reference_uv", "on_uv", "off_uv"] {
            assert_eq!(first["calibration"][key], again["calibration"][key], "{key}");
        }
        assert_eq!(again["calibration"]["source"], "file");
        assert!(again["seconds"]["invalid"].as_f64() < Some(1.0), "{again}");
    }
    let read = |name: &str| std::fs::read(bench.path(name)).unwrap();
    assert_eq!(read("me.json"), read("again.json"));
    // One channel of the two.
    let one = analyze(&[&work, "--calibration", &me, "--channel", "emg2_uv"]);
    assert_eq!(one["channels"][0]["calibration"]["baseline_uv"], first["channels"][1]["calibration"]["baseline_uv"]);
}

#[test]
fn a_calibration_that_does_not_fit_is_refused() {
    let bench = Bench::new();
    let file = bench.file("s.csv", recording(1, 26, true));
    let me = bench.path("me.json").to_str().unwrap().to_owned();
    analyze(&[&file, "--save-calibration", &me]);
    let other = bench.file("other.csv", recording(1, 26, true).replace("emg1_uv", "neck_uv"));
    for (args, expected, said) in [
        (vec![other.as_str(), "--calibration", &me], 2, "channels are neck_uv"),
        (vec![file.as_str(), "--calibration", &me, "--rate", "500"], 3, "sampling rate"),
        (vec![file.as_str(), "--calibration", &me, "--baseline", "1:7"], 2, "cannot be used with"),
        (vec![file.as_str(), "--calibration", &file], 3, "not a file of calibrations"),
        (vec![file.as_str(), "--calibration", "nowhere.json"], 3, "No such file"),
        (vec![file.as_str(), "--baseline", "0:0.5", "--save-calibration", &me], 1, "no channel was calibrated"),
    ] {
        let output = tonus([&["analyze"], &args[..]].concat());
        assert_eq!(code(&output), expected, "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn an_analysis_is_taken_into_the_history_with_the_day_that_is_said() {
    let bench = Bench::new();
    let file = bench.file("s.csv", recording(1, 12, true));
    let path = |name: &str| bench.path(name).to_str().unwrap().to_owned();
    let (out, store) = (path("out"), path("store"));
    assert_eq!(code(&tonus(["analyze", &file, "--out", &out])), 0);
    let add = |options: &[&str]| tonus([&["history", "add", &out, "--store", &store], options].concat());
    let refused = add(&[]);
    assert_eq!(code(&refused), 2);
    assert!(stderr(&refused).contains("nothing says when") && stderr(&refused).contains("--date 2026-11-23"));
    let added = add(&["--date", "2026-11-23"]);
    assert_eq!(code(&added), 0, "{}", stderr(&added));
    assert!(stdout(&added).starts_with("20261123"), "{}", stdout(&added));
    let german = stdout(&tonus(["history", "--lang", "de", "--store", &store]));
    assert!(german.starts_with("1 Sitzung vom 2026-11-23"), "{german}");
}
