//! The command with a sensor: a simulated one on a pseudo-terminal.

#[path = "../it/common/mod.rs"]
mod common;
#[cfg(unix)]
mod config;
#[cfg(unix)]
mod devices;
#[cfg(unix)]
mod faults;
mod hostile;
#[cfg(unix)]
mod kill;
#[cfg(unix)]
mod replug;
#[cfg(unix)]
mod soak;
#[cfg(unix)]
mod storage;
#[cfg(unix)]
mod text;
