//! What is said to a device before it streams and before it is left.

use std::io;
use std::time::{Duration, Instant};

use tonus_wire::profile::{Startup, Step, Variables};

use crate::transport::Transport;

use super::Shared;

/// Bytes that are kept; what follows a start command are frames already.
const KEPT: usize = 1 << 20;

/// A conversation with a device that does not stream yet.
pub(crate) struct Talk<'a> {
    pub(crate) transport: &'a mut dyn Transport,
    pub(crate) shared: &'a Shared,
    pub(crate) variables: Variables,
    pub(crate) tx_gap: Duration,
    /// When something was said last.
    pub(crate) said: Option<Instant>,
    /// Bytes that came and were not asked for yet.
    pub(crate) held: Vec<u8>,
}

impl Talk<'_> {
    /// Steps in order; says whether every expected answer came.
    pub(crate) fn steps(&mut self, steps: &[Step]) -> io::Result<bool> {
        let mut answered = true;
        for step in steps {
            match step {
                Step::Send(template) => self.send(&template.render(&self.variables))?,
                Step::Wait { ms } => self.listen(Duration::from_millis(u64::from(*ms)))?,
                Step::Expect { bytes, timeout_ms } => answered &= self.expect(bytes, *timeout_ms)?,
                Step::Drain => self.drain()?,
            }
        }
        Ok(answered)
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(said) = self.said {
            self.listen(self.tx_gap.saturating_sub(said.elapsed()))?;
        }
        self.said = Some(Instant::now());
        self.transport.write_all(bytes)
    }

    /// Waits and keeps what comes.
    pub(crate) fn listen(&mut self, time: Duration) -> io::Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < time && !self.shared.is_stopped() {
            self.receive(time.saturating_sub(begin.elapsed()))?;
        }
        Ok(())
    }

    /// Waits for bytes and drops what came up to their end.
    pub(crate) fn expect(&mut self, bytes: &[u8], timeout_ms: u32) -> io::Result<bool> {
        let (begin, time) = (Instant::now(), Duration::from_millis(u64::from(timeout_ms)));
        loop {
            if let Some(at) = self.held.windows(bytes.len().max(1)).position(|window| window == bytes) {
                self.held.drain(..at + bytes.len());
                return Ok(true);
            }
            if begin.elapsed() >= time || self.shared.is_stopped() {
                return Ok(false);
            }
            self.receive(time.saturating_sub(begin.elapsed()))?;
        }
    }

    pub(crate) fn drain(&mut self) -> io::Result<()> {
        self.held.clear();
        self.transport.clear_input()
    }

    fn receive(&mut self, longest: Duration) -> io::Result<()> {
        let mut room = [0; 1024];
        let begin = Instant::now();
        let count = self.transport.read(&mut room)?;
        self.held.extend_from_slice(room.get(..count).unwrap_or_default());
        let surplus = self.held.len().saturating_sub(KEPT);
        self.held.drain(..surplus);
        if count == 0 && begin.elapsed() < Duration::from_millis(1) {
            // A transport that does not wait must not make this spin.
            std::thread::sleep(longest.min(Duration::from_millis(2)));
        }
        Ok(())
    }
}

/// Whether anything is said before a device streams.
pub(super) fn is_silent(startup: &Startup) -> bool {
    startup.pre.is_empty() && startup.identify.is_none() && startup.ready.is_none() && startup.start.is_empty()
}
