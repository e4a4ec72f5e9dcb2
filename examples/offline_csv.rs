//! A recorded session from CSV to its summary: what `tonus analyze FILE` finds.
//!
//! Reads `fixtures/sessions/contract-relax.csv` (or the file named as argument), and prints calibration, seconds per state
//! and the digest of all decisions. Exits with an error if the recording was not calibrated or a state never occurred.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).unwrap_or_else(|| "fixtures/sessions/contract-relax.csv".into());
    let summary = tonus::analyze(&file)?;
    let channel = summary.channels.first().ok_or("no channel")?;
    let calibration = &channel.calibration;
    let baseline_uv = calibration.baseline_uv.ok_or_else(|| calibration.messages.join("; "))?;
    let reference_uv = calibration.reference_uv.unwrap_or(f32::NAN);
    println!("baseline {baseline_uv:.2} µV, reference {reference_uv:.1} µV");
    let seconds = &channel.seconds;
    for (state, seconds) in [
        ("rest", seconds.rest),
        ("controlled", seconds.controlled),
        ("overactive", seconds.overactive),
        ("invalid", seconds.invalid),
    ] {
        println!("{state:<10} {seconds:6.2} s");
        if seconds == 0.0 {
            return Err(format!("{file} has no {state} stretch").into());
        }
    }
    println!("digest {}", summary.digest);
    Ok(())
}
