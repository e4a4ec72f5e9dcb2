//! Why a sensor cannot be reached, and what to do about it.

use std::io;

use thiserror::Error;
use tonus_record::{Setting, Wording, wording};

/// A port or address that cannot be opened.
#[derive(Debug, Error)]
#[error("{}", self.wording())]
pub struct OpenError {
    /// Where.
    pub address: String,
    /// What is wrong.
    pub trouble: OpenErrorKind,
    /// What to do.
    pub advice: Wording,
}

/// What is wrong with a port.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpenErrorKind {
    /// There is no such port.
    #[error("no such port")]
    Absent,
    /// The user may not open it.
    #[error("permission denied")]
    Permission,
    /// Another program has it.
    #[error("in use by another program")]
    Busy,
    /// It is there but no serial port.
    #[error("not a serial port")]
    NotAPort,
    /// The other end does not listen.
    #[error("connection refused")]
    Refused,
    /// The script of a transport in memory has ended.
    #[error("the recording has ended")]
    Ended,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl OpenError {
    /// An error with the advice that goes with its trouble.
    pub fn new(address: &str, trouble: OpenErrorKind) -> Self {
        let advice = match &trouble {
            OpenErrorKind::Absent => "plug the sensor in; `tonus devices` lists the ports".into(),
            OpenErrorKind::Permission => permission(address).into(),
            OpenErrorKind::Busy => {
                "close the Arduino IDE, a serial monitor, or another tonus; on Linux ModemManager may hold \
                              a new port for some seconds"
                    .into()
            }
            OpenErrorKind::NotAPort => "give a serial port such as /dev/ttyACM0 or COM3, or tcp:HOST:PORT".into(),
            OpenErrorKind::Refused => wording!["start the sensor's server (or ", Setting::Simulator, ") first"],
            OpenErrorKind::Ended => "there is nothing more to play".into(),
            OpenErrorKind::Other(_) => "check the cable and the port's name".into(),
        };
        Self { address: address.to_owned(), trouble, advice }
    }

    /// The message, for whoever calls settings by other names than their fields.
    pub fn wording(&self) -> Wording {
        wording![format!("{}: {}; ", self.address, self.trouble), self.advice.clone()]
    }

    /// From what a serial port said.
    pub(crate) fn serial(address: &str, error: &serialport::Error) -> Self {
        let text = error.description.to_lowercase();
        let trouble = match error.kind() {
            serialport::ErrorKind::Io(kind) => OpenErrorKind::of(kind, &error.description),
            serialport::ErrorKind::NoDevice if text.contains("lock") || text.contains("busy") => OpenErrorKind::Busy,
            serialport::ErrorKind::NoDevice => OpenErrorKind::Absent,
            _ if text.contains("typewriter") || text.contains("inappropriate ioctl") => OpenErrorKind::NotAPort,
            _ => OpenErrorKind::Other(error.description.clone()),
        };
        let is_folder = trouble != OpenErrorKind::Absent && std::path::Path::new(address).is_dir();
        Self::new(address, if is_folder { OpenErrorKind::NotAPort } else { trouble })
    }

    /// From what a connection said.
    pub(crate) fn io(address: &str, error: &io::Error) -> Self {
        Self::new(address, OpenErrorKind::of(error.kind(), &error.to_string()))
    }
}

impl OpenErrorKind {
    fn of(kind: io::ErrorKind, text: &str) -> Self {
        match kind {
            io::ErrorKind::NotFound => Self::Absent,
            io::ErrorKind::PermissionDenied => Self::Permission,
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::ResourceBusy => Self::Busy,
            _ => Self::Other(text.to_owned()),
        }
    }
}

/// Names the group that may open the port, where the system has groups.
fn permission(address: &str) -> String {
    let Some(group) = group_of(address) else {
        return "run it as a user who may open serial ports".to_owned();
    };
    if group == "root" {
        return "the port belongs to root alone; ask the administrator for a udev rule".to_owned();
    }
    format!("join its group: `sudo usermod -aG {group} $USER`, then log in again")
}

#[cfg(unix)]
fn group_of(address: &str) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let wanted = std::fs::metadata(address).ok()?.gid().to_string();
    let groups = std::fs::read_to_string("/etc/group").ok()?;
    let named = groups.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)? == wanted).then(|| name.to_owned())
    });
    Some(named.unwrap_or_else(|| "dialout".to_owned()))
}

#[cfg(not(unix))]
fn group_of(_address: &str) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_says_what_to_do() {
        let all = [
            OpenErrorKind::Absent,
            OpenErrorKind::Permission,
            OpenErrorKind::Busy,
            OpenErrorKind::NotAPort,
            OpenErrorKind::Refused,
            OpenErrorKind::Ended,
        ];
        for trouble in all {
            let text = OpenError::new("/dev/null", trouble).to_string();
            assert!(text.starts_with("/dev/null: ") && text.contains("; "), "{text}");
        }
        let refused = OpenError::new("tcp:localhost:9", OpenErrorKind::Refused).wording();
        assert!(refused.named(|_| "`tonus simulate --tcp`").ends_with("server (or `tonus simulate --tcp`) first"));
    }
}
