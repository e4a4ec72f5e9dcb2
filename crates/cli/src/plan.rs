//! What was meant: arguments, checked against each other and turned into the words of the libraries.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use tonus_core::config::{MainsMode, Profile};
use tonus_core::design::Mains;
use tonus_core::units::SampleRate;
use tonus_program::{Plan, ProgramFile};
use tonus_record::{ChannelSelector, CueList, Kind, OpenOptions};
use tonus_report::norms::{self, Norms};

use crate::args::{AnalyzeArgs, InputArgs, ReplayArgs, Span, Speed};
use crate::failure::Failure;
use crate::many;
use crate::training;

/// How a recording is to be looked at.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) open: OpenOptions,
    /// As asked for; otherwise as recorded, otherwise the default.
    pub(crate) mains: Option<MainsMode>,
    /// As `mains`.
    pub(crate) profile: Option<Profile>,
    pub(crate) cues: Option<CueList>,
    pub(crate) baseline: Option<Span>,
    pub(crate) reference: Option<Span>,
    /// Channels that should stay quiet; those that were recorded so if there is none.
    pub(crate) accessory: Vec<ChannelSelector>,
    /// The programme that says what is asked for, in place of cues.
    pub(crate) program: Option<ProgramFile>,
}

/// `tonus analyze`.
#[derive(Debug)]
pub(crate) struct Analyze {
    pub(crate) inputs: Vec<Source>,
    pub(crate) view: View,
    pub(crate) json: bool,
    pub(crate) strict: bool,
    pub(crate) jobs: usize,
    pub(crate) quiet: bool,
    pub(crate) norms: Norms,
    /// Where the table of several files goes.
    pub(crate) table: Option<PathBuf>,
}

/// `tonus replay`.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) file: PathBuf,
    pub(crate) view: View,
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
        let AnalyzeArgs { files, input, out, json, strict, jobs, quiet, norms } = args;
        if files.iter().filter(|file| is_stdin(file)).count() > 1 {
            return usage("`-` is given twice", "standard input can be read once; give it once");
        }
        if jobs == 0 {
            return usage("--jobs is 0", "give the number of files to analyze at a time, from 1");
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
        Ok(Self { inputs, view: View::new(input)?, json, strict, jobs, quiet, norms, table })
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
        Ok(Self { file, view: View::new(input)?, json, speed, quiet })
    }
}

impl View {
    /// A recording as it was made.
    pub(crate) fn as_recorded() -> Self {
        Self {
            open: OpenOptions::default(),
            mains: None,
            profile: None,
            cues: None,
            baseline: None,
            reference: None,
            accessory: Vec::new(),
            program: None,
        }
    }

    fn new(args: InputArgs) -> Result<Self, Failure> {
        check_scale(args.rate, args.uv_per_count)?;
        let mains = args.mains.as_deref().map(mains_of);
        let profile = args.profile.as_deref().map(profile_of);
        let cues = args.cues.as_deref().map(CueList::open).transpose()?;
        let open = OpenOptions {
            channels: args.channel,
            rate_hz: args.rate,
            unit: args.unit,
            uv_per_count: args.uv_per_count,
            kind: args.kind,
        };
        let first = |_: &Plan| Ok(1);
        let program = args.program.as_deref().map(|name| training::find(name, args.stage, first)).transpose()?;
        let program = program.map(|chosen| chosen.file);
        let (baseline, reference, accessory) = (args.baseline, args.reference, args.accessory);
        Ok(Self { open, mains, profile, cues, baseline, reference, accessory, program })
    }
}

/// Refuses a rate or scale that no recording can have.
pub(crate) fn check_scale(rate_hz: Option<f64>, uv_per_count: Option<f64>) -> Result<(), Failure> {
    if let Some(rate) = rate_hz
        && SampleRate::new(rate).is_err()
    {
        let (min, max) = (SampleRate::MIN_HZ, SampleRate::MAX_HZ);
        return usage(&format!("--rate is {rate}"), &format!("give a sampling rate from {min} to {max} Hz"));
    }
    if let Some(scale) = uv_per_count
        && !(scale.is_finite() && scale > 0.0)
    {
        return usage(&format!("--uv-per-count is {scale}"), "give the microvolts of one count, above 0");
    }
    Ok(())
}

/// The norm profile of a name; the person's own baseline if none is given.
pub(crate) fn norms_of(name: Option<&str>) -> Result<Norms, Failure> {
    Norms::find(name.unwrap_or(norms::NAMES[0]))
        .or_else(|error| usage(&format!("--norms: {error}"), "leave --norms out for your own baseline"))
}

/// The mains mode of a word; `auto` for all others.
pub(crate) fn mains_of(word: &str) -> MainsMode {
    match word {
        "50" => MainsMode::Fixed(Mains::Hz50),
        "60" => MainsMode::Fixed(Mains::Hz60),
        "off" => MainsMode::Off,
        _ => MainsMode::Auto,
    }
}

/// The profile of a word; `limb` for all others.
pub(crate) fn profile_of(word: &str) -> Profile {
    match word {
        "pelvic" => Profile::Pelvic,
        "trunk" => Profile::Trunk,
        _ => Profile::Limb,
    }
}

/// The word of a mains mode.
pub(crate) const fn mains_name(mains: MainsMode) -> &'static str {
    match mains {
        MainsMode::Auto => "auto",
        MainsMode::Off => "off",
        MainsMode::Fixed(Mains::Hz50) => "50",
        MainsMode::Fixed(Mains::Hz60) => "60",
    }
}

/// The word of a profile.
pub(crate) const fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Limb => "limb",
        Profile::Pelvic => "pelvic",
        Profile::Trunk => "trunk",
    }
}

/// The kind of channel, in the words of the pipeline.
pub(crate) const fn pipeline_kind(kind: Kind) -> tonus_core::config::Kind {
    match kind {
        Kind::Raw => tonus_core::config::Kind::Raw,
        Kind::Envelope => tonus_core::config::Kind::Envelope,
    }
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
