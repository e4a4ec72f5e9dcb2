//! Sessions and diaries that never happened.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tonus_history::{About, Conditions, Diary, DiaryEntry, Id, Numbers, SessionEntry, When, time::DAY_S};

/// 2026-10-01 06:00:00 UTC.
pub const START: f64 = 1_790_834_400.0;

/// What a test cares about of the `summary.json` of a training session; [`recording`] fills in the rest.
pub fn summary(rest_uv: f64) -> Value {
    let repetition = |mean: f64, counts: bool| json!({"kind": "work", "counts": counts, "mean_uv": mean, "number": 1});
    json!({
        "schema_version": 1,
        "tonus_version": "0.1.0",
        "input": {
            "file": "session.csv",
            "duration_s": 340.5,
            "channels": [{"name": "ch1", "unit": "counts", "uv_per_unit": 0.5}, {"name": "ch2", "unit": "counts", "uv_per_unit": null}]
        },
        "config": {"kind": "raw"},
        "channels": [
            {"name": "ch2", "calibration": {"baseline_uv": 1.0, "reference_uv": null}, "rest": {"mean_uv": 9.5, "cv": 0.4},
             "seconds": {"rest": 10.0, "controlled": 5.0, "overactive": 0.0, "invalid": 5.0},
             "contractions": [{"mean_uv": 20.0, "release_s": 0.5}]},
            {"name": "ch1", "calibration": {"baseline_uv": 2.0, "reference_uv": 10.0}, "rest": {"mean_uv": 8.0, "cv": 0.9},
             "contractions": []}
        ],
        "training": {
            "program": "down-training", "program_sha256": "ab", "stage": "stopped", "planned_s": 200.0,
            "phases": [{"number": 1, "purpose": "step"}, {"number": 2, "purpose": "break"}, {"number": 3, "purpose": "step"}],
            "channels": [{
                "name": "ch1",
                "phases": [{"number": 1, "seconds": 100.0}, {"number": 2, "seconds": 30.0}, {"number": 3, "seconds": 70.0}],
                "repetitions": [repetition(8.0, true), repetition(99.0, false), repetition(10.0, true)],
                "segments": [],
                "scores": {"valid_share": 0.9, "relaxation_points": 71.5, "hold_points": null, "releases": 4,
                           "complete_releases": 3, "release_s": 0.75, "residual_ratio": 1.1, "rest_mean_uv": rest_uv, "rest_cv": 0.2}
            }]
        },
        "digest": format!("d{rest_uv}")
    })
}

/// A folder such as `tonus record` and `tonus analyze` leave.
pub fn recording(folder: &Path, started_unix_s: f64, summary: &Value) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("session.csv"), "n,time_s,ch1_counts,cue,gap\n0,0.000000,512,quiet,\n").unwrap();
    let session = json!({"schema_version": 1, "started_unix_s": started_unix_s, "device": {"id": "chords"}});
    fs::write(folder.join("session.json"), session.to_string()).unwrap();
    let whole: Value = serde_json::from_str(include_str!("../summary.json")).unwrap();
    fs::write(folder.join("summary.json"), filled(summary, &whole).to_string()).unwrap();
}

/// A document with the keys that it leaves out as in another one; items of lists are filled from the first one there.
fn filled(part: &Value, whole: &Value) -> Value {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            let mut all = whole.clone();
            for (key, value) in part {
                all.insert(key.clone(), whole.get(key).map_or_else(|| value.clone(), |whole| filled(value, whole)));
            }
            Value::Object(all)
        }
        (Value::Array(part), Value::Array(whole)) => {
            let first = whole.first().unwrap_or(&Value::Null);
            Value::Array(part.iter().map(|item| filled(item, first)).collect())
        }
        (part, _) => part.clone(),
    }
}

pub fn lying() -> About {
    About { posture: Some("lying".into()), electrode: Some("surface".into()), ..About::default() }
}

pub fn id(name: &str) -> Id {
    name.parse().unwrap()
}

/// A session of the n-th day.
pub fn entry(day: u32) -> SessionEntry {
    SessionEntry {
        id: id(&format!("day-{day:03}")),
        started_unix_s: START + f64::from(day) * DAY_S,
        duration_s: Some(600.0),
        plan: Some("two-weeks".into()),
        stage: Some(1),
        conditions: Conditions {
            program: Some("down-training".into()),
            posture: Some("lying".into()),
            is_scaled: true,
            ..Conditions::default()
        },
        numbers: Numbers {
            rest_mean_uv: Some(4.0),
            relaxation_points: Some(70.0),
            valid_share: Some(0.9),
            done_share: Some(1.0),
            ..Numbers::default()
        },
        problem: None,
    }
}

/// Sessions on following days with these levels at rest.
pub fn resting(levels: &[f64]) -> Vec<SessionEntry> {
    let session = |(day, level): (usize, &f64)| {
        let mut entry = entry(day as u32);
        entry.numbers.rest_mean_uv = Some(*level);
        entry
    };
    levels.iter().enumerate().map(session).collect()
}

/// A mention of pain around a session, a minute before it or an hour after it.
pub fn pain(session: &SessionEntry, when: When, pain: u8) -> DiaryEntry {
    let shift = if when == When::After { 3_600.0 } else { -60.0 };
    DiaryEntry {
        when,
        session: Some(session.id.clone()),
        pain: Some(pain),
        ..DiaryEntry::at(session.started_unix_s + shift)
    }
}

/// A diary of these entries.
pub fn diary(entries: &[DiaryEntry]) -> Diary {
    let lines: Vec<String> = entries
        .iter()
        .enumerate()
        .map(|(n, entry)| serde_json::to_string(&DiaryEntry { id: n.to_string(), ..entry.clone() }).unwrap() + "\n")
        .collect();
    let diary = Diary::from_bytes(lines.concat().as_bytes());
    assert_eq!((diary.entries().len(), diary.unread()), (entries.len(), 0));
    diary
}

/// Pain on following days, one entry each.
pub fn pains(values: &[u8]) -> Diary {
    let day =
        |(day, pain): (usize, &u8)| DiaryEntry { pain: Some(*pain), ..DiaryEntry::at(START + day as f64 * DAY_S) };
    diary(&values.iter().enumerate().map(day).collect::<Vec<_>>())
}
