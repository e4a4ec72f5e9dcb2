//! Ctrl-C: the first one stops and finalises, the second aborts.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::failure::Failure;

/// Exit code of an aborted command.
const ABORTED: i32 = 130;

/// Set by the first Ctrl-C (or request to terminate).
pub(super) fn flag() -> Result<Arc<AtomicBool>, Failure> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let flag = Arc::clone(FLAG.get_or_init(Arc::default));
    let shared = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if shared.swap(true, Ordering::Relaxed) {
            std::process::exit(ABORTED);
        }
    })
    .map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(flag)
}
