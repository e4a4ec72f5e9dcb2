//! The history reads the keys that `tonus-report` writes.

use crate::common::{START, id};
use tonus_history::{About, Store};
use tonus_report::Summary;

/// `summary.json` here is a real one; its training session was written by hand. It parses as [`Summary`], so a key that is
/// renamed there is missed here.
#[test]
fn every_number_of_a_summary_arrives() {
    let summary: Summary = serde_json::from_str(include_str!("summary.json")).unwrap();
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    let folder = store.new_session(START).unwrap();
    let name = id(folder.file_name().unwrap().to_str().unwrap());
    let entry = store.finish(&name, &summary, &About::default()).unwrap();
    let (numbers, training) = (&entry.numbers, summary.training.as_ref().unwrap());
    let scores = &training.channels[0].scores;
    assert_eq!(entry.duration_s, Some(summary.input.duration_s));
    assert_eq!(entry.conditions.program.as_ref(), Some(&training.program));
    assert_eq!(entry.conditions.channel.as_ref(), Some(&training.channels[0].name));
    assert_eq!(entry.conditions.is_scaled, summary.input.channels[0].uv_per_unit.is_some());
    assert_eq!(numbers.rest_mean_uv, scores.rest_mean_uv);
    assert_eq!(numbers.rest_cv, scores.rest_cv);
    assert_eq!(numbers.contraction_uv, training.channels[0].segments[0].mean_uv);
    assert!(numbers.contraction_activation.is_some());
    assert_eq!(numbers.release_s, scores.release_s);
    assert_eq!(numbers.residual_ratio, scores.residual_ratio);
    assert_eq!((numbers.releases, numbers.complete_releases), (scores.releases, scores.complete_releases));
    assert_eq!(numbers.relaxation_points, scores.relaxation_points);
    assert_eq!(numbers.hold_points, scores.hold_points);
    assert_eq!(numbers.valid_share, scores.valid_share);
    assert_eq!(numbers.done_share, Some(1.0));
    assert_eq!(numbers.program_sha256.as_ref(), Some(&training.program_sha256));
    assert_eq!(numbers.digest.as_ref(), Some(&summary.digest));

    // The same share from its phases alone.
    let mut summary = summary;
    summary.training.as_mut().unwrap().stage = tonus_core::training::Stage::Stopped;
    assert_eq!(store.finish(&name, &summary, &About::default()).unwrap().numbers.done_share, Some(1.0));
    // Without a programme, what the states say.
    summary.training = None;
    let entry = store.finish(&name, &summary, &About::default()).unwrap();
    assert_eq!(entry.numbers.rest_mean_uv, summary.channels[0].rest.mean_uv);
    assert!(entry.numbers.valid_share.is_some());
    assert_eq!((entry.problem, entry.numbers.done_share, entry.conditions.program), (None, None, None));
}
