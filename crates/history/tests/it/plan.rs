//! The next step of a plan, milestones, and the suggestion to talk with a clinician.

use crate::common::{diary, entry, pain, pains, resting};
use tonus_history::{
    Advice, Diary, DiaryEntry, MilestoneKind, NotCounted, PainRise, PlanAdvice, PlanStep, PlanSteps, SessionEntry,
    TrendConfig, When, advise, milestones, suggestion,
};
use tonus_report::vocabulary::Language;

fn plan(stages: usize) -> PlanSteps {
    let step = |n| PlanStep { title: format!("Step {n}"), program: "down-training".into(), good_sessions: 3 };
    PlanSteps { name: "two-weeks".into(), title: "Two weeks".into(), stages: (1..=stages).map(step).collect() }
}

/// Sessions on following days at these stages.
fn at(stages: &[u8]) -> Vec<SessionEntry> {
    let session = |(day, stage): (usize, &u8)| SessionEntry { stage: Some(*stage), ..entry(day as u32) };
    stages.iter().enumerate().map(session).collect()
}

fn advice(sessions: &[SessionEntry], diary: &Diary) -> PlanAdvice {
    advise(&plan(3), sessions, diary, Language::English).unwrap()
}

#[test]
fn three_good_sessions_and_then_one_step() {
    for (stages, wanted) in [
        (&[][..], (1, Advice::Stay, 1, 0)),
        (&[1, 1], (1, Advice::Stay, 1, 2)),
        (&[1, 1, 1], (1, Advice::NextStep, 2, 3)),
        (&[1; 9], (1, Advice::NextStep, 2, 9)),
        // What came before the stage was entered says nothing about it.
        (&[2, 2, 2, 1, 2], (2, Advice::Stay, 2, 1)),
        (&[1, 1, 1, 2, 2, 2], (2, Advice::NextStep, 3, 3)),
        (&[3, 3, 3], (3, Advice::Finished, 3, 3)),
        (&[9, 0], (1, Advice::Stay, 1, 1)),
    ] {
        let found = advice(&at(stages), &Diary::default());
        assert_eq!((found.stage, found.advice, found.suggested_stage, found.good_sessions), wanted, "{stages:?}");
    }
    assert_eq!(advise(&plan(0), &[], &Diary::default(), Language::English), None);
}

#[test]
fn other_sessions_neither_count_nor_interrupt() {
    let mut sessions = at(&[1, 1, 2, 1]);
    sessions[2].plan = None;
    assert_eq!(advice(&sessions, &Diary::default()).advice, Advice::NextStep);
    sessions[1].problem = Some("cut".into());
    assert_eq!(advice(&sessions, &Diary::default()).good_sessions, 2);
}

#[test]
fn what_a_session_counts_for() {
    let refused = |change: fn(&mut SessionEntry)| {
        let mut sessions = at(&[1]);
        change(&mut sessions[0]);
        let check = advice(&sessions, &Diary::default()).sessions.remove(0);
        assert_eq!(check.not_counted.len(), check.texts.len());
        check.not_counted
    };
    assert_eq!(refused(|_| {}), []);
    assert_eq!(refused(|s| s.numbers.valid_share = Some(0.49)), [NotCounted::TooLittleSignal]);
    assert_eq!(refused(|s| s.numbers.valid_share = None), [NotCounted::TooLittleSignal]);
    assert_eq!(refused(|s| s.numbers.done_share = Some(0.79)), [NotCounted::EndedEarly]);
    assert_eq!(refused(|s| s.numbers.done_share = Some(0.8)), []);
    assert_eq!(refused(|s| s.numbers.relaxation_points = Some(59.9)), [NotCounted::NotYetAtEase]);
    assert_eq!(refused(|s| s.numbers.relaxation_points = None), []);
    assert_eq!(refused(|s| s.conditions.program = Some("glazer".into())), [NotCounted::OtherProgram]);
    let either = |s: &mut SessionEntry| {
        s.numbers.relaxation_points = Some(10.0);
        s.numbers.complete_release_share = Some(0.6);
    };
    assert_eq!(refused(either), []);
    let sessions = at(&[1]);
    let around = diary(&[pain(&sessions[0], When::Before, 3), pain(&sessions[0], When::After, 5)]);
    assert_eq!(advice(&sessions, &around).sessions[0].not_counted, [NotCounted::PainRose]);
    let file =
        PlanSteps { stages: vec![PlanStep { program: "own.toml".into(), ..plan(1).stages.remove(0) }], ..plan(1) };
    assert_eq!(advise(&file, &sessions, &Diary::default(), Language::English).unwrap().good_sessions, 1);
}

/// Sessions at stage 2 with pain before and after.
fn painful(pairs: &[(Option<u8>, Option<u8>)]) -> (Vec<SessionEntry>, Diary) {
    let sessions = at(&vec![2; pairs.len()]);
    let said = |(session, (before, after)): (&SessionEntry, &(Option<u8>, Option<u8>))| {
        let before = before.map(|value| pain(session, When::Before, value));
        [before, after.map(|value| pain(session, When::After, value))]
    };
    let entries: Vec<DiaryEntry> = sessions.iter().zip(pairs).flat_map(said).flatten().collect();
    (sessions, diary(&entries))
}

#[test]
fn pain_that_rises_offers_an_easier_step() {
    for (pairs, offered) in [
        (&[(Some(3), Some(5)), (Some(3), Some(5))][..], true),
        (&[(Some(3), Some(5)), (Some(3), Some(4))], false),
        (&[(Some(3), Some(5)), (Some(5), Some(5))], false),
        (&[(None, Some(3)), (None, Some(4)), (None, Some(5))], true),
        (&[(Some(3), None), (Some(3), None), (Some(5), None)], true),
        (&[(None, Some(3)), (None, Some(6)), (None, Some(5))], false),
        (&[(None, Some(3)), (None, None), (None, Some(5))], false),
        (&[(None, Some(3)), (None, Some(3)), (None, Some(4))], false),
    ] {
        let (sessions, diary) = painful(pairs);
        let found = advice(&sessions, &diary);
        let wanted = if offered { (Advice::OfferStepBack, 1) } else { (found.advice, found.suggested_stage.max(2)) };
        assert_eq!((found.advice, found.suggested_stage), wanted, "{pairs:?}");
        assert_eq!(found.pain_rise.is_some(), offered, "{pairs:?}");
    }
    let (mut sessions, diary) = painful(&[(Some(3), Some(5)), (Some(3), Some(6))]);
    let two = [sessions[0].id.clone(), sessions[1].id.clone()];
    assert_eq!(advice(&sessions, &diary).pain_rise, Some(PainRise::AfterTwoSessions { sessions: two }));
    // At the first stage there is none before it; and after the step was taken, it starts anew.
    for session in &mut sessions {
        session.stage = Some(1);
    }
    assert_eq!(advice(&sessions, &diary).advice, Advice::Stay);
    for session in &mut sessions {
        session.stage = Some(3);
    }
    sessions.push(SessionEntry { stage: Some(2), ..entry(9) });
    assert_eq!((advice(&sessions, &diary).advice, advice(&sessions, &diary).stage), (Advice::Stay, 2));
}

#[test]
fn a_clinician_is_suggested_when_pain_rises_or_stays_high() {
    for (values, suggested) in [
        (&[3, 3, 3, 3, 3, 5, 5, 5, 5, 5][..], true),
        (&[9, 3, 3, 3, 3, 3, 5, 5, 5, 5, 5], true),
        (&[3, 3, 3, 3, 3, 4, 4, 4, 4, 4], false),
        (&[5, 5, 5, 5, 5, 3, 3, 3, 3, 3], false),
        (&[1, 1, 1, 9, 9], false),
        (&[7, 7, 7], true),
        (&[7, 7], false),
        (&[7, 6, 7, 7], false),
        (&[7, 8, 9, 2], false),
        (&[], false),
    ] {
        assert_eq!(suggestion(&pains(values), Language::English).is_some(), suggested, "{values:?}");
    }
}

#[test]
fn milestones_stay_once_they_are_there() {
    let mut sessions = resting(&[4.0; 30]);
    for (day, session) in sessions.iter_mut().enumerate() {
        let numbers = &mut session.numbers;
        (numbers.releases, numbers.complete_releases) = (if day == 3 { 2 } else { 5 }, (day as u32).min(6) * 5 / 6);
        numbers.rest_mean_uv = Some(if day < 12 { 4.0 } else { 2.0 });
        session.started_unix_s += if day >= 25 { 20.0 * 86_400.0 } else { 0.0 };
    }
    sessions[3].numbers.complete_releases = 2;
    let pain = pains(&[6, 6, 6, 6, 6, 6, 6, 3, 3, 3, 3, 3, 3, 3]);
    let mut before = Vec::new();
    for n in 0..=sessions.len() {
        let now = milestones(&sessions[..n], &pain, &TrendConfig::default(), Language::English);
        assert!(before.iter().all(|milestone| now.contains(milestone)), "{n}");
        before = now;
    }
    let found: Vec<_> = before.iter().map(|milestone| (milestone.kind, milestone.session.as_ref())).collect();
    let on = |kind, day: usize| (kind, Some(&sessions[day].id));
    assert_eq!(
        found,
        [
            on(MilestoneKind::FirstSession, 0),
            on(MilestoneKind::FirstCompleteRelease, 2),
            on(MilestoneKind::FiveSessions, 4),
            on(MilestoneKind::AllReleasesComplete, 6),
            on(MilestoneKind::TenSessions, 9),
            // The median of a week is the fourth of seven days.
            (MilestoneKind::EasierWeek, None),
            on(MilestoneKind::CalmerWeek, 15),
            on(MilestoneKind::TwentySessions, 19),
            on(MilestoneKind::BackAfterBreak, 25),
        ]
    );
}

#[test]
fn a_calmer_week_needs_like_with_like() {
    let mut sessions = resting(&[4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    let calmer = |sessions: &[SessionEntry]| {
        let found = milestones(sessions, &Diary::default(), &TrendConfig::default(), Language::English);
        found.iter().any(|milestone| milestone.kind == MilestoneKind::CalmerWeek)
    };
    assert!(calmer(&sessions));
    for session in &mut sessions[7..] {
        session.conditions.posture = Some("sitting".into());
    }
    assert!(!calmer(&sessions));
}
