//! What the annotations of a file say about its time: cues, gaps, missing values, the end.

use std::collections::VecDeque;

use tonus_core::input::Cue;

use crate::format::csv::cue_of;

use super::clock::Clock;
use super::{tal, word};

/// Most annotations that are kept.
const MOST: usize = 500_000;

/// Stretches of frames: the first, and the first that is no longer in it.
pub(super) type Stretch = (u64, u64);

/// Annotations as frame indices.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Frames in a second of the time stamps.
    pub(super) rate_hz: f64,
    names: Vec<String>,
    /// Onset of the first record.
    origin_s: f64,
    kept: usize,
    heard: Vec<(u64, Option<u64>, Cue)>,
    pub(super) changes: VecDeque<(u64, Cue)>,
    pub(super) gaps: VecDeque<Stretch>,
    pub(super) stalls: VecDeque<u64>,
    /// For each channel.
    pub(super) missing: Vec<VecDeque<Stretch>>,
    pub(super) end: Option<u64>,
    /// Annotations that mean nothing here.
    pub(super) others: u64,
    /// There are more than are kept.
    pub(super) is_full: bool,
}

impl Marks {
    /// No marks yet, for channels of these names.
    pub(super) fn new(rate_hz: f64, names: Vec<String>) -> Self {
        let missing = vec![VecDeque::new(); names.len()];
        Self { rate_hz, names, missing, ..Self::default() }
    }

    /// Times run as this clock shows them.
    pub(super) fn run_at(&mut self, clock: Option<&Clock>) {
        self.rate_hz = clock.map_or(self.rate_hz, Clock::rate_hz);
    }

    /// The index of a time, `None` before the first frame by more than a day or beyond any recording.
    fn index(&self, onset_s: f64) -> Option<u64> {
        let index = ((onset_s - self.origin_s) * self.rate_hz).round();
        (index > -86_400.0 * self.rate_hz && index < 1e15).then_some(index.max(0.0) as u64)
    }

    /// Takes the annotations of one annotation signal of one record.
    pub(super) fn hear(&mut self, bytes: &[u8], has_stamp: bool, is_first: bool) {
        if has_stamp && is_first {
            self.origin_s = tal::stamp(bytes).map_or(0.0, |stamp| stamp.0);
        }
        let mut stamp = has_stamp;
        tal::each(bytes, |annotation| {
            if std::mem::take(&mut stamp) && annotation.text.is_empty() {
                return;
            }
            if self.kept >= MOST {
                self.is_full = true;
            } else if !annotation.text.is_empty() {
                self.take(&annotation);
            }
        });
    }

    fn take(&mut self, annotation: &tal::Annotation<'_>) {
        let Some(start) = self.index(annotation.onset_s) else {
            self.others += 1;
            return;
        };
        let length = annotation.duration_s.map(|seconds| (seconds * self.rate_hz).round().clamp(0.0, 1e15) as u64);
        let length = length.filter(|length| *length > 0);
        let text = annotation.text.trim_ascii();
        self.kept += 1;
        match (cue_of(text), length) {
            (Some(cue), _) => self.heard.push((start, length.map(|length| start + length), cue)),
            (None, Some(length)) if text == word::GAP.as_bytes() => self.gaps.push_back((start, start + length)),
            (None, _) if text == word::STALL.as_bytes() => self.stalls.push_back(start),
            (None, _) if text == word::END.as_bytes() => self.end = Some(start),
            (None, Some(length)) if text.starts_with(word::MISSING.as_bytes()) => {
                let name = text.get(word::MISSING.len()..).unwrap_or_default();
                let channel = self.names.iter().position(|known| known.as_bytes() == name);
                if let Some(list) = channel.and_then(|n| self.missing.get_mut(n)) {
                    list.push_back((start, start + length));
                }
            }
            (None, _) => {
                self.kept -= 1;
                self.others += 1;
            }
        }
    }

    /// Brings what was heard into the order of time; to be called before it is used.
    pub(super) fn settle(&mut self) {
        self.heard.sort_by_key(|cue| cue.0);
        for (start, end, cue) in self.heard.drain(..) {
            while self.changes.back().is_some_and(|last| last.0 >= start) {
                self.changes.pop_back();
            }
            self.changes.push_back((start, cue));
            if let Some(end) = end {
                self.changes.push_back((end, Cue::Free));
            }
        }
        self.gaps.make_contiguous().sort_unstable();
        self.stalls.make_contiguous().sort_unstable();
        for list in &mut self.missing {
            list.make_contiguous().sort_unstable();
        }
    }

    /// Whether any cue is known.
    pub(super) fn has_cues(&self) -> bool {
        !self.changes.is_empty()
    }
}
