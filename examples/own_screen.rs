//! Samples and a screen of your own: calibrates, keeps the calibration, and shows activation with thresholds of its own.
//!
//! The samples are noise that is six times louder in every other second; a program would take them from its sensor.

use tonus::{Cue, Monitor, State};

/// A screen of one line.
struct Meter(Option<State>);

impl Meter {
    fn set(&mut self, activation: f32, state: State) {
        if self.0.replace(state) != Some(state) {
            println!("{state:<10} {:3.0} %", 100.0 * activation);
        }
    }
}

/// 20 ms of noise.
fn block(random: &mut u32, amplitude_uv: f64) -> [f64; 20] {
    std::array::from_fn(|_| {
        *random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        amplitude_uv * (f64::from(*random) / 2_147_483_648.0 - 1.0)
    })
}

fn main() -> Result<(), tonus::Error> {
    let mut random = 1;
    let mut monitor = Monitor::new(1000.0, 1)?;
    for (cue, amplitude_uv) in [(Cue::Quiet, 5.0), (Cue::Reference, 30.0), (Cue::Rest, 5.0)] {
        monitor.cue(cue).iter().for_each(|event| println!("{event}"));
        for _ in 0..200 {
            monitor.push_uv(&block(&mut random, amplitude_uv))?;
        }
    }
    let stored = *monitor.calibration(0).ok_or(tonus::Error::NotCalibrated { channel: 0 })?;

    let mut monitor = Monitor::new(1000.0, 1)?;
    let mut meter = Meter(None);
    monitor.load_calibration(0, &stored)?;
    for second in 0..6 {
        let amplitude_uv = if second % 2 == 1 { 30.0 } else { 5.0 };
        for _ in 0..50 {
            for d in monitor.push_uv(&block(&mut random, amplitude_uv))? {
                meter.set(d.activation, d.state);
            }
        }
        // Later, only what is three times as strong as rest counts.
        if second == 3 {
            monitor.set_thresholds(0, 3.0, 2.0)?;
        }
    }
    println!("digest {}", monitor.digest());
    Ok(())
}
