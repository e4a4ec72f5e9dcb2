//! Decisions, gathered into files and a summary.

use std::io;
use std::path::{Path, PathBuf};

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::{Decision, State};
use tonus_core::summary::{ChannelSummary, Segment, SegmentKind};
use tonus_dsp::units::SampleRate;
use tonus_report::atomic_file::{NewFile, replace};
use tonus_report::trace::Trace;
use tonus_report::{ActiveSpectrum, CalibrationReport, Contraction, EventsWriter, Overactivity, StatesWriter, Summary};

use crate::error::AnalysisError;
use crate::observer::Observer;

/// Activation from which a contraction counts for the spectrum, where activation is known.
const SPECTRUM_ACTIVATION: f32 = 0.3;
/// Events of one kind and channel that a summary lists; all are counted, and `events.csv` has all.
const LISTED: usize = 10_000;

/// The files of an analysis, the first two under way.
#[derive(Debug)]
pub(crate) struct Files {
    folder: PathBuf,
    states: StatesWriter<NewFile>,
    events: EventsWriter<NewFile>,
}

impl Files {
    /// Makes the folder and starts the tables.
    pub(crate) fn create(folder: &Path, names: &[&str]) -> Result<Self, AnalysisError> {
        let storage = |place: &Path| {
            let place = place.to_owned();
            move |source| AnalysisError::Storage { place, source }
        };
        std::fs::create_dir_all(folder).map_err(storage(folder))?;
        let create = |name: &str| {
            let place = folder.join(name);
            NewFile::create(&place).map_err(storage(&place))
        };
        Ok(Self {
            folder: folder.to_owned(),
            states: StatesWriter::new(create("states.csv")?, names.iter().copied()),
            events: EventsWriter::new(create("events.csv")?, names.iter().copied()),
        })
    }

    /// Puts all four in their places.
    pub(crate) fn finish(self, summary: &Summary, report: &str) -> Result<(), AnalysisError> {
        let Self { folder, states, events } = self;
        let storage = |name: &str| {
            let place = folder.join(name);
            move |source| AnalysisError::Storage { place, source }
        };
        states.finish().and_then(NewFile::finish).map_err(storage("states.csv"))?;
        events.finish().and_then(NewFile::finish).map_err(storage("events.csv"))?;
        let written = summary.to_json().and_then(|json| replace(&folder.join("summary.json"), json.as_bytes()));
        written.map_err(storage("summary.json"))?;
        replace(&folder.join("report.html"), report.as_bytes()).map_err(storage("report.html"))
    }
}

/// One channel's results.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) summary: ChannelSummary,
    pub(crate) calibration: CalibrationReport,
    pub(crate) contractions: Vec<Contraction>,
    pub(crate) overactivity: Vec<Overactivity>,
    pub(crate) totals: [u64; 2],
    pub(crate) spectrum: Option<ActiveSpectrum>,
    /// Of rest, until its lines are known.
    pub(crate) resting: Option<ActiveSpectrum>,
}

/// Takes everything that a pipeline finds out.
#[derive(Debug)]
pub(crate) struct Collector {
    pub(crate) channels: Vec<Channel>,
    pub(crate) files: Option<Files>,
    /// For the pictures of a report, if there is to be one.
    pub(crate) trace: Option<Trace>,
    /// Channels whose unit nobody knows: the tables have no levels of them.
    unknown: Vec<bool>,
    refusal: Option<(&'static str, io::Error)>,
}

impl Collector {
    /// A collector for channels with these calibrations, and those that are in force before the first sample.
    pub(crate) fn new(
        calibrations: &[CalibrationReport],
        in_force: &[Option<Calibration>],
        rate: SampleRate,
        is_raw: bool,
        unknown: Vec<bool>,
        trace: Option<Trace>,
        files: Option<Files>,
    ) -> Self {
        let mut channels = Vec::new();
        for (n, report) in calibrations.iter().enumerate() {
            let mut summary = ChannelSummary::default();
            if let Some(Some(calibration)) = in_force.get(n) {
                summary.calibrated(calibration);
            }
            let spectrum = || if is_raw { ActiveSpectrum::new(rate).ok().flatten() } else { None };
            channels.push(Channel {
                summary,
                calibration: report.clone(),
                contractions: Vec::new(),
                overactivity: Vec::new(),
                totals: [0; 2],
                spectrum: spectrum(),
                resting: spectrum(),
            });
        }
        Self { channels, files, trace, unknown, refusal: None }
    }

    /// Whether files still take what they are given.
    pub(crate) fn check(&mut self) -> Result<(), AnalysisError> {
        match self.refusal.take() {
            None => Ok(()),
            Some((name, source)) => {
                let place = self.files.as_ref().map(|files| files.folder.join(name)).unwrap_or_default();
                Err(AnalysisError::Storage { place, source })
            }
        }
    }

    /// Ends what is still open.
    pub(crate) fn finish(&mut self) -> Result<(), AnalysisError> {
        let Self { channels, files, unknown, refusal, .. } = self;
        for (number, channel) in channels.iter_mut().enumerate() {
            let is_unknown = unknown.get(number).is_some_and(|unknown| *unknown);
            let Channel { summary, contractions, overactivity, totals, .. } = channel;
            summary.finish(|segment| {
                take(segment, number, contractions, overactivity, totals, files, refusal, is_unknown);
            });
        }
        self.check()
    }
}

impl Observer for Collector {
    const WANTS_SAMPLES: bool = true;

    fn decision(&mut self, d: &Decision) {
        let Self { channels, files, trace, unknown, refusal } = self;
        if let Some(trace) = trace {
            trace.push(d);
        }
        let number = usize::from(d.channel);
        let Some(channel) = channels.get_mut(number) else { return };
        let is_unknown = unknown.get(number).is_some_and(|unknown| *unknown);
        let Channel { summary, contractions, overactivity, totals, spectrum, resting, .. } = channel;
        summary.push(d, |segment| {
            take(segment, number, contractions, overactivity, totals, files, refusal, is_unknown);
        });
        if let Some(spectrum) = spectrum {
            if d.state == State::Controlled && !(d.activation < SPECTRUM_ACTIVATION) {
                spectrum.keep();
            } else {
                spectrum.skip();
            }
        }
        if let Some(spectrum) = resting.as_mut().filter(|spectrum| !spectrum.is_enough()) {
            if d.state == State::Rest {
                spectrum.keep();
            } else {
                spectrum.skip();
            }
        }
        if let Some(files) = files
            && let Err(error) =
                files.states.push(&Decision { envelope_uv: if is_unknown { f32::NAN } else { d.envelope_uv }, ..*d })
        {
            refusal.get_or_insert(("states.csv", error));
        }
    }

    fn samples(&mut self, channel: u8, _first: u64, conditioned_uv: &[f32]) {
        let Some(channel) = self.channels.get_mut(usize::from(channel)) else { return };
        if let Some(spectrum) = &mut channel.spectrum {
            spectrum.hold(conditioned_uv);
        }
        if let Some(spectrum) = channel.resting.as_mut().filter(|spectrum| !spectrum.is_enough()) {
            spectrum.hold(conditioned_uv);
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if let Some(channel) = self.channels.get_mut(usize::from(channel)) {
            channel.calibration.accept(calibration);
            channel.summary.calibrated(calibration);
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        if let Some(channel) = self.channels.get_mut(usize::from(channel)) {
            channel.calibration.refuse(refusal);
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "parts of what calls it, which is borrowed otherwise")]
fn take(
    segment: &Segment,
    channel: usize,
    contractions: &mut Vec<Contraction>,
    overactivity: &mut Vec<Overactivity>,
    totals: &mut [u64; 2],
    files: &mut Option<Files>,
    refusal: &mut Option<(&'static str, io::Error)>,
    is_unknown: bool,
) {
    match segment.kind {
        SegmentKind::Contraction => {
            totals[0] += 1;
            if contractions.len() < LISTED {
                contractions.push(segment.into());
            }
        }
        SegmentKind::Overactivity => {
            totals[1] += 1;
            if overactivity.len() < LISTED {
                overactivity.push(segment.into());
            }
        }
        SegmentKind::Invalid => {}
    }
    let segment = if is_unknown { &Segment { peak_uv: None, mean_uv: None, ..*segment } } else { segment };
    if let Some(files) = files
        && let Err(error) = files.events.push(channel, segment)
    {
        refusal.get_or_insert(("events.csv", error));
    }
}
