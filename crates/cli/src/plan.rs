//! What was meant: arguments, checked against each other and turned into the words of the libraries.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use tonus_dsp::units::SampleRate;
use tonus_engine::live::Chosen;
use tonus_engine::{AnalysisOptions, Parts, check_finalised, read_calibrations};
use tonus_program::Plan;
use tonus_record::session::table_of;
use tonus_record::{CueList, OpenOptions, Recording};
use tonus_report::norms::{self, Norms};
use tonus_report::vocabulary::Language;

use crate::args::{AnalyzeArgs, InputArgs, ReplayArgs, Speed, config};
use crate::failure::Failure;
use crate::many;
use crate::progress::Meter;

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

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
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
        if let Some(place) = table.as_ref().map(|out| out.join(many::FILE))
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

/// How a recording is to be read.
fn options(args: InputArgs) -> Result<AnalysisOptions, Failure> {
    check_scale(args.rate, args.uv_per_count)?;
    let first = |_: &Plan| Ok::<usize, Failure>(1);
    let program = args.program.as_deref().map(|name| Chosen::find(name, args.stage, first)).transpose()?;
    Ok(AnalysisOptions {
        open: OpenOptions {
            channels: args.channel,
            rate_hz: args.rate,
            unit: args.unit,
            uv_per_count: args.uv_per_count,
            kind: args.kind,
            unit_may_be_unknown: false,
        },
        config: config(args.config.as_deref(), args.mains, args.profile)?,
        cues: args.cues.as_deref().map(CueList::open).transpose()?,
        baseline: args.baseline,
        reference: args.reference,
        calibrations: args.calibration.as_deref().map(read_calibrations).transpose()?,
        accessory: args.accessory,
        program: program.map(|chosen| chosen.file),
        stops: None,
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

/// The norm profile of a name; the person's own baseline if none is given.
pub(crate) fn norms_of(name: Option<&str>) -> Result<Norms, Failure> {
    Norms::find(name.unwrap_or(norms::NAMES[0]))
        .or_else(|error| usage(&format!("--norms: {error}"), "leave --norms out for your own baseline"))
}

pub(crate) fn usage<T>(message: &str, help: &str) -> Result<T, Failure> {
    Err(Failure::Usage { message: message.to_owned(), help: help.to_owned() })
}

/// A folder for each file: the one given, or one below it for each of several, named after the file and never shared.
fn folders(files: &[PathBuf], out: Option<&Path>) -> Vec<Option<PathBuf>> {
    let Some(out) = out else { return vec![None; files.len()] };
    if files.len() == 1 {
        return vec![Some(out.to_owned())];
    }
    let mut taken = HashSet::from([many::FILE.to_owned()]);
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
