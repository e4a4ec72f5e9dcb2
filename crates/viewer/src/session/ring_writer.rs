//! From a pipeline to what is drawn: decisions and samples into a ring, the rest as updates and status.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use ringbuf::traits::{Producer, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};
use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::Decision;
use tonus_device::State;
use tonus_engine::live::store::RestMemory;
use tonus_engine::{Observer, Training};

use super::Wake;
use super::update::{Purpose, SessionUpdate, Status, TrainingStatus};

/// Samples that travel together.
pub const SAMPLES: usize = 32;
/// Things that may wait to be drawn: over a minute of four channels at 2 kHz.
const ROOM: usize = 1 << 16;

/// Something to draw.
#[derive(Debug, Clone, Copy)]
pub enum UiEvent {
    /// Another pipeline begins: what follows is of that one.
    Begin,
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

/// Sends updates to the window, and wakes it.
#[derive(Clone)]
pub(super) struct Teller {
    tell: mpsc::Sender<SessionUpdate>,
    wake: Wake,
}

impl Teller {
    /// Tells something.
    pub(super) fn tell(&self, update: SessionUpdate) {
        // If the window is gone, there is nobody to tell.
        let _ = self.tell.send(update);
        (self.wake)();
    }
}

/// Takes what a pipeline gives.
pub(super) struct RingWriter {
    events: HeapProd<UiEvent>,
    teller: Teller,
    status: Arc<Mutex<Status>>,
    dropped: u64,
    /// What the run under way is for.
    pub(super) purpose: Purpose,
    calibrations: Vec<Option<Calibration>>,
    /// What is known of rest in earlier sessions, and the calmest of each channel of the sensor.
    pub(super) memory: RestMemory,
    pub(super) calmest_uv: Vec<Option<f32>>,
}

impl RingWriter {
    pub(super) fn new(
        tell: mpsc::Sender<SessionUpdate>,
        status: Arc<Mutex<Status>>,
        wake: Wake,
    ) -> (Self, HeapCons<UiEvent>) {
        let (events, seen) = HeapRb::new(ROOM).split();
        let teller = Teller { tell, wake };
        let writer = Self {
            events,
            teller,
            status,
            dropped: 0,
            purpose: Purpose::Check,
            calibrations: Vec::new(),
            memory: RestMemory::default(),
            calmest_uv: Vec::new(),
        };
        (writer, seen)
    }

    /// Tells something.
    pub(super) fn tell(&self, update: SessionUpdate) {
        self.teller.tell(update);
    }

    /// Whoever tells on the same thread without the rest.
    pub(super) fn teller(&self) -> Teller {
        self.teller.clone()
    }

    /// A pipeline begins: what was known of the one before is not true of it.
    pub(super) fn restart(&mut self) {
        self.calibrations.clear();
        self.see(UiEvent::Begin);
    }

    /// Says where the session stands.
    pub(super) fn show(
        &mut self,
        index: u64,
        (link, is_silent): (State, bool),
        latency_ms: Option<f64>,
        training: Option<&Training>,
    ) {
        let calibration = self.calibrations.first().and_then(Option::as_ref);
        let training = training.map(|training| TrainingStatus::of(training, calibration));
        let now = Status { index, link, is_silent, latency_ms, dropped: self.dropped, training };
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    fn see(&mut self, event: UiEvent) {
        if self.events.try_push(event).is_err() {
            self.dropped += 1;
        }
    }
}

impl Observer for RingWriter {
    const WANTS_SAMPLES: bool = true;

    fn decision(&mut self, decision: &Decision) {
        self.see(UiEvent::Decision(*decision));
    }

    fn samples(&mut self, channel: u8, first: u64, conditioned_uv: &[f32]) {
        for (n, part) in conditioned_uv.chunks(SAMPLES).enumerate() {
            let mut uv = [0.0; SAMPLES];
            uv.iter_mut().zip(part).for_each(|(slot, value)| *slot = *value);
            let first = first + (n * SAMPLES) as u64;
            self.see(UiEvent::Samples { channel, first, count: part.len() as u8, uv });
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        let place = usize::from(channel);
        if self.calibrations.len() <= place {
            self.calibrations.resize(place + 1, None);
        }
        self.calibrations[place] = Some(*calibration);
        self.tell(SessionUpdate::Calibrated(channel, Box::new(*calibration)));
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.tell(SessionUpdate::Refused(channel, refusal));
    }
}
