//! The recorder is killed at random moments; what it leaves is recovered.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::common::live::{Rig, Running};
use crate::common::{code, json, stderr, stdout, tonus};

/// What the sensor sends as frame `n`, in counts.
fn count(n: u64) -> u64 {
    n.wrapping_mul(2_654_435_761) >> 7 & 0xfff
}

/// Frames of the source.
const FRAMES: u64 = 20_000;
/// What may be lost.
const LOSS: Duration = Duration::from_millis(250);

/// How a kill went.
struct Killed {
    /// Frames that the sensor had sent and the recording has not, at most.
    missing: i64,
    /// Frames sent while recorder and sensor were ended one after the other, at most.
    slack: i64,
    seconds: f64,
    is_finalised: bool,
}

/// Kills a recorder after some time, or while it finalises, and recovers.
fn kill(source: &str, after: Duration, in_the_end: Option<Duration>) -> Killed {
    let rig = Rig::new();
    let sensor = rig.simulate(&["--device", "tonus-cobs", "--input", source, "--once"]);
    let (port, out) = (rig.path("port"), rig.path("rec"));
    let mut recorder = Running::start(&["record", "--port", &port, "--device", "tonus-cobs", "--out", &out]);
    // From its first moment on.
    while !std::path::Path::new(&out).join("journal.tonus").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(after);
    if let Some(then) = in_the_end {
        recorder.signal("INT");
        std::thread::sleep(then);
    }
    let now = Instant::now();
    recorder.kill();
    sensor.signal("INT");
    let slack = now.elapsed();
    let sent = json(&sensor.finish().1)["frames"].as_i64().unwrap();

    let journal = std::fs::read(rig.path("rec/journal.tonus"));
    if journal.is_ok() {
        for verb in ["analyze", "replay", "report"] {
            let output = tonus([verb, &out]);
            let said = stderr(&output);
            assert_eq!(code(&output), 3, "{verb}: {said}");
            assert!(said.contains(&format!("recover it first: tonus recover {out}")), "{verb}: {said}");
        }
    }
    let begin = Instant::now();
    let output = tonus(["recover", &out, "--json"]);
    let recovery = begin.elapsed();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let told = json(&stdout(&output));
    assert_eq!(told["recovered"], journal.is_ok());
    assert!(recovery < Duration::from_secs(5), "{recovery:?}");
    let (table, about) = (rig.read("rec/session.csv"), rig.read("rec/session.json"));
    let mut frames = 0;
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!(cells[0].parse::<u64>().unwrap(), frames);
        assert_eq!(cells[2].parse::<u64>().unwrap(), count(frames), "row {frames} was never sent");
        assert_eq!((cells[3], cells[4]), ("free", ""));
        frames += 1;
    }
    let again = tonus(["recover", &out, "--json"]);
    assert_eq!((code(&again), &json(&stdout(&again))["recovered"]), (0, &false.into()));
    assert!(rig.read("rec/session.csv") == table && rig.read("rec/session.json") == about);
    let mut names: Vec<String> =
        std::fs::read_dir(&out).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["session.csv", "session.json"]);
    let replayed = tonus(["replay", &out, "--quiet", "--speed", "max"]);
    // A table without a row is refused as any other.
    assert_eq!(code(&replayed), if frames == 0 { 3 } else { 0 });
    let stopped = in_the_end.unwrap_or_default();
    Killed {
        missing: sent - frames.cast_signed(),
        slack: (slack + stopped).as_millis() as i64,
        seconds: frames as f64 / 1000.0,
        is_finalised: journal.is_err(),
    }
}

/// 12 times; `TONUS_KILLS=200` for all of them.
#[test]
fn killed_at_any_moment_all_but_the_last_quarter_second_is_recovered() {
    let times: u64 = std::env::var("TONUS_KILLS").map_or(12, |times| times.parse().unwrap());
    let mut text = String::from("time_s,emg_counts\n");
    for n in 0..FRAMES {
        writeln!(text, "{:.3},{}", n as f64 / 1000.0, count(n)).unwrap();
    }
    let folder = Rig::new();
    let source = folder.write("source.csv", &text);
    let mut dice = tonus_testkit::random::Pcg::new(5, 1);
    let mut random = || f64::from(dice.next_u32()) / f64::from(u32::MAX);
    let (mut worst, mut finalised, mut losses) = (i64::MIN, 0, Vec::new());
    for time in 0..times {
        let after = Duration::from_secs_f64(random() * 2.0);
        // Every fourth is killed while it comes to its end.
        let in_the_end = (time % 4 == 3).then(|| Duration::from_secs_f64(random() * 0.06));
        let killed = kill(&source, after, in_the_end);
        let loss = killed.missing - killed.slack;
        assert!(killed.missing >= 0, "more frames than were sent");
        assert!(
            loss <= LOSS.as_millis() as i64,
            "{} of the last frames are missing after {:.2} s; up to {} were sent while it was killed",
            killed.missing,
            killed.seconds,
            killed.slack
        );
        worst = worst.max(killed.missing);
        finalised += u64::from(killed.is_finalised);
        losses.push(killed.missing);
    }
    losses.sort_unstable();
    let median = losses[losses.len() / 2];
    println!("{times} kills: median {median} ms, worst {worst} ms lost; {finalised} had finalised themselves");
}
