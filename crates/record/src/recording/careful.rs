//! Lines that are no plain rows.

use crate::cells::trim;
use crate::error::{ReadError, found};
use crate::format::csv::{before_comment, is_blank, is_comment};
use crate::rows::{Careful, Fault, Reason};

use super::Recording;

impl Recording {
    /// Reads one line that is no plain row.
    pub(super) fn read_carefully(&mut self) -> Result<(), ReadError> {
        let Some((length, ending)) = self.source.find_line()? else {
            self.is_ended = true;
            return Ok(());
        };
        let number = self.source.line;
        if !self.block.is_empty() && self.heads_block(length)? {
            self.source.consume(length + ending, 1);
            return Ok(());
        }
        let line = self.source.bytes().get(..length).unwrap_or_default();
        let line = self.comment.map_or(line, |mark| before_comment(line, mark));
        let tabs_delimit = self.reader.dialect.delimiter == b'\t' && line.contains(&b'\t');
        let has_nul = line.contains(&0);
        if is_comment(line) || is_blank(line) && !has_nul && !tabs_delimit {
            self.source.consume(length + ending, 1);
            return Ok(());
        }
        self.counts.rows_read += 1;
        let cue = self.cue;
        self.row.cue = cue;
        let not_a_row = |text| Some(Fault { column: None, reason: Reason::Text(text) });
        let outside = if has_nul && is_blank(line) {
            not_a_row("NUL bytes, as a power loss leaves them")
        } else if self.names_row.as_deref().is_some_and(|names| trim(names) == trim(line)) {
            not_a_row("the names of the columns again")
        } else {
            None
        };
        let (missing, fault, is_lost) = match outside {
            Some(fault) => (0, Some(fault), true),
            None => match self.reader.careful(line, ending == 0, &mut self.row) {
                Careful::Read { missing, fault } => (missing, fault, false),
                Careful::Lost(fault) => (0, Some(fault), true),
                Careful::Padding => {
                    self.source.consume(length + ending, 1);
                    self.counts.rows_read -= 1;
                    return Ok(());
                }
            },
        };
        let shown = match fault {
            Some(fault) => found(self.reader.text(line, fault.column.filter(|_| outside.is_none())), line),
            None => String::new(),
        };
        self.source.consume(length + ending, 1);
        self.counts.cells_missing += u64::from(missing);
        if let Some(fault) = fault {
            self.reject(number, fault, shown);
        }
        if is_lost {
            // With a time column the next stamp shows the hole; without one the row's place must be kept.
            self.lost += u64::from(outside.is_none() && self.timeline.is_none());
            return Ok(());
        }
        if let Some(missing) = self.row.gap.take() {
            return self.declare(missing);
        }
        let next = self.step()?;
        let placed = self.place(next, number)?;
        if let Some(second) = placed.filter(|_| fault.is_none()) {
            self.reject(number, second, format!("{}", self.row.stamp));
        }
        Ok(())
    }
}
