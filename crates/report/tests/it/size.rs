//! An hour of two channels with 360 repetitions stays below 1 MB.

use tonus_report::html::render;
use tonus_report::vocabulary::Language;

#[test]
fn an_hour_of_two_channels_is_below_a_megabyte() {
    let (summary, trace) = crate::common::hour::hour();
    let page = render(&summary, &trace, Language::English);
    assert!(page.contains("data-key=\"/training/channels/0/repetitions/359/number\""));
    assert!(page.len() <= 1_000_000, "{}", page.len());
}
