//! Every sentence that a person may read, in one place, ready to be translated. `tests/words.rs` holds them to the rules:
//! they say what was measured, judge nobody, and name no illness.

/// Messages of errors.
pub(crate) mod error {
    use std::io;
    use std::path::Path;

    use crate::id::Id;

    pub(crate) const NO_HOME: &str = "no folder for the history is known; set TONUS_HOME to one";
    pub(crate) const NO_NAME: &str =
        "a session's name has 1 to 100 bytes, does not begin with a point, and has no / \\ : or control characters";
    pub(crate) const NO_ENTRY: &str = "the diary has no entry of this name; 'tonus diary list' shows the names";

    pub(crate) fn storage(path: &Path, source: &io::Error) -> String {
        format!("{}: {source}", path.display())
    }

    pub(crate) fn field(field: &str, limits: &str) -> String {
        format!("{field} takes {limits}")
    }

    pub(crate) fn no_session(id: &Id) -> String {
        format!("there is no session {id}; 'tonus history' shows the names")
    }

    pub(crate) fn no_file(id: &Id, name: &str) -> String {
        format!("session {id} has no {name} that can be read")
    }

    pub(crate) fn already_there(id: &Id) -> String {
        format!("this recording is in the history already, as {id}")
    }

    pub(crate) fn no_recording(path: &Path) -> String {
        format!("{}: found neither session.csv nor summary.json in this folder", path.display())
    }

    pub(crate) fn no_start(path: &Path) -> String {
        format!("{}: nothing says when this session began; say when with started_unix_s", path.display())
    }

    pub(crate) fn taken(path: &Path) -> String {
        format!("{}: is there already; name a new folder", path.display())
    }

    pub(crate) fn inside_store(path: &Path) -> String {
        format!("{}: is inside the history itself; name a folder outside of it", path.display())
    }
}

/// What fields take.
pub(crate) mod limits {
    pub(crate) const SCALE: &str = "whole numbers from 0 to 10";
    pub(crate) const HOURS: &str = "hours from 0 to 24";
    pub(crate) const NOTE: &str = "at most 2000 characters";
    pub(crate) const TEXT: &str = "at most 120 characters, without line ends";
    pub(crate) const STAGE: &str = "whole numbers from 1";
    pub(crate) const TIME: &str = "seconds since 1970, up to the year 9999";
    pub(crate) const ENTRY: &str = "at least one of pain, mood, sleep, stress, sensitivity and note";
}

/// Why a session cannot be read.
pub(crate) mod problem {
    use std::io;

    pub(crate) const NOT_ANALYSED: &str = "not finished: there is no summary.json; 'tonus analyze' makes one";
    pub(crate) const NOT_FINALISED: &str = "not finalised: it was cut short, or still runs; next: tonus recover ";
    pub(crate) const NO_START: &str = "nothing says when it began";
    pub(crate) const NO_CHANNEL: &str = "summary.json names no channel";
    pub(crate) const OTHER_CHANNEL: &str = "summary.json does not name the channel of about.json";
    pub(crate) const LINK: &str = "a link to a folder elsewhere is not part of the history";

    pub(crate) fn refused(name: &str, error: &io::Error) -> String {
        format!("{name}: {error}")
    }

    pub(crate) fn too_large(name: &str) -> String {
        format!("{name} has more than 64 MiB")
    }

    pub(crate) fn malformed(name: &str, line: usize, column: usize) -> String {
        format!("{name} cannot be understood at line {line}, column {column}")
    }

    pub(crate) fn newer(name: &str, version: u32) -> String {
        format!("{name} has schema_version {version}, of a newer tonus")
    }
}

/// Trends.
pub(crate) mod trend {
    use crate::entry::Difference;
    use crate::number::shown;
    use crate::trend::{Axis, Band, Change, Compared, Reason};

    pub(crate) fn title(axis: Axis) -> &'static str {
        match axis {
            Axis::RestingTension => "Resting tension",
            Axis::RestingInstability => "Resting instability",
            Axis::Contraction => "Contraction",
            Axis::Release => "Release time",
            Axis::Residual => "Rest afterwards",
            Axis::Relaxation => "Time at ease",
            Axis::Pain => "Pain",
        }
    }

    pub(crate) fn change(change: Change) -> &'static str {
        match change {
            Change::TooFew => "first value",
            Change::AboutTheSame => "about the same",
            Change::Lower => "lower",
            Change::Higher => "higher",
        }
    }

    pub(crate) fn remark(axis: Axis) -> &'static str {
        match axis {
            Axis::RestingTension => "For a muscle that tends to stay active, lower is easier.",
            Axis::RestingInstability => "For a muscle that rests restlessly, lower is easier.",
            Axis::Contraction => {
                "Higher is what training of strength aims at; for a muscle that tends to stay active, either is fine."
            }
            Axis::Release => "For a muscle that is slow to let go, lower is easier.",
            Axis::Residual => "For a muscle that stays active after work, lower is easier; 1 is the own rest.",
            Axis::Relaxation => "For whoever trains letting go, higher is easier. Targets that adapt keep it near 70.",
            Axis::Pain => "Lower is easier.",
        }
    }

    pub(crate) fn unit(unit: &str) -> &str {
        match unit {
            "uV" => "µV",
            "sensor units" => "units",
            "ratio" => "",
            "0-10" => "of 10",
            other => other,
        }
    }

    fn with_unit(value: f64, unit_name: &str) -> String {
        format!("{} {}", shown(value, unit_name), unit(unit_name)).trim_end().to_owned()
    }

    pub(crate) fn outcome(axis: Axis, unit_name: &str, compared: &Compared, band: Band) -> String {
        let title = title(axis);
        let (Some(first), Some(last)) = (compared.first, compared.last) else {
            return format!("{title}: two values or more are needed to compare.");
        };
        let beyond = match band {
            Band::Share(share) => format!("{:.0} %", share * 100.0),
            Band::Points(points) => with_unit(points, if axis == Axis::Pain { "points" } else { unit_name }),
        };
        let (change, n, side) = (change(compared.change), compared.n, compared.n_side);
        let (first, last) = (with_unit(first, unit_name), with_unit(last, unit_name));
        format!(
            "{title} is {change}: median {first} in the first {side} of {n} values, {last} in the last {side}. \
             A change counts beyond {beyond}."
        )
    }

    pub(crate) fn field(field: &str) -> &str {
        match field {
            "program" => "programme",
            "device" => "sensor",
            "is_scaled" => "unit",
            other => other,
        }
    }

    fn side(difference: &Difference, value: Option<&str>) -> String {
        match (difference.field, value) {
            ("is_scaled", Some("true")) => "µV".to_owned(),
            ("is_scaled", _) => "sensor units".to_owned(),
            (_, Some(value)) => value.to_owned(),
            (_, None) => "not stated".to_owned(),
        }
    }

    pub(crate) fn not_compared(reason: Reason, differences: &[Difference]) -> String {
        let one = |d: &Difference| {
            let (here, there) = (side(d, d.here.as_deref()), side(d, d.there.as_deref()));
            format!("{} ({here} here, {there} in the latest session)", field(d.field))
        };
        match reason {
            Reason::Differs => {
                let all: Vec<String> = differences.iter().map(one).collect();
                format!("Not compared: other {}.", all.join(", "))
            }
            Reason::TooLittleSignal => "Not compared: less than half of the time had a usable signal.".to_owned(),
            Reason::Unreadable => "Not compared: the session cannot be read.".to_owned(),
        }
    }
}

/// Milestones.
pub(crate) mod milestone {
    use crate::milestone::MilestoneKind;

    pub(crate) fn text(kind: MilestoneKind) -> &'static str {
        match kind {
            MilestoneKind::FirstSession => "The first session.",
            MilestoneKind::FirstCompleteRelease => "The first complete release.",
            MilestoneKind::AllReleasesComplete => "A session in which every release was complete.",
            MilestoneKind::CalmerWeek => "A calmer week: less resting tension than in the week before.",
            MilestoneKind::EasierWeek => "An easier week: less pain than in the week before.",
            MilestoneKind::FiveSessions => "Five sessions.",
            MilestoneKind::TenSessions => "Ten sessions.",
            MilestoneKind::TwentySessions => "Twenty sessions.",
            MilestoneKind::BackAfterBreak => "Back after a break. Good to see you; everything is as you left it.",
        }
    }
}

/// The plan.
pub(crate) mod plan {
    use crate::plan::{Advice, NotCounted, PlanAdvice};

    pub(crate) fn not_counted(reason: NotCounted) -> &'static str {
        match reason {
            NotCounted::OtherProgram => "It was another programme than that of this step.",
            NotCounted::TooLittleSignal => "Less than half of the time had a usable signal.",
            NotCounted::EndedEarly => "It ended before four fifths of the programme, which is always fine.",
            NotCounted::NotYetAtEase => "Letting go was below the 60 of 100 that lead to the next step.",
            NotCounted::PainRose => "Pain was higher afterwards by 2 or more.",
        }
    }

    pub(crate) fn advice(plan: &PlanAdvice) -> String {
        let PlanAdvice { good_sessions, good_sessions_needed, suggested_stage, stage, .. } = plan;
        match (plan.advice, &plan.pain_rise) {
            (Advice::NextStep, _) => {
                format!("Step {suggested_stage} is ready whenever you are. Staying with step {stage} is fine too.")
            }
            (Advice::OfferStepBack, _) => format!(
                "Pain rose around the latest sessions. Step {suggested_stage} is there if you would like an easier one, \
                 and a day of rest is fine too."
            ),
            (Advice::Finished, _) => {
                "That was the last step of this plan. Any of its steps is there to come back to.".to_owned()
            }
            (Advice::Stay, Some(_)) => {
                "Pain rose around the latest sessions. Shorter sessions or a day of rest are fine; \
                 this step is here when you come back."
                    .to_owned()
            }
            (Advice::Stay, None) => format!(
                "This step is a good place to be: {good_sessions} of {good_sessions_needed} sessions toward the next one. \
                 There is no hurry, and days without a session change nothing."
            ),
        }
    }
}

/// Talking with a clinician.
pub(crate) mod suggestion {
    pub(crate) const PAIN_ROSE: &str = "Your latest diary entries speak of more pain than the ones before. It may help to \
        talk with a clinician or physiotherapist about it, and to bring this history along if you like.";
    pub(crate) const PAIN_IS_HIGH: &str = "Your latest diary entries speak of much pain. It may help to talk with a \
        clinician or physiotherapist about it, and to bring this history along if you like.";
}

/// The history as text.
pub(crate) mod text {
    pub(crate) const EMPTY: &str = "There are no sessions yet. The first one starts the history.";
    pub(crate) const NOT_STATED: &str = "no circumstances stated";
    pub(crate) const MILESTONES: &str = "Milestones";
    pub(crate) const DIRECTIONS: &str = "A change counts only beyond what measuring twice may differ by. Of all but \
        contraction and time at ease, lower is easier; of time at ease, higher; of contraction, that depends.";

    fn plural(n: usize, word: &str) -> String {
        if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
    }

    pub(crate) fn sessions(n: usize, first: &str, last: &str) -> String {
        format!("{} from {first} to {last} (days in UTC)", plural(n, "session"))
    }

    pub(crate) fn series(conditions: &str, n: usize) -> String {
        format!("Compared: {} ({conditions})", plural(n, "session"))
    }

    pub(crate) fn not_compared(n: usize, fields: &str) -> String {
        let fields = if fields.is_empty() { String::new() } else { format!(" (other {fields})") };
        format!("Not compared with the latest session: {n}{fields}")
    }

    pub(crate) fn diary(n: usize, unread: usize) -> String {
        let unread =
            if unread == 0 { String::new() } else { format!(", {} that cannot be read", plural(unread, "line")) };
        let entries = if n == 1 { "1 entry".to_owned() } else { format!("{n} entries") };
        format!("Diary: {entries}{unread}")
    }

    pub(crate) fn plan(title: &str, stage: u8, stages: u8, stage_title: &str) -> String {
        format!("Plan: {title}, step {stage} of {stages}: {stage_title}")
    }
}
