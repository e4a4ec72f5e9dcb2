//! The one pipeline. Live, replay, CSV, C and firmware push the same [`Input`] values into it and get the same decisions.
//!
//! | stage | file | in | out |
//! |---|---|---|---|
//! | steps out, filters, whitening, sums | `conditioning` | frames, µV minus anchor | sums per 10-ms tick |
//! | mains | `mains` | slews | which notches |
//! | quality | `quality` | sums | flags, contaminated or not |
//! | windows | `windows` | sums of clean ticks | levels |
//! | calibration | `calibration` | levels at rest and in holds | baseline, reference, whitening |
//! | activity | `detector` | level | active or not |
//! | states | `states` | active, cue | state and reasons |

mod collector;
mod conditioning;
mod deepest;
pub mod detector;
mod gap;
mod mains;
mod quality;
mod states;
mod step_removal;
mod tick;
mod windows;

use crate::calibration::Calibration;
use crate::config::{ChannelConfig, Kind, MainsMode, PipelineConfig};
use crate::decision::Quality;
use crate::digest::DecisionDigest;
use crate::input::{Command, Cue, Input};
use crate::pipeline::conditioning::{CHUNK, Conditioning};
use crate::pipeline::deepest::Deepest;
use crate::pipeline::detector::ActivityState;
use crate::pipeline::mains::MainsMonitor;
use crate::pipeline::quality::QualityGate;
use crate::pipeline::states::{Dwell, Machine};
use crate::pipeline::windows::{Blocks, Slews};
use crate::sink::Sink;
use collector::Collector;
pub use gap::check_gap;
use tonus_dsp::design::Mains;
use tonus_dsp::error::{ConfigError, ShapeError};
use tonus_dsp::units::TICKS_PER_S;

/// Shortest flat line: 50 ms, and at least this many equal samples.
const FLAT: (f64, u32) = (0.05, 40);

/// How late a decision is, in milliseconds, from the muscle to the decision; what the transport adds is not in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latency {
    /// Group delay of the display band at 100 Hz.
    pub filter_ms: f64,
    /// Centre of mass of the detection window.
    pub window_ms: f64,
    /// Longest wait for the next decision.
    pub tick_ms: f64,
}

impl Latency {
    /// Total delay.
    pub fn total_ms(&self) -> f64 {
        self.filter_ms + self.window_ms + self.tick_ms
    }
}

/// One channel's memory from tick to tick.
#[derive(Debug, Clone, Default)]
struct Channel {
    gate: QualityGate,
    calibration: Option<Calibration>,
    /// The calibration to go back to if a new one is refused.
    previous: Option<Calibration>,
    collector: Collector,
    /// The quiet step was refused, and rest after a later cue is to take its place.
    awaits_rest: bool,
    activity: ActivityState,
    deepest: Deepest,
    machine: Machine,
    envelope: Option<f32>,
}

impl Channel {
    /// As new.
    #[inline(never)]
    fn restart(&mut self) {
        let Self { gate, calibration, previous, collector, awaits_rest, activity, deepest, machine, envelope } = self;
        *gate = QualityGate::default();
        gate.start(Quality::NONE);
        (*calibration, *previous) = (None, None);
        collector.rest();
        *awaits_rest = false;
        *activity = ActivityState::default();
        *deepest = Deepest::default();
        *machine = Machine::default();
        *envelope = None;
    }
}

/// The pipeline for up to `LANES` channels of one device. Use 1, 2, 4 or 8 lanes.
///
/// | | shape | unit | rate |
/// |---|---|---|---|
/// | in  | interleaved frames of `channels` values | µV minus anchor | rate |
/// | out | one [`Decision`](crate::decision::Decision) per channel and tick | | 100 Hz |
///
/// Start-up: 0.5 s of `warmup`, and `warmup` until a baseline is accepted or given. Delay: [`Pipeline::latency`].
/// No allocation, constant memory. Any split of the input gives the same bits.
#[derive(Debug, Clone)]
pub struct Pipeline<const LANES: usize> {
    config: PipelineConfig,
    channel_config: [ChannelConfig; LANES],
    count: usize,
    dwell: Dwell,
    conditioning: Conditioning<LANES>,
    mains: MainsMonitor<LANES>,
    blocks: Blocks<LANES>,
    slews: Slews<LANES>,
    channels: [Channel; LANES],
    raw: [bool; LANES],
    /// Whether any channel should stay quiet.
    any_accessory: bool,
    /// Equal samples that make a flat line.
    flat_run: f32,
    cue: Cue,
    index: u64,
    tick: u64,
    tick_start: u64,
    tick_end: u64,
    digest: DecisionDigest,
}

impl<const LANES: usize> Pipeline<LANES> {
    /// Builds a pipeline.
    ///
    /// # Errors
    /// [`ConfigError`] that names the field.
    pub fn new(config: &PipelineConfig, channels: &[ChannelConfig]) -> Result<Self, ConfigError> {
        let mut pipeline = Self {
            config: *config,
            channel_config: [ChannelConfig::default(); LANES],
            count: 0,
            dwell: Dwell::new(config),
            conditioning: Conditioning::blank(config.rate),
            mains: MainsMonitor::new(MainsMode::Off, config.rate),
            blocks: Blocks::EMPTY,
            slews: Slews::EMPTY,
            channels: core::array::from_fn(|_| Channel::default()),
            raw: [false; LANES],
            any_accessory: false,
            flat_run: 0.0,
            cue: Cue::Free,
            index: 0,
            tick: 0,
            tick_start: 0,
            tick_end: 0,
            digest: DecisionDigest::default(),
        };
        pipeline.set_up(config, channels)?;
        Ok(pipeline)
    }

    /// Sets the pipeline up in place, as [`Pipeline::new`] does: for memory too small to hold two.
    ///
    /// # Errors
    /// As [`Pipeline::new`]. A refused configuration changes nothing; only after [`ConfigError::Unstable`], which no
    /// configuration within the limits is known to give, has the pipeline to be set up again before it is used.
    #[inline(never)]
    pub fn set_up(&mut self, config: &PipelineConfig, channels: &[ChannelConfig]) -> Result<(), ConfigError> {
        if channels.is_empty() || channels.len() > LANES {
            return Err(ConfigError::Channels { given: channels.len(), capacity: LANES });
        }
        config.check(channels)?;
        // Named one by one, so that a field that comes later is not forgotten here.
        let Self {
            config: own_config,
            channel_config,
            count,
            dwell,
            conditioning,
            mains,
            blocks,
            slews,
            channels: own_channels,
            raw,
            any_accessory,
            flat_run,
            cue,
            index,
            tick,
            tick_start,
            tick_end,
            digest,
        } = self;
        let own_raw = core::array::from_fn(|i| channels.get(i).is_some_and(|c| c.kind == Kind::Raw));
        let mode = if own_raw.contains(&true) { config.mains } else { MainsMode::Off };
        let own_mains = MainsMonitor::new(mode, config.rate);
        conditioning.set_up(config, channels, own_mains.chosen())?;
        *own_config = *config;
        *channel_config = core::array::from_fn(|i| channels.get(i).copied().unwrap_or_default());
        *count = channels.len();
        *dwell = Dwell::new(config);
        *mains = own_mains;
        *blocks = Blocks::EMPTY;
        *slews = Slews::EMPTY;
        *raw = own_raw;
        *any_accessory = channels.iter().any(|channel| channel.accessory);
        *flat_run = ((FLAT.0 * config.rate.hz()) as u32).max(FLAT.1) as f32;
        *cue = Cue::Free;
        *index = 0;
        *tick = 0;
        *tick_start = 0;
        *tick_end = config.rate.samples_at_tick(1);
        *digest = DecisionDigest::default();
        own_channels.iter_mut().for_each(Channel::restart);
        Ok(())
    }

    /// Takes one input.
    ///
    /// # Errors
    /// [`ShapeError`] if frames are not whole, a channel does not exist or a gap is too long; nothing is taken then.
    pub fn push<S: Sink>(&mut self, input: Input<'_>, sink: &mut S) -> Result<(), ShapeError> {
        match input {
            Input::Frames(values) => self.frames(values, sink)?,
            Input::Gap { frames } => self.gap(frames, sink)?,
            Input::Command(Command::Cue(cue)) => self.set_cue(cue, sink),
            Input::Command(Command::Calibration { channel, calibration }) => {
                let given = usize::from(channel);
                if given >= self.count {
                    return Err(ShapeError::Channel { given, channels: self.count });
                }
                self.use_calibration(given, &calibration);
            }
            Input::Stalled => self.restart(Quality::GAP),
        }
        Ok(())
    }

    /// Index of the next sample, gaps included.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many channels there are.
    pub const fn channels(&self) -> usize {
        self.count
    }

    /// The configuration.
    pub const fn config(&self) -> &PipelineConfig {
        &self.config
    }

    /// The mains notches that are in.
    pub const fn mains(&self) -> Option<Mains> {
        self.mains.chosen()
    }

    /// The calibration in force for a channel (from 0).
    pub fn calibration(&self, channel: usize) -> Option<&Calibration> {
        self.channels.get(channel)?.calibration.as_ref()
    }

    /// The deepest rest of a channel (from 0) so far: the lowest level in µV that lasted 3 s, or the baseline. None before, and of
    /// an envelope sensor, whose zero means nothing.
    pub fn deepest_uv(&self, channel: usize) -> Option<f32> {
        self.channels.get(channel).filter(|_| channel < self.count)?.deepest.uv()
    }

    /// What a channel (from 0) would read without any signal, in µV: a converter's step divided by √12, the noise of rounding.
    /// The step is the one that was stated, or the smallest change seen. None if nothing has moved yet.
    pub fn floor_uv(&self, channel: usize) -> Option<f32> {
        let step = self.step_uv(channel).filter(|_| channel < self.count)?;
        Some(step * 0.288_675_13)
    }

    /// One step of a channel's converter, as stated or as seen.
    fn step_uv(&self, lane: usize) -> Option<f32> {
        let stated = self.channel_config.get(lane)?.lsb_uv;
        Some(stated.unwrap_or(self.conditioning.step(lane))).filter(|step| step.is_finite())
    }

    /// SHA-256 over all decisions so far.
    pub fn digest(&self) -> [u8; 32] {
        self.digest.finish()
    }

    /// How late decisions are now; the detection window depends on the calibration.
    pub fn latency(&self) -> Latency {
        let calibrations = self.channels[..self.count].iter().filter_map(|c| c.calibration.as_ref());
        let window = calibrations.map(|c| c.detection.fast_ticks()).max().unwrap_or(10);
        let raw = self.raw.contains(&true);
        Latency {
            filter_ms: if raw { 1000.0 * self.conditioning.delay_at(100.0) / self.config.rate.hz() } else { 0.0 },
            window_ms: 5.0 * f64::from(window),
            tick_ms: 1000.0 / f64::from(TICKS_PER_S),
        }
    }

    /// Checks that a calibration was made with the settings of this pipeline.
    ///
    /// # Errors
    /// [`ConfigError::CalibrationMismatch`] that names what differs.
    pub fn check_calibration(&self, channel: usize, calibration: &Calibration) -> Result<(), ConfigError> {
        let mismatch = |field| Err(ConfigError::CalibrationMismatch { field });
        if calibration.rate_hz != self.config.rate.hz() {
            return mismatch("sampling rate");
        }
        if self.channel_config.get(channel).is_none_or(|c| c.kind != calibration.kind) {
            return mismatch("kind of channel");
        }
        if calibration.kind == Kind::Raw && calibration.highpass_hz != self.config.highpass_hz {
            return mismatch("high-pass");
        }
        Ok(())
    }

    fn frames<S: Sink>(&mut self, values: &[f32], sink: &mut S) -> Result<(), ShapeError> {
        let channels = self.count;
        // One division for all of it: with one frame at a time it is felt.
        let mut left = values.len() / channels;
        if left * channels != values.len() {
            return Err(ShapeError::PartialFrame { given: values.len(), channels });
        }
        let mut rest = values;
        while left > 0 {
            let frames = left.min((self.tick_end - self.index).min(CHUNK as u64) as usize);
            let (now, later) = rest.split_at(frames * channels);
            (rest, left) = (later, left - frames);
            self.conditioning.take(now, frames, channels);
            self.mains.take(&self.conditioning.slews[..frames]);
            if S::WANTS_SAMPLES {
                self.show_samples(frames, sink);
            }
            self.index += frames as u64;
            while self.index == self.tick_end {
                self.end_tick(sink);
            }
        }
        Ok(())
    }

    fn show_samples<S: Sink>(&self, frames: usize, sink: &mut S) {
        let mut samples = [0.0; CHUNK];
        for channel in 0..self.count {
            for (sample, lanes) in samples.iter_mut().zip(&self.conditioning.conditioned[..frames]) {
                *sample = lanes[channel];
            }
            sink.samples(channel as u8, self.index, &samples[..frames]);
        }
    }

    /// All filters and windows start again.
    #[inline(never)]
    fn restart(&mut self, cause: Quality) {
        for lane in 0..LANES {
            self.restart_lane(lane, cause);
        }
        self.mains.restart();
    }

    /// Filters and windows of one lane start again.
    #[inline(never)]
    fn restart_lane(&mut self, lane: usize, cause: Quality) {
        self.conditioning.reset_lane(lane);
        self.blocks.clear_lane(lane);
        self.slews.clear_lane(lane);
        self.channels[lane].gate.start(cause);
        self.channels[lane].envelope = None;
    }
}
