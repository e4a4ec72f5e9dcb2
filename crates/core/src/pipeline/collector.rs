//! Cues and calibration steps: what opens them, what closes them, what then holds.

use super::Pipeline;
use crate::calibration::detection::Whitening;
use crate::calibration::{Calibration, LATER_REST_S, QuietCollector, ReferenceCollector, Refusal, Settings, ticks};
use crate::config::MainsMode;
use crate::decision::Quality;
use crate::input::Cue;
use crate::pipeline::detector::ActivityState;
use crate::sink::Sink;

/// What the calibration step under way, or the last one, has gathered. A new baseline makes the reference holds void, so both
/// share their place.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "there is no allocator, and sharing one place is what it is for")]
pub(super) enum Collector {
    /// Rest.
    Quiet(QuietCollector),
    /// Holds, since the baseline.
    Reference(ReferenceCollector),
}

impl Default for Collector {
    fn default() -> Self {
        Self::Quiet(QuietCollector::default())
    }
}

impl Collector {
    /// Another hold begins; earlier ones since the baseline stay.
    #[inline(never)]
    fn start_hold(&mut self) {
        match self {
            Self::Reference(reference) => reference.start_hold(),
            Self::Quiet(_) => *self = Self::Reference(ReferenceCollector::default()),
        }
    }

    /// Rest is measured from the beginning.
    #[inline(never)]
    pub(super) fn rest(&mut self) {
        match self {
            // In place: a new one would stand on the stack for a moment.
            Self::Quiet(quiet) => quiet.clear(),
            Self::Reference(_) => *self = Self::default(),
        }
    }

    /// What was gathered was gathered behind other filters.
    pub(super) fn restart(&mut self) {
        match self {
            Self::Quiet(quiet) => quiet.clear(),
            Self::Reference(reference) => reference.clear(),
        }
    }
}

impl<const LANES: usize> Pipeline<LANES> {
    #[inline(never)]
    pub(super) fn set_cue<S: Sink>(&mut self, cue: Cue, sink: &mut S) {
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
                for channel in self.channels.iter_mut().filter(|channel| !channel.awaits_rest) {
                    channel.collector.start_hold();
                }
            }
            Cue::Free | Cue::Rest | Cue::Work => {}
        }
    }

    fn open_quiet(&mut self) {
        for lane in 0..self.count {
            let channel = &mut self.channels[lane];
            channel.previous = channel.calibration.take().or(channel.previous);
            channel.collector.rest();
            channel.awaits_rest = false;
            channel.activity = ActivityState::default();
            self.conditioning.set_whitening(lane, &Whitening::NONE);
        }
        self.mains.freeze(false);
        self.conditioning.correlating = true;
    }

    #[inline(never)]
    fn close_quiet<S: Sink>(&mut self, sink: &mut S) {
        self.conditioning.correlating = false;
        for lane in 0..self.count {
            let settings = self.settings(lane);
            let channel = &mut self.channels[lane];
            let Collector::Quiet(quiet) = &channel.collector else { continue };
            match quiet.close(&settings) {
                Ok(calibration) => {
                    channel.previous = None;
                    channel.deepest.calibrated(&calibration);
                    channel.calibration = Some(calibration);
                    self.conditioning.set_whitening(lane, &calibration.detection.whitening);
                    sink.calibrated(lane as u8, &calibration);
                }
                Err(refusal) => {
                    sink.refused(lane as u8, refusal);
                    if let Some(previous) = channel.previous.take().filter(|c| c.mains == settings.mains) {
                        self.conditioning.set_whitening(lane, &previous.detection.whitening);
                        self.channels[lane].calibration = Some(previous);
                    } else {
                        self.await_rest(lane);
                    }
                }
            }
        }
        self.mains.freeze(self.channels.iter().any(|channel| channel.calibration.is_some()));
    }

    /// The quiet step of a channel gave nothing: rest after a later cue has to do.
    fn await_rest(&mut self, lane: usize) {
        let channel = &mut self.channels[lane];
        channel.collector.rest();
        channel.awaits_rest = true;
        self.conditioning.set_whitening(lane, &Whitening::NONE);
        self.conditioning.correlating = true;
    }

    /// Uses rest after a later cue as soon as there is enough of it.
    #[inline(never)]
    pub(super) fn close_later_rest<S: Sink>(&mut self, lane: usize, sink: &mut S) {
        let settings = self.settings(lane);
        let channel = &mut self.channels[lane];
        let Collector::Quiet(quiet) = &channel.collector else { return };
        if quiet.valid_ticks() < ticks(LATER_REST_S) {
            return;
        }
        match quiet.close(&settings) {
            Ok(mut calibration) => {
                calibration.warnings.later_rest = true;
                channel.awaits_rest = false;
                channel.deepest.calibrated(&calibration);
                channel.calibration = Some(calibration);
                self.conditioning.set_whitening(lane, &calibration.detection.whitening);
                self.mains.freeze(true);
                self.conditioning.correlating = self.channels.iter().any(|channel| channel.awaits_rest);
                sink.calibrated(lane as u8, &calibration);
            }
            // Still nothing; what comes may be better.
            Err(_) => self.await_rest(lane),
        }
    }

    fn settings(&self, lane: usize) -> Settings {
        Settings {
            rate_hz: self.config.rate.hz(),
            highpass_hz: self.config.highpass_hz,
            mains: self.mains.chosen(),
            kind: self.channel_config[lane].kind,
            ratios: (self.config.on_ratio, self.config.off_ratio),
            lsb_uv: self.step_uv(lane),
            is_still: self.index > 0 && self.conditioning.step(lane).is_infinite(),
        }
    }

    #[inline(never)]
    fn close_reference<S: Sink>(&mut self, sink: &mut S) {
        for (lane, channel) in self.channels[..self.count].iter_mut().enumerate() {
            let Some(calibration) = &channel.calibration else {
                sink.refused(lane as u8, Refusal::NoBaseline);
                continue;
            };
            let Collector::Reference(reference) = &channel.collector else { continue };
            match reference.close(self.config.reference, calibration) {
                Ok(calibration) => {
                    channel.calibration = Some(calibration);
                    sink.calibrated(lane as u8, &calibration);
                }
                Err(refusal) => sink.refused(lane as u8, refusal),
            }
        }
    }

    #[inline(never)]
    pub(super) fn use_calibration(&mut self, lane: usize, calibration: &Calibration) {
        self.conditioning.set_whitening(lane, &calibration.detection.whitening);
        if self.config.mains == MainsMode::Auto {
            let before = self.mains.chosen();
            self.mains.choose(calibration.mains);
            if before != calibration.mains && self.conditioning.set_mains(calibration.mains).is_ok() {
                self.restart(Quality::NONE);
            }
        }
        let channel = &mut self.channels[lane];
        channel.deepest.calibrated(calibration);
        channel.calibration = Some(*calibration);
        channel.previous = None;
        channel.awaits_rest = false;
        channel.activity = ActivityState::default();
        self.conditioning.correlating =
            self.cue == Cue::Quiet || self.channels.iter().any(|channel| channel.awaits_rest);
    }
}
