//! Lines whose numbers stand among words. A line that has other words than the known kinds is refused; where a frame is made of
//! several lines, one that is missing costs the frame.

use super::emit::{Carried, Context};
use crate::frame::{Reject, Sink, Values};
use crate::layout::{Column, LineKind, TextSpec};
use crate::words;

/// The frame under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Worded {
    values: Vec<f64>,
    /// Parts that have come.
    parts: usize,
}

impl Worded {
    /// Takes one whole line.
    pub fn line<S: Sink + ?Sized>(
        &mut self,
        line: &[u8],
        bytes: usize,
        end: usize,
        spec: &TextSpec,
        context: &mut Context<'_, S>,
    ) {
        let (words, numbers) = words::words_of(line);
        let is_message = numbers == 0 || spec.comment != 0 && line.first() == Some(&spec.comment);
        let is_this = |kind: &&LineKind| kind.words == words && usize::from(kind.numbers) == numbers;
        let Some(kind) = spec.kinds.iter().find(is_this).filter(|_| !is_message) else {
            if is_message {
                context.message(line, bytes);
            } else {
                self.refuse(Reject::Fields, bytes, context);
            }
            return;
        };
        if !kind.is_part {
            context.tally.idle(bytes as u64);
            return;
        }
        let mut parts = spec.kinds.iter().filter(|kind| kind.is_part);
        if parts.clone().nth(self.parts) != Some(kind) {
            // Something is missing; this line may begin the next frame.
            let is_first = parts.next() == Some(kind);
            let missing = if is_first { 0 } else { bytes };
            self.refuse(Reject::Cut, missing, context);
            if !is_first {
                return;
            }
        }
        if let Err(reject) = self.take(line, spec, context.layout.record.range) {
            self.refuse(reject, bytes, context);
            return;
        }
        self.parts = self.parts.saturating_add(1);
        if self.parts < spec.kinds.iter().filter(|kind| kind.is_part).count() {
            context.tally.idle(bytes as u64);
            return;
        }
        context.lock(line);
        context.frame(Values::Numbers(&self.values), &[], Carried { bytes, ..Carried::default() }, end);
        self.clear();
    }

    fn clear(&mut self) {
        self.values.clear();
        self.parts = 0;
    }

    /// Adds the values of one part.
    fn take(&mut self, line: &[u8], spec: &TextSpec, range: Option<(i32, i32)>) -> Result<(), Reject> {
        let parts = spec.kinds.iter().filter(|kind| kind.is_part).take(self.parts);
        let before: usize = parts.map(|kind| usize::from(kind.numbers)).sum();
        let columns = spec.columns.get(before..).unwrap_or_default();
        for (number, column) in words::numbers(line).zip(columns) {
            if *column != Column::Value {
                continue;
            }
            let value = number.value.ok_or(Reject::Number)?;
            if range.is_some_and(|(min, max)| value < f64::from(min) || value > f64::from(max)) {
                return Err(Reject::Range);
            }
            self.values.push(value);
        }
        Ok(())
    }

    /// Drops the frame under way.
    fn refuse<S: Sink + ?Sized>(&mut self, reject: Reject, bytes: usize, context: &mut Context<'_, S>) {
        self.clear();
        context.reject(reject);
        context.tally.skip(bytes as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Framing, Layout, MAX_CHANNELS, Record};
    use crate::{Decoder, Frame};

    #[derive(Default)]
    struct Keep(Vec<Vec<f64>>);

    impl Sink for Keep {
        fn frame(&mut self, frame: &Frame<'_>) {
            if let Values::Numbers(values) = frame.values {
                self.0.push(values.to_vec());
            }
        }
    }

    fn kind(line: &str, is_part: bool) -> LineKind {
        let (words, numbers) = words::words_of(line.as_bytes());
        LineKind { words, numbers: numbers as u8, is_part }
    }

    fn layout(kinds: &[LineKind], ignored: &[usize]) -> Layout {
        let mut spec = TextSpec { skip_first: false, ..TextSpec::ARDUINO };
        spec.kinds[..kinds.len()].copy_from_slice(kinds);
        for column in ignored {
            spec.columns[*column] = Column::Ignore;
        }
        Layout {
            framing: Framing::Text(spec),
            record: Record::EMPTY,
            channels: 0,
            lengths: [0; MAX_CHANNELS],
            confirm: 1,
        }
    }

    /// Frames of a text, whatever the reads.
    fn frames(layout: &Layout, text: &str) -> Vec<Vec<f64>> {
        let mut whole = Keep::default();
        let mut decoder = Decoder::new(layout).unwrap();
        decoder.push(text.as_bytes(), &mut whole);
        let stats = *decoder.stats();
        assert_eq!(stats.frame_bytes + stats.idle_bytes + stats.skipped_bytes + decoder.pending() as u64, stats.bytes);
        for step in [1, 3, 7] {
            let mut parts = Keep::default();
            let mut decoder = Decoder::new(layout).unwrap();
            text.as_bytes().chunks(step).for_each(|part| decoder.push(part, &mut parts));
            assert_eq!(parts.0, whole.0, "reads of {step}");
        }
        whole.0
    }

    #[test]
    fn damaged_words_cost_their_line() {
        let layout = layout(&[kind("t=0 EMG: 5 mV", true)], &[0]);
        let text = "t=1 EMG: 512 mV\r\nt=2 EMG: -3.5 mV\r\nt=3 EMQ: 7 mV\r\nt=4 EMG: 7 8 mV\r\nhello\r\nt=5 EMG: nan mV\r\nt=6 EMG: 9 mV\r\n";
        assert_eq!(frames(&layout, text), [[512.0], [-3.5], [9.0]]);
    }

    #[test]
    fn lines_in_turn_make_one_frame_and_others_are_read_past() {
        let layout = layout(&[kind("Raw: 5", true), kind("Env: 5", true), kind("BPM: 5", false)], &[]);
        let text = "Env: 1\nRaw: 10\nEnv: 11\nBPM: 70\nRaw: 20\nEnv: 21\nRaw: 30\nRaw: 40\nEnv: 41\nEnv: 51\nRaw: 60\nEnv: 61\n";
        assert_eq!(frames(&layout, text), [[10.0, 11.0], [20.0, 21.0], [40.0, 41.0], [60.0, 61.0]]);
    }
}
