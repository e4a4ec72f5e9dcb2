//! Where a recording's files are. A trait, so that tests can lose power, fill the disk and fail at any call.

use std::io::{self, Read};

/// A folder of a recording. Files in it are for their owner alone.
pub trait Store: Send {
    /// A file that is being written.
    type File: StoreFile + 'static;
    /// A file that is being read.
    type Reader: Send + 'static + Read;

    /// Makes the folder, and those above it, if it is not there; its name lasts once this returns.
    ///
    /// # Errors
    /// What the system says.
    fn make_folder(&self) -> io::Result<()>;

    /// Whether there is a file of this name.
    ///
    /// # Errors
    /// What the system says.
    fn exists(&self, name: &str) -> io::Result<bool>;

    /// Makes a file and claims it until it is let go; one of that name is replaced.
    ///
    /// # Errors
    /// What the system says.
    fn create(&self, name: &str) -> io::Result<Self::File>;

    /// A name for a file on its way to `name`. What others left behind under such names goes away.
    fn draft(&self, name: &str) -> String {
        format!(".{name}.draft")
    }

    /// Opens a file to read it and claims it.
    ///
    /// # Errors
    /// What the system says; `WouldBlock` if somebody else has claimed it: its writer lives.
    fn claim(&self, name: &str) -> io::Result<Self::Reader>;

    /// Gives a file another name; one that had it is replaced.
    ///
    /// # Errors
    /// What the system says.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// What the system says.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes the names in the folder last.
    ///
    /// # Errors
    /// What the system says.
    fn sync_folder(&self) -> io::Result<()>;
}

/// A file that is being written, from its beginning to its end.
pub trait StoreFile: Send {
    /// Appends all of it.
    ///
    /// # Errors
    /// What the system says; a part may have been written.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was appended last.
    ///
    /// # Errors
    /// What the system says; nothing since the last success can be relied on then.
    fn sync(&mut self) -> io::Result<()>;
}
