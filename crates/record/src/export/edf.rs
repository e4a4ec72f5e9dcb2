//! Records of EDF+ and BDF+, one at a time.
//!
//! Files are continuous (EDF+C): readers such as `EDFlib` open no others. Missing frames hold the last value and stand in an
//! annotation `gap` with its duration; so does a channel without a value, `missing <label>`. The last record is filled up
//! behind an annotation `Recording ends`.

use super::ExportError;
use super::draft::Draft;
use super::header::{Fields, fitting, stamp};
use super::labels::{Channel, Plan};
use super::survey::Walk;

/// Writes header and records; says how many annotations there are. The channels of each rate are read side by side.
pub(super) fn write(walks: Vec<Walk>, plans: &[Plan], head: &Fields, draft: &mut Draft) -> Result<u64, ExportError> {
    draft.write(&head.bytes)?;
    let mut parts = Vec::new();
    for ((walk, plan), frames) in walks.into_iter().zip(plans).zip(&head.frames) {
        parts.push(Part::new(walk, &plan.channels, *frames)?);
    }
    let (mut bytes, mut next) = (Vec::new(), 0);
    for record in 0..head.records {
        bytes.clear();
        for part in &mut parts {
            part.fill()?;
            for sample in &part.samples {
                bytes.extend_from_slice(sample.to_le_bytes().get(..head.width).unwrap_or_default());
            }
        }
        let end = bytes.len() + head.room;
        bytes.extend(stamp(record, head.micros));
        let left = head.marks.get(next..).unwrap_or_default();
        let longest = stamp(head.records, head.micros).len();
        let count = fitting(left, (record, record + 1 == head.records), head.first_frames(), head.room - longest);
        for (_, mark) in left.iter().take(count) {
            bytes.extend_from_slice(mark);
        }
        next += count;
        bytes.resize(end, 0);
        draft.write(&bytes)?;
    }
    Ok(head.marks.len() as u64)
}

/// The channels of one rate on their way into records.
struct Part<'a> {
    walk: Walk,
    channels: &'a [Channel],
    /// Of a record, signal by signal.
    samples: Vec<i32>,
    frames: usize,
    /// Last value of each channel.
    hold: Vec<i32>,
    /// The next frame that has values, and these; none at the end.
    coming: Option<(u64, Vec<f64>)>,
    /// The next frame to be written.
    index: u64,
}

impl<'a> Part<'a> {
    fn new(walk: Walk, channels: &'a [Channel], frames: usize) -> Result<Self, ExportError> {
        let hold = channels.iter().map(|channel| channel.scale.encode(0.0)).collect();
        let samples = vec![0; frames * channels.len()];
        let coming = Some((0, Vec::new()));
        let mut part = Self { walk, channels, samples, frames, hold, coming, index: 0 };
        part.read()?;
        Ok(part)
    }

    /// Reads the next frame.
    fn read(&mut self) -> Result<(), ExportError> {
        let Some((place, values)) = &mut self.coming else { return Ok(()) };
        match self.walk.next()? {
            Some((index, row)) => {
                *place = index;
                values.clear();
                values.extend_from_slice(row);
            }
            None => self.coming = None,
        }
        Ok(())
    }

    /// Fills the next record; missing frames and values are the last ones held.
    fn fill(&mut self) -> Result<(), ExportError> {
        for at in 0..self.frames {
            if let Some((_, row)) = self.coming.as_ref().filter(|(place, _)| *place == self.index) {
                for ((hold, value), channel) in self.hold.iter_mut().zip(row).zip(self.channels) {
                    if value.is_finite() {
                        *hold = channel.scale.encode(value * channel.factor);
                    }
                }
                self.read()?;
            }
            for (signal, value) in self.samples.chunks_exact_mut(self.frames).zip(&self.hold) {
                if let Some(slot) = signal.get_mut(at) {
                    *slot = *value;
                }
            }
            self.index += 1;
        }
        Ok(())
    }
}
