//! Every word that is not in a TOML file: outlines, and messages about files. One function each, ready for translation.

use tonus_core::text::nearest;
use tonus_core::training::{MAX_PHASES, StepKind};

use crate::builtin::{NAMES, PLANS};

/// What every programme's own words say too, for a place where they are not shown.
pub const STOP: &str =
    "You can stop at any time, and you need no reason. Nothing should hurt; if something does, stop.";

/// A length of time: `10 s`, `1 min 30 s`.
pub fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).floor();
    let rest = number(seconds - 60.0 * minutes);
    match (minutes > 0.0, rest.as_str()) {
        (false, _) => format!("{rest} s"),
        (true, "0") => format!("{minutes} min"),
        (true, _) => format!("{minutes} min {rest} s"),
    }
}

/// How long a plan is made for.
pub fn days(days: u16) -> String {
    format!("{days} days")
}

/// The kind of a step, for people.
pub fn kind(name: &str) -> &str {
    match StepKind::from_name(name) {
        Some(StepKind::Quiet) => "quiet, measured as your resting level",
        Some(StepKind::Reference) => "comfortable hold, measured as your own measure",
        Some(StepKind::Rest) => "let go",
        Some(StepKind::Work) => "contract",
        Some(StepKind::Flick) => "quick contraction",
        Some(StepKind::Hold) => "hold",
        Some(StepKind::Breathe) => "breathe",
        Some(StepKind::Free) => "free",
        None => name,
    }
}

/// A repeat.
pub fn times(times: u16) -> String {
    format!("{times} times:")
}

/// A pacer.
pub fn pace(inhale_s: f64, exhale_s: f64) -> String {
    format!("{} s in and {} s out", number(inhale_s), number(exhale_s))
}

/// A ceiling.
pub fn ceiling(ratio: f64) -> String {
    format!("below {} × your resting level", number(ratio))
}

/// A ceiling that follows.
pub fn adaptive(lowest: f64, highest: f64) -> String {
    format!("below a target that follows you, from {} to {} × your resting level", number(lowest), number(highest))
}

/// A band.
pub fn band(low: f64, high: f64) -> String {
    format!("{} to {} % of your own measure", number(100.0 * low), number(100.0 * high))
}

/// A number without the digits that binary fractions add.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(crate) fn step_place(number: &str) -> String {
    format!("step {number}")
}

pub(crate) fn stage_place(number: usize) -> String {
    format!("stage {number}")
}

pub(crate) fn not_found(name: &str) -> String {
    let (programs, plans) = (NAMES.join(", "), PLANS.join(", "));
    let near = nearest(name, NAMES.iter().chain(PLANS.iter()).copied()).collect::<Vec<_>>().join(", ");
    format!(
        "{name}: no such programme, and no such file; the nearest are {near}; programmes are {programs}; plans are {plans}; or give a path"
    )
}

pub(crate) fn too_large() -> String {
    "larger than 1 MiB; programmes are small, so look whether this is the file you meant".into()
}

/// What the TOML parser says, in the words of this project.
pub(crate) fn toml(message: &str, near: &str) -> String {
    let message = message.replace("unknown field", "unknown key").replace("missing field", "missing key");
    let near: String = near.chars().take(60).collect();
    if near.is_empty() { message } else { format!("{message}; at `{near}`") }
}

pub(crate) fn no_version() -> String {
    "missing; write version = 1".into()
}

pub(crate) fn other_version(version: i64) -> String {
    format!("{version} is not known to this program; write version = 1, or use a newer program")
}

pub(crate) fn step_and_stage() -> String {
    "a file has [[step]] tables (a programme) or [[stage]] tables (a plan), not both; move one of them to its own file"
        .into()
}

pub(crate) fn plan_not_program() -> String {
    "this is a plan, where a programme is asked for; give a file with [[step]] tables".into()
}

pub(crate) fn no_stage() -> String {
    "a plan needs at least one [[stage]] table with program, title and about".into()
}

pub(crate) fn stage_count(max: usize) -> String {
    format!("give from 1 to {max} [[stage]] tables")
}

pub(crate) fn unknown_program(name: &str) -> String {
    format!("no programme is called {name}; give one of {}, or a file that ends in .toml", NAMES.join(", "))
}

pub(crate) fn name(max: usize) -> String {
    format!("use lower-case letters, digits and -, a letter first, at most {max}, such as my-programme")
}

pub(crate) fn no_english() -> String {
    "missing; every file has its texts in English, in a table [text.en]".into()
}

pub(crate) fn no_language() -> String {
    "there are no texts in this language; add the table, with the same keys as [text.en]".into()
}

pub(crate) fn language_tag() -> String {
    "not the tag of a language; write it as de or pt-BR".into()
}

pub(crate) fn not_translated() -> String {
    "missing; every language has the same keys as [text.en], so add it".into()
}

pub(crate) fn only_translated() -> String {
    "not in [text.en]; every language has the same keys, so add it there or remove it here".into()
}

pub(crate) fn no_text() -> String {
    "missing; write a text for people".into()
}

pub(crate) fn unused() -> String {
    "no step or stage shows this text; use it as a prompt, or remove it".into()
}

pub(crate) fn plain_text(max: usize) -> String {
    format!("give a text that is not empty, of at most {max} characters, without control characters")
}

pub(crate) fn no_prompt() -> String {
    "missing; give the key of a text in [text.en], such as prompt = \"rest\"".into()
}

pub(crate) fn reserved_prompt() -> String {
    "title and about describe the whole programme; give the step a text of its own".into()
}

pub(crate) fn unknown_prompt(key: &str) -> String {
    format!("there is no text {key}; add `{key} = \"…\"` to [text.en], or name one that is there")
}

pub(crate) fn segment(max: usize) -> String {
    format!("use lower-case letters, digits and _, at most {max}, such as post_tonic")
}

pub(crate) fn no_kind() -> String {
    format!("missing; give one of {}, or make it a repeat with `repeat = 5` and [[step.step]] tables", kinds())
}

pub(crate) fn unknown_kind() -> String {
    format!("not a kind of step; give one of {}", kinds())
}

fn kinds() -> String {
    StepKind::ALL.map(StepKind::name).join(", ")
}

pub(crate) fn no_duration() -> String {
    "missing; give a number of seconds, such as duration_s = 10".into()
}

pub(crate) fn whole_ms(seconds: f64) -> String {
    format!("{seconds} is no whole number of milliseconds; give at most three decimals, such as 2.5")
}

pub(crate) fn out_of_range(value: f64, min: f64, max: f64) -> String {
    format!("{} is out of range; give a value from {} to {}", number(value), number(min), number(max))
}

pub(crate) fn one_target() -> String {
    "a step has one target; keep one of ceiling_ratio, adaptive and band".into()
}

pub(crate) fn band_upside_down(low: f64, high: f64) -> String {
    format!("the lower edge {} is not below the upper edge {}; write the lower one first", number(low), number(high))
}

pub(crate) fn target_of(kind: StepKind) -> String {
    let own = if kind.is_contraction() { "band" } else { "ceiling_ratio or adaptive" };
    let name = kind.name();
    match kind {
        StepKind::Reference => "a reference step has no target; remove it".into(),
        _ => format!("does not suit a {name} step; use {own}, or change the kind"),
    }
}

pub(crate) fn pass_without_band() -> String {
    "only a work, flick or hold step with a band can be passed; add band = [0.2, 0.4], or remove it".into()
}

pub(crate) fn retries_of(kind: StepKind) -> String {
    format!("a {} step measures nothing that could be refused; only quiet and reference have retries", kind.name())
}

pub(crate) fn pacer_of(kind: StepKind) -> String {
    format!("a {} step has no pacer; remove it, or make it a breathe step", kind.name())
}

pub(crate) fn no_pacer() -> String {
    "missing; a breathe step needs a pace, such as breaths_per_min = 6".into()
}

pub(crate) fn step_without_repeat() -> String {
    "steps in a step are repeated; write how often, such as repeat = 5, or put them outside as [[step]]".into()
}

pub(crate) fn repeat_without_step() -> String {
    "repeats nothing; put [[step.step]] tables after it, one `step.` more than around it".into()
}

pub(crate) fn key_of_repeat() -> String {
    "a repeat has only repeat and its steps; move this key into a step".into()
}

pub(crate) fn repeat_count() -> String {
    "give a whole number from 1 to 1000, and at least one step in it".into()
}

pub(crate) fn too_deep(max: usize) -> String {
    format!("repeats are nested deeper than {max}; write some of the steps out")
}

pub(crate) fn no_steps() -> String {
    "there is none; write at least one [[step]] table".into()
}

pub(crate) fn too_many_steps(max: usize) -> String {
    format!("more than {max} steps and repeats; use repeats, or make two programmes")
}

pub(crate) fn too_much(phases: u64, total_ms: u64) -> String {
    let minutes = total_ms / 60_000;
    format!("{phases} phases of {minutes} minutes in all; at most {MAX_PHASES} phases and 240 minutes, so repeat less")
}

pub(crate) fn twice_in_a_row(kind: StepKind) -> String {
    let name = kind.name();
    format!("a {name} step right after a {name} step would be measured as one; put a rest step between them")
}

pub(crate) fn no_reference() -> String {
    "the quiet step before it begins a new calibration, so a band needs a reference step between the two; add one"
        .into()
}
