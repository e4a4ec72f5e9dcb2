//! Simulated sensors for the tests of live commands.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::{json, stdout, tonus};

/// A folder with one simulated sensor and its reader.
pub struct Rig {
    folder: TempDir,
}

/// A running `tonus`.
pub struct Running {
    child: Child,
}

impl Rig {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self.path(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Starts a simulated sensor at `port` and waits until it can be opened.
    pub fn simulate(&self, args: &[&str]) -> Running {
        let link = PathBuf::from(self.path("port"));
        let running = Running::start(&[&["simulate", "--link", link.to_str().unwrap(), "--quiet"], args].concat());
        let begin = Instant::now();
        while !link.exists() {
            assert!(begin.elapsed() < Duration::from_secs(10), "no sensor at {}", link.display());
            std::thread::sleep(Duration::from_millis(5));
        }
        running
    }

    /// Records into `rec`; the end line.
    pub fn record(&self, args: &[&str]) -> Value {
        let (port, out) = (self.path("port"), self.path("rec"));
        let output = tonus([&["record", "--port", &port, "--out", &out, "--quiet"], args].concat());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {errors}");
        json(&stdout(&output))
    }

    /// Digest and counts by `analyze` and by `replay` of what was recorded are those of the end line.
    pub fn check(&self, end: &Value) {
        let summary = analyze(&[&self.path("rec/session.csv")]);
        assert_eq!(summary["digest"], end["digest"]);
        assert_eq!(summary["input"]["frames"], end["frames"]);
        assert_eq!(summary["input"]["frames_missing"], end["lost"]);
        let output = tonus(["replay", &self.path("rec"), "--json", "--speed", "max"]);
        assert_eq!(&json(stdout(&output).lines().last().unwrap()), end);
        let about = json(&self.read("rec/session.json"));
        assert_eq!((&about["finalised"], &about["end"]["digest"]), (&true.into(), &end["digest"]));
    }
}

/// The summary of a recording.
pub fn analyze(args: &[&str]) -> Value {
    let output = tonus([&["analyze", "--json"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    json(&stdout(&output))
}

impl Running {
    pub fn start(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tonus"));
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { child: command.spawn().unwrap() }
    }

    /// The first line of its messages.
    pub fn first_message(&mut self) -> String {
        let mut line = String::new();
        BufReader::new(self.child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        line
    }

    /// All its messages to the end, and when each came.
    pub fn messages(&mut self) -> Vec<(Instant, String)> {
        // What it prints is read too, so that it never waits for that.
        let mut out = self.child.stdout.take().unwrap();
        let drain = std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let lines = BufReader::new(self.child.stderr.take().unwrap()).lines();
        let messages = lines.map(|line| (Instant::now(), line.unwrap())).collect();
        drain.join().unwrap().unwrap();
        messages
    }

    /// CPU seconds it has used so far, where the system tells.
    pub fn cpu_s(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // User and system time, the 14th and 15th field, in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        Some((fields[11].parse::<f64>().ok()? + fields[12].parse::<f64>().ok()?) / 100.0)
    }

    pub fn signal(&self, name: &str) {
        Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
    }

    /// Ends it at once, without a word.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end; exit code and output.
    pub fn finish(mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        // Unless that was read before.
        if let Some(mut out) = self.child.stdout.take() {
            out.read_to_string(&mut text).unwrap();
        }
        (self.child.wait().unwrap().code(), text)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
