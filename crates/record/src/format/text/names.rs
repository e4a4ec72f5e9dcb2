//! What a column's name says: its unit and its role.

use crate::header::{Role, TimeUnit};
use crate::options::Unit;

/// Unit written in a name or in a row of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedUnit {
    /// Of a voltage, or counts.
    Signal(Unit),
    /// Of time.
    Time(TimeUnit),
    /// Of something else: degrees, newton, …
    Other,
}

/// What a name says about a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A known role.
    Role(Role),
    /// EMG by name or by a unit of voltage.
    Emg,
    /// Nothing.
    Unknown,
}

const TIME: &[&str] = &[
    "time",
    "times",
    "timestamp",
    "timestamps",
    "t",
    "x",
    "ms",
    "s",
    "sec",
    "secs",
    "second",
    "seconds",
    "millis",
    "micros",
    "millisec",
    "microsec",
    "min",
    "us",
    "µs",
    "epoch",
    "unixtime",
    "unix",
    "elapsed",
    "zeit",
    "waktu",
    "temps",
    "tempo",
    "tiempo",
    "milliseconds",
    "microseconds",
    "minutes",
];
const AUX: &[&str] = &[
    "acc",
    "accel",
    "accelerometer",
    "gyro",
    "gyroscope",
    "mag",
    "magnetometer",
    "imu",
    "quat",
    "temp",
    "temperature",
    "force",
    "torque",
    "angle",
    "goniometer",
    "gonio",
    "pressure",
    "press",
    "flow",
    "volume",
    "resp",
    "respiration",
    "ecg",
    "ekg",
    "eeg",
    "eog",
    "eda",
    "gsr",
    "ppg",
    "hr",
    "spo2",
    "battery",
    "batt",
    "vbat",
    "digital",
    "other",
    "unused",
    "sync",
    "roll",
    "pitch",
    "yaw",
    "light",
    "onset",
    "offset",
    "duration",
    "start",
    "end",
    "gyr",
    "quaternion",
    "ax",
    "ay",
    "az",
    "gx",
    "gy",
    "gz",
    "mx",
    "my",
    "mz",
    "fsr",
    "loadcell",
    "footswitch",
    "vbatt",
    "vcc",
    "vref",
    "humidity",
    "altitude",
];
/// Other signals too, where the name does not say EMG beside them.
const AUX_ALONE: &[&str] = &[
    "stim",
    "stimulation",
    "stimulator",
    "load",
    "weight",
    "grip",
    "dynamometer",
    "encoder",
    "position",
    "velocity",
    "speed",
    "impedance",
    "resistance",
    "supply",
    "pulse",
];
/// Marks, even where they are recorded as a voltage.
const MARKS: &[&str] = &["trigger", "trig", "stimulus", "marker", "event", "events", "label", "class"];
const INDEX: &[&str] = &[
    "index", "idx", "counter", "count", "nseq", "seq", "sequence", "frame", "n", "no", "nr", "packet", "sample",
    "samples",
];
const LABEL: &[&str] = &[
    "label",
    "class",
    "marker",
    "event",
    "events",
    "trigger",
    "trig",
    "annotation",
    "gesture",
    "activity",
    "prompt",
    "status",
    "target",
    "state",
    "phase",
    "stimulus",
    "repetition",
    "task",
];

/// Words of a name, lower case.
fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase().replace('μ', "µ");
    lower.split(|c: char| !(c.is_alphanumeric() || c == '°')).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Words of a name and, of those written together, their parts (`BatteryVoltage`, `accX`), lower case, without numbers at
/// their ends and without the axis (`accx`).
fn parts(name: &str) -> Vec<String> {
    let mut split = String::new();
    let mut last = ' ';
    for c in name.chars() {
        if c.is_uppercase() && last.is_lowercase() {
            split.push(' ');
        }
        split.push(c);
        last = c;
    }
    let bare = |word: String| word.trim_end_matches(char::is_numeric).to_owned();
    let mut parts: Vec<String> = words(name).into_iter().chain(words(&split)).map(bare).collect();
    let axes: Vec<String> = parts
        .iter()
        .filter(|part| part.len() > 3)
        .filter_map(|part| part.strip_suffix(['x', 'y', 'z', 'w']).map(str::to_owned))
        .collect();
    parts.extend(axes);
    parts
}

/// A unit by its word.
fn unit_word(word: &str) -> Option<NamedUnit> {
    Some(match word {
        "uv" | "µv" | "microvolt" | "microvolts" => NamedUnit::Signal(Unit::MicroVolt),
        "mv" | "millivolt" | "millivolts" => NamedUnit::Signal(Unit::MilliVolt),
        "v" | "volt" | "volts" => NamedUnit::Signal(Unit::Volt),
        "counts" => NamedUnit::Signal(Unit::Counts),
        "au" => NamedUnit::Signal(Unit::Arbitrary),
        "s" | "sec" | "secs" | "second" | "seconds" => NamedUnit::Time(TimeUnit::Second),
        "ms" | "millis" | "msec" | "millisec" | "milliseconds" => NamedUnit::Time(TimeUnit::Milli),
        "us" | "µs" | "micros" | "usec" | "microsec" | "microseconds" => NamedUnit::Time(TimeUnit::Micro),
        "min" | "minutes" => NamedUnit::Time(TimeUnit::Minute),
        "deg" | "°" | "g" | "n" | "nm" | "hz" | "kg" | "kpa" | "bar" | "cmh2o" | "rad" | "percent" | "bpm" | "°c"
        | "°/s" | "m/s" | "m/s²" | "m/s^2" | "m/s2" | "m/(s^2)" | "deg/s" | "degrees" | "mm" | "cm" | "m" | "lbs"
        | "%" | "dps" | "nv" | "kv" => NamedUnit::Other,
        _ => return None,
    })
}

/// Words that stand in a row of units where a column has none.
const NO_UNIT: &[&str] = &["no_units", "nounits", "no units", "no unit", "none", "n/a", "unitless", "dimensionless"];

/// Whether a cell that is no known unit can be one: `m/(s^2)`, `uT`, `kOhm`; muscles are written in capitals.
pub(crate) fn looks_like_unit(cell: &str) -> bool {
    let has_sign = cell.contains(['/', '^', '·', '²', '³', '°', '%', 'Ω']);
    let is_short = cell.chars().count() <= 5 && cell.starts_with(char::is_lowercase);
    has_sign || is_short || cell.chars().count() == 1
}

/// A cell of a units row: `mV`, `(uV)`, `[s]`; `Some(None)` for an empty one, `None` for anything else.
#[allow(clippy::option_option)] // "no unit here" and "not a units row" are different answers
pub(crate) fn unit_cell(cell: &str) -> Option<Option<NamedUnit>> {
    let inner = cell.trim().trim_matches(|c| matches!(c, '(' | ')' | '[' | ']' | '*' | '-')).trim();
    if inner.is_empty() || NO_UNIT.iter().any(|word| inner.eq_ignore_ascii_case(word)) {
        return Some(None);
    }
    if inner.eq_ignore_ascii_case("a.u.") {
        return Some(Some(NamedUnit::Signal(Unit::Arbitrary)));
    }
    unit_word(&inner.to_lowercase().replace('μ', "µ")).map(Some)
}

/// The unit in a name: `EMG (uV)`, `emg [mV]`, `ch1_mV`, `VMO RT, uV`, `time_s`; a lone `t` or `x` is none.
pub(crate) fn unit_of(name: &str) -> Option<NamedUnit> {
    for (open, close) in [('(', ')'), ('[', ']')] {
        let inner = name.rsplit_once(open).and_then(|(_, rest)| rest.split_once(close));
        if let Some((inner, _)) = inner {
            return unit_cell(inner).flatten();
        }
    }
    let words = words(name);
    let last = words.last()?;
    match unit_word(last) {
        Some(NamedUnit::Other) if words.len() == 1 || last.len() == 1 => None,
        // One letter after a space is part of a name ("RT V"); after an underscore it is a unit ("emg_v").
        Some(NamedUnit::Signal(Unit::Volt)) if last == "v" && !name.to_lowercase().ends_with("_v") => None,
        found => found,
    }
}

/// What a name says about the role of its column.
pub(crate) fn meaning(name: &str) -> Meaning {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.trim_end_matches(char::is_numeric)));
    let unit = unit_of(name);
    if words.len() == 1 && has(&["cue"]) {
        return Meaning::Role(Role::Cue);
    }
    let is_emg = words.iter().any(|word| word.contains("emg") || word.starts_with("exg"));
    let parts = parts(name);
    let any = |list: &[&str]| parts.iter().any(|part| list.contains(&part.as_str()));
    let says_time = any(TIME_WORDS);
    if has(AUX) || !says_time && (any(AUX) || !is_emg && any(AUX_ALONE)) {
        return Meaning::Role(Role::Aux);
    }
    // "x" alone or with a unit of time is time (EMGworks); "t", "ms" and the like only as a whole name.
    let first = words.first().map(String::as_str).unwrap_or_default();
    let timely = match unit {
        Some(NamedUnit::Time(_)) => words.len() == 1 || says_time || matches!(first, "t" | "x"),
        Some(_) => false,
        None => words.len() == 1 && TIME.contains(&first) && first != "x" || says_time,
    };
    if timely {
        return Meaning::Role(Role::Time);
    }
    if !is_emg && unit.is_some() && any(MARKS) {
        return Meaning::Role(Role::Label);
    }
    if is_emg || matches!(unit, Some(NamedUnit::Signal(_))) {
        return Meaning::Emg;
    }
    if unit.is_some() {
        return Meaning::Role(Role::Aux);
    }
    if has(LABEL) {
        return Meaning::Role(Role::Label);
    }
    if has(INDEX) {
        return Meaning::Role(Role::Index);
    }
    if words.join(" ") == "not used" {
        return Meaning::Role(Role::Aux);
    }
    Meaning::Unknown
}

/// Words that make a longer name a time.
const TIME_WORDS: &[&str] = &[
    "time",
    "timestamp",
    "timestamps",
    "zeit",
    "waktu",
    "epoch",
    "elapsed",
    "unixtime",
    "tijd",
    "czas",
    "aika",
    "zaman",
    "время",
    "時間",
    "时间",
    "시간",
];

/// Whether a name says nothing but a unit of time: `Sekunde [s]`, a word of another language.
pub(crate) fn is_in_time(name: &str) -> bool {
    let is_other = parts(name).iter().any(|part| AUX.contains(&part.as_str()) || AUX_ALONE.contains(&part.as_str()));
    matches!(unit_of(name), Some(NamedUnit::Time(_))) && !is_other
}

/// Whether a name is that of a column that says which device a row is of.
pub(crate) fn is_device(name: &str) -> bool {
    let words = words(name);
    let is = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    words.len() == 1 && is(&["device", "deviceid", "sensorid", "nodeid", "boardid"])
        || is(&["device", "sensor", "node", "board", "armband"]) && is(&["id", "number", "no", "nr", "index"])
}

/// Whether a name is one of a signal although it does not say which: `ch1`, `Channel 3`, `A0`.
pub(crate) fn is_channel(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| matches!(word.trim_end_matches(char::is_numeric), "ch" | "channel" | "chan"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_in_names() {
        use NamedUnit::{Other, Signal, Time};
        let cases = [
            ("emg_uv", Some(Signal(Unit::MicroVolt))),
            ("EMG (uV)", Some(Signal(Unit::MicroVolt))),
            ("emg [mV]", Some(Signal(Unit::MilliVolt))),
            ("ch1_mV", Some(Signal(Unit::MilliVolt))),
            ("RT VMO (uV)", Some(Signal(Unit::MicroVolt))),
            ("VMO RT, uV", Some(Signal(Unit::MicroVolt))),
            ("EMG µV", Some(Signal(Unit::MicroVolt))),
            ("EMG (μV)", Some(Signal(Unit::MicroVolt))),
            ("emg_v", Some(Signal(Unit::Volt))),
            ("EMG [V]", Some(Signal(Unit::Volt))),
            ("RT V", None),
            ("emg_adc", None),
            ("emg_counts", Some(Signal(Unit::Counts))),
            ("emg", None),
            ("_4", None),
            ("time_s", Some(Time(TimeUnit::Second))),
            ("t_ms", Some(Time(TimeUnit::Milli))),
            ("timestamp (ms)", Some(Time(TimeUnit::Milli))),
            ("time", None),
            ("micros", Some(Time(TimeUnit::Micro))),
            ("angle [deg]", Some(Other)),
            ("n", None),
            ("emg (nV)", Some(Other)),
        ];
        for (name, unit) in cases {
            assert_eq!(unit_of(name), unit, "{name}");
        }
    }

    #[test]
    fn names_of_devices_and_of_times_in_other_words() {
        for name in ["Device number", "device_id", "Sensor ID", "device"] {
            assert!(is_device(name), "{name}");
        }
        for name in ["Device", "sensor", "EMG sensor 1", "Sample Index", "node"] {
            assert_eq!(is_device(name), name == "Device", "{name}");
        }
        assert!(is_in_time("Sekunden [s]") && is_in_time("abc (ms)"));
        assert!(!is_in_time("onset_s") && !is_in_time("EMG [V]") && !is_in_time("force (s)"));
    }

    #[test]
    fn roles_in_names() {
        let role = |name| match meaning(name) {
            Meaning::Role(role) => role.name(),
            Meaning::Emg => "EMG",
            Meaning::Unknown => "?",
        };
        let cases = [
            ("time_s", "time"),
            ("Time", "time"),
            ("X[s]", "time"),
            ("t", "time"),
            ("EMG 1 Time Series (s)", "time"),
            ("Waktu (HH:MM:SS.ms)", "time"),
            ("onset_s", "aux"),
            ("cue", "cue"),
            ("Sample Index", "index"),
            ("nSeq", "index"),
            ("class", "label"),
            ("Marker Channel", "label"),
            ("Accel Channel 0", "aux"),
            ("emg1_acc_x", "aux"),
            ("Not Used", "aux"),
            ("Other", "aux"),
            ("EXG Channel 0", "EMG"),
            ("emg_l", "EMG"),
            ("RT VMO (uV)", "EMG"),
            ("EMG temporalis", "EMG"),
            ("ch1", "?"),
            ("channel8", "?"),
            ("_4", "?"),
            ("thumb", "?"),
            ("angle_deg", "aux"),
            ("Mini sensor 10: ACC.X 10", "aux"),
            ("Nilai ADC", "?"),
            ("Digital Channel 0 (D11)", "aux"),
            ("BatteryVoltage", "aux"),
            ("accX", "aux"),
            ("gyroz_1", "aux"),
            ("Stimulator [V]", "aux"),
            ("Trigger (V)", "label"),
            ("emg_grip", "EMG"),
            ("Grip (V)", "aux"),
            ("emgLeft_mV", "EMG"),
            ("Max (uV)", "EMG"),
            ("時間 [s]", "time"),
        ];
        for (name, expected) in cases {
            assert_eq!(role(name), expected, "{name}");
        }
    }
}
