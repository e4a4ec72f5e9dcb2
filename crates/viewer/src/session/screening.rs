//! From a pipeline to what is drawn: decisions and samples into a ring, the rest as news and status.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use ringbuf::traits::{Producer, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};
use tonus_core::calibrate::{Calibration, Refusal};
use tonus_core::event::Decision;
use tonus_core::session::Target;
use tonus_core::sink::Sink;
use tonus_report::training::RepetitionReport;
use tonus_report::{TrainingRecorder, prompt};
use tonus_serial::State;

use super::Wake;
use super::news::{News, Status, TrainingStatus};

/// Samples that travel together.
pub const SAMPLES: usize = 32;
/// Things that may wait to be drawn: over a minute of four channels at 2 kHz.
const ROOM: usize = 1 << 16;

/// Something to draw.
#[derive(Debug, Clone, Copy)]
pub enum Sight {
    /// A decision.
    Decision(Decision),
    /// Conditioned samples of a channel, in µV.
    Samples {
        /// The channel, from 0.
        channel: u8,
        /// Index of the first.
        first: u64,
        /// How many.
        count: u8,
        /// They.
        uv: [f32; SAMPLES],
    },
}

/// Tells news to the window, and wakes it.
#[derive(Clone)]
pub(super) struct Teller {
    tell: mpsc::Sender<News>,
    wake: Wake,
}

impl Teller {
    /// Tells something.
    pub(super) fn tell(&self, news: News) {
        // If the window is gone, there is nobody to tell.
        let _ = self.tell.send(news);
        (self.wake)();
    }
}

/// Takes what a pipeline gives.
pub(super) struct Screening {
    sights: HeapProd<Sight>,
    teller: Teller,
    status: Arc<Mutex<Status>>,
    dropped: u64,
    calibrations: Vec<Option<Calibration>>,
    /// Number of the phase whose prompt is `prompt`.
    phase: u32,
    prompt: Arc<str>,
    repetitions: Arc<[RepetitionReport]>,
}

impl Screening {
    pub(super) fn new(
        tell: mpsc::Sender<News>,
        status: Arc<Mutex<Status>>,
        wake: Wake,
    ) -> (Self, HeapCons<Sight>) {
        let (sights, seen) = HeapRb::new(ROOM).split();
        let none: Arc<[RepetitionReport]> = Arc::new([]);
        let (prompt, calibrations) = (Arc::from(""), Vec::new());
        let teller = Teller { tell, wake };
        let screening = Self { sights, teller, status, dropped: 0, calibrations, phase: 0, prompt, repetitions: none };
        (screening, seen)
    }

    /// Tells something.
    pub(super) fn tell(&self, news: News) {
        self.teller.tell(news);
    }

    /// Whoever tells on the same thread without the rest.
    pub(super) fn teller(&self) -> Teller {
        self.teller.clone()
    }

    /// A pipeline begins: what was known of the one before is not true of it.
    pub(super) fn begin(&mut self) {
        self.calibrations.clear();
        (self.phase, self.prompt, self.repetitions) = (0, Arc::from(""), Arc::new([]));
    }

    /// Says where the session stands.
    pub(super) fn show(
        &mut self,
        index: u64,
        (link, is_silent): (State, bool),
        latency_ms: Option<f64>,
        training: Option<&TrainingRecorder>,
    ) {
        let training = training.map(|recorder| self.training(recorder));
        let now = Status { index, link, is_silent, latency_ms, dropped: self.dropped, training };
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = now;
        (self.teller.wake)();
    }

    fn training(&mut self, recorder: &TrainingRecorder) -> TrainingStatus {
        let session = recorder.session();
        let phase = session.phase().copied();
        if let Some(phase) = phase.filter(|phase| phase.number != self.phase) {
            self.phase = phase.number;
            self.prompt = prompt(recorder.file(), &phase).into();
        }
        let repetitions = recorder.repetitions(0);
        if repetitions.len() != self.repetitions.len() {
            self.repetitions = repetitions.into();
        }
        let scorer = recorder.scorer(0);
        let baseline_uv = scorer.and_then(tonus_core::session::Scorer::baseline_uv);
        let ratio = scorer.and_then(tonus_core::session::Scorer::ceiling_ratio);
        TrainingStatus {
            stage: session.stage(),
            phase,
            prompt: Arc::clone(&self.prompt),
            ends_at: session.ends_at(),
            ceiling_uv: baseline_uv.zip(ratio).map(|(baseline, ratio)| baseline * ratio),
            band_uv: phase.and_then(|phase| self.band(phase.step.target)),
            repetitions: Arc::clone(&self.repetitions),
            phases: session.program().phases(),
        }
    }

    /// The work band in µV.
    fn band(&self, target: Target) -> Option<(f32, f32)> {
        let Target::Band { low, high } = target else { return None };
        let calibration = self.calibrations.first()?.as_ref()?;
        Some((level_uv(calibration, low)?, level_uv(calibration, high)?))
    }

    fn see(&mut self, sight: Sight) {
        if self.sights.try_push(sight).is_err() {
            self.dropped += 1;
        }
    }
}

/// The envelope that an activation is of.
fn level_uv(calibration: &Calibration, activation: f32) -> Option<f32> {
    let (rest, reference) = (calibration.baseline_uv, calibration.reference_uv?);
    Some(match calibration.kind {
        tonus_core::config::Kind::Raw => {
            (rest * rest + activation * activation * (reference * reference - rest * rest)).max(0.0).sqrt()
        }
        tonus_core::config::Kind::Envelope => rest + activation * (reference - rest),
    })
}

impl Sink for Screening {
    const WANTS_SAMPLES: bool = true;

    fn decision(&mut self, decision: &Decision) {
        self.see(Sight::Decision(*decision));
    }

    fn samples(&mut self, channel: u8, first: u64, conditioned_uv: &[f32]) {
        for (n, part) in conditioned_uv.chunks(SAMPLES).enumerate() {
            let mut uv = [0.0; SAMPLES];
            uv.iter_mut().zip(part).for_each(|(slot, value)| *slot = *value);
            let first = first + (n * SAMPLES) as u64;
            self.see(Sight::Samples { channel, first, count: part.len() as u8, uv });
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        let place = usize::from(channel);
        if self.calibrations.len() <= place {
            self.calibrations.resize(place + 1, None);
        }
        self.calibrations[place] = Some(*calibration);
        self.tell(News::Calibrated(channel, Box::new(*calibration)));
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.tell(News::Refused(channel, refusal));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonus_core::calibrate::Detection;

    #[test]
    fn a_level_gives_its_activation_again() {
        for kind in [tonus_core::config::Kind::Raw, tonus_core::config::Kind::Envelope] {
            let calibration = Calibration {
                kind,
                rate_hz: 1000.0,
                highpass_hz: 20.0,
                mains: None,
                baseline_uv: 2.0,
                spread_uv: 0.2,
                reference_uv: Some(16.0),
                detection: Detection::default(),
                warnings: tonus_core::calibrate::Warnings::default(),
            };
            for activation in [0.0, 0.2, 0.5, 1.0] {
                let level = level_uv(&calibration, activation).unwrap();
                assert!((calibration.activation(level) - activation).abs() < 1e-5, "{kind:?} {activation}");
            }
        }
    }
}
