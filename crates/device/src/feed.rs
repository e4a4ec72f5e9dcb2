//! Frames and cues to the inputs of a pipeline: the same values, in the same order, as a recording of them gives.

use tonus_core::input::{Command, Cue, Input};
use tonus_record::{CueList, Kind};
use tonus_wire::{Calibrator, MAX_CHANNELS, Scale, Values};

use crate::queue::Packet;

/// One step of a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece<'a> {
    /// Index of the frame it is about, or of the next one.
    pub index: u64,
    /// What the pipeline is given.
    pub input: Input<'a>,
    /// What the device sent, for frames.
    pub raw: &'a [f64],
    /// What is asked for.
    pub cue: Cue,
}

/// What a person is asked for, and when: a list of cues, or a programme.
pub trait Script {
    /// The frame before which something may change; none if nothing will.
    fn next_change(&self) -> Option<u64>;

    /// What is asked for from frame `at` on, which is [`Script::next_change`] or later; asked again until nothing is due.
    fn change(&mut self, at: u64) -> Option<Cue>;
}

/// Nothing is asked for.
impl Script for () {
    fn next_change(&self) -> Option<u64> {
        None
    }

    fn change(&mut self, _at: u64) -> Option<Cue> {
        None
    }
}

/// A list of cues at their frames.
#[derive(Debug, Clone, Default)]
pub struct CueScript(std::collections::VecDeque<(u64, Cue)>);

impl CueScript {
    /// A list in seconds from the first frame.
    pub fn new(cues: &CueList, rate_hz: f64) -> Self {
        Self(cues.changes(rate_hz).into())
    }
}

impl Script for CueScript {
    fn next_change(&self) -> Option<u64> {
        self.0.front().map(|change| change.0)
    }

    fn change(&mut self, at: u64) -> Option<Cue> {
        self.0.front().filter(|change| change.0 <= at)?;
        self.0.pop_front().map(|change| change.1)
    }
}

/// Turns packets into inputs.
///
/// The offset goes first, exactly: each channel's first value is subtracted before anything is narrowed to `f32` (an
/// envelope keeps the sensor's own zero). A script changes at its frame, inside gaps too.
#[derive(Debug, Clone)]
pub struct Feed {
    calibrator: Calibrator,
    cue: Cue,
    asked: Option<Cue>,
    index: u64,
    frames: u64,
    lost: u64,
    gaps: u64,
}

impl Feed {
    /// A feed for channels of these scales.
    pub fn new(scales: &[Scale], kind: Kind) -> Self {
        let mut calibrator = Calibrator::new(scales);
        if kind == Kind::Envelope {
            calibrator.set_anchors(&[0.0; MAX_CHANNELS]);
        }
        Self { calibrator, cue: Cue::Free, asked: None, index: 0, frames: 0, lost: 0, gaps: 0 }
    }

    /// From the next frame on, this is asked for.
    pub fn ask(&mut self, cue: Cue) {
        self.asked = Some(cue);
    }

    /// Frames so far.
    pub const fn frames(&self) -> u64 {
        self.frames
    }

    /// Frames missing so far.
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// Interruptions so far.
    pub const fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Index of the next frame.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// What is subtracted from a channel, once a frame has come.
    pub fn anchor(&self, channel: usize) -> Option<f64> {
        self.calibrator.anchor(channel)
    }

    /// Hands the inputs of one packet to `take`.
    ///
    /// # Errors
    /// What `take` says; the packet is then lost.
    pub fn push<E>(&mut self, packet: &Packet, mut take: impl FnMut(&Piece<'_>) -> Result<(), E>) -> Result<(), E> {
        self.push_with(packet, &mut (), |piece, ()| take(piece))
    }

    /// Hands the inputs of one packet and the cues of a script to `take`, which may change the script.
    ///
    /// # Errors
    /// What `take` says; the packet is then lost.
    pub fn push_with<S: Script, E>(
        &mut self,
        packet: &Packet,
        script: &mut S,
        mut take: impl FnMut(&Piece<'_>, &mut S) -> Result<(), E>,
    ) -> Result<(), E> {
        if packet.stalled {
            self.gaps += 1;
            take(&self.piece(Input::Stalled, &[]), script)?;
        }
        self.gaps += u64::from(packet.gap > 0);
        self.lost += packet.gap;
        let mut missing = packet.gap;
        while missing > 0 {
            self.change(script, &mut take)?;
            let next = script.next_change().unwrap_or(u64::MAX);
            let frames = missing.min(next - self.index);
            take(&self.piece(Input::Gap { frames }, &[]), script)?;
            self.index += frames;
            missing -= frames;
        }
        self.change(script, &mut take)?;
        if let Some(cue) = self.asked.take() {
            self.set(cue, script, &mut take)?;
        }
        let mut uv = [0.0; MAX_CHANNELS];
        let count = self.calibrator.convert(Values::Numbers(packet.values()), &mut uv);
        let values = uv.get(..count).unwrap_or_default();
        take(&self.piece(Input::Frames(values), packet.values()), script)?;
        self.frames += 1;
        self.index += 1;
        Ok(())
    }

    const fn piece<'a>(&self, input: Input<'a>, raw: &'a [f64]) -> Piece<'a> {
        Piece { index: self.index, input, raw, cue: self.cue }
    }

    /// What of the script is due.
    fn change<S: Script, E>(
        &mut self,
        script: &mut S,
        take: &mut impl FnMut(&Piece<'_>, &mut S) -> Result<(), E>,
    ) -> Result<(), E> {
        while script.next_change().is_some_and(|next| next <= self.index) {
            if let Some(cue) = script.change(self.index) {
                self.set(cue, script, take)?;
            }
        }
        Ok(())
    }

    fn set<S: Script, E>(
        &mut self,
        cue: Cue,
        script: &mut S,
        take: &mut impl FnMut(&Piece<'_>, &mut S) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.cue == cue {
            return Ok(());
        }
        self.cue = cue;
        take(&self.piece(Input::Command(Command::Cue(cue)), &[]), script)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn packet(value: f64, gap: u64, stalled: bool) -> Packet {
        let arrival = Instant::now();
        Packet { stalled, gap, ambiguous: false, count: 1, values: [value; MAX_CHANNELS], arrival }
    }

    #[test]
    fn a_cue_changes_inside_a_gap() {
        let cues = CueList::from_reader(&b"start_s,end_s,cue\n0,0.5,quiet\n"[..], "cues").unwrap();
        let mut feed = Feed::new(&[Scale::COUNTS], Kind::Raw);
        let mut script = CueScript::new(&cues, 10.0);
        let mut seen = Vec::new();
        let mut take = |piece: &Piece<'_>, _: &mut CueScript| {
            seen.push(match piece.input {
                Input::Frames(values) => format!("{} frame {values:?}", piece.index),
                Input::Gap { frames } => format!("{} gap {frames} {}", piece.index, piece.cue.name()),
                Input::Command(Command::Cue(cue)) => format!("{} {}", piece.index, cue.name()),
                _ => format!("{} stalled", piece.index),
            });
            Ok::<(), ()>(())
        };
        feed.push_with(&packet(7.0, 0, false), &mut script, &mut take).unwrap();
        feed.push_with(&packet(9.0, 6, true), &mut script, &mut take).unwrap();
        let expected =
            ["0 quiet", "0 frame [0.0]", "1 stalled", "1 gap 4 quiet", "5 free", "5 gap 2 free", "7 frame [2.0]"];
        assert_eq!(seen, expected);
        assert_eq!((feed.frames(), feed.lost(), feed.gaps(), feed.anchor(0)), (2, 6, 2, Some(7.0)));
    }

    #[test]
    fn an_envelope_keeps_its_zero() {
        let mut feed = Feed::new(&[Scale::COUNTS], Kind::Envelope);
        let take = |piece: &Piece<'_>| {
            assert_eq!(piece.input, Input::Frames(&[7.0]));
            Ok::<(), ()>(())
        };
        feed.push(&packet(7.0, 0, false), take).unwrap();
    }
}
