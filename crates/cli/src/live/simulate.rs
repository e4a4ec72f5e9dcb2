//! `tonus simulate`: a sensor without a sensor.

use std::path::Path;

use tonus_device::sim::run::Pace;
use tonus_device::sim::source::channels_for;
use tonus_device::sim::tcp::Tcp;
use tonus_device::sim::{Device, FileSource, Line, Scenario, ScenarioSource, Simulator, Source};
use tonus_dsp::units::SampleRate;
use tonus_record::OpenOptions;
use tonus_wire::layout::{Framing, Layout};
use tonus_wire::profile::DeviceProfile;

use super::args::SimulateArgs;
use super::stop;
use crate::failure::{self, Failure, OK, usage};
use crate::value::Speed;
use crate::words;

/// A rate where neither profile nor file nor caller gives one.
const USUAL_HZ: f64 = 1000.0;

/// Plays until the end or Ctrl-C.
pub(crate) fn run(args: SimulateArgs) -> Result<u8, Failure> {
    let stop = stop::flag()?;
    let mut profile = tonus_engine::live::device(&args.device)?;
    if args.rate.is_some_and(|hz| SampleRate::new(hz).is_err()) {
        return usage("--rate is no sampling rate", "give a sampling rate from 10 to 50000 Hz");
    }
    let scenario = args.scenario.unwrap_or(Scenario::ContractRelax);
    if let Some(place) = &args.write_cues {
        let written = tonus_report::atomic_file::replace(place, scenario.cue_list().as_bytes());
        written.map_err(|source| Failure::Storage { place: place.clone(), source })?;
    }
    let file = match &args.input {
        Some(path) => {
            let options = OpenOptions { unit: args.unit, rate_hz: args.rate, ..OpenOptions::default() };
            Some(FileSource::open(path, &options)?)
        }
        None => None,
    };
    let of_source = file.as_ref().map_or(profile.used_channels().max(1), FileSource::channels);
    let channels = args.channels.unwrap_or_else(|| channels_for(&profile, of_source));
    let by_default = profile.used_channels();
    if channels != by_default {
        profile = profile.with_channels(channels).or_else(|error| {
            usage(&format!("{channels} channels: {error}"), "give --channels as the device sends them")
        })?;
    }
    let of_profile = profile.rate_hz(channels);
    let of_file = file.as_ref().map(FileSource::rate_hz);
    // A device that can say its rate plays a file at the file's own; others have the rate they have.
    let says_rate = profile.layout.record.message_kind.is_some();
    let rate_hz = args.rate.or(if says_rate { of_file.or(of_profile) } else { of_profile.or(of_file) });
    let rate_hz = rate_hz.unwrap_or(USUAL_HZ);
    let mut source: Box<dyn Source> = match file {
        Some(file) => Box::new(file.for_device(&profile)),
        None => Box::new(ScenarioSource::new(scenario, &profile, rate_hz, args.seed)),
    };
    let mut device = Device::new(&profile, rate_hz)
        .or_else(|error| usage(&format!("--device {}: {error}", args.device), "docs/DEVICES.md explains the keys"))?;
    if says_rate && (of_profile != Some(rate_hz) || channels != by_default) {
        device = device.with_hello(&format!("{{\"tonus\":1,\"channels\":{channels},\"rate_hz\":{rate_hz}}}"));
    }
    let (mut line, place) = line(&args)?;
    if !args.quiet {
        failure::say(&format!("{}: {} at {rate_hz} Hz on {place}", about(&profile), words::channels(channels)));
    }
    let pace = match args.speed {
        Speed::Times(times) => Pace::Times(times),
        Speed::Max => Pace::Max,
    };
    let simulator = Simulator::new(device, &mut *line, &mut *source, args.fault, rate_hz, args.seed);
    let played = simulator.with_pace(pace).once(args.once).run(&stop)?;
    let text = serde_json::json!({
        "end": true, "frames": played.frames, "skipped": played.skipped, "bytes": played.bytes
    });
    failure::print(&format!("{text}\n"))?;
    Ok(OK)
}

fn about(profile: &DeviceProfile) -> String {
    let Layout { framing, .. } = profile.layout;
    let kind = match framing {
        Framing::Text(_) => "text lines",
        Framing::Cobs | Framing::Slip => "framed blocks",
        _ => "binary frames",
    };
    format!("{} ({kind})", profile.name)
}

/// The device's end of the line, and where the other is.
fn line(args: &SimulateArgs) -> Result<(Box<dyn Line>, String), Failure> {
    if let Some(address) = args.tcp {
        let failed = |source| Failure::Storage { place: address.to_string().into(), source };
        let tcp = Tcp::new(address)
            .or_else(|error| usage(&format!("--tcp {address}: {error}"), "give a free port, such as 127.0.0.1:0"))?;
        let place = format!("tcp:{}", tcp.address().map_err(failed)?);
        return Ok((Box::new(tcp), place));
    }
    let Some(link) = &args.link else { return usage("nowhere to be", "give --link PATH or --tcp ADDR") };
    pty(link)
}

#[cfg(unix)]
fn pty(link: &Path) -> Result<(Box<dyn Line>, String), Failure> {
    let pty = tonus_device::sim::pty::Pty::new(link);
    let pty = pty.map_err(|source| Failure::Storage { place: link.to_owned(), source })?;
    Ok((Box::new(pty), link.display().to_string()))
}

#[cfg(not(unix))]
fn pty(_link: &Path) -> Result<(Box<dyn Line>, String), Failure> {
    usage("--link needs pseudo-terminals, which this system does not have", "use --tcp 127.0.0.1:7000 instead")
}
