//! What a port sends, and which profile fits: for people who do not know what they have plugged in.
//!
//! First it is listened to, at the usual speeds where there are speeds; a sensor that stays silent is asked who it is, with the
//! questions of the profiles that wait for a command.

use std::io;
use std::time::{Duration, Instant};

use tonus_wire::layout::Layout;
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Decoder, Frame, Sink};

use crate::address::Address;
use crate::error::OpenError;
use crate::link::Shared;
use crate::link::startup::Talk;
use crate::recognition::{is_text, recognise};
use crate::transport::{self, Connector, Transport};

pub use crate::recognition::{Finding, Fit};

/// How long a port is listened to.
pub const LISTEN: Duration = Duration::from_secs(2);
/// Speeds that are tried in turn where what comes is noise.
const SPEEDS: [u32; 10] = [115_200, 230_400, 57_600, 9600, 222_222, 921_600, 250_000, 500_000, 1_000_000, 38_400];
/// How long one speed is listened to before another is tried, and the bytes that tell.
const SPEED: (Duration, usize) = (Duration::from_millis(180), 64);
/// Longest wait for the answer of a sensor that is asked; boards of Chords answer after a second.
const ANSWER: (Duration, Duration) = (Duration::from_millis(500), Duration::from_millis(1300));
/// How long a sensor that was started is listened to.
const STARTED: Duration = Duration::from_secs(1);
/// What came in the first part of the time may have waited in the driver, and tells nothing of the rate.
const BACKLOG: Duration = Duration::from_millis(300);
/// Bytes that are kept.
const MOST: usize = 1 << 20;

/// What was found on a port.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// Bytes that came, at the speed that was listened to last.
    pub bytes: usize,
    /// Seconds that it was listened to.
    pub seconds: f64,
    /// The speed in baud, where there is one.
    pub baud: Option<u32>,
    /// Lines of text with a number.
    pub lines: usize,
    /// Frames of the profile that fits.
    pub frames: u64,
    /// Frames a second, by the times of arrival.
    pub rate_hz: Option<f64>,
    /// Whether it only spoke after it had been asked.
    pub was_asked: bool,
    /// What it is.
    pub finding: Finding,
}

/// Listens to a port.
///
/// # Errors
/// [`OpenError`] if it cannot be opened.
pub fn probe(address: &Address) -> Result<Heard, OpenError> {
    let has_speed = matches!(address, Address::Serial(_));
    probe_with(&mut *transport::connector(address), has_speed)
}

/// Listens through a connector of the caller's.
///
/// # Errors
/// [`OpenError`] if it cannot be opened.
pub fn probe_with(connector: &mut dyn Connector, has_speed: bool) -> Result<Heard, OpenError> {
    let all = DeviceProfile::all();
    let mut port = DeviceProfile::builtin("arduino-text").map_or_else(|| all[0].port.clone(), |profile| profile.port);
    port.baud = SPEEDS[0];
    let mut transport = connector.open(&port)?;
    let mut heard = Listener::default();
    // A connection that ends has said what it said.
    let speed = listen(&mut *transport, &mut heard, &all, has_speed).unwrap_or(0);
    let baud = |speed: usize| SPEEDS.get(speed).copied().filter(|_| has_speed);
    let mut found = heard.result(&all, baud(speed), LISTEN);
    if found.finding == Finding::Silence
        && let Ok(Some((answered, profile))) = ask(&mut *transport, &all, has_speed)
    {
        found = answered.result(&all, Some(profile.port.baud).filter(|_| has_speed), STARTED);
        found.was_asked = true;
        if let Finding::Device(fit) = &mut found.finding {
            prefer(fit, profile, &all);
        }
    }
    Ok(found)
}

/// Of profiles whose frames look the same, puts the one first that answers like no other.
fn prefer(fit: &mut Fit, profile: &DeviceProfile, all: &[DeviceProfile]) {
    let is_like = |other: &&DeviceProfile| other.id != profile.id && answer(other) == answer(profile);
    if fit.profile.id != profile.id
        && !all.iter().any(|other| is_like(&other))
        && let Some(place) = fit.also.iter_mut().find(|other| **other == profile.id)
    {
        std::mem::swap(place, &mut fit.profile.id);
        fit.profile = profile.clone();
    }
}

/// What came, and when.
#[derive(Debug, Default)]
struct Listener {
    chunks: Vec<(Instant, Vec<u8>)>,
    bytes: usize,
}

impl Listener {
    fn push(&mut self, bytes: &[u8]) {
        let room = MOST.saturating_sub(self.bytes).min(bytes.len());
        if room > 0 {
            self.bytes += room;
            self.chunks.push((Instant::now(), bytes.get(..room).unwrap_or_default().to_vec()));
        }
    }

    fn all(&self) -> Vec<u8> {
        self.chunks.iter().flat_map(|chunk| chunk.1.iter().copied()).collect()
    }

    /// Frames a second of a format.
    fn rate_hz(&self, layout: &Layout) -> Option<f64> {
        let mut decoder = Decoder::new(layout).ok()?;
        let first = self.chunks.first()?.0;
        let mut begin = None;
        let mut end = None;
        for (at, bytes) in &self.chunks {
            decoder.push(bytes, &mut Nobody);
            let point = (*at, decoder.stats().frames + decoder.stats().lost);
            if begin.is_none() && *at - first >= BACKLOG && point.1 > 0 {
                begin = Some(point);
            }
            end = Some(point);
        }
        let ((from, before), (to, after)) = (begin?, end?);
        let seconds = (to - from).as_secs_f64();
        (seconds > 0.2 && after > before).then(|| (after - before) as f64 / seconds)
    }

    fn result(&self, all: &[DeviceProfile], baud: Option<u32>, time: Duration) -> Heard {
        let bytes = self.all();
        let rate = |layout: &Layout| self.rate_hz(layout);
        let (finding, layout) = recognise(&bytes, all, &rate);
        let stats = layout.and_then(|layout| {
            let mut decoder = Decoder::new(&layout).ok()?;
            decoder.push(&bytes, &mut Nobody);
            Some(decoder.stats().frames)
        });
        let has_number = |line: &&[u8]| line.iter().any(u8::is_ascii_digit);
        let lines = if is_text(&bytes) { bytes.split(|byte| *byte == b'\n').filter(has_number).count() } else { 0 };
        Heard {
            bytes: bytes.len(),
            seconds: time.as_secs_f64(),
            baud,
            lines,
            frames: stats.unwrap_or(0),
            rate_hz: layout.and_then(|layout| self.rate_hz(&layout)),
            was_asked: false,
            finding,
        }
    }
}

/// Listens; the speed that was used last, by its place.
fn listen(
    transport: &mut dyn Transport,
    heard: &mut Listener,
    all: &[DeviceProfile],
    has_speed: bool,
) -> io::Result<usize> {
    let mut room = [0; 4096];
    let begin = Instant::now();
    let (mut since, mut speed) = (begin, 0);
    while begin.elapsed() < LISTEN {
        let asked = Instant::now();
        match transport.read(&mut room) {
            Ok(0) if asked.elapsed() < Duration::from_millis(1) => std::thread::sleep(Duration::from_millis(2)),
            Ok(count) => heard.push(room.get(..count).unwrap_or_default()),
            // What was said before a hang-up is looked at all the same.
            Err(_) => break,
        }
        if has_speed && heard.bytes >= SPEED.1 && since.elapsed() >= SPEED.0 && speed + 1 < SPEEDS.len() {
            let bytes = heard.all();
            let is_noise = !is_text(&bytes) && recognise(&bytes, all, &|_| None).0 == Finding::Noise;
            since = Instant::now();
            // The last speeds are listened to for a little longer than the first, until the time is over.
            if is_noise {
                speed += 1;
                transport.set_baud(SPEEDS.get(speed).copied().unwrap_or(SPEEDS[0]))?;
                transport.clear_input()?;
                *heard = Listener::default();
            }
        }
    }
    Ok(speed)
}

/// Asks a silent port with the questions of every profile that has one; what it sends once it is started, and the profile.
fn ask<'p>(
    transport: &mut dyn Transport,
    all: &'p [DeviceProfile],
    has_speed: bool,
) -> io::Result<Option<(Listener, &'p DeviceProfile)>> {
    let shared = Shared::default();
    let mut asked: Vec<Vec<u8>> = Vec::new();
    // A binary command comes before words: to a sensor of single bytes, letters are commands.
    let mut waiting: Vec<&DeviceProfile> = all.iter().filter(|profile| question(profile).is_some()).collect();
    waiting.sort_by_key(|profile| question(profile).map(|question| question.len()));
    for profile in &waiting {
        let Some(question) = question(profile).filter(|question| !asked.contains(question)) else { continue };
        if has_speed {
            transport.set_baud(profile.port.baud)?;
        }
        transport.clear_input()?;
        let mut talk = Talk {
            transport: &mut *transport,
            shared: &shared,
            variables: profile.variables(),
            tx_gap: Duration::from_millis(u64::from(profile.startup.tx_gap_ms)),
            said: None,
            held: Vec::new(),
        };
        talk.steps(&profile.startup.pre)?;
        if profile.startup.identify.is_some() {
            talk.send(&question)?;
        }
        let longest = if question.contains(&b'\n') { ANSWER.1 } else { ANSWER.0 };
        let begin = Instant::now();
        let same = || waiting.iter().filter(|other| self::question(other).as_ref() == Some(&question));
        let mut found = None;
        while found.is_none() && begin.elapsed() < longest {
            talk.listen(Duration::from_millis(20))?;
            let held = &talk.held;
            let answers = |profile: &&&DeviceProfile| {
                answer(profile).is_some_and(|answer| held.windows(answer.len().max(1)).any(|part| part == answer))
            };
            // The longest answer is the most certain one: `UNO` is in `UNO-R4`.
            found = same().filter(answers).max_by_key(|profile| answer(profile).map(<[u8]>::len)).copied();
        }
        asked.push(question.clone());
        let Some(profile) = found else { continue };
        talk.drain()?;
        talk.variables = profile.variables();
        talk.steps(&profile.startup.start)?;
        let mut heard = Listener::default();
        heard.push(&std::mem::take(&mut talk.held));
        let begin = Instant::now();
        while begin.elapsed() < STARTED {
            talk.listen(Duration::from_millis(20))?;
            heard.push(&std::mem::take(&mut talk.held));
        }
        talk.steps(&profile.startup.stop)?;
        return Ok(Some((heard, profile)));
    }
    Ok(None)
}

/// What a profile asks a sensor before it starts it.
fn question(profile: &DeviceProfile) -> Option<Vec<u8>> {
    let startup = &profile.startup;
    if let Some(identify) = &startup.identify {
        return Some(identify.send.render(&profile.variables()));
    }
    startup.ready.as_ref().map(|ready| ready.until.clone())
}

/// What it answers.
fn answer(profile: &DeviceProfile) -> Option<&[u8]> {
    let startup = &profile.startup;
    let identify = startup.identify.as_ref().map(|identify| identify.expect.as_slice());
    identify.or_else(|| startup.ready.as_ref().map(|ready| ready.until.as_slice()))
}

struct Nobody;

impl Sink for Nobody {
    fn frame(&mut self, _frame: &Frame<'_>) {}
}
