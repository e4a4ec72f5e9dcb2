//! How far files have been read: one bar for all of them, on a terminal only.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

/// Less than this is read before anyone could look.
const WORTH_A_BAR: u64 = 20 << 20;

/// Shows progress on standard error, or nothing.
#[derive(Debug)]
pub(crate) struct Meter {
    bar: Option<ProgressBar>,
    files: usize,
}

impl Meter {
    /// A meter that shows nothing.
    pub(crate) const fn none() -> Self {
        Self { bar: None, files: 0 }
    }

    /// A meter for `files`, which may be shown.
    pub(crate) fn new<'a>(is_wanted: bool, files: impl IntoIterator<Item = &'a Path>) -> Self {
        if !is_wanted || !io::stderr().is_terminal() {
            return Self::none();
        }
        let sizes: Vec<u64> = files.into_iter().map(size).collect();
        let (total, files) = (sizes.iter().sum(), sizes.len());
        let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {eta}");
        let bar = style.ok().filter(|_| total > WORTH_A_BAR).map(|style| ProgressBar::new(total).with_style(style));
        let meter = Self { bar, files };
        meter.done(0);
        meter
    }

    /// So many files are through.
    pub(crate) fn done(&self, count: usize) {
        if let Some(bar) = &self.bar {
            bar.set_message(if self.files == 1 {
                "reading".to_owned()
            } else {
                format!("{count}/{} files", self.files)
            });
            if count >= self.files {
                bar.finish_and_clear();
            }
        }
    }

    /// Does something that prints, with the bar out of the way.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Opens a file that moves the bar; none where there is no bar.
    pub(crate) fn open(&self, file: &Path) -> Option<Metered> {
        let bar = self.bar.clone()?;
        let left = size(file);
        Some(Metered { file: tonus_record::file::open(file).ok().filter(|_| left > 0)?, bar, left })
    }
}

/// Bytes of a regular file; 0 of anything else.
fn size(file: &Path) -> u64 {
    let table = tonus_record::session::table_of(file);
    std::fs::metadata(table).ok().filter(std::fs::Metadata::is_file).map_or(0, |about| about.len())
}

/// A file that says how far it has been read.
#[derive(Debug)]
pub(crate) struct Metered {
    file: File,
    bar: ProgressBar,
    left: u64,
}

impl Read for Metered {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(room)?;
        let new = self.left.min(count as u64);
        self.left -= new;
        self.bar.inc(new);
        Ok(count)
    }
}

impl Drop for Metered {
    /// What was not read counts as done: the file was given up.
    fn drop(&mut self) {
        self.bar.inc(self.left);
    }
}
