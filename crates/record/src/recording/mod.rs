//! A recording, read front to back in blocks of frames.

mod anchor;
mod binary;
mod block;
mod copies;
mod memory;
mod peek;
mod position;
mod slow_rows;

use std::collections::VecDeque;
use std::io::Read;
use std::path::Path;

use tonus_core::input::Cue;

use crate::chunk::{Chunk, Counts, Reject};
use crate::cues::CueList;
use crate::error::ReadError;
use crate::fast_rows::{Alike, FastRows};
use crate::fields::Dialect;
use crate::format::binary::Frames;
use crate::format::{self, Action, Head, Layout};
use crate::header::{Header, Note};
use crate::options::OpenOptions;
use crate::rows::{Fault, Reason, Row, RowReader};
use crate::session::{self, SessionInfo};
use crate::setting::Setting;
use crate::sniff;
use crate::source::{Source, open_regular};
use crate::time_axis::{Step, Timeline};
use crate::wording;

use copies::Copies;

pub use anchor::Anchors;
pub use memory::Memory;

/// Most frames of one block.
const BLOCK_FRAMES: usize = 1024;
/// Most values of one block, so that many channels do not need much memory.
const BLOCK_VALUES: usize = 65_536;

/// An open recording.
///
/// Memory does not grow with the file: one block of bytes, one of frames. Blocks end at every gap and change of cue.
///
/// # Examples
/// ```
/// use tonus_record::{Chunk, OpenOptions, Recording};
/// let text = "time_s,emg_uv\n0.000,5\n0.001,7\n0.002,6\n";
/// let mut recording = Recording::from_reader(text.as_bytes(), "session.csv", &OpenOptions::default())?;
/// assert_eq!(recording.header().rate_hz(), 1000.0);
/// assert_eq!(recording.next_chunk()?, Some(Chunk::Frames(&[0.0, 2.0, 1.0])));
/// assert_eq!(recording.next_chunk()?, None);
/// assert_eq!(recording.header().channels[0].anchor, Some(5.0));
/// # Ok::<(), tonus_record::ReadError>(())
/// ```
pub struct Recording {
    source: Source,
    header: Header,
    reader: RowReader,
    names_row: Option<Vec<u8>>,
    /// The lines that head each block of rows.
    block: Vec<Vec<u8>>,
    /// Rows may end in a comment behind this mark.
    comment: Option<&'static [u8]>,
    /// Rows of the signal; what follows only fills up the table.
    rows: u64,
    timeline: Option<Timeline>,
    row: Row,
    /// The row waits for the events before it to be handed out.
    is_held: bool,
    /// A damaged time stamp has been noted.
    is_astray: bool,
    /// A clock that was set back has been noted.
    is_set_back: bool,
    /// The frames that were read last, to know rows that come again.
    copies: Copies,
    events: VecDeque<Chunk<'static>>,
    frames: Vec<f32>,
    full: usize,
    anchors: Anchors,
    cue: Cue,
    changes: VecDeque<(u64, Cue)>,
    next_change: u64,
    /// Index of the next frame, gaps included.
    index: u64,
    /// Rows lost since the last frame, where no time column tells.
    lost: u64,
    counts: Counts,
    rejects: Vec<Reject>,
    is_ended: bool,
    /// The values of the block as in the file, if they are wanted.
    raw: Option<Vec<f64>>,
    /// The values of many frames that were read at once, as in their source.
    wide: Vec<f64>,
    batch: Option<FastRows>,
    /// Where frames come from, if the file is no text.
    binary: Option<Box<dyn Frames>>,
    /// The cues are those of the file.
    own_cues: bool,
    started_unix_s: Option<f64>,
}

/// What a recording is made of.
struct Parts {
    source: Source,
    header: Header,
    reader: RowReader,
    timeline: Option<Timeline>,
    names_row: Option<Vec<u8>>,
    block: Vec<Vec<u8>>,
    comment: Option<&'static [u8]>,
    rows: u64,
}

impl Parts {
    /// Without rows of text.
    fn empty(header: Header) -> Result<Self, ReadError> {
        let source = Source::new(Box::new(std::io::empty()), header.file.clone())?;
        let reader =
            RowReader::new(Vec::new(), Dialect { delimiter: b',', point: b'.', is_labelled: false }, None, false);
        let (timeline, names_row, block, comment, rows) = (None, None, Vec::new(), None, u64::MAX);
        Ok(Self { source, header, reader, timeline, names_row, block, comment, rows })
    }
}

impl Recording {
    /// Opens a file, or the recording of a live sensor by its folder or its `session.csv`.
    ///
    /// # Errors
    /// [`ReadError`] when it is no readable text table, or leaves something open that an option has to settle.
    pub fn open(path: impl AsRef<Path>, options: &OpenOptions) -> Result<Self, ReadError> {
        let path = session::table_of(path.as_ref());
        let reader = open_regular(&path, &path.display().to_string())?;
        Self::open_with(path, reader, options)
    }

    /// As [`Recording::open`], with the bytes of the named file from `reader`, such as one that shows how far it is.
    ///
    /// # Errors
    /// As [`Recording::open`].
    pub fn open_with(
        path: impl AsRef<Path>,
        reader: impl Read + Send + 'static,
        options: &OpenOptions,
    ) -> Result<Self, ReadError> {
        let path = session::table_of(path.as_ref());
        let name = path.display().to_string();
        let info = SessionInfo::beside(&path)?;
        Self::read(Box::new(reader), Some(&path), &name, options, info.as_ref())
    }

    /// Reads a recording from anything that gives bytes; `name` stands for it in messages.
    ///
    /// # Errors
    /// As [`Recording::open`].
    pub fn from_reader(
        reader: impl Read + Send + 'static,
        name: &str,
        options: &OpenOptions,
    ) -> Result<Self, ReadError> {
        Self::read(Box::new(reader), None, name, options, None)
    }

    /// Reads the `session.csv` of a live sensor, whose `session.json` says `info`.
    ///
    /// # Errors
    /// As [`Recording::open`].
    pub fn from_session(
        reader: impl Read + Send + 'static,
        name: &str,
        options: &OpenOptions,
        info: &SessionInfo,
    ) -> Result<Self, ReadError> {
        Self::read(Box::new(reader), None, name, options, Some(info))
    }

    fn read(
        reader: Box<dyn Read + Send>,
        path: Option<&Path>,
        name: &str,
        options: &OpenOptions,
        session: Option<&SessionInfo>,
    ) -> Result<Self, ReadError> {
        let (reader, packed) = match session {
            Some(_) => (reader, None),
            None => match binary::recognise(reader, path, name, options)? {
                (binary::Found::Binary(opened), packed) => return Ok(Self::from_binary(*opened)?.noting(packed)),
                (binary::Found::Text(reader), packed) => (reader, packed),
            },
        };
        let mut source = Source::new(reader, name.to_owned())?;
        let head = Head { file: name, bytes: source.bytes(), is_whole: source.is_at_end(), session };
        sniff::check_text(head.bytes, name)?;
        let layout = format::layout(&head, options)?;
        let Layout { place_holder, block, comment, rows, is_padded, daytime, events, .. } = layout;
        let Layout { header, dialect, preamble: (bytes, lines), actions, axis, last_decimals, names_row, .. } = layout;
        if header.channels.is_empty() {
            // A description may say so; without a value there would be no end of frames.
            return Err(ReadError::NoRows { file: name.to_owned(), found: "a description without channels" });
        }
        source.consume(bytes, lines);
        let timeline = axis.map(|axis| Timeline::new(axis, header.rate_hz()));
        let mut reader = RowReader::new(actions, dialect, last_decimals, is_padded).with_daytime(daytime);
        reader.events = events;
        let rows = rows.unwrap_or(u64::MAX);
        let mut recording = Self::assemble(Parts { source, header, reader, timeline, names_row, block, comment, rows });
        if let Some(line) = place_holder {
            recording.counts.rows_read = 1;
            let reason = Reason::Text("a place holder: zeros in front of the signal");
            recording.reject(line, Fault { column: None, reason }, "'0'".to_owned());
        }
        Ok(recording.noting(packed))
    }

    /// Notes how the file was packed.
    fn noting(mut self, packed: Option<&'static str>) -> Self {
        let note = |kind| format!("the file is packed ({kind}); its SHA-256 is that of what is inside");
        self.header.notes.extend(packed.map(note).map(Note::from));
        self
    }

    fn assemble(parts: Parts) -> Self {
        let Parts { source, header, reader, timeline, names_row, block, comment, rows } = parts;
        let channels = header.channels.len();
        let anchors = Anchors::new(header.channels.iter().map(|channel| channel.uv_per_unit), header.kind);
        let batch = FastRows::new(&reader.actions);
        let full = (BLOCK_VALUES / channels.max(1)).clamp(1, BLOCK_FRAMES) * channels;
        Self {
            timeline,
            source,
            started_unix_s: header.session.as_ref().map(|session| session.started_unix_s),
            header,
            reader,
            names_row,
            block,
            comment,
            rows,
            row: Row { stamp: 0.0, values: vec![f64::NAN; channels], cue: Cue::Free, gap: None },
            is_held: false,
            is_astray: false,
            is_set_back: false,
            copies: Copies::new(channels),
            events: VecDeque::new(),
            frames: Vec::with_capacity(full),
            full,
            anchors,
            cue: Cue::Free,
            changes: VecDeque::new(),
            next_change: u64::MAX,
            index: 0,
            lost: 0,
            counts: Counts::default(),
            rejects: Vec::new(),
            is_ended: false,
            raw: None,
            wide: Vec::new(),
            batch,
            binary: None,
            own_cues: true,
        }
    }

    /// Uses a list of cues in place of the file's own; to be called before the first block.
    #[must_use]
    pub fn with_cues(mut self, cues: &CueList) -> Self {
        if self.header.has_cues {
            let what = wording![Setting::Cues, " is used in place of the file's cue column"];
            self.header.notes.push(Note::warning(what));
            self.reader.actions.iter_mut().filter(|a| **a == Action::Cue).for_each(|a| *a = Action::Skip);
        }
        self.header.has_cues = true;
        self.own_cues = false;
        self.changes = cues.changes(self.header.rate_hz()).into();
        self.next_change = self.changes.front().map_or(u64::MAX, |change| change.0);
        self
    }

    /// Keeps the values of each block as they stand in the file, for [`Recording::raw`].
    #[must_use]
    pub fn keep_raw(mut self) -> Self {
        self.raw = Some(Vec::with_capacity(self.full));
        self
    }

    /// The values of the last block of frames in the unit of the file, if they are kept.
    pub fn raw(&self) -> &[f64] {
        self.raw.as_deref().unwrap_or_default()
    }

    /// What the file says about itself; anchors appear as rows are read.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Rows so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The first rejected rows, 20 at most.
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    /// When it began, in seconds since 1970, if the file says so: by the sensor's clock, or the clock on the wall.
    pub fn started_unix_s(&self) -> Option<f64> {
        self.started_unix_s
    }

    /// SHA-256 of the file's bytes; `None` before the end was reached, and for frames that were in memory.
    pub fn sha256(&self) -> Option<[u8; 32]> {
        if let Some(frames) = &self.binary {
            return frames.sha256().filter(|_| self.is_ended);
        }
        (self.is_ended && self.source.is_at_end()).then(|| self.source.hash())
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`ReadError`] when the file cannot be read on, has a line of more than 1 MiB, jumps by more than a day, or ends
    /// without one usable row.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk<'_>>, ReadError> {
        if self.timeline.is_some() {
            self.copies.keep(&mut self.frames);
        }
        self.frames.clear();
        if let Some(raw) = &mut self.raw {
            raw.clear();
        }
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            if self.frames.is_empty() {
                self.copies.begin = self.index;
            }
            if self.is_held {
                self.is_held = false;
                self.push_row();
            }
            if self.binary.is_some() {
                self.read_frames()?;
            } else {
                self.read_rows()?;
            }
            if !self.frames.is_empty() {
                self.drop_oversized();
                return Ok(Some(Chunk::Frames(&self.frames)));
            }
            if self.events.is_empty() && self.is_ended {
                if self.counts.frames == 0 {
                    return Err(ReadError::NoRows { file: self.header.file.clone(), found: "no row that can be read" });
                }
                return Ok(None);
            }
        }
    }

    /// Reads many plain rows at once, where the next ones are; says whether there were any.
    fn read_batch(&mut self) -> bool {
        let Some(batch) = &mut self.batch else { return false };
        if self.lost > 0 || !self.anchors.is_complete() || self.row.cue != self.cue {
            return false;
        }
        let room = (self.full - self.frames.len()) / self.header.channels.len().max(1);
        let most = (self.rows - self.counts.rows_read).min(self.next_change.saturating_sub(self.index));
        let most = usize::try_from(most).unwrap_or(room).min(room);
        let RowReader { actions, shapes, dialect, .. } = &mut self.reader;
        let alike = Alike { actions, shapes, dialect: *dialect, cue: self.cue };
        let (values, length) = batch.read(self.source.bytes(), most, alike, self.timeline.as_mut());
        if values.is_empty() {
            return false;
        }
        self.reader.knew_cue();
        let rows = (values.len() / self.header.channels.len().max(1)) as u64;
        self.anchors.narrow_frames(values, &mut self.frames);
        if let Some(raw) = &mut self.raw {
            raw.extend_from_slice(values);
        }
        self.source.consume(length, rows);
        self.counts.rows_read += rows;
        self.counts.frames += rows;
        self.index += rows;
        true
    }

    /// Reads rows until the block is full, an event comes, or the file ends.
    fn read_rows(&mut self) -> Result<(), ReadError> {
        while self.frames.len() < self.full && self.events.is_empty() && !self.is_ended {
            if self.counts.rows_read >= self.rows {
                return self.read_to_end();
            }
            if self.read_batch() {
                continue;
            }
            match self.reader.plain(self.source.bytes(), &mut self.row) {
                Some(length) => {
                    self.source.consume(length, 1);
                    self.counts.rows_read += 1;
                    let next = self.step()?;
                    if next == Step::Next && self.lost == 0 && self.row.cue == self.cue && self.index < self.next_change
                    {
                        self.push_row();
                    } else if let Some(fault) = self.place(next, self.source.line - 1)? {
                        self.reject(self.source.line - 1, fault, format!("{}", self.row.stamp));
                    }
                }
                None => self.read_carefully()?,
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recording").field("header", &self.header).field("counts", &self.counts).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Everything that is handed out and noted, with the bits of all values.
    fn told(mut recording: Recording) -> (Vec<String>, String) {
        let mut chunks = Vec::new();
        loop {
            match recording.next_chunk() {
                Ok(Some(Chunk::Frames(values))) => {
                    chunks.push(format!("{:x?}", values.iter().map(|value| value.to_bits()).collect::<Vec<_>>()));
                }
                Ok(Some(other)) => chunks.push(format!("{other:?}")),
                Ok(None) => break,
                Err(error) => {
                    chunks.push(error.to_string());
                    break;
                }
            }
            chunks.push(format!("{:x?}", recording.raw().iter().map(|value| value.to_bits()).collect::<Vec<_>>()));
        }
        let about = format!(
            "{:?} {:?} {:?} {:?}",
            recording.counts(),
            recording.rejects(),
            recording.header().channels,
            recording.sha256()
        );
        (chunks, about)
    }

    /// A row of two channels at its place, or something near that.
    fn row() -> impl Strategy<Value = (u32, String)> {
        let number = prop_oneof![
            8 => "-?[0-9]{1,3}\\.[0-9]{3}",
            1 => "[+-]?[0-9]{0,9}(\\.[0-9]{0,9})?(e-?[0-9])?",
            1 => prop_oneof![Just("nan".to_owned()), Just(String::new()), Just("1e60".to_owned()), Just("x".to_owned())],
        ];
        let cue =
            prop_oneof![20 => Just("rest"), 2 => Just("work"), 1 => Just(" rest"), 1 => Just("wrok"), 1 => Just("")];
        let end = prop_oneof![20 => Just("\n"), 1 => Just("\r\n"), 1 => Just(",\n"), 1 => Just("\n\n"), 1 => Just("\n# no\n")];
        let step = prop_oneof![60 => Just(1_u32), 1 => Just(0), 1 => Just(3), 1 => Just(40)];
        let space = prop_oneof![12 => Just(""), 1 => Just(" ")];
        (step, (space, number.clone(), number), cue, end)
            .prop_map(|(step, (space, a, b), cue, end)| (step, format!(",{space}{a},{b},{cue}{end}")))
    }

    /// The cues handed out for rows whose cells of the cue column are these.
    fn cues(cells: &[&str], is_batched: bool) -> Vec<Cue> {
        let mut text = "time_s,a_uv,cue\n".to_owned();
        for (n, cell) in cells.iter().enumerate() {
            let row = format!("{:.3},{}.25,{cell}\n", n as f64 / 1000.0, n % 7);
            text.push_str(&row);
        }
        let mut recording =
            Recording::from_reader(std::io::Cursor::new(text), "t.csv", &OpenOptions::default()).unwrap();
        if !is_batched {
            recording.batch = None;
        }
        let mut cues = Vec::new();
        while let Some(chunk) = recording.next_chunk().unwrap() {
            if let Chunk::Cue(cue) = chunk {
                cues.push(cue);
            }
        }
        cues
    }

    #[test]
    fn damaged_cues_count_only_in_a_row() {
        for is_batched in [false, true] {
            let mut apart = vec!["work"; 200];
            (50..150).step_by(10).for_each(|n| apart[n] = "wrok");
            assert_eq!(cues(&apart, is_batched), [Cue::Work]);
            // One row between them is enough.
            let mut near = vec!["work"; 200];
            near[50..53].fill("wrok");
            near[54..57].fill("wrok");
            assert_eq!(cues(&near, is_batched), [Cue::Work]);
            near[53] = "wrok";
            assert_eq!(cues(&near, is_batched), [Cue::Work, Cue::Free, Cue::Work]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn many_rows_at_once_are_as_one_after_the_other(
            rows in prop::collection::vec(row(), 40..400),
            is_timed: bool,
            has_cue_list: bool,
        ) {
            let mut text = if is_timed { "time_s,a_uv,b_uv,cue\n" } else { "n,a_uv,b_uv,cue\n" }.to_owned();
            for n in 0..20 {
                let row = format!("{:.3},1.25,-2.5,rest\n", f64::from(n) / 1000.0);
                text.push_str(&row);
            }
            let mut at = 19;
            for (step, row) in rows {
                at += step;
                let row = format!("{:.3}{row}", f64::from(at) / 1000.0);
                text.push_str(&row);
            }
            let options = OpenOptions { rate_hz: Some(1000.0), ..OpenOptions::default() };
            let open = || {
                let recording = Recording::from_reader(std::io::Cursor::new(text.clone()), "t.csv", &options).unwrap().keep_raw();
                let cues = "start_s,end_s,cue\n0.05,0.1,work\n0.2,0.25,rest\n";
                if has_cue_list { recording.with_cues(&CueList::from_reader(cues.as_bytes(), "cues.csv").unwrap()) } else { recording }
            };
            let mut singly = open();
            prop_assert!(singly.batch.take().is_some());
            prop_assert_eq!(told(open()), told(singly));
        }
    }
}
