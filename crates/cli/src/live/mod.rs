//! Live sensors: the commands `devices`, `monitor`, `record` and `simulate`.
//!
//! | module | one noun |
//! |---|---|
//! | `args` | what was typed |
//! | `sensor` | a device profile with what the caller knows better: channels, rate, scale |
//! | `run` | frames through the pipeline, from the first to the last |
//! | `stop` | Ctrl-C |
//! | `devices`, `monitor`, `record`, `simulate` | one command each |

pub(crate) mod args;
pub(crate) mod devices;
pub(crate) mod monitor;
pub(crate) mod record;
mod run;
mod sensor;
pub(crate) mod simulate;
mod stop;
