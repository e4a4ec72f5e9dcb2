//! EDF and BDF as others write them, well and badly: what is read, what is refused, and that nobody's name is repeated.

use std::path::PathBuf;

use crate::common::{Edf, Listed, annotations, emg, list, list_file};
use proptest::prelude::*;
use tempfile::TempDir;
use tonus_record::{ChannelSelector, Chunk, Cue, OpenOptions, Recording, Role, Unit};

fn write(edf: &Edf) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.edf");
    std::fs::write(&path, edf.bytes()).unwrap();
    (folder, path)
}

fn read(edf: &Edf) -> Result<Listed, String> {
    let (_folder, path) = write(edf);
    list_file(&path, &OpenOptions::default())
}

fn values(listed: &Listed) -> Vec<f64> {
    listed.frames.iter().map(|frame| frame.1[0]).collect()
}

/// Makes a number of a header another one.
type Change = fn(&mut Edf);

#[test]
fn a_plain_file_says_rate_unit_channels_and_roles() {
    let mut other = emg("Resp nasal", 1);
    other.unit = "degC".into();
    let mut chin = emg("EMG chin", 10);
    chin.unit = "mV".into();
    let edf = Edf::new("", "0.5", vec![other, chin]).record(&[&[7], &[1, -2, 3, 4, 5, 6, 7, 8, 9, 10]], b"");
    let (_folder, path) = write(&edf);
    let recording = Recording::open(&path, &OpenOptions::default()).unwrap();
    let header = recording.header();
    assert_eq!((header.format, header.rate_hz()), ("edf", 20.0));
    assert_eq!((header.channels[0].name.as_str(), header.channels[0].unit), ("EMG chin", Unit::MilliVolt));
    assert_eq!(header.channels[0].column, 2);
    assert_eq!(header.columns.iter().map(|c| c.role).collect::<Vec<_>>(), [Role::Aux, Role::Emg]);
    assert_eq!(recording.started_unix_s(), Some(1_015_064_430.0));
    assert_eq!(values(&list(recording).unwrap()), [1.0, -2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
}

#[test]
fn bdf_has_24_bits_and_their_sign() {
    let mut signal = emg("EMG", 10);
    signal.physical = ("-8388608".into(), "8388607".into());
    signal.digital = signal.physical.clone();
    let mut bdf = Edf::new("24BIT", "1", vec![signal]);
    bdf.version = b"\xffBIOSEMI".to_vec();
    let wanted = [-8_388_608_i32, 8_388_607, -1, 0, 1, 256, -256, 65_536, -65_536, 42];
    bdf.data = wanted.iter().flat_map(|value| value.to_le_bytes()[..3].to_vec()).collect();
    assert_eq!(values(&read(&bdf).unwrap()), wanted.map(f64::from));
}

#[test]
fn records_of_a_discontinuous_file_show_their_gaps() {
    let ten: Vec<i16> = (0..10).collect();
    let mut edf = Edf::new("EDF+D", "1", vec![emg("EMG", 10), annotations(60)]);
    for onset in ["+0.3", "+1.3", "+4.3", "+5.34"] {
        edf = edf.record(&[&ten], format!("{onset}\x14\x14\0").as_bytes());
    }
    let listed = read(&edf).unwrap();
    assert_eq!((listed.gaps.as_slice(), listed.end), (&[(20, 40)][..], 60));
    // An overlapping record follows, and is named.
    let said = notes(&edf.record(&[&ten], b"+5.5\x14\x14\0").record(&[&ten], b"+6.5\x14\x14\0"));
    assert!(said.len() == 1 && said[0].starts_with("record 5: its time stamp says that it begins before"), "{said:?}");
}

/// A discontinuous file of records of 100 frames at 1000 Hz with these stamps in seconds.
fn stamped(stamps: &[f64], decimals: usize) -> Edf {
    let mut edf = Edf::new("EDF+D", "0.1", vec![emg("EMG", 100), annotations(60)]);
    for (n, stamp) in stamps.iter().enumerate() {
        let samples: Vec<i16> = (0..100).map(|i| i16::try_from((n * 37 + i * 11) % 997).unwrap()).collect();
        edf = edf.record(&[&samples], format!("+{stamp:.decimals$}\x14\x14\0").as_bytes());
    }
    edf
}

/// Reads as a file and as a stream: gaps as (place, frames), frames, rejected records, stalls; both have to say the same.
fn placed(edf: &Edf) -> (Vec<(u64, u64)>, u64, u64, usize) {
    let (_folder, path) = write(edf);
    let of = |mut recording: Recording| {
        let (mut gaps, mut stalls, mut at) = (Vec::new(), 0, 0);
        while let Some(chunk) = recording.next_chunk().unwrap() {
            match chunk {
                Chunk::Frames(values) => at += values.len() as u64,
                Chunk::Gap { frames } => {
                    gaps.push((at, frames));
                    at += frames;
                }
                Chunk::Stalled => stalls += 1,
                Chunk::Cue(_) => {}
            }
        }
        (gaps, recording.counts().frames, recording.counts().rows_rejected, stalls)
    };
    let options = OpenOptions::default();
    let whole = of(Recording::open(&path, &options).unwrap());
    let bytes = std::io::Cursor::new(edf.bytes());
    assert_eq!(of(Recording::from_reader(bytes, "-", &options).unwrap()), whole, "a stream says another thing");
    whole
}

#[test]
fn stamps_of_records_are_readings_of_a_line() {
    for ppm in [0.0, 300.0, -300.0, 40.0] {
        for (decimals, hole) in [(6_usize, 137_u64), (6, 1), (3, 137), (2, 150), (4, 3), (6, 0)] {
            for records in [6, 40, 900] {
                let at = |n: usize| 0.1 * n as f64 + if 2 * n >= records { hole as f64 / 1000.0 } else { 0.0 };
                let stamps: Vec<f64> = (0..records).map(|n| at(n) * (1.0 + ppm * 1e-6)).collect();
                let (gaps, frames, rejected, _) = placed(&stamped(&stamps, decimals));
                let what = format!("{ppm} ppm, {decimals} decimals, {records} records: {gaps:?}");
                assert_eq!((frames, rejected), (100 * records as u64, 0), "{what}");
                assert_eq!(gaps.len(), usize::from(hole > 0), "{what}");
                // To the sample, or to what a stamp is rounded to.
                let rounding = 1000 / 10_u64.pow(decimals as u32);
                let is_right = |gap: &(u64, u64)| gap.0 == 50 * records as u64 && gap.1.abs_diff(hole) <= rounding;
                assert!(gaps.iter().all(is_right), "{what}");
            }
        }
    }
}

#[test]
fn holes_between_all_records_are_no_slow_clock() {
    let stamps: Vec<f64> = (0..50).map(|n| 60.0 * f64::from(n)).collect();
    let (gaps, frames, ..) = placed(&stamped(&stamps, 0));
    assert!(gaps.len() == 49 && gaps.iter().all(|gap| gap.1 == 59_900) && frames == 5000, "{gaps:?}");
    let mut at = 0.0;
    let lengths: Vec<u64> = (0..50).map(|n| n * n * 7 % 90).collect();
    let stamps = lengths.iter().map(|length| {
        at += 0.1 + *length as f64 / 1000.0;
        at
    });
    let (gaps, ..) = placed(&stamped(&stamps.collect::<Vec<_>>(), 4));
    let wanted: Vec<u64> = lengths.into_iter().skip(1).filter(|length| *length > 0).collect();
    assert_eq!(gaps.into_iter().map(|gap| gap.1).collect::<Vec<_>>(), wanted);
}

#[test]
fn stamps_that_jitter_show_holes_that_are_larger() {
    let jitter = |n: u32| f64::from(n.wrapping_mul(2_654_435_761) >> 16) / 65_536.0 * 0.012;
    let at = |n: u32| 0.1 * f64::from(n) + if n >= 200 { 0.4 } else { 0.0 } + jitter(n);
    let (gaps, frames, ..) = placed(&stamped(&(0..400).map(at).collect::<Vec<_>>(), 4));
    assert!(gaps.len() == 1 && gaps[0].0 == 20_000 && gaps[0].1.abs_diff(400) <= 3 && frames == 40_000, "{gaps:?}");
}

#[test]
fn no_record_is_lost_for_its_stamp() {
    let mut stamps: Vec<f64> = (0..40).map(|n| 0.1 * f64::from(n)).collect();
    stamps[20] = 777.0;
    stamps[30] = 0.0;
    assert_eq!(placed(&stamped(&stamps, 3)), (vec![], 4000, 0, 0));
    let said = notes(&stamped(&stamps, 3));
    assert!(said.iter().any(|note| note.contains("record 21") && note.contains("(2 records in all)")), "{said:?}");
    // A clock that starts again, one that is set back, and a record that comes twice.
    let again: Vec<f64> = (0..80).map(|n| 0.1 * f64::from(n % 40) + if n < 40 { 100.0 } else { 0.0 }).collect();
    assert_eq!(placed(&stamped(&again, 3)), (vec![], 8000, 0, 1));
    let back: Vec<f64> = (0..40).map(|n| 0.1 * f64::from(n) - if n < 20 { 0.0 } else { 0.23 }).collect();
    assert_eq!(placed(&stamped(&back, 3)), (vec![], 4000, 0, 0));
    let mut twice = stamped(&(0..40).map(|n| 0.1 * f64::from(n)).collect::<Vec<_>>(), 3);
    let record = twice.data.len() / 40;
    let copy = twice.data[10 * record..12 * record].to_vec();
    twice.data.splice(12 * record..12 * record, copy);
    assert_eq!(placed(&twice), (vec![], 4000, 2, 0));
}

#[test]
fn words_of_annotations_are_cues_wherever_they_stand() {
    let ten = [0; 10];
    // The second list of the first record belongs to the last one, and a list has several texts.
    let edf = Edf::new("EDF+C", "1", vec![emg("EMG", 10), annotations(120)])
        .record(&[&ten], b"+0.5\x14\x14\0+2.5\x15.5\x14Work\x14\0+0.7\x14Mrs Haagse moved\x14quiet\x14\0")
        .record(&[&ten], b"+1.5\x14\x14\0")
        .record(&[&ten], b"+2.5\x14\x14\0+2\x150.5\x14rest\x14\0");
    let listed = read(&edf).unwrap();
    assert_eq!(listed.cues, [(2, Cue::Quiet), (15, Cue::Rest), (20, Cue::Work), (25, Cue::Free)]);
    // A pipe cannot be read ahead: what came too late begins when it is known.
    let bytes = std::io::Cursor::new(edf.bytes());
    let piped = list(Recording::from_reader(bytes, "-", &OpenOptions::default()).unwrap()).unwrap();
    assert_eq!(piped.frames, listed.frames);
    assert_eq!(piped.cues.first(), Some(&(2, Cue::Quiet)));
}

#[test]
fn cut_records_and_records_that_a_power_loss_left_are_counted() {
    let ten: Vec<i16> = (0..10).collect();
    let mut edf = Edf::new("EDF+C", "1", vec![emg("EMG", 10), annotations(20)])
        .record(&[&ten], b"+0\x14\x14\0")
        .record(&[&[0; 10]], b"")
        .record(&[&ten], b"+2\x14\x14\0")
        .record(&[&ten], b"+3\x14\x14\0");
    edf.data.truncate(edf.data.len() - 3);
    edf.records = "9".into();
    let (_folder, path) = write(&edf);
    let mut recording = Recording::open(&path, &OpenOptions::default()).unwrap();
    assert!(crate::notes(recording.header()).contains("9 records; the file holds 3"));
    while recording.next_chunk().unwrap().is_some() {}
    let counts = recording.counts();
    assert_eq!((counts.frames, counts.frames_missing, counts.rows_rejected), (20, 10, 2));
}

#[test]
fn different_rates_need_a_choice() {
    let edf = Edf::new("", "1", vec![emg("EMG L", 10), emg("EMG R", 20)]).record(&[&[0; 10], &[0; 20]], b"");
    assert_eq!(
        read(&edf).unwrap_err().split_once(": ").unwrap().1,
        "its channels have different sampling rates: channel 1 at 10 Hz, or channel 2 at 20 Hz; give channel"
    );
    let (_folder, path) = write(&edf);
    let options = OpenOptions { channels: vec![ChannelSelector::Index(2)], ..OpenOptions::default() };
    assert_eq!(list_file(&path, &options).unwrap().frames.len(), 20);
}

/// Every number of a header made wrong, one at a time.
#[test]
fn what_is_wrong_in_a_header_is_named_and_nobody_in_it() {
    let good = Edf::new("EDF+C", "1", vec![emg("EMG", 10), annotations(20)]).record(&[&[1; 10]], b"+0\x14\x14\0");
    let broken = |change: fn(&mut Edf)| {
        let mut edf = good.clone();
        change(&mut edf);
        read(&edf).unwrap_err()
    };
    let cases: [(Change, &str); 9] = [
        (|e| e.signals[0].physical.1 = e.signals[0].physical.0.clone(), "physical minimum and maximum are the same"),
        (|e| e.signals[0].digital.1 = e.signals[0].digital.0.clone(), "digital minimum is not below"),
        (|e| e.signals[0].digital = ("5".into(), "-5".into()), "digital minimum is not below"),
        (|e| e.signals[0].physical.0 = "Harry".into(), "is no pair of numbers"),
        (|e| e.signals[0].unit = "degC".into(), "give unit"),
        (|e| e.signals[0].label = "Harry".into(), "give channel"),
        (|e| e.duration = "0".into(), "give rate_hz"),
        (|e| e.duration = "9999999".into(), "give rate_hz"),
        (|e| e.signals[0].samples = 99_999_999, "more than 15 MiB"),
    ];
    for (change, said) in cases {
        let message = broken(change);
        assert!(message.contains(said), "{message}");
        for name in ["Haagse", "MCH", "Sony", "BK/JOP", "1951"] {
            assert!(!message.contains(name), "{message}");
        }
    }
    // A field that somebody's name has slipped into is not repeated either.
    let mut bytes = good.bytes();
    bytes[252..256].copy_from_slice(b"Hary");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.bdf");
    bytes[..8].copy_from_slice(b"\xffBIOSEMI");
    std::fs::write(&path, &bytes).unwrap();
    let message = list_file(&path, &OpenOptions::default()).unwrap_err();
    assert!(message.contains("number of signals") && !message.contains("Hary"), "{message}");
}

#[test]
fn text_beyond_ascii_in_a_header_is_tolerated() {
    let mut edf = Edf::new("EDF+C", "1", vec![emg("EMG", 10), annotations(20)]).record(&[&[1; 10]], b"+0\x14\x14\0");
    edf.patient = "Jürgen Müller".as_bytes().to_vec();
    edf.signals[0].unit = "uV".into();
    let mut bytes = edf.bytes();
    // The µ of Latin-1 in the unit of the first signal.
    let unit = 256 + 2 * (16 + 80);
    bytes[unit..unit + 2].copy_from_slice(b"\xb5V");
    let recording = Recording::from_reader(std::io::Cursor::new(bytes), "x", &OpenOptions::default()).unwrap();
    assert_eq!(recording.header().channels[0].unit, Unit::MicroVolt);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_bytes_never_panic(
        flips in proptest::collection::vec((0_usize..900, any::<u8>()), 0..12),
        cut in 0_usize..1200,
        version in any::<bool>(),
        kind in 0_usize..4,
    ) {
        let reserved = ["", "EDF+C", "EDF+D", "BDF+D"][kind];
        let mut edf = Edf::new(reserved, "1", vec![emg("EMG", 10), annotations(60)])
            .record(&[&[1; 10]], b"+0\x14\x14\0+0.2\x151\x14work\x14\0+0.3\x150.5\x14gap\x14\0")
            .record(&[&[2; 10]], b"+7\x14\x14\0+1\x14rest\x14\0+1\x150.2\x14missing EMG\x14\0");
        if version {
            edf.version = b"\xffBIOSEMI".to_vec();
        }
        let mut bytes = edf.bytes();
        for (at, byte) in flips {
            if let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
        }
        bytes.truncate(cut.max(300));
        tonus_testkit::record::edf_read(&bytes);
    }

    #[test]
    fn hostile_numbers_never_panic(field in 0_usize..9, number in "[-+0-9.eE, ]{0,8}") {
        let mut edf = Edf::new("EDF+D", "1", vec![emg("EMG", 10), annotations(60)])
            .record(&[&[1; 10]], b"+0\x14\x14\0+0.2\x151\x14work\x14\0");
        let mut bytes = edf.bytes();
        match field {
            0 => edf.records = number,
            1 => edf.duration = number,
            2 => edf.signals[0].physical.0 = number,
            3 => edf.signals[0].physical.1 = number,
            4 => edf.signals[0].digital.0 = number,
            5 => edf.signals[0].digital.1 = number,
            _ => {
                let at = 256 + 2 * 216 + if field == 6 { 8 } else { 0 };
                bytes[at..at + 8].fill(b' ');
                bytes[at..at + number.len()].copy_from_slice(number.as_bytes());
                tonus_testkit::record::edf_read(&bytes);
                return Ok(());
            }
        }
        tonus_testkit::record::edf_read(&edf.bytes());
    }
}

/// Reads to the end; the notes.
fn notes(edf: &Edf) -> Vec<String> {
    let (_folder, path) = write(edf);
    let mut recording = Recording::open(&path, &OpenOptions::default()).unwrap();
    while recording.next_chunk().unwrap().is_some() {}
    recording.header().notes.iter().map(ToString::to_string).collect()
}

#[test]
fn ranges_and_stamps_that_contradict_the_samples_are_refused_or_said() {
    let with = |change: Change| {
        let mut edf = Edf::new("EDF+C", "1", vec![emg("EMG", 10), annotations(20)]);
        change(&mut edf);
        edf.record(&[&[1; 10]], b"+0\x14\x14\0").record(&[&[900; 10]], b"+1\x14\x14\0")
    };
    let wide = with(|edf| edf.signals[0].digital = ("-8388608".into(), "8388607".into()));
    assert!(read(&wide).unwrap_err().contains("larger than its samples can be"));
    let outside = with(|edf| edf.signals[0].digital = ("-500".into(), "500".into()));
    assert!(notes(&outside).iter().any(|note| note.starts_with("10 values are outside")), "{:?}", notes(&outside));
    let plain = with(|_| {});
    assert_eq!(notes(&plain), [""; 0]);
    let jump = plain.record(&[&[2; 10]], b"+50\x14\x14\0").record(&[&[2; 10]], b"+51\x14\x14\0");
    let said = notes(&jump);
    assert!(
        said.len() == 1
            && said[0].starts_with("record 3: its time stamp shows a gap in a file that says it is continuous"),
        "{said:?}"
    );
}

#[test]
fn gaps_cost_what_is_allowed_and_no_more() {
    let with = |days: &[f64]| {
        let mut edf = Edf::new("EDF+D", "1", vec![emg("EMG", 10), annotations(20)]);
        let mut at = 0.0;
        for day in [0.0].iter().chain(days) {
            at += day * 86_400.0;
            for _ in 0..2 {
                edf = edf.record(&[&[1; 10]], format!("+{at}\x14\x14\0").as_bytes());
                at += 1.0;
            }
        }
        edf
    };
    let far = read(&with(&[2.0])).unwrap_err();
    assert!(far.contains("a jump of more than a day"), "{far}");
    assert_eq!(read(&with(&[0.9; 7])).unwrap().frames.len(), 160);
    let many = read(&with(&[0.9; 9])).unwrap_err();
    assert!(many.contains("gaps of 7.2 days in all, where 7 are allowed"), "{many}");
}
