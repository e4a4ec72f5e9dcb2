//! Reports as their reader sees them.

mod common;
mod numbers;
mod page;
mod size;
mod wording;
