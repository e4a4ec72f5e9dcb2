//! What could not be determined, in sentences of `summary.json`.

pub(crate) const BELOW_CEILING: &str = "time below the ceiling";
pub(crate) const WITHIN_BAND: &str = "time within the band";

pub(crate) fn too_little(what: &str, share: f64, needed: f64) -> String {
    let (share, needed) = (100.0 * share, 100.0 * needed);
    format!("{what} could not be determined: {share:.0} % of it is valid signal, {needed:.0} % are needed")
}

pub(crate) fn too_few_releases(timed: u64, needed: u64) -> String {
    format!("release time could not be determined: {timed} timed, {needed} are needed for a median")
}

/// Shown in the break before a calibration is tried again.
pub(crate) const BREAK: &str = "A short break. Let everything be as it is; then the same once more.";

/// A comfortable hold lay below the measured rest.
pub(crate) const NO_REST: &str = "a hold lay below what was measured as rest, so that was no rest: targets and releases \
                                  could not be determined; measure rest again, lying still";
