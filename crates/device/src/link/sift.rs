//! From decoded frames to packets: places on the timeline, gaps, stalls.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use tonus_wire::hello::Hello;
use tonus_wire::layout::Framing;
use tonus_wire::{Event, Frame, Layout, MAX_CHANNELS, Sink, Timeline, Values, number};

use crate::queue::{Packet, Sender};

use super::Notice;

/// Longest text of a device that is handed on.
const MAX_MESSAGE: usize = 200;

/// Receives what the decoder finds.
pub(super) struct Sift {
    pub(super) sender: Sender,
    pub(super) notices: mpsc::Sender<Notice>,
    pub(super) timeline: Timeline,
    layout: Layout,
    modulus: u64,
    rate_hz: Option<f64>,
    /// Arrival of the bytes that are being decoded.
    pub(super) now: Instant,
    pub(super) last_frame: Option<Instant>,
    /// The connection was lost since the last frame.
    pub(super) is_new: bool,
    /// No byte came for a while since the last frame.
    pub(super) was_silent: bool,
    skipped: u32,
    count: Option<usize>,
    /// Frames that could not be used, to be declared with the next.
    owed: u64,
}

impl Sift {
    pub(super) fn new(layout: &Layout, rate_hz: Option<f64>, sender: Sender, notices: mpsc::Sender<Notice>) -> Self {
        Self {
            sender,
            notices,
            timeline: Timeline::new(),
            layout: *layout,
            modulus: layout.record.counter.map_or(0, |counter| counter.modulus / u64::from(counter.step.max(1))),
            rate_hz,
            now: Instant::now(),
            last_frame: None,
            is_new: false,
            was_silent: false,
            skipped: 0,
            count: None,
            owed: 0,
        }
    }

    /// A reader that is gone needs no notices.
    pub(super) fn tell(&self, notice: Notice) {
        let _ = self.notices.send(notice);
    }

    /// Frame times since the last frame, where something better than the counter can tell.
    fn elapsed_frames(&self, frame: &Frame<'_>, skipped: u32) -> Option<f64> {
        let silence = self.last_frame.map(|at| self.now.saturating_duration_since(at));
        if self.was_silent {
            return Some(silence?.as_secs_f64() * self.rate_hz?);
        }
        let length = self.layout.length();
        (frame.ambiguous && length > 0).then(|| f64::from(skipped) / length as f64 + 1.0)
    }
}

impl Sink for Sift {
    fn frame(&mut self, frame: &Frame<'_>) {
        let skipped = std::mem::take(&mut self.skipped);
        let placed = match self.elapsed_frames(frame, skipped) {
            Some(elapsed) => self.timeline.place_after(frame, self.modulus, elapsed),
            None => self.timeline.place(frame),
        };
        let is_uncounted = self.was_silent && frame.counter.is_none();
        let stalled = self.last_frame.is_some() && (self.is_new || placed.restarted || is_uncounted);
        (self.is_new, self.was_silent) = (false, false);
        self.last_frame = Some(self.now);
        let count = frame.values.len().min(MAX_CHANNELS);
        if *self.count.get_or_insert(count) != count {
            let expected = self.count.unwrap_or_default();
            self.tell(Notice::Warning(format!("a frame of {count} channels among frames of {expected} is left out")));
            self.owed += placed.gap + u64::from(frame.counter.is_some());
            return;
        }
        let mut values = [0.0; MAX_CHANNELS];
        match frame.values {
            Values::Counts(counts) => values.iter_mut().zip(counts).for_each(|(slot, count)| *slot = f64::from(*count)),
            Values::Numbers(numbers) => values.iter_mut().zip(numbers).for_each(|(slot, number)| *slot = *number),
        }
        let gap = placed.gap + std::mem::take(&mut self.owed);
        let (ambiguous, arrival) = (placed.ambiguous, self.now);
        self.sender.push(Packet { stalled, gap, ambiguous, count: count as u8, values, arrival });
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Resync { skipped } => self.skipped = *skipped,
            Event::Locked { line } => {
                if let Framing::Text(spec) = &self.layout.framing {
                    let label = |label: &[u8]| String::from_utf8_lossy(label).into_owned();
                    let labels: Vec<String> = number::labels(line, spec).map(label).collect();
                    if labels.iter().any(|label| !label.is_empty()) {
                        self.tell(Notice::Labels(labels));
                    }
                }
            }
            Event::Message(message) => match Hello::parse(message) {
                Some(hello) => self.tell(Notice::Hello(hello)),
                None => self.tell(Notice::Message(printable(message))),
            },
            _ => {}
        }
    }
}

/// A device's text as it may be shown.
fn printable(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message.get(..MAX_MESSAGE).unwrap_or(message));
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// How long no byte may come while streaming.
pub(super) fn patience(stall_ms: u32, rate_hz: Option<f64>) -> Duration {
    let frames = rate_hz.map_or(Duration::ZERO, |hz| Duration::try_from_secs_f64(20.0 / hz).unwrap_or_default());
    Duration::from_millis(u64::from(stall_ms)).max(frames)
}
