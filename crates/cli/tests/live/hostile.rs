//! Sensors that flood, and sensors that change their mind: the session keeps its time, its recording, and its digest.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::common::live::Rig;
use crate::common::{json, stderr, stdout, tonus};
use serde_json::Value;
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Encoder, Stamp, Values};

/// Seconds that a session of a few may take on a machine that does much else; without bounds it does not end at all.
const BUSY_S: f64 = 60.0;

/// A sensor that speaks `tonus-cobs` with any number of channels, and says what it likes.
pub struct Device {
    encoder: Encoder<'static>,
    channels: usize,
    n: i32,
}

impl Device {
    pub fn new(channels: usize) -> Self {
        let profile = DeviceProfile::builtin("tonus-cobs").unwrap().with_channels(channels).unwrap();
        Self { encoder: Encoder::new(&Box::leak(Box::new(profile)).layout).unwrap(), channels, n: 0 }
    }

    pub fn frames(&mut self, count: usize) -> Vec<u8> {
        let (mut out, mut room) = (Vec::new(), [0; 256]);
        for _ in 0..count {
            self.n += 1;
            let values: Vec<i32> = (0..).take(self.channels).map(|c| self.n * 37 % 101 + c).collect();
            let length = self.encoder.encode(Values::Counts(&values), Stamp::default(), &mut room).unwrap();
            out.extend_from_slice(&room[..length]);
        }
        out
    }

    fn says(&self, text: &str) -> Vec<u8> {
        let mut room = [0; 512];
        let length = self.encoder.message(text.as_bytes(), &mut room).unwrap();
        room[..length].to_vec()
    }

    /// Frames in their time, ten milliseconds at once, until the reader is gone.
    fn stream(&mut self, line: &mut TcpStream, frames: usize) -> std::io::Result<()> {
        for _ in 0..frames / 10 {
            line.write_all(&self.frames(10))?;
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

/// Serves connections one after the other; the address.
pub fn serve(mut serve: impl FnMut(usize, &mut TcpStream) -> std::io::Result<()> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp:{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (number, line) in listener.incoming().enumerate() {
            // A reader that is gone has heard enough.
            let _ = serve(number, &mut line.unwrap());
        }
    });
    address
}

/// Exit code, end line, messages and seconds of a recording.
fn record(rig: &Rig, address: &str, options: &[&str]) -> (i32, Value, String, f64) {
    let begin = Instant::now();
    let out = rig.path("rec");
    let args = ["record", "--port", address, "--device", "tonus-cobs", "--out", &out];
    let output = tonus([&args, options].concat());
    let end = json(&stdout(&output));
    (output.status.code().unwrap(), end, stderr(&output), begin.elapsed().as_secs_f64())
}

#[test]
fn a_flood_of_unusable_frames_and_messages_leaves_time_and_recording_alone() {
    let rig = Rig::new();
    let address = serve(|_, line| {
        let (mut good, mut odd) = (Device::new(2), Device::new(4));
        good.stream(line, 500)?;
        loop {
            // As fast as it is taken.
            for _ in 0..50 {
                let other = [odd.frames(3), good.says("what a day"), good.frames(1)].concat();
                line.write_all(&other)?;
            }
        }
    });
    let (code, end, messages, seconds) = record(&rig, &address, &["--duration", "3"]);
    assert_eq!(code, 0, "{messages}");
    assert!(seconds < BUSY_S, "{seconds} s");
    assert!(messages.len() < 20_000, "{} bytes of messages", messages.len());
    assert!(rig.read("rec/session.json").len() < 100_000);
    assert!(messages.contains("frames of another number of channels were left out"), "{messages}");
    rig.check(&end);
}

#[test]
fn a_sensor_that_hangs_up_at_once_every_time_is_not_a_flood() {
    let rig = Rig::new();
    let address = serve(|number, line| if number == 0 { Device::new(2).stream(line, 1000) } else { Ok(()) });
    let (code, end, messages, seconds) = record(&rig, &address, &["--duration", "4"]);
    assert!(code == 0 || code == 5, "{messages}");
    assert!(seconds < BUSY_S, "{seconds} s");
    assert!(messages.len() < 20_000 && rig.read("rec/session.json").len() < 100_000);
    rig.check(&end);
}

/// What a recording says of a sensor that changed: it ended with a word, in time, and agrees with itself.
fn check_change(rig: &Rig, (code, end, messages, seconds): (i32, Value, String, f64), frames: u64, says: &str) {
    assert_eq!(code, 5, "{messages}");
    assert!(seconds < BUSY_S, "{seconds} s");
    assert!(messages.contains(says) && messages.contains("is another sensor now"), "{messages}");
    assert_eq!(end["frames"], frames, "every frame of the former sensor and none of the other");
    rig.check(&end);
    let about = json(&rig.read("rec/session.json"));
    let changed: Vec<&Value> =
        about["events"].as_array().unwrap().iter().filter(|event| event["event"] == "changed").collect();
    assert_eq!(changed.len(), 1, "{about}");
    assert!(changed[0]["text"].as_str().unwrap().contains(says));
}

const HELLO: &str = r#"{"tonus":1,"channels":2,"rate_hz":1000,"uv_per_count":0.5}"#;

#[test]
fn another_scale_after_a_reconnect_ends_the_recording() {
    let rig = Rig::new();
    let address = serve(|number, line| {
        let mut device = Device::new(2);
        let hello = if number == 0 { HELLO.to_owned() } else { HELLO.replace("0.5", "50") };
        line.write_all(&device.says(&hello))?;
        device.stream(line, 1000)
    });
    let found = record(&rig, &address, &["--duration", "120"]);
    check_change(&rig, found, 1000, "50 µV per counts instead of 0.5");
    assert_eq!(json(&rig.read("rec/session.json"))["scale"][0]["uv_per_unit"], 0.5);
}

#[test]
fn another_rate_in_mid_stream_ends_the_recording() {
    let rig = Rig::new();
    let address = serve(|_, line| {
        let mut device = Device::new(2);
        line.write_all(&device.says(HELLO))?;
        device.stream(line, 1000)?;
        // The same once more is no change.
        line.write_all(&device.says(HELLO))?;
        device.stream(line, 500)?;
        line.write_all(&device.says(&HELLO.replace("1000", "500")))?;
        device.stream(line, 5000)
    });
    let found = record(&rig, &address, &["--duration", "120"]);
    check_change(&rig, found, 1500, "500 frames per second instead of 1000");
}

#[test]
fn another_number_of_channels_ends_the_recording() {
    let rig = Rig::new();
    let address = serve(|_, line| {
        Device::new(2).stream(line, 1000)?;
        Device::new(4).stream(line, 8000)
    });
    let found = record(&rig, &address, &["--duration", "120"]);
    check_change(&rig, found, 1000, "4 channels instead of 2");
}

#[test]
fn a_rate_or_scale_of_the_command_line_holds_whatever_the_sensor_says() {
    let rig = Rig::new();
    let address = serve(|_, line| {
        let mut device = Device::new(2);
        line.write_all(&device.says(HELLO))?;
        device.stream(line, 1000)?;
        line.write_all(&device.says(&HELLO.replace("0.5", "50")))?;
        device.stream(line, 5000)
    });
    let (code, end, messages, _) = record(&rig, &address, &["--duration", "3", "--uv-per-count", "2"]);
    assert_eq!(code, 0, "{messages}");
    rig.check(&end);
}

#[test]
fn values_that_cannot_be_are_warned_of() {
    for bad in [HELLO.replace("0.5", "0"), HELLO.replace("0.5", "1e999"), HELLO.replace("1000", "1e9")] {
        let rig = Rig::new();
        let address = serve(move |_, line| {
            let mut device = Device::new(2);
            line.write_all(&device.says(&bad))?;
            device.stream(line, 3000)
        });
        let (code, end, messages, _) = record(&rig, &address, &["--duration", "1"]);
        assert_eq!(code, 0, "{messages}");
        assert!(messages.contains("warning: the sensor ") && messages.contains("not heard"), "{messages}");
        rig.check(&end);
    }
}

#[test]
fn a_sensor_at_twice_its_rate_is_told_within_two_seconds() {
    let rig = Rig::new();
    let address = serve(|_, line| {
        let mut device = Device::new(2);
        loop {
            line.write_all(&device.frames(20))?;
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let (code, _, messages, _) = record(&rig, &address, &["--duration", "2"]);
    assert_eq!(code, 0, "{messages}");
    assert!(messages.contains("frames per second, not 1000"), "{messages}");
}
