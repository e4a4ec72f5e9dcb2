//! `tonus convert`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueHint};
use tempfile::NamedTempFile;
use tonus_record::export::{Export, ExportFormat, Exported};
use tonus_record::{ChannelSelector, CueList, OpenOptions, RateGroup, ReadError, Recording};

use crate::failure::{Failure, OK, flag, say, usage};
use crate::input::{ReadArgs, is_stdin};
use crate::progress::Meter;
use crate::value::words;

pub(crate) const CONVERT_EXAMPLES: &str = "\
Examples:
  tonus convert session.csv session.edf            16 bits, opens in any EDF viewer
  tonus convert session.csv session.bdf            24 bits
  tonus convert chin.edf chin.csv --channel 3      one signal of an EDF file as a table
  tonus convert monday monday.edf                  the recording of a live sensor
  tonus convert emg.csv emg.edf --unit mV --rate 2000
  tonus convert 100.hea 100.csv --channel 1        a WFDB record";

pub(crate) const CONVERT_NOTES: &str = "\
What goes along: the channels that `analyze` would use (or --channel), cues, gaps and missing values; of a live session
also when something happened. What stays behind: names of people, codes, dates, comments and any other words of the file.
An EDF+ or BDF+ file says `X X X X` for the patient, and the date 01.01.85 00.00.00, which stands for none, unless
--keep-dates is given. Names of channels are kept: see that they name muscles.

What was written is opened again and compared with the recording before it takes its name: values within one step of the
format (CSV: to the last bit), cues, gaps and header byte by byte. If anything differs, nothing is kept and the exit code
is 1. OUT can be read by its owner only. docs/FORMATS.md says what each format can and cannot hold.

Exit codes: 0 ok, 1 what was written differs, 2 usage, 3 input unreadable or malformed, 6 storage.";

#[derive(Debug, ClapArgs)]
pub(crate) struct ConvertArgs {
    /// The recording: CSV, EDF, BDF, WFDB, or the folder of a live session; `-` is standard input
    #[arg(value_name = "IN", value_hint = ValueHint::AnyPath)]
    file: PathBuf,
    /// The file to write; its end says the format: .csv, .edf, .bdf
    #[arg(value_name = "OUT", value_hint = ValueHint::FilePath)]
    out: PathBuf,
    /// The format, whatever OUT ends in
    #[arg(long, value_parser = words(&["csv", "edf", "bdf"], format_of))]
    format: Option<ExportFormat>,
    /// Write date and time of the recording into EDF+ and BDF+
    #[arg(long)]
    keep_dates: bool,
    /// Replace OUT if it is there
    #[arg(long, short)]
    force: bool,
    /// Print no messages but errors, and no progress
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    read: ReadArgs,
    /// What the person was asked to do: CSV with `start_s,end_s,cue`, in place of the file's own cues
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Recording")]
    cues: Option<PathBuf>,
}

/// The format of a word.
fn format_of(word: &str) -> Result<ExportFormat, tonus_record::UnknownWord> {
    let found = ExportFormat::ALL.into_iter().find(|format| format.name() == word);
    found.ok_or(tonus_record::UnknownWord { expected: "csv, edf or bdf" })
}

/// Converts a recording.
pub(crate) fn run(args: ConvertArgs) -> Result<u8, Failure> {
    let options = args.read.open()?;
    let Some(format) = args.format.or_else(|| ExportFormat::of_path(&args.out)) else {
        return usage("OUT does not end in .csv, .edf or .bdf", "name it so, or give --format csv, edf or bdf");
    };
    let table = tonus_record::session::table_of(&args.file);
    if is_the_same(&table, &args.out) || args.cues.as_deref().is_some_and(|cues| is_the_same(cues, &args.out)) {
        return usage("OUT is one of the files that are read", "give another name for OUT");
    }
    let cues = args.cues.as_deref().map(CueList::open).transpose()?;
    let meter = Meter::new(!args.quiet, [args.file.as_path()]);
    // Standard input comes once, and is read three times.
    let kept = if is_stdin(&args.file) { Some(keep_stdin().map_err(Failure::Spool)?) } else { None };
    let file: &Path = kept.as_ref().map_or(&args.file, NamedTempFile::path);
    let open = |options: &OpenOptions| {
        let recording = match meter.open(&tonus_record::session::table_of(file)) {
            None => Recording::open(file, options)?,
            Some(reader) => Recording::open_with(file, reader, options)?,
        };
        Ok(match &cues {
            Some(cues) => recording.with_cues(cues),
            None => recording,
        })
    };
    let export = Export { format, keep_dates: args.keep_dates, overwrite: args.force };
    let done = match open(&options) {
        // A table has one rate.
        Err(ReadError::SeveralRates { groups, .. }) if format != ExportFormat::Csv && options.rate_hz.is_none() => {
            let of = |group: &RateGroup| {
                let channels = group.columns.iter().map(|column| ChannelSelector::Index(*column)).collect();
                OpenOptions { channels, ..options.clone() }
            };
            let each: Vec<OpenOptions> = groups.iter().map(of).collect();
            export.run_each(each.len(), |n| open(each.get(n).unwrap_or(&options)), &args.out)?
        }
        Err(error) => return Err(error.into()),
        Ok(_) => export.run(|| open(&options), &args.out)?,
    };
    if !args.quiet {
        told(&done, &args.out);
    }
    Ok(OK)
}

/// Whether two paths lead to one file.
fn is_the_same(a: &Path, b: &Path) -> bool {
    a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b))
}

fn keep_stdin() -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    file.flush()?;
    Ok(file)
}

/// Says what was written.
fn told(done: &Exported, out: &Path) {
    let missing = if done.frames_missing > 0 { format!(" and {} missing", done.frames_missing) } else { String::new() };
    let (out, frames, bytes) = (out.display(), done.frames, done.bytes);
    say(&format!("{out}: {frames} frames{missing}, {bytes} bytes, read again and the same"));
    for channel in &done.channels {
        let step = if channel.step > 0.0 { format!(", in steps of {:.2e}", channel.step) } else { String::new() };
        say(&format!("  {} as {} ({}){step}", channel.name, channel.label, channel.unit));
    }
    for note in &done.notes {
        say(&format!("note: {}", note.named(flag)));
    }
}
