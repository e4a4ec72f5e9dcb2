//! A training session that goes into the store: its folder before, its summary and report after.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::{REPORT, as_recorded, write_report};
use tonus_history::{About, Advice, HistoryError, Id, Likeness, PlanSteps, SessionEntry, Store, advise, calmest};
use tonus_program::Plan;
use tonus_record::journal::JOURNAL;
use tonus_record::session::{SessionInfo, TABLE};
use tonus_report::Summary;
use tonus_report::vocabulary::Language;

use super::error::LiveError;
use super::protocol::Chosen;

/// Seconds since 1970.
pub fn now_unix_s() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// A session on its way into the store, or into a folder elsewhere.
#[derive(Debug)]
pub struct Pending {
    /// None if the recording goes elsewhere.
    store: Option<Store>,
    folder: PathBuf,
    about: About,
    /// That of the programme: the report speaks it too.
    language: Language,
}

/// A session that is in the store.
#[derive(Debug)]
pub struct Stored {
    /// Its name.
    pub id: Id,
    /// All its numbers.
    pub summary: Summary,
    /// Its report.
    pub report: PathBuf,
}

/// What is said about a session of a programme.
fn about_with(about: About, chosen: &Chosen) -> About {
    About {
        program: Some(chosen.file.name.clone()),
        plan: chosen.plan.as_ref().map(|plan| plan.0.clone()),
        stage: chosen.plan.as_ref().map(|plan| plan.1),
        ..about
    }
}

/// The language of a programme.
fn language_of(chosen: &Chosen) -> Language {
    Language::from_code(&chosen.file.language).unwrap_or_default()
}

impl Pending {
    /// A session of a programme that begins now in a folder outside the store.
    pub fn outside(folder: &Path, about: About, chosen: &Chosen) -> Self {
        Self { store: None, folder: folder.to_owned(), about: about_with(about, chosen), language: language_of(chosen) }
    }

    /// A session of a programme that begins now, in a new folder of the store. What is said about it is there from the
    /// beginning, so that it is not lost with the program.
    ///
    /// # Errors
    /// [`LiveError::History`].
    pub fn inside(store: Store, about: About, chosen: &Chosen) -> Result<Self, LiveError> {
        let about = about_with(about, chosen);
        about.check()?;
        let folder = store.new_session(now_unix_s())?;
        about.write_beside(&folder)?;
        Ok(Self { store: Some(store), folder, about, language: language_of(chosen) })
    }

    /// Where the recording goes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether there is a recording, or what is left of one.
    pub fn is_recorded(&self) -> bool {
        [TABLE, JOURNAL].iter().any(|name| self.folder.join(name).exists())
    }

    /// A session of which nothing was recorded is none.
    pub fn forget_if_empty(self) {
        let Some(store) = &self.store else { return };
        if self.is_recorded() {
            return;
        }
        // An empty session that cannot be taken away is listed as one that was not finished.
        let _ = id_of(store, &self.folder).and_then(|id| Ok(store.delete(&id)?));
    }

    /// Reads the recording again and writes what came of it: `summary.json`, `report.html`, `about.json`; outside the store
    /// only the last.
    ///
    /// # Errors
    /// [`LiveError::Analysis`], [`LiveError::History`].
    pub fn finish(self) -> Result<Option<Stored>, LiveError> {
        match &self.store {
            None => {
                self.about.write_beside(&self.folder)?;
                Ok(None)
            }
            Some(store) => finish_in(store, &self.folder, &self.about, self.language).map(Some),
        }
    }
}

/// Analyzes the recording in a folder of the store, and puts summary and report beside it.
fn finish_in(store: &Store, folder: &Path, about: &About, language: Language) -> Result<Stored, LiveError> {
    let (mut summary, trace) = as_recorded(folder)?;
    let id = id_of(store, folder)?;
    remember_rest(store, &id, &mut summary)?;
    write_report(folder, &summary, &trace, language)?;
    store.finish(&id, &summary, about)?;
    Ok(Stored { id, summary, report: folder.join(REPORT) })
}

/// Enters into the summary of a stored session what was the calmest rest of like sessions before it.
///
/// # Errors
/// [`LiveError::History`].
pub fn remember_rest(store: &Store, id: &Id, summary: &mut Summary) -> Result<(), LiveError> {
    let sessions = store.sessions()?;
    let Some(place) = sessions.iter().position(|entry| entry.id == *id) else { return Ok(()) };
    let (before, this) = sessions.split_at(place);
    let like = this.first().map(Likeness::of).unwrap_or_default();
    let site = like.site.clone().or_else(|| Some(summary.config.profile.name().to_owned()));
    for (input, channel) in summary.input.channels.iter().zip(&mut summary.channels) {
        let like = Likeness { site: site.clone(), channel: Some(channel.name.clone()), ..like.clone() };
        let found = calmest(before, &like).filter(|_| input.uv_per_unit.is_some());
        channel.calibration.remember(found.map(|found| found.uv as f32));
    }
    Ok(())
}

/// What a store knows of rest before, for a sensor under way.
#[derive(Debug, Clone, Default)]
pub struct RestMemory {
    sessions: Vec<SessionEntry>,
    about: About,
}

impl RestMemory {
    /// What the store in a folder knows, or the one in its usual place, for a session of which this is said; nothing where there is
    /// none, and none is made.
    pub fn open(root: Option<&Path>, about: &About) -> Self {
        let root = root.map(Path::to_owned).or_else(|| Store::default_root().ok()).filter(|root| root.is_dir());
        // What cannot be read is not known.
        let sessions = root.and_then(|root| Store::open(&root).ok()?.sessions().ok()).unwrap_or_default();
        Self { sessions, about: about.clone() }
    }

    /// The calmest rest of a channel (from 0) of this sensor in earlier sessions, in µV.
    pub fn calmest_uv(&self, info: &SessionInfo, channel: usize) -> Option<f32> {
        let scale = info.scale.get(channel).filter(|scale| scale.scaled)?;
        let like = Likeness {
            site: self.about.site.clone().or_else(|| Some(info.config.pipeline.profile?.name().to_owned())),
            electrode: self.about.electrode.clone(),
            device: Some(info.device.id.clone()),
            channel: Some(scale.channel.clone()),
        };
        calmest(&self.sessions, &like).map(|found| found.uv as f32)
    }
}

fn id_of(store: &Store, folder: &Path) -> Result<Id, LiveError> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let id = store.sessions()?.into_iter().map(|entry| entry.id).find(|id| id.as_str() == name);
    id.map_or_else(|| LiveError::usage("the session's folder is gone", "record it again"), Ok)
}

/// Brings a stored session to its end whose program died: summary and report of what was recovered. Does nothing where that
/// was done.
///
/// # Errors
/// As [`Pending::finish`].
pub fn finish_recovered(store: &Store, id: &Id) -> Result<Option<Stored>, LiveError> {
    let folder = store.folder(id)?;
    if !folder.join(TABLE).is_file() || folder.join("summary.json").is_file() {
        return Ok(None);
    }
    finish_in(store, &folder, &store.about(id)?, Language::default()).map(Some)
}

/// The stage of a plan where a person stands, and what is advised, if that is to do something else.
///
/// # Errors
/// [`LiveError::History`].
pub fn stage(plan: &Plan, store: &Store) -> Result<(usize, Option<String>), LiveError> {
    let Some(advice) = advise(&PlanSteps::from(plan), &store.sessions()?, &store.diary()?, Language::default()) else {
        return Ok((1, None));
    };
    let text = (advice.advice != Advice::Stay).then_some(advice.text);
    Ok((usize::from(advice.stage), text))
}

/// Copies a recording or an analysis into the store; a recording that was not analyzed yet is analyzed now.
///
/// # Errors
/// [`LiveError::History`], [`LiveError::Analysis`].
pub fn add(store: &Store, folder: &Path, about: &About) -> Result<Id, LiveError> {
    if folder.join("summary.json").is_file() || !folder.join(TABLE).is_file() {
        return Ok(store.add(folder, about)?);
    }
    let (summary, trace) = as_recorded(folder)?;
    let is_there = |entry: &SessionEntry| entry.numbers.digest.as_deref() == Some(summary.digest.as_str());
    if let Some(entry) = store.sessions()?.into_iter().find(is_there) {
        return Err(HistoryError::AlreadyThere { id: entry.id }.into());
    }
    let id = store.add(folder, about)?;
    let about = store.about(&id)?;
    write_report(&store.folder(&id)?, &summary, &trace, Language::default())?;
    store.finish(&id, &summary, &about)?;
    Ok(id)
}
