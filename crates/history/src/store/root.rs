//! Where the store is unless somebody says otherwise.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::Store;
use crate::disk;
use crate::error::HistoryError;

/// Conventions of an operating system.
#[derive(Clone, Copy)]
enum System {
    Unix,
    MacOs,
    Windows,
}

impl Store {
    /// Makes the folder of a store, for its owner alone; one that is there stays as it is.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn make_root(root: &Path) -> io::Result<()> {
        disk::make_folders(root)
    }

    /// The usual place of a store: `TONUS_HOME`, else what the system has for data of programs that stays on the machine:
    /// `XDG_DATA_HOME/tonus` or `~/.local/share/tonus`, on macOS `~/Library/Application Support/tonus`, on Windows
    /// `%LOCALAPPDATA%\tonus`.
    ///
    /// # Errors
    /// [`HistoryError::NoHome`] if the environment names none of them.
    pub fn default_root() -> Result<PathBuf, HistoryError> {
        let system = if cfg!(windows) {
            System::Windows
        } else if cfg!(target_os = "macos") {
            System::MacOs
        } else {
            System::Unix
        };
        root(system, |name| std::env::var_os(name)).ok_or(HistoryError::NoHome)
    }
}

fn root(system: System, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    // A relative one would make a store of health data wherever the command happens to run.
    let home = |name: &str| folder(name).filter(|path| path.is_absolute());
    if let Some(root) = folder("TONUS_HOME") {
        return Some(root);
    }
    let data = match system {
        // The XDG base directory specification has relative paths ignored.
        System::Unix => folder("XDG_DATA_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| home("HOME").map(|home| home.join(".local").join("share"))),
        System::MacOs => home("HOME").map(|home| home.join("Library").join("Application Support")),
        System::Windows => {
            folder("LOCALAPPDATA").or_else(|| home("USERPROFILE").map(|home| home.join("AppData").join("Local")))
        }
    };
    data.map(|data| data.join("tonus"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_place() {
        let all = |name: &str| match name {
            "HOME" => Some(OsString::from("/home/a")),
            "XDG_DATA_HOME" => Some(OsString::from("/data")),
            "LOCALAPPDATA" => Some(OsString::from("/local")),
            "TONUS_HOME" => Some(OsString::new()),
            _ => None,
        };
        let home = |name: &str| Some(OsString::from("/home/a")).filter(|_| name == "HOME" || name == "USERPROFILE");
        assert_eq!(root(System::Unix, all).unwrap(), PathBuf::from("/data/tonus"));
        assert_eq!(root(System::Unix, home).unwrap(), PathBuf::from("/home/a/.local/share/tonus"));
        assert_eq!(root(System::MacOs, all).unwrap(), PathBuf::from("/home/a/Library/Application Support/tonus"));
        assert_eq!(root(System::Windows, all).unwrap(), PathBuf::from("/local/tonus"));
        assert_eq!(root(System::Windows, home).unwrap(), PathBuf::from("/home/a/AppData/Local/tonus"));
        assert_eq!(root(System::Unix, |_| None), None);
        let own = |name: &str| Some(OsString::from(if name == "TONUS_HOME" { "/mine" } else { "relative" }));
        assert_eq!(root(System::MacOs, own).unwrap(), PathBuf::from("/mine"));
        let relative = |name: &str| (name == "XDG_DATA_HOME").then(|| OsString::from("relative"));
        assert_eq!(root(System::Unix, relative), None);
        for system in [System::Unix, System::MacOs, System::Windows] {
            let relative = |name: &str| matches!(name, "HOME" | "USERPROFILE").then(|| OsString::from("rel"));
            assert_eq!(root(system, relative), None);
        }
    }
}
