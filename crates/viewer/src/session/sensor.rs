//! The thread of a sensor: checks, programmes and their recordings, one after the other on one link.

use std::io;
use std::sync::mpsc;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::Decision;
use tonus_core::pipeline::Latency;
use tonus_core::sink::Sink;
use tonus_core::training::SessionInput;
use tonus_device::transport::{self, Connector};
use tonus_device::{Address, Piece};
use tonus_history::Store;
use tonus_live::{Asking, Keeping, Live, LiveError, Moment, Notice, Output, Recorder, Sensor, SensorOptions, Turn};
use tonus_record::session::{ProgramCommand, SessionEvent, SessionInfo};
use tonus_report::EndLine;

use super::command::{SessionCommand, TrainCommand};
use super::ring_writer::{RingWriter, Teller};
use super::simulated::{PROFILE, Playing, Simulated};
use super::update::{Began, Ended, Purpose, SessionUpdate};
use super::{Session, Wake, spawn};

/// Which sensor.
#[derive(Debug, Clone)]
pub enum SensorPlan {
    /// A real one, or a simulation of one behind a port.
    Port(Box<SensorOptions>),
    /// One in this program.
    Simulated(Simulated),
}

/// Opens a sensor and looks at its signal, on a thread of its own.
///
/// # Errors
/// [`LiveError`] if what is known of the sensor cannot be, or the system gives no thread. That it cannot be opened is told in
/// the updates.
pub fn watch(plan: SensorPlan, wake: Wake) -> Result<Session, LiveError> {
    let options = match &plan {
        SensorPlan::Port(options) => (**options).clone(),
        SensorPlan::Simulated(_) => SensorOptions::new(Address::Serial("simulated".into()), PROFILE),
    };
    let sensor = Sensor::new(options)?;
    let simulated = if let SensorPlan::Simulated(simulated) = plan { Some(simulated) } else { None };
    spawn("tonus-session", wake, move |commands, writer| run(sensor, simulated, &commands, writer))
        .map_err(|source| LiveError::Storage { place: "a thread for the sensor".into(), source })
}

/// Where a run of the sensor goes: to the screen, and into a recording if it is kept.
struct Showing {
    writer: RingWriter,
    recorder: Option<Recorder>,
    purpose: Purpose,
    playing: Option<Playing>,
}

impl Showing {
    fn warn(&mut self) {
        let warnings = self.recorder.as_mut().map(Recorder::warnings).unwrap_or_default();
        for warning in warnings {
            self.writer.tell(SessionUpdate::Warning(warning.to_string()));
        }
    }
}

impl Sink for Showing {
    const WANTS_SAMPLES: bool = true;

    fn decision(&mut self, decision: &Decision) {
        self.writer.decision(decision);
    }

    fn samples(&mut self, channel: u8, first: u64, conditioned_uv: &[f32]) {
        self.writer.samples(channel, first, conditioned_uv);
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        self.writer.calibrated(channel, calibration);
        if let Some(recorder) = &mut self.recorder {
            recorder.calibrated(channel, calibration);
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.writer.refused(channel, refusal);
        if let Some(recorder) = &mut self.recorder {
            recorder.refused(channel, refusal);
        }
    }
}

impl Output for Showing {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError> {
        self.writer.begin();
        let is_quiet = |name: &String| info.config.accessory.contains(name);
        let channels: Vec<String> = info.scale.iter().map(|scale| scale.channel.clone()).collect();
        let began = Began {
            purpose: self.purpose,
            device: info.device.name.clone(),
            accessory: channels.iter().map(is_quiet).collect(),
            channels,
            is_scaled: info.scale.iter().all(|scale| scale.scaled),
            is_raw: info.config.kind == tonus_record::Kind::Raw,
            rate_hz: info.rate.hz,
            rate_source: info.rate.source.clone(),
        };
        self.writer.tell(SessionUpdate::Began(Box::new(began)));
        let begun = self.recorder.as_mut().map_or(Ok(()), |recorder| recorder.begin(info));
        self.warn();
        begun
    }

    fn meanwhile(&mut self, info: &SessionInfo, piece: &Piece<'_>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.meanwhile(info, piece);
        }
    }

    fn piece(&mut self, piece: &Piece<'_>) -> Result<(), LiveError> {
        self.recorder.as_mut().map_or(Ok(()), |recorder| recorder.piece(piece))
    }

    fn flush(&mut self, now: &Moment<'_>) -> Result<(), LiveError> {
        if let Some(recorder) = &mut self.recorder {
            recorder.flush(now)?;
        }
        self.warn();
        if let Some(playing) = &self.playing {
            playing.hear(now.training);
        }
        let link = (now.state, now.is_silent);
        self.writer.show(now.index.unwrap_or(0), link, now.latency_ms, now.training);
        Ok(())
    }

    fn event(&mut self, event: &SessionEvent) {
        if let Some(recorder) = &mut self.recorder {
            recorder.event(event);
        }
    }

    fn command(&mut self, command: &ProgramCommand) {
        if let Some(recorder) = &mut self.recorder {
            recorder.command(command);
        }
    }

    fn events(&mut self) -> Vec<(&'static str, String)> {
        self.recorder.as_mut().map(Output::events).unwrap_or_default()
    }

    fn notice(&mut self, notice: &Notice<'_>) {
        if let Notice::Warning(text) = notice {
            self.writer.tell(SessionUpdate::Warning((*text).to_owned()));
        }
    }

    fn end(&mut self, info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), LiveError> {
        let done = self.recorder.take().map_or(Ok(()), |mut recorder| {
            let done = recorder.end(info, end, latency);
            recorder
                .warnings()
                .iter()
                .for_each(|warning| self.writer.tell(SessionUpdate::Warning(warning.to_string())));
            done
        });
        let EndLine { frames, lost, gaps, digest } = *end;
        self.writer.tell(SessionUpdate::Ended(Box::new(Ended { purpose: self.purpose, frames, lost, gaps, digest })));
        done
    }
}

/// What to say of an error, and what to do about it.
fn failed(error: &LiveError) -> SessionUpdate {
    let help = match error {
        LiveError::Usage { help, .. } | LiveError::Device { help, .. } | LiveError::Kept { help, .. } => help.clone(),
        _ => String::new(),
    };
    SessionUpdate::Failed(error.to_string(), help)
}

/// A session under way on the thread.
struct Running {
    live: Live<Showing>,
    keeping: Option<Keeping>,
    tell: Teller,
}

fn run(sensor: Sensor, simulated: Option<Simulated>, commands: &mpsc::Receiver<SessionCommand>, writer: RingWriter) {
    let tell = writer.teller();
    let mut showing = Showing { writer, recorder: None, purpose: Purpose::Check, playing: None };
    let connector: io::Result<Box<dyn Connector>> = match simulated {
        None => Ok(transport::connector(sensor.address())),
        Some(simulated) => simulated.start().map(|(playing, connector)| {
            showing.playing = Some(playing);
            Box::new(connector) as Box<dyn Connector>
        }),
    };
    let opened = connector
        .map_err(|source| LiveError::Storage { place: "simulated sensor".into(), source })
        .and_then(|connector| Live::open_with(connector, sensor, Asking::Nothing, showing));
    match opened {
        Ok(live) => Running { live, keeping: None, tell: tell.clone() }.play(commands),
        Err(error) => tell.tell(failed(&error)),
    }
    tell.tell(SessionUpdate::Over);
}

impl Running {
    fn play(mut self, commands: &mpsc::Receiver<SessionCommand>) {
        let is_stopped = loop {
            if self.obey(commands) {
                break true;
            }
            match self.live.turn() {
                Ok(Turn::Going) => {}
                // A programme that is over: the signal goes on being looked at.
                Ok(Turn::Over) if self.live.training().is_some() && !self.live.is_finished() => {
                    self.switch(Asking::Nothing, Purpose::Check);
                }
                // What follows is looked at, but is no part of what came before.
                Ok(Turn::Changed) => self.switch(Asking::Nothing, Purpose::Check),
                Ok(Turn::Over) => break false,
                Ok(Turn::Gone) => {
                    self.tell.tell(SessionUpdate::Gone);
                    break false;
                }
                Err(error) => {
                    self.tell.tell(failed(&error));
                    break false;
                }
            }
        };
        let Self { live, keeping, tell } = self;
        if let Err(error) = live.close(is_stopped)
            && !is_stopped
        {
            tell.tell(failed(&error));
        }
        keep(keeping, &tell);
    }

    /// Does what the window has said; whether that was to close.
    fn obey(&mut self, commands: &mpsc::Receiver<SessionCommand>) -> bool {
        for command in commands.try_iter() {
            match command {
                SessionCommand::Check => {
                    self.live.command(SessionInput::Stop);
                    self.switch(Asking::Nothing, Purpose::Check);
                }
                SessionCommand::Train(command) => self.train(*command),
                SessionCommand::Input(input) => self.live.command(input),
                SessionCommand::Mark(text) => self.live.mark(&text),
                SessionCommand::Close => return true,
            }
        }
        false
    }

    /// Ends what is under way, brings its recording to its end, and begins something else.
    fn switch(&mut self, asking: Asking, purpose: Purpose) {
        if let Err(error) = self.live.next(asking) {
            self.tell.tell(failed(&error));
        }
        self.live.output().purpose = purpose;
        keep(self.keeping.take(), &self.tell);
    }

    fn train(&mut self, command: TrainCommand) {
        let TrainCommand { chosen, about, store, is_kept } = command;
        self.switch(Asking::Nothing, Purpose::Train);
        if is_kept {
            let root = store.map_or_else(Store::default_root, Ok);
            let begun = root.and_then(|root| Store::open(&root)).map_err(LiveError::from).and_then(|store| {
                let keeping = Keeping::inside(store, about, &chosen)?;
                let recorder = Recorder::new(keeping.folder())?;
                Ok((keeping, recorder))
            });
            match begun {
                Ok((keeping, recorder)) => {
                    self.keeping = Some(keeping);
                    self.live.output().recorder = Some(recorder);
                }
                Err(error) => {
                    // Without a place to keep it, the session is still worth having.
                    self.tell.tell(failed(&error));
                }
            }
        }
        // Nothing has begun since the switch: no frame was taken.
        if let Err(error) = self.live.next(Asking::Program(Box::new(chosen))) {
            self.tell.tell(failed(&error));
        }
    }
}

/// Brings a session of the store to its end.
fn keep(keeping: Option<Keeping>, tell: &Teller) {
    let Some(keeping) = keeping else { return };
    if !keeping.is_recorded() {
        return keeping.forget_if_empty();
    }
    match keeping.finish() {
        Ok(Some(kept)) => tell.tell(SessionUpdate::Kept(Box::new(kept.summary), kept.report)),
        Ok(None) => {}
        Err(error) => tell.tell(failed(&error)),
    }
}
