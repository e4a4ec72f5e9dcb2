//! What a port sends, and which profile fits: for people who do not know what they have plugged in.
//!
//! First it is listened to, at the usual speeds where there are speeds; a sensor that stays silent is asked who it is, with the
//! questions of the profiles that wait for a command. A binary format fits where its frames, with fixed bytes, checksum and
//! counter, are nearly all that comes; text fits where its lines can be read as a table.

use std::io;
use std::time::{Duration, Instant};

use tonus_record::{Setting, wording};
use tonus_wire::layout::{Framing, Layout};
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Decoder, Frame, Sink, Values};

use crate::address::Address;
use crate::columns::{self, Columns, Unread, unread};
use crate::error::OpenError;
use crate::link::Shared;
use crate::link::startup::Talk;
use crate::transport::{self, Connector, Transport};

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
/// Frames that must be there, and the share of all bytes that they and messages are.
const FIT: (u64, f64) = (8, 0.7);
/// Frames that may be missing by the counter, as a share.
const LOST: f64 = 0.1;
/// A rate this far from the nominal one is another device's.
const RATE: f64 = 0.2;
/// What is not read as text at all: the share of bytes that no text has.
const TEXT: f64 = 0.1;
/// What came in the first part of the time may have waited in the driver, and tells nothing of the rate.
const BACKLOG: Duration = Duration::from_millis(300);
/// Two boards that send in turn differ more from one frame to the next than over two, by this factor.
const ALTERNATES: f64 = 1.5;
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

/// What a stream is.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// Frames of a profile.
    Device(Box<Fit>),
    /// Text that cannot be read, and why.
    Unread(Unread),
    /// Bytes of no known device.
    Noise,
    /// Nothing at all.
    Silence,
}

/// A profile that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The profile.
    pub profile: DeviceProfile,
    /// Profiles that fit as well: their frames look the same.
    pub also: Vec<String>,
    /// Channels of a frame.
    pub channels: usize,
    /// What the numbers of text lines are.
    pub columns: Option<Columns>,
}

impl Fit {
    /// Whether the profile has to be told how many channels there are.
    pub fn needs_channels(&self) -> bool {
        self.columns.is_none() && !self.learns_channels() && self.profile.used_channels() != self.channels
    }

    fn learns_channels(&self) -> bool {
        matches!(self.profile.layout.framing, Framing::Cobs | Framing::Slip)
    }
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

/// Whether bytes can be text.
fn is_text(bytes: &[u8]) -> bool {
    let is_odd = |byte: &&u8| !(byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    !bytes.is_empty() && bytes.iter().filter(is_odd).count() as f64 <= TEXT * bytes.len() as f64
}

/// One profile that fits a stream.
struct Candidate<'p> {
    profile: &'p DeviceProfile,
    layout: Layout,
    channels: usize,
    /// How much of the stream is its frames, in tenths.
    share: u32,
    is_usual: bool,
    /// Its rate is that of the profile.
    is_in_time: bool,
    /// The values of its frames could not be more, so far as the profile says.
    width: i64,
}

/// What a stream is, and its format.
fn recognise(bytes: &[u8], all: &[DeviceProfile], rate: &dyn Fn(&Layout) -> Option<f64>) -> (Finding, Option<Layout>) {
    if bytes.is_empty() {
        return (Finding::Silence, None);
    }
    let is_binary = |profile: &&DeviceProfile| !matches!(profile.layout.framing, Framing::Text(_));
    let mut found: Vec<Candidate<'_>> =
        all.iter().filter(is_binary).filter_map(|profile| best(profile, bytes, rate)).collect();
    let alternates = alternates(bytes, all);
    found.sort_by_key(|one| {
        let is_daisy = one.layout.framing == Framing::CytonDaisy;
        (
            std::cmp::Reverse((one.share, one.layout.framing_bits())),
            !one.is_usual,
            !one.is_in_time,
            is_daisy != alternates,
            one.width,
        )
    });
    if let Some(first) = found.first() {
        let is_same =
            |one: &&Candidate<'_>| one.layout.length() == first.layout.length() && one.is_usual == first.is_usual;
        let also = found.iter().skip(1).filter(is_same).map(|one| one.profile.id.clone()).collect();
        let fit = Fit { profile: first.profile.clone(), also, channels: first.channels, columns: None };
        return (Finding::Device(Box::new(fit)), Some(first.layout));
    }
    if is_text(bytes) { text(bytes, all, rate) } else { (Finding::Noise, None) }
}

/// The number of channels of a profile that fits best, if one does.
fn best<'p>(profile: &'p DeviceProfile, bytes: &[u8], rate: &dyn Fn(&Layout) -> Option<f64>) -> Option<Candidate<'p>> {
    let usual = profile.used_channels();
    let mut others = (1..=profile.layout.max_channels()).filter(|channels| *channels != usual);
    let candidate = |channels: usize| {
        let layout = profile.layout.with_channels(channels).ok()?;
        let mut channels_seen = Seen::default();
        let mut decoder = Decoder::new(&layout).ok()?;
        decoder.push(bytes, &mut channels_seen);
        let stats = *decoder.stats();
        let used = stats.frame_bytes + stats.idle_bytes;
        let share = used as f64 / (bytes.len() - decoder.pending()).max(1) as f64;
        let is_whole = stats.frames >= FIT.0 && share >= FIT.1 && stats.frame_bytes * 2 > used;
        if !is_whole || stats.lost as f64 > LOST * stats.frames as f64 {
            return None;
        }
        let nominal = profile.rate_hz(channels);
        let measured = rate(&layout);
        let is_in_time = match (nominal, measured) {
            (Some(nominal), Some(measured)) => (measured / nominal - 1.0).abs() < RATE,
            _ => true,
        };
        let width = layout.record.range.map_or(i64::MAX, |(low, high)| i64::from(high) - i64::from(low));
        // A format with the number of channels in its blocks says it itself.
        let channels = if matches!(layout.framing, Framing::Cobs | Framing::Slip) { channels_seen.0 } else { channels };
        Some(Candidate {
            profile,
            layout,
            channels,
            share: (share * 10.0) as u32,
            is_usual: channels == usual,
            is_in_time,
            width,
        })
    };
    candidate(usual).or_else(|| {
        if matches!(profile.layout.framing, Framing::Cobs | Framing::Slip) { None } else { others.find_map(candidate) }
    })
}

/// Channels of the last frame.
#[derive(Default)]
struct Seen(usize);

impl Sink for Seen {
    fn frame(&mut self, frame: &Frame<'_>) {
        self.0 = frame.values.len();
    }
}

/// Whether two boards send in turn: each frame is like the one before the last, not like the last.
fn alternates(bytes: &[u8], all: &[DeviceProfile]) -> bool {
    #[derive(Default)]
    struct Steps {
        last: [Vec<i32>; 2],
        one: f64,
        two: f64,
    }
    impl Sink for Steps {
        fn frame(&mut self, frame: &Frame<'_>) {
            let Values::Counts(counts) = frame.values else { return };
            let far = |other: &[i32]| -> f64 {
                counts.iter().zip(other).map(|(a, b)| (f64::from(*a) - f64::from(*b)).abs()).sum()
            };
            if !self.last[1].is_empty() {
                self.one += far(&self.last[0]);
                self.two += far(&self.last[1]);
            }
            self.last.swap(0, 1);
            self.last[0] = counts.to_vec();
        }
    }
    let Some(profile) = all.iter().find(|profile| profile.id == "openbci-cyton") else { return false };
    let Ok(mut decoder) = Decoder::new(&profile.layout) else { return false };
    let mut steps = Steps::default();
    decoder.push(bytes, &mut steps);
    steps.one > ALTERNATES * steps.two
}

/// Text as a table.
fn text(bytes: &[u8], all: &[DeviceProfile], rate: &dyn Fn(&Layout) -> Option<f64>) -> (Finding, Option<Layout>) {
    let find = |id: &str| all.iter().find(|profile| profile.id == id);
    let Some(any) = find("arduino-text") else { return (Finding::Noise, None) };
    let reading = match columns::read(bytes, &any.layout, &[]) {
        Ok(reading) => reading,
        Err(unread) => return (Finding::Unread(unread), None),
    };
    let measured = rate(&reading.layout);
    let fits = |profile: &&DeviceProfile| {
        let nominal = profile.rate_hz(reading.columns.chosen.len());
        let is_in_time = nominal.zip(measured).is_none_or(|(nominal, hz)| (hz / nominal - 1.0).abs() < RATE);
        is_in_time && columns::are_found(&profile.layout) && columns::read(bytes, &profile.layout, &[]).is_ok()
    };
    let mut fitting: Vec<&DeviceProfile> = all.iter().filter(fits).collect();
    // Labels are a format of their own; else the one that takes all.
    let is_labelled = fitting.iter().any(|profile| profile.id == "arduino-plotter");
    let first = if is_labelled { find("arduino-plotter").unwrap_or(any) } else { any };
    fitting.retain(|profile| profile.id != first.id);
    let fit = Fit {
        profile: first.clone(),
        also: fitting.iter().map(|profile| profile.id.clone()).collect(),
        channels: reading.columns.chosen.len(),
        columns: Some(reading.columns),
    };
    (Finding::Device(Box::new(fit)), Some(reading.layout))
}

/// Why nothing of a profile is among bytes that came, and what to do.
pub(crate) fn explain(bytes: &[u8], profile: &DeviceProfile) -> Unread {
    if is_text(bytes) && columns::are_found(&profile.layout) {
        return match columns::read(bytes, &profile.layout, &[]) {
            Err(unread) => unread,
            Ok(_) => unread("too few lines came", "check that the sketch prints its readings all the time"),
        };
    }
    match recognise(bytes, &DeviceProfile::all(), &|_| None).0 {
        Finding::Device(fit) if fit.profile.id != profile.id => {
            let what = match &fit.columns {
                Some(columns) => format!("lines of text: {}", columns.listing()),
                None => format!("frames of {} with {} channels", fit.profile.name, fit.channels),
            };
            unread(format!("they are {what}"), wording!["use ", Setting::Device, format!(" {}", fit.profile.id)])
        }
        Finding::Unread(found) => unread(wording!["they are text, and ", found.message], found.help),
        _ => unread(
            "they fit no known device",
            wording!["check the baud rate in the profile; ", Setting::Probe, " tries the usual ones"],
        ),
    }
}
