//! The command, file in and report out.

mod analyze;
mod command;
mod common;
mod convert;
#[cfg(unix)]
mod exit_codes;
#[cfg(unix)]
mod glazer;
mod many;
#[cfg(unix)]
mod terminal;
mod trainees;
#[cfg(unix)]
mod training;
#[cfg(unix)]
mod wording;
