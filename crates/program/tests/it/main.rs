//! Programmes and plans from outside.

mod builtin;
mod errors;
mod manual;
mod properties;
mod timing;
mod wording;
