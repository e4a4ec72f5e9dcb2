//! A driver under way: packets of a sensor in, decisions out, and all that a recording keeps of it.

use std::time::SystemTime;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::{ChannelConfig, Config};
use tonus_core::decision::Decision;
use tonus_core::input::{Command, Cue, Input};
use tonus_core::pipeline::Latency;
use tonus_core::training::Action;
use tonus_device::Packet;
use tonus_dsp::error::ShapeError;
use tonus_dsp::units::SampleRate;
use tonus_record::session::{
    DeviceInfo, EventLog, LiveConfig, ProgramCommand, ProgramInfo, RateInfo, SCHEMA_VERSION, ScaleInfo, SessionEvent,
    SessionInfo, StoredCalibration,
};
use tonus_record::{CalibrationSource, Kind, Setting, wording};
use tonus_report::{EndLine, RestFigures, TrainingRecorder, prompt};
use tonus_wire::Scale;

use super::error::LiveError;
use super::feed::Feed;
use super::output::{Notice, Output};
use super::protocol::Protocol;
use super::rest_watch::RestWatch;
use super::sensor::Sensor;
use crate::calibration::file::assign_calibrations;
use crate::driver::Driver;
use crate::engine::Engine;
use crate::observer::{Observer, Step};
use crate::training::Training;

/// Values handed to the pipeline at once, at most.
const BLOCK_VALUES: usize = 512;

/// How long rest is measured that somebody asks for.
const REST_S: f64 = 6.0;

/// A driver under way.
#[derive(Debug)]
pub(crate) struct Run {
    driver: Driver,
    feed: Feed,
    log: Log,
    /// The phase that the person was told of.
    told: u32,
    /// Commands of the programme that were written down, those of the pipeline too.
    heard: usize,
    pub(crate) info: SessionInfo,
    events: EventLog,
    /// Where the rest that was asked for is measured, the frame before which that ends.
    rest_until: Option<u64>,
    /// Frames that the driver has not seen yet, as pipelines are faster in blocks; and what the device sent for them.
    block: Vec<f32>,
    raw: Vec<f64>,
}

/// Writes down what becomes an event of the recording.
#[derive(Debug, Default)]
struct Log {
    cues: Vec<(u64, Cue)>,
    events: Vec<(&'static str, String)>,
    /// Whether rest still is what was measured.
    watch: RestWatch,
    /// Channels with another rest than before.
    rests: Vec<u8>,
}

impl Observer for Log {
    #[inline]
    fn decision(&mut self, decision: &Decision) {
        self.watch.push(decision);
    }

    fn step(&mut self, step: &Step<'_>) {
        if let Input::Command(Command::Cue(cue)) = step.input {
            self.cues.push((step.index, cue));
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if self.watch.calibrated(channel, calibration) {
            self.rests.push(channel);
        }
        self.events.push(("calibrated", format!("channel {}, rest {:.3}", channel + 1, calibration.baseline_uv)));
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.events.push(("refused", format!("channel {}: {refusal}", channel + 1)));
    }
}

impl Run {
    /// Begins with the first frame that has come.
    pub(crate) fn begin<O: Output>(
        sensor: &Sensor,
        protocol: &Protocol,
        first: &Packet,
        (hz, source): (f64, &str),
        output: &mut O,
    ) -> Result<Self, LiveError> {
        let place = || sensor.options.address.to_string();
        let kind = sensor.kind();
        let scales = sensor.scales(first.values().len());
        if let Some(one) = sensor.options.accessory.iter().find(|one| usize::from(**one) > scales.len()) {
            return LiveError::usage(
                wording![Setting::Accessory, format!(" {one}: the sensor has {} channels", scales.len())],
                wording!["count channels from 1; ", Setting::Channels, " says how many are in use"],
            );
        }
        let rate = SampleRate::new(hz).map_err(|source| LiveError::Config { place: place(), source })?;
        let config = sensor.options.config.pipeline(rate);
        let mut info = describe(sensor, protocol, first, &scales, (hz, source));
        let channel = |(n, (scale, anchor)): (usize, (&ScaleInfo, &f64))| {
            scale.channel_config(kind, *anchor, is_accessory(sensor, n))
        };
        let channels: Vec<ChannelConfig> = info.scale.iter().zip(&info.anchor).enumerate().map(channel).collect();
        let engine = Engine::new(&config, &channels).map_err(|source| LiveError::Config { place: place(), source })?;
        let mut driver = Driver::new(engine);
        match protocol {
            Protocol::Program(chosen) => {
                let names: Vec<&str> = info.scale.iter().map(|scale| scale.channel.as_str()).collect();
                // Spectra are for the report, which is made of the recording.
                driver = driver.with_training(Training::new(chosen.file.clone(), &config, &names, false));
            }
            Protocol::Cues(cues) => driver = driver.with_cues(cues),
            Protocol::Nothing => {}
        }
        if !sensor.options.calibrations.is_empty() {
            info.config.calibrations = use_calibrations(&mut driver, sensor, &info)?;
            info.config.calibration = CalibrationSource::File;
        }
        let mut log = Log::default();
        if driver.training().is_some() {
            log.watch.ignore_deep();
        }
        for (channel, _) in info.scale.iter().enumerate() {
            if let Some(calibration) = driver.engine().calibration(channel) {
                // A sensor has at most 255 channels.
                log.watch.calibrated(channel as u8, calibration);
            }
        }
        output.notice(&Notice::Begun(&info));
        let begun = output.begin(&info);
        tell_storage(output);
        begun?;
        let plain: Vec<Scale> = scales.iter().map(|scale| scale.0).collect();
        Ok(Self {
            driver,
            feed: Feed::new(&plain, kind),
            log,
            told: 0,
            heard: 0,
            info,
            events: EventLog::default(),
            rest_until: None,
            block: Vec::new(),
            raw: Vec::new(),
        })
    }

    /// Index of the next frame.
    pub(crate) const fn index(&self) -> u64 {
        self.feed.index()
    }

    /// The driver; it has seen everything once the run is settled.
    pub(crate) const fn driver(&mut self) -> &mut Driver {
        &mut self.driver
    }

    /// Asks for rest to be measured, unless a programme asks for something.
    pub(crate) fn measure_rest(&mut self) {
        if self.training().is_none() && self.rest_until.is_none() {
            self.driver.ask(Cue::Quiet);
            self.rest_until = Some(self.feed.index() + (REST_S * self.info.rate.hz) as u64);
        }
    }

    /// The programme under way, if there is one.
    pub(crate) fn training(&self) -> Option<&Training> {
        self.driver.training()
    }

    /// Whether there was a programme and it is over.
    pub(crate) fn is_over(&self) -> bool {
        let Some(training) = self.training() else { return false };
        let session = training.session();
        session.stage().is_over() || session.ends_at().is_some_and(|end| end <= self.feed.index())
    }

    /// The calibrations in force, with the names of their channels.
    pub(crate) fn calibrations(&self) -> Vec<StoredCalibration> {
        let stored = |(n, scale): (usize, &ScaleInfo)| {
            Some(StoredCalibration { channel: scale.channel.clone(), calibration: *self.calibration(n)? })
        };
        self.info.scale.iter().enumerate().filter_map(stored).collect()
    }

    /// The calibration in force for a channel (from 0).
    pub(crate) fn calibration(&self, channel: usize) -> Option<&Calibration> {
        self.driver.engine().calibration(channel)
    }

    /// How late decisions are.
    pub(crate) fn latency(&self) -> Option<Latency> {
        self.driver.engine().latency()
    }

    /// Sends a packet through.
    pub(crate) fn take<O: Output>(&mut self, packet: &Packet, output: &mut O) -> Result<(), LiveError> {
        let Self { driver, feed, info, log, block, raw, .. } = self;
        if packet.values().len() != info.scale.len() {
            return Ok(());
        }
        let observer = &mut (log, &mut *output);
        feed.push(packet, |input, sent| {
            if let Input::Frames(values) = input {
                block.extend_from_slice(values);
                raw.extend_from_slice(sent);
                return if block.len() < BLOCK_VALUES { Ok(()) } else { hand_on(driver, block, raw, observer) };
            }
            // What came before it comes first.
            hand_on(driver, block, raw, observer)?;
            driver.push(input, observer)
        })?;
        self.note_cues(output);
        Ok(())
    }

    /// Hands what has come to the driver, and what happened to the output.
    pub(crate) fn settle<O: Output>(
        &mut self,
        events: &mut Vec<(&'static str, String)>,
        output: &mut O,
    ) -> Result<(), LiveError> {
        let Self { driver, log, block, raw, .. } = self;
        hand_on(driver, block, raw, &mut (log, &mut *output))?;
        if self.rest_until.is_some_and(|until| until <= self.feed.index()) {
            self.rest_until = None;
            self.driver.ask(Cue::Free);
        }
        self.note_cues(output);
        self.note(events, output);
        self.tell(output);
        self.tell_rest(output);
        Ok(())
    }

    /// Makes events of the cues that were given.
    fn note_cues<O: Output>(&mut self, output: &mut O) {
        for (n, cue) in self.log.cues.drain(..) {
            let t_s = n as f64 / self.info.rate.hz;
            let event = SessionEvent { n, t_s, event: "cue".to_owned(), text: cue.name().to_owned() };
            if let Some(event) = self.events.push(event) {
                output.event(event);
            }
        }
    }

    /// Gives events their place.
    fn note<O: Output>(&mut self, events: &mut Vec<(&'static str, String)>, output: &mut O) {
        let n = self.feed.index();
        let t_s = n as f64 / self.info.rate.hz;
        for (event, text) in events.drain(..).chain(self.log.events.drain(..)) {
            let event = SessionEvent { n, t_s, event: event.to_owned(), text };
            if let Some(event) = self.events.push(event) {
                output.event(event);
            }
        }
        if let (Some(training), Some(program)) = (self.driver.training(), &mut self.info.program)
            && training.recorder().commands().len() != self.heard
        {
            let recorder = training.recorder();
            self.heard = recorder.commands().len();
            let commands = commands_of(recorder);
            commands.iter().skip(program.commands.len()).for_each(|command| output.command(command));
            program.commands = commands;
        }
    }

    /// Tells the person what a programme asks for now.
    fn tell<O: Output>(&mut self, output: &mut O) {
        let Some(training) = self.training() else { return };
        let Some(phase) = training.session().phase().filter(|phase| phase.number != self.told) else { return };
        let seconds = |samples: u64| samples as f64 / self.info.rate.hz;
        output.notice(&Notice::Phase {
            start_s: seconds(phase.start),
            seconds: seconds(phase.end - phase.start),
            kind: phase.kind().name(),
            prompt: prompt(training.recorder().file(), phase),
        });
        self.told = phase.number;
    }

    /// Tells what there is to say about rest: how it compares once it is measured, and when it should be measured again.
    fn tell_rest<O: Output>(&mut self, output: &mut O) {
        for (n, hint) in self.log.watch.take() {
            let text = format!("channel {}, {:.2} x the rest that was measured", hint.channel + 1, hint.ratio);
            let event = SessionEvent { n, t_s: n as f64 / self.info.rate.hz, event: hint.kind.name().to_owned(), text };
            if let Some(event) = self.events.push(event) {
                output.event(event);
            }
            output.notice(&Notice::MeasureRest(&hint));
        }
        for channel in std::mem::take(&mut self.log.rests) {
            let (place, engine) = (usize::from(channel), self.driver.engine());
            let is_scaled = self.info.scale.get(place).is_some_and(|scale| scale.scaled);
            if let Some(calibration) = engine.calibration(place)
                && is_scaled
                && self.info.config.kind == Kind::Raw
            {
                let (today_uv, floor_uv) = (engine.deepest_uv(place), engine.floor_uv(place));
                let figures = RestFigures::new(calibration.baseline_uv, today_uv, floor_uv);
                output.notice(&Notice::Rest { channel, figures });
            }
        }
    }

    /// The end: counts and digest, and what a recording keeps of it.
    pub(crate) fn finish<O: Output>(mut self, measured_hz: Option<f64>, output: &mut O) -> Result<Outcome, LiveError> {
        self.info.rate.measured_hz = measured_hz;
        let kept = self.events.kept().len();
        self.info.events = std::mem::take(&mut self.events).finish();
        self.info.events.iter().skip(kept).for_each(|event| output.event(event));
        let calibrations = self.calibrations();
        let Self { driver, feed, info, .. } = self;
        let engine = driver.engine();
        let end = EndLine { frames: feed.frames(), lost: feed.lost(), gaps: feed.gaps(), digest: engine.digest() };
        let latency = engine.latency();
        if let Some(latency) = latency {
            output.notice(&Notice::Latency(latency.total_ms()));
        }
        let ended = output.end(&info, &end, latency);
        tell_storage(output);
        ended?;
        Ok(Outcome { info, end, latency, calibrations })
    }
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What a recording says of it.
    pub info: SessionInfo,
    /// Counts and digest.
    pub end: EndLine,
    /// How late decisions were, without the transport.
    pub latency: Option<Latency>,
    /// The calibrations at the end.
    pub calibrations: Vec<StoredCalibration>,
}

/// Hands the frames that wait to the driver.
fn hand_on<O: Observer>(
    driver: &mut Driver,
    block: &mut Vec<f32>,
    raw: &mut Vec<f64>,
    observer: &mut O,
) -> Result<(), ShapeError> {
    let handed = driver.push_with_raw(Input::Frames(block), raw, observer);
    block.clear();
    raw.clear();
    handed
}

/// Makes notices of what there is to say about the disk.
pub(crate) fn tell_storage<O: Output>(output: &mut O) {
    for warning in output.warnings() {
        output.notice(&Notice::Storage(&warning));
    }
}

/// What a recording keeps of a session; what the pipeline brings about is left out, as it will again.
fn commands_of(recorder: &TrainingRecorder) -> Vec<ProgramCommand> {
    let own = recorder.commands().iter().filter(|one| !matches!(one.input, Action::Start | Action::Refused));
    own.map(|one| ProgramCommand { n: one.n, input: one.input, breaths_per_min: one.breaths_per_min }).collect()
}

/// Gives stored calibrations to their channels; what is in force then.
fn use_calibrations(
    driver: &mut Driver,
    sensor: &Sensor,
    info: &SessionInfo,
) -> Result<Vec<StoredCalibration>, LiveError> {
    let names: Vec<&str> = info.scale.iter().map(|scale| scale.channel.as_str()).collect();
    let given = assign_calibrations(&sensor.options.calibrations, &names, &sensor.options.config).or_else(|found| {
        LiveError::usage(format!("the stored {found}"), "give the calibrations of this sensor's channels")
    })?;
    let mut in_force = Vec::new();
    for (n, (calibration, name)) in given.into_iter().zip(names).enumerate() {
        let Some(calibration) = calibration else { continue };
        let place = || sensor.options.address.to_string();
        let fits = driver.engine().check_calibration(n, &calibration);
        fits.map_err(|source| LiveError::Config { place: place(), source })?;
        // A sensor has at most 255 channels.
        driver.calibrate(n as u8, calibration)?;
        in_force.push(StoredCalibration { channel: name.to_owned(), calibration });
    }
    Ok(in_force)
}

/// Whether a channel (from 0) should stay quiet.
fn is_accessory(sensor: &Sensor, n: usize) -> bool {
    sensor.options.accessory.iter().any(|one| usize::from(*one) == n + 1)
}

/// All settings that take effect at a sampling rate; at one that cannot be, those that were stated.
fn settings(sensor: &Sensor, hz: f64) -> Config {
    let stated = sensor.options.config;
    let all = |rate| Config::of(&stated.pipeline(rate), stated.profile.unwrap_or_default());
    SampleRate::new(hz).map_or(stated, all)
}

/// What a recording says of a sensor whose first frame this is.
pub(crate) fn describe(
    sensor: &Sensor,
    protocol: &Protocol,
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
            port: sensor.options.address.to_string(),
        },
        rate: RateInfo { hz, source: source.to_owned(), measured_hz: None },
        scale: scales.iter().map(|scale| scale.1.clone()).collect(),
        anchor,
        config: LiveConfig {
            kind,
            pipeline: settings(sensor, hz),
            cues: protocol.source(),
            calibration: CalibrationSource::Cues,
            calibrations: Vec::new(),
            accessory: quiet.map(|(_, scale)| scale.1.channel.clone()).collect(),
        },
        program: protocol.program().map(|chosen| ProgramInfo {
            name: chosen.file.name.clone(),
            toml: chosen.file.source.clone(),
            commands: Vec::new(),
        }),
        events: Vec::new(),
        end: None,
    }
}
