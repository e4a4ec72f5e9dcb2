//! Small recordings, and the built command run on them.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod glazer;
pub mod live;
pub mod trainee;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use tonus_testkit::random::Pcg;

/// Sampling rate of every recording here.
pub const RATE: u32 = 1000;

/// A folder of recordings that goes away with the test.
pub struct Bench {
    folder: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

/// Runs `tonus`.
pub fn tonus<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tonus")).args(args).stdin(Stdio::null()).output().unwrap()
}

/// Runs `tonus` with a file as standard input.
pub fn tonus_with_input(args: &[&str], input: &Path) -> Output {
    let input = std::fs::File::open(input).unwrap();
    Command::new(env!("CARGO_BIN_EXE_tonus")).args(args).stdin(input).output().unwrap()
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Level of the muscle and cue at a time, for a session of 26 s: quiet, reference, rest, then two holds with rests.
pub fn session(t: f64) -> (f64, &'static str) {
    match t {
        t if t < 8.0 => (2.0, "quiet"),
        t if t < 13.0 => (if t < 8.3 { 2.0 } else { 30.0 }, "reference"),
        t if t < 16.0 => (if t < 13.3 { 30.0 } else { 2.0 }, "rest"),
        t if t < 19.0 => (if t < 16.4 { 2.0 } else { 28.0 }, "work"),
        t if t < 22.0 => (if t < 19.35 { 28.0 } else { 2.0 }, "rest"),
        t if t < 24.0 => (if t < 22.4 { 2.0 } else { 31.0 }, "work"),
        _ => (if t < 24.4 { 31.0 } else { 2.0 }, "rest"),
    }
}

/// A CSV of `channels` channels, with a cue column or without, of the first `seconds` of [`session`].
pub fn recording(channels: usize, seconds: u32, with_cues: bool) -> String {
    let mut text = String::from("time_s");
    for channel in 1..=channels {
        write!(text, ",emg{channel}_uv").unwrap();
    }
    text += if with_cues { ",cue\n" } else { "\n" };
    let mut noise: Vec<Pcg> = (0..channels).map(|channel| Pcg::new(7, channel as u64 + 1)).collect();
    for n in 0..seconds * RATE {
        let t = f64::from(n) / f64::from(RATE);
        let (level, cue) = session(t);
        write!(text, "{t:.3}").unwrap();
        for noise in &mut noise {
            write!(text, ",{:.3}", 120.0 + level * noise.normal()).unwrap();
        }
        if with_cues {
            write!(text, ",{cue}").unwrap();
        }
        text.push('\n');
    }
    text
}
