//! The kinds of damaged and awkward files: right numbers, or a refusal that names the place and the way out.

use std::fmt::Write as _;

use tonus_record::{Chunk, Counts, OpenOptions, ReadError, Recording, Reject, Unit};

/// Everything a recording gave.
#[derive(Debug, Default)]
struct Read {
    /// Per channel, in the unit of the frames and with the anchor added again.
    values: Vec<Vec<f64>>,
    missing: u64,
    counts: Counts,
    rejects: Vec<Reject>,
    rate: f64,
}

fn drain(mut recording: Recording) -> Result<Read, ReadError> {
    let channels = recording.header().channels.len();
    let mut read = Read { values: vec![Vec::new(); channels], rate: recording.header().rate_hz(), ..Read::default() };
    while let Some(chunk) = recording.next_chunk()? {
        match chunk {
            Chunk::Frames(frames) => {
                let frames: Vec<f32> = frames.to_vec();
                for frame in frames.chunks(channels) {
                    for (n, value) in frame.iter().enumerate() {
                        let channel = &recording.header().channels[n];
                        let anchor = channel.anchor.map_or(f64::NAN, |anchor| anchor * channel.uv_per_unit);
                        read.values[n].push(((f64::from(*value) + anchor) * 1e4).round() / 1e4);
                    }
                }
            }
            Chunk::Gap { frames } => read.missing += frames,
            _ => {}
        }
    }
    read.counts = recording.counts();
    read.rejects = recording.rejects().to_vec();
    assert_eq!(read.counts.frames, read.values.first().map_or(0, Vec::len) as u64);
    Ok(read)
}

fn read_with(bytes: impl Into<Vec<u8>>, options: &OpenOptions) -> Result<Read, ReadError> {
    drain(Recording::from_reader(std::io::Cursor::new(bytes.into()), "f.csv", options)?)
}

fn read(bytes: impl Into<Vec<u8>>) -> Read {
    read_with(bytes, &OpenOptions::default()).unwrap()
}

fn refusal(bytes: impl Into<Vec<u8>>) -> String {
    read_with(bytes, &OpenOptions::default()).unwrap_err().to_string()
}

/// The one channel's values.
fn emg(bytes: impl Into<Vec<u8>>) -> Vec<f64> {
    let read = read(bytes);
    assert_eq!((read.rate, read.counts.rows_rejected), (1000.0, 0), "{:?}", read.rejects);
    read.values.into_iter().next().unwrap()
}

/// A table with its first channel's cells replaced.
fn with_cells(cells: &[&str]) -> String {
    let mut text = String::from("time_s,emg_uv,b_uv\n");
    for (n, cell) in cells.iter().enumerate() {
        writeln!(text, "{:.3},{cell},{n}", n as f64 / 1000.0).unwrap();
    }
    text
}

fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn kinds_that_give_the_plain_numbers() {
    let plain = "time_s,emg_uv\n0.000,1.5\n0.001,-2.25\n0.002,3\n";
    let semicolon = plain.replace(',', ";").replace('.', ",");
    let kinds: Vec<(&str, Vec<u8>)> = vec![
        ("3 no final newline", plain.trim_end().into()),
        ("4 UTF-8 mark", format!("\u{feff}{plain}").into()),
        (
            "5 mark and quoted names",
            format!("\u{feff}{}", plain.replace("time_s,emg_uv", "\"time_s\",\"emg_uv\"")).into(),
        ),
        ("6 UTF-16 with mark, little", utf16(plain, false, true)),
        ("6 UTF-16 with mark, big", utf16(plain, true, true)),
        ("7 UTF-16 without mark", utf16(plain, false, false)),
        ("8 CR only", plain.replace('\n', "\r").into()),
        ("CRLF", plain.replace('\n', "\r\n").into()),
        ("9 mixed line ends", "time_s,emg_uv\r\n0.000,1.5\n0.001,-2.25\r0.002,3\r\n".into()),
        ("10 semicolon and decimal comma", semicolon.clone().into()),
        ("12 tab", plain.replace(',', "\t").into()),
        ("tab and decimal comma", semicolon.replace(';', "\t").into()),
        ("spaces", plain.replace(',', "   ").into()),
        ("16 blank lines", plain.replace('\n', "\n\n").into()),
        ("17 spaces around cells", " time_s , emg_uv \n 0.000 , 1.5\n0.001,  -2.25 \n0.002 ,3\n".into()),
        ("24 comments", format!("# made by hand\n% twice\n{}", plain.replace("0.002", "# now\n0.002")).into()),
        ("24 names in a comment", format!("# {plain}").into()),
        ("25 units row", "time,emg\ns,uV\n0.000,1.5\n0.001,-2.25\n0.002,3\n".into()),
        ("25 units row in brackets", "time,emg\n[s],(µV)\n0.000,1.5\n0.001,-2.25\n0.002,3\n".into()),
        ("23 Latin-1 µ", b"time_s,emg (\xb5V)\n0.000,1.5\n0.001,-2.25\n0.002,3\n".to_vec()),
        ("28 sep line", format!("sep=;\n{semicolon}").into()),
        ("29 Ctrl-Z tail", format!("{plain}\x1a").into()),
        ("trailing delimiters", plain.replace('\n', ",\n").into()),
        ("quoted numbers", "time_s,emg_uv\n\"0.000\",\"1.5\"\n\"0.001\",\"-2.25\"\n\"0.002\",\"3\"\n".into()),
        ("quoted text beside", "time_s,note,emg_uv\n0.000,\"a,b\",1.5\n0.001,\"\",-2.25\n0.002,\"\"\"\",3\n".into()),
        ("signs, points, exponents", "time_s,emg_uv\n0E0,+1.5\n1E-3,-.225e1\n.002,3.\n".into()),
        ("text above the table", format!("Recorded by a device\nserial number 5\n\n{plain}").into()),
        ("milliseconds", "t_ms,emg_uv\n0,1.5\n1,-2.25\n2,3\n".into()),
        ("microseconds", "t_us,emg_uv\n0,1.5\n1000,-2.25\n2000,3\n".into()),
        ("millivolt", "time_s,emg_mV\n0.000,.0015\n0.001,-.00225\n0.002,.003\n".into()),
        ("volt", "time_s,EMG [V]\n0.000,1.5e-6\n0.001,-2.25e-6\n0.002,3e-6\n".into()),
        ("epoch milliseconds", "timestamp,emg_uv\n1557936053329,1.5\n1557936053330,-2.25\n1557936053331,3\n".into()),
        ("name that looks like a number", "time_s,1 (uV)\n0.000,1.5\n0.001,-2.25\n0.002,3\n".into()),
        ("empty cue column at the end", "time_s,emg_uv,cue\n0.000,1.5,\n0.001,-2.25,work\n0.002,3,\n".into()),
    ];
    for (kind, bytes) in kinds {
        assert_eq!(emg(bytes), [1.5, -2.25, 3.0], "{kind}");
    }
}

#[test]
fn kinds_that_are_refused_with_the_way_out() {
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("1 empty", b"".to_vec(), "f.csv: found an empty file"),
        ("1 only line ends", b"\n\r\n".to_vec(), "f.csv: found an empty file"),
        ("2 names only", b"time_s,emg_uv\n".to_vec(), "f.csv: found text without rows of numbers"),
        ("comments only", b"# a\n# b\n".to_vec(), "f.csv: found no line but comments"),
        (
            "11 comma twice",
            b"time_s,emg_uv\n0,000,1,25\n0,001,1,26\n".to_vec(),
            "f.csv:line 2: found '0,000,1,25'; commas both delimit",
        ),
        (
            "11 comma twice, no names",
            b"0,000,1,25\n0,001,1,26\n".to_vec(),
            "f.csv:line 1: found '0,000,1,25'; commas both delimit",
        ),
        (
            "20 comma that may be either",
            b"a;b\n1;1,234\n2;2,345\n".to_vec(),
            "f.csv:line 3: found '2;2,345'; a comma that may be decimal or thousands",
        ),
        (
            "names of another width",
            b"time_s,emg_uv\n0.5,1,2\n0.6,1,2\n".to_vec(),
            "f.csv:line 1: found 'time_s,emg_uv'; the rows below have 3 columns",
        ),
        ("no unit", b"time_s,emg\n0.000,1\n0.001,2\n".to_vec(), "f.csv: column 'emg' names no unit; give unit uV"),
        (
            "unit that is none",
            b"time_s,emg (nV)\n0.000,1\n0.001,2\n".to_vec(),
            "f.csv: column 'emg (nV)' is in a unit that is no voltage; give unit",
        ),
        (
            "no rate",
            b"emg_uv\n1\n2\n3\n".to_vec(),
            "f.csv: it states no sampling rate and has no time column; give rate_hz",
        ),
        (
            "time without unit",
            b"time,emg_uv\n0,1\n4,2\n8,3\n".to_vec(),
            "f.csv: time column 'time' names no unit, so the sampling rate is unknown; give rate_hz",
        ),
        (
            "constant time",
            b"time_s,emg_uv\n5,1\n5,2\n5,3\n".to_vec(),
            "f.csv: time column 'time_s' does not move, so the sampling rate is unknown; give rate_hz",
        ),
        (
            "one row",
            b"time_s,emg_uv\n0,1\n".to_vec(),
            "f.csv: time column 'time_s' does not move, so the sampling rate is unknown; give rate_hz",
        ),
        (
            "two rates",
            b"# sampling rate: 500 Hz\ntime_s,emg_uv\n0,1\n0.001,2\n0.002,3\n".to_vec(),
            "f.csv: the header states 500 Hz, the time column steps at 1000.000000 Hz; give rate_hz",
        ),
        (
            "too slow",
            b"time_s,emg_uv\n0,1\n1,2\n2,1\n".to_vec(),
            "f.csv: the file's own sampling rate of 1.000000 Hz cannot be used",
        ),
        (
            "no emg",
            b"time_s,acc_x\n0,1\n0.001,2\n0.002,1\n".to_vec(),
            "f.csv: no column is EMG by its name or its values",
        ),
        ("gzip, cut off", b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), "f.csv: the archive is cut off or damaged"),
        ("binary", (0..=255).collect(), "f.csv: found binary data"),
        ("only NUL", vec![0; 9000], "f.csv: found binary data"),
        ("hexadecimal", b"time_s,emg_uv\n0.000,0x1F\n0.001,0x20\n".to_vec(), "f.csv: no column is EMG"),
        ("every quote unclosed", b"\"time_s,emg_uv\n\"0,1\n".to_vec(), "f.csv: found text without rows of numbers"),
        ("one line of 2 MiB", vec![b'7'; 2 << 20], "f.csv: found a line of more than 1 MiB"),
        (
            "jump of days",
            b"time_s,emg_uv\n0,1\n0.001,2\n0.002,2\n90000,3\n90000.001,4\n".to_vec(),
            "f.csv:line 5, column 1: found a jump of 25 hours",
        ),
    ];
    for (kind, bytes, start) in cases {
        let message = refusal(bytes);
        assert!(message.starts_with(start), "{kind}: {message}");
    }
}

#[test]
fn a_value_is_never_thrown_away_for_its_stamp() {
    for stamp in ["late", "", "nan", "1E5", "1e300", "-1E5", "0.001", "0.0002", "0.03", "7", "0.003"] {
        let mut text = "time_s,emg_uv,b_uv\n0.000,1,2\n0.001,3,4\n".to_owned();
        writeln!(text, "{stamp},5,6").unwrap();
        (3..60).for_each(|n| writeln!(text, "{:.3},7,10", f64::from(n) / 1000.0).unwrap());
        let read = read(text);
        assert_eq!((read.rejects.len(), read.missing), (0, 0), "{stamp}");
        assert_eq!((read.values[0].len(), read.values[0][2]), (60, 5.0), "{stamp}");
    }
}

#[test]
fn kinds_whose_bad_rows_are_counted_and_listed() {
    // text of the bad third row (line 4), its column, the reason, missing frames
    let rows: &[(&str, &str, Option<usize>, &str, u64)] = &[
        ("13 missing column", "0.002,5", Some(2), "2 columns where 3 are expected", 1),
        ("14 extra column", "0.002,5,6,7", Some(4), "4 columns where 3 are expected", 1),
        ("20 thousands", "0.002,\"1,234\",6", Some(2), "a comma in a number: thousands or decimals?", 0),
        ("21 unclosed quote", "0.002,\"5,6", None, "a quote that does not close, or stands inside a cell", 1),
        ("26 names again", "time_s,emg_uv,b_uv", None, "the names of the columns again", 1),
        ("30 hexadecimal", "0.002,0x1F,6", Some(2), "a hexadecimal number; write it in decimal", 0),
        ("30 underscore", "0.002,1_000,6", Some(2), "a number with underscores", 0),
        ("30 Arabic digits", "0.002,\u{661}\u{662},6", Some(2), "a number with characters that are not ASCII", 0),
        ("19 #N/A", "0.002,#N/A,6", Some(2), "not a number", 0),
        ("19 NULL", "0.002,NULL,6", Some(2), "not a number", 0),
        ("22 NUL bytes in a row", "0.002,5\0\0\0,6", Some(2), "NUL bytes where a number is expected", 0),
        ("time is text, no value", "late,,", Some(1), "not a number", 1),
        ("time is beyond days, no value", "1E5,,", Some(1), "a damaged time stamp", 1),
        ("nothing but delimiters", ",,", None, "no value in any column", 1),
    ];
    for (kind, row, column, reason, missing) in rows {
        let mut text = format!("time_s,emg_uv,b_uv\n0.000,1,2\n0.001,3,4\n{row}\n");
        (3..60).for_each(|n| writeln!(text, "{:.3},7,10", f64::from(n) / 1000.0).unwrap());
        let read = read(text);
        assert_eq!((read.rate, read.counts.rows_read), (1000.0, 60), "{kind}");
        assert_eq!((read.counts.rows_rejected, read.missing), (1, *missing), "{kind}: {:?}", read.rejects);
        let reject = &read.rejects[0];
        assert_eq!((reject.line, reject.column, reject.reason.as_str()), (4, *column, *reason), "{kind}");
        assert_eq!(read.values[1].last(), Some(&10.0), "{kind}");
        assert_eq!(read.values[0].len() as u64 + read.missing, 60, "{kind}: the time of what follows is kept");
    }
}

#[test]
fn without_a_time_column_a_lost_row_keeps_its_place() {
    let options = OpenOptions { rate_hz: Some(1000.0), ..OpenOptions::default() };
    let read = read_with("a_uv,b_uv\n1,2\n3\n5,6\n7,\"8\n9,10\n", &options).unwrap();
    assert_eq!((read.counts.frames, read.missing, read.counts.rows_rejected), (3, 2, 2));
}

#[test]
fn missing_values_are_nan_and_counted_but_no_mistake() {
    // 18: nan, inf, 1e400 and 19: empty
    let read = read(with_cells(&["1", "NaN", "inf", "-inf", "1e400", "", "1e-400", "2"]));
    assert_eq!((read.counts.rows_rejected, read.counts.cells_missing, read.counts.frames), (0, 5, 8));
    assert_eq!(read.values[0].iter().filter(|v| v.is_nan()).count(), 5);
    assert_eq!(read.values[0][6], 0.0);
    assert_eq!(read.values[1], [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
}

#[test]
fn values_beyond_f32_are_missing() {
    let read = read(with_cells(&["1", "3e40", "-1e300", "2"]));
    assert_eq!((read.counts.rows_rejected, read.counts.cells_missing, read.counts.frames), (0, 2, 4));
    assert!(read.values[0][1].is_nan() && read.values[0][2].is_nan() && read.values[0][3] == 2.0);
    let read = self::read(with_cells(&["3e40", "1", "2"]));
    assert_eq!((read.counts.cells_missing, &read.values[0][1..]), (1, &[1.0, 2.0][..]));
}

#[test]
fn a_channel_may_begin_with_missing_values() {
    let read = read(with_cells(&["", "nan", "5", "6"]));
    assert!(read.values[0][0].is_nan() && read.values[0][1].is_nan());
    assert_eq!(read.values[0][2..], [5.0, 6.0]);
}

#[test]
fn a_last_line_that_was_cut_off_is_not_a_number() {
    // 15: all others have two decimals
    let mut text = String::from("time_s,emg_uv\n");
    (0..20).for_each(|n| writeln!(text, "{:.3},1.25", f64::from(n) / 1000.0).unwrap());
    for tail in ["0.020,1.", "0.020,1.2", "0.020,-", "0.020,", "0.020", "0.0"] {
        let read = read(format!("{text}{tail}"));
        assert_eq!((read.counts.frames, read.counts.rows_rejected), (20, 1), "{tail}");
    }
    assert_eq!(read(format!("{text}0.020,1.50")).counts.frames, 21);
    assert_eq!(read(format!("{text}0.020,1.")).rejects[0].reason, "the last line is cut off");
}

#[test]
fn the_tail_of_a_power_loss_is_one_rejected_row() {
    // 22
    let mut bytes = with_cells(&["1", "2", "3"]).into_bytes();
    bytes.resize(bytes.len() + 100_000, 0);
    let read = read(bytes);
    assert_eq!((read.counts.frames, read.counts.rows_rejected, read.missing), (3, 1, 0));
    assert_eq!(read.rejects[0].reason, "NUL bytes, as a power loss leaves them");
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_and_the_way_to_all() {
    let names: Vec<String> = (0..40).map(|n| format!("muscle {n:02} (uV)")).collect();
    let row = vec!["5"; 40].join(",");
    let text = format!("{}\n{row}\n{row}\n", names.join(","));
    let asked = |channel: &str| {
        let channels = vec![channel.parse().unwrap()];
        let options = OpenOptions { rate_hz: Some(1000.0), channels, ..OpenOptions::default() };
        read_with(text.clone(), &options).err().unwrap().to_string()
    };
    let said = asked("muscel 07 (uV)");
    assert!(said.contains("there is no such column; the nearest are muscle 07 (uV), "), "{said}");
    assert!(said.contains("24 more, all of which channel 0 lists") && !said.contains("muscle 39"), "{said}");
    let all = asked("0");
    assert!(names.iter().all(|name| all.contains(name)), "{all}");
}

#[test]
fn repeated_names_get_their_place() {
    // 27
    let bytes = "time_s,Other,emg_uv,emg_uv\n0.000,1,2,3\n0.001,1,2,4\n";
    let mut recording = Recording::from_reader(bytes.as_bytes(), "f.csv", &OpenOptions::default()).unwrap();
    let names: Vec<_> = recording.header().channels.iter().map(|c| c.name.clone()).collect();
    assert_eq!(names, ["emg_uv", "emg_uv (column 4)"]);
    assert_eq!(recording.next_chunk().unwrap(), Some(Chunk::Frames(&[0.0, 0.0, 0.0, 1.0])));
    let options = OpenOptions { channels: vec!["emg_uv".parse().unwrap()], ..OpenOptions::default() };
    let message = read_with(bytes, &options).unwrap_err().to_string();
    assert!(message.contains("2 columns have this name; choose one by its place: 3, 4"), "{message}");
    let options = OpenOptions { channels: vec!["4".parse().unwrap()], ..OpenOptions::default() };
    assert_eq!(read_with(bytes, &options).unwrap().values, [vec![3.0, 4.0]]);
}

#[test]
fn ten_thousand_columns_open_in_little_memory() {
    let names: Vec<String> = (0..10_000).map(|n| format!("c{n}_uv")).collect();
    let mut text = format!("{}\n", names.join(","));
    for _ in 0..20 {
        text.push_str(&vec!["1.5"; 10_000].join(","));
        text.push('\n');
    }
    let options = OpenOptions { rate_hz: Some(1000.0), ..OpenOptions::default() };
    let read = read_with(text, &options).unwrap();
    assert_eq!((read.counts.frames, read.counts.rows_rejected, read.values.len()), (20, 0, 10_000));
}

#[test]
fn a_line_of_more_than_1_mib_in_the_middle_is_an_error_with_its_line() {
    let mut bytes = with_cells(&vec!["1"; 40_000]).into_bytes();
    bytes.extend(vec![b'7'; 3 << 20]);
    assert!(refusal(bytes).starts_with("f.csv:line 40002: found a line of more than 1 MiB"));
}

#[test]
fn the_same_options_name_unit_scale_and_rate() {
    let text = "emg\n100\n110\n90\n";
    let options =
        |unit, scale, rate| OpenOptions { unit, uv_per_count: scale, rate_hz: rate, ..OpenOptions::default() };
    let hz = Some(500.0);
    assert_eq!(read_with(text, &options(Some(Unit::Counts), Some(0.5), hz)).unwrap().values, [[50.0, 55.0, 45.0]]);
    assert_eq!(read_with(text, &options(None, Some(0.5), hz)).unwrap().values, [[50.0, 55.0, 45.0]]);
    assert_eq!(read_with(text, &options(Some(Unit::Counts), None, hz)).unwrap().values, [[100.0, 110.0, 90.0]]);
    assert_eq!(read_with(text, &options(Some(Unit::Arbitrary), None, hz)).unwrap().values, [[100.0, 110.0, 90.0]]);
    assert_eq!(read_with(text, &options(Some(Unit::MilliVolt), None, hz)).unwrap().values, [[1e5, 1.1e5, 9e4]]);
    let message = |o| read_with(text, &o).unwrap_err().to_string();
    assert!(message(options(Some(Unit::Volt), Some(0.5), hz)).contains("is in V, not in counts"));
    assert!(message(options(Some(Unit::Counts), Some(f64::NAN), hz)).contains("is no scale"));
    assert!(message(options(Some(Unit::MicroVolt), None, Some(-5.0))).starts_with("f.csv: rate_hz: "));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_without_blocking() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let message = |path: &std::path::Path| Recording::open(path, &OpenOptions::default()).unwrap_err().to_string();
    assert!(message(folder.path()).ends_with("found a directory; name a file in it"));
    assert!(message(std::path::Path::new("/dev/zero")).contains("found a pipe or device"));
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(message(&pipe).contains("found a pipe or device"));
    assert!(message(&folder.path().join("none.csv")).contains("No such file"));
    let secret = folder.path().join("secret.csv");
    std::fs::write(&secret, "x").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read it all the same.
    assert!(message(&secret).contains("Permission denied") || message(&secret).contains("without rows"));
}
