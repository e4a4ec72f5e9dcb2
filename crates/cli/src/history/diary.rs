//! `tonus diary`: pain, mood, sleep, stress, sensitivity, in a person's own words if they like.

use std::fmt::Write as _;

use serde_json::json;
use tonus_core::text::{OneLine, is_plain};
use tonus_engine::live::store::now_unix_s;
use tonus_history::{DiaryEntry, When, time};

use super::args::{AddArgs, DiaryArgs, DiaryVerb};
use super::{id, store};
use crate::failure::{self, Failure, OK, usage};

/// Version of the layout of `list --json`.
const SCHEMA_VERSION: u32 = 1;

/// Runs `tonus diary`.
pub(crate) fn run(args: &DiaryArgs) -> Result<u8, Failure> {
    let store = store(args.store.as_deref())?;
    match &args.verb {
        DiaryVerb::Add(add) => {
            let entry = store.diary_add(&entry(&store, add)?)?;
            let text = if add.json { to_json(&json!(entry))? } else { format!("{}\n", entry.id) };
            failure::print(&text)?;
        }
        DiaryVerb::List { json } => {
            let diary = store.diary()?;
            let text = if *json {
                to_json(&json!({
                    "schema_version": SCHEMA_VERSION,
                    "entries": diary.entries(),
                    "unread_lines": diary.unread(),
                }))?
            } else {
                diary.entries().iter().map(line).collect()
            };
            failure::print(&text)?;
        }
        DiaryVerb::Delete { entry } => store.diary_delete(entry)?,
    }
    Ok(OK)
}

fn to_json(value: &serde_json::Value) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(value).map_err(|error| Failure::Internal(error.to_string()))? + "\n")
}

fn entry(store: &tonus_history::Store, args: &AddArgs) -> Result<DiaryEntry, Failure> {
    let AddArgs { pain, mood, sleep, sleep_quality, stress, sensitivity, note, .. } = args;
    let numbers = [pain, mood, sleep_quality, stress, sensitivity];
    if numbers.iter().all(|number| number.is_none()) && sleep.is_none() && note.is_none() {
        return usage("the entry says nothing", "give a number or a note, such as --pain 3 or --note \"a quiet day\"");
    }
    let session = args.session.as_deref().map(|name| id(store, name)).transpose()?;
    let at =
        args.date.or_else(|| session.as_ref().and_then(tonus_history::Id::started_unix_s)).unwrap_or_else(now_unix_s);
    Ok(DiaryEntry {
        when: match args.when.as_str() {
            "before" => When::Before,
            "after" => When::After,
            _ => When::Day,
        },
        session,
        pain: *pain,
        mood: *mood,
        sleep_hours: *sleep,
        sleep_quality: *sleep_quality,
        stress: *stress,
        sensitivity: *sensitivity,
        note: note.as_deref().map(Into::into),
        ..DiaryEntry::at(at)
    })
}

/// An entry in a line.
fn line(entry: &DiaryEntry) -> String {
    let mut text = format!("{}  {}", entry.id, time::date(entry.at_unix_s));
    match entry.when {
        When::Before => text += "  before",
        When::After => text += "  after",
        When::Day => {}
    }
    if let Some(session) = &entry.session {
        // Writing to a string cannot fail.
        let _ = write!(text, " {session}");
    }
    let sleep = entry.sleep_hours.map(|hours| format!("{hours} h"));
    let scale = |value: Option<u8>| value.map(|value| value.to_string());
    for (name, value) in [
        ("pain", scale(entry.pain)),
        ("mood", scale(entry.mood)),
        ("sleep", sleep),
        ("sleep quality", scale(entry.sleep_quality)),
        ("stress", scale(entry.stress)),
        ("sensitivity", scale(entry.sensitivity)),
    ] {
        if let Some(value) = value {
            let _ = write!(text, "  {name} {value}");
        }
    }
    if let Some(note) = &entry.note {
        text += "  ";
        text.extend(note.as_str().chars().map(|c| if is_plain(c) { c } else { ' ' }));
    }
    format!("{}\n", OneLine(&text))
}
