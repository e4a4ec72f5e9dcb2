//! Time columns of every kind at every rate: the rate, the rows and the holes are right, or the rate is asked for; and with
//! the rate given they are right in any case.

use std::fmt::Write as _;

use tonus_record::{OpenOptions, Recording, Setting, StampKind};

/// Whole, odd, of Delsys, of powers of two, between two milliseconds, faster than a millisecond.
const RATES: [f64; 21] = [
    200.0, 250.0, 259.26, 300.0, 333.0, 400.0, 441.0, 500.0, 512.0, 730.0, 870.0, 1000.0, 1024.0, 1111.11, 1259.2593,
    1482.0, 1925.93, 2000.0, 2048.0, 2148.15, 4000.0,
];
/// Seconds of each recording.
const SECONDS: f64 = 5.0;
/// Times when rows are lost, where they are.
const HOLES: [f64; 3] = [1.3, 2.6, 3.9];

/// Noise that is the same every time (a linear congruential generator, the upper bits).
struct Noise(u64);

impl Noise {
    /// From 0 to 1.
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Of mean 1, none below 0.
    fn late(&mut self) -> f64 {
        -(1.0 - self.even()).ln()
    }

    /// Of mean 0 and deviation 1, nearly.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }
}

/// A recording: the head of its table, its stamps as written, and how many frames are missing.
struct Table {
    head: &'static str,
    stamps: Vec<String>,
    missing: u64,
}

impl Table {
    fn new(head: &'static str, stamps: impl Iterator<Item = String>) -> Self {
        Self { head, stamps: stamps.collect(), missing: 0 }
    }

    fn text(&self) -> String {
        let mut text = self.head.to_owned();
        for (n, stamp) in self.stamps.iter().enumerate() {
            writeln!(text, "{stamp},{}", n * 7919 % 101).unwrap();
        }
        text
    }
}

/// Times of the samples, in seconds.
fn times(hz: f64) -> Vec<f64> {
    (0..(SECONDS * hz) as u32).map(|n| f64::from(n) / hz).collect()
}

fn decimals(hz: f64, places: usize) -> Table {
    Table::new("time_s,emg_uv\n", times(hz).into_iter().map(move |t| format!("{t:.places$}")))
}

/// Packets of `size` samples whose stamps are `apart` seconds apart, each sent when its last sample was taken.
fn packets(hz: f64, size: usize, apart: f64) -> Table {
    let (times, mut noise) = (times(hz), Noise(size as u64));
    let mut stamps = Vec::new();
    for packet in times.chunks(size) {
        let sent = packet.last().copied().unwrap_or_default() + 5e-4 * noise.even();
        stamps.extend((0..packet.len()).map(|n| format!("{:.6}", sent + apart * n as f64)));
    }
    Table::new("time_s,emg_uv\n", stamps.into_iter())
}

/// Some stamps are late by up to `most` seconds, and the next ones follow close behind; none is early.
fn arrivals(hz: f64, share: f64, most: f64) -> Table {
    let (mut noise, mut last) = (Noise(3), f64::NEG_INFINITY);
    let stamp = move |t: f64| {
        let is_late = noise.even() < share;
        let at = t + 1e-4 * noise.late() + if is_late { most * noise.even() } else { 0.0 };
        last = if at > last { at } else { last + 3e-5 };
        format!("{last:.6}")
    };
    Table::new("time_s,emg_uv\n", times(hz).into_iter().map(stamp))
}

fn holes(hz: f64, seconds: f64, places: usize) -> Table {
    let lost = (seconds * hz).round() as usize;
    let begins = HOLES.map(|at| (at * hz) as usize);
    let is_kept = |n: &usize| !begins.iter().any(|begin| (*begin..begin + lost).contains(n));
    let times = times(hz);
    let kept = (0..times.len()).filter(is_kept).map(|n| format!("{:.places$}", times[n]));
    Table { missing: 3 * lost as u64, ..Table::new("time_s,emg_uv\n", kept) }
}

fn clock(hz: f64) -> Table {
    let text = |t: f64| {
        let t = t + 5.0 + 59.0 * 60.0;
        format!("12:{:02}:{:06.3}", (t / 60.0) as u32 % 60, (t % 60.0 * 1000.0).floor() / 1000.0)
    };
    Table::new("time,emg_uv\n", times(hz).into_iter().map(text))
}

/// A header that states 500 Hz above stamps of this many to the second; where they contradict each other, the rate is asked for.
fn header(hz: f64) -> Table {
    let head = if hz < 1000.0 {
        "# Sample Rate = 500 Hz\ntime_s,emg_uv\n"
    } else {
        "# Sample Rate = 2000 Hz\ntime_s,emg_uv\n"
    };
    Table { head, ..decimals(hz, 4) }
}

/// Reads a table; gives rate, rows rejected and frames missing.
fn read(table: &Table, rate_hz: Option<f64>) -> Result<(f64, u64, u64), Option<Setting>> {
    let options = OpenOptions { rate_hz, ..OpenOptions::default() };
    let mut recording = Recording::from_reader(std::io::Cursor::new(table.text()), "f.csv", &options)
        .map_err(|error| error.option())?;
    while recording.next_chunk().unwrap().is_some() {}
    let counts = recording.counts();
    assert_eq!(counts.frames, table.stamps.len() as u64, "a value is never thrown away for its stamp");
    Ok((recording.header().rate_hz(), counts.rows_rejected, counts.frames_missing))
}

/// Sweeps the rates; at most so many of them may be asked for.
fn sweep(most_refused: usize, table: impl Fn(f64) -> Table) {
    let mut refused = 0;
    for hz in RATES {
        let table = table(hz);
        match read(&table, None) {
            Ok((found, rejected, missing)) => {
                assert!((found / hz - 1.0).abs() < 2e-3, "{hz} Hz: found {found}");
                assert_eq!((rejected, missing), (0, table.missing), "{hz} Hz");
            }
            Err(option) => {
                assert_eq!(option, Some(Setting::Rate), "{hz} Hz");
                refused += 1;
            }
        }
        assert_eq!(read(&table, Some(hz)), Ok((hz, 0, table.missing)), "{hz} Hz given");
    }
    assert!(refused <= most_refused, "{refused} rates were asked for");
}

macro_rules! sweeps {
    ($($name:ident, $most:expr, $table:expr;)*) => {
        $(#[test] fn $name() { sweep($most, $table); })*
    };
}

sweeps! {
    milliseconds_rounded, 0, |hz| Table::new("time_ms,emg_uv\n", times(hz).into_iter().map(|t| format!("{:.0}", t * 1e3)));
    milliseconds_cut, 0, |hz| Table::new("time_ms,emg_uv\n", times(hz).into_iter().map(|t| format!("{:.0}", (t * 1e3 + 0.3).floor())));
    seconds_of_two_decimals, 0, |hz| decimals(hz, 2);
    seconds_of_three_decimals, 0, |hz| decimals(hz, 3);
    seconds_of_four_decimals, 0, |hz| decimals(hz, 4);
    microseconds_with_jitter, 0, |hz| {
        let mut noise = Noise(1);
        Table::new("time_us,emg_uv\n", times(hz).into_iter().map(move |t| format!("{:.0}", (t + 0.01) * 1e6 + 30.0 * noise.normal())))
    };
    packets_of_close_stamps, 0, |hz| packets(hz, 2 + (hz as usize) % 19, 1e-5);
    packets_of_equal_stamps, 0, |hz| packets(hz, 2 + (hz as usize) % 19, 0.0);
    late_arrivals, 0, |hz| arrivals(hz, 0.03, 8e-3);
    host_jitter, 0, |hz| {
        let (mut noise, mut last) = (Noise(5), 0.0_f64);
        let stamp = move |t: f64| { last = last.max(t + 5e-4 * noise.normal()); format!("{last:.6}") };
        Table::new("time_s,emg_uv\n", times(hz).into_iter().map(stamp))
    };
    holes_of_31_ms, 0, |hz| holes(hz, 0.031, 3);
    holes_of_100_ms, 0, |hz| holes(hz, 0.1, 3);
    holes_of_200_ms, 0, |hz| holes(hz, 0.2, 6);
    clock_text, 0, clock;
    seconds_since_1970, 0, |hz| Table::new("t,emg_uv\n", times(hz).into_iter().map(|t| format!("{:.6}", t + 1.7e9)));
    milliseconds_since_1970, 0, |hz| Table::new("t,emg_uv\n", times(hz).into_iter().map(|t| format!("{:.0}", (t * 1e3).floor() + 1.7e12)));
    a_clock_300_ppm_slow, 0, |hz| Table::new("time_s,emg_uv\n", times(hz).into_iter().map(|t| format!("{:.6}", t * 1.0003)));
    a_rate_in_the_header, 19, header;
    milliseconds_that_overflow, 0, |hz| Table::new("time_ms,emg_uv\n", times(hz).into_iter().map(|t| format!("{:.0}", ((t - 2.0) * 1e3 + 4_294_967_296.0).floor() % 4_294_967_296.0)));
    microseconds_that_overflow, 0, |hz| Table::new("time_us,emg_uv\n", times(hz).into_iter().map(|t| format!("{:.0}", ((t - 2.0) * 1e6 + 4_294_967_296.0).floor() % 4_294_967_296.0)));
    seconds_of_the_day_past_midnight, 0, |hz| Table::new("time_s,emg_uv\n", times(hz).into_iter().map(|t| format!("{:.4}", (t + 86_398.0) % 86_400.0)));
}

#[test]
fn stamps_say_what_kind_they_are() {
    let kind = |table: &Table| {
        let recording =
            Recording::from_reader(std::io::Cursor::new(table.text()), "f.csv", &OpenOptions::default()).unwrap();
        let header = recording.header();
        assert!(header.rate_uncertainty.is_some_and(|share| share < 2e-3));
        let stamps = header.stamps.unwrap();
        (stamps.kind, stamps.unit_s.unwrap())
    };
    assert_eq!(kind(&decimals(1000.0, 3)), (StampKind::Even, 1e-3));
    assert_eq!(kind(&decimals(870.0, 3)), (StampKind::Rounded, 1e-3));
    assert_eq!(kind(&packets(500.0, 5, 1e-5)), (StampKind::Packets, 1e-6));
    assert_eq!(kind(&arrivals(500.0, 0.03, 8e-3)), (StampKind::Late, 1e-6));
}

#[test]
fn sources_that_contradict_each_other_are_told_apart_with_their_figures() {
    let mut table = decimals(995.0, 6);
    table.head = "# Sample Rate = 1000 Hz\ntime_s,emg_uv\n";
    let warnings = |rate_hz| {
        let options = OpenOptions { rate_hz, ..OpenOptions::default() };
        let recording = Recording::from_reader(std::io::Cursor::new(table.text()), "f.csv", &options).unwrap();
        let warnings = recording.header().notes.iter().filter(|note| note.is_warning);
        warnings.map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(warnings(None), "the header's 1000 Hz are used although the time column steps at 995.000000 Hz");
    let given = warnings(Some(500.0));
    assert!(given.contains("although its header states 1000") && given.contains("steps at 995"), "{given}");
    let far = Table { head: "# Sample Rate = 2000 Hz\ntime_s,emg_uv\n", ..decimals(995.0, 6) };
    assert_eq!(read(&far, None), Err(Some(Setting::Rate)));
}

#[test]
fn a_block_that_comes_twice_is_taken_once_and_any_other_row_is_kept() {
    let row = |n: u32| format!("{:.3},{}\n", f64::from(n) / 1000.0, n * 7919 % 1009);
    let rows = |range: std::ops::Range<u32>| range.map(row).collect::<String>();
    let read = |text: String| {
        let mut recording =
            Recording::from_reader(std::io::Cursor::new(text), "f.csv", &OpenOptions::default()).unwrap();
        while recording.next_chunk().unwrap().is_some() {}
        let counts = recording.counts();
        (counts.frames, counts.rows_rejected, counts.frames_missing)
    };
    let head = "time_s,emg_uv\n".to_owned();
    assert_eq!(read(head.clone() + &rows(0..6000) + &rows(5800..9000)), (9000, 200, 0));
    let other = rows(5800..5801).replace(',', ",1");
    assert_eq!(read(head + &rows(0..6000) + &other + &rows(6000..9000)), (9001, 0, 0));
}

#[test]
fn a_cell_of_a_time_column_that_is_no_time_is_shown() {
    let rows: Vec<String> = (0..100).map(|n| format!("{n}th,{n}\n")).collect();
    let rows = rows.concat();
    let text = "timestamp,emg_uv\n".to_owned() + &rows;
    let error = Recording::from_reader(std::io::Cursor::new(text), "f.csv", &OpenOptions::default()).unwrap_err();
    assert!(error.to_string().contains("time column 'timestamp' holds '0th'"), "{error}");
    assert_eq!(error.option(), Some(Setting::Rate));
}
