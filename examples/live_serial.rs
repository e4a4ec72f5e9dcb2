//! A live sensor to states, in fifty lines: `live_serial PORT DEVICE [SECONDS]`.
//!
//! Without arguments a simulated sensor is served on this machine and read over TCP for 2 s. Prints every change of state of
//! the first channel, then frames, losses and the digest. Exits with an error if no frame came.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tonus::core::config::{ChannelConfig, PipelineConfig};
use tonus::core::decision::Decision;
use tonus::core::pipeline::Pipeline;
use tonus::device::sim::tcp::Tcp;
use tonus::device::sim::{Device, Faults, Scenario, ScenarioSource, Simulator};
use tonus::device::{Address, Link, LinkOptions, Notice, transport};
use tonus::dsp::units::{SampleRate, tick_seconds};
use tonus::engine::live::Feed;
use tonus::record::Kind;
use tonus::report::hex;
use tonus::wire::profile::DeviceProfile;

/// Most channels of a sensor that is read here.
const LANES: usize = 8;

/// Reads a sensor for some seconds.
fn read(address: &Address, profile: &DeviceProfile, seconds: f64) -> Result<u64, Box<dyn Error>> {
    let channels = profile.used_channels();
    let rate_hz = profile.rate_hz(channels).ok_or("this profile leaves the rate to the sketch; choose another")?;
    let config = PipelineConfig::new(SampleRate::new(rate_hz)?);
    let mut pipeline = Pipeline::<LANES>::new(&config, &vec![ChannelConfig::default(); channels])?;
    let mut feed = Feed::new(&profile.scales(channels), Kind::Raw);
    let options = LinkOptions { rate_hz: Some(rate_hz), ..LinkOptions::default() };
    let mut link = Link::open(transport::connector(address), profile, options)?;
    let begin = Instant::now();
    let mut last = None;
    let mut show = |decision: &Decision| {
        if decision.channel == 0 && last.replace(decision.state) != Some(decision.state) {
            println!("{:7.2} s  {}", tick_seconds(decision.tick), decision.state.name());
        }
    };
    while begin.elapsed().as_secs_f64() < seconds {
        link.wait(Duration::from_millis(20));
        while let Some(packet) = link.frame() {
            feed.push(&packet, |input, _| pipeline.push(input, &mut show))?;
        }
        while let Some(notice) = link.notice() {
            if let Notice::Warning(text) = notice {
                eprintln!("{text}");
            }
        }
    }
    link.close();
    println!("{} frames, {} lost, {} gaps", feed.frames(), feed.lost(), feed.gaps());
    println!("digest {}", hex(&pipeline.digest()));
    Ok(feed.frames())
}

/// Serves a simulated sensor and reads it.
fn demonstrate() -> Result<u64, Box<dyn Error>> {
    let profile = DeviceProfile::builtin("tonus-cobs").ok_or("no such profile")?;
    let mut server = Tcp::new("127.0.0.1:0".parse()?)?;
    let address = Address::Tcp(server.address()?.to_string());
    let device = Device::new(&profile, 1000.0)?;
    let mut source = ScenarioSource::new(Scenario::Calm, &profile, 1000.0, 1);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (line, stop) = (&mut server, &stop);
        let sensor = scope.spawn(move || {
            Simulator::new(device, line, &mut source, Faults::default(), 1000.0, 1).run(stop).map_err(|e| e.to_string())
        });
        let frames = read(&address, &profile, 2.0);
        stop.store(true, Ordering::Relaxed);
        sensor.join().map_err(|_| "the simulated sensor failed")??;
        frames
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let frames = match (args.next(), args.next()) {
        (Some(port), Some(device)) => {
            let seconds = args.next().map_or(Ok(10.0), |text| text.parse())?;
            let profile = DeviceProfile::builtin(&device).ok_or("no such device profile")?;
            read(&port.parse()?, &profile, seconds)?
        }
        _ => demonstrate()?,
    };
    if frames == 0 {
        return Err("no frame came".into());
    }
    Ok(())
}
