//! The thread of a sensor: checks, programmes and their recordings, one after the other on one link.

use std::io;
use std::sync::mpsc;

use tonus_core::pipeline::Latency;
use tonus_core::training::SessionInput;
use tonus_device::Address;
use tonus_device::transport::{self, Connector};
use tonus_engine::Observer;
use tonus_engine::live::store::{Pending, RestMemory};
use tonus_engine::live::{Live, LiveError, Moment, Notice, Output, Protocol, Recorder, Sensor, SensorOptions, Turn};
use tonus_history::Store;
use tonus_record::session::SessionInfo;
use tonus_report::{EndLine, RestFigures};

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

/// Where a run of the sensor goes: into a recording if it is kept, to the screen, and to the person if one is simulated.
type Shown = (Option<Recorder>, (RingWriter, Option<Playing>));

impl Output for RingWriter {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError> {
        self.restart();
        self.calmest_uv = (0..info.scale.len()).map(|n| self.memory.calmest_uv(info, n)).collect();
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
        self.tell(SessionUpdate::Began(Box::new(began)));
        Ok(())
    }

    fn flush(&mut self, now: &Moment<'_>) -> Result<(), LiveError> {
        let link = (now.state, now.is_silent);
        self.show(now.index.unwrap_or(0), link, now.latency_ms, now.training);
        Ok(())
    }

    fn notice(&mut self, notice: &Notice<'_>) {
        self.tell(match notice {
            Notice::Warning(text) => SessionUpdate::Warning((*text).to_owned()),
            Notice::Storage(warning) => SessionUpdate::Warning(warning.to_string()),
            Notice::Rest { channel, figures } => {
                let before_uv = self.calmest_uv.get(usize::from(*channel)).copied().flatten();
                SessionUpdate::Rest(*channel, RestFigures { before_uv, ..*figures })
            }
            Notice::MeasureRest(hint) => SessionUpdate::MeasureRest(**hint),
            _ => return,
        });
    }

    fn end(&mut self, _info: &SessionInfo, end: &EndLine, _latency: Option<Latency>) -> Result<(), LiveError> {
        let EndLine { frames, lost, gaps, digest } = *end;
        self.tell(SessionUpdate::Ended(Box::new(Ended { purpose: self.purpose, frames, lost, gaps, digest })));
        Ok(())
    }
}

impl Observer for Playing {}

impl Output for Playing {
    fn flush(&mut self, now: &Moment<'_>) -> Result<(), LiveError> {
        self.hear(now.training);
        Ok(())
    }
}

/// What to say of an error, and what to do about it.
fn failed(error: &LiveError) -> SessionUpdate {
    let help = error.help().map(|help| help.to_string());
    SessionUpdate::Failed(error.to_string(), help.unwrap_or_default())
}

/// A session under way on the thread.
struct Running {
    live: Live<Shown>,
    pending: Option<Pending>,
    tell: Teller,
}

fn run(sensor: Sensor, simulated: Option<Simulated>, commands: &mpsc::Receiver<SessionCommand>, writer: RingWriter) {
    let tell = writer.teller();
    let mut person = None;
    let connector: io::Result<Box<dyn Connector>> = match simulated {
        None => Ok(transport::connector(sensor.address())),
        Some(simulated) => simulated.start().map(|(playing, connector)| {
            person = Some(playing);
            Box::new(connector) as Box<dyn Connector>
        }),
    };
    let opened = connector
        .map_err(|source| LiveError::Storage { place: "simulated sensor".into(), source })
        .and_then(|connector| Live::open_with(connector, sensor, Protocol::Nothing, (None, (writer, person))));
    match opened {
        Ok(live) => Running { live, pending: None, tell: tell.clone() }.play(commands),
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
                    self.switch(Protocol::Nothing, Purpose::Check);
                }
                // What follows is looked at, but is no part of what came before.
                Ok(Turn::Changed) => self.switch(Protocol::Nothing, Purpose::Check),
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
        let Self { live, pending, tell } = self;
        if let Err(error) = live.close(is_stopped)
            && !is_stopped
        {
            tell.tell(failed(&error));
        }
        keep(pending, &tell);
    }

    /// Does what the window has said; whether that was to close.
    fn obey(&mut self, commands: &mpsc::Receiver<SessionCommand>) -> bool {
        for command in commands.try_iter() {
            match command {
                SessionCommand::Check => {
                    self.live.command(SessionInput::Stop);
                    self.switch(Protocol::Nothing, Purpose::Check);
                }
                SessionCommand::Train(command) => self.train(*command),
                SessionCommand::Input(input) => self.live.command(input),
                SessionCommand::MeasureRest => self.live.measure_rest(),
                SessionCommand::Mark(text) => self.live.mark(&text),
                SessionCommand::Close => return true,
            }
        }
        false
    }

    /// Ends what is under way, brings its recording to its end, and begins something else.
    fn switch(&mut self, protocol: Protocol, purpose: Purpose) {
        if let Err(error) = self.live.next(protocol) {
            self.tell.tell(failed(&error));
        }
        let (recorder, (writer, _)) = self.live.output();
        *recorder = None;
        writer.purpose = purpose;
        keep(self.pending.take(), &self.tell);
    }

    fn train(&mut self, command: TrainCommand) {
        let TrainCommand { chosen, about, store, is_kept } = command;
        self.switch(Protocol::Nothing, Purpose::Train);
        self.live.output().1.0.memory = RestMemory::open(store.as_deref(), &about);
        if is_kept {
            let root = store.map_or_else(Store::default_root, Ok);
            let begun = root.and_then(|root| Store::open(&root)).map_err(LiveError::from).and_then(|store| {
                let pending = Pending::inside(store, about, &chosen)?;
                let recorder = Recorder::new(pending.folder())?;
                Ok((pending, recorder))
            });
            match begun {
                Ok((pending, recorder)) => {
                    self.pending = Some(pending);
                    self.live.output().0 = Some(recorder);
                }
                Err(error) => {
                    // Without a place to keep it, the session is still worth having.
                    self.tell.tell(failed(&error));
                }
            }
        }
        // Nothing has begun since the switch: no frame was taken.
        if let Err(error) = self.live.next(Protocol::Program(Box::new(chosen))) {
            self.tell.tell(failed(&error));
        }
    }
}

/// Brings a session of the store to its end.
fn keep(pending: Option<Pending>, tell: &Teller) {
    let Some(pending) = pending else { return };
    if !pending.is_recorded() {
        return pending.forget_if_empty();
    }
    match pending.finish() {
        Ok(Some(kept)) => tell.tell(SessionUpdate::Kept(Box::new(kept.summary), kept.report)),
        Ok(None) => {}
        Err(error) => tell.tell(failed(&error)),
    }
}
