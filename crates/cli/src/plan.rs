//! What was meant: arguments, checked against each other and turned into the words of the libraries.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, ValueHint};
use tonus_engine::AnalysisOptions;
use tonus_report::norms::{self, Norms};
use tonus_report::vocabulary::Language;

use crate::failure::{Failure, usage};
use crate::input::{InputArgs, is_stdin, options};
use crate::value::{Speed, language, parse_speed};

/// Name of the table of several files.
pub(crate) const SUMMARY_TABLE: &str = "summary.csv";

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

/// `tonus analyze`.
#[derive(Debug)]
pub(crate) struct Analyze {
    pub(crate) inputs: Vec<Source>,
    pub(crate) options: AnalysisOptions,
    pub(crate) json: bool,
    pub(crate) strict: bool,
    pub(crate) jobs: usize,
    pub(crate) quiet: bool,
    pub(crate) norms: Norms,
    /// Language of the report.
    pub(crate) lang: Language,
    /// Where the calibrations at the end go.
    pub(crate) save_calibration: Option<PathBuf>,
    /// Where the table of several files goes.
    pub(crate) table: Option<PathBuf>,
}

/// `tonus replay`.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) file: PathBuf,
    pub(crate) options: AnalysisOptions,
    pub(crate) json: bool,
    pub(crate) speed: Speed,
    pub(crate) quiet: bool,
}

/// A recording, and where its results go.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) file: PathBuf,
    pub(crate) out: Option<PathBuf>,
}

impl Analyze {
    /// Checks the arguments.
    pub(crate) fn new(args: AnalyzeArgs) -> Result<Self, Failure> {
        let AnalyzeArgs { files, input, out, save_calibration, json, strict, jobs, quiet, norms, lang } = args;
        if files.iter().filter(|file| is_stdin(file)).count() > 1 {
            return usage("`-` is given twice", "standard input can be read once; give it once");
        }
        if jobs == 0 {
            return usage("--jobs is 0", "give the number of files to analyze at a time, from 1");
        }
        if save_calibration.is_some() && files.len() > 1 {
            return usage("--save-calibration is one file, and several are analyzed", "analyze them one by one");
        }
        let cues = input.cues.clone();
        let folders = folders(&files, out.as_deref());
        let inputs: Vec<Source> = files.into_iter().zip(folders).map(|(file, out)| Source { file, out }).collect();
        let read: Vec<&Path> = inputs.iter().map(|one| one.file.as_path()).chain(cues.as_deref()).collect();
        if let Some(path) = inputs.iter().filter_map(|one| one.out.as_deref()).find_map(|out| overwritten(out, &read)) {
            return usage(
                &format!("{} is read and would be written over", path.display()),
                "give another folder with --out",
            );
        }
        let table = out.filter(|_| inputs.len() > 1);
        if let Some(place) = table.as_ref().map(|out| out.join(SUMMARY_TABLE))
            && read.iter().any(|path| path.canonicalize().is_ok_and(|path| Some(path) == place.canonicalize().ok()))
        {
            return usage(
                &format!("{} is read and would be written over", place.display()),
                "give another folder with --out",
            );
        }
        let norms = norms_of(norms.as_deref())?;
        let mut options = options(input)?;
        // States are ratios to rest; only levels need a unit.
        options.open.unit_may_be_unknown = true;
        Ok(Self { inputs, options, json, strict, jobs, quiet, norms, lang, save_calibration, table })
    }
}

/// The file among `read` that an analysis into `out` would write over.
fn overwritten<'a>(out: &Path, read: &[&'a Path]) -> Option<&'a Path> {
    let written =
        ["states.csv", "events.csv", "summary.json", "report.html"].map(|name| out.join(name).canonicalize().ok());
    read.iter().copied().find(|path| path.canonicalize().is_ok_and(|path| written.contains(&Some(path))))
}

impl Replay {
    /// Checks the arguments.
    pub(crate) fn new(args: ReplayArgs) -> Result<Self, Failure> {
        let ReplayArgs { file, input, json, speed, quiet } = args;
        Ok(Self { file, options: options(input)?, json, speed, quiet })
    }
}

/// The norm profile of a name; the person's own baseline if none is given.
pub(crate) fn norms_of(name: Option<&str>) -> Result<Norms, Failure> {
    Norms::find(name.unwrap_or(norms::NAMES[0]))
        .or_else(|error| usage(&format!("--norms: {error}"), "leave --norms out for your own baseline"))
}

/// A folder for each file: the one given, or one below it for each of several, named after the file and never shared.
fn folders(files: &[PathBuf], out: Option<&Path>) -> Vec<Option<PathBuf>> {
    let Some(out) = out else { return vec![None; files.len()] };
    if files.len() == 1 {
        return vec![Some(out.to_owned())];
    }
    let mut taken = HashSet::from([SUMMARY_TABLE.to_owned()]);
    let name = |file: &PathBuf| {
        let stem = if is_stdin(file) { "stdin".into() } else { file.file_stem().unwrap_or_default().to_string_lossy() };
        let numbered = (1..).map(|n| if n == 1 { stem.to_string() } else { format!("{stem}-{n}") });
        // There are more numbers than files, so one is always free.
        numbered.into_iter().find(|name| taken.insert(name.clone())).map(|name| out.join(name))
    };
    files.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_get_a_folder_each() {
        let files = ["a/x.csv", "b/x.csv", "y.csv", "-"].map(PathBuf::from);
        let expected = ["o/x", "o/x-2", "o/y", "o/stdin"].map(|name| Some(PathBuf::from(name)));
        assert_eq!(folders(&files, Some(Path::new("o"))), expected);
        assert_eq!(folders(&files[..1], Some(Path::new("o"))), [Some(PathBuf::from("o"))]);
        assert_eq!(folders(&files, None), [None, None, None, None]);
    }
}
