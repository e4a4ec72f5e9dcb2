//! What holds for every input.

use crate::common::{entry, pain, resting};
use proptest::prelude::*;
use tonus_history::{
    Advice, Change, Compared, Diary, DiaryEntry, HistoryReport, Id, PlanStep, PlanSteps, SessionEntry, Store,
    TrendConfig, When, advise, suggestion, text, time::Utc, trends,
};
use tonus_report::vocabulary::Language;

fn some_entry() -> impl Strategy<Value = DiaryEntry> {
    let scale = || prop::option::of(0_u8..=10);
    (0.0..4e9_f64, scale(), scale(), prop::option::of(0.0..24.0_f64), ".{0,40}").prop_map(
        |(at, pain, stress, sleep_hours, note)| DiaryEntry {
            pain,
            stress,
            sleep_hours,
            note: Some(note.into()),
            ..DiaryEntry::at(at)
        },
    )
}

proptest! {
    #[test]
    fn any_bytes_are_a_diary(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let diary = Diary::from_bytes(&bytes);
        prop_assert!(diary.entries().len() + diary.unread() <= bytes.len());
        let _ = suggestion(&diary, Language::English);
    }

    #[test]
    fn no_good_line_is_lost_among_bad_ones(
        entries in prop::collection::vec(some_entry(), 0..6),
        junk in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 6),
        end in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut bytes = Vec::new();
        for (n, (entry, junk)) in entries.iter().zip(&junk).enumerate() {
            bytes.extend(junk.iter().copied().filter(|byte| *byte != b'\n'));
            bytes.push(b'\n');
            serde_json::to_writer(&mut bytes, &DiaryEntry { id: n.to_string(), ..entry.clone() }).unwrap();
            bytes.push(b'\n');
        }
        bytes.extend(end);
        let diary = Diary::from_bytes(&bytes);
        for (n, entry) in entries.iter().enumerate() {
            let wanted = DiaryEntry { id: n.to_string(), ..entry.clone() };
            prop_assert!(diary.entries().contains(&wanted));
        }
        prop_assert!(diary.entries().is_sorted_by(|a, b| a.at_unix_s <= b.at_unix_s));
    }

    #[test]
    fn what_is_added_among_any_bytes_is_there(bytes in prop::collection::vec(any::<u8>(), 0..200), entry in some_entry()) {
        let temp = tempfile::tempdir().unwrap();
        let store = Store::open(temp.path()).unwrap();
        std::fs::write(temp.path().join("diary.jsonl"), &bytes).unwrap();
        let before = store.diary().unwrap();
        let added = store.diary_add(&entry).unwrap();
        let diary = store.diary().unwrap();
        prop_assert!(diary.entries().contains(&added));
        prop_assert_eq!(diary.entries().len(), before.entries().len() + 1);
        prop_assert_eq!(diary.unread(), before.unread());
        store.diary_delete(&added.id).unwrap();
        let after = store.diary().unwrap();
        prop_assert_eq!(after.entries(), before.entries());
    }

    #[test]
    fn a_constant_series_is_about_the_same(level in 0.0..1e6_f64, n in 2_usize..40) {
        let (all, not_compared) = trends(&resting(&vec![level; n]), &Diary::default(), &TrendConfig::default(), Language::English);
        prop_assert!(!all.is_empty() && not_compared.is_empty());
        prop_assert!(all.iter().all(|trend| trend.compared.change == Change::AboutTheSame));
    }

    #[test]
    fn noise_within_a_tenth_is_never_a_change(levels in prop::collection::vec(9.0..11.0_f64, 2..30)) {
        let band = TrendConfig::default().band(tonus_history::Axis::RestingTension);
        prop_assert_eq!(Compared::of(&levels, band).change, Change::AboutTheSame);
    }

    #[test]
    fn a_plan_moves_by_one_stage_at_most_and_never_forward_after_a_rise_of_pain(
        stages in 1_u8..9,
        needed in 0_u8..5,
        steps in prop::collection::vec((any::<u8>(), 0.0..1.0_f64, 0.0..100.0_f64, 0_u8..=10, 0_u8..=10), 0..12),
    ) {
        let step = |_| PlanStep { title: "x".into(), program: "down-training".into(), good_sessions: needed };
        let plan = PlanSteps { name: "two-weeks".into(), title: "x".into(), stages: (0..stages).map(step).collect() };
        let (mut sessions, mut said) = (Vec::new(), Vec::new());
        for (day, (stage, valid, points, before, after)) in steps.into_iter().enumerate() {
            let mut session = SessionEntry { stage: Some(stage), ..entry(day as u32) };
            session.numbers.valid_share = Some(valid);
            session.numbers.relaxation_points = Some(points);
            said.extend([pain(&session, When::Before, before), pain(&session, When::After, after)]);
            sessions.push(session);
        }
        let advice = advise(&plan, &sessions, &crate::common::diary(&said), Language::English).unwrap();
        let (stage, suggested) = (i32::from(advice.stage), i32::from(advice.suggested_stage));
        prop_assert!([stage, suggested].iter().all(|stage| (1..=i32::from(stages)).contains(stage)));
        let moved = match advice.advice {
            Advice::NextStep => 1,
            Advice::OfferStepBack => -1,
            Advice::Stay | Advice::Finished => 0,
        };
        prop_assert_eq!(suggested - stage, moved);
        prop_assert!(advice.pain_rise.is_none() || moved <= 0);
        prop_assert!(moved != 1 || advice.good_sessions >= u32::from(needed.max(1)));
    }

    #[test]
    fn a_time_comes_back_from_its_name(unix_s in 0.0..253_402_300_800.0_f64) {
        let utc = Utc::from_unix_s(unix_s).unwrap();
        prop_assert_eq!(utc.to_unix_s(), unix_s.floor());
        prop_assert_eq!(Utc::from_stamp(&utc.stamp()), Some(utc));
    }

    #[test]
    fn names_never_leave_the_folder(name in any::<String>()) {
        if let Ok(id) = name.parse::<Id>() {
            let mut parts = std::path::Path::new(id.as_str()).components();
            prop_assert!(matches!(parts.next(), Some(std::path::Component::Normal(_))));
            prop_assert_eq!(parts.next(), None);
        }
    }

    #[test]
    fn a_page_is_80_columns_wide_at_most(
        levels in prop::collection::vec(prop::num::f64::NORMAL, 0..20),
        posture in any::<String>(),
        pains in prop::collection::vec(0_u8..=10, 0..20),
    ) {
        let mut sessions = resting(&levels);
        for session in sessions.iter_mut().step_by(3) {
            session.conditions.posture = Some(posture.clone());
            session.problem = Some(posture.clone()).filter(|posture| posture.len() > 20);
        }
        let report = HistoryReport::new(&sessions, &crate::common::pains(&pains), None, 0.0, &TrendConfig::default(), Language::English);
        let page = text(&report);
        prop_assert!(page.lines().all(|line| line.chars().count() <= 80), "{}", page);
        report.to_json().unwrap();
    }
}
