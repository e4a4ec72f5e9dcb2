//! A sensor that streams: one thread owns the port, from opening through every hang-up to closing.
//!
//! ```text
//! Closed ─► Opening ─► Booting ─► Identifying ─► Starting ─► Streaming ◄─► Stalled
//!              ▲                                                  │           │
//!              ╰───────────── present again ◄── Lost ◄────────────┴───────────╯  hang-up
//! ```
//!
//! The first opening happens in [`Link::open`], so that a wrong name is an error and not a wait. After that the thread
//! tries for ever: a sensor that is pulled out is looked for ten times a second, under its own name or by its USB ids, and
//! opening is repeated after 0.1 s, later 2 s. What came before a hang-up and what comes after are parted by
//! [`Packet::stalled`].

mod decoder_sink;
mod learn;
mod notices;
pub(crate) mod startup;
mod worker;

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tonus_record::{ChannelSelector, Wording};
use tonus_wire::hello::Hello;
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{LayoutError, Stats};

use crate::columns::{Columns, Unread};
use crate::error::OpenError;
use crate::queue::{Packet, Receiver, queue};
use crate::transport::Connector;

use notices::Notices;
use worker::Worker;

/// Seconds of frames that wait for a slow reader.
const QUEUE_S: f64 = 10.0;
/// Most frames that wait (20 MB).
const MAX_QUEUE: usize = 1 << 16;
/// A rate to size the queue for where none is known.
const USUAL_HZ: f64 = 1000.0;

/// What a link is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Nothing.
    #[default]
    Closed,
    /// Opening the port.
    Opening,
    /// Waiting for a board that opening has reset.
    Booting,
    /// Asking who is there.
    Identifying,
    /// Starting the stream, waiting for the first frame.
    Starting,
    /// Frames come.
    Streaming,
    /// The port is there, but no byte has come for a while.
    Stalled,
    /// The port is gone; it is looked for.
    Lost,
}

impl State {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Opening => "opening",
            Self::Booting => "booting",
            Self::Identifying => "identifying",
            Self::Starting => "starting",
            Self::Streaming => "streaming",
            Self::Stalled => "stalled",
            Self::Lost => "lost",
        }
    }
}

/// What happened, in the order of happening. Notices about the stream come before the frame they are about.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// Another state.
    State(State),
    /// The device names its channels, rate or scale.
    Hello(Hello),
    /// Names of channels, from the labels of a text format.
    Labels(Vec<String>),
    /// What the numbers of a text format are; the frames that follow have these channels.
    Columns(Columns),
    /// Text of the device: a banner, a comment.
    Message(String),
    /// Something to tell the user.
    Warning(Wording),
    /// For a while now, all frames have had another number of channels; those that follow are handed over so.
    Channels {
        /// Channels of the frames before.
        before: usize,
        /// Channels of the frames that follow.
        now: usize,
    },
    /// The device's rate is off: measured and nominal, in Hz.
    Rate {
        /// From arrival times.
        measured_hz: f64,
        /// What it should be.
        nominal_hz: f64,
    },
}

/// Counts of a link.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LinkStats {
    /// Bytes, frames, bad checksums and so on, over all connections.
    pub wire: Stats,
    /// Frames that did not fit into the queue; all of them are inside declared gaps.
    pub overrun: u64,
    /// Times the port was opened.
    pub opened: u64,
    /// The device's rate by arrival times, once it has settled.
    pub measured_hz: Option<f64>,
    /// When the last frame came.
    pub last_frame: Option<Instant>,
}

/// How a link is to be run.
#[derive(Default)]
pub struct LinkOptions {
    /// Nominal rate; sizes the queue, and silence is measured in frames.
    pub rate_hz: Option<f64>,
    /// Frames that may wait; 10 s of them where none is given.
    pub queue_frames: Option<usize>,
    /// The columns of a text format that are channels, in this order; none for those that are muscles.
    pub columns: Vec<ChannelSelector>,
    /// Keeps every byte with its arrival time, for [`crate::transport::Capture`].
    pub capture: Option<Box<dyn Write + Send>>,
}

impl std::fmt::Debug for LinkOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkOptions").field("rate_hz", &self.rate_hz).finish_non_exhaustive()
    }
}

/// What owner and reader both see.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) stop: AtomicBool,
    seen: Mutex<(State, LinkStats)>,
    unread: Mutex<Sample>,
}

/// What came before the first frame.
#[derive(Debug, Default)]
struct Sample {
    bytes: Vec<u8>,
    /// Why none of it can be used, if that is known.
    why: Option<Unread>,
}

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&mut (State, LinkStats)) -> T) -> T {
        act(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn unread(&self) -> std::sync::MutexGuard<'_, Sample> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps bytes without a frame, at most so many.
    pub(crate) fn keep(&self, bytes: &[u8], most: usize) {
        let mut sample = self.unread();
        let room = most.saturating_sub(sample.bytes.len()).min(bytes.len());
        sample.bytes.extend_from_slice(bytes.get(..room).unwrap_or_default());
    }

    /// Forgets them: they came at another speed.
    pub(crate) fn forget(&self) {
        self.unread().bytes.clear();
    }

    /// Says why nothing can be used.
    pub(crate) fn explain(&self, why: Unread) {
        self.unread().why = Some(why);
    }

    /// Why nothing can be used of what came.
    pub(crate) fn explanation(&self, profile: &DeviceProfile) -> Option<Unread> {
        let sample = self.unread();
        if sample.why.is_some() || sample.bytes.is_empty() {
            return sample.why.clone();
        }
        Some(crate::recognition::explain(&sample.bytes, profile))
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A link to one sensor.
pub struct Link {
    frames: Receiver,
    notices: Arc<Notices>,
    /// Frames taken so far.
    taken: u64,
    shared: Arc<Shared>,
    profile: Box<DeviceProfile>,
    thread: Option<JoinHandle<()>>,
}

/// What a link hands over.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a box would allocate for every frame")]
pub enum Item {
    /// A frame.
    Frame(Packet),
    /// What happened before the next frame.
    Notice(Notice),
}

/// A link that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// The port.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The profile.
    #[error("device profile: {0}")]
    Layout(LayoutError),
    /// The system gives no thread.
    #[error("no thread for the port: {0}")]
    Thread(std::io::Error),
}

impl LinkError {
    /// The message, for whoever calls settings by other names than their fields.
    pub fn wording(&self) -> Wording {
        match self {
            Self::Open(error) => error.wording(),
            other => other.to_string().into(),
        }
    }
}

impl Link {
    /// Opens the port and starts the thread that owns it.
    ///
    /// # Errors
    /// [`LinkError`], with what to do.
    pub fn open(
        mut connector: Box<dyn Connector>,
        profile: &DeviceProfile,
        options: LinkOptions,
    ) -> Result<Self, LinkError> {
        let rate_hz = options.rate_hz.unwrap_or(USUAL_HZ);
        let frames = options.queue_frames.unwrap_or(((QUEUE_S * rate_hz) as usize).clamp(1024, MAX_QUEUE));
        let first = connector.open(&profile.port)?;
        let (sender, receiver) = queue(frames);
        let notices = Arc::new(Notices::default());
        let shared = Arc::new(Shared::default());
        let worker = Worker::new(connector, profile, options, sender, Arc::clone(&notices), Arc::clone(&shared));
        let worker = worker.map_err(LinkError::Layout)?;
        let thread = std::thread::Builder::new()
            .name("tonus-link".to_owned())
            .spawn(move || worker.run(first))
            .map_err(LinkError::Thread)?;
        let profile = Box::new(profile.clone());
        Ok(Self { frames: receiver, notices, taken: 0, shared, profile, thread: Some(thread) })
    }

    /// Waits until a frame or a notice has come, at most so long.
    pub fn wait(&self, longest: Duration) {
        self.frames.wait(longest);
    }

    /// The next frame or notice, in the order of happening.
    pub fn next_item(&mut self) -> Option<Item> {
        // A frame that is seen here has its notices before it.
        let waiting = self.frames.waiting();
        let notice = self.notices.take(self.taken, false).map(Item::Notice);
        notice.or_else(|| if waiting > 0 { self.frame().map(Item::Frame) } else { None })
    }

    /// The next frame, if one has come.
    pub fn frame(&mut self) -> Option<Packet> {
        let packet = self.frames.pop();
        self.taken += u64::from(packet.is_some());
        packet
    }

    /// Frames that wait.
    pub fn waiting(&self) -> usize {
        self.frames.waiting()
    }

    /// The next notice, if there is one, whether or not the frames before it were taken.
    pub fn notice(&self) -> Option<Notice> {
        self.notices.take(self.taken, true)
    }

    /// What the link is doing.
    pub fn state(&self) -> State {
        self.shared.with(|seen| seen.0)
    }

    /// Counts so far.
    pub fn stats(&self) -> LinkStats {
        self.shared.with(|seen| seen.1)
    }

    /// Why no frame came, by what came instead: a line and what would read it, or the device that it is of.
    pub fn explanation(&self) -> Option<Unread> {
        self.shared.explanation(&self.profile)
    }

    /// For how long no frame has come; a display says "no signal" after 250 ms.
    pub fn silence(&self) -> Option<Duration> {
        self.stats().last_frame.map(|at| at.elapsed())
    }

    /// Whether the source has ended and every frame was taken.
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished) && self.frames.waiting() == 0
    }

    /// Stops the stream and closes the port; frames that came before can still be taken.
    pub fn close(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of the owner has been reported by the panic hook; there is no port left to close.
            let _ = thread.join();
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.close();
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("state", &self.state()).finish_non_exhaustive()
    }
}
