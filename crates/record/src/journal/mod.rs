//! `journal.tonus`: a session while it happens, written so that a killed program or a loss of power costs only the end.
//!
//! ```text
//!  pieces, events ──► ChunkBuilder ──► queue ──► writer thread ──► Store      live thread never waits for the disk
//!                     100 ms           bounded   append, sync
//!
//!  Store ──► Reader ──► play ──► session.csv, session.json                    `finalise`, the same for `record` and `recover`
//! ```
//!
//! | module | one noun |
//! |---|---|
//! | `layout` | the bytes of header and chunk |
//! | `builder`, `entry` | the records of a chunk, in and out |
//! | `reader` | a journal as far as it can be read |
//! | `writer`, `queue` | the live thread's end and the thread that writes |
//! | `play`, `finalise` | what a journal says, and the recording made of it |
//! | `store`, `folder`, `space` | where files are: a trait, a real folder, room on the disk |
//!
//! The layout, byte by byte, stands in `docs/FORMATS.md`. Encoding and decoding know no file and no clock. What is damaged is
//! left out and declared as a gap; nothing is ever filled in.

mod builder;
mod entry;
mod finalise;
mod folder;
mod layout;
mod play;
mod queue;
mod reader;
mod space;
mod store;
mod writer;

use std::io;

use thiserror::Error;

pub use builder::ChunkBuilder;
pub use builder::sealed_chunk;
pub use entry::{Ending, Entries, Entry, Frames};
pub use finalise::{RecoverError, Recovered, finalise};
pub use folder::FolderStore;
pub use layout::{Clocks, HEAD, MAX_INFO, MAX_PAYLOAD, header};
pub use play::{Played, Rows, play};
pub use reader::{Chunk, Damage, Reader};
pub use space::{bytes_per_hour, free_bytes};
pub use store::{Store, StoreFile};
pub use writer::{Ended, Journal, JournalConfig};

/// Name of the journal in a folder.
pub const JOURNAL: &str = "journal.tonus";
/// Version of the layout.
pub const VERSION: u16 = 1;

/// Why a journal cannot be read at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Neither copy of its header is whole.
    #[error("found no whole header of a journal")]
    NoHeader,
    /// It was written by a newer tonus.
    #[error("found a journal of version {found}; this tonus reads up to {VERSION}")]
    Newer {
        /// Its version.
        found: u16,
    },
    /// It says what cannot be.
    #[error("found a journal that says {found}")]
    Impossible {
        /// What it says.
        found: String,
    },
    /// The operating system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}
