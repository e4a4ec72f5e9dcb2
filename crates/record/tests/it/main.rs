//! Recordings from outside: readers, the journal, what is written.

mod common;
mod corpus;
mod edf;
mod export;
mod journal;
mod journal_faults;
mod kinds;
mod packed;
mod session;
mod stream;
mod tables;
mod time_axis;
mod vendors;
mod wfdb;

/// What was noticed of a recording.
fn notes(header: &tonus_record::Header) -> String {
    header.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
