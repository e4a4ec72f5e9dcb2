//! Notices on their way to the reader: in order with the frames, and bounded whatever a device sends.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::Notice;

/// Notices that may wait for a slow reader; the oldest goes first.
const ROOM: usize = 1024;
/// Texts that may come at once.
const BURST: f64 = 64.0;
/// Texts a second after that: a person reads no faster, and eight hours of it make less than 3 MB of a recording.
const PER_SECOND: f64 = 1.0;

/// Notices on their way.
#[derive(Debug, Default)]
pub(super) struct Notices(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    /// Frames that were handed over before each.
    waiting: VecDeque<(u64, Notice)>,
    /// Texts that may still come now: of the device, and about it.
    allowance: [f64; 2],
    refilled: Instant,
    /// Notices left out since the last that was not.
    left_out: u64,
    is_closed: bool,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            allowance: [BURST; 2],
            refilled: Instant::now(),
            left_out: 0,
            is_closed: false,
        }
    }
}

impl Inner {
    /// Whether a text may come now.
    fn allow(&mut self, now: Instant, is_own: bool) -> bool {
        let passed = now.saturating_duration_since(self.refilled).as_secs_f64();
        self.allowance = self.allowance.map(|left| (left + passed * PER_SECOND).min(BURST));
        self.refilled = now;
        let [of_device, own] = &mut self.allowance;
        let left = if is_own { own } else { of_device };
        let is_allowed = *left >= 1.0;
        if is_allowed {
            *left -= 1.0;
        }
        is_allowed
    }

    fn push(&mut self, after: u64, notice: Notice) {
        if self.waiting.len() >= ROOM {
            self.waiting.pop_front();
            self.left_out += 1;
        }
        self.waiting.push_back((after, notice));
    }

    /// How many were left out, if there is something to say.
    fn account(&mut self) -> Option<Notice> {
        let count = std::mem::take(&mut self.left_out);
        (count > 0)
            .then(|| Notice::Warning(format!("{count} messages about the sensor were left out: too many came").into()))
    }
}

impl Notices {
    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hands over a notice that comes after so many frames. Texts beyond what a person can read are counted instead.
    pub(super) fn tell(&self, after: u64, notice: Notice, now: Instant) {
        self.with(|inner| {
            let is_text = matches!(notice, Notice::Message(_) | Notice::Warning(_));
            if is_text && !inner.allow(now, matches!(notice, Notice::Warning(_))) {
                inner.left_out += 1;
                return;
            }
            if is_text && let Some(account) = inner.account() {
                inner.push(after, account);
            }
            inner.push(after, notice);
        });
    }

    /// Nothing more will come.
    pub(super) fn close(&self) {
        self.with(|inner| inner.is_closed = true);
    }

    /// The next notice that comes before frame `taken` (from 0), or any if `all`.
    pub(super) fn take(&self, taken: u64, all: bool) -> Option<Notice> {
        self.with(|inner| {
            let Some((after, _)) = inner.waiting.front() else {
                let is_due = inner.left_out > 0 && (inner.is_closed || inner.allow(Instant::now(), false));
                return if is_due { inner.account() } else { None };
            };
            if all || *after <= taken { inner.waiting.pop_front().map(|next| next.1) } else { None }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn texts(notices: &Notices) -> Vec<String> {
        let all = std::iter::from_fn(|| notices.take(0, true));
        all.map(|notice| match notice {
            Notice::Warning(text) => text.to_string(),
            Notice::Message(text) => text,
            _ => String::new(),
        })
        .collect()
    }

    #[test]
    fn a_flood_of_messages_is_counted_not_kept() {
        let (notices, begin) = (Notices::default(), Instant::now());
        for n in 0..100_000_u32 {
            // 10 000 a second for 10 s.
            notices.tell(0, Notice::Message(n.to_string()), begin + Duration::from_micros(100 * u64::from(n)));
        }
        notices.close();
        let told = texts(&notices);
        let said =
            |text: &String| text.split_once(" messages about").and_then(|(count, _)| count.parse::<usize>().ok());
        let accounts: Vec<usize> = told.iter().filter_map(said).collect();
        assert!(told.len() < 100, "{} notices", told.len());
        assert_eq!(told.len() - accounts.len() + accounts.iter().sum::<usize>(), 100_000, "every one is accounted for");
    }

    #[test]
    fn a_reader_that_does_not_come_keeps_the_last() {
        let notices = Notices::default();
        let states = [super::super::State::Lost, super::super::State::Opening];
        for n in 0..5000 {
            notices.tell(0, Notice::State(states[n % 2]), Instant::now());
        }
        let all = std::iter::from_fn(|| notices.take(0, true));
        // What was left out is accounted for in a notice of its own.
        let kept: Vec<Notice> = all.filter(|notice| matches!(notice, Notice::State(_))).collect();
        assert_eq!(kept.len(), ROOM);
        assert_eq!(kept.last(), Some(&Notice::State(super::super::State::Opening)));
    }

    #[test]
    fn a_notice_waits_for_the_frames_before_it() {
        let notices = Notices::default();
        notices.tell(2, Notice::Message("of frame 2".to_owned()), Instant::now());
        assert_eq!(notices.take(1, false), None);
        assert!(notices.take(2, false).is_some());
    }
}
