//! What stands between, beside and below the numbers of a table: it is told apart from them, or refused.

#![allow(clippy::format_collect, reason = "tables of a few hundred rows read best as what they are made of")]

use std::fmt::Write as _;

use tonus_record::{OpenOptions, ReadError, Recording, Role, Setting};

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
        notes: crate::notes(header),
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
    assert_eq!(error.option(), Some(Setting::Unit), "{error}");
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
    // A row with a rare cue and no value is a frame whose value is missing.
    let row = |n: u32| match n {
        200..210 => format!("{n},,work\n"),
        _ => format!("{n},{:.1},\n", emg(n)),
    };
    let cued = self::read(&format!("time_ms,emg_uv,cue\n{}", (0..400).map(row).collect::<String>()));
    assert_eq!((cued.frames, cued.rejected, cued.missing), (400, 0, 0), "{cued:?}");
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
            assert!(count < 1000 || read.notes.contains("not read: another table begins in line"), "{}", read.notes);
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

/// Rows of `lead`, so many channels and `tail`, each a function of the row.
fn board(lead: fn(u32) -> String, values: u32, tail: fn(u32) -> String) -> String {
    let cells = |n: u32| (0..values).map(|v| format!(", {:.2}", emg(n + 1000 * v))).collect::<String>();
    (0..300).map(|n| format!("{}{}{}\n", lead(n), cells(n), tail(n))).collect()
}

#[test]
fn openbci_files_without_names_have_channels_and_the_rest_apart() {
    const ACCEL: fn(u32) -> String = |n| format!(", 0.02, {:.2}, 0.11", 0.4 + f64::from(n % 7) / 100.0);
    const CLOCKS: fn(u32) -> String =
        |n| format!("{}, 12:00:{:02}.329, {}", ACCEL(n), n / 10, 1_557_936_053_329_u64 + u64::from(n) * 4);
    const LATE: fn(u32) -> String = |n| {
        format!("{}, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, {:.6}", ACCEL(n), 1.7e9 + f64::from(n) * 0.004)
    };
    let index: fn(u32) -> String = |n| (n % 256).to_string();
    let timed: fn(u32) -> String = |n| format!("{:.6}, {}", f64::from(n) * 0.004, n % 256);
    let old = "%OpenBCI Raw EEG Data\n%\n%Sample Rate = 250.0 Hz\n%First Column = SampleIndex\n";
    let second = "%OpenBCI Raw EEG Data\n%\n%Sample Rate = 250.0 Hz\n%First Column = Time in sec\n%Second Column = SampleIndex\n";
    let aux = "%Other Columns = EEG data in microvolts followed by Accel Data (in G) interleaved with Aux Data\n";
    let plain = "%Other Columns = EEG data in microvolts\n";
    let counted = |n: u32| {
        format!(
            "%OpenBCI Raw EEG Data\n%Number of channels = {n}\n%Sample Rate = 250.0 Hz\n%First Column = SampleIndex\n{aux}"
        )
    };
    let board_line =
        |n: u32| format!("%OpenBCI Raw EEG Data\n%Number of channels = {n}\n%Sample Rate = 250 Hz\n%Board = B\n");
    let zeros = "0.0, ".repeat(23) + "0.0\n";
    let cases = [
        (format!("{old}{aux}{}", board(index, 8, ACCEL)), 8),
        (format!("{old}{aux}{}", board(index, 16, ACCEL)), 16),
        (format!("{old}{aux}{}", board(index, 4, ACCEL)), 4),
        (format!("{old}{plain}{}", board(index, 8, |_| String::new())), 8),
        (format!("{second}{aux}{}", board(timed, 8, ACCEL)), 8),
        (format!("{}{}", counted(8), board(index, 8, CLOCKS)), 8),
        (format!("{}{}", counted(16), board(index, 16, CLOCKS)), 16),
        (format!("{}{}", counted(4), board(index, 4, CLOCKS)), 4),
        (format!("{}{zeros}{}", board_line(8), board(index, 8, LATE)), 8),
        (format!("{}{zeros}{}", board_line(8), board(index, 8, |n| LATE(n) + ", 0.0, 2024-01-24 16:28:35.318")), 8),
    ];
    for (text, count) in cases {
        let read = read(&text);
        let expected: Vec<String> = (0..count).map(|n| format!("EXG Channel {n}")).collect();
        let found: Vec<&str> = read.channels.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(found, expected, "{}", &text[..300]);
        assert!(read.channels.iter().all(|(_, unit)| *unit == "uV"));
        assert_eq!((read.rate, read.missing), (250.0, 0), "{}", &text[..300]);
        assert!(read.frames >= 299 && read.frames + read.rejected >= 300, "{read:?}");
    }
}

/// Rows of Trigno Discover: EMG of two sensors with slower acceleration between, which ends first.
fn discover_rows(with_time: bool) -> String {
    let mut text = String::new();
    for n in 0..600_u32 {
        for sensor in 0..2_u32 {
            let (time, acc) = (f64::from(n) / 1259.2593, if n < 70 { "0.98" } else { "" });
            if with_time {
                write!(text, "{time:.6}, ").unwrap();
            }
            let end = if sensor == 0 { ", " } else { "\n" };
            write!(text, "{:.6}, {acc}{end}", emg(n + 1000 * sensor) / 1000.0).unwrap();
        }
    }
    text
}

#[test]
fn trigno_discover_gives_rates_below_or_in_the_names() {
    let head = "Application:, Trigno Discover (1.7.0)\nDate/Time:, 1/1/2025 12:00:00 PM\nCollection Length (seconds):, 0.5\n\
                EMG 01 (11111), , EMG 02 (11112), \nsensor mode: 55, , sensor mode: 55, \n";
    let cases = [
        "EMG 1 (mV), ACC X (G), EMG 1 (mV), ACC X (G)\n1259.2593 Hz, 148.1481 Hz, 1259.2593 Hz, 148.1481 Hz\n",
        "EMG 1 (1259Hz), ACC X (148Hz), EMG 1 (1259Hz), ACC X (148Hz)\n",
        "EMG 1 (mV) (1259Hz), ACC X (G) (148Hz), EMG 1 (mV) (1259Hz), ACC X (G) (148Hz)\n",
    ];
    for names in cases {
        let read = read(&format!("{head}{names}{}", discover_rows(false)));
        assert_eq!((read.frames, read.rejected, read.missing), (600, 0, 0), "{names}");
        assert!((read.rate - 1259.2593).abs() < 1e-3, "{names} {}", read.rate);
        assert_eq!(read.channels.iter().map(|(_, unit)| *unit).collect::<Vec<_>>(), ["mV", "mV"], "{names}");
    }
    let names = "EMG 1 Time Series (s), EMG 1 (mV), ACC X (G), EMG 1 Time Series (s), EMG 1 (mV), ACC X (G)\n\
                 , 1259.2593 Hz, 148.1481 Hz, , 1259.2593 Hz, 148.1481 Hz\n, 0.000794 s, 0.00675 s, , 0.000794 s, 0.00675 s\n";
    let read = read(&format!("{head}{names}{}", discover_rows(true)));
    assert_eq!((read.rate, read.frames, read.channels.len()), (1259.2593, 600, 2));
}

#[test]
fn channels_of_different_rates_are_refused_with_an_advice_that_works() {
    let mut text = "X[s],\"sensor 1: EMG 1\",X[s],\"sensor 2: EMG 2\"\n".to_owned();
    for n in 0..2000_u32 {
        let first = format!("{:.7},{:.6e}", f64::from(n) / 2000.0, emg(n) * 1e-6);
        let second = format!("{:.7},{:.6e}", f64::from(n) / 1000.0, emg(n) * 1e-6);
        writeln!(text, "{first},{}", if n < 1000 { second } else { ",".to_owned() }).unwrap();
    }
    let unit = Some("V".parse().unwrap());
    let error = read_with(text.as_str(), &OpenOptions { unit, ..OpenOptions::default() }).unwrap_err();
    let message = error.to_string();
    assert_eq!(error.option(), Some(Setting::Channel));
    assert!(message.contains("channel 2 at 2000 Hz, or channel 4 at 1000 Hz"), "{message}");
    for (channel, rate, frames) in [("2", 2000.0, 2000), ("4", 1000.0, 1000)] {
        let channels = vec![channel.parse().unwrap()];
        let read = read_with(text.as_str(), &OpenOptions { channels, unit, ..OpenOptions::default() }).unwrap();
        assert_eq!((read.rate, read.frames, read.rejected, read.missing), (rate, frames, 0, 0), "{read:?}");
    }
    // Clocks in two units are two readings of one time.
    let text: String = (0..300)
        .map(|n| format!("{:.3},{:.1},{}\n", f64::from(n) / 1000.0, emg(n), 1_700_000_000_000_u64 + u64::from(n)))
        .collect();
    assert_eq!(read(&format!("time_s,emg_uv,epoch_ms\n{text}")).rate, 1000.0);
}

#[test]
fn a_vicon_file_states_its_rate() {
    let text =
        format!("Devices\n1000\n,,Imported Analog EMG,,\nFrame,Sub Frame,EMG1,EMG2\n,,V,V\n{}", rows(200, 3, ','));
    let read = read(&text);
    assert_eq!((read.rate, read.channels.len(), read.frames), (1000.0, 2, 200), "{read:?}");
}

#[test]
fn numbers_set_for_print_are_read() {
    let plain: String = (0..300).map(|n| format!("{n},{:.2}\n", emg(n) * 100.0)).collect();
    let expected = values(&format!("time_ms,emg_uv\n{plain}"));
    let typeset = |delimiter: char, minus: &str, group: &str, point: char| {
        let mut text = format!("time_ms{delimiter}emg_uv\n");
        for n in 0..300 {
            let digits = format!("{:.2}", emg(n).abs() * 100.0);
            let (whole, part) = digits.split_once('.').unwrap();
            let grouped = match whole.len() {
                4 => format!("{}{group}{}", &whole[..1], &whole[1..]),
                _ => whole.to_owned(),
            };
            let sign = if emg(n) < 0.0 { minus } else { "" };
            let (open, close) = if group == "," && delimiter == ',' { ("\"", "\"") } else { ("", "") };
            writeln!(text, "{n}{delimiter}{open}{sign}{grouped}{point}{part}{close}").unwrap();
        }
        text
    };
    for (delimiter, minus, group, point) in [
        (',', "\u{2212}", "", '.'),
        (';', "\u{2212}", "\u{a0}", ','),
        ('\t', "-", "\u{202f}", ','),
        (';', "\u{2013}", "'", '.'),
        (';', "-", ".", ','),
        (';', "-", ",", '.'),
        (',', "-", ",", '.'),
        ('|', "-", "", '.'),
        ('|', "\u{2212}", "\u{2009}", '.'),
    ] {
        let text = typeset(delimiter, minus, group, point);
        assert_eq!(values(&text), expected, "{}", &text[..60]);
    }
}

/// The values of the one channel, in the unit of the file.
fn values(text: &str) -> Vec<f64> {
    let bytes = std::io::Cursor::new(text.to_owned().into_bytes());
    let mut recording = Recording::from_reader(bytes, "f", &OpenOptions::default()).unwrap().keep_raw();
    let mut values = Vec::new();
    while recording.next_chunk().unwrap().is_some() {
        values.extend_from_slice(recording.raw());
    }
    assert_eq!(recording.counts().rows_rejected, 0, "{:?}", recording.rejects());
    values
}

#[test]
fn events_do_not_change_the_rate_of_a_clock() {
    let mut text = "TimeStamp,emg_uv,Elements\n".to_owned();
    for n in 0..1000_u32 {
        let ms = f64::from(n) * 1000.0 / 256.0;
        let stamp = format!("2025-07-01 14:56:{:06.3}", 5.0 + ms.round() / 1000.0);
        writeln!(text, "{stamp},{:.1},", emg(n)).unwrap();
        if n % 100 == 50 {
            writeln!(text, "{stamp},,/element/blink").unwrap();
        }
    }
    let read = read(&text);
    assert_eq!((read.rate, read.frames, read.rejected, read.missing), (256.0, 1000, 0, 0), "{read:?}");
}

#[test]
fn a_bts_file_states_unit_and_rate_of_its_tracks() {
    let head = "BTS ASCII format\n\nType:         \tEmg tracks\nMeasure unit: \tmV\n\nTracks:       \t2\nFrequency:    \t1000 Hz\n\
                Frames:       \t300\nStart time:   \t0.000\n\n Frame\t  Time\tVoltage:L~2\tVoltage:R~3\t\n";
    let text: String = (0..300)
        .map(|n| format!("{n:6}\t{:8.3}\t{:.4}\t{:.4}\t\n", f64::from(n) / 1000.0, emg(n), emg(n + 9)))
        .collect();
    let read = read(&format!("{head}{text}"));
    assert_eq!((channels(&read), read.rate), (vec![("Voltage:L~2", "mV"), ("Voltage:R~3", "mV")], 1000.0));
}

#[test]
fn settings_in_one_line_are_no_names() {
    let text = format!("title:x, subject:Zebulon Quist, sampling:128\n{}", rows(200, 2, ','));
    let error = read_with(text, &OpenOptions::default()).unwrap_err();
    assert!(error.option().is_some() && !error.to_string().contains("Quist"), "{error}");
}

#[test]
fn names_and_units_in_single_quotes_are_without_them() {
    let text: String = (0..300).map(|n| format!("{:.5},{:.3}\n", f64::from(n) / 4000.0, emg(n))).collect();
    let read = read(&format!("'Elapsed time','EMG'\n'seconds','mV'\n{text}"));
    assert_eq!((channels(&read), read.rate), (vec![("EMG", "mV")], 4000.0));
}

#[test]
fn names_in_one_quoted_cell_are_names() {
    let text = "\"time_ms,emg_uv,class\"\r\n".to_owned()
        + &(0..400_u32).map(|n| format!("{},{:.2},{}\r\n", 2 * n, emg(n), n / 200)).collect::<String>();
    let read = read(&text);
    assert_eq!((read.rate, read.frames, read.rejected), (500.0, 400, 0));
    assert_eq!(channels(&read), [("emg_uv", "uV")]);
    assert_eq!(read.roles[2], ("class".to_owned(), Role::Label));
}

#[test]
fn a_line_that_describes_a_stream_gives_rate_and_names() {
    let rows = |tag: &str, values: u32| -> String {
        (0..900_u32)
            .map(|n| {
                let values: String = (0..values).map(|value| format!(",{:.1}", emg(n + 50 * value))).collect();
                format!("{tag},{}{values}\n", 40 + 2 * n)
            })
            .collect()
    };
    let options = OpenOptions { unit: Some(tonus_record::Unit::Counts), ..OpenOptions::default() };
    let text = "boot ok\nMETA,mode=FAST,rate_hz=500,fields=t_ms,EMG_A0,EMG_A1\n".to_owned() + &rows("DATA", 2);
    let read = read_with(text + "STAT,overruns=0\n", &options).unwrap();
    assert_eq!((read.rate, read.frames, read.missing), (500.0, 900, 0));
    assert_eq!(channels(&read), [("EMG_A0", "counts"), ("EMG_A1", "counts")]);
    let text = "RAW_BEGIN,sample_rate=500,channel=CH2,format=RAW,t_ms,emg\n".to_owned() + &rows("RAW", 1);
    let read = read_with(text, &options).unwrap();
    assert_eq!((read.rate, read.frames, channels(&read)), (500.0, 900, vec![("emg", "counts")]));
}

#[test]
fn rows_of_several_devices_in_turn_are_refused() {
    let text = |devices: u32| -> String {
        let row = |n: u32| format!("{}\t{:.2}\t{}\n", 1 + n % devices, emg(n), 5000 + 2 * (n / devices));
        "Device number\tChannel1 (uV)\tTimestamp (ms)\n".to_owned() + &(0..600).map(row).collect::<String>()
    };
    let read = read(&text(1));
    assert_eq!((read.rate, channels(&read)), (500.0, vec![("Channel1 (uV)", "uV")]));
    let error = read_with(text(2), &OpenOptions::default()).unwrap_err().to_string();
    assert!(error.contains("rows of 2 devices in turn, by column 'Device number'"), "{error}");
}

#[test]
fn rate_and_unit_are_asked_for_at_once() {
    let text = "EMG,class\n".to_owned() + &(0..300).map(|n| format!("{:.2},{}\n", emg(n), n / 150)).collect::<String>();
    let error = read_with(text.clone(), &OpenOptions::default()).unwrap_err();
    assert_eq!(error.option(), Some(Setting::Rate));
    let message = error.wording().named(|setting| if setting == Setting::Rate { "--rate" } else { "--unit" });
    assert!(message.contains("column 'EMG' names no unit, so that it needs --unit too; give --rate"), "{message}");
    let options =
        OpenOptions { rate_hz: Some(1000.0), unit: Some(tonus_record::Unit::MicroVolt), ..OpenOptions::default() };
    assert_eq!(read_with(text, &options).unwrap().frames, 300);
}

#[test]
fn a_row_per_channel_is_refused() {
    let row = |name: &str| {
        let values: Vec<String> = (0..2000).map(|n| format!("{:.3}", emg(n))).collect();
        format!("{name} {}\n", values.join(" "))
    };
    let text = row("EMG1") + &row("EMG2") + &row("ECG");
    let error = read_with(text, &OpenOptions::default()).unwrap_err().to_string();
    assert!(error.contains("3 rows of 2001 columns") && error.contains("transpose"), "{error}");
}

#[test]
fn a_unit_of_time_makes_a_time_of_a_name_in_another_language() {
    for name in ["時間 [s]", "Sekunden (s)", "czas [s]"] {
        let text = format!("{name},前脛骨筋: EMG 1 [V]\n")
            + &(0..400_u32).map(|n| format!("{:.3},{:.7}\n", f64::from(n) / 1000.0, emg(n) * 1e-6)).collect::<String>();
        let read = read(&text);
        assert_eq!((read.rate, read.channels.len()), (1000.0, 1), "{name}");
    }
    // What begins or lasts is no clock.
    let text = "onset_s,emg_uv\n".to_owned() + &(0..400).map(|n| format!("{n},{:.2}\n", emg(n))).collect::<String>();
    assert!(read_with(text, &OpenOptions::default()).is_err());
}
