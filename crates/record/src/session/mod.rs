//! Recordings of live sensors: `session.csv` holds what the sensor sent, `session.json` beside it what is needed to read it
//! as it was read live. Together they give the decisions that were shown, bit for bit.
//!
//! ```text
//! n,time_s,ch1_counts,ch2_counts,cue,gap
//! 0,0.000000,512,300,quiet,
//! 1,0.001000,511,302,quiet,
//! 2,0.002000,,,quiet,17            17 frames are missing
//! 19,0.019000,,,quiet,stall        an unknown time is missing
//! 19,0.019000,515,299,quiet,
//! ```
//!
//! `n` is the sample index, and says the same as `time_s` at the session's rate. Alone, `session.csv` is a plain table that
//! any reader understands; what only `session.json` knows is the exact rate and scale, and that calibrations came from cues
//! alone, on the way.

mod events;
mod table;

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tonus_core::calibration::Calibration;
use tonus_core::config::{ChannelConfig, Config};
use tonus_core::text::begins_formula;
use tonus_core::training::Action;
use tonus_dsp::units::SampleRate;

use crate::error::{Place, ReadError, is_printable};
use crate::options::{Kind, Unit};
use crate::source::open_regular;

pub use events::{EventLog, MAX_OF_A_KIND, MAX_TEXT};
pub use table::TableText;

/// Name of the table in a folder.
pub const TABLE: &str = "session.csv";
/// Name of the description in a folder.
pub const ABOUT: &str = "session.json";
/// The word for an unknown missing time.
pub const STALL: &str = "stall";
/// Version of the layout.
pub const SCHEMA_VERSION: u32 = 1;
/// Largest description that is written or read.
pub const MAX_BYTES: u64 = 64 << 20;
/// Most channels of a sensor that is recorded.
pub const MAX_CHANNELS: usize = 64;

/// Where cues come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CueSource {
    /// A training programme.
    Program,
    /// A column of the recording.
    Column,
    /// A file of cues.
    File,
    /// Nobody asked for anything.
    None,
}

/// Where calibrations come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationSource {
    /// Cues in the recording, or during the live session.
    #[default]
    Cues,
    /// A file of calibrations.
    File,
    /// A stretch that the caller named.
    Option,
    /// The calmest stretch of the recording.
    CalmestStretch,
}

impl CalibrationSource {
    /// Every source.
    pub const ALL: [Self; 4] = [Self::Cues, Self::File, Self::Option, Self::CalmestStretch];

    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cues => "cues",
            Self::File => "file",
            Self::Option => "option",
            Self::CalmestStretch => "calmest_stretch",
        }
    }
}

/// What `session.json` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of tonus that wrote it.
    pub tonus_version: String,
    /// Whether the recording was brought to its end.
    pub finalised: bool,
    /// When it began, in seconds since 1970.
    pub started_unix_s: f64,
    /// The sensor.
    pub device: DeviceInfo,
    /// Its sampling rate.
    pub rate: RateInfo,
    /// Its channels and their scale, in the order of the columns.
    pub scale: Vec<ScaleInfo>,
    /// What is subtracted from each channel, in its unit: its first value, or 0 for an envelope.
    pub anchor: Vec<f64>,
    /// Settings of the pipeline.
    pub config: LiveConfig,
    /// The programme of a training session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<ProgramInfo>,
    /// What happened.
    pub events: Vec<SessionEvent>,
    /// The end, once it is finalised.
    #[serde(default)]
    pub end: Option<SessionEnd>,
}

/// A sensor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Its profile.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Where it was.
    pub port: String,
}

/// A sampling rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RateInfo {
    /// In Hz; everything was computed with it.
    pub hz: f64,
    /// Who said so: `profile`, `option`, `device` or `estimated`.
    pub source: String,
    /// As measured by arrival times, at the end.
    #[serde(default)]
    pub measured_hz: Option<f64>,
}

/// A channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScaleInfo {
    /// Its name.
    pub channel: String,
    /// Unit of its column.
    pub unit: Unit,
    /// µV per unit; 1 where that is not known.
    pub uv_per_unit: f64,
    /// Whether that is known.
    pub scaled: bool,
    /// Lowest and highest value of a working amplifier, in the unit; at and beyond them the input is saturated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rails: Option<(f64, f64)>,
}

impl ScaleInfo {
    /// What a pipeline is told of this channel, live and of its recording alike.
    pub fn channel_config(&self, kind: Kind, anchor: f64, accessory: bool) -> ChannelConfig {
        let uv = |value: f64| (value * self.uv_per_unit) as f32;
        ChannelConfig {
            kind,
            rails_uv: self
                .rails
                .filter(|_| anchor.is_finite())
                .map(|(low, high)| (uv(low - anchor), uv(high - anchor))),
            // Found in the values, as in a file that says nothing of its converter.
            lsb_uv: None,
            accessory,
        }
    }
}

/// Settings of a live pipeline: all that took effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LiveConfig {
    /// `raw` or `envelope`.
    pub kind: Kind,
    /// The pipeline's: mains, profile, filter edges, thresholds, dwell times, and how the reference is read. An older
    /// recording states mains and profile only; the rest were the defaults.
    #[serde(flatten)]
    pub pipeline: Config,
    /// Where cues came from.
    pub cues: CueSource,
    /// Where calibrations come from: cues, on the way, or at first from a file.
    pub calibration: CalibrationSource,
    /// Those that were in force from the first frame on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calibrations: Vec<StoredCalibration>,
    /// Names of channels that should stay quiet while the first one works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accessory: Vec<String>,
}

/// A calibration that is kept outside of a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredCalibration {
    /// Name of the channel; empty if it belongs to whatever channel stands at its place.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub channel: String,
    /// The calibration.
    pub calibration: Calibration,
}

/// A training programme and what the person did on the way; with the samples, that is the whole session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgramInfo {
    /// Its name.
    pub name: String,
    /// Its text (TOML), so that the session can be read where the programme is not known.
    pub toml: String,
    /// What the person did, in the order of time.
    #[serde(default)]
    pub commands: Vec<ProgramCommand>,
}

/// Something the person did during a programme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgramCommand {
    /// The frame before which it came.
    pub n: u64,
    /// What; [`Action::Start`] and [`Action::Refused`] follow from the programme and are not kept.
    pub input: Action,
    /// Breaths per minute, of `pace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaths_per_min: Option<f64>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionEvent {
    /// Index of the next frame then.
    pub n: u64,
    /// The same in seconds.
    pub t_s: f64,
    /// What: `state`, `cue`, `message`, `warning`, `calibrated`, `refused`, `clock`, `recovered`, `marker`, `changed`, and `left_out`,
    /// which tells how many others of a kind there were. A word and no enumeration: nothing is decided on it, and a recording with an
    /// event that only a later version knows still opens.
    pub event: String,
    /// More about it.
    pub text: String,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnd {
    /// Frames that were there.
    pub frames: u64,
    /// Frames that were missing.
    pub lost: u64,
    /// Interruptions.
    pub gaps: u64,
    /// SHA-256 over all decisions, in hex.
    pub digest: String,
}

/// The table of a recording: `session.csv` of a folder, the file itself otherwise.
pub fn table_of(path: &Path) -> PathBuf {
    if path.is_dir() && path.join(TABLE).is_file() { path.join(TABLE) } else { path.to_owned() }
}

impl SessionInfo {
    /// What stands beside a table, if it is the `session.csv` of a live sensor.
    ///
    /// # Errors
    /// [`ReadError`] if there is a description that cannot be understood: without it, numbers would change.
    pub fn beside(table: &Path) -> Result<Option<Self>, ReadError> {
        let about = table.with_file_name(ABOUT);
        if table.file_name().is_none_or(|name| name != TABLE) {
            return Ok(None);
        }
        // A link that leads nowhere is a description too, and one that is missing.
        if std::fs::symlink_metadata(&about).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return Ok(None);
        }
        let file = about.display().to_string();
        Self::from_reader(open_regular(&about, &file)?, &file).map(Some)
    }

    /// The description that `reader` holds; `file` names it in messages.
    ///
    /// # Errors
    /// As [`SessionInfo::beside`].
    pub fn from_reader(reader: impl Read, file: &str) -> Result<Self, ReadError> {
        let fix = "restore it, or move session.csv elsewhere to read it as a plain table";
        let mut text = Vec::new();
        let io = |source| ReadError::Io { file: file.to_owned(), source };
        reader.take(MAX_BYTES + 1).read_to_end(&mut text).map_err(io)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(ReadError::NotText { file: file.to_owned(), found: "more than 64 MiB", fix });
        }
        let malformed = |line: usize, found: String| ReadError::Malformed {
            file: file.to_owned(),
            place: Place { line: line as u64, column: None },
            found,
            fix: fix.into(),
        };
        let mut info: Self =
            serde_json::from_slice(&text).map_err(|error| malformed(error.line(), error.to_string()))?;
        if info.schema_version > SCHEMA_VERSION {
            return Err(malformed(1, format!("schema_version {} of a newer tonus", info.schema_version)));
        }
        info.check().map_err(|found| malformed(1, found))?;
        // Names are compared with each other: all of them, or none.
        let names = info.scale.iter_mut().map(|scale| &mut scale.channel);
        let names = names.chain(info.config.calibrations.iter_mut().map(|one| &mut one.channel));
        for name in names.chain(&mut info.config.accessory) {
            *name = plain_name(name);
        }
        Ok(info)
    }

    /// Checks what would change numbers without a word: scales, settings of the pipeline, commands of a programme.
    /// Words of settings are checked as they are read.
    pub(crate) fn check(&self) -> Result<(), String> {
        SampleRate::new(self.rate.hz).map_err(|error| format!("rate.hz {:?}: {error}", self.rate.hz))?;
        let channels = self.scale.len();
        if !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(format!("{channels} channels, which must be 1 to {MAX_CHANNELS}"));
        }
        if self.anchor.len() != channels {
            return Err(format!("{} values of anchor for {channels} channels", self.anchor.len()));
        }
        for (n, ScaleInfo { uv_per_unit, rails, .. }) in self.scale.iter().enumerate() {
            if !(uv_per_unit.is_finite() && *uv_per_unit > 0.0) {
                return Err(format!("scale[{n}].uv_per_unit {uv_per_unit:?}, which must be above 0"));
            }
            if let Some((low, high)) = rails
                && !(low < high && low.is_finite() && high.is_finite())
            {
                return Err(format!("scale[{n}].rails {low:?} and {high:?}, of which the second must be larger"));
            }
        }
        let commands = self.program.iter().flat_map(|program| &program.commands);
        for (n, ProgramCommand { input, breaths_per_min, .. }) in commands.enumerate() {
            match (input, breaths_per_min) {
                (Action::Pace, None) => {
                    return Err(format!("program.commands[{n}]: pace without breaths_per_min"));
                }
                (Action::Start | Action::Refused, _) => {
                    let known = "pause, resume, skip, stop or pace";
                    return Err(format!("program.commands[{n}].input, expected {known}"));
                }
                _ => {}
            }
        }
        self.config.pipeline.check().map_err(|error| format!("config.{error}"))
    }

    /// The description as an indented document.
    ///
    /// # Errors
    /// `InvalidData` if it is more than [`MAX_BYTES`], which no reader takes.
    pub fn to_json(&self) -> std::io::Result<String> {
        let json = serde_json::to_string_pretty(self)? + "\n";
        if json.len() as u64 > MAX_BYTES {
            let text = format!("a description of more than {} MiB", MAX_BYTES >> 20);
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, text));
        }
        Ok(json)
    }

    /// The names row of the table.
    pub fn names_row(&self) -> String {
        let channel = |scale: &ScaleInfo| format!("{}_{},", in_table(&scale.channel), scale.unit.name().to_lowercase());
        let channels: String = self.scale.iter().map(channel).collect();
        format!("n,time_s,{channels}cue,gap")
    }
}

/// A channel's name without what steers a terminal or breaks a line: `_` stands for that.
pub fn plain_name(name: &str) -> String {
    name.chars().map(|c| if is_printable(c) { c } else { '_' }).collect()
}

/// A name as it may stand in a table; none begins like a formula.
fn in_table(name: &str) -> String {
    let name = plain_name(name).replace([',', '"', '#', '%', ';'], "_");
    if begins_formula(&name) { format!("_{name}") } else { name }
}
