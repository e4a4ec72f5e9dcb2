//! The header of an EDF+ or BDF+ file, and how its records and annotations are laid out.

use tonus_core::input::Cue;

use crate::format::edf::{tal, word};

use super::labels::Plan;
use super::survey::Survey;
use super::{ExportError, ExportFormat};

/// Most channels, as `EDFlib` reads them.
const MOST_CHANNELS: usize = 512;
/// Largest record, as `EDFlib` reads EDF.
const MAX_RECORD: usize = 10 << 20;
/// Ten-millionths of a second in a second: the time step of annotations.
const TICKS: f64 = 1e7;
/// Millionths of a second in a second: the time step of records.
const MICROS: u64 = 1_000_000;
/// Bytes that an annotation signal has at least.
const LEAST: usize = 120;

/// Bytes up to which it has room for all annotations of every record.
const AMPLE: usize = 2048;

/// So many times as long as what was recorded gaps may be in all, which EDF holds as samples; a file of a few kB would become one of
/// any size.
const MOST_GAPS: u64 = 16;
/// Bytes of samples that gaps may always take.
const FEW_HELD: u64 = 64 << 20;
/// Characters of the recording field.
const RECORDING: usize = 80;
/// Longest record of several rates in seconds: six decimals of it still fit into the header.
const LONGEST_S: f64 = 9.9;
/// Rates that are the same within this share are what records say; the field of the recording has the exact ones.
const SAME_RATE: f64 = 1e-6;
/// Part of a frame within which a time is rounded to it, less the step of annotations.
const NEARLY_HALF: f64 = 0.49;

/// An annotation: the frame where it belongs, and its bytes.
pub(super) type Mark = (u64, Vec<u8>);

/// Header and layout.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fields {
    pub(super) bytes: Vec<u8>,
    /// Frames of a record, at each rate.
    pub(super) frames: Vec<usize>,
    /// Duration of a record in millionths of a second.
    pub(super) micros: u64,
    pub(super) records: u64,
    /// Bytes of the annotation signal in a record.
    pub(super) room: usize,
    /// In the order of time; places are frames of the first rate.
    pub(super) marks: Vec<Mark>,
    /// Bytes of a sample.
    pub(super) width: usize,
    /// What the file says of the channels of each rate besides values.
    pub(super) told: Vec<Survey>,
}

impl Fields {
    /// Lays out a recording, the channels of each rate with what happens at it; `started` is written where it is given.
    pub(super) fn new(plans: &[Plan], surveys: &[Survey], started: Option<f64>) -> Result<Self, ExportError> {
        let is_bdf = plans.iter().any(|plan| plan.format == ExportFormat::Bdf);
        let width = if is_bdf { 3 } else { 2 };
        let count: usize = plans.iter().map(|plan| plan.channels.len()).sum();
        if count > MOST_CHANNELS {
            return Err(ExportError::Unfit(format!("{count} channels do not fit into EDF; write CSV")));
        }
        for (plan, survey) in plans.iter().zip(surveys) {
            let (frames, missing) = (survey.frames.max(1), survey.missing());
            let bytes = (width * plan.channels.len().max(1)) as u64;
            if missing / frames >= MOST_GAPS && missing > FEW_HELD / bytes {
                let times = missing / frames;
                return Err(ExportError::Unfit(format!(
                    "its gaps are {times} times as long as what was recorded, and EDF holds them as samples; write CSV"
                )));
            }
        }
        let (frames, micros) = match plans {
            [plan] => {
                let (frames, micros) = record(plan.rate_hz, MAX_RECORD / (2 * width * count.max(1)));
                (vec![frames], micros)
            }
            several => common_record(several, width)?,
        };
        let records = surveys.iter().zip(&frames).map(|(survey, frames)| survey.end.div_ceil(*frames as u64));
        let records = records.max().unwrap_or(0);
        let (told, marks) = marks(plans, surveys, &frames, records)?;
        let first = frames.first().copied().unwrap_or(1) as u64;
        let room = room(&marks, records, first, micros, width);
        let held: usize = plans.iter().zip(&frames).map(|(plan, frames)| plan.channels.len() * frames).sum();
        if room + held * width > MAX_RECORD {
            return Err(ExportError::Unfit("too many gaps and cues for so short a recording; write CSV".into()));
        }
        let mut fields = Self { bytes: Vec::new(), frames, micros, records, room, marks, width, told };
        fields.bytes = fields.header(plans, started)?;
        Ok(fields)
    }

    /// Frames of a record at the first rate.
    pub(super) fn first_frames(&self) -> u64 {
        self.frames.first().copied().unwrap_or(1) as u64
    }

    fn header(&self, plans: &[Plan], started: Option<f64>) -> Result<Vec<u8>, ExportError> {
        let is_bdf = self.width == 3;
        let channels =
            || plans.iter().zip(&self.frames).flat_map(|(p, frames)| p.channels.iter().map(move |c| (c, *frames)));
        let count = channels().count() + 1;
        let date = started.map(civil);
        let day = date.as_ref().map_or("X".to_owned(), |date| date.long.clone());
        // Nobody's name or code; `X` stands for what is not said.
        let is_exact = |frames: usize, rate_hz: f64| frames as f64 / (self.micros as f64 / MICROS as f64) == rate_hz;
        let inexact = plans.iter().zip(&self.frames).filter(|(plan, frames)| !is_exact(**frames, plan.rate_hz));
        // Records alone say a rate to the last bit, or the field does.
        let exact: Vec<String> = inexact.map(|(plan, _)| plan.rate_hz.to_string()).collect();
        let exact = if exact.is_empty() { String::new() } else { format!(" {}{}", word::RATE, exact.join(",")) };
        let recording = format!("Startdate {day} X X tonus{exact}");
        if recording.len() > RECORDING {
            return Err(unfit("are too many"));
        }
        let mut out = if is_bdf { b"\xffBIOSEMI".to_vec() } else { b"0       ".to_vec() };
        let mut put = |text: &str, length: usize| {
            out.extend(text.bytes().chain(std::iter::repeat(b' ')).take(length));
        };
        put("X X X X", 80);
        put(&recording, RECORDING);
        put(date.as_ref().map_or("01.01.85", |date| &date.day), 8);
        put(date.as_ref().map_or("00.00.00", |date| &date.time), 8);
        put(&(256 * (count + 1)).to_string(), 8);
        put(if is_bdf { "BDF+C" } else { "EDF+C" }, 44);
        put(&self.records.to_string(), 8);
        put(&tal::decimal(self.micros * 10), 8);
        put(&count.to_string(), 4);
        let last =
            if is_bdf { ("BDF Annotations", "-8388608", "8388607") } else { ("EDF Annotations", "-32768", "32767") };
        let (label, least, most) = last;
        let mut each = |length: usize, of: &dyn Fn(&super::labels::Channel, usize) -> String, last: &str| {
            for (channel, frames) in channels() {
                put(&of(channel, frames), length);
            }
            put(last, length);
        };
        each(16, &|channel, _| channel.label.clone(), label);
        each(80, &|_, _| String::new(), "");
        each(8, &|channel, _| channel.unit.name().to_owned(), "");
        each(8, &|channel, _| channel.scale.physical.0.clone(), "-1");
        each(8, &|channel, _| channel.scale.physical.1.clone(), "1");
        each(8, &|channel, _| channel.scale.digital.0.to_string(), least);
        each(8, &|channel, _| channel.scale.digital.1.to_string(), most);
        each(80, &|_, _| String::new(), "");
        each(8, &|_, frames| frames.to_string(), &(self.room / self.width).to_string());
        each(32, &|_, _| String::new(), "");
        Ok(out)
    }
}

/// Frames and millionths of a second of a record of about a second that says a rate best.
fn record(rate_hz: f64, most: usize) -> (usize, u64) {
    let micros = |frames: usize| (frames as f64 / rate_hz * MICROS as f64).round().max(1.0);
    let second = rate_hz as usize;
    if rate_hz.fract() == 0.0 && second <= most {
        return (second, MICROS);
    }
    let top = ((2.0 * rate_hz) as usize).min(most).max(1);
    let bottom = ((0.25 * rate_hz) as usize).clamp(1, top);
    let error = |frames: usize| (frames as f64 / micros(frames) * MICROS as f64 / rate_hz - 1.0).abs();
    let apart = |frames: usize| (micros(frames) - MICROS as f64).abs();
    let better = |a: &usize, b: &usize| error(*a).total_cmp(&error(*b)).then(apart(*a).total_cmp(&apart(*b)));
    let best = (bottom..=top).min_by(better).unwrap_or(1);
    (best, micros(best) as u64)
}

/// Frames at each rate and millionths of a second of a record that says all rates.
///
/// # Errors
/// [`ExportError::Rates`] where no record of up to 10 s holds whole frames of all of them.
fn common_record(plans: &[Plan], width: usize) -> Result<(Vec<usize>, u64), ExportError> {
    let slowest = slowest(plans);
    let bytes_s: f64 = plans.iter().map(|plan| plan.rate_hz * (plan.channels.len() * width) as f64).sum();
    let longest = LONGEST_S.min(MAX_RECORD as f64 / 2.0 / bytes_s);
    let frames = |micros: f64| -> Vec<usize> {
        plans.iter().map(|plan| (plan.rate_hz * micros / MICROS as f64).round() as usize).collect()
    };
    let micros = |of_slowest: usize| (of_slowest as f64 / slowest * MICROS as f64).round();
    let error = |micros: f64| {
        let all = frames(micros).into_iter().zip(plans);
        let rate_hz = |frames: usize| frames as f64 / micros * MICROS as f64;
        all.map(|(frames, plan)| (rate_hz(frames) / plan.rate_hz - 1.0).abs()).fold(0.0, f64::max)
    };
    let apart = |micros: f64| (micros - MICROS as f64).abs();
    let fitting = (1..=(longest * slowest) as usize).map(micros).filter(|micros| error(*micros) < SAME_RATE);
    let best = fitting.min_by(|a, b| apart(*a).total_cmp(&apart(*b)));
    best.map(|micros| (frames(micros), micros as u64)).ok_or_else(|| unfit("do not fit into records of one length"))
}

fn slowest(plans: &[Plan]) -> f64 {
    plans.iter().map(|plan| plan.rate_hz).fold(f64::INFINITY, f64::min)
}

/// Channels of several rates that one file cannot hold.
fn unfit(why: &str) -> ExportError {
    ExportError::Rates(format!("the channels have several sampling rates, which {why}"))
}

/// What happens at several rates, as the number of frames at each.
type AtEach<'a> = &'a dyn Fn(&Survey) -> Option<u64>;

/// The time in ticks at which each rate has its number of frames, when rounded; that of the first where it can be.
fn common_ticks(plans: &[Plan], surveys: &[Survey], frames: AtEach<'_>) -> Result<u64, ExportError> {
    let (mut low, mut high, mut first) = (0.0_f64, f64::INFINITY, None);
    for (plan, survey) in plans.iter().zip(surveys) {
        let frames = frames(survey).ok_or_else(|| unfit("have different gaps or cues"))? as f64;
        low = low.max((frames - NEARLY_HALF) / plan.rate_hz);
        high = high.min((frames + NEARLY_HALF) / plan.rate_hz);
        first.get_or_insert(frames / plan.rate_hz);
    }
    let first = first.unwrap_or_default();
    let time = if (low..=high).contains(&first) { first } else { low.midpoint(high) };
    // Beside a single rate there is nothing to agree with.
    if low > high && plans.len() > 1 {
        Err(unfit("have different gaps or cues"))
    } else {
        Ok((time * TICKS).round() as u64)
    }
}

/// What the file says of each rate, and its annotations: cues, gaps, missing values and the end, in the order of time.
fn marks(
    plans: &[Plan],
    surveys: &[Survey],
    frames: &[usize],
    records: u64,
) -> Result<(Vec<Survey>, Vec<Mark>), ExportError> {
    let (Some(plan), Some(survey)) = (plans.first(), surveys.first()) else { return Ok((Vec::new(), Vec::new())) };
    let first_frames = frames.first().copied().unwrap_or(1) as u64;
    let mut marks: Vec<Mark> = Vec::new();
    let mut add = |place: u64, ticks: u64, length: Option<u64>, text: &str| {
        let mut bytes = Vec::new();
        tal::write(&mut bytes, ticks, length, text);
        marks.push((place, bytes));
    };
    let ticks = |frames: AtEach<'_>| common_ticks(plans, surveys, frames);
    // All end where the last one does.
    let ends = plans.iter().zip(surveys).map(|(plan, survey)| survey.end as f64 / plan.rate_hz);
    let end_s = ends.fold(0.0, f64::max);
    if surveys.iter().any(|other| {
        let same_cues = other.cues.iter().map(|cue| cue.1).eq(survey.cues.iter().map(|cue| cue.1));
        !same_cues || other.gaps.len() != survey.gaps.len() || other.stalls.len() != survey.stalls.len()
    }) {
        return Err(unfit("have different gaps or cues"));
    }
    if plan.has_cues && survey.cues.is_empty() {
        add(0, 0, None, Cue::Free.name());
    }
    for (n, (start, cue)) in survey.cues.iter().enumerate() {
        let end = |survey: &Survey| survey.cues.get(n + 1).map_or(survey.end, |next| next.0);
        if *cue != Cue::Free && end(survey) > *start {
            let begin = ticks(&|survey| Some(survey.cues.get(n)?.0))?;
            let length = match survey.cues.get(n + 1) {
                Some(_) => ticks(&|survey| Some(end(survey) - survey.cues.get(n)?.0))?,
                None if plans.len() == 1 => ((end(survey) - start) as f64 / plan.rate_hz * TICKS).round() as u64,
                // To the end of all, and no frame less at any rate.
                None => ((end_s + 1.0 / slowest(plans)) * TICKS).round() as u64 - begin,
            };
            add(*start, begin, Some(length), cue.name());
        }
    }
    for (n, (start, _)) in survey.gaps.iter().enumerate() {
        let begin = ticks(&|survey| Some(survey.gaps.get(n)?.0))?;
        let length = ticks(&|survey| survey.gaps.get(n).map(|gap| gap.1 - gap.0))?;
        add(*start, begin, Some(length), word::GAP);
    }
    for (n, place) in survey.stalls.iter().enumerate() {
        add(*place, ticks(&|survey| survey.stalls.get(n).copied())?, None, word::STALL);
    }
    let mut told = surveys.to_vec();
    let mut is_full = true;
    for ((plan, told), frames) in plans.iter().zip(&mut told).zip(frames) {
        let ticks = |frames: u64| (frames as f64 / plan.rate_hz * TICKS).round() as u64;
        let (frames, end) = (*frames as u64, told.end);
        let whole = records * frames;
        told.end =
            if plans.len() == 1 { end } else { ((end_s * plan.rate_hz).round() as u64).clamp(end, whole.max(end)) };
        is_full &= told.end == whole;
        for (channel, runs) in plan.channels.iter().zip(&mut told.missing) {
            match runs.last_mut().filter(|run| run.1 == end) {
                _ if told.end == end => {}
                Some(last) => last.1 = told.end,
                None => runs.push((end, told.end)),
            }
            for (start, end) in runs {
                let place = *start / frames * first_frames + *start % frames * first_frames / frames;
                add(place, ticks(*start), Some(ticks(*end - *start)), &format!("{}{}", word::MISSING, channel.label));
            }
        }
    }
    for (place, text) in plan.events.iter().filter(|event| event.0 <= survey.end) {
        add(*place, (*place as f64 / plan.rate_hz * TICKS).round() as u64, None, text);
    }
    if !is_full {
        let place = told.first().map_or(0, |told| told.end);
        add(place, (end_s * TICKS).round() as u64, None, word::END);
    }
    marks.sort_by_key(|mark| mark.0);
    Ok((told, marks))
}

/// The time stamp of a record.
pub(super) fn stamp(record: u64, micros: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    tal::write(&mut bytes, record * micros * 10, None, "");
    bytes
}

/// The bytes a record needs so that every annotation finds its place in its own record or a later one.
fn room(marks: &[Mark], records: u64, frames: u64, micros: u64, width: usize) -> usize {
    let longest = marks.iter().map(|mark| mark.1.len()).max().unwrap_or(0);
    let before = stamp(records, micros).len();
    // A record has room for all its own, as far as that is not for the sake of a few.
    let (mut most, mut own, mut record) = (0, 0, 0);
    for (place, bytes) in marks {
        if place / frames != record {
            (own, record) = (0, place / frames);
        }
        own += bytes.len();
        most = own.max(most);
    }
    let mut room = LEAST.max(before + longest).max((before + most).min(AMPLE));
    loop {
        room = room.next_multiple_of(6);
        debug_assert!(room.is_multiple_of(width));
        let mut next = 0;
        for record in 0..records {
            next +=
                fitting(marks.get(next..).unwrap_or_default(), (record, record + 1 == records), frames, room - before);
            if next == marks.len() {
                return room;
            }
        }
        room *= 2;
    }
}

/// How many annotations go into a record: those that begin in it or before (or at the very end), as far as there is room.
pub(super) fn fitting(marks: &[Mark], (record, is_last): (u64, bool), frames: u64, mut room: usize) -> usize {
    let is_due = |mark: &&Mark| is_last || mark.0 < (record + 1) * frames;
    let fits = |mark: &&Mark| {
        let fits = mark.1.len() <= room;
        room = room.saturating_sub(mark.1.len());
        fits
    };
    marks.iter().take_while(is_due).take_while(fits).count()
}

/// A date in the words of EDF.
struct Civil {
    day: String,
    time: String,
    long: String,
}

/// Date and time of seconds since 1970.
fn civil(seconds: f64) -> Civil {
    const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let seconds = seconds.clamp(473_385_600.0, 3_634_847_999.0) as i64; // 1985 to 2084, as two digits can say
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let z = days + 719_468;
    let era = z / 146_097;
    let of_era = z % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let name = MONTHS.get(month as usize - 1).copied().unwrap_or("JAN");
    Civil {
        day: format!("{day:02}.{month:02}.{:02}", year % 100),
        time: format!("{:02}.{:02}.{:02}", rest / 3600, rest / 60 % 60, rest % 60),
        long: format!("{day:02}-{name}-{year}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_say_the_rate() {
        assert_eq!(record(1000.0, 1 << 20), (1000, MICROS));
        assert_eq!(record(512.5, 1 << 20), (492, 960_000));
        for hz in [1925.93, 1259.259, 10.1, 2148.1481, 49_999.7, 873.1] {
            let (frames, micros) = record(hz, 1 << 20);
            let found = frames as f64 / (micros as f64 / 1e6);
            assert!((found / hz - 1.0).abs() < 2e-8, "{hz}: {found}");
            assert!(tal::decimal(micros * 10).len() <= 8);
        }
        assert!(record(50_000.0, 1000).0 <= 1000);
    }

    #[test]
    fn dates() {
        let date = civil(1_795_501_815.0);
        assert_eq!(
            (date.day.as_str(), date.time.as_str(), date.long.as_str()),
            ("24.11.26", "06.30.15", "24-NOV-2026")
        );
        assert_eq!(civil(951_782_400.0).long, "29-FEB-2000");
        assert_eq!(civil(f64::NAN).long, "01-JAN-1970");
    }
}
