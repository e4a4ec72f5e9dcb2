//! Files that are no text at all.

use crate::error::ReadError;

/// What to do about a compressed file.
const UNPACK: &str = "unpack it first";
/// What to do about a spreadsheet.
const EXPORT: &str = "save the sheet as CSV first";
/// What to do about sound that is no WAV.
const SOUND: &str = "save it as WAV, PCM of 16 bits";
/// What to do about another binary file.
const NO_READER: &str = "there is no reader for it; export it as CSV";

/// First bytes of binary formats, what they are, and the way out.
const MAGIC: &[(&[u8], &str, &str)] = &[
    // What is packed in a way that is read comes here unpacked: these are inside another archive, or unusual.
    (b"\x1f\x8b", "gzip-compressed data", UNPACK),
    (b"BZh", "bzip2-compressed data", UNPACK),
    (b"\xfd7zXZ\0", "xz-compressed data", UNPACK),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data", UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", UNPACK),
    (b"PK\x03\x04", "a zip archive or an xlsx sheet", "unpack it, or save the sheet as CSV"),
    (b"PK\x05\x06", "an empty zip archive", UNPACK),
    (b"\xd0\xcf\x11\xe0", "an Office document (xls)", EXPORT),
    (b"RF64", "a WAV file of more than 4 GiB (RF64)", SOUND),
    (b"RIFX", "a WAV file in the other byte order", SOUND),
    (b"FORM", "an AIFF sound file", SOUND),
    (b"OggS", "a compressed sound file (Ogg)", SOUND),
    (b"fLaC", "a compressed sound file (FLAC)", SOUND),
    (b"ID3", "a compressed sound file (MP3)", SOUND),
    (b"%PDF", "a PDF document", EXPORT),
    (b"\x89HDF", "an HDF5 file", NO_READER),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file", NO_READER),
    (b"PAR1", "a Parquet file", NO_READER),
    (b"\x93NUMPY", "a NumPy array", NO_READER),
    (b"0       ", "an EDF recording", "its header is cut off"),
    (b"\xffBIOSEMI", "a BDF recording", "its header is cut off"),
    (b"BrainBay Archive File", "a BrainBay archive", NO_READER),
];

/// Refuses a head that is binary.
///
/// # Errors
/// [`ReadError::NotText`] with what it is and what to do.
pub(crate) fn check_text(head: &[u8], file: &str) -> Result<(), ReadError> {
    let refuse = |found, fix| Err(ReadError::NotText { file: file.to_owned(), found, fix });
    for (magic, found, fix) in MAGIC {
        if head.starts_with(magic) && (*magic != b"0       " || is_edf(head)) {
            return refuse(found, fix);
        }
    }
    // A power loss leaves NULs at the end of a text, never in front of its first line end, nor other control bytes.
    let sample = head.get(..4096).unwrap_or(head);
    let text = sample.iter().position(|b| *b == 0 && sample.contains(&b'\n')).map_or(sample, |nul| {
        let after_line = sample.iter().take(nul).any(|b| matches!(b, b'\n' | b'\r'));
        if after_line { sample.get(..nul).unwrap_or_default() } else { sample }
    });
    let strange = |b: &&u8| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a | 0x1b);
    if text.iter().filter(strange).count() * 50 > text.len() {
        return refuse("binary data", "a recording is a text table; is this the right file?");
    }
    Ok(())
}

/// Whether the fixed fields of an EDF header are where they belong.
fn is_edf(head: &[u8]) -> bool {
    let text = |range: std::ops::Range<usize>| head.get(range).unwrap_or_default();
    let printable = text(0..256).iter().all(|b| (0x20..0x7f).contains(b));
    let numeric = |range| text(range).iter().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'.' | b'-'));
    head.len() >= 256 && printable && numeric(184..192) && numeric(236..256)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_passes_and_binary_does_not() {
        let text = |bytes: &[u8]| check_text(bytes, "f").is_ok();
        assert!(text(b"") && text(b"time_s,emg\n0,1\n") && text("µ\n".as_bytes()) && text(b"0       1.5\n1 2\n"));
        assert!(text(b"1,2\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
        for (magic, ..) in MAGIC.iter().filter(|(magic, ..)| *magic != b"0       ") {
            assert!(!text(magic), "{magic:?}");
        }
        assert!(!text(&[1, 2, 3, 0, 5, 200, 7, 0]));
        let mut edf = format!("{:<8}{:<80}{:<80}01.01.0100.00.00{:<8}", "0", "X X X X", "", 512).into_bytes();
        edf.extend(format!("{:<44}{:<8}{:<8}{:<4}", "EDF+C", 10, 1, 1).bytes());
        assert!(!text(&edf));
    }
}
