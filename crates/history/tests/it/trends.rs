//! Like compared with like, and changes only beyond what measuring twice may differ by.

use crate::common::{diary, entry, pains, resting};
use tonus_history::{
    Axis, Band, Change, Conditions, Diary, DiaryEntry, Easier, HistoryReport, Likeness, Reason, SessionEntry, Trend,
    TrendConfig, calmest, text, trends,
};
use tonus_report::vocabulary::Language;

fn tension(sessions: &[SessionEntry]) -> Trend {
    let (all, _) = trends(sessions, &Diary::default(), &TrendConfig::default(), Language::English);
    all.into_iter().find(|trend| trend.axis == Axis::RestingTension).unwrap()
}

#[test]
fn ten_percent_is_about_the_same_and_fifty_is_lower() {
    let same = tension(&resting(&[4.0, 4.1, 3.9, 3.8, 3.6, 3.5, 3.6]));
    assert_eq!((same.compared.change, same.compared.n, same.compared.n_side), (Change::AboutTheSame, 7, 3));
    assert_eq!((same.compared.first, same.compared.last), (Some(4.0), Some(3.6)));
    let lower = tension(&resting(&[4.0, 4.1, 3.9, 3.8, 2.0, 1.9, 2.1]));
    assert_eq!((lower.compared.change, lower.compared.change_share), (Change::Lower, Some(-0.5)));
    assert_eq!(
        lower.text,
        "Resting tension is lower: median 4.00 µV in the first 3 of 7 values, 2.00 µV in the last 3. \
         A change counts beyond 30 %."
    );
    assert_eq!((lower.unit, lower.band, lower.easier), ("uV", Band::Share(0.30), Easier::Lower));
    assert_eq!((lower.min, lower.median, lower.max, lower.points.len()), (1.9, 3.8, 4.1, 7));
    assert_eq!(tension(&resting(&[2.0, 4.0])).compared.change, Change::Higher);
    let one = tension(&resting(&[2.0]));
    assert_eq!((one.compared.change, one.compared.first), (Change::TooFew, None));
}

#[test]
fn another_posture_is_not_compared_and_named() {
    let mut sessions = resting(&[4.0, 4.0, 1.0, 4.0]);
    sessions[2].conditions.posture = Some("sitting".into());
    let (all, not_compared) = trends(&sessions, &Diary::default(), &TrendConfig::default(), Language::English);
    let latest = all.iter().find(|trend| trend.axis == Axis::RestingTension && trend.is_latest_series).unwrap();
    assert_eq!((latest.compared.change, latest.compared.n), (Change::AboutTheSame, 3));
    assert_eq!(latest.series, Some(sessions[0].conditions.clone()));
    let [one] = &not_compared[..] else { panic!("{not_compared:?}") };
    assert_eq!((&one.session, one.reason), (&sessions[2].id, Reason::Differs));
    assert_eq!((one.differences.len(), one.differences[0].field), (1, "posture"));
    assert_eq!(one.text, "Not compared: other posture (sitting here, lying in the latest session).");
    let other = all.iter().find(|trend| !trend.is_latest_series).unwrap();
    assert_eq!((other.compared.change, other.compared.n), (Change::TooFew, 1));
}

#[test]
fn every_circumstance_counts() {
    let changes: [fn(&mut Conditions); 7] = [
        |c| c.program = None,
        |c| c.posture = None,
        |c| c.site = Some("jaw".into()),
        |c| c.electrode = Some("probe".into()),
        |c| c.device = Some("other".into()),
        |c| c.channel = Some("ch2".into()),
        |c| c.is_scaled = false,
    ];
    let fields = ["program", "posture", "site", "electrode", "device", "channel", "is_scaled"];
    for (change, field) in changes.iter().zip(fields) {
        let mut sessions = resting(&[4.0, 4.0]);
        change(&mut sessions[0].conditions);
        let (_, not_compared) = trends(&sessions, &Diary::default(), &TrendConfig::default(), Language::English);
        assert_eq!(not_compared[0].differences[0].field, field);
        assert!(not_compared[0].text.contains("here"), "{}", not_compared[0].text);
    }
    let mut sessions = resting(&[4.0]);
    sessions[0].conditions.is_scaled = false;
    assert_eq!(tension(&sessions).unit, "sensor units");
}

#[test]
fn sessions_with_little_signal_or_a_problem_count_nowhere() {
    let mut sessions = resting(&[4.0, 0.5, 0.5, 4.0]);
    sessions[1].numbers.valid_share = Some(0.49);
    sessions[2].problem = Some("cut".into());
    let (all, not_compared) = trends(&sessions, &Diary::default(), &TrendConfig::default(), Language::English);
    let reasons: Vec<_> = not_compared.iter().map(|session| session.reason).collect();
    assert_eq!(reasons, [Reason::TooLittleSignal, Reason::Unreadable]);
    assert_eq!(all[0].compared.n, 2);
}

#[test]
fn each_axis_has_its_band_and_its_values() {
    let mut sessions: Vec<_> = (0..6).map(entry).collect();
    for (n, session) in sessions.iter_mut().enumerate() {
        let late = n >= 3;
        let of = |early: f64, later: f64| Some(if late { later } else { early });
        let numbers = &mut session.numbers;
        numbers.rest_mean_uv = of(4.0, 2.9);
        numbers.rest_cv = of(0.30, 0.20);
        numbers.contraction_uv = of(10.0, 14.0);
        numbers.release_s = of(1.0, 0.6);
        numbers.residual_ratio = of(1.5, 1.0);
        numbers.relaxation_points = of(50.0, 66.0);
    }
    let day = |n: u8| DiaryEntry {
        pain: Some(if n < 3 { 6 } else { 3 }),
        ..DiaryEntry::at(crate::common::START + f64::from(n) * 86_400.0)
    };
    let (all, _) =
        trends(&sessions, &diary(&(0..6).map(day).collect::<Vec<_>>()), &TrendConfig::default(), Language::English);
    let found: Vec<_> = all.iter().map(|trend| (trend.axis, trend.compared.change)).collect();
    assert_eq!(
        found,
        [
            (Axis::RestingTension, Change::AboutTheSame),
            (Axis::RestingInstability, Change::Lower),
            (Axis::Contraction, Change::Higher),
            // 40 % is within the band of times.
            (Axis::Release, Change::AboutTheSame),
            (Axis::Residual, Change::Lower),
            (Axis::Relaxation, Change::Higher),
            (Axis::Pain, Change::Lower),
        ]
    );
    assert!(all[5].text.ends_with("A change counts beyond 15.0 points."), "{}", all[5].text);
    assert!(all[6].text.ends_with("A change counts beyond 2.00 points."), "{}", all[6].text);
}

#[test]
fn a_day_of_pain_weighs_as_much_as_another() {
    let mut entries: Vec<_> = pains(&[8, 2]).entries().to_vec();
    for n in 0..5 {
        entries.push(DiaryEntry { pain: Some(6), ..DiaryEntry::at(crate::common::START + f64::from(n)) });
    }
    let (all, _) = trends(&[], &diary(&entries), &TrendConfig::default(), Language::English);
    let values: Vec<_> = all[0].points.iter().map(|point| point.value).collect();
    assert_eq!(values, [6.0, 2.0]);
    assert_eq!((all[0].series.as_ref(), all[0].compared.change), (None, Change::Lower));
}

#[test]
fn the_calmest_rest_is_that_of_like_sessions() {
    let mut sessions = resting(&[4.0; 6]);
    let levels = [2.4, 2.0, 0.5, 0.4, 0.3, 3.0];
    for (entry, level) in sessions.iter_mut().zip(levels) {
        entry.numbers.deepest_uv = Some(level);
        entry.conditions.site = Some("pelvic".into());
    }
    // Another programme and posture are the same muscle; another electrode, unit, or too little signal is not.
    sessions[1].conditions.program = Some("breathing".into());
    sessions[1].conditions.posture = Some("sitting".into());
    sessions[2].conditions.electrode = Some("probe".into());
    sessions[3].conditions.is_scaled = false;
    sessions[4].numbers.valid_share = Some(0.3);
    let like = Likeness::of(&sessions[5]);
    let found = calmest(&sessions, &like).unwrap();
    assert_eq!((found.uv, &found.session, found.sessions), (2.0, &sessions[1].id, 3));
    assert_eq!(calmest(&sessions, &Likeness { site: Some("limb".into()), ..like }), None);
    for language in Language::ALL {
        let config = TrendConfig::default();
        let report = HistoryReport::new(&sessions, &Diary::default(), None, 0.0, &config, language);
        assert_eq!(report.calmest.as_ref(), Some(&found));
        let level = language.amplitude(2.0);
        assert!(text(&report).lines().any(|line| line.contains(&format!("{level} µV")) && line.contains('3')));
    }
}
