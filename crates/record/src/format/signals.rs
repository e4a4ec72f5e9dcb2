//! Signals of a binary recording: which are wanted, and in which unit. The rules of the text table, for files that name
//! every signal and its unit themselves.

use tonus_dsp::units::SampleRate;

use crate::error::{RateGroup, ReadError, is_printable, the_nearest};
use crate::header::{ChannelInfo, ColumnInfo, Header, Note, RateSource, Role, note_no_unit};
use crate::options::{ChannelSelector, OpenOptions, Unit};
use crate::setting::{Setting, Wording};
use crate::wording;

/// How many names a message lists.
pub(crate) const LISTED: usize = 16;

/// A signal as its file describes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signal {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// `None` for a unit that is no voltage.
    pub(crate) unit: Option<Unit>,
    /// 0 where the file does not say.
    pub(crate) rate_hz: f64,
    /// Why it cannot be read, if it cannot.
    pub(crate) fault: Option<&'static str>,
}

/// What the options make of the signals.
pub(crate) struct Chosen {
    /// Places of the signals, from 0, in the order of the frame.
    pub(crate) places: Vec<usize>,
    pub(crate) channels: Vec<ChannelInfo>,
    pub(crate) columns: Vec<ColumnInfo>,
    pub(crate) rate: SampleRate,
    pub(crate) rate_source: RateSource,
    pub(crate) notes: Vec<Note>,
}

impl Chosen {
    /// The header of a file that names its own rate, of frames without cues.
    pub(crate) fn header(self, file: &str, format: &'static str, options: &OpenOptions) -> Header {
        let Self { channels, columns, rate, rate_source, notes, .. } = self;
        Header {
            file: file.to_owned(),
            format,
            rate,
            rate_source,
            rate_uncertainty: None,
            stamps: None,
            time: None,
            columns,
            channels,
            kind: options.kind.unwrap_or_default(),
            has_cues: false,
            notes,
            session: None,
        }
    }
}

/// The role that a label means.
pub(crate) fn role_of(label: &str) -> Role {
    let lower = label.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    if words.clone().any(|word| word.contains("emg") || word.starts_with("exg")) {
        return Role::Emg;
    }
    match words.next() {
        Some("status" | "trigger" | "marker" | "annotations" | "event" | "events") => Role::Label,
        _ => Role::Aux,
    }
}

/// The unit that a word means: nothing, `counts` and the like are counts.
pub(crate) fn unit_of(word: &str) -> Option<Unit> {
    match word.trim().to_lowercase().replace('μ', "µ").as_str() {
        "uv" | "µv" | "\u{fffd}v" | "microvolt" | "microvolts" => Some(Unit::MicroVolt),
        "mv" | "millivolt" | "millivolts" => Some(Unit::MilliVolt),
        "v" | "volt" | "volts" => Some(Unit::Volt),
        "counts" | "count" | "adu" | "lsb" => Some(Unit::Counts),
        "au" | "a.u." => Some(Unit::Arbitrary),
        _ => None,
    }
}

/// A label that may be shown: printable, shortened.
pub(crate) fn clean(text: &[u8]) -> String {
    let text: String = text.iter().map(|byte| char::from(*byte)).filter(|c| is_printable(*c)).take(80).collect();
    text.trim().to_owned()
}

/// Names, each one different: `signal 3` without a name, `EMG (signal 4)` for a repeated one.
pub(crate) fn make_unique(signals: &mut [Signal]) {
    let mut seen = std::collections::HashSet::new();
    for (n, signal) in signals.iter_mut().enumerate() {
        if signal.name.is_empty() {
            signal.name = format!("signal {}", n + 1);
        }
        if !seen.insert(signal.name.to_lowercase()) {
            signal.name = format!("{} (signal {})", signal.name, n + 1);
            seen.insert(signal.name.to_lowercase());
        }
    }
}

/// Chooses signals, units and the rate.
///
/// # Errors
/// [`ReadError`] when an option is needed, or one cannot be followed.
pub(crate) fn choose(file: &str, signals: &[Signal], options: &OpenOptions) -> Result<Chosen, ReadError> {
    let mut notes = Vec::new();
    let places = select(file, signals, options)?;
    let chosen: Vec<(usize, &Signal)> = places.iter().filter_map(|n| Some((*n, signals.get(*n)?))).collect();
    for (n, signal) in &chosen {
        if let Some(reason) = signal.fault {
            return Err(ReadError::Damaged {
                file: file.to_owned(),
                place: format!("signal {}", n + 1),
                found: format!("that {reason}"),
                fix: wording!["mend the header, or choose other signals with ", Setting::Channel],
            });
        }
    }
    let (rate, rate_source) = rate(file, &chosen, options, &mut notes)?;
    let channels = chosen
        .iter()
        .map(|(n, signal)| channel(file, *n, signal, options, &mut notes))
        .collect::<Result<_, ReadError>>()?;
    let columns = signals.iter().map(|s| ColumnInfo { name: s.name.clone(), role: s.role }).collect();
    Ok(Chosen { places, channels, columns, rate, rate_source, notes })
}

/// What there is, for a message: `columns: 1 time = time, 2 emg = emg`. Beyond `most` only their number is said.
pub(crate) fn listing<'a>(what: &str, all: impl ExactSizeIterator<Item = (&'a str, Role)>, most: usize) -> Wording {
    let left = all.len().saturating_sub(most);
    let one = |(n, (name, role)): (usize, (&str, Role))| format!("{} {name} = {}", n + 1, role.name());
    let list: Vec<String> = all.take(most).enumerate().map(one).collect();
    let listed = Wording::from(format!("{what}: {}", list.join(", ")));
    if left == 0 {
        return listed;
    }
    wording![listed, format!(", {left} more, all of which "), Setting::Channel, " 0 lists"]
}

/// How many are listed for a selector, which was refused: place 0 asks for all.
pub(crate) fn most_listed(selector: &ChannelSelector) -> usize {
    if *selector == ChannelSelector::Index(0) { usize::MAX } else { LISTED }
}

fn list(signals: &[Signal], most: usize) -> Wording {
    listing("signals", signals.iter().map(|signal| (signal.name.as_str(), signal.role)), most)
}

fn select(file: &str, signals: &[Signal], options: &OpenOptions) -> Result<Vec<usize>, ReadError> {
    if options.channels.is_empty() {
        let emg: Vec<usize> = (0..signals.len()).filter(|n| signals[*n].role == Role::Emg).collect();
        if emg.is_empty() {
            let found = wording!["no signal is EMG by its label (", list(signals, LISTED), ")"];
            return Err(ReadError::NeedsOption { file: file.to_owned(), found, option: Setting::Channel });
        }
        return Ok(emg);
    }
    let mut chosen = Vec::new();
    for selector in &options.channels {
        let place = match selector {
            ChannelSelector::Index(index) => index.checked_sub(1).filter(|n| *n < signals.len()),
            ChannelSelector::Name(name) => {
                let (name, lower) = (name.trim(), name.trim().to_lowercase());
                let exact = signals.iter().position(|s| s.name == name);
                exact.or_else(|| signals.iter().position(|s| s.name.to_lowercase() == lower))
            }
        };
        let Some(place) = place else {
            let near = match selector {
                ChannelSelector::Name(name) => {
                    format!("; {}", the_nearest(name, signals.iter().map(|signal| signal.name.as_str())))
                }
                ChannelSelector::Index(_) => String::new(),
            };
            let there = list(signals, most_listed(selector));
            let reason = wording![format!("there is no such signal{near} ("), there, ")"];
            return Err(ReadError::Channel { file: file.to_owned(), asked: selector.to_string(), reason });
        };
        if !chosen.contains(&place) {
            chosen.push(place);
        }
    }
    Ok(chosen)
}

fn rate(
    file: &str,
    chosen: &[(usize, &Signal)],
    options: &OpenOptions,
    notes: &mut Vec<Note>,
) -> Result<(SampleRate, RateSource), ReadError> {
    let first = chosen.first().map_or(0.0, |(_, signal)| signal.rate_hz);
    if chosen.iter().any(|(_, signal)| signal.rate_hz != first) {
        let rates: Vec<(usize, Option<f64>)> =
            chosen.iter().map(|(n, signal)| (*n, Some(signal.rate_hz).filter(|hz| *hz > 0.0))).collect();
        return Err(ReadError::SeveralRates { file: file.to_owned(), groups: RateGroup::of(&rates, 0.0) });
    }
    if let Some(hz) = options.rate_hz {
        let rate = SampleRate::new(hz).map_err(|error| ReadError::BadOption {
            file: file.to_owned(),
            option: Setting::Rate,
            reason: error.to_string(),
        })?;
        if first > 0.0 && (hz / first - 1.0).abs() > 1e-9 {
            let what = format!(" {hz} is used although the header says {first} Hz");
            notes.push(Note::warning(wording![Setting::Rate, what]));
        }
        return Ok((rate, RateSource::Option));
    }
    let rate = SampleRate::new(first).map_err(|_| {
        let found = if first > 0.0 {
            format!("its header says {first} Hz, which is outside {} to {} Hz", SampleRate::MIN_HZ, SampleRate::MAX_HZ)
        } else {
            "its header says no sampling rate".to_owned()
        };
        ReadError::NeedsOption { file: file.to_owned(), found: found.into(), option: Setting::Rate }
    })?;
    Ok((rate, RateSource::Header))
}

/// Microvolts per unit of a channel, and whether they are known. `what` names it in a message.
pub(crate) fn scale(file: &str, what: &str, unit: Unit, uv_per_count: Option<f64>) -> Result<(f64, bool), ReadError> {
    let reason = match (unit.microvolts(), uv_per_count) {
        (Some(scale), None) => return Ok((scale, true)),
        (None, None) => return Ok((1.0, false)),
        (Some(_), Some(_)) => format!("{what} is in {}, not in counts", unit.name()),
        (None, Some(_)) if unit == Unit::Arbitrary => "an arbitrary unit has no counts".to_owned(),
        (None, Some(scale)) if scale.is_finite() && scale != 0.0 => return Ok((scale, true)),
        (None, Some(scale)) => format!("{scale} is no scale"),
    };
    Err(ReadError::BadOption { file: file.to_owned(), option: Setting::UvPerCount, reason })
}

fn channel(
    file: &str,
    place: usize,
    signal: &Signal,
    options: &OpenOptions,
    notes: &mut Vec<Note>,
) -> Result<ChannelInfo, ReadError> {
    let name = signal.name.clone();
    let unit = match (options.unit, signal.unit, options.uv_per_count) {
        (Some(unit), named, _) => {
            if let Some(other) = named.filter(|named| *named != unit) {
                let what = format!(" {} is used although signal '{name}' says {}", unit.name(), other.name());
                notes.push(Note::warning(wording![Setting::Unit, what]));
            }
            unit
        }
        (None, Some(unit), _) => unit,
        (None, None, Some(_)) => Unit::Counts,
        (None, None, None) => {
            let found = format!("signal '{name}' names no unit, or one that is no voltage");
            if !options.unit_may_be_unknown {
                return Err(ReadError::NeedsOption {
                    file: file.to_owned(),
                    found: found.into(),
                    option: Setting::Unit,
                });
            }
            note_no_unit(notes, &found);
            Unit::Unknown
        }
    };
    let (uv_per_unit, scaled) = scale(file, &format!("signal '{name}'"), unit, options.uv_per_count)?;
    Ok(ChannelInfo { name, unit, role: signal.role, column: place + 1, uv_per_unit, scaled, anchor: None })
}
