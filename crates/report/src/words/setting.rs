//! Words about settings, calibration, signal and fingerprints.

pub(crate) const CALIBRATION: &str = "Own measures";
pub(crate) const ACCEPTED: &str = "Measured";
pub(crate) const BASELINE: &str = "Resting level";
pub(crate) const SPREAD: &str = "Spread at rest";
pub(crate) const REFERENCE: &str = "Comfortable hold";
pub(crate) const ON: &str = "Active from";
pub(crate) const OFF: &str = "Inactive below";
pub(crate) const SOURCE: &str = "Taken from";
pub(crate) const STRETCH: &str = "Stretch";
pub(crate) const REMARKS: &str = "Remarks";
pub(crate) const MEASURE: &str = "Measure";
pub(crate) const VALUE: &str = "Value";

pub(crate) fn source(name: &str) -> Option<&'static str> {
    Some(match name {
        "cues" => "cues in the recording",
        "option" => "a stretch that was named",
        "calmest_stretch" => "the calmest stretch of the recording",
        "program" => "the programme",
        "column" => "a column of the file",
        "file" => "a file of cues",
        "none" => "none",
        "header" => "the file's header",
        "time_column" => "the file's time column",
        _ => return None,
    })
}

/// What is remarkable about a calibration.
pub(crate) fn calibration(name: &str) -> Option<&'static str> {
    Some(match name {
        "unstable" => "the level rose and fell at rest, so activity starts higher above it",
        "drifting" => "the level moved far on the way",
        "low_resolution" => "the level is below one step of the converter",
        "weak_reference" => "the hold lies close to rest",
        "later_rest" => "rest after a later cue was measured, as the quiet step gave nothing",
        "no_contrast" => "no contrast",
        "too_short" => "too little valid signal",
        "no_signal" => "no signal at rest",
        "not_separable" => "the hold cannot be told from rest",
        "no_baseline" => "the hold came before a resting level",
        "not_closed" => "the quiet cue did not end within the recording",
        _ => return None,
    })
}

pub(crate) const QUALITY: &str = "Signal and excluded time";
pub(crate) const QUALITY_REASON: &str = "Flag";
pub(crate) const QUALITY_TIME: &str = "Time (s)";
pub(crate) const QUALITY_BAR: &str = "Share";
pub(crate) const QUALITY_OK: &str = "without any flag";
pub(crate) const QUALITY_ALL: &str = "all decisions";
pub(crate) const QUALITY_NOTE: &str =
    "A moment may carry several flags. Time in which the state is “no statement” is excluded from every number.";

pub(crate) const SETTINGS: &str = "Settings and notes";
pub(crate) const SETTING: &str = "Setting";
pub(crate) const KIND: &str = "Sensor sends";
pub(crate) const PROFILE: &str = "Profile";
pub(crate) const HIGHPASS: &str = "High-pass";
pub(crate) const LOWPASS: &str = "Low-pass";
pub(crate) const MAINS: &str = "Mains";
pub(crate) const NOTCHES: &str = "Notches at";
pub(crate) const NO_NOTCHES: &str = "none";
pub(crate) const CALIBRATED_FROM: &str = "Own measures from";
pub(crate) const CUES_FROM: &str = "Cues from";
pub(crate) const REFERENCE_KIND: &str = "Kind of hold";
pub(crate) const OVERSHOOT: &str = "Overshoot above";
pub(crate) const GRACE: &str = "Allowance for a release";
pub(crate) const TONE_DWELL: &str = "Activity at rest counts from";
pub(crate) const OVERSHOOT_DWELL: &str = "Overshoot counts from";
pub(crate) const FREE_LIMIT: &str = "Longest free contraction";
pub(crate) const ACCESSORY: &str = "Should stay quiet while the first works";
pub(crate) const NORMS: &str = "Norm profile";
pub(crate) const LATENCY: &str = "A live decision is late by";
pub(crate) const RATE_FROM: &str = "Sensor rate from";
pub(crate) const FORMAT: &str = "Format";
pub(crate) const ROWS: &str = "Rows read";
pub(crate) const ROWS_REJECTED: &str = "Rows left out";
pub(crate) const CELLS_MISSING: &str = "Single values missing";
pub(crate) const FRAMES: &str = "Samples per channel";
pub(crate) const FRAMES_MISSING: &str = "Samples missing in gaps";
pub(crate) const GAPS: &str = "Gaps";
pub(crate) const VERSION: &str = "Version of tonus";
pub(crate) const TIMES_REFERENCE: &str = "× hold";

pub(crate) const REJECTS: &str = "Rows left out";
pub(crate) const REJECT_LINE: &str = "Line";
pub(crate) const REJECT_COLUMN: &str = "Column";
pub(crate) const REJECT_FOUND: &str = "Found";
pub(crate) const REJECT_REASON: &str = "Reason";

pub(crate) const GATE_PASSED: &str = "The signal keeps within the limits of the quality gate.";
pub(crate) const GATE_REMARKS: &str = "The quality gate remarks:";
pub(crate) const NOTES: &str = "Notes:";

pub(crate) const FINGERPRINTS: &str = "Fingerprints";
pub(crate) const FILE_SHA: &str = "SHA-256 of the recording";
pub(crate) const PROGRAM_SHA: &str = "SHA-256 of the programme";
pub(crate) const DIGEST: &str = "SHA-256 of all decisions";
pub(crate) const MEDIAN_FREQUENCY: &str = "Median frequency of all contractions";
