//! WFDB records, as `PhysioNet` has them: a header `NAME.hea` of text and beside it the samples, in format 16 or 212.
//!
//! Either of the two may be named. Comments of a header say whom it is about; they are not read, and neither are dates.

mod head;
mod read;

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::ReadError;
use crate::file::stays_in_folder;
use crate::format::binary::{Bytes, Opened};
use crate::format::signals::{choose, make_unique};
use crate::options::OpenOptions;
use crate::setting::Setting;
use crate::source::open_regular;

use head::Head;
use read::{Reader, Scale};

/// Largest header.
const MAX_BYTES: u64 = 1 << 20;

/// A header, and where it and its samples are.
pub(crate) struct Record {
    head: Head,
    /// Whether the header was named, and not its samples.
    is_named: bool,
    folder: PathBuf,
}

/// The WFDB record that a path belongs to: it is a header, or the samples that the header beside it names.
///
/// # Errors
/// [`ReadError`] when the header that was named cannot be read.
pub(crate) fn find(path: &Path, file: &str) -> Result<Option<Record>, ReadError> {
    let is_named = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("hea"));
    let header = path.with_extension("hea");
    if !header.is_file() || !is_named && stays_in_folder(&header).is_err() {
        return Ok(None);
    }
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut text = Vec::new();
    let io = |source| ReadError::Io { file: file.to_owned(), source };
    open_regular(&header, file)?.take(MAX_BYTES + 1).read_to_end(&mut text).map_err(io)?;
    let head = if text.len() as u64 > MAX_BYTES {
        Err(ReadError::Damaged {
            file: file.to_owned(),
            place: "header".into(),
            found: "more than 1 MiB".into(),
            fix: "is this a WFDB header?".into(),
        })
    } else {
        Head::parse(&text, file)
    };
    match head {
        Ok(head) if is_named => Ok(Some(Record { head, is_named, folder })),
        Err(error) if is_named => Err(error),
        Ok(head) => {
            let name = path.file_name().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
            Ok(head.names(name).then_some(Record { head, is_named, folder }))
        }
        // Beside a file of another kind, a text of that name need not be a header at all.
        Err(_) => Ok(None),
    }
}

/// Opens a record; `reader` gives the bytes of the file that was named.
///
/// # Errors
/// [`ReadError`] when it cannot be read, or an option is needed.
pub(crate) fn open(
    record: Record,
    reader: Box<dyn Read + Send>,
    file: &str,
    options: &OpenOptions,
) -> Result<Opened, ReadError> {
    let Record { head, is_named, folder } = record;
    let mut signals = head.described();
    make_unique(&mut signals);
    let chosen = choose(file, &signals, options)?;
    let first = chosen.places.first().copied().unwrap_or_default();
    let group = head.group(first);
    if let Some(other) = chosen.places.iter().find(|n| head.group(**n).file != group.file) {
        let name = chosen.columns.get(*other).map_or("", |column| column.name.as_str());
        let found = format!("signal '{name}' stands in another file than the first one; choose those of one file");
        return Err(ReadError::NeedsOption { file: file.to_owned(), found: found.into(), option: Setting::Channel });
    }
    let reader = if is_named {
        let samples = folder.join(&group.file);
        let name = samples.display().to_string();
        stays_in_folder(&samples).map_err(|source| ReadError::Io { file: name.clone(), source })?;
        Box::new(open_regular(&samples, &name)?)
    } else {
        reader
    };
    let scales: Vec<Scale> = chosen.places.iter().map(|n| head.scale(*n, &group)).collect();
    let header = chosen.header(file, "wfdb", options);
    let reader = Reader::new(Bytes::new(reader, file), group, scales, head.frames)?;
    Ok(Opened { header, frames: Box::new(reader), started_unix_s: None })
}
