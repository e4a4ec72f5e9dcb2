//! Recordings written as EDF+, BDF+ and CSV and read again: values within a step, gaps, cues and missing values the same.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::common::{Listed, list, list_file};
use proptest::prelude::*;
use tonus_record::export::{Export, ExportError, ExportFormat};
use tonus_record::session::{DeviceInfo, ScaleInfo, SessionInfo};
use tonus_record::{ChannelSelector, Cue, CueList, Memory, OpenOptions, Recording, SessionWriter, Unit};
use tonus_testkit::record::session_info;

const WRITE: Export = Export { format: ExportFormat::Edf, keep_dates: false, overwrite: false };

fn export(format: ExportFormat, source: &Path, out: &Path) -> Result<f64, ExportError> {
    let open = || Recording::open(source, &OpenOptions::default());
    let done = Export { format, ..WRITE }.run(open, out)?;
    Ok(done.channels.iter().map(|channel| channel.step).fold(0.0, f64::max))
}

/// Something that happens in a session.
#[derive(Debug, Clone)]
enum Event {
    Frames(u16),
    Gap(u16),
    Stall,
    Cue(Cue),
    /// Frames in which the first channel has no value.
    Hole(u8),
}

fn event() -> impl Strategy<Value = Event> {
    let cue = prop_oneof![Just(Cue::Free), Just(Cue::Quiet), Just(Cue::Reference), Just(Cue::Work), Just(Cue::Rest)];
    prop_oneof![
        4 => (1_u16..900).prop_map(Event::Frames),
        2 => (1_u16..3000).prop_map(Event::Gap),
        1 => Just(Event::Stall),
        4 => cue.prop_map(Event::Cue),
        1 => (1_u8..9).prop_map(Event::Hole),
    ]
}

/// Writes a session of a live sensor.
fn session(folder: &Path, hz: f64, channels: usize, spread: f64, events: &[Event]) -> PathBuf {
    let place = folder.join("rec");
    let names: Vec<String> = (0..channels).map(|n| format!("site {n}")).collect();
    let plain = session_info(hz, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let scale = plain.scale.into_iter().map(|scale| ScaleInfo { unit: Unit::MicroVolt, uv_per_unit: 1.0, ..scale });
    let info = SessionInfo {
        finalised: true,
        started_unix_s: 1_795_501_815.0,
        device: DeviceInfo { name: "Harry's sensor".to_owned(), ..plain.device },
        scale: scale.collect(),
        ..plain
    };
    let mut writer = SessionWriter::create(&place, &info).unwrap();
    let (mut n, mut cue, mut state) = (0_u64, Cue::Free, 1_u64);
    let mut value = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 / (1_u64 << 53) as f64 - 0.4) * spread
    };
    for event in std::iter::once(&Event::Frames(3)).chain(events) {
        match *event {
            Event::Frames(count) => {
                for _ in 0..count {
                    let row: Vec<f64> = (0..channels).map(|_| value()).collect();
                    writer.frame(n, &row, cue).unwrap();
                    n += 1;
                }
            }
            Event::Hole(count) => {
                for _ in 0..count {
                    let mut row: Vec<f64> = (0..channels).map(|_| value()).collect();
                    row[0] = f64::NAN;
                    writer.frame(n, &row, cue).unwrap();
                    n += 1;
                }
            }
            Event::Gap(count) => {
                writer.gap(n, u64::from(count), cue).unwrap();
                n += u64::from(count);
            }
            Event::Stall => writer.stall(n, cue).unwrap(),
            Event::Cue(next) => cue = next,
        }
    }
    writer.frame(n, &vec![1.5; channels], cue).unwrap();
    writer.finish(&info).unwrap();
    place
}

fn same_frames(a: &Listed, b: &Listed, step: f64) {
    assert_eq!(a.frames.len(), b.frames.len());
    for ((at, a), (bt, b)) in a.frames.iter().zip(&b.frames) {
        assert_eq!(at, bt);
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() <= step || a.is_nan() && b.is_nan(), "{a} {b} at {at}, step {step}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_exported_comes_back(
        hz in prop_oneof![
            Just(1000.0), Just(1925.93), Just(2148.1481), Just(512.5), Just(873.1), Just(10.0), Just(1259.259),
            10.0..50_000.0,
        ],
        channels in 1_usize..9,
        spread in prop_oneof![Just(1.0), Just(300.0), Just(80_000.0), Just(1e-3)],
        events in proptest::collection::vec(event(), 0..14),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let source = session(folder.path(), hz, channels, spread, &events);
        let was = list_file(&source, &OpenOptions::default()).unwrap();
        for format in [ExportFormat::Edf, ExportFormat::Bdf] {
            let out = folder.path().join(format.name());
            let step = export(format, &source, &out).unwrap();
            let recording = Recording::open(&out, &OpenOptions::default()).unwrap();
            assert_eq!(recording.header().rate_hz().to_bits(), hz.to_bits());
            let is = list(recording).unwrap();
            same_frames(&was, &is, step);
            assert_eq!((&was.cues, &was.gaps, &was.stalls, was.end), (&is.cues, &is.gaps, &is.stalls, is.end));
            // A pipe shows the same where every annotation stands in its own record or before it.
            let piped = Recording::from_reader(std::fs::File::open(&out).unwrap(), "-", &OpenOptions::default());
            let piped = list(piped.unwrap()).unwrap();
            assert_eq!((is.frames.len(), is.end), (piped.frames.len(), piped.end));
        }
        let out = folder.path().join("out.csv");
        export(ExportFormat::Csv, &source, &out).unwrap();
        let is = list_file(&out, &OpenOptions::default()).unwrap();
        assert_eq!(was.frames.len(), is.frames.len());
        for ((_, a), (_, b)) in was.frames.iter().zip(&is.frames) {
            assert!(a.iter().zip(b).all(|(a, b)| a == b || a.is_nan() && b.is_nan()), "to the last bit");
        }
        if was.stalls.is_empty() {
            assert_eq!((&was.gaps, was.end), (&is.gaps, is.end));
        }
    }
}

/// A name of a channel as people and vendors write them, and as nobody should.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z0-9 ()\\[\\]{}<>\"',;:#%=|\\-_.+/*µ°é\u{2212}\u{a0}\u{202e}\u{feff}\t]{0,24}",
        2 => prop_oneof![
            Just("EMG (left)"), Just("EMG [right]"), Just("a (uV) b"), Just("(mV)"), Just("[V]"), Just("RT V"), Just("time_s"),
            Just("Time (ms)"), Just("cue"), Just("uV"), Just("sep=;"), Just("# Sample Rate = 5 Hz"), Just("OpenSignals"),
            Just("\"quoted\""), Just("Range="), Just("index"), Just("t"), Just(""), Just("EMG (left"), Just("x_deg"),
            Just("EDF Annotations"), Just("Sampling Rate: 7"), Just("%OpenBCI Raw EXG Data"), Just("ChannelTitle="),
        ].prop_map(str::to_owned),
        1 => ".{0,90}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_channels_are_called_a_table_comes_back(
        names in proptest::collection::vec(name(), 1..5),
        twice: bool,
        unit in prop_oneof![Just("uV"), Just("mV"), Just("V"), Just("counts"), Just("au")],
        rows in 1_u32..200,
    ) {
        let names: Vec<String> = names.iter().chain(names.first().filter(|_| twice)).cloned().collect();
        let values: Vec<f64> = (0..rows * names.len() as u32).map(|n| f64::from(n * 37 % 101) / 4.0).collect();
        let options = OpenOptions { rate_hz: Some(1000.0), unit: Some(unit.parse().unwrap()), ..OpenOptions::default() };
        let open = || {
            let memory = Memory { name: "array".into(), channels: names.clone(), gaps: Vec::new() };
            Recording::from_frames(values.clone().into_iter(), memory, &options)
        };
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out.csv");
        let done = Export { format: ExportFormat::Csv, ..WRITE }.run(open, &out).unwrap();
        let labels: std::collections::HashSet<&str> = done.channels.iter().map(|channel| channel.label.as_str()).collect();
        prop_assert_eq!(labels.len(), names.len(), "each name is different");
        let channels = (2..names.len() + 2).map(ChannelSelector::Index).collect();
        let again = Recording::open(&out, &OpenOptions { channels, ..OpenOptions::default() }).unwrap();
        for (channel, label) in again.header().channels.iter().zip(&done.channels) {
            prop_assert_eq!(&channel.name, &label.label);
            prop_assert_eq!(channel.unit.name(), label.unit);
        }
        prop_assert_eq!(list(again).unwrap().frames.len() as u32, rows);
    }
}

#[test]
fn a_table_with_brackets_quotes_and_names_that_come_twice_is_converted() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.csv");
    let row = |n: u32| format!("{:.3},{n},{},3,{}\n", f64::from(n) / 1000.0, n % 5, n % 7);
    let names = "time_s,EMG (left),\"EMG \"\"[right]\"\"\",EMG (left),\n";
    std::fs::write(&source, names.to_owned() + &(0..300).map(row).collect::<String>()).unwrap();
    let unit = Some("uV".parse().unwrap());
    let options =
        OpenOptions { unit, channels: (2..6).map(ChannelSelector::Index).collect(), ..OpenOptions::default() };
    let out = folder.path().join("b.csv");
    let open = || Recording::open(&source, &options);
    let done = Export { format: ExportFormat::Csv, ..WRITE }.run(open, &out).unwrap();
    let labels: Vec<&str> = done.channels.iter().map(|channel| channel.label.as_str()).collect();
    assert_eq!(labels, ["EMG left_uv", "EMG _ right_uv", "EMG left column 4_uv", "column 5_uv"]);
    let again = OpenOptions { unit: None, ..options.clone() };
    assert_eq!(list_file(&out, &again).unwrap(), list(open().unwrap()).unwrap());
}

#[test]
fn counts_stay_whole_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.csv");
    let rows = (0..3000)
        .map(|n| format!("{:.3},{}\n", f64::from(n) / 1000.0, 32768 + n % 777 - 300))
        .collect::<Vec<String>>()
        .concat();
    std::fs::write(&source, "time_s,emg_counts\n".to_owned() + &rows).unwrap();
    let out = folder.path().join("a.edf");
    assert_eq!(export(ExportFormat::Edf, &source, &out).unwrap(), 1.0);
    let (was, is) = [&source, &out].map(|file| list_file(file, &OpenOptions::default()).unwrap()).into();
    assert_eq!(was, is);
}

/// Every word that could tell whose recording it was, looked for in the bytes of each export.
#[test]
fn nothing_of_a_person_goes_along() {
    let folder = tempfile::tempdir().unwrap();
    let ten = [5_i16; 10];
    let mut edf = crate::common::Edf::new(
        "EDF+C",
        "1",
        vec![crate::common::emg("EMG chin", 10), crate::common::annotations(120)],
    );
    for n in 0..4 {
        let text = format!("+{n}\x14\x14\0+{n}.5\x14Haagse Harry moved\x14work\x14\0");
        edf = edf.record(&[&ten], text.as_bytes());
    }
    let from_edf = folder.path().join("harry.edf");
    std::fs::write(&from_edf, edf.bytes()).unwrap();
    let from_csv = folder.path().join("harry.csv");
    let rows = (0..100).map(|n| format!("{:.3},{}\n", f64::from(n) / 1000.0, n % 7)).collect::<Vec<String>>().concat();
    std::fs::write(
        &from_csv,
        "# Patient = Haagse Harry, MCH-0234567\n# 02-MAY-1951\ntime_s,emg_uv\n".to_owned() + &rows,
    )
    .unwrap();
    std::fs::write(
        folder.path().join("h.hea"),
        "h 1 1000 40 10:20:30 02/03/2002\nh.dat 16 1/uV 16 0 0 0 0 EMG\n# Haagse Harry 02-MAY-1951 MCH-0234567\n",
    )
    .unwrap();
    std::fs::write(folder.path().join("h.dat"), [1; 80]).unwrap();
    let from_session = session(folder.path(), 1000.0, 2, 100.0, &[Event::Frames(50)]);
    let words = [
        "Haagse",
        "Harry",
        "MCH-0234567",
        "02-MAY",
        "MAY-1951",
        "Sony",
        "BK/JOP",
        "EMG561",
        "02.03.02",
        "MAR-2002",
        "10.20.30",
    ];
    for source in [from_edf, from_csv, folder.path().join("h.dat"), from_session] {
        for format in ExportFormat::ALL {
            let out = folder.path().join(format!("out.{}", format.name()));
            export(format, &source, &out).unwrap();
            let bytes = std::fs::read(&out).unwrap();
            for word in words {
                let found = bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
                assert!(!found, "{word} of {} is in {}", source.display(), out.display());
            }
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
            }
            std::fs::remove_file(&out).unwrap();
        }
    }
}

#[test]
fn dates_go_along_where_they_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let source = session(folder.path(), 1000.0, 1, 100.0, &[Event::Frames(50)]);
    let out = folder.path().join("a.edf");
    let open = || Recording::open(&source, &OpenOptions::default());
    Export { keep_dates: true, ..WRITE }.run(open, &out).unwrap();
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(&bytes[88..115], b"Startdate 24-NOV-2026 X X t");
    assert_eq!(&bytes[168..184], b"24.11.2606.30.15");
    assert_eq!(Recording::open(&out, &OpenOptions::default()).unwrap().started_unix_s(), Some(1_795_501_815.0));
}

#[test]
fn nothing_is_written_over_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let source = session(folder.path(), 1000.0, 1, 100.0, &[Event::Frames(50)]);
    let out = folder.path().join("a.edf");
    std::fs::write(&out, "mine").unwrap();
    assert!(matches!(export(ExportFormat::Edf, &source, &out), Err(ExportError::Exists { .. })));
    assert_eq!(std::fs::read(&out).unwrap(), b"mine");
    // The recording cannot be opened a third time: whatever was written is not kept.
    let mut times = 0;
    let open = || {
        times += 1;
        let options = OpenOptions { rate_hz: (times == 3).then_some(500.0), ..OpenOptions::default() };
        Recording::open(if times == 3 { folder.path() } else { &source }, &options)
    };
    let kept = Export { overwrite: true, ..WRITE }.run(open, &out);
    assert!(matches!(kept, Err(ExportError::Read(_))));
    assert_eq!(std::fs::read(&out).unwrap(), b"mine");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "no draft is left");
}

/// A recording that changes between two readings: what was written is not what is there.
#[test]
fn a_difference_is_found_and_nothing_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, odd: i32| {
        let path = folder.path().join(name);
        let value = |n: i32| if n == 77 { odd } else { n % 10 };
        let rows =
            (0..100).map(|n| format!("{:.3},{}\n", f64::from(n) / 1000.0, value(n))).collect::<Vec<String>>().concat();
        std::fs::write(&path, "time_s,emg_uv\n".to_owned() + &rows).unwrap();
        path
    };
    let (first, other) = (file("a.csv", 3), file("b.csv", 5));
    for format in ExportFormat::ALL {
        let out = folder.path().join("out");
        let mut times = 0;
        let open = || {
            times += 1;
            Recording::open(if times == 3 { &other } else { &first }, &OpenOptions::default())
        };
        let error = Export { format, ..WRITE }.run(open, &out).unwrap_err();
        assert!(error.to_string().contains("frame 77"), "{error}");
        assert!(!out.exists());
    }
}

/// A few frames and days without any are a few kB; what is made of them is no GB.
#[test]
fn gaps_do_not_fill_a_disk() {
    let folder = tempfile::tempdir().unwrap();
    let memory = Memory { name: "array".to_owned(), channels: vec!["a".to_owned()], gaps: vec![(500, 86_000_000)] };
    let options = OpenOptions { rate_hz: Some(1000.0), unit: Some(Unit::MicroVolt), ..OpenOptions::default() };
    let open = || Recording::from_frames((0..1000).map(f64::from), memory.clone(), &options);
    for format in [ExportFormat::Edf, ExportFormat::Bdf] {
        let error = Export { format, ..WRITE }.run(open, &folder.path().join("out")).unwrap_err();
        assert!(matches!(&error, ExportError::Unfit(found) if found.contains("86000 times as long")), "{error}");
    }
    Export { format: ExportFormat::Csv, ..WRITE }.run(open, &folder.path().join("out")).unwrap();
    assert!(folder.path().join("out").metadata().unwrap().len() < 30_000);
}

#[test]
fn a_channel_without_a_value_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let memory = Memory { name: "array".to_owned(), channels: vec!["a".to_owned()], gaps: Vec::new() };
    let options = OpenOptions { rate_hz: Some(1000.0), unit: Some(Unit::MicroVolt), ..OpenOptions::default() };
    let open = || Recording::from_frames((0..1000).map(|_| f64::NAN), memory.clone(), &options);
    let error = Export { format: ExportFormat::Csv, ..WRITE }.run(open, &folder.path().join("out")).unwrap_err();
    assert!(matches!(&error, ExportError::Unfit(found) if found.contains("no value at all")), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_edf_cannot_hold_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.csv");
    let rows = (0..100)
        .map(|n| format!("{:.3},{}\n", f64::from(n) / 1000.0, f64::from(n) * 1e7 + 0.5))
        .collect::<Vec<String>>()
        .concat();
    std::fs::write(&source, "time_s,emg_uv\n".to_owned() + &rows).unwrap();
    let options = OpenOptions { channels: vec![ChannelSelector::Index(2)], ..OpenOptions::default() };
    let error = WRITE.run(|| Recording::open(&source, &options), &folder.path().join("a.edf")).unwrap_err();
    assert!(matches!(error, ExportError::Unfit(_)), "{error}");
}

/// A table as loggers write them: its text, and what it does not say.
fn table() -> impl Strategy<Value = (String, OpenOptions)> {
    let delimiter = prop_oneof![Just(','), Just(';'), Just('\t'), Just('|')];
    let between = prop_oneof![
        Just(""),
        Just("2025-07-01 14:56:05.422{d}/connected\n"),
        Just("1000 Hz{d}1000 Hz{d}1000 Hz{d}1000 Hz\n"),
        Just("ms{d}uV{d}mV{d}m/(s^2)\n"),
        Just("CAL{d}CAL{d}CAL{d}CAL\nms{d}uV{d}uV{d}no_units\n"),
    ];
    let second = prop_oneof![Just("\nForces\nFrame{d}Force\n1{d}2\n2{d}3\n"), Just("")];
    let name = prop_oneof![Just("EMG (left)"), Just("EMG_CH1"), Just("emg|1"), Just("EMG \u{b5}"), Just("Max [EMG]")];
    (delimiter, between, second, name, proptest::bool::ANY, proptest::bool::ANY, 40_u32..300).prop_map(
        |(delimiter, between, second, name, has_events, is_typeset, rows)| {
            let named = |name: &str| {
                if name.contains(delimiter) { format!("\"{name}\"") } else { name.to_owned() }
            };
            let mut text = format!("time_ms{delimiter}{}{delimiter}emg 2{delimiter}note\n", named(name));
            text += &between.replace("{d}", &delimiter.to_string());
            for n in 0..rows {
                let value = |k: u32| {
                    let value = f64::from((n * 37 + k) % 101) / 4.0 - 12.0;
                    let sign = if is_typeset { "\u{2212}" } else { "-" };
                    format!("{}{:.2}", if value < 0.0 { sign } else { "" }, value.abs())
                };
                let second = if n % 50 == 9 { String::new() } else { value(5) };
                writeln!(text, "{n}{delimiter}{}{delimiter}{second}{delimiter}", value(0)).unwrap();
                if has_events && n % 60 == 30 {
                    writeln!(text, "{n}{delimiter}{delimiter}{delimiter}blink").unwrap();
                }
            }
            text += &second.replace("{d}", &delimiter.to_string());
            (text, OpenOptions { unit: Some("uV".parse().unwrap()), ..OpenOptions::default() })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_logger_writes_comes_back_from_a_table((text, options) in table(), is_packed: bool) {
        use std::io::Write;
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source");
        let mut bytes = text.clone().into_bytes();
        if is_packed {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&bytes).unwrap();
            bytes = encoder.finish().unwrap();
        }
        std::fs::write(&source, bytes).unwrap();
        let out = folder.path().join("out.csv");
        let open = || Recording::open(&source, &options);
        let first = list(open().unwrap_or_else(|error| panic!("{error}\n{text}"))).unwrap();
        let done = Export { format: ExportFormat::Csv, ..WRITE }.run(open, &out).unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert_eq!(done.channels.len(), 2);
        // As text, in which a missing value is itself.
        let again = list_file(&out, &OpenOptions::default()).unwrap();
        prop_assert_eq!(format!("{again:?}"), format!("{first:?}"));
    }
}

/// A channel of noise in memory: seconds at a rate, with gaps (begin and length in seconds).
fn in_memory(hz: f64, seconds: f64, gaps: &[(f64, f64)]) -> Recording {
    let frames = |seconds: f64| (seconds * hz).round() as u64;
    let mut missing = 0;
    let gap = |(begin, length): &(f64, f64)| {
        missing += frames(*length);
        (frames(*begin) + frames(*length) - missing, frames(*length))
    };
    let gaps: Vec<(u64, u64)> = gaps.iter().map(gap).collect();
    let values = (0..frames(seconds) - missing).map(|n| ((n * 7919) % 601) as f64 * 0.731 - 200.0);
    let memory = Memory { name: "array".into(), channels: vec![format!("at {hz:.0} Hz")], gaps };
    let options = OpenOptions { rate_hz: Some(hz), unit: Some(Unit::MicroVolt), ..OpenOptions::default() };
    Recording::from_frames(values.collect::<Vec<f64>>().into_iter(), memory, &options).unwrap()
}

#[test]
fn channels_of_several_rates_are_kept_each_at_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let cues = "start_s,end_s,cue\n0.5,3.2,quiet\n4.61,7.77,work\n12.345,25,rest\n";
    let cues = CueList::from_reader(cues.as_bytes(), "cues.csv").unwrap();
    for (case, rates) in [[34_000.0 / 27.0, 4000.0 / 27.0], [52_000.0 / 27.0, 2000.0], [1000.0, 250.0], [500.0, 512.0]]
        .iter()
        .enumerate()
    {
        // The second one ends 0.35 s before the first.
        let open = |n: usize| {
            let recording = in_memory(rates[n], [20.0, 19.65][n], &[(5.0, 0.2), (8.1, 1.0)]);
            Ok(recording.with_cues(&cues))
        };
        for format in [ExportFormat::Edf, ExportFormat::Bdf] {
            let out = folder.path().join(format!("{case}.{}", format.name()));
            let done = Export { format, ..WRITE }.run_each(2, open, &out).unwrap();
            assert!(
                done.notes.iter().any(|note| note.to_string().contains("0.35 s before others")),
                "{:?}",
                done.notes
            );
            for (n, hz) in rates.iter().enumerate() {
                let was = list(open(n).unwrap()).unwrap();
                let channels = vec![ChannelSelector::Index(n + 1)];
                let again = Recording::open(&out, &OpenOptions { channels, ..OpenOptions::default() }).unwrap();
                assert_eq!(again.header().rate_hz().to_bits(), hz.to_bits());
                let mut is = list(again).unwrap();
                let end_s = (20.0 * rates[0]).round() / rates[0];
                assert_eq!(is.end, (end_s * hz).round() as u64, "all end where the first one does");
                let beyond: Vec<_> = is.frames.split_off(was.frames.len());
                assert!(beyond.iter().all(|(_, values)| values[0].is_nan()));
                same_frames(&was, &is, done.channels[n].step);
                assert_eq!((&was.cues, &was.gaps), (&is.cues, &is.gaps), "at {hz} Hz");
            }
        }
    }
}

#[test]
fn rates_that_one_file_cannot_hold_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |format, rates: [f64; 2], gaps: [&[(f64, f64)]; 2]| {
        let out = folder.path().join("out");
        let error =
            Export { format, ..WRITE }.run_each(2, |n| Ok(in_memory(rates[n], 9.0, gaps[n])), &out).unwrap_err();
        assert!(!out.exists() && matches!(error, ExportError::Rates(_)), "{error}");
        error.to_string()
    };
    assert!(refused(ExportFormat::Csv, [1000.0, 500.0], [&[], &[]]).contains("a table has one sampling rate"));
    assert!(refused(ExportFormat::Edf, [1000.37, 250.1173], [&[], &[]]).contains("records of one length"));
    assert!(refused(ExportFormat::Bdf, [1000.0, 500.0], [&[(2.0, 0.5)], &[]]).contains("different gaps"));
    assert!(refused(ExportFormat::Edf, [1000.0, 500.0], [&[(2.0, 0.5)], &[(2.1, 0.5)]]).contains("different gaps"));
}
