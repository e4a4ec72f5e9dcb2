//! A live sensor, event by event.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::{Config, MainsMode};
use tonus_core::decision::Decision;
use tonus_core::digest::{DecisionDigest, Digest};
use tonus_core::input::Cue;
use tonus_device::Address;
use tonus_engine::live::{Live, Notice, Output, Protocol, Recorder, SensorOptions as Settings, Turn};
use tonus_engine::{Observer, check_calibration};
use tonus_record::session::StoredCalibration;
use tonus_record::{ChannelSelector, CueList};

use crate::{Error, Event, LinkEvent};

/// A live sensor: decides as `tonus monitor PORT --device DEVICE` does.
///
/// ```no_run
/// let mut sensor = tonus::Sensor::open("/dev/ttyACM0", "openbci-cyton")?;
/// while let Some(event) = sensor.next_event()? { println!("{event}"); }
/// # Ok::<(), tonus::Error>(())
/// ```
#[derive(Debug)]
pub struct Sensor {
    /// None after the end.
    live: Option<Live<(Option<Recorder>, Queue)>>,
    /// What is left after the end.
    rest: Queue,
    /// The calibrations at the end.
    calibrations: Vec<StoredCalibration>,
}

/// Options of a sensor that is not open yet; from [`Sensor::options`].
#[derive(Debug)]
pub struct SensorOptions {
    port: String,
    device: String,
    set: Vec<Setting>,
    protocol: Protocol,
    record: Option<PathBuf>,
}

#[derive(Debug)]
enum Setting {
    Duration(f64),
    Rate(f64),
    Channels(usize),
    Columns(Vec<ChannelSelector>),
    Mains(MainsMode),
    Config(Box<Config>),
    Thresholds(f32, f32),
    Calibrations(Vec<StoredCalibration>),
}

impl Sensor {
    /// Opens a sensor: a port (`/dev/ttyACM0`, `COM3`, `tcp:HOST:PORT`) and a device profile (`tonus devices` lists them; a file ends
    /// in `.toml`).
    ///
    /// # Errors
    /// [`Error::Port`], [`Error::Live`].
    pub fn open(port: &str, device: &str) -> Result<Self, Error> {
        Self::options(port, device).open()
    }

    /// Begins with the options of a sensor, which [`SensorOptions::open`] opens.
    pub fn options(port: &str, device: &str) -> SensorOptions {
        SensorOptions {
            port: port.to_owned(),
            device: device.to_owned(),
            set: Vec::new(),
            protocol: Protocol::Nothing,
            record: None,
        }
    }

    /// The next event; waits for it. None at the end: the duration is over, [`Sensor::stop`] was called, or the sensor is
    /// gone or sends something else than it began with.
    ///
    /// Call it often enough: frames wait for at most 10 s.
    ///
    /// # Errors
    /// [`Error::Live`]; nothing follows then.
    pub fn next_event(&mut self) -> Result<Option<Event>, Error> {
        loop {
            let Some(live) = &mut self.live else { return Ok(self.rest.events.pop_front()) };
            if let Some(event) = live.output().1.events.pop_front() {
                return Ok(Some(event));
            }
            match live.turn() {
                Ok(Turn::Going) => {}
                Ok(turn) => self.close(turn == Turn::Gone, false)?,
                Err(error) => {
                    self.live = None;
                    return Err(error.into());
                }
            }
        }
    }

    /// From the next frame on, this is asked for. Leaving [`Cue::Quiet`] or [`Cue::Reference`] closes that calibration step; an event tells
    /// what came of it.
    pub fn cue(&mut self, cue: Cue) {
        if let Some(live) = &mut self.live {
            live.cue(cue);
        }
    }

    /// Ends the session. What has come until now is still given by [`Sensor::next_event`].
    ///
    /// # Errors
    /// [`Error::Live`] if no frame came at all, or a recording could not be kept to its end.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.close(false, true)
    }

    /// The calibration in force for a channel (from 0), to be stored with [`save_calibration`](crate::save_calibration); none before the
    /// first, and after the end.
    pub fn calibration(&self, channel: usize) -> Option<&Calibration> {
        self.live.as_ref()?.calibration(channel)
    }

    /// The calibrations in force, at the end the last ones, with the names of their channels: what
    /// [`save_calibrations`](crate::save_calibrations) keeps.
    pub fn calibrations(&self) -> Vec<StoredCalibration> {
        self.live.as_ref().map_or_else(|| self.calibrations.clone(), Live::calibrations)
    }

    /// SHA-256 over all decisions so far, also those that [`Sensor::next_event`] has not given yet.
    pub fn digest(&mut self) -> Digest {
        match &mut self.live {
            Some(live) => live.output().1.digest.finish().into(),
            None => self.rest.digest.finish().into(),
        }
    }

    fn close(&mut self, is_gone: bool, is_stopped: bool) -> Result<(), Error> {
        let Some(live) = self.live.take() else { return Ok(()) };
        let ((_, queue), outcome) = live.close(is_stopped)?;
        self.rest = queue;
        self.calibrations = outcome.calibrations;
        if is_gone {
            self.rest.events.push_back(Event::Link(LinkEvent::Gone));
        }
        Ok(())
    }
}

impl SensorOptions {
    /// Ends after so many seconds of signal.
    #[must_use]
    pub fn duration_s(mut self, seconds: f64) -> Self {
        self.set.push(Setting::Duration(seconds));
        self
    }

    /// Sampling rate, where the profile does not know it.
    #[must_use]
    pub fn rate_hz(mut self, rate_hz: f64) -> Self {
        self.set.push(Setting::Rate(rate_hz));
        self
    }

    /// How many channels are in use.
    #[must_use]
    pub fn channels(mut self, channels: usize) -> Self {
        self.set.push(Setting::Channels(channels));
        self
    }

    /// The columns of a text sensor's lines that are channels, by label or counted from 1, in this order; as `--columns`. By default
    /// those that are muscles.
    #[must_use]
    pub fn columns<C: Into<ChannelSelector>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.set.push(Setting::Columns(columns.into_iter().map(Into::into).collect()));
        self
    }

    /// What to do about mains; measured by default.
    #[must_use]
    pub fn mains(mut self, mains: MainsMode) -> Self {
        self.set.push(Setting::Mains(mains));
        self
    }

    /// Settings of the pipeline; those that are not stated keep their defaults.
    #[must_use]
    pub fn config(mut self, config: &Config) -> Self {
        self.set.push(Setting::Config(Box::new(*config)));
        self
    }

    /// Where activity of raw channels starts and ends, as ratios to rest; 1.5 and 1.3 by default.
    #[must_use]
    pub fn thresholds(mut self, on: f32, off: f32) -> Self {
        self.set.push(Setting::Thresholds(on, off));
        self
    }

    /// Uses this calibration from the first frame on, until a [`Cue::Quiet`] takes another; called again, for the next channel.
    #[must_use]
    pub fn calibration(self, calibration: &Calibration) -> Self {
        self.calibrations(&[StoredCalibration { channel: String::new(), calibration: *calibration }])
    }

    /// Uses the calibrations of a file, each for the channel of its name; see [`load_calibrations`](crate::load_calibrations).
    #[must_use]
    pub fn calibrations(mut self, calibrations: &[StoredCalibration]) -> Self {
        self.set.push(Setting::Calibrations(calibrations.to_vec()));
        self
    }

    /// Cues at their seconds.
    #[must_use]
    pub fn cues(mut self, cues: CueList) -> Self {
        self.protocol = Protocol::Cues(cues);
        self
    }

    /// Keeps a recording in this folder, which [`analyze`](crate::analyze) takes and decides on alike.
    #[must_use]
    pub fn record(mut self, folder: impl AsRef<Path>) -> Self {
        self.record = Some(folder.as_ref().to_owned());
        self
    }

    /// Opens the sensor.
    ///
    /// # Errors
    /// As [`Sensor::open`].
    pub fn open(self) -> Result<Sensor, Error> {
        let Self { port, device, set, protocol, record } = self;
        let address: Address = match port.parse() {
            Ok(address) => address,
            Err(help) => return Err(Error::Port { port, help }),
        };
        let mut settings = Settings::new(address, &device);
        for one in set {
            match one {
                Setting::Duration(seconds) => settings.duration_s = Some(seconds),
                Setting::Rate(hz) => settings.rate_hz = Some(hz),
                Setting::Channels(channels) => settings.channels = Some(channels),
                Setting::Columns(columns) => settings.columns = columns,
                Setting::Mains(mains) => settings.config.mains = Some(mains),
                Setting::Config(config) => settings.config = config.over(settings.config),
                Setting::Thresholds(on, off) => {
                    settings.config.on_ratio = Some(on);
                    settings.config.off_ratio = Some(off);
                }
                Setting::Calibrations(calibrations) => {
                    for one in calibrations {
                        check_calibration(&one.calibration)?;
                        settings.calibrations.push(one);
                    }
                }
            }
        }
        let sensor = tonus_engine::live::Sensor::new(settings)?;
        let recorder = record.map(|folder| Recorder::new(&folder)).transpose()?;
        let live = Live::open(sensor, protocol, (recorder, Queue::default()))?;
        Ok(Sensor { live: Some(live), rest: Queue::default(), calibrations: Vec::new() })
    }
}

/// Keeps events until they are asked for.
#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<Event>,
    digest: DecisionDigest,
}

impl Observer for Queue {
    fn decision(&mut self, decision: &Decision) {
        self.digest.push(decision);
        self.events.push_back(Event::Decision(*decision));
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        self.events.push_back(Event::Calibrated { channel: channel.into(), calibration: *calibration });
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.events.push_back(Event::Refused { channel: channel.into(), refusal });
    }
}

impl Output for Queue {
    fn notice(&mut self, notice: &Notice<'_>) {
        let event = match notice {
            Notice::Begun(info) => LinkEvent::Begun {
                device: info.device.name.clone(),
                channels: info.scale.iter().map(|scale| scale.channel.clone()).collect(),
                rate_hz: info.rate.hz,
            },
            Notice::Sensor(state) => LinkEvent::State(*state),
            Notice::NoSignal => LinkEvent::NoSignal,
            Notice::Warning(text) => LinkEvent::Warning((*text).to_owned()),
            Notice::Storage(warning) => LinkEvent::Warning(warning.to_string()),
            _ => return,
        };
        self.events.push_back(Event::Link(event));
    }
}
