//! Why a session cannot be read.

use std::io;

pub(super) const NOT_ANALYSED: &str = "not finished: there is no summary.json; 'tonus analyze' makes one";
pub(super) const NOT_FINALISED: &str = "not finalised: it was cut short, or still runs; next: tonus recover ";
pub(super) const NO_START: &str = "nothing says when it began";
pub(super) const NO_CHANNEL: &str = "summary.json names no channel";
pub(super) const OTHER_CHANNEL: &str = "summary.json does not name the channel of about.json";
pub(super) const LINK: &str = "a link to a folder elsewhere is not part of the history";

pub(super) fn refused(name: &str, error: &io::Error) -> String {
    format!("{name}: {error}")
}

pub(super) fn too_large(name: &str) -> String {
    format!("{name} has more than 64 MiB")
}

pub(super) fn malformed(name: &str, line: usize, column: usize) -> String {
    format!("{name} cannot be understood at line {line}, column {column}")
}

pub(super) fn newer(name: &str, version: u32) -> String {
    format!("{name} has schema_version {version}, of a newer tonus")
}
