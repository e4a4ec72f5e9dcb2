//! A training session that goes into the store: its folder before, its summary and report after.

use std::path::{Path, PathBuf};

use tonus_history::{About, Advice, HistoryError, Id, PlanSteps, SessionEntry, Store, advise};
use tonus_program::Plan;
use tonus_record::session::TABLE;

use super::{now, say, store};
use crate::analyze::as_recorded;
use crate::failure::Failure;
use crate::human;
use crate::plan::usage;
use crate::report;
use crate::training::Chosen;
use crate::words;

/// A session on its way into the store.
#[derive(Debug)]
pub(crate) struct Kept {
    /// None if the recording goes elsewhere.
    store: Option<Store>,
    folder: PathBuf,
    about: About,
    quiet: bool,
}

impl Kept {
    /// A session that begins now: in a folder, or in a new one of the store.
    pub(crate) fn begin(
        out: Option<&Path>,
        root: Option<&Path>,
        about: About,
        chosen: &Chosen,
        quiet: bool,
    ) -> Result<Self, Failure> {
        let about = About {
            program: Some(chosen.file.name.clone()),
            plan: chosen.plan.as_ref().map(|plan| plan.0.clone()),
            stage: chosen.plan.as_ref().map(|plan| plan.1),
            ..about
        };
        if let Some(folder) = out {
            return Ok(Self { store: None, folder: folder.to_owned(), about, quiet });
        }
        let store = store(root)?;
        let folder = store.new_session(now())?;
        Ok(Self { store: Some(store), folder, about, quiet })
    }

    /// Where the recording goes.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A session of which nothing was recorded is none.
    pub(crate) fn forget_if_empty(self) {
        if self.store.is_none() {
            return;
        }
        // A folder with something in it stays: that is what is wanted.
        let _ = std::fs::remove_dir(&self.folder);
    }

    /// Reads the recording again and writes what came of it: `summary.json`, `report.html`, `about.json`; outside the store
    /// only the last.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let Some(store) = &self.store else { return Ok(self.about.write_beside(&self.folder)?) };
        let (summary, trace) = as_recorded(&self.folder)?;
        report::write(&self.folder, &summary, &trace)?;
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let id = store.sessions()?.into_iter().map(|entry| entry.id).find(|id: &Id| id.as_str() == name);
        let Some(id) = id else { return usage("the session's folder is gone", "record it again") };
        store.finish(&id, &summary, &self.about)?;
        if self.quiet {
            return Ok(());
        }
        if let Some(training) = &summary.training {
            say(human::training(training).trim_end());
        }
        say(&words::kept(id.as_str(), &self.folder.join(report::FILE)));
        say(words::AFTERWARDS);
        Ok(())
    }
}

/// The stage of a plan where a person stands; says so if the next one is ready, or an easier one there.
pub(crate) fn stage(plan: &Plan, root: Option<&Path>) -> Result<usize, Failure> {
    let store = store(root)?;
    let Some(advice) = advise(&PlanSteps::from(plan), &store.sessions()?, &store.diary()?) else { return Ok(1) };
    if advice.advice != Advice::Stay {
        say(&advice.text);
    }
    Ok(usize::from(advice.stage))
}

/// Copies a recording or an analysis into the store; a recording that was not analyzed yet is analyzed now.
pub(crate) fn add(store: &Store, folder: &Path, about: &About) -> Result<Id, Failure> {
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
    report::write(&store.folder(&id)?, &summary, &trace)?;
    store.finish(&id, &summary, &about)?;
    Ok(id)
}
