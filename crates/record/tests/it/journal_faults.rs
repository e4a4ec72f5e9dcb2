//! The writer of a journal on disks that fail, fill up, are slow, or lose power.

use std::time::{Duration, Instant};

use crate::common::live::{Dice, Memory, Seen, check_true, ending, info, journal, table, values};
use tonus_record::Cue;
use tonus_record::journal::{JOURNAL, Journal, JournalConfig, Reader, RecoverError, finalise, play};
use tonus_record::session::{ABOUT, TABLE};

/// Chunks follow each other at once.
const FAST: JournalConfig =
    JournalConfig { chunk: Duration::ZERO, sync: Duration::from_millis(1), waiting_bytes: 1 << 20 };

/// Writes frames one by one, as a sensor would.
fn write(journal: &mut Journal, frames: std::ops::Range<u64>) {
    for n in frames {
        journal.frame(n, &values(n), Cue::Free);
        journal.tick();
        if n % 16 == 15 {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}

fn read(store: &Memory) -> Seen {
    let mut seen = Seen::default();
    let bytes = store.get(JOURNAL).unwrap();
    play(&mut Reader::new(bytes.as_slice()).unwrap(), &mut seen).unwrap();
    seen
}

#[test]
fn a_writer_that_fails_at_any_call_keeps_what_came_before() {
    let (frames, mut calls) = (150, 0);
    for for_good in [false, true] {
        for n in 1.. {
            let store = Memory::failing(n, for_good);
            let Ok(mut journal) = Journal::begin(&store, &info(), FAST) else {
                // Nothing began; nothing that could be taken for a recording is left.
                assert!(store.get(TABLE).is_none());
                continue;
            };
            write(&mut journal, 0..frames);
            let ended = journal.end(&ending(frames));
            calls = calls.max(n);
            let is_through = store.calls() < n;
            assert!(ended.is_whole || ended.failure.is_some());
            let before = read(&store);
            check_true(&before);
            assert!(!ended.is_whole || before.frames.len() as u64 == frames);
            // Nine calls begin a journal; the first appends follow.
            assert!(n < 16 || !before.frames.is_empty(), "call {n}");
            // Then the disk is well again.
            store.fail_at(None, false);
            finalise(&store).unwrap();
            let after = table(&String::from_utf8(store.get(TABLE).unwrap()).unwrap());
            assert_eq!(after.frames, before.frames);
            if is_through {
                break;
            }
        }
    }
    println!("failed at each of {calls} calls");
    assert!(calls > 20);
}

#[test]
fn a_finaliser_that_fails_at_any_call_loses_nothing_and_gives_the_same_bytes_later() {
    let (bytes, ends) = journal(3000);
    let whole = Memory::default();
    whole.put(JOURNAL, bytes[..ends[20] + 9].to_vec());
    finalise(&whole).unwrap();
    let expected = (whole.get(TABLE), whole.get(ABOUT));
    let mut dice = Dice(3);
    for for_good in [false, true] {
        for n in 1.. {
            let store = Memory::default();
            store.put(JOURNAL, bytes[..ends[20] + 9].to_vec());
            store.fail_at(Some(n), for_good);
            let done = finalise(&store);
            let is_through = store.calls() < n;
            store.fail_at(None, false);
            for _ in 0..8 {
                // The power fails too.
                let found = store.after_power_loss(&mut dice);
                finalise(&found).unwrap();
                assert_eq!((found.get(TABLE), found.get(ABOUT)), expected, "call {n}");
            }
            finalise(&store).unwrap();
            assert_eq!((store.get(TABLE), store.get(ABOUT)), expected, "call {n}");
            assert_eq!(store.names(), [TABLE, ABOUT], "call {n}: {done:?}");
            if is_through {
                break;
            }
        }
    }
}

#[test]
fn a_full_disk_ends_the_journal_and_keeps_what_was_there() {
    for room in [2000, 5000, 20_000, 50_000] {
        let store = Memory::default();
        store.room(Some(room));
        let mut journal = Journal::begin(&store, &info(), FAST).unwrap();
        write(&mut journal, 0..1500);
        let mut failure = None;
        let begin = Instant::now();
        while failure.is_none() && begin.elapsed() < Duration::from_secs(5) {
            failure = journal.failure();
            journal.tick();
        }
        assert_eq!(failure.unwrap().kind(), std::io::ErrorKind::StorageFull);
        // The session goes on; nobody waits.
        write(&mut journal, 1500..3000);
        let ended = journal.end(&ending(3000));
        assert!(!ended.is_whole && ended.failure.is_none());
        // There is no room for a table either: the journal stays, and no half of a recording beside it.
        assert!(matches!(finalise(&store), Err(RecoverError::Storage { .. })));
        assert_eq!(store.names(), [JOURNAL]);
        store.room(None);
        let made = finalise(&store).unwrap();
        let seen = table(&String::from_utf8(store.get(TABLE).unwrap()).unwrap());
        check_true(&seen);
        // All but the chunk that did not fit; a chunk of one frame has under 100 bytes.
        assert!(made.frames as usize >= (room - 1700) / 100 && made.frames < 1500, "{room}: {made:?}");
    }
}

#[test]
fn a_stalled_disk_delays_nobody_and_loses_nothing() {
    let store = Memory::default();
    let config = JournalConfig { chunk: Duration::from_millis(10), ..JournalConfig::default() };
    let mut journal = Journal::begin(&store, &info(), config).unwrap();
    store.slow(Duration::from_secs(1));
    let mut longest = Duration::ZERO;
    let begin = Instant::now();
    let mut n = 0;
    while begin.elapsed() < Duration::from_secs(2) {
        let now = Instant::now();
        journal.frame(n, &values(n), Cue::Free);
        journal.tick();
        longest = longest.max(now.elapsed());
        n += 1;
        std::thread::sleep(Duration::from_micros(500));
    }
    store.slow(Duration::ZERO);
    let ended = journal.end(&ending(n));
    assert!(ended.is_whole && ended.not_stored == 0);
    assert!(longest < Duration::from_millis(500), "{longest:?}");
    assert_eq!(read(&store).frames.len() as u64, n);
    println!("longest wait of the live thread: {longest:?}");
}

#[test]
fn beyond_its_bound_a_slow_disk_leaves_declared_gaps() {
    let store = Memory::default();
    let config = JournalConfig { chunk: Duration::from_millis(1), waiting_bytes: 4000, ..JournalConfig::default() };
    let mut journal = Journal::begin(&store, &info(), config).unwrap();
    store.slow(Duration::from_millis(40));
    for n in 0..1500 {
        journal.frame(n, &values(n), Cue::Free);
        journal.tick();
        std::thread::sleep(Duration::from_micros(300));
    }
    store.slow(Duration::ZERO);
    let ended = journal.end(&ending(1500));
    let seen = read(&store);
    check_true(&seen);
    let missing: u64 = seen.gaps.iter().map(|gap| gap.1).sum();
    assert!(ended.is_whole && ended.not_stored > 0);
    assert_eq!((missing, seen.frames.len() as u64 + missing), (ended.not_stored, 1500));
}

#[test]
fn after_a_loss_of_power_all_but_the_last_second_is_there() {
    let times: u64 = std::env::var("TONUS_POWER_LOSSES").map_or(12, |times| times.parse().unwrap());
    let mut dice = Dice(11);
    let config = JournalConfig { chunk: Duration::from_millis(100), ..JournalConfig::default() };
    let (store, mut n) = (Memory::default(), 0);
    let mut journal = Journal::begin(&store, &info(), config).unwrap();
    let begin = Instant::now();
    let (mut worst, mut losses) = (0, 0);
    for _ in 0..times {
        // The power fails after up to 400 ms more; a frame per millisecond.
        let until = begin.elapsed() + Duration::from_millis(dice.below(400));
        while begin.elapsed() < until {
            while u128::from(n) < begin.elapsed().as_millis() {
                journal.frame(n, &values(n), Cue::Free);
                n += 1;
            }
            journal.tick();
            std::thread::sleep(Duration::from_millis(1));
        }
        for _ in 0..50 {
            let found = store.after_power_loss(&mut dice);
            let made = finalise(&found).unwrap();
            let seen = table(&String::from_utf8(found.get(TABLE).unwrap()).unwrap());
            check_true(&seen);
            // Whole up to a second ago: no gap before that.
            let first_gap = seen.gaps.first().map_or(made.frames, |gap| gap.0);
            worst = worst.max(n - first_gap);
            losses += 1;
            let tables = found.get(TABLE);
            assert!(!finalise(&found).unwrap().recovered && found.get(TABLE) == tables);
        }
    }
    println!("{losses} losses of power; at worst the last {worst} ms were lost");
    assert!(worst < 1000, "{worst} ms");
}

#[test]
fn a_journal_whose_writer_lives_is_left_alone() {
    let store = Memory::default();
    let journal = Journal::begin(&store, &info(), FAST).unwrap();
    assert!(matches!(finalise(&store), Err(RecoverError::Busy)));
    assert!(Journal::begin(&store, &info(), FAST).is_err(), "a recording is never written over");
    drop(journal);
    assert!(finalise(&store).unwrap().recovered);
}

#[test]
fn a_journal_stays_if_what_is_made_of_it_cannot_be_read() {
    let store = Memory::default();
    let mut journal = Journal::begin(&store, &info(), FAST).unwrap();
    write(&mut journal, 0..100);
    // A hundred years that nobody can have recorded.
    journal.gap(100, 1000 * 3_155_760_000, Cue::Free);
    write(&mut journal, 3_155_760_000_100..3_155_760_000_200);
    journal.end(&ending(200));
    assert!(matches!(finalise(&store), Err(RecoverError::Unreadable(_))));
    assert_eq!(store.names(), [JOURNAL], "the journal stays, and nothing else");
}
