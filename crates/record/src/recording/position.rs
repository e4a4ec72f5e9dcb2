//! Where a row goes: behind the gaps and cues that come before it.

use tonus_core::input::{LONGEST_GAP_S, MOST_MISSING_S};

use crate::chunk::{Chunk, Reject};
use crate::error::{Place, ReadError};
use crate::format::Action;
use crate::rows::{Fault, Missing, Reason};
use crate::time_axis::{Step, Timeline};

use super::peek::RowsAhead;
use super::{Anchors, Recording};

/// Rejected rows that are listed; all are counted.
pub(super) const LISTED: usize = 20;
/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

impl Recording {
    /// Where the row that was just consumed stands by its stamp.
    #[inline]
    pub(super) fn step(&mut self) -> Result<Step, ReadError> {
        let is_next = self.timeline.as_mut().is_none_or(|timeline| timeline.place_next(self.row.stamp));
        if is_next { Ok(Step::Next) } else { self.step_hard() }
    }

    /// [`Recording::step`] for a stamp that is not at the next place: the row after it says more.
    #[cold]
    fn step_hard(&mut self) -> Result<Step, ReadError> {
        self.with_rows_ahead(|timeline, stamp, ahead| timeline.place(stamp, ahead))
    }

    /// Asks the timeline about the row, with the rows behind it to look at.
    fn with_rows_ahead<T>(
        &mut self,
        ask: impl FnOnce(&mut Timeline, f64, &mut RowsAhead<'_>) -> T,
    ) -> Result<T, ReadError>
    where
        T: Default,
    {
        let Some(timeline) = &mut self.timeline else { return Ok(T::default()) };
        let has_blocks = !self.block.is_empty();
        let mut ahead = RowsAhead::new(&mut self.source, &mut self.reader, self.comment, has_blocks);
        let answer = ask(timeline, self.row.stamp, &mut ahead);
        match ahead.error {
            Some(error) => Err(error),
            None => Ok(answer),
        }
    }

    /// A row whose stamp is that of a row before it: a copy of that row is rejected, any other keeps its place.
    #[cold]
    fn place_back(&mut self, frames: u64, line: u64) -> Result<Option<Fault>, ReadError> {
        if self.is_copy(frames) {
            let column = self.header.time.as_ref().map(|time| time.column);
            return Ok(Some(Fault { column, reason: Reason::Text("the row comes twice") }));
        }
        self.with_rows_ahead(|timeline, stamp, ahead| timeline.set(stamp, ahead))?;
        if !self.is_set_back {
            self.is_set_back = true;
            let seconds = frames as f64 / self.header.rate_hz();
            self.header.notes.push(
                format!("line {line}: time goes back by {seconds:.3} s; the row keeps its place, as do others like it")
                    .into(),
            );
        }
        Ok(None)
    }

    /// A row whose stamp is damaged: one with a value keeps its place, the next one.
    #[cold]
    fn place_astray(&mut self, line: u64) -> Option<Fault> {
        let column = self.header.time.as_ref().map(|time| time.column);
        let has_value = self.row.values.iter().any(|value| value.is_finite());
        if has_value && self.timeline.as_mut().is_some_and(Timeline::pass) {
            if !self.is_astray {
                self.is_astray = true;
                self.header.notes.push(
                    format!("line {line}: the time stamp is damaged; the row keeps its place, as do others like it")
                        .into(),
                );
            }
            return None;
        }
        Some(Fault { column, reason: Reason::Text("a damaged time stamp") })
    }

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
                self.gap(frames)?;
            }
            Step::Restart => self.events.push_back(Chunk::Stalled),
            Step::Astray => {
                if let Some(fault) = self.place_astray(line) {
                    return Ok(Some(fault));
                }
            }
            Step::Back(frames) => {
                if let Some(fault) = self.place_back(frames, line)? {
                    return Ok(Some(fault));
                }
            }
        }
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            self.gap(lost)?;
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
    pub(super) fn declare(&mut self, missing: Missing) -> Result<(), ReadError> {
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            self.gap(lost)?;
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
                self.gap(frames)?;
            }
        }
        Ok(())
    }

    /// Whether cues come from a column of the file.
    fn changes_cues(&self) -> bool {
        self.reader.actions.contains(&Action::Cue)
    }

    /// Frames are missing; scheduled cues divide them. However few bytes declare it, every frame costs work: there is a
    /// limit on one gap and on all.
    pub(super) fn gap(&mut self, mut frames: u64) -> Result<(), ReadError> {
        self.counts.frames_missing = self.counts.frames_missing.saturating_add(frames);
        let seconds = |frames: u64| frames as f64 / self.header.rate_hz();
        let (one, all) = (seconds(frames), seconds(self.counts.frames_missing));
        let found = if one > LONGEST_GAP_S {
            format!("a gap of {:.3e} hours, where 24 are allowed", one / 3600.0)
        } else if all > MOST_MISSING_S {
            format!("gaps of {:.1} days in all, where {:.0} are allowed", all / DAY_S, MOST_MISSING_S / DAY_S)
        } else {
            String::new()
        };
        if !found.is_empty() {
            let (file, place) = (self.header.file.clone(), format!("frame {}", self.index));
            return Err(ReadError::Damaged { file, place, found, fix: "split the recording there".into() });
        }
        while frames > 0 {
            if self.index >= self.next_change {
                self.scheduled_cue();
            }
            let piece = frames.min(self.next_change.saturating_sub(self.index));
            self.events.push_back(Chunk::Gap { frames: piece });
            self.index += piece;
            frames -= piece;
        }
        Ok(())
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
