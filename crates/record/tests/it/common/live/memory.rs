//! A folder in memory that can fail in every way a disk can.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::sync::{Arc, Mutex};

use tonus_record::journal::{Store, StoreFile};

use super::Dice;

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
