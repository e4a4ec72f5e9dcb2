//! A recording of a live sensor through the pipeline again: the digest of what was shown, bit for bit.
//!
//! Plays a simulated sensor from memory into a folder (or takes the folder named as argument), reads the recording back and
//! compares both digests. Prints frames, gaps and digest. Exits with an error if they differ.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tonus::core::config::BodySite;
use tonus::core::config::{ChannelConfig, Config, MainsMode, PipelineConfig};
use tonus::core::input::{Command, Input};
use tonus::device::sim::source::Source;
use tonus::device::sim::{Device, Scenario, ScenarioSource};
use tonus::device::transport::{Memory, Script};
use tonus::device::{Link, LinkOptions};
use tonus::dsp::units::SampleRate;
use tonus::engine::live::Feed;
use tonus::engine::{Driver, Engine, Observer, Step};
use tonus::record::session::{DeviceInfo, LiveConfig, RateInfo, SCHEMA_VERSION, ScaleInfo, SessionEnd, SessionInfo};
use tonus::record::{CalibrationSource, Chunk, CueSource, Kind, OpenOptions, Recording, SessionWriter, Unit};
use tonus::report::hex;
use tonus::wire::profile::DeviceProfile;

/// Channels of the sensor.
const CHANNELS: usize = 2;

fn driver(rate_hz: f64) -> Result<Driver, Box<dyn Error>> {
    let config = PipelineConfig::new(SampleRate::new(rate_hz)?);
    Ok(Driver::new(Engine::new(&config, &[ChannelConfig::default(); CHANNELS])?))
}

/// Writes down what the driver is given.
struct Table {
    writer: SessionWriter,
    failure: Option<std::io::Error>,
}

impl Observer for Table {
    fn step(&mut self, step: &Step<'_>) {
        let written = match step.input {
            Input::Frames(_) => {
                step.raw_frames().try_for_each(|(index, frame)| self.writer.frame(index, frame, step.cue))
            }
            Input::Gap { frames } => self.writer.gap(step.index, frames, step.cue),
            Input::Stalled => self.writer.stall(step.index, step.cue),
            Input::Command(_) => Ok(()),
        };
        if let Err(error) = written {
            self.failure.get_or_insert(error);
        }
    }
}

/// 20 s of a device, two parts with a hang-up between them.
fn script(profile: &DeviceProfile, rate_hz: f64) -> Result<Vec<Script>, Box<dyn Error>> {
    let mut source = ScenarioSource::new(Scenario::ContractRelax, profile, rate_hz, 1);
    let mut device = Device::new(profile, rate_hz)?;
    let (mut values, mut script) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let mut bytes = Vec::new();
        device.boot(&mut bytes);
        for _ in 0..10_000 {
            source.next(&mut values)?;
            device.frame(&values, &mut bytes)?;
        }
        script.extend([Script::Bytes(bytes), Script::HangUp]);
    }
    Ok(script)
}

/// Plays the sensor, runs the pipeline and records; the digest.
fn record(folder: &Path) -> Result<String, Box<dyn Error>> {
    let profile = DeviceProfile::builtin("tonus-cobs").ok_or("no such profile")?;
    let rate_hz = profile.rate_hz(CHANNELS).ok_or("no rate")?;
    let scale = |n: usize| ScaleInfo {
        channel: profile.channel(n).name,
        unit: Unit::Counts,
        uv_per_unit: 1.0,
        scaled: false,
        rails: None,
    };
    let mut info = SessionInfo {
        schema_version: SCHEMA_VERSION,
        tonus_version: env!("CARGO_PKG_VERSION").to_owned(),
        finalised: false,
        started_unix_s: 0.0,
        device: DeviceInfo { id: profile.id.clone(), name: profile.name.clone(), port: "memory".to_owned() },
        rate: RateInfo { hz: rate_hz, source: "profile".to_owned(), measured_hz: None },
        scale: (0..CHANNELS).map(scale).collect(),
        anchor: Vec::new(),
        config: LiveConfig {
            kind: Kind::Raw,
            pipeline: Config { mains: Some(MainsMode::Auto), profile: Some(BodySite::Limb), ..Config::default() },
            cues: CueSource::None,
            calibration: CalibrationSource::Cues,
            calibrations: Vec::new(),
            accessory: Vec::new(),
        },
        program: None,
        events: Vec::new(),
        end: None,
    };
    let mut table = Table { writer: SessionWriter::create(folder, &info)?, failure: None };
    let mut driver = driver(rate_hz)?;
    let mut feed = Feed::new(&profile.scales(CHANNELS), Kind::Raw);
    let connector = Box::new(Memory::new(script(&profile, rate_hz)?));
    let mut link = Link::open(connector, &profile, LinkOptions::default())?;
    while !link.is_finished() {
        link.wait(Duration::from_millis(20));
        while let Some(packet) = link.frame() {
            feed.push(&packet, |input, raw| driver.push_with_raw(input, raw, &mut table))?;
        }
    }
    if let Some(error) = table.failure {
        return Err(error.into());
    }
    let digest = hex(&driver.engine().digest());
    info.finalised = true;
    info.anchor = (0..CHANNELS).map(|channel| feed.anchor(channel).unwrap_or_default()).collect();
    let (frames, lost, gaps) = (feed.frames(), feed.lost(), feed.gaps());
    info.end = Some(SessionEnd { frames, lost, gaps, digest: digest.clone() });
    table.writer.finish(&info)?;
    Ok(digest)
}

fn main() -> Result<(), Box<dyn Error>> {
    let own = std::env::temp_dir().join(format!("tonus-replay-{}", std::process::id()));
    let (folder, shown) = match std::env::args().nth(1) {
        Some(folder) => (PathBuf::from(folder), None),
        None => (own.clone(), Some(record(&own)?)),
    };
    let mut recording = Recording::open(&folder, &OpenOptions::default())?;
    let mut driver = driver(recording.header().rate_hz())?;
    let mut stalls = 0;
    while let Some(chunk) = recording.next_chunk()? {
        let input = match chunk {
            Chunk::Frames(values) => Input::Frames(values),
            Chunk::Gap { frames } => Input::Gap { frames },
            Chunk::Stalled => Input::Stalled,
            Chunk::Cue(cue) => Input::Command(Command::Cue(cue)),
        };
        stalls += u64::from(input == Input::Stalled);
        driver.push(input, &mut ())?;
    }
    let digest = hex(&driver.engine().digest());
    println!("{}: {} frames, {stalls} hang-ups", folder.display(), recording.counts().frames);
    println!("digest {digest}");
    let recorded = recording.header().session.as_ref().and_then(|session| session.end.as_ref()).map(|end| &end.digest);
    if shown.as_ref().is_some_and(|shown| *shown != digest) || recorded.is_some_and(|recorded| *recorded != digest) {
        return Err("the recording does not give what was shown".into());
    }
    if shown.is_some() {
        std::fs::remove_dir_all(own)?;
    }
    Ok(())
}
