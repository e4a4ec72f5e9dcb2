//! WFDB records made by hand: both formats, several signals, checksums, either file named.

use std::path::Path;

use crate::common::{Listed, list_file};
use tonus_record::{ChannelSelector, OpenOptions, Recording, Unit};

/// Two samples of 12 bits in three bytes.
fn pack(samples: &[i16]) -> Vec<u8> {
    let pair = |pair: &[i16]| {
        let (a, b) = (pair[0] as u16 & 0xfff, pair.get(1).map_or(0, |b| *b as u16 & 0xfff));
        [a as u8, (a >> 8) as u8 | ((b >> 8) << 4) as u8, b as u8]
    };
    samples.chunks(2).flat_map(pair).collect()
}

fn sum(samples: impl Iterator<Item = i16>) -> i16 {
    samples.fold(0, i16::wrapping_add)
}

fn open(folder: &Path, name: &str, options: &OpenOptions) -> Result<Listed, String> {
    list_file(&folder.join(name), options)
}

#[test]
fn two_signals_of_format_16_from_either_file() {
    let folder = tempfile::tempdir().unwrap();
    let samples: Vec<i16> = (0..200).map(|n: i16| n.wrapping_mul(331)).collect();
    let sums = [0, 1].map(|n| sum(samples.iter().skip(n).step_by(2).copied()));
    let header = format!(
        "r 2 2000/1 100 10:00:00 02/03/1951\nr.dat 16 100(50)/uV 16 0 0 {} 0 EMG left\nr.dat 16 2/degC 16 0 0 {} 0 skin\n# Haagse Harry\n",
        sums[0], sums[1]
    );
    std::fs::write(folder.path().join("r.hea"), header).unwrap();
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    std::fs::write(folder.path().join("r.dat"), &bytes).unwrap();
    let by_samples = open(folder.path(), "r.dat", &OpenOptions::default()).unwrap();
    assert_eq!(by_samples, open(folder.path(), "r.hea", &OpenOptions::default()).unwrap());
    let wanted: Vec<f64> = samples.iter().step_by(2).map(|sample| (f64::from(*sample) - 50.0) / 100.0).collect();
    assert_eq!(by_samples.frames.iter().map(|frame| frame.1[0]).collect::<Vec<_>>(), wanted);

    let mut recording = Recording::open(folder.path().join("r.dat"), &OpenOptions::default()).unwrap();
    assert_eq!((recording.header().rate_hz(), recording.header().channels[0].unit), (2000.0, Unit::MicroVolt));
    while recording.next_chunk().unwrap().is_some() {}
    assert_eq!(recording.counts().rows_rejected, 0, "the checksums are right");
    assert!(!format!("{:?}", recording.header()).contains("Harry"));

    // A unit that is no voltage needs an option; a wrong sum is told; a cut frame is counted.
    let second = OpenOptions { channels: vec![ChannelSelector::Name("skin".into())], ..OpenOptions::default() };
    assert!(open(folder.path(), "r.dat", &second).unwrap_err().contains("give unit"));
    let mut damaged = bytes.clone();
    damaged[8] ^= 1;
    std::fs::write(folder.path().join("r.dat"), &damaged).unwrap();
    let mut recording = Recording::open(folder.path().join("r.hea"), &OpenOptions::default()).unwrap();
    while recording.next_chunk().unwrap().is_some() {}
    assert_eq!(recording.rejects()[0].reason, "the checksum of a signal differs");
    std::fs::write(folder.path().join("r.dat"), &bytes[..bytes.len() - 1]).unwrap();
    let mut recording = Recording::open(folder.path().join("r.hea"), &OpenOptions::default()).unwrap();
    while recording.next_chunk().unwrap().is_some() {}
    assert_eq!((recording.counts().frames, recording.counts().rows_rejected), (99, 2));
}

#[test]
fn format_212_with_an_odd_number_of_samples_and_a_missing_one() {
    let folder = tempfile::tempdir().unwrap();
    let samples = [-2047, 2047, -1, 0, 1, -2048, 100, -100, 5];
    let header = format!(
        "r 3 1000 3\nr.dat 212 200/mV 12 0 0 {} 0 EMG a\nr.dat 212 200/mV 12 0 0 0 0 EMG b\nr.dat 212 200/mV 12 0 0 0 0 EMG c\n",
        sum([-2047_i16, 0, 100].into_iter())
    );
    std::fs::write(folder.path().join("r.hea"), header).unwrap();
    std::fs::write(folder.path().join("r.dat"), pack(&samples)).unwrap();
    let listed = open(folder.path(), "r.hea", &OpenOptions::default()).unwrap();
    assert_eq!(listed.frames.len(), 3);
    assert_eq!(listed.frames[0].1, [-2047.0 / 200.0, 2047.0 / 200.0, -1.0 / 200.0]);
    assert!(listed.frames[1].1[2].is_nan());
    assert_eq!(listed.frames[2].1, [0.5, -0.5, 0.025]);
}

#[test]
fn a_header_leads_nowhere_but_beside_itself() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::write(folder.path().join("secret"), [0; 100]).unwrap();
    for name in ["../secret", "-", "/etc/hostname"] {
        std::fs::write(folder.path().join("in/r.hea"), format!("r 1 1000 9\n{name} 16 1/uV 16 0 0 0 0 EMG\n")).unwrap();
        let message = open(folder.path(), "in/r.hea", &OpenOptions::default()).unwrap_err();
        assert!(message.contains("not in a file beside the header"), "{message}");
    }
    // A text of that name beside another file is nobody's header.
    std::fs::write(folder.path().join("in/x.hea"), "Dear diary\n").unwrap();
    std::fs::write(folder.path().join("in/x.csv"), "time_s,emg_uv\n0.000,5\n0.001,7\n0.002,6\n").unwrap();
    assert_eq!(open(folder.path(), "in/x.csv", &OpenOptions::default()).unwrap().frames.len(), 3);
    let message = open(folder.path(), "in/x.hea", &OpenOptions::default()).unwrap_err();
    assert!(!message.contains("diary"), "{message}");
}

#[cfg(unix)]
#[test]
fn a_link_beside_the_header_leads_nowhere_else() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(other.path().join("secret"), [1; 2000]).unwrap();
    std::fs::write(folder.path().join("r.hea"), "r 1 1000 1000\nr.dat 16 1/uV 16 0 0 0 0 EMG\n").unwrap();
    std::os::unix::fs::symlink(other.path().join("secret"), folder.path().join("r.dat")).unwrap();
    let message = open(folder.path(), "r.hea", &OpenOptions::default()).unwrap_err();
    assert!(message.contains("a link that leads out of its folder"), "{message}");
}
