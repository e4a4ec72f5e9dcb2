//! The one place that opens files of others: to read, regular files only and none longer than expected; to write, files of
//! its own only, for their owner alone.

use std::collections::hash_map::RandomState;
use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read};
use std::path::Path;

/// Opens a regular file to read it. Anything else is refused at once: a pipe would be waited for, a device may have no end.
///
/// # Errors
/// What the system says; `InvalidInput` for a folder, a pipe or a device.
pub fn open(path: &Path) -> io::Result<File> {
    check(&fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    without_waiting(&mut options);
    let file = options.open(path)?;
    // Another may stand in its place by now.
    check(&file.metadata()?)?;
    Ok(file)
}

/// Reads a whole file of at most `most` bytes.
///
/// # Errors
/// As [`open`]; `FileTooLarge` for more.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {most} bytes")));
    }
    Ok(bytes)
}

/// Reads a text of at most `most` bytes.
///
/// # Errors
/// As [`read`]; `InvalidData` where it is no UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// A number that nobody can foresee, for the name of a draft.
pub(crate) fn unforeseen() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Makes a file for its owner alone (0600), whatever the umask.
///
/// # Errors
/// What the system says; `AlreadyExists` where there is anything, a link to nowhere too.
pub fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    options.open(path)
}

/// As [`create_new`]; a file that is there is replaced, never written into: it may have a wider mode, or be a link.
///
/// # Errors
/// What the system says.
pub fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => create_new(path),
    }
}

/// Opens a file to append to it, and makes it as [`create_new`] does where there is none.
///
/// # Errors
/// What the system says; `InvalidInput` for a link, which is never written through, a folder, a pipe or a device.
pub fn append(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return create_new(path),
        found => check(&found?)?,
    }
    let mut options = OpenOptions::new();
    options.append(true);
    without_links(&mut options);
    let file = options.open(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

/// Refuses a link that leads out of the folder in which it stands.
///
/// # Errors
/// `InvalidInput` for such a link; what the system says.
pub fn stays_in_folder(path: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_symlink() {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if fs::canonicalize(path)?.parent() == Some(fs::canonicalize(folder)?.as_path()) {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "a link that leads out of its folder; put the file itself there"))
}

fn check(found: &Metadata) -> io::Result<()> {
    let what = if found.is_dir() {
        "a folder, not a file"
    } else if found.is_symlink() {
        "a link, which is not written through; put the file itself there"
    } else if found.is_file() {
        return Ok(());
    } else {
        "a pipe or device, not a file"
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}

#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions) {
    flags(options, rustix::fs::OFlags::NONBLOCK);
}

/// Another may have put a link there by now.
#[cfg(unix)]
fn without_links(options: &mut OpenOptions) {
    use rustix::fs::OFlags;
    flags(options, OFlags::NONBLOCK | OFlags::NOFOLLOW);
}

#[cfg(unix)]
fn flags(options: &mut OpenOptions, flags: rustix::fs::OFlags) {
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.bits().cast_signed());
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

/// Elsewhere nothing in a folder waits.
#[cfg(not(unix))]
fn without_waiting(_options: &mut OpenOptions) {}

/// Elsewhere links take the rights of an administrator.
#[cfg(not(unix))]
fn without_links(_options: &mut OpenOptions) {}

/// Elsewhere the folder of the person is closed to others by the system.
#[cfg(not(unix))]
fn private(_options: &mut OpenOptions) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn only_regular_files_of_the_expected_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        fs::write(place("text"), "abc").unwrap();
        symlink(place("text"), place("link")).unwrap();
        symlink("/dev/zero", place("endless")).unwrap();
        symlink(place("none"), place("dangling")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(place("pipe")).status().unwrap();
        assert!(pipe.success());
        assert_eq!(read_text(&place("link"), 3).unwrap(), "abc");
        assert_eq!(read(&place("text"), 2).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        for name in ["pipe", "endless", "."] {
            assert_eq!(open(&place(name)).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{name}");
        }
        assert_eq!(open(&place("dangling")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_is_made_is_private_and_follows_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let (victim, place) = (folder.path().join("victim"), folder.path().join("place"));
        fs::write(&victim, "mine").unwrap();
        symlink(&victim, &place).unwrap();
        assert_eq!(create_new(&place).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(append(&place).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        let file = create(&place).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let added = folder.path().join("added");
        for _ in 0..2 {
            append(&added).unwrap().write_all(b"line\n").unwrap();
        }
        assert_eq!(fs::metadata(&added).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&added).unwrap(), "line\nline\n");
        symlink("nowhere", folder.path().join("dangling")).unwrap();
        assert_eq!(append(&folder.path().join("dangling")).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
    }

    #[test]
    fn a_link_may_lead_to_its_neighbour_only() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let place = |name: &str| folder.path().join(name);
        fs::write(place("a"), "").unwrap();
        fs::write(other.path().join("b"), "").unwrap();
        symlink("a", place("near")).unwrap();
        symlink(other.path().join("b"), place("far")).unwrap();
        assert!(stays_in_folder(&place("a")).is_ok() && stays_in_folder(&place("near")).is_ok());
        assert!(stays_in_folder(&place("far")).is_err());
    }
}
