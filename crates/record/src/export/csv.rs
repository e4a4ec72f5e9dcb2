//! The plain table: `time_s`, a column per channel with its unit, and `cue` where the recording has cues.

use std::fmt::Write as _;

use tonus_core::input::Cue;

use super::ExportError;
use super::draft::Draft;
use super::labels::Plan;
use super::survey::{Survey, Walk};

/// Bytes gathered before they are handed on.
const BLOCK: usize = 64 * 1024;
/// Frames that show the rate without doubt, if none is missing among them.
const TELLING: u64 = 64;
/// Frames among which a reader may look for the rate.
const LOOKED_AT: u64 = 8192;

/// Writes the table; says what its rows tell to a reader.
pub(super) fn write(walk: &mut Walk, plan: &Plan, survey: &Survey, draft: &mut Draft) -> Result<Survey, ExportError> {
    let hz = plan.rate_hz;
    let second = hz.round() as u64;
    // Stamps are exact where that takes microseconds, and otherwise fine enough to measure gaps with.
    let decimals = if (1e6 / hz).fract() == 0.0 { 6 } else { 9 };
    let mut text = String::new();
    let first_gap = survey.gaps.iter().map(|gap| gap.0).chain(survey.stalls.iter().copied()).min();
    let is_told = hz.fract() == 0.0 && survey.frames >= TELLING && first_gap.is_none_or(|first| first > LOOKED_AT);
    if !is_told {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "# Sample Rate = {hz} Hz");
    }
    text.push_str("time_s");
    for channel in &plan.channels {
        let _ = write!(text, ",{}", channel.label);
    }
    text.push_str(if plan.has_cues { ",cue\n" } else { "\n" });
    let mut told = Survey { missing: vec![Vec::new(); plan.channels.len()], ..Survey::default() };
    let (mut cue, mut told_cue) = (Cue::Free, Cue::Free);
    let mut cues = survey.cues.iter().peekable();
    let mut stalls = survey.stalls.iter().peekable();
    let (mut stalled, mut base) = (0, None);
    while let Some((index, row)) = walk.next()? {
        while stalls.next_if(|place| **place <= index).is_some() {
            stalled += second;
        }
        while let Some((_, change)) = cues.next_if(|change| change.0 <= index) {
            cue = *change;
        }
        let place = index + stalled;
        let place_told = place - *base.get_or_insert(place);
        if place_told > told.end {
            told.gaps.push((told.end, place_told));
        }
        if cue != told_cue {
            told.cues.push((place_told, cue));
            told_cue = cue;
        }
        let _ = write!(text, "{:.decimals$}", place as f64 / hz);
        for ((value, channel), missing) in row.iter().zip(&plan.channels).zip(&mut told.missing) {
            if value.is_finite() {
                let _ = write!(text, ",{}", value * channel.factor);
                continue;
            }
            text.push(',');
            match missing.last_mut().filter(|run| run.1 == place_told) {
                Some(run) => run.1 += 1,
                None => missing.push((place_told, place_told + 1)),
            }
        }
        if plan.has_cues {
            text.push(',');
            text.push_str(cue.name());
        }
        text.push('\n');
        told.frames += 1;
        told.end = place_told + 1;
        if text.len() >= BLOCK {
            draft.write(text.as_bytes())?;
            text.clear();
        }
    }
    draft.write(text.as_bytes())?;
    Ok(told)
}
