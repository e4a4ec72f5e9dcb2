//! Phase boundaries of the assessments, to the sample, by running the engine.

use tonus_core::training::{Session, SessionInput, Stage};
use tonus_dsp::units::SampleRate;
use tonus_program::{NAMES, builtin};

/// Segment and length in seconds of every phase.
fn expected(flick_rest_s: u64) -> Vec<(&'static str, u64)> {
    let mut phases = vec![("pre_baseline", 60)];
    phases.extend([("flicks", 2), ("post_flick", flick_rest_s)].repeat(5));
    phases.extend([("tonic", 10), ("post_tonic", 10)].repeat(5));
    phases.extend([("endurance", 60), ("post_endurance", 60)]);
    phases
}

#[test]
fn the_assessments_have_their_segments_at_their_samples() {
    for (name, flick_rest_s, total_s) in [("glazer", 10, 340), ("glazer-2s", 2, 300)] {
        let file = builtin(name).unwrap();
        for rate in [1000, 2048] {
            let mut session = Session::new(file.program, SampleRate::new(rate as f64).unwrap());
            let mut change = session.step(0, SessionInput::Start).unwrap();
            let mut at = 0;
            for (segment, seconds) in expected(flick_rest_s) {
                let phase = change.phase.unwrap();
                assert_eq!(file.segment(&phase.step), Some(segment), "{name} at {rate} Hz");
                assert_eq!((phase.start, phase.end), (at, at + seconds * rate), "{name} at {rate} Hz, {segment}");
                at = phase.end;
                change = session.step(at, SessionInput::Time).unwrap();
                assert_eq!(change.at, at);
            }
            assert_eq!((change.stage, at), (Stage::Finished, total_s * rate));
        }
    }
}

#[test]
fn every_programme_runs_to_its_end_with_a_prompt_all_the_way() {
    for name in NAMES {
        let file = builtin(name).unwrap();
        let mut session = Session::new(file.program, SampleRate::new(2048.0).unwrap());
        let mut change = session.step(0, SessionInput::Start);
        let (mut phases, mut end) = (0, 0);
        while let Some(phase) = change.and_then(|change| change.phase) {
            assert!(!file.prompt(&phase.step).is_empty(), "{name}");
            (phases, end) = (phases + 1, phase.end);
            change = session.step(phase.end, SessionInput::Time);
        }
        assert_eq!(session.stage(), Stage::Finished);
        assert_eq!((phases, end as f64), (file.program.phases(), file.seconds() * 2048.0), "{name}");
    }
}
