//! Bytes in, whole lines out: one buffer, a limit on the length of a line, and a hash of every byte as it was in the file.
//!
//! UTF-16 is turned into UTF-8 on the way in; everything downstream sees bytes of UTF-8 or Latin-1 text.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Place, ReadError};
use crate::file;

/// Bytes asked of the file at once, and the part of it that the format is recognised from.
pub(crate) const BLOCK: usize = 256 * 1024;
/// Bytes that SHA-256 takes at once.
const HASH_BLOCK: usize = 64;
/// Lines that the head has, if the file has them.
const HEAD_LINES: usize = 16;
/// The longest line.
pub(crate) const MAX_LINE: usize = 1024 * 1024;

/// How characters are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Bytes,
    Utf16 { big_endian: bool },
}

/// A file that is read once, front to back.
pub(crate) struct Source {
    reader: Box<dyn Read + Send>,
    pub(crate) file: String,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    hash: Sha256,
    /// Where bytes begin that are not hashed yet, at or before `start`. Characters of two bytes are hashed as they come.
    hashed: usize,
    encoding: Encoding,
    /// UTF-16 bytes of a character that the block cut.
    cut: Vec<u8>,
    /// Number of the line at `start`, from 1.
    pub(crate) line: u64,
    /// The last line ended in CR at the very end of the buffer: a LF that follows belongs to it.
    after_cr: bool,
}

impl Source {
    /// Reads the first block, recognises the encoding and steps over a byte-order mark.
    pub(crate) fn new(reader: Box<dyn Read + Send>, file: String) -> Result<Self, ReadError> {
        let mut source = Self {
            reader,
            file,
            buffer: vec![0; BLOCK],
            start: 0,
            end: 0,
            at_end: false,
            hash: Sha256::new(),
            hashed: 0,
            encoding: Encoding::Bytes,
            cut: Vec::new(),
            line: 1,
            after_cr: false,
        };
        while !source.at_end && (source.end < BLOCK || source.end < 2 * MAX_LINE && source.has_few_lines()) {
            source.fill()?;
        }
        source.start_text();
        Ok(source)
    }

    /// What is in the buffer and not yet consumed.
    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether the file has nothing beyond [`Source::bytes`].
    pub(crate) fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Steps over `count` bytes that held `lines` line ends.
    #[inline]
    pub(crate) fn consume(&mut self, count: usize, lines: u64) {
        self.start = (self.start + count).min(self.end);
        self.line += lines;
        self.hash_consumed();
    }

    /// Hashes what was consumed, a cache's worth at a time, as far as it makes whole blocks.
    #[inline]
    fn hash_consumed(&mut self) {
        let whole = (self.start - self.hashed) & !(HASH_BLOCK - 1);
        if whole > 0 {
            if self.encoding == Encoding::Bytes {
                self.hash.update(self.buffer.get(self.hashed..self.hashed + whole).unwrap_or_default());
            }
            self.hashed += whole;
        }
    }

    /// Length of the next line and of its end; reads on until the line is whole. `None` at the end of the file.
    pub(crate) fn find_line(&mut self) -> Result<Option<(usize, usize)>, ReadError> {
        let mut searched = 0;
        loop {
            if self.after_cr && !self.bytes().is_empty() {
                self.after_cr = false;
                if self.bytes().first() == Some(&b'\n') {
                    self.start += 1;
                }
            }
            let bytes = self.bytes();
            if let Some(found) = memchr::memchr2(b'\n', b'\r', bytes.get(searched..).unwrap_or_default()) {
                let length = searched + found;
                let ending = match (bytes.get(length), bytes.get(length + 1)) {
                    (Some(b'\r'), Some(b'\n')) => 2,
                    (Some(b'\r'), None) => {
                        self.after_cr = true;
                        1
                    }
                    _ => 1,
                };
                return Ok(Some((length, ending)));
            }
            searched = bytes.len();
            if self.at_end {
                return Ok((searched > 0).then_some((searched, 0)));
            }
            // The empty tail that a power loss leaves may be long; one NUL stands for all of it.
            if searched >= MAX_LINE && bytes.iter().all(|b| *b == 0) {
                self.start = self.end - 1;
                searched = 1;
            }
            if searched >= MAX_LINE {
                return Err(ReadError::Malformed {
                    file: self.file.clone(),
                    place: Place { line: self.line, column: None },
                    found: "a line of more than 1 MiB".into(),
                    fix: "is this a text table with line ends?".into(),
                });
            }
            self.fill()?;
        }
    }

    /// Where the line that begins `from` bytes ahead ends, and its end's length; `None` at the end of the file, or where the
    /// line is too long.
    pub(crate) fn peek_line(&mut self, from: usize) -> Result<Option<(usize, usize)>, ReadError> {
        let mut searched = from;
        loop {
            let bytes = self.bytes();
            let found = memchr::memchr2(b'\n', b'\r', bytes.get(searched..).unwrap_or_default());
            match found.map(|found| searched + found) {
                Some(end) if bytes.get(end..end + 2) == Some(b"\r\n") => return Ok(Some((end, 2))),
                Some(end) if bytes.get(end) == Some(&b'\n') || end + 1 < bytes.len() || self.at_end => {
                    return Ok(Some((end, 1)));
                }
                Some(end) => searched = end,
                None if self.at_end => return Ok((bytes.len() > from).then_some((bytes.len(), 0))),
                None => searched = bytes.len(),
            }
            if searched - from >= MAX_LINE {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    /// SHA-256 of all bytes read so far.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hash = self.hash.clone();
        if self.encoding == Encoding::Bytes {
            hash.update(self.buffer.get(self.hashed..self.end).unwrap_or_default());
        }
        hash.finalize().into()
    }

    /// Reads one more block behind the unconsumed bytes.
    pub(crate) fn fill(&mut self) -> Result<(), ReadError> {
        self.hash_consumed();
        if self.hashed > 0 {
            self.buffer.copy_within(self.hashed..self.end, 0);
            self.end -= self.hashed;
            self.start -= self.hashed;
            self.hashed = 0;
        }
        if self.buffer.len() - self.end < BLOCK / 2 {
            self.buffer.resize(self.end + BLOCK, 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let count = loop {
            match self.reader.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(source) => return Err(ReadError::Io { file: self.file.clone(), source }),
                Ok(count) => break count.min(room.len()),
            }
        };
        self.at_end = count == 0;
        let read = room.get(..count).unwrap_or_default();
        match self.encoding {
            Encoding::Bytes => self.end += count,
            Encoding::Utf16 { big_endian } => {
                self.hash.update(read);
                self.cut.extend_from_slice(read);
                self.transcode(big_endian);
            }
        }
        Ok(())
    }

    /// Whether the buffer holds too few lines to tell names from rows.
    fn has_few_lines(&self) -> bool {
        memchr::memchr2_iter(b'\n', b'\r', self.bytes()).take(HEAD_LINES).count() < HEAD_LINES
    }

    /// Recognises UTF-16, by its mark or by the NULs of ASCII text, and drops the mark.
    fn start_text(&mut self) {
        let head = self.bytes();
        let ascii_halves = |which: usize| {
            let pairs = head.chunks_exact(2).take(64);
            let count = pairs.len();
            let ascii = |pair: &&[u8]| pair.get(which) == Some(&0) && pair.get(1 - which) != Some(&0);
            count >= 4 && pairs.filter(ascii).count() * 4 > count * 3
        };
        self.encoding = match head {
            [0xff, 0xfe, ..] => Encoding::Utf16 { big_endian: false },
            [0xfe, 0xff, ..] => Encoding::Utf16 { big_endian: true },
            _ if ascii_halves(1) => Encoding::Utf16 { big_endian: false },
            _ if ascii_halves(0) => Encoding::Utf16 { big_endian: true },
            _ => Encoding::Bytes,
        };
        if let Encoding::Utf16 { big_endian } = self.encoding {
            self.cut = self.bytes().to_vec();
            self.hash.update(&self.cut);
            self.start = 0;
            self.end = 0;
            self.transcode(big_endian);
        }
        if self.bytes().starts_with(b"\xef\xbb\xbf") {
            self.start += 3;
        }
    }

    /// Appends the whole characters of `cut` to the buffer as UTF-8 and keeps the rest.
    fn transcode(&mut self, big_endian: bool) {
        let unit = |pair: &[u8]| match *pair {
            [a, b] if big_endian => u16::from_be_bytes([a, b]),
            [a, b] => u16::from_le_bytes([a, b]),
            _ => 0,
        };
        let mut whole = self.cut.len() & !1;
        let last = whole.checked_sub(2).and_then(|at| self.cut.get(at..whole)).map_or(0, unit);
        if (0xd800..0xdc00).contains(&last) && !self.at_end {
            whole -= 2; // half a surrogate pair
        }
        let units = self.cut.get(..whole).unwrap_or_default().chunks_exact(2).map(unit);
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        self.cut.drain(..whole);
        let needed = self.end + text.len();
        if self.buffer.len() < needed {
            self.buffer.resize(needed, 0);
        }
        if let Some(room) = self.buffer.get_mut(self.end..needed) {
            room.copy_from_slice(text.as_bytes());
            self.end = needed;
        }
    }
}

/// Opens a regular file; a directory, pipe or device is refused before it can block.
pub(crate) fn open_regular(path: &Path, name: &str) -> Result<File, ReadError> {
    let io = |source| ReadError::Io { file: name.to_owned(), source };
    let kind = std::fs::metadata(path).map_err(io)?.file_type();
    if !kind.is_file() {
        let (found, fix) = if kind.is_dir() {
            ("a directory", "name a file in it")
        } else {
            ("a pipe or device", "use `-` to read from standard input")
        };
        return Err(ReadError::NotText { file: name.to_owned(), found, fix });
    }
    file::open(path).map_err(io)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time.
    struct Drip(Vec<u8>, usize);

    impl Read for Drip {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(room.len());
            room[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    fn lines(bytes: &[u8], at_once: usize) -> Result<Vec<String>, ReadError> {
        let mut source = Source::new(Box::new(Drip(bytes.to_vec(), at_once)), "test".into())?;
        let mut lines = Vec::new();
        while let Some((length, ending)) = source.find_line()? {
            lines.push(String::from_utf8_lossy(&source.bytes()[..length]).into_owned());
            source.consume(length + ending, 1);
        }
        Ok(lines)
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        for step in [1, 2, 3, 1000] {
            assert_eq!(lines(b"a\nb\r\nc\rd", step).unwrap(), ["a", "b", "c", "d"]);
            assert_eq!(lines(b"a\r\n\r\nb\n", step).unwrap(), ["a", "", "b"]);
        }
    }

    #[test]
    fn a_cr_at_the_end_of_the_buffer_takes_its_lf_along() {
        let mut text = vec![b'x'; BLOCK - 1];
        text.extend_from_slice(b"\r\ny\n");
        let found = lines(&text, 1 << 20).unwrap();
        assert_eq!((found.len(), found[1].as_str()), (2, "y"));
    }

    #[test]
    fn utf16_becomes_utf8_with_and_without_its_mark() {
        let text = "time_s,µ😀\n1,2\n";
        for mark in [false, true] {
            let units: Vec<u16> = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()).collect();
            let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
            for step in [1, 7, 1000] {
                for bytes in [&little, &big] {
                    let found = lines(bytes, step).unwrap();
                    assert_eq!(found[1], "1,2");
                    assert!(found[0].contains('😀'));
                }
            }
        }
    }

    #[test]
    fn a_line_without_end_is_refused_in_bounded_memory() {
        let mut source = Source::new(Box::new(std::io::repeat(b'7')), "test".into()).unwrap();
        assert!(matches!(source.find_line(), Err(ReadError::Malformed { .. })));
        assert!(source.buffer.len() < 3 * MAX_LINE);
    }

    #[test]
    fn a_long_nul_tail_is_one_line() {
        let mut text = b"1,2\n".to_vec();
        text.resize(3 * MAX_LINE, 0);
        assert_eq!(lines(&text, 1 << 20).unwrap().len(), 2);
    }

    #[test]
    fn the_hash_is_that_of_the_bytes_in_the_file() {
        let mut source = Source::new(Box::new(&b"\xef\xbb\xbfabc"[..]), "test".into()).unwrap();
        while source.find_line().unwrap().is_some_and(|(length, ending)| {
            source.consume(length + ending, 1);
            true
        }) {}
        assert_eq!(source.hash(), <[u8; 32]>::from(Sha256::digest(b"\xef\xbb\xbfabc")));
    }

    #[test]
    fn the_hash_is_of_all_bytes_whatever_was_consumed() {
        let text = (0..200_000).map(|n: u32| n.to_string()).collect::<Vec<_>>().join("\n");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.into_bytes(), wide] {
            let expected = <[u8; 32]>::from(Sha256::digest(&bytes));
            for step in [7777, 1 << 20] {
                let mut source = Source::new(Box::new(Drip(bytes.clone(), step)), "test".into()).unwrap();
                while let Some((length, ending)) = source.find_line().unwrap() {
                    source.consume(length + ending, 1);
                }
                assert_eq!(source.hash(), expected);
            }
            let mut source = Source::new(Box::new(Drip(bytes, 1 << 20)), "test".into()).unwrap();
            while !source.is_at_end() {
                source.fill().unwrap();
            }
            assert_eq!(source.hash(), expected, "nothing was consumed");
        }
    }
}
