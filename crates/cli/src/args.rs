//! What was typed. Nothing is decided here; `plan` does that.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueHint};
use tonus_core::config::{BodySite, Config, MainsMode};
use tonus_engine::{AnalysisError, Span, read_config};
use tonus_record::{ChannelSelector, Kind, Unit};
use tonus_report::vocabulary::Language;

use crate::convert::{CONVERT_EXAMPLES, CONVERT_NOTES, ConvertArgs};
use crate::history::args::{DIARY_EXAMPLES, DiaryArgs, HISTORY_EXAMPLES, HistoryArgs};
use crate::live::args::{
    DEVICES_EXAMPLES, DEVICES_NOTES, DevicesArgs, MONITOR_EXAMPLES, MonitorArgs, RECORD_EXAMPLES, RECORD_NOTES,
    RecordArgs, SIMULATE_EXAMPLES, SimulateArgs,
};
use crate::recover::{self, RecoverArgs};
use crate::train::{self, TrainArgs};

const EXAMPLES: &str = "\
Examples:
  tonus                                            the window: see the muscle, train
  tonus analyze session.csv                        what happened, on the screen
  tonus analyze session.csv --out results          states.csv, events.csv, summary.json, report.html
  tonus analyze emg.csv --unit mV --rate 2000      a file that does not name its unit and rate
  tonus analyze *.csv --out results --jobs 4       a folder for each, and one summary.csv
  tonus replay session.csv --json --speed max      every decision, as lines of JSON
  tonus convert session.csv session.edf            EDF+, BDF+ and CSV into each other
  tonus programs                                   what one can train
  tonus record --port /dev/ttyACM0 --device arduino-text --program first-steps
  tonus history                                    how it went over time
  tonus devices                                    ports and device profiles
  tonus monitor --port /dev/ttyACM0 --device arduino-text
  tonus record --port /dev/ttyACM0 --device openbci-cyton --out monday --cues cues.csv
  tonus simulate --link /tmp/emg --device tonus-cobs --scenario contract-relax";

const ANALYZE_EXAMPLES: &str = "\
Examples:
  tonus analyze session.csv
  tonus analyze session.csv --out results --strict
  tonus analyze emg.csv --unit mV --baseline 2:12 --reference 20:25
  tonus analyze emg.csv --cues cues.csv --channel 2 --channel \"left calf\"
  zcat night.csv.gz | tonus analyze - --json";

const REPLAY_EXAMPLES: &str = "\
Examples:
  tonus replay session.csv --json --speed max
  tonus replay session.csv                         changes of state, as they came";

const REPORT_EXAMPLES: &str = "\
Examples:
  tonus report monday                              monday/report.html
  tonus report results --norms fan2024             of an analysis, beside published numbers
  tonus report 20261124-060236 --out visit.html    of a stored session";

const PROGRAMS_EXAMPLES: &str = "\
Examples:
  tonus programs                                   all of them, a line each
  tonus programs contract-relax-gentle             one of them, step by step
  tonus programs breathing --toml > mine.toml      a beginning for your own
  tonus programs mine.toml                         whether it is right";

const ANALYZE_NOTES: &str = "\
Calibration, in this order:
  1. --baseline A:B (and --reference C:D): the recording is read twice; the calibration holds from the first sample on.
     Cues of the file stay, but its `quiet` counts as `rest` and its `reference` as `work`.
  2. Cues with a `quiet` stretch (a cue column or --cues): calibrated on the way, exactly as live.
  3. Otherwise the calmest stretch of each channel (5, 3 or 1.5 s) gives the baseline; the summary says so.
A baseline under 1.2 s of valid signal is refused. Without a baseline every decision is invalid, and the summary says why.

The quality gate (--strict, exit code 4) fails if in any channel the baseline is refused, more than 10 % of the decisions
are invalid for another reason than warm-up, or more than 0.1 % are saturated; or if more than 1 % of the frames are missing
or more than 1 % of the rows are rejected.

Exit codes: 0 ok, 1 runtime failure, 2 usage, 3 input unreadable or malformed, 4 quality gate failed (--strict),
6 storage (full, read-only, permission). With several files, the worst.

Not a medical device; nothing here is a diagnosis.";

/// Muscle biofeedback from surface EMG: rest, controlled contraction and overactivity.
#[derive(Debug, Parser)]
#[command(name = "tonus", version, before_help = EXAMPLES)]
pub(crate) struct Args {
    /// `train` if none is given
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    /// Print the licences of all that is in the program
    #[arg(long)]
    pub(crate) licenses: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Open the window: see the muscle, train, look at progress
    #[command(before_help = train::EXAMPLES, after_long_help = train::NOTES)]
    Train(TrainArgs),
    /// Analyze recordings: states, events, summary
    #[command(before_help = ANALYZE_EXAMPLES, after_long_help = ANALYZE_NOTES)]
    Analyze(AnalyzeArgs),
    /// Send a recording through the pipeline again, decision by decision
    #[command(before_help = REPLAY_EXAMPLES)]
    Replay(ReplayArgs),
    /// List ports that are present and device profiles that are known, or say what a port sends
    #[command(before_help = DEVICES_EXAMPLES, after_long_help = DEVICES_NOTES)]
    Devices(DevicesArgs),
    /// Show a live sensor's decisions
    #[command(before_help = MONITOR_EXAMPLES)]
    Monitor(MonitorArgs),
    /// Record a live sensor
    #[command(before_help = RECORD_EXAMPLES, after_long_help = RECORD_NOTES)]
    Record(RecordArgs),
    /// Finalise a recording whose program was killed
    #[command(before_help = recover::EXAMPLES, after_long_help = recover::NOTES)]
    Recover(RecoverArgs),
    /// Be a sensor: on a pseudo-terminal or on TCP
    #[command(before_help = SIMULATE_EXAMPLES)]
    Simulate(SimulateArgs),
    /// Convert a recording to CSV, EDF+ or BDF+, anonymised
    #[command(before_help = CONVERT_EXAMPLES, after_long_help = CONVERT_NOTES)]
    Convert(ConvertArgs),
    /// List training programmes and plans, or show one
    #[command(before_help = PROGRAMS_EXAMPLES)]
    Programs(ProgramsArgs),
    /// Write a report that can be read, printed and given to a clinician
    #[command(before_help = REPORT_EXAMPLES)]
    Report(ReportArgs),
    /// Look at sessions over time: trends, milestones, the next step of a plan
    #[command(before_help = HISTORY_EXAMPLES)]
    History(HistoryArgs),
    /// Write or read the diary: pain, mood, sleep, stress, sensitivity
    #[command(before_help = DIARY_EXAMPLES)]
    Diary(DiaryArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual in roff
    Man,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AnalyzeArgs {
    /// Recordings: CSV, EDF, BDF, WFDB, or folders of live sessions; `-` is standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Write states.csv, events.csv, summary.json and report.html here; with several files, a folder for each and a summary.csv of all
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    /// Write the calibrations at the end here, for --calibration; needs a single FILE
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) save_calibration: Option<PathBuf>,
    /// Print the summary as JSON; with several files, one line for each
    #[arg(long)]
    pub(crate) json: bool,
    /// Exit with 4 if the quality gate fails (see below)
    #[arg(long)]
    pub(crate) strict: bool,
    /// Compare with published numbers, which are named with every word [default: your own baseline]
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(tonus_report::norms::NAMES))]
    pub(crate) norms: Option<String>,
    /// Language of the report
    #[arg(long, value_name = "CODE", default_value = "en", value_parser = language())]
    pub(crate) lang: Language,
    /// Files to analyze at a time
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) jobs: usize,
    /// Print no summary for people and no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportArgs {
    /// The folder of a live session or of an analysis, a recording (CSV), or the name of a stored session
    #[arg(value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) folder: PathBuf,
    /// Where to write it [default: report.html in the folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// Compare with published numbers, and name them with every word [default: as analyzed]
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(tonus_report::norms::NAMES))]
    pub(crate) norms: Option<String>,
    /// Print the numbers of the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Language of the report
    #[arg(long, value_name = "CODE", default_value = "en", value_parser = language())]
    pub(crate) lang: Language,
    /// Print no messages but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// The folder of the store [default: `$TONUS_HOME`, or the usual place for a person's files]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) store: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ProgramsArgs {
    /// A programme or plan, or a file of your own, to be checked and shown
    #[arg(value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(crate) name: Option<String>,
    /// Print as JSON
    #[arg(long, conflicts_with = "toml")]
    pub(crate) json: bool,
    /// Print its text, to begin a programme of your own with
    #[arg(long, requires = "name")]
    pub(crate) toml: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReplayArgs {
    /// The recording: CSV, EDF, BDF, WFDB, or the folder of a live session; `-` is standard input
    #[arg(value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) file: PathBuf,
    /// Print every decision as a line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// How fast: 1 as it was recorded, 2 twice as fast, `max` as fast as possible
    #[arg(long, value_name = "X|max", default_value = "1", value_parser = parse_speed)]
    pub(crate) speed: Speed,
    /// Print the end line only
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// What the caller knows about a recording, and how it is to be looked at.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Recording")]
pub(crate) struct InputArgs {
    /// A channel, by name or by column from 1; repeatable [default: every column that is EMG]
    #[arg(long, value_name = "NAME|INDEX", value_parser = clap::value_parser!(ChannelSelector))]
    pub(crate) channel: Vec<ChannelSelector>,
    /// A channel that should stay quiet while the first one works, such as the abdomen; repeatable [default: as recorded]
    #[arg(long, value_name = "NAME|INDEX", value_parser = clap::value_parser!(ChannelSelector))]
    pub(crate) accessory: Vec<ChannelSelector>,
    /// Sampling rate
    #[arg(long, value_name = "HZ")]
    pub(crate) rate: Option<f64>,
    /// Unit of the values
    #[arg(long, value_parser = words(&["uV", "mV", "V", "counts", "au"], Unit::from_str), ignore_case = true)]
    pub(crate) unit: Option<Unit>,
    /// Microvolts of one count
    #[arg(long, value_name = "X")]
    pub(crate) uv_per_count: Option<f64>,
    /// What the sensor sends [default: raw]
    #[arg(long, value_parser = words(&["raw", "envelope"], Kind::from_str), ignore_case = true)]
    pub(crate) kind: Option<Kind>,
    /// Mains notches [default: auto, or as recorded]
    #[arg(long, value_parser = mains())]
    pub(crate) mains: Option<MainsMode>,
    /// Settings of the pipeline (TOML or JSON, docs/FORMATS.md lists the keys); --mains and --profile win over it [default: as recorded]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// What the person was asked to do: CSV with `start_s,end_s,cue` (quiet, reference, work, rest, free)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) cues: Option<PathBuf>,
    /// The programme that was followed from the first frame on, in place of cues (see `tonus programs`) [default: as recorded]
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "cues", value_hint = ValueHint::FilePath)]
    pub(crate) program: Option<String>,
    /// The stage of a plan, from 1 [default: 1]
    #[arg(long, value_name = "N", requires = "program")]
    pub(crate) stage: Option<usize>,
    /// Rest for the baseline, in seconds
    #[arg(long, value_name = "A:B", value_parser = parse_span)]
    pub(crate) baseline: Option<Span>,
    /// A comfortable hold for the reference, in seconds
    #[arg(long, value_name = "A:B", value_parser = parse_span)]
    pub(crate) reference: Option<Span>,
    /// Calibrations to use in place of the recording's own rest (JSON, as --save-calibration writes it)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "reference"], value_hint = ValueHint::FilePath)]
    pub(crate) calibration: Option<PathBuf>,
    /// Where on the body: limb has its high-pass at 20 Hz, pelvic and trunk at 30 Hz [default: limb, or as recorded]
    #[arg(long, value_parser = profile())]
    pub(crate) profile: Option<BodySite>,
}

/// How fast a recording is replayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Speed {
    Times(f64),
    Max,
}

fn parse_span(text: &str) -> Result<Span, String> {
    let wrong = || "give seconds as START:END, for example 2:12".to_owned();
    let (start, end) = text.split_once(':').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|s| s.is_finite() && *s >= 0.0).ok_or_else(wrong);
    let (start_s, end_s) = (number(start)?, number(end)?);
    if end_s <= start_s {
        return Err("the end must come after the start".to_owned());
    }
    Ok(Span { start_s, end_s })
}

pub(crate) fn parse_speed(text: &str) -> Result<Speed, String> {
    if text == "max" {
        return Ok(Speed::Max);
    }
    let times = text.parse::<f64>().ok().filter(|x| (0.01..=1000.0).contains(x));
    times.map(Speed::Times).ok_or_else(|| "give a number from 0.01 to 1000, or max".to_owned())
}

pub(crate) fn language() -> impl TypedValueParser<Value = Language> {
    let codes = Language::ALL.map(Language::code);
    PossibleValuesParser::new(codes).try_map(|code| Language::from_code(&code).ok_or("no such language"))
}

pub(crate) fn mains() -> impl TypedValueParser<Value = MainsMode> {
    PossibleValuesParser::new(["auto", "50", "60", "off"])
        .try_map(|word| MainsMode::from_name(&word).ok_or("no such word"))
}

pub(crate) fn profile() -> impl TypedValueParser<Value = BodySite> {
    PossibleValuesParser::new(["limb", "pelvic", "trunk"])
        .try_map(|word| BodySite::from_name(&word).ok_or("no such word"))
}

/// The settings of the pipeline that are stated: by a file, and before it by the named options.
pub(crate) fn config(
    file: Option<&Path>,
    mains: Option<MainsMode>,
    profile: Option<BodySite>,
) -> Result<Config, AnalysisError> {
    let named = Config { mains, profile, ..Config::default() };
    Ok(named.over(file.map(read_config).transpose()?.unwrap_or_default()))
}

pub(crate) fn words<T, E>(
    names: &'static [&'static str],
    parse: fn(&str) -> Result<T, E>,
) -> impl TypedValueParser<Value = T>
where
    T: Clone + Send + Sync + 'static,
    E: std::error::Error + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(move |word| parse(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn spans_and_speeds() {
        assert_eq!(parse_span("2:12.5"), Ok(Span { start_s: 2.0, end_s: 12.5 }));
        for wrong in ["2", "2:", "5:5", "-1:3", "nan:2", "1:inf"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
        assert_eq!((parse_speed("max"), parse_speed("2.5")), (Ok(Speed::Max), Ok(Speed::Times(2.5))));
        assert!(parse_speed("0").is_err() && parse_speed("fast").is_err());
    }
}
