//! A line in memory, from a simulated device to a link in the same program; and the thread on which the device plays.

use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tonus_wire::profile::{DeviceProfile, Port};

use super::Line;
use super::device::Device;
use super::fault::Faults;
use super::run::{Pace, Simulator};
use super::source::Source;
use crate::error::{OpenError, OpenErrorKind};
use crate::transport::{Connector, Transport};

/// Bytes that wait for the reader, as in a port's driver.
const ROOM: usize = 1 << 16;
/// How long a read waits for the first byte.
const WAIT: Duration = Duration::from_millis(10);

#[derive(Debug, Default)]
struct Shared {
    to_reader: Vec<u8>,
    to_device: Vec<u8>,
    is_open: bool,
    is_pulled: bool,
    /// The device is gone for good.
    is_over: bool,
    /// Counts connections, so that a former one notices.
    connection: u64,
}

#[derive(Debug, Default)]
struct Pipe {
    shared: Mutex<Shared>,
    came: Condvar,
}

impl Pipe {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The device's end.
#[derive(Debug)]
struct PipeLine(Arc<Pipe>);

impl Line for PipeLine {
    fn is_open(&mut self) -> bool {
        let shared = self.0.lock();
        shared.is_open && !shared.is_pulled
    }

    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let mut shared = self.0.lock();
        let count = shared.to_device.len().min(room.len());
        for (slot, byte) in room.iter_mut().zip(shared.to_device.drain(..count)) {
            *slot = byte;
        }
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut shared = self.0.lock();
        if !shared.is_open {
            return Ok(bytes.len());
        }
        let count = bytes.len().min(ROOM.saturating_sub(shared.to_reader.len()));
        shared.to_reader.extend_from_slice(bytes.get(..count).unwrap_or_default());
        drop(shared);
        self.0.came.notify_all();
        Ok(count)
    }

    fn unplug(&mut self) {
        let mut shared = self.0.lock();
        (shared.is_pulled, shared.is_open) = (true, false);
        shared.to_reader.clear();
        drop(shared);
        self.0.came.notify_all();
    }

    fn plug(&mut self) -> io::Result<()> {
        self.0.lock().is_pulled = false;
        Ok(())
    }
}

/// The reader's end: opens, and opens again.
#[derive(Debug)]
pub struct PipeConnector(Arc<Pipe>);

impl Connector for PipeConnector {
    fn name(&self) -> String {
        "simulated sensor".to_owned()
    }

    fn open(&mut self, _port: &Port) -> Result<Box<dyn Transport>, OpenError> {
        let mut shared = self.0.lock();
        if shared.is_over {
            return Err(OpenError::new("simulated sensor", OpenErrorKind::Ended));
        }
        if shared.is_pulled {
            return Err(OpenError::new("simulated sensor", OpenErrorKind::Absent));
        }
        shared.is_open = true;
        shared.connection += 1;
        shared.to_reader.clear();
        shared.to_device.clear();
        Ok(Box::new(PipeEnd { pipe: Arc::clone(&self.0), connection: shared.connection }))
    }

    fn is_present(&mut self) -> bool {
        !self.0.lock().is_pulled
    }

    fn ends(&self) -> bool {
        self.0.lock().is_over
    }
}

struct PipeEnd {
    pipe: Arc<Pipe>,
    connection: u64,
}

impl PipeEnd {
    fn check(&self, shared: &Shared) -> io::Result<()> {
        let is_gone = !shared.is_open || shared.connection != self.connection;
        if is_gone { Err(ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }
}

impl Transport for PipeEnd {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let shared = self.pipe.lock();
        let wait = |shared: &mut Shared| shared.to_reader.is_empty() && shared.is_open && !shared.is_over;
        let waited = self.pipe.came.wait_timeout_while(shared, WAIT, wait);
        let mut shared = waited.unwrap_or_else(PoisonError::into_inner).0;
        if shared.to_reader.is_empty() {
            self.check(&shared)?;
            return if shared.is_over { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(0) };
        }
        let count = shared.to_reader.len().min(room.len());
        for (slot, byte) in room.iter_mut().zip(shared.to_reader.drain(..count)) {
            *slot = byte;
        }
        Ok(count)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut shared = self.pipe.lock();
        self.check(&shared)?;
        shared.to_device.extend_from_slice(bytes);
        Ok(())
    }

    fn clear_input(&mut self) -> io::Result<()> {
        self.pipe.lock().to_reader.clear();
        Ok(())
    }
}

impl Drop for PipeEnd {
    fn drop(&mut self) {
        let mut shared = self.pipe.lock();
        if shared.connection == self.connection {
            shared.is_open = false;
        }
    }
}

/// A simulated device that plays on a thread of this program until this is dropped.
#[derive(Debug)]
pub struct InMemory {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// How a simulated device in memory plays.
#[derive(Debug, Clone)]
pub struct PlayOptions {
    /// Sampling rate.
    pub rate_hz: f64,
    /// How fast.
    pub pace: Pace,
    /// What goes wrong.
    pub faults: Faults,
    /// Once instead of for ever.
    pub once: bool,
    /// Seed of the faults.
    pub seed: u64,
}

impl PlayOptions {
    /// In its own time, for ever, without faults.
    pub fn new(rate_hz: f64) -> Self {
        Self { rate_hz, pace: Pace::Times(1.0), faults: Faults::default(), once: false, seed: 1 }
    }
}

impl InMemory {
    /// Starts a device; gives the end that a link opens.
    ///
    /// # Errors
    /// [`io::Error`] if the profile has no encoder or the system gives no thread.
    pub fn start(
        profile: &DeviceProfile,
        mut source: impl Source + Send + 'static,
        options: PlayOptions,
    ) -> io::Result<(Self, PipeConnector)> {
        let PlayOptions { rate_hz, pace, faults, once, seed } = options;
        let device =
            Device::new(profile, rate_hz).map_err(|error| io::Error::new(ErrorKind::Unsupported, error.to_string()))?;
        let pipe = Arc::new(Pipe::default());
        let (stop, connector) = (Arc::new(AtomicBool::new(false)), PipeConnector(Arc::clone(&pipe)));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("tonus-simulated".to_owned()).spawn(move || {
            let mut line = PipeLine(pipe);
            let simulator = Simulator::new(device, &mut line, &mut source, faults, rate_hz, seed);
            // Nothing can fail in memory but a value that the device cannot send; the stream then ends.
            let _ = simulator.with_pace(pace).once(once).run(&stopped);
            line.0.lock().is_over = true;
            line.0.came.notify_all();
        })?;
        Ok((Self { stop, thread: Some(thread) }, connector))
    }
}

impl Drop for InMemory {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, there is nobody to tell.
            let _ = thread.join();
        }
    }
}
