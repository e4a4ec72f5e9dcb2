//! A sensor for whoever has none at hand.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use tonus_device::sim::tcp::Tcp;
use tonus_device::sim::{Device, Faults, Scenario, ScenarioSource, Simulator};
use tonus_wire::profile::DeviceProfile;

/// Sampling rate of the simulated sensor.
const RATE_HZ: f64 = 1000.0;

/// A simulated sensor on this machine, to try a program without a sensor: two channels at 1000 Hz.
///
/// It plays a scenario from the moment on that a [`Sensor`](crate::Sensor) is opened with its port and profile, and ends when it is
/// dropped.
///
/// ```
/// use tonus::{Scenario, Sensor, SimulatedSensor};
///
/// let simulated = SimulatedSensor::start(Scenario::ContractRelax)?;
/// let mut sensor = Sensor::options(simulated.port(), SimulatedSensor::DEVICE).duration_s(0.5).open()?;
/// while let Some(event) = sensor.next_event()? { println!("{event}"); }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SimulatedSensor {
    port: String,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl SimulatedSensor {
    /// The device profile that it speaks.
    pub const DEVICE: &str = "tonus-cobs";

    /// Starts it.
    ///
    /// # Errors
    /// What the system says where no port of this machine can be served.
    pub fn start(scenario: Scenario) -> io::Result<Self> {
        let profile = DeviceProfile::builtin(Self::DEVICE).ok_or(io::ErrorKind::NotFound)?;
        let device = Device::new(&profile, RATE_HZ).map_err(io::Error::other)?;
        let mut line = Tcp::new(([127, 0, 0, 1], 0).into())?;
        let port = format!("tcp:{}", line.address()?);
        let mut source = ScenarioSource::new(scenario, &profile, RATE_HZ, 1);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let play = move || {
            // A sensor that fails goes silent, as a real one does.
            let _ = Simulator::new(device, &mut line, &mut source, Faults::default(), RATE_HZ, 1).run(&stopped);
        };
        let thread = thread::Builder::new().name("tonus-simulated".to_owned()).spawn(play)?;
        Ok(Self { port, stop, thread: Some(thread) })
    }

    /// The port to open.
    pub fn port(&self) -> &str {
        &self.port
    }
}

impl Drop for SimulatedSensor {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}
