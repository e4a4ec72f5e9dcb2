//! A pipeline under way: packets of a sensor in, decisions out, and all that a recording keeps of it.

use std::time::SystemTime;

use tonus_core::calibration::Calibration;
use tonus_core::config::{ChannelConfig, Config};
use tonus_core::input::{Command, Cue, Input};
use tonus_core::pipeline::Latency;
use tonus_core::training::SessionInput;
use tonus_device::{CueScript, Feed, Packet};
use tonus_dsp::units::SampleRate;
use tonus_engine::{Engine, assign_calibrations};
use tonus_record::session::{
    DeviceInfo, EventLog, LiveConfig, ProgramInfo, RateInfo, SCHEMA_VERSION, ScaleInfo, SessionEvent, SessionInfo,
    StoredCalibration,
};
use tonus_record::{CalibrationSource, Kind};
use tonus_report::{EndLine, TrainingRecorder, prompt};
use tonus_wire::Scale;

use crate::asking::{Asked, Asking, commands_of};
use crate::error::LiveError;
use crate::output::{Notice, Output};
use crate::sensor::Sensor;

/// Values handed to the pipeline at once, at most.
const BLOCK_VALUES: usize = 512;

/// A pipeline under way.
#[derive(Debug)]
pub(crate) struct Run {
    engine: Engine,
    feed: Feed,
    asked: Asked,
    /// The phase that the person was told of.
    told: u32,
    /// Commands of the programme that were written down, those of the pipeline too.
    heard: usize,
    pub(crate) info: SessionInfo,
    events: EventLog,
    /// Frames that the pipeline has not seen yet: it is faster in blocks.
    block: Vec<f32>,
}

impl Run {
    /// Begins with the first frame that has come.
    pub(crate) fn begin<O: Output>(
        sensor: &Sensor,
        asking: &Asking,
        first: &Packet,
        (hz, source): (f64, &str),
        output: &mut O,
    ) -> Result<Self, LiveError> {
        let place = || sensor.address.to_string();
        let kind = sensor.kind();
        let scales = sensor.scales(first.values().len());
        if let Some(one) = sensor.accessory.iter().find(|one| usize::from(**one) > scales.len()) {
            return LiveError::usage(
                &format!("--accessory {one}: the sensor has {} channels", scales.len()),
                "count channels from 1; --channels says how many are in use",
            );
        }
        let rate = SampleRate::new(hz).map_err(|source| LiveError::Config { place: place(), source })?;
        let config = sensor.config.pipeline(rate);
        let mut info = describe(sensor, asking, first, &scales, (hz, source));
        let channel = |(n, (scale, anchor)): (usize, (&ScaleInfo, &f64))| {
            scale.channel_config(kind, *anchor, is_accessory(sensor, n))
        };
        let channels: Vec<ChannelConfig> = info.scale.iter().zip(&info.anchor).enumerate().map(channel).collect();
        let mut engine =
            Engine::new(&config, &channels).map_err(|source| LiveError::Config { place: place(), source })?;
        if !sensor.calibrations.is_empty() {
            info.config.calibrations = use_calibrations(&mut engine, sensor, &info)?;
            info.config.calibration = CalibrationSource::File;
        }
        let asked = match asking {
            Asking::Program(chosen) => {
                let names: Vec<&str> = info.scale.iter().map(|scale| scale.channel.as_str()).collect();
                let recorder = TrainingRecorder::new(chosen.file.clone(), &config, &names, kind == Kind::Raw);
                Asked::Training(Box::new(recorder))
            }
            Asking::Cues(cues) => Asked::Cues(CueScript::new(cues, hz)),
            Asking::Nothing => Asked::Nothing,
        };
        output.notice(&Notice::Begun(&info));
        output.begin(&info)?;
        let plain: Vec<Scale> = scales.iter().map(|scale| scale.0).collect();
        Ok(Self {
            engine,
            feed: Feed::new(&plain, kind),
            asked,
            told: 0,
            heard: 0,
            info,
            events: EventLog::default(),
            block: Vec::new(),
        })
    }

    /// Index of the next frame.
    pub(crate) const fn index(&self) -> u64 {
        self.feed.index()
    }

    /// The session of a programme, if there is one.
    pub(crate) fn training(&self) -> Option<&TrainingRecorder> {
        self.asked.training()
    }

    /// The person does something, before the next frame.
    pub(crate) fn command(&mut self, input: SessionInput) {
        let at = self.feed.index();
        if let Some(training) = self.asked.training_mut() {
            training.command(at, input);
        }
    }

    /// From the next frame on, this is asked for.
    pub(crate) fn ask(&mut self, cue: Cue) {
        self.feed.ask(cue);
    }

    /// Whether there was a programme and it is over.
    pub(crate) fn is_over(&self) -> bool {
        let Some(recorder) = self.training() else { return false };
        let session = recorder.session();
        session.stage().is_over() || session.ends_at().is_some_and(|end| end <= self.feed.index())
    }

    /// The calibration in force for a channel (from 0).
    pub(crate) fn calibration(&self, channel: usize) -> Option<&Calibration> {
        self.engine.calibration(channel)
    }

    /// How late decisions are.
    pub(crate) fn latency(&self) -> Option<Latency> {
        self.engine.latency()
    }

    /// Sends a packet through.
    pub(crate) fn take<O: Output>(&mut self, packet: &Packet, output: &mut O) -> Result<(), LiveError> {
        let Self { engine, feed, asked, info, events, block, .. } = self;
        if packet.values().len() != info.scale.len() {
            return Ok(());
        }
        let rate_hz = info.rate.hz;
        feed.push_with(packet, asked, |piece, asked| {
            output.piece(piece)?;
            if let Input::Command(Command::Cue(cue)) = piece.input {
                let (n, t_s) = (piece.index, piece.index as f64 / rate_hz);
                let event = SessionEvent { n, t_s, event: "cue".to_owned(), text: cue.name().to_owned() };
                if let Some(event) = events.push(event) {
                    output.event(event);
                }
            }
            if let Input::Frames(values) = piece.input {
                block.extend_from_slice(values);
                if block.len() < BLOCK_VALUES {
                    return Ok(());
                }
            }
            // A command, a gap: what came before it comes first.
            push(engine, Input::Frames(block), asked, output)?;
            block.clear();
            if matches!(piece.input, Input::Frames(_)) { Ok(()) } else { push(engine, piece.input, asked, output) }
        })
    }

    /// Hands what has come to the pipeline, and what happened to the output.
    pub(crate) fn settle<O: Output>(
        &mut self,
        events: &mut Vec<(&'static str, String)>,
        output: &mut O,
    ) -> Result<(), LiveError> {
        push(&mut self.engine, Input::Frames(&self.block), &mut self.asked, output)?;
        self.block.clear();
        self.note(events, output);
        self.tell(output);
        Ok(())
    }

    /// Gives events their place.
    fn note<O: Output>(&mut self, events: &mut Vec<(&'static str, String)>, output: &mut O) {
        let n = self.feed.index();
        let t_s = n as f64 / self.info.rate.hz;
        let all = events.drain(..).chain(output.events());
        for (event, text) in all.collect::<Vec<_>>() {
            let event = SessionEvent { n, t_s, event: event.to_owned(), text };
            if let Some(event) = self.events.push(event) {
                output.event(event);
            }
        }
        if let (Some(recorder), Some(program)) = (self.asked.training(), &mut self.info.program)
            && recorder.commands().len() != self.heard
        {
            self.heard = recorder.commands().len();
            let commands = commands_of(recorder);
            commands.iter().skip(program.commands.len()).for_each(|command| output.command(command));
            program.commands = commands;
        }
    }

    /// Tells the person what a programme asks for now.
    fn tell<O: Output>(&mut self, output: &mut O) {
        let Some(recorder) = self.asked.training() else { return };
        let Some(phase) = recorder.session().phase().filter(|phase| phase.number != self.told) else { return };
        self.told = phase.number;
        let seconds = |samples: u64| samples as f64 / self.info.rate.hz;
        output.notice(&Notice::Phase {
            start_s: seconds(phase.start),
            seconds: seconds(phase.end - phase.start),
            kind: phase.kind().name(),
            prompt: prompt(recorder.file(), phase),
        });
    }

    /// The end: counts and digest, and what a recording keeps of it.
    pub(crate) fn finish<O: Output>(mut self, measured_hz: Option<f64>, output: &mut O) -> Result<Ran, LiveError> {
        self.info.rate.measured_hz = measured_hz;
        let kept = self.events.kept().len();
        self.info.events = std::mem::take(&mut self.events).finish();
        self.info.events.iter().skip(kept).for_each(|event| output.event(event));
        let Self { engine, feed, info, .. } = self;
        let stored = |(n, scale): (usize, &ScaleInfo)| {
            let calibration = *engine.calibration(n)?;
            Some(StoredCalibration { channel: scale.channel.clone(), calibration })
        };
        let calibrations = info.scale.iter().enumerate().filter_map(stored).collect();
        let end = EndLine { frames: feed.frames(), lost: feed.lost(), gaps: feed.gaps(), digest: engine.digest() };
        let latency = engine.latency();
        if let Some(latency) = latency {
            output.notice(&Notice::Latency(latency.total_ms()));
        }
        output.end(&info, &end, latency)?;
        Ok(Ran { info, end, latency, calibrations })
    }
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Ran {
    /// What a recording says of it.
    pub info: SessionInfo,
    /// Counts and digest.
    pub end: EndLine,
    /// How late decisions were, without the transport.
    pub latency: Option<Latency>,
    /// The calibrations at the end.
    pub calibrations: Vec<StoredCalibration>,
}

/// Hands an input to the pipeline; the session of a programme hears what comes of it.
fn push<O: Output>(engine: &mut Engine, input: Input<'_>, asked: &mut Asked, output: &mut O) -> Result<(), LiveError> {
    let at = engine.index();
    match asked.training_mut() {
        Some(training) if O::WANTS_SAMPLES => Ok(engine.push(input, &mut training.hear::<O, true>(output, at))?),
        Some(training) => Ok(engine.push(input, &mut training.hear::<O, false>(output, at))?),
        None => Ok(engine.push(input, output)?),
    }
}

/// Gives stored calibrations to their channels; what is in force then.
fn use_calibrations(
    engine: &mut Engine,
    sensor: &Sensor,
    info: &SessionInfo,
) -> Result<Vec<StoredCalibration>, LiveError> {
    let names: Vec<&str> = info.scale.iter().map(|scale| scale.channel.as_str()).collect();
    let given = assign_calibrations(&sensor.calibrations, &names, &sensor.config).or_else(|found| {
        LiveError::usage(&format!("the stored {found}"), "give the calibrations of this sensor's channels")
    })?;
    let mut in_force = Vec::new();
    for (n, (calibration, name)) in given.into_iter().zip(names).enumerate() {
        let Some(calibration) = calibration else { continue };
        let place = || sensor.address.to_string();
        let fits = engine.check_calibration(n, &calibration);
        fits.map_err(|source| LiveError::Config { place: place(), source })?;
        // A sensor has at most 255 channels.
        let command = Command::Calibration { channel: n as u8, calibration };
        engine.push(Input::Command(command), &mut ())?;
        in_force.push(StoredCalibration { channel: name.to_owned(), calibration });
    }
    Ok(in_force)
}

/// Whether a channel (from 0) should stay quiet.
fn is_accessory(sensor: &Sensor, n: usize) -> bool {
    sensor.accessory.iter().any(|one| usize::from(*one) == n + 1)
}

/// All settings that take effect at a sampling rate; at one that cannot be, those that were stated.
fn settings(sensor: &Sensor, hz: f64) -> Config {
    let stated = sensor.config;
    let all = |rate| Config::of(&stated.pipeline(rate), stated.profile.unwrap_or_default());
    SampleRate::new(hz).map_or(stated, all)
}

/// What a recording says of a sensor whose first frame this is.
pub(crate) fn describe(
    sensor: &Sensor,
    asking: &Asking,
    first: &Packet,
    scales: &[(Scale, ScaleInfo)],
    (hz, source): (f64, &str),
) -> SessionInfo {
    let kind = sensor.kind();
    let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let anchor = first.values().iter().map(|value| if kind == Kind::Envelope { 0.0 } else { *value }).collect();
    let quiet = scales.iter().enumerate().filter(|(n, _)| is_accessory(sensor, *n));
    SessionInfo {
        schema_version: SCHEMA_VERSION,
        tonus_version: env!("CARGO_PKG_VERSION").to_owned(),
        finalised: false,
        started_unix_s: started.as_secs_f64() - first.arrival.elapsed().as_secs_f64(),
        device: DeviceInfo {
            id: sensor.device.id.clone(),
            name: sensor.device.name.clone(),
            port: sensor.address.to_string(),
        },
        rate: RateInfo { hz, source: source.to_owned(), measured_hz: None },
        scale: scales.iter().map(|scale| scale.1.clone()).collect(),
        anchor,
        config: LiveConfig {
            kind,
            pipeline: settings(sensor, hz),
            cues: asking.source(),
            calibration: CalibrationSource::Cues,
            calibrations: Vec::new(),
            accessory: quiet.map(|(_, scale)| scale.1.channel.clone()).collect(),
        },
        program: asking.program().map(|chosen| ProgramInfo {
            name: chosen.file.name.clone(),
            toml: chosen.file.source.clone(),
            commands: Vec::new(),
        }),
        events: Vec::new(),
        end: None,
    }
}
