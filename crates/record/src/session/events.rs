//! What happened in a session, bounded: a recording can always be read again, whatever a device or a journal says.

use std::collections::BTreeMap;

use super::SessionEvent;

/// Events of one kind that are kept, the first ones: an hour of one a second.
pub const MAX_OF_A_KIND: usize = 4096;
/// Longest text of an event, in characters.
pub const MAX_TEXT: usize = 1000;
/// Most bytes of all that is kept. As JSON, with everything escaped, it is at most six times as much, which is less than
/// [`MAX_BYTES`](super::MAX_BYTES).
const MAX_KEPT: usize = 8 << 20;
/// Bytes of an event besides its texts.
const EVENT: usize = 128;
/// The kind of an event that tells of others.
const LEFT_OUT: &str = "left_out";

/// Events in the order of happening. What is too much is counted, with its first and last time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventLog {
    kept: Vec<SessionEvent>,
    bytes: usize,
    kinds: BTreeMap<String, usize>,
    left_out: BTreeMap<String, LeftOut>,
}

#[derive(Debug, Clone, PartialEq)]
struct LeftOut {
    count: u64,
    first_s: f64,
    last: (u64, f64),
}

impl EventLog {
    /// Takes an event; gives it back as it is kept.
    pub fn push(&mut self, mut event: SessionEvent) -> Option<&SessionEvent> {
        if let Some((end, _)) = event.text.char_indices().nth(MAX_TEXT) {
            event.text.truncate(end);
        }
        let size = EVENT + event.event.len() + event.text.len();
        let of_kind = self.kinds.get(&event.event).copied().unwrap_or_default();
        if of_kind < MAX_OF_A_KIND && self.bytes + size <= MAX_KEPT {
            self.bytes += size;
            *self.kinds.entry(event.event.clone()).or_default() += 1;
            self.kept.push(event);
            return self.kept.last();
        }
        // A kind that nothing was kept of has no account of its own.
        let kind = if of_kind > 0 { event.event } else { "other".to_owned() };
        let (n, t_s) = (event.n, event.t_s);
        let account = self.left_out.entry(kind).or_insert(LeftOut { count: 0, first_s: t_s, last: (n, t_s) });
        (account.count, account.last) = (account.count + 1, (n, t_s));
        None
    }

    /// What is kept so far.
    pub fn kept(&self) -> &[SessionEvent] {
        &self.kept
    }

    /// All that is kept, and what was left out: one event for each kind.
    pub fn finish(mut self) -> Vec<SessionEvent> {
        for (kind, LeftOut { count, first_s, last: (n, t_s) }) in self.left_out {
            let text = format!("{count} more events `{kind}`, from {first_s:.1} s to {t_s:.1} s");
            self.kept.push(SessionEvent { n, t_s, event: LEFT_OUT.to_owned(), text });
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(n: u64, event: &str, text: &str) -> SessionEvent {
        SessionEvent { n, t_s: n as f64 / 1000.0, event: event.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn what_is_too_much_is_counted_with_its_times() {
        let mut log = EventLog::default();
        for n in 0..10_000 {
            log.push(event(n, "state", "lost"));
        }
        assert!(log.push(event(10_000, "warning", "another kind is still kept")).is_some());
        let all = log.finish();
        assert_eq!(all.len(), MAX_OF_A_KIND + 2);
        let last = all.last().unwrap();
        assert_eq!((last.event.as_str(), last.n), (LEFT_OUT, 9999));
        assert_eq!(last.text, "5904 more events `state`, from 4.1 s to 10.0 s");
    }

    #[test]
    fn the_largest_log_can_be_read_again() {
        let mut log = EventLog::default();
        let text = "\u{1}".repeat(5000);
        for n in 0..200_000_u64 {
            log.push(event(n, &format!("kind {n}"), &text));
        }
        let json = serde_json::to_string_pretty(&log.finish()).unwrap();
        assert!((json.len() as u64) < crate::session::MAX_BYTES, "{} bytes", json.len());
        let mut log = EventLog::default();
        for n in 0..200_000_u64 {
            log.push(event(n, &n.to_string(), ""));
        }
        let json = serde_json::to_string_pretty(&log.finish()).unwrap();
        assert!((json.len() as u64) < crate::session::MAX_BYTES / 2, "{} bytes", json.len());
    }
}
