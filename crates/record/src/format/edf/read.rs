//! Records in, frames out: one record in memory.

use std::collections::VecDeque;

use tonus_core::input::{Cue, LONGEST_GAP_S};

use crate::error::ReadError;
use crate::format::binary::{Bytes, Frames, Item, Refused};
use crate::time_axis::Step;

use super::clock::Clock;
use super::head::{EdfSignal, RecordLayout};
use super::marks::Marks;
use super::tal;

/// Records among which one that comes twice is found.
const RECENT: usize = 64;

/// Where a signal's samples stand, and what they mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    start: usize,
    zero: f64,
    step: f64,
    range: (f64, f64),
}

impl Scale {
    /// Of a signal.
    pub(super) fn of(signal: &EdfSignal) -> Self {
        let (zero, step) = signal.line();
        Self { start: signal.bytes.start, zero, step, range: signal.range() }
    }
}

/// Reads records.
pub(super) struct Reader {
    bytes: Bytes,
    layout: RecordLayout,
    scales: Vec<Scale>,
    per_record: usize,
    marks: Marks,
    /// Records of the file, if that is known.
    records: Option<u64>,
    /// The annotations of the whole file are known.
    is_scanned: bool,
    /// Records have time stamps; known after the first.
    has_stamps: bool,
    buffer: Vec<u8>,
    /// Records read.
    record: u64,
    /// Next frame of the record, and how many it has.
    at: usize,
    count: usize,
    /// Index of the next frame to be handed out, and missing ones before it.
    index: u64,
    pending: u64,
    cue: Cue,
    is_ended: bool,
    /// Values outside the range that their signal declares.
    outside: u64,
    /// Where records stand by their time stamps; none without stamps.
    clock: Option<Clock>,
    /// Time stamps that are not followed: what is wrong with them, the first record, how many.
    doubts: Vec<(&'static str, u64, u64)>,
    /// Check sums of the records read last.
    recent: VecDeque<u32>,
}

impl Reader {
    /// Reads the records behind a header. `records` says how many there are, and whether `marks` are all.
    pub(super) fn new(
        bytes: Bytes,
        layout: RecordLayout,
        scales: Vec<Scale>,
        per_record: usize,
        marks: Marks,
        clock: Option<Clock>,
        (records, is_scanned): (Option<u64>, bool),
    ) -> Self {
        let buffer = vec![0; layout.record_bytes];
        Self {
            bytes,
            layout,
            scales,
            per_record,
            marks,
            records,
            is_scanned,
            has_stamps: false,
            buffer,
            record: 0,
            at: 0,
            count: 0,
            index: 0,
            pending: 0,
            cue: Cue::Free,
            is_ended: false,
            outside: 0,
            clock,
            doubts: Vec::new(),
            recent: VecDeque::new(),
        }
    }

    /// Reads the next record.
    fn load(&mut self, refused: &mut Vec<Refused>) -> Result<(), ReadError> {
        (self.at, self.count) = (0, 0);
        let count = self.bytes.fill(&mut self.buffer)?;
        if count < self.buffer.len() {
            self.is_ended = true;
            if count > 0 {
                refused.push(Refused { record: self.record + 1, reason: "the last record is cut off" });
            }
            return Ok(());
        }
        self.record += 1;
        let record = self.record;
        let mut refuse = |reason| refused.push(Refused { record, reason });
        let stamp = self.layout.annotations.first().and_then(|place| tal::stamp(self.buffer.get(place.clone())?));
        let onset = stamp.map(|stamp| stamp.0);
        if record == 1 {
            self.has_stamps = onset.is_some();
        }
        if self.layout.is_discontinuous && onset.is_some() && self.comes_again() {
            refuse("it comes twice");
            if let Some(clock) = &mut self.clock {
                clock.leave_out();
            }
            return Ok(());
        }
        if !self.is_scanned {
            for (part, place) in self.layout.annotations.iter().enumerate() {
                self.marks.hear(self.buffer.get(place.clone()).unwrap_or_default(), part == 0, record == 1);
            }
            self.marks.settle();
        }
        if self.has_stamps && onset.is_none() {
            refuse("it has no time stamp, as a power loss leaves records");
            self.pending += self.per_record as u64;
            if let Some(clock) = &mut self.clock {
                clock.pass();
            }
            return Ok(());
        }
        let step = self.clock.as_mut().zip(onset).map_or(Step::Next, |(clock, onset)| clock.place(onset));
        self.follow(step)?;
        self.count = self.per_record;
        if let Some(end) = self.marks.end.filter(|_| self.records == Some(record)) {
            let left = end.saturating_sub(self.index + self.pending);
            self.count = self.count.min(usize::try_from(left).unwrap_or(usize::MAX));
        }
        Ok(())
    }

    /// Whether the record is one of those before it once more, stamp and samples.
    fn comes_again(&mut self) -> bool {
        let sum = crc32fast::hash(&self.buffer);
        let is_known = self.recent.contains(&sum);
        if !is_known {
            self.recent.truncate(RECENT - 1);
            self.recent.push_front(sum);
        }
        is_known
    }

    /// Goes on with a record that stands there.
    fn follow(&mut self, step: Step) -> Result<(), ReadError> {
        let doubt = match step {
            Step::Next => return Ok(()),
            Step::Gap(_) | Step::Restart if !self.layout.is_discontinuous => {
                "shows a gap in a file that says it is continuous; that is not taken as one"
            }
            Step::Gap(frames) if frames as f64 > LONGEST_GAP_S * self.marks.rate_hz => {
                return Err(ReadError::Damaged {
                    file: self.bytes.file().to_owned(),
                    place: format!("record {}", self.record),
                    found: "a jump of more than a day".to_owned(),
                    fix: "split the file there".into(),
                });
            }
            Step::Gap(frames) => {
                self.pending += frames;
                return Ok(());
            }
            Step::Restart => {
                self.marks.stalls.push_front(self.index + self.pending);
                "begins again: an unknown time is missing"
            }
            Step::Back(_) => "says that it begins before the one before it ends; its frames follow all the same",
            Step::Astray => "is off, and the next one does not say the same: it is not used",
        };
        match self.doubts.iter_mut().find(|known| known.0 == doubt) {
            Some(known) => known.2 += 1,
            None => self.doubts.push((doubt, self.record, 1)),
        }
        Ok(())
    }

    /// Steps over stored frames that are none, because they stand in for missing ones; says whether there were any.
    fn skip_filled(&mut self) -> bool {
        let place = self.index + self.pending;
        while let Some((start, end)) = self.marks.gaps.front().copied() {
            if end <= place {
                self.marks.gaps.pop_front();
            } else if start > place {
                return false;
            } else {
                let count = (end - place).min((self.count - self.at) as u64);
                self.at += count as usize;
                self.pending += count;
                return true;
            }
        }
        false
    }

    /// The cue that is due before the frame at `index`.
    fn due_cue(&mut self) -> Option<Cue> {
        while let Some((_, cue)) = self.marks.changes.front().copied().filter(|change| change.0 <= self.index) {
            self.marks.changes.pop_front();
            if cue != self.cue {
                self.cue = cue;
                return Some(cue);
            }
        }
        None
    }

    /// Whether an unknown time is missing before the frame at `index`.
    fn take_stall(&mut self) -> bool {
        let is_due = self.marks.stalls.front().is_some_and(|place| *place <= self.index);
        if is_due {
            self.marks.stalls.pop_front();
        }
        is_due
    }

    fn decode(&mut self, values: &mut [f64]) {
        let width = self.layout.width();
        for (n, (value, scale)) in values.iter_mut().zip(&self.scales).enumerate() {
            let at = scale.start + self.at * width;
            let digital = match *self.buffer.get(at..at + width).unwrap_or_default() {
                [low, high] => i32::from(i16::from_le_bytes([low, high])),
                [low, middle, high] => i32::from_le_bytes([0, low, middle, high]) >> 8,
                _ => 0,
            };
            let digital = f64::from(digital);
            self.outside += u64::from(digital < scale.range.0 || digital > scale.range.1);
            *value = scale.zero + digital * scale.step;
            let Some(missing) = self.marks.missing.get_mut(n) else { continue };
            while missing.front().is_some_and(|stretch| stretch.1 <= self.index) {
                missing.pop_front();
            }
            if missing.front().is_some_and(|stretch| stretch.0 <= self.index) {
                *value = f64::NAN;
            }
        }
    }
}

impl Frames for Reader {
    fn next(&mut self, values: &mut [f64], refused: &mut Vec<Refused>) -> Result<Item, ReadError> {
        loop {
            if self.at < self.count && self.skip_filled() {
                continue;
            }
            if self.at >= self.count && !self.is_ended {
                self.load(refused)?;
                continue;
            }
            if self.pending > 0 {
                if let Some(cue) = self.due_cue() {
                    return Ok(Item::Cue(cue));
                }
                if self.take_stall() {
                    return Ok(Item::Stalled);
                }
                let change = self.marks.changes.front().map_or(u64::MAX, |change| change.0);
                let next = self.marks.stalls.front().map_or(change, |stall| change.min(*stall));
                let piece = self.pending.min(next.saturating_sub(self.index)).max(1);
                self.pending -= piece;
                self.index += piece;
                return Ok(Item::Gap(piece));
            }
            if self.is_ended {
                return Ok(Item::End);
            }
            if self.take_stall() {
                return Ok(Item::Stalled);
            }
            if let Some(cue) = self.due_cue() {
                return Ok(Item::Cue(cue));
            }
            self.decode(values);
            self.at += 1;
            self.index += 1;
            return Ok(Item::Frame);
        }
    }

    fn sha256(&self) -> Option<[u8; 32]> {
        Some(self.bytes.hash())
    }

    fn remarks(&self) -> Vec<String> {
        let doubts = self.doubts.iter().map(|(doubt, record, count)| {
            let more = if *count > 1 { format!(" ({count} records in all)") } else { String::new() };
            format!("record {record}: its time stamp {doubt}{more}")
        });
        let outside = (self.outside > 0)
            .then(|| format!("{} values are outside the digital range that the header declares", self.outside));
        doubts.chain(outside).collect()
    }
}
