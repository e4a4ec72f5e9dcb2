//! Every word of the report for people, ready for translation: constants, and functions for sentences with values in them.
//!
//! The functions take values that are ready to be shown (text that is already escaped, numbers that are already marked up) and
//! put them in their place; they know no markup. Words here speak of a signal: rest, contraction, overactivity. They make no
//! judgement of a person: `tests/wording.rs` looks for such words in rendered pages. Words that the window shows too stand in
//! [`crate::vocabulary`].
//!
//! | part | words of |
//! |---|---|
//! | this file | the page, units, and errors of `states.csv` |
//! | `story` | what happened, in sentences |
//! | `figure` | pictures |
//! | `table` | tables |
//! | `score` | what could not be determined |
//! | `setting` | settings, signal and fingerprints |
//! | `how` | how each number was made |
//! | `norms` | norm profiles and verdicts |

use crate::vocabulary::{Language, Text};

pub(crate) mod figure;
pub(crate) mod methods;
pub(crate) mod narrative;
pub(crate) mod norms;
pub(crate) mod score;
pub(crate) mod setting;
pub(crate) mod table;

pub(crate) const TITLE: Text = ["Muscle session", "Muskelsitzung"];
pub(crate) const MADE_BY: &str = "tonus";
pub(crate) const NOT_KNOWN: Text = ["could not be determined", "ließ sich nicht bestimmen"];
pub(crate) const DASH: &str = "–";
pub(crate) const CUT: &str = "…";
pub(crate) const YES: Text = ["yes", "ja"];
pub(crate) const NO: Text = ["no", "nein"];

pub(crate) const NOTICE_TITLE: Text = ["Please note", "Bitte beachten"];
pub(crate) const NOTICE: [Text; 3] = [
    [
        "This page is for training and self-observation. tonus is not a medical device and makes no diagnosis.",
        "Diese Seite dient dem Üben und der Selbstbeobachtung. tonus ist kein Medizinprodukt und stellt keine Diagnose.",
    ],
    [
        "Nothing should hurt. When it hurts, stop; you can stop at any time, and you need no reason.",
        "Nichts soll wehtun. Wenn es wehtut, hör auf; du kannst jederzeit aufhören und brauchst keinen Grund.",
    ],
    [
        "An electrode sees the activity of a muscle, not its stiffness, and numbers differ between devices, electrodes and \
     postures. Compare a session only with your own sessions that were made the same way, and talk about it with the person \
     who looks after you.",
        "Eine Elektrode sieht die Aktivität eines Muskels, nicht seine Steifigkeit, und Zahlen unterscheiden sich zwischen Geräten, Elektroden und Haltungen. Vergleiche eine Sitzung nur mit eigenen Sitzungen, die genauso entstanden sind, und sprich darüber mit der Person, die dich begleitet.",
    ],
];
pub(crate) const LOCAL: Text = [
    "This page holds personal health data. It loads nothing and sends nothing.",
    "Diese Seite enthält persönliche Gesundheitsdaten. Sie lädt nichts und sendet nichts.",
];

pub(crate) const HEAD_STARTED: Text = ["Begun", "Begonnen"];
pub(crate) const HEAD_DEVICE: Text = ["Sensor", "Sensor"];
pub(crate) const HEAD_FILE: Text = ["Recording", "Aufnahme"];
pub(crate) const HEAD_PROGRAM: Text = ["Programme", "Programm"];
pub(crate) const HEAD_DURATION: Text = ["Duration", "Dauer"];
pub(crate) const HEAD_RATE: Text = ["Sensor rate", "Abtastrate"];
pub(crate) const HEAD_CHANNELS: Text = ["Channels", "Kanäle"];

pub(crate) const UNIT_UV: &str = "µV";
pub(crate) const UNIT_HZ: &str = "Hz";
pub(crate) const UNIT_S: &str = "s";
pub(crate) const UNIT_MIN: &str = "min";
pub(crate) const UNIT_H: &str = "h";
pub(crate) const UNIT_MS: &str = "ms";
pub(crate) const UNIT_PERCENT: &str = "%";
pub(crate) const UNIT_RATIO: &str = "×";
pub(crate) const UNIT_UNKNOWN: Text = ["units of the file", "Einheiten der Datei"];

/// What something is, with its unit.
pub(crate) fn with_unit(what: &str, unit: &str) -> String {
    format!("{what} ({unit})")
}

/// A value with its unit, on one line.
pub(crate) fn value(number: &str, unit: &str) -> String {
    format!("{number}\u{a0}{unit}")
}

/// One thing of another, such as seconds of seconds.
pub(crate) fn of(language: Language, part: &str, whole: &str) -> String {
    format!("{part} {} {whole}", language.pick(["of", "von"]))
}

/// A list in a sentence.
pub(crate) fn list<T: AsRef<str>>(parts: &[T]) -> String {
    parts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}

/// A title with what it is about.
pub(crate) fn about(what: &str, whom: &str) -> String {
    format!("{what}: {whom}")
}

/// A file that is no `states.csv`, or is damaged.
pub(crate) fn not_states(line: u64, column: &str, found: &str) -> String {
    if found.is_empty() {
        format!(
            "states.csv, line {line}: the column {column} is missing; run `tonus analyze` again to write the file anew"
        )
    } else {
        let found: String = found.chars().take(40).collect();
        format!(
            "states.csv, line {line}, column {column}: found `{found}`, which is no value of that column; run `tonus analyze` \
             again to write the file anew"
        )
    }
}
