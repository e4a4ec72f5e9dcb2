//! What the command says to people about training and history, in one place, ready for translation. Help stands with the
//! arguments, errors with what raises them, texts of programmes in their files.

use std::path::Path;

use tonus_core::training::Stage;
use tonus_history::Contents;
use tonus_report::vocabulary::{self, Language, Text};
use tonus_report::{RestFigures, RestHint};

/// The command speaks English; reports and the history have `--lang`.
pub(crate) const LANGUAGE: Language = Language::English;

pub(crate) const NOTHING_DELETED: &str = "nothing was deleted";

pub(crate) fn channels(n: usize) -> String {
    if n == 1 { "1 channel".to_owned() } else { format!("{n} channels") }
}

pub(crate) fn session(name: &str) -> String {
    format!("session {name}")
}

/// All that a store holds, as a list.
pub(crate) fn everything(contents: &Contents) -> String {
    let count = |n: usize, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let parts = [
        count(contents.sessions, "session", "sessions"),
        count(contents.diary_entries, "diary entry", "diary entries"),
        count(contents.simulated_sessions, "session with the simulated sensor", "sessions with the simulated sensor"),
        count(contents.simulated_diary_entries, "diary entry about those", "diary entries about those"),
        contents.has_settings.then(|| "the settings of the window".to_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "everything (the store is empty)".to_owned() } else { parts.join(", ") }
}

pub(crate) fn exported(folder: &Path, contents: &Contents) -> String {
    format!("{}: copied to {}; it is as private as before", everything(contents), folder.display())
}

pub(crate) fn really_delete(what: &str) -> String {
    format!("Delete {what} for good? [y/N] ")
}

pub(crate) fn deleted(what: &str) -> String {
    format!("{what}: deleted")
}

pub(crate) fn kept(id: &str, report: &Path) -> String {
    format!("session {id}: {}", report.display())
}

/// A phase as it begins: when, what, how long, and what the programme says.
pub(crate) fn phase(at_s: f64, kind: &str, seconds: f64, prompt: &str) -> String {
    let prompt = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{:3.0}:{:02.0}  {kind}, {seconds:.0} s: {prompt}", (at_s / 60.0).floor(), (at_s % 60.0).floor())
}

/// How far a session went.
pub(crate) fn training(title: &str, stage: Stage, end_s: f64, planned_s: f64) -> String {
    let stage = match stage {
        Stage::Finished => "to its end",
        Stage::Stopped => "stopped early",
        Stage::Ready | Stage::Running | Stage::Paused => "the recording ended first",
    };
    format!("{title} ({stage}, {end_s:.0} of {planned_s:.0} s)")
}

pub(crate) fn relaxation(points: f64) -> String {
    format!("relaxation    {points:.0} % of the time below the target")
}

pub(crate) fn holds(points: f64) -> String {
    format!("holds         {points:.0} % of the time within the band")
}

pub(crate) fn repetitions(counted: u32, all: u32, complete: u32, releases: u32, release_s: Option<f64>) -> String {
    let median = release_s.map_or(String::new(), |s| format!(", let go in {s:.2} s (median)"));
    format!("repetitions   {counted} of {all} count; {complete} of {releases} releases complete{median}")
}

pub(crate) fn not_counted(reasons: &str) -> String {
    format!("not counted   {reasons}")
}

pub(crate) fn breath(ratio: f64) -> String {
    format!("breath        {ratio:.2} times as active breathing out as breathing in")
}

/// Deep rest that became the resting level.
pub(crate) fn adopted(at_s: f64, from: &str, to: &str) -> String {
    format!("rest          from {at_s:.0} s on {to}, not {from}: let go further than before")
}

/// A row of the table of segments; amplitudes are texts, `-` where not known.
pub(crate) fn segment(name: &str, mean: &str, cv: &str, peak: Option<&str>, mdf_hz: Option<f64>) -> String {
    let peak = peak.map_or(String::new(), |peak| format!(", peak {peak} µV"));
    let mdf = mdf_hz.map_or(String::new(), |hz| format!(", median {hz:.0} Hz"));
    format!("{:<15} mean {mean} µV, varies by {cv}{peak}{mdf}", name.replace('_', " "))
}

pub(crate) fn calibrated(channel: u8, is_reference: bool) -> String {
    let what = if is_reference { "your own measure of a hold" } else { "your resting level" };
    format!("       channel {}: {what} is measured", channel + 1)
}

/// The rest that was measured, beside the calmest seen.
pub(crate) fn rest(channel: u8, figures: &RestFigures) -> String {
    format!("       channel {}: {}", channel + 1, vocabulary::rest_figures(LANGUAGE, figures))
}

/// Rest should be measured again, and how that is done.
pub(crate) fn measure_rest(hint: RestHint) -> String {
    format!(
        "       channel {}: {}; a quiet cue measures it again (--cues, or a --program)",
        hint.channel + 1,
        vocabulary::rest_hint(LANGUAGE, &hint)
    )
}

pub(crate) fn refused(channel: u8, refusal: &tonus_core::calibration::Refusal) -> String {
    format!("       channel {}: {refusal}", channel + 1)
}

/// After a session that was kept.
pub(crate) const AFTERWARDS: &str = "\
Thank you for taking the time. If you like, note how you are: tonus diary add --when after --session latest --pain 2
`tonus report latest` writes the report again, `tonus history` shows how it goes over time.";

pub(crate) const NO_SESSIONS: &str = "there are no sessions yet; `tonus record --program NAME` makes one";
pub(crate) const LATEST: Text = [
    "Latest sessions, for `report`, `diary --session` and `history delete`",
    "Letzte Sitzungen, für `report`, `diary --session` und `history delete`",
];
