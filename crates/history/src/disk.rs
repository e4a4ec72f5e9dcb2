//! The files of a store: each appears whole or not at all, as [`tonus_report::atomic_file`] does it, and survives a loss of power.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tonus_record::file;
use tonus_report::atomic_file::NewFile;

/// End of the name of a file that is being written; its beginning is a point.
const DRAFT: &str = ".draft";
/// How often a write is tried again when its draft was taken away by another program that tidied up.
const TRIES: u32 = 3;
/// Largest file of the store that is read whole: a diary of 300 000 entries.
const MAX_BYTES: u64 = 64 << 20;

/// Makes a folder and those above it, for the owner alone (0700). One that is there stays as it is.
pub(crate) fn make_folders(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    private_folder(&mut builder);
    builder.recursive(true).create(folder)
}

/// Makes a folder that is not there yet, for the owner alone (0700).
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    private_folder(&mut builder);
    builder.create(folder)?;
    sync_parent(folder)
}

/// Writes a whole file at once, for the owner alone (0600); it survives a loss of power once this returns. In the place of a link
/// nothing is written: what it leads to would stay as it was, with all that was to be changed or deleted.
pub(crate) fn write(place: &Path, bytes: &[u8]) -> io::Result<()> {
    put(place, |file| file.write_all(bytes))
}

/// Copies a file like [`write`].
pub(crate) fn copy(from: &Path, place: &Path) -> io::Result<()> {
    put(place, |file| io::copy(&mut file::open(from)?, file).map(drop))
}

/// Appends to a file in one piece, and makes it if need be; it survives a loss of power once this returns.
pub(crate) fn append(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let is_new = !place.exists();
    let mut file = file::append(place)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    if is_new { sync_parent(place) } else { Ok(()) }
}

/// What stands in a file; nothing if there is none.
pub(crate) fn read(place: &Path) -> io::Result<Option<Vec<u8>>> {
    match file::read(place, MAX_BYTES) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Renames, and makes it last.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_parent(to)
}

/// Removes a file; it is fine if there is none.
pub(crate) fn remove_file(place: &Path) -> io::Result<()> {
    gone(fs::remove_file(place))?;
    sync_parent(place)
}

/// Removes a folder with all that is in it; it is fine if there is none.
pub(crate) fn remove_folder(folder: &Path) -> io::Result<()> {
    gone(fs::remove_dir_all(folder))?;
    sync_parent(folder)
}

/// Removes what is in a folder, but not the folder; it is fine if there is none.
pub(crate) fn empty_folder(folder: &Path) -> io::Result<()> {
    let items = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        items => items?,
    };
    for item in items {
        let item = item?;
        if item.file_type()?.is_dir() {
            gone(fs::remove_dir_all(item.path()))?;
        } else {
            gone(fs::remove_file(item.path()))?;
        }
    }
    Ok(())
}

/// The first link in a folder or below, or the folder itself: what it leads to would stay.
pub(crate) fn first_link(place: &Path) -> io::Result<Option<PathBuf>> {
    let about = match fs::symlink_metadata(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        about => about?,
    };
    if about.is_symlink() {
        return Ok(Some(place.to_owned()));
    }
    if about.is_dir() {
        for item in fs::read_dir(place)? {
            if let Some(link) = first_link(&item?.path())? {
                return Ok(Some(link));
            }
        }
    }
    Ok(None)
}

/// Removes what a program that died left of its unfinished writes in a folder.
pub(crate) fn remove_drafts(folder: &Path) -> io::Result<()> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        if is_draft(&item.file_name()) && item.file_type()?.is_file() {
            remove_file(&item.path())?;
        }
    }
    Ok(())
}

/// Whether a name is that of an unfinished write.
fn is_draft(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') && name.ends_with(DRAFT)
}

/// Takes group and others the right to see a folder and the files in it, where another program gave it.
pub(crate) fn close_to_others(folder: &Path) -> io::Result<()> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        if item.file_type()?.is_file() {
            set_mode(&item.path(), 0o600)?;
        }
    }
    set_mode(folder, 0o700)
}

fn put(place: &Path, fill: impl Fn(&mut NewFile) -> io::Result<()>) -> io::Result<()> {
    if fs::symlink_metadata(place).is_ok_and(|found| found.is_symlink()) {
        let text = "a link, which is not written through; put the file itself there";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let mut tried = 1;
    loop {
        let done = NewFile::create(place).and_then(|mut file| fill(&mut file).and_then(|()| file.finish()));
        match done {
            Ok(()) => return sync_parent(place),
            Err(error) if error.kind() == io::ErrorKind::NotFound && tried < TRIES => tried += 1,
            // A draft that stays is removed when the store is opened again.
            Err(error) => return Err(error),
        }
    }
}

fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Makes the names in the folder above last.
fn sync_parent(place: &Path) -> io::Result<()> {
    sync_folder(parent(place))
}

fn parent(place: &Path) -> &Path {
    place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened as a file; the system writes its names itself.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn private_folder(builder: &mut DirBuilder) {
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
}

#[cfg(unix)]
fn set_mode(place: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if fs::metadata(place)?.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    fs::set_permissions(place, fs::Permissions::from_mode(mode))
}

/// Elsewhere the folder of the person is closed to others by the system.
#[cfg(not(unix))]
fn private_folder(_builder: &mut DirBuilder) {}

#[cfg(not(unix))]
fn set_mode(_place: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_and_leaves_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("index.json");
        write(&place, b"old").unwrap();
        write(&place, b"new").unwrap();
        assert_eq!(read(&place).unwrap().unwrap(), b"new");
        assert_eq!(read(&folder.path().join("none")).unwrap(), None);
        assert!(put(&place, |_| Err(io::Error::other("full"))).is_err());
        assert_eq!(read(&place).unwrap().unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn drafts_of_the_dead_are_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let draft = folder.path().join(format!(".diary.jsonl.x7{DRAFT}"));
        fs::write(&draft, "half").unwrap();
        fs::write(folder.path().join(".profile"), "").unwrap();
        fs::write(folder.path().join("letter.draft"), "").unwrap();
        remove_drafts(folder.path()).unwrap();
        assert!(!draft.exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
