//! The `tonus` command.
//!
//! | module | one noun |
//! |---|---|
//! | `args`, `value` | what was typed; values of options |
//! | `input` | a recording as the command line names it |
//! | `plan` | what was meant, checked |
//! | `analyze`, `many`, `human` | recordings analyzed: one, several, for people |
//! | `convert` | the same recording in another format |
//! | `replay` | its decisions, line by line |
//! | `programs` | the list of programmes |
//! | `report` | the report of a session |
//! | `history` | sessions over time, diary, the store |
//! | `recover` | what a program that died left of a recording |
//! | `train` | the window |
//! | `live` | sensors: devices, monitor, record, simulate |
//! | `words` | what is said of training and history |
//! | `failure` | what went wrong, and the exit code |

mod analyze;
mod args;
mod convert;
mod failure;
mod history;
mod human;
mod input;
mod live;
mod many;
mod plan;
mod programs;
mod progress;
mod recover;
mod replay;
mod report;
mod train;
mod value;
mod words;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tonus_core::text::is_plain;

use crate::args::{Args, Verb};
use crate::failure::Failure;
use crate::train::TrainArgs;

/// Licences of all that is in the program, made by `.ci/third_party.py`.
const LICENSES: &str = include_str!("../../../THIRD-PARTY.txt");

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let is_harmless = |arg: std::ffi::OsString| arg.to_string_lossy().chars().all(is_plain);
            if !error.use_stderr() || std::env::args_os().all(is_harmless) {
                error.exit();
            }
            // It repeats what was typed: on one line, whatever that was.
            let text = error.render().to_string();
            failure::say(&text.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
            return ExitCode::from(failure::USAGE);
        }
    };
    if args.licenses {
        return match failure::print(LICENSES) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => ExitCode::from(failure.code()),
        };
    }
    let done = match args.verb.unwrap_or(Verb::Train(TrainArgs::default())) {
        Verb::Train(args) => train::run(args),
        Verb::Analyze(args) => plan::Analyze::new(args).and_then(|plan| analyze::run(&plan)),
        Verb::Replay(args) => plan::Replay::new(args).and_then(|plan| replay::run(&plan)),
        Verb::Convert(args) => convert::run(args),
        Verb::Devices(args) => live::devices::run(&args),
        Verb::Monitor(args) => live::monitor::run(args),
        Verb::Record(args) => live::record::run(args),
        Verb::Recover(args) => recover::run(&args),
        Verb::Simulate(args) => live::simulate::run(args),
        Verb::Programs(args) => programs::run(&args),
        Verb::Report(args) => report::run(&args),
        Verb::History(args) => history::run(&args),
        Verb::Diary(args) => history::diary::run(&args),
        Verb::Completions { shell } => print_completions(shell),
        Verb::Man => print_manual(),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.code())
        }
    }
}

fn print_completions(shell: clap_complete::Shell) -> Result<u8, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "tonus", &mut text);
    failure::print(&String::from_utf8_lossy(&text))?;
    Ok(failure::OK)
}

fn print_manual() -> Result<u8, Failure> {
    let mut text = Vec::new();
    // The sink is memory: it cannot refuse.
    let command = Args::command();
    clap_mangen::Man::new(command.clone()).render(&mut text).map_err(Failure::Output)?;
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        let named = verb.clone().display_name(format!("tonus-{}", verb.get_name()));
        clap_mangen::Man::new(named).render(&mut text).map_err(Failure::Output)?;
    }
    failure::print(&String::from_utf8_lossy(&text))?;
    Ok(failure::OK)
}
