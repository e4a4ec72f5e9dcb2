//! Blocks of rows, each with its own header, and what only fills up a table.

use crate::chunk::Chunk;
use crate::error::{Place, ReadError};

use super::Recording;

impl Recording {
    /// Whether the line at the front heads a block; the first of its lines starts the clock again.
    ///
    /// # Errors
    /// [`ReadError::Malformed`] if the block has another rate, other channels or other units.
    #[cold]
    pub(super) fn heads_block(&mut self, length: usize) -> Result<bool, ReadError> {
        let line = self.source.bytes().get(..length).unwrap_or_default().trim_ascii_end();
        let key = |line: &[u8]| memchr::memchr(b'=', line).map_or(0, |at| at + 1);
        let end = key(line);
        if end < 2 || !line.iter().take(end - 1).all(u8::is_ascii_alphabetic) {
            return Ok(false);
        }
        let is_known = |known: &&Vec<u8>| known.get(..key(known)) == line.get(..end);
        if let Some(known) = self.block.iter().find(is_known).filter(|known| known.trim_ascii_end() != line) {
            let name = String::from_utf8_lossy(known.get(..key(known)).unwrap_or_default()).into_owned();
            return Err(ReadError::Malformed {
                file: self.header.file.clone(),
                place: Place { line: self.source.line, column: None },
                found: format!("a block with another {}", name.trim_end_matches('=')),
                fix: "split the file there".into(),
            });
        }
        if self.block.first().is_some_and(|first| is_known(&first)) {
            if let Some(timeline) = &mut self.timeline {
                timeline.restart();
            }
            self.lost = 0;
            self.events.push_back(Chunk::Stalled);
        }
        Ok(true)
    }

    /// Reads what is behind the signal, for the hash alone.
    #[cold]
    pub(super) fn read_to_end(&mut self) -> Result<(), ReadError> {
        loop {
            self.source.consume(self.source.bytes().len(), 0);
            if self.source.is_at_end() {
                break;
            }
            self.source.fill()?;
        }
        self.is_ended = true;
        Ok(())
    }
}
