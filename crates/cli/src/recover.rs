//! `tonus recover`: what a program that died left of a recording, finalised.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use tonus_engine::live::store::finish_recovered;
use tonus_record::journal::{FolderStore, RecoverError, Recovered, finalise};

use crate::failure::{self, Failure, OK};
use crate::history;

pub(crate) const EXAMPLES: &str = "\
Examples:
  tonus recover monday                             monday/session.csv and session.json from monday/journal.tonus
  tonus recover 20261124-060236                    of a stored session";

pub(crate) const NOTES: &str = "\
A recording is written as journal.tonus and becomes session.csv and session.json at its end. Where the program was killed or
the power failed, this makes them of what is there. What is damaged is declared as a gap; nothing is filled in. Doing it twice
changes nothing. A stored session gets its summary and report too, with what was said about it at its beginning.

Exit codes: 0 ok, 3 nothing there that could be recovered, 6 storage, or a recording that is still under way.";

#[derive(Debug, ClapArgs)]
pub(crate) struct RecoverArgs {
    /// The folder of the recording, or the name of a stored session
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: PathBuf,
    /// Print what was recovered as JSON
    #[arg(long)]
    json: bool,
    /// Print no messages but errors
    #[arg(long, short)]
    quiet: bool,
    /// The folder of the store [default: `$TONUS_HOME`, or the usual place for a person's files]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    store: Option<PathBuf>,
}

/// Finalises the folder of a recording.
pub(crate) fn run(args: &RecoverArgs) -> Result<u8, Failure> {
    let (folder, stored) = if args.folder.exists() || args.folder.components().count() > 1 {
        (args.folder.clone(), None)
    } else {
        let store = history::store(args.store.as_deref())?;
        let id = history::id(&store, &args.folder.to_string_lossy())?;
        (store.folder(&id)?, Some((store, id)))
    };
    if !folder.is_dir() {
        return Err(Failure::Recover { folder, source: RecoverError::Nothing });
    }
    let done = finalise(&FolderStore::new(&folder));
    let found = done.map_err(|source| Failure::Recover { folder: folder.clone(), source })?;
    let kept = match &stored {
        Some((store, id)) => finish_recovered(store, id)?,
        None => None,
    };
    if args.json {
        let mut json = serde_json::to_string(&found).map_err(|error| Failure::Internal(error.to_string()))?;
        json.push('\n');
        failure::print(&json)?;
    } else if !args.quiet {
        failure::say(&format!("{}: {}", folder.display(), words(&found)));
        if let Some(kept) = kept {
            history::say(&crate::words::kept(kept.id.as_str(), &kept.report));
        }
    }
    Ok(OK)
}

fn words(found: &Recovered) -> String {
    if !found.recovered {
        return "is finalised; there is nothing to recover".to_owned();
    }
    let mut text = format!(
        "recovered {:.2} s: {} frames, {} missing in {} gaps",
        found.seconds, found.frames, found.lost, found.gaps
    );
    if found.damaged_chunks > 0 {
        text += "; ";
        text += &found.damaged_chunks.to_string();
        text += " chunks of the journal were damaged and are declared as gaps";
    }
    text
}
