//! Journals that claim much and hold little: what an attacker, or a disk, would make of one.

use tonus_record::journal::{HEAD, MAX_INFO, MAX_PAYLOAD, sealed_chunk};

use super::journal::own_header;
use crate::random::Pcg;

/// A kind of hostile journal: its name, and how so many bytes of it are made.
pub type Hostile = (&'static str, fn(usize) -> Vec<u8>);

/// Every kind.
pub const HOSTILE_JOURNALS: &[Hostile] = &[
    ("headers that claim 4 MiB", |length| filled(Vec::new(), length, &claimed_header(MAX_INFO as u32))),
    ("headers of any length", |length| {
        let mut pcg = Pcg::new(1, 1);
        grown(Vec::new(), length, |out| out.extend(claimed_header(pcg.next_u32() % (2 * MAX_INFO as u32))))
    }),
    ("headers behind a header", |length| filled(own_header().to_vec(), length, &claimed_header(MAX_INFO as u32))),
    ("chunk heads that claim 1 MiB", |length| {
        let chunk = sealed_chunk(own_header(), 0, 0, &vec![0; MAX_PAYLOAD]);
        filled(own_header().to_vec(), length, chunk.get(..HEAD).unwrap_or_default())
    }),
    ("first bytes of chunks", |length| filled(own_header().to_vec(), length, b"\xF7TJC")),
    ("first bytes of chunks of this session", |length| {
        let chunk = sealed_chunk(own_header(), 0, 0, &[]);
        filled(own_header().to_vec(), length, chunk.get(..8).unwrap_or_default())
    }),
    ("events", |length| chunks(length, 0, &record(33, EVENT))),
    ("events of many kinds", |length| {
        let mut n = 0;
        grown(own_header().to_vec(), length, |out| {
            let mut payload = Vec::new();
            while payload.len() < 100_000 {
                let text = format!(r#"{{"n":{n},"t_s":0.0,"event":"kind {n}","text":"x"}}"#);
                payload.extend(record(33, text.as_bytes()));
                n += 1;
            }
            out.extend(sealed_chunk(own_header(), (n >> 8) as u32, 0, &payload));
        })
    }),
    ("frames that were not stored", |length| chunks(length, 1, &record(19, &1_u64.to_le_bytes()))),
    ("gaps", |length| chunks(length, 1, &record(16, &1_u64.to_le_bytes()))),
    ("interruptions", |length| chunks(length, 0, &record(17, &[]))),
    ("cues", |length| chunks(length, 0, &record(18, &[1]))),
    ("commands", |length| chunks(length, 0, &record(32, br#"{"n":0,"input":"pace","breaths_per_min":5.5}"#))),
    ("ends", |length| {
        chunks(length, 0, &record(34, br#"{"end":{"frames":0,"lost":0,"gaps":0,"digest":""},"measured_hz":null}"#))
    }),
    ("records of a newer tonus", |length| chunks(length, 0, &record(200, &[]))),
    ("records without a frame", |length| chunks(length, 0, &record(1, &[]))),
    ("a record that is not whole", |length| {
        let payload = [record(17, &[]).repeat(50_000), vec![1, 255, 255, 255, 255]].concat();
        filled(own_header().to_vec(), length, &sealed_chunk(own_header(), 0, 0, &payload))
    }),
    ("a journal", frames),
    ("a journal, a bit in every 4 KiB flipped", |length| {
        let mut bytes = frames(length);
        bytes.iter_mut().skip(own_header().len() + 777).step_by(4096).for_each(|byte| *byte ^= 4);
        bytes
    }),
    ("a journal, a bit of every chunk head flipped", |length| {
        let mut bytes = frames(length);
        let starts: Vec<usize> =
            bytes.windows(4).enumerate().filter(|(_, four)| four == b"\xF7TJC").map(|at| at.0).collect();
        for at in starts {
            bytes[at + 8] ^= 1;
        }
        bytes
    }),
    ("a journal cut in its last chunk", |length| {
        let mut bytes = frames(length);
        bytes.truncate(bytes.len().saturating_sub(5));
        bytes
    }),
    ("noise", |length| {
        let mut pcg = Pcg::new(2, 2);
        grown(own_header().to_vec(), length, |out| out.extend(pcg.next_u32().to_le_bytes()))
    }),
];

/// What happened, as a journal holds it.
const EVENT: &[u8] = br#"{"n":0,"t_s":0.0,"event":"warning","text":"something that comes again and again"}"#;

/// The first bytes of a header that claims so many bytes of description.
fn claimed_header(length: u32) -> Vec<u8> {
    [&b"tonusJNL\x01\0\x02\0"[..], &length.to_le_bytes()].concat()
}

/// A record of a chunk.
fn record(tag: u8, body: &[u8]) -> Vec<u8> {
    [&[tag][..], &(body.len() as u32).to_le_bytes(), body].concat()
}

/// `begin`, and what is appended until there is enough.
fn grown(begin: Vec<u8>, length: usize, mut append: impl FnMut(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = begin;
    while out.len() < length {
        append(&mut out);
    }
    out
}

fn filled(begin: Vec<u8>, length: usize, part: &[u8]) -> Vec<u8> {
    grown(begin, length, |out| out.extend_from_slice(part))
}

/// Whole chunks of 100 kB that hold one record, each of which moves the index by `frames`, over and over.
fn chunks(length: usize, frames: u64, record: &[u8]) -> Vec<u8> {
    let count = (length / record.len()).clamp(1, 100_000 / record.len());
    let payload = record.repeat(count);
    let mut number = 0;
    grown(own_header().to_vec(), length, |out| {
        let first = u64::from(number) * frames * count as u64;
        out.extend(sealed_chunk(own_header(), number, first, &payload));
        number += 1;
    })
}

/// A journal as a recorder writes it: 100 frames of two channels in a chunk.
fn frames(length: usize) -> Vec<u8> {
    let mut number = 0_u32;
    grown(own_header().to_vec(), length, |out| {
        let body: Vec<u8> = (0..200).flat_map(|n| ((number * 200 + n) as i16).to_le_bytes()).collect();
        out.extend(sealed_chunk(own_header(), number, u64::from(number) * 100, &record(1, &body)));
        number += 1;
    })
}
