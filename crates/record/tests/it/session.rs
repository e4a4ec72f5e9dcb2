//! A live session written and read back: the same frames, gaps, stalls and cues, in the same order.

use tonus_record::session::{RateInfo, ScaleInfo, SessionInfo};
use tonus_record::{Chunk, Cue, OpenOptions, RateSource, Recording, SessionWriter};
use tonus_testkit::record::session_info;

fn info() -> SessionInfo {
    let plain = session_info(873.1, &["left, \"calf\"", "right"]);
    let scale = plain.scale.into_iter().map(|scale| ScaleInfo { uv_per_unit: 0.022351744455307063, ..scale });
    SessionInfo {
        finalised: true,
        rate: RateInfo { source: "estimated".to_owned(), ..plain.rate },
        scale: scale.collect(),
        anchor: vec![500.0, 7.0],
        ..plain
    }
}

/// Everything a recording gives, one line per chunk.
fn read(path: &std::path::Path, options: &OpenOptions) -> Vec<String> {
    let mut recording = Recording::open(path, options).unwrap();
    let mut out = Vec::new();
    while let Some(chunk) = recording.next_chunk().unwrap() {
        out.push(match chunk {
            Chunk::Frames(values) => format!("frames {:?}", values.iter().map(|v| v.to_bits()).collect::<Vec<_>>()),
            Chunk::Gap { frames } => format!("gap {frames}"),
            Chunk::Stalled => "stalled".to_owned(),
            Chunk::Cue(cue) => cue.name().to_owned(),
        });
    }
    assert_eq!((recording.counts().rows_rejected, recording.counts().cells_missing), (0, 0));
    out
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("rec");
    let info = info();
    let mut writer = SessionWriter::create(&place, &info).unwrap();
    writer.frame(0, &[500.0, 7.0], Cue::Quiet).unwrap();
    writer.frame(1, &[-8_388_608.0, 0.1 + 0.2], Cue::Quiet).unwrap();
    writer.gap(2, 17, Cue::Quiet).unwrap();
    writer.gap(19, 3, Cue::Work).unwrap();
    writer.stall(22, Cue::Work).unwrap();
    writer.frame(22, &[501.0, 7.0], Cue::Rest).unwrap();
    writer.stall(23, Cue::Rest).unwrap();
    writer.gap(23, 5, Cue::Rest).unwrap();
    writer.frame(28, &[501.0, 7.0], Cue::Rest).unwrap();
    writer.finish(&info).unwrap();

    let scale = info.scale[0].uv_per_unit;
    let frames = |rows: &[[f64; 2]]| {
        let uv = |row: &[f64; 2]| [((row[0] - 500.0) * scale) as f32, ((row[1] - 7.0) * scale) as f32];
        format!("frames {:?}", rows.iter().flat_map(uv).map(f32::to_bits).collect::<Vec<_>>())
    };
    let expected = [
        "quiet".to_owned(),
        frames(&[[500.0, 7.0], [-8_388_608.0, 0.1 + 0.2]]),
        "gap 17".to_owned(),
        "work".to_owned(),
        "gap 3".to_owned(),
        "stalled".to_owned(),
        "rest".to_owned(),
        frames(&[[501.0, 7.0]]),
        "stalled".to_owned(),
        "gap 5".to_owned(),
        frames(&[[501.0, 7.0]]),
    ];
    assert_eq!(read(&place, &OpenOptions::default()), expected);
    assert_eq!(read(&place.join("session.csv"), &OpenOptions::default()), expected);
    let recording = Recording::open(&place, &OpenOptions::default()).unwrap();
    let header = recording.header();
    assert_eq!((header.rate_hz(), header.rate_source, header.format), (873.1, RateSource::Header, "tonus-session"));
    assert_eq!(header.session.as_deref(), Some(&info));

    assert!(SessionWriter::create(&place, &info).is_err(), "a recording is never written over");
    let one = OpenOptions { channels: vec!["right".parse().unwrap()], ..OpenOptions::default() };
    assert_eq!(Recording::open(&place, &one).unwrap().header().channels[0].column, 4);
}

#[test]
fn alone_it_is_a_plain_table_and_a_damaged_description_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("rec");
    let info = info();
    let mut writer = SessionWriter::create(&place, &info).unwrap();
    for n in 0..2000_u64 {
        writer.frame(n, &[500.0 + (n * 7919 % 13) as f64, 7.0 - (n % 5) as f64], Cue::Free).unwrap();
    }
    writer.gap(2000, 100, Cue::Free).unwrap();
    writer.frame(2100, &[500.0, 7.0], Cue::Free).unwrap();
    writer.finish(&info).unwrap();
    let copy = folder.path().join("copy.csv");
    std::fs::copy(place.join("session.csv"), &copy).unwrap();
    let mut recording = Recording::open(&copy, &OpenOptions::default()).unwrap();
    assert!((recording.header().rate_hz() - 873.1).abs() < 0.01, "{}", recording.header().rate_hz());
    assert_eq!(recording.header().channels.len(), 2);
    while recording.next_chunk().unwrap().is_some() {}
    // The row of the gap counts as a frame without values, the others are missing.
    assert_eq!((recording.counts().frames, recording.counts().frames_missing), (2002, 99));

    let whole = std::fs::read_to_string(place.join("session.json")).unwrap();
    for (from, to, parts) in [
        ("\"mains\": \"off\"", "\"mains\": \"55\"", ["`55`", "`60`"]),
        ("\"profile\": \"limb\"", "\"profile\": \"pelvis\"", ["`pelvis`", "`pelvic`"]),
        ("\"kind\": \"raw\"", "\"kind\": \"cooked\"", ["`cooked`", "`envelope`"]),
        ("\"unit\": \"counts\"", "\"unit\": \"furlong\"", ["`furlong`", "counts"]),
        ("\"uv_per_unit\": 0.02", "\"uv_per_unit\": -0.02", ["scale[0].uv_per_unit -0.02", "above 0"]),
        ("\"uv_per_unit\": 0.022351744455307063", "\"uv_per_unit\": 0", ["uv_per_unit 0", "above 0"]),
        ("\"mains\": \"off\"", "\"mains\": \"off\", \"grace_s\": -2", ["config.grace_s is -2", "0.1 to 60"]),
    ] {
        assert!(whole.contains(from), "{from} in {whole}");
        std::fs::write(place.join("session.json"), whole.replacen(from, to, 1)).unwrap();
        let error = Recording::open(&place, &OpenOptions::default()).unwrap_err().to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{to}: {error}");
    }
    std::fs::write(place.join("session.json"), "{").unwrap();
    let error = Recording::open(&place, &OpenOptions::default()).unwrap_err().to_string();
    assert!(error.contains("session.json") && error.contains("restore it"), "{error}");
    let hz = "\"hz\": 873.1";
    assert!(whole.contains(hz));
    std::fs::write(place.join("session.json"), whole.replacen(hz, "\"hz\": 500", 1)).unwrap();
    let error = Recording::open(&place, &OpenOptions::default()).unwrap_err().to_string();
    assert!(error.contains("at 500 Hz stands at") && error.contains("rate_hz"), "{error}");
    let told = OpenOptions { rate_hz: Some(500.0), ..OpenOptions::default() };
    assert!(Recording::open(&place, &told).is_ok());
}

#[cfg(unix)]
#[test]
fn a_description_that_is_there_and_cannot_be_read_is_never_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("rec");
    let info = info();
    let mut writer = SessionWriter::create(&place, &info).unwrap();
    (0..2000_u64).for_each(|n| writer.frame(n, &[500.0, (n % 7) as f64], Cue::Free).unwrap());
    writer.finish(&info).unwrap();
    let about = place.join("session.json");
    std::fs::remove_file(&about).unwrap();
    std::os::unix::fs::symlink(folder.path().join("nowhere"), &about).unwrap();
    assert!(Recording::open(place.join("session.csv"), &OpenOptions::default()).is_err());
    std::fs::remove_file(&about).unwrap();
    std::fs::create_dir(&about).unwrap();
    assert!(Recording::open(place.join("session.csv"), &OpenOptions::default()).is_err());
    std::fs::remove_dir(&about).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&about).status().unwrap().success());
    assert!(Recording::open(place.join("session.csv"), &OpenOptions::default()).is_err());
}
