//! Words of the pictures.

use tonus_core::decision::State;
use tonus_core::input::Cue;

pub(crate) const OVER_TIME: &str = "Over time";
pub(crate) const RELEASES: &str = "Letting go";

pub(crate) fn over_time_title(name: &str) -> String {
    format!("Muscle activity of {name} over time")
}

pub(crate) const OVER_TIME_DESCRIPTION: &str = "A line shows the mean of the envelope, the pale band around it the smallest and largest values. A \
     strip above says what was asked for. A strip below says the state: low bars are rest, middle bars controlled contraction, \
     tall striped bars overactivity, tall hatched bars time without a statement. The tables below hold the numbers.";
pub(crate) const STATES_ROW: &str = "state";
pub(crate) const CUES_ROW: &str = "cue";
pub(crate) const TIME_AXIS: &str = "time (min:s)";
pub(crate) const CUT_OFF: &str = "Brief peaks are cut off at the top of the picture.";
pub(crate) const NO_SIGNAL: &str = "No picture: there is no decision for this channel.";

pub(crate) const KEY_REST_CUE: &str = "cue to rest";
pub(crate) const KEY_WORK_CUE: &str = "cue to contract";
pub(crate) const KEY_MEAN: &str = "mean";
pub(crate) const KEY_RANGE: &str = "smallest to largest";
pub(crate) const KEY_BASELINE: &str = "own resting level";
pub(crate) const KEY_REFERENCE: &str = "own comfortable hold";
pub(crate) const KEY_CEILING: &str = "target: rest below";
pub(crate) const KEY_BAND: &str = "target: work within";

/// The word for a state.
pub(crate) const fn state(state: State) -> &'static str {
    match state {
        State::Rest => "rest",
        State::Controlled => "controlled contraction",
        State::Overactive => "overactivity",
        State::Invalid => "no statement",
    }
}

/// The word for a cue; nothing for the one that asks for nothing.
pub(crate) const fn cue(cue: Cue) -> &'static str {
    match cue {
        Cue::Free => "",
        Cue::Quiet => "measure rest",
        Cue::Reference => "hold",
        Cue::Rest => "let go",
        Cue::Work => "contract",
    }
}

pub(crate) fn baseline(level: &str) -> String {
    format!("Own resting level {level}.")
}

pub(crate) fn reference(level: &str) -> String {
    format!("Own comfortable hold {level}.")
}

pub(crate) fn releases_title(name: &str) -> String {
    format!("How {name} let go")
}

pub(crate) const RELEASES_DESCRIPTION: &str = "Each thin line is one release, from a second before the rest cue to six seconds after it, as a multiple of \
     the own resting level; the thick line is the median of all. Two lines mark the resting level and the level below which a \
     release is complete.";
pub(crate) const RELEASE_AXIS: &str = "seconds from the rest cue";
pub(crate) const RATIO_AXIS: &str = "multiple of the own resting level";
pub(crate) const REST_CUE: &str = "let go";
pub(crate) const KEY_ONE_RELEASE: &str = "one release";
pub(crate) const KEY_MEDIAN: &str = "median";
pub(crate) const KEY_COMPLETE: &str = "complete below";
pub(crate) const RELEASES_CAPTION: &str = "Each step of the left axis doubles. A release is complete when it comes down below the solid line and stays there.";
pub(crate) const RELEASES_MORE: &str = "The first releases are drawn; there were more.";
