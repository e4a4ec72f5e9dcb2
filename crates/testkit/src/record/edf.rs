//! Body of the fuzz target `edf_read`: a plain function, so that a test replays a corpus without cargo-fuzz. It panics on a
//! finding. Not part of the interface.

#![allow(clippy::panic, reason = "a panic is the finding")]

use std::io::Cursor;

use crate::chunk::Chunk;
use crate::error::ReadError;
use crate::options::{ChannelSelector, OpenOptions};
use crate::recording::Recording;

use super::{Again, open};

/// Frames and gaps after which a file has said enough: a few bytes may stand for hours.
const ENOUGH: u64 = 2_000_000;

/// Reads bytes as EDF or BDF: as a stream, and as a file whose annotations are known beforehand.
#[doc(hidden)]
pub fn edf_read(data: &[u8]) {
    let first = OpenOptions { channels: vec![ChannelSelector::Index(1)], ..OpenOptions::default() };
    for options in [OpenOptions::default(), first] {
        for is_file in [false, true] {
            let reader = Box::new(Cursor::new(data.to_vec()));
            let again = is_file.then(|| Box::new(Cursor::new(data.to_vec())) as Box<dyn Again>);
            let Ok(opened) = open(reader, again, "fuzz", &options) else { continue };
            match Recording::from_binary(opened).and_then(read) {
                Ok(()) | Err(ReadError::NoRows { .. } | ReadError::Damaged { .. }) => {}
                Err(error) => panic!("a stream in memory cannot fail so: {error}"),
            }
        }
    }
}

fn read(recording: Recording) -> Result<(), ReadError> {
    let mut recording = recording.keep_raw();
    let channels = recording.header().channels.len();
    let (mut frames, mut missing) = (0, 0);
    while frames + missing < ENOUGH {
        match recording.next_chunk()? {
            None => {
                let counts = recording.counts();
                assert_eq!((counts.frames, counts.frames_missing), (frames, missing), "every frame is counted");
                assert!(recording.sha256().is_some(), "the end was reached");
                return Ok(());
            }
            Some(Chunk::Frames(values)) => {
                assert!(!values.is_empty() && values.len().is_multiple_of(channels), "whole frames");
                frames += (values.len() / channels) as u64;
                assert!(recording.raw().iter().all(|value| !value.is_infinite()), "numbers or none");
            }
            Some(Chunk::Gap { frames }) => {
                assert!(frames > 0, "a gap has a length");
                missing += frames;
            }
            Some(_) => {}
        }
    }
    Ok(())
}
