//! What a person may read: in words that judge nobody.

use crate::common::{START, diary, entry, pain, resting};
use tonus_history::{
    Diary, DiaryEntry, HistoryReport, PlanStep, PlanSteps, SessionEntry, TrendConfig, When, advise, text, trends,
};
use tonus_report::vocabulary::Language;

/// No sentence contains these: words of illness, of blame, and of pressure.
const FORBIDDEN: &[&str] = &[
    "abnormal",
    "normal",
    "bad",
    "badly",
    "broke",
    "broken",
    "cure",
    "diagnose",
    "diagnosis",
    "disease",
    "disorder",
    "dysfunction",
    "fail",
    "failed",
    "failure",
    "fault",
    "guilty",
    "hypertonia",
    "illness",
    "lazy",
    "lost",
    "missed",
    "must",
    "patient",
    "pathological",
    "poor",
    "poorly",
    "problem",
    "punish",
    "shame",
    "should",
    "sick",
    "streak",
    "symptom",
    "therapy",
    "treat",
    "treatment",
    "weak",
    "weakness",
    "worse",
    "worsened",
    "wrong",
];

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn assert_kind(sentence: &str) {
    let found: Vec<_> = words(sentence).into_iter().filter(|word| FORBIDDEN.contains(&word.as_str())).collect();
    assert!(found.is_empty(), "{found:?} in {sentence:?}");
    assert!(!sentence.contains('!'), "{sentence}");
}

/// The report's own sentences, put together from pieces.
#[test]
fn a_report_is_kind_and_short() {
    let mut sessions = resting(&[6.0, 5.5, 6.0, 5.0, 3.0, 2.0, 2.2, 1.9, 2.1, 2.0, 2.0, 2.0]);
    for (day, session) in sessions.iter_mut().enumerate() {
        let numbers = &mut session.numbers;
        numbers.rest_cv = Some(0.2);
        numbers.contraction_uv = Some(12.5);
        numbers.release_s = Some(1.5 - day as f64 * 0.1);
        numbers.residual_ratio = Some(1.1);
        (numbers.releases, numbers.complete_releases) = (5, day.min(5) as u32);
        session.stage = Some(2);
    }
    sessions[2].conditions.posture = Some("sitting".into());
    sessions[3].numbers.valid_share = Some(0.2);
    sessions[5].problem = Some("summary.json cannot be understood at line 1, column 40".into());
    let said: Vec<DiaryEntry> = sessions
        .iter()
        .enumerate()
        .flat_map(|(day, session)| {
            [(When::Before, 2), (When::After, 2 + day as u8 / 2)].map(|(w, p)| pain(session, w, p))
        })
        .collect();
    let diary = diary(&said);
    let plan = tonus_program::builtin_plan(PLAN).expect("a built-in plan");
    for session in &mut sessions {
        session.plan = Some(plan.name.clone());
    }
    let report = HistoryReport::new(&sessions, &diary, Some(&plan), START, &TrendConfig::default(), Language::English);
    let page = text(&report);
    println!("{page}");
    assert!(page.lines().count() < 50, "{page}");
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    for part in ["12 sessions", "Resting tension", "Milestones", "Plan: ", "clinician", "posture 1"] {
        assert!(page.contains(part), "{part} in\n{page}");
    }
    let own = page.replace(&plan.title, "").replace(&plan.stages[1].title, "");
    assert_kind(&own);
    for trend in &report.trends {
        assert_kind(&trend.text);
        assert_kind(trend.remark);
    }
    let german = HistoryReport::new(&sessions, &diary, Some(&plan), START, &TrendConfig::default(), Language::German);
    let page = text(&german).replace(&plan.title, "").replace(&plan.stages[1].title, "");
    println!("{page}");
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    for part in ["12 Sitzungen", "Ruhespannung", "Meilensteine", "Plan: ", "Physiotherapie", "Haltung 1"] {
        assert!(page.contains(part), "{part} in\n{page}");
    }
    let said = german.trends.iter().flat_map(|trend| [trend.text.as_str(), trend.remark]);
    let said = said.chain(german.not_compared.iter().map(|one| one.text.as_str()));
    for sentence in said.chain([page.as_str()]) {
        assert!(!words(sentence).iter().any(|word| ENGLISH.contains(&word.as_str())), "{sentence}");
        assert!(!words(sentence).iter().any(|word| GERMAN_FORBIDDEN.contains(&word.as_str())), "{sentence}");
    }
    let json: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
    assert_eq!(json["schema_version"], 1);
    for key in ["sessions", "diary", "trends", "not_compared", "milestones", "plan", "suggestion"] {
        assert!(!json[key].is_null(), "{key}");
    }
    assert_eq!(
        (&json["trends"][0]["axis"], &json["trends"][0]["change"]),
        (&"resting_tension".into(), &"lower".into())
    );
    assert_eq!(json["sessions"][0]["rest_mean_uv"], 6.0);
}

/// Words that an English sentence would bring.
const ENGLISH: &[&str] = &["the", "and", "of", "is", "session", "sessions", "step", "lower", "higher", "rest", "not"];

/// [`FORBIDDEN`] in German.
const GERMAN_FORBIDDEN: &[&str] = &[
    "abnormal",
    "befund",
    "behandlung",
    "diagnose",
    "fehler",
    "krank",
    "krankheit",
    "normal",
    "patient",
    "patientin",
    "schlecht",
    "schlechter",
    "schuld",
    "schwach",
    "störung",
    "therapie",
    "verloren",
    "versagt",
];

/// The built-in two weeks.
const PLAN: &str = "first-steps";

#[test]
fn all_advice_is_kind() {
    let step = PlanStep { title: "Notice".into(), program: "down-training".into(), good_sessions: 3 };
    let plan = PlanSteps { name: "two-weeks".into(), title: "Two weeks".into(), stages: vec![step; 2] };
    let rising = |sessions: &[SessionEntry]| {
        diary(&sessions.iter().enumerate().map(|(n, s)| pain(s, When::After, 2 * n as u8)).collect::<Vec<_>>())
    };
    let mut seen = Vec::new();
    for (stage, count, hurts) in [(1, 1, false), (1, 3, false), (2, 3, false), (1, 3, true), (2, 3, true)] {
        let sessions: Vec<_> = (0..count).map(|day| SessionEntry { stage: Some(stage), ..entry(day) }).collect();
        let diary = if hurts { rising(&sessions) } else { Diary::default() };
        let advice = advise(&plan, &sessions, &diary, Language::English).unwrap();
        assert_kind(&advice.text);
        assert!(!seen.contains(&advice.text));
        seen.push(advice.text);
    }
    let mut poor = entry(0);
    poor.conditions.program = None;
    poor.numbers = tonus_history::Numbers { relaxation_points: Some(1.0), ..poor.numbers };
    let check = advise(&plan, &[poor], &Diary::default(), Language::English).unwrap().sessions.remove(0);
    assert_eq!(check.texts.len(), 2);
    assert!(trends(&[], &Diary::default(), &TrendConfig::default(), Language::English).0.is_empty());
    assert!(
        text(&HistoryReport::new(&[], &Diary::default(), None, 0.0, &TrendConfig::default(), Language::English))
            .contains("no sessions")
    );
}
