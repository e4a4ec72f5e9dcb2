//! Writing a session while it happens.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tonus_core::input::Cue;

use super::{ABOUT, STALL, SessionInfo, TABLE};

/// How often what was written goes to the system: a killed program loses no more.
const FLUSH: Duration = Duration::from_millis(200);
/// Bytes gathered before they are written in any case.
const BLOCK: usize = 64 << 10;

/// Writes `session.csv` row by row, and `session.json` at the beginning and at the end.
#[derive(Debug)]
pub struct SessionWriter {
    folder: PathBuf,
    table: File,
    text: String,
    rate_hz: f64,
    channels: usize,
    flushed: Instant,
}

impl SessionWriter {
    /// Starts a recording in a folder, which is made.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` if a recording is there already.
    pub fn create(folder: &Path, info: &SessionInfo) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let table = OpenOptions::new().write(true).create_new(true).open(folder.join(TABLE))?;
        let text = info.names_row() + "\n";
        let (rate_hz, channels) = (info.rate.hz, info.scale.len());
        let mut writer = Self { folder: folder.to_owned(), table, text, rate_hz, channels, flushed: Instant::now() };
        writer.describe(info)?;
        writer.flush()?;
        Ok(writer)
    }

    /// A frame, as the sensor sent it.
    ///
    /// # Errors
    /// What the system says.
    pub fn frame(&mut self, n: u64, values: &[f64], cue: Cue) -> io::Result<()> {
        self.begin(n);
        for value in values {
            // Writing to a string cannot fail.
            let _ = write!(self.text, ",{value}");
        }
        self.finish_row(cue, format_args!(""))
    }

    /// Frames that are missing from `n` on.
    ///
    /// # Errors
    /// What the system says.
    pub fn gap(&mut self, n: u64, frames: u64, cue: Cue) -> io::Result<()> {
        self.begin(n);
        self.text.extend(std::iter::repeat_n(',', self.channels));
        self.finish_row(cue, format_args!("{frames}"))
    }

    /// An unknown time is missing before `n`.
    ///
    /// # Errors
    /// What the system says.
    pub fn stall(&mut self, n: u64, cue: Cue) -> io::Result<()> {
        self.begin(n);
        self.text.extend(std::iter::repeat_n(',', self.channels));
        self.finish_row(cue, format_args!("{STALL}"))
    }

    fn begin(&mut self, n: u64) {
        let _ = write!(self.text, "{n},{:.6}", n as f64 / self.rate_hz);
    }

    fn finish_row(&mut self, cue: Cue, gap: std::fmt::Arguments<'_>) -> io::Result<()> {
        let _ = writeln!(self.text, ",{},{gap}", cue.name());
        if self.text.len() >= BLOCK || self.flushed.elapsed() >= FLUSH { self.flush() } else { Ok(()) }
    }

    /// Hands what was gathered to the system.
    ///
    /// # Errors
    /// What the system says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.flushed = Instant::now();
        self.table.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }

    /// Ends the recording.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(mut self, info: &SessionInfo) -> io::Result<()> {
        self.flush()?;
        self.table.sync_all()?;
        self.describe(info)
    }

    /// Puts the description in its place, whole.
    fn describe(&self, info: &SessionInfo) -> io::Result<()> {
        let draft = self.folder.join(format!(".{ABOUT}.draft"));
        let mut file = File::create(&draft)?;
        file.write_all(info.to_json()?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, self.folder.join(ABOUT))
    }
}
