//! Sensors on a pseudo-terminal.

#[cfg(target_os = "linux")]
mod absent;
mod link;
#[cfg(unix)]
mod replug;
#[cfg(unix)]
mod slow_reader;
