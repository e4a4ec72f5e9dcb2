//! Records of EDF+ and BDF+, one at a time.
//!
//! Files are continuous (EDF+C): readers such as `EDFlib` open no others. Missing frames hold the last value and stand in an
//! annotation `gap` with its duration; so does a channel without a value, `missing <label>`. The last record is filled up
//! behind an annotation `Recording ends`.

use super::ExportError;
use super::draft::Draft;
use super::header::{Fields, fitting, stamp};
use super::labels::Plan;
use super::survey::{Survey, Walk};

/// Writes header and records; says how many annotations there are.
pub(super) fn write(
    walk: &mut Walk,
    plan: &Plan,
    head: &Fields,
    survey: &Survey,
    draft: &mut Draft,
) -> Result<u64, ExportError> {
    draft.write(&head.bytes)?;
    let count = plan.channels.len();
    let mut records = Records {
        samples: vec![0; head.frames * count],
        hold: plan.channels.iter().map(|channel| channel.scale.encode(0.0)).collect(),
        bytes: Vec::new(),
        at: 0,
        record: 0,
        next: 0,
        head,
    };
    let mut index = 0;
    while let Some((place, row)) = walk.next()? {
        while index < place {
            records.push(draft)?;
            index += 1;
        }
        for ((hold, value), channel) in records.hold.iter_mut().zip(row).zip(&plan.channels) {
            if value.is_finite() {
                *hold = channel.scale.encode(value * channel.factor);
            }
        }
        records.push(draft)?;
        index += 1;
    }
    while index < survey.end || records.at > 0 {
        records.push(draft)?;
        index += 1;
    }
    Ok(head.marks.len() as u64)
}

/// The record that is being filled.
struct Records<'a> {
    /// Signal by signal.
    samples: Vec<i32>,
    /// Last value of each channel.
    hold: Vec<i32>,
    bytes: Vec<u8>,
    at: usize,
    record: u64,
    /// Annotations written.
    next: usize,
    head: &'a Fields,
}

impl Records<'_> {
    /// One more frame, of the values held.
    fn push(&mut self, draft: &mut Draft) -> Result<(), ExportError> {
        for (signal, value) in self.samples.chunks_exact_mut(self.head.frames).zip(&self.hold) {
            if let Some(slot) = signal.get_mut(self.at) {
                *slot = *value;
            }
        }
        self.at += 1;
        if self.at == self.head.frames { self.flush(draft) } else { Ok(()) }
    }

    fn flush(&mut self, draft: &mut Draft) -> Result<(), ExportError> {
        let head = self.head;
        self.bytes.clear();
        for sample in &self.samples {
            self.bytes.extend_from_slice(sample.to_le_bytes().get(..head.width).unwrap_or_default());
        }
        let end = self.bytes.len() + head.room;
        self.bytes.extend(stamp(self.record, head.micros));
        let left = head.marks.get(self.next..).unwrap_or_default();
        let longest = stamp(head.records, head.micros).len();
        let count =
            fitting(left, (self.record, self.record + 1 == head.records), head.frames as u64, head.room - longest);
        for (_, bytes) in left.iter().take(count) {
            self.bytes.extend_from_slice(bytes);
        }
        self.next += count;
        self.bytes.resize(end, 0);
        (self.at, self.record) = (0, self.record + 1);
        draft.write(&self.bytes)
    }
}
