//! How far a long file has been read; on a terminal only.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

/// Files below this size are read before anyone could look.
const WORTH_A_BAR: u64 = 20 << 20;

/// Shows progress on standard error, or nothing.
#[derive(Debug)]
pub(crate) struct Meter {
    is_shown: bool,
}

impl Meter {
    /// A meter that may be shown.
    pub(crate) fn new(is_wanted: bool) -> Self {
        Self { is_shown: is_wanted && io::stderr().is_terminal() }
    }

    /// Opens a large file with a bar; none where a bar is not wanted.
    pub(crate) fn open(&self, file: &Path) -> Option<Metered> {
        let about = std::fs::metadata(file)
            .ok()
            .filter(|about| self.is_shown && about.is_file() && about.len() > WORTH_A_BAR)?;
        let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {eta}").ok()?;
        let bar = ProgressBar::new(about.len()).with_style(style);
        bar.set_message(file.file_name().unwrap_or_default().to_string_lossy().into_owned());
        Some(Metered { file: File::open(file).ok()?, bar })
    }
}

/// A file that says how far it has been read.
#[derive(Debug)]
pub(crate) struct Metered {
    file: File,
    bar: ProgressBar,
}

impl Read for Metered {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(room)?;
        self.bar.inc(count as u64);
        if count == 0 {
            self.bar.finish_and_clear();
        }
        Ok(count)
    }
}
