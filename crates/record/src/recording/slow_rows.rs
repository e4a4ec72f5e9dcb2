//! Lines that are no plain rows.

use crate::error::{ReadError, found};
use crate::fields::trim;
use crate::format::csv::{Below, before_comment};
use crate::format::text::dialect::{MOST_LINES, is_blank, is_comment};
use crate::header::Note;
use crate::rows::{Careful, Fault, Reason};
use crate::source::Source;

use super::Recording;

impl Recording {
    /// Reads one line that is no plain row.
    pub(super) fn read_carefully(&mut self) -> Result<(), ReadError> {
        let Some((length, ending)) = self.source.find_line()? else {
            self.is_ended = true;
            return Ok(());
        };
        let number = self.source.line;
        let (length, ending, lines) = self.whole_row(length, ending)?;
        if self.block.is_empty() && self.ends_table(length, ending)? {
            let what = format!("not read: another table begins in line {number}, below the one that is read");
            self.header.notes.push(Note::warning(what));
            return self.read_to_end();
        }
        if !self.block.is_empty() && self.heads_block(length)? {
            self.source.consume(length + ending, lines);
            return Ok(());
        }
        let line = self.source.bytes().get(..length).unwrap_or_default();
        let line = self.comment.map_or(line, |mark| before_comment(line, mark));
        let tabs_delimit = self.reader.dialect.delimiter == b'\t' && line.contains(&b'\t');
        let has_nul = line.contains(&0);
        if is_comment(line) || is_blank(line) && !has_nul && !tabs_delimit {
            self.source.consume(length + ending, lines);
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
                    self.source.consume(length + ending, lines);
                    self.counts.rows_read -= 1;
                    return Ok(());
                }
            },
        };
        let shown = match fault {
            Some(fault) => found(self.reader.text(line, fault.column.filter(|_| outside.is_none())), line),
            None => String::new(),
        };
        self.source.consume(length + ending, lines);
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

    /// The line at the front with those that a quoted cell with line ends in it goes on in: length, end, and how many lines.
    fn whole_row(&mut self, length: usize, ending: usize) -> Result<(usize, usize, u64), ReadError> {
        let line = |source: &Source, end: usize| source.bytes().get(..end).unwrap_or_default().to_vec();
        if !self.reader.is_open(self.source.bytes().get(..length).unwrap_or_default()) {
            return Ok((length, ending, 1));
        }
        let (mut end, mut ends) = (length, ending);
        for lines in 2..=MOST_LINES {
            let Some(found) = self.source.peek_line(end + ends)? else { break };
            (end, ends) = found;
            let row = line(&self.source, end);
            if !self.reader.is_open(&row) {
                if self.reader.is_row(&row) {
                    return Ok((end, ends, lines));
                }
                break;
            }
        }
        Ok((length, ending, 1))
    }

    /// Whether the table ends at the line at the front, because another begins below it.
    fn ends_table(&mut self, length: usize, ending: usize) -> Result<bool, ReadError> {
        let mut below = Below::default();
        let (mut start, mut end, mut ends) = (0, length, ending);
        loop {
            let line = self.source.bytes().get(start..end).unwrap_or_default();
            if let Some(found) = self.reader.look_below(&mut below, line, self.names_row.as_deref()) {
                return Ok(found);
            }
            start = end + ends;
            let Some(found) = self.source.peek_line(start)? else { return Ok(false) };
            (end, ends) = found;
        }
    }
}
