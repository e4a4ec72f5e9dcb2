//! Frames of a sensor through the pipeline, from the first to the last.

use std::io::Write;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::input::{Command, Input};
use tonus_core::pipeline::Latency;
use tonus_core::session::SessionInput;
use tonus_core::sink::Sink;
use tonus_core::units::SampleRate;
use tonus_record::Kind;
use tonus_record::session::{
    DeviceInfo, LiveConfig, ProgramCommand, ProgramInfo, RateInfo, SCHEMA_VERSION, SessionEvent, SessionInfo,
};
use tonus_report::{EndLine, TrainingRecorder};
use tonus_serial::{CueScript, Feed, Link, LinkOptions, Notice, Packet, Piece, State, transport};
use tonus_wire::rate::RateEstimator;

use super::sensor::Sensor;
use super::stop;
use crate::engine::Engine;
use crate::failure::{DEVICE, Failure, OK};
use crate::plan::{mains_of, pipeline_kind, profile_of, usage};
use crate::training::{Asked, commands_of};
use crate::words;

/// From when on silence is shown; at low rates from so many frame times.
const NO_SIGNAL: (Duration, f64) = (Duration::from_millis(250), 5.0);
/// Longest wait for a frame.
const WAIT: Duration = Duration::from_millis(20);
/// Values handed to the pipeline at once, at most.
const BLOCK_VALUES: usize = 512;
/// How long a sensor may take to its first frame.
const FIRST_FRAME: Duration = Duration::from_secs(20);
/// How long a sensor that is gone is waited for, without --duration.
const GONE: Duration = Duration::from_secs(10);
/// Seconds over which an unknown rate is measured.
const MEASURE_S: f64 = 3.0;
/// A measured rate this close to a multiple of 25 Hz is that multiple.
const SNAP: f64 = 0.005;

/// Where a session goes.
pub(super) trait Output: Sink {
    /// The rate is known, the first frame follows.
    fn begin(&mut self, info: &SessionInfo) -> Result<(), Failure>;
    /// What the pipeline is given.
    fn piece(&mut self, _piece: &Piece<'_>) -> Result<(), Failure> {
        Ok(())
    }
    /// Hands on what waits, before the next wait.
    fn flush(&mut self) -> Result<(), Failure>;
    /// Something that happened, with its place.
    fn event(&mut self, _event: &SessionEvent) {}
    /// What the person did during a programme.
    fn command(&mut self, _command: &ProgramCommand) {}
    /// What happened since the last call, without place and time.
    fn events(&mut self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
    /// The end, and how late decisions were by the signal's own delay.
    fn end(self, info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), Failure>;
}

/// A pipeline under way.
struct Running {
    engine: Engine,
    feed: Feed,
    asked: Asked,
    /// The phase that the person was told of.
    told: u32,
    /// Commands of the programme that were written down, those of the pipeline too.
    heard: usize,
    info: SessionInfo,
    /// Frames that the pipeline has not seen yet: it is faster in blocks.
    block: Vec<f32>,
}

impl Running {
    /// Hands the block to the pipeline.
    fn flush<O: Output>(&mut self, output: &mut O) -> Result<(), Failure> {
        push(&mut self.engine, Input::Frames(&self.block), &mut self.asked, output)?;
        self.block.clear();
        Ok(())
    }

    /// Tells the person what a programme asks for now.
    fn tell(&mut self, sensor: &Sensor) {
        let Asked::Training(recorder) = &self.asked else { return };
        let Some(phase) = recorder.session().phase().filter(|phase| phase.number != self.told) else { return };
        self.told = phase.number;
        let seconds = |samples: u64| samples as f64 / self.info.rate.hz;
        let (kind, prompt) = (phase.kind().name(), tonus_report::prompt(recorder.file(), phase));
        say(sensor, &words::phase(seconds(phase.start), kind, seconds(phase.end - phase.start), prompt));
    }

    /// Whoever ends the recording stops the session of a programme, and no reason is asked for.
    fn stop_session(&mut self) {
        if let Some(training) = self.asked.training() {
            training.command(self.feed.index(), SessionInput::Stop);
        }
    }

    /// Whether there was a programme and it is over.
    fn is_over(&self) -> bool {
        let Asked::Training(recorder) = &self.asked else { return false };
        let session = recorder.session();
        session.stage().is_over() || session.ends_at().is_some_and(|end| end <= self.feed.index())
    }
}

/// Hands an input to the pipeline; the session of a programme hears what comes of it.
fn push<O: Output>(engine: &mut Engine, input: Input<'_>, asked: &mut Asked, output: &mut O) -> Result<(), Failure> {
    let at = engine.index();
    match asked.training() {
        Some(training) => Ok(engine.push(input, &mut training.hear::<O, false>(output, at))?),
        None => Ok(engine.push(input, output)?),
    }
}

/// Says something to the person, unless that is not wanted.
fn say(sensor: &Sensor, text: &str) {
    if !sensor.quiet {
        // If standard error is gone, there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}

/// Runs a session until its time is over, Ctrl-C, or the sensor is gone for good.
pub(super) fn run<O: Output>(mut sensor: Sensor, mut output: O) -> Result<u8, Failure> {
    let stop = stop::flag()?;
    let capture = match &sensor.capture {
        Some(place) => {
            let file = std::fs::File::create(place);
            Some(file.map_err(|source| Failure::Storage { place: place.clone(), source })?)
        }
        None => None,
    };
    let options = LinkOptions {
        rate_hz: sensor.rate().map(|rate| rate.0),
        queue_frames: None,
        capture: capture.map(|file| Box::new(file) as Box<dyn Write + Send>),
    };
    let opened = Instant::now();
    let mut link = Link::open(transport::connector(&sensor.address), &sensor.device, options)?;
    let mut running: Option<Running> = None;
    let mut early: Vec<Packet> = Vec::new();
    let mut events: Vec<(&'static str, String)> = Vec::new();
    let mut first: Option<Instant> = None;
    let mut gone: Option<Instant> = None;
    let mut state = State::Opening;
    let mut is_silent = false;
    let mut code = OK;
    loop {
        link.wait(WAIT);
        while let Some(packet) = link.frame() {
            notices(&link, &mut sensor, &mut events, &mut state);
            first.get_or_insert(packet.arrival);
            if let Some(running) = &mut running {
                take(running, &packet, &mut output)?;
            } else {
                early.push(packet);
                running = try_begin(&sensor, &mut early, false, &mut output)?;
            }
        }
        notices(&link, &mut sensor, &mut events, &mut state);
        if let Some(running) = &mut running {
            running.flush(&mut output)?;
            note(running, &mut events, &mut output);
            running.tell(&sensor);
        }
        output.flush()?;
        let quiet =
            running.as_ref().is_some_and(|running| link.silence() > Some(longest_silence(running.info.rate.hz)));
        if quiet && !is_silent && state == State::Streaming {
            say(&sensor, "sensor: no signal");
        }
        is_silent = quiet;
        gone = if state == State::Lost { gone.or_else(|| Some(Instant::now())) } else { None };
        let is_over = |first: Instant| sensor.duration_s.is_some_and(|s| first.elapsed().as_secs_f64() >= s);
        let is_done = running.as_ref().is_some_and(Running::is_over);
        if stop.load(Ordering::Relaxed) || link.is_finished() || is_done || first.is_some_and(is_over) {
            if gone.is_some() && !stop.load(Ordering::Relaxed) {
                code = DEVICE;
            }
            break;
        }
        let waits_for_good = first.is_none() || sensor.duration_s.is_none();
        if waits_for_good && gone.is_some_and(|at| at.elapsed() > GONE)
            || first.is_none() && opened.elapsed() > FIRST_FRAME
        {
            code = DEVICE;
            break;
        }
    }
    link.close();
    while let Some(packet) = link.frame() {
        match &mut running {
            Some(running) => take(running, &packet, &mut output)?,
            None => early.push(packet),
        }
    }
    if running.is_none() {
        running = try_begin(&sensor, &mut early, true, &mut output)?;
    }
    let Some(mut running) = running else {
        return Err(nothing(&sensor, &link));
    };
    running.flush(&mut output)?;
    if stop.load(Ordering::Relaxed) {
        running.stop_session();
    }
    notices(&link, &mut sensor, &mut events, &mut state);
    note(&mut running, &mut events, &mut output);
    running.info.rate.measured_hz = link.stats().measured_hz;
    let Running { engine, feed, info, .. } = running;
    let end = EndLine { frames: feed.frames(), lost: feed.lost(), gaps: feed.gaps(), digest: engine.digest() };
    let latency = engine.latency();
    if let Some(latency) = latency {
        say(&sensor, &format!("latency of a decision: {:.0} ms, and what the transport adds", latency.total_ms()));
    }
    output.end(&info, &end, latency)?;
    if code == DEVICE {
        // The recording is whole; the code tells that the sensor is not there.
        let _ = writeln!(
            std::io::stderr(),
            "error: {} is gone\nhelp: check the cable; what came before is kept",
            sensor.address
        );
    }
    Ok(code)
}

/// Longer than this without a frame is no signal.
fn longest_silence(rate_hz: f64) -> Duration {
    NO_SIGNAL.0.max(Duration::try_from_secs_f64(NO_SIGNAL.1 / rate_hz).unwrap_or_default())
}

/// Why there was no frame at all.
fn nothing(sensor: &Sensor, link: &Link) -> Failure {
    let wire = link.stats().wire;
    let (device, address) = (&sensor.device.id, &sensor.address);
    let (message, help) = if wire.bytes == 0 {
        (format!("{address}: no byte came"), "check the cable and the sensor's power; some boards need a start button")
    } else if wire.frames == 0 {
        (
            format!("{address}: {} bytes came, but no frame of {device}", wire.bytes),
            "choose another --device, or check the baud rate in the profile",
        )
    } else {
        (format!("{address}: too little came to know the sampling rate"), "give --rate HZ, or a longer --duration")
    };
    Failure::Device { message, help: help.to_owned() }
}

/// Takes notices of the link.
fn notices(link: &Link, sensor: &mut Sensor, events: &mut Vec<(&'static str, String)>, state: &mut State) {
    while let Some(notice) = link.notice() {
        match notice {
            Notice::State(now) => {
                let was_away = matches!(*state, State::Stalled | State::Lost | State::Starting);
                if matches!(now, State::Stalled | State::Lost) || was_away && now == State::Streaming {
                    say(sensor, &format!("sensor: {}", now.name()));
                }
                *state = now;
                events.push(("state", now.name().to_owned()));
            }
            Notice::Hello(hello) => sensor.introduce(hello),
            Notice::Labels(labels) => sensor.name_channels(labels),
            Notice::Message(text) => events.push(("message", text)),
            Notice::Warning(text) => {
                say(sensor, &format!("warning: {text}"));
                events.push(("warning", text));
            }
            Notice::Rate { measured_hz, nominal_hz } => {
                let text = format!(
                    "the sensor sends {measured_hz:.1} frames per second, not {nominal_hz}; if that is so, give --rate"
                );
                say(sensor, &format!("warning: {text}"));
                events.push(("warning", text));
            }
            _ => {}
        }
    }
}

/// Gives events their place.
fn note<O: Output>(running: &mut Running, events: &mut Vec<(&'static str, String)>, output: &mut O) {
    let n = running.feed.index();
    let t_s = n as f64 / running.info.rate.hz;
    let all = events.drain(..).chain(output.events());
    for (event, text) in all.collect::<Vec<_>>() {
        let event = SessionEvent { n, t_s, event: event.to_owned(), text };
        output.event(&event);
        running.info.events.push(event);
    }
    if let (Asked::Training(recorder), Some(program)) = (&running.asked, &mut running.info.program)
        && recorder.commands().len() != running.heard
    {
        running.heard = recorder.commands().len();
        let commands = commands_of(recorder);
        commands.iter().skip(program.commands.len()).for_each(|command| output.command(command));
        program.commands = commands;
    }
}

/// Sends a packet through.
fn take<O: Output>(running: &mut Running, packet: &Packet, output: &mut O) -> Result<(), Failure> {
    let Running { engine, feed, asked, info, block, .. } = running;
    if packet.values().len() != info.scale.len() {
        return Ok(());
    }
    let rate_hz = info.rate.hz;
    feed.push_with(packet, asked, |piece, asked| {
        output.piece(piece)?;
        if let Input::Command(Command::Cue(cue)) = piece.input {
            let (n, t_s) = (piece.index, piece.index as f64 / rate_hz);
            let event = SessionEvent { n, t_s, event: "cue".to_owned(), text: cue.name().to_owned() };
            output.event(&event);
            info.events.push(event);
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

/// Begins as soon as the rate is known, or (`now`) with what there is, and plays what has come so far.
fn try_begin<O: Output>(
    sensor: &Sensor,
    early: &mut Vec<Packet>,
    now: bool,
    output: &mut O,
) -> Result<Option<Running>, Failure> {
    let Some(first) = early.first() else { return Ok(None) };
    let (hz, source) = match sensor.rate() {
        Some(rate) => rate,
        None => match measure(early, now) {
            Some(hz) => (hz, "estimated"),
            None => return Ok(None),
        },
    };
    let kind = sensor.kind();
    let scales = sensor.scales(first.values().len());
    let rate = SampleRate::new(hz).map_err(|source| Failure::Config { file: sensor.address.to_string(), source })?;
    let mut config = PipelineConfig::new(rate);
    config.mains = mains_of(&sensor.mains);
    config.highpass_hz = profile_of(&sensor.profile).highpass_hz();
    let channel = ChannelConfig { kind: pipeline_kind(kind), ..ChannelConfig::default() };
    let is_accessory = |n: usize| sensor.accessory.iter().any(|one| usize::from(*one) == n + 1);
    if let Some(one) = sensor.accessory.iter().find(|one| usize::from(**one) > scales.len()) {
        return usage(
            &format!("--accessory {one}: the sensor has {} channels", scales.len()),
            "count channels from 1; --channels says how many are in use",
        );
    }
    let channels: Vec<ChannelConfig> =
        (0..scales.len()).map(|n| ChannelConfig { accessory: is_accessory(n), ..channel }).collect();
    let engine = Engine::new(&config, &channels)
        .map_err(|source| Failure::Config { file: sensor.address.to_string(), source })?;
    let plain: Vec<_> = scales.iter().map(|scale| scale.0).collect();
    let names: Vec<String> = scales.iter().map(|scale| scale.1.channel.clone()).collect();
    let asked = match (&sensor.program, &sensor.cues) {
        (Some(chosen), _) => Asked::Training(Box::new(TrainingRecorder::new(
            chosen.file.clone(),
            &config,
            &names.iter().map(String::as_str).collect::<Vec<_>>(),
            kind == Kind::Raw,
        ))),
        (None, Some(cues)) => Asked::Cues(CueScript::new(cues, hz)),
        (None, None) => Asked::Nothing,
    };
    let anchor = first.values().iter().map(|value| if kind == Kind::Envelope { 0.0 } else { *value }).collect();
    let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let info = SessionInfo {
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
        scale: scales.into_iter().map(|scale| scale.1).collect(),
        anchor,
        config: LiveConfig {
            kind: kind.name().to_owned(),
            mains: sensor.mains.clone(),
            profile: sensor.profile.clone(),
            cues: match (&sensor.program, &sensor.cues) {
                (Some(_), _) => "program",
                (None, Some(_)) => "file",
                (None, None) => "none",
            }
            .to_owned(),
            calibration: "cues".to_owned(),
            accessory: (0..names.len()).filter(|n| is_accessory(*n)).map(|n| names[n].clone()).collect(),
        },
        program: sensor.program.as_ref().map(|chosen| ProgramInfo {
            name: chosen.file.name.clone(),
            toml: chosen.file.source.clone(),
            commands: Vec::new(),
        }),
        events: Vec::new(),
        end: None,
    };
    say(sensor, &format!("{}: {} channels at {hz} Hz ({source})", info.device.name, info.scale.len()));
    output.begin(&info)?;
    let feed = Feed::new(&plain, kind);
    let mut running = Running { engine, feed, asked, told: 0, heard: 0, info, block: Vec::new() };
    for packet in early.drain(..) {
        take(&mut running, &packet, output)?;
    }
    Ok(Some(running))
}

/// The rate by arrival times; none if too little has come and more may come.
fn measure(early: &[Packet], now: bool) -> Option<f64> {
    let (first, last) = (early.first()?, early.last()?);
    let seconds = last.arrival.duration_since(first.arrival).as_secs_f64();
    if !now && seconds < MEASURE_S {
        return None;
    }
    let mut estimator = RateEstimator::new(1000.0, 1000.0);
    let mut index = 0;
    for (n, packet) in early.iter().enumerate() {
        index += packet.gap + 1;
        // One point per read, after its last frame.
        if early.get(n + 1).is_none_or(|next| next.arrival != packet.arrival) {
            estimator.push(index, packet.arrival.duration_since(first.arrival).as_secs_f64());
        }
    }
    let hz = estimator.hz().or_else(|| (seconds > 0.5).then(|| (index - 1) as f64 / seconds))?;
    let usual = (hz / 25.0).round() * 25.0;
    Some(if (hz / usual - 1.0).abs() < SNAP { usual } else { (hz * 10.0).round() / 10.0 })
}
