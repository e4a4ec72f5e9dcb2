//! Sessions over time: the commands `history` and `diary`, and where `record` keeps a training session.
//!
//! | module | one noun |
//! |---|---|
//! | `args` | what was typed |
//! | `mod` | the store that is meant, and `tonus history` |
//! | `diary` | `tonus diary` |

pub(crate) mod args;
pub(crate) mod diary;

use std::io::{IsTerminal, Write};
use std::path::Path;

use tonus_core::text::OneLine;
use tonus_engine::check_finalised;
use tonus_engine::live::store::now_unix_s;
use tonus_history::{About, HistoryReport, Id, Store, TrendConfig, current_plan, text, time};
use tonus_program::{Found, Plan};
use tonus_report::vocabulary::Language;

use self::args::{AboutArgs, HistoryArgs, HistoryVerb};
use crate::failure::{self, Failure, OK, usage};
use crate::words;

/// Sessions that are listed for people.
const LISTED: usize = 5;
/// The plan that a person follows who has not chosen another.
const USUAL_PLAN: &str = "first-steps";

/// The store in a folder, or in its usual place.
pub(crate) fn store(folder: Option<&Path>) -> Result<Store, Failure> {
    let root = match folder {
        Some(folder) => folder.to_owned(),
        None => Store::default_root()?,
    };
    Ok(Store::open(&root)?)
}

/// Runs `tonus history`.
pub(crate) fn run(args: &HistoryArgs) -> Result<u8, Failure> {
    let store = store(args.store.as_deref())?;
    match &args.verb {
        None => show(&store, args)?,
        Some(HistoryVerb::Add { folder, date, about }) => {
            check_finalised(folder)?;
            let about = About { started_unix_s: *date, ..about_of(about)? };
            let id = tonus_engine::live::store::add(&store, folder, &about)?;
            failure::print(&format!("{id}\n"))?;
        }
        Some(HistoryVerb::Export { all: _, out }) => {
            store.export_all(out)?;
            say(&words::exported(out, &store.contents()?));
        }
        Some(HistoryVerb::Delete { session, all, yes }) => delete(&store, session.as_deref(), *all, *yes)?,
    }
    Ok(OK)
}

fn show(store: &Store, args: &HistoryArgs) -> Result<(), Failure> {
    let sessions = store.sessions()?;
    let name = args.plan.as_deref().or_else(|| current_plan(&sessions)).unwrap_or(USUAL_PLAN);
    let plan = plan(name, args.lang)?;
    let (diary, bands) = (store.diary()?, TrendConfig::default());
    let report = HistoryReport::new(&sessions, &diary, Some(&plan), now_unix_s(), &bands, args.lang);
    let page = if args.json {
        report.to_json().map_err(|error| Failure::Internal(error.to_string()))?
    } else {
        text(&report) + &latest(&report)
    };
    failure::print(&page)
}

/// The names of the latest sessions, with date and programme.
fn latest(report: &HistoryReport) -> String {
    let mut out = String::new();
    let entries = report.sessions.iter().rev().take(LISTED).map(|entry| {
        let program = entry.conditions.program.as_deref().unwrap_or("-");
        let line = format!("{}  {}  {program}", entry.id, time::date(entry.started_unix_s));
        format!("  {}\n", OneLine(&line))
    });
    out.extend(entries);
    if out.is_empty() { out } else { format!("\n{}\n{out}", report.language.pick(words::LATEST)) }
}

/// The plan of a name or a file; a built-in one in the language, where it has it.
fn plan(name: &str, lang: Language) -> Result<Plan, Failure> {
    if let Some(plan) = tonus_program::builtin_plan_in(name, lang.code()) {
        return Ok(plan);
    }
    match tonus_program::find(name)? {
        Found::Plan(plan) => Ok(plan),
        Found::Program(_) => usage(&format!("--plan {name} is a programme"), "give the name of a plan, or its file"),
    }
}

fn delete(store: &Store, session: Option<&str>, all: bool, yes: bool) -> Result<(), Failure> {
    let session = session.map(|name| id(store, name)).transpose()?;
    let what = match &session {
        Some(session) => words::session(session.as_str()),
        None => words::everything(&store.contents()?),
    };
    if !yes && !agreed(&what)? {
        say(words::NOTHING_DELETED);
        return Ok(());
    }
    match session {
        Some(session) => store.delete(&session)?,
        None if all => store.delete_all()?,
        None => {}
    }
    say(&words::deleted(&what));
    Ok(())
}

/// Asks on a terminal; elsewhere the answer has to be in the command.
fn agreed(what: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return usage(&format!("{what} would be deleted for good"), "say --yes if that is meant");
    }
    let mut error = std::io::stderr();
    // If the question cannot be seen, the answer will not be yes.
    let _ = write!(error, "{}", OneLine(&words::really_delete(what)));
    let _ = error.flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(Failure::Output)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// A session of the store by its name, or `latest`.
pub(crate) fn id(store: &Store, name: &str) -> Result<Id, Failure> {
    let sessions = store.sessions()?;
    let found = match name {
        "latest" => sessions.last(),
        name => sessions.iter().find(|entry| entry.id.as_str() == name),
    };
    match found {
        Some(entry) => Ok(entry.id.clone()),
        None if sessions.is_empty() => usage(&format!("there is no session {name}"), words::NO_SESSIONS),
        None => {
            usage(&format!("there is no session {name}"), "`tonus history` lists the latest; `latest` is the last one")
        }
    }
}

/// What was typed about a session.
pub(crate) fn about_of(args: &AboutArgs) -> Result<About, Failure> {
    let about = About {
        posture: args.posture.clone(),
        site: args.site.clone(),
        electrode: args.electrode.clone(),
        note: args.note.as_deref().map(Into::into),
        ..About::default()
    };
    about.check()?;
    Ok(about)
}

/// The stage of a plan where a person stands; says so if the next one is ready, or an easier one there.
pub(crate) fn stage(plan: &Plan, root: Option<&Path>) -> Result<usize, Failure> {
    let (stage, advice) = tonus_engine::live::store::stage(plan, &store(root)?)?;
    if let Some(advice) = advice {
        say(&advice);
    }
    Ok(stage)
}

pub(crate) use crate::failure::say;
