//! A recording read frame by frame, and what was learnt on the way.

use tonus_core::input::Cue;

use crate::chunk::Chunk;
use crate::error::ReadError;
use crate::header::Header;
use crate::recording::Recording;

use super::ExportError;

/// Most gaps, cues and runs of missing values.
const MOST: usize = 200_000;

/// What a recording holds besides its values.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Survey {
    /// Frames, missing ones not counted.
    pub(super) frames: u64,
    /// Frames, missing ones counted.
    pub(super) end: u64,
    /// Index and new cue of each change.
    pub(super) cues: Vec<(u64, Cue)>,
    /// First missing frame and the first that is there again; neighbours are one.
    pub(super) gaps: Vec<(u64, u64)>,
    /// Where an unknown time is missing.
    pub(super) stalls: Vec<u64>,
    /// Runs of frames in which a channel has no value.
    pub(super) missing: Vec<Vec<(u64, u64)>>,
    /// Range of each channel in the unit of the file.
    pub(super) ranges: Vec<Range>,
}

/// What the values of a channel are like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
    /// All of them are whole numbers.
    pub(super) is_whole: bool,
}

impl Survey {
    /// Frames missing in gaps.
    pub(super) fn missing(&self) -> u64 {
        self.gaps.iter().map(|gap| gap.1 - gap.0).sum()
    }
}

/// Walks through a recording.
pub(super) struct Walk {
    recording: Recording,
    survey: Survey,
    channels: usize,
    /// Values of the block, and where the next frame starts.
    values: usize,
    at: usize,
    marks: usize,
}

impl Walk {
    /// At the beginning.
    pub(super) fn new(recording: Recording) -> Self {
        let channels = recording.header().channels.len();
        let range = Range { low: f64::INFINITY, high: f64::NEG_INFINITY, is_whole: true };
        let survey = Survey { missing: vec![Vec::new(); channels], ranges: vec![range; channels], ..Survey::default() };
        Self { recording: recording.keep_raw(), survey, channels, values: 0, at: 0, marks: 0 }
    }

    /// What was learnt so far, and the index of the next frame.
    pub(super) fn survey(&self) -> &Survey {
        &self.survey
    }

    /// What the recording says about itself.
    pub(super) fn header(&self) -> &Header {
        self.recording.header()
    }

    /// Everything that was learnt, and when the recording began.
    pub(super) fn finish(self) -> (Survey, Header, Option<f64>) {
        (self.survey, self.recording.header().clone(), self.recording.started_unix_s())
    }

    /// The values of the next frame, in the unit of the file, and its index.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[f64])>, ExportError> {
        while self.at >= self.values {
            if !self.next_block()? {
                return Ok(None);
            }
        }
        let row = self.recording.raw().get(self.at..self.at + self.channels).unwrap_or_default();
        let index = self.survey.end;
        for ((value, range), missing) in row.iter().zip(&mut self.survey.ranges).zip(&mut self.survey.missing) {
            if value.is_finite() {
                range.low = range.low.min(*value);
                range.high = range.high.max(*value);
                range.is_whole &= value.fract() == 0.0;
            } else if let Some(run) = missing.last_mut().filter(|run| run.1 == index) {
                run.1 += 1;
            } else {
                missing.push((index, index + 1));
                self.marks += 1;
            }
        }
        self.at += self.channels;
        self.survey.frames += 1;
        self.survey.end += 1;
        if self.marks > MOST {
            return Err(ExportError::Unfit("more than 200000 gaps, cues and runs of missing values".into()));
        }
        Ok(Some((index, row)))
    }

    /// Goes to the next block of frames; false at the end.
    fn next_block(&mut self) -> Result<bool, ReadError> {
        let Some(chunk) = self.recording.next_chunk()? else { return Ok(false) };
        let index = self.survey.end;
        match chunk {
            Chunk::Frames(values) => (self.values, self.at) = (values.len(), 0),
            Chunk::Gap { frames } => {
                self.survey.end += frames;
                match self.survey.gaps.last_mut().filter(|gap| gap.1 == index) {
                    Some(gap) => gap.1 += frames,
                    None => self.survey.gaps.push((index, index + frames)),
                }
                self.marks += 1;
            }
            Chunk::Stalled => {
                self.survey.stalls.push(index);
                self.marks += 1;
            }
            Chunk::Cue(cue) => {
                // Of several at one place the last one holds.
                if self.survey.cues.last().is_some_and(|last| last.0 == index) {
                    self.survey.cues.pop();
                }
                if self.survey.cues.last().map_or(Cue::Free, |last| last.1) != cue {
                    self.survey.cues.push((index, cue));
                }
                self.marks += 1;
            }
        }
        Ok(true)
    }
}
