//! The stamps of rows that are still to be read.

use crate::error::ReadError;
use crate::format::csv::before_comment;
use crate::rows::{Peeked, RowReader};
use crate::source::{BLOCK, Source};
use crate::time_axis::Ahead;
use crate::time_axis::daytime::Daytime;

/// Most bytes that are looked at before they are consumed.
const MOST_AHEAD: usize = 2 * BLOCK;

/// Looks at the rows behind the one last read; leaves them where they are.
pub(super) struct RowsAhead<'a> {
    source: &'a mut Source,
    reader: &'a mut RowReader,
    comment: Option<&'static [u8]>,
    /// Blocks of rows have heads, which end what can be seen.
    has_blocks: bool,
    daytime: Daytime,
    /// Where the next line begins.
    at: usize,
    stamps: Vec<f64>,
    is_ended: bool,
    /// Why no more could be read.
    pub(super) error: Option<ReadError>,
}

impl<'a> RowsAhead<'a> {
    pub(super) fn new(
        source: &'a mut Source,
        reader: &'a mut RowReader,
        comment: Option<&'static [u8]>,
        has_blocks: bool,
    ) -> Self {
        let daytime = reader.daytime();
        Self { source, reader, comment, has_blocks, daytime, at: 0, stamps: Vec::new(), is_ended: false, error: None }
    }

    fn look(&mut self) {
        if self.at > MOST_AHEAD {
            self.is_ended = true;
            return;
        }
        match self.source.peek_line(self.at) {
            Ok(Some((end, ending))) => {
                let line = self.source.bytes().get(self.at..end).unwrap_or_default();
                let line = self.comment.map_or(line, |mark| before_comment(line, mark));
                self.at = end + ending;
                match self.reader.peek(line, &mut self.daytime) {
                    Peeked::Row(stamp) => self.stamps.push(stamp),
                    Peeked::Gap => self.is_ended = true,
                    Peeked::NoRow => self.is_ended = self.has_blocks,
                }
            }
            Ok(None) => self.is_ended = true,
            Err(error) => (self.is_ended, self.error) = (true, Some(error)),
        }
    }
}

impl Ahead for RowsAhead<'_> {
    fn stamp(&mut self, n: usize) -> Option<f64> {
        while self.stamps.len() <= n && !self.is_ended {
            self.look();
        }
        self.stamps.get(n).copied()
    }
}
