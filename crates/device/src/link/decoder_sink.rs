//! From decoded frames to packets: places on the timeline, gaps, stalls.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tonus_core::text::is_plain;
use tonus_wire::hello::Hello;
use tonus_wire::layout::Framing;
use tonus_wire::{Event, Frame, Layout, MAX_CHANNELS, Sink, Timeline, Values, number};

use crate::queue::{Packet, Sender};

use super::Notice;
use super::notices::Notices;

/// Longest text of a device that is handed on.
const MAX_MESSAGE: usize = 200;
/// Seconds without a break after which frames of another number of channels are what the sensor sends now.
const CHANGED_S: f64 = 0.5;
/// The same in frames where no rate is known, and at the least.
const CHANGED_FRAMES: u64 = 64;
/// Time without one after which frames of another number of channels are over.
const SETTLED: Duration = Duration::from_secs(1);

/// Frames may be missing for so long before time has passed: a device that was read late, or is played fast.
const AHEAD_S: f64 = 30.0;
/// Beyond that, for so many seconds of a second that passes: no device is off by more.
const FASTEST: f64 = 1.5;
/// The rate by which that is judged where none is known: the fastest.
const FASTEST_HZ: f64 = 50_000.0;

/// Frames that are left out for their number of channels: one state, from the first to the last of them.
struct Odd {
    /// Channels of the latest.
    channels: usize,
    frames: u64,
    /// Of those, the latest without a good frame between.
    in_a_row: u64,
    first: Instant,
    last: Instant,
}

/// Receives what the decoder finds.
pub(super) struct DecoderSink {
    pub(super) sender: Sender,
    notices: Arc<Notices>,
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
    odd: Option<Odd>,
    /// When the first frame came.
    first_frame: Option<Instant>,
    hello: Option<Hello>,
    labels: Vec<String>,
    /// The place of each channel among the values of a frame; none where they are in order.
    pub(super) order: Vec<usize>,
    /// The place among the values of a frame that is the sensor's clock, which is no channel.
    pub(super) clock: Option<usize>,
    /// The columns of the lines were told, and their names with them.
    pub(super) has_columns: bool,
    /// Frames declared missing, and whether they came to more than there can be.
    missing: u64,
    is_astray: bool,
    /// Frames that could not be used, to be declared with the next.
    owed: u64,
}

impl DecoderSink {
    pub(super) fn new(layout: &Layout, rate_hz: Option<f64>, sender: Sender, notices: Arc<Notices>) -> Self {
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
            odd: None,
            first_frame: None,
            hello: None,
            labels: Vec::new(),
            order: Vec::new(),
            clock: None,
            has_columns: false,
            missing: 0,
            is_astray: false,
            owed: 0,
        }
    }

    /// Tells the reader, before the next frame.
    pub(super) fn tell(&self, notice: Notice) {
        self.notices.tell(self.sender.pushed(), notice, Instant::now());
    }

    /// Whether a frame of so many channels is what the sensor sends. Others are left out: told when that begins and when
    /// it ends, never one by one; where it does not end, it is what the sensor sends now.
    fn fits(&mut self, channels: usize) -> bool {
        let expected = *self.count.get_or_insert(channels);
        if channels == expected {
            if let Some(odd) = &mut self.odd {
                odd.in_a_row = 0;
            }
            self.settle(false);
            return true;
        }
        if self.odd.is_none() {
            let text = format!("frames of {channels} channels among frames of {expected} are left out");
            self.tell(Notice::Warning(text.into()));
        }
        let (first, last) = (self.now, self.now);
        let odd = self.odd.get_or_insert(Odd { channels, frames: 0, in_a_row: 0, first, last });
        odd.in_a_row = if odd.channels == channels { odd.in_a_row + 1 } else { 1 };
        (odd.channels, odd.last) = (channels, last);
        odd.frames += 1;
        let enough = self.rate_hz.map_or(CHANGED_FRAMES, |hz| CHANGED_FRAMES.max((hz * CHANGED_S) as u64));
        let is_changed = odd.in_a_row > enough;
        if is_changed {
            odd.frames -= 1;
            self.settle(true);
            self.count = Some(channels);
            self.tell(Notice::Channels { before: expected, now: channels });
        }
        is_changed
    }

    /// A gap as far as there can be one: more frames than time has passed for are no gap, but an unknown time. Each missing
    /// frame costs work, and a counter that jumps must not make more of it than a clock does.
    fn believable(&mut self, gap: u64) -> Option<u64> {
        let passed = self.first_frame.map_or(0.0, |first| self.now.saturating_duration_since(first).as_secs_f64());
        let most = self.rate_hz.unwrap_or(FASTEST_HZ) * (AHEAD_S + FASTEST * passed);
        let missing = self.missing.saturating_add(gap);
        if gap == 0 || missing as f64 <= most {
            self.missing = missing;
            return Some(gap);
        }
        if !std::mem::replace(&mut self.is_astray, true) {
            let text = "the sensor's counter jumps further than time has passed; that is taken as an unknown time";
            self.tell(Notice::Warning(text.into()));
        }
        None
    }

    /// Says how many frames were left out, once that is over or the stream ends.
    pub(super) fn settle(&mut self, is_end: bool) {
        let is_over = |odd: &mut Odd| is_end || self.now.saturating_duration_since(odd.last) >= SETTLED;
        let Some(odd) = self.odd.take_if(is_over) else { return };
        let begin = self.first_frame.unwrap_or(odd.first);
        let second = |at: Instant| at.saturating_duration_since(begin).as_secs_f64();
        let (frames, from, to) = (odd.frames, second(odd.first), second(odd.last));
        let text =
            format!("{frames} frames of another number of channels were left out, from {from:.1} s to {to:.1} s");
        self.tell(Notice::Warning(text.into()));
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

impl Sink for DecoderSink {
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
        let mut count = frame.values.len().min(MAX_CHANNELS);
        let mut values = [0.0; MAX_CHANNELS];
        match frame.values {
            Values::Counts(counts) => values.iter_mut().zip(counts).for_each(|(slot, count)| *slot = f64::from(*count)),
            Values::Numbers(numbers) => values.iter_mut().zip(numbers).for_each(|(slot, number)| *slot = *number),
        }
        let mut stamp = f64::NAN;
        if let Some(at) = self.clock.filter(|at| *at < count)
            && let Some(rest) = values.get_mut(at..count)
        {
            rest.rotate_left(1);
            count -= 1;
            stamp = std::mem::take(&mut values[count]);
        }
        self.first_frame.get_or_insert(self.now);
        if !self.fits(count) {
            self.owed = self.owed.saturating_add(placed.gap).saturating_add(u64::from(frame.counter.is_some()));
            return;
        }
        if self.order.len() == count {
            let sent = values;
            let in_order = self.order.iter().map(|place| sent.get(*place).copied().unwrap_or(0.0));
            values.iter_mut().zip(in_order).for_each(|(slot, value)| *slot = value);
        }
        let owed = std::mem::take(&mut self.owed);
        let gap = self.believable(placed.gap.saturating_add(owed));
        let (stalled, gap) = (stalled || gap.is_none(), gap.unwrap_or(0));
        let (ambiguous, arrival) = (placed.ambiguous, self.now);
        self.sender.push(Packet { stalled, gap, ambiguous, count: count as u8, values, stamp, arrival });
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Resync { skipped } => self.skipped = *skipped,
            Event::Locked { line } if !self.has_columns => {
                if let Framing::Text(spec) = &self.layout.framing {
                    let label = |label: &[u8]| String::from_utf8_lossy(label).into_owned();
                    let labels: Vec<String> = number::labels(line, spec).map(label).collect();
                    if labels.iter().any(|label| !label.is_empty()) && labels != self.labels {
                        self.labels.clone_from(&labels);
                        self.tell(Notice::Labels(labels));
                    }
                }
            }
            Event::Message(message) => match Hello::parse(message) {
                Some(hello) if self.hello == Some(hello) => {}
                Some(hello) => {
                    self.hello = Some(hello);
                    self.tell(Notice::Hello(hello));
                }
                None if Hello::is_meant(message) => {
                    let said = printable(message);
                    let text =
                        format!("the sensor describes itself with values that cannot be, and is not heard: {said}");
                    self.tell(Notice::Warning(text.into()));
                }
                None => self.tell(Notice::Message(printable(message))),
            },
            _ => {}
        }
    }
}

/// A device's text as it may be shown.
fn printable(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message.get(..MAX_MESSAGE).unwrap_or(message));
    text.chars().map(|c| if is_plain(c) { c } else { '\u{fffd}' }).collect()
}

/// How long no byte may come while streaming.
pub(super) fn patience(stall_ms: u32, rate_hz: Option<f64>) -> Duration {
    let frames = rate_hz.map_or(Duration::ZERO, |hz| Duration::try_from_secs_f64(20.0 / hz).unwrap_or_default());
    Duration::from_millis(u64::from(stall_ms)).max(frames)
}
