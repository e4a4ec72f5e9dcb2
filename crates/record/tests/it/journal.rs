//! Journals in memory: cut anywhere, damaged anywhere, read back as far as they are whole and never further.

use std::io::Cursor;

use crate::common::live::{CHUNK, Dice, Memory, RATE, Seen, check_true, clocks, ending, event, info, journal, values};
use tonus_record::Cue;
use tonus_record::journal::{ChunkBuilder, Clocks, JOURNAL, JournalError, Played, Reader, finalise, header, play};
use tonus_record::session::{MAX_OF_A_KIND, ProgramCommand, SessionInfo, TABLE};

fn read(bytes: &[u8]) -> (Seen, Played) {
    let mut seen = Seen::default();
    let played = play(&mut Reader::new(bytes).unwrap(), &mut seen).unwrap();
    (seen, played)
}

#[test]
fn everything_comes_back_bit_for_bit() {
    let mut bytes = header(&info()).unwrap();
    let mut builder = ChunkBuilder::new(&bytes, 2);
    let special = [f64::NAN, -0.0, 0.1 + 0.2, f64::INFINITY, 8_388_607.0, -2_147_483_648.0, 1e300, f64::MIN_POSITIVE];
    for (n, value) in special.iter().enumerate() {
        builder.frame(n as u64, &[*value, 1.0], Cue::Quiet, Clocks::default);
    }
    builder.stall(8, Cue::Quiet, Clocks::default);
    builder.gap(8, 17, Cue::Quiet, Clocks::default);
    builder.gap(25, 3, Cue::Work, Clocks::default);
    builder.frame(28, &[1.0, 2.0], Cue::Rest, Clocks::default);
    let command = ProgramCommand { n: 28, input: tonus_core::training::Action::Pace, breaths_per_min: Some(5.5) };
    builder.command(&command, Clocks::default);
    builder.event(&event(28), Clocks::default);
    bytes.extend(builder.close());
    assert!(builder.is_empty());
    builder.frame(29, &[-32768.0, 32767.0], Cue::Rest, Clocks::default);
    builder.end(&ending(10), Clocks::default);
    bytes.extend(builder.close());
    let (seen, played) = read(&bytes);
    let bits: Vec<u64> = seen.frames.iter().map(|frame| frame.1[0]).collect();
    let mut expected: Vec<u64> = special.iter().map(|value| value.to_bits()).collect();
    expected.extend([1.0_f64.to_bits(), (-32768.0_f64).to_bits()]);
    assert_eq!(bits, expected);
    assert_eq!((seen.gaps, seen.stalls), (vec![(8, 17), (25, 3)], vec![8]));
    assert_eq!((played.frames, played.lost, played.gaps, played.index), (10, 20, 2, 30));
    assert_eq!((played.commands, played.events.finish()), (vec![command], vec![event(28)]));
    assert_eq!(played.ending, Some(ending(10)));
    assert_eq!((played.damage.chunks, played.damage.bytes), (0, 0));
    let cue = |n| seen.cues.iter().find(|cue| cue.0 == n).unwrap().1;
    assert_eq!((cue(0), cue(28)), (Cue::Quiet, Cue::Rest));
}

/// A minute, cut at every byte: what is whole before the cut comes back, nothing else, and nothing panics.
#[test]
fn cut_at_every_byte_its_prefix_is_recovered() {
    let (bytes, ends) = journal(60 * RATE);
    // The records of the last whole chunk before a cut are read once; every cut is opened and its tail read.
    let whole = read(&bytes).0;
    assert_eq!(whole.frames.len() as u64, 60 * RATE);
    check_true(&whole);
    let begin = ends[0] / 2;
    for cut in 0..=bytes.len() {
        if cut < begin {
            assert!(matches!(Reader::new(&bytes[..cut]), Err(JournalError::NoHeader)), "{cut}");
            continue;
        }
        let chunks = ends[1..].partition_point(|end| *end <= cut);
        // The last two whole chunks and the cut one, behind the header: what comes before is the same for every cut.
        let from = chunks.saturating_sub(2);
        let mut part = bytes[..ends[0].min(cut)].to_vec();
        part.extend_from_slice(bytes.get(ends[from]..cut).unwrap_or_default());
        let mut reader = Reader::new(part.as_slice()).unwrap();
        let mut found = from;
        while let Some(chunk) = reader.next_chunk().unwrap() {
            assert_eq!((chunk.number as usize, chunk.first), (found, found as u64 * CHUNK));
            found += 1;
        }
        assert_eq!(found, chunks, "cut at {cut}");
        if cut % 20_011 == 0 || cut == bytes.len() {
            let (seen, played) = read(&bytes[..cut]);
            assert_eq!(seen.frames, whole.frames[..chunks * CHUNK as usize]);
            assert!(seen.gaps.is_empty() && played.damage.chunks == 0);
        }
    }
}

#[test]
fn a_flipped_bit_costs_one_chunk_and_is_declared() {
    let (bytes, ends) = journal(5 * RATE);
    let times = std::env::var("TONUS_FLIPS").map_or(3000, |times| times.parse().unwrap());
    let mut dice = Dice(7);
    // Every bit of the first header and of the heads of two chunks, then bits anywhere.
    let heads = (0..ends[0] + 52).chain(ends[7]..ends[7] + 52).flat_map(|at| (0..8).map(move |bit| (at, bit)));
    let anywhere = (0..times).map(|_| (dice.below(bytes.len() as u64) as usize, dice.below(8) as u8));
    let (mut count, mut damaged) = (0, bytes.clone());
    for (at, bit) in heads.chain(anywhere.collect::<Vec<_>>()) {
        damaged[at] ^= 1 << bit;
        let (seen, played) = read(&damaged);
        check_true(&seen);
        let chunk = ends.partition_point(|end| *end <= at);
        let lost = if chunk == 0 || chunk == 50 { 0 } else { CHUNK };
        let kept = 5 * RATE - if chunk == 0 { 0 } else { CHUNK };
        assert_eq!((seen.frames.len() as u64, played.lost), (kept, lost), "byte {at}, bit {bit}");
        if lost > 0 {
            assert_eq!(seen.gaps, [((chunk as u64 - 1) * CHUNK, CHUNK)]);
            assert!(played.events.kept().iter().any(|event| event.text.contains("damaged")));
        }
        assert!(played.damage.bytes > 0);
        damaged[at] ^= 1 << bit;
        count += 1;
    }
    println!("{count} flipped bits, each found");
}

#[test]
fn what_a_damaged_chunk_held_besides_frames_is_not_forgotten() {
    let mut bytes = header(&info()).unwrap();
    let mut builder = ChunkBuilder::new(&bytes, 2);
    let mut ends = Vec::new();
    for chunk in 0..3_u64 {
        for n in chunk * 10..(chunk + 1) * 10 {
            if n == 15 {
                builder.stall(15, Cue::Work, Clocks::default);
            }
            let cue = if n < 15 { Cue::Quiet } else { Cue::Work };
            builder.frame(n, &values(n), cue, Clocks::default);
        }
        bytes.extend(builder.close());
        ends.push(bytes.len());
    }
    bytes[ends[0] + 60] ^= 4;
    let (seen, played) = read(&bytes);
    check_true(&seen);
    assert_eq!((seen.gaps, seen.stalls), (vec![(10, 10)], vec![10]));
    assert_eq!((played.gaps, played.damaged, played.damage.chunks), (2, 10, 1));
    assert!(seen.cues.iter().filter(|cue| cue.0 >= 20).all(|cue| cue.1 == Cue::Work));
}

#[test]
fn chunks_of_another_session_and_chunks_that_come_twice_are_not_taken() {
    let (bytes, ends) = journal(1000);
    let mut other = info();
    other.started_unix_s += 1.0;
    let mut strange = header(&other).unwrap();
    let own = strange.len();
    strange.extend_from_slice(&bytes[ends[0]..]);
    let (seen, played) = read(&strange);
    assert!(seen.frames.is_empty() && played.damage.bytes as usize == strange.len() - own);
    let twice = [&bytes[..], &bytes[ends[3]..ends[6]]].concat();
    assert_eq!(read(&twice).0, read(&bytes).0);
}

#[test]
fn clocks_that_jump_are_written_down_and_change_nothing_else() {
    let mut bytes = header(&info()).unwrap();
    let mut builder = ChunkBuilder::new(&bytes, 2);
    for n in 0..1000_u64 {
        let hour = if n < 500 { 0 } else { -3_600_000_000 };
        let now = Clocks { wall_us: clocks(n).wall_us + hour, ..clocks(n) };
        builder.frame(n, &values(n), Cue::Free, || now);
        if n % 100 == 99 {
            bytes.extend(builder.close());
        }
    }
    let (seen, played) = read(&bytes);
    check_true(&seen);
    assert_eq!((played.index, played.events.kept().len()), (1000, 1));
    assert!(
        played.events.kept()[0].event == "clock" && played.events.kept()[0].text.contains("-3600.0 s"),
        "{:?}",
        played.events
    );
}

#[test]
fn what_could_not_be_stored_is_declared_and_memory_is_bounded() {
    let mut bytes = header(&info()).unwrap();
    let mut builder = ChunkBuilder::new(&bytes, 2);
    let mut left_out = 0;
    for n in 0..200_000_u64 {
        let cue = if n % 2 == 0 { Cue::Work } else { Cue::Rest };
        builder.frame(n, &values(n), cue, || clocks(n));
        if n % 100 == 99 {
            builder.event(&event(n), || clocks(n));
            left_out += builder.thin();
        }
    }
    builder.frame(200_000, &values(200_000), Cue::Rest, || clocks(200_000));
    let chunk = builder.close();
    assert!(left_out == 200_000 && chunk.len() < 1 << 20, "{}", chunk.len());
    bytes.extend(chunk);
    let (seen, played) = read(&bytes);
    check_true(&seen);
    assert_eq!((seen.frames.len(), played.not_stored, played.index), (1, 200_000, 200_001));
}

#[test]
fn a_finalised_recording_says_what_was_found_and_a_second_time_changes_nothing() {
    let (bytes, ends) = journal(10 * RATE);
    let store = Memory::default();
    store.put(JOURNAL, bytes[..ends[60] + 20].to_vec());
    let made = finalise(&store).unwrap();
    assert_eq!((made.recovered, made.is_ended, made.frames, made.seconds), (true, false, 6000, 6.0));
    assert_eq!(store.names(), ["session.csv", "session.json"]);
    let table = store.get(TABLE).unwrap();
    check_true(&crate::common::live::table(std::str::from_utf8(&table).unwrap()));
    let about: SessionInfo = serde_json::from_slice(&store.get("session.json").unwrap()).unwrap();
    assert!(about.finalised && about.end.is_none());
    assert!(about.events.last().unwrap().text.starts_with("recovered from the journal: 6.000 s, 6000 frames"));
    assert_eq!(about.events[0], event(1000));
    let again = finalise(&store).unwrap();
    assert!(!again.recovered && store.get(TABLE).unwrap() == table);
}

#[test]
fn without_a_header_nothing_is_touched() {
    let store = Memory::default();
    assert!(finalise(&store).is_err());
    store.put(JOURNAL, vec![0; 5000]);
    let error = finalise(&store).unwrap_err().to_string();
    assert!(error.contains("header") && store.names() == [JOURNAL], "{error}");
    let mut newer = header(&info()).unwrap();
    let half = newer.len() / 2;
    newer.truncate(half);
    newer[8] = 2;
    let check = crc32fast::hash(&newer[..half - 4]).to_le_bytes();
    newer[half - 4..].copy_from_slice(&check);
    assert!(matches!(Reader::new(Cursor::new(newer)), Err(JournalError::Newer { found: 2 })));
}

/// How long an hour takes; a figure, not a test.
#[test]
#[ignore = "prints a figure"]
fn an_hour_is_recovered_in() {
    let (bytes, _) = journal(3600 * RATE);
    let folder = tempfile::tempdir().unwrap();
    let length = bytes.len();
    std::fs::write(folder.path().join(JOURNAL), bytes).unwrap();
    let begin = std::time::Instant::now();
    let made = finalise(&tonus_record::journal::FolderStore::new(folder.path())).unwrap();
    println!("{} s of 2 channels, {length} bytes, in {:?}", made.seconds, begin.elapsed());
}

/// A chunk with right checksums that says it has `length` bytes of records.
fn sealed(header: &[u8], number: u32, first: u64, length: u32, payload: &[u8]) -> Vec<u8> {
    let session = &header[header.len() / 2 - 4..header.len() / 2];
    let mut out = [b"\xF7TJC", session, &number.to_le_bytes(), &length.to_le_bytes(), &first.to_le_bytes()].concat();
    out.resize(48, 0);
    out.extend(crc32fast::hash(&out).to_le_bytes());
    out.extend_from_slice(payload);
    out.extend(crc32fast::hash(&out).to_le_bytes());
    out
}

/// Seconds that reading to the end takes, and what was read.
fn timed(bytes: &[u8]) -> (f64, Option<Played>) {
    let begin = std::time::Instant::now();
    let mut seen = Seen::default();
    let played = Reader::new(bytes).ok().map(|mut reader| play(&mut reader, &mut seen).unwrap());
    (begin.elapsed().as_secs_f64(), played)
}

#[test]
fn bytes_that_claim_much_cost_no_more_than_they_are() {
    let own = header(&info()).unwrap();
    let claims = |length: u32| [&b"tonusJNL\x01\0\x02\0"[..], &length.to_le_bytes()].concat();
    // Headers that claim 4 MiB each, before a header and behind one.
    let headers = claims(4 << 20).repeat((16 << 20) / 16);
    let (seconds, played) = timed(&headers);
    assert!(seconds < 4.0 && played.is_none(), "{seconds} s");
    let (seconds, _) = timed(&[own.as_slice(), &headers].concat());
    assert!(seconds < 4.0, "{seconds} s");
    // A header that claims more than any has.
    assert!(timed(&claims(u32::MAX)).1.is_none());
    // Heads of chunks that claim 1 MiB each: 16 MiB of them took more than 20 s.
    let heads = sealed(&own, 0, 0, 1 << 20, &[])[..52].repeat((16 << 20) / 52);
    let (seconds, played) = timed(&[own.as_slice(), &heads].concat());
    assert!(seconds < 4.0 && played.unwrap().frames == 0, "{seconds} s");
}

#[test]
fn a_journal_of_events_takes_bounded_memory_and_says_how_many_there_were() {
    let own = header(&info()).unwrap();
    let mut record = vec![19];
    record.extend(8_u32.to_le_bytes());
    record.extend(1_u64.to_le_bytes());
    let payload = record.repeat(50_000);
    let mut bytes = own.clone();
    for number in 0..10 {
        bytes.extend(sealed(&own, number, u64::from(number) * 50_000, payload.len() as u32, &payload));
    }
    let played = timed(&bytes).1.unwrap();
    assert_eq!((played.not_stored, played.lost), (500_000, 500_000));
    let events = played.events.finish();
    assert_eq!(events.len(), MAX_OF_A_KIND + 1);
    assert_eq!(events.last().unwrap().text, "495904 more events `warning`, from 4.1 s to 500.0 s");
}

#[test]
fn what_cannot_be_is_refused_at_both_doors() {
    let good = info();
    let with = |change: fn(&mut SessionInfo)| {
        let mut info = info();
        change(&mut info);
        info
    };
    let bad = [
        with(|info| info.rate.hz = 0.0),
        with(|info| info.rate.hz = 1e300),
        with(|info| info.scale[0].uv_per_unit = 0.0),
        with(|info| info.scale[1].uv_per_unit = -0.5),
        with(|info| info.scale.clear()),
        with(|info| info.scale = vec![info.scale[0].clone(); 65]),
        with(|info| info.anchor.clear()),
    ];
    for bad in bad {
        assert_eq!(header(&bad).unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
        // The same in a journal of others, with its checksum.
        let json = serde_json::to_vec(&bad).unwrap();
        let mut bytes = [&b"tonusJNL\x01\0"[..], &(bad.scale.len() as u16).to_le_bytes()].concat();
        bytes.extend((json.len() as u32).to_le_bytes());
        bytes.extend(json);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        assert!(matches!(Reader::new(bytes.as_slice()), Err(JournalError::Impossible { .. })));
    }
    assert!(header(&good).is_ok());
}
