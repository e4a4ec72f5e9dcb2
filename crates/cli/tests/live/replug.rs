//! A cable that is pulled while `monitor` runs: when it says so, and when decisions come again.

use std::time::{Duration, Instant};

use crate::common::live::Running;
use tonus_device::sim::Line;
use tonus_device::sim::pty::Pty;
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Encoder, Stamp, Values};

const ROUNDS: usize = 5;

/// Sends 1000 frames a second for so long.
fn send(pty: &mut Pty, time: Duration) {
    let mut encoder = Encoder::new(&DeviceProfile::builtin("tonus-cobs").unwrap().layout).unwrap();
    let (begin, mut n) = (Instant::now(), 0_u32);
    while begin.elapsed() < time {
        let mut room = [0; 64];
        let stamp = Stamp { device_us: n * 1000, aux: &[] };
        let length = encoder.encode(Values::Counts(&[(n % 7).cast_signed(), 3]), stamp, &mut room).unwrap();
        pty.write(&room[..length]).unwrap();
        n += 1;
        std::thread::sleep((n * Duration::from_millis(1)).saturating_sub(begin.elapsed()));
    }
}

#[test]
fn monitor_says_at_once_that_the_cable_is_pulled_and_goes_on_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("port");
    let mut pty = Pty::new(&link).unwrap();
    let place = link.display().to_string();
    let mut monitor = Running::start(&["monitor", "--port", &place, "--device", "tonus-cobs", "--duration", "7"]);
    let (mut pulled, mut back) = (Vec::new(), Vec::new());
    let said = std::thread::scope(|scope| {
        let reader = scope.spawn(|| monitor.messages());
        for round in 0..=ROUNDS {
            let begin = Instant::now();
            while !pty.is_open() {
                assert!(begin.elapsed() < Duration::from_secs(10), "nobody opens the port");
                std::thread::sleep(Duration::from_millis(1));
            }
            send(&mut pty, Duration::from_millis(500));
            if round < ROUNDS {
                pulled.push(Instant::now());
                pty.unplug();
                std::thread::sleep(Duration::from_millis(200));
                back.push(Instant::now());
                pty.plug().unwrap();
            }
        }
        // Until its time is over.
        while pty.is_open() {
            send(&mut pty, Duration::from_millis(20));
        }
        reader.join().unwrap()
    });
    let (code, _) = monitor.finish();
    assert_eq!(code, Some(0));
    let when =
        |text: &str| -> Vec<Instant> { said.iter().filter(|(_, line)| line == text).map(|(at, _)| *at).collect() };
    let (lost, streaming) = (when("sensor: lost"), when("sensor: streaming"));
    // The first time it streams there was no cable to pull.
    assert_eq!((lost.len(), streaming.len()), (ROUNDS, ROUNDS + 1), "{said:?}");
    for ((pulled, lost), (back, again)) in pulled.iter().zip(&lost).zip(back.iter().zip(&streaming[1..])) {
        let (shown, resumed) = (lost.duration_since(*pulled), again.duration_since(*back));
        println!("shown after {shown:.1?}, streaming again after {resumed:.1?}");
        assert!(shown < Duration::from_millis(250) && resumed < Duration::from_secs(2), "{shown:?}, {resumed:?}");
    }
}
