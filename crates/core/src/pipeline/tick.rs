//! The end of a tick: quality, windows, calibration, decision.
//!
//! What is done alike in all lanes (windows, roots) is done side by side; what branches (quality, states) lane by lane.

use super::Pipeline;
use super::collector::Collector;
use crate::calibration::detection::{WHITENING_ORDER, Whitening};
use crate::calibration::{Calibration, LATER_REST_AFTER_S, MIN_STEPS, ticks};
use crate::decision::{Decision, Quality, Reasons, State};
use crate::digest::{RECORD, record};
use crate::input::Cue;
use crate::normalize;
use crate::pipeline::detector::ActivityState;
use crate::pipeline::quality::{Facts, Verdict};
use crate::pipeline::states::Observation;
use crate::pipeline::windows::{Block, ENVELOPE, Means};
use crate::sink::Sink;
use tonus_dsp::lanes::{HAS_VECTORS, lanes};
use tonus_dsp::simd::square_roots;

/// Ticks after a start that calibration leaves out (1 s).
const SETTLED: u32 = 100;
/// Ticks before a beat is noticed that hold its beginning: a QRS complex rises in 40 ms.
const BEFORE_BEAT: usize = 4;
/// Converter steps that a stream must span before a run at its extreme counts as a rail.
const RAIL_RANGE: f32 = 100.0;
/// Activation of an accessory channel that counts as co-contraction, and as a share of the channel's own.
const CO_CONTRACTION: (f32, f32) = (0.1, 0.5);

/// What one tick says about all channels before states are called.
#[derive(Debug, Clone, Copy)]
struct Levels<const LANES: usize> {
    quality: [Quality; LANES],
    trusted: [bool; LANES],
    /// What was known before still holds where the windows say nothing.
    holds: [bool; LANES],
    /// Levels in µV, NaN where unknown.
    uv: Means<LANES>,
    /// NaN where unknown.
    activation: [f32; LANES],
}

impl<const LANES: usize> Pipeline<LANES> {
    pub(super) fn end_tick<S: Sink>(&mut self, sink: &mut S) {
        self.conditioning.settle();
        let nominal = (self.tick_end - self.tick_start) as f32;
        let index = self.tick_end.saturating_sub(1);
        self.tick += 1;
        self.tick_start = self.tick_end;
        self.tick_end = self.config.rate.samples_at_tick(self.tick + 1);
        if self.mains.end_tick(&self.conditioning.sums.power, self.conditioning.sums.frames, &self.raw) {
            self.change_mains();
        }
        let levels = self.levels(nominal);
        self.conditioning.start_sums();
        for lane in 0..self.count {
            if self.channels[lane].awaits_rest && self.cue == Cue::Rest {
                self.close_later_rest(lane, sink);
            }
        }
        let mut records = [[0; RECORD]; LANES];
        for (lane, slot) in records.iter_mut().enumerate().take(self.count) {
            let decision = self.decide(lane, index, &levels);
            *slot = record(&decision);
            sink.decision(&decision);
        }
        self.digest.push_records(&records[..self.count]);
    }

    /// The mains monitor chose other notches: the filters start again, and so does the quiet step.
    #[inline(never)]
    fn change_mains(&mut self) {
        if self.conditioning.set_mains(self.mains.chosen()).is_err() {
            return;
        }
        self.restart(Quality::MAINS);
        for (lane, channel) in self.channels.iter_mut().enumerate() {
            channel.collector.restart();
            if channel.calibration.is_none() {
                self.conditioning.set_whitening(lane, &Whitening::NONE);
            }
        }
    }

    /// Quality, windows and calibration of all channels.
    // Apart, like what else happens once in a tick or less: the deepest call, a change of notches, needs the stack.
    #[inline(never)]
    fn levels(&mut self, nominal: f32) -> Levels<LANES> {
        let mut verdicts = [Verdict::NONE; LANES];
        for lane in 0..self.count {
            verdicts[lane] = self.judge(lane);
        }
        self.push_block(&verdicts, nominal);
        self.conditioning.set_usual_slew(&self.slews.rms());
        for lane in (0..self.count).filter(|lane| verdicts[*lane].begins) {
            self.blocks.drop_newest(lane, 1 + BEFORE_BEAT);
            self.channels[lane].activity.step_back();
        }
        let mut uv = self.window_levels();
        for lane in 0..self.count {
            if let (true, true, Some(held)) =
                (verdicts[lane].undecided, uv.envelope[lane].is_nan(), self.channels[lane].envelope)
            {
                uv.envelope[lane] = held;
            }
        }
        let levels = Levels {
            quality: core::array::from_fn(|lane| verdicts[lane].quality),
            trusted: core::array::from_fn(|lane| {
                (!verdicts[lane].contaminated || verdicts[lane].undecided)
                    && !verdicts[lane].untrusted
                    && !uv.envelope[lane].is_nan()
            }),
            holds: core::array::from_fn(|lane| verdicts[lane].undecided),
            uv,
            activation: self.activations(&uv.envelope),
        };
        for lane in 0..self.count {
            let channel = &mut self.channels[lane];
            let envelope = uv.envelope[lane];
            channel.envelope = (!envelope.is_nan()).then_some(envelope);
            if verdicts[lane].restart {
                self.restart_lane(lane, Quality::NONE);
            }
            if self.calibrates(lane) && !verdicts[lane].contaminated {
                self.calibrate(lane, &uv);
            }
        }
        levels
    }

    /// What is wrong with one channel's tick.
    fn judge(&mut self, lane: usize) -> Verdict {
        let floor = self.step_uv(lane).map_or(0.0, |step| MIN_STEPS * step);
        let conditioning = &self.conditioning;
        let sums = &conditioning.sums;
        let channel = &mut self.channels[lane];
        let railed = if self.channel_config[lane].rails_uv.is_some() {
            sums.railed[lane]
        } else if sums.stuck[lane] > 0.0 && conditioning.range_in_steps(lane) >= RAIL_RANGE {
            sums.stuck[lane]
        } else {
            0.0
        };
        let frames = sums.frames as f32;
        let verdict = channel.gate.tick(&Facts {
            frames,
            missing: sums.missing as f32,
            bad: sums.bad[lane],
            steps: sums.steps[lane],
            undecided: conditioning.is_undecided(lane),
            railed,
            rails_known: self.channel_config[lane].rails_uv.is_some(),
            run: conditioning.run(lane),
            flat_run: self.flat_run,
            mean: sums.level[lane] / frames.max(1.0),
            raw: self.raw[lane],
            rms: tonus_dsp::math::sqrt_f32(sums.power[lane] / frames.max(1.0)),
            envelope: channel.envelope,
            baseline: channel.calibration.as_ref().map(|c| c.baseline_uv),
            mains: self.mains.warned[lane],
            floor,
        });
        if verdict.close_step {
            self.conditioning.close_step(lane);
        }
        verdict
    }

    /// The sums of the tick enter the windows, where nothing speaks against it.
    fn push_block(&mut self, verdicts: &[Verdict; LANES], nominal: f32) {
        let sums = &self.conditioning.sums;
        let frames = sums.frames as f32;
        let raw = &self.raw;
        let clean: [bool; LANES] = core::array::from_fn(|lane| !verdicts[lane].contaminated);
        let display = lanes::<LANES>(|i| if raw[i] { sums.power[i] } else { sums.level[i] });
        let detected = lanes::<LANES>(|i| if raw[i] { sums.whitened[i] } else { sums.level[i] });
        self.blocks.push(&Block {
            display: lanes(|i| if clean[i] { display[i] } else { 0.0 }),
            detected: lanes(|i| if clean[i] { detected[i] } else { 0.0 }),
            samples: lanes(|i| if clean[i] { frames } else { 0.0 }),
            nominal,
        });
        let taken: [bool; LANES] = core::array::from_fn(|lane| clean[lane] & raw[lane]);
        self.slews.push(&taken, &sums.slew, &lanes(|i| frames - sums.still[i]));
        for lane in 0..self.count {
            if verdicts[lane].relearn {
                self.slews.clear_lane(lane);
            }
        }
    }

    /// Levels over the windows in µV.
    fn window_levels(&self) -> Means<LANES> {
        let windows = |of: fn(&Calibration) -> u8, without: u8| -> [u32; LANES] {
            core::array::from_fn(|lane| u32::from(self.channels[lane].calibration.as_ref().map_or(without, of)))
        };
        let fast = windows(|c| c.detection.fast_ticks(), ENVELOPE as u8);
        let slow = windows(|c| c.detection.slow_ticks(), ENVELOPE as u8);
        let band = windows(|c| c.detection.band_ticks, ENVELOPE as u8);
        let mean = self.blocks.means(&fast, &slow, &band);
        let level = |mean: [f32; LANES]| {
            let root = square_roots(mean);
            lanes(|i| if self.raw[i] { root[i] } else { mean[i] })
        };
        Means {
            envelope: level(mean.envelope),
            detected: level(mean.detected),
            fast: level(mean.fast),
            slow: level(mean.slow),
            band: level(mean.band),
        }
    }

    /// Activation of each lane; NaN where it is unknown.
    fn activations(&self, envelope: &[f32; LANES]) -> [f32; LANES] {
        if !HAS_VECTORS {
            // One by one takes less flash.
            return lanes(|lane| {
                self.channels[lane].calibration.as_ref().map_or(f32::NAN, |c| c.activation(envelope[lane]))
            });
        }
        // What is not known is NaN and stays it.
        let known = |of: fn(&Calibration) -> Option<f32>| {
            lanes::<LANES>(|lane| self.channels[lane].calibration.as_ref().and_then(of).unwrap_or(f32::NAN))
        };
        let (baseline, reference) = (known(|c| Some(c.baseline_uv)), known(|c| c.reference_uv));
        let curved = normalize::activations(envelope, &baseline, &reference);
        lanes(|i| {
            if self.raw[i] { curved[i] } else { normalize::activation_linear(envelope[i], baseline[i], reference[i]) }
        })
    }

    /// Whether this tick of a channel belongs to a calibration.
    fn calibrates(&self, lane: usize) -> bool {
        let channel = &self.channels[lane];
        match self.cue {
            Cue::Quiet | Cue::Reference => true,
            Cue::Rest => channel.awaits_rest && channel.machine.rested() >= ticks(LATER_REST_AFTER_S),
            Cue::Free | Cue::Work => false,
        }
    }

    #[inline(never)]
    fn calibrate(&mut self, lane: usize, uv: &Means<LANES>) {
        let sums = &self.conditioning.sums;
        let channel = &mut self.channels[lane];
        let (envelope, detected) = (uv.envelope[lane], uv.detected[lane]);
        if envelope.is_nan() || detected.is_nan() || channel.gate.settled() <= SETTLED {
            return;
        }
        match (self.cue, &mut channel.collector) {
            (Cue::Quiet | Cue::Rest, Collector::Quiet(quiet)) => {
                let autocorrelation: [f32; WHITENING_ORDER + 1] =
                    core::array::from_fn(|lag| sums.autocorrelation[lag][lane]);
                let whitening = quiet.push(envelope, detected, &autocorrelation);
                if let Some(whitening) = whitening.filter(|_| self.raw[lane]) {
                    self.conditioning.set_whitening(lane, &whitening);
                }
            }
            (Cue::Reference, Collector::Reference(reference)) => {
                reference.push(self.config.reference, envelope, detected);
            }
            _ => {}
        }
    }

    /// Whether an accessory channel contracts along with this one.
    fn accompanied(&self, lane: usize, levels: &Levels<LANES>) -> bool {
        if !self.any_accessory || self.channel_config[lane].accessory {
            return false;
        }
        let own = levels.activation[lane];
        (0..self.count).filter(|other| *other != lane && self.channel_config[*other].accessory).any(|other| {
            let theirs = levels.activation[other];
            // A muscle that stayed quiet in the reference holds, as it should, has no reference: activity alone tells then.
            let beyond = !(theirs <= CO_CONTRACTION.0) && self.channels[other].activity.is_active();
            levels.trusted[other] && (beyond || (own > CO_CONTRACTION.0 && theirs > CO_CONTRACTION.1 * own))
        })
    }

    #[inline(never)]
    fn decide(&mut self, lane: usize, index: u64, levels: &Levels<LANES>) -> Decision {
        let cue = self.cue;
        let accompanied = self.accompanied(lane, levels);
        let channel = &mut self.channels[lane];
        let known = |value: f32| (!value.is_nan()).then_some(value);
        let mut quality = levels.quality[lane];
        let mut observation = Observation {
            cue,
            valid: false,
            active: false,
            sustained: false,
            power: 0.0,
            high: None,
            envelope: known(levels.uv.envelope[lane]),
            baseline: 0.0,
            accompanied,
        };
        match (&channel.calibration, known(levels.uv.fast[lane]), known(levels.uv.band[lane])) {
            (Some(calibration), Some(fast), band) if levels.trusted[lane] => {
                observation.valid = true;
                observation.baseline = calibration.baseline_uv;
                observation.active = channel.activity.update(calibration, fast, levels.uv.slow[lane], !cue.is_work());
                observation.power = channel.activity.power(calibration, fast);
                observation.sustained = channel.activity.is_sustained(calibration, levels.uv.slow[lane]);
                let ratio = self.config.overshoot_ratio;
                observation.high = band.map(|band| ActivityState::exceeds(calibration, band, ratio));
            }
            (Some(calibration), None, _) if levels.trusted[lane] && levels.holds[lane] => {
                observation.valid = true;
                observation.baseline = calibration.baseline_uv;
                observation.active = channel.activity.is_active();
                observation.sustained = observation.active;
                observation.power = 1.0;
            }
            (None, _, _) => quality |= Quality::NO_BASELINE,
            // The windows are filling again after contaminated ticks.
            _ if quality.is_empty() => quality |= Quality::WARMUP,
            _ => {}
        }
        let (state, mut reasons) = channel.machine.step(&self.dwell, &observation);
        let mut tense = None;
        if self.raw[lane] {
            let trusted = observation.envelope.filter(|_| levels.trusted[lane]);
            channel.deepest.push(trusted, channel.calibration.as_ref());
            let may_be_tension = match state {
                State::Rest | State::Overactive => !cue.is_work(),
                State::Controlled => cue == Cue::Free && channel.deepest.is_weak(),
                State::Invalid => false,
            };
            if may_be_tension {
                tense = channel.deepest.tense();
            }
            let is_deep = channel.calibration.as_ref().is_some_and(|calibration| channel.deepest.is_deep(calibration));
            if state == State::Rest && !cue.is_work() && is_deep {
                reasons |= Reasons::DEEP_REST;
            }
        }
        if channel.machine.has_forgotten() {
            channel.activity.forget();
        }
        // One NaN everywhere: the sign of a computed one differs between processors.
        let shown = |value: f32| if value.is_nan() { f32::NAN } else { value };
        debug_assert!(state != State::Invalid || !quality.is_empty());
        Decision {
            tick: self.tick,
            index,
            channel: lane as u8,
            state,
            reasons,
            quality,
            envelope_uv: shown(levels.uv.envelope[lane]),
            activation: shown(levels.activation[lane]),
            cue,
            tense,
        }
    }
}
