//! A session to write, and what is read of it.
mod memory;

use std::io;

use tonus_record::Cue;
use tonus_record::journal::{ChunkBuilder, Clocks, Ending, Rows, header};
use tonus_record::session::{ProgramInfo, SessionEnd, SessionEvent, SessionInfo};
use tonus_testkit::record::session_info;

pub use memory::Memory;

pub const RATE: u64 = 1000;
/// Frames of a chunk in journals that are made in memory.
pub const CHUNK: u64 = 100;

pub fn info() -> SessionInfo {
    SessionInfo {
        anchor: vec![500.0, 7.0],
        program: Some(ProgramInfo { name: "p".to_owned(), toml: "t".to_owned(), commands: Vec::new() }),
        ..session_info(RATE as f64, &["ch1", "ch2"])
    }
}

/// What the sensor sends as frame `n`.
pub fn values(n: u64) -> [f64; 2] {
    [((n * 7919) % 4001) as f64 - 2000.0, if n % 500 < 30 { n as f64 / 3.0 } else { (n % 70_000) as f64 }]
}

pub fn clocks(n: u64) -> Clocks {
    Clocks { steady_us: n * 1000, wall_us: 1_700_000_000_000_000 + (n * 1000).cast_signed() }
}

pub fn ending(frames: u64) -> Ending {
    let end = SessionEnd { frames, lost: 0, gaps: 0, digest: "d".to_owned() };
    Ending { end, measured_hz: Some(999.5) }
}

pub fn event(n: u64) -> SessionEvent {
    SessionEvent { n, t_s: n as f64 / RATE as f64, event: "message".to_owned(), text: format!("at {n}") }
}

/// A journal of so many frames, and where each chunk ends; the first place is the end of the header.
pub fn journal(frames: u64) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = header(&info()).unwrap();
    let mut builder = ChunkBuilder::new(&bytes, 2);
    let mut ends = vec![bytes.len()];
    for n in 0..frames {
        let cue = if n / 2000 % 2 == 0 { Cue::Quiet } else { Cue::Work };
        builder.frame(n, &values(n), cue, || clocks(n));
        if n % 1000 == 999 {
            builder.event(&event(n + 1), || clocks(n));
        }
        if (n + 1) % CHUNK == 0 {
            bytes.extend(builder.close());
            ends.push(bytes.len());
        }
    }
    (bytes, ends)
}

/// Rows as they come.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// Index and bits of every frame.
    pub frames: Vec<(u64, Vec<u64>)>,
    /// Start and length of every gap.
    pub gaps: Vec<(u64, u64)>,
    pub stalls: Vec<u64>,
    pub cues: Vec<(u64, Cue)>,
}

impl Rows for Seen {
    fn frame(&mut self, n: u64, values: &[f64], cue: Cue) -> io::Result<()> {
        self.frames.push((n, values.iter().map(|value| value.to_bits()).collect()));
        self.cues.push((n, cue));
        Ok(())
    }

    fn gap(&mut self, n: u64, frames: u64, _cue: Cue) -> io::Result<()> {
        self.gaps.push((n, frames));
        Ok(())
    }

    fn stall(&mut self, n: u64, _cue: Cue) -> io::Result<()> {
        self.stalls.push(n);
        Ok(())
    }
}

/// Only what was sent, at its place, and every index once: a frame, or in a declared gap.
pub fn check_true(seen: &Seen) {
    for (n, bits) in &seen.frames {
        assert_eq!(bits, &values(*n).map(f64::to_bits), "frame {n} was never sent");
    }
    let frames = seen.frames.iter().map(|frame| (frame.0, 1));
    let mut places: Vec<(u64, u64)> = frames.chain(seen.gaps.iter().copied()).collect();
    places.sort_unstable();
    let end = places.iter().fold(0, |at, (n, length)| {
        assert_eq!(*n, at, "an index comes twice, or is missing without a word");
        n + length
    });
    assert!(end == places.last().map_or(0, |last| last.0 + last.1));
}

/// What the rows of a `session.csv` hold: index and values of frames, and gaps.
pub fn table(text: &str) -> Seen {
    let mut seen = Seen::default();
    for row in text.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let n = cells[0].parse().unwrap();
        match cells[cells.len() - 1] {
            "" => seen.frames.push((n, cells[2..4].iter().map(|c| c.parse::<f64>().unwrap().to_bits()).collect())),
            "stall" => seen.stalls.push(n),
            frames => seen.gaps.push((n, frames.parse().unwrap())),
        }
    }
    seen
}

/// Random numbers, the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) * limit) >> 31
    }

    pub fn yes(&mut self) -> bool {
        self.below(2) == 0
    }
}
