//! Body of the fuzz target `edf_read`. It panics on a finding.

use std::io::Cursor;

use tonus_record::{ChannelSelector, Chunk, OpenOptions, ReadError, Recording};

/// Frames and gaps after which a file has said enough: a few bytes may stand for hours.
const ENOUGH: u64 = 2_000_000;

/// Any bytes behind the first eight of EDF or BDF: as a stream, and as a file, whose annotations are known beforehand.
///
/// # Panics
/// If reading panics, or frames and gaps do not add up.
pub fn edf_read(data: &[u8]) {
    let Some((start, rest)) = data.split_at_checked(8) else { return };
    let start: &[u8; 8] = if start.starts_with(&[255]) { b"\xffBIOSEMI" } else { b"0       " };
    let bytes = [start, rest].concat();
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), &bytes).expect("a temporary file is written");
    let first = OpenOptions { channels: vec![ChannelSelector::Index(1)], ..OpenOptions::default() };
    for options in [OpenOptions::default(), first] {
        let stream = Box::new(Cursor::new(bytes.clone()));
        for opened in [Recording::from_reader(stream, "fuzz", &options), Recording::open(file.path(), &options)] {
            if let Err(ReadError::Io { source, .. }) = opened.and_then(read) {
                panic!("memory and a new file can be read: {source}");
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
