//! `index.json`: what the folders said when they were last read, so that a long history opens fast.
//!
//! It holds nothing that the folders do not, and is never trusted over them: an entry counts only while the files that it
//! was read from are the same by size, time and place on the disk, and the whole only while its check sum fits.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use tonus_record::session as recording;

use super::read::{ABOUT, SUMMARY};
use crate::disk;
use crate::entry::SessionEntry;

/// Its name.
pub(crate) const INDEX: &str = "index.json";
/// Version of its layout and of what is taken from the files; another one is read anew.
const SCHEMA_VERSION: u32 = 3;

/// Entries by the name of their folder.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Index(pub(crate) BTreeMap<String, Indexed>);

/// An entry, and the files that it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Indexed {
    /// The files.
    pub stamp: Stamp,
    /// What they said.
    pub entry: SessionEntry,
}

/// The files behind an entry as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp([Option<FileStamp>; 3]);

/// A file as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FileStamp {
    bytes: u64,
    modified_ns: String,
    /// On Unix, the file's number and when anything about it changed last: they tell files of one size and time apart.
    place: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    schema_version: u32,
    check: String,
    sessions: BTreeMap<String, Indexed>,
}

impl Index {
    /// What stands in a store; empty if there is nothing that can be relied on.
    pub(crate) fn read(root: &Path) -> Self {
        let bytes = disk::read(&root.join(INDEX)).ok().flatten().unwrap_or_default();
        let file = serde_json::from_slice::<File>(&bytes).ok();
        let sound =
            |file: &File| file.schema_version == SCHEMA_VERSION && check(&file.sessions).as_ref() == Some(&file.check);
        Self(file.filter(sound).map(|file| file.sessions).unwrap_or_default())
    }

    /// Puts it in a store.
    pub(crate) fn write(self, root: &Path) -> std::io::Result<()> {
        let check = check(&self.0).unwrap_or_default();
        let file = File { schema_version: SCHEMA_VERSION, check, sessions: self.0 };
        disk::write(&root.join(INDEX), &serde_json::to_vec(&file)?)
    }
}

/// FNV-1a over the entries: finds a damaged file; it keeps nobody from changing it.
fn check(sessions: &BTreeMap<String, Indexed>) -> Option<String> {
    let bytes = serde_json::to_vec(sessions).ok()?;
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    Some(format!("{hash:016x}"))
}

impl Stamp {
    /// The files of a folder as they are now.
    pub(crate) fn of(folder: &Path) -> Self {
        Self([ABOUT, recording::ABOUT, SUMMARY].map(|name| {
            let found = fs::metadata(folder.join(name)).ok()?;
            let since = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
            Some(FileStamp { bytes: found.len(), modified_ns: since.as_nanos().to_string(), place: place(&found) })
        }))
    }
}

#[cfg(unix)]
fn place(found: &fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt as _;
    format!("{}:{}:{}.{}", found.dev(), found.ino(), found.ctime(), found.ctime_nsec())
}

#[cfg(not(unix))]
fn place(_found: &fs::Metadata) -> String {
    String::new()
}
