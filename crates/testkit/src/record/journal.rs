//! Bodies of the fuzz targets: plain functions, so that tests replay a corpus without cargo-fuzz. They panic on a finding. Not
//! part of the interface.

#![allow(clippy::missing_panics_doc, clippy::expect_used, clippy::indexing_slicing, reason = "a panic is the finding")]

use std::io::{self, Cursor};
use std::sync::OnceLock;

use tonus_core::config::{BodySite, Config, MainsMode};
use tonus_core::input::Cue;

use tonus_record::journal::{ChunkBuilder, Clocks, Reader, Rows, header, play, sealed_chunk};
use tonus_record::session::{DeviceInfo, LiveConfig, RateInfo, SCHEMA_VERSION, ScaleInfo, SessionInfo};
use tonus_record::{CalibrationSource, CueSource, Kind, OpenOptions, Recording, Unit};

/// Channels of the journals that are made here.
const CHANNELS: usize = 2;

/// Any bytes as a journal, any bytes as the records of a chunk, and journals that are cut, flipped, shuffled.
///
/// A finding is a panic, an index that comes twice or is missing without a word, or a frame that was never written.
pub fn journal_recover(data: &[u8]) {
    let Some((kind, data)) = data.split_first() else { return };
    match kind % 4 {
        0 => drop(read(data)),
        1 => {
            let mut bytes = own_header().to_vec();
            bytes.extend_from_slice(data);
            drop(read(&bytes));
        }
        2 => {
            let mut bytes = own_header().to_vec();
            for (number, payload) in data.chunks(256).enumerate() {
                let first = u64::from(*payload.first().unwrap_or(&0)) << (payload.len() % 50);
                bytes.extend(sealed_chunk(own_header(), number as u32, first, payload));
            }
            drop(read(&bytes));
        }
        _ => damaged(data),
    }
}

/// Any text as `session.json`.
///
/// A finding is a panic, or a description that is not the same after it was written and read.
pub fn session_json(data: &[u8]) {
    let Ok(info) = serde_json::from_slice::<SessionInfo>(data) else { return };
    let json = info.to_json().expect("it can be written");
    let again: SessionInfo = serde_json::from_str(&json).expect("what was written can be read");
    assert!(again == info, "written and read, it is another");
    if let Ok(header) = header(&info)
        && u16::try_from(info.scale.len()).is_ok()
    {
        let reader = Reader::new(header.as_slice()).expect("what was written can be read");
        assert!(reader.info() == &info, "a journal says another");
    }
    if info.scale.len() <= 64 {
        let values = "1,".repeat(info.scale.len());
        let table = format!("{}\n0,0.0,{values}free,\n1,0.1,{values}work,\n", info.names_row());
        let opened = Recording::from_session(Cursor::new(table), "session.csv", &OpenOptions::default(), &info);
        // Whether it may be opened is another question.
        if let Ok(mut recording) = opened {
            while let Ok(Some(_)) = recording.next_chunk() {}
        }
    }
}

/// A journal after a script: the first half of the data says what happens, the second what is damaged.
fn damaged(data: &[u8]) {
    let (script, damage) = data.split_at(data.len() / 2);
    let mut builder = ChunkBuilder::new(own_header(), CHANNELS);
    let (mut bytes, mut n, mut written) = (own_header().to_vec(), 0_u64, Vec::new());
    for step in script {
        let count = u64::from(step >> 3) + 1;
        let cue = if step & 1 == 0 { Cue::Rest } else { Cue::Work };
        match step & 7 {
            0..=3 => {
                for _ in 0..count.min(4) {
                    let values = [f64::from(*step) * count as f64, n as f64 / f64::from((step & 2) + 1)];
                    written.push((n, values.map(f64::to_bits)));
                    builder.frame(n, &values, cue, Clocks::default);
                    n += 1;
                }
            }
            4 => {
                builder.gap(n, count, cue, Clocks::default);
                n += count;
            }
            5 => builder.stall(n, cue, Clocks::default),
            6 if step & 8 == 0 => drop(builder.thin()),
            _ => bytes.extend(builder.close()),
        }
    }
    bytes.extend(builder.close());
    let whole = read(&bytes);
    assert!(whole.frames.iter().all(|frame| written.binary_search(frame).is_ok()), "a frame that was never written");
    for step in damage.chunks_exact(3) {
        let at = (usize::from(step[1]) | usize::from(step[2]) << 8) % bytes.len().max(1);
        match step[0] % 8 {
            0 => bytes.truncate(at.max(1)),
            1 => bytes.extend_from_within(at..),
            2 => drop(bytes.drain(at..(at + usize::from(step[0])).min(bytes.len()))),
            3 => bytes.get_mut(at..).unwrap_or_default().iter_mut().take(64).for_each(|byte| *byte = 0),
            bit => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << bit),
        }
        if bytes.len() > 1 << 13 {
            break;
        }
    }
    let found = read(&bytes);
    assert!(found.frames.iter().all(|frame| written.binary_search(frame).is_ok()), "a frame that was never written");
    assert!(found == read(&bytes), "read twice, it is another");
}

/// Rows as they come; every index once.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    next: u64,
    frames: Vec<(u64, [u64; CHANNELS])>,
    stalls: u64,
}

impl Rows for Seen {
    fn frame(&mut self, n: u64, values: &[f64], _cue: Cue) -> io::Result<()> {
        assert_eq!(n, self.next, "an index comes twice, or is missing without a word");
        self.next += 1;
        let mut bits = [0; CHANNELS];
        bits.iter_mut().zip(values).for_each(|(bits, value)| *bits = value.to_bits());
        self.frames.push((n, bits));
        Ok(())
    }

    fn gap(&mut self, n: u64, frames: u64, _cue: Cue) -> io::Result<()> {
        assert_eq!(n, self.next, "an index comes twice, or is missing without a word");
        self.next = n.checked_add(frames).expect("an index that can be");
        Ok(())
    }

    fn stall(&mut self, n: u64, _cue: Cue) -> io::Result<()> {
        assert_eq!(n, self.next, "a stall out of place");
        self.stalls += 1;
        Ok(())
    }
}

fn read(bytes: &[u8]) -> Seen {
    let mut seen = Seen::default();
    if let Ok(mut reader) = Reader::new(bytes)
        && reader.info().scale.len() == CHANNELS
    {
        let played = play(&mut reader, &mut seen).expect("memory can be read");
        assert_eq!((played.index, played.frames), (seen.next, seen.frames.len() as u64));
        assert_eq!(played.index, played.frames + played.lost, "an index without a place");
    }
    seen
}

pub(super) fn own_header() -> &'static [u8] {
    static HEADER: OnceLock<Vec<u8>> = OnceLock::new();
    HEADER.get_or_init(|| header(&session_info(1000.0, &["a", "b"])).expect("it can be written"))
}

/// What a session of so many frames a second says of itself, in counts of 0.5 µV; tests change what they are about.
pub fn session_info(hz: f64, channels: &[&str]) -> SessionInfo {
    let scale = |name: &&str| ScaleInfo {
        channel: (*name).to_owned(),
        unit: Unit::Counts,
        uv_per_unit: 0.5,
        scaled: true,
        rails: None,
    };
    SessionInfo {
        schema_version: SCHEMA_VERSION,
        tonus_version: "0".to_owned(),
        finalised: false,
        started_unix_s: 1.5,
        device: DeviceInfo { id: "x".to_owned(), name: "x".to_owned(), port: "memory".to_owned() },
        rate: RateInfo { hz, source: "profile".to_owned(), measured_hz: None },
        scale: channels.iter().map(scale).collect(),
        anchor: vec![0.0; channels.len()],
        config: LiveConfig {
            kind: Kind::Raw,
            pipeline: Config { mains: Some(MainsMode::Off), profile: Some(BodySite::Limb), ..Config::default() },
            cues: CueSource::None,
            calibration: CalibrationSource::Cues,
            calibrations: Vec::new(),
            accessory: Vec::new(),
        },
        program: None,
        events: Vec::new(),
        end: None,
    }
}
