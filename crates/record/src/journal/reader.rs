//! A journal as far as it can be read.

use std::io::{self, Read};

use memchr::memmem;
use tonus_core::input::Cue;

use super::entry::{Entry, entries};
use super::layout::{CHECK, Clocks, HEAD, HEADER, Head, MAGIC, MAX_INFO, SYNC, is_sealed, u16_at, u32_at};
use super::{JournalError, VERSION};
use crate::session::SessionInfo;

/// Bytes read at once.
const BLOCK: usize = 256 << 10;
/// How far a header is looked for.
const MAX_SEARCH: usize = 2 * (MAX_INFO + HEADER + CHECK);

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
    pub entries: Vec<Entry<'a>>,
}

/// Reads a journal front to back: every whole chunk, in the order of frames; what is damaged is stepped over.
///
/// Memory does not grow with the journal.
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
}

/// Reads a block more; whether that was the last.
fn read_block(source: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<bool> {
    Ok(source.take(BLOCK as u64).read_to_end(buffer)? < BLOCK)
}

/// The header at the beginning of `bytes`: description, checksum, length. `Err` holds the version of a newer one.
fn header_at(bytes: &[u8]) -> Result<Option<(SessionInfo, u32, usize)>, u16> {
    if !bytes.starts_with(MAGIC) {
        return Ok(None);
    }
    let found = (|| {
        let (version, channels) = (u16_at(bytes, 8)?, u16_at(bytes, 10)?);
        let length = HEADER + u32_at(bytes, 12)? as usize + CHECK;
        let whole = bytes.get(..length).filter(|whole| is_sealed(whole))?;
        Some((version, usize::from(channels), whole))
    })();
    let Some((version, channels, whole)) = found else { return Ok(None) };
    if version > VERSION {
        return Err(version);
    }
    let check = u32_at(whole, whole.len() - CHECK).unwrap_or_default();
    let json = whole.get(HEADER..whole.len() - CHECK).unwrap_or_default();
    let info: Option<SessionInfo> = serde_json::from_slice(json).ok();
    Ok(info.filter(|info| info.scale.len() == channels).map(|info| (info, check, whole.len())))
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn new(mut source: R) -> Result<Self, JournalError> {
        let (mut buffer, mut is_ended, mut wanted) = (Vec::new(), false, BLOCK);
        loop {
            while !is_ended && buffer.len() < wanted {
                is_ended = read_block(&mut source, &mut buffer)?;
            }
            for at in memmem::find_iter(&buffer, MAGIC) {
                let found = header_at(buffer.get(at..).unwrap_or_default());
                if let Some((info, session, length)) = found.map_err(|found| JournalError::Newer { found })? {
                    let (channels, damage) = (info.scale.len(), Damage { chunks: 0, bytes: at as u64 });
                    let at = at + length;
                    let next = 0;
                    return Ok(Self { source, buffer, at, is_ended, info, session, channels, number: 0, next, damage });
                }
            }
            if is_ended || wanted >= MAX_SEARCH {
                return Err(JournalError::NoHeader);
            }
            wanted = MAX_SEARCH;
        }
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
            self.step_over()?;
        };
        let from = self.at + HEAD;
        self.at = from + head.length as usize + CHECK;
        let payload = self.buffer.get(from..self.at - CHECK).unwrap_or_default();
        Ok(Some(Chunk {
            number: head.number,
            first: head.first,
            clocks: head.clocks,
            stalls: head.stalls,
            cue: head.cue,
            entries: entries(payload, self.channels).unwrap_or_default(),
        }))
    }

    fn ahead(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// The index behind a chunk if it is whole and comes after the last one.
    fn check(&self, head: &Head) -> Option<u64> {
        let whole = self.ahead().get(..HEAD + head.length as usize + CHECK)?;
        if head.number < self.number || head.first < self.next || !is_sealed(whole) {
            return None;
        }
        let payload = whole.get(HEAD..whole.len() - CHECK)?;
        let entries = entries(payload, self.channels)?;
        entries.iter().try_fold(head.first, |index, entry| index.checked_add(entry.frames()))
    }

    /// Goes on to where a chunk may begin.
    fn step_over(&mut self) -> io::Result<()> {
        if let Ok(Some((_, session, length))) = header_at(self.ahead())
            && session == self.session
        {
            self.at += length;
            return Ok(());
        }
        // The other copy of the header may need more than what is there.
        if self.ahead().starts_with(MAGIC) && self.number == 0 && self.damage.bytes == 0 {
            let length = HEADER + u32_at(self.ahead(), 12).unwrap_or_default() as usize + CHECK;
            if length > self.ahead().len() && length <= HEADER + MAX_INFO + CHECK && self.fill(length)? {
                return Ok(());
            }
        }
        let ahead = self.ahead().get(1..).unwrap_or_default();
        // The header only up to there: every byte is looked at once, however many chunks are damaged.
        let sync = memmem::find(ahead, SYNC);
        let magic = memmem::find(ahead.get(..sync.unwrap_or(ahead.len())).unwrap_or_default(), MAGIC);
        // The last bytes may be the beginning of one.
        let skip = 1 + magic.or(sync).unwrap_or(ahead.len().saturating_sub(MAGIC.len() - 1));
        self.at += skip;
        self.damage.bytes += skip as u64;
        Ok(())
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
