//! Chunks on their way to the thread that writes. The live thread never waits here: what does not fit is not taken.

use std::collections::VecDeque;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Chunks on their way.
#[derive(Debug)]
pub(super) struct Queue {
    inner: Mutex<Inner>,
    changed: Condvar,
    bound: usize,
}

#[derive(Debug, Default)]
struct Inner {
    chunks: VecDeque<Vec<u8>>,
    /// Bytes waiting, or being written.
    bytes: usize,
    is_closed: bool,
    failure: Option<io::Error>,
    has_failed: bool,
}

/// What the writer finds.
pub(super) enum Taken {
    Chunk(Vec<u8>),
    Nothing,
    Closed,
}

impl Queue {
    pub(super) fn new(bound: usize) -> Self {
        Self { inner: Mutex::default(), changed: Condvar::new(), bound }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is room for more.
    pub(super) fn has_room(&self) -> bool {
        self.inner().bytes < self.bound
    }

    /// Whether nothing more is written.
    pub(super) fn has_failed(&self) -> bool {
        self.inner().has_failed
    }

    /// Why not; told once.
    pub(super) fn take_failure(&self) -> Option<io::Error> {
        self.inner().failure.take()
    }

    /// Hands a chunk over.
    pub(super) fn push(&self, chunk: Vec<u8>) {
        let mut inner = self.inner();
        if !inner.has_failed {
            inner.bytes += chunk.len();
            inner.chunks.push_back(chunk);
            self.changed.notify_one();
        }
    }

    /// Nothing more will come.
    pub(super) fn close(&self) {
        self.inner().is_closed = true;
        self.changed.notify_one();
    }

    /// Waits for a chunk, no longer than `longest`.
    pub(super) fn take(&self, longest: Duration) -> Taken {
        let inner = self.inner();
        let is_idle = |inner: &mut Inner| inner.chunks.is_empty() && !inner.is_closed;
        let waited = self.changed.wait_timeout_while(inner, longest, is_idle);
        let mut inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        match inner.chunks.pop_front() {
            Some(chunk) => Taken::Chunk(chunk),
            None if inner.is_closed => Taken::Closed,
            None => Taken::Nothing,
        }
    }

    /// A chunk of so many bytes is written.
    pub(super) fn written(&self, bytes: usize) {
        let mut inner = self.inner();
        inner.bytes = inner.bytes.saturating_sub(bytes);
    }

    /// The writer gives up; what waits is lost.
    pub(super) fn fail(&self, error: io::Error) {
        let mut inner = self.inner();
        inner.chunks.clear();
        inner.bytes = 0;
        inner.has_failed = true;
        inner.failure = Some(error);
    }
}
