//! Room on the disk.

use std::path::Path;

use crate::options::Unit;
use crate::session::SessionInfo;

/// Bytes that can still be written where a folder is or will be; none if the system does not say.
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let there = std::path::absolute(folder).ok()?;
    free_at(there.ancestors().find(|place| place.exists())?)
}

#[cfg(unix)]
fn free_at(place: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(place).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free_at(_place: &Path) -> Option<u64> {
    None
}

/// About how many bytes an hour of a session needs: its journal, and the table that is made of it before the journal goes.
pub fn bytes_per_hour(info: &SessionInfo) -> u64 {
    let (mut journal, mut table) = (1.0, 4.0 + 10.0 + 12.0);
    for channel in &info.scale {
        let is_counts = channel.unit == Unit::Counts;
        journal += if is_counts { 4.0 } else { 8.0 };
        table += if is_counts { 7.0 } else { 12.0 };
    }
    (info.rate.hz * 3600.0 * (journal + table)) as u64
}
