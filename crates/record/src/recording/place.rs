//! Where a row goes: behind the gaps and cues that come before it.

use crate::chunk::{Chunk, Reject};
use crate::error::{Place, ReadError};
use crate::format::Action;
use crate::rows::{Fault, Missing, Reason};
use crate::timeline::Step;

use super::{Anchors, Recording};

/// Rejected rows that are listed; all are counted.
pub(super) const LISTED: usize = 20;
/// A jump of the clock beyond this many seconds is damage, not a gap.
const LONGEST_GAP_S: f64 = 86_400.0;

impl Recording {
    /// Puts the row where it belongs: behind the events that come before it. A fault says that it has no place.
    pub(super) fn place(&mut self, step: Step, line: u64) -> Result<Option<Fault>, ReadError> {
        let column = self.header.time.as_ref().map(|time| time.column);
        match step {
            Step::Next => {}
            Step::Gap(frames) => {
                let seconds = frames as f64 / self.header.rate_hz();
                if seconds > LONGEST_GAP_S {
                    return Err(ReadError::Malformed {
                        file: self.header.file.clone(),
                        place: Place { line, column },
                        found: format!("a jump of {:.0} hours", seconds / 3600.0),
                        fix: "mend the time stamp, or split the file there".into(),
                    });
                }
                self.gap(frames);
            }
            Step::Restart => self.events.push_back(Chunk::Stalled),
            Step::Taken { backward } => {
                let reason = if backward { "time goes backward" } else { "the time stamp comes twice" };
                return Ok(Some(Fault { column, reason: Reason::Text(reason) }));
            }
        }
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            self.gap(lost);
        }
        if self.index >= self.next_change {
            self.scheduled_cue();
        }
        if self.row.cue != self.cue && self.changes_cues() {
            self.cue = self.row.cue;
            self.events.push_back(Chunk::Cue(self.cue));
        }
        if self.events.is_empty() {
            self.push_row();
        } else {
            self.is_held = true;
        }
        Ok(None)
    }

    /// A row that declares what is missing.
    pub(super) fn declare(&mut self, missing: Missing) {
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            self.gap(lost);
        }
        if self.row.cue != self.cue && self.changes_cues() {
            self.cue = self.row.cue;
            self.events.push_back(Chunk::Cue(self.cue));
        }
        match missing {
            Missing::Unknown => self.events.push_back(Chunk::Stalled),
            Missing::Frames(frames) => {
                if let Some(timeline) = &mut self.timeline {
                    timeline.skip(frames);
                }
                self.gap(frames);
            }
        }
    }

    /// Whether cues come from a column of the file.
    fn changes_cues(&self) -> bool {
        self.reader.actions.contains(&Action::Cue)
    }

    /// Frames are missing; scheduled cues divide them.
    pub(super) fn gap(&mut self, mut frames: u64) {
        self.counts.frames_missing += frames;
        while frames > 0 {
            if self.index >= self.next_change {
                self.scheduled_cue();
            }
            let piece = frames.min(self.next_change.saturating_sub(self.index));
            self.events.push_back(Chunk::Gap { frames: piece });
            self.index += piece;
            frames -= piece;
        }
    }

    /// Takes the next change of the cue list.
    fn scheduled_cue(&mut self) {
        if let Some((_, cue)) = self.changes.pop_front() {
            self.cue = cue;
            self.row.cue = cue;
            self.events.push_back(Chunk::Cue(cue));
        }
        self.next_change = self.changes.front().map_or(u64::MAX, |change| change.0);
    }

    /// Appends the row to the block.
    #[inline]
    pub(super) fn push_row(&mut self) {
        if self.anchors.is_complete() {
            self.anchors.narrow(&self.row.values, &mut self.frames);
        } else {
            self.push_unanchored();
        }
        if let Some(raw) = &mut self.raw {
            raw.extend_from_slice(&self.row.values);
        }
        self.counts.frames += 1;
        self.index += 1;
    }

    /// Values beyond `f32` are missing values.
    pub(super) fn drop_oversized(&mut self) {
        self.counts.cells_missing += Anchors::drop_oversized(&mut self.frames);
    }

    #[cold]
    fn push_unanchored(&mut self) {
        self.counts.cells_missing += self.anchors.narrow(&self.row.values, &mut self.frames);
        for (n, channel) in self.header.channels.iter_mut().enumerate() {
            channel.anchor = self.anchors.get(n);
        }
    }

    #[cold]
    pub(super) fn reject(&mut self, line: u64, fault: Fault, found: String) {
        self.counts.rows_rejected += 1;
        if self.rejects.len() < LISTED {
            let reason = match fault.reason {
                Reason::Text(text) => text.to_owned(),
                Reason::Columns { found, expected } => format!("{found} columns where {expected} are expected"),
            };
            self.rejects.push(Reject { line, column: fault.column, found, reason });
        }
    }
}
