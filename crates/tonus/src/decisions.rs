//! Decisions of a recording, made by a thread of their own.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tonus_core::decision::Decision;
use tonus_core::digest::{DecisionDigest, Digest};
use tonus_engine::{AnalysisError, AnalysisOptions, Observer, Playback};

use crate::Error;

/// Frames handed to the pipeline at once, at most.
const BLOCK: usize = 4096;
/// Decisions handed over at once.
const BATCH: usize = 1024;
/// Batches that may wait: with [`BATCH`] they bound the memory.
const WAITING: usize = 4;

/// Starts the thread that reads a recording.
pub(crate) fn start(path: &Path, options: AnalysisOptions) -> Result<Decisions, Error> {
    let path = path.to_owned();
    let (sender, receiver) = sync_channel(WAITING);
    // Not joined: it ends with the recording, or at the first batch that nobody takes.
    thread::Builder::new()
        .name("tonus-decisions".to_owned())
        .spawn(move || read(&path, &options, &sender))
        .map_err(AnalysisError::Spool)?;
    match receiver.recv() {
        Ok(Message::Ready) => {
            let batch = Vec::new().into_iter();
            Ok(Decisions { receiver: Some(receiver), batch, digest: DecisionDigest::default() })
        }
        Ok(Message::Failed(error)) => Err(error.into()),
        Ok(Message::Batch(_) | Message::End) | Err(_) => Err(Error::Interrupted),
    }
}

/// The decisions of a recording, from [`crate::decisions`] or [`crate::Recording::decisions`].
#[derive(Debug)]
pub struct Decisions {
    /// None after the end.
    receiver: Option<Receiver<Message>>,
    batch: std::vec::IntoIter<Decision>,
    digest: DecisionDigest,
}

impl Decisions {
    /// SHA-256 over the decisions given so far; at the end it is the digest of `summary.json`.
    pub fn digest(&self) -> Digest {
        self.digest.finish().into()
    }
}

impl Iterator for Decisions {
    type Item = Result<Decision, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(decision) = self.batch.next() {
                self.digest.push(&decision);
                return Some(Ok(decision));
            }
            let message = self.receiver.as_ref()?.recv();
            match message {
                Ok(Message::Ready) => continue,
                Ok(Message::Batch(batch)) => {
                    self.batch = batch.into_iter();
                    continue;
                }
                Ok(Message::Failed(_) | Message::End) | Err(_) => self.receiver = None,
            }
            return match message {
                Ok(Message::Failed(error)) => Some(Err(error.into())),
                Err(_) => Some(Err(Error::Interrupted)),
                Ok(_) => None,
            };
        }
    }
}

/// What the thread says.
#[derive(Debug)]
enum Message {
    /// Opened and calibrated.
    Ready,
    Batch(Vec<Decision>),
    Failed(AnalysisError),
    End,
}

/// Why playing stopped.
enum Stop {
    Failed(AnalysisError),
    /// Nobody takes decisions any more.
    Unheard,
}

impl From<AnalysisError> for Stop {
    fn from(error: AnalysisError) -> Self {
        Self::Failed(error)
    }
}

/// Hands decisions on in batches.
struct Batches<'a> {
    sender: &'a SyncSender<Message>,
    batch: Vec<Decision>,
    is_heard: bool,
}

impl Batches<'_> {
    fn send(&mut self) {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.is_heard &= self.sender.send(Message::Batch(batch)).is_ok();
    }
}

impl Observer for Batches<'_> {
    fn decision(&mut self, decision: &Decision) {
        if self.is_heard {
            self.batch.push(*decision);
            if self.batch.len() >= BATCH {
                self.send();
            }
        }
    }
}

fn read(path: &Path, options: &AnalysisOptions, sender: &SyncSender<Message>) {
    let last = match play(path, options, sender) {
        Ok(()) => Message::End,
        Err(Stop::Failed(error)) => Message::Failed(error),
        Err(Stop::Unheard) => return,
    };
    // If nobody listens any more, nobody misses it.
    let _ = sender.send(last);
}

fn play(path: &Path, options: &AnalysisOptions, sender: &SyncSender<Message>) -> Result<(), Stop> {
    let recording = Playback::open_recording(path, options)?;
    let mut playback = Playback::new(recording, options)?;
    sender.send(Message::Ready).map_err(|_| Stop::Unheard)?;
    let mut batches = Batches { sender, batch: Vec::with_capacity(BATCH), is_heard: true };
    playback.play(BLOCK, &mut batches, |batches, _, _| if batches.is_heard { Ok(()) } else { Err(Stop::Unheard) })?;
    batches.send();
    Ok(())
}
