//! A recording as the command line names it.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueHint};
use tonus_core::config::{BodySite, MainsMode};
use tonus_dsp::units::SampleRate;
use tonus_engine::live::Chosen;
use tonus_engine::{AnalysisOptions, Parts, Span, check_finalised, read_calibrations};
use tonus_program::Plan;
use tonus_record::session::table_of;
use tonus_record::{ChannelSelector, CueList, Kind, OpenOptions, Recording, SettingNames, Unit};

use crate::failure::{Failure, flag, usage};
use crate::progress::Meter;
use crate::value::{config, kind, mains, parse_span, profile, unit};

/// What the caller knows about a recording, in place of what the file says.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Recording")]
pub(crate) struct ReadArgs {
    /// A channel, by name or by column from 1; repeatable [default: every column that is EMG]
    #[arg(long, value_name = "NAME|INDEX", value_parser = clap::value_parser!(ChannelSelector))]
    channel: Vec<ChannelSelector>,
    /// Sampling rate
    #[arg(long, value_name = "HZ")]
    rate: Option<f64>,
    /// Unit of the values
    #[arg(long, value_parser = unit(), ignore_case = true)]
    unit: Option<Unit>,
    /// Microvolts of one count
    #[arg(long, value_name = "X")]
    uv_per_count: Option<f64>,
    /// What the sensor sends [default: raw]
    #[arg(long, value_parser = kind(), ignore_case = true)]
    kind: Option<Kind>,
}

impl ReadArgs {
    /// The same for the readers.
    pub(crate) fn open(self) -> Result<OpenOptions, Failure> {
        check_scale(self.rate, self.uv_per_count)?;
        let Self { channel, rate, unit, uv_per_count, kind } = self;
        Ok(OpenOptions { channels: channel, rate_hz: rate, unit, uv_per_count, kind, unit_may_be_unknown: false })
    }
}

/// A recording, and how it is to be looked at.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Recording")]
pub(crate) struct InputArgs {
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    /// A channel that should stay quiet while the first one works, such as the abdomen; repeatable [default: as recorded]
    #[arg(long, value_name = "NAME|INDEX", value_parser = clap::value_parser!(ChannelSelector))]
    pub(crate) accessory: Vec<ChannelSelector>,
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

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// How a recording is to be read.
pub(crate) fn options(args: InputArgs) -> Result<AnalysisOptions, Failure> {
    let open = args.read.open()?;
    let first = |_: &Plan| Ok::<usize, Failure>(1);
    let program = args.program.as_deref().map(|name| Chosen::find(name, args.stage, first)).transpose()?;
    Ok(AnalysisOptions {
        open,
        config: config(args.config.as_deref(), args.mains, args.profile)?,
        cues: args.cues.as_deref().map(CueList::open).transpose()?,
        baseline: args.baseline,
        reference: args.reference,
        calibrations: args.calibration.as_deref().map(read_calibrations).transpose()?,
        accessory: args.accessory,
        program: program.map(|chosen| chosen.file),
        stops: None,
        names: SettingNames(flag),
    })
}

/// Opens a recording; reading it may move a bar. Standard input comes once, so that its channels need one sampling rate.
pub(crate) fn open(file: &Path, options: &AnalysisOptions, meter: &Meter) -> Result<Parts, Failure> {
    if is_stdin(file) {
        return Ok(Parts::whole(Recording::from_reader(std::io::stdin(), "-", &options.open)?, options));
    }
    check_finalised(file)?;
    let open = |open: &OpenOptions| {
        // Of several rates each is read anew: a bar would run several times.
        Ok(match meter.open(&table_of(file)).filter(|_| *open == options.open) {
            None => Recording::open(file, open)?,
            Some(reader) => Recording::open_with(file, reader, open)?,
        })
    };
    Ok(Parts::open_with(open, options)?)
}

/// Refuses a rate or scale that no recording can have.
pub(crate) fn check_scale(rate_hz: Option<f64>, uv_per_count: Option<f64>) -> Result<(), Failure> {
    if let Some(rate) = rate_hz
        && SampleRate::new(rate).is_err()
    {
        let (min, max) = (SampleRate::MIN_HZ, SampleRate::MAX_HZ);
        return usage(&format!("--rate is {rate:?}"), &format!("give a sampling rate from {min} to {max} Hz"));
    }
    if let Some(scale) = uv_per_count
        && !(scale.is_finite() && scale > 0.0)
    {
        return usage(&format!("--uv-per-count is {scale:?}"), "give the microvolts of one count, above 0");
    }
    Ok(())
}
