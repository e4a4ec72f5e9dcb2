//! EDF, EDF+, BDF and BDF+: European Data Format and its 24-bit sister.
//!
//! One fixed header, then records of equal length, each with some samples of every signal. Annotation signals hold text:
//! words of [`tonus_core::input::Cue`] become cues, `gap` and `missing …` as tonus writes them become gaps and missing
//! values again, and the onset of each record shows the gaps of a discontinuous file (EDF+D).
//!
//! Who a recording is of stands in the first 256 bytes and is not kept; when it was made is kept for those who ask for it
//! ([`crate::Recording::started_unix_s`]), and not shown.

mod clock;
mod head;
mod marks;
mod read;
pub(crate) mod tal;

use std::io::{Read, Seek, SeekFrom};

use crate::error::ReadError;
use crate::format::binary::{Bytes, Opened, read_full};
use crate::format::signals::{choose, make_unique};
use crate::header::{Header, Note};
use crate::options::OpenOptions;

use clock::{Clock, Stamps};
pub(crate) use head::Head;
use marks::Marks;
use read::{Reader, Scale};

/// Words of annotations that tonus writes and reads.
pub(crate) mod word {
    /// Frames that are missing, with a duration.
    pub(crate) const GAP: &str = "gap";
    /// An unknown time is missing.
    pub(crate) const STALL: &str = "gap of unknown length";
    /// Before the name of a channel: it has no value, with a duration.
    pub(crate) const MISSING: &str = "missing ";
    /// From here on the last record is filled up.
    pub(crate) const END: &str = "Recording ends";
    /// In the header's recording field: the exact rate, where a record's length is rounded.
    pub(crate) const RATE: &str = "rate_hz=";
}

/// Bytes of a stream whose time stamps are looked at before the first frame.
const LOOKED_AT: usize = 1 << 20;

/// Whether these first bytes are those of an EDF or BDF header.
pub(crate) fn is_edf(start: &[u8]) -> bool {
    let bdf = start.starts_with(b"\xffBIOSEMI");
    let text = |range: std::ops::Range<usize>| start.get(range).unwrap_or_default();
    let numeric = |range| text(range).iter().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'.' | b'-' | b'+'));
    // A text table may begin with a zero and spaces, but has line ends where a header has none.
    let one_line = text(8..256).iter().all(|b| !matches!(b, b'\n' | b'\r' | b'\t'));
    start.len() >= 256 && (bdf || start.starts_with(b"0       ") && one_line && numeric(184..192) && numeric(236..256))
}

/// A file that can be read anywhere.
pub(crate) trait Again: Read + Seek {}

impl<T: Read + Seek> Again for T {}

/// Opens a recording. `again` is the same file once more, if it can be had: its annotations are then known before the first
/// frame, wherever they stand.
pub(crate) fn open(
    reader: Box<dyn Read + Send>,
    again: Option<Box<dyn Again>>,
    file: &str,
    options: &OpenOptions,
) -> Result<Opened, ReadError> {
    let mut bytes = Bytes::new(reader, file);
    let head = Head::read(&mut bytes)?;
    let mut signals = head.described();
    make_unique(&mut signals);
    let mut chosen = choose(file, &signals, options)?;
    let layout = &head.layout;
    let first = chosen.places.first().copied().unwrap_or_default();
    let per_record = head.signals.get(first).map_or(0, |signal| signal.samples);
    let scales: Vec<Scale> = chosen.places.iter().filter_map(|n| head.signals.get(*n)).map(Scale::of).collect();
    let names: Vec<String> = chosen.channels.iter().map(|channel| channel.name.clone()).collect();
    let file_rate = signals.get(first).map_or(0.0, |signal| signal.rate_hz);
    let file_rate = if file_rate > 0.0 { file_rate } else { chosen.rate.hz() };
    let mut marks = Marks::new(file_rate, names);
    let mut stamps = Stamps::default();
    let mut clock = None;
    let mut records = layout.records;
    let is_scanned = again.is_some();
    if let Some(mut again) = again {
        let io = |source| ReadError::Io { file: file.to_owned(), source };
        let length = again.seek(SeekFrom::End(0)).map_err(io)?;
        let whole = length.saturating_sub(layout.header_bytes) / layout.record_bytes as u64;
        if layout.records.is_some_and(|said| said != whole) {
            let said = layout.records.unwrap_or_default();
            let what = format!("the header says {said} records; the file holds {whole} whole ones");
            let is_cut = whole < said;
            chosen.notes.push(if is_cut { Note::warning(format!("not read: {what}")) } else { what.into() });
        }
        records = Some(whole);
        if let Some(first) = layout.annotations.first() {
            let mut room = vec![0; first.len()];
            for record in 0..whole {
                let at = layout.header_bytes + record * layout.record_bytes as u64 + first.start as u64;
                again.seek(SeekFrom::Start(at)).map_err(io)?;
                read_full(&mut again, &mut room).map_err(io)?;
                stamps.push(tal::stamp(&room));
            }
            clock = Some(Clock::new(stamps, per_record, file_rate));
            marks.run_at(clock.as_ref().filter(|_| layout.is_discontinuous));
            for record in 0..whole {
                let start = layout.header_bytes + record * layout.record_bytes as u64;
                for (part, place) in layout.annotations.iter().enumerate() {
                    room.resize(place.len(), 0);
                    again.seek(SeekFrom::Start(start + place.start as u64)).map_err(io)?;
                    read_full(&mut again, &mut room).map_err(io)?;
                    marks.hear(&room, part == 0, record == 0);
                }
            }
            marks.settle();
        }
    } else if let Some(first) = layout.annotations.first() {
        let records = bytes.look_ahead(LOOKED_AT)?.chunks_exact(layout.record_bytes.max(1));
        for record in records {
            stamps.push(record.get(first.clone()).and_then(tal::stamp));
        }
        clock = Some(Clock::new(stamps, per_record, file_rate));
        marks.run_at(clock.as_ref().filter(|_| layout.is_discontinuous));
    }
    if marks.others > 0 {
        chosen.notes.push(format!("{} annotations are no cues and are not used", marks.others).into());
    }
    if marks.is_full {
        chosen.notes.push("there are more annotations than are read; the later ones are not used".into());
    }
    let has_cues = is_scanned && marks.has_cues();
    let header = Header { has_cues, ..chosen.header(file, layout.name(), options) };
    let started_unix_s = head.started_unix_s;
    let reader = Reader::new(bytes, head.layout, scales, per_record, marks, clock, (records, is_scanned));
    Ok(Opened { header, frames: Box::new(reader), started_unix_s })
}
