//! Frames that are in memory already: no file, no text, the same blocks.

use std::collections::VecDeque;

use crate::error::ReadError;
use crate::format::binary::{Frames, Item, Opened, Refused};
use crate::format::signals::{Signal, choose, make_unique};
use crate::header::{Header, Role};
use crate::options::OpenOptions;
use crate::setting::Setting;

use super::Recording;

/// What is known of frames in memory besides their values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memory {
    /// Stands for the frames in messages and reports.
    pub name: String,
    /// A name for each value of a frame.
    pub channels: Vec<String>,
    /// Frames that are missing: before which frame (of those that are there, from 0), and how many; in that order.
    pub gaps: Vec<(u64, u64)>,
}

impl Recording {
    /// Plays frames that are in memory: `values` are interleaved, one per name of [`Memory::channels`], in the unit that
    /// the options say, NaN where there is none. Rate and unit must be among the options.
    ///
    /// The same values give the same blocks as a file with these columns, and so the same decisions.
    ///
    /// ```
    /// use tonus_record::{Chunk, Memory, OpenOptions, Recording, Unit};
    /// let memory = Memory { name: "array".into(), channels: vec!["left".into(), "right".into()], gaps: vec![(1, 20)] };
    /// let options = OpenOptions { rate_hz: Some(1000.0), unit: Some(Unit::MilliVolt), ..OpenOptions::default() };
    /// let mut recording = Recording::from_frames([1.0, 5.0, 1.5, 5.0].into_iter(), memory, &options)?;
    /// assert_eq!(recording.next_chunk()?, Some(Chunk::Frames(&[0.0, 0.0])));
    /// assert_eq!(recording.next_chunk()?, Some(Chunk::Gap { frames: 20 }));
    /// assert_eq!(recording.next_chunk()?, Some(Chunk::Frames(&[500.0, 0.0])));
    /// # Ok::<(), tonus_record::ReadError>(())
    /// ```
    ///
    /// # Errors
    /// [`ReadError`] where an option is missing or cannot be followed, or there is no channel.
    pub fn from_frames(
        values: impl Iterator<Item = f64> + Send + 'static,
        memory: Memory,
        options: &OpenOptions,
    ) -> Result<Self, ReadError> {
        let Memory { name: file, channels: names, gaps } = memory;
        let width = names.len();
        if width == 0 {
            return Err(ReadError::NoRows { file, found: "frames without channels" });
        }
        let needs =
            |found: &'static str, option| ReadError::NeedsOption { file: file.clone(), found: found.into(), option };
        if options.rate_hz.is_none() {
            return Err(needs("frames in memory do not say their sampling rate", Setting::Rate));
        }
        if options.unit.is_none() && options.uv_per_count.is_none() {
            return Err(needs("frames in memory do not say their unit", Setting::Unit));
        }
        let signal = |name| Signal { name, role: Role::Emg, unit: None, rate_hz: 0.0, fault: None };
        let mut signals: Vec<Signal> = names.into_iter().map(signal).collect();
        make_unique(&mut signals);
        let chosen = choose(&file, &signals, options)?;
        let header = Header {
            file: file.clone(),
            format: "memory",
            rate: chosen.rate,
            rate_source: chosen.rate_source,
            rate_uncertainty: None,
            stamps: None,
            time: None,
            channels: chosen.channels,
            columns: chosen.columns,
            kind: options.kind.unwrap_or_default(),
            has_cues: false,
            notes: chosen.notes,
            session: None,
        };
        let is_all = chosen.places.iter().copied().eq(0..width);
        let places = if is_all { Vec::new() } else { chosen.places };
        let frames = Held {
            values,
            file,
            width,
            places,
            frame: vec![f64::NAN; width],
            gaps: gaps.into(),
            cut: Vec::new(),
            next: 0,
        };
        Self::from_binary(Opened { header, frames: Box::new(frames), started_unix_s: None })
    }
}

/// Frames in memory on their way out.
struct Held<I> {
    values: I,
    file: String,
    /// Values in a frame.
    width: usize,
    /// Which of them are wanted; empty for all.
    places: Vec<usize>,
    /// The last frame, where not all are wanted.
    frame: Vec<f64>,
    gaps: VecDeque<(u64, u64)>,
    /// What there is of a frame that is not whole.
    cut: Vec<f64>,
    /// Number of the next frame, gaps not counted.
    next: u64,
}

impl<I: Iterator<Item = f64> + Send> Held<I> {
    #[cold]
    fn end(&self, filled: usize) -> Result<Item, ReadError> {
        if filled == 0 {
            return Ok(Item::End);
        }
        Err(ReadError::Damaged {
            file: self.file.clone(),
            place: format!("frame {}", self.next),
            found: format!("{filled} values where {} are expected", self.width),
            fix: "give whole frames, one value per channel".into(),
        })
    }
}

impl<I: Iterator<Item = f64> + Send> Frames for Held<I> {
    fn next(&mut self, values: &mut [f64], _: &mut Vec<Refused>) -> Result<Item, ReadError> {
        if self.gaps.front().is_some_and(|gap| gap.0 <= self.next)
            && let Some((_, missing)) = self.gaps.pop_front()
        {
            return Ok(Item::Gap(missing));
        }
        if !self.cut.is_empty() {
            return self.end(self.cut.len());
        }
        let room = if self.places.is_empty() { &mut *values } else { self.frame.as_mut_slice() };
        for (filled, slot) in room.iter_mut().enumerate() {
            match self.values.next() {
                Some(value) => *slot = value,
                None => return self.end(filled),
            }
        }
        for (slot, place) in values.iter_mut().zip(&self.places) {
            *slot = self.frame[*place];
        }
        self.next += 1;
        Ok(Item::Frame)
    }

    fn block(&mut self, most: usize, values: &mut Vec<f64>) -> usize {
        if !self.places.is_empty() {
            return 0;
        }
        let before_gap = self.gaps.front().map_or(u64::MAX, |gap| gap.0.saturating_sub(self.next));
        let most = usize::try_from(before_gap).unwrap_or(most).min(most);
        let start = values.len();
        values.resize(start + most * self.width, 0.0);
        let mut filled = 0;
        for (slot, value) in values.iter_mut().skip(start).zip(&mut self.values) {
            *slot = value;
            filled += 1;
        }
        // A frame cut short is the next one's error.
        let frames = filled / self.width;
        self.cut.extend(values.get(start + frames * self.width..start + filled).unwrap_or_default());
        values.truncate(start + frames * self.width);
        self.next += frames as u64;
        frames
    }

    fn sha256(&self) -> Option<[u8; 32]> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChannelSelector, Chunk, CueInterval, CueList, Unit};
    use std::fmt::Write as _;
    use tonus_core::input::Cue;

    fn options() -> OpenOptions {
        OpenOptions { rate_hz: Some(1000.0), unit: Some(Unit::MicroVolt), ..OpenOptions::default() }
    }

    fn memory(channels: &[&str], gaps: &[(u64, u64)]) -> Memory {
        let channels = channels.iter().map(|name| (*name).to_owned()).collect();
        Memory { name: "array".to_owned(), channels, gaps: gaps.to_vec() }
    }

    /// Everything that comes out, blocks joined where nothing stands between them.
    fn all(mut recording: Recording) -> (Vec<String>, Vec<u32>) {
        let (mut events, mut values, mut frames) = (Vec::new(), Vec::new(), 0);
        let channels = recording.header().channels.len();
        while let Some(chunk) = recording.next_chunk().unwrap() {
            match chunk {
                Chunk::Frames(part) => {
                    frames += part.len() / channels;
                    values.extend(part.iter().map(|value| value.to_bits()));
                }
                other => events.push(format!("{frames} {other:?}")),
            }
        }
        (events, values)
    }

    #[test]
    fn the_same_values_give_the_same_blocks_as_a_file() {
        let mut text = "time_s,a_uv,b_uv\n".to_owned();
        let mut values = Vec::new();
        for n in 0..5000_u32 {
            let at = if n < 3000 { n } else { n + 700 };
            let (a, b) = (f64::from(n * 7919 % 1013) / 8.0 + 1234.5, f64::from(n * 31 % 97) / 3.0);
            if n == 2500 {
                writeln!(text, "{:.3},nan,{b}", f64::from(at) / 1000.0).unwrap();
                values.extend([f64::NAN, b]);
            } else {
                writeln!(text, "{:.3},{a},{b}", f64::from(at) / 1000.0).unwrap();
                values.extend([a, b]);
            }
        }
        let cue = |start_s, end_s, cue| CueInterval { start_s, end_s, cue };
        let cues = [cue(0.0, 1.5, Cue::Quiet), cue(2.0, 3.3, Cue::Work), cue(3.4, 6.0, Cue::Rest)];
        let cues = CueList::from_intervals(cues.to_vec(), "cues").unwrap();
        let columns = vec![ChannelSelector::Index(2), ChannelSelector::Index(3)];
        let open = OpenOptions { channels: columns, ..OpenOptions::default() };
        let file = Recording::from_reader(std::io::Cursor::new(text), "t.csv", &open).unwrap();
        let array = Recording::from_frames(values.into_iter(), memory(&["a", "b"], &[(3000, 700)]), &options());
        let (file, array) = (all(file.with_cues(&cues)), all(array.unwrap().with_cues(&cues)));
        assert_eq!(file.0, array.0);
        assert!(file.1 == array.1);
        assert_eq!(file.0.len(), 8, "{:?}", file.0);
    }

    #[test]
    fn channels_are_chosen_by_name_and_place() {
        let values = [1.0, 2.0, 3.0, 11.0, 22.0, 33.0];
        let channels = vec![ChannelSelector::Name("C".into()), ChannelSelector::Index(1)];
        let options = OpenOptions { channels, ..options() };
        let recording = Recording::from_frames(values.into_iter(), memory(&["a", "b", "c"], &[]), &options).unwrap();
        assert_eq!(recording.header().channels[0].name, "c");
        let (_, values) = all(recording);
        assert_eq!(values, [0.0_f32, 0.0, 30.0, 10.0].map(f32::to_bits));
    }

    #[test]
    fn what_is_missing_is_asked_for_and_nothing_is_guessed() {
        let open = |names: &[&str], options: &OpenOptions| {
            Recording::from_frames([1.0, 2.0, 3.0].into_iter(), memory(names, &[]), options)
        };
        let error = |options: &OpenOptions| open(&["a"], options).unwrap_err();
        assert_eq!(error(&OpenOptions { rate_hz: None, ..options() }).option(), Some(Setting::Rate));
        let said = error(&OpenOptions { unit: None, ..options() }).to_string();
        assert_eq!(said, "array: frames in memory do not say their unit; give unit uV, mV, V, counts or au");
        assert_eq!(error(&OpenOptions { rate_hz: Some(-1.0), ..options() }).option(), Some(Setting::Rate));
        assert_eq!(error(&OpenOptions { uv_per_count: Some(2.0), ..options() }).option(), Some(Setting::UvPerCount));
        assert!(open(&[], &options()).is_err());
        let mut cut = open(&["a", "b"], &options()).unwrap();
        let said = cut.next_chunk().unwrap_err().to_string();
        assert_eq!(
            said,
            "array: frame 1: found 1 values where 2 are expected; give whole frames, one value per channel"
        );
        let none = Recording::from_frames(std::iter::empty(), memory(&["a"], &[]), &options());
        assert!(none.unwrap().next_chunk().is_err());
    }
}
