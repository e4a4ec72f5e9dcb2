//! What the tests of tonus share: golden files, oracles, conformance of stages, synthetic EMG, and what must hold for any bytes
//! (features `wire` and `record`; `fuzz/` searches, tests replay what it keeps).
//!
//! Only for tests and benches; nothing here is part of a release. Oracles are written to be read, not to be fast, and share
//! no code with what they check.

pub mod alloc;
pub mod close;
pub mod conformance;
pub mod golden;
pub mod random;
#[cfg(feature = "record")]
pub mod record;
pub mod synth;
pub mod trainee;
pub mod twin;
#[cfg(feature = "wire")]
pub mod wire;

pub use alloc::CountingAllocator;
pub use close::{Tolerance, assert_close, rms, worst};
pub use golden::Table;
pub use random::Pcg;
