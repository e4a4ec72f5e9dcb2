//! What a recording's channels look like at rest and in a reference, without the rest of an analysis.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_record::Recording;
use tonus_report::CalibrationReport;

use crate::analysis::playback::Playback;
use crate::error::AnalysisError;
use crate::observer::Observer;
use crate::options::AnalysisOptions;

/// Frames handed to the pipeline at once, at most.
const BLOCK: usize = 4096;

/// One channel's calibration, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// Name of the channel.
    pub name: String,
    /// To be used in a pipeline; none if nothing was accepted.
    pub calibration: Option<Calibration>,
    /// The numbers and reasons, for people.
    pub report: CalibrationReport,
}

/// Measures the calibrations of a recording, each channel's the way [`crate::analyze`] would: on the spans of the options, in
/// the stream where quiet cues or a programme ask for it, or on the calmest stretch.
///
/// A pipeline that is given these calibrations before its first sample decides as `analyze` does where the calibration did
/// not come from the stream. Where it did, the last accepted one is handed out.
///
/// # Errors
/// [`AnalysisError`]; a refused calibration is none.
pub fn calibrate(recording: Recording, options: &AnalysisOptions) -> Result<Vec<Calibrated>, AnalysisError> {
    let mut playback = Playback::new(recording, options)?;
    let channels = playback.header().channels.iter().zip(&playback.plan.reports).zip(&playback.plan.calibrations);
    let channel = |((channel, report), calibration): ((&tonus_record::ChannelInfo, &CalibrationReport), &Option<_>)| {
        Calibrated { name: channel.name.clone(), calibration: *calibration, report: report.clone() }
    };
    let mut found = Found { channels: channels.map(channel).collect() };
    if playback.plan.is_in_stream() {
        playback.play(BLOCK, &mut found, |_, _, _| Ok::<(), AnalysisError>(()))?;
    }
    Ok(found.channels)
}

/// Hears calibrations only.
struct Found {
    channels: Vec<Calibrated>,
}

impl Observer for Found {
    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if let Some(channel) = self.channels.get_mut(usize::from(channel)) {
            channel.calibration = Some(*calibration);
            channel.report.accept(calibration);
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        if let Some(channel) = self.channels.get_mut(usize::from(channel)) {
            channel.report.refuse(refusal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OnDecision;
    use crate::{ReportOptions, Span, analyze, analyze_with};
    use tonus_core::config::{ChannelConfig, PipelineConfig};
    use tonus_core::decision::Decision;
    use tonus_core::input::{Command, Cue, Input};
    use tonus_core::pipeline::Pipeline;
    use tonus_record::{Chunk, CueInterval, CueList, Memory, OpenOptions, Unit};
    use tonus_report::hex;
    use tonus_testkit::random::Pcg;

    /// 24 s at 1 kHz: rest of 2 µV, a hold of 20 µV from 12 to 18 s, on an offset.
    fn signal() -> Vec<f64> {
        let mut noise = Pcg::new(11, 2);
        let level = |n: usize| if (12_000..18_000).contains(&n) { 20.0 } else { 2.0 };
        (0..24_000).map(|n| 1500.0 + level(n) * noise.normal()).collect()
    }

    fn recording() -> Recording {
        let memory = Memory { name: "array".into(), channels: vec!["emg".into()], gaps: Vec::new() };
        let options = OpenOptions { rate_hz: Some(1000.0), unit: Some(Unit::MicroVolt), ..OpenOptions::default() };
        Recording::from_frames(signal().into_iter(), memory, &options).unwrap()
    }

    fn cues() -> CueList {
        let cue = |start_s, end_s, cue| CueInterval { start_s, end_s, cue };
        let cues = [cue(0.0, 8.0, Cue::Quiet), cue(12.0, 18.0, Cue::Work), cue(18.0, 24.0, Cue::Rest)];
        CueList::from_intervals(cues.to_vec(), "cues").unwrap()
    }

    /// The digest of a pipeline that is given a calibration and the same frames, some at a time.
    fn streamed(calibration: Option<Calibration>, block: usize) -> String {
        let mut recording = recording();
        let config = PipelineConfig::new(recording.header().rate);
        let mut pipeline = Pipeline::<1>::new(&config, &[ChannelConfig::default()]).unwrap();
        if let Some(calibration) = calibration {
            let command = Command::Calibration { channel: 0, calibration };
            pipeline.push(Input::Command(command), &mut ()).unwrap();
        }
        while let Some(chunk) = recording.next_chunk().unwrap() {
            let Chunk::Frames(values) = chunk else { panic!("{chunk:?}") };
            for part in values.chunks(block) {
                pipeline.push(Input::Frames(part), &mut ()).unwrap();
            }
        }
        hex(&pipeline.digest())
    }

    /// What an analysis says of the first channel's calibration, without what only the whole session tells.
    fn measured(analysis: &crate::Analysis) -> CalibrationReport {
        let report = &analysis.summary.channels[0].calibration;
        assert!(report.deepest_uv.is_some());
        CalibrationReport { deepest_uv: None, floor_uv: None, calmest_ratio: None, ..report.clone() }
    }

    #[test]
    fn a_pipeline_given_these_calibrations_decides_as_the_analysis_did() {
        for options in [
            AnalysisOptions::default(),
            AnalysisOptions { baseline: Some(Span { start_s: 1.0, end_s: 9.0 }), ..AnalysisOptions::default() },
        ] {
            let found = calibrate(recording(), &options).unwrap();
            assert!(found[0].report.accepted && found[0].calibration.is_some());
            let analysis = analyze(recording(), &options, &ReportOptions::default()).unwrap();
            assert_eq!(measured(&analysis), found[0].report);
            for block in [1, 7, 16, 4096] {
                assert_eq!(streamed(found[0].calibration, block), analysis.summary.digest);
            }
        }
    }

    #[test]
    fn quiet_cues_calibrate_in_the_stream() {
        let options = AnalysisOptions { cues: Some(cues()), ..AnalysisOptions::default() };
        let found = calibrate(recording(), &options).unwrap();
        let mut heard = Vec::new();
        let mut watcher = OnDecision(|d: &Decision| heard.push(d.state));
        let analysis = analyze_with(recording(), &options, &ReportOptions::default(), &mut watcher).unwrap();
        assert_eq!(measured(&analysis), found[0].report);
        assert_eq!(found[0].calibration.map(|one| one.baseline_uv), found[0].report.baseline_uv);
        assert_eq!(heard.len(), 2400);
        assert_eq!(analysis.summary.input.format, "memory");
        assert_eq!(analysis.summary.input.sha256, None);
    }

    #[test]
    fn a_refused_calibration_is_no_error() {
        let options =
            AnalysisOptions { baseline: Some(Span { start_s: 0.0, end_s: 0.5 }), ..AnalysisOptions::default() };
        let found = calibrate(recording(), &options).unwrap();
        assert_eq!((found[0].calibration, found[0].report.accepted), (None, false));
        assert_eq!(found[0].report.reasons, [tonus_report::CalibrationRemark::TooShort]);
    }
}
