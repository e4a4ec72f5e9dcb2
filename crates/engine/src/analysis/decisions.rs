//! The decisions of a recording, one by one, from a thread that reads ahead.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tonus_core::decision::Decision;
use tonus_core::digest::DecisionDigest;
use tonus_record::Counts;

use super::playback::{Playback, Totals};
use super::rates::{Part, Parts, digest_of};
use crate::error::AnalysisError;
use crate::observer::Observer;

/// Decisions handed over at once.
const BATCH: usize = 1024;
/// Batches that may wait: with [`BATCH`] they bound the memory.
const WAITING: usize = 4;

/// What is known at the end of a recording.
#[derive(Debug, Clone)]
pub struct PlaybackEnd {
    /// Its rows and frames.
    pub counts: Counts,
    /// What went through.
    pub totals: Totals,
    /// The recording as the caller named it.
    pub file: String,
    /// See [`crate::Analysis::warnings`].
    pub warnings: Vec<String>,
}

/// The decisions of a recording: by ticks of 10 ms, and of a tick those of all channels in order.
///
/// A thread for each sampling rate reads ahead by a few thousand decisions; memory does not grow with the recording, and
/// dropping the iterator ends the threads. A rate whose signal ends first is no longer among the later decisions.
#[derive(Debug)]
pub struct Decisions {
    /// In the order of channels; none after an error.
    streams: Vec<Stream>,
}

impl Decisions {
    /// Settles the calibrations, and starts to play in blocks of at most `block` frames.
    ///
    /// # Errors
    /// [`AnalysisError`]; what is found later comes as the last item.
    pub fn start(parts: Parts, block: usize) -> Result<Self, AnalysisError> {
        let mut streams = Vec::new();
        let mut before = 0;
        for Part { recording, options } in parts.into_each() {
            let playback = Playback::new(recording, &options)?;
            let count = playback.header().channels.len();
            streams.push(Stream::start(playback, block, before)?);
            // Parts have at most 256 channels together.
            before += count as u8;
        }
        Ok(Self { streams })
    }

    /// SHA-256 over the decisions given so far; at the end it is the digest of `summary.json`.
    pub fn digest(&self) -> [u8; 32] {
        let digests: Vec<_> = self.streams.iter().map(|stream| stream.digest.finish()).collect();
        digest_of(&digests)
    }

    /// What is known at the end of the recording, of the channels of the first rate; none before it.
    pub fn end(&self) -> Option<&PlaybackEnd> {
        self.streams.first()?.end.as_ref()
    }
}

impl Iterator for Decisions {
    type Item = Result<Decision, AnalysisError>;

    fn next(&mut self) -> Option<Self::Item> {
        for stream in &mut self.streams {
            if let Err(error) = stream.look() {
                self.streams.clear();
                return Some(Err(error));
            }
        }
        let ahead = self.streams.iter_mut().filter(|stream| stream.next.is_some());
        let first = ahead.min_by_key(|stream| stream.next.map(|decision| decision.tick))?;
        first.take().map(Ok)
    }
}

/// The decisions of one part.
#[derive(Debug)]
struct Stream {
    /// None after the end.
    receiver: Option<Receiver<Message>>,
    batch: std::vec::IntoIter<Decision>,
    next: Option<Decision>,
    /// Channels of the parts before.
    before: u8,
    digest: DecisionDigest,
    end: Option<PlaybackEnd>,
}

impl Stream {
    fn start(playback: Playback, block: usize, before: u8) -> Result<Self, AnalysisError> {
        let (sender, receiver) = sync_channel(WAITING);
        // Not joined: it ends with the recording, or at the first batch that nobody takes.
        thread::Builder::new()
            .name("tonus-decisions".to_owned())
            .spawn(move || play(playback, block, &sender))
            .map_err(AnalysisError::Spool)?;
        let batch = Vec::new().into_iter();
        let digest = DecisionDigest::default();
        Ok(Self { receiver: Some(receiver), batch, next: None, before, digest, end: None })
    }

    /// Waits for the next decision, if there is one.
    fn look(&mut self) -> Result<(), AnalysisError> {
        while self.next.is_none() {
            self.next = self.batch.next();
            if self.next.is_some() {
                break;
            }
            let Some(receiver) = &self.receiver else { break };
            match receiver.recv() {
                Ok(Message::Batch(batch)) => self.batch = batch.into_iter(),
                Ok(Message::End(end)) => (self.receiver, self.end) = (None, Some(*end)),
                Ok(Message::Failed(error)) => return Err(error),
                Err(_) => return Err(AnalysisError::Interrupted),
            }
        }
        Ok(())
    }

    fn take(&mut self) -> Option<Decision> {
        let decision = self.next.take()?;
        self.digest.push(&decision);
        Some(Decision { channel: self.before + decision.channel, ..decision })
    }
}

/// What the thread says.
#[derive(Debug)]
enum Message {
    Batch(Vec<Decision>),
    Failed(AnalysisError),
    End(Box<PlaybackEnd>),
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

fn play(mut playback: Playback, block: usize, sender: &SyncSender<Message>) {
    let mut batches = Batches { sender, batch: Vec::with_capacity(BATCH), is_heard: true };
    let played =
        playback.play(block, &mut batches, |batches, _, _| if batches.is_heard { Ok(()) } else { Err(Stop::Unheard) });
    let last = match played {
        Ok(totals) => {
            batches.send();
            let (counts, file, warnings) = (playback.counts(), playback.header().file.clone(), playback.warnings());
            Message::End(Box::new(PlaybackEnd { counts, totals, file, warnings }))
        }
        Err(Stop::Failed(error)) => Message::Failed(error),
        Err(Stop::Unheard) => return,
    };
    // If nobody listens any more, nobody misses it.
    let _ = sender.send(last);
}
