//! What was typed. Nothing is decided here; `plan` does that.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueHint};
use tonus_report::vocabulary::Language;

use crate::convert::{CONVERT_EXAMPLES, CONVERT_NOTES, ConvertArgs};
use crate::history::args::{DIARY_EXAMPLES, DiaryArgs, HISTORY_EXAMPLES, HistoryArgs};
use crate::live::args::{
    DEVICES_EXAMPLES, DEVICES_NOTES, DevicesArgs, MONITOR_EXAMPLES, MonitorArgs, RECORD_EXAMPLES, RECORD_NOTES,
    RecordArgs, SIMULATE_EXAMPLES, SimulateArgs,
};
use crate::plan::{AnalyzeArgs, ReplayArgs};
use crate::recover::{self, RecoverArgs};
use crate::train::{self, TrainArgs};
use crate::value::language;

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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
