//! A live sensor, event by event: `live_sensor PORT DEVICE`.
//!
//! Without arguments a simulated sensor is served on this machine and read over TCP for 2 s.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};

use tonus::Sensor;
use tonus::device::sim::tcp::Tcp;
use tonus::device::sim::{Device, Faults, Scenario, ScenarioSource, Simulator};
use tonus::wire::profile::DeviceProfile;

/// Prints everything that a sensor has to tell.
fn show(mut sensor: Sensor) -> Result<(), tonus::Error> {
    while let Some(event) = sensor.next_event()? {
        println!("{event}");
    }
    println!("digest {}", sensor.digest());
    Ok(())
}

/// Serves a simulated sensor and reads it.
fn demonstrate() -> Result<(), Box<dyn Error>> {
    let profile = DeviceProfile::builtin("tonus-cobs").ok_or("no such profile")?;
    let mut server = Tcp::new("127.0.0.1:0".parse()?)?;
    let port = format!("tcp:{}", server.address()?);
    let device = Device::new(&profile, 1000.0)?;
    let mut source = ScenarioSource::new(Scenario::Calm, &profile, 1000.0, 1);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (line, stop) = (&mut server, &stop);
        let simulated = scope.spawn(move || {
            Simulator::new(device, line, &mut source, Faults::default(), 1000.0, 1).run(stop).map_err(|e| e.to_string())
        });
        let shown = Sensor::options(&port, "tonus-cobs").duration_s(2.0).open().and_then(show);
        stop.store(true, Ordering::Relaxed);
        simulated.join().map_err(|_| "the simulated sensor failed")??;
        Ok(shown?)
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    match (args.next(), args.next()) {
        (Some(port), Some(device)) => Ok(show(Sensor::open(&port, &device)?)?),
        _ => demonstrate(),
    }
}
