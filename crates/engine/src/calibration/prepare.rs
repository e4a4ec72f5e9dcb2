//! What must be known before the first decision: where cues and calibrations come from, and the calibrations themselves.
//!
//! | given | source | calibration |
//! |---|---|---|
//! | a file of calibrations | `file` | those, in force from the first sample on |
//! | a span for the baseline (and one for the reference) | `option` | measured on those seconds, in force from the first sample on |
//! | a `quiet` cue, a programme with a quiet step, or a recording of a live sensor | `cues` | in the stream, exactly as live; what a recording began with is in force before |
//! | a `quiet` cue, and a span for the reference | `option` | as the first, with the first `quiet` stretch as baseline |
//! | none of these | `calmest_stretch` | as the first, each channel on its own calmest stretch |
//!
//! A calibration is measured by the pipeline itself, which runs over the 10 s before the stretch to settle. All channels
//! get the same notches: where channels calibrated on different stretches disagree, those without are measured again.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::input::Cue;
use tonus_record::CalibrationSource;
use tonus_record::session::StoredCalibration;

use crate::calibration::file::assign_calibrations;
use crate::calibration::measure::Measurement;
use crate::calibration::plan::CalibrationPlan;
use crate::calibration::rest_finder::Stretch;
use crate::calibration::rewind::Rewindable;
use crate::error::AnalysisError;
use crate::options::AnalysisOptions;
use crate::span::Span;

/// Settles calibrations and rewinds the recording.
///
/// `program_rests` is none without a programme, else whether it measures a baseline itself.
pub(crate) fn prepare(
    recording: &mut Rewindable,
    options: &AnalysisOptions,
    config: &PipelineConfig,
    channel_configs: &[ChannelConfig],
    program_rests: Option<bool>,
) -> Result<CalibrationPlan, AnalysisError> {
    let header = recording.inner().header();
    let (channels, rate) = (header.channels.len(), config.rate);
    let has_cues = header.has_cues || program_rests.is_some();
    let names: Vec<String> = header.channels.iter().map(|c| c.name.clone()).collect();
    let frames = |span: Span| (span.start_s * rate.hz()).round() as u64..(span.end_s * rate.hz()).round() as u64;
    if let Some(stored) = &options.calibrations {
        let mut plan = CalibrationPlan::new(channels);
        plan.give(CalibrationSource::File, assign(recording, &names, stored, options)?);
        plan.note_cues(has_cues);
        return Ok(plan);
    }
    let cue_list_is_quiet =
        options.cues.as_ref().is_some_and(|list| list.intervals().iter().any(|one| one.cue == Cue::Quiet));
    // What was live is read as it was live: a calibration comes from a cue, or not at all.
    let was_live = header.session.is_some();
    let is_asked = program_rests.unwrap_or(cue_list_is_quiet) || was_live;
    if options.baseline.is_none() && options.reference.is_none() && is_asked {
        let mut plan = CalibrationPlan::in_stream(channels);
        let began_with =
            header.session.as_ref().map(|session| session.config.calibrations.as_slice()).unwrap_or_default();
        if !began_with.is_empty() {
            plan.give(CalibrationSource::Cues, assign(recording, &names, began_with, options)?);
        }
        return Ok(plan);
    }
    recording.keep();
    let mut plan = CalibrationPlan::new(channels);
    let is_raw = recording.inner().header().kind == tonus_record::Kind::Raw;
    let mut measurement = Measurement { recording, config: *config, channels: channel_configs };
    let mut wanted: Vec<Vec<Stretch>> = vec![Vec::new(); channels];
    // What the signal itself tells of where contractions begin: a ratio to rest, of envelopes the level of their peaks.
    let mut hints: Vec<Option<f32>> = vec![None; channels];
    let mut is_even = vec![false; channels];
    if let Some(span) = options.baseline {
        plan.origin = CalibrationSource::Option;
        wanted.fill(vec![frames(span)]);
        // How high the peaks of an envelope reach is all that tells where its contractions begin.
        if !is_raw && options.reference.is_none() {
            let rest = measurement.search(false)?.rest;
            hints.iter_mut().enumerate().for_each(|(n, hint)| *hint = rest.peak(n));
        }
    } else {
        let found = measurement.search(options.reference.is_none())?;
        if let Some(quiet) = found.quiet {
            if options.reference.is_none() {
                recording.rewind_for_good()?;
                return Ok(CalibrationPlan::in_stream(channels));
            }
            plan.origin = CalibrationSource::Option;
            wanted.fill(vec![quiet]);
        } else {
            for (n, wanted) in wanted.iter_mut().enumerate() {
                *wanted = found.rest.candidates(n);
                hints[n] = if is_raw { found.rest.start_ratio(n) } else { found.rest.peak(n) };
                let is_told = has_cues || options.reference.is_some();
                is_even[n] = is_raw && !is_told && found.rest.lacks_contrast(n);
                if wanted.is_empty() {
                    let needed_s = tonus_core::calibration::MIN_QUIET_S as f32;
                    let too_short = Refusal::TooShort { valid_s: 0.0, needed_s };
                    plan.refuse(n, if found.rest.is_alive(n) { too_short } else { Refusal::NoSignal });
                }
            }
        }
    }
    for report in &mut plan.reports {
        report.source = plan.origin;
    }
    let mut used = measurement.baselines(&wanted, &mut plan)?;
    // Measured all the same: a dead channel is refused as one.
    for n in (0..channels).filter(|n| is_even[*n]) {
        if plan.calibrations[n].take().is_some() {
            used[n] = None;
            plan.lacks_contrast(n, options.names);
        }
    }
    measurement.same_mains(&used, &mut plan)?;
    if let Some(span) = options.reference {
        measurement.references(&frames(span), &mut plan)?;
    }
    // Nothing tells what a contraction is but the signal's own levels.
    if !has_cues && options.reference.is_none() && options.baseline.is_none() && is_raw {
        for (calibration, hint) in plan.calibrations.iter_mut().zip(&hints) {
            if let (Some(calibration), Some(hint)) = (calibration, hint) {
                *calibration = calibration.with_start(*hint);
            }
        }
        if plan.calibrations.iter().any(Option::is_some) {
            plan.notes.push(
                "activity starts where the signal's own levels part best into two kinds, at 1.5 times rest or above"
                    .to_owned(),
            );
        }
    }
    if !is_raw && options.reference.is_none() {
        for (calibration, hint) in plan.calibrations.iter_mut().zip(&hints) {
            if let (Some(calibration), Some(hint)) = (calibration, hint) {
                *calibration = calibration.with_peak_level(*hint);
            }
        }
    }
    plan.describe(&names, &used, rate.hz(), has_cues, options.names);
    recording.rewind_for_good()?;
    Ok(plan)
}

/// Stored calibrations, each at the place of its channel.
fn assign(
    recording: &Rewindable,
    names: &[String],
    stored: &[StoredCalibration],
    options: &AnalysisOptions,
) -> Result<Vec<Option<Calibration>>, AnalysisError> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let file = || recording.inner().header().file.clone();
    assign_calibrations(stored, &names, &options.config)
        .map_err(|found| AnalysisError::Calibrations { file: file(), found })
}

#[cfg(test)]
mod tests {
    use crate::{Analysis, AnalysisOptions, ReportOptions, Span, analyze};
    use tonus_record::{Kind, Memory, OpenOptions, Recording, Unit};
    use tonus_testkit::random::Pcg;

    /// 40 s at 1 kHz whose level follows time, on an offset.
    fn analysis(level: impl Fn(f64) -> f64, options: &AnalysisOptions) -> Analysis {
        let mut noise = Pcg::new(17, 3);
        let is_raw = options.open.kind != Some(Kind::Envelope);
        let values = (0..40_000).map(|n| {
            let level = level(f64::from(n) / 1000.0);
            200.0 + if is_raw { level * noise.normal() } else { level + 0.3 * noise.normal() }
        });
        let memory = Memory { name: "array".into(), channels: vec!["emg".into()], gaps: Vec::new() };
        let open = OpenOptions { rate_hz: Some(1000.0), unit: Some(Unit::MicroVolt), ..options.open.clone() };
        let recording = Recording::from_frames(values.collect::<Vec<f64>>().into_iter(), memory, &open).unwrap();
        analyze(recording, options, &ReportOptions::default()).unwrap()
    }

    /// Whether `t` lies in one of five holds of 2 s, from 4 s on, every 7 s.
    fn holds(t: f64) -> bool {
        t > 4.0 && (t - 4.0) % 7.0 < 2.0
    }

    #[test]
    fn without_contrast_there_are_no_states_but_a_sentence() {
        for level in [2.0, 40.0] {
            let summary = analysis(|_| level, &AnalysisOptions::default()).summary;
            let calibration = &summary.channels[0].calibration;
            assert_eq!(
                (calibration.accepted, &*calibration.reasons),
                (false, &[tonus_report::CalibrationRemark::NoContrast][..])
            );
            assert!(calibration.messages[0].starts_with("no contrast: rest or a steady contraction"));
            assert_eq!(summary.channels[0].seconds.invalid, 40.0);
        }
        // Where rest was marked there is something to compare with.
        let baseline = Some(Span { start_s: 1.0, end_s: 9.0 });
        assert!(
            analysis(|_| 2.0, &AnalysisOptions { baseline, ..AnalysisOptions::default() }).summary.channels[0]
                .calibration
                .accepted
        );
        let summary = analysis(|t| if holds(t) { 6.0 } else { 2.0 }, &AnalysisOptions::default()).summary;
        assert_eq!(summary.channels[0].contractions_total, 6);
    }

    #[test]
    fn weak_contractions_beside_strong_ones_are_shown() {
        // One hold of a hundred times rest, four of six times.
        let level = |t: f64| match t {
            t if holds(t) && t < 10.0 => 200.0,
            t if holds(t) => 12.0,
            _ => 2.0,
        };
        assert_eq!(analysis(level, &AnalysisOptions::default()).summary.channels[0].contractions_total, 6);
    }

    #[test]
    fn an_envelope_sensor_without_a_reference_is_active_from_a_share_of_its_peaks() {
        // Rest that fidgets by 3 % of the holds, many times its own noise.
        let level = |t: f64| if holds(t) { 100.0 } else { 3.0 * (t * 1.3).sin().max(0.0) };
        let open = || OpenOptions { kind: Some(Kind::Envelope), ..OpenOptions::default() };
        for baseline in [None, Some(Span { start_s: 2.5, end_s: 4.0 })] {
            let summary =
                analysis(level, &AnalysisOptions { baseline, open: open(), ..AnalysisOptions::default() }).summary;
            let channel = &summary.channels[0];
            assert_eq!(channel.contractions_total, 6, "{baseline:?} {:?}", channel.calibration);
            assert!((channel.seconds.controlled - 12.0).abs() < 1.0, "{:?}", channel.seconds);
        }
    }
}
