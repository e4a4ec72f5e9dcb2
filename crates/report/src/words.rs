//! Every word of the report for people, ready for translation: constants, and functions for sentences with values in them.
//!
//! The functions take values that are ready to be shown (text that is already escaped, numbers that are already marked up) and
//! put them in their place; they know no markup. Words here speak of a signal: rest, contraction, overactivity. They make no
//! judgement of a person, and `tests/wording.rs` holds a list of words that none of them may use.
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

pub(crate) mod figure;
pub(crate) mod how;
pub(crate) mod norms;
pub(crate) mod score;
pub(crate) mod setting;
pub(crate) mod story;
pub(crate) mod table;

/// Language of all words here.
pub(crate) const LANGUAGE: &str = "en";
pub(crate) const TITLE: &str = "Muscle session";
pub(crate) const MADE_BY: &str = "tonus";
pub(crate) const NOT_KNOWN: &str = "could not be determined";
pub(crate) const DASH: &str = "–";
pub(crate) const CUT: &str = "…";
pub(crate) const YES: &str = "yes";
pub(crate) const NO: &str = "no";

pub(crate) const NOTICE_TITLE: &str = "Please note";
pub(crate) const NOTICE: [&str; 3] = [
    "This page is for training and self-observation. tonus is not a medical device and makes no diagnosis.",
    "Nothing should hurt. When it hurts, stop; you can stop at any time, and you need no reason.",
    "An electrode sees the activity of a muscle, not its stiffness, and numbers differ between devices, electrodes and \
     postures. Compare a session only with your own sessions that were made the same way, and talk about it with the person \
     who looks after you.",
];
pub(crate) const LOCAL: &str = "This page holds personal health data. It loads nothing and sends nothing.";

pub(crate) const HEAD_STARTED: &str = "Begun";
pub(crate) const HEAD_DEVICE: &str = "Sensor";
pub(crate) const HEAD_FILE: &str = "Recording";
pub(crate) const HEAD_PROGRAM: &str = "Programme";
pub(crate) const HEAD_DURATION: &str = "Duration";
pub(crate) const HEAD_RATE: &str = "Sensor rate";
pub(crate) const HEAD_CHANNELS: &str = "Channels";

pub(crate) const UNIT_UV: &str = "µV";
pub(crate) const UNIT_HZ: &str = "Hz";
pub(crate) const UNIT_S: &str = "s";
pub(crate) const UNIT_MIN: &str = "min";
pub(crate) const UNIT_H: &str = "h";
pub(crate) const UNIT_MS: &str = "ms";
pub(crate) const UNIT_PERCENT: &str = "%";
pub(crate) const UNIT_RATIO: &str = "×";
pub(crate) const UNIT_UNKNOWN: &str = "units of the file";

/// What something is, with its unit.
pub(crate) fn with_unit(what: &str, unit: &str) -> String {
    format!("{what} ({unit})")
}

/// A value with its unit, on one line.
pub(crate) fn value(number: &str, unit: &str) -> String {
    format!("{number}\u{a0}{unit}")
}

/// One thing of another, such as seconds of seconds.
pub(crate) fn of(part: &str, whole: &str) -> String {
    format!("{part} of {whole}")
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
