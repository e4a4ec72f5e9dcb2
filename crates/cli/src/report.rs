//! `tonus report`: a session as a page that can be read, printed and given to a clinician.

use std::io::BufReader;
use std::path::Path;

use tonus_engine::live::store::remember_rest;
use tonus_engine::{AnalysisOptions, Playback, REPORT, ReportOptions, analyze, check_finalised, judge};
use tonus_record::session::TABLE;
use tonus_record::{SettingNames, file};
use tonus_report::atomic_file::replace;
use tonus_report::trace::Trace;
use tonus_report::{Summary, html};

use crate::args::ReportArgs;
use crate::failure::{self, Failure, OK, flag};
use crate::history;
use crate::plan::norms_of;

/// Largest summary that is read.
const MAX_BYTES: u64 = 256 << 20;

/// Writes the report of a folder, or of a stored session.
pub(crate) fn run(args: &ReportArgs) -> Result<u8, Failure> {
    let (folder, stored) = if args.folder.exists() {
        (args.folder.clone(), None)
    } else {
        let store = history::store(args.store.as_deref())?;
        let id = history::id(&store, &args.folder.to_string_lossy())?;
        (store.folder(&id)?, Some((store, id)))
    };
    let (mut summary, trace) = read(&folder)?;
    if let Some((store, id)) = &stored {
        remember_rest(store, id, &mut summary)?;
    }
    if let Some(name) = &args.norms {
        judge(&mut summary, &norms_of(Some(name))?, SettingNames(flag));
    }
    let beside = if folder.is_dir() { folder.join(REPORT) } else { folder.with_file_name(REPORT) };
    let place = args.out.clone().unwrap_or(beside);
    let page = html::render(&summary, &trace, args.lang);
    replace(&place, page.as_bytes()).map_err(|source| Failure::Storage { place: place.clone(), source })?;
    if args.json {
        let json = summary.to_json().map_err(|error| Failure::Internal(error.to_string()))?;
        failure::print(&json)?;
    } else if !args.quiet {
        failure::say(&place.display().to_string());
    }
    Ok(OK)
}

/// An analysis as it stands in its folder, else the recording, analyzed again.
fn read(folder: &Path) -> Result<(Summary, Trace), Failure> {
    check_finalised(folder)?;
    let (summary, states) = (folder.join("summary.json"), folder.join("states.csv"));
    if folder.join(TABLE).is_file() || !summary.is_file() || !states.is_file() {
        let options = AnalysisOptions { names: SettingNames(flag), ..AnalysisOptions::default() };
        let wanted = ReportOptions { has_trace: true, ..ReportOptions::default() };
        let analysis = analyze(Playback::open_recording(folder, &options)?, &options, &wanted)?;
        failure::warn(&analysis.summary.input.file, &analysis.warnings);
        return Ok((analysis.summary, analysis.trace.unwrap_or_default()));
    }
    let malformed = |place: &Path, found: &dyn std::fmt::Display| Failure::Malformed {
        message: format!("{}: {found}", place.display()),
        help: "analyze the recording again with --out".to_owned(),
    };
    let text = file::read_text(&summary, MAX_BYTES).map_err(|error| malformed(&summary, &error))?;
    let parsed: Summary = serde_json::from_str(&text).map_err(|error| malformed(&summary, &error))?;
    let trace = file::open(&states).and_then(|file| Trace::from_states(BufReader::new(file)));
    Ok((parsed, trace.map_err(|error| malformed(&states, &error))?))
}
