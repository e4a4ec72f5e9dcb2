//! Pipelines for any number of channels: up to eight in one, more in groups of eight.
//!
//! Groups measure mains on their own. Their decisions come out in the order of ticks, then channels, and the digest is
//! taken over that order; for up to eight channels that is the pipeline's own. With more, a gap of over a minute is
//! handed on minute by minute, so that memory stays bounded.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::decision::Decision;
use tonus_core::digest::DecisionDigest;
use tonus_core::input::{Command, Input};
use tonus_core::pipeline::{Latency, Pipeline, check_gap};
use tonus_core::sink::Sink;
use tonus_dsp::design::Mains;
use tonus_dsp::error::{ConfigError, ShapeError};
use tonus_dsp::units::SampleRate;

/// Channels in one pipeline.
const GROUP: usize = 8;
/// Channels that a decision can name.
pub const MAX_CHANNELS: usize = 256;
/// Longest gap handed to several groups at once.
const GAP_S: f64 = 60.0;

/// Pipelines for all channels of a recording.
#[derive(Debug)]
pub struct Engine {
    groups: Vec<Group>,
    channels: usize,
    config: PipelineConfig,
    index: u64,
    tick: u64,
    digest: DecisionDigest,
    part: Vec<f32>,
}

#[derive(Debug)]
struct Group {
    lanes: Lanes,
    first: usize,
    count: usize,
    waiting: Vec<Decision>,
}

#[derive(Debug)]
enum Lanes {
    One(Box<Pipeline<1>>),
    Two(Box<Pipeline<2>>),
    Four(Box<Pipeline<4>>),
    Eight(Box<Pipeline<8>>),
}

macro_rules! with {
    ($lanes:expr, $pipeline:ident => $done:expr) => {
        match $lanes {
            Lanes::One($pipeline) => $done,
            Lanes::Two($pipeline) => $done,
            Lanes::Four($pipeline) => $done,
            Lanes::Eight($pipeline) => $done,
        }
    };
}

impl Lanes {
    fn new(config: &PipelineConfig, channels: &[ChannelConfig]) -> Result<Self, ConfigError> {
        Ok(match channels.len() {
            0 | 1 => Self::One(Box::new(Pipeline::new(config, channels)?)),
            2 => Self::Two(Box::new(Pipeline::new(config, channels)?)),
            3 | 4 => Self::Four(Box::new(Pipeline::new(config, channels)?)),
            _ => Self::Eight(Box::new(Pipeline::new(config, channels)?)),
        })
    }
}

impl Engine {
    /// Builds the pipelines.
    ///
    /// # Errors
    /// [`ConfigError`], also for more than [`MAX_CHANNELS`] channels.
    pub fn new(config: &PipelineConfig, channels: &[ChannelConfig]) -> Result<Self, ConfigError> {
        if channels.len() > MAX_CHANNELS {
            return Err(ConfigError::Channels { given: channels.len(), capacity: MAX_CHANNELS });
        }
        let group = |(n, part): (usize, &[ChannelConfig])| {
            let (first, count) = (n * GROUP, part.len());
            Ok(Group { lanes: Lanes::new(config, part)?, first, count, waiting: Vec::new() })
        };
        Ok(Self {
            groups: channels.chunks(GROUP).enumerate().map(group).collect::<Result<_, _>>()?,
            channels: channels.len(),
            config: *config,
            index: 0,
            tick: 0,
            digest: DecisionDigest::default(),
            part: Vec::new(),
        })
    }

    /// Index of the next sample, gaps included.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Their sampling rate.
    pub const fn rate(&self) -> SampleRate {
        self.config.rate
    }

    /// How many channels there are.
    pub const fn channels(&self) -> usize {
        self.channels
    }

    /// The mains notches that are in for a channel.
    pub fn mains(&self, channel: usize) -> Option<Mains> {
        with!(&self.groups.get(channel / GROUP)?.lanes, pipeline => pipeline.mains())
    }

    /// The calibration in force for a channel (from 0).
    pub fn calibration(&self, channel: usize) -> Option<&Calibration> {
        with!(&self.groups.get(channel / GROUP)?.lanes, pipeline => pipeline.calibration(channel % GROUP))
    }

    /// How late decisions are.
    pub fn latency(&self) -> Option<Latency> {
        let all = self.groups.iter().map(|group| with!(&group.lanes, pipeline => pipeline.latency()));
        all.max_by(|a, b| a.total_ms().total_cmp(&b.total_ms()))
    }

    /// Checks that a calibration was made with the settings of these pipelines.
    ///
    /// # Errors
    /// [`ConfigError::CalibrationMismatch`] that names what differs.
    pub fn check_calibration(&self, channel: usize, calibration: &Calibration) -> Result<(), ConfigError> {
        let Some(group) = self.groups.get(channel / GROUP) else { return Ok(()) };
        with!(&group.lanes, pipeline => pipeline.check_calibration(channel % GROUP, calibration))
    }

    /// The deepest rest of a channel (from 0) so far, in µV; see [`Pipeline::deepest_uv`].
    pub fn deepest_uv(&self, channel: usize) -> Option<f32> {
        with!(&self.groups.get(channel / GROUP)?.lanes, pipeline => pipeline.deepest_uv(channel % GROUP))
    }

    /// What a channel (from 0) would read without any signal, in µV; see [`Pipeline::floor_uv`].
    pub fn floor_uv(&self, channel: usize) -> Option<f32> {
        with!(&self.groups.get(channel / GROUP)?.lanes, pipeline => pipeline.floor_uv(channel % GROUP))
    }

    /// SHA-256 over all decisions so far.
    pub fn digest(&self) -> [u8; 32] {
        match self.groups.as_slice() {
            [group] => with!(&group.lanes, pipeline => pipeline.digest()),
            _ => self.digest.finish(),
        }
    }

    /// Takes one input.
    ///
    /// # Errors
    /// [`ShapeError`] if it does not suit the channels.
    pub fn push<S: Sink>(&mut self, input: Input<'_>, sink: &mut S) -> Result<(), ShapeError> {
        if let [group] = self.groups.as_mut_slice() {
            with!(&mut group.lanes, pipeline => {
                pipeline.push(input, sink)?;
                self.index = pipeline.index();
            });
            return Ok(());
        }
        match input {
            Input::Frames(values) => self.frames(values, sink),
            Input::Gap { frames } => self.gap(frames, sink),
            Input::Command(Command::Calibration { channel, calibration }) => {
                let given = usize::from(channel);
                let group = self.groups.get_mut(given / GROUP).filter(|_| given < self.channels);
                let group = group.ok_or(ShapeError::Channel { given, channels: self.channels })?;
                let command = Command::Calibration { channel: (given - group.first) as u8, calibration };
                group.push(Input::Command(command), sink)
            }
            Input::Command(_) | Input::Stalled => self.groups.iter_mut().try_for_each(|group| group.push(input, sink)),
        }
    }

    fn frames<S: Sink>(&mut self, values: &[f32], sink: &mut S) -> Result<(), ShapeError> {
        if !values.len().is_multiple_of(self.channels) {
            return Err(ShapeError::PartialFrame { given: values.len(), channels: self.channels });
        }
        let mut rest = values;
        while !rest.is_empty() {
            // One tick at a time, so that its samples come before its decisions in every group.
            let frames = ((self.tick_end() - self.index) as usize).min(rest.len() / self.channels);
            let (now, later) = rest.split_at(frames * self.channels);
            rest = later;
            for group in &mut self.groups {
                self.part.clear();
                let part = |frame: &[f32]| frame.get(group.first..group.first + group.count).map(<[f32]>::to_owned);
                self.part.extend(now.chunks_exact(self.channels).filter_map(part).flatten());
                group.push(Input::Frames(&self.part), sink)?;
            }
            self.index += frames as u64;
            self.merge(sink);
        }
        Ok(())
    }

    fn gap<S: Sink>(&mut self, mut frames: u64, sink: &mut S) -> Result<(), ShapeError> {
        check_gap(frames, self.config.rate)?;
        let longest = ((GAP_S * self.config.rate.hz()) as u64).max(1);
        while frames > 0 {
            let now = frames.min(longest);
            self.groups.iter_mut().try_for_each(|group| group.push(Input::Gap { frames: now }, sink))?;
            self.index += now;
            frames -= now;
            self.merge(sink);
        }
        Ok(())
    }

    fn tick_end(&self) -> u64 {
        self.config.rate.samples_at_tick(self.tick + 1).max(self.index + 1)
    }

    /// Hands on what waits, tick by tick.
    fn merge<S: Sink>(&mut self, sink: &mut S) {
        let ticks = self.groups.first().map_or(0, |group| group.waiting.len() / group.count);
        for tick in 0..ticks {
            for group in &self.groups {
                for decision in group.waiting.iter().skip(tick * group.count).take(group.count) {
                    self.digest.push(decision);
                    sink.decision(decision);
                }
            }
        }
        self.tick += ticks as u64;
        self.groups.iter_mut().for_each(|group| group.waiting.clear());
    }
}

impl Group {
    fn push<S: Sink>(&mut self, input: Input<'_>, sink: &mut S) -> Result<(), ShapeError> {
        let mut shift = Shift { sink, first: self.first as u8, waiting: &mut self.waiting };
        with!(&mut self.lanes, pipeline => pipeline.push(input, &mut shift))
    }
}

/// Gives a group's channels their place among all, and lets its decisions wait for those of the others.
struct Shift<'a, S> {
    sink: &'a mut S,
    first: u8,
    waiting: &'a mut Vec<Decision>,
}

impl<S: Sink> Sink for Shift<'_, S> {
    const WANTS_SAMPLES: bool = S::WANTS_SAMPLES;

    fn decision(&mut self, decision: &Decision) {
        self.waiting.push(Decision { channel: self.first + decision.channel, ..*decision });
    }

    fn samples(&mut self, channel: u8, first: u64, conditioned_uv: &[f32]) {
        self.sink.samples(self.first + channel, first, conditioned_uv);
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        self.sink.calibrated(self.first + channel, calibration);
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.sink.refused(self.first + channel, refusal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decisions of `channels` channels that all carry the same signal, pushed in blocks of `block` frames.
    fn decisions(channels: usize, block: usize, rate_hz: f64) -> (Vec<Decision>, [u8; 32]) {
        let config = PipelineConfig::new(SampleRate::new(rate_hz).unwrap());
        let mut engine = Engine::new(&config, &vec![ChannelConfig::default(); channels]).unwrap();
        let mut out = Vec::new();
        let values: Vec<f32> = (0..5000 * channels).map(|n| ((n / channels * 7919) % 101) as f32 - 50.0).collect();
        let mut take = |d: &Decision| out.push(*d);
        for part in values.chunks(block * channels) {
            engine.push(Input::Frames(part), &mut take).unwrap();
        }
        engine.push(Input::Gap { frames: 1234 }, &mut take).unwrap();
        engine.push(Input::Frames(&values), &mut take).unwrap();
        (out, engine.digest())
    }

    #[test]
    fn groups_give_the_decisions_of_one_pipeline_in_order() {
        for rate_hz in [2048.0, 1000.0] {
            let (two, _) = decisions(2, 100, rate_hz);
            let (many, digest) = decisions(11, 1024, rate_hz);
            assert_eq!(many.len(), two.len() / 2 * 11);
            for (n, d) in many.iter().enumerate() {
                let own = &two[n / 11 * 2];
                assert_eq!((d.tick, usize::from(d.channel)), (own.tick, n % 11));
                assert_eq!(
                    (d.state, d.quality, d.envelope_uv.to_bits()),
                    (own.state, own.quality, own.envelope_uv.to_bits())
                );
            }
            assert_eq!(digest, decisions(11, 7, rate_hz).1);
        }
    }

    #[test]
    fn channels_are_limited_by_what_a_decision_can_name() {
        let config = PipelineConfig::new(SampleRate::new(1000.0).unwrap());
        assert!(Engine::new(&config, &[ChannelConfig::default(); 257]).is_err());
        assert!(Engine::new(&config, &[]).is_ok_and(|engine| engine.channels() == 0));
    }
}
