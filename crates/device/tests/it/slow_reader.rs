//! A reader that does nothing for five seconds of real time, on real pseudo-terminals.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tonus_device::sim::pty::Pty;
use tonus_device::sim::source::Next;
use tonus_device::sim::{Device, Faults, Simulator, Source};
use tonus_device::transport::SerialConnector;
use tonus_device::{Link, LinkOptions};
use tonus_record::ReadError;
use tonus_wire::profile::DeviceProfile;

const STALL: Duration = Duration::from_secs(5);
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
        out.resize(self.channels, (self.next % TURN) as f64);
        self.next += 1;
        Ok(Next::Frame)
    }

    fn rewind(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}

/// Streams, stalls the reader, goes on; frames that came.
fn stall(id: &str, rate_hz: f64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("port");
    let profile = DeviceProfile::builtin(id).unwrap();
    let mut pty = Pty::new(&place).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (line, profile, stop) = (&mut pty, &profile, &stop);
        let sensor = scope.spawn(move || {
            let mut source = Counting { channels: profile.used_channels().max(1), next: 0 };
            let device = Device::new(profile, rate_hz).unwrap();
            Simulator::new(device, line, &mut source, Faults::default(), rate_hz, 1).run(stop).unwrap()
        });
        let connector = SerialConnector::new(place.to_str().unwrap());
        let options = LinkOptions { rate_hz: Some(rate_hz), ..LinkOptions::default() };
        let mut link = Link::open(Box::new(connector), profile, options).unwrap();
        let begin = Instant::now();
        while link.waiting() == 0 {
            assert!(begin.elapsed() < Duration::from_secs(10), "{id}: nothing comes");
            link.wait(Duration::from_millis(20));
        }
        std::thread::sleep(STALL);
        let waiting = link.waiting();
        assert!(waiting as f64 > 0.9 * STALL.as_secs_f64() * rate_hz, "{id}: {waiting} wait");
        let (begin, mut values) = (Instant::now(), Vec::new());
        while begin.elapsed() < Duration::from_secs(1) {
            link.wait(Duration::from_millis(20));
            while let Some(packet) = link.frame() {
                assert!(packet.gap == 0 && !packet.stalled, "{id}: {packet:?}");
                values.push(packet.values()[0] as u64);
            }
        }
        assert_eq!(link.stats().overrun, 0, "{id}");
        stop.store(true, Ordering::Relaxed);
        link.close();
        // What the simulated device had to drop would show as a skipped frame of its own.
        assert_eq!(sensor.join().unwrap().skipped, 0, "{id}");
        let first = values[0];
        assert!(
            values.iter().enumerate().all(|(n, value)| *value == (first + n as u64) % TURN),
            "{id}: a frame is missing"
        );
        values.len()
    })
}

#[test]
fn a_reader_that_stalls_for_five_seconds_loses_nothing() {
    // Binary, text, and the fastest there is: the one whose queue is shortest in time.
    let cases = [("tonus-cobs", 2000.0), ("arduino-text", 1000.0), ("spikerbox-muscle", 10_050.25)];
    std::thread::scope(|scope| {
        for (id, rate_hz) in cases {
            scope.spawn(move || {
                let frames = stall(id, rate_hz);
                assert!(frames as f64 > 5.5 * rate_hz, "{id}: {frames} frames");
            });
        }
    });
}
