//! Half an hour under everything at once: bad frames, hang-ups, a reader that stalls, a disk that fills up.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::live::{Rig, analyze};
use crate::common::{code, json, stderr, stdout, tonus};
use crate::hostile::{Device, serve};

/// Seconds of the soak, unless `TONUS_SOAK_S` says otherwise.
const SECONDS: u64 = 1800;
/// One frame in so many is damaged on its way.
const DAMAGED: usize = 10;
/// Bytes that memory may grow by after the first sixth: less than a frame in a hundred would take.
const GROWTH: u64 = 2 << 20;

/// A sensor of 1000 frames/s that hangs up every second and damages a byte of one frame in ten.
fn flood() -> String {
    let mut device = Device::new(2);
    serve(move |_, line| {
        for _ in 0..100 {
            for n in 0..10 {
                let mut frame = device.frames(1);
                if n % DAMAGED == 0 {
                    let middle = frame.len() / 2;
                    frame[middle] ^= 0x10;
                }
                line.write_all(&frame)?;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    })
}

/// A `tonus` under watch, with the largest files it may write in blocks of 512 bytes.
fn start(blocks: Option<u64>, args: &[&str]) -> Child {
    let limit = blocks.map(|blocks| format!("trap '' XFSZ; ulimit -f {blocks}; ")).unwrap_or_default();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{limit}exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_tonus")]).args(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Bytes that a process holds in memory.
fn resident(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(1024 * line.split_whitespace().nth(1)?.parse::<u64>().ok()?)
}

#[test]
#[ignore = "half an hour"]
fn half_an_hour_of_everything_at_once() {
    let seconds = std::env::var("TONUS_SOAK_S").map_or(SECONDS, |text| text.parse().unwrap());
    let (whole, full) = (Rig::new(), Rig::new());
    let duration = seconds.to_string();
    let record = |rig: &Rig, address: &str, blocks| {
        let out = rig.path("rec");
        let args = ["record", "--port", address, "--device", "tonus-cobs", "--out", &out, "--duration", &duration];
        start(blocks, &args)
    };
    // A second takes about 7.3 kB, gaps included, and less where the machine is busy with other things and frames are fewer: the disk is
    // full in the second half, or at the latest when the table is made of the journal.
    let mut processes = [
        ("whole", record(&whole, &flood(), None)),
        ("full disk", record(&full, &flood(), Some(7300 * seconds * 6 / 10 / 512))),
        (
            "stalled reader",
            start(None, &["monitor", "--port", &flood(), "--device", "tonus-cobs", "--json", "--duration", &duration]),
        ),
    ];
    // Messages are read; what the monitor prints is read for a tenth of a second every five.
    let mut messages = Vec::new();
    for (_, process) in &mut processes {
        let mut from = process.stderr.take().unwrap();
        messages.push(std::thread::spawn(move || {
            let mut text = String::new();
            from.read_to_string(&mut text).map(|_| text)
        }));
    }
    let mut printed = processes[2].1.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let (mut last, mut room, mut woken) = (Vec::new(), [0; 4096], Instant::now());
        while let Ok(count @ 1..) = printed.read(&mut room) {
            last.extend_from_slice(&room[..count]);
            last.drain(..last.len().saturating_sub(4096));
            if woken.elapsed() > Duration::from_millis(100) {
                std::thread::sleep(Duration::from_secs(5));
                woken = Instant::now();
            }
        }
        String::from_utf8_lossy(&last).into_owned()
    });
    let begin = Instant::now();
    let mut early = Vec::new();
    let mut late = Vec::new();
    while begin.elapsed().as_secs_f64() < seconds as f64 * 0.97 {
        std::thread::sleep(Duration::from_secs_f64(seconds as f64 / 60.0));
        let now: Vec<u64> = processes.iter().filter_map(|(_, process)| resident(process)).collect();
        if early.is_empty() && begin.elapsed().as_secs_f64() > seconds as f64 / 6.0 {
            early.clone_from(&now);
        }
        late = now;
    }
    let outputs = processes.map(|(name, process)| (name, process.wait_with_output().unwrap()));
    let last = reader.join().unwrap();
    let said: Vec<String> = messages.into_iter().map(|text| text.join().unwrap().unwrap()).collect();
    for (n, (name, output)) in outputs.iter().enumerate() {
        let (before, after) = (early[n] / 1024, late[n] / 1024);
        println!("{name}: exit {}, {before} KiB and {after} KiB, {} bytes said", code(output), said[n].len());
        // Of a shorter run the first sixth is still the begin.
        assert!(late[n] < early[n] + GROWTH || seconds < 600, "{name}: from {before} to {after} KiB");
        // A line for each time that the sensor hung up, at most.
        assert!((said[n].len() as u64) < 10_000 + 100 * seconds, "{name}: {}", said[n]);
    }
    let codes: Vec<i32> = outputs.iter().map(|(_, output)| code(output)).collect();
    assert_eq!(codes, [0, 6, 0], "{said:#?}");
    let end = json(&stdout(&outputs[0].1));
    println!("whole: {end}");
    let frames = end["frames"].as_u64().unwrap();
    assert!(frames > seconds * 500, "{end}");
    whole.check(&end);
    assert!(whole.read("rec/session.json").len() < 2_000_000);
    // What the disk took is a recording, and it says one thing whoever reads it.
    let shown = json(&stdout(&outputs[1].1));
    let recovered = tonus(["recover", &full.path("rec"), "--json"]);
    assert_eq!(code(&recovered), 0, "{}", stderr(&recovered));
    let summary = analyze(&[&full.path("rec")]);
    let kept = summary["input"]["frames"].as_u64().unwrap();
    println!("full disk: {kept} of {} frames are kept", shown["frames"]);
    assert!(kept > seconds * 300 && kept <= shown["frames"].as_u64().unwrap());
    let replayed = tonus(["replay", &full.path("rec"), "--json", "--speed", "max"]);
    assert_eq!(json(stdout(&replayed).lines().last().unwrap())["digest"], summary["digest"]);
    // The monitor came to its end in time, though nobody read along.
    let end = json(last.lines().last().unwrap());
    assert!(end["end"] == true && end["frames"].as_u64().unwrap() > seconds * 300, "{end}");
    println!("stalled reader: {end}");
}
