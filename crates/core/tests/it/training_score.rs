//! Scores: what is measured of decisions whose truth is known, on valid time only.

use tonus_core::calibration::detection::Detection;
use tonus_core::calibration::{Calibration, Warnings};
use tonus_core::config::Kind;
use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::input::Cue;
use tonus_core::training::{
    AdaptiveConfig, BreathConfig, Entry, Measured, PhaseResult, Program, Rejection, Release, Repetition, Scorer,
    Scores, Session, SessionInput, Step, StepKind, Target, TargetMove,
};
use tonus_dsp::units::SampleRate;

const BASELINE_UV: f32 = 2.0;
const REFERENCE_UV: f32 = 10.0;

fn calibration() -> Calibration {
    Calibration {
        kind: Kind::Raw,
        rate_hz: 1000.0,
        highpass_hz: 20.0,
        mains: None,
        baseline_uv: BASELINE_UV,
        spread_uv: 0.2,
        reference_uv: Some(REFERENCE_UV),
        detection: Detection::envelope(),
        warnings: Warnings::default(),
    }
}

/// What a muscle does at a tick.
#[derive(Debug, Clone, Copy)]
struct Muscle {
    envelope_uv: f32,
    valid: bool,
    reasons: Reasons,
}

impl Muscle {
    const fn at(envelope_uv: f32) -> Self {
        Self { envelope_uv, valid: true, reasons: Reasons::NONE }
    }

    const INVALID: Self = Self { envelope_uv: f32::NAN, valid: false, reasons: Reasons::NONE };
}

#[derive(Debug, Default)]
struct Found {
    phases: Vec<PhaseResult>,
    repetitions: Vec<Repetition>,
    moves: Vec<TargetMove>,
    scores: Scores,
}

/// Runs a programme at 1000 Hz over a muscle; `commands` come at ticks.
fn run(entries: &[Entry], ticks: u64, commands: &[(u64, SessionInput)], muscle: impl Fn(u64) -> Muscle) -> Found {
    let mut session = Session::<32>::new(Program::new(entries).unwrap(), SampleRate::new(1000.0).unwrap());
    let mut scorer = Scorer::new(2.0);
    scorer.calibrated(&calibration());
    let mut found = Found::default();
    let mut take = |measured: &Measured| match measured {
        Measured::Phase(phase) => found.phases.push(*phase),
        Measured::Repetition(repetition) => found.repetitions.push(*repetition),
        Measured::Target(moved) => found.moves.push(*moved),
    };
    scorer.change(&session.step(0, SessionInput::Start).unwrap(), &mut take);
    let mut since_rest = 0;
    for tick in 1..=ticks {
        // The ten samples of this tick begin here.
        let at = 10 * (tick - 1);
        while let Some(change) = session.step(at, SessionInput::Time) {
            scorer.change(&change, &mut take);
        }
        for (_, input) in commands.iter().filter(|command| command.0 == tick) {
            if let Some(change) = session.step(at, *input) {
                scorer.change(&change, &mut take);
            }
        }
        let Muscle { envelope_uv, valid, reasons } = muscle(tick);
        let cue = session.cue();
        since_rest = if cue == Cue::Rest { since_rest + 1 } else { 0 };
        let active = envelope_uv > 1.5 * BASELINE_UV;
        let state = match (valid, active, reasons.intersects(Reasons::OVERSHOOT)) {
            (false, _, _) => State::Invalid,
            (true, true, true) => State::Overactive,
            (true, true, false) if since_rest > 200 => State::Overactive,
            (true, true, false) => State::Controlled,
            (true, false, _) => State::Rest,
        };
        let activation = calibration().activation(envelope_uv);
        let quality = if valid { Quality::NONE } else { Quality::POP };
        let index = at + 9;
        let d =
            Decision { tick, index, channel: 0, state, reasons, quality, envelope_uv, activation, cue, tense: None };
        scorer.push(&d, session.breath(index).map(|breath| breath.phase), &mut take);
    }
    scorer.finish(10 * ticks, &mut take);
    found.scores = scorer.scores().clone();
    found
}

fn hold(duration_ms: u32, low: f32, high: f32) -> Entry {
    let mut step = Step::new(StepKind::Hold, duration_ms);
    step.target = Target::Band { low, high };
    Entry::Step(step)
}

fn rest(duration_ms: u32) -> Entry {
    let mut step = Step::new(StepKind::Rest, duration_ms);
    step.target = Target::Ceiling { ratio: 1.25 };
    Entry::Step(step)
}

/// Ten seconds of hold and ten of rest, `times` times; the muscle is at `level_uv` from 0.2 s to `release` ticks after the cue.
fn trainee(times: u64, level_uv: f32, release: u64, corrupt: impl Fn(u64) -> bool) -> Found {
    let entries = [Entry::Repeat { times: times as u16, entries: 2 }, hold(10_000, 0.5, 1.2), rest(10_000)];
    run(&entries, times * 2000, &[], |tick| {
        let within = (tick - 1) % 2000;
        if corrupt(tick) {
            Muscle::INVALID
        } else if (20..1000 + release).contains(&within) {
            Muscle::at(level_uv)
        } else {
            Muscle::at(BASELINE_UV)
        }
    })
}

#[test]
fn holds_and_releases_are_measured_to_the_tick() {
    let found = trainee(6, 8.0, 35, |_| false);
    assert_eq!((found.phases.len(), found.repetitions.len()), (12, 6));
    for (n, repetition) in found.repetitions.iter().enumerate() {
        assert_eq!((repetition.number as usize, repetition.rejection), (n + 1, None));
        assert_eq!((repetition.reaction_ticks, repetition.release), (Some(20), Release::After(35)));
        assert_eq!((repetition.mean_uv, repetition.peak_uv, repetition.cv), (Some(8.0), Some(8.0), Some(0.0)));
        assert_eq!((repetition.on_target_share, repetition.residual_ratio), (Some(1.0), Some(1.0)));
        assert_eq!(
            (repetition.complete_release, repetition.rest_start),
            (Some(true), Some(20_000 * n as u64 + 10_000))
        );
        // The fall from 90 % to 10 % takes no tick.
        assert_eq!(repetition.decay_s, Some(0.0));
    }
    // Three quarters of a window of ten ticks, and one more, are the delay of the detector.
    let scores = &found.scores;
    assert_eq!((scores.counted, scores.releases, scores.complete_releases), (6, 6, 6));
    assert_eq!((scores.release_s(), scores.residual_ratio(), scores.hold_cv()), (Some(0.26), Some(1.0), Some(0.0)));
    assert_eq!((scores.hold.points(), scores.relaxation.points()), (Some(100.0), Some(100.0)));
    let phase = &found.phases[0];
    assert_eq!(
        (phase.ticks, phase.valid_ticks, phase.counted_ticks, phase.on_target_ticks),
        (1000, 1000, 900, Some(900))
    );
}

#[test]
fn below_five_there_is_no_median() {
    let scores = trainee(4, 8.0, 35, |_| false).scores;
    assert_eq!((scores.counted, scores.releases_timed()), (4, 4));
    assert_eq!((scores.release_s(), scores.residual_ratio(), scores.hold_cv()), (None, None, None));
}

#[test]
fn slow_and_incomplete_releases_are_told_apart() {
    // 2.5 s is beyond the allowance of 2 s, and it is let go in the end.
    let slow = trainee(5, 8.0, 250, |_| false);
    assert!(slow.repetitions.iter().all(|r| r.release == Release::After(250) && r.complete_release == Some(false)));
    let never = trainee(5, 8.0, 1000, |_| false);
    assert!(never.repetitions[..4].iter().all(|r| r.release == Release::Never && r.complete_release == Some(false)));
    assert_eq!(never.scores.relaxation.points(), Some(0.0));
    // Let go at once, but not down to the own rest.
    let entries = [hold(10_000, 0.5, 1.2), rest(10_000)];
    let residual =
        run(&entries, 2000, &[], |tick| Muscle::at(if (20..1000).contains(&tick) { 8.0 } else { 1.2 * BASELINE_UV }));
    let repetition = &residual.repetitions[0];
    assert_eq!((repetition.release, repetition.complete_release), (Release::BeforeCue, Some(false)));
    assert_eq!(repetition.residual_ratio, Some(1.2));
    assert_eq!(residual.scores.relaxation.points(), Some(100.0));
}

#[test]
fn corrupted_time_moves_scores_little_and_then_takes_them_away() {
    let trainee = |share: u64| {
        // 70 % of the holds within the band, 60 % of the rests below the ceiling, by chance in runs of 0.1 s.
        let chance = |run: u64, salt: u64| {
            let mix = (run + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mix = (mix ^ (mix >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mix = (mix ^ (mix >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (mix ^ (mix >> 31)) % 10
        };
        let entries = [Entry::Repeat { times: 20, entries: 2 }, hold(10_000, 0.5, 1.2), rest(10_000)];
        run(&entries, 40_000, &[], move |tick| {
            let (within, run) = ((tick - 1) % 2000, (tick - 1) / 10);
            if chance(run, 1 << 40) < share {
                Muscle::INVALID
            } else if within < 1000 {
                Muscle::at(if chance(run, 0) < 7 { 8.0 } else { 14.0 })
            } else {
                Muscle::at(if chance(run, 0) < 6 { 2.0 } else { 2.8 })
            }
        })
        .scores
    };
    let clean = trainee(0);
    let (hold, rest) = (clean.hold.points().unwrap(), clean.relaxation.points().unwrap());
    assert!((hold - 70.0).abs() < 4.0 && (rest - 60.0).abs() < 4.0, "{hold} {rest}");
    let corrupted = trainee(3);
    assert!((corrupted.relaxation.valid_share().unwrap() - 0.7).abs() < 0.03);
    assert!((corrupted.hold.points().unwrap() - hold).abs() < 3.0, "{:?}", corrupted.hold.points());
    assert!((corrupted.relaxation.points().unwrap() - rest).abs() < 3.0, "{:?}", corrupted.relaxation.points());
    let ruined = trainee(6);
    assert_eq!((ruined.hold.points(), ruined.relaxation.points()), (None, None));
}

#[test]
fn each_rejected_repetition_has_its_reason() {
    let mut picky = Step::new(StepKind::Hold, 4_000);
    picky.target = Target::Band { low: 0.5, high: 1.2 };
    picky.pass_share = 0.8;
    let entries = [Entry::Repeat { times: 6, entries: 2 }, Entry::Step(picky), rest(4_000)];
    let found = run(&entries, 4800, &[(4200, SessionInput::Stop)], |tick| {
        let (number, within) = ((tick - 1) / 800, (tick - 1) % 800);
        let level = Muscle::at(if within < 400 { 8.0 } else { 2.0 });
        match number {
            // Nothing happens; too little is seen; another muscle helps; too strong; beside the band; stopped.
            0 => Muscle::at(2.0),
            1 if within < 250 => Muscle::INVALID,
            2 if within < 400 => Muscle { reasons: Reasons::CO_CONTRACTION, ..level },
            3 if within < 400 => Muscle { reasons: Reasons::OVERSHOOT, ..Muscle::at(20.0) },
            4 if within < 200 => Muscle::at(3.5),
            _ => level,
        }
    });
    let reasons: Vec<Option<Rejection>> = found.repetitions.iter().map(|repetition| repetition.rejection).collect();
    let expected = [
        Rejection::NoContraction,
        Rejection::TooLittleSignal,
        Rejection::CoContraction,
        Rejection::Overshoot,
        Rejection::OffTarget,
        Rejection::Interrupted,
    ];
    assert_eq!(reasons, expected.map(Some));
    assert_eq!((found.scores.counted, found.scores.repetitions()), (0, 6));
    assert_eq!(found.scores.rejected, [1, 0, 1, 1, 1, 1, 1]);
    // 150 of the 1150 valid ticks of contraction phases were seen before the stop; 400 were accompanied.
    let ticks = 400.0 + 150.0 + 400.0 + 400.0 + 400.0 + 199.0;
    assert!((found.scores.co_contraction_share().unwrap() - 400.0 / ticks).abs() < 1e-9);
    assert!(found.phases.last().unwrap().is_cut);
}

#[test]
fn quick_contractions_have_a_rise_and_a_fall() {
    let entries = [
        Entry::Repeat { times: 5, entries: 2 },
        Entry::Step(Step::new(StepKind::Flick, 2_000)),
        Entry::Step(Step::new(StepKind::Rest, 2_000)),
    ];
    // A triangle: up from tick 30 to tick 70, down to tick 150.
    let found = run(&entries, 2000, &[], |tick| {
        let within = (tick - 1) % 400;
        let share = match within {
            30..70 => (within - 30) as f32 / 40.0,
            70..150 => 1.0 - (within - 70) as f32 / 80.0,
            _ => 0.0,
        };
        Muscle::at(2.0 + 8.0 * share)
    });
    for repetition in &found.repetitions {
        // Above 3 µV from tick 37 on, at its peak at tick 71, not above from tick 141 on.
        assert_eq!(
            (repetition.reaction_ticks, repetition.rise_ticks, repetition.fall_ticks),
            (Some(36), Some(34), Some(70))
        );
        assert_eq!((repetition.release, repetition.complete_release), (Release::BeforeCue, Some(true)));
    }
    assert_eq!((found.scores.rise_s(), found.scores.fall_s()), (Some(0.34), Some(0.7)));
    assert_eq!(found.scores.hold.points(), None);
}

#[test]
fn a_pause_is_no_part_of_a_phase() {
    let entries = [rest(10_000)];
    let commands = [(301, SessionInput::Pause), (701, SessionInput::Resume)];
    let found = run(&entries, 1400, &commands, |tick| Muscle::at(if (301..701).contains(&tick) { 30.0 } else { 2.0 }));
    let phase = &found.phases[0];
    assert_eq!((phase.ticks, phase.phase.end, phase.is_cut), (1000, 14_000, false));
    assert_eq!((phase.peak_uv, found.scores.relaxation.points()), (Some(2.0), Some(100.0)));
}

#[test]
fn breathing_out_is_kept_apart_from_breathing_in() {
    let mut step = Step::new(StepKind::Breathe, 120_000);
    step.breath = Some(BreathConfig::default());
    step.target = Target::Adaptive(AdaptiveConfig::default());
    let found = run(&[Entry::Step(step)], 12_000, &[], |tick| {
        // 3 µV while breathing in (4 s of 10 s), 2 µV while breathing out.
        Muscle::at(if (tick - 1) % 1000 < 400 { 3.0 } else { 2.0 })
    });
    assert_eq!(found.scores.breath_uv(), Some((3.0, 2.0)));
    assert_eq!(found.phases[0].breath_uv, Some((3.0, 2.0)));
    // 60 % lie at 1.0, the rest at 1.5: the level below which 70 % lie is 1.5, where the ceiling begins.
    assert_eq!((found.moves.len(), found.phases[0].ceiling_ratio), (0, Some(1.5)));
}
