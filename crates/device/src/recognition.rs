//! What a stream of bytes is: which profile its frames fit, or what its text says.
//!
//! A binary format fits where its frames, with fixed bytes, checksum and counter, are nearly all that comes; text fits where its
//! lines can be read as a table.

use tonus_record::{Setting, wording};
use tonus_wire::layout::{Framing, Layout};
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Decoder, Frame, Sink, Values};

use crate::columns::{self, Columns, Unread, unread};

/// Frames that must be there, and the share of all bytes that they and messages are.
const FIT: (u64, f64) = (8, 0.7);
/// Frames that may be missing by the counter, as a share.
const LOST: f64 = 0.1;
/// A rate this far from the nominal one is another device's.
const RATE: f64 = 0.2;
/// What is not read as text at all: the share of bytes that no text has.
const TEXT: f64 = 0.1;
/// Two boards that send in turn differ more from one frame to the next than over two, by this factor.
const ALTERNATES: f64 = 1.5;

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

/// Whether bytes can be text.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
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
pub(crate) fn recognise(
    bytes: &[u8],
    all: &[DeviceProfile],
    rate: &dyn Fn(&Layout) -> Option<f64>,
) -> (Finding, Option<Layout>) {
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
