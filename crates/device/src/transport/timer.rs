//! The latency timer of FTDI adapters: a chip that waits 16 ms for more bytes before it hands on what it has. Linux lets it
//! be set through a file; drivers of other systems have it in their settings (docs/DEVICES.md).

use std::fs;
use std::path::Path;

/// Where Linux keeps the timers.
pub(super) const SYSTEM: &str = "/sys/bus/usb-serial/devices";

/// Sets the timer of a port to 1 ms; what to tell the user if that is not allowed. Ports without a timer need nothing.
pub(super) fn lower(system: &Path, port: &Path) -> Option<String> {
    let real = fs::canonicalize(port).ok()?;
    let place = system.join(real.file_name()?).join("latency_timer");
    let read = || fs::read_to_string(&place).ok()?.trim().parse::<u32>().ok();
    if read()? <= 1 || fs::write(&place, "1").is_ok() && read()? <= 1 {
        return None;
    }
    Some(format!(
        "the USB adapter gathers bytes for {} ms before it hands them on; `echo 1 | sudo tee {}` makes that 1 ms",
        read()?,
        place.display()
    ))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A system with one adapter, and a link to its port.
    fn adapter(timer: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("ttyUSB7");
        fs::write(&port, "").unwrap();
        symlink(&port, folder.path().join("by-id")).unwrap();
        fs::create_dir_all(folder.path().join("sys/ttyUSB7")).unwrap();
        fs::write(folder.path().join("sys/ttyUSB7/latency_timer"), timer).unwrap();
        folder
    }

    #[test]
    fn an_adapter_that_gathers_bytes_is_told_not_to() {
        let folder = adapter("16\n");
        assert_eq!(lower(&folder.path().join("sys"), &folder.path().join("by-id")), None);
        assert_eq!(fs::read_to_string(folder.path().join("sys/ttyUSB7/latency_timer")).unwrap(), "1");
        assert_eq!(lower(&folder.path().join("sys"), &folder.path().join("none")), None);
    }

    #[test]
    fn one_that_may_not_be_told_is_named_with_what_helps() {
        // A number that nobody may write, root neither.
        let fixed = Path::new("/proc/sys/kernel/ngroups_max");
        if !fixed.exists() {
            return;
        }
        let folder = adapter("16\n");
        let place = folder.path().join("sys/ttyUSB7/latency_timer");
        fs::remove_file(&place).unwrap();
        symlink(fixed, &place).unwrap();
        let text = lower(&folder.path().join("sys"), &folder.path().join("by-id")).unwrap();
        assert!(text.contains("65536 ms") && text.contains("sudo tee"), "{text}");
    }
}
