//! A device profile with what the caller and the device itself know better.

use std::path::Path;

use tonus_core::units::SampleRate;
use tonus_program::Plan;
use tonus_record::session::ScaleInfo;
use tonus_record::{CueList, Kind, Unit};
use tonus_serial::Address;
use tonus_wire::hello::Hello;
use tonus_wire::profile::{self, Profile, Role};
use tonus_wire::{Scale, layout::Framing};

use super::args::SensorArgs;
use crate::failure::Failure;
use crate::history::keep;
use crate::plan::usage;
use crate::training::{self, Chosen};

/// A sensor, checked.
#[derive(Debug)]
pub(super) struct Sensor {
    pub(super) address: Address,
    pub(super) device: Profile,
    pub(super) duration_s: Option<f64>,
    pub(super) cues: Option<CueList>,
    pub(super) program: Option<Chosen>,
    /// Channels (from 1) that should stay quiet.
    pub(super) accessory: Vec<u8>,
    pub(super) mains: String,
    pub(super) profile: String,
    pub(super) capture: Option<std::path::PathBuf>,
    pub(super) quiet: bool,
    kind: Option<Kind>,
    rate_hz: Option<f64>,
    unit: Option<Unit>,
    uv_per_count: Option<f64>,
    hello: Hello,
    labels: Vec<String>,
}

/// The profile of a name or a file.
pub(super) fn device(name: &str) -> Result<Profile, Failure> {
    if let Some(profile) = Profile::builtin(name) {
        return Ok(profile);
    }
    let path = Path::new(name);
    if path.extension().is_some_and(|extension| extension == "toml") {
        let text = std::fs::read_to_string(path)
            .or_else(|error| usage(&format!("--device {name}: {error}"), "give a profile file that can be read"))?;
        return Profile::parse(&text).or_else(|error| usage(&error.to_string(), "docs/DEVICES.md explains the keys"));
    }
    usage(&format!("--device {name} is not known"), "`tonus devices` lists the profiles; a file ends in .toml")
}

impl Sensor {
    /// Checks the arguments.
    pub(super) fn new(args: SensorArgs) -> Result<Self, Failure> {
        let mut device = device(&args.device)?;
        if let Some(channels) = args.channels {
            device = device.with_channels(channels).or_else(|error| {
                usage(&format!("--channels {channels}: {error}"), "give as many as the sensor sends")
            })?;
        }
        if let Some(rate) = args.rate
            && SampleRate::new(rate).is_err()
        {
            let (min, max) = (SampleRate::MIN_HZ, SampleRate::MAX_HZ);
            return usage(&format!("--rate is {rate}"), &format!("give a sampling rate from {min} to {max} Hz"));
        }
        if args.uv_per_count.is_some_and(|scale| !(scale.is_finite() && scale > 0.0)) {
            return usage("--uv-per-count is no scale", "give the microvolts of one count, above 0");
        }
        if args.uv_per_count.is_some() && args.unit.is_some_and(|unit| unit != Unit::Counts) {
            return usage("--uv-per-count needs counts", "leave --unit out, or say --unit counts");
        }
        if args.duration.is_some_and(|seconds| !(seconds > 0.0 && seconds < 1e7)) {
            return usage("--duration is no time", "give seconds above 0");
        }
        let root = args.store;
        let usual_stage = |plan: &Plan| keep::stage(plan, root.as_deref());
        Ok(Self {
            address: args.port,
            device,
            duration_s: args.duration,
            cues: args.cues.as_deref().map(CueList::open).transpose()?,
            accessory: args.accessory,
            program: args.program.as_deref().map(|name| training::find(name, args.stage, usual_stage)).transpose()?,
            mains: args.mains,
            profile: args.profile,
            capture: args.capture,
            quiet: args.quiet,
            kind: args.kind,
            rate_hz: args.rate,
            unit: args.unit,
            uv_per_count: args.uv_per_count,
            hello: Hello::default(),
            labels: Vec::new(),
        })
    }

    /// The device says who it is.
    pub(super) fn introduce(&mut self, hello: Hello) {
        self.hello = hello;
    }

    /// The device names its channels.
    pub(super) fn name_channels(&mut self, labels: Vec<String>) {
        self.labels = labels;
    }

    /// The sampling rate and who says so; none if it has to be measured.
    pub(super) fn rate(&self) -> Option<(f64, &'static str)> {
        let of_profile = || self.device.rate_hz(self.device.used_channels());
        let option = self.rate_hz.map(|hz| (hz, "option"));
        option.or_else(|| Some((self.hello.rate_hz?, "device"))).or_else(|| Some((of_profile()?, "profile")))
    }

    /// Raw or envelope.
    pub(super) fn kind(&self) -> Kind {
        let role = self.device.channel(0).role;
        self.kind.unwrap_or(if role == Role::Envelope { Kind::Envelope } else { Kind::Raw })
    }

    /// Scales of the channels of a frame, for the signal and for the recording.
    pub(super) fn scales(&self, count: usize) -> Vec<(Scale, ScaleInfo)> {
        let is_text = matches!(self.device.layout.framing, Framing::Text(_));
        let scale = |n: usize| {
            let channel = self.device.channel(n);
            let known = channel.unit == profile::Unit::Uv;
            let (unit, uv_per_unit, scaled) = match (self.unit, self.uv_per_count, self.hello.uv_per_count) {
                (_, Some(uv), _) | (None, None, Some(uv)) => (Unit::Counts, uv, true),
                (Some(unit), None, _) => (unit, unit.microvolts().unwrap_or(1.0), unit.microvolts().is_some()),
                (None, None, None) if known => (Unit::Counts, channel.scale.uv_per_count, true),
                (None, None, None) if is_text => (Unit::Arbitrary, 1.0, false),
                (None, None, None) => (Unit::Counts, 1.0, false),
            };
            let label = self.labels.get(n).filter(|label| !label.is_empty());
            let name = label.cloned().unwrap_or(if self.device.channels.len() == 1 && count > 1 && n == 0 {
                format!("{}1", channel.name)
            } else {
                channel.name
            });
            let info = ScaleInfo { channel: name, unit: unit.name().to_owned(), uv_per_unit, scaled };
            (Scale { uv_per_count: uv_per_unit, offset_counts: channel.scale.offset_counts, rails: None }, info)
        };
        let mut all: Vec<(Scale, ScaleInfo)> = (0..count).map(scale).collect();
        for n in 1..all.len() {
            let (before, rest) = all.split_at_mut(n);
            if let Some((_, info)) = rest.first_mut()
                && before.iter().any(|(_, other)| other.channel == info.channel)
            {
                info.channel = format!("{} {}", info.channel, n + 1);
            }
        }
        all
    }
}
