//! A training session that goes into the store: its folder before, its summary and report after.

use std::path::{Path, PathBuf};

use tonus_history::{About, Advice, Id, PlanSteps, Store, advise};
use tonus_program::Plan;

use super::{now, say, store};
use crate::analyze::as_recorded;
use crate::failure::Failure;
use crate::plan::usage;
use crate::report;
use crate::training::Chosen;
use crate::words;

/// A session on its way into the store.
#[derive(Debug)]
pub(crate) struct Kept {
    store: Store,
    folder: PathBuf,
    about: About,
}

impl Kept {
    /// Makes the folder of a session that begins now.
    pub(crate) fn begin(root: Option<&Path>, about: About, chosen: &Chosen) -> Result<Self, Failure> {
        let store = store(root)?;
        let about = About {
            program: Some(chosen.file.name.clone()),
            plan: chosen.plan.as_ref().map(|plan| plan.0.clone()),
            stage: chosen.plan.as_ref().map(|plan| plan.1),
            ..about
        };
        let folder = store.new_session(now())?;
        Ok(Self { store, folder, about })
    }

    /// Where the recording goes.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A session of which nothing was recorded is none.
    pub(crate) fn forget_if_empty(self) {
        // A folder with something in it stays: that is what is wanted.
        let _ = std::fs::remove_dir(&self.folder);
    }

    /// Reads the recording again and writes what came of it: `summary.json`, `report.html`, `about.json`.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let (summary, trace) = as_recorded(&self.folder)?;
        report::write(&self.folder, &summary, &trace)?;
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let id = self.store.sessions()?.into_iter().map(|entry| entry.id).find(|id: &Id| id.as_str() == name);
        let Some(id) = id else { return usage("the session's folder is gone", "record it again") };
        self.store.finish(&id, &summary, &self.about)?;
        say(&words::kept(id.as_str(), &self.folder.join(report::FILE)));
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
