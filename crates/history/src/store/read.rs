//! A session's folder as an entry.

use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tonus_record::journal::JOURNAL;
use tonus_record::session as recording;
use tonus_report::Summary;

use crate::about::{self, About, AboutFile};
use crate::entry::{Conditions, Numbers, SessionEntry};
use crate::id::Id;
use crate::numbers;

use super::problem;

/// What an analysis says, in a session's folder.
pub(crate) const SUMMARY: &str = "summary.json";
/// The circumstances, in a session's folder.
pub(crate) const ABOUT: &str = "about.json";
/// Largest description that is read.
const MAX_BYTES: u64 = 64 << 20;

/// What the history needs of `session.json`.
#[derive(Deserialize)]
struct Recorded {
    started_unix_s: Option<f64>,
    device: Option<Device>,
}

#[derive(Deserialize)]
struct Device {
    id: String,
}

/// Which layout a description has.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

/// The entry of a folder. What cannot be read becomes its `problem`.
pub(crate) fn entry(folder: &Path, id: Id) -> SessionEntry {
    let mut problem = None;
    let (mut about, mut session, mut summary) = (None, None, None);
    keep(description(folder, ABOUT, about::SCHEMA_VERSION), &mut about, &mut problem);
    keep(description(folder, recording::ABOUT, recording::SCHEMA_VERSION), &mut session, &mut problem);
    keep(description(folder, SUMMARY, tonus_report::SCHEMA_VERSION), &mut summary, &mut problem);

    let about = about.map_or_else(About::default, |file: AboutFile| file.about);
    let recorded = session.as_ref().and_then(|session: &Recorded| session.started_unix_s);
    let started = about.started_unix_s.or(recorded).or_else(|| id.started_unix_s());
    let device = session.and_then(|session| session.device).map(|device| device.id);
    let mut entry = SessionEntry {
        id,
        started_unix_s: started.unwrap_or(0.0),
        duration_s: None,
        plan: about.plan,
        stage: about.stage,
        conditions: Conditions {
            program: about.program,
            posture: about.posture,
            site: about.site,
            electrode: about.electrode,
            device: about.device.or(device),
            channel: about.channel,
            is_scaled: false,
        },
        numbers: Numbers::default(),
        problem: None,
    };
    if let Some(summary) = &summary
        && let Err(found) = measured(summary, &mut entry)
    {
        problem.get_or_insert(found);
    }
    entry.problem = match problem {
        _ if folder.join(JOURNAL).is_file() => Some(problem::NOT_FINALISED.to_owned() + entry.id.as_str()),
        None if summary.is_none() => Some(problem::NOT_ANALYSED.to_owned()),
        None if started.is_none() => Some(problem::NO_START.to_owned()),
        other => other,
    };
    entry
}

/// Adds what `summary.json` says.
fn measured(summary: &Summary, entry: &mut SessionEntry) -> Result<(), String> {
    entry.duration_s = Some(summary.input.duration_s);
    if entry.conditions.program.is_none() {
        entry.conditions.program = summary.training.as_ref().map(|training| training.program.clone());
    }
    if entry.conditions.site.is_none() {
        entry.conditions.site = Some(summary.config.profile.name().to_owned());
    }
    let wanted = entry.conditions.channel.as_deref();
    let Some(channel) = numbers::channel(summary, wanted) else {
        return Err(if wanted.is_some() { problem::OTHER_CHANNEL } else { problem::NO_CHANNEL }.to_owned());
    };
    let is_scaled = summary.input.channels.iter().any(|input| input.name == channel && input.uv_per_unit.is_some());
    entry.numbers = Numbers::of(summary, channel);
    entry.conditions = Conditions { is_scaled, channel: Some(channel.to_owned()), ..entry.conditions.clone() };
    Ok(())
}

/// Takes what could be read, or the first reason why not.
fn keep<T>(read: Result<Option<T>, String>, into: &mut Option<T>, problem: &mut Option<String>) {
    match read {
        Ok(found) => *into = found,
        Err(found) => {
            problem.get_or_insert(found);
        }
    }
}

/// A description, if it is there; `known` is the newest version that is understood.
pub(crate) fn description<T: DeserializeOwned>(
    folder: &Path,
    name: &'static str,
    known: u32,
) -> Result<Option<T>, String> {
    let place = folder.join(name);
    let refused = |error: io::Error| problem::refused(name, &error);
    match fs::metadata(&place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(error)),
        Ok(found) if found.len() > MAX_BYTES => return Err(problem::too_large(name)),
        Ok(_) => {}
    }
    let bytes = tonus_record::file::read(&place, MAX_BYTES).map_err(refused)?;
    // The reader's own message may repeat what stands in the file, such as a note; line and column do not.
    let malformed = |error: serde_json::Error| problem::malformed(name, error.line(), error.column());
    let Version { schema_version } = serde_json::from_slice(&bytes).map_err(malformed)?;
    if schema_version > known {
        return Err(problem::newer(name, schema_version));
    }
    serde_json::from_slice(&bytes).map(Some).map_err(malformed)
}
