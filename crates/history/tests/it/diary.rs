//! The diary: validation, order, deletion, and files that were cut or damaged.

use std::fs;

use crate::common::{START, entry, id, pain};
use tonus_history::{Diary, DiaryEntry, HistoryError, MAX_NOTE, Store, When};

fn noted(at: f64, note: &str) -> DiaryEntry {
    DiaryEntry { note: Some(note.into()), ..DiaryEntry::at(at) }
}

#[test]
fn entries_are_kept_in_the_order_of_time() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    assert_eq!(store.diary().unwrap(), Diary::default());
    let full = DiaryEntry {
        session: Some(id("20261001-060000")),
        pain: Some(3),
        mood: Some(10),
        sleep_hours: Some(6.5),
        sleep_quality: Some(4),
        stress: Some(0),
        sensitivity: Some(2),
        ..noted(START + 10.0, "line\nbreak \u{1f600} \"quoted\"")
    };
    let full = store.diary_add(&full).unwrap();
    let early = store.diary_add(&DiaryEntry { pain: Some(5), ..DiaryEntry::at(START) }).unwrap();
    let twin = store.diary_add(&DiaryEntry { pain: Some(5), ..DiaryEntry::at(START) }).unwrap();
    assert_eq!((early.id.as_str(), twin.id.as_str()), ("20261001-060000", "20261001-060000-2"));
    let diary = store.diary().unwrap();
    assert_eq!(diary.entries(), [early.clone(), twin.clone(), full.clone()]);
    assert_eq!(early.when, When::Day);
    assert_eq!(diary.list(START + 1.0..=START + 10.0).collect::<Vec<_>>(), [&full]);
    store.diary_delete(&early.id).unwrap();
    assert_eq!(store.diary().unwrap().entries(), [twin, full]);
    assert!(matches!(store.diary_delete(&early.id), Err(HistoryError::NoEntry)));
    assert!(!fs::read_to_string(temp.path().join("diary.jsonl")).unwrap().contains("\"id\":\"20261001-060000\""));
}

#[test]
fn an_entry_is_changed_in_its_place_and_keys_of_a_newer_program_stay() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    let place = temp.path().join("diary.jsonl");
    let first = store.diary_add(&DiaryEntry { pain: Some(3), ..noted(START, "sore") }).unwrap();
    let other = store.diary_add(&DiaryEntry { pain: Some(1), ..DiaryEntry::at(START + 1.0) }).unwrap();
    let newer = fs::read_to_string(&place).unwrap().replacen("\"pain\":3", "\"pain\":3,\"appetite\":7", 1);
    fs::write(&place, newer).unwrap();
    let changed = DiaryEntry { pain: None, mood: Some(6), ..first.clone() };
    store.diary_replace(&changed).unwrap();
    assert_eq!(store.diary().unwrap().entries(), [changed.clone(), other]);
    assert!(fs::read_to_string(&place).unwrap().contains("\"appetite\":7"));
    let refused = store.diary_replace(&DiaryEntry { mood: Some(11), ..changed.clone() });
    assert!(matches!(refused, Err(HistoryError::Field { field: "mood", .. })));
    let unknown = DiaryEntry { id: "20200101-000000".into(), ..changed };
    assert!(matches!(store.diary_replace(&unknown), Err(HistoryError::NoEntry)));
}

#[test]
fn the_latest_words_about_a_session_count() {
    let temp = tempfile::tempdir().unwrap();
    let (store, session) = (Store::open(temp.path()).unwrap(), entry(0));
    for (when, value) in [(When::Before, 4), (When::Before, 3), (When::After, 6), (When::Day, 9)] {
        store.diary_add(&pain(&session, when, value)).unwrap();
    }
    let mood = DiaryEntry { pain: None, mood: Some(5), ..pain(&session, When::After, 0) };
    store.diary_add(&DiaryEntry { at_unix_s: mood.at_unix_s + 60.0, ..mood }).unwrap();
    let diary = store.diary().unwrap();
    assert_eq!(diary.before(&session.id).unwrap().pain, Some(3));
    assert_eq!(diary.after(&session.id).unwrap().mood, Some(5));
    assert_eq!(diary.pain_around(&session.id), (Some(3), Some(6)));
    assert_eq!(diary.before(&id("other")), None);
}

#[test]
fn a_refusal_names_field_and_limits_and_repeats_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    let some = || DiaryEntry { pain: Some(1), ..DiaryEntry::at(START) };
    for (entry, message) in [
        (DiaryEntry { pain: Some(11), ..some() }, "pain takes whole numbers from 0 to 10"),
        (DiaryEntry { mood: Some(11), ..some() }, "mood takes whole numbers from 0 to 10"),
        (DiaryEntry { sleep_quality: Some(99), ..some() }, "sleep_quality takes whole numbers from 0 to 10"),
        (DiaryEntry { stress: Some(255), ..some() }, "stress takes whole numbers from 0 to 10"),
        (DiaryEntry { sensitivity: Some(11), ..some() }, "sensitivity takes whole numbers from 0 to 10"),
        (DiaryEntry { sleep_hours: Some(24.5), ..some() }, "sleep_hours takes hours from 0 to 24"),
        (DiaryEntry { sleep_hours: Some(f64::NAN), ..some() }, "sleep_hours takes hours from 0 to 24"),
        (noted(START, &"secret".repeat(400)), "note takes at most 2000 characters"),
        (
            DiaryEntry { pain: Some(1), ..DiaryEntry::at(-1.0) },
            "at_unix_s takes seconds since 1970, up to the year 9999",
        ),
        (DiaryEntry::at(START), "entry takes at least one of pain, mood, sleep, stress, sensitivity and note"),
    ] {
        let error = store.diary_add(&entry).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(!format!("{error:?}").contains("secret"));
    }
    store.diary_add(&noted(START, &"é".repeat(MAX_NOTE))).unwrap();
    assert!(!format!("{:?}", store.diary().unwrap()).contains('é'));
}

#[test]
fn a_cut_at_any_byte_costs_the_last_line_at_most() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    for day in 0..3 {
        store.diary_add(&noted(START + f64::from(day), "a note with \u{e9} and {\"braces\"}")).unwrap();
    }
    let place = temp.path().join("diary.jsonl");
    let whole = fs::read(&place).unwrap();
    let ends: Vec<usize> = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(n, _)| n).collect();
    for cut in 0..=whole.len() {
        let diary = Diary::from_bytes(&whole[..cut]);
        let complete = ends.iter().filter(|end| cut >= **end).count();
        let is_between = cut == 0 || ends.iter().any(|end| cut == *end || cut == *end + 1);
        assert_eq!((diary.entries().len(), diary.is_torn(), diary.unreadable()), (complete, !is_between, 0), "{cut}");
    }
    // What is written after a torn end stands in its own line.
    for cut in [ends[1] + 10, ends[2]] {
        fs::write(&place, &whole[..cut]).unwrap();
        let known = store.diary().unwrap().entries().len();
        store.diary_add(&noted(START + 99.0, "new")).unwrap();
        let diary = store.diary().unwrap();
        assert_eq!((diary.entries().len(), diary.is_torn()), (known + 1, false));
    }
}

#[test]
fn damaged_lines_stay_and_cost_no_other() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    let place = temp.path().join("diary.jsonl");
    let good = |n: u32| format!("{{\"id\":\"{n}\",\"at_unix_s\":{n},\"pain\":1,\"later_key\":[1]}}\n");
    let damaged = "{\"id\":\"x\",\"at_unix_s\":1,\"pain\":11}\n\u{0}\u{0}\n{\"id\":\"y\",\"at_unix_s\":1,\"pain\":1,\"session\":\"../x\"}\n";
    fs::write(&place, format!("{}{damaged}\n \n{}{}", good(1), good(2), good(2))).unwrap();
    let diary = store.diary().unwrap();
    assert_eq!((diary.entries().len(), diary.unreadable(), diary.is_torn()), (2, 3, false));
    store.diary_delete("1").unwrap();
    assert_eq!(fs::read_to_string(&place).unwrap(), format!("{damaged}{}", good(2)));
}

#[test]
fn two_programs_write_at_once() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    let doomed: Vec<String> =
        (0..20).map(|n| store.diary_add(&noted(START + f64::from(n), "old")).unwrap().id).collect();
    std::thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || doomed.iter().for_each(|id| store.diary_delete(id).unwrap()));
        for program in 0..2 {
            scope.spawn(move || {
                for n in 0..20 {
                    store.diary_add(&noted(START + 1_000.0 * f64::from(program + 1) + f64::from(n), "new")).unwrap();
                }
            });
        }
    });
    let diary = store.diary().unwrap();
    let news = diary.entries().iter().filter(|entry| entry.note.as_ref().unwrap().as_str() == "new").count();
    assert_eq!((news, diary.unread()), (40, 0));
}
