//! What a sensor that is away costs. Alone in its process, so that the thread can be told by its name.

use std::path::Path;
use std::time::{Duration, Instant};

use tonus_device::ports::{self, PortInfo, Usb};
use tonus_device::sim::Line;
use tonus_device::sim::pty::Pty;
use tonus_device::transport::SerialConnector;
use tonus_device::{Link, LinkOptions, State};
use tonus_wire::profile::DeviceProfile;

const AWAY: Duration = Duration::from_secs(4);

/// CPU seconds of the thread that owns the port.
fn cpu_s() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().filter_map(Result::ok);
    let read = |task: &std::fs::DirEntry, file| std::fs::read_to_string(task.path().join(file)).unwrap_or_default();
    let owner = tasks.into_iter().find(|task| read(task, "comm").trim() == "tonus-link").expect("the thread is there");
    read(&owner, "schedstat").split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
}

/// The system's ports (that is what listing costs) and one with ids.
fn list(name: &Path) -> Vec<PortInfo> {
    let usb = Usb { vid: 0x0403, pid: 0x6015, serial: None, product: None, manufacturer: None };
    let sensor = PortInfo { name: name.display().to_string(), usb: Some(usb) };
    ports::list().into_iter().chain(name.exists().then_some(sensor)).collect()
}

#[test]
fn a_sensor_that_is_away_costs_less_than_a_twentieth_of_a_core() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("sensor");
    let mut sensor = Pty::new(&name).unwrap();
    let listed = name.clone();
    let connector = SerialConnector::new(name.to_str().unwrap()).with_listing(move || list(&listed));
    let profile = DeviceProfile::builtin("tonus-cobs").unwrap();
    let mut link = Link::open(Box::new(connector), &profile, LinkOptions::default()).unwrap();
    sensor.unplug();
    let begin = Instant::now();
    while link.state() != State::Lost {
        assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", link.state());
        link.wait(Duration::from_millis(5));
    }
    let (before_s, begin) = (cpu_s(), Instant::now());
    std::thread::sleep(AWAY);
    let share = (cpu_s() - before_s) / begin.elapsed().as_secs_f64();
    println!("away for {AWAY:?}: {:.2} % of a core", 100.0 * share);
    assert!(link.state() == State::Lost && share < 0.05, "{share}");
    link.close();
}
