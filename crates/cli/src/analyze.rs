//! `tonus analyze`.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use tonus_core::config::ReferenceKind;
use tonus_core::event::{Quality, State};
use tonus_record::{Kind, RateSource};
use tonus_report::norms::Norms;
use tonus_report::trace::Trace;
use tonus_report::{
    ChannelReport, ColumnReport, ConfigReport, Gate, InputChannel, InputReport, QualityReport, RejectReport,
    RestReport, SCHEMA_VERSION, Seconds, Summary, hex, html, training::TrainingReport,
};

use crate::collect::{Channel, Collector, Files};
use crate::failure::{self, Failure, GATE, OK, worse};
use crate::human;
use crate::many::{self, Table};
use crate::plan::{Analyze, Source, View, mains_name, norms_of, profile_name};
use crate::progress::Meter;
use crate::session::{Session, Totals};
use crate::setup::Origin;

/// Frames handed to the pipeline at once, at most.
const BLOCK: usize = 4096;
/// Share of invalid decisions above which the gate fails; warm-up alone does not count.
const MAX_INVALID: f64 = 0.1;
/// Share of saturated decisions above which the gate fails.
const MAX_SATURATED: f64 = 0.001;
/// Share of missing frames, and of rejected rows, above which the gate fails.
const MAX_LOST: f64 = 0.01;

/// Analyzes every file; a bad one is reported and the rest done.
pub(crate) fn run(plan: &Analyze) -> Result<u8, Failure> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let meter = Meter::new(!plan.quiet, plan.inputs.iter().map(|source| source.file.as_path()));
    std::thread::scope(|scope| {
        for _ in 0..plan.jobs.min(plan.inputs.len()) {
            let (sender, next, meter) = (sender.clone(), &next, &meter);
            scope.spawn(move || {
                while let Some((number, source)) = {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    plan.inputs.get(number).map(|source| (number, source))
                } {
                    if sender.send((number, one(source, plan, meter))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        print_in_order(plan, &receiver, &meter)
    })
}

/// Prints results in the order of the files, as they come.
fn print_in_order(
    plan: &Analyze,
    results: &mpsc::Receiver<(usize, Result<Summary, Failure>)>,
    meter: &Meter,
) -> Result<u8, Failure> {
    let mut table = Table::new();
    let mut waiting: Vec<Option<Result<Summary, Failure>>> = plan.inputs.iter().map(|_| None).collect();
    let (mut code, mut printed) = (OK, 0);
    for (number, result) in results {
        waiting[number] = Some(result);
        while let Some(result) = waiting.get_mut(printed).and_then(Option::take) {
            match result {
                Ok(summary) => {
                    meter.aside(|| print_one(&summary, plan))?;
                    table.push(&summary);
                    if plan.strict && !summary.gate.passed {
                        for failed in &summary.gate.failures {
                            // If standard error is gone, the exit code still tells.
                            let _ = writeln!(std::io::stderr(), "quality gate: {}: {failed}", summary.input.file);
                        }
                        code = worse(code, GATE);
                    }
                }
                Err(failure) => {
                    meter.aside(|| failure.report());
                    if let Some(source) = plan.inputs.get(printed) {
                        table.push_failure(&source.file, &failure);
                    }
                    code = worse(code, failure.code());
                }
            }
            printed += 1;
            meter.done(printed);
        }
    }
    if let Some(folder) = &plan.table {
        table.write(folder)?;
    }
    Ok(code)
}

fn print_one(summary: &Summary, plan: &Analyze) -> Result<(), Failure> {
    let json = |error: std::io::Error| Failure::Internal(error.to_string());
    let text = match (plan.json, plan.inputs.len()) {
        (true, 1) => summary.to_json().map_err(json)?,
        (true, _) => summary.to_json_line().map_err(json)?,
        (false, _) if plan.quiet => return Ok(()),
        (false, 1) => human::text(summary),
        (false, _) => many::line(summary),
    };
    failure::print(text.as_bytes())
}

/// Analyzes one file.
fn one(source: &Source, plan: &Analyze, meter: &Meter) -> Result<Summary, Failure> {
    let out = source.out.as_deref();
    let (summary, _) = analyzed(&source.file, &plan.view, &plan.norms, out, out.is_some(), meter)?;
    Ok(summary)
}

/// A recording as it was made, analyzed for a report.
pub(crate) fn as_recorded(file: &Path) -> Result<(Summary, Trace), Failure> {
    let (summary, trace) = analyzed(file, &View::as_recorded(), &norms_of(None)?, None, true, &Meter::none())?;
    Ok((summary, trace.unwrap_or_default()))
}

/// Analyzes a recording; with a folder, everything goes there too. Pictures cost a little and are made only if wanted.
fn analyzed(
    file: &Path,
    view: &View,
    norms: &Norms,
    out: Option<&Path>,
    has_pictures: bool,
    meter: &Meter,
) -> Result<(Summary, Option<Trace>), Failure> {
    let mut session = Session::open(file, view, meter)?;
    let header = session.header();
    let names: Vec<String> = header.channels.iter().map(|channel| channel.name.clone()).collect();
    let (rate, is_raw) = (header.rate, header.kind == Kind::Raw);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let files = out.map(|folder| Files::create(folder, &names)).transpose()?;
    let trace = has_pictures.then(|| Trace::new(names.iter().copied()));
    let mut collector = Collector::new(&session.setup.reports, rate, is_raw, trace, files);
    let totals = session.play(BLOCK, &mut collector, |collector, _| collector.check())?;
    collector.finish()?;
    let files = collector.files.take();
    let trace = collector.trace.take();
    let training = finish_training(&mut session);
    let mut summary = summarize(&session, view, totals, &names, collector, training);
    judge(&mut summary, norms);
    if let Some(files) = files {
        let json = summary.to_json().map_err(|error| Failure::Internal(error.to_string()))?;
        let page = trace.as_ref().map(|trace| html::render(&summary, trace)).unwrap_or_default();
        files.finish(&json, &page)?;
    }
    Ok((summary, trace))
}

/// What a norm profile says, in place of what another said before.
pub(crate) fn judge(summary: &mut Summary, norms: &Norms) {
    let Summary { channels, training, input, config, notes, .. } = summary;
    norms.name().clone_into(&mut config.norms);
    for (n, channel) in channels.iter_mut().enumerate() {
        let training = training.as_ref().and_then(|training| training.channels.get(n));
        let is_scaled = input.channels.get(n).is_some_and(|channel| channel.uv_per_unit.is_some());
        let (verdicts, note) = norms.verdicts(channel, training, is_scaled);
        channel.verdicts = verdicts;
        if let Some(note) = note.filter(|note| !notes.contains(note)) {
            notes.push(note);
        }
    }
}

/// The training session, brought to its end.
fn finish_training(session: &mut Session) -> Option<TrainingReport> {
    let band_hz = session.band_hz();
    let Session { training, engine, accessory, .. } = session;
    let mut report = training.take()?.finish(engine.index(), band_hz, |channel| engine.mains(channel));
    if accessory.is_empty() {
        // No muscle was named that should be quiet: that none helped was not looked at.
        report.channels.iter_mut().for_each(|channel| channel.scores.co_contraction_share = None);
    }
    Some(report)
}

fn summarize(
    session: &Session,
    view: &View,
    totals: Totals,
    names: &[&str],
    collector: Collector,
    training: Option<TrainingReport>,
) -> Summary {
    let header = session.header();
    let (low_hz, high_hz) = session.band_hz();
    let input = input(session, totals);
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
            calibration.reasons.push("not_closed".to_owned());
            calibration
                .messages
                .push("no quiet cue ended within the recording; a baseline is taken when it ends".to_owned());
        }
        failures.extend(gate(name, calibration.accepted, stats));
        ChannelReport {
            name: (*name).to_owned(),
            calibration,
            seconds: Seconds::from(stats),
            contractions: channel.contractions,
            overactivity: channel.overactivity,
            contractions_total: channel.totals[0],
            overactivity_total: channel.totals[1],
            rest: RestReport::from(stats),
            spectrum: channel.spectrum.and_then(|spectrum| spectrum.report(low_hz, high_hz, session.engine.mains(n))),
            quality: QualityReport::from(stats),
            verdicts: Vec::new(),
        }
    };
    let channels = collector.channels.into_iter().zip(names).enumerate().map(report).collect();
    let mut notes = header.notes.clone();
    notes.extend(session.setup.notes.iter().cloned());
    if header.channels.iter().any(|channel| !channel.scaled) {
        notes.push("the file's values have no known scale: every _uv number is in the unit of the file".to_owned());
    }
    Summary {
        schema_version: SCHEMA_VERSION,
        tonus_version: env!("CARGO_PKG_VERSION").to_owned(),
        input,
        config: settings(session, view, training.is_some()),
        latency_ms: session.engine.latency().map(Into::into).unwrap_or_default(),
        gate: Gate { passed: failures.is_empty(), failures },
        channels,
        training,
        notes,
        digest: hex(&session.engine.digest()),
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

fn input(session: &Session, totals: Totals) -> InputReport {
    let (header, recording) = (session.header(), session.tape.recording());
    let counts = recording.counts();
    let rejects = recording.rejects().iter().map(|reject| RejectReport {
        line: reject.line,
        column: reject.column,
        found: reject.found.clone(),
        reason: reject.reason.clone(),
    });
    let channels = header.channels.iter().map(|channel| InputChannel {
        name: channel.name.clone(),
        unit: channel.unit.name().to_owned(),
        role: channel.role.name().to_owned(),
        column: channel.column,
        uv_per_unit: channel.scaled.then_some(channel.uv_per_unit),
        anchor: channel.anchor,
    });
    let columns = header.columns.iter().map(|c| ColumnReport { name: c.name.clone(), role: c.role.name().to_owned() });
    InputReport {
        file: header.file.clone(),
        format: header.format.to_owned(),
        sha256: recording.sha256().map(|hash| hex(&hash)),
        started: header.session.as_ref().and_then(|session| began(session.started_unix_s)),
        device: header.session.as_ref().map(|session| session.device.name.clone()),
        rate_hz: header.rate_hz(),
        rate_source: RateSource::name(header.rate_source).to_owned(),
        duration_s: header.rate.seconds(session.engine.index()),
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
    let stamp = tonus_history::time::Utc::from_unix_s(unix_s)?.stamp();
    let (clock, date) = (stamp.get(9..13)?, tonus_history::time::date(unix_s));
    Some(format!("{date} {}:{} UTC", clock.get(..2)?, clock.get(2..)?))
}

fn settings(session: &Session, view: &View, is_program: bool) -> ConfigReport {
    let (config, header) = (&session.config, session.header());
    let is_raw = header.kind == Kind::Raw;
    let cue_source = match (is_program, &view.cues, header.has_cues) {
        (true, _, _) => "program",
        (false, Some(_), _) => "file",
        (false, None, true) => "column",
        (false, None, false) => "none",
    };
    let notches = (0..session.engine.channels()).find_map(|channel| session.engine.mains(channel));
    let reference = match config.reference {
        ReferenceKind::Submaximal => "submaximal",
        ReferenceKind::Mvc => "mvc",
    };
    let origin: Origin = session.setup.origin;
    ConfigReport {
        kind: header.kind.name().to_owned(),
        profile: profile_name(session.profile).to_owned(),
        highpass_hz: is_raw.then_some(config.highpass_hz),
        lowpass_hz: config.effective_lowpass_hz().filter(|_| is_raw),
        mains: mains_name(config.mains).to_owned(),
        notches_hz: notches.map(tonus_core::design::Mains::hz),
        calibration_source: origin.name().to_owned(),
        cue_source: cue_source.to_owned(),
        reference: reference.to_owned(),
        overshoot_ratio: config.overshoot_ratio,
        grace_s: config.grace_s,
        tone_dwell_s: config.tone_dwell_s,
        overshoot_dwell_s: config.overshoot_dwell_s,
        free_limit_s: config.free_limit_s,
        accessory: session.accessory.clone(),
        norms: String::new(),
    }
}
