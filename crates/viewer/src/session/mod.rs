//! What runs beside the window: a sensor or a recording on a thread of its own, and what of it there is to see.
//!
//! ```text
//!  sensor ──► Live ──────╮                      ring of decisions and samples ──► Track
//!                        ├──► Screening (Output) ──► latest status ──────────────► Model
//!  recording ► Playback ─╯                      news, one after the other ───────►
//!                 ▲
//!                 ╰── orders: pause, skip, stop, marker, the next programme ◄───── Model
//! ```
//!
//! Nothing here waits for the window. If nobody looks for a while, what would have been drawn is dropped and counted; what is
//! decided and recorded is not touched by it.

mod news;
mod order;
mod replay;
mod screening;
mod sensor;
mod simulated;

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use ringbuf::HeapCons;
use ringbuf::traits::{Consumer, Observer};

pub use news::{Began, Ended, News, Purpose, Status, TrainingStatus};
pub use order::{Order, TrainOrder};
pub use replay::replay;
pub use screening::{SAMPLES, Sight};
pub use sensor::{SensorPlan, watch};
pub use simulated::{Person, Simulated};
pub use tonus_device::sim::Scenario;

/// A session on its thread.
pub struct Session {
    orders: mpsc::Sender<Order>,
    news: mpsc::Receiver<News>,
    sights: HeapCons<Sight>,
    status: Arc<Mutex<Status>>,
    thread: Option<JoinHandle<()>>,
}

impl Session {
    /// Tells the thread to do something; it does so before the next frame.
    pub fn order(&self, order: Order) {
        // A thread that has ended has said so in its news.
        let _ = self.orders.send(order);
    }

    /// The next piece of news.
    pub fn news(&self) -> Option<News> {
        self.news.try_recv().ok()
    }

    /// The next thing to be drawn.
    pub fn sight(&mut self) -> Option<Sight> {
        self.sights.try_pop()
    }

    /// How many wait to be drawn.
    pub fn waiting(&self) -> usize {
        self.sights.occupied_len()
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
        self.order(Order::Close);
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
    run: impl FnOnce(mpsc::Receiver<Order>, screening::Screening) + Send + 'static,
) -> std::io::Result<Session> {
    let (orders, received) = mpsc::channel();
    let (tell, news) = mpsc::channel();
    let status = Arc::new(Mutex::new(Status::default()));
    let (screening, sights) = screening::Screening::new(tell, Arc::clone(&status), wake);
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || run(received, screening))?;
    Ok(Session { orders, news, sights, status, thread: Some(thread) })
}
