//! The loop that plays a simulated device in time.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use thiserror::Error;
use tonus_record::ReadError;
use tonus_wire::EncodeError;

use super::Line;
use super::device::Device;
use super::fault::{Damage, Faults};
use super::source::{Next, Source};

/// How often the loop looks around.
const TICK: Duration = Duration::from_millis(2);
/// How long a board that needs no command takes from reset to its first frame.
const BOOT: Duration = Duration::from_millis(300);
/// Bytes that wait for a slow reader before a device in real time drops frames, as a full UART does.
const UART: usize = 4096;
/// Bytes made at once when playing as fast as they are read.
const BLOCK: usize = 4096;
/// How long the line stays open after the end, so that everything can be read, and how long a reader may be away.
const LINGER: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(5));

/// How fast a device plays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// So many times its own speed.
    Times(f64),
    /// As fast as its bytes are read.
    Max,
}

/// What a device has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Played {
    /// Frames sampled.
    pub frames: u64,
    /// Frames of them that were never sent: stalls, full lines, holes in the file.
    pub skipped: u64,
    /// Bytes sent, damage included.
    pub bytes: u64,
}

/// Why a simulation ended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimError {
    /// The file.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A value the device cannot send.
    #[error("frame {frame}: {source}")]
    Encode {
        /// Its index.
        frame: u64,
        /// Why.
        source: EncodeError,
    },
    /// The line.
    #[error("the line to the reader: {0}")]
    Line(#[from] io::Error),
}

/// A device on a line.
pub struct Simulator<'a> {
    device: Device,
    line: &'a mut dyn Line,
    source: &'a mut dyn Source,
    faults: Faults,
    damage: Damage,
    rate_hz: f64,
    pace: Pace,
    once: bool,
    out: Vec<u8>,
    clean: Vec<u8>,
    values: Vec<f64>,
    played: Played,
}

/// Where the loop is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Waiting,
    Open { since: Instant },
    Ended { since: Instant },
}

impl<'a> Simulator<'a> {
    /// Puts everything together.
    pub fn new(
        device: Device,
        line: &'a mut dyn Line,
        source: &'a mut dyn Source,
        faults: Faults,
        rate_hz: f64,
        seed: u64,
    ) -> Self {
        Self {
            device,
            line,
            source,
            damage: Damage::new(&faults, seed),
            faults,
            rate_hz,
            pace: Pace::Times(1.0),
            once: false,
            out: Vec::new(),
            clean: Vec::new(),
            values: Vec::new(),
            played: Played::default(),
        }
    }

    /// Plays at this speed.
    #[must_use]
    pub const fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Plays once instead of for ever.
    #[must_use]
    pub const fn once(mut self, once: bool) -> Self {
        self.once = once;
        self
    }

    /// Plays until the end (if it plays once) or until `stop`.
    ///
    /// # Errors
    /// [`SimError`].
    pub fn run(mut self, stop: &AtomicBool) -> Result<Played, SimError> {
        let mut phase = Phase::Waiting;
        let mut left: Option<Instant> = None;
        // Stream time that has been played at `anchor.0`.
        let mut anchor = (Instant::now(), 0_u64);
        while !stop.load(Ordering::Relaxed) {
            let now = Instant::now();
            if !self.line.is_open() {
                if phase != Phase::Waiting {
                    left = Some(now);
                    self.out.clear();
                }
                let ended = matches!(phase, Phase::Ended { .. });
                let is_away = left.is_some_and(|at| now - at > LINGER.1);
                if self.once && (ended || is_away && self.played.frames > 0) {
                    break;
                }
                phase = Phase::Waiting;
                std::thread::sleep(TICK);
                continue;
            }
            if phase == Phase::Waiting {
                phase = Phase::Open { since: now };
                self.out.clear();
                if !self.device.starts_alone() {
                    self.device.boot(&mut self.out);
                }
            }
            self.listen()?;
            match phase {
                Phase::Open { since } => {
                    if self.device.starts_alone() && !self.device.is_streaming() && now - since > BOOT {
                        self.device.boot(&mut self.out);
                    }
                    if self.device.is_streaming() {
                        if self.fail(stop)? {
                            anchor = (Instant::now(), self.played.frames);
                            phase = if self.line.is_open() { phase } else { Phase::Waiting };
                            continue;
                        }
                        if !self.produce(anchor)? && self.once && self.out.is_empty() {
                            phase = Phase::Ended { since: now };
                        }
                    } else {
                        anchor = (now, self.played.frames);
                    }
                }
                Phase::Ended { since } if now - since > LINGER.0 => break,
                _ => {}
            }
            self.flush()?;
            self.rest();
        }
        Ok(self.played)
    }

    fn listen(&mut self) -> Result<(), SimError> {
        let mut room = [0; 256];
        let count = self.line.read(&mut room)?;
        let mut answer = Vec::new();
        self.device.receive(room.get(..count).unwrap_or_default(), &mut answer);
        self.out.extend_from_slice(&answer);
        Ok(())
    }

    /// Stalls and unplugs that are due; says whether there was one.
    fn fail(&mut self, stop: &AtomicBool) -> Result<bool, SimError> {
        let t = self.played.frames as f64 / self.rate_hz;
        if let Some((_, seconds)) = self.faults.stalls.first().copied().filter(|stall| stall.0 <= t) {
            self.faults.stalls.remove(0);
            self.finish_writing(stop)?;
            for _ in 0..(seconds * self.rate_hz).round() as u64 {
                if self.sample()? == Next::End {
                    break;
                }
                self.device.skip(1);
                self.played.skipped += 1;
            }
            wait(seconds, stop);
            return Ok(true);
        }
        if let Some((_, seconds)) = self.faults.unplugs.first().copied().filter(|unplug| unplug.0 <= t) {
            self.faults.unplugs.remove(0);
            self.finish_writing(stop)?;
            self.line.unplug();
            self.device.switch_off();
            wait(seconds, stop);
            self.line.plug()?;
            self.out.clear();
            return Ok(true);
        }
        Ok(false)
    }

    /// Gives the reader time to take what was sent before a fault.
    fn finish_writing(&mut self, stop: &AtomicBool) -> Result<(), SimError> {
        let begin = Instant::now();
        while !self.out.is_empty() && begin.elapsed() < LINGER.1 && !stop.load(Ordering::Relaxed) {
            self.flush()?;
            std::thread::sleep(TICK);
        }
        std::thread::sleep(50 * TICK);
        Ok(())
    }

    /// Takes the next frame from the source.
    fn sample(&mut self) -> Result<Next, SimError> {
        let mut next = self.source.next(&mut self.values)?;
        if next == Next::End && !self.once {
            self.source.rewind()?;
            next = self.source.next(&mut self.values)?;
        }
        match next {
            Next::Frame => self.played.frames += 1,
            Next::Missing(frames) => {
                self.played.frames += frames;
                self.played.skipped += frames;
                self.device.skip(frames);
            }
            Next::End => {}
        }
        Ok(next)
    }

    /// Makes the frames that are due; `false` at the end.
    fn produce(&mut self, anchor: (Instant, u64)) -> Result<bool, SimError> {
        let due = match self.pace {
            Pace::Max => u64::MAX,
            Pace::Times(speed) => {
                let rate_hz = self.rate_hz * speed * (1.0 + 1e-6 * self.faults.ppm);
                anchor.1 + (anchor.0.elapsed().as_secs_f64() * rate_hz) as u64
            }
        };
        let fault = |list: &[(f64, f64)]| list.first().map_or(f64::INFINITY, |fault| fault.0);
        let until = fault(&self.faults.stalls).min(fault(&self.faults.unplugs)) * self.rate_hz;
        while self.played.frames < due && (self.played.frames as f64) < until {
            if self.pace == Pace::Max && self.out.len() >= BLOCK {
                break;
            }
            match self.sample()? {
                Next::End => return Ok(false),
                Next::Missing(_) => {}
                Next::Frame if self.pace != Pace::Max && self.out.len() > UART => {
                    self.device.skip(1);
                    self.played.skipped += 1;
                }
                Next::Frame => {
                    self.clean.clear();
                    let frame = self.played.frames - 1;
                    let encoded = self.device.frame(&self.values, &mut self.clean);
                    encoded.map_err(|source| SimError::Encode { frame, source })?;
                    self.damage.pass(&self.clean, &mut self.out);
                }
            }
        }
        Ok(true)
    }

    fn flush(&mut self) -> Result<(), SimError> {
        while !self.out.is_empty() {
            let count = self.line.write(&self.out)?;
            self.out.drain(..count);
            self.played.bytes += count as u64;
            if count == 0 {
                break;
            }
        }
        Ok(())
    }

    fn rest(&self) {
        match self.pace {
            Pace::Max if self.out.is_empty() => {}
            Pace::Max => std::thread::sleep(Duration::from_micros(200)),
            Pace::Times(_) => std::thread::sleep(self.faults.batch.max(TICK)),
        }
    }
}

/// Sleeps, but not through a stop.
fn wait(seconds: f64, stop: &AtomicBool) {
    let (begin, time) = (Instant::now(), Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    while begin.elapsed() < time && !stop.load(Ordering::Relaxed) {
        std::thread::sleep((5 * TICK).min(time.saturating_sub(begin.elapsed())));
    }
}

impl std::fmt::Debug for Simulator<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("device", &self.device).finish_non_exhaustive()
    }
}
