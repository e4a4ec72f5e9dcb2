//! The command with a sensor: a simulated one on a pseudo-terminal. Apart from the tests of `it`, which keep every processor busy: a
//! pseudo-terminal holds 4 KiB, and a reader that waits for longer than they last loses frames, as it would of a real sensor.

#[path = "../it/common/mod.rs"]
mod common;
#[cfg(unix)]
mod config;
#[cfg(unix)]
mod devices;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod glazer;
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
#[cfg(unix)]
mod training;
