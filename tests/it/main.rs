//! The façade, and recordings through all of it.

mod facade;
mod golden;
mod training_replay;
