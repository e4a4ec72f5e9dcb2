//! Simulated trainees that follow a programme, as recordings.

use std::fmt::Write as _;

use tonus_core::session::{Entry, Step, StepKind, Target};
use tonus_program::ProgramFile;
use tonus_testkit::trainee::{Asked, Trainee, What};

use super::RATE;

/// What a programme asks for, in seconds.
pub fn asked(file: &ProgramFile) -> Vec<Asked> {
    let entries = file.program.entries();
    let mut at_ms = 0;
    let span = |(entry, _)| {
        let Entry::Step(step) = entries[entry] else { panic!("a walk gives steps") };
        let start_s = f64::from(at_ms) / 1000.0;
        at_ms += step.duration_ms;
        Asked { start_s, end_s: f64::from(at_ms) / 1000.0, what: what(&step) }
    };
    file.program.walk().map(span).collect()
}

fn what(step: &Step) -> What {
    let share = match step.target {
        Target::Band { low, high } => f64::from(low + high) / 2.0,
        Target::None | Target::Ceiling { .. } | Target::Adaptive(_) => 0.8,
    };
    match step.kind {
        StepKind::Quiet => What::Quiet,
        StepKind::Rest | StepKind::Breathe => What::Rest,
        StepKind::Free => What::Free,
        StepKind::Reference => What::Hold(1.0),
        StepKind::Work | StepKind::Hold => What::Hold(share),
        StepKind::Flick => What::Flick(share),
    }
}

/// A trainee's session of a programme, as CSV.
pub fn recording(trainee: &Trainee, file: &ProgramFile, seed: u64) -> String {
    let rate_hz = f64::from(RATE);
    let mut text = String::from("time_s,emg_uv\n");
    for (n, value) in trainee.signal_uv(&asked(file), rate_hz, seed).iter().enumerate() {
        let t = n as f64 / rate_hz;
        if value.is_nan() {
            writeln!(text, "{t:.3},").unwrap();
        } else {
            writeln!(text, "{t:.3},{value:.3}").unwrap();
        }
    }
    text
}
