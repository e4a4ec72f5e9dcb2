//! The first lines of a text sensor as a table: what stands where, whatever it means.

use tonus_core::text::is_plain;
use tonus_record::{LineColumn, Setting, Wording, is_unit, wording};
use tonus_wire::layout::{LineKind, MAX_KINDS, NumberStyle, TextSpec};
use tonus_wire::{MAX_CHANNELS, number, words};

use super::{Unread, unread};

/// Lines without which nothing is said.
const LEAST: usize = 3;
/// Share of the lines with numbers that have to be of the kinds that are read.
const MOST: f64 = 0.8;
/// Share of the lines below which a kind is damage or chance.
const KIND: f64 = 0.02;
/// Two kinds of line that come in turn are as frequent as each other, but for this share.
const IN_TURN: f64 = 0.7;
/// Longest name of a column.
const MAX_NAME: usize = 64;

/// Advice where what comes is of no such sensor.
fn other_device() -> Wording {
    wording!["choose another ", Setting::Device, ", or check the baud rate in the profile"]
}

/// One column as it is sent.
pub(super) struct Sent<'l> {
    pub(super) label: String,
    pub(super) unit: String,
    pub(super) cells: Vec<&'l [u8]>,
}

impl Sent<'_> {
    pub(super) fn as_column(&self) -> LineColumn<'_> {
        LineColumn { label: &self.label, unit: &self.unit, cells: self.cells.clone() }
    }

    pub(super) fn has_numbers(&self) -> bool {
        self.cells.iter().any(|cell| words::numbers(cell).next().is_some_and(|number| number.value.is_some()))
    }
}

/// Lines as a table.
pub(super) struct Table<'l> {
    pub(super) columns: Vec<Sent<'l>>,
    /// Kinds of line with the columns (from 0) of each; none where separators part plain numbers.
    pub(super) kinds: Vec<(LineKind, std::ops::Range<usize>)>,
}

/// The first lines of a sensor.
pub(super) struct Lines<'l> {
    /// Whole lines that say something, but for the first, which may have been cut.
    all: Vec<&'l [u8]>,
    /// Lines with a number.
    pub(super) with_numbers: usize,
}

impl<'l> Lines<'l> {
    pub(super) fn of(bytes: &'l [u8], spec: &TextSpec) -> Self {
        let end = bytes.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(0);
        let whole = bytes.get(..end).unwrap_or_default();
        let lines = whole.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
        let is_comment = |line: &[u8]| spec.comment != 0 && line.first() == Some(&spec.comment);
        let mut all: Vec<&[u8]> = lines.filter(|line| !line.is_empty() && !is_comment(line)).collect();
        if spec.skip_first && all.len() > 1 && all.first().is_some_and(|line| words::numbers(line).next().is_some()) {
            all.remove(0);
        }
        Self::new(all)
    }

    fn new(all: Vec<&'l [u8]>) -> Self {
        let with_numbers = all.iter().filter(|line| words::numbers(line).next().is_some()).count();
        Self { all, with_numbers }
    }

    /// The lines as a table; where a board that starts has said much, only the later ones.
    pub(super) fn table(&self, spec: &TextSpec) -> Option<Table<'l>> {
        let count = self.all.len();
        let later = |from: usize| Self::new(self.all.get(from..).unwrap_or_default().to_vec());
        [0, count / 2, count - count / 4].into_iter().map(later).find_map(|lines| lines.as_table(spec))
    }

    fn as_table(&self, spec: &TextSpec) -> Option<Table<'l>> {
        if self.with_numbers < LEAST {
            return None;
        }
        self.plain(spec).or_else(|| self.worded())
    }

    /// Numbers that separators part, with or without a label in front of each.
    fn plain(&self, spec: &TextSpec) -> Option<Table<'l>> {
        let rows: Vec<Vec<(&[u8], &[u8])>> = self.all.iter().filter_map(|line| plain_row(line, spec)).collect();
        let count = mode(rows.iter().map(Vec::len))?;
        let fitting: Vec<&Vec<(&[u8], &[u8])>> = rows.iter().filter(|row| row.len() == count).collect();
        if count > MAX_CHANNELS || (fitting.len() as f64) < MOST * self.with_numbers as f64 {
            return None;
        }
        let names = self.names(spec, count);
        let column = |n: usize| {
            let label = fitting.last().and_then(|row| row.get(n)).map_or(&[][..], |field| field.0);
            let name = names.as_ref().and_then(|names| names.get(n)).cloned();
            Sent {
                label: if label.is_empty() { name.unwrap_or_default() } else { clean(label) },
                unit: String::new(),
                cells: fitting.iter().filter_map(|row| row.get(n)).map(|field| field.1).collect(),
            }
        };
        Some(Table { columns: (0..count).map(column).collect(), kinds: Vec::new() })
    }

    /// A line of names above the numbers: as many words, parted as they are.
    fn names(&self, spec: &TextSpec, count: usize) -> Option<Vec<String>> {
        let first = self.all.iter().position(|line| plain_row(line, spec).is_some_and(|row| row.len() == count))?;
        let (above, row) = (self.all.get(first.checked_sub(1)?)?, self.all.get(first)?);
        let mark = row.iter().copied().find(|byte| matches!(byte, b',' | b';' | b'\t')).unwrap_or(b' ');
        let names: Vec<String> = above
            .split(|byte| *byte == mark)
            .map(<[u8]>::trim_ascii)
            .filter(|name| !name.is_empty())
            .map(clean)
            .collect();
        let is_word = |name: &String| number::parse(name.as_bytes(), NumberStyle::Float).is_none();
        let says = |name: &String| tonus_record::says_role(name);
        let are_names = names.len() == count && names.iter().all(is_word);
        // Words parted by blanks may be a greeting.
        let saying = names.iter().filter(|name| says(name)).count();
        (are_names && (mark != b' ' || 2 * saying > count)).then_some(names)
    }

    /// Numbers among words, in lines of one kind or of several in turn.
    fn worded(&self) -> Option<Table<'l>> {
        let mut kinds: Vec<(LineKind, Vec<&'l [u8]>)> = Vec::new();
        for line in &self.all {
            let (words, numbers) = words::words_of(line);
            if numbers == 0 || numbers > MAX_CHANNELS {
                continue;
            }
            let kind = LineKind { words, numbers: numbers as u8, is_part: true };
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, lines)) => lines.push(line),
                None => kinds.push((kind, vec![line])),
            }
        }
        let least = LEAST.max((KIND * self.with_numbers as f64) as usize);
        kinds.retain(|(_, lines)| lines.len() >= least);
        let read: usize = kinds.iter().map(|(_, lines)| lines.len()).sum();
        let columns: usize = kinds.iter().map(|(kind, _)| usize::from(kind.numbers)).sum();
        if kinds.len() > MAX_KINDS || columns > MAX_CHANNELS || (read as f64) < MOST * self.with_numbers as f64 {
            return None;
        }
        // Kinds that are rarer than the others do not come in turn with them: they are read past.
        let most = kinds.iter().map(|(_, lines)| lines.len()).max()? as f64;
        let is_frequent = |kind: &(LineKind, Vec<&[u8]>)| kind.1.len() as f64 >= IN_TURN * most;
        let (mut turns, rare): (Vec<_>, Vec<_>) = kinds.into_iter().partition(is_frequent);
        // The stream may begin anywhere in a turn: the order of the channels must not depend on that.
        let label = |kind: &(LineKind, Vec<&[u8]>)| {
            kind.1.first().and_then(|line| words::numbers(line).next()).map(|number| label_in(number.before))
        };
        let first = (0..turns.len()).min_by_key(|n| turns.get(*n).and_then(label)).unwrap_or(0);
        turns.rotate_left(first);
        let mut table = Table { columns: Vec::new(), kinds: Vec::new() };
        let all = turns.iter().map(|kind| (kind, true)).chain(rare.iter().map(|kind| (kind, false)));
        for ((kind, lines), is_part) in all {
            let begin = table.columns.len();
            table.columns.extend(sent(lines));
            if !is_part {
                table.columns.iter_mut().skip(begin).for_each(|column| column.cells.clear());
            }
            table.kinds.push((*kind, begin..table.columns.len()));
        }
        Some(table)
    }

    /// A line with numbers for a message; else any.
    fn example(&self) -> Option<String> {
        let has_numbers = |line: &&&[u8]| words::numbers(line).next().is_some();
        let line = self.all.iter().rfind(has_numbers).or_else(|| self.all.last())?;
        let text = String::from_utf8_lossy(line);
        Some(text.chars().take(MAX_NAME).map(|c| if is_plain(c) { c } else { '\u{fffd}' }).collect())
    }

    /// Lines of another sort than the profile's.
    pub(super) fn other(&self, sort: &str, help: impl Into<Wording>) -> Unread {
        unread(format!("its lines hold numbers {sort}, such as '{}'", self.example().unwrap_or_default()), help)
    }

    pub(super) fn unreadable(&self) -> Unread {
        let Some(line) = self.example() else {
            return unread("what comes is no text", other_device());
        };
        if self.with_numbers == 0 {
            return unread(format!("its lines hold no number, such as '{line}'"), "let the sketch print its readings");
        }
        let numbers: Vec<String> =
            words::numbers(line.as_bytes()).map(|number| String::from_utf8_lossy(number.text).into_owned()).collect();
        unread(
            format!(
                "its lines differ from one to the next, such as '{line}', in which the nearest reading finds {}",
                numbers.join(" and ")
            ),
            "let the sketch print the same words around its numbers in every line, best a line of numbers parted by commas",
        )
    }
}

/// The fields of a plain row: label and number of each.
fn plain_row<'l>(line: &'l [u8], spec: &TextSpec) -> Option<Vec<(&'l [u8], &'l [u8])>> {
    let tokens = line.split(|byte| spec.separators.contains(byte)).filter(|token| !token.is_empty());
    let field = |token: &'l [u8]| {
        let (label, text) = match token.iter().position(|byte| *byte == b':') {
            Some(at) => (token.get(..at).filter(|label| !label.is_empty())?, token.get(at + 1..)?),
            None => (&[][..], token),
        };
        number::parse(text, NumberStyle::Float).map(|_| (label, text))
    };
    let fields = tokens.map(field).collect::<Option<Vec<_>>>()?;
    (!fields.is_empty()).then_some(fields)
}

/// The columns of lines with the same words.
fn sent<'l>(lines: &[&'l [u8]]) -> Vec<Sent<'l>> {
    let Some(line) = lines.first() else { return Vec::new() };
    let mut numbers = words::numbers(line);
    let mut columns: Vec<Sent<'l>> = Vec::new();
    let mut depth = 0_i32;
    for (n, number) in numbers.by_ref().enumerate() {
        let (unit, mut label) = if n == 0 { (String::new(), label_in(number.before)) } else { between(number.before) };
        let is_bracket = |byte: &u8| i32::from(*byte == b'[') - i32::from(*byte == b']');
        depth += number.before.iter().map(is_bracket).sum::<i32>();
        // A list has one label for all: `[1,2]`, `EMG: 1, 2`.
        if label.is_empty() && n > 0 && (depth > 0 || !has_words(number.before)) {
            label = columns.last().map(|column| column.label.clone()).unwrap_or_default();
        }
        if let Some(last) = columns.last_mut() {
            last.unit = unit;
        }
        columns.push(Sent { label, unit: String::new(), cells: Vec::new() });
    }
    if let Some(last) = columns.last_mut() {
        last.unit = unit_in(numbers.rest());
    }
    for line in lines {
        for (column, number) in columns.iter_mut().zip(words::numbers(line)) {
            column.cells.push(number.text);
        }
    }
    columns
}

fn has_words(text: &[u8]) -> bool {
    text.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
}

/// Unit of the number before and label of the number behind a text: ` mV, ENV: `.
fn between(text: &[u8]) -> (String, String) {
    if let Some(at) = text.iter().position(|byte| matches!(byte, b',' | b';' | b'|' | b'\t')) {
        let (before, behind) = text.split_at(at);
        return (unit_in(before), label_in(behind.get(1..).unwrap_or_default()));
    }
    let words = String::from_utf8_lossy(text).into_owned();
    let mut parts = words.split_whitespace();
    match parts.next() {
        Some(first) if is_unit(first) && words.starts_with([' ', first.chars().next().unwrap_or(' ')]) => {
            let rest: Vec<&str> = parts.collect();
            (first.to_owned(), label_in(rest.join(" ").as_bytes()))
        }
        _ => (String::new(), label_in(text)),
    }
}

/// A unit at the start of a text.
fn unit_in(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text).into_owned();
    let word =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '}' | ']')).find(|w| !w.is_empty());
    let word = word.unwrap_or_default().trim_matches(['(', ')', '[', ']', '"']);
    if is_unit(word) { word.to_owned() } else { String::new() }
}

/// The label at the end of a text: `{"data":{"emg":` is `emg`, `] Right biceps = ` is `Right biceps`.
fn label_in(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text).into_owned();
    let text = text.trim_end_matches([' ', '\t', ':', '=', '"', '\'', '[', '(', '>', '-']);
    let from = text.rfind(['{', '[', ']', '}', ')', '>', '"', ',', ';', '|']).map_or(0, |at| at + 1);
    clean(text.get(from..).unwrap_or_default().trim_matches([' ', '\t', ':', '=', '"', '$', '#', '(']).as_bytes())
}

/// A name that may be shown.
fn clean(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    text.trim().trim_matches(['"', '\'']).chars().filter(|c| is_plain(*c)).take(MAX_NAME).collect()
}

/// The most frequent number; of two, the larger.
fn mode(all: impl Iterator<Item = usize>) -> Option<usize> {
    let mut sorted: Vec<usize> = all.collect();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.max_by_key(|run| run.len()).and_then(|run| run.first()).copied()
}
