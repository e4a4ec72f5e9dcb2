//! What runs beside the window: a sensor or a recording on a thread of its own, and what of it there is to see.
//!
//! ```text
//!  sensor ──► Live ──────╮                      ring of decisions and samples ──► Track
//!                        ├──► RingWriter (Output) ──► latest status ──────────────► Model
//!  recording ► Playback ─╯                      updates, one after the other ──────►
//!                 ▲
//!                 ╰── commands: pause, skip, stop, marker, the next programme ◄───── Model
//! ```
//!
//! Nothing here waits for the window. If nobody looks for a while, what would have been drawn is dropped and counted; what is
//! decided and recorded is not touched by it.

mod command;
mod replay;
mod ring_writer;
mod sensor;
mod simulated;
mod update;

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use ringbuf::HeapCons;
use ringbuf::traits::{Consumer, Observer};

pub use command::{SessionCommand, TrainCommand};
pub use replay::replay;
pub use ring_writer::{SAMPLES, UiEvent};
pub use sensor::{SensorPlan, watch};
pub use simulated::{Person, Simulated};
pub use tonus_device::sim::Scenario;
pub use update::{Began, Ended, Purpose, SessionUpdate, Status, TrainingStatus};

/// A session on its thread.
pub struct Session {
    commands: mpsc::Sender<SessionCommand>,
    updates: mpsc::Receiver<SessionUpdate>,
    events: HeapCons<UiEvent>,
    status: Arc<Mutex<Status>>,
    thread: Option<JoinHandle<()>>,
}

impl Session {
    /// Tells the thread to do something; it does so before the next frame.
    pub fn command(&self, command: SessionCommand) {
        // A thread that has ended has said so in its updates.
        let _ = self.commands.send(command);
    }

    /// The next update.
    pub fn update(&self) -> Option<SessionUpdate> {
        self.updates.try_recv().ok()
    }

    /// The next thing to be drawn.
    pub fn event(&mut self) -> Option<UiEvent> {
        self.events.try_pop()
    }

    /// How many wait to be drawn.
    pub fn waiting(&self) -> usize {
        self.events.occupied_len()
    }

    /// Where the session stands; none if that is being written just now.
    pub fn status(&self) -> Option<Status> {
        self.status.try_lock().ok().map(|status| status.clone())
    }

    /// Whether the thread has ended.
    pub fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until the thread has ended: a recording under way is brought to its end.
    pub fn close(mut self) {
        self.join();
    }

    fn join(&mut self) {
        self.command(SessionCommand::Close);
        if let Some(thread) = self.thread.take() {
            // A panic has been reported by the panic hook; the journal can be recovered.
            let _ = thread.join();
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.join();
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("is_over", &self.is_over()).finish_non_exhaustive()
    }
}

/// Wakes the window when there is something new; called from the session's thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Starts a thread for a session.
fn spawn(
    name: &str,
    wake: Wake,
    run: impl FnOnce(mpsc::Receiver<SessionCommand>, ring_writer::RingWriter) + Send + 'static,
) -> std::io::Result<Session> {
    let (commands, received) = mpsc::channel();
    let (tell, updates) = mpsc::channel();
    let status = Arc::new(Mutex::new(Status::default()));
    let (writer, events) = ring_writer::RingWriter::new(tell, Arc::clone(&status), wake);
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || run(received, writer))?;
    Ok(Session { commands, updates, events, status, thread: Some(thread) })
}
