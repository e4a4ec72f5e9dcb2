//! A live sensor, event by event: `live_sensor PORT DEVICE`. Without arguments a simulated sensor is read for 2 s.

use tonus::{Scenario, Sensor, SimulatedSensor};

/// Prints everything that a sensor has to tell.
fn show(mut sensor: Sensor) -> Result<(), tonus::Error> {
    while let Some(event) = sensor.next_event()? {
        println!("{event}");
    }
    println!("digest {}", sensor.digest());
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    if let (Some(port), Some(device)) = (args.next(), args.next()) {
        return Ok(show(Sensor::open(&port, &device)?)?);
    }
    let simulated = SimulatedSensor::start(Scenario::Calm)?;
    Ok(show(Sensor::options(simulated.port(), SimulatedSensor::DEVICE).duration_s(2.0).open()?)?)
}
