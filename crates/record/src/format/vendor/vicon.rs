//! Vicon Nexus: `Devices`, the rate, then names and units of the columns. Other sections (positions) follow below.

use super::super::text::dialect::Line;
use super::{VendorHints, texts};

/// Recognises `Devices` above a bare number, which is the rate.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let head: Vec<String> = texts(lines, 2).map(|(_, text)| text).collect();
    let bare = |n: usize| head.get(n).map(|text| text.trim().trim_matches([',', '"', '\t']));
    let rate_hz = bare(1)?.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0)?;
    (bare(0)? == "Devices").then(|| VendorHints {
        format: "vicon",
        rate_hz: Some(rate_hz),
        last_line: 2,
        ..VendorHints::default()
    })
}
