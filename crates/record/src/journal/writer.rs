//! The live thread's end of a journal, and the thread that writes it.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use tonus_core::input::Cue;

use super::JOURNAL;
use super::builder::ChunkBuilder;
use super::entry::Ending;
use super::layout::{Clocks, header};
use super::queue::{Queue, Taken};
use super::store::{Store, StoreFile};
use crate::session::{ABOUT, ProgramCommand, SessionEvent, SessionInfo, TABLE};

/// Frames after which the clock is looked at.
const LOOK: u32 = 32;

/// How a journal is written.
#[derive(Debug, Clone, Copy)]
pub struct JournalConfig {
    /// Length of a chunk: a killed program loses no more, and what waits for the system. At most 250 ms.
    pub chunk: Duration,
    /// Time between two syncs: a loss of power costs no more, and a chunk. At most 1 s.
    pub sync: Duration,
    /// Bytes that may wait for a slow disk. Beyond that, frames are declared as not stored.
    pub waiting_bytes: usize,
}

impl Default for JournalConfig {
    /// 100 ms, 500 ms, 16 MiB: four minutes of four channels at 2 kHz.
    fn default() -> Self {
        Self { chunk: Duration::from_millis(100), sync: Duration::from_millis(500), waiting_bytes: 16 << 20 }
    }
}

/// A journal under way. Nothing here waits for the disk, except the beginning and the end.
#[derive(Debug)]
pub struct Journal {
    builder: ChunkBuilder,
    queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
    began: Instant,
    chunk: Duration,
    /// When the chunk began that is being filled.
    since: Instant,
    unseen: u32,
    not_stored: u64,
}

/// How a journal ended.
#[derive(Debug)]
pub struct Ended {
    /// Why not all of it could be written, if that was not told before.
    pub failure: Option<io::Error>,
    /// Whether all that was handed over is on the disk, but for `not_stored`.
    pub is_whole: bool,
    /// Frames that were left out as the disk was too slow.
    pub not_stored: u64,
}

impl Journal {
    /// Begins a journal; once this returns, its header lasts.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` if a recording is there, or a journal that was not finalised.
    pub fn begin<S: Store>(store: &S, info: &SessionInfo, config: JournalConfig) -> io::Result<Self> {
        store.make_folder()?;
        for name in [TABLE, JOURNAL, ABOUT] {
            if store.exists(name)? {
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{name} is there already")));
            }
        }
        Self::create(store, info, config)
    }

    /// Begins again in the place of this one, from the first frame on: something that its header says was not known yet.
    /// Until this returns, the former journal lasts.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin_again<S: Store>(self, store: &S, info: &SessionInfo, config: JournalConfig) -> io::Result<Self> {
        let other = Self::create(store, info, config)?;
        drop(self);
        Ok(other)
    }

    fn create<S: Store>(store: &S, info: &SessionInfo, config: JournalConfig) -> io::Result<Self> {
        let header = header(info)?;
        // Before its header is whole, it is no journal.
        let draft = store.draft(JOURNAL);
        let mut file = store.create(&draft)?;
        let done = file
            .append(&header)
            .and_then(|()| file.sync())
            .and_then(|()| store.rename(&draft, JOURNAL))
            .and_then(|()| store.sync_folder());
        if let Err(error) = done {
            // The first error is what counts.
            let _ = store.remove(&draft);
            return Err(error);
        }
        let queue = Arc::new(Queue::new(config.waiting_bytes));
        let shared = Arc::clone(&queue);
        let sync = config.sync;
        let thread = std::thread::Builder::new()
            .name("tonus-journal".to_owned())
            .spawn(move || shared_work(&mut file, &shared, sync))?;
        let now = Instant::now();
        Ok(Self {
            builder: ChunkBuilder::new(&header, info.scale.len()),
            queue,
            thread: Some(thread),
            began: now,
            chunk: config.chunk,
            since: now,
            unseen: 0,
            not_stored: 0,
        })
    }

    /// Frame `n`, as the sensor sent it.
    pub fn frame(&mut self, n: u64, values: &[f64], cue: Cue) {
        let began = self.began;
        self.open();
        self.builder.frame(n, values, cue, || clocks(began));
        self.unseen += 1;
        if self.unseen >= LOOK || self.builder.is_full() {
            self.tick();
        }
    }

    /// Frames that are missing from `n` on.
    pub fn gap(&mut self, n: u64, frames: u64, cue: Cue) {
        let began = self.began;
        self.open();
        self.builder.gap(n, frames, cue, || clocks(began));
    }

    /// An unknown time is missing before `n`.
    pub fn stall(&mut self, n: u64, cue: Cue) {
        let began = self.began;
        self.open();
        self.builder.stall(n, cue, || clocks(began));
    }

    /// What the person did.
    pub fn command(&mut self, command: &ProgramCommand) {
        let began = self.began;
        self.open();
        self.builder.command(command, || clocks(began));
    }

    /// What happened.
    pub fn event(&mut self, event: &SessionEvent) {
        let began = self.began;
        self.open();
        self.builder.event(event, || clocks(began));
    }

    /// Hands over what is due. To be called often, whether or not anything came.
    pub fn tick(&mut self) {
        self.unseen = 0;
        if self.builder.is_empty() || !self.builder.is_full() && self.since.elapsed() < self.chunk {
            return;
        }
        self.since = Instant::now();
        if self.queue.has_failed() {
            // Nobody takes it any more; memory must not grow.
            self.builder.close();
        } else if self.queue.has_room() {
            self.queue.push(self.builder.close());
        } else {
            self.not_stored += self.builder.thin();
        }
    }

    /// Frames that were left out so far as the disk was too slow.
    pub fn not_stored(&self) -> u64 {
        self.not_stored
    }

    /// Why nothing more is written; told once.
    pub fn failure(&self) -> Option<io::Error> {
        self.queue.take_failure()
    }

    /// Writes the end, and waits until all of it is on the disk.
    pub fn end(mut self, ending: &Ending) -> Ended {
        let began = self.began;
        self.builder.end(ending, || clocks(began));
        self.queue.push(self.builder.close());
        self.stop();
        let is_whole = !self.queue.has_failed();
        Ended { failure: self.queue.take_failure(), is_whole, not_stored: self.not_stored }
    }

    fn open(&mut self) {
        if self.builder.is_empty() {
            self.since = Instant::now();
        }
    }

    fn stop(&mut self) {
        self.queue.close();
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, what it wrote is there all the same.
            let _ = thread.join();
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if self.thread.is_some() {
            if !self.builder.is_empty() {
                self.queue.push(self.builder.close());
            }
            self.stop();
        }
    }
}

fn clocks(began: Instant) -> Clocks {
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Clocks { steady_us: began.elapsed().as_micros() as u64, wall_us: wall.as_micros() as i64 }
}

/// Writes until there is nothing more to come, or the system refuses. A sync that failed is never trusted again.
fn shared_work(file: &mut impl StoreFile, queue: &Queue, sync: Duration) {
    if let Err(error) = work(file, queue, sync) {
        queue.fail(error);
    }
}

fn work(file: &mut impl StoreFile, queue: &Queue, sync: Duration) -> io::Result<()> {
    let mut synced = Instant::now();
    let mut is_dirty = false;
    loop {
        let longest = if is_dirty { sync.saturating_sub(synced.elapsed()) } else { sync };
        match queue.take(longest) {
            Taken::Chunk(chunk) => {
                if !is_dirty {
                    synced = Instant::now();
                }
                file.append(&chunk)?;
                queue.written(chunk.len());
                is_dirty = true;
            }
            Taken::Nothing => {}
            Taken::Closed => break,
        }
        if is_dirty && synced.elapsed() >= sync {
            file.sync()?;
            is_dirty = false;
        }
    }
    file.sync()
}
