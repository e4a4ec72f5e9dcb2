//! Transports without a device: a script in memory, and a capture played again.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tonus_wire::profile::Port;

use crate::error::{OpenError, OpenErrorKind};

use super::{Connector, Transport};

/// What one read of a [`Memory`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Script {
    /// Gives these bytes.
    Bytes(Vec<u8>),
    /// Gives nothing for so long.
    Silence(Duration),
    /// The connection breaks; the next open goes on behind this.
    HangUp,
}

/// A sensor in memory: plays a script, keeps what was written to it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    script: VecDeque<Script>,
    written: Vec<u8>,
}

impl Memory {
    /// A sensor that does this.
    pub fn new(script: impl IntoIterator<Item = Script>) -> Self {
        let shared = Shared { script: script.into_iter().collect(), written: Vec::new() };
        Self { shared: Arc::new(Mutex::new(shared)) }
    }

    /// Everything that was written to it.
    pub fn written(&self) -> Vec<u8> {
        self.with(|shared| shared.written.clone())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Shared) -> T) -> T {
        act(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Connector for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn open(&mut self, _port: &Port) -> Result<Box<dyn Transport>, OpenError> {
        if self.with(|shared| shared.script.is_empty()) {
            return Err(OpenError::new("memory", OpenErrorKind::Ended));
        }
        Ok(Box::new(self.clone()))
    }

    fn ends(&self) -> bool {
        self.with(|shared| shared.script.is_empty())
    }
}

impl Transport for Memory {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let next = self.with(|shared| match shared.script.pop_front() {
            Some(Script::Bytes(mut bytes)) => {
                let count = bytes.len().min(room.len());
                if let (Some(slots), Some(now)) = (room.get_mut(..count), bytes.get(..count)) {
                    slots.copy_from_slice(now);
                }
                bytes.drain(..count);
                if !bytes.is_empty() {
                    shared.script.push_front(Script::Bytes(bytes));
                }
                Ok((count, Duration::ZERO))
            }
            Some(Script::Silence(time)) => Ok((0, time)),
            Some(Script::HangUp) => Err(ErrorKind::BrokenPipe.into()),
            None => Err(ErrorKind::UnexpectedEof.into()),
        });
        next.map(|(count, wait): (usize, Duration)| {
            std::thread::sleep(wait);
            count
        })
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.with(|shared| shared.written.extend_from_slice(bytes));
        Ok(())
    }
}

/// A capture of raw bytes with their arrival times: written while a sensor streams, played again to find a fault.
///
/// Records of `µs since the start u64 | length u32 | bytes`, little-endian.
#[derive(Debug)]
pub struct Capture<R> {
    reader: R,
    start: Instant,
    timed: bool,
    rest: VecDeque<u8>,
}

impl<R: Read> Capture<R> {
    /// Plays a capture: in its own time, or as fast as it is read.
    pub fn new(reader: R, timed: bool) -> Self {
        Self { reader, start: Instant::now(), timed, rest: VecDeque::new() }
    }
}

/// Appends a record to a capture.
///
/// # Errors
/// What the writer says.
pub(crate) fn append(writer: &mut dyn Write, micros: u64, bytes: &[u8]) -> io::Result<()> {
    writer.write_all(&micros.to_le_bytes())?;
    writer.write_all(&(bytes.len() as u32).to_le_bytes())?;
    writer.write_all(bytes)
}

impl<R: Read + Send> Transport for Capture<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            let (mut micros, mut length) = ([0; 8], [0; 4]);
            self.reader.read_exact(&mut micros)?;
            self.reader.read_exact(&mut length)?;
            let length = u64::from(u32::from_le_bytes(length));
            let mut bytes = Vec::new();
            (&mut self.reader).take(length).read_to_end(&mut bytes)?;
            self.rest = bytes.into();
            if self.timed {
                let due = Duration::from_micros(u64::from_le_bytes(micros));
                std::thread::sleep(due.saturating_sub(self.start.elapsed()));
            }
        }
        self.rest.read(room)
    }

    fn write_all(&mut self, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

impl<R: Read + Send + 'static> Connector for Option<Capture<R>> {
    fn name(&self) -> String {
        "capture".to_owned()
    }

    fn open(&mut self, _port: &Port) -> Result<Box<dyn Transport>, OpenError> {
        match self.take() {
            Some(capture) => Ok(Box::new(capture)),
            None => Err(OpenError::new("capture", OpenErrorKind::Ended)),
        }
    }

    fn ends(&self) -> bool {
        self.is_none()
    }
}
