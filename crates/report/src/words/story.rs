//! What happened, in sentences for the person whose muscle it is.

pub(crate) const TITLE: &str = "What happened";

pub(crate) fn finished(title: &str) -> String {
    format!("You went through “{title}” to its end.")
}

pub(crate) fn stopped(title: &str) -> String {
    format!("You did “{title}” and stopped before its end, which is fine at any time.")
}

pub(crate) fn unfinished(title: &str) -> String {
    format!("You started “{title}”; the recording ended before the programme did.")
}

pub(crate) fn recording(duration: &str) -> String {
    format!("The recording lasts {duration}.")
}

pub(crate) fn states(name: &str, rest: &str, controlled: Option<&str>, overactive: Option<&str>) -> String {
    let controlled = controlled.map_or(String::new(), |time| format!(" and in a controlled contraction for {time}"));
    let more = match overactive {
        Some(time) => format!("for {time}, it was more active than was asked"),
        None => "at no time was it more active than was asked".to_owned(),
    };
    format!("The muscle ({name}) was at rest for {rest}{controlled}; {more}.")
}

pub(crate) fn invalid(time: &str) -> String {
    format!(
        "For another {time}, nothing can be said: the resting level was still being measured, or the signal was disturbed."
    )
}

pub(crate) fn repetitions(all: &str, counted: &str) -> String {
    format!("{all} contractions were asked for, and {counted} of them count.")
}

pub(crate) const WHY_NOT: &str = "The table says why the others do not.";

pub(crate) fn contractions(all: &str) -> String {
    format!("Contractions seen: {all}.")
}

pub(crate) fn releases(complete: &str, all: &str) -> String {
    format!("Of {all} releases that could be judged, {complete} were complete: let go in time, and all the way down.")
}

pub(crate) fn release_time(time: &str) -> String {
    format!("Typically, it took {time} from the cue until the muscle had let go.")
}

pub(crate) fn below_ceiling(percent: &str) -> String {
    format!("While rest was asked for, it stayed below the target for {percent} of the time.")
}

pub(crate) const UNDETERMINED: &str = "Some values could not be determined; the reasons stand below.";
pub(crate) const NO_BASELINE: &str = "The resting level could not be measured, so rest and activity cannot be told apart in this recording; \
     the reason stands below.";
pub(crate) const NO_CHANNEL: &str = "There is no muscle channel in this recording, so there is nothing to show.";
pub(crate) const MORE_CHANNELS: &str = "The other channels follow further down.";
