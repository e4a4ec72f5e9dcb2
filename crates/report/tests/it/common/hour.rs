//! An hour of two channels with 360 repetitions, and as many moves of the target and stretches of overactivity.

use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::input::Cue;
use tonus_report::trace::Trace;
use tonus_report::training::TargetMoveReport;
use tonus_report::{Overactivity, Summary};

use super::{Noise, trained};

/// The session.
pub fn hour() -> (Summary, Trace) {
    let names = ["pelvic floor", "abdomen"];
    let (mut summary, _) = trained("contract-relax", &names, 400);
    let mut trace = Trace::new(names);
    let mut noise = Noise::new(1);
    for tick in 1..=360_000_u64 {
        let cue = if tick % 1000 < 500 { Cue::Work } else { Cue::Rest };
        for channel in 0..2 {
            let envelope_uv = if cue.is_work() { 8.0 } else { 2.0 } * (1.0 + 0.1 * noise.bell().abs());
            let state = match (cue.is_work(), tick % 700 < 30, tick % 5000 < 20) {
                (_, _, true) => State::Invalid,
                (true, _, _) => State::Controlled,
                (_, true, _) => State::Overactive,
                _ => State::Rest,
            };
            let (reasons, quality, activation, index) = (Reasons::NONE, Quality::NONE, f32::NAN, tick);
            trace.push(&Decision {
                tick,
                index,
                channel,
                state,
                reasons,
                quality,
                envelope_uv,
                activation,
                cue,
                tense: None,
            });
        }
    }
    summary.input.duration_s = 3600.0;
    let training = summary.training.as_mut().unwrap();
    let phases = training.phases.clone();
    training.phases = (0..720)
        .map(|n| {
            let mut phase = phases[4 + n % 8].clone();
            (phase.number, phase.start_s, phase.end_s) = (n as u32 + 1, 5.0 * n as f64, 5.0 * n as f64 + 5.0);
            phase
        })
        .collect();
    for (channel, report) in training.channels.iter_mut().zip(&mut summary.channels) {
        let repetitions = channel.repetitions.clone();
        channel.repetitions = (0..360)
            .map(|n| {
                let mut one = repetitions[n % repetitions.len()].clone();
                one.number = n as u32 + 1;
                (one.start_s, one.mean_uv) = (10.0 * n as f64, Some(8.123456789012345 + f64::from(noise.bell())));
                (one.segment, one.reaction_s) = (Some("tonic".to_owned()), Some(0.23));
                one
            })
            .collect();
        let moves = channel.repetitions.iter().map(|one| TargetMoveReport {
            t_s: one.start_s,
            from_ratio: 1.5123,
            to_ratio: 1.4321,
            reason: tonus_core::training::MoveReason::Eased,
            success_share: 0.71234,
            invalid_share: 0.0123,
        });
        channel.target_moves = moves.collect();
        report.overactivity = (0..360)
            .map(|n| Overactivity {
                start_s: 10.0 * f64::from(n) + 0.37,
                end_s: 10.0 * f64::from(n) + 1.51,
                peak_uv: Some(5.123456),
                mean_uv: Some(4.123456),
                reasons: Reasons::SLOW_RELEASE,
            })
            .collect();
        report.overactivity_total = 360;
    }
    (summary, trace)
}
