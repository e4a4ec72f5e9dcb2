//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that is written beside its place and put there when it is finished.
///
/// Dropped unfinished, it leaves nothing behind, and what stood there before stays.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    /// Where it is while it is written; none once it stands in its place.
    draft: Option<PathBuf>,
    place: PathBuf,
}

impl NewFile {
    /// Starts a file that will be `place`.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn create(place: impl Into<PathBuf>) -> io::Result<Self> {
        let place = place.into();
        let mut name = std::ffi::OsString::from(".");
        name.push(place.file_name().ok_or(io::ErrorKind::InvalidInput)?);
        name.push(format!(".{}.draft", std::process::id()));
        let draft = place.with_file_name(name);
        Ok(Self { file: File::create(&draft)?, draft: Some(draft), place })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// What the operating system says; nothing has changed then.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        if let Some(draft) = &self.draft {
            fs::rename(draft, &self.place)?;
        }
        self.draft = None;
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some(draft) = &self.draft {
            // Nothing more can be done about a draft that cannot be removed; its name says what it is.
            let _ = fs::remove_file(draft);
        }
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
}
