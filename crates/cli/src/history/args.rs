//! What was typed about sessions over time.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueHint};
use tonus_report::vocabulary::Language;

use crate::value::language;

pub(crate) const HISTORY_EXAMPLES: &str = "\
Examples:
  tonus history                                    trends, milestones, the plan
  tonus history --json                             the same as data, session by session
  tonus history --lang de                          in German
  tonus history add monday                         a recording made with `tonus record --out`
  tonus history export --all --out backup          everything, in plain files
  tonus history delete 20261124-060236             one session, for good";

pub(crate) const DIARY_EXAMPLES: &str = "\
Examples:
  tonus diary add --pain 3 --mood 6 --sleep 7.5 --note \"better than last week\"
  tonus diary add --when after --session latest --pain 2
  tonus diary list --json";

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct HistoryArgs {
    #[command(subcommand)]
    pub(crate) verb: Option<HistoryVerb>,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The plan whose next step is looked for [default: the one followed last]
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) plan: Option<String>,
    /// Language of the sentences
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = language())]
    pub(crate) lang: Language,
    /// The folder of the store [default: `$TONUS_HOME`, or the usual place for a person's files]
    #[arg(long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub(crate) store: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HistoryVerb {
    /// Copy a recording or an analysis into the store
    Add {
        /// Its folder
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
        /// The day it was made, such as 2026-11-23, where it does not say so itself
        #[arg(long, value_name = "DATE", value_parser = parse_date)]
        date: Option<f64>,
        #[command(flatten)]
        about: AboutArgs,
    },
    /// Copy everything out of the store, in plain files
    Export {
        /// All of it
        #[arg(long, required = true)]
        all: bool,
        /// The new folder
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: PathBuf,
    },
    /// Delete a session, or everything, for good
    Delete {
        /// Name of the session, or `latest`
        #[arg(value_name = "SESSION", required_unless_present = "all", conflicts_with = "all")]
        session: Option<String>,
        /// Every session and the diary
        #[arg(long)]
        all: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// The circumstances of a session; sessions are compared where these agree.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Circumstances")]
pub(crate) struct AboutArgs {
    /// How the person lay or sat, such as lying, sitting or standing; sessions are compared where these agree
    #[arg(long, value_name = "WORD")]
    pub(crate) posture: Option<String>,
    /// Where on the body, such as pelvic, jaw or shoulder
    #[arg(long, value_name = "WORD")]
    pub(crate) site: Option<String>,
    /// The electrode, such as surface or the name of a probe
    #[arg(long, value_name = "WORD")]
    pub(crate) electrode: Option<String>,
    /// A note
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DiaryArgs {
    #[command(subcommand)]
    pub(crate) verb: DiaryVerb,
    /// The folder of the store [default: `$TONUS_HOME`, or the usual place for a person's files]
    #[arg(long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub(crate) store: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DiaryVerb {
    /// Write an entry; every number may be left out
    Add(AddArgs),
    /// Read the diary
    List {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete an entry, for good
    Delete {
        /// Its name, as `list` shows it
        #[arg(value_name = "ENTRY")]
        entry: String,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AddArgs {
    /// Pain, from 0 (none) to 10 (the worst imaginable)
    #[arg(long, value_name = "0..10", allow_hyphen_values = true, value_parser = parse_scale)]
    pub(crate) pain: Option<u8>,
    /// Mood, from 0 (very low) to 10 (very good)
    #[arg(long, value_name = "0..10", allow_hyphen_values = true, value_parser = parse_scale)]
    pub(crate) mood: Option<u8>,
    /// Hours of sleep in the night before
    #[arg(long, value_name = "HOURS", allow_hyphen_values = true, value_parser = parse_hours)]
    pub(crate) sleep: Option<f64>,
    /// How the sleep was, from 0 (very restless) to 10 (very restful)
    #[arg(long, value_name = "0..10", allow_hyphen_values = true, value_parser = parse_scale)]
    pub(crate) sleep_quality: Option<u8>,
    /// Stress, from 0 (none) to 10
    #[arg(long, value_name = "0..10", allow_hyphen_values = true, value_parser = parse_scale)]
    pub(crate) stress: Option<u8>,
    /// Sensitivity of the region, from 0 (none) to 10
    #[arg(long, value_name = "0..10", allow_hyphen_values = true, value_parser = parse_scale)]
    pub(crate) sensitivity: Option<u8>,
    /// A note
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// What it speaks of
    #[arg(long, value_parser = ["before", "after", "day"], default_value = "day")]
    pub(crate) when: String,
    /// The session it belongs to, or `latest`
    #[arg(long, value_name = "SESSION")]
    pub(crate) session: Option<String>,
    /// The day it speaks of, such as 2026-11-23 [default: now, or the time of the session]
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) date: Option<f64>,
    /// Print the entry as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn parse_scale(text: &str) -> Result<u8, String> {
    text.trim().parse().ok().filter(|scale| *scale <= 10).ok_or_else(|| "give a whole number from 0 to 10".to_owned())
}

fn parse_hours(text: &str) -> Result<f64, String> {
    let hours = text.trim().parse().ok().filter(|hours| (0.0..=24.0).contains(hours));
    hours.ok_or_else(|| "give hours from 0 to 24, such as 7.5".to_owned())
}

/// Noon of a day, in seconds since 1970.
fn parse_date(text: &str) -> Result<f64, String> {
    let digits: String = text.split('-').collect();
    let stamp = tonus_history::time::Utc::from_stamp(&format!("{digits}-120000")).filter(|_| text.len() == 10);
    stamp.map(tonus_history::time::Utc::to_unix_s).ok_or_else(|| "give a date such as 2026-11-23".to_owned())
}
