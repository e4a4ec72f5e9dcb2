//! A chunk that is being filled.

use serde::Serialize;
use tonus_core::input::Cue;

use super::entry::{COMMAND, CUE, END, EVENT, Ending, FLOAT, GAP, LONG, NOT_STORED, RECORD, SHORT, STALL};
use super::layout::{CHECK, Clocks, HEAD, Head, MAX_PAYLOAD, seal};
use crate::session::{ProgramCommand, SessionEvent};

/// Longest text of an event that is kept.
const MAX_TEXT: usize = 16 << 10;
/// Records kept of a time whose frames could not be stored; more are left out.
const MAX_THINNED: usize = 4096;
/// Bytes of records after which a chunk is full.
const FULL: usize = MAX_PAYLOAD / 4;

/// One record before it is written.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Frames(usize),
    Gap(u64),
    NotStored(u64),
    Stall,
    Cue(Cue),
    Text(u8, Vec<u8>),
}

/// Gathers records of one chunk.
#[derive(Debug, Clone)]
pub struct ChunkBuilder {
    channels: usize,
    session: u32,
    number: u32,
    clocks: Clocks,
    first: u64,
    next: u64,
    first_cue: Cue,
    cue: Cue,
    stalls_before: u32,
    stalls: u32,
    items: Vec<Item>,
    values: Vec<f64>,
    bytes: usize,
}

impl ChunkBuilder {
    /// The first chunk of a journal with this [`header`](super::header).
    pub fn new(header: &[u8], channels: usize) -> Self {
        Self {
            channels,
            session: super::layout::session_of(header),
            number: 0,
            clocks: Clocks::default(),
            first: 0,
            next: 0,
            first_cue: Cue::Free,
            cue: Cue::Free,
            stalls_before: 0,
            stalls: 0,
            items: Vec::new(),
            values: Vec::new(),
            bytes: 0,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether it should be closed, whatever the time.
    pub fn is_full(&self) -> bool {
        self.bytes >= FULL
    }

    /// Frame `n`, as the sensor sent it. Frames before it that nobody spoke of become a gap.
    pub fn frame(&mut self, n: u64, values: &[f64], cue: Cue, now: impl FnOnce() -> Clocks) {
        if values.len() != self.channels {
            return;
        }
        self.go_to(n, cue, now);
        self.values.extend_from_slice(values);
        self.next += 1;
        self.bytes += 8 * values.len();
        match self.items.last_mut() {
            Some(Item::Frames(count)) => *count += 1,
            _ => self.push(Item::Frames(1), RECORD),
        }
    }

    /// Frames that are missing from `n` on.
    pub fn gap(&mut self, n: u64, frames: u64, cue: Cue, now: impl FnOnce() -> Clocks) {
        self.go_to(n, cue, now);
        self.push(Item::Gap(frames), RECORD + 8);
        self.next = self.next.saturating_add(frames);
    }

    /// An unknown time is missing before `n`.
    pub fn stall(&mut self, n: u64, cue: Cue, now: impl FnOnce() -> Clocks) {
        self.go_to(n, cue, now);
        self.stalls = self.stalls.wrapping_add(1);
        self.push(Item::Stall, RECORD);
    }

    /// What the person did.
    pub fn command(&mut self, command: &ProgramCommand, now: impl FnOnce() -> Clocks) {
        self.text(COMMAND, command, now);
    }

    /// What happened.
    pub fn event(&mut self, event: &SessionEvent, now: impl FnOnce() -> Clocks) {
        if event.text.len() <= MAX_TEXT {
            self.text(EVENT, event, now);
        } else {
            let text = event.text.chars().take(MAX_TEXT / 4).collect();
            self.text(EVENT, &SessionEvent { text, ..event.clone() }, now);
        }
    }

    /// The end.
    pub fn end(&mut self, ending: &Ending, now: impl FnOnce() -> Clocks) {
        self.text(END, ending, now);
    }

    fn text(&mut self, tag: u8, what: &impl Serialize, now: impl FnOnce() -> Clocks) {
        // Every such value can be written as JSON.
        if let Ok(json) = serde_json::to_vec(what) {
            self.start(now);
            let bytes = RECORD + json.len();
            self.push(Item::Text(tag, json), bytes);
        }
    }

    fn start(&mut self, now: impl FnOnce() -> Clocks) {
        if self.items.is_empty() {
            self.clocks = now();
            (self.first, self.first_cue, self.stalls_before) = (self.next, self.cue, self.stalls);
        }
    }

    fn go_to(&mut self, n: u64, cue: Cue, now: impl FnOnce() -> Clocks) {
        self.start(now);
        if n > self.next {
            self.push(Item::Gap(n - self.next), RECORD + 8);
            self.next = n;
        }
        if cue != self.cue {
            self.cue = cue;
            self.push(Item::Cue(cue), RECORD + 1);
        }
    }

    fn push(&mut self, item: Item, bytes: usize) {
        self.bytes += bytes;
        self.items.push(item);
    }

    /// Lets go of the values, which cannot be stored: their place is declared instead. Gives how many frames that were.
    pub fn thin(&mut self) -> u64 {
        let mut count = 0;
        let mut thinned: Vec<Item> = Vec::new();
        for item in self.items.drain(..) {
            let item = match item {
                Item::Frames(frames) => {
                    count += frames as u64;
                    Item::NotStored(frames as u64)
                }
                other => other,
            };
            let is_crowded = thinned.len() >= MAX_THINNED;
            match (thinned.last_mut(), item) {
                (Some(Item::NotStored(before)), Item::NotStored(frames)) => *before = before.saturating_add(frames),
                // In the end there is no room even for what happened; only the frames' place is kept.
                (_, Item::Text(..)) if is_crowded => {}
                (_, item) => thinned.push(item),
            }
        }
        if thinned.len() > MAX_THINNED {
            let is_log = |item: &Item| matches!(item, Item::Text(..));
            let log: Vec<Item> = thinned.into_iter().filter(is_log).collect();
            thinned = vec![Item::NotStored(self.next - self.first), Item::Cue(self.cue)];
            thinned.extend(log);
            self.stalls_before = self.stalls;
        }
        self.values.clear();
        self.items = thinned;
        let size = |item: &Item| RECORD + if let Item::Text(_, text) = item { text.len() } else { 8 };
        self.bytes = self.items.iter().map(size).sum();
        count
    }

    fn head(&self, length: usize) -> Head {
        Head {
            session: self.session,
            number: self.number,
            length: length as u32,
            first: self.first,
            clocks: self.clocks,
            stalls: self.stalls_before,
            cue: self.first_cue,
        }
    }

    /// The chunk's bytes; the next one begins.
    pub fn close(&mut self) -> Vec<u8> {
        let mut payload = Vec::with_capacity(self.bytes);
        let mut values = self.values.as_slice();
        for item in self.items.drain(..) {
            match item {
                Item::Frames(count) => {
                    let (these, rest) = values.split_at((count * self.channels).min(values.len()));
                    values = rest;
                    frames(these, &mut payload);
                }
                Item::Gap(count) => record(GAP, &count.to_le_bytes(), &mut payload),
                Item::NotStored(count) => record(NOT_STORED, &count.to_le_bytes(), &mut payload),
                Item::Stall => record(STALL, &[], &mut payload),
                Item::Cue(cue) => record(CUE, &[cue as u8], &mut payload),
                Item::Text(tag, text) => record(tag, &text, &mut payload),
            }
        }
        let out = sealed(&self.head(payload.len()), &payload);
        self.number = self.number.wrapping_add(1);
        self.values.clear();
        self.bytes = 0;
        out
    }
}

fn sealed(head: &Head, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + payload.len() + CHECK);
    head.write(&mut out);
    out.extend_from_slice(payload);
    seal(&mut out, 0);
    out
}

/// A chunk with right checksums around any records: what fuzzing writes, and no recording.
#[doc(hidden)]
pub fn sealed_chunk(header: &[u8], number: u32, first: u64, payload: &[u8]) -> Vec<u8> {
    let empty = ChunkBuilder::new(header, 0);
    sealed(&Head { number, first, ..empty.head(payload.len()) }, payload)
}

fn record(tag: u8, body: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(body);
}

/// Values in the shortest form that gives back their bits.
fn frames(values: &[f64], out: &mut Vec<u8>) {
    let is_long = |value: &f64| f64::from(*value as i32).to_bits() == value.to_bits();
    let is_short = |value: &f64| f64::from(*value as i16).to_bits() == value.to_bits();
    let (tag, width) = if values.iter().all(is_short) {
        (SHORT, 2)
    } else if values.iter().all(is_long) {
        (LONG, 4)
    } else {
        (FLOAT, 8)
    };
    out.push(tag);
    out.extend_from_slice(&((values.len() * width) as u32).to_le_bytes());
    match tag {
        SHORT => out.extend(values.iter().flat_map(|value| (*value as i16).to_le_bytes())),
        LONG => out.extend(values.iter().flat_map(|value| (*value as i32).to_le_bytes())),
        _ => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
    }
}
