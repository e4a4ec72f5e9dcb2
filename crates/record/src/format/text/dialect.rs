//! Lines, delimiter and decimal point of a table that says none of them.

use crate::fields::{Dialect, Quotes, Splitter, quotes, trim};
use crate::number::parse_cell;

/// Lines that are looked at for the delimiter: the last ones of the head, which are rows if anything is.
const SAMPLE: usize = 100;

/// One quoted comma in so many lines is a damaged cell.
const QUOTED_COMMAS: usize = 20;

/// One line of the head.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Number, from 1.
    pub(crate) number: u64,
    /// Place of its first byte.
    pub(crate) start: usize,
    /// Without its end.
    pub(crate) bytes: &'a [u8],
}

impl Line<'_> {
    pub(crate) fn is_blank(&self) -> bool {
        self.bytes.iter().all(|b| matches!(b, b',' | b';')) || is_blank(self.bytes)
    }

    pub(crate) fn is_comment(&self) -> bool {
        is_comment(self.bytes)
    }

    /// Whether it can hold cells.
    pub(crate) fn is_content(&self) -> bool {
        !self.is_blank() && !self.is_comment()
    }
}

/// Nothing but spaces, tabs, NULs or a Ctrl-Z.
pub(crate) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|b| matches!(b, b' ' | b'\t' | 0 | 0x1a))
}

/// `#…` or `%…`.
pub(crate) fn is_comment(line: &[u8]) -> bool {
    matches!(trim(line).first(), Some(b'#' | b'%'))
}

/// The lines of the head; one that the head cuts is left out. A quoted cell may go on in the next lines.
pub(crate) fn lines(head: &[u8], is_whole: bool) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut start, mut number) = (0, 1);
    while let Some((mut end, mut next)) = end_of_line(head, start, is_whole) {
        let mut count = 1;
        let line = |end| head.get(start..end).unwrap_or_default();
        if is_open(line(end)) {
            let mut behind = next;
            for more in 1..MOST_LINES {
                let Some((last_end, last_next)) = end_of_line(head, behind, is_whole) else { break };
                behind = last_next;
                if !is_open(line(last_end)) {
                    if quotes(line(last_end), is_delimiter) == Quotes::Closed {
                        (end, next, count) = (last_end, last_next, 1 + more);
                    }
                    break;
                }
            }
        }
        lines.push(Line { number, start, bytes: line(end) });
        start = next;
        number += count;
    }
    lines
}

/// Lines that a quoted cell may have.
pub(crate) const MOST_LINES: u64 = 4;

/// Where the line that begins at `start` ends, and where the next one begins.
fn end_of_line(head: &[u8], start: usize, is_whole: bool) -> Option<(usize, usize)> {
    let rest = head.get(start..).filter(|rest| !rest.is_empty())?;
    match memchr::memchr2(b'\n', b'\r', rest) {
        Some(at) if rest.get(at..at + 2) == Some(b"\r\n") => Some((start + at, start + at + 2)),
        Some(at) => Some((start + at, start + at + 1)),
        None => is_whole.then_some((head.len(), head.len())),
    }
}

/// Whether a byte may stand between cells, as far as that is known before the delimiter is.
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'\t' | b'|')
}

/// Whether a line ends inside a quoted cell.
fn is_open(line: &[u8]) -> bool {
    memchr::memchr(b'"', line).is_some() && quotes(line, is_delimiter) == Quotes::Open
}

/// The delimiter of a `sep=;` line.
pub(crate) fn announced(line: &[u8]) -> Option<u8> {
    let text = trim(line);
    let rest = text.get(..4).filter(|key| key.eq_ignore_ascii_case(b"sep=")).and(text.get(4..))?;
    match rest {
        [delimiter] => Some(*delimiter),
        [] if line.ends_with(b"=\t") => Some(b'\t'),
        _ => None,
    }
}

/// What a delimiter makes of the sample.
#[derive(Debug, Clone, Copy)]
struct Trial {
    dialect: Dialect,
    columns: usize,
    score: f64,
}

/// Why there is no dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unclear {
    /// Commas that may be decimals or thousands.
    Comma,
}

/// Finds delimiter and decimal point; the number of columns comes with them.
pub(crate) fn sniff(lines: &[Line<'_>], announced: Option<u8>, is_labelled: bool) -> Result<(Dialect, usize), Unclear> {
    let content: Vec<&[u8]> = lines.iter().rev().filter(|l| l.is_content()).take(SAMPLE).map(|l| l.bytes).collect();
    let dialect = |delimiter| Dialect { delimiter, point: b'.', is_labelled };
    let single = Trial { dialect: dialect(b','), columns: 1, score: 0.0 };
    let best = |candidates: &[u8]| -> Result<Option<Trial>, Unclear> {
        let mut best: Option<Trial> = None;
        for delimiter in candidates {
            let found = trial(&content, dialect(*delimiter))?;
            best = match (best, found) {
                (Some(old), Some(new)) if new.score <= old.score => Some(old),
                (old, new) => new.or(old),
            };
        }
        Ok(best)
    };
    let found = match announced {
        Some(delimiter) => {
            trial(&content, dialect(delimiter))?.or(Some(Trial { dialect: dialect(delimiter), ..single }))
        }
        None => match best(b"\t;,| ")? {
            Some(found) => Some(found),
            None if is_labelled => None,
            None => best(b":")?,
        },
    };
    let found = found.unwrap_or(single);
    Ok((found.dialect, usual_columns(lines, found.dialect).unwrap_or(found.columns)))
}

/// The number of columns of most lines of the head, if the last ones belong to another, shorter table.
fn usual_columns(lines: &[Line<'_>], dialect: Dialect) -> Option<usize> {
    let mut splitter = Splitter::new(dialect);
    let content = || lines.iter().filter(|line| line.is_content());
    let mut counts: Vec<usize> = content().map(|line| splitter.split(line.bytes).unwrap_or(0)).collect();
    counts.sort_unstable();
    let (columns, _) = mode(&counts).filter(|(columns, lines)| *columns >= 2 && lines * 2 > counts.len())?;
    Some(columns)
}

/// Splits the sample at one delimiter: the usual number of columns, and how much of it is numbers.
fn trial(content: &[&[u8]], dialect: Dialect) -> Result<Option<Trial>, Unclear> {
    let delimiter = dialect.delimiter;
    let mut splitter = Splitter::new(dialect);
    let mut counts: Vec<usize> = content.iter().map(|line| splitter.split(line).unwrap_or(0)).collect();
    counts.sort_unstable();
    let Some((columns, lines)) = mode(&counts).filter(|(columns, _)| *columns >= 2) else { return Ok(None) };
    let (mut cells, mut dotted, mut comma) = (0_usize, 0_usize, Commas::default());
    for line in content {
        if splitter.split(line) != Ok(columns) {
            continue;
        }
        for cell in (0..columns).filter_map(|n| splitter.cell(line, n)).filter(|cell| !cell.is_empty()) {
            cells += 1;
            dotted += usize::from(parse_cell(cell, b'.').number().is_some() || is_clock(cell));
            comma.look_at(cell);
        }
    }
    let share = |part: usize| part as f64 / cells.max(1) as f64;
    let agreeing = lines as f64 / counts.len().max(1) as f64;
    // Decimal commas: at least some, and no cell with a decimal point.
    let decimal_comma = delimiter != b',' && comma.numbers > 0 && comma.points == 0;
    if decimal_comma && !comma.surely_decimal {
        return Err(Unclear::Comma);
    }
    // Quoted commas between commas: decimals or thousands, none of them can be told.
    if delimiter == b',' && comma.points == 0 && comma.numbers * QUOTED_COMMAS > content.len() {
        return Err(Unclear::Comma);
    }
    let (point, numbers) = if decimal_comma { (b',', dotted + comma.numbers) } else { (b'.', dotted) };
    let score = agreeing * share(numbers);
    Ok((score > 0.3 && agreeing >= 0.5).then_some(Trial { dialect: Dialect { point, ..dialect }, columns, score }))
}

/// What cells with commas look like.
#[derive(Debug, Default)]
struct Commas {
    /// Cells that are numbers if the comma is a decimal point (and not otherwise).
    numbers: usize,
    /// Cells with a decimal point.
    points: usize,
    /// At least one cannot be a thousands separator: not three digits behind it, or `0,…`.
    surely_decimal: bool,
}

impl Commas {
    fn look_at(&mut self, cell: &[u8]) {
        if parse_cell(cell, b',').number().is_some() && cell.contains(&b',') {
            self.numbers += 1;
            let digits = |part: &[u8]| part.iter().filter(|b| b.is_ascii_digit()).count();
            let mut parts = cell.splitn(2, |b| *b == b',');
            let whole = parts.next().unwrap_or_default();
            let decimals = parts.next().unwrap_or_default();
            let leading_zero = whole.iter().find(|b| b.is_ascii_digit()) == Some(&b'0');
            self.surely_decimal |= leading_zero || decimals.len() != 3 || !(1..=3).contains(&digits(whole));
        } else if parse_cell(cell, b'.').number().is_some() && cell.contains(&b'.') {
            self.points += 1;
        }
    }
}

/// A time of day or a date, which is no number but no prose either.
pub(crate) fn is_clock(cell: &[u8]) -> bool {
    cell.len() >= 4
        && cell.contains(&b':')
        && cell.first().is_some_and(u8::is_ascii_digit)
        && cell.iter().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'-' | b'/' | b' ' | b'T' | b'Z' | b'+'))
}

/// The most frequent value of a sorted list, and how often it occurs.
fn mode(sorted: &[usize]) -> Option<(usize, usize)> {
    sorted.chunk_by(|a, b| a == b).filter_map(|run| Some((*run.first()?, run.len()))).max_by_key(|(_, count)| *count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(text: &str) -> Result<(char, char, usize), Unclear> {
        let lines = lines(text.as_bytes(), true);
        let sep = lines.first().and_then(|line| announced(line.bytes));
        let lines = if sep.is_some() { &lines[1..] } else { &lines[..] };
        sniff(lines, sep, false).map(|(d, columns)| (char::from(d.delimiter), char::from(d.point), columns))
    }

    #[test]
    fn delimiters_and_decimal_points() {
        let cases: &[(&str, (char, char, usize))] = &[
            ("t,emg\n0,1.5\n1,2\n", (',', '.', 2)),
            ("0, 1.5, 12:00:53.329\n1, 2, 12:00:53.333\n", (',', '.', 3)),
            ("t;emg\n0,001;1,25\n0,002;-3,5\n", (';', ',', 2)),
            ("0\t1\t\n1\t2\t\n", ('\t', '.', 3)),
            ("0\t1,5\n1\t2,25\n", ('\t', ',', 2)),
            ("1.490002  0.921480 0.0\n1.49 1.1  1.0\n", (' ', '.', 3)),
            ("0,001 1,25\n0,002 1,5\n", (' ', ',', 2)),
            ("1557936053329:512:3\n1557936053330:513:3\n", (':', '.', 3)),
            ("0;1.234,5\n1;999,25\n", (';', ',', 2)),
            ("0;1,234.5\n1;999.25\n", (';', '.', 2)),
            ("0,\"1,234.5\"\n1,999.25\n", (',', '.', 2)),
            ("0;\u{2212}1,5\n1;1\u{a0}999,25\n", (';', ',', 2)),
            ("1|2.5|3\n2|-1.5|3\n", ('|', '.', 3)),
            ("t | emg\n0.1 | 2.5\n0.2 | 3.5\n", ('|', '.', 2)),
            ("512\n513\n", (',', '.', 1)),
            ("sep=;\n1;2\n3;4\n", (';', '.', 2)),
            ("sep=\t\n1\t2\n", ('\t', '.', 2)),
            ("0,000,1,25\n0,001,1,26\n", (',', '.', 4)),
            ("0.1,\"Activity\",,1.2,3.4\n0.2,\"Activity\",,1.2,3.4\n", (',', '.', 5)),
        ];
        for (text, expected) in cases {
            assert_eq!(sniffed(text), Ok(*expected), "{text:?}");
        }
        for text in ["1;1,234\n2;2,345\n", "1,\"1,234\"\n2,\"2,345\"\n", "0,\"1,5\"\n1,\"2,25\"\n"] {
            assert_eq!(sniffed(text), Err(Unclear::Comma), "{text:?}");
        }
    }
}
