//! Where the table begins, what its columns are called and what stands in front of it.

use crate::error::{Place, ReadError, quoted};
use crate::fields::{Dialect, Splitter};
use crate::format::Head;
use crate::format::vendor::{self, Column, VendorHints};
use crate::number::{Cell, parse_cell};
use crate::source::MAX_LINE;

use super::above::{self, Below};
use super::columns::Shape;
use super::vendor_hints::clean_name;
use crate::format::text::dialect::{self, Line, Unclear};
use crate::format::text::latin;
use crate::format::text::names::{self, Meaning, NamedUnit};
use crate::format::text::rate;

/// A table as found.
pub(super) struct Table<'a> {
    pub(super) dialect: Dialect,
    pub(super) columns: usize,
    /// Names as in the file, one per column; `None` without a names row.
    pub(super) names: Option<Vec<String>>,
    /// The names row itself.
    pub(super) names_row: Option<Vec<u8>>,
    /// Units of a units row.
    pub(super) units: Vec<Option<NamedUnit>>,
    /// Rows in the head (and whatever stands between them).
    pub(super) rows: Vec<Line<'a>>,
    /// The last of them has no line end: it may have been cut off.
    pub(super) ends_cut: bool,
    /// Rates stated in front of it.
    pub(super) stated: Vec<f64>,
    /// Lines of text in front of it that are neither comments nor names.
    pub(super) has_preface: bool,
    /// What a vendor's header says, and what of it belongs to each column.
    pub(super) hints: Option<VendorHints>,
    pub(super) known: Vec<Column>,
}

/// Finds the table in the head of a file.
pub(super) fn find<'a>(head: &Head<'a>) -> Result<Table<'a>, ReadError> {
    let no_rows = |found| ReadError::NoRows { file: head.file.to_owned(), found };
    let all = dialect::lines(head.bytes, head.is_whole);
    if all.iter().any(|line| line.bytes.len() > MAX_LINE) || all.is_empty() && !head.is_whole {
        return Err(no_rows("a line of more than 1 MiB"));
    }
    let hints = vendor::recognise(&all, head.file)?;
    let mut all = match &hints {
        Some(hints) => hints.without_comments(all),
        None => all,
    };
    let mut lines = all.as_slice();
    let first = lines.iter().position(|line| !line.is_blank()).ok_or_else(|| no_rows("an empty file"))?;
    let announced = lines.get(first).and_then(|line| dialect::announced(line.bytes));
    if announced.is_some() {
        lines = lines.get(first + 1..).unwrap_or_default();
    }
    let malformed = |line: &Line<'_>, fix: &str| ReadError::Malformed {
        file: head.file.to_owned(),
        place: Place { line: line.number, column: None },
        found: quoted(line.bytes),
        fix: fix.to_owned().into(),
    };
    let last = lines.iter().rev().find(|line| line.is_content());
    let last = last.ok_or_else(|| no_rows("no line but comments"))?;
    let (dialect, columns) = dialect::sniff(lines, announced, hints.as_ref().is_some_and(|hints| hints.is_labelled))
        .map_err(|unclear| match unclear {
            Unclear::Comma => malformed(last, "a comma that may be decimal or thousands: write decimals with a point"),
        })?;
    let mut splitter = Splitter::new(dialect);
    let columns = without_trailing(lines, &mut splitter, columns);
    let numeric = numeric_columns(lines, &mut splitter, columns);
    if numeric.is_empty() {
        return Err(no_rows("text without rows of numbers"));
    }
    let first_row = hints.as_ref().map_or(0, |hints| hints.last_line);
    let is_row = |line: &Line<'_>, splitter: &mut Splitter| {
        line.number > first_row && splitter.fits(line.bytes, columns) && looks_like_row(splitter, line.bytes, &numeric)
    };
    let begin = lines.iter().position(|line| line.is_content() && is_row(line, &mut splitter));
    let begin = begin.ok_or_else(|| no_rows("names of columns and no rows"))?;
    // Few lines stand before the rows, so those are copied.
    let before = lines.get(..begin).unwrap_or_default().to_vec();
    all.drain(..all.len() - lines.len() + begin);
    let mut table = Table {
        dialect,
        columns,
        names: None,
        names_row: None,
        units: vec![None; columns],
        rows: all,
        ends_cut: head.is_whole && !matches!(head.bytes.last(), Some(b'\n' | b'\r')),
        stated: Vec::new(),
        has_preface: false,
        known: vec![Column::default(); columns],
        hints,
    };
    refuse_double_comma(&table, &mut splitter, &malformed)?;
    let before = before.as_slice();
    let mut preface = before;
    let text: Vec<Line<'_>> =
        before.iter().filter(|line| line.is_content() && line.number > first_row).copied().collect();
    if table.hints.as_ref().is_some_and(VendorHints::names_columns) {
        preface = &[];
    } else {
        let above = above::look(&text, &table, &mut splitter);
        table.units = above.units.unwrap_or_else(|| vec![None; columns]);
        for (column, rate_hz) in table.known.iter_mut().zip(above.rates.unwrap_or_default()) {
            column.rate_hz = rate_hz;
        }
        if let Some((line, cells)) = above.names {
            table.names = Some(cells);
            table.names_row = Some(line.bytes.to_vec());
            preface = before.get(..before.iter().position(|l| l.start == line.start).unwrap_or(0)).unwrap_or_default();
        } else if let Some(line) = text.last().filter(|line| is_adjacent(before, line))
            && names_something(line, &mut splitter)
        {
            // A row of other width right above the table: names and values do not belong together.
            return Err(wrong_width(head.file, line, columns, &mut splitter));
        }
    }
    table.cut_at_another(&mut splitter);
    if table.hints.is_some() {
        table.tell(preface);
        return Ok(table);
    }
    if table.names.is_none() {
        table.names = comment_names(before, &table, &mut splitter)
            .or_else(|| before.iter().find_map(|line| names_behind_key(line, &table, &mut splitter)));
    }
    for line in preface {
        table.stated.extend(rate::stated(&latin(line.bytes)));
        // OpenSignals names its columns in a comment that is not read here.
        let tells_more = line.is_content() || memchr::memmem::find(line.bytes, b"OpenSignals").is_some();
        table.has_preface |= tells_more && rate::stated(&latin(line.bytes)).is_none();
    }
    Ok(table)
}

impl Table<'_> {
    /// The name of a column (from 0) as the file has it.
    pub(super) fn name(&self, column: usize) -> Option<&str> {
        self.names.as_ref()?.get(column).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The unit of a column (from 0), from the units row or its name.
    pub(super) fn unit(&self, column: usize) -> Option<NamedUnit> {
        self.units.get(column).copied().flatten().or_else(|| names::unit_of(self.name(column)?))
    }

    /// The cells of a line as names, if it can be the names row.
    pub(super) fn name_row(&self, line: &Line<'_>, splitter: &mut Splitter) -> Option<Vec<String>> {
        let mut bytes = line.bytes;
        if !splitter.fits(bytes, self.columns) {
            // All names in one quoted cell, as Python's csv writes a row of one text.
            bytes =
                bytes.trim_ascii().strip_prefix(b"\"")?.strip_suffix(b"\"").filter(|names| !names.contains(&b'"'))?;
            if !splitter.fits(bytes, self.columns) {
                return None;
            }
        }
        let name = |n| splitter.cell(bytes, n).map(clean_name);
        let names: Option<Vec<String>> = (0..self.columns).map(name).collect();
        names.filter(|names| names.first().is_none_or(|first| !is_key(first.as_bytes()) && !is_setting(first)))
    }

    /// Forgets the rows that only tell of an event in `column`: they have no value, and their stamps are no samples'.
    pub(super) fn drop_events(&mut self, column: usize, shapes: &[Shape], is_time: impl Fn(usize) -> bool) {
        let mut splitter = Splitter::new(self.dialect);
        let columns = self.columns;
        let has_values = |n: &usize| *n != column && !is_time(*n) && shapes.get(*n).is_some_and(|s| s.numbers > 0);
        let valued: Vec<usize> = (0..columns).filter(has_values).collect();
        self.rows.retain(|line| {
            let fits = splitter.fits(line.bytes, columns);
            let is_empty = |n: usize| splitter.cell(line.bytes, n).is_none_or(<[u8]>::is_empty);
            !fits || is_empty(column) || !valued.iter().all(|n| is_empty(*n))
        });
    }

    /// Forgets the rows behind the end of the table, where another begins below it.
    fn cut_at_another(&mut self, splitter: &mut Splitter) {
        if self.hints.as_ref().is_some_and(|hints| !hints.block.is_empty()) {
            return;
        }
        let names = self.names_row.as_deref();
        let begins = |line: &Line<'_>| !line.bytes.iter().find(|b| **b != b' ').is_some_and(u8::is_ascii_digit);
        let mut ends = |at: &usize| {
            let mut below = Below::default();
            let lines = self.rows.get(*at..).unwrap_or_default();
            lines.first().is_some_and(begins)
                && lines.iter().find_map(|line| below.take(line.bytes, names, splitter)) == Some(true)
        };
        let end = (0..self.rows.len()).find(|at| ends(at));
        if let Some(end) = end {
            self.rows.truncate(end);
        }
    }
}

/// The number of columns: a last one that is empty in every line is a trailing delimiter.
fn without_trailing(lines: &[Line<'_>], splitter: &mut Splitter, columns: usize) -> usize {
    let mut empty = false;
    for line in lines.iter().filter(|line| line.is_content()) {
        if columns > 1 && splitter.split(line.bytes) == Ok(columns) {
            empty = splitter.cell(line.bytes, columns - 1).is_some_and(<[u8]>::is_empty);
            if !empty {
                break;
            }
        }
    }
    if empty { columns - 1 } else { columns }
}

/// The columns that hold numbers in at least half of the last lines.
fn numeric_columns(lines: &[Line<'_>], splitter: &mut Splitter, columns: usize) -> Vec<usize> {
    let mut counts = vec![0_usize; columns];
    let mut seen = 0;
    let point = splitter.point();
    for line in lines.iter().rev().filter(|line| line.is_content()) {
        if seen == 100 {
            break;
        }
        if !splitter.fits(line.bytes, columns) {
            continue;
        }
        seen += 1;
        for (n, count) in counts.iter_mut().enumerate() {
            let cell = splitter.cell(line.bytes, n).unwrap_or_default();
            *count += usize::from(matches!(parse_cell(cell, point), Cell::Number(_)));
        }
    }
    (0..columns).filter(|n| counts.get(*n).is_some_and(|count| *count > 0 && count * 3 >= seen)).collect()
}

/// Whether the line just split is a row: numbers (or nothing) where the table has numbers.
///
/// One odd cell makes it a damaged row, not names; names begin with a word in the first of these columns, or are words in
/// at least half of them.
fn looks_like_row(splitter: &Splitter, line: &[u8], numeric: &[usize]) -> bool {
    let point = splitter.point();
    let (mut numbers, mut words, mut first_is_word) = (0, 0, false);
    let first = splitter.cell(line, 0).unwrap_or_default();
    if is_key(first) && first.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    for (place, column) in numeric.iter().enumerate() {
        let cell = splitter.cell(line, *column).unwrap_or_default();
        match parse_cell(cell, point) {
            Cell::Number(_) => numbers += 1,
            Cell::Missing => {}
            Cell::Bad(_) => {
                words += 1;
                first_is_word |= place == 0 && cell.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
            }
        }
    }
    numbers > 0 && !first_is_word && words * 2 < numeric.len().max(2)
}

/// `0,000,1,25`: commas that delimit and are decimal points too would be read as four good numbers.
fn refuse_double_comma(
    table: &Table<'_>,
    splitter: &mut Splitter,
    malformed: &dyn Fn(&Line<'_>, &str) -> ReadError,
) -> Result<(), ReadError> {
    if table.dialect.delimiter != b',' || table.columns < 2 {
        return Ok(());
    }
    for line in table.rows.iter().filter(|line| line.is_content()).take(100) {
        let Ok(count) = splitter.split(line.bytes) else { return Ok(()) };
        let cells = || (0..count).filter_map(|n| splitter.cell(line.bytes, n));
        let digits = |cell: &[u8]| cell.iter().all(u8::is_ascii_digit);
        if !cells().all(|cell| digits(cell.strip_prefix(b"-").unwrap_or(cell))) {
            return Ok(());
        }
        if cells().any(|cell| cell.len() > 1 && cell.first() == Some(&b'0') && digits(cell)) {
            return Err(malformed(
                line,
                "commas both delimit and look decimal: write decimals with a point, or delimit with ';'",
            ));
        }
    }
    Ok(())
}

/// Whether `line` is the last line before the table.
fn is_adjacent(before: &[Line<'_>], line: &Line<'_>) -> bool {
    before.last().is_some_and(|last| last.start == line.start)
}

/// Whether a line of the wrong width was meant as names: two or more cells, none of them a stated rate.
fn names_something(line: &Line<'_>, splitter: &mut Splitter) -> bool {
    splitter.split(line.bytes).is_ok_and(|count| count >= 2)
        && splitter.cell(line.bytes, 0).is_some_and(|first| !is_key(first) && !is_setting(&clean_name(first)))
        && !line.bytes.contains(&b'=')
        && rate::stated(&latin(line.bytes)).is_none()
}

/// Names of another width than the rows. Text that names no column in known words may be about a person, and is not shown.
fn wrong_width(file: &str, line: &Line<'_>, columns: usize, splitter: &mut Splitter) -> ReadError {
    let count = splitter.split(line.bytes).unwrap_or(0);
    let name = |n| clean_name(splitter.cell(line.bytes, n).unwrap_or_default());
    let is_naming =
        (0..count).map(name).any(|name| names::meaning(&name) != Meaning::Unknown || names::is_channel(&name));
    ReadError::Malformed {
        file: file.to_owned(),
        place: Place { line: line.number, column: None },
        found: if is_naming { quoted(line.bytes) } else { "a line of text".into() },
        fix: format!("the rows below have {columns} columns; mend the names, the delimiter or decimal commas").into(),
    }
}

/// `Range=` or `Unit:`: the key of a setting, not the name of a column.
fn is_key(cell: &[u8]) -> bool {
    matches!(cell.last(), Some(b'=' | b':'))
}

/// `title:rec`: a setting and its value. What may be about a person is no name of a column.
fn is_setting(cell: &str) -> bool {
    cell.split_once(':').is_some_and(|(key, _)| key.chars().all(char::is_alphabetic)) && !above::tells(cell)
}

/// Names at the end of a line that describes a stream: `META,rate_hz=1000,fields=t_ms,EMG_A0`. A word in front of every row
/// (`DATA,17,512`) has none.
fn names_behind_key(line: &Line<'_>, table: &Table<'_>, splitter: &mut Splitter) -> Option<Vec<String>> {
    let count = splitter.split(line.bytes).ok().filter(|_| table.columns >= 2)?;
    let cells: Vec<String> = (0..count).map(|n| clean_name(splitter.cell(line.bytes, n).unwrap_or_default())).collect();
    let last = cells.iter().rposition(|cell| cell.contains('='))?;
    let value = cells.get(last)?.split_once('=')?.1.to_owned();
    let mut names: Vec<String> = std::iter::once(value).chain(cells.into_iter().skip(last + 1)).collect();
    if names.len() + 1 == table.columns {
        names.insert(0, String::new());
    }
    let telling = names.iter().filter(|name| above::tells(name)).count();
    (names.len() == table.columns && telling > 0).then_some(names)
}

/// Names in the last comment above the table, as `numpy.savetxt` writes them; at least one must mean something.
fn comment_names(before: &[Line<'_>], table: &Table<'_>, splitter: &mut Splitter) -> Option<Vec<String>> {
    let last = before.last().filter(|line| line.is_comment() && table.columns >= 2)?;
    let at = last.bytes.iter().position(|b| !matches!(b, b'#' | b'%' | b' '))?;
    let line = Line { bytes: last.bytes.get(at..)?, ..*last };
    let names = table.name_row(&line, splitter)?;
    let telling = names.iter().any(|name| names::meaning(name) != Meaning::Unknown || names::is_channel(name));
    (telling && names.iter().all(|name| !name.is_empty())).then_some(names)
}
