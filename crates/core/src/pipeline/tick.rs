//! The end of a tick: quality, windows, calibration, decision.

use super::calibration::Collector;
use super::{Pipeline, SLEW_TICKS};
use crate::classify::Observation;
use crate::detect::{ActivityState, Detection, WHITENING_ORDER, Whitening};
use crate::event::{Decision, Quality, State};
use crate::front::{STEP_RATIO, TickSums};
use crate::input::Cue;
use crate::math::sqrt_f32;
use crate::quality::Facts;
use crate::ring::Ring;
use crate::sink::Sink;
use crate::window::{Block, Means};

/// Ticks after a start that calibration leaves out (1 s).
const SETTLED: u32 = 100;
/// Shortest flat line: 50 ms, and at least this many equal samples.
const FLAT_SAMPLES: u32 = 40;
/// Converter steps that a stream must span before a run at its extreme counts as a rail.
const RAIL_RANGE: f32 = 100.0;
/// Activation of an accessory channel that counts as co-contraction, and as a share of the channel's own.
const CO_CONTRACTION: (f32, f32) = (0.1, 0.5);

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

impl<const LANES: usize> Pipeline<LANES> {
    pub(super) fn end_tick<S: Sink>(&mut self, sink: &mut S) {
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
    #[inline(never)]
    fn change_mains(&mut self) {
        if self.front.set_mains(self.mains.chosen()).is_err() {
            return;
        }
        self.restart(Quality::MAINS);
        for (lane, channel) in self.channels.iter_mut().enumerate() {
            channel.collector.restart();
            if channel.calibration.is_none() {
                self.front.set_whitening(lane, &Whitening::NONE);
            }
        }
    }

    /// Quality, windows and calibration of one channel.
    // Apart, like what else happens once in a tick or less: the deepest call, a change of notches, needs the stack.
    #[inline(never)]
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
            trusted: !verdict.contaminated && !verdict.untrusted && envelope.is_some(),
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

    #[inline(never)]
    fn calibrate(&mut self, lane: usize, level: &Level, sums: &TickSums<LANES>) {
        let channel = &mut self.channels[lane];
        let (Some(envelope), Some(detected)) = (level.envelope, level.detected) else { return };
        if level.contaminated || channel.gate.settled() <= SETTLED {
            return;
        }
        match (self.cue, &mut channel.collector) {
            (Cue::Quiet, Collector::Quiet(quiet)) => {
                let autocorrelation: [f32; WHITENING_ORDER + 1] =
                    core::array::from_fn(|lag| sums.autocorrelation[lag][lane]);
                let whitening = quiet.push(envelope, detected, &autocorrelation);
                if let Some(whitening) = whitening.filter(|_| self.raw[lane]) {
                    self.front.set_whitening(lane, &whitening);
                }
            }
            (Cue::Reference, Collector::Reference(reference)) => {
                reference.push(self.config.reference, envelope, detected);
            }
            _ => {}
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
            // A muscle that stayed quiet in the reference holds, as it should, has no reference: activity alone tells then.
            let beyond = !(theirs <= CO_CONTRACTION.0) && self.channels[other].activity.is_active();
            levels[other].trusted && (beyond || (own > CO_CONTRACTION.0 && theirs > CO_CONTRACTION.1 * own))
        })
    }

    #[inline(never)]
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
            _ if quality.is_empty() => quality |= Quality::WARMUP,
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

/// Slew above which a sample may be a step: so many times the rms slew of the last clean ticks.
fn step_limit(slews: &Ring<(f32, f32), SLEW_TICKS>) -> f32 {
    let (mut sum, mut samples) = (0.0, 0.0);
    for (slew, frames) in slews.latest(SLEW_TICKS) {
        sum += slew;
        samples += frames;
    }
    if slews.is_full() && sum > 0.0 { STEP_RATIO * sqrt_f32(sum / samples) } else { f32::INFINITY }
}
