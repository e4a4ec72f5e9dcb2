//! One line into cells.

/// Delimiter and decimal point of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Between cells; a space stands for any run of spaces.
    pub(crate) delimiter: u8,
    /// `.` or `,`.
    pub(crate) point: u8,
    /// Cells are `name:value`, and the value counts.
    pub(crate) is_labelled: bool,
}

/// A line that cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadQuotes;

/// Trims spaces (tabs too, unless they delimit), a Ctrl-Z and NULs.
pub(crate) fn trim(mut cell: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = cell {
        cell = rest;
    }
    while let [rest @ .., b' ' | b'\t' | 0x1a] = cell {
        cell = rest;
    }
    cell
}

/// Splits lines; keeps its memory, so a row costs no allocation.
#[derive(Debug)]
pub(crate) struct Splitter {
    dialect: Dialect,
    /// Made for the first line with quotes: its tables take longer than many a row.
    core: Option<Box<csv_core::Reader>>,
    unquoted: Vec<u8>,
    ends: Vec<usize>,
    cells: Vec<(usize, usize)>,
    quoted: bool,
}

impl Splitter {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { dialect, core: None, unquoted: Vec::new(), ends: Vec::new(), cells: Vec::new(), quoted: false }
    }

    pub(crate) fn point(&self) -> u8 {
        self.dialect.point
    }

    /// Splits `line`; the count of its cells. A trailing delimiter opens one more, empty cell.
    pub(crate) fn split(&mut self, line: &[u8]) -> Result<usize, BadQuotes> {
        self.cells.clear();
        self.quoted = line.contains(&b'"');
        if self.quoted {
            self.split_quoted(line)?;
            return Ok(self.cells.len());
        }
        let spaces = self.dialect.delimiter == b' ';
        let mut start = 0;
        for (at, _) in line.iter().enumerate().filter(|(_, b)| **b == self.dialect.delimiter) {
            if !(spaces && at == start) {
                self.cells.push((start, at));
            }
            start = at + 1;
        }
        if !(spaces && start == line.len()) {
            self.cells.push((start, line.len()));
        }
        Ok(self.cells.len())
    }

    /// Splits `line` and says whether it has `columns` cells, a trailing delimiter forgiven; otherwise how many.
    pub(crate) fn split_to(&mut self, line: &[u8], columns: usize) -> Result<Result<(), usize>, BadQuotes> {
        let count = self.split(line)?;
        let trailing = count == columns + 1 && self.cell(line, columns).is_some_and(<[u8]>::is_empty);
        Ok(if count == columns || trailing { Ok(()) } else { Err(count) })
    }

    /// Whether `line` ends inside a quoted cell, which may go on in the next line.
    pub(crate) fn is_open(&self, line: &[u8]) -> bool {
        line.contains(&b'"') && quotes(line, |b| b == self.dialect.delimiter) == Quotes::Open
    }

    /// Whether `line` has `columns` cells; they can then be asked for.
    pub(crate) fn fits(&mut self, line: &[u8], columns: usize) -> bool {
        self.split_to(line, columns) == Ok(Ok(()))
    }

    /// Cell `index` (from 0) of the line last split, trimmed.
    pub(crate) fn cell<'a>(&'a self, line: &'a [u8], index: usize) -> Option<&'a [u8]> {
        let (start, end) = *self.cells.get(index)?;
        let text = if self.quoted { self.unquoted.as_slice() } else { line };
        let cell = text.get(start..end).map(trim)?;
        if !self.dialect.is_labelled {
            return Some(cell);
        }
        let value = memchr::memrchr(b':', cell).map_or(0, |colon| colon + 1);
        cell.get(value..).map(trim)
    }

    fn split_quoted(&mut self, line: &[u8]) -> Result<(), BadQuotes> {
        check_quotes(line, self.dialect.delimiter)?;
        self.unquoted.resize(line.len() + 1, 0);
        self.ends.resize(line.len() + 2, 0);
        let Self { dialect: Dialect { delimiter, .. }, core, .. } = self;
        let core = core.get_or_insert_with(|| Box::new(csv_core::ReaderBuilder::new().delimiter(*delimiter).build()));
        core.reset();
        let (_, _, written, ends) = core.read_record(line, &mut self.unquoted, &mut self.ends);
        let unquoted = self.unquoted.get_mut(written..).unwrap_or_default();
        let rest = self.ends.get_mut(ends..).unwrap_or_default();
        let (_, _, _, last) = core.read_record(b"", unquoted, rest);
        let mut start = 0;
        for end in self.ends.iter().take(ends + last).copied() {
            if !(self.dialect.delimiter == b' ' && end == start) {
                self.cells.push((start, end));
            }
            start = end;
        }
        Ok(())
    }
}

/// How the quotes of a line stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// Each opens at the start of a cell and closes before a delimiter.
    Closed,
    /// The last one does not close: the cell may go on in the next line.
    Open,
    /// One stands inside a cell.
    Damaged,
}

/// A quote opens at the start of a cell, closes before a delimiter, and is doubled inside; anything else is damage, and
/// an unclosed one would swallow the rest of the line.
fn check_quotes(line: &[u8], delimiter: u8) -> Result<(), BadQuotes> {
    if quotes(line, |b| b == delimiter) == Quotes::Closed { Ok(()) } else { Err(BadQuotes) }
}

/// How the quotes of a line stand.
pub(crate) fn quotes(line: &[u8], is_delimiter: impl Fn(u8) -> bool) -> Quotes {
    let mut bytes = line.iter().copied().peekable();
    let mut at_start = true;
    while let Some(byte) = bytes.next() {
        if byte != b'"' {
            at_start = is_delimiter(byte);
            continue;
        }
        if !at_start {
            return Quotes::Damaged;
        }
        loop {
            match bytes.next() {
                None => return Quotes::Open,
                Some(b'"') if bytes.peek() == Some(&b'"') => {
                    bytes.next();
                }
                Some(b'"') => break,
                Some(_) => {}
            }
        }
        match bytes.peek() {
            None | Some(0x1a) => {}
            Some(next) if is_delimiter(*next) => {}
            Some(_) => return Quotes::Damaged,
        }
        at_start = false;
    }
    Quotes::Closed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str, delimiter: u8) -> Option<Vec<String>> {
        let mut splitter = Splitter::new(Dialect { delimiter, point: b'.', is_labelled: false });
        let count = splitter.split(line.as_bytes()).ok()?;
        let cell = |n| String::from_utf8_lossy(splitter.cell(line.as_bytes(), n).unwrap()).into_owned();
        Some((0..count).map(cell).collect())
    }

    #[test]
    fn lines_split_as_a_reader_expects() {
        let cases: &[(&str, u8, &[&str])] = &[
            ("1,2,3", b',', &["1", "2", "3"]),
            ("1, 2 ,3,", b',', &["1", "2", "3", ""]),
            ("1,,3", b',', &["1", "", "3"]),
            ("  1   2 3  ", b' ', &["1", "2", "3"]),
            ("a\t\tb\t", b'\t', &["a", "", "b", ""]),
            ("\"a,b\",2", b',', &["a,b", "2"]),
            ("1,\"say \"\"x\"\"\"", b',', &["1", "say \"x\""]),
            ("1,\"\",3", b',', &["1", "", "3"]),
            ("1,2\x1a", b',', &["1", "2"]),
            ("", b',', &[""]),
        ];
        for (line, delimiter, cells) in cases {
            assert_eq!(split(line, *delimiter).unwrap(), *cells, "{line:?}");
        }
    }

    #[test]
    fn damaged_quotes_are_refused() {
        for line in ["1,\"2", "\"1\"5,2", "1,2\"", "1,a\"b\",2", "\""] {
            assert_eq!(split(line, b','), None, "{line:?}");
        }
    }
}
