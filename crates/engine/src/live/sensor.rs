//! A device profile with what the caller and the device itself know better.

use std::path::{Path, PathBuf};

use tonus_core::config::Config;
use tonus_core::text::nearest;
use tonus_device::Address;
use tonus_device::columns::{self, Columns};
use tonus_dsp::units::SampleRate;
use tonus_record::session::{ScaleInfo, SessionInfo, StoredCalibration, plain_name};
use tonus_record::{ChannelSelector, Kind, Setting, SettingNames, Unit, wording};
use tonus_wire::hello::Hello;
use tonus_wire::profile::{self, DeviceProfile, Role};
use tonus_wire::{Scale, layout::Framing};

use super::error::LiveError;

/// A sensor, and what the caller knows better than its profile.
#[derive(Debug, Clone)]
pub struct SensorOptions {
    /// Where it is.
    pub address: Address,
    /// Its profile, by name or by file (`.toml`).
    pub device: String,
    /// Seconds of streaming after which the session is over.
    pub duration_s: Option<f64>,
    /// Channels (from 1) that should stay quiet while the first one works.
    pub accessory: Vec<u8>,
    /// Settings of the pipeline, as far as they are stated.
    pub config: Config,
    /// Calibrations in force from the first frame on; a quiet cue takes another.
    pub calibrations: Vec<StoredCalibration>,
    /// The file for every byte with its arrival time.
    pub capture: Option<PathBuf>,
    /// What the sensor sends.
    pub kind: Option<Kind>,
    /// Sampling rate.
    pub rate_hz: Option<f64>,
    /// Unit of the values.
    pub unit: Option<Unit>,
    /// Microvolts of one count.
    pub uv_per_count: Option<f64>,
    /// Channels that are in use.
    pub channels: Option<usize>,
    /// The columns of a text sensor's lines that are channels, in this order; none for those that are muscles.
    pub columns: Vec<ChannelSelector>,
    /// What warnings call these options.
    pub names: SettingNames,
}

impl SensorOptions {
    /// A sensor that its profile describes.
    pub fn new(address: Address, device: &str) -> Self {
        Self {
            address,
            device: device.to_owned(),
            duration_s: None,
            accessory: Vec::new(),
            config: Config::default(),
            calibrations: Vec::new(),
            capture: None,
            kind: None,
            rate_hz: None,
            unit: None,
            uv_per_count: None,
            channels: None,
            columns: Vec::new(),
            names: SettingNames::default(),
        }
    }
}

/// A sensor, checked.
#[derive(Debug, Clone)]
pub struct Sensor {
    pub(crate) options: SensorOptions,
    pub(crate) device: DeviceProfile,
    hello: Hello,
    labels: Vec<String>,
    /// Units of the channels, where lines of text say them.
    units: Vec<Option<Unit>>,
}

/// Largest profile file.
const MAX_PROFILE: u64 = 1 << 20;

/// The profile of a name or a file.
///
/// # Errors
/// [`LiveError::Usage`] with where to look, [`LiveError::Profile`].
pub fn device(name: &str) -> Result<DeviceProfile, LiveError> {
    if let Some(profile) = DeviceProfile::builtin(name) {
        return Ok(profile);
    }
    let path = Path::new(name);
    if path.extension().is_some_and(|extension| extension == "toml") {
        let text = tonus_record::file::read_text(path, MAX_PROFILE).map_err(|error| LiveError::Profile {
            message: wording![Setting::Device, format!(" {name}: {error}")],
            help: "give a profile file that can be read".into(),
        })?;
        return DeviceProfile::parse(&text).map_err(|error| LiveError::Profile {
            message: format!("{name}: {error}").into(),
            help: "docs/DEVICES.md explains the keys".into(),
        });
    }
    let nearest: Vec<&str> = nearest(name, profile::BUILTIN.iter().map(|one| one.0)).collect();
    LiveError::usage(
        wording![Setting::Device, format!(" {name} is not known; the nearest are {}", nearest.join(", "))],
        "`tonus devices` lists the profiles; a file ends in .toml",
    )
}

impl Sensor {
    /// Checks what is known of a sensor.
    ///
    /// # Errors
    /// [`LiveError::Usage`], [`LiveError::Profile`].
    pub fn new(options: SensorOptions) -> Result<Self, LiveError> {
        let mut device = device(&options.device)?;
        if let Some(channels) = options.channels {
            device = device.with_channels(channels).or_else(|error| {
                LiveError::usage(
                    wording![Setting::Channels, format!(" {channels}: {error}")],
                    "give as many as the sensor sends",
                )
            })?;
        }
        if !options.columns.is_empty() && !columns::are_found(&device.layout) {
            return LiveError::usage(
                wording![Setting::Columns, format!(": the profile {} says what its columns are", device.id)],
                wording!["leave it out; ", Setting::Channels, " says how many are in use"],
            );
        }
        if let Some(rate) = options.rate_hz
            && SampleRate::new(rate).is_err()
        {
            let (min, max) = (SampleRate::MIN_HZ, SampleRate::MAX_HZ);
            return LiveError::usage(
                wording![Setting::Rate, format!(" is {rate:?}")],
                format!("give a sampling rate from {min} to {max} Hz"),
            );
        }
        if options.uv_per_count.is_some_and(|scale| !(scale.is_finite() && scale > 0.0)) {
            return LiveError::usage(
                wording![Setting::UvPerCount, " is no scale"],
                "give the microvolts of one count, above 0",
            );
        }
        if options.uv_per_count.is_some() && options.unit.is_some_and(|unit| unit != Unit::Counts) {
            let help = wording!["leave ", Setting::Unit, " out, or say ", Setting::Unit, " counts"];
            return LiveError::usage(wording![Setting::UvPerCount, " needs counts"], help);
        }
        if options.duration_s.is_some_and(|seconds| !(seconds > 0.0 && seconds < 1e7)) {
            return LiveError::usage(wording![Setting::Duration, " is no time"], "give seconds above 0");
        }
        if let Err(error) = options.config.check() {
            return LiveError::usage(error.to_string(), "docs/FORMATS.md explains the keys of a configuration");
        }
        Ok(Self { options, device, hello: Hello::default(), labels: Vec::new(), units: Vec::new() })
    }

    /// Where it is.
    pub const fn address(&self) -> &Address {
        &self.options.address
    }

    /// The device says who it is; why that cannot be used, if so.
    pub(crate) fn introduce(&mut self, hello: Hello) -> Result<(), String> {
        if let Some(hz) = hello.rate_hz
            && SampleRate::new(hz).is_err()
        {
            let (min, max) = (SampleRate::MIN_HZ, SampleRate::MAX_HZ);
            return Err(format!(
                "the sensor says that it sends {hz:?} frames per second, which is not from {min} to {max}"
            ));
        }
        self.hello = hello;
        Ok(())
    }

    /// How the sensor is another one than `info` says, by its hello before and now; none where nothing that counts differs.
    pub(crate) fn changed(&self, before: Hello, info: &SessionInfo) -> Option<String> {
        let mut all = Vec::new();
        if let Some((now, "device" | "profile")) = self.rate()
            && matches!(info.rate.source.as_str(), "device" | "profile")
            && now.to_bits() != info.rate.hz.to_bits()
        {
            all.push(format!("{now} frames per second instead of {}", info.rate.hz));
        }
        let scales = self.scales(info.scale.len());
        let mut pairs = info.scale.iter().zip(&scales);
        let is_other = |before: &ScaleInfo, now: &ScaleInfo| {
            (&before.unit, before.uv_per_unit.to_bits()) != (&now.unit, now.uv_per_unit.to_bits())
        };
        if let Some((before, (_, now))) = pairs.find(|(before, (_, now))| is_other(before, now)) {
            let (now, unit, before) = (now.uv_per_unit, &now.unit, before.uv_per_unit);
            all.push(format!("{now} µV per {} instead of {before}", unit.name()));
        }
        let count = info.scale.len();
        if let Some(now) =
            self.hello.channels.filter(|now| self.hello.channels != before.channels && usize::from(*now) != count)
        {
            all.push(format!("{now} channels instead of {count}"));
        }
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// What the device said of itself.
    pub(crate) const fn hello(&self) -> Hello {
        self.hello
    }

    /// The device names its channels.
    pub(crate) fn name_channels(&mut self, labels: Vec<String>) {
        self.labels = labels;
    }

    /// The lines of a text sensor say what its channels are.
    pub(crate) fn name_columns(&mut self, columns: &Columns) {
        self.labels = columns.channels().map(|column| column.name.clone()).collect();
        self.units = columns.channels().map(|column| column.unit).collect();
    }

    /// The sampling rate and who says so; none if it has to be measured.
    pub(crate) fn rate(&self) -> Option<(f64, &'static str)> {
        let of_profile = || self.device.rate_hz(self.device.used_channels());
        let option = self.options.rate_hz.map(|hz| (hz, "option"));
        option.or_else(|| Some((self.hello.rate_hz?, "device"))).or_else(|| Some((of_profile()?, "profile")))
    }

    /// Raw or envelope.
    pub(crate) fn kind(&self) -> Kind {
        let role = self.device.channel(0).role;
        self.options.kind.unwrap_or(if role == Role::Envelope { Kind::Envelope } else { Kind::Raw })
    }

    /// Scales of the channels of a frame, for the signal and for the recording.
    pub(crate) fn scales(&self, count: usize) -> Vec<(Scale, ScaleInfo)> {
        let is_text = matches!(self.device.layout.framing, Framing::Text(_));
        let of_unit = |unit: Unit| (unit, unit.microvolts().unwrap_or(1.0), unit.microvolts().is_some());
        let scale = |n: usize| {
            let channel = self.device.channel(n);
            let known = channel.unit == profile::Unit::Uv;
            let (unit, uv_per_unit, scaled) =
                match (self.options.unit, self.options.uv_per_count, self.hello.uv_per_count) {
                    (_, Some(uv), _) | (None, None, Some(uv)) => (Unit::Counts, uv, true),
                    (Some(unit), None, _) => of_unit(unit),
                    (None, None, None) if self.units.get(n).is_some_and(Option::is_some) => {
                        of_unit(self.units.get(n).copied().flatten().unwrap_or(Unit::Arbitrary))
                    }
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
            // What a profile says of its converter is in counts.
            let rails = channel.scale.rails.filter(|_| unit == Unit::Counts);
            let info = ScaleInfo { channel: plain_name(&name), unit, uv_per_unit, scaled, rails };
            (Scale { uv_per_count: uv_per_unit, offset_counts: channel.scale.offset_counts, rails }, info)
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
