//! A journal as far as it can be read.

use std::io::{self, Read};

use memchr::memmem;
use tonus_core::input::Cue;

use super::entry::Entries;
use super::layout::{CHECK, Clocks, HEAD, HEADER, Head, MAGIC, MAX_INFO, SYNC, is_sealed, u16_at, u32_at};
use super::{JournalError, VERSION};
use crate::session::SessionInfo;

/// Bytes read at once.
const BLOCK: usize = 256 << 10;
/// How far a header is looked for.
const MAX_SEARCH: usize = 2 * (MAX_INFO + HEADER + CHECK);
/// Checksums are computed over so many bytes for each byte that was stepped over or read. A journal needs one; what claims
/// to be many journals in one gets no more.
const CREDIT: u64 = 4;

/// What could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Damage {
    /// Chunks that are missing between others.
    pub chunks: u64,
    /// Bytes that belong to no whole chunk.
    pub bytes: u64,
}

/// A chunk that is whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk<'a> {
    /// Counts chunks from 0.
    pub number: u32,
    /// Index of its first frame.
    pub first: u64,
    /// When it began.
    pub clocks: Clocks,
    /// Unknown missing times before it.
    pub stalls: u32,
    /// What is asked for at its beginning.
    pub cue: Cue,
    /// Its records.
    pub entries: Entries<'a>,
}

/// Reads a journal front to back: every whole chunk, in the order of frames; what is damaged is stepped over.
///
/// Memory does not grow with the journal, and time grows with its length alone, whatever its bytes say.
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    is_ended: bool,
    info: SessionInfo,
    session: u32,
    channels: usize,
    /// Number of the next chunk.
    number: u32,
    /// Index of the next frame.
    next: u64,
    damage: Damage,
    /// Bytes that checksums may still be computed over.
    credit: u64,
}

/// Reads a block more; whether that was the last.
fn read_block(source: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<bool> {
    Ok(source.take(BLOCK as u64).read_to_end(buffer)? < BLOCK)
}

/// The header at the beginning of `bytes`: description, checksum, length. Its length is believed only where it can be, and
/// within `credit`.
fn header_at(bytes: &[u8], credit: &mut u64) -> Result<Option<(SessionInfo, u32, usize)>, JournalError> {
    let found = (|| {
        let (version, channels) = (u16_at(bytes, 8)?, u16_at(bytes, 10)?);
        let length = u32_at(bytes, 12).map(|length| length as usize).filter(|length| *length <= MAX_INFO)?;
        let whole = bytes.get(..HEADER + length + CHECK)?;
        *credit = credit.checked_sub(whole.len() as u64)?;
        is_sealed(whole).then_some((version, usize::from(channels), whole))
    })();
    let Some((version, channels, whole)) = found else { return Ok(None) };
    if version > VERSION {
        return Err(JournalError::Newer { found: version });
    }
    let check = u32_at(whole, whole.len() - CHECK).unwrap_or_default();
    let json = whole.get(HEADER..whole.len() - CHECK).unwrap_or_default();
    let info: Option<SessionInfo> = serde_json::from_slice(json).ok();
    let Some(info) = info.filter(|info| info.scale.len() == channels && version == VERSION) else { return Ok(None) };
    info.check().map_err(|found| JournalError::Impossible { found })?;
    Ok(Some((info, check, whole.len())))
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn new(mut source: R) -> Result<Self, JournalError> {
        let (mut buffer, mut is_ended, mut wanted) = (Vec::new(), false, BLOCK);
        let mut credit = CREDIT * MAX_SEARCH as u64;
        loop {
            while !is_ended && buffer.len() < wanted {
                is_ended = read_block(&mut source, &mut buffer)?;
            }
            for at in memmem::find_iter(&buffer, MAGIC) {
                let found = header_at(buffer.get(at..).unwrap_or_default(), &mut credit)?;
                if let Some((info, session, length)) = found {
                    let (channels, damage) = (info.scale.len(), Damage { chunks: 0, bytes: at as u64 });
                    let (number, next) = (0, 0);
                    let mut reader =
                        Self { source, buffer, at, is_ended, info, session, channels, number, next, damage, credit };
                    reader.pass_copy(length)?;
                    return Ok(reader);
                }
            }
            if is_ended || wanted >= MAX_SEARCH {
                return Err(JournalError::NoHeader);
            }
            wanted = MAX_SEARCH;
        }
    }

    /// Goes on behind the header that lies ahead, and behind its copy.
    fn pass_copy(&mut self, length: usize) -> io::Result<()> {
        let has_both = self.fill(2 * length)?;
        let (header, rest) = self.ahead().split_at_checked(length).unwrap_or_default();
        self.at += if has_both && rest.starts_with(header) { 2 * length } else { length };
        Ok(())
    }

    /// The session as it was known when it began.
    pub fn info(&self) -> &SessionInfo {
        &self.info
    }

    /// What could not be read so far.
    pub fn damage(&self) -> Damage {
        self.damage
    }

    /// The next whole chunk; none at the end.
    ///
    /// # Errors
    /// What the source says.
    pub fn next_chunk(&mut self) -> io::Result<Option<Chunk<'_>>> {
        let head = loop {
            if !self.fill(HEAD)? {
                self.damage.bytes += (self.buffer.len() - self.at) as u64;
                self.at = self.buffer.len();
                return Ok(None);
            }
            if let Some(head) = Head::read(self.ahead(), self.session)
                && self.fill(HEAD + head.length as usize + CHECK)?
                && let Some(next) = self.check(&head)
            {
                self.damage.chunks += u64::from(head.number - self.number);
                (self.number, self.next) = (head.number.saturating_add(1), next);
                break head;
            }
            self.step_over();
        };
        let from = self.at + HEAD;
        self.at = from + head.length as usize + CHECK;
        self.earn(HEAD + head.length as usize + CHECK);
        let payload = self.buffer.get(from..self.at - CHECK).unwrap_or_default();
        Ok(Some(Chunk {
            number: head.number,
            first: head.first,
            clocks: head.clocks,
            stalls: head.stalls,
            cue: head.cue,
            entries: Entries::new(payload, self.channels),
        }))
    }

    fn ahead(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// The index behind a chunk if it is whole and comes after the last one.
    fn check(&mut self, head: &Head) -> Option<u64> {
        if head.number < self.number || head.first < self.next {
            return None;
        }
        let length = HEAD + head.length as usize + CHECK;
        self.credit = self.credit.checked_sub(length as u64)?;
        let whole = self.ahead().get(..length).filter(|whole| is_sealed(whole))?;
        let payload = whole.get(HEAD..whole.len() - CHECK)?;
        Entries::new(payload, self.channels).index_after(head.first)
    }

    /// So many bytes are behind.
    fn earn(&mut self, bytes: usize) {
        self.credit = self.credit.saturating_add(CREDIT * bytes as u64);
    }

    /// Goes on to where a chunk may begin.
    fn step_over(&mut self) {
        let ahead = self.ahead().get(1..).unwrap_or_default();
        // The last bytes may be the beginning of one.
        let skip = 1 + memmem::find(ahead, SYNC).unwrap_or(ahead.len().saturating_sub(SYNC.len() - 1));
        self.at += skip;
        self.earn(skip);
        self.damage.bytes += skip as u64;
    }

    /// Reads on until so many bytes lie ahead; whether they do.
    fn fill(&mut self, count: usize) -> io::Result<bool> {
        if self.buffer.len() - self.at < count && self.at > 0 && !self.is_ended {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        while self.buffer.len() - self.at < count && !self.is_ended {
            self.is_ended = read_block(&mut self.source, &mut self.buffer)?;
        }
        Ok(self.buffer.len() - self.at >= count)
    }
}
