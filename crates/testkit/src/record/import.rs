//! What must hold for any file: the bodies of fuzz targets, as plain functions.
//!
//! They panic on a finding and are of no use otherwise; `fuzz/` calls them, and a test replays its corpus.

use tonus_record::{ChannelSelector, Chunk, Header, Note, OpenOptions, ReadError, Recording, Unit};

/// A person of nobody's acquaintance, who stands in every header below and must not come out of it.
const PERSON: &str = "Zebulon Quist";

/// Headers of vendors, and a row or two of each.
const HEADERS: &[&str] = &[
    "%OpenBCI Raw EXG Data\n%Number of channels = 2\n%Sample Rate = 250 Hz\n%Board = Zebulon Quist\nSample Index, EXG Channel 0, EXG Channel 1, Timestamp, Timestamp (Formatted)\n0, 1.5, 2, 1557936053329, 12:00:53.329\n",
    "%OpenBCI Raw EEG Data\n%Number of channels = 2\n%Sample Rate = 250.0 Hz\n%Zebulon Quist\n0, 1.5, 2, 0, 0, 0, 12:00:53.329, 1557936053329\n",
    "101.000000\t2647.490138\t2364.813540\t1704473840.699122\t0.000000\n",
    "# OpenSignals Text File Format\n# {\"00:07\": {\"sensor\": [\"EMG\"], \"column\": [\"nSeq\", \"CH1\"], \"sampling rate\": 1000, \"resolution\": [16], \"comments\": \"Zebulon Quist\"}}\n# EndOfHeader\n0\t32936\t\n1\t32900\t\n",
    "# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Subject:= Zebulon Quist\n# Labels:= EMG\n2055.0\n",
    "Interval=\t0.5 ms\nExcelDateTime=\t4.5e4\tZebulon Quist\nTimeFormat=\tStartOfBlock\nDateFormat=\t\nChannelTitle=\tEMG\tFlow\nRange=\t10.000 V\t1 V\nUnitName=\tmV\t*\n0\t0.1\t2\t#* Zebulon Quist\n0.0005\t0.2\t2\n",
    "Label: S: EMG 1 Sampling frequency: 1.259259e+003 Number of points: 9 start: 0 Unit: V Domain Unit: s\nStart Trigger: Zebulon Quist\n\nX[s],\"S: EMG 1\"\n0,0.5\n",
    "Application:, Trigno Discover (2.1)\nSubject:, Zebulon Quist\nEMG 1 Time Series (s), EMG 1 (mV)\n, 2148.1 Hz\n, 0.00047 s\n0,0.1\n",
    "\"type\",\"begin_time\",\"frequency\",\"last_name\"\n\"record\",\"x\",\"1500\",\"Zebulon Quist\"\n\n\"time\",\"Activity\",\"Marker\",\"RT VMO (uV)\"\n0,\"Activity\",,5\n",
    "Zebulon Quist.acq\n0.5 msec/sample\n1 channels\nEMG100C\nmV\nmin\tCH1\n\t3571881\n0\t1.1\n",
    "File Name: Zebulon Quist.log\nChannel 4: 'Recto', 9 values, engineering units: mV, no filters.\nChannel 5: 'Flexo', 9 values, engineering units: deg, no filters.\n\n-0.5\t87\n",
    "Sample Rate:\t1000\nSubject:\tZebulon Quist\n\nemg (mV)\tacc\n1\t2\n",
    "#Format/Version,CSV1.0.0\n#Person,Zebulon Quist\nFrame#,Time,Emg/Raw[Left]\n0,0.001,5\n",
    "%OpenBCI Raw EEG Data\n%Zebulon Quist\n%Sample Rate = 250.0 Hz\n%First Column = Time in sec\n%Second Column = SampleIndex\n%Other Columns = EEG data in microvolts followed by Accel Data (in G)\n0.1, 0, 1.5, 2, 0, 0, 1\n",
    "Application:, Trigno Discover (1.4.2)\nZebulon Quist (1), , \nsensor mode: 55, \nEMG 1 (1259Hz), ACC X (148Hz)\n0.1, 0.2\n",
    "BTS ASCII format\n\nType:\tEmg tracks\nMeasure unit:\tV\nSubject:\tZebulon Quist\nFrequency:\t1000 Hz\n Frame\t Time\tVoltage:LDA\t\n0\t0.000\t1e-6\t\n",
    "title:a, sampling:256, subject:Zebulon Quist, labels:COUNTER AF3 GYROX, chan:3\n1,4100.5,3\n",
    "Devices\n1000\n,,Zebulon Quist\nFrame,Sub Frame,EMG1\n,,V\n1,0,1e-6\n\nTrajectories\n100\nFrame,X\n1,2\n",
    "emg:512,envelope:30\nemg:513,envelope:31\n",
    "Counter,Channel1,Channel2\n1,0.1,0.2\n",
    "Waktu (HH:MM:SS.ms),Nilai ADC\n12:00:53.329,512\n12:00:53.349,513\n",
];

/// A plain table: any bytes behind a byte of options.
///
/// # Panics
/// If reading panics, or rows and frames do not add up.
pub fn csv_import(data: &[u8]) {
    if let [options, bytes @ ..] = data {
        read(bytes.to_vec(), *options);
    }
}

/// Any file: a byte of options, one that chooses a vendor's header (or none), and any bytes behind it.
///
/// # Panics
/// As [`csv_import`]; also if the person in the header appears in what is said about the file.
pub fn importer_any(data: &[u8]) {
    let [options, header, bytes @ ..] = data else { return };
    let mut file = HEADERS.get(usize::from(*header)).map(|text| text.as_bytes().to_vec()).unwrap_or_default();
    file.extend_from_slice(bytes);
    let is_unnamed =
        !["Zebulon", "Quist"].iter().any(|name| bytes.windows(name.len()).any(|word| word == name.as_bytes()));
    let said = read(file, *options);
    assert!(!(is_unnamed && said.contains(PERSON)), "a header's person is repeated: {said}");
}

/// Any file behind a byte of options and one that says how it is packed: as it is, behind the head of an archive, or whole
/// in a gzip or zip archive.
///
/// # Panics
/// As [`csv_import`]; also if a file in an archive says another thing than outside.
pub fn packed_import(data: &[u8]) {
    let [options, way, bytes @ ..] = data else { return };
    let plain = || read(bytes.to_vec(), *options);
    let outside = |said: String| {
        let text = "the file is packed (gzip); its SHA-256 is that of what is inside".into();
        let note = format!("{:?}", Note { text, is_warning: false });
        [format!(", {note}"), format!("{note}, "), note].iter().fold(said, |said, note| said.replace(note, ""))
    };
    match way % 4 {
        0 => drop(read([b"\x1f\x8b\x08\0\0\0\0\0\0\x03", bytes].concat(), *options)),
        1 => drop(read([b"PK\x03\x04\x14\0\0\0\x08\0", bytes].concat(), *options)),
        2 => drop(plain()),
        _ => {
            use std::io::Write;
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            let Ok(archive) = encoder.write_all(bytes).and_then(|()| encoder.finish()) else { return };
            // Archives in archives are refused.
            if !bytes.starts_with(b"\x1f\x8b") && !bytes.starts_with(b"PK") {
                assert_eq!(outside(read(archive, *options)), plain(), "an archive changes what is read");
            }
        }
    }
}

/// Any bytes as the samples of a WAV file, or as all behind its first ones.
///
/// # Panics
/// As [`csv_import`].
pub fn wav_read(data: &[u8]) {
    let [options, kind, channels, bytes @ ..] = data else { return };
    let (code, bits) =
        [(1_u8, 8_u8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64), (1, 12), (2, 4)][usize::from(kind % 8)];
    let width = channels.wrapping_mul(bits / 8);
    let mut file = b"RIFF\0\0\0\0WAVE".to_vec();
    if kind & 8 == 0 {
        file.extend_from_slice(&[b'f', b'm', b't', b' ', 16, 0, 0, 0, code, 0, *channels, 0]);
        file.extend_from_slice(&[0x10, 0x27, 0, 0, 0, 0, 0, 0, width, 0, bits, 0]);
        file.extend_from_slice(b"data");
        file.extend_from_slice(&if kind & 16 == 0 { bytes.len() as u32 } else { 0 }.to_le_bytes());
    }
    file.extend_from_slice(bytes);
    read(file, *options);
}

/// Any stamps: a byte of options, one for the unit and the decimals, then two bytes for the step of each row.
///
/// # Panics
/// As [`csv_import`]; also if a row with a value is rejected.
pub fn time_axis(data: &[u8]) {
    use std::fmt::Write;
    let [options, way, steps @ ..] = data else { return };
    let (name, decimals) = [("t_ms", 0), ("time_s", 3), ("t_us", 0), ("time_s", 6), ("time_s", 2), ("t_ms", 3)]
        .get(usize::from(way % 6))
        .copied()
        .unwrap_or_default();
    let unit = 10_f64.powi(-decimals);
    // Most steps are one usual one; the high bits of the others make them long, or go back.
    let usual = f64::from(way / 6 + 1);
    let mut text = format!("{name},emg_uv\n");
    let mut stamp = 0.0;
    for (n, step) in steps.chunks_exact(2).enumerate() {
        let step = i16::from_le_bytes([step.first().copied().unwrap_or(0), step.get(1).copied().unwrap_or(0)]);
        stamp += usual + f64::from(step >> 8) * f64::from(step & 0x7f) * if step & 0x80 == 0 { 1.0 } else { 997.0 };
        let decimals = decimals as usize;
        // No two rows are the same, so that none is a copy.
        let _ = writeln!(text, "{:.decimals$},{n}", stamp * unit);
    }
    let options = OpenOptions { rate_hz: (options & 1 != 0).then_some(1000.0), ..OpenOptions::default() };
    let Ok(mut recording) = Recording::from_reader(std::io::Cursor::new(text.into_bytes()), "f", &options) else {
        return;
    };
    let end = loop {
        match recording.next_chunk() {
            Ok(Some(_)) => {}
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let counts = recording.counts();
    assert_eq!(counts.rows_rejected, 0, "a row with a value is rejected: {:?}", recording.rejects());
    assert!(end.is_some() || counts.frames == (steps.len() / 2) as u64, "a row disappeared: {counts:?}");
}

/// Reads a file to its end; everything that would be said about it.
fn read(bytes: Vec<u8>, options: u8) -> String {
    let is_set = |bit: u8| options & 1 << bit != 0;
    let options = OpenOptions {
        rate_hz: is_set(0).then_some(1000.0),
        unit: is_set(1).then_some(if is_set(2) { Unit::Counts } else { Unit::MicroVolt }),
        uv_per_count: (is_set(3) && is_set(2)).then_some(0.5),
        channels: if is_set(4) { vec![ChannelSelector::Index(2)] } else { Vec::new() },
        kind: None,
        unit_may_be_unknown: is_set(5),
    };
    let mut recording = match Recording::from_reader(std::io::Cursor::new(bytes), "f", &options) {
        Ok(recording) => recording,
        Err(error) => return error.to_string(),
    };
    let (mut frames, mut missing) = (0_u64, 0_u64);
    let channels = recording.header().channels.len().max(1);
    let end = loop {
        match recording.next_chunk() {
            Ok(Some(Chunk::Frames(block))) => {
                assert!(block.len() % channels == 0, "half a frame");
                assert!(!block.iter().any(|value| value.is_infinite()), "an infinite value");
                frames += (block.len() / channels) as u64;
            }
            Ok(Some(Chunk::Gap { frames })) => missing += frames,
            Ok(Some(_)) => {}
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    check(&recording, frames, missing, end.as_ref());
    said(recording.header(), &recording, end.as_ref())
}

/// Rows and frames add up.
fn check(recording: &Recording, frames: u64, missing: u64, end: Option<&ReadError>) {
    let counts = recording.counts();
    // What a binary file that is cut off ends in is rejected, and no row.
    assert!(counts.rows_rejected <= counts.rows_read + 1, "more rejected than read: {counts:?}");
    assert!(counts.frames <= counts.rows_read, "more frames than rows: {counts:?}");
    if end.is_none() {
        assert_eq!((frames, missing), (counts.frames, counts.frames_missing), "frames were lost");
        assert!(
            counts.rows_read.saturating_sub(counts.rows_rejected) <= counts.frames,
            "a row disappeared: {counts:?}"
        );
    }
}

fn said(header: &Header, recording: &Recording, end: Option<&ReadError>) -> String {
    format!("{header:?} {:?} {}", recording.rejects(), end.map(ToString::to_string).unwrap_or_default())
}
