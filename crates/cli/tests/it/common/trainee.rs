//! Simulated trainees that follow a programme, as recordings.

use std::fmt::Write as _;

use tonus_program::ProgramFile;
use tonus_testkit::trainee::{Trainee, asked};

use super::RATE;

/// A trainee's session of a programme, as CSV.
pub fn recording(trainee: &Trainee, file: &ProgramFile, seed: u64) -> String {
    let rate_hz = f64::from(RATE);
    let mut text = String::from("time_s,emg_uv\n");
    for (n, value) in trainee.signal_uv(&asked(&file.program), rate_hz, seed).iter().enumerate() {
        let t = n as f64 / rate_hz;
        if value.is_nan() {
            writeln!(text, "{t:.3},").unwrap();
        } else {
            writeln!(text, "{t:.3},{value:.3}").unwrap();
        }
    }
    text
}
