//! Files as people mail them: gzip, and zip with one file in it. What is inside is read as if it lay there unpacked.
//!
//! Unpacking is a stream in bounded memory, checked against the archive's own checksum at its end; what grows beyond any
//! recording is given up. Deliberately not here: archives of several files, in one another, or under a password.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder};

use crate::error::ReadError;
use crate::format::binary::read_full;

/// What a packed file is called in notes.
const GZIP: &str = "gzip";
const ZIP: &str = "zip";

/// Bytes that are unpacked whatever their ratio.
const FREE_BYTES: u64 = 256 << 20;
/// Beyond those, no more than so many bytes for one: tables of text come to 5 to 50, flat lines to 300; deflate ends at 1032.
const MOST_RATIO: u64 = 400;

/// First bytes of a member of a zip archive, of its directory, and of its end.
const MEMBER: &[u8] = b"PK\x03\x04";
const DIRECTORY: &[u8] = b"PK\x01\x02";
const DIRECTORY_END: &[u8] = b"PK\x05\x06";
/// Fixed bytes of a member's header behind its first four, of an entry of the directory, and of the directory's end.
const MEMBER_BYTES: usize = 26;
const ENTRY_BYTES: usize = 46;
const END_BYTES: usize = 22;
/// Most bytes of the end of an archive that are searched for its directory.
const TAIL_BYTES: u64 = 66_000;

/// Whether these first bytes are packed, and how.
pub(crate) fn packed(start: &[u8]) -> Option<&'static str> {
    if start.starts_with(b"\x1f\x8b\x08") { Some(GZIP) } else { start.starts_with(MEMBER).then_some(ZIP) }
}

/// Reads what a packed file holds. `again` is the same file once more, if it can be had: the archive's directory is then
/// known before the first byte.
///
/// # Errors
/// [`ReadError::NotText`] for an archive that holds something else than one file.
pub(crate) fn unpack(
    kind: &'static str,
    reader: Box<dyn Read + Send>,
    again: Option<&mut dyn Files>,
    file: &str,
) -> Result<Box<dyn Read + Send>, ReadError> {
    let taken = Arc::new(AtomicU64::new(0));
    let mut bytes = BufReader::new(Box::new(Counted { reader, taken: Arc::clone(&taken) }) as Box<dyn Read + Send>);
    let reader: Box<dyn Read + Send> = if kind == GZIP {
        Box::new(MultiGzDecoder::new(bytes))
    } else {
        if let Some(again) = again {
            check_directory(again, file)?;
        }
        Box::new(member(&mut bytes, file)?.read(bytes))
    };
    Ok(Box::new(Bounded { reader, taken, given: 0 }))
}

/// A file that can be read anywhere.
pub(crate) trait Files: Read + Seek {}

impl<T: Read + Seek> Files for T {}

fn refuse(file: &str, found: &'static str) -> ReadError {
    ReadError::NotText { file: file.to_owned(), found, fix: "unpack it first" }
}

fn sheet(file: &str) -> ReadError {
    ReadError::NotText {
        file: file.to_owned(),
        found: "a spreadsheet (xlsx or ods)",
        fix: "save the sheet as CSV first",
    }
}

/// Counts the bytes that are read.
struct Counted {
    reader: Box<dyn Read + Send>,
    taken: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(room)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Gives up where much comes of little, and says what is wrong with the archive.
struct Bounded {
    reader: Box<dyn Read + Send>,
    taken: Arc<AtomicU64>,
    given: u64,
}

impl Read for Bounded {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(room).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                io::Error::new(error.kind(), format!("the archive is cut off or damaged ({error})"))
            }
            _ => error,
        })?;
        self.given += count as u64;
        if self.given > FREE_BYTES && self.given / MOST_RATIO > self.taken.load(Ordering::Relaxed) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the archive unpacks to far more than a recording"));
        }
        Ok(count)
    }
}

/// What the header of an archive's member says.
#[derive(Debug, Clone, Copy)]
struct Member {
    is_deflated: bool,
    /// Checksum and length stand behind the member, not in front of it.
    is_late: bool,
    checksum: u32,
    packed_bytes: u32,
}

impl Member {
    fn read(self, bytes: BufReader<Box<dyn Read + Send>>) -> Unzipped {
        let body = if self.is_deflated {
            Body::Deflated(Box::new(DeflateDecoder::new(bytes)))
        } else {
            Body::Stored(bytes, self.packed_bytes.into())
        };
        Unzipped { body, member: self, checksum: crc32fast::Hasher::new(), is_ended: false }
    }
}

/// Whether a member is no recording: a folder, or what macOS adds.
fn is_aside(name: &[u8]) -> bool {
    name.ends_with(b"/") || name.starts_with(b"__MACOSX/") || name.ends_with(b".DS_Store")
}

/// Whether a member belongs to a spreadsheet.
fn is_sheet(name: &[u8]) -> bool {
    name == b"[Content_Types].xml" || name == b"mimetype" || name.starts_with(b"xl/")
}

fn short(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

fn long(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Reads headers up to the first member that is a recording.
fn member(bytes: &mut dyn Read, file: &str) -> Result<Member, ReadError> {
    let io = |source| ReadError::Io { file: file.to_owned(), source };
    loop {
        let mut head = [0; 4 + MEMBER_BYTES];
        if read_full(bytes, &mut head).map_err(io)? < head.len() || !head.starts_with(MEMBER) {
            return Err(refuse(file, "a zip archive without a file"));
        }
        let (flags, method) = (short(&head, 6), short(&head, 8));
        let mut rest = vec![0; usize::from(short(&head, 26)) + usize::from(short(&head, 28))];
        read_full(bytes, &mut rest).map_err(io)?;
        let name = rest.get(..short(&head, 26).into()).unwrap_or_default();
        let found = Member {
            is_deflated: method == 8,
            is_late: flags & 8 != 0,
            checksum: long(&head, 14),
            packed_bytes: long(&head, 18),
        };
        if is_sheet(name) {
            return Err(sheet(file));
        }
        if flags & 1 != 0 {
            return Err(refuse(file, "a zip archive under a password"));
        }
        let is_known = found.is_deflated || method == 0 && !found.is_late && found.packed_bytes < u32::MAX;
        if !is_known {
            return Err(refuse(file, "a zip archive packed in a way that is not read"));
        }
        if !is_aside(name) {
            return Ok(found);
        }
        if found.is_late {
            return Err(refuse(file, "a zip archive of several files"));
        }
        io::copy(&mut bytes.take(found.packed_bytes.into()), &mut io::sink()).map_err(io)?;
    }
}

/// Refuses an archive whose directory lists several files.
fn check_directory(file: &mut dyn Files, name: &str) -> Result<(), ReadError> {
    let io = |source| ReadError::Io { file: name.to_owned(), source };
    let length = file.seek(SeekFrom::End(0)).map_err(io)?;
    let mut tail = vec![0; length.min(TAIL_BYTES) as usize];
    file.seek(SeekFrom::Start(length - tail.len() as u64)).map_err(io)?;
    read_full(file, &mut tail).map_err(io)?;
    // An archive that is cut off has no directory; its end shows when it is read.
    let Some(end) = memchr::memmem::rfind(&tail, DIRECTORY_END) else { return Ok(()) };
    let end = tail.get(end..end + END_BYTES).unwrap_or_default();
    let (entries, start) = (short(end, 10), long(end, 16));
    file.seek(SeekFrom::Start(start.into())).map_err(io)?;
    let mut bytes = BufReader::new(file);
    let mut files = 0;
    for _ in 0..entries {
        let mut entry = [0; ENTRY_BYTES];
        if read_full(&mut bytes, &mut entry).map_err(io)? < ENTRY_BYTES || !entry.starts_with(DIRECTORY) {
            break;
        }
        let mut rest = vec![0; [28, 30, 32].map(|at| usize::from(short(&entry, at))).iter().sum()];
        read_full(&mut bytes, &mut rest).map_err(io)?;
        let member = rest.get(..short(&entry, 28).into()).unwrap_or_default();
        if is_sheet(member) {
            return Err(sheet(name));
        }
        files += u32::from(!is_aside(member));
    }
    if files > 1 { Err(refuse(name, "a zip archive of several files")) } else { Ok(()) }
}

/// The bytes of a member.
enum Body {
    Deflated(Box<DeflateDecoder<BufReader<Box<dyn Read + Send>>>>),
    /// And how many are left.
    Stored(BufReader<Box<dyn Read + Send>>, u64),
}

/// Reads a member and checks it at its end.
struct Unzipped {
    body: Body,
    member: Member,
    checksum: crc32fast::Hasher,
    is_ended: bool,
}

impl Read for Unzipped {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.is_ended || room.is_empty() {
            return Ok(0);
        }
        let count = match &mut self.body {
            Body::Deflated(reader) => reader.read(room)?,
            Body::Stored(reader, left) => {
                let count = reader.take(*left).read(room)?;
                *left -= count as u64;
                if count == 0 && *left > 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                count
            }
        };
        self.checksum.update(room.get(..count).unwrap_or_default());
        if count == 0 {
            self.is_ended = true;
            self.check()?;
        }
        Ok(count)
    }
}

impl Unzipped {
    /// Compares the checksum, and sees that no other file follows.
    fn check(&mut self) -> io::Result<()> {
        let bad = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, what.to_owned()));
        let rest: &mut dyn Read = match &mut self.body {
            Body::Deflated(reader) => reader.get_mut(),
            Body::Stored(reader, _) => reader,
        };
        let mut mark = [0; 4];
        let mut said = self.member.checksum;
        if self.member.is_late {
            // A mark (or not), the checksum, and two lengths of 4 or 8 bytes.
            read_full(rest, &mut mark)?;
            if mark == *b"PK\x07\x08" {
                read_full(rest, &mut mark)?;
            }
            said = u32::from_le_bytes(mark);
            read_full(rest, &mut [0; 8])?;
        }
        if self.checksum.clone().finalize() != said {
            return bad("its checksum is another");
        }
        loop {
            let count = read_full(rest, &mut mark)?;
            if count < mark.len() || mark == *DIRECTORY {
                return Ok(());
            }
            if mark != *MEMBER {
                // The second half of long lengths.
                if !self.member.is_late || read_full(rest, &mut mark)? < mark.len() {
                    return Ok(());
                }
                self.member.is_late = false;
                continue;
            }
            let mut head = [0; MEMBER_BYTES];
            read_full(rest, &mut head)?;
            let mut name = vec![0; short(&head, 22).into()];
            read_full(rest, &mut name)?;
            // What follows a file that is no recording is not looked at: the directory was, where it could be.
            return if is_aside(&name) { Ok(()) } else { bad("it holds several files") };
        }
    }
}
