//! A day of 4 channels at 2 kHz from a simulated sensor, through a port, the link's queue and the pipeline, played as fast as
//! it is read: `live_soak [HOURS]`, 24 by default.
//!
//! Checks that every frame arrives, none is called lost, the index is exact, and that the memory of the process grows by less
//! than 1 MiB after the first ten minutes of signal (on Linux; elsewhere it is not measured). Prints all of it. Exits with
//! an error if a check fails.
//!
//! The port is a pseudo-terminal, or TCP where there are none.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tonus::core::config::{ChannelConfig, PipelineConfig};
use tonus::core::decision::Decision;
use tonus::core::input::Input;
use tonus::core::pipeline::Pipeline;
use tonus::device::sim::source::Next;
use tonus::device::sim::{Device, Faults, Line, Pace, Simulator, Source};
use tonus::device::{Address, Link, LinkOptions, transport};
use tonus::dsp::units::SampleRate;
use tonus::engine::live::Feed;
use tonus::record::{Kind, ReadError};
use tonus::report::hex;
use tonus::wire::profile::DeviceProfile;

const CHANNELS: usize = 4;
const RATE_HZ: f64 = 2000.0;
/// Frames handed to the pipeline at once.
const BLOCK: usize = 128;
/// Memory is compared with what it is after so many seconds of signal, every so many seconds.
const SETTLED_S: f64 = 600.0;
/// Most that memory may grow.
const GROWTH_KIB: u64 = 1024;
/// A sensor that sends nothing for so long will not send any more.
const PATIENCE: Duration = Duration::from_secs(20);

/// Uniform counts, and so many frames of them.
struct Noise {
    state: u64,
    left: u64,
}

impl Source for Noise {
    fn next(&mut self, out: &mut Vec<f64>) -> Result<Next, ReadError> {
        if self.left == 0 {
            return Ok(Next::End);
        }
        self.left -= 1;
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.clear();
        out.extend((0..CHANNELS).map(|channel| f64::from((self.state >> (12 * channel)) as u16 & 0xFFF) - 2048.0));
        Ok(Next::Frame)
    }

    fn rewind(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}

#[cfg(unix)]
fn line() -> Result<(Box<dyn Line + Send>, Address), Box<dyn Error>> {
    let link = std::env::temp_dir().join(format!("tonus-soak-{}", std::process::id()));
    let address = Address::Serial(link.display().to_string());
    Ok((Box::new(tonus::device::sim::pty::Pty::new(&link)?), address))
}

#[cfg(not(unix))]
fn line() -> Result<(Box<dyn Line + Send>, Address), Box<dyn Error>> {
    let server = tonus::device::sim::tcp::Tcp::new("127.0.0.1:0".parse()?)?;
    let address = Address::Tcp(server.address()?.to_string());
    Ok((Box::new(server), address))
}

/// Memory of this process in KiB, where the system tells.
fn memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What the memory was.
#[derive(Default)]
struct Memory {
    settled_kib: Option<u64>,
    most_kib: u64,
}

/// Reads `total` frames.
fn read(profile: &DeviceProfile, address: &Address, total: u64) -> Result<Memory, Box<dyn Error>> {
    let config = PipelineConfig::new(SampleRate::new(RATE_HZ)?);
    let mut pipeline = Pipeline::<CHANNELS>::new(&config, &[ChannelConfig::default(); CHANNELS])?;
    let mut feed = Feed::new(&profile.scales(CHANNELS), Kind::Raw);
    let options = LinkOptions { rate_hz: Some(RATE_HZ), ..LinkOptions::default() };
    let mut link = Link::open(transport::connector(address), profile, options)?;
    let mut decisions = 0_u64;
    let mut count = |_: &Decision| decisions += 1;
    let mut block: Vec<f32> = Vec::with_capacity(BLOCK * CHANNELS);
    let mut memory = Memory::default();
    let (begin, mut heard) = (Instant::now(), Instant::now());
    let mut look = (SETTLED_S * RATE_HZ) as u64;
    while feed.frames() < total {
        link.wait(Duration::from_millis(20));
        while let Some(packet) = link.frame() {
            heard = Instant::now();
            feed.push(&packet, |input, _| {
                if let Input::Frames(values) = input {
                    block.extend_from_slice(values);
                    if block.len() < BLOCK * CHANNELS {
                        return Ok(());
                    }
                }
                pipeline.push(Input::Frames(&block), &mut count)?;
                block.clear();
                if matches!(input, Input::Frames(_)) { Ok(()) } else { pipeline.push(input, &mut count) }
            })?;
            if feed.frames() >= look {
                look += (SETTLED_S * RATE_HZ) as u64;
                let now_kib = memory_kib().unwrap_or_default();
                memory.settled_kib.get_or_insert(now_kib);
                memory.most_kib = memory.most_kib.max(now_kib);
            }
        }
        if heard.elapsed() > PATIENCE {
            return Err(format!("only {} of {total} frames came", feed.frames()).into());
        }
    }
    pipeline.push(Input::Frames(&block), &mut count)?;
    let took = begin.elapsed().as_secs_f64();
    let overrun = link.stats().overrun;
    link.close();
    println!("{} frames in {took:.0} s, {:.0} times real time", feed.frames(), total as f64 / RATE_HZ / took);
    println!("{} lost, {} gaps, {overrun} beyond the queue; {decisions} decisions", feed.lost(), feed.gaps());
    println!("digest {}", hex(&pipeline.digest()));
    let expected = (total as f64 / RATE_HZ * 100.0) as u64 * CHANNELS as u64;
    if feed.lost() + feed.gaps() + overrun > 0 || feed.index() != total || pipeline.index() != total {
        return Err(format!("the index is {} and {}, not {total}", feed.index(), pipeline.index()).into());
    }
    if decisions != expected {
        return Err(format!("{decisions} decisions, not {expected}").into());
    }
    Ok(memory)
}

fn main() -> Result<(), Box<dyn Error>> {
    let hours: f64 = std::env::args().nth(1).map_or(Ok(24.0), |text| text.parse())?;
    let total = (hours * 3600.0 * RATE_HZ) as u64;
    let profile = DeviceProfile::builtin("tonus-cobs").ok_or("no such profile")?.with_channels(CHANNELS)?;
    let device = Device::new(&profile, RATE_HZ)?;
    let (mut line, address) = line()?;
    let stop = AtomicBool::new(false);
    let memory = std::thread::scope(|scope| {
        let stop = &stop;
        let sensor = scope.spawn(move || {
            let mut source = Noise { state: 5, left: total };
            let simulator = Simulator::new(device, &mut *line, &mut source, Faults::default(), RATE_HZ, 1);
            simulator.with_pace(Pace::Max).once(true).run(stop).map_err(|error| error.to_string())
        });
        let memory = read(&profile, &address, total);
        stop.store(true, Ordering::Relaxed);
        sensor.join().map_err(|_| "the simulated sensor failed")??;
        memory
    })?;
    match memory.settled_kib.filter(|kib| *kib > 0) {
        None => println!("memory not measured"),
        Some(settled_kib) => {
            let growth = memory.most_kib.saturating_sub(settled_kib);
            println!("memory {settled_kib} KiB after ten minutes of signal, at most {growth} KiB more later");
            if growth >= GROWTH_KIB {
                return Err(format!("memory grew by {growth} KiB").into());
            }
        }
    }
    Ok(())
}
