//! The thread of a recording that is played again: the same samples, programme and decisions, in their own time.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tonus_core::training::SessionInput;
use tonus_device::State;
use tonus_engine::{AnalysisError, AnalysisOptions, Playback};
use tonus_record::Setting;

use super::command::SessionCommand;
use super::ring_writer::RingWriter;
use super::update::{Began, Ended, Purpose, SessionUpdate};
use super::{Session, Wake, spawn};

/// Frames between two looks at the clock.
const BLOCK_S: f64 = 0.01;

/// Plays a recording, so many times as fast as it was made; without a number as fast as possible.
///
/// # Errors
/// If the system gives no thread. That the recording cannot be read is told in an update.
pub fn replay(file: &Path, speed: Option<f64>, wake: Wake) -> std::io::Result<Session> {
    let file = file.to_owned();
    spawn("tonus-replay", wake, move |commands, mut writer| {
        match play(&file, speed, &commands, &mut writer) {
            Ok(()) | Err(Stop::Asked) => {}
            Err(Stop::Failed(error)) => {
                writer.tell(SessionUpdate::Failed(error.to_string(), help(&error).unwrap_or_default().to_owned()));
            }
        }
        writer.tell(SessionUpdate::Over);
    })
}

/// Why playing ends early.
enum Stop {
    Asked,
    Failed(AnalysisError),
}

impl From<AnalysisError> for Stop {
    fn from(error: AnalysisError) -> Self {
        Self::Failed(error)
    }
}

/// What the file leaves open.
fn help(error: &AnalysisError) -> Option<&'static str> {
    if let AnalysisError::Read(error) = error { error.option().map(Setting::field) } else { None }
}

fn play(
    file: &Path,
    speed: Option<f64>,
    commands: &mpsc::Receiver<SessionCommand>,
    writer: &mut RingWriter,
) -> Result<(), Stop> {
    let options = AnalysisOptions::default();
    let mut playback = Playback::new(Playback::open_recording(file, &options)?, &options)?;
    let header = playback.header();
    let rate_hz = header.rate.hz();
    let live = header.session.as_ref();
    let is_quiet = |name: &String| live.is_some_and(|session| session.config.accessory.contains(name));
    let channels: Vec<String> = header.channels.iter().map(|channel| channel.name.clone()).collect();
    writer.restart();
    writer.tell(SessionUpdate::Began(Box::new(Began {
        purpose: Purpose::Replay,
        device: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        accessory: channels.iter().map(is_quiet).collect(),
        channels,
        is_scaled: header.channels.iter().all(|channel| channel.scaled),
        is_raw: header.kind == tonus_record::Kind::Raw,
        rate_hz,
        rate_source: header.rate_source.name().to_owned(),
    })));
    let latency_ms = playback.latency_ms();
    let mut clock = Clock { begin: Instant::now(), at: 0, speed, rate_hz, is_paused: false };
    let block = ((BLOCK_S * rate_hz) as usize).max(1);
    let totals = playback.play(block, writer, |writer, index, training| {
        writer.show(index, (State::Streaming, false), latency_ms, training);
        clock.wait(index, commands)
    })?;
    let counts = playback.counts();
    let (frames, lost, gaps) = (counts.frames, counts.frames_missing, totals.gaps);
    let digest = playback.digest();
    writer.tell(SessionUpdate::Ended(Box::new(Ended { purpose: Purpose::Replay, frames, lost, gaps, digest })));
    Ok(())
}

/// When the next frame is due.
struct Clock {
    begin: Instant,
    /// The frame that was due at `begin`.
    at: u64,
    speed: Option<f64>,
    rate_hz: f64,
    is_paused: bool,
}

impl Clock {
    /// Waits until frame `index` is due, and hears what the window says meanwhile.
    fn wait(&mut self, index: u64, commands: &mpsc::Receiver<SessionCommand>) -> Result<(), Stop> {
        loop {
            let due = match self.speed {
                _ if self.is_paused => Duration::from_millis(20),
                None => Duration::ZERO,
                Some(speed) => {
                    let seconds = (index - self.at.min(index)) as f64 / (self.rate_hz * speed);
                    Duration::try_from_secs_f64(seconds).unwrap_or_default().saturating_sub(self.begin.elapsed())
                }
            };
            let command = if due.is_zero() { commands.try_recv().ok() } else { commands.recv_timeout(due).ok() };
            match command {
                Some(SessionCommand::Close | SessionCommand::Check | SessionCommand::Input(SessionInput::Stop)) => {
                    return Err(Stop::Asked);
                }
                Some(SessionCommand::Input(SessionInput::Pause)) => self.is_paused = true,
                Some(SessionCommand::Input(SessionInput::Resume)) => {
                    (self.is_paused, self.begin, self.at) = (false, Instant::now(), index);
                }
                None if due.is_zero() => return Ok(()),
                _ => {}
            }
        }
    }
}
