//! Five simulated trainees, one recording each: `trainees [FOLDER]`.
//!
//! A calm one, a guarded one, one who lets go slowly, one with an unreliable electrode, and the first and the last session of
//! one who learns. Writes CSV files and prints how to look at each; without a folder, into a temporary one that is removed.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

use tonus::program::builtin;
use tonus_testkit::trainee::{Trainee, asked};

const RATE_HZ: f64 = 1000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = std::env::args().nth(1).map(PathBuf::from);
    let folder =
        wanted.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("trainees-{}", std::process::id())));
    std::fs::create_dir_all(&folder)?;
    for (name, program, trainee) in [
        ("calm", "contract-relax-gentle", Trainee::CALM),
        ("guarded", "contract-relax-gentle", Trainee::GUARDED),
        ("slow", "contract-relax-gentle", Trainee::SLOW),
        ("noisy", "contract-relax-gentle", Trainee::NOISY),
        ("learning-first", "contract-relax-gentle", Trainee::improving(0)),
        ("learning-last", "contract-relax-gentle", Trainee::improving(19)),
        ("guarded-following", "down-training", Trainee::GUARDED),
    ] {
        let file = builtin(program).ok_or("no such programme")?;
        let mut text = String::from("time_s,emg_uv\n");
        for (n, value) in trainee.signal_uv(&asked(&file.program), RATE_HZ, 11).iter().enumerate() {
            let t = n as f64 / RATE_HZ;
            // What the electrode lost is an empty cell.
            if value.is_nan() { writeln!(text, "{t:.3},")? } else { writeln!(text, "{t:.3},{value:.3}")? }
        }
        let place = folder.join(format!("{name}.csv"));
        std::fs::write(&place, text)?;
        println!("tonus analyze {} --program {program} --out {name}", place.display());
    }
    if wanted.is_none() {
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}
