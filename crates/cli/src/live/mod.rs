//! Live sensors: the commands `devices`, `monitor`, `record` and `simulate`.
//!
//! | module | one noun |
//! |---|---|
//! | `args` | what was typed |
//! | `run` | a session, turn by turn, and what is said about it |
//! | `stop` | Ctrl-C |
//! | `devices`, `monitor`, `record`, `simulate` | one command each |

pub(crate) mod args;
pub(crate) mod devices;
pub(crate) mod monitor;
pub(crate) mod record;
mod run;
pub(crate) mod simulate;
mod stop;
