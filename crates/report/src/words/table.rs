//! Words of the tables.

pub(crate) const STATES: &str = "Time in each state";
pub(crate) const STATE: &str = "State";
pub(crate) const TIME: &str = "Time (s)";
pub(crate) const REST_LEVEL: &str = "Level at rest";
pub(crate) const NUMBER: &str = "No.";
pub(crate) const KIND: &str = "Kind";
pub(crate) const SEGMENT: &str = "Segment";
pub(crate) const START: &str = "At (min:s)";
pub(crate) const END: &str = "To (min:s)";
pub(crate) const MEAN: &str = "Mean";
pub(crate) const MEDIAN: &str = "Median";
pub(crate) const SD: &str = "SD";
pub(crate) const CV: &str = "CV";
pub(crate) const WINDOW: &str = "Window of SD and CV";
pub(crate) const PEAK: &str = "Peak";
pub(crate) const ON_TARGET: &str = "On target (%)";
pub(crate) const REACTION: &str = "Reaction (s)";
pub(crate) const RELEASE: &str = "Release (s)";
pub(crate) const RESIDUAL: &str = "Residual (×)";
pub(crate) const COMPLETE: &str = "Complete";
pub(crate) const COUNTS: &str = "Counts";
pub(crate) const REASONS: &str = "Remarks";
pub(crate) const CEILING: &str = "Ceiling (×)";

pub(crate) const REPETITIONS: &str = "Contractions that were asked for";
pub(crate) const CONTRACTIONS: &str = "Contractions";
pub(crate) const OVERACTIVITY: &str = "Stretches of overactivity";
pub(crate) const NO_CONTRACTIONS: &str = "No contraction was seen.";
pub(crate) const TABLE_CUT: &str = "The list is cut here; summary.json holds more.";

/// What the person was asked to do.
pub(crate) fn kind(name: &str) -> Option<&'static str> {
    Some(match name {
        "quiet" => "measure rest",
        "reference" => "comfortable hold",
        "rest" => "let go",
        "work" => "contract",
        "flick" => "quick",
        "hold" => "hold",
        "breathe" => "breathe",
        "free" => "free",
        "contraction" => "contraction",
        _ => return None,
    })
}

/// Why a repetition does not count.
pub(crate) fn rejected(name: &str) -> Option<&'static str> {
    Some(match name {
        "interrupted" => "no: interrupted",
        "no_baseline" => "no: no resting level was measured",
        "too_little_signal" => "no: too little valid signal",
        "no_contraction" => "no: no contraction seen",
        "co_contraction" => "no: another muscle contracted along",
        "overshoot" => "no: above the band for long",
        "off_target" => "no: too little time on target",
        _ => return None,
    })
}

/// A release without a time.
pub(crate) fn release(name: &str) -> Option<&'static str> {
    Some(match name {
        "before_cue" => "before the cue",
        "never" => "not within the rest",
        _ => return None,
    })
}

/// Why a state was called.
pub(crate) fn reason(name: &str) -> Option<&'static str> {
    Some(match name {
        "overshoot" => "above the work band",
        "slow_release" => "slow to let go",
        "tone" => "active during rest",
        "elevated_rest" => "raised level at rest",
        "residual" => "rest stays raised after a contraction",
        "instability" => "uneven hold",
        "co_contraction" => "another muscle contracted along",
        "deep_rest" => "rest deeper than when it was measured",
        "too_long" => "long free contraction",
        _ => return None,
    })
}

pub(crate) const SEGMENTS: &str = "Segments of the programme";
pub(crate) const SEGMENTS_MORE: &str = "Segments of the programme, continued";
pub(crate) const MEASURE: &str = "Measure";
pub(crate) const PHASES: &str = "Phases";
pub(crate) const COUNTED: &str = "Repetitions that count";
pub(crate) const VALID: &str = "Valid time (s)";
pub(crate) const MEASURED: &str = "Measured time (s)";
pub(crate) const RISE: &str = "Rise (s)";
pub(crate) const FALL: &str = "Fall (s)";
pub(crate) const RELEASE_MEDIAN: &str = "Release, median (s)";
pub(crate) const MDF: &str = "Median frequency (Hz)";
pub(crate) const PERCENT: &str = "Percent of the hold";

/// The segments of the built-in assessment.
pub(crate) fn segment(name: &str) -> Option<&'static str> {
    Some(match name {
        "pre_baseline" => "rest before",
        "flicks" => "flicks",
        "post_flick" => "rest after flicks",
        "tonic" => "tonic holds",
        "post_tonic" => "rest after tonic holds",
        "endurance" => "endurance hold",
        "post_endurance" => "rest after endurance",
        "post_baseline" => "rest at the end",
        _ => return None,
    })
}

pub(crate) const SCORES: &str = "What it came to";
pub(crate) const VALID_SHARE: &str = "Valid signal (%)";
pub(crate) const RELAXATION: &str = "Time below the ceiling (points)";
pub(crate) const HOLD: &str = "Time within the band (points)";
pub(crate) const COMPLETE_RELEASES: &str = "Complete releases";
pub(crate) const RELEASE_TIME: &str = "Release, median of the session (s)";
pub(crate) const RESIDUAL_MEDIAN: &str = "Residual, median of the session (×)";
pub(crate) const RISE_MEDIAN: &str = "Rise of quick contractions, median (s)";
pub(crate) const FALL_MEDIAN: &str = "Fall of quick contractions, median (s)";
pub(crate) const REST_MEAN: &str = "Mean at rest";
pub(crate) const REST_SD: &str = "SD at rest";
pub(crate) const REST_CV: &str = "CV at rest";
pub(crate) const HOLD_CV: &str = "CV of holds, median";
pub(crate) const CO_CONTRACTION: &str = "Another muscle contracting along (%)";
pub(crate) const UNDETERMINED: &str = "Could not be determined:";

pub(crate) const WHY_NOT_VALID: &str = "could not be determined: less than half of it is valid signal";
pub(crate) const WHY_FEW: &str = "could not be determined: fewer than five could be measured";

pub(crate) const BREATHING: &str = "Breathing";
pub(crate) const PHASE: &str = "Phase";
pub(crate) const PACE: &str = "Breaths per minute";
pub(crate) const INHALE: &str = "Breathing in";
pub(crate) const EXHALE: &str = "Breathing out";
pub(crate) const BREATH_RATIO: &str = "Out over in";
pub(crate) const ALL_PHASES: &str = "all";
pub(crate) const BREATH_NOTE: &str = "Out over in below one: the muscle softens with the breath out.";

pub(crate) const TARGETS: &str = "Phases with a target";
pub(crate) const PROMPT: &str = "Prompt";
pub(crate) const FOLLOWS: &str = "Follows";
pub(crate) const MOVES: &str = "How the target moved";
pub(crate) const FROM: &str = "From (×)";
pub(crate) const TO: &str = "To (×)";
pub(crate) const WHY: &str = "Why";
pub(crate) const SUCCESS: &str = "Below it before (%)";
pub(crate) const INVALID: &str = "Invalid before (%)";

/// Why a target moved.
pub(crate) fn moved(name: &str) -> Option<&'static str> {
    Some(match name {
        "eased" => "down, as the muscle eased",
        "tense" => "up, to stay within reach",
        "lowest" => "reached its lowest",
        "highest" => "reached its highest",
        "frozen" => "kept still while the signal is disturbed",
        "thawed" => "follows again",
        _ => return None,
    })
}

pub(crate) const COMMANDS: &str = "On the way";
pub(crate) const COMMAND: &str = "What";

/// What the person or the programme did.
pub(crate) fn command(name: &str) -> Option<&'static str> {
    Some(match name {
        "start" => "start",
        "pause" => "pause",
        "resume" => "went on",
        "skip" => "skipped a phase",
        "refused" => "a measurement was taken again",
        "stop" => "stop",
        "pace" => "another breathing pace",
        _ => return None,
    })
}

pub(crate) const VERDICTS: &str = "Norm profile";
pub(crate) const VERDICT: &str = "Verdict";
pub(crate) const RULE: &str = "Rule";
pub(crate) const LOW: &str = "From";
pub(crate) const HIGH: &str = "Up to";
pub(crate) const UNIT: &str = "Unit";
pub(crate) const SOURCE: &str = "Source";
pub(crate) const VERDICT_NOTE: &str =
    "A profile holds for the device, electrode and people of its source. It is a comparison, and nothing more.";
