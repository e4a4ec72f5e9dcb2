//! What was typed for live sensors.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args as ClapArgs, ValueHint};
use tonus_core::config::{BodySite, MainsMode};
use tonus_device::Address;
use tonus_device::sim::{Faults, Scenario};
use tonus_engine::live::{Chosen, Protocol, Sensor, SensorOptions};
use tonus_engine::read_calibrations;
use tonus_program::Plan;
use tonus_record::{ChannelSelector, CueList, Kind, SettingNames, Unit};

use crate::failure::{Failure, flag};
use crate::history::{self, args::AboutArgs};
use crate::value::{Speed, config, kind, mains, parse_speed, profile, unit};

pub(crate) const DEVICES_EXAMPLES: &str = "\
Examples:
  tonus devices                                    ports that are present, profiles that are known
  tonus devices --probe /dev/ttyACM0               what this one sends, and the command to use
  tonus devices --probe COM3 --json";

pub(crate) const DEVICES_NOTES: &str = "\
--probe listens for two seconds, at the usual speeds while what comes is noise. A sensor that stays silent is asked who it is, with the
questions of the profiles that wait for a command. Exit codes: 0 with or without a finding, 2 usage, 5 there is no such port, or it
cannot be opened.";

pub(crate) const MONITOR_EXAMPLES: &str = "\
Examples:
  tonus monitor --port /dev/ttyACM0 --device arduino-text
  tonus monitor --port /dev/ttyACM0 --device arduino-text --columns EMG
  tonus monitor --port tcp:192.168.0.20:7000 --device tonus-cobs --json --duration 60";

pub(crate) const RECORD_EXAMPLES: &str = "\
Examples:
  tonus record --port /dev/ttyUSB0 --device openbci-cyton --out monday --cues cues.csv
  tonus record --port COM3 --device myoware-raw --rate 1000 --out monday --duration 120
  tonus record --port /dev/ttyACM0 --device arduino-text --program first-steps --posture lying
  tonus analyze monday/session.csv                 the same decisions, bit for bit";

pub(crate) const RECORD_NOTES: &str = "\
The folder receives session.csv (what the sensor sent, with gaps and cues) and session.json (device, rate, scale, anchor,
config, events), made at the end of journal.tonus, which is written on the way: a killed program loses 0.25 s, a loss of power
1 s (`tonus recover DIR`). A full disk ends the recording, not the session. Calibrations come from `quiet` and `reference` cues on the way, or from the steps of a --program, which also
ends the recording when it is over. A training session without --out goes into the store, with its summary and report, and
`tonus history` shows it. A sensor that is pulled out is waited for; without --duration for 10 s.

The first Ctrl-C ends the recording (exit code 0), the second aborts (130). Exit codes: 0 ok, 2 usage, 5 sensor absent, lost
or silent (what was recorded is finalised), 6 storage (what came before is kept).";

pub(crate) const SIMULATE_EXAMPLES: &str = "\
Examples:
  tonus simulate --link /tmp/emg --device tonus-cobs --scenario contract-relax
  tonus simulate --link /tmp/emg --device openbci-cyton --input session.csv --once --speed max
  tonus simulate --tcp 127.0.0.1:7000 --device arduino-text --scenario calm --fault drop=0.001,unplug@10=2";

#[derive(Debug, ClapArgs)]
pub(crate) struct DevicesArgs {
    /// Listen to this port for two seconds, and say what comes, which profile fits, and the command to use
    #[arg(long, value_name = "PORT", value_parser = Address::from_str)]
    pub(crate) probe: Option<Address>,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct MonitorArgs {
    #[command(flatten)]
    pub(crate) sensor: SensorArgs,
    /// Print every decision as a line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RecordArgs {
    #[command(flatten)]
    pub(crate) sensor: SensorArgs,
    /// The folder of the recording [default with a programme: a new session of the store]
    #[arg(long, value_name = "DIR", required_unless_present = "program", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) about: AboutArgs,
}

/// A sensor, and what the caller knows better than its profile.
#[derive(Debug, ClapArgs)]
pub(crate) struct SensorArgs {
    /// Serial port, or `tcp:HOST:PORT`
    #[arg(long, value_name = "PORT", value_parser = Address::from_str)]
    pub(crate) port: Address,
    /// Device profile (see `tonus devices`), or a profile file (TOML)
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) device: String,
    /// Stop after so many seconds of streaming
    #[arg(long, value_name = "S")]
    pub(crate) duration: Option<f64>,
    /// What the person is asked to do: CSV with `start_s,end_s,cue` (quiet, reference, work, rest, free)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) cues: Option<PathBuf>,
    /// The programme to follow, from the first frame to its end (see `tonus programs`)
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "cues", value_hint = ValueHint::FilePath)]
    pub(crate) program: Option<String>,
    /// The stage of a plan, from 1 [default: where the store says the person stands]
    #[arg(long, value_name = "N", requires = "program")]
    pub(crate) stage: Option<usize>,
    /// The folder of the store [default: `$TONUS_HOME`, or the usual place for a person's files]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) store: Option<PathBuf>,
    /// Sampling rate
    #[arg(long, value_name = "HZ")]
    pub(crate) rate: Option<f64>,
    /// Channels of the sensor that are in use
    #[arg(long, value_name = "N")]
    pub(crate) channels: Option<usize>,
    /// Columns of a text sensor's lines that are channels, in this order, by their labels or counted from 1: `EMG,ENV`, `2,3`
    /// [default: those that are muscles]
    #[arg(long, value_name = "NAME|INDEX", value_delimiter = ',', conflicts_with = "channels")]
    pub(crate) columns: Vec<ChannelSelector>,
    /// A channel that should stay quiet while the first one works, such as the abdomen, counted from 1; repeatable
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..))]
    pub(crate) accessory: Vec<u8>,
    /// Microvolts of one count
    #[arg(long, value_name = "X")]
    pub(crate) uv_per_count: Option<f64>,
    /// Unit of the values
    #[arg(long, value_parser = unit(), ignore_case = true)]
    pub(crate) unit: Option<Unit>,
    /// What the sensor sends
    #[arg(long, value_parser = kind(), ignore_case = true)]
    pub(crate) kind: Option<Kind>,
    /// Mains notches [default: auto]
    #[arg(long, value_parser = mains())]
    pub(crate) mains: Option<MainsMode>,
    /// Where on the body: limb has its high-pass at 20 Hz, pelvic and trunk at 30 Hz [default: limb]
    #[arg(long, value_parser = profile())]
    pub(crate) profile: Option<BodySite>,
    /// Settings of the pipeline (TOML or JSON, docs/FORMATS.md lists the keys); --mains and --profile win over it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Calibrations to begin with (JSON, as --save-calibration writes it); a quiet cue takes another
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) calibration: Option<PathBuf>,
    /// Write the calibrations at the end here, for --calibration
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) save_calibration: Option<PathBuf>,
    /// Keep every byte with its arrival time in this file, to find a fault of a sensor
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) capture: Option<PathBuf>,
    /// Print no messages but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl SensorArgs {
    /// The sensor, and what the person is asked for.
    pub(super) fn checked(self) -> Result<(Sensor, Protocol), Failure> {
        let root = self.store;
        let usual = |plan: &Plan| history::stage(plan, root.as_deref());
        let program = self.program.as_deref().map(|name| Chosen::find(name, self.stage, usual)).transpose()?;
        let cues = self.cues.as_deref().map(CueList::open).transpose()?;
        let protocol = match (program, cues) {
            (Some(chosen), _) => Protocol::Program(Box::new(chosen)),
            (None, Some(cues)) => Protocol::Cues(cues),
            (None, None) => Protocol::Nothing,
        };
        let sensor = Sensor::new(SensorOptions {
            address: self.port,
            device: self.device,
            duration_s: self.duration,
            accessory: self.accessory,
            config: config(self.config.as_deref(), self.mains, self.profile)?,
            calibrations: self.calibration.as_deref().map(read_calibrations).transpose()?.unwrap_or_default(),
            capture: self.capture,
            kind: self.kind,
            rate_hz: self.rate,
            unit: self.unit,
            uv_per_count: self.uv_per_count,
            channels: self.channels,
            columns: self.columns,
            names: SettingNames(flag),
        })?;
        Ok((sensor, protocol))
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SimulateArgs {
    /// Make a pseudo-terminal and name it by this link
    #[arg(long, value_name = "PATH", required_unless_present = "tcp", value_hint = ValueHint::AnyPath)]
    pub(crate) link: Option<PathBuf>,
    /// Serve TCP at this address of this machine
    #[arg(long, value_name = "ADDR", conflicts_with = "link")]
    pub(crate) tcp: Option<SocketAddr>,
    /// Device profile (see `tonus devices`), or a profile file (TOML)
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) device: String,
    /// Play this recording
    #[arg(long, value_name = "FILE", conflicts_with = "scenario", value_hint = ValueHint::FilePath)]
    pub(crate) input: Option<PathBuf>,
    /// Play calm, guarded, slow-release, contract-relax, glazer or artefacts [default: contract-relax]
    #[arg(long, value_name = "NAME", value_parser = Scenario::from_str)]
    pub(crate) scenario: Option<Scenario>,
    /// Write the scenario's cues here, for --cues of the reader
    #[arg(long, value_name = "FILE", conflicts_with = "input", value_hint = ValueHint::FilePath)]
    pub(crate) write_cues: Option<PathBuf>,
    /// Seed of the scenario and of the faults
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How fast: 1 as the device, `max` as fast as it is read
    #[arg(long, value_name = "X|max", default_value = "1", value_parser = parse_speed)]
    pub(crate) speed: Speed,
    /// What goes wrong, such as drop=0.001,flip=0.0001,insert=0.0001,stall@30=2,unplug@60=3,ppm=500,batch=16
    #[arg(long, value_name = "SPEC", default_value = "", value_parser = Faults::from_str)]
    pub(crate) fault: Faults,
    /// Play once and end
    #[arg(long)]
    pub(crate) once: bool,
    /// Channels the device sends
    #[arg(long, value_name = "N")]
    pub(crate) channels: Option<usize>,
    /// Sampling rate [default: the profile's, else the file's, else 1000]
    #[arg(long, value_name = "HZ")]
    pub(crate) rate: Option<f64>,
    /// Unit of the input's values
    #[arg(long, value_parser = unit(), ignore_case = true)]
    pub(crate) unit: Option<Unit>,
    /// Print no messages but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}
