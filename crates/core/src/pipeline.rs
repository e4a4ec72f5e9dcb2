//! The one pipeline. Live, replay, CSV, C and firmware push the same [`Input`] values into it and get the same decisions.
//!
//! | stage | file | in | out |
//! |---|---|---|---|
//! | steps out, filters, whitening, sums | `front` | frames, µV minus anchor | sums per 10-ms tick |
//! | mains | `mains` | slews | which notches |
//! | quality | `quality` | sums | flags, contaminated or not |
//! | windows | `window` | sums of clean ticks | levels |
//! | calibration | `calibrate` | levels at rest and in holds | baseline, reference, whitening |
//! | activity | `detect` | level | active or not |
//! | states | `classify` | active, cue | state and reasons |

use crate::calibrate::{Calibration, QuietCollector, ReferenceCollector, Refusal};
use crate::classify::{Dwell, Machine, Observation};
use crate::config::{ChannelConfig, Kind, MainsMode, PipelineConfig};
use crate::design::Mains;
use crate::detect::{ActivityState, Detection, WHITENING_ORDER, Whitening};
use crate::digest::DecisionDigest;
use crate::error::{ConfigError, ShapeError};
use crate::event::{Decision, Quality, State};
use crate::front::{CHUNK, Front, STEP_RATIO, TickSums};
use crate::input::{Command, Cue, Input};
use crate::mains::MainsMonitor;
use crate::math::sqrt_f32;
use crate::quality::{Facts, QualityGate};
use crate::ring::Ring;
use crate::sink::Sink;
use crate::units::TICKS_PER_S;
use crate::window::{Block, Blocks, Means};

/// Longest gap that is coasted through; a longer one starts the filters again.
const COAST_S: f64 = 0.5;
/// Longest gap that needs no settling afterwards.
const HARMLESS_GAP_S: f64 = 0.0025;
/// Ticks that the slew of a step is compared with.
const SLEW_TICKS: usize = 5;
/// Ticks after a start that calibration leaves out (1 s).
const SETTLED: u32 = 100;
/// Shortest flat line: 50 ms, and at least this many equal samples.
const FLAT_SAMPLES: u32 = 40;
/// Converter steps that a stream must span before a run at its extreme counts as a rail.
const RAIL_RANGE: f32 = 100.0;
/// Activation of an accessory channel that counts as co-contraction, and as a share of the channel's own.
const CO_CONTRACTION: (f32, f32) = (0.1, 0.5);

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
    /// The sum.
    pub fn total_ms(&self) -> f64 {
        self.filter_ms + self.window_ms + self.tick_ms
    }
}

/// One channel's memory from tick to tick.
#[derive(Debug, Clone, Default)]
struct Channel {
    gate: QualityGate,
    blocks: Blocks,
    slews: Ring<(f32, f32), SLEW_TICKS>,
    calibration: Option<Calibration>,
    /// The calibration to go back to if a new one is refused.
    previous: Option<Calibration>,
    quiet: QuietCollector,
    reference: ReferenceCollector,
    activity: ActivityState,
    machine: Machine,
    envelope: Option<f32>,
}

/// What one tick says about a channel before states are called.
#[derive(Debug, Clone, Copy)]
struct Level {
    quality: Quality,
    contaminated: bool,
    trusted: bool,
    envelope: Option<f32>,
    detected: Option<f32>,
    detection: Option<f32>,
    band: Option<f32>,
    activation: f32,
}

/// The pipeline for up to `LANES` channels of one device. Use 1, 2, 4 or 8 lanes.
///
/// | | shape | unit | rate |
/// |---|---|---|---|
/// | in  | interleaved frames of `channels` values | µV minus anchor | rate |
/// | out | one [`Decision`] per channel and tick | | 100 Hz |
///
/// Start-up: 0.5 s of `warmup`, and `warmup` until a baseline is accepted or given. Delay: [`Pipeline::latency`].
/// No allocation, constant memory. Any split of the input gives the same bits.
#[derive(Debug, Clone)]
pub struct Pipeline<const LANES: usize> {
    config: PipelineConfig,
    channel_config: [ChannelConfig; LANES],
    count: usize,
    dwell: Dwell,
    front: Front<LANES>,
    mains: MainsMonitor<LANES>,
    channels: [Channel; LANES],
    raw: [bool; LANES],
    cue: Cue,
    index: u64,
    tick: u64,
    tick_end: u64,
    digest: DecisionDigest,
}

impl<const LANES: usize> Pipeline<LANES> {
    /// Builds a pipeline.
    ///
    /// # Errors
    /// [`ConfigError`] that names the field.
    pub fn new(config: &PipelineConfig, channels: &[ChannelConfig]) -> Result<Self, ConfigError> {
        if channels.is_empty() || channels.len() > LANES {
            return Err(ConfigError::Channels { given: channels.len(), capacity: LANES });
        }
        config.check(channels)?;
        let raw: [bool; LANES] = core::array::from_fn(|i| channels.get(i).is_some_and(|c| c.kind == Kind::Raw));
        let mode = if raw.contains(&true) { config.mains } else { MainsMode::Off };
        let mains = MainsMonitor::new(mode, config.rate);
        let mut pipeline = Self {
            config: *config,
            channel_config: core::array::from_fn(|i| channels.get(i).copied().unwrap_or_default()),
            count: channels.len(),
            dwell: Dwell::new(config),
            front: Front::new(config, channels, mains.chosen())?,
            mains,
            channels: core::array::from_fn(|_| Channel::default()),
            raw,
            cue: Cue::Free,
            index: 0,
            tick: 0,
            tick_end: config.rate.samples_at_tick(1),
            digest: DecisionDigest::default(),
        };
        for channel in &mut pipeline.channels {
            channel.gate.start(Quality::NONE);
        }
        Ok(pipeline)
    }

    /// Takes one input.
    ///
    /// # Errors
    /// [`ShapeError`] if frames are not whole or a channel does not exist; nothing is taken then.
    pub fn push<S: Sink>(&mut self, input: Input<'_>, sink: &mut S) -> Result<(), ShapeError> {
        match input {
            Input::Frames(values) => self.frames(values, sink)?,
            Input::Gap { frames } => self.gap(frames, sink),
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

    /// SHA-256 over all decisions so far.
    pub fn digest(&self) -> [u8; 32] {
        self.digest.finish()
    }

    /// How late decisions are now; the detection window depends on the calibration.
    pub fn latency(&self) -> Latency {
        let calibrations = self.channels[..self.count].iter().filter_map(|c| c.calibration.as_ref());
        let window = calibrations.map(|c| c.detection.window_ticks).max().unwrap_or(10);
        let raw = self.raw.contains(&true);
        Latency {
            filter_ms: if raw { 1000.0 * self.front.delay_at(100.0) / self.config.rate.hz() } else { 0.0 },
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
        if values.len() % channels != 0 {
            return Err(ShapeError::PartialFrame { given: values.len(), channels });
        }
        let mut rest = values;
        while !rest.is_empty() {
            let left = (self.tick_end - self.index).min(CHUNK as u64) as usize;
            let frames = left.min(rest.len() / channels);
            let (now, later) = rest.split_at(frames * channels);
            rest = later;
            for (lanes, frame) in self.front.conditioned.iter_mut().zip(now.chunks_exact(channels)) {
                lanes[..channels].copy_from_slice(frame);
            }
            self.front.take(frames);
            self.mains.take(&self.front.slews[..frames]);
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
            for (sample, lanes) in samples.iter_mut().zip(&self.front.conditioned[..frames]) {
                *sample = lanes[channel];
            }
            sink.samples(channel as u8, self.index, &samples[..frames]);
        }
    }

    fn gap<S: Sink>(&mut self, frames: u64, sink: &mut S) {
        if frames == 0 {
            return;
        }
        let seconds = frames as f64 / self.config.rate.hz();
        let harmless = seconds <= HARMLESS_GAP_S;
        if seconds <= COAST_S {
            self.front.coast(frames as u32);
            if !harmless {
                self.mains.restart();
            }
        } else {
            self.restart(Quality::GAP);
        }
        let mut left = frames;
        while left > 0 {
            let now = left.min(self.tick_end - self.index);
            self.index += now;
            left -= now;
            self.front.sums.missing += now as u32;
            while self.index == self.tick_end {
                self.end_tick(sink);
            }
        }
        if !harmless {
            for channel in &mut self.channels {
                channel.gate.joined();
            }
        }
    }

    /// All filters and windows start again.
    fn restart(&mut self, cause: Quality) {
        for lane in 0..LANES {
            self.front.reset_lane(lane);
            let channel = &mut self.channels[lane];
            channel.gate.start(cause);
            channel.blocks.clear();
            channel.slews.clear();
            channel.envelope = None;
        }
        self.mains.restart();
    }

    fn set_cue<S: Sink>(&mut self, cue: Cue, sink: &mut S) {
        if cue == self.cue {
            return;
        }
        match self.cue {
            Cue::Quiet => self.close_quiet(sink),
            Cue::Reference => self.close_reference(sink),
            Cue::Free | Cue::Rest | Cue::Work => {}
        }
        self.cue = cue;
        match cue {
            Cue::Quiet => self.open_quiet(),
            Cue::Reference => {
                for channel in &mut self.channels {
                    channel.reference.start_hold();
                }
            }
            Cue::Free | Cue::Rest | Cue::Work => {}
        }
    }

    fn open_quiet(&mut self) {
        for lane in 0..self.count {
            let channel = &mut self.channels[lane];
            channel.previous = channel.calibration.take().or(channel.previous);
            channel.quiet = QuietCollector::default();
            channel.reference = ReferenceCollector::default();
            channel.activity = ActivityState::default();
            self.front.set_whitening(lane, &Whitening::NONE);
        }
        self.mains.freeze(false);
        self.front.correlating = true;
    }

    fn close_quiet<S: Sink>(&mut self, sink: &mut S) {
        self.front.correlating = false;
        for lane in 0..self.count {
            let settings = self.settings(lane);
            let channel = &mut self.channels[lane];
            match channel.quiet.close(&settings) {
                Ok(calibration) => {
                    channel.previous = None;
                    channel.calibration = Some(calibration);
                    sink.calibrated(lane as u8, &calibration);
                }
                Err(refusal) => {
                    sink.refused(lane as u8, refusal);
                    if let Some(previous) = channel.previous.take()
                        && previous.mains == settings.mains
                    {
                        self.front.set_whitening(lane, &previous.detection.whitening);
                        self.channels[lane].calibration = Some(previous);
                    }
                }
            }
        }
        self.mains.freeze(self.channels.iter().any(|channel| channel.calibration.is_some()));
    }

    fn settings(&self, lane: usize) -> crate::calibrate::Settings {
        crate::calibrate::Settings {
            rate_hz: self.config.rate.hz(),
            highpass_hz: self.config.highpass_hz,
            mains: self.mains.chosen(),
            kind: self.channel_config[lane].kind,
            lsb_uv: self.channel_config[lane].lsb_uv,
        }
    }

    fn close_reference<S: Sink>(&mut self, sink: &mut S) {
        for (lane, channel) in self.channels[..self.count].iter_mut().enumerate() {
            let Some(calibration) = &channel.calibration else {
                sink.refused(lane as u8, Refusal::NoBaseline);
                continue;
            };
            match channel.reference.close(self.config.reference, calibration) {
                Ok(calibration) => {
                    channel.calibration = Some(calibration);
                    sink.calibrated(lane as u8, &calibration);
                }
                Err(refusal) => sink.refused(lane as u8, refusal),
            }
        }
    }

    fn use_calibration(&mut self, lane: usize, calibration: &Calibration) {
        self.front.set_whitening(lane, &calibration.detection.whitening);
        if self.config.mains == MainsMode::Auto {
            let before = self.mains.chosen();
            self.mains.choose(calibration.mains);
            if before != calibration.mains && self.front.set_mains(calibration.mains).is_ok() {
                self.restart(Quality::NONE);
            }
        }
        let channel = &mut self.channels[lane];
        channel.calibration = Some(*calibration);
        channel.previous = None;
        channel.activity = ActivityState::default();
    }

    fn end_tick<S: Sink>(&mut self, sink: &mut S) {
        let sums = self.front.end_tick();
        let nominal = (self.tick_end - self.config.rate.samples_at_tick(self.tick)) as f32;
        self.tick += 1;
        self.tick_end = self.config.rate.samples_at_tick(self.tick + 1);
        if self.mains.end_tick(&sums.power, sums.frames, &self.raw) {
            self.change_mains();
        }
        let mut levels = [Level::UNKNOWN; LANES];
        for (lane, level) in levels.iter_mut().enumerate().take(self.count) {
            *level = self.level(lane, &sums, nominal);
        }
        for lane in 0..self.count {
            let accompanied = self.accompanied(lane, &levels);
            let decision = self.decide(lane, &levels[lane], accompanied);
            self.digest.push(&decision);
            sink.decision(&decision);
        }
    }

    /// The mains monitor chose other notches: the filters start again, and so does the quiet step.
    fn change_mains(&mut self) {
        if self.front.set_mains(self.mains.chosen()).is_err() {
            return;
        }
        self.restart(Quality::MAINS);
        for (lane, channel) in self.channels.iter_mut().enumerate() {
            channel.quiet = QuietCollector::default();
            channel.reference = ReferenceCollector::default();
            if channel.calibration.is_none() {
                self.front.set_whitening(lane, &Whitening::NONE);
            }
        }
    }

    /// Quality, windows and calibration of one channel.
    fn level(&mut self, lane: usize, sums: &TickSums<LANES>, nominal: f32) -> Level {
        let raw = self.raw[lane];
        let frames = sums.frames.max(1) as f32;
        let rate = self.config.rate.hz();
        let channel = &mut self.channels[lane];
        let railed = (if self.channel_config[lane].rails_uv.is_some() {
            sums.railed[lane]
        } else if sums.stuck[lane] > 0.0 && self.front.range_in_steps(lane) >= RAIL_RANGE {
            sums.stuck[lane]
        } else {
            0.0
        }) as u32;
        let facts = Facts {
            frames: sums.frames,
            missing: sums.missing,
            bad: sums.bad[lane] as u32,
            steps: sums.steps[lane] as u32,
            railed,
            run: self.front.run(lane),
            flat_run: ((0.05 * rate) as u32).max(FLAT_SAMPLES),
            mean: sums.level[lane] / frames,
            raw,
            envelope: channel.envelope,
            baseline: channel.calibration.as_ref().map(|c| c.baseline_uv),
            mains: self.mains.warned[lane],
        };
        let verdict = channel.gate.tick(&facts);
        if verdict.close_step {
            self.front.close_step(lane);
        }
        let block = if verdict.contaminated {
            Block { nominal, ..Block::default() }
        } else if raw {
            channel.slews.push((sums.slew[lane], sums.frames as f32));
            Block { display: sums.power[lane], detected: sums.whitened[lane], samples: sums.frames as f32, nominal }
        } else {
            let level = sums.level[lane];
            Block { display: level, detected: level, samples: sums.frames as f32, nominal }
        };
        channel.blocks.push(block);
        if verdict.relearn {
            channel.slews.clear();
        }
        self.front.set_step_limit(lane, step_limit(&channel.slews));
        let detection = channel.calibration.as_ref().map_or(Detection::envelope(), |c| c.detection);
        let means = channel.blocks.means(detection.window_ticks, detection.band_ticks);
        let root = |mean: Option<f32>| if raw { mean.map(sqrt_f32) } else { mean };
        let Means { envelope, detected, detection, band } = means;
        let mut level = Level {
            quality: verdict.quality,
            contaminated: verdict.contaminated,
            trusted: !verdict.contaminated && !verdict.untrusted,
            envelope: root(envelope),
            detected: root(detected),
            detection: root(detection),
            band: root(band),
            activation: f32::NAN,
        };
        if let (Some(calibration), Some(envelope)) = (&channel.calibration, level.envelope) {
            level.activation = calibration.activation(envelope);
        }
        channel.envelope = level.envelope;
        if verdict.restart {
            self.front.reset_lane(lane);
            channel.gate.start(Quality::NONE);
            channel.blocks.clear();
            channel.slews.clear();
            channel.envelope = None;
        }
        self.calibrate(lane, &level, sums);
        level
    }

    fn calibrate(&mut self, lane: usize, level: &Level, sums: &TickSums<LANES>) {
        let channel = &mut self.channels[lane];
        let (Some(envelope), Some(detected)) = (level.envelope, level.detected) else { return };
        if level.contaminated || channel.gate.settled() <= SETTLED {
            return;
        }
        match self.cue {
            Cue::Quiet => {
                let autocorrelation: [f32; WHITENING_ORDER + 1] =
                    core::array::from_fn(|lag| sums.autocorrelation[lag][lane]);
                if let Some(whitening) = channel.quiet.push(envelope, detected, &autocorrelation)
                    && self.raw[lane]
                {
                    self.front.set_whitening(lane, &whitening);
                }
            }
            Cue::Reference => channel.reference.push(self.config.reference, envelope, detected),
            Cue::Free | Cue::Rest | Cue::Work => {}
        }
    }

    /// Whether an accessory channel contracts along with this one.
    fn accompanied(&self, lane: usize, levels: &[Level; LANES]) -> bool {
        if self.channel_config[lane].accessory {
            return false;
        }
        let own = levels[lane].activation;
        (0..self.count).filter(|other| *other != lane && self.channel_config[*other].accessory).any(|other| {
            let theirs = levels[other].activation;
            let beyond = theirs > CO_CONTRACTION.0 && self.channels[other].activity.is_active();
            levels[other].trusted && (beyond || (own > CO_CONTRACTION.0 && theirs > CO_CONTRACTION.1 * own))
        })
    }

    fn decide(&mut self, lane: usize, level: &Level, accompanied: bool) -> Decision {
        let cue = self.cue;
        let channel = &mut self.channels[lane];
        let mut quality = level.quality;
        let mut observation = Observation {
            cue,
            valid: false,
            active: false,
            high: false,
            envelope: level.envelope,
            baseline: 0.0,
            accompanied,
        };
        match (&channel.calibration, level.detection, level.band) {
            (Some(calibration), Some(detection), band) if level.trusted => {
                observation.valid = true;
                observation.baseline = calibration.baseline_uv;
                observation.active = channel.activity.update(calibration, detection, !cue.is_work());
                let ratio = self.config.overshoot_ratio;
                observation.high = band.is_some_and(|band| ActivityState::exceeds(calibration, band, ratio));
            }
            (None, _, _) => quality |= Quality::WARMUP,
            // The windows are filling again after contaminated ticks.
            (Some(_), None, _) if quality.is_empty() => quality |= Quality::WARMUP,
            _ => {}
        }
        let (state, reasons) = channel.machine.step(&self.dwell, &observation);
        if channel.machine.has_forgotten() {
            channel.activity.forget();
        }
        let shown = |value: Option<f32>| value.unwrap_or(f32::NAN);
        debug_assert!(state != State::Invalid || !quality.is_empty());
        Decision {
            tick: self.tick,
            index: self.config.rate.samples_at_tick(self.tick).saturating_sub(1),
            channel: lane as u8,
            state,
            reasons,
            quality,
            envelope_uv: shown(level.envelope),
            activation: if level.activation.is_nan() { f32::NAN } else { level.activation },
            cue,
        }
    }
}

impl Level {
    const UNKNOWN: Self = Self {
        quality: Quality::NONE,
        contaminated: true,
        trusted: false,
        envelope: None,
        detected: None,
        detection: None,
        band: None,
        activation: f32::NAN,
    };
}

/// Slew above which a sample may be a step: so many times the rms slew of the last clean ticks.
fn step_limit(slews: &Ring<(f32, f32), SLEW_TICKS>) -> f32 {
    let (mut sum, mut samples) = (0.0, 0.0);
    for (slew, frames) in slews.latest(SLEW_TICKS) {
        sum += slew;
        samples += frames;
    }
    if slews.is_full() && sum > 0.0 { STEP_RATIO * sqrt_f32(sum / samples) } else { f32::INFINITY }
}
