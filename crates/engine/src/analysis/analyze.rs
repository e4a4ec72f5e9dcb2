//! From a recording to its summary, tables and report.

use std::path::{Path, PathBuf};

use tonus_core::decision::{Quality, State};
use tonus_record::session::StoredCalibration;
use tonus_record::{CueSource, Kind, Recording, SettingNames, Unit};
use tonus_report::atomic_file::replace;
use tonus_report::norms::Norms;
use tonus_report::trace::Trace;
use tonus_report::vocabulary::Language;
use tonus_report::{
    ActiveSpectrum, CalibrationRemark, ChannelReport, ColumnReport, ConfigReport, Gate, InputChannel, InputReport,
    Line, QualityReport, RejectReport, RestReport, SCHEMA_VERSION, Seconds, StampsReport, Summary, hex, html,
    training::TrainingReport,
};

use crate::analysis::collect::{Channel, Collector, Files};
use crate::analysis::playback::{Playback, Totals};
use crate::error::AnalysisError;
use crate::observer::Observer;
use crate::options::AnalysisOptions;

/// Name of the report in a folder.
pub const REPORT: &str = "report.html";
/// Frames handed to the pipeline at once, at most.
const BLOCK: usize = 4096;
/// Share of invalid decisions above which the gate fails; warm-up alone does not count.
const MAX_INVALID: f64 = 0.1;
/// Share of saturated decisions above which the gate fails.
const MAX_SATURATED: f64 = 0.001;
/// Share of missing frames, and of rejected rows, above which the gate fails.
const MAX_LOST: f64 = 0.01;

/// What is wanted of an analysis besides the summary.
#[derive(Debug, Clone, Default)]
pub struct ReportOptions {
    /// What the results are compared with; by default the person's own baseline.
    pub norms: Norms,
    /// The folder for `states.csv`, `events.csv`, `summary.json` and `report.html`.
    pub out: Option<PathBuf>,
    /// Whether a trace is kept for pictures, which costs a little; with a folder it is.
    pub has_trace: bool,
    /// Language of `report.html`.
    pub language: Language,
}

/// What came of a recording.
#[derive(Debug)]
pub struct Analysis {
    /// All numbers.
    pub summary: Summary,
    /// What the pictures of a report are drawn from.
    pub trace: Option<Trace>,
    /// The calibrations at the end, to be kept with [`crate::write_calibrations`].
    pub calibrations: Vec<StoredCalibration>,
    /// Of the notes, those that a person should be told at once: an option that overrides the file, what was not read,
    /// many rejected rows, a digest that is not the stored one.
    pub warnings: Vec<String>,
}

/// Analyzes a recording; with a folder, everything goes there too.
///
/// # Errors
/// [`AnalysisError`]; a bad signal is none.
pub fn analyze(
    recording: Recording,
    options: &AnalysisOptions,
    report: &ReportOptions,
) -> Result<Analysis, AnalysisError> {
    analyze_with(recording, options, report, &mut ())
}

/// As [`analyze`]; `watcher` observes too.
///
/// # Errors
/// As [`analyze`].
pub fn analyze_with<O: Observer>(
    recording: Recording,
    options: &AnalysisOptions,
    report: &ReportOptions,
    watcher: &mut O,
) -> Result<Analysis, AnalysisError> {
    let mut playback = Playback::new(recording, options)?;
    let header = playback.header();
    let names: Vec<String> = header.channels.iter().map(|channel| channel.name.clone()).collect();
    let (rate, is_raw) = (header.rate, header.kind == Kind::Raw);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let files = report.out.as_ref().map(|folder| Files::create(folder, &names)).transpose()?;
    let trace = (report.has_trace || files.is_some()).then(|| Trace::new(names.iter().copied()));
    let unknown = header.channels.iter().map(|channel| channel.unit == Unit::Unknown).collect();
    let (reports, calibrations) = (&playback.plan.reports, &playback.plan.calibrations);
    let collector = Collector::new(reports, calibrations, rate, is_raw, unknown, trace, files);
    let mut both = (collector, watcher);
    let totals = playback.play(BLOCK, &mut both, |(collector, _), _, _| collector.check())?;
    let (mut collector, _) = both;
    collector.finish()?;
    let files = collector.files.take();
    let trace = collector.trace.take();
    let training = finish_training(&mut playback);
    let mut summary = summarize(&playback, options, totals, &names, collector, training);
    summary.notes.extend(playback.remarks());
    let warnings = playback.warnings();
    judge(&mut summary, &report.norms, options.names);
    if let Some(files) = files {
        let page = trace.as_ref().map(|trace| html::render(&summary, trace, report.language)).unwrap_or_default();
        files.finish(&summary, &page)?;
    }
    Ok(Analysis { summary, trace, calibrations: playback.calibrations(), warnings })
}

/// What is said of a line in the spectrum of rest.
fn a_line(line: &Line) -> String {
    format!(
        "rest holds a narrow line at {:.0} Hz, {:.0} % of its power, which is no muscle: levels and thresholds stand on it. Take away \
         what makes it (a charger, a screen, another device on the table), or sample at another rate",
        line.hz,
        100.0 * line.share
    )
}

/// A recording as it was made, analyzed for a report.
///
/// # Errors
/// [`AnalysisError`]; also if it was not finalised.
pub fn as_recorded(file: &Path) -> Result<(Summary, Trace), AnalysisError> {
    let options = AnalysisOptions::default();
    let report = ReportOptions { has_trace: true, ..ReportOptions::default() };
    let analysis = analyze(Playback::open_recording(file, &options)?, &options, &report)?;
    Ok((analysis.summary, analysis.trace.unwrap_or_default()))
}

/// Puts the report of an analysis, [`REPORT`], into a folder, in a language.
///
/// # Errors
/// [`AnalysisError::Storage`].
pub fn write_report(folder: &Path, summary: &Summary, trace: &Trace, language: Language) -> Result<(), AnalysisError> {
    let place = folder.join(REPORT);
    let page = html::render(summary, trace, language);
    replace(&place, page.as_bytes()).map_err(|source| AnalysisError::Storage { place, source })
}

/// What a norm profile says, in place of what another said before.
pub fn judge(summary: &mut Summary, norms: &Norms, names: SettingNames) {
    let Summary { channels, training, input, config, notes, .. } = summary;
    norms.name().clone_into(&mut config.norms);
    for (n, channel) in channels.iter_mut().enumerate() {
        let training = training.as_ref().and_then(|training| training.channels.get(n));
        let is_scaled = input.channels.get(n).is_some_and(|channel| channel.uv_per_unit.is_some());
        let (verdicts, note) = norms.verdicts(channel, training, is_scaled);
        channel.verdicts = verdicts;
        let note = note.map(|note| note.named(names.0));
        notes.extend(note.filter(|note| !notes.contains(note)));
    }
}

/// The training session, brought to its end.
fn finish_training(playback: &mut Playback) -> Option<TrainingReport> {
    let band_hz = playback.band_hz();
    let Playback { driver, accessory, .. } = playback;
    let training = driver.take_training()?;
    let engine = driver.engine();
    let mut report = training.finish(engine.index(), band_hz, |channel| engine.mains(channel));
    if accessory.is_empty() {
        // No muscle was named that should be quiet: that none helped was not looked at.
        report.channels.iter_mut().for_each(|channel| channel.scores.co_contraction_share = None);
    }
    Some(report)
}

fn summarize(
    playback: &Playback,
    options: &AnalysisOptions,
    totals: Totals,
    names: &[&str],
    collector: Collector,
    training: Option<TrainingReport>,
) -> Summary {
    let header = playback.header();
    let (low_hz, high_hz) = playback.band_hz();
    let input = input(playback, totals);
    let mut failures = Vec::new();
    if share(input.frames_missing, input.frames + input.frames_missing) > MAX_LOST {
        failures.push(format!("{} frames are missing", input.frames_missing));
    }
    if share(input.rows_rejected, input.rows_read) > MAX_LOST {
        failures.push(format!("{} rows were rejected", input.rows_rejected));
    }
    let report = |(n, (channel, name)): (usize, (Channel, &&str))| {
        let stats = channel.summary.stats();
        let mut calibration = channel.calibration;
        if !calibration.accepted && calibration.reasons.is_empty() {
            calibration.reasons.push(CalibrationRemark::NotClosed);
            calibration
                .messages
                .push("no quiet cue ended within the recording; a baseline is taken when it ends".to_owned());
        }
        let lines = channel.resting.as_ref().map(ActiveSpectrum::lines).unwrap_or_default();
        calibration.messages.extend(lines.iter().map(a_line));
        calibration.end(playback.driver.engine().deepest_uv(n), playback.driver.engine().floor_uv(n));
        failures.extend(gate(name, calibration.accepted, stats));
        let mut report = ChannelReport {
            name: (*name).to_owned(),
            calibration,
            seconds: Seconds::from(stats),
            contractions: channel.contractions,
            overactivity: channel.overactivity,
            contractions_total: channel.totals[0],
            overactivity_total: channel.totals[1],
            rest: RestReport::from(stats),
            spectrum: channel
                .spectrum
                .and_then(|spectrum| spectrum.report(low_hz, high_hz, playback.driver.engine().mains(n))),
            quality: QualityReport::from(stats),
            verdicts: Vec::new(),
        };
        if header.channels.get(n).is_some_and(|channel| channel.unit == Unit::Unknown) {
            report.forget_levels();
        }
        report
    };
    let channels = collector.channels.into_iter().zip(names).enumerate().map(report).collect();
    let mut notes: Vec<String> = header.notes.iter().map(|note| note.text.named(options.names.0)).collect();
    notes.extend(playback.plan.notes.iter().cloned());
    if header.channels.iter().any(|channel| !channel.scaled && channel.unit != Unit::Unknown) {
        notes.push("the file's values have no known scale: every _uv number is in the unit of the file".to_owned());
    }
    Summary {
        schema_version: SCHEMA_VERSION,
        tonus_version: env!("CARGO_PKG_VERSION").to_owned(),
        input,
        config: settings(playback, options, training.is_some()),
        latency_ms: playback.driver.engine().latency().map(Into::into).unwrap_or_default(),
        gate: Gate { passed: failures.is_empty(), failures },
        channels,
        training,
        notes,
        digest: hex(&playback.driver.engine().digest()),
    }
}

/// What the quality gate has against a channel.
fn gate(name: &str, is_calibrated: bool, stats: &tonus_core::summary::ChannelStats) -> Vec<String> {
    let mut failures = Vec::new();
    if !is_calibrated {
        failures.push(format!("{name} has no accepted baseline"));
    }
    let invalid = share(stats.lost(), stats.decisions());
    if invalid > MAX_INVALID {
        failures.push(format!("{name} is invalid for {:.1} % of the time", 100.0 * invalid));
    }
    let saturated = share(stats.count(Quality::SATURATED), stats.decisions());
    if saturated > MAX_SATURATED {
        failures.push(format!("{name} is saturated for {:.2} % of the time", 100.0 * saturated));
    }
    if stats.decisions() > 0 && stats.seconds(State::Invalid) == stats.decisions() as f64 / 100.0 && is_calibrated {
        failures.push(format!("{name} has no valid decision"));
    }
    failures
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn input(playback: &Playback, totals: Totals) -> InputReport {
    let (header, recording) = (playback.header(), playback.recording.inner());
    let counts = recording.counts();
    let rejects = recording.rejects().iter().map(|reject| RejectReport {
        line: reject.line,
        column: reject.column,
        found: reject.found.clone(),
        reason: reject.reason.clone(),
    });
    let channels = header.channels.iter().map(|channel| InputChannel {
        name: channel.name.clone(),
        unit: channel.unit,
        role: channel.role,
        column: channel.column,
        uv_per_unit: channel.scaled.then_some(channel.uv_per_unit),
        anchor: channel.anchor,
        rate_hz: None,
    });
    let columns = header.columns.iter().map(|c| ColumnReport { name: c.name.clone(), role: c.role });
    InputReport {
        file: header.file.clone(),
        format: header.format.to_owned(),
        sha256: recording.sha256().map(|hash| hex(&hash)),
        started: header.session.as_ref().and_then(|session| began(session.started_unix_s)),
        device: header.session.as_ref().map(|session| session.device.name.clone()),
        rate_hz: header.rate_hz(),
        rate_source: header.rate_source,
        rate_uncertainty: header.rate_uncertainty,
        stamps: header.stamps.map(|stamps| StampsReport { kind: stamps.kind.name().to_owned(), unit_s: stamps.unit_s }),
        duration_s: header.rate.seconds(playback.driver.engine().index()),
        rows_read: counts.rows_read,
        rows_rejected: counts.rows_rejected,
        rejects: rejects.collect(),
        cells_missing: counts.cells_missing,
        frames: counts.frames,
        frames_missing: counts.frames_missing,
        gaps: totals.gaps,
        channels: channels.collect(),
        columns: columns.collect(),
    }
}

/// A time for people, to the minute.
fn began(unix_s: f64) -> Option<String> {
    let stamp = tonus_report::time::Utc::from_unix_s(unix_s)?.stamp();
    let (clock, date) = (stamp.get(9..13)?, tonus_report::time::date(unix_s));
    Some(format!("{date} {}:{} UTC", clock.get(..2)?, clock.get(2..)?))
}

fn settings(playback: &Playback, options: &AnalysisOptions, is_program: bool) -> ConfigReport {
    let (config, header) = (&playback.config, playback.header());
    let is_raw = header.kind == Kind::Raw;
    let cue_source = match (is_program, &options.cues, header.has_cues) {
        (true, _, _) => CueSource::Program,
        (false, Some(_), _) => CueSource::File,
        (false, None, true) => CueSource::Column,
        (false, None, false) => CueSource::None,
    };
    let notches = (0..playback.driver.engine().channels()).find_map(|channel| playback.driver.engine().mains(channel));
    ConfigReport {
        kind: header.kind,
        profile: playback.profile,
        highpass_hz: is_raw.then_some(config.highpass_hz),
        lowpass_hz: config.effective_lowpass_hz().filter(|_| is_raw),
        mains: config.mains,
        notches_hz: notches.map(tonus_dsp::design::Mains::hz),
        calibration_source: playback.plan.origin,
        cue_source,
        reference: config.reference,
        on_ratio: config.on_ratio,
        off_ratio: config.off_ratio,
        overshoot_ratio: config.overshoot_ratio,
        grace_s: config.grace_s,
        tone_dwell_s: config.tone_dwell_s,
        overshoot_dwell_s: config.overshoot_dwell_s,
        free_limit_s: config.free_limit_s,
        accessory: playback.accessory.clone(),
        norms: String::new(),
    }
}
