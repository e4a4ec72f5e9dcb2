//! A file that takes its name only when it is whole. Nobody else can read it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use super::ExportError;

/// Bytes gathered before they are written.
const BLOCK: usize = 256 * 1024;

/// A file on its way; it goes away unless it is kept.
#[derive(Debug)]
pub(super) struct Draft {
    out: PathBuf,
    path: PathBuf,
    file: BufWriter<File>,
    overwrite: bool,
    is_kept: bool,
}

impl Draft {
    /// Begins a draft beside the file that it becomes.
    pub(super) fn create(out: &Path, overwrite: bool) -> Result<Self, ExportError> {
        if !overwrite && out.symlink_metadata().is_ok() {
            return Err(ExportError::Exists { place: out.to_owned() });
        }
        let fail = |source| ExportError::Storage { place: out.to_owned(), source };
        let name = out.file_name().ok_or_else(|| fail(io::ErrorKind::InvalidInput.into()))?;
        let mut draft = std::ffi::OsString::from(".");
        draft.push(name);
        draft.push(format!(".{:016x}.draft", crate::file::unforeseen()));
        let path = out.with_file_name(draft);
        let file = BufWriter::with_capacity(BLOCK, crate::file::create_new(&path).map_err(fail)?);
        Ok(Self { out: out.to_owned(), path, file, overwrite, is_kept: false })
    }

    /// Where the draft is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn fail(&self, source: io::Error) -> ExportError {
        ExportError::Storage { place: self.out.clone(), source }
    }

    /// Appends bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.file.write_all(bytes).map_err(|error| self.fail(error))
    }

    /// Brings everything to the disk; says how many bytes there are.
    pub(super) fn sync(&mut self) -> Result<u64, ExportError> {
        let done = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        done.and_then(|()| self.file.stream_position()).map_err(|error| self.fail(error))
    }

    /// Gives the draft its name.
    pub(super) fn keep(mut self) -> Result<(), ExportError> {
        // A hard link never replaces a file that somebody made in the meantime; where there are none, a rename has to do.
        let done = if self.overwrite {
            fs::rename(&self.path, &self.out)
        } else {
            match fs::hard_link(&self.path, &self.out) {
                Ok(()) => fs::remove_file(&self.path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
                Err(_) => fs::rename(&self.path, &self.out),
            }
        };
        done.map_err(|error| self.fail(error))?;
        self.is_kept = true;
        let folder = self.out.parent().filter(|folder| !folder.as_os_str().is_empty());
        // A folder that cannot be synced, as on some systems, is still a folder that holds the file.
        let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_kept {
            // What cannot be removed is at least not under the name that was asked for.
            let _ = fs::remove_file(&self.path);
        }
    }
}
