//! A pseudo-terminal with a link that names it.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, open};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use super::Line;

/// The master's side of a pseudo-terminal; the link goes when this goes.
#[derive(Debug)]
pub struct Pty {
    link: PathBuf,
    master: Option<OwnedFd>,
}

impl Pty {
    /// A pseudo-terminal that can be opened as `link`. A link that is left from a former run is replaced, anything else is
    /// not touched.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` if `link` is no symbolic link.
    pub fn new(link: &Path) -> io::Result<Self> {
        let mut pty = Self { link: link.to_owned(), master: None };
        pty.plug()?;
        Ok(pty)
    }
}

fn master() -> io::Result<(OwnedFd, CString)> {
    let mut flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
    if cfg!(any(target_os = "linux", target_os = "android")) {
        // The flag has one value on all of these; where it has no name, a child process never runs anyway.
        flags |= OpenptFlags::from_bits_retain(OFlags::CLOEXEC.bits());
    }
    let master = openpt(flags)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    // Before anyone opens it: a cooked line would mangle bytes and echo them.
    let mut settings = tcgetattr(&master)?;
    settings.make_raw();
    tcsetattr(&master, OptionalActions::Now, &settings)?;
    fcntl_setfl(&master, fcntl_getfl(&master)? | OFlags::NONBLOCK)?;
    // A line that was open once and closed shows a hang-up until somebody opens it: so a client can be seen to come.
    drop(open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?);
    Ok((master, name))
}

impl Line for Pty {
    fn is_open(&mut self) -> bool {
        let Some(master) = &self.master else { return false };
        let mut polled = [PollFd::new(master, PollFlags::IN)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut polled, Some(&now)).is_ok() && polled.iter().all(|fd| !fd.revents().contains(PollFlags::HUP))
    }

    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let Some(master) = &self.master else { return Ok(0) };
        match rustix::io::read(master, room) {
            Err(Errno::AGAIN | Errno::IO | Errno::INTR) => Ok(0),
            result => Ok(result?),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(master) = &self.master else { return Ok(0) };
        match rustix::io::write(master, bytes) {
            Err(Errno::AGAIN | Errno::IO | Errno::INTR) => Ok(0),
            result => Ok(result?),
        }
    }

    fn unplug(&mut self) {
        if self.master.take().is_some() {
            // Somebody else may have removed it.
            let _ = fs::remove_file(&self.link);
        }
    }

    fn plug(&mut self) -> io::Result<()> {
        let (master, name) = master()?;
        if fs::symlink_metadata(&self.link).is_ok_and(|about| !about.is_symlink()) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it exists and is not a link"));
        }
        let draft = self.link.with_extension(format!("draft{}", std::process::id()));
        let target = PathBuf::from(std::ffi::OsString::from_vec(name.into_bytes()));
        std::os::unix::fs::symlink(target, &draft)?;
        fs::rename(&draft, &self.link)?;
        self.master = Some(master);
        Ok(())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.unplug();
    }
}
