//! Sessions: only legal transitions, sums that are exact, and the same phases whatever the blocks.

use proptest::prelude::*;
use tonus_core::input::Cue;
use tonus_core::training::{
    BreathConfig, Cause, Entry, PhaseChange, Program, Purpose, Session, SessionInput, Stage, Step, StepKind,
};
use tonus_dsp::units::SampleRate;

type Programme = Program<32>;

fn rate(hz: f64) -> SampleRate {
    SampleRate::new(hz).unwrap()
}

fn step(kind: StepKind, duration_ms: u32) -> Entry {
    let mut step = Step::new(kind, duration_ms);
    step.breath = (kind == StepKind::Breathe).then(BreathConfig::default);
    step.retries = if kind.is_calibration() { 2 } else { 0 };
    Entry::Step(step)
}

/// Everything that happens by itself, asked for only at `ticks` (sample indices in rising order).
fn play(session: &mut Session<32>, times: impl IntoIterator<Item = u64>) -> Vec<PhaseChange> {
    let mut changes = Vec::new();
    for at in times {
        while let Some(change) = session.step(at, SessionInput::Time) {
            changes.push(change);
        }
    }
    changes
}

fn started(entries: &[Entry], hz: f64, at: u64) -> Session<32> {
    let mut session = Session::new(Programme::new(entries).unwrap(), rate(hz));
    assert!(session.step(at, SessionInput::Start).is_some());
    session
}

#[test]
fn an_hour_at_2048_hz_drifts_by_no_sample() {
    let hour = [Entry::Repeat { times: 1800, entries: 2 }; 1];
    // 1000 is the most a repeat may count; nested, 60 × 60 phases of one second.
    assert!(Programme::new(&hour).is_err());
    let entries = [
        Entry::Repeat { times: 60, entries: 3 },
        Entry::Repeat { times: 30, entries: 2 },
        step(StepKind::Work, 1_000),
        step(StepKind::Rest, 1_000),
    ];
    let mut session = started(&entries, 2048.0, 0);
    let changes = play(&mut session, [u64::MAX]);
    assert_eq!(changes.len(), 3600);
    for (n, change) in changes.iter().enumerate() {
        assert_eq!(change.at, 2048 * (n as u64 + 1));
    }
    assert_eq!(session.stage(), Stage::Finished);
    // Phases that are no whole number of samples: each deadline is the nearest sample to its exact time.
    let entries = [Entry::Repeat { times: 1000, entries: 2 }, step(StepKind::Flick, 701), step(StepKind::Rest, 1_234)];
    let mut session = started(&entries, 1925.93, 7);
    let mut ms = 0;
    for (n, change) in play(&mut session, [u64::MAX]).iter().enumerate() {
        ms += if n % 2 == 0 { 701 } else { 1_234 };
        assert_eq!(change.at, 7 + (f64::from(ms) * 1.92593).round() as u64);
    }
}

#[test]
fn a_refused_calibration_is_tried_again_after_a_break() {
    let entries = [step(StepKind::Quiet, 10_000), step(StepKind::Rest, 5_000), step(StepKind::Work, 5_000)];
    let mut session = started(&entries, 1000.0, 0);
    let rest = session.step(10_000, SessionInput::Time).unwrap();
    assert_eq!((rest.cue, rest.phase.unwrap().purpose), (Cue::Rest, Purpose::Step));
    let pause = session.step(10_000, SessionInput::Refused).unwrap();
    assert_eq!((pause.cause, pause.cue, pause.phase.unwrap().purpose), (Cause::Refused, Cue::Free, Purpose::Break));
    // What the break cut short is refused as well; that is not held against the calibration.
    assert_eq!(session.step(10_000, SessionInput::Refused), None);
    // Twice refused: twice tried again; a third time is not.
    let again = session.step(13_000, SessionInput::Time).unwrap();
    assert_eq!((again.at, again.cue, again.phase.unwrap().purpose), (13_000, Cue::Quiet, Purpose::Again));
    assert_eq!(session.step(23_000, SessionInput::Time).unwrap().cue, Cue::Rest);
    assert_eq!(session.step(23_000, SessionInput::Refused).unwrap().cause, Cause::Refused);
    assert_eq!(play(&mut session, [36_000]).last().unwrap().cue, Cue::Rest);
    assert_eq!(session.step(36_000, SessionInput::Refused), None);
    // The phase that was interrupted runs in full, then the programme goes on.
    let rest = play(&mut session, [u64::MAX]);
    assert_eq!(rest.iter().map(|c| (c.at, c.cue)).collect::<Vec<_>>(), [(41_000, Cue::Work), (46_000, Cue::Free)]);
    assert_eq!(session.step(50_000, SessionInput::Refused), None);
}

#[test]
fn what_was_skipped_is_not_tried_again_and_an_accepted_calibration_neither() {
    let entries = [step(StepKind::Quiet, 10_000), step(StepKind::Rest, 5_000), step(StepKind::Work, 5_000)];
    let mut session = started(&entries, 1000.0, 0);
    assert_eq!(session.step(500, SessionInput::Skip).unwrap().cue, Cue::Rest);
    assert_eq!(session.step(500, SessionInput::Refused), None);
    assert_eq!(session.next_deadline(), Some(5_500));
    session.step(5_500, SessionInput::Time).unwrap();
    assert_eq!(session.step(5_600, SessionInput::Refused), None);
}

#[test]
fn a_pause_stands_still_and_half_a_baseline_is_taken_again() {
    let entries = [step(StepKind::Quiet, 10_000), step(StepKind::Breathe, 60_000), step(StepKind::Rest, 5_000)];
    let mut session = started(&entries, 1000.0, 0);
    assert_eq!(session.step(4_000, SessionInput::Pause).unwrap().cue, Cue::Free);
    assert_eq!((session.next_deadline(), session.step(90_000, SessionInput::Time)), (None, None));
    let resumed = session.step(100_000, SessionInput::Resume).unwrap();
    assert_eq!((resumed.cue, resumed.phase.unwrap().start, resumed.phase.unwrap().end), (Cue::Quiet, 100_000, 110_000));
    session.step(110_000, SessionInput::Time).unwrap();
    assert_eq!(session.breath(110_000 + 14_000).unwrap().progress, 0.0);
    session.step(130_000, SessionInput::Pause).unwrap();
    assert_eq!(session.breath(135_000), None);
    let resumed = session.step(140_000, SessionInput::Resume).unwrap();
    assert_eq!((resumed.phase.unwrap().start, resumed.phase.unwrap().end), (110_000, 180_000));
    // A breath begins with breathing in.
    assert_eq!(session.breath(140_000).unwrap().number, 0);
    assert_eq!(session.step(141_000, SessionInput::Pace(5.0)).unwrap().cause, Cause::Paced);
    assert_eq!(session.breath(141_000 + 12_000).unwrap().number, 1);
    assert_eq!(play(&mut session, [u64::MAX]).iter().map(|c| c.at).collect::<Vec<_>>(), [180_000, 185_000]);
}

fn kinds() -> impl Strategy<Value = StepKind> {
    prop::sample::select(StepKind::ALL.to_vec())
}

/// Programmes with nested repeats: a head, a repeat with a repeat in it, a tail.
fn programmes() -> impl Strategy<Value = Vec<Entry>> {
    let steps = |most| prop::collection::vec((kinds(), 200_u32..20_000), 1..most);
    (steps(5), steps(5), steps(5), 1_u16..5, 1_u16..5, steps(4)).prop_map(|(head, outer, inner, a, b, tail)| {
        let all = |steps: Vec<(StepKind, u32)>| steps.into_iter().map(|(kind, ms)| step(kind, ms)).collect::<Vec<_>>();
        let (head, outer, inner, tail) = (all(head), all(outer), all(inner), all(tail));
        let mut entries = head;
        entries.push(Entry::Repeat { times: a, entries: (outer.len() + inner.len() + 1) as u8 });
        entries.extend(outer);
        entries.push(Entry::Repeat { times: b, entries: inner.len() as u8 });
        entries.extend(inner);
        entries.extend(tail);
        entries
    })
}

fn inputs() -> impl Strategy<Value = SessionInput> {
    prop_oneof![
        4 => Just(SessionInput::Time),
        2 => Just(SessionInput::Pause),
        2 => Just(SessionInput::Resume),
        1 => Just(SessionInput::Skip),
        1 => Just(SessionInput::Refused),
        1 => Just(SessionInput::Start),
        1 => (1.0..30.0).prop_map(SessionInput::Pace),
    ]
}

/// The table of [`Stage`], written a second time.
fn legal(from: Stage, input: SessionInput) -> &'static [Stage] {
    match (from, input) {
        (Stage::Running, SessionInput::Time | SessionInput::Skip) => &[Stage::Running, Stage::Finished],
        (Stage::Ready, SessionInput::Start)
        | (Stage::Paused, SessionInput::Resume)
        | (Stage::Running, SessionInput::Refused | SessionInput::Pace(_)) => &[Stage::Running],
        (Stage::Running, SessionInput::Pause) | (Stage::Paused, SessionInput::Pace(_)) => &[Stage::Paused],
        (Stage::Ready | Stage::Running | Stage::Paused, SessionInput::Stop) => &[Stage::Stopped],
        _ => &[],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_whole_is_the_sum_of_its_phases(entries in programmes(), hz in 10.0..4000.0_f64, start in 0..1_000_000_u64) {
        let program = Programme::new(&entries).unwrap();
        let mut session = started(&entries, hz, start);
        let first = session.phase().copied().unwrap();
        let changes = play(&mut session, [u64::MAX]);
        let mut spans = vec![(first.start, first.end)];
        spans.extend(changes.iter().filter_map(|c| c.phase).map(|p| (p.start, p.end)));
        prop_assert_eq!(spans.len() as u64, program.phases());
        prop_assert!(spans.windows(2).all(|pair| pair[0].1 == pair[1].0));
        let end = changes.last().unwrap().at;
        prop_assert_eq!(end - start, spans.iter().map(|(a, b)| b - a).sum::<u64>());
        let exact = program.total_ms() as f64 * hz / 1000.0;
        prop_assert!(((end - start) as f64 - exact).abs() <= 0.5 + 1e-6, "{} {}", end - start, exact);
    }

    #[test]
    fn blocks_and_frame_rates_change_nothing(
        entries in programmes(),
        hz in prop::sample::select(vec![250.0, 1000.0, 2048.0]),
        blocks in prop::collection::vec(1_u64..5_000, 1..50),
    ) {
        let whole = play(&mut started(&entries, hz, 0), [u64::MAX]);
        let end = whole.last().unwrap().at + 5_000;
        let times = blocks.iter().cycle().scan(0, |at, block| { *at += block; Some(*at) }).take_while(|at| *at < end);
        let mut session = started(&entries, hz, 0);
        let mut parts = play(&mut session, times.collect::<Vec<_>>());
        parts.extend(play(&mut session, [u64::MAX]));
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn only_legal_transitions_and_stop_from_everywhere(
        entries in programmes(),
        script in prop::collection::vec((0_u64..40_000, inputs()), 0..80),
        begin in any::<bool>(),
    ) {
        let mut session = Session::new(Programme::new(&entries).unwrap(), rate(1000.0));
        let mut at = 0;
        if begin {
            session.step(0, SessionInput::Start);
        }
        let mut latest = 0;
        for (later, input) in script {
            at += later;
            let from = session.stage();
            let change = session.step(at, input);
            if let Some(change) = change {
                    prop_assert!(legal(from, input).contains(&change.stage), "{from:?} {input:?} {change:?}");
                    prop_assert!(change.at >= latest && change.at <= at);
                    latest = change.at;
                    prop_assert_eq!(change.cue, session.cue());
                    prop_assert_eq!(change.phase.is_none(), session.stage().is_over());
                    // What begins now lies ahead; what was late already may be due again at once.
                    if session.stage() == Stage::Running
                        && matches!(change.cause, Cause::Started | Cause::Skipped | Cause::Refused)
                    {
                        prop_assert!(change.phase.unwrap().end > change.at);
                    }
            } else {
                prop_assert_eq!(session.stage(), from);
            }
            prop_assert!(session.stage() == Stage::Running || session.cue() == Cue::Free);
        }
        let from = session.stage();
        let stopped = session.step(at, SessionInput::Stop);
        prop_assert_eq!(stopped.is_some(), !from.is_over());
        prop_assert!(session.stage().is_over());
        for input in [SessionInput::Start, SessionInput::Time, SessionInput::Resume, SessionInput::Stop] {
            prop_assert_eq!(session.step(u64::MAX, input), None);
        }
    }

    #[test]
    fn a_pause_adds_its_own_length(entries in programmes(), cuts in prop::collection::vec((1_u64..5_000, 1_u64..100_000), 0..6)) {
        // Calibrations that are interrupted begin again, so only what does not calibrate is looked at.
        let plain: Vec<Entry> = entries
            .into_iter()
            .map(|entry| match entry {
                Entry::Step(s) if s.kind.is_calibration() => step(StepKind::Rest, s.duration_ms),
                entry => entry,
            })
            .collect();
        let without = play(&mut started(&plain, 1000.0, 0), [u64::MAX]).last().unwrap().at;
        let mut session = started(&plain, 1000.0, 0);
        let (mut at, mut away) = (0, 0);
        for (active, pause) in cuts {
            at += active;
            play(&mut session, [at]);
            if session.step(at, SessionInput::Pause).is_some() {
                at += pause;
                away += pause;
                session.step(at, SessionInput::Resume);
            }
        }
        let end = play(&mut session, [u64::MAX]).last().map_or(without + away, |c| c.at);
        prop_assert_eq!(end, without + away);
    }
}
