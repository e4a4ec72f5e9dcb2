//! A folder of the file system: modes 0700 and 0600 from the first moment on, whatever the umask.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::store::{Store, StoreFile};

/// A folder of the file system.
#[derive(Debug, Clone)]
pub struct FolderStore {
    folder: PathBuf,
}

impl FolderStore {
    /// A folder, which need not be there yet.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Store for FolderStore {
    type File = File;
    type Reader = File;

    fn make_folder(&self) -> io::Result<()> {
        if self.folder.is_dir() {
            return Ok(());
        }
        let mut builder = DirBuilder::new();
        private_folder(&mut builder);
        builder.recursive(true).create(&self.folder)?;
        let parent = self.folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        sync(parent.unwrap_or(Path::new(".")))
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        self.folder.join(name).try_exists()
    }

    fn create(&self, name: &str) -> io::Result<File> {
        let file = crate::file::create(&self.folder.join(name))?;
        claim(&file)?;
        Ok(file)
    }

    /// Nobody can foresee it.
    fn draft(&self, name: &str) -> String {
        let begin = format!(".{name}.");
        for found in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let is_left = found
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(&begin) && name.strip_suffix(".draft").is_some());
            if is_left {
                // A folder is none of ours; it stays.
                let _ = fs::remove_file(found.path());
            }
        }
        format!("{begin}{:016x}.draft", crate::file::unforeseen())
    }

    fn claim(&self, name: &str) -> io::Result<File> {
        let file = crate::file::open(&self.folder.join(name))?;
        claim(&file)?;
        Ok(file)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.folder.join(from), self.folder.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.folder.join(name))
    }

    fn sync_folder(&self) -> io::Result<()> {
        sync(&self.folder)
    }
}

impl StoreFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

#[cfg(unix)]
fn private_folder(builder: &mut DirBuilder) {
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
}

#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The system lets go of a claim when its program dies. A file system without claims is none the worse for it.
#[cfg(unix)]
fn claim(file: &File) -> io::Result<()> {
    use rustix::fs::{FlockOperation, flock};
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Err(error) if error == rustix::io::Errno::WOULDBLOCK => Err(error.into()),
        _ => Ok(()),
    }
}

/// Elsewhere the folder of the person is closed to others by the system.
#[cfg(not(unix))]
fn private_folder(_builder: &mut DirBuilder) {}

/// Elsewhere a folder cannot be opened as a file; the system writes its names itself.
#[cfg(not(unix))]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn claim(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_draft_has_a_name_that_nobody_foresees_and_old_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        fs::write(place("victim"), "mine").unwrap();
        for left in [".session.csv.draft", ".session.csv.0123456789abcdef.draft"] {
            symlink(place("victim"), place(left)).unwrap();
        }
        fs::write(place(".session.json.draft"), "of another file").unwrap();
        let store = FolderStore::new(folder.path());
        let (one, other) = (store.draft("session.csv"), store.draft("session.csv"));
        assert!(one != other && one.starts_with(".session.csv.") && one.strip_suffix(".draft").is_some(), "{one}");
        store.create(&other).unwrap().append(b"new").unwrap();
        assert_eq!(fs::metadata(place(&other)).unwrap().permissions().mode() & 0o777, 0o600);
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|found| found.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [other.as_str(), ".session.json.draft", "victim"]);
        assert_eq!(fs::read_to_string(place("victim")).unwrap(), "mine");
    }
}
