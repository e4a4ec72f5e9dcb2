//! A sensor that is pulled out and comes back, again and again, on real pseudo-terminals: how soon that is seen, how soon
//! it streams again, and that nothing but the time away is missing.
//!
//! `TONUS_REPLUGS=100 cargo test -p tonus-device --test it replug -- --nocapture` does it a hundred times and prints figures.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tonus_device::ports::{PortInfo, Usb};
use tonus_device::sim::pty::Pty;
use tonus_device::sim::source::Next;
use tonus_device::sim::{Device, Faults, Line, Simulator, Source};
use tonus_device::transport::SerialConnector;
use tonus_device::{Link, LinkOptions, Notice, State};
use tonus_record::ReadError;
use tonus_wire::profile::DeviceProfile;

/// A rate for sensors that do not say theirs.
const USUAL_HZ: f64 = 500.0;
/// How long the sensor streams, and how long it is away. The simulated board takes 0.3 s to boot.
const TIMES_S: (f64, f64) = (0.1, 0.1);
/// Values run from 0 to here.
const TURN: u64 = 1000;

/// Counts frames on every channel, so that a missing one shows.
struct Counting {
    channels: usize,
    next: u64,
}

impl Source for Counting {
    fn next(&mut self, out: &mut Vec<f64>) -> Result<Next, ReadError> {
        out.clear();
        // The sixth channel of a BITalino has six bits.
        out.extend((0..self.channels).map(|n| if n == 0 { (self.next % TURN) as f64 } else { 7.0 }));
        self.next += 1;
        Ok(Next::Frame)
    }

    fn rewind(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}

/// A cable that is watched, and whose device comes back as another terminal and perhaps under another name.
struct Cable {
    pty: Pty,
    /// Links under which the device appears, in turn.
    names: Vec<PathBuf>,
    terminals: Vec<PathBuf>,
    pulled: Vec<Instant>,
    back: Vec<Instant>,
}

impl Cable {
    fn new(names: Vec<PathBuf>) -> Self {
        let (pty, terminal) = terminal(&names[0], None);
        std::os::unix::fs::symlink(&terminal, &names[0]).unwrap();
        Self { pty, names, terminals: vec![terminal], pulled: Vec::new(), back: Vec::new() }
    }

    fn name(&self) -> &Path {
        &self.names[(self.terminals.len() - 1) % self.names.len()]
    }
}

/// A terminal that is not `last`, not yet linked. The system gives numbers away again at once, so some are taken first.
fn terminal(near: &Path, last: Option<&PathBuf>) -> (Pty, PathBuf) {
    let mut taken = Vec::new();
    loop {
        let hidden = near.with_extension(format!("hidden{}", taken.len()));
        let pty = Pty::new(&hidden).unwrap();
        let terminal = std::fs::read_link(&hidden).unwrap();
        if last != Some(&terminal) {
            return (pty, terminal);
        }
        taken.push(pty);
    }
}

impl Line for Cable {
    fn is_open(&mut self) -> bool {
        self.pty.is_open()
    }

    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.pty.read(room)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pty.write(bytes)
    }

    fn unplug(&mut self) {
        self.pulled.push(Instant::now());
        self.pty.unplug();
        std::fs::remove_file(self.name()).unwrap();
    }

    fn plug(&mut self) -> io::Result<()> {
        let (pty, terminal) = terminal(&self.names[0], self.terminals.last());
        self.pty = pty;
        self.terminals.push(terminal.clone());
        std::os::unix::fs::symlink(terminal, self.name())?;
        self.back.push(Instant::now());
        Ok(())
    }
}

/// What happened to one sensor.
struct Story {
    shown: Vec<Duration>,
    streaming: Vec<Duration>,
}

/// Pulls and plugs `rounds` times.
fn story(profile: &DeviceProfile, names: Vec<PathBuf>, connector: SerialConnector, rounds: usize) -> Story {
    let channels = profile.used_channels().max(1);
    let rate_hz = profile.rate_hz(channels).unwrap_or(USUAL_HZ);
    let unplugs = (1..=rounds).map(|round| (round as f64 * TIMES_S.0, TIMES_S.1)).collect();
    let faults = Faults { unplugs, ..Faults::default() };
    let mut cable = Cable::new(names);
    let stop = AtomicBool::new(false);
    let (mut gone, mut came) = (Vec::new(), Vec::new());
    let mut stalls = Vec::new();
    let mut values: Vec<u64> = Vec::new();
    std::thread::scope(|scope| {
        let (line, stop) = (&mut cable, &stop);
        let sensor = scope.spawn(move || {
            let device = Device::new(profile, rate_hz).unwrap();
            let mut source = Counting { channels, next: 0 };
            Simulator::new(device, line, &mut source, faults, rate_hz, 1).run(stop).unwrap()
        });
        let options = LinkOptions { rate_hz: Some(rate_hz), ..LinkOptions::default() };
        let mut link = Link::open(Box::new(connector), profile, options).unwrap();
        let begin = Instant::now();
        let mut is_away = false;
        while (came.len() < rounds || values.len() < ((rounds as f64 + 0.5) * TIMES_S.0 * rate_hz) as usize)
            && begin.elapsed() < Duration::from_secs(20 + 6 * rounds as u64)
        {
            link.wait(Duration::from_millis(20));
            while let Some(packet) = link.frame() {
                if std::mem::take(&mut is_away) {
                    came.push(packet.arrival);
                }
                assert_eq!(packet.gap, 0, "{}", profile.id);
                if packet.stalled {
                    stalls.push(values.len());
                }
                values.push(packet.values()[0] as u64);
            }
            while let Some(notice) = link.notice() {
                if notice == Notice::State(State::Lost) {
                    gone.push(Instant::now());
                    is_away = true;
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        link.close();
        sensor.join().unwrap();
    });
    assert_eq!(
        (gone.len(), came.len(), stalls.len()),
        (rounds, rounds, rounds),
        "{}: every outage is one, and is one gap",
        profile.id
    );
    // The device samples nothing while it is away, so every value is there, in order. Where the cable was pulled, what the
    // driver still held is gone with it, if the reader had no time for it.
    let mut expected = 0;
    for (n, value) in values.iter().enumerate() {
        let ahead = (value + TURN - expected) % TURN;
        assert!(ahead == 0 || stalls.contains(&n) && ahead < TURN / 4, "{}: {value} for {expected} at {n}", profile.id);
        expected = (value + 1) % TURN;
    }
    let after = |from: &[Instant], to: &[Instant]| from.iter().zip(to).map(|(a, b)| b.duration_since(*a)).collect();
    Story { shown: after(&cable.pulled, &gone), streaming: after(&cable.back, &came) }
}

fn rounds() -> usize {
    std::env::var("TONUS_REPLUGS").map_or(10, |text| text.parse().unwrap())
}

/// A board that resets when its port opens takes its boot delay beside the two seconds.
fn judge(what: &str, mut story: Story, boot_ms: u64) {
    let limits = [("shown", &mut story.shown, 250), ("streaming", &mut story.streaming, 2000 + boot_ms)];
    for (name, times, limit_ms) in limits {
        times.sort();
        let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
        println!("{what}, {} times: {name} after {median:.1?} (median), {worst:.1?} (worst)", times.len());
        assert!(worst < Duration::from_millis(limit_ms), "{what}: {name} after {worst:?}");
    }
}

/// A device that streams without being asked.
fn cobs() -> DeviceProfile {
    DeviceProfile::builtin("tonus-cobs").unwrap()
}

#[test]
fn every_device_comes_back() {
    std::thread::scope(|scope| {
        for profile in DeviceProfile::all() {
            scope.spawn(move || {
                let folder = tempfile::tempdir().unwrap();
                let name = folder.path().join("sensor");
                let connector = SerialConnector::new(name.to_str().unwrap());
                let boot_ms = u64::from(profile.startup.boot_delay_ms);
                judge(&profile.id, story(&profile, vec![name], connector, 2), boot_ms);
            });
        }
    });
}

#[test]
fn a_sensor_comes_back_to_its_link_on_another_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("sensor");
    let connector = SerialConnector::new(name.to_str().unwrap());
    judge("the same name", story(&cobs(), vec![name], connector, rounds()), 0);
}

/// A sensor with USB ids that is wherever one of these links is. Pseudo-terminals have no ids, so they are said here.
fn listing(names: Vec<PathBuf>, strangers: Arc<Mutex<Vec<PortInfo>>>) -> impl FnMut() -> Vec<PortInfo> {
    move || {
        let there = names.iter().filter(|name| name.exists());
        let ours = there.map(|name| PortInfo { name: name.display().to_string(), usb: Some(usb(Some("A7"))) });
        strangers.lock().unwrap().iter().cloned().chain(ours).collect()
    }
}

fn usb(serial: Option<&str>) -> Usb {
    Usb { vid: 0x0403, pid: 0x6015, serial: serial.map(str::to_owned), product: None, manufacturer: None }
}

#[test]
fn a_sensor_comes_back_under_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<PathBuf> = (0..3).map(|n| folder.path().join(format!("ttyUSB{n}"))).collect();
    // One of the same kind is there all the time, and is not ours.
    let stranger = PortInfo { name: "/dev/tonus-none".to_owned(), usb: Some(usb(Some("B1"))) };
    let list = listing(names.clone(), Arc::new(Mutex::new(vec![stranger])));
    let connector = SerialConnector::new(names[0].to_str().unwrap()).with_listing(list);
    judge("another name", story(&cobs(), names, connector, rounds()), 0);
}

#[test]
fn a_twin_without_a_serial_number_is_not_taken_for_the_sensor() {
    use tonus_device::transport::Connector;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let port = |place: &Path| PortInfo { name: place.display().to_string(), usb: Some(usb(None)) };
    let ports = Arc::new(Mutex::new(vec![port(&path("ours")), port(&path("twin"))]));
    let listed = Arc::clone(&ports);
    let ours = Pty::new(&path("ours")).unwrap();
    let _twin = Pty::new(&path("twin")).unwrap();
    let mut connector =
        SerialConnector::new(path("ours").to_str().unwrap()).with_listing(move || listed.lock().unwrap().clone());
    let profile = DeviceProfile::builtin("tonus-cobs").unwrap();
    drop(connector.open(&profile.port).unwrap());
    drop(ours);
    ports.lock().unwrap().remove(0);
    assert!(!connector.is_present(), "the twin was there before");
    // The sensor is plugged in elsewhere.
    let _back = Pty::new(&path("elsewhere")).unwrap();
    ports.lock().unwrap().push(port(&path("elsewhere")));
    std::thread::sleep(Duration::from_millis(550));
    assert!(connector.is_present());
    assert_eq!(connector.name(), path("elsewhere").display().to_string());
    // Another device takes the old name: it is not the sensor either.
    let _other = Pty::new(&path("ours")).unwrap();
    *ports.lock().unwrap() = vec![PortInfo { usb: Some(usb(Some("C3"))), ..port(&path("ours")) }];
    std::thread::sleep(Duration::from_millis(550));
    assert!(!connector.is_present());
}
