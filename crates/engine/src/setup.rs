//! What must be known before the first decision: where cues and calibrations come from, and the calibrations themselves.
//!
//! | given | source | calibration |
//! |---|---|---|
//! | a file of calibrations | `file` | those, in force from the first sample on |
//! | `--baseline` (and `--reference`) | `option` | measured on those seconds, in force from the first sample on |
//! | a `quiet` cue, a programme with a quiet step, or a recording of a live sensor | `cues` | in the stream, exactly as live; what a recording began with is in force before |
//! | a `quiet` cue and `--reference` | `option` | as the first, with the first `quiet` stretch as baseline |
//! | none of these | `calmest_stretch` | as the first, each channel on its own calmest stretch |
//!
//! A calibration is measured by the pipeline itself, which runs over the 10 s before the stretch to settle. All channels
//! get the same notches: where channels calibrated on different stretches disagree, those without are measured again.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::input::Cue;
use tonus_record::session::StoredCalibration;
use tonus_report::CalibrationReport;

use crate::bench::Bench;
use crate::calibration_file::assign_calibrations;
use crate::calm::Stretch;
use crate::error::AnalysisError;
use crate::tape::Tape;
use crate::view::{Span, View};

/// Where calibrations come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Cues,
    File,
    Option,
    Calmest,
}

impl Origin {
    /// The word used in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cues => "cues",
            Self::File => "file",
            Self::Option => "option",
            Self::Calmest => "calmest_stretch",
        }
    }
}

/// What is known before the first decision.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) origin: Origin,
    pub(crate) calibrations: Vec<Option<Calibration>>,
    pub(crate) reports: Vec<CalibrationReport>,
    pub(crate) notes: Vec<String>,
}

/// Settles calibrations and winds the tape back to its beginning.
///
/// `program_rests` is none without a programme, else whether it measures a baseline itself.
pub(crate) fn prepare(
    tape: &mut Tape,
    view: &View,
    config: &PipelineConfig,
    channel: ChannelConfig,
    program_rests: Option<bool>,
) -> Result<Setup, AnalysisError> {
    let header = tape.recording().header();
    let (channels, rate) = (header.channels.len(), config.rate);
    let has_cues = header.has_cues || program_rests.is_some();
    let names: Vec<String> = header.channels.iter().map(|c| c.name.clone()).collect();
    let frames = |span: Span| (span.start_s * rate.hz()).round() as u64..(span.end_s * rate.hz()).round() as u64;
    if let Some(stored) = &view.calibrations {
        let mut setup = Setup::new(channels);
        setup.give(Origin::File, assign(tape, &names, stored, view)?);
        setup.note_cues(has_cues);
        return Ok(setup);
    }
    let cue_list_is_quiet =
        view.cues.as_ref().is_some_and(|list| list.intervals().iter().any(|one| one.cue == Cue::Quiet));
    // What was live is read as it was live: a calibration comes from a cue, or not at all.
    let was_live = header.session.is_some();
    let is_asked = program_rests.unwrap_or(cue_list_is_quiet) || was_live;
    if view.baseline.is_none() && view.reference.is_none() && is_asked {
        let mut setup = Setup::in_stream(channels);
        let began_with =
            header.session.as_ref().map(|session| session.config.calibrations.as_slice()).unwrap_or_default();
        if !began_with.is_empty() {
            setup.give(Origin::Cues, assign(tape, &names, began_with, view)?);
        }
        return Ok(setup);
    }
    tape.keep();
    let mut setup = Setup::new(channels);
    let mut bench = Bench { tape, config: *config, channel, channels };
    let mut wanted: Vec<Vec<Stretch>> = vec![Vec::new(); channels];
    let mut peaks: Vec<Option<f32>> = vec![None; channels];
    if let Some(span) = view.baseline {
        setup.origin = Origin::Option;
        wanted.fill(vec![frames(span)]);
    } else {
        let found = bench.search(view.reference.is_none())?;
        if let Some(quiet) = found.quiet {
            if view.reference.is_none() {
                tape.rewind_for_good()?;
                return Ok(Setup::in_stream(channels));
            }
            setup.origin = Origin::Option;
            wanted.fill(vec![quiet]);
        } else {
            for (n, wanted) in wanted.iter_mut().enumerate() {
                *wanted = found.calm.candidates(n);
                peaks[n] = found.calm.peak_ratio(n);
                if wanted.is_empty() {
                    let needed_s = tonus_core::calibration::MIN_QUIET_S as f32;
                    let too_short = Refusal::TooShort { valid_s: 0.0, needed_s };
                    setup.refuse(n, if found.calm.is_alive(n) { too_short } else { Refusal::NoSignal });
                }
            }
        }
    }
    for report in &mut setup.reports {
        setup.origin.name().clone_into(&mut report.source);
    }
    let used = bench.baselines(&wanted, &mut setup)?;
    bench.same_mains(&used, &mut setup)?;
    if let Some(span) = view.reference {
        bench.references(&frames(span), &mut setup)?;
    }
    // Nothing tells what a contraction is but the signal's own peaks.
    let is_raw = channel.kind == tonus_core::config::Kind::Raw;
    if !has_cues
        && is_raw
        && view.reference.is_none()
        && peaks.iter().zip(&setup.calibrations).any(|(p, c)| p.is_some() && c.is_some())
    {
        setup.notes.push(
            "activity starts halfway (in decibels) between rest and the signal's own peaks, at 1.5 times rest or above"
                .to_owned(),
        );
        for (calibration, peak) in setup.calibrations.iter_mut().zip(&peaks) {
            if let (Some(calibration), Some(peak)) = (calibration, peak) {
                *calibration = calibration.with_peak(*peak);
            }
        }
    }
    setup.describe(&names, &used, rate.hz(), has_cues);
    tape.rewind_for_good()?;
    Ok(setup)
}

impl Setup {
    fn new(channels: usize) -> Self {
        Self {
            origin: Origin::Calmest,
            calibrations: vec![None; channels],
            reports: vec![CalibrationReport::default(); channels],
            notes: Vec::new(),
        }
    }

    fn in_stream(channels: usize) -> Self {
        let report = CalibrationReport { source: Origin::Cues.name().to_owned(), ..CalibrationReport::default() };
        Self { origin: Origin::Cues, reports: vec![report; channels], ..Self::new(channels) }
    }

    /// Whether calibrations come out of the stream itself.
    pub(crate) fn is_in_stream(&self) -> bool {
        self.origin == Origin::Cues
    }

    /// The cue that the pipeline is told: with calibrations given, none may start another.
    pub(crate) fn cue(&self, cue: Cue) -> Cue {
        match cue {
            Cue::Quiet if self.origin != Origin::Cues => Cue::Rest,
            Cue::Reference if self.origin != Origin::Cues => Cue::Work,
            cue => cue,
        }
    }

    /// Enters a refusal into the report of a channel.
    pub(crate) fn refuse(&mut self, channel: usize, refusal: Refusal) {
        if let Some(report) = self.reports.get_mut(channel) {
            refuse(report, refusal);
        }
    }

    fn describe(&mut self, names: &[String], used: &[Option<Stretch>], rate_hz: f64, has_cues: bool) {
        for ((report, calibration), used) in self.reports.iter_mut().zip(&self.calibrations).zip(used) {
            if let Some(calibration) = calibration {
                report.accept(calibration);
            }
            report.start_s = used.as_ref().map(|stretch| stretch.start as f64 / rate_hz);
            report.end_s = used.as_ref().map(|stretch| stretch.end as f64 / rate_hz);
        }
        if self.origin == Origin::Calmest {
            let place = |(name, used): (&String, &Option<Stretch>)| match used {
                Some(stretch) => {
                    format!("{name} {:.1} to {:.1} s", stretch.start as f64 / rate_hz, stretch.end as f64 / rate_hz)
                }
                None => format!("{name} none"),
            };
            let places: Vec<String> = names.iter().zip(used).map(place).collect();
            let found = if used.iter().any(Option::is_some) {
                format!("the calmest stretch long enough gave the baseline: {}", places.join(", "))
            } else {
                "no stretch was calm, valid and long enough to give one".to_owned()
            };
            self.notes.push(format!("no rest was marked by --baseline or a quiet cue; {found}"));
        }
        self.note_cues(has_cues);
    }

    /// Enters calibrations that are known before the first frame.
    fn give(&mut self, origin: Origin, calibrations: Vec<Option<Calibration>>) {
        self.origin = origin;
        for (report, calibration) in self.reports.iter_mut().zip(&calibrations) {
            origin.name().clone_into(&mut report.source);
            match calibration {
                Some(calibration) => {
                    report.accept(calibration);
                    Origin::File.name().clone_into(&mut report.source);
                }
                None if origin == Origin::File => {
                    report.reasons.push("not_given".to_owned());
                    report.messages.push("the file of calibrations has none of this channel".to_owned());
                }
                None => {}
            }
        }
        self.calibrations = calibrations;
    }

    fn note_cues(&mut self, has_cues: bool) {
        if !has_cues {
            self.notes.push("there are no cues; the whole file is free".to_owned());
        } else if matches!(self.origin, Origin::File | Origin::Option) {
            self.notes.push("the calibration was given; quiet cues count as rest, reference cues as work".to_owned());
        } else {
            self.notes.push("the cues have no quiet stretch; reference cues count as work".to_owned());
        }
    }
}

/// Stored calibrations, each at the place of its channel.
fn assign(
    tape: &Tape,
    names: &[String],
    stored: &[StoredCalibration],
    view: &View,
) -> Result<Vec<Option<Calibration>>, AnalysisError> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let file = || tape.recording().header().file.clone();
    assign_calibrations(stored, &names, &view.config)
        .map_err(|found| AnalysisError::Calibrations { file: file(), found })
}

/// Enters a refusal into a report.
pub(crate) fn refuse(report: &mut CalibrationReport, refusal: Refusal) {
    report.reasons.push(refusal.name().to_owned());
    report.messages.push(refusal.to_string());
}
