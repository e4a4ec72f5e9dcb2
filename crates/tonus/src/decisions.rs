//! Decisions of a recording, made by a thread of their own.

use tonus_core::decision::Decision;
use tonus_core::digest::Digest;
use tonus_engine::Parts;

use crate::Error;

/// Frames handed to the pipeline at once, at most.
const BLOCK: usize = 4096;

/// The decisions of a recording, from [`crate::decisions`] or [`crate::Recording::decisions`]: by ticks of 10 ms, and of a tick those of
/// all channels in order, also of channels of several sampling rates.
#[derive(Debug)]
pub struct Decisions(tonus_engine::Decisions);

impl Decisions {
    pub(crate) fn start(parts: Parts) -> Result<Self, Error> {
        Ok(Self(tonus_engine::Decisions::start(parts, BLOCK)?))
    }

    /// SHA-256 over the decisions given so far; at the end it is the digest of `summary.json`.
    pub fn digest(&self) -> Digest {
        self.0.digest().into()
    }
}

impl Iterator for Decisions {
    type Item = Result<Decision, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.map_err(Error::from))
    }
}
