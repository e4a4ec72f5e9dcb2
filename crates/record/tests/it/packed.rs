//! Files as people mail them, and WAV: what is inside is read as it is outside, or refused.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use proptest::prelude::*;
use tonus_record::{Chunk, OpenOptions, ReadError, Recording, Setting, Unit};

fn table(rows: u32) -> String {
    let rows = (0..rows).map(|n| format!("{:.3},{:.1}\n", f64::from(n) / 1000.0, f64::from((n * 7919) % 613) / 10.0));
    std::iter::once("time_s,emg_uv\n".to_owned()).chain(rows).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A member of an archive.
#[derive(Clone, Copy)]
struct Member<'a> {
    name: &'a str,
    bytes: &'a [u8],
    /// Checksum and lengths stand behind it.
    is_late: bool,
    is_stored: bool,
}

fn file<'a>(name: &'a str, bytes: &'a [u8]) -> Member<'a> {
    Member { name, bytes, is_late: false, is_stored: false }
}

fn zip(members: &[Member<'_>]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for Member { name, bytes, is_late, is_stored } in members {
        let packed = if *is_stored {
            bytes.to_vec()
        } else {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        let sizes = [sum.sum(), packed.len() as u32, bytes.len() as u32].map(u32::to_le_bytes).concat();
        let method = if *is_stored { 0_u16 } else { 8 };
        let mut common = vec![20, 0, if *is_late { 8 } else { 0 }, 0];
        common.extend_from_slice(&method.to_le_bytes());
        common.extend_from_slice(&[0; 4]);
        let start = archive.len() as u32;
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&common);
        archive.extend_from_slice(if *is_late { &[0; 12] } else { &sizes });
        archive.extend_from_slice(&[(name.len() as u16).to_le_bytes(), [0, 0]].concat());
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(&packed);
        if *is_late {
            archive.extend_from_slice(b"PK\x07\x08");
            archive.extend_from_slice(&sizes);
        }
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&sizes);
        directory.extend_from_slice(&(name.len() as u16).to_le_bytes());
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&start.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let start = archive.len() as u32;
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = (members.len() as u16).to_le_bytes();
    archive.extend_from_slice(&[count, count].concat());
    archive.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    archive.extend_from_slice(&start.to_le_bytes());
    archive.extend_from_slice(&[0, 0]);
    archive
}

/// Format, rate, values and hash.
type Read = (&'static str, f64, Vec<f64>, Option<[u8; 32]>);

fn drain(mut recording: Recording) -> Result<Read, ReadError> {
    let mut values = Vec::new();
    while let Some(chunk) = recording.next_chunk()? {
        if matches!(chunk, Chunk::Frames(_)) {
            values.extend_from_slice(recording.raw());
        }
    }
    Ok((recording.header().format, recording.header().rate_hz(), values, recording.sha256()))
}

fn read_with(bytes: &[u8], options: &OpenOptions) -> Result<Read, ReadError> {
    drain(Recording::from_reader(Cursor::new(bytes.to_vec()), "f", options)?.keep_raw())
}

fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    read_with(bytes, &OpenOptions::default())
}

/// The same from a file, whose end can be looked at first.
fn read_file(bytes: &[u8]) -> Result<Read, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recording");
    std::fs::write(&path, bytes).unwrap();
    drain(Recording::open(path, &OpenOptions::default())?.keep_raw())
}

#[test]
fn a_packed_table_is_read_as_it_is_inside() {
    let text = table(40_000);
    let plain = read(text.as_bytes()).unwrap();
    let first = file("emg.csv", text.as_bytes());
    let late = Member { is_late: true, ..first };
    let folder = Member { is_stored: true, ..file("data/", b"") };
    let mac = file("__MACOSX/._emg.csv", b"not a table");
    let packed = [
        gzip(text.as_bytes()),
        [gzip(&text.as_bytes()[..1000]), gzip(&text.as_bytes()[1000..])].concat(),
        zip(&[first]),
        zip(&[late]),
        zip(&[Member { is_stored: true, ..first }]),
        zip(&[folder, first]),
        zip(&[late, mac]),
        zip(&[folder, late, Member { is_late: true, ..mac }]),
    ];
    for (n, bytes) in packed.iter().enumerate() {
        assert_eq!(read(bytes).unwrap(), plain, "{n}");
        assert_eq!(read_file(bytes).unwrap(), plain, "{n}");
    }
    let recording = Recording::from_reader(Cursor::new(packed[0].clone()), "f", &OpenOptions::default()).unwrap();
    assert!(crate::notes(recording.header()).contains("the file is packed (gzip)"));
}

#[test]
fn archives_that_are_not_one_file_are_refused() {
    let text = table(300);
    let one = file("emg.csv", text.as_bytes());
    let mut secret = zip(&[one]);
    secret[6] |= 1;
    let cases = [
        (zip(&[one, file("more.csv", b"1,2\n")]), "several files"),
        (zip(&[file("[Content_Types].xml", b"<x/>"), file("xl/workbook.xml", b"<x/>")]), "a spreadsheet"),
        (zip(&[]), "archive"),
        (secret, "under a password"),
        (zip(&[file("emg.csv.gz", &gzip(text.as_bytes()))]), "gzip-compressed data; unpack it first"),
        (gzip(&gzip(text.as_bytes())), "gzip-compressed data; unpack it first"),
        (gzip(b"%PDF-1.5 ..."), "a PDF document"),
    ];
    for (bytes, expected) in cases {
        for found in [read(&bytes), read_file(&bytes)] {
            let message = found.unwrap_err().to_string();
            assert!(message.contains(expected), "{expected}: {message}");
        }
    }
}

#[test]
fn a_damaged_archive_is_an_error_and_never_a_shorter_recording() {
    let text = table(20_000);
    for whole in [gzip(text.as_bytes()), zip(&[file("emg.csv", text.as_bytes())])] {
        for cut in [whole.len() / 2, whole.len() / 3] {
            let message = read(&whole[..cut]).unwrap_err().to_string();
            assert!(message.contains("cut off or damaged"), "{message}");
        }
    }
    let mut other = zip(&[file("emg.csv", text.as_bytes())]);
    other[14] ^= 1;
    assert!(read(&other).unwrap_err().to_string().contains("its checksum is another"));
}

#[test]
fn what_unpacks_to_far_more_than_a_recording_is_given_up() {
    // 600 MiB of one row, as a stream that need not be held.
    let block = "0,0\n".repeat(1 << 18);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..600 {
        encoder.write_all(block.as_bytes()).unwrap();
    }
    let bytes = encoder.finish().unwrap();
    let options = OpenOptions {
        rate_hz: Some(1000.0),
        unit: Some(Unit::Counts),
        channels: vec!["1".parse().unwrap()],
        ..OpenOptions::default()
    };
    let mut recording = Recording::from_reader(Cursor::new(bytes), "f", &options).unwrap();
    let error = loop {
        match recording.next_chunk() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("all of it was read"),
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.contains("far more than a recording"), "{error}");
}

/// A WAV file of samples that are already bytes.
fn wav(code: u16, bits: u16, channels: u16, length: Option<u32>, data: &[u8]) -> Vec<u8> {
    let width = channels * bits / 8;
    let mut bytes = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0".to_vec();
    let is_extended = bits == 24;
    bytes.extend_from_slice(b"fmt ");
    bytes.extend_from_slice(&(if is_extended { 40_u32 } else { 16 }).to_le_bytes());
    bytes.extend_from_slice(&(if is_extended { 0xfffe } else { code }).to_le_bytes());
    bytes.extend_from_slice(&channels.to_le_bytes());
    bytes.extend_from_slice(&10_000_u32.to_le_bytes());
    bytes.extend_from_slice(&(10_000 * u32::from(width)).to_le_bytes());
    bytes.extend_from_slice(&[width.to_le_bytes(), bits.to_le_bytes()].concat());
    if is_extended {
        bytes.extend_from_slice(&[22, 0, bits as u8, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(&code.to_le_bytes());
        bytes.extend_from_slice(&[0; 14]);
    }
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&length.unwrap_or(data.len() as u32).to_le_bytes());
    bytes.extend_from_slice(data);
    bytes
}

fn counts() -> OpenOptions {
    OpenOptions { unit: Some(Unit::Counts), ..OpenOptions::default() }
}

#[test]
fn wav_gives_its_rate_and_samples_and_asks_for_the_unit() {
    let values = [0_i32, 1, -1, 127, -128, 55];
    let whole = |bytes: usize| -> Vec<u8> { values.iter().flat_map(|v| v.to_le_bytes()[..bytes].to_vec()).collect() };
    let expected: Vec<f64> = values.iter().copied().map(f64::from).collect();
    let files = [
        (wav(1, 8, 1, None, &values.map(|v| (v + 128) as u8)), "8"),
        (wav(1, 16, 1, None, &whole(2)), "16"),
        (wav(1, 24, 1, None, &whole(3)), "24"),
        (wav(1, 32, 1, None, &whole(4)), "32"),
        (wav(3, 32, 1, None, &values.map(|v| (v as f32).to_le_bytes()).concat()), "float"),
        (wav(3, 64, 1, None, &values.map(|v| f64::from(v).to_le_bytes()).concat()), "double"),
        (wav(1, 16, 1, Some(0), &whole(2)), "never finished"),
        (wav(1, 16, 1, Some(u32::MAX), &whole(2)), "never finished"),
    ];
    for (bytes, what) in &files {
        let (format, rate, values, hash) = read_with(bytes, &counts()).unwrap();
        assert_eq!((format, rate, values.as_slice()), ("wav", 10_000.0, expected.as_slice()), "{what}");
        assert!(hash.is_some());
        assert_eq!(read_with(&gzip(bytes), &counts()).unwrap().2, expected, "{what}, packed");
    }
    let error = read(&files[1].0).unwrap_err();
    assert_eq!(error.option(), Some(Setting::Unit), "{error}");
    // Channels lie side by side; one is chosen by its place or its name.
    let stereo = wav(1, 16, 2, None, &whole(2));
    assert_eq!(read_with(&stereo, &counts()).unwrap().2, expected);
    for name in ["2", "channel 2"] {
        let options = OpenOptions { channels: vec![name.parse().unwrap()], ..counts() };
        assert_eq!(read_with(&stereo, &options).unwrap().2, [1.0, 127.0, 55.0]);
    }
}

#[test]
fn a_damaged_wav_is_refused_or_counted() {
    let data = [0_u8; 64];
    let mut width = wav(1, 16, 1, None, &data);
    width[24 + 8 + 12] = 3;
    for (bytes, expected) in [
        (wav(2, 4, 1, None, &data), "compressed or unusual samples"),
        (wav(1, 16, 1, None, &data)[..40].to_vec(), "its header is cut off"),
        (width, "contradicts itself"),
        (b"OggS\0\x02..........................".to_vec(), "save it as WAV"),
    ] {
        let message = read_with(&bytes, &counts()).unwrap_err().to_string();
        assert!(message.contains(expected), "{expected}: {message}");
    }
    let short = wav(1, 16, 1, Some(1000), &data[..63]);
    let mut recording = Recording::from_reader(Cursor::new(short), "f", &counts()).unwrap();
    while recording.next_chunk().unwrap().is_some() {}
    assert_eq!((recording.counts().frames, recording.counts().rows_rejected), (31, 1), "{:?}", recording.rejects());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_behind_a_head_are_read_or_refused(data: Vec<u8>, head in 0_usize..4) {
        let heads: [&[u8]; 4] = [b"", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"PK\x03\x04\x14\0\0\0\x08\0", b"RIFF\0\0\0\0WAVEfmt "];
        let bytes = [heads[head], &data].concat();
        let _ = read_with(&bytes, &counts());
        let _ = read_file(&bytes);
    }
}
