//! What vendors write: names, units, rates, values and rejected rows of each format, and what it does not say.

mod formats;

use formats::{EMG, Format, emgworks, emgworks_row, formats, labchart, rows, told};
use tonus_record::{Chunk, OpenOptions, ReadError, Recording, Role, Unit};

/// What came of a file.
#[derive(Debug)]
struct Read {
    format: &'static str,
    rate: f64,
    /// Name and unit of the channels.
    channels: Vec<(String, &'static str)>,
    /// Per channel, in microvolts (or counts), with the anchor added again.
    values: Vec<Vec<f64>>,
    rejected: Vec<(u64, String)>,
    missing: u64,
    stalls: u32,
    notes: String,
}

fn read_with(text: &str, options: &OpenOptions) -> Result<Read, ReadError> {
    let bytes = std::io::Cursor::new(text.to_owned().into_bytes());
    let mut recording = Recording::from_reader(bytes, "f.txt", options)?;
    let channels = recording.header().channels.len();
    let (mut values, mut missing, mut stalls) = (vec![Vec::new(); channels], 0, 0);
    while let Some(chunk) = recording.next_chunk()? {
        match chunk {
            Chunk::Frames(frames) => {
                let frames = frames.to_vec();
                for (n, value) in frames.iter().enumerate() {
                    let channel = &recording.header().channels[n % channels];
                    let anchor = channel.anchor.map_or(f64::NAN, |anchor| anchor * channel.uv_per_unit);
                    values[n % channels].push(((f64::from(*value) + anchor) * 1e3).round() / 1e3);
                }
            }
            Chunk::Gap { frames } => missing += frames,
            Chunk::Stalled => stalls += 1,
            Chunk::Cue(_) => {}
        }
    }
    let header = recording.header();
    Ok(Read {
        format: header.format,
        rate: header.rate_hz(),
        channels: header.channels.iter().map(|c| (c.name.clone(), c.unit.name())).collect(),
        values,
        rejected: recording.rejects().iter().map(|reject| (reject.line, reject.reason.clone())).collect(),
        missing,
        stalls,
        notes: crate::notes(header),
    })
}

fn read(text: &str) -> Read {
    read_with(text, &OpenOptions::default()).unwrap()
}

fn refusal(text: &str, options: &OpenOptions) -> String {
    read_with(text, options).unwrap_err().to_string()
}

#[test]
fn every_format_gives_its_names_units_rate_and_values() {
    for Format { name, text, options, rate, channels, scale } in formats() {
        let read = read_with(&text, &options).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        let found: Vec<(&str, &str)> = read.channels.iter().map(|(name, unit)| (name.as_str(), *unit)).collect();
        assert_eq!((read.format, read.rate, found.as_slice()), (name, rate, channels), "{text}");
        assert_eq!((read.rejected.as_slice(), read.missing, read.stalls), (&[][..], 0, 0), "{name}: {text}");
        let offset = read.values[0][0] - scale * EMG[0];
        let expected: Vec<f64> = EMG.iter().map(|v| ((scale * v + offset) * 1e3).round() / 1e3).collect();
        assert_eq!(read.values[0], expected, "{name}: {text}");
        assert!(!format!("{read:?}").contains("Doe"), "{name}: {read:?}");
    }
}

#[test]
fn what_a_format_does_not_say_is_asked_for() {
    let text = |name: &str, n: usize| formats().into_iter().filter(|f| f.name == name).nth(n).unwrap().text;
    let (rate, unit) = (told(Some(500.0), None), OpenOptions::default());
    let cases = [
        (text("brainflow", 0), &unit, "give rate_hz"),
        (text("brainflow", 0), &rate, "names no unit; give unit"),
        (text("opensignals", 0), &unit, "column 'CH1' holds counts of 16 bit without a scale; give unit"),
        (text("opensignals", 1), &unit, "column 'A1' holds counts of 10 bit without a scale; give unit"),
        (text("biosppy", 0), &unit, "column 'EMG' names no unit; give unit"),
        (text("chords", 0), &unit, "give rate_hz"),
        (text("chords", 1), &unit, "column 'Channel1' names no unit; give unit"),
        (text("arduino-plotter", 0), &unit, "give rate_hz"),
        (text("datalink", 0), &unit, "it states no sampling rate and has no time column; give rate_hz"),
        (text("emteq", 0), &unit, "give unit"),
        (text("csv", 0), &unit, "give rate_hz"),
        (text("csv", 1), &unit, "column 'Nilai ADC' names no unit; give unit"),
        (
            text("labchart", 0).replace("UnitName=\tmV", "UnitName=\tcmH2O"),
            &unit,
            "column 'EMG' is in a unit that is no voltage; give unit",
        ),
        (
            text("labchart", 0).replace("\tFlow", "\tFlow\tMore"),
            &unit,
            "another number of columns than the 3 of its rows",
        ),
        (
            text("labchart", 0).replace("0.5 ms", "1 ms"),
            &unit,
            "the header states 1000 Hz, the time column steps at 2000",
        ),
        ("%STOP AT\n%START AT\n00,0A1B2C\n".to_owned(), &unit, "card of an OpenBCI board, in hexadecimal; convert it"),
    ];
    for (text, options, expected) in cases {
        let message = refusal(&text, options);
        assert!(message.contains(expected) && !message.contains("Doe"), "{expected}: {message}");
    }
    let both = OpenOptions { channels: vec!["2".parse().unwrap(), "4".parse().unwrap()], ..OpenOptions::default() };
    let message = refusal(&text("delsys-emgworks", 0), &both);
    assert!(
        message.contains("its channels have different sampling rates")
            && message.contains("channel 2 at 1259.26 Hz, or channel 4"),
        "{message}"
    );
}

#[test]
fn a_placeholder_of_zeros_in_front_is_rejected_and_counted() {
    let text = formats().remove(0).text.replace("\r\n0, 5.5, -5.5,", "\r\n0, 0.0, 0.0,");
    let read = read(&text);
    assert_eq!(read.rejected, [(6, "a place holder: zeros in front of the signal".to_owned())]);
    assert_eq!((read.values[0].len(), read.values[0][0], read.missing), (11, 7.25, 0));
}

#[test]
fn a_short_signal_ends_where_its_header_says() {
    let text = emgworks() + &rows(&EMG, |n, v| emgworks_row(n, v, 5));
    let options =
        OpenOptions { channels: vec!["4".parse().unwrap()], unit: Some(Unit::Arbitrary), ..OpenOptions::default() };
    let read = read_with(&text, &options).unwrap();
    assert_eq!((read.rate, read.values[0].as_slice(), read.rejected.len()), (148.1481, &[0.5; 5][..], 0));
}

#[test]
fn a_labchart_block_starts_the_clock_again_and_may_not_change() {
    let block = labchart("0.5 ms", "mV") + &rows(&EMG, |n, v| format!("{}\t{v}\t3.5\r\n", 0.0005 * n as f64));
    let read = read(&(block.clone() + &block));
    assert_eq!((read.values[0].len(), read.stalls, read.missing, read.rejected.len()), (24, 1, 0, 0));
    for (from, to, what) in
        [("0.5 ms", "1 ms", "Interval"), ("\tFlow", "\tForce", "ChannelTitle"), ("\tmV", "\tV", "UnitName")]
    {
        let message = refusal(&(block.clone() + &block.replace(from, to)), &OpenOptions::default());
        assert!(message.contains(&format!("found a block with another {what}; split the file there")), "{message}");
        assert!(message.contains("f.txt:line 2") || message.contains("f.txt:line 3"), "{message}");
    }
}

#[test]
fn gaps_and_restarts_show_in_times_of_day() {
    let row = |n: usize| format!("12:00:{:06.3},{}\n", 0.01 * n as f64, EMG[n % 12]);
    let text: String = (0..200).filter(|n| !(50..60).contains(n)).map(row).collect();
    let read = read_with(&("clock,emg_uv\n".to_owned() + &text), &OpenOptions::default()).unwrap();
    assert_eq!((read.rate, read.missing, read.values[0].len(), read.rejected.len()), (100.0, 10, 190, 0));
    let damaged = "clock,emg_uv\n".to_owned() + &text.replace("12:00:00.300,", "12:0x:00.300,");
    let read = read_with(&damaged, &OpenOptions::default()).unwrap();
    assert_eq!((read.rejected, read.missing), (vec![], 10), "a value is never thrown away for its stamp");
}

#[test]
fn the_roles_of_a_header_keep_other_signals_out() {
    let text = formats().remove(0).text;
    let recording =
        Recording::from_reader(std::io::Cursor::new(text.into_bytes()), "f.txt", &OpenOptions::default()).unwrap();
    let roles: Vec<Role> = recording.header().columns.iter().map(|column| column.role).collect();
    assert_eq!(&roles[..4], [Role::Index, Role::Emg, Role::Emg, Role::Aux]);
    let note = read_with(&formats().remove(2).text, &formats().remove(2).options).unwrap().notes;
    assert!(note.contains("does not say what its columns are"), "{note}");
}

#[test]
fn prose_in_a_table_is_not_repeated() {
    let text = "time_s,emg_uv\n0,1\n0.001,2\nJane Doe left\n0.003,4\n0.004,Jane Doe\n";
    let mut recording = Recording::from_reader(text.as_bytes(), "f.csv", &OpenOptions::default()).unwrap();
    while recording.next_chunk().unwrap().is_some() {}
    let found: Vec<&str> = recording.rejects().iter().map(|reject| reject.found.as_str()).collect();
    assert_eq!(found, ["text", "text"]);
    let message = refusal("Jane Doe,1970\n0.5,1,2\n0.6,1,2\n", &OpenOptions::default());
    assert!(message.contains("line 1: found a line of text"), "{message}");
}
