//! A live sensor with thresholds of one's own, twice: rest is measured once and kept, and both sessions are recorded.

use std::path::Path;

use tonus::{Config, Cue, Event, Scenario, Sensor, SimulatedSensor};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = std::env::temp_dir().join(format!("tonus-own-thresholds-{}", std::process::id()));
    for session in ["first", "second"] {
        let simulated = SimulatedSensor::start(Scenario::ContractRelax)?; // in place of "/dev/ttyACM0"
        run(simulated.port(), SimulatedSensor::DEVICE, &place.join(session), &place.with_extension("json"))?;
    }
    Ok(())
}

fn run(port: &str, device: &str, folder: &Path, file: &Path) -> Result<(), tonus::Error> {
    // Active above 1.8 times rest, at rest again below 1.4 times; uninvited tone may last 2 s.
    let config = Config { on_ratio: Some(1.8), off_ratio: Some(1.4), tone_dwell_s: Some(2.0), ..Config::default() };
    let mut options = Sensor::options(port, device).duration_s(4.0).config(&config).record(folder);
    let is_known = file.exists();
    if is_known {
        options = options.calibrations(&tonus::load_calibrations(file)?);
    }
    let mut sensor = options.open()?;
    sensor.cue(if is_known { Cue::Free } else { Cue::Quiet });
    let mut state = None;
    while let Some(event) = sensor.next_event()? {
        match &event {
            Event::Decision(d) if d.channel > 0 || state.replace(d.state) == Some(d.state) => {}
            _ => println!("{event}"),
        }
        if matches!(&event, Event::Decision(d) if d.tick == 300) {
            sensor.cue(Cue::Free); // 3 s of rest are enough
        }
    }
    tonus::save_calibrations(file, &sensor.calibrations())
}
