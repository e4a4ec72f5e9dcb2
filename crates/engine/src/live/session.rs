//! A sensor that streams into a pipeline, from the first to the last frame; one turn of the loop at a time.

use std::io::Write;
use std::time::{Duration, Instant};

use tonus_core::calibration::Calibration;
use tonus_core::input::{Cue, Input};
use tonus_core::training::SessionInput;
use tonus_device::columns::Columns;
use tonus_device::link::Item;
use tonus_device::transport::{self, Connector};
use tonus_device::{Link, LinkOptions, Notice as LinkNotice, Packet, State};
use tonus_record::session::{SessionInfo, StoredCalibration};
use tonus_record::{Setting, Wording, wording};
use tonus_wire::Scale;

use super::clock::ClockPlaces;
use super::error::LiveError;
use super::feed::Feed;
use super::output::{Moment, Notice, Output};
use super::protocol::Protocol;
use super::rate::{MEASURE_S, measure, seconds};
use super::run::{Outcome, Run, describe, tell_storage};
use super::sensor::Sensor;
use crate::observer::Step;
use crate::training::Training;

/// From when on silence is shown; at low rates from so many frame times.
const NO_SIGNAL: (Duration, f64) = (Duration::from_millis(250), 5.0);
/// Longest wait for a frame.
const WAIT: Duration = Duration::from_millis(20);
/// How long a sensor may take to its first frame.
const FIRST_FRAME: Duration = Duration::from_secs(20);
/// How long a sensor that is gone is waited for, without a duration.
const GONE: Duration = Duration::from_secs(10);
/// Longest that one turn takes what has come, before everything else has its turn again.
const LONGEST_TURN: Duration = Duration::from_millis(50);
/// Items between two looks at the clock.
const LOOK: usize = 64;
/// Events that wait for a run to begin.
const MAX_WAITING: usize = 1024;
/// Seconds after which frames are handed on provisionally, while the rate is being measured.
const PROVISIONAL_S: f64 = 0.2;

/// Whether there is more to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// There is.
    Going,
    /// The programme, the duration, or the source is at its end.
    Over,
    /// The sensor is gone for good, or never sent a frame.
    Gone,
    /// The sensor has another rate, scale or number of channels than the run under way, which is at its end: what follows
    /// is another segment, and begins with [`Live::next`].
    Changed,
}

/// A live session: a sensor, a pipeline, and where it all goes.
///
/// [`Live::turn`] takes what has come and waits up to 20 ms if that is nothing; call it again and again, on a thread of its
/// own. Nothing that an [`Output`] does with decisions, and no pause between two turns of less than the 10 s that the queue
/// holds, changes a bit of them.
#[derive(Debug)]
pub struct Live<O> {
    link: Link,
    sensor: Sensor,
    protocol: Protocol,
    output: O,
    run: Option<Run>,
    /// Packets before the rate is known.
    early: Vec<Packet>,
    /// What they are handed on with until then.
    provisional: Option<(Feed, SessionInfo)>,
    events: Vec<(&'static str, String)>,
    /// What is asked for from the first frame on.
    cue: Option<Cue>,
    /// A rate that was measured, for the next run on this link.
    measured_hz: Option<f64>,
    /// Where the run's packets stand by the sensor's own clock.
    places: Option<ClockPlaces>,
    opened: Instant,
    first: Option<Instant>,
    gone: Option<Instant>,
    /// The sensor is another one than that of the run; its frames are not taken.
    is_changed: bool,
    state: State,
    is_silent: bool,
}

impl<O: Output> Live<O> {
    /// Opens a sensor.
    ///
    /// # Errors
    /// [`LiveError::Link`], [`LiveError::Storage`] of a capture.
    pub fn open(sensor: Sensor, protocol: Protocol, output: O) -> Result<Self, LiveError> {
        let connector = transport::connector(&sensor.options.address);
        Self::open_with(connector, sensor, protocol, output)
    }

    /// Opens a sensor through a connector of the caller's.
    ///
    /// # Errors
    /// As [`Live::open`].
    pub fn open_with(
        connector: Box<dyn Connector>,
        sensor: Sensor,
        protocol: Protocol,
        output: O,
    ) -> Result<Self, LiveError> {
        let capture = match &sensor.options.capture {
            Some(place) => {
                let file = tonus_record::file::create(place);
                Some(file.map_err(|source| LiveError::Storage { place: place.clone(), source })?)
            }
            None => None,
        };
        let options = LinkOptions {
            rate_hz: sensor.rate().map(|rate| rate.0),
            queue_frames: None,
            columns: sensor.options.columns.clone(),
            capture: capture.map(|file| Box::new(file) as Box<dyn Write + Send>),
        };
        let opened = Instant::now();
        Ok(Self {
            link: Link::open(connector, &sensor.device, options)?,
            sensor,
            protocol,
            output,
            run: None,
            early: Vec::new(),
            provisional: None,
            events: Vec::new(),
            cue: None,
            measured_hz: None,
            places: None,
            opened,
            first: None,
            gone: None,
            is_changed: false,
            state: State::Opening,
            is_silent: false,
        })
    }

    /// The programme under way, once there is one.
    pub fn training(&self) -> Option<&Training> {
        self.run.as_ref().and_then(Run::training)
    }

    /// The calibration in force for a channel (from 0), once there is one.
    pub fn calibration(&self, channel: usize) -> Option<&Calibration> {
        self.run.as_ref().and_then(|run| run.calibration(channel))
    }

    /// The calibrations in force, with the names of their channels.
    pub fn calibrations(&self) -> Vec<StoredCalibration> {
        self.run.as_ref().map(Run::calibrations).unwrap_or_default()
    }

    /// Where everything goes.
    pub const fn output(&mut self) -> &mut O {
        &mut self.output
    }

    /// The person does something, before the next frame.
    pub fn command(&mut self, input: SessionInput) {
        if let Some(run) = &mut self.run {
            run.driver().command(input);
        }
    }

    /// From the next frame on, this is asked for. A cue list or a programme goes on giving its own.
    pub fn cue(&mut self, cue: Cue) {
        match &mut self.run {
            Some(run) => run.driver().ask(cue),
            None => self.cue = Some(cue),
        }
    }

    /// Measures rest for the next 6 s, where no programme says what is asked for: a quiet cue, and then a free one.
    pub fn measure_rest(&mut self) {
        if let Some(run) = &mut self.run {
            run.measure_rest();
        }
    }

    /// Something that the person wants to find again.
    pub fn mark(&mut self, text: &str) {
        self.note("marker", text.to_owned());
    }

    /// Takes what has come; waits a little if that is nothing.
    ///
    /// # Errors
    /// [`LiveError`]; the session is then at its end, and what was kept can be recovered.
    pub fn turn(&mut self) -> Result<Turn, LiveError> {
        self.link.wait(WAIT);
        let begin = Instant::now();
        // A flood of whatever must not keep duration, signals and journal waiting.
        while begin.elapsed() < LONGEST_TURN && self.take_some(LOOK)? {}
        if let Some(run) = &mut self.run {
            run.settle(&mut self.events, &mut self.output)?;
        }
        self.look();
        self.flush()?;
        Ok(self.outcome())
    }

    /// Ends the run under way; another begins with the next frame, on the same link. Until the next turn, where it goes may be
    /// changed through [`Live::output`].
    ///
    /// # Errors
    /// What the output says of the end of the former run; the next one begins all the same.
    pub fn next(&mut self, protocol: Protocol) -> Result<Option<Outcome>, LiveError> {
        self.protocol = protocol;
        self.early.clear();
        self.provisional = None;
        self.is_changed = false;
        self.finish_run()
    }

    /// Whether the source has ended and everything that came was taken.
    pub fn is_finished(&self) -> bool {
        self.link.is_finished()
    }

    /// Closes the link and ends the run; `is_stopped` tells a programme that the person ends it.
    ///
    /// # Errors
    /// As [`Live::turn`], and [`LiveError::Device`] if there was no frame at all.
    pub fn close(mut self, is_stopped: bool) -> Result<(O, Outcome), LiveError> {
        self.link.close();
        while self.take_some(LOOK)? {}
        if self.run.is_none() {
            self.begin(true)?;
        }
        if self.run.is_none() {
            return Err(self.nothing());
        }
        if let Some(run) = &mut self.run
            && is_stopped
        {
            if let Some(mut places) = self.places.take() {
                places.release(&mut |packet| run.take(packet, &mut self.output))?;
            }
            run.settle(&mut self.events, &mut self.output)?;
            run.driver().command(SessionInput::Stop);
        }
        match self.finish_run()? {
            Some(outcome) => Ok((self.output, outcome)),
            None => Err(self.nothing()),
        }
    }

    fn finish_run(&mut self) -> Result<Option<Outcome>, LiveError> {
        let Some(mut run) = self.run.take() else { return Ok(None) };
        if let Some(mut places) = self.places.take() {
            places.release(&mut |packet| run.take(packet, &mut self.output))?;
        }
        run.settle(&mut self.events, &mut self.output)?;
        run.finish(self.link.stats().measured_hz, &mut self.output).map(Some)
    }

    /// Takes so many frames and notices; whether there may be more.
    fn take_some(&mut self, most: usize) -> Result<bool, LiveError> {
        for _ in 0..most {
            match self.link.next_item() {
                Some(Item::Frame(packet)) => {
                    self.first.get_or_insert(packet.arrival);
                    self.take(&packet)?;
                }
                Some(Item::Notice(notice)) => self.hear(notice),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Keeps an event until its place is known.
    fn note(&mut self, event: &'static str, text: String) {
        if self.events.len() < MAX_WAITING {
            self.events.push((event, text));
        }
    }

    fn take(&mut self, packet: &Packet) -> Result<(), LiveError> {
        if self.is_changed {
            return Ok(());
        }
        if let Some(run) = &mut self.run {
            let mut take = |packet: &Packet| run.take(packet, &mut self.output);
            return match &mut self.places {
                Some(places) => places.push(packet, &mut take),
                None => take(packet),
            };
        }
        self.early.push(*packet);
        self.begin(false)
    }

    /// Begins as soon as the rate is known, or (`is_last`) with what there is, and plays what has come so far.
    fn begin(&mut self, is_last: bool) -> Result<(), LiveError> {
        let Some(first) = self.early.first() else { return Ok(()) };
        let rate = self.sensor.rate().or(self.measured_hz.map(|hz| (hz, "estimated")));
        let is_measured = is_last || seconds(&self.early) >= MEASURE_S;
        let by_arrival = if rate.is_none() && is_measured { measure(&self.early) } else { None };
        let places = by_arrival.and_then(|hz| ClockPlaces::fit(&self.early, hz));
        let by_clock = places.as_ref().map(|places| (places.rate_hz(), "clock"));
        let Some(rate) = rate.or(by_clock).or(by_arrival.map(|hz| (hz, "estimated"))) else {
            self.keep_provisional();
            return Ok(());
        };
        if matches!(rate.1, "estimated" | "clock") {
            self.measured_hz = Some(rate.0);
        }
        self.provisional = None;
        let mut run = Run::begin(&self.sensor, &self.protocol, first, rate, &mut self.output)?;
        if let Some(cue) = self.cue.take() {
            run.driver().ask(cue);
        }
        self.places = places;
        self.run = Some(run);
        for packet in std::mem::take(&mut self.early) {
            self.take(&packet)?;
        }
        Ok(())
    }

    /// Hands on what comes before the rate is known, so that it is not lost if the program dies.
    fn keep_provisional(&mut self) {
        let Self { sensor, protocol, early, provisional, output, .. } = self;
        let (Some(first), Some(last)) = (early.first(), early.last()) else { return };
        let mut from = early.len() - 1;
        if provisional.is_none() {
            let passed = seconds(early);
            if passed < PROVISIONAL_S {
                return;
            }
            let scales = sensor.scales(first.values().len());
            let hz = (early.len() - 1) as f64 / passed;
            let info = describe(sensor, protocol, first, &scales, ((hz * 10.0).round() / 10.0, "estimated"));
            let plain: Vec<Scale> = scales.iter().map(|scale| scale.0).collect();
            *provisional = Some((Feed::new(&plain, sensor.kind()), info));
            from = 0;
        }
        let Some((feed, info)) = provisional else { return };
        if last.values().len() != info.scale.len() {
            return;
        }
        for packet in early.iter().skip(from).filter(|packet| packet.values().len() == info.scale.len()) {
            let (mut index, channels) = (feed.index(), info.scale.len());
            let handed = feed.push(packet, |input, raw| {
                output.provisional(info, &Step { index, input, raw, channels, cue: Cue::Free });
                if let Input::Gap { frames } = input {
                    index += frames;
                }
                Ok::<(), std::convert::Infallible>(())
            });
            handed.unwrap_or_else(|never| match never {});
        }
    }

    /// Takes a notice of the link.
    fn hear(&mut self, notice: LinkNotice) {
        match notice {
            LinkNotice::State(now) => {
                let was_away = matches!(self.state, State::Stalled | State::Lost | State::Starting);
                if matches!(now, State::Stalled | State::Lost) || was_away && now == State::Streaming {
                    self.output.notice(&Notice::Sensor(now));
                }
                self.state = now;
                self.note("state", now.name().to_owned());
            }
            LinkNotice::Hello(hello) => {
                let before = self.sensor.hello();
                if let Err(text) = self.sensor.introduce(hello) {
                    return self.warn(text + "; it is not heard");
                }
                let info = self.run.as_ref().map(|run| &run.info);
                if let Some(how) = info.and_then(|info| self.sensor.changed(before, info)) {
                    self.change(&how);
                } else if self.run.is_none() && before != hello {
                    self.restart_early();
                }
            }
            LinkNotice::Channels { before, now } if self.run.is_some() => {
                self.change(&format!("{now} channels instead of {before}"));
            }
            LinkNotice::Channels { .. } => self.restart_early(),
            LinkNotice::Labels(labels) => self.sensor.name_channels(labels),
            LinkNotice::Columns(columns) => self.hear_columns(&columns),
            LinkNotice::Message(text) => self.note("message", text),
            LinkNotice::Warning(text) => self.warn(text),
            LinkNotice::Rate { measured_hz, nominal_hz } => {
                let what = format!("the sensor sends {measured_hz:.1} frames per second, not {nominal_hz}");
                self.warn(wording![what, "; if that is so, give ", Setting::Rate]);
            }
            _ => {}
        }
    }

    /// The lines of a text sensor say what their numbers are.
    fn hear_columns(&mut self, columns: &Columns) {
        if self.run.is_some() {
            return self.change(&format!("its columns are {}", columns.listing()));
        }
        self.sensor.name_columns(columns);
        self.restart_early();
        if !columns.is_plain() {
            self.output.notice(&Notice::Columns(columns));
            self.note("columns", columns.listing());
        }
    }

    /// The sensor is another one from here on: nothing of it is taken for what came before.
    fn change(&mut self, how: &str) {
        if !self.is_changed {
            self.is_changed = true;
            let text = format!("the sensor is another one now: {how}; what came before ends here");
            self.output.notice(&Notice::Warning(&text));
            self.note("changed", text);
        }
    }

    /// What came before the rate was known is of another sensor.
    fn restart_early(&mut self) {
        if !self.early.is_empty() {
            self.early.clear();
            self.provisional = None;
            self.warn("the sensor is another one now: what came before is left out");
        }
    }

    /// Tells the person, and keeps it.
    fn warn(&mut self, text: impl Into<Wording>) {
        let text = text.into().named(self.sensor.options.names.0);
        self.output.notice(&Notice::Warning(&text));
        self.note("warning", text);
    }

    /// Looks whether a signal comes.
    fn look(&mut self) {
        let silence = self.link.silence();
        let quiet = self.run.as_ref().is_some_and(|run| silence > Some(longest_silence(run.info.rate.hz)));
        if quiet && !self.is_silent && self.state == State::Streaming {
            self.output.notice(&Notice::NoSignal);
        }
        self.is_silent = quiet;
        self.gone = if self.state == State::Lost { self.gone.or_else(|| Some(Instant::now())) } else { None };
    }

    fn flush(&mut self) -> Result<(), LiveError> {
        let run = self.run.as_ref();
        self.output.flush(&Moment {
            index: run.map(Run::index),
            state: self.state,
            is_silent: self.is_silent,
            latency_ms: run.and_then(Run::latency).map(|latency| latency.total_ms()),
            training: run.and_then(Run::training),
        })?;
        tell_storage(&mut self.output);
        Ok(())
    }

    fn outcome(&self) -> Turn {
        let is_over =
            |first: Instant| self.sensor.options.duration_s.is_some_and(|s| first.elapsed().as_secs_f64() >= s);
        let is_done = self.run.as_ref().is_some_and(Run::is_over);
        if self.link.is_finished() || is_done || self.first.is_some_and(is_over) {
            return if self.gone.is_some() { Turn::Gone } else { Turn::Over };
        }
        if self.is_changed {
            return Turn::Changed;
        }
        let waits_for_good = self.first.is_none() || self.sensor.options.duration_s.is_none();
        let is_given_up = waits_for_good && self.gone.is_some_and(|at| at.elapsed() > GONE);
        let never_came = self.first.is_none() && self.opened.elapsed() > FIRST_FRAME;
        if is_given_up || never_came { Turn::Gone } else { Turn::Going }
    }

    /// Why there was no frame at all.
    fn nothing(&self) -> LiveError {
        let wire = self.link.stats().wire;
        let why = self.link.explanation();
        if let Some(why) = why.as_ref().filter(|why| why.is_asked) {
            return LiveError::Usage { message: why.message.clone(), help: why.help.clone() };
        }
        let (device, address) = (&self.sensor.device.id, &self.sensor.options.address);
        let (message, help) = if wire.bytes == 0 {
            (
                Wording::from(format!("{address}: no byte came")),
                Wording::from("check the cable and the sensor's power; some boards need a start button"),
            )
        } else if wire.frames == 0 {
            let message = Wording::from(format!("{address}: {} bytes came, but no frame of {device}", wire.bytes));
            match why {
                Some(why) => (wording![message, ": ", why.message], why.help),
                None => {
                    (message, wording!["choose another ", Setting::Device, ", or check the baud rate in the profile"])
                }
            }
        } else {
            let help = wording!["give ", Setting::Rate, " HZ, or a longer ", Setting::Duration];
            (format!("{address}: too little came to know the sampling rate").into(), help)
        };
        LiveError::Device { message, help }
    }
}

/// Longer than this without a frame is no signal.
fn longest_silence(rate_hz: f64) -> Duration {
    NO_SIGNAL.0.max(Duration::try_from_secs_f64(NO_SIGNAL.1 / rate_hz).unwrap_or_default())
}
