//! One writer at a time: two programs may have a store open, the viewer and the command line.
//!
//! The lock is a file that only one program can make. It is held for some milliseconds, so one that has not changed for
//! seconds was left by a program that died, and is taken over.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use tonus_record::file;

use crate::disk;

/// How long to wait between two looks.
const WAIT: Duration = Duration::from_millis(5);
/// Looks at an unchanged lock until it counts as left behind: about 4 s.
const PATIENCE: u32 = 800;
/// Tells apart the locks of one program.
static LOCKS: AtomicU32 = AtomicU32::new(0);

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    place: PathBuf,
    owner: String,
}

impl Lock {
    /// Waits for the right to write.
    pub(crate) fn take(place: PathBuf) -> io::Result<Self> {
        Self::take_after(place, PATIENCE)
    }

    fn take_after(place: PathBuf, patience: u32) -> io::Result<Self> {
        let owner = format!("{}-{}", std::process::id(), LOCKS.fetch_add(1, Ordering::Relaxed));
        let (mut last, mut looks, mut denied) = (None, 0, 0);
        loop {
            match file::create_new(&place) {
                Ok(mut file) => {
                    // From here on it goes with this, also where a full disk takes no name.
                    let lock = Self { place, owner };
                    return match file.write_all(lock.owner.as_bytes()) {
                        Ok(()) => Ok(lock),
                        Err(error) => fs::remove_file(&lock.place).and(Err(error)),
                    };
                }
                // Windows says so while a lock that was just given back goes away.
                Err(error) if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied && denied < patience => {
                    denied += 1;
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            let there = disk::read(&place)?;
            // A link to nowhere holds nothing either, and stays.
            looks = if there == last { looks + 1 } else { 0 };
            last = there;
            if looks >= patience {
                disk::remove_file(&place)?;
                looks = 0;
            } else {
                thread::sleep(WAIT);
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if disk::read(&self.place).is_ok_and(|owner| owner.as_deref() == Some(self.owner.as_bytes())) {
            // A lock that stays is taken over by the next program that waits for it.
            let _ = fs::remove_file(&self.place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_what_the_dead_left_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(".lock");
        let lock = Lock::take(place.clone()).unwrap();
        let waiting = thread::spawn({
            let place = place.clone();
            move || Lock::take(place).unwrap().owner.clone()
        });
        thread::sleep(WAIT * 4);
        assert_eq!(fs::read_to_string(&place).unwrap(), lock.owner);
        drop(lock);
        waiting.join().unwrap();
        assert!(!place.exists());
        fs::write(&place, "dead").unwrap();
        Lock::take_after(place.clone(), 3).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("nowhere", &place).unwrap();
            Lock::take_after(place, 3).unwrap();
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
