//! Files that appear whole or not at all.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file that is written beside its place, under a name that nobody can foresee, and put there when it is finished. It is
/// for its owner alone (0600); a link that stands in its place is replaced, not followed.
///
/// Dropped unfinished, it leaves nothing behind, and what stood there before stays.
#[derive(Debug)]
pub struct NewFile {
    draft: NamedTempFile,
    place: PathBuf,
}

impl NewFile {
    /// Starts a file that will be `place`.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn create(place: impl Into<PathBuf>) -> io::Result<Self> {
        let place = place.into();
        let mut name = OsString::from(".");
        name.push(place.file_name().ok_or(io::ErrorKind::InvalidInput)?);
        name.push(".");
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let draft = tempfile::Builder::new().prefix(&name).suffix(".draft").tempfile_in(folder)?;
        Ok(Self { draft, place })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// What the operating system says; nothing has changed then.
    pub fn finish(self) -> io::Result<()> {
        self.draft.as_file().sync_all()?;
        self.draft.persist(&self.place).map(drop).map_err(|refused| refused.error)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.draft.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.draft.flush()
    }
}

/// Writes a whole file at once.
///
/// # Errors
/// What the operating system says; what stood there before is then unchanged.
pub fn replace(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = NewFile::create(place)?;
    file.write_all(bytes)?;
    file.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("states.csv");
        fs::write(&place, "old").unwrap();
        let mut file = NewFile::create(&place).unwrap();
        file.write_all(b"half").unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "old");
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        replace(&place, b"new").unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(NewFile::create(folder.path().join("none/states.csv")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_planted_link_is_replaced_and_never_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (victim, place) = (folder.path().join("victim"), folder.path().join("states.csv"));
        fs::write(&victim, "mine").unwrap();
        symlink(&victim, &place).unwrap();
        // Where a draft was before.
        symlink(&victim, folder.path().join(format!(".states.csv.{}.draft", std::process::id()))).unwrap();
        replace(&place, b"new").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
        let about = fs::symlink_metadata(&place).unwrap();
        assert!(about.is_file() && about.permissions().mode() & 0o777 == 0o600, "{about:?}");
    }
}
