//! What stands between, beside and below the numbers of a table: it is told apart from them, or refused.

use std::fmt::Write as _;

use tonus_record::{OpenOptions, ReadError, Recording, Role};

/// What came of a file.
#[derive(Debug)]
struct Read {
    rate: f64,
    /// Name and unit of the channels.
    channels: Vec<(String, &'static str)>,
    roles: Vec<(String, Role)>,
    frames: u64,
    rejected: u64,
    missing: u64,
    notes: String,
}

fn read_with(bytes: impl Into<Vec<u8>>, options: &OpenOptions) -> Result<Read, ReadError> {
    let mut recording = Recording::from_reader(std::io::Cursor::new(bytes.into()), "f", options)?;
    while recording.next_chunk()?.is_some() {}
    let (header, counts) = (recording.header(), recording.counts());
    Ok(Read {
        rate: header.rate_hz(),
        channels: header.channels.iter().map(|c| (c.name.clone(), c.unit.name())).collect(),
        roles: header.columns.iter().map(|c| (c.name.clone(), c.role)).collect(),
        frames: counts.frames,
        rejected: counts.rows_rejected,
        missing: counts.frames_missing,
        notes: header.notes.join("; "),
    })
}

fn read(text: &str) -> Read {
    read_with(text, &OpenOptions::default()).unwrap_or_else(|error| panic!("{error}\n{}", &text[..text.len().min(400)]))
}

fn channels(read: &Read) -> Vec<(&str, &str)> {
    read.channels.iter().map(|(name, unit)| (name.as_str(), *unit)).collect()
}

/// A value that looks like EMG.
fn emg(n: u32) -> f64 {
    f64::from((n * 7919) % 613) / 10.0 - 30.0
}

/// Rows of a time column in ms and so many values, between `delimiter`.
fn rows(count: u32, values: u32, delimiter: char) -> String {
    let mut text = String::new();
    for n in 0..count {
        write!(text, "{n}").unwrap();
        for value in 0..values {
            write!(text, "{delimiter}{:.3}", emg(n + 1000 * value)).unwrap();
        }
        text.push('\n');
    }
    text
}

#[test]
fn text_between_names_and_numbers_takes_no_names_away() {
    for between in [
        "2025-07-01 14:56:05.422,,/device/connected\n",
        "2025-07-01 14:56:05.422,/device/connected\n",
        ",,connected\n",
        "started,,\n",
        "float,float,float\n",
        "CAL,CAL,CAL\n",
        "ms,mV,m/(s^2)\n",
        "ms,mV,no_units\n",
        "1000 Hz,1000 Hz,1000 Hz\n",
        "Rate,1000,1000\n",
        "ms,mV,kOhm\nRate,1000,1000\n",
        "raw,raw,raw\nms,mV,n/a\n",
    ] {
        let read = read(&format!("t_ms,emg_mv,skin\n{between}{}", rows(200, 2, ',')));
        assert_eq!((read.rate, read.frames, read.rejected), (1000.0, 200, 0), "{between} {read:?}");
        assert_eq!(channels(&read), [("emg_mv", "mV")], "{between}");
        assert_eq!(read.roles[2].0, "skin", "{between}");
    }
}

#[test]
fn names_above_names_are_a_title() {
    let read = read(&format!("AB12,AB12\ntimestamp,EMG_CH1\nCAL,CAL\nms,mV\n{}", rows(200, 1, ',')));
    assert_eq!((channels(&read), read.rate), (vec![("EMG_CH1", "mV")], 1000.0));
}

#[test]
fn a_row_of_units_alone_still_names_the_columns() {
    let read = read(&format!("ms,mV\n{}", rows(200, 1, ',')));
    assert_eq!((channels(&read), read.rate), (vec![("mV", "mV")], 1000.0));
}

#[test]
fn what_is_emg_by_name_is_asked_for_its_unit_where_that_is_none() {
    let error = read_with(format!("time,EMG\nms,foo/bar\n{}", rows(200, 1, ',')), &OpenOptions::default()).unwrap_err();
    assert_eq!(error.option(), Some("--unit uV, mV, V, counts or au"), "{error}");
}

#[test]
fn a_voltage_that_is_no_emg_is_no_channel() {
    for other in ["Battery", "BatteryVoltage", "Stim", "Force", "Trigger", "Footswitch", "accX", "Load cell", "ECG"] {
        let read = read(&format!("time,Biceps,{other}\nms,mV,mV\n{}", rows(200, 2, ',')));
        assert_eq!(channels(&read), [("Biceps", "mV")], "{other}");
    }
}

#[test]
fn rows_of_events_are_no_frames() {
    let mut text = "time_ms,emg_uv,elements\n".to_owned();
    for n in 0..400 {
        writeln!(text, "{n},{:.1},", emg(n)).unwrap();
        if n % 50 == 7 {
            writeln!(text, "{n},,/element/blink").unwrap();
        }
    }
    let read = read(&text);
    assert_eq!((read.frames, read.rejected, read.missing), (400, 0, 0));
    // Where every row has a label, one without a value is a missing value.
    let text: String = (0..400)
        .map(|n| if n % 50 == 7 { format!("{n},,rest\n") } else { format!("{n},{:.1},rest\n", emg(n)) })
        .collect();
    let read = self::read(&format!("time_ms,emg_uv,label\n{text}"));
    assert_eq!((read.frames, read.rejected, read.missing), (400, 0, 0));
}

#[test]
fn a_second_table_ends_the_first() {
    for (values, other) in [(2, 2), (2, 5), (3, 1)] {
        for count in [150, 60_000] {
            let names = |count: u32| (1..=count).map(|n| format!(",EMG{n} (uV)")).collect::<String>();
            let marks = |count: u32| (1..=count).map(|n| format!(",Mark{n}")).collect::<String>();
            let first = format!("time (ms){}\n{}", names(values), rows(count, values, ','));
            let second = format!("\nMarkers\n100\nFrame{}\n,mm\n{}", marks(other), rows(120, other, ','));
            let read = read(&format!("{first}{second}"));
            assert_eq!((read.frames, read.rejected, read.missing), (u64::from(count), 0, 0), "{values} {other}");
            assert_eq!(read.channels.len(), values as usize);
            assert!(count < 1000 || read.notes.contains("another table begins below"), "{}", read.notes);
        }
    }
}

#[test]
fn messages_and_the_same_names_again_do_not_end_a_table() {
    let names = "time_ms,emg_uv,acc_x\n";
    let (first, second) = (rows(100, 2, ','), rows(300, 2, ','));
    let second = second.lines().skip(100).fold(String::new(), |text, line| text + line + "\n");
    for between in ["", names, "\nconnection lost, waiting\n", "ERROR, sensor\n", "garbage,garbage,garbage\n", "\n\n"] {
        let read = read(&format!("{names}{first}{between}{second}"));
        assert_eq!(read.frames, 300, "{between:?} {read:?}");
    }
}

#[test]
fn a_quoted_cell_may_have_line_ends() {
    let numbers = rows(200, 1, ',');
    let read = read(&format!("\"time\n(ms)\",\"EMG\n(mV)\"\n{numbers}"));
    assert_eq!((channels(&read), read.rate, read.frames), (vec![("EMG (mV)", "mV")], 1000.0, 200));
    let note = |n: u32| if n == 50 { "\"said\r\nstop, and\nwent\"" } else { "" };
    let text: String = (0..200).map(|n| format!("{n},{:.1},{}\n", emg(n), note(n))).collect();
    let read = self::read(&format!("time_ms,emg_uv,note\n{text}"));
    assert_eq!((read.frames, read.rejected, read.missing), (200, 0, 0), "{read:?}");
    // A quote that never closes costs its own row.
    let text: String =
        (0..200).map(|n| format!("{n},{}{:.1}\n", if n % 50 == 7 { "\"" } else { "" }, emg(n))).collect();
    let read = self::read(&format!("time_ms,emg_uv\n{text}"));
    assert_eq!((read.frames, read.rejected, read.missing), (196, 4, 4), "{read:?}");
}

#[test]
fn names_that_come_twice_are_chosen_by_their_place() {
    let text = format!("time_ms,emg_uv,emg_uv\n{}", rows(200, 2, ','));
    let by = |selector: &str| OpenOptions { channels: vec![selector.parse().unwrap()], ..OpenOptions::default() };
    let error = read_with(text.as_str(), &by("emg_uv")).unwrap_err().to_string();
    assert!(error.contains("choose one by its place: 2, 3"), "{error}");
    assert_eq!(channels(&read_with(text, &by("3")).unwrap()), [("emg_uv (column 3)", "uV")]);
}
