//! The command, file in and report out.

mod analyze;
mod command;
mod common;
mod convert;
#[cfg(unix)]
mod exit_codes;
mod many;
#[cfg(unix)]
mod terminal;
mod trainees;
#[cfg(unix)]
mod wording;
