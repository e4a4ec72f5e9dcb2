//! The thread that owns a port.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tonus_record::{ChannelSelector, Setting, Wording, wording};
use tonus_wire::profile::DeviceProfile;
use tonus_wire::rate::{RateEstimator, Verdict};
use tonus_wire::{Decoder, LayoutError, Stats};

use crate::columns::{self, Columns, Unread};
use crate::error::{OpenError, OpenErrorKind};
use crate::queue::Sender;
use crate::transport::{self, Connector, Transport};

use super::decoder_sink::{DecoderSink, patience};
use super::learn::Learner;
use super::notices::Notices;
use super::startup::{Talk, is_silent};
use super::{LinkOptions, Notice, Shared, State};

/// How often a sensor that is away is looked for.
const LOOK: Duration = Duration::from_millis(100);
/// First and longest pause between attempts to open a port that is there.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// Longest pause where there is nothing to open: an attempt costs little, and the sensor may be back any moment.
const ABSENT: Duration = Duration::from_millis(500);
/// Bytes without a frame, and time, after which another speed is tried.
const WRONG_SPEED: (u64, Duration) = (256, Duration::from_millis(1500));
/// How long a stall lasts before the start commands are sent again.
const RESTART: Duration = Duration::from_secs(3);
/// A rate is told again if, after so long, it is off by more than this from what was told.
const TOLD: Duration = Duration::from_secs(8);
const NEWS: f64 = 0.05;
/// How long a device is given to stop.
const STOP: Duration = Duration::from_millis(60);
/// Lines refused in a row after which a text sensor's lines are looked at anew.
const OTHER_LINES: u64 = 32;
/// Bytes that are kept to say what they are, where no frame is among them.
const SAMPLE: usize = 1 << 14;
/// Weights of the rate estimate halve in this time.
const HALF_TIME_S: f64 = 60.0;

pub(super) struct Worker {
    connector: Box<dyn Connector>,
    profile: DeviceProfile,
    capture: Option<Box<dyn Write + Send>>,
    decoder: Decoder,
    sink: DecoderSink,
    notices: Arc<Notices>,
    shared: Arc<Shared>,
    begin: Instant,
    rate_hz: Option<f64>,
    estimator: Option<RateEstimator>,
    /// The rate that was told, and when.
    rate_told: Option<(f64, Instant)>,
    /// Counts of connections before this one.
    before: Stats,
    /// The caller's columns of a text format.
    wanted: Vec<ChannelSelector>,
    /// What waits for its columns.
    learner: Option<Learner>,
    columns: Option<Columns>,
    /// Lines refused before the last frame.
    refused: u64,
    /// The stream cannot be what the caller asks for.
    is_refused: bool,
    /// It was told that the lines cannot be read.
    is_unread_told: bool,
}

/// Why a connection ended.
enum End {
    Stopped,
    Lost(io::Error),
}

impl Worker {
    pub(super) fn new(
        connector: Box<dyn Connector>,
        profile: &DeviceProfile,
        options: LinkOptions,
        sender: Sender,
        notices: Arc<Notices>,
        shared: Arc<Shared>,
    ) -> Result<Self, LayoutError> {
        Ok(Self {
            connector,
            capture: options.capture,
            decoder: Decoder::new(&profile.layout)?,
            sink: DecoderSink::new(&profile.layout, options.rate_hz, sender, Arc::clone(&notices)),
            notices,
            shared,
            begin: Instant::now(),
            rate_hz: options.rate_hz,
            estimator: None,
            rate_told: None,
            profile: profile.clone(),
            before: Stats::default(),
            wanted: options.columns,
            learner: columns::are_found(&profile.layout).then(Learner::default),
            columns: None,
            refused: 0,
            is_refused: false,
            is_unread_told: false,
        })
    }

    pub(super) fn run(mut self, first: Box<dyn Transport>) {
        let mut next = Some(first);
        while let Some(mut transport) = next.take() {
            self.shared.with(|seen| seen.1.opened += 1);
            let opened = Instant::now();
            match self.connection(&mut *transport) {
                Ok(End::Stopped) => break,
                Ok(End::Lost(error)) | Err(error) => {
                    // The dead port goes first: while it is open, the device comes back under another name.
                    drop(transport);
                    self.learn(true);
                    self.decoder.finish(&mut self.sink);
                    self.sink.settle(true);
                    self.sink.sender.notify();
                    if self.connector.ends() || self.shared.is_stopped() || self.is_refused {
                        break;
                    }
                    self.set(State::Lost);
                    self.warn(format!("{} is gone ({error})", self.connector.name()));
                    self.sink.sender.notify();
                    // One that hangs up as soon as it is opened must not make this spin.
                    self.rest(LOOK.saturating_sub(opened.elapsed()));
                    next = self.reopen();
                }
            }
        }
        self.sink.settle(true);
        self.set(State::Closed);
        self.notices.close();
        self.sink.sender.notify();
    }

    fn warn(&self, text: impl Into<Wording>) {
        self.sink.tell(Notice::Warning(text.into()));
    }

    fn set(&self, state: State) {
        let changed = self.shared.with(|seen| std::mem::replace(&mut seen.0, state) != state);
        if changed {
            self.sink.tell(Notice::State(state));
            self.sink.sender.notify();
        }
    }

    /// Looks for the sensor until it is there and opens.
    fn reopen(&mut self) -> Option<Box<dyn Transport>> {
        let mut pause = BACKOFF.0;
        let mut told: Option<OpenErrorKind> = None;
        while !self.shared.is_stopped() {
            if !self.connector.is_present() {
                (pause, told) = (BACKOFF.0, None);
                self.rest(LOOK);
                continue;
            }
            match self.connector.open(&self.profile.port) {
                Ok(transport) => return Some(transport),
                Err(OpenError { trouble: OpenErrorKind::Ended, .. }) => return None,
                Err(error) => {
                    let longest = match error.trouble {
                        OpenErrorKind::Absent | OpenErrorKind::Refused => ABSENT,
                        _ => BACKOFF.1,
                    };
                    if error.trouble != OpenErrorKind::Absent && told.as_ref() != Some(&error.trouble) {
                        self.warn(error.wording());
                        told = Some(error.trouble);
                    }
                    self.rest(pause.min(longest));
                    pause = (2 * pause).min(longest);
                }
            }
        }
        None
    }

    /// Sleeps, but not through a stop.
    fn rest(&self, time: Duration) {
        let begin = Instant::now();
        while begin.elapsed() < time && !self.shared.is_stopped() {
            std::thread::sleep(LOOK.min(time.saturating_sub(begin.elapsed())));
        }
    }

    /// One connection, from the open port to its end.
    fn connection(&mut self, transport: &mut dyn Transport) -> io::Result<End> {
        self.set(State::Opening);
        if let Some(text) = self.connector.remark() {
            self.warn(text);
        }
        self.before = self.total();
        self.decoder.reset();
        self.look_at_lines();
        self.sink.is_new = true;
        self.estimator = self.rate_hz.map(|hz| RateEstimator::new(hz, HALF_TIME_S));
        // What a former run left in the driver's buffer is not ours.
        transport.clear_input()?;
        let held = self.start(transport)?;
        self.sink.now = Instant::now();
        self.take(&held);
        let end = self.stream(transport)?;
        if matches!(end, End::Stopped) {
            self.learn(true);
            self.decoder.finish(&mut self.sink);
            self.leave(transport)?;
        }
        Ok(end)
    }

    fn talk<'a>(&self, transport: &'a mut dyn Transport, shared: &'a Shared) -> Talk<'a> {
        Talk {
            transport,
            shared,
            variables: self.profile.variables(),
            tx_gap: Duration::from_millis(u64::from(self.profile.startup.tx_gap_ms)),
            said: None,
            held: Vec::new(),
        }
    }

    /// Boots, identifies and starts the device; gives bytes that came meanwhile and may be frames.
    fn start(&mut self, transport: &mut dyn Transport) -> io::Result<Vec<u8>> {
        let startup = self.profile.startup.clone();
        if is_silent(&startup) {
            // A device that needs no command streams when it is ready; nothing of it is thrown away.
            self.set(State::Starting);
            return Ok(Vec::new());
        }
        let shared = Arc::clone(&self.shared);
        let mut talk = self.talk(transport, &shared);
        if self.connector.resets_board() && startup.boot_delay_ms > 0 {
            self.set(State::Booting);
            talk.listen(Duration::from_millis(u64::from(startup.boot_delay_ms)))?;
            talk.drain()?;
        }
        self.set(State::Identifying);
        talk.steps(&startup.pre)?;
        if let Some(identify) = &startup.identify {
            let question = identify.send.render(&talk.variables);
            let mut known = false;
            for _ in 0..=identify.retries {
                talk.send(&question)?;
                known = talk.expect(&identify.expect, identify.timeout_ms)?;
                if known || shared.is_stopped() {
                    break;
                }
            }
            if !known && !shared.is_stopped() {
                let expected = String::from_utf8_lossy(&identify.expect).into_owned();
                let name = &self.profile.id;
                self.warn(format!(
                    "the sensor did not answer with '{expected}'; is it a {name}? Trying to start it anyway"
                ));
            }
        }
        if let Some(ready) = &startup.ready
            && !talk.expect(&ready.until, ready.timeout_ms)?
            && !shared.is_stopped()
        {
            self.warn("the sensor did not say that it is ready; is it switched on?");
        }
        self.set(State::Starting);
        talk.steps(&startup.start)?;
        Ok(talk.held)
    }

    /// Tells the device to stop.
    fn leave(&mut self, transport: &mut dyn Transport) -> io::Result<()> {
        let stop = self.profile.startup.stop.clone();
        if stop.is_empty() {
            return Ok(());
        }
        // The reader has asked to stop; this conversation must not hear that.
        let unstopped = Shared::default();
        let mut talk = self.talk(transport, &unstopped);
        talk.steps(&stop)?;
        talk.listen(STOP)
    }

    /// Reads until the end.
    fn stream(&mut self, transport: &mut dyn Transport) -> io::Result<End> {
        let mut room = [0; 4096];
        let longest = patience(self.profile.startup.stall_ms, self.rate_hz);
        let (mut heard, mut speed) = (Instant::now(), Instant::now());
        let mut tried = 0;
        let mut again = RESTART;
        while !self.shared.is_stopped() && !self.is_refused {
            let asked = Instant::now();
            let count = match transport.read(&mut room) {
                Ok(count) => count,
                Err(error) => return Ok(End::Lost(error)),
            };
            let now = Instant::now();
            if count > 0 {
                (heard, again) = (now, RESTART);
                self.sink.now = now;
                self.take(room.get(..count).unwrap_or_default());
            } else if now - asked < Duration::from_millis(1) {
                std::thread::sleep(Duration::from_millis(2));
            }
            if let Some(is_last) = self.learner.as_ref().and_then(|l| l.is_due(now).then(|| l.is_last(now))) {
                self.learn(is_last);
            }
            let stats = *self.decoder.stats();
            if stats.frames > 0 && !self.sink.was_silent {
                self.set(State::Streaming);
            }
            let silent = now - heard;
            if stats.frames > 0 && silent > longest && !self.sink.was_silent {
                // What waits for bytes that do not come is decided now.
                self.decoder.finish(&mut self.sink);
                self.decoder.mark_discontinuity();
                self.sink.was_silent = true;
                self.set(State::Stalled);
            }
            if silent > again && !self.profile.startup.start.is_empty() {
                again += RESTART;
                let shared = Arc::clone(&self.shared);
                let start = self.profile.startup.start.clone();
                let mut talk = self.talk(transport, &shared);
                talk.steps(&start)?;
                let held = talk.held;
                if !held.is_empty() {
                    heard = Instant::now();
                    self.sink.now = heard;
                    self.take(&held);
                }
            }
            if stats.frames == 0 && stats.bytes > WRONG_SPEED.0 && speed.elapsed() > WRONG_SPEED.1 {
                speed = Instant::now();
                self.another_speed(transport, &mut tried)?;
            }
        }
        Ok(End::Stopped)
    }

    /// Bytes come but no frame: perhaps another speed.
    fn another_speed(&mut self, transport: &mut dyn Transport, tried: &mut usize) -> io::Result<()> {
        let port = &self.profile.port;
        let others: Vec<u32> = port.baud_candidates.iter().copied().filter(|baud| *baud != port.baud).collect();
        let speeds: Vec<u32> = others.into_iter().chain([port.baud]).collect();
        let Some(baud) = speeds.get(*tried % speeds.len()).copied() else { return Ok(()) };
        *tried += 1;
        if *tried == 1 || (*tried).is_multiple_of(speeds.len()) {
            let name = &self.profile.id;
            let found = self.shared.explanation(&self.profile);
            let what = found.map_or(Wording::default(), |found| wording![": ", found.message]);
            self.warn(wording![
                format!("bytes come, but no {name} frame among them"),
                what,
                format!("; trying {baud} baud. Is "),
                Setting::Device,
                " right?",
            ]);
        }
        if speeds.len() > 1 {
            transport.set_baud(baud)?;
            self.before = self.total();
            self.decoder.reset();
            self.shared.forget();
            self.look_at_lines();
        }
        Ok(())
    }

    /// Looks at the lines of a text sensor anew, where its columns are not known.
    fn look_at_lines(&mut self) {
        if columns::are_found(&self.profile.layout) && self.columns.is_none() {
            self.learner = Some(Learner::default());
        }
    }

    /// Finds the columns of what has come, and decodes it; unless `is_last`, it waits for more where it finds none.
    fn learn(&mut self, is_last: bool) {
        let Some(learner) = self.learner.take() else { return };
        let mut unread = None;
        match learner.read(&self.profile.layout, &self.wanted) {
            Ok(found) => {
                if found.layout != *self.decoder.layout() {
                    self.before = self.total();
                    // A layout that was read from lines is one that can be decoded.
                    let _ = self.decoder.set_up(&found.layout);
                }
                self.sink.order = order(&found.columns);
                self.sink.clock = found.columns.clock_place();
                self.sink.has_columns = true;
                if !self.columns.as_ref().is_some_and(|known| known.has_channels_of(&found.columns)) {
                    self.columns = Some(found.columns.clone());
                    self.sink.tell(Notice::Columns(found.columns));
                }
            }
            Err(_) if !is_last => {
                self.learner = Some(learner.failed());
                return;
            }
            Err(found) if found.is_asked => {
                self.is_refused = true;
                self.shared.explain(found);
                return;
            }
            Err(found) => unread = Some(found),
        }
        for (at, bytes) in learner.into_chunks() {
            self.sink.now = at;
            self.decode(&bytes);
        }
        self.refused = self.decoder.stats().rejected;
        if self.decoder.stats().frames == 0 {
            // What came was no data yet.
            self.look_at_lines();
            if let Some(Unread { message, help, .. }) = unread
                && !std::mem::replace(&mut self.is_unread_told, true)
            {
                self.warn(wording!["no frame yet: ", message, "; ", help]);
            }
        }
    }

    /// Takes what has come.
    fn take(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if let Some(writer) = &mut self.capture {
            let micros = self.sink.now.duration_since(self.begin).as_micros() as u64;
            if let Err(error) = transport::append(&mut **writer, micros, bytes) {
                self.capture = None;
                self.warn(format!("the capture of raw bytes ends here: {error}"));
            }
        }
        if let Some(learner) = &mut self.learner {
            learner.push(self.sink.now, bytes);
            return;
        }
        self.decode(bytes);
        if self.decoder.stats().rejected >= self.refused + OTHER_LINES && columns::are_found(&self.profile.layout) {
            self.learner = Some(Learner::default());
        }
    }

    /// Decodes what has come.
    fn decode(&mut self, bytes: &[u8]) {
        let before = *self.decoder.stats();
        self.decoder.push(bytes, &mut self.sink);
        if self.decoder.stats().frames == before.frames {
            if self.total().frames == 0 {
                self.shared.keep(bytes, SAMPLE);
            }
        } else {
            self.refused = self.decoder.stats().rejected;
            self.estimate();
        }
        let (wire, overrun) = (self.total(), self.sink.sender.overrun());
        let (hz, last_frame) = (self.estimator.as_ref().and_then(RateEstimator::hz), self.sink.last_frame);
        self.shared.with(|seen| {
            (seen.1.wire, seen.1.overrun, seen.1.measured_hz, seen.1.last_frame) = (wire, overrun, hz, last_frame);
        });
        self.sink.sender.notify();
    }

    fn estimate(&mut self) {
        let (Some(estimator), Some(nominal_hz)) = (&mut self.estimator, self.rate_hz) else { return };
        estimator.push(self.sink.timeline.next_index(), (self.sink.now - self.begin).as_secs_f64());
        // What was told in the first seconds may have been of a start that was not even.
        let told = self.rate_told;
        let is_new = |hz: f64| told.is_none_or(|(before, at)| at.elapsed() > TOLD && (hz / before - 1.0).abs() > NEWS);
        if matches!(estimator.verdict(), Verdict::Off | Verdict::Notice)
            && let Some(measured_hz) = estimator.estimate().filter(|hz| is_new(*hz))
        {
            self.rate_told = Some((measured_hz, Instant::now()));
            self.sink.tell(Notice::Rate { measured_hz, nominal_hz });
        }
    }

    /// Counts over all connections.
    fn total(&self) -> Stats {
        let (a, b) = (&self.before, self.decoder.stats());
        Stats {
            bytes: a.bytes + b.bytes,
            frames: a.frames + b.frames,
            frame_bytes: a.frame_bytes + b.frame_bytes,
            idle_bytes: a.idle_bytes + b.idle_bytes,
            skipped_bytes: a.skipped_bytes + b.skipped_bytes,
            bad_checksum: a.bad_checksum + b.bad_checksum,
            rejected: a.rejected + b.rejected,
            resyncs: a.resyncs + b.resyncs,
            lost: a.lost + b.lost,
            ambiguous: a.ambiguous + b.ambiguous,
            restarts: a.restarts + b.restarts,
            messages: a.messages + b.messages,
        }
    }
}

/// The place of each channel among the values of a frame; none where they are in order.
fn order(columns: &Columns) -> Vec<usize> {
    let mut sorted = columns.chosen.clone();
    sorted.sort_unstable();
    if sorted == columns.chosen {
        return Vec::new();
    }
    columns.chosen.iter().filter_map(|n| sorted.iter().position(|other| other == n)).collect()
}
