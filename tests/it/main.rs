//! The façade, and recordings through all of it.

mod facade;
mod golden_session;
mod training_replay;
