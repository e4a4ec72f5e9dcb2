//! Whole frames from the thread that owns a port to the one that uses them. What does not fit is counted and declared: the
//! next frame that fits carries the gap. Nothing is torn, nothing is silent, and the owner waits no longer than the driver
//! holds bytes for it.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ringbuf::traits::{Consumer, Observer, Producer, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};
use tonus_wire::MAX_CHANNELS;

/// One frame as the device sent it, and what is missing before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packet {
    /// An unknown time is missing before this frame; comes before `gap`.
    pub stalled: bool,
    /// Frames missing before this one.
    pub gap: u64,
    /// The length of the gap is uncertain.
    pub ambiguous: bool,
    /// Channels in use.
    pub count: u8,
    /// Their values, as sent.
    pub values: [f64; MAX_CHANNELS],
    /// What the sensor's own clock says, in its own unit; NaN without one.
    pub stamp: f64,
    /// When its last byte was read.
    pub arrival: Instant,
}

impl Packet {
    /// The values of the channels in use.
    pub fn values(&self) -> &[f64] {
        self.values.get(..usize::from(self.count)).unwrap_or_default()
    }
}

/// How long a full queue is waited for: less than a port's driver can hold back at 115200 baud (4 KiB).
const PATIENCE: Duration = Duration::from_millis(100);

/// Wakes the reader when something has come.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    rung: Mutex<bool>,
    changed: Condvar,
}

impl Condition {
    pub(crate) fn notify(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }

    pub(crate) fn wait(&self, longest: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(rung, longest, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

/// The owner's end.
pub(crate) struct Sender {
    ring: HeapProd<Packet>,
    condition: Arc<Condition>,
    /// Lost here, to be declared with the next frame.
    owed: u64,
    owes_stall: bool,
    overrun: u64,
    /// Frames handed over.
    pushed: u64,
    /// The reader did not make room in time; until it does, it is not waited for again.
    is_given_up: bool,
}

/// The reader's end.
pub(crate) struct Receiver {
    ring: HeapCons<Packet>,
    condition: Arc<Condition>,
}

/// A queue for `frames` frames.
pub(crate) fn queue(frames: usize) -> (Sender, Receiver) {
    let (producer, consumer) = HeapRb::new(frames.max(16)).split();
    let condition = Arc::new(Condition::default());
    let sender = Sender {
        ring: producer,
        condition: Arc::clone(&condition),
        owed: 0,
        owes_stall: false,
        overrun: 0,
        pushed: 0,
        is_given_up: false,
    };
    (sender, Receiver { ring: consumer, condition })
}

impl Sender {
    /// Hands over a frame, or keeps account of it. A reader that is only slow is waited for, shortly.
    pub(crate) fn push(&mut self, mut packet: Packet) {
        packet.stalled |= self.owes_stall;
        packet.gap += self.owed;
        if self.ring.is_full() && !self.is_given_up {
            self.condition.notify();
            let begin = Instant::now();
            while self.ring.is_full() && begin.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        self.is_given_up = self.ring.is_full();
        if self.ring.try_push(packet).is_ok() {
            (self.owed, self.owes_stall) = (0, false);
            self.pushed += 1;
        } else {
            self.overrun += 1;
            self.owed = packet.gap + 1;
            self.owes_stall = packet.stalled;
        }
    }

    /// Frames that did not fit so far.
    pub(crate) const fn overrun(&self) -> u64 {
        self.overrun
    }

    /// Frames handed over so far.
    pub(crate) const fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Wakes the reader.
    pub(crate) fn notify(&self) {
        self.condition.notify();
    }
}

impl Receiver {
    pub(crate) fn pop(&mut self) -> Option<Packet> {
        self.ring.try_pop()
    }

    pub(crate) fn waiting(&self) -> usize {
        self.ring.occupied_len()
    }

    pub(crate) fn wait(&self, longest: Duration) {
        if self.ring.is_empty() {
            self.condition.wait(longest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(value: f64) -> Packet {
        let arrival = Instant::now();
        Packet {
            stalled: false,
            gap: 0,
            ambiguous: false,
            count: 1,
            values: [value; MAX_CHANNELS],
            stamp: f64::NAN,
            arrival,
        }
    }

    #[test]
    fn an_overrun_is_a_declared_gap() {
        let (mut sender, mut receiver) = queue(16);
        for n in 0..20 {
            sender.push(packet(f64::from(n)));
        }
        assert_eq!((sender.overrun(), receiver.waiting()), (4, 16));
        let first: Vec<Packet> = std::iter::from_fn(|| receiver.pop()).collect();
        assert!(first.iter().enumerate().all(|(n, p)| p.values() == [n as f64] && p.gap == 0));
        sender.push(Packet { gap: 2, ..packet(22.0) });
        let next = receiver.pop().unwrap();
        assert_eq!((next.gap, next.values()), (6, &[22.0][..]));
    }

    #[test]
    fn a_bell_that_rang_before_does_not_wait() {
        let (sender, receiver) = queue(16);
        sender.notify();
        let begin = Instant::now();
        receiver.wait(Duration::from_secs(5));
        assert!(begin.elapsed() < Duration::from_secs(1));
    }
}
