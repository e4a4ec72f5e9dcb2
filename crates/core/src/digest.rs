//! SHA-256 over every decision: two runs that agree here agree in everything they decided.

use sha2::{Digest as _, Sha256};

use crate::decision::Decision;

/// The SHA-256 over all decisions; shown as 64 hexadecimal digits, as in `summary.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl core::fmt::Display for Digest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Bytes of a decision in the digest.
pub(crate) const RECORD: usize = 17;

/// A decision as the digest sees it.
pub(crate) fn record(decision: &Decision) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[..8].copy_from_slice(&decision.index.to_le_bytes());
    record[8] = decision.state as u8;
    record[9..11].copy_from_slice(&decision.reasons.bits().to_le_bytes());
    record[11..13].copy_from_slice(&decision.quality.bits().to_le_bytes());
    record[13..].copy_from_slice(&decision.envelope_uv.to_bits().to_le_bytes());
    record
}

/// The running digest.
///
/// Per decision, little-endian: sample index `u64`, state `u8`, reason bits `u16`, quality bits `u16`, envelope `f32` bits.
#[derive(Clone, Default)]
pub struct DecisionDigest {
    hash: Sha256,
}

impl DecisionDigest {
    /// Takes a decision.
    pub fn push(&mut self, decision: &Decision) {
        self.hash.update(record(decision));
    }

    /// Takes the records of a tick, in the order of channels.
    pub(crate) fn push_records(&mut self, records: &[[u8; RECORD]]) {
        self.hash.update(records.as_flattened());
    }

    /// The digest so far; more decisions may follow.
    pub fn finish(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }
}

impl core::fmt::Debug for DecisionDigest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("DecisionDigest(..)")
    }
}
