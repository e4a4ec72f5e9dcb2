//! The bytes of a header and of a chunk's frame. All numbers are little-endian.

use std::io;

use tonus_core::input::Cue;

use super::VERSION;
use crate::session::SessionInfo;

/// First bytes of a header.
pub(super) const MAGIC: &[u8; 8] = b"tonusJNL";
/// Bytes of a header before its description.
pub(super) const HEADER: usize = 16;
/// First bytes of a chunk; the first one is no text.
pub(super) const SYNC: &[u8; 4] = b"\xF7TJC";
/// Bytes of a chunk before its payload.
pub const HEAD: usize = 52;
/// Bytes of a checksum.
pub(super) const CHECK: usize = 4;
/// Largest description of a session in a header.
pub const MAX_INFO: usize = 4 << 20;
/// Largest payload of a chunk.
pub const MAX_PAYLOAD: usize = 1 << 20;

/// When a chunk began, by both clocks. The sample index counts; these only tell of sleep and of clocks that were set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clocks {
    /// Microseconds since the journal began, by a clock that never jumps.
    pub steady_us: u64,
    /// Microseconds since 1970, by the clock on the wall.
    pub wall_us: i64,
}

/// What stands before the records of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Checksum of the header: tells the journal from what stood on the disk before.
    pub(super) session: u32,
    /// Counts chunks from 0.
    pub(super) number: u32,
    /// Bytes of records.
    pub(super) length: u32,
    /// Index of its first frame.
    pub(super) first: u64,
    /// When it began.
    pub(super) clocks: Clocks,
    /// Unknown missing times before it.
    pub(super) stalls: u32,
    /// What is asked for at its beginning.
    pub(super) cue: Cue,
}

impl Head {
    /// The bytes, with their checksum.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let from = out.len();
        out.extend_from_slice(SYNC);
        out.extend_from_slice(&self.session.to_le_bytes());
        out.extend_from_slice(&self.number.to_le_bytes());
        out.extend_from_slice(&self.length.to_le_bytes());
        out.extend_from_slice(&self.first.to_le_bytes());
        out.extend_from_slice(&self.clocks.steady_us.to_le_bytes());
        out.extend_from_slice(&self.clocks.wall_us.to_le_bytes());
        out.extend_from_slice(&self.stalls.to_le_bytes());
        out.extend_from_slice(&[self.cue as u8, 0, 0, 0]);
        seal(out, from);
    }

    /// What stands at the beginning of `bytes`, if it is the whole head of a chunk of this session.
    pub(super) fn read(bytes: &[u8], session: u32) -> Option<Self> {
        let bytes = bytes.get(..HEAD)?;
        let head = Self {
            session: u32_at(bytes, 4)?,
            number: u32_at(bytes, 8)?,
            length: u32_at(bytes, 12)?,
            first: u64_at(bytes, 16)?,
            clocks: Clocks { steady_us: u64_at(bytes, 24)?, wall_us: u64_at(bytes, 32)?.cast_signed() },
            stalls: u32_at(bytes, 40)?,
            cue: cue_of(*bytes.get(44)?)?,
        };
        // What costs most is asked last.
        let is_own = head.session == session && head.length as usize <= MAX_PAYLOAD;
        (is_own && bytes.starts_with(SYNC) && is_sealed(bytes)).then_some(head)
    }
}

/// The header of a journal, twice, so that one can be damaged.
///
/// # Errors
/// `InvalidInput` if the description has more than 4 MiB, or says what cannot be.
pub fn header(info: &SessionInfo) -> io::Result<Vec<u8>> {
    info.check().map_err(|found| io::Error::new(io::ErrorKind::InvalidInput, found))?;
    let json = serde_json::to_vec(info)?;
    if json.len() > MAX_INFO {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a description of more than 4 MiB"));
    }
    let mut out = Vec::with_capacity(2 * (HEADER + json.len() + CHECK));
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(info.scale.len() as u16).to_le_bytes());
    out.extend_from_slice(&(json.len() as u32).to_le_bytes());
    out.extend_from_slice(&json);
    seal(&mut out, 0);
    out.extend_from_within(..);
    Ok(out)
}

/// The checksum of a header by which its chunks know it.
pub(super) fn session_of(header: &[u8]) -> u32 {
    let length = header.len() / 2;
    u32_at(header, length.saturating_sub(CHECK)).unwrap_or_default()
}

/// Appends the checksum of everything from `from` on.
pub(super) fn seal(out: &mut Vec<u8>, from: usize) {
    let check = crc32fast::hash(out.get(from..).unwrap_or_default());
    out.extend_from_slice(&check.to_le_bytes());
}

/// Whether the last four bytes are the checksum of all before.
pub(super) fn is_sealed(bytes: &[u8]) -> bool {
    let Some((body, check)) = bytes.split_last_chunk::<CHECK>() else { return false };
    crc32fast::hash(body) == u32::from_le_bytes(*check)
}

/// A number at a place.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

/// A number at a place.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// A number at a place.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The cue of a number.
pub(super) fn cue_of(number: u8) -> Option<Cue> {
    [Cue::Free, Cue::Quiet, Cue::Reference, Cue::Rest, Cue::Work].into_iter().find(|cue| *cue as u8 == number)
}
