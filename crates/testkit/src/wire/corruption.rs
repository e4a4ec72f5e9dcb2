//! The corruption experiment: encode, damage single bytes, decode, compare with the truth.

use std::collections::VecDeque;

use super::Random;
use tonus_wire::MAX_ENCODED;
use tonus_wire::layout::{Framing, Labels, TextSpec};
use tonus_wire::{Decoder, Encoder, Frame, Layout, Sink, Stamp, Values};

/// What came of one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Bytes after damage.
    pub bytes: u64,
    /// Frames sent.
    pub sent: u64,
    /// Frames no byte of which was damaged.
    pub intact: u64,
    /// Intact frames handed out as sent.
    pub delivered: u64,
    /// Damaged frames handed out as sent all the same.
    pub repaired: u64,
    /// Frames handed out that were never sent.
    pub wrong: u64,
    /// Resyncs.
    pub resyncs: u64,
    /// Most intact frames missing between two frames that came.
    pub worst_run: u64,
    /// Most intact frames missing between two frames that were handed out, right or wrong: what one resync costs.
    pub worst_resync: u64,
    /// Frames called lost.
    pub lost: u64,
    /// Frames truly missing between the first and the last that came.
    pub truly_lost: u64,
    /// Losses marked uncertain.
    pub ambiguous: u64,
}

struct Sent {
    index: u64,
    end: u64,
    values: Vec<f64>,
    counter: u64,
    intact: bool,
}

struct Judge {
    waiting: VecDeque<Sent>,
    outcome: Outcome,
    run: u64,
    resync: u64,
    first: Option<u64>,
    last: u64,
    received: u64,
}

impl Judge {
    fn pass(&mut self, sent: &Sent) {
        let missed = u64::from(sent.intact && self.first.is_some());
        self.run += missed;
        self.resync += missed;
        self.outcome.worst_run = self.outcome.worst_run.max(self.run);
        self.outcome.worst_resync = self.outcome.worst_resync.max(self.resync);
    }
}

impl Sink for Judge {
    fn frame(&mut self, frame: &Frame<'_>) {
        self.received += 1;
        // A line may end at its CR, one byte before the frame does.
        while self.waiting.front().is_some_and(|sent| sent.end + 1 < frame.end) {
            if let Some(sent) = self.waiting.pop_front() {
                self.pass(&sent);
            }
        }
        self.resync = 0;
        let Some(sent) = self.waiting.front() else {
            self.outcome.wrong += 1;
            return;
        };
        let same = match frame.values {
            Values::Counts(counts) => counts.iter().map(|&count| f64::from(count)).eq(sent.values.iter().copied()),
            Values::Numbers(numbers) => *numbers == sent.values[..],
        };
        let counted = frame.counter.is_none_or(|counter| u64::from(counter) == sent.counter);
        if sent.end.abs_diff(frame.end) > 1 || !same || !counted {
            self.outcome.wrong += 1;
            return;
        }
        if sent.intact {
            self.outcome.delivered += 1;
        } else {
            self.outcome.repaired += 1;
        }
        self.first = self.first.or(Some(sent.index));
        self.last = sent.index;
        self.run = 0;
        self.waiting.pop_front();
    }
}

/// Sends about `bytes` bytes of frames and damages each byte with probability `rate`: flips, drops and inserts 8 : 1 : 1.
///
/// # Panics
/// If the layout cannot encode its own values.
pub fn run(layout: &Layout, bytes: u64, rate: f64, seed: u64) -> Outcome {
    let mut encoder = Encoder::new(layout).expect("valid layout");
    if let Framing::Text(TextSpec { labels: Labels::Require, .. }) = layout.framing {
        encoder = encoder.with_labels(&["raw", "env"]);
    }
    let mut decoder = Decoder::new(layout).expect("valid layout");
    let mut random = Random(seed);
    let mut judge = Judge {
        waiting: VecDeque::new(),
        outcome: Outcome::default(),
        run: 0,
        resync: 0,
        first: None,
        last: 0,
        received: 0,
    };
    let channels = if layout.channels == 0 { 2 } else { usize::from(layout.channels) };
    let limit = |random: &mut Random| if rate > 0.0 { next_fault(random, rate) } else { u64::MAX };
    let mut until = limit(&mut random);
    let mut stream = Vec::new();
    let mut end = 0_u64;
    let mut index = 0_u64;
    while end < bytes {
        stream.clear();
        for _ in 0..64 {
            let values = signal(layout, channels, &mut random);
            let mut out = [0; MAX_ENCODED];
            let counter = frame_counter(layout, encoder.position());
            let stamp = Stamp { device_us: (index * 1000) as u32, aux: &[] };
            let length = encoder.encode(Values::Counts(&values), stamp, &mut out).expect("values fit");
            let mut intact = true;
            for &byte in &out[..length] {
                if until > 0 {
                    until -= 1;
                    stream.push(byte);
                    continue;
                }
                until = limit(&mut random);
                match random.below(10) {
                    0 => intact = false,
                    1 => {
                        // Between two frames an extra byte damages neither; in text it becomes part of the line.
                        intact &= !matches!(layout.framing, Framing::Text(_))
                            && stream.len() as u64 + end == judge.waiting.back().map_or(0, |sent| sent.end);
                        stream.push(random.bits() as u8);
                        stream.push(byte);
                    }
                    _ => {
                        stream.push(byte ^ (random.below(255) as u8 + 1));
                        intact = false;
                    }
                }
            }
            judge.outcome.sent += 1;
            judge.outcome.intact += u64::from(intact);
            let values = values.iter().map(|&value| f64::from(value)).collect();
            judge.waiting.push_back(Sent { index, end: end + stream.len() as u64, values, counter, intact });
            index += 1;
        }
        end += stream.len() as u64;
        decoder.push(&stream, &mut judge);
    }
    decoder.finish(&mut judge);
    let stats = decoder.stats();
    let mut outcome = judge.outcome;
    outcome.bytes = stats.bytes;
    outcome.resyncs = stats.resyncs;
    outcome.lost = stats.lost;
    outcome.ambiguous = stats.ambiguous;
    outcome.truly_lost =
        judge.first.map_or(0, |first| (judge.last - first + 1).saturating_sub(outcome.delivered + outcome.repaired));
    outcome
}

/// Bytes to the next damaged one (geometric).
fn next_fault(random: &mut Random, rate: f64) -> u64 {
    let uniform = (random.bits() >> 11) as f64 / (1_u64 << 53) as f64;
    ((1.0 - uniform).ln() / (1.0 - rate).ln()) as u64
}

fn frame_counter(layout: &Layout, position: u64) -> u64 {
    match (layout.framing, layout.record.counter) {
        (Framing::CytonDaisy, _) => (position + 1) % 128,
        (_, Some(counter)) => position * u64::from(counter.step) % counter.modulus,
        _ => 0,
    }
}

/// Something like EMG around the middle of the range.
fn signal(layout: &Layout, channels: usize, random: &mut Random) -> Vec<i32> {
    (0..channels)
        .map(|channel| {
            let (low, high) = match layout.framing {
                Framing::Text(_) | Framing::MsbFlag(_) => (0, 1023),
                _ => layout.record.channels[channel % 8].limits(),
            };
            let (low, high) = layout
                .record
                .range
                .map_or((low, high), |(min, max)| (low.max(i64::from(min)), high.min(i64::from(max))));
            let high = if matches!(layout.framing, Framing::Text(_)) { high.min(1023) } else { high };
            let span = ((high - low) / 4).clamp(1, 20_000);
            let noise: i64 = (0..4).map(|_| random.below(span as u64 + 1) as i64).sum::<i64>() - 2 * span;
            ((low + high + 1) / 2 + noise).clamp(low, high) as i32
        })
        .collect()
}
