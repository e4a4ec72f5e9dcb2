//! Rows of `session.csv` as text.

use std::fmt::Write as _;

use tonus_core::input::Cue;

use super::{STALL, SessionInfo};

/// The table, row by row.
#[derive(Debug, Clone)]
pub struct TableText {
    text: String,
    rate_hz: f64,
    channels: usize,
}

impl TableText {
    /// A table that begins with its names.
    pub fn new(info: &SessionInfo) -> Self {
        Self { text: info.names_row() + "\n", rate_hz: info.rate.hz, channels: info.scale.len() }
    }

    /// What there is.
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Forgets what there is.
    pub fn clear(&mut self) {
        self.text.clear();
    }

    /// A frame, as the sensor sent it.
    pub fn frame(&mut self, n: u64, values: &[f64], cue: Cue) {
        self.begin(n);
        for value in values {
            // Writing to a string cannot fail.
            let _ = write!(self.text, ",{value}");
        }
        self.finish(cue, format_args!(""));
    }

    /// Frames that are missing from `n` on.
    pub fn gap(&mut self, n: u64, frames: u64, cue: Cue) {
        self.begin(n);
        self.text.extend(std::iter::repeat_n(',', self.channels));
        self.finish(cue, format_args!("{frames}"));
    }

    /// An unknown time is missing before `n`.
    pub fn stall(&mut self, n: u64, cue: Cue) {
        self.begin(n);
        self.text.extend(std::iter::repeat_n(',', self.channels));
        self.finish(cue, format_args!("{STALL}"));
    }

    fn begin(&mut self, n: u64) {
        let _ = write!(self.text, "{n},{:.6}", n as f64 / self.rate_hz);
    }

    fn finish(&mut self, cue: Cue, gap: std::fmt::Arguments<'_>) {
        let _ = writeln!(self.text, ",{},{gap}", cue.name());
    }
}
