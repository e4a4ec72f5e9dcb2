//! A session to write, and a folder in memory that can fail in every way a disk can.
use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::sync::{Arc, Mutex};

use tonus_record::Cue;
use tonus_record::journal::{ChunkBuilder, Clocks, Ending, Rows, Store, StoreFile, header};
use tonus_record::session::{
    DeviceInfo, LiveConfig, ProgramInfo, RateInfo, SCHEMA_VERSION, ScaleInfo, SessionEnd, SessionEvent, SessionInfo,
};

pub const RATE: u64 = 1000;
/// Frames of a chunk in journals that are made in memory.
pub const CHUNK: u64 = 100;

pub fn info() -> SessionInfo {
    let scale = |channel: &str| ScaleInfo {
        channel: channel.to_owned(),
        unit: "counts".to_owned(),
        uv_per_unit: 0.5,
        scaled: true,
    };
    SessionInfo {
        schema_version: SCHEMA_VERSION,
        tonus_version: "0".to_owned(),
        finalised: false,
        started_unix_s: 1.5,
        device: DeviceInfo { id: "x".to_owned(), name: "x".to_owned(), port: "memory".to_owned() },
        rate: RateInfo { hz: RATE as f64, source: "profile".to_owned(), measured_hz: None },
        scale: vec![scale("ch1"), scale("ch2")],
        anchor: vec![500.0, 7.0],
        config: LiveConfig {
            kind: "raw".to_owned(),
            mains: "off".to_owned(),
            profile: "limb".to_owned(),
            cues: "none".to_owned(),
            calibration: "cues".to_owned(),
            accessory: Vec::new(),
        },
        program: Some(ProgramInfo { name: "p".to_owned(), toml: "t".to_owned(), commands: Vec::new() }),
        events: Vec::new(),
        end: None,
    }
}

/// What the sensor sends as frame `n`.
pub fn values(n: u64) -> [f64; 2] {
    [((n * 7919) % 4001) as f64 - 2000.0, if n % 500 < 30 { n as f64 / 3.0 } else { (n % 70_000) as f64 }]
}

pub fn clocks(n: u64) -> Clocks {
    Clocks { steady_us: n * 1000, wall_us: 1_700_000_000_000_000 + (n * 1000) as i64 }
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

/// A file: what lasts, and what was written since, piece by piece.
#[derive(Debug, Clone, Default)]
struct Inode {
    lasting: Vec<u8>,
    since: Vec<Vec<u8>>,
}

#[derive(Debug, Default)]
struct Disk {
    inodes: Vec<Inode>,
    names: BTreeMap<String, usize>,
    lasting_names: BTreeMap<String, usize>,
    calls: u64,
    fail_at: Option<u64>,
    keeps_failing: bool,
    room: Option<usize>,
    delay: std::time::Duration,
    claims: Vec<usize>,
}

/// A folder in memory.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<Disk>>);

pub struct MemoryFile {
    disk: Memory,
    inode: usize,
}

impl Memory {
    /// Fails at its `n`-th call, and at all after it if `for_good`.
    pub fn failing(n: u64, for_good: bool) -> Self {
        let memory = Self::default();
        memory.fail_at(Some(n), for_good);
        memory
    }

    pub fn fail_at(&self, n: Option<u64>, for_good: bool) {
        let mut disk = self.0.lock().unwrap();
        (disk.calls, disk.fail_at, disk.keeps_failing) = (0, n, for_good);
    }

    pub fn calls(&self) -> u64 {
        self.0.lock().unwrap().calls
    }

    /// Takes so many bytes more, and no others.
    pub fn room(&self, bytes: Option<usize>) {
        self.0.lock().unwrap().room = bytes;
    }

    /// Every write takes so long.
    pub fn slow(&self, delay: std::time::Duration) {
        self.0.lock().unwrap().delay = delay;
    }

    pub fn put(&self, name: &str, bytes: Vec<u8>) {
        let mut disk = self.0.lock().unwrap();
        disk.inodes.push(Inode { lasting: bytes, since: Vec::new() });
        let inode = disk.inodes.len() - 1;
        disk.names.insert(name.to_owned(), inode);
        disk.lasting_names.insert(name.to_owned(), inode);
    }

    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let disk = self.0.lock().unwrap();
        let inode = &disk.inodes[*disk.names.get(name)?];
        Some([inode.lasting.clone(), inode.since.concat()].concat())
    }

    pub fn names(&self) -> Vec<String> {
        self.0.lock().unwrap().names.keys().cloned().collect()
    }

    /// The power fails: what is found afterwards. Pieces not synced are there, torn, zeros or gone, in any order; names not
    /// synced are as they were, or as they are now.
    pub fn after_power_loss(&self, dice: &mut Dice) -> Self {
        let disk = self.0.lock().unwrap();
        let inodes = disk.inodes.iter().map(|inode| {
            let mut bytes = inode.lasting.clone();
            let kept = inode.since.iter().map(|_| dice.below(4)).collect::<Vec<_>>();
            let last = kept.iter().rposition(|kept| *kept != 0).map_or(0, |last| last + 1);
            for (piece, kept) in inode.since.iter().zip(kept).take(last) {
                let mut piece = piece.clone();
                match kept {
                    // Later pieces were written, this one was not: the file has a hole.
                    0 => piece.fill(0),
                    1 => {
                        let torn = dice.below(piece.len() as u64 + 1) as usize;
                        piece[torn..].fill(0);
                    }
                    _ => {}
                }
                bytes.extend(piece);
            }
            Inode { lasting: bytes, since: Vec::new() }
        });
        let inodes = inodes.collect();
        let names = if dice.yes() { disk.names.clone() } else { disk.lasting_names.clone() };
        Self(Arc::new(Mutex::new(Disk { inodes, lasting_names: names.clone(), names, ..Disk::default() })))
    }

    fn call(&self) -> io::Result<std::sync::MutexGuard<'_, Disk>> {
        let mut disk = self.0.lock().unwrap();
        disk.calls += 1;
        let fails = disk.fail_at.is_some_and(|at| disk.calls == at || disk.keeps_failing && disk.calls > at);
        if fails { Err(io::Error::other("the disk failed")) } else { Ok(disk) }
    }
}

fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Store for Memory {
    type File = MemoryFile;
    type Reader = Cursor<Vec<u8>>;

    fn make_folder(&self) -> io::Result<()> {
        self.call().map(drop)
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        Ok(self.call()?.names.contains_key(name))
    }

    fn create(&self, name: &str) -> io::Result<MemoryFile> {
        let mut disk = self.call()?;
        disk.inodes.push(Inode::default());
        let inode = disk.inodes.len() - 1;
        disk.names.insert(name.to_owned(), inode);
        disk.claims.push(inode);
        Ok(MemoryFile { disk: self.clone(), inode })
    }

    fn claim(&self, name: &str) -> io::Result<Self::Reader> {
        let disk = self.call()?;
        let inode = *disk.names.get(name).ok_or_else(missing)?;
        if disk.claims.contains(&inode) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let inode = &disk.inodes[inode];
        Ok(Cursor::new([inode.lasting.clone(), inode.since.concat()].concat()))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut disk = self.call()?;
        let inode = disk.names.remove(from).ok_or_else(missing)?;
        disk.names.insert(to.to_owned(), inode);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.call()?.names.remove(name).map(drop).ok_or_else(missing)
    }

    fn sync_folder(&self) -> io::Result<()> {
        let mut disk = self.call()?;
        disk.lasting_names = disk.names.clone();
        Ok(())
    }
}

impl StoreFile for MemoryFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let delay = self.disk.0.lock().unwrap().delay;
        std::thread::sleep(delay);
        let mut disk = match self.disk.call() {
            Ok(disk) => disk,
            Err(error) => {
                // Half of it was written.
                let mut disk = self.disk.0.lock().unwrap();
                disk.inodes[self.inode].since.push(bytes[..bytes.len() / 2].to_vec());
                return Err(error);
            }
        };
        let room = disk.room.unwrap_or(usize::MAX).min(bytes.len());
        if let Some(left) = &mut disk.room {
            *left -= room;
        }
        disk.inodes[self.inode].since.push(bytes[..room].to_vec());
        if room < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut disk = self.disk.call()?;
        let inode = &mut disk.inodes[self.inode];
        let since = std::mem::take(&mut inode.since).concat();
        inode.lasting.extend(since);
        Ok(())
    }
}

impl Drop for MemoryFile {
    fn drop(&mut self) {
        let mut disk = self.disk.0.lock().unwrap();
        let inode = self.inode;
        disk.claims.retain(|one| *one != inode);
    }
}
