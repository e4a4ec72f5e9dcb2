//! The stream: gaps, cues and blocks in the order of time, whatever the size of the reads.

use std::fmt::Write as _;
use std::io::Read;

use proptest::prelude::*;
use tonus_record::{ChannelSelector, Chunk, Cue, CueList, OpenOptions, RateSource, Recording, Role, Setting, Unit};

/// A chunk that owns its frames.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Frames(Vec<f32>),
    Gap(u64),
    Stalled,
    Cue(Cue),
}

fn pieces(mut recording: Recording) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    while let Some(chunk) = recording.next_chunk().unwrap() {
        match chunk {
            Chunk::Frames(frames) => match pieces.last_mut() {
                Some(Piece::Frames(run)) => run.extend_from_slice(frames),
                _ => pieces.push(Piece::Frames(frames.to_vec())),
            },
            Chunk::Gap { frames } => pieces.push(Piece::Gap(frames)),
            Chunk::Stalled => pieces.push(Piece::Stalled),
            Chunk::Cue(cue) => pieces.push(Piece::Cue(cue)),
        }
    }
    pieces
}

fn open(text: &str) -> Recording {
    open_with(text, &OpenOptions::default())
}

fn open_with(text: &str, options: &OpenOptions) -> Recording {
    Recording::from_reader(std::io::Cursor::new(text.to_owned()), "f.csv", options).unwrap()
}

fn ramp(rows: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::from("time_s,emg_uv\n");
    rows.into_iter().for_each(|n| writeln!(text, "{:.3},{n}", f64::from(n) / 1000.0).unwrap());
    text
}

fn frames(range: std::ops::Range<u32>) -> Piece {
    Piece::Frames(range.map(|n| n as f32).collect())
}

#[test]
fn a_gap_stands_where_the_clock_jumps() {
    let text = ramp((0..2000).filter(|n| !(500..750).contains(n) && *n != 1500));
    let expected = [frames(0..500), Piece::Gap(250), frames(750..1500), Piece::Gap(1), frames(1501..2000)];
    assert_eq!(pieces(open(&text)), expected);
}

#[test]
fn a_clock_that_starts_again_stalls() {
    let text = ramp((0..1000).chain(0..1000));
    let mut recording = open(&text);
    while recording.next_chunk().unwrap().is_some() {}
    assert_eq!((recording.counts().rows_rejected, recording.counts().frames), (0, 2000));
    assert_eq!(pieces(open(&text)), [frames(0..1000), Piece::Stalled, frames(0..1000)]);
}

#[test]
fn an_unknown_word_for_a_cue_is_free_and_never_the_cue_before() {
    let word = |n: usize| ["rest", "squeeze", "rest"][n / 10];
    let rows: Vec<String> = (0..30).map(|n| format!("{:.3},{n},{}\n", n as f64 / 1000.0, word(n))).collect();
    let text = format!("time_s,emg_uv,cue\n{}", rows.concat());
    let cues: Vec<_> = pieces(open(&text)).into_iter().filter(|piece| matches!(piece, Piece::Cue(_))).collect();
    assert_eq!(cues, [Piece::Cue(Cue::Rest), Piece::Cue(Cue::Free), Piece::Cue(Cue::Rest)]);
}

#[test]
fn cues_of_a_column_change_between_frames() {
    let text = "time_s,emg_uv,cue\n0,1,Quiet\n0.001,2,QUIET\n0.002,3,work\n0.003,4,wrok\n0.006,5,\n0.007,6,free\n";
    let expected = [
        Piece::Cue(Cue::Quiet),
        Piece::Frames(vec![0.0, 1.0]),
        Piece::Cue(Cue::Work),
        Piece::Frames(vec![2.0, 3.0]),
        Piece::Gap(2),
        Piece::Cue(Cue::Free),
        Piece::Frames(vec![4.0, 5.0]),
    ];
    assert!(open(text).header().has_cues);
    assert_eq!(pieces(open(text)), expected);
    let mut recording = open(text);
    while recording.next_chunk().unwrap().is_some() {}
    assert_eq!(recording.counts().rows_rejected, 1);
    let reject = &recording.rejects()[0];
    assert_eq!((reject.line, reject.column, reject.found.as_str()), (5, Some(3), "'wrok'"));
}

#[test]
fn cues_of_a_list_divide_frames_and_gaps() {
    let list = "start_s,end_s,cue\n0,0.002,quiet\n0.002,0.005,work\n0.006,9,rest\n";
    let cues = CueList::from_reader(list.as_bytes(), "cues.csv").unwrap();
    let text = ramp([0, 1, 2, 8, 9]);
    let expected = [
        Piece::Cue(Cue::Quiet),
        frames(0..2),
        Piece::Cue(Cue::Work),
        frames(2..3),
        Piece::Gap(2),
        Piece::Cue(Cue::Free),
        Piece::Gap(1),
        Piece::Cue(Cue::Rest),
        Piece::Gap(2),
        frames(8..10),
    ];
    assert_eq!(pieces(open(&text).with_cues(&cues)), expected);
    let own = open(&text.replace('\n', ",work\n").replace("emg_uv,work", "emg_uv,cue")).with_cues(&cues);
    assert!(crate::notes(own.header()).contains("in place of the file's cue column"));
    assert_eq!(pieces(own), expected);
}

#[test]
fn roles_keep_other_columns_out() {
    let mut text = String::from("nSeq,time_s,emg_l,emg_r,acc_x,class,note,DI,cue\n");
    for n in 0..500 {
        let wobble = (n * 7919) % 101;
        writeln!(
            text,
            "{},{:.3},{},{},{},{},at rest,0,rest",
            n % 16,
            f64::from(n) / 1000.0,
            wobble,
            100 - wobble,
            wobble,
            n / 200
        )
        .unwrap();
    }
    let options = OpenOptions { unit: Some(Unit::MicroVolt), ..OpenOptions::default() };
    let recording = open_with(&text, &options);
    let roles: Vec<Role> = recording.header().columns.iter().map(|c| c.role).collect();
    let expected =
        [Role::Index, Role::Time, Role::Emg, Role::Emg, Role::Aux, Role::Label, Role::Label, Role::Constant, Role::Cue];
    assert_eq!(roles, expected);
    let chosen: Vec<_> = recording.header().channels.iter().map(|c| (c.name.as_str(), c.column)).collect();
    assert_eq!(chosen, [("emg_l", 3), ("emg_r", 4)]);

    let choose = |selectors: &[&str]| OpenOptions {
        channels: selectors.iter().map(|s| s.parse().unwrap()).collect(),
        ..options.clone()
    };
    let recording = open_with(&text, &choose(&["4", "EMG_L", "emg_r", "acc_x"]));
    let chosen: Vec<_> = recording.header().channels.iter().map(|c| c.column).collect();
    assert_eq!(chosen, [4, 3, 5], "in the order asked for, each once");
    for wrong in ["0", "99", "elbow", "time_s", "note", "cue"] {
        let error = Recording::from_reader(std::io::Cursor::new(text.clone()), "f.csv", &choose(&[wrong])).unwrap_err();
        assert_eq!(error.option(), Some(Setting::Channel), "{wrong}");
        assert!(error.to_string().contains("1 nSeq = index"), "{error}");
    }
}

#[test]
fn columns_without_names_are_known_by_their_values() {
    let mut text = String::new();
    for n in 0_u32..3000 {
        let wobble = f64::from(n.wrapping_mul(2654435761) >> 20) / 100.0;
        writeln!(text, "{wobble} {} {} {:.6} 0", n % 1000, n / 1000, f64::from(n) / 1000.0).unwrap();
    }
    let options = OpenOptions { unit: Some(Unit::Volt), ..OpenOptions::default() };
    let recording = open_with(&text, &options);
    let roles: Vec<Role> = recording.header().columns.iter().map(|c| c.role).collect();
    assert_eq!(roles, [Role::Emg, Role::Index, Role::Label, Role::Time, Role::Constant]);
    assert_eq!((recording.header().rate_hz(), recording.header().rate_source), (1000.0, RateSource::TimeColumn));
    assert_eq!(recording.header().notes.len(), 1);
}

#[test]
fn a_comment_that_looks_like_a_row_is_a_comment() {
    let text = "note,emg_uv\nx,1\n#y,2\n z,3\nx,4\n";
    let options = OpenOptions { rate_hz: Some(1000.0), ..OpenOptions::default() };
    assert_eq!(pieces(open_with(text, &options)), [Piece::Frames(vec![0.0, 2.0, 3.0])]);
}

#[test]
fn an_option_wins_over_the_file_and_is_noted() {
    let options = OpenOptions { rate_hz: Some(500.0), unit: Some(Unit::MilliVolt), ..OpenOptions::default() };
    let recording = open_with(&ramp(0..100), &options);
    let header = recording.header();
    assert_eq!((header.rate_hz(), header.rate_source), (500.0, RateSource::Option));
    assert_eq!(header.channels[0].uv_per_unit, 1000.0);
    let notes = crate::notes(header);
    assert!(notes.contains("rate_hz 500 Hz is used although its time column steps at 1000"), "{notes}");
    assert!(notes.contains("unit mV is used although column 'emg_uv' says uV"), "{notes}");
}

#[test]
fn integer_stamps_of_4_ms_with_jitter_are_250_hz_without_gaps() {
    let mut text = String::from("t_ms,emg_uv\n");
    for n in 0_i64..5000 {
        writeln!(text, "{},{}", 199_967_778 + n * 4 + [0, 0, 1, 1, 0, 0, -1, 0][n as usize % 8], n % 7).unwrap();
    }
    let mut recording = open(&text);
    assert_eq!(recording.header().rate_hz(), 250.0);
    while recording.next_chunk().unwrap().is_some() {}
    assert_eq!((recording.counts().frames, recording.counts().frames_missing), (5000, 0));
}

#[test]
fn stamps_in_whole_milliseconds_at_870_hz_show_no_losses() {
    for (cut, hole) in [(0.0, 0), (0.5, 0), (0.5, 100)] {
        let row = |n: u32| {
            let at = n + if n > 2000 { hole } else { 0 };
            format!("{},{}\n", (f64::from(at) * 1000.0 / 870.0 + cut).floor(), n % 9)
        };
        let text = "time_ms,emg_uv\n".to_owned() + &(0..4350).map(row).collect::<String>();
        let mut recording = open(&text);
        assert_eq!(recording.header().rate_hz(), 870.0);
        while recording.next_chunk().unwrap().is_some() {}
        let counts = recording.counts();
        assert_eq!((counts.frames, counts.rows_rejected, counts.frames_missing), (4350, 0, u64::from(hole)));
    }
}

#[test]
fn rejected_rows_do_not_change_the_rate() {
    let row = |n: u32| format!("{:.3},{n}{}\n", f64::from(n) / 1000.0, if n % 5 == 3 { ",7" } else { "" });
    let recording = open(&("time_s,emg_uv\n".to_owned() + &(0..3000).map(row).collect::<String>()));
    assert_eq!(recording.header().rate_hz(), 1000.0);
}

#[test]
fn packets_of_close_stamps_give_the_rate_of_their_samples() {
    let row = |n: u32| format!("{:.6},{}\n", f64::from(n / 2 * 2) / 200.0 + 1e-5 * f64::from(n % 2), n % 9);
    let text = "time_s,emg_uv\n".to_owned() + &(0..1600).map(row).collect::<String>();
    for rate_hz in [None, Some(200.0)] {
        let mut recording = open_with(&text, &OpenOptions { rate_hz, ..OpenOptions::default() });
        assert_eq!(recording.header().rate_hz(), 200.0);
        while recording.next_chunk().unwrap().is_some() {}
        assert_eq!((recording.counts().frames, recording.counts().frames_missing), (1600, 0));
    }
}

#[test]
fn counts_lose_their_offset_exactly() {
    let text = "time_s,emg_counts\n0,8388607\n0.001,8388608\n0.002,-8388608\n";
    let options = OpenOptions { uv_per_count: Some(0.5), ..OpenOptions::default() };
    assert_eq!(pieces(open_with(text, &options)), [Piece::Frames(vec![0.0, 0.5, -8388607.5])]);
}

#[test]
fn the_header_states_a_rate() {
    let text = "# Sampling Rate (Hz):= 1000.00\n# Labels:= EMG\n2055.0\n2056.0\n2055.0\n";
    let options = OpenOptions { unit: Some(Unit::Counts), ..OpenOptions::default() };
    let recording = open_with(text, &options);
    assert_eq!((recording.header().rate_hz(), recording.header().rate_source), (1000.0, RateSource::Header));
    assert!(!recording.header().channels[0].scaled);
    assert_eq!(pieces(recording), [Piece::Frames(vec![0.0, 1.0, 0.0])]);
}

#[test]
fn the_hash_is_that_of_the_file() {
    let mut recording = open("time_s,emg_uv\n0,1\n0.001,2\n");
    assert_eq!(recording.sha256(), None);
    while recording.next_chunk().unwrap().is_some() {}
    let hex = recording.sha256().unwrap().iter().fold(String::new(), |s, b| s + &format!("{b:02x}"));
    assert_eq!(hex, "f577b8b2ebca0c29b7dce55d4304b82bec63e60c4098c2bb61686d227285e6da");
}

/// Hands out a few bytes at a time.
struct Drip(Vec<u8>, usize, usize);

impl Read for Drip {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let count = self.2.min(self.0.len() - self.1).min(room.len());
        room[..count].copy_from_slice(&self.0[self.1..self.1 + count]);
        self.1 += count;
        Ok(count)
    }
}

#[test]
fn the_size_of_the_reads_changes_nothing() {
    let mut text = ramp((0..40_000).filter(|n| n % 9001 != 7)).replace("0.500,500", "0.500,x");
    text.insert_str(300_000, "\n\r\n# note\n1,2,3\n");
    let whole = pieces(open(&text));
    for step in [1, 13, 4099, 70_001] {
        let recording =
            Recording::from_reader(Drip(text.clone().into(), 0, step), "f.csv", &OpenOptions::default()).unwrap();
        let same = pieces(recording).iter().zip(&whole).all(|(a, b)| format!("{a:?}") == format!("{b:?}"));
        assert!(same, "{step}");
    }
}

/// A row as a damaged file may hold it.
fn row() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (0_u32..60_000, any::<i16>()).prop_map(|(t, v)| format!("{:.3},{v},{}", f64::from(t) / 1000.0, v / 3)),
        1 => "[0-9.,;\"x \\-\\x00eE+#]{0,24}",
        1 => Just("0.5,nan,".to_owned()),
        1 => prop_oneof![Just("1E5,,"), Just("1E25,,"), Just("1E5,2,3"), Just("-9E9,2,"), Just(",2,3"), Just("x,2,3")].prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn every_row_is_read_or_rejected(rows in proptest::collection::vec(row(), 0..400)) {
        let mut text = ramp(0..0).replace("emg_uv", "emg_uv,b_uv");
        (0..40).for_each(|n| writeln!(text, "{:.3},1.5,2", f64::from(n) / 1000.0).unwrap());
        for row in &rows {
            text.push_str(row);
            text.push('\n');
        }
        let options = OpenOptions { rate_hz: Some(1000.0), channels: vec![ChannelSelector::Index(2), ChannelSelector::Index(3)], ..OpenOptions::default() };
        let Ok(mut recording) = Recording::from_reader(std::io::Cursor::new(text.clone()), "f.csv", &options) else { return Ok(()) };
        let (mut frames, mut missing) = (0_u64, 0);
        while let Some(chunk) = recording.next_chunk().unwrap() {
            match chunk {
                Chunk::Frames(block) => {
                    prop_assert!(block.len() % 2 == 0 && !block.is_empty() && block.len() <= 2048);
                    prop_assert!(block.iter().all(|v| v.is_nan() || v.is_finite()));
                    frames += block.len() as u64 / 2;
                }
                Chunk::Gap { frames } => missing += frames,
                _ => {}
            }
        }
        let counts = recording.counts();
        prop_assert_eq!((frames, missing), (counts.frames, counts.frames_missing));
        prop_assert!(counts.rows_rejected <= counts.rows_read);
        prop_assert!(counts.frames <= counts.rows_read && counts.rows_read - counts.rows_rejected <= counts.frames);
        let lines = text.lines().skip(1).filter(|l| !l.trim_matches([' ', '\0']).is_empty() || l.contains('\0'));
        prop_assert_eq!(counts.rows_read, lines.filter(|l| !l.trim_start().starts_with('#')).count() as u64);
        prop_assert!(recording.rejects().len() as u64 == counts.rows_rejected.min(20));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let options = OpenOptions { rate_hz: Some(1000.0), unit: Some(Unit::MicroVolt), ..OpenOptions::default() };
        if let Ok(mut recording) = Recording::from_reader(std::io::Cursor::new(bytes), "f.csv", &options) {
            while let Ok(Some(_)) = recording.next_chunk() {}
        }
    }

    #[test]
    fn arbitrary_tables_never_panic(text in "([0-9a-zµ.,;:#%\"\\-+eE \t\r\n\\x00\\x1a]{0,30}\n){0,40}", rate: Option<u16>) {
        let options = OpenOptions { rate_hz: rate.map(f64::from), unit: Some(Unit::MicroVolt), ..OpenOptions::default() };
        if let Ok(mut recording) = Recording::from_reader(std::io::Cursor::new(text.clone()), "f.csv", &options) {
            while let Ok(Some(_)) = recording.next_chunk() {}
            let counts = recording.counts();
            prop_assert!(counts.frames <= counts.rows_read);
        }
        let _ = CueList::from_reader(text.as_bytes(), "cues.csv");
    }
}
