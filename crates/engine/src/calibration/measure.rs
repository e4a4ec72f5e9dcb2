//! Measures calibrations: runs pipelines over parts of a recording.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::{ChannelConfig, MainsMode, PipelineConfig};
use tonus_core::decision::Decision;
use tonus_core::input::{Command, Cue, Input};
use tonus_core::sink::Sink;
use tonus_dsp::design::Mains;
use tonus_record::{Chunk, Kind};

use crate::calibration::plan::CalibrationPlan;
use crate::calibration::rest_finder::{RestFinder, Stretch};
use crate::calibration::rewind::Rewindable;
use crate::engine::Engine;
use crate::error::AnalysisError;

/// How long a pipeline runs before the stretch that it measures.
const LEAD_S: f64 = 10.0;

/// What the first time through a recording has found.
pub(crate) struct Found {
    /// The first `quiet` stretch of the cues.
    pub(crate) quiet: Option<Stretch>,
    pub(crate) rest: RestFinder,
}

/// What a step of calibration came to for one channel.
type Measured = Result<Calibration, Refusal>;

/// What a step of calibration came to, channel by channel.
struct Results {
    results: Vec<Option<Measured>>,
}

impl Sink for Results {
    fn decision(&mut self, _: &Decision) {}

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if let Some(slot) = self.results.get_mut(usize::from(channel)) {
            *slot = Some(Ok(*calibration));
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        if let Some(slot) = self.results.get_mut(usize::from(channel)) {
            *slot = Some(Err(refusal));
        }
    }
}

/// Runs pipelines over parts of a recording.
pub(crate) struct Measurement<'a> {
    pub(crate) recording: &'a mut Rewindable,
    pub(crate) config: PipelineConfig,
    pub(crate) channels: &'a [ChannelConfig],
}

impl Measurement<'_> {
    /// Reads the recording for the first time; up to the first `quiet` cue if that is `enough`.
    pub(crate) fn search(&mut self, enough: bool) -> Result<Found, AnalysisError> {
        let is_raw = self.recording.inner().header().kind == Kind::Raw;
        let mut rest = RestFinder::new(self.config.rate, self.channels.len(), is_raw);
        let (mut index, mut begun, mut quiet) = (0, None, None);
        let channels = self.channels.len();
        let mut needs_zero = !is_raw;
        while let Some(chunk) = self.recording.next()? {
            match chunk {
                Chunk::Frames(values) => {
                    rest.frames(values);
                    index += (values.len() / channels) as u64;
                }
                Chunk::Gap { frames } => {
                    rest.gap(frames);
                    index += frames;
                }
                Chunk::Stalled => rest.stalled(),
                Chunk::Cue(Cue::Quiet) => {
                    begun = Some(index);
                    if enough {
                        quiet = Some(index..index);
                    }
                }
                Chunk::Cue(_) => quiet = quiet.or(begun.map(|start| start..index)),
            }
            if quiet.is_some() {
                return Ok(Found { quiet, rest });
            }
            if needs_zero {
                for (n, channel) in self.recording.inner().header().channels.iter().enumerate() {
                    rest.set_zero(n, (channel.anchor.unwrap_or(0.0) * channel.uv_per_unit) as f32);
                }
                needs_zero = false;
            }
        }
        Ok(Found { quiet: begun.map(|start| start..index), rest })
    }

    /// Measures baselines; says which stretch gave each.
    pub(crate) fn baselines(
        &mut self,
        wanted: &[Vec<Stretch>],
        plan: &mut CalibrationPlan,
    ) -> Result<Vec<Option<Stretch>>, AnalysisError> {
        let mut used = vec![None; self.channels.len()];
        let is_common = wanted.iter().all(|one| Some(one) == wanted.first() && one.len() == 1);
        let groups: Vec<Vec<usize>> = if is_common {
            vec![(0..self.channels.len()).collect()]
        } else {
            (0..self.channels.len()).map(|n| vec![n]).collect()
        };
        for group in groups {
            let mut last: Vec<Option<Refusal>> = vec![None; group.len()];
            for stretch in group.first().and_then(|first| wanted.get(*first)).into_iter().flatten() {
                let results = self.quiet(&group, stretch, self.config.mains)?;
                for ((channel, result), last) in group.iter().zip(results).zip(&mut last) {
                    match result {
                        Ok(calibration) => {
                            plan.calibrations[*channel] = Some(calibration);
                            used[*channel] = Some(stretch.clone());
                        }
                        Err(refusal) => *last = Some(refusal),
                    }
                }
                if group.iter().all(|channel| used[*channel].is_some()) {
                    break;
                }
            }
            for (channel, last) in group.iter().zip(last) {
                if let Some(refusal) = last.filter(|_| used[*channel].is_none()) {
                    plan.refuse(*channel, refusal);
                }
            }
        }
        Ok(used)
    }

    /// The quiet step of some channels over a stretch.
    fn quiet(&mut self, group: &[usize], stretch: &Stretch, mains: MainsMode) -> Result<Vec<Measured>, AnalysisError> {
        let (results, chosen) = self.step(group, stretch, Cue::Quiet, mains, &[])?;
        // The notches came in during the stretch itself, and their settling used it up: once more with them from the start.
        let is_short = |result: &Result<_, _>| matches!(result, Err(Refusal::TooShort { .. }));
        match chosen {
            Some(chosen) if mains == MainsMode::Auto && results.iter().any(is_short) => {
                Ok(self.step(group, stretch, Cue::Quiet, MainsMode::Fixed(chosen), &[])?.0)
            }
            _ => Ok(results),
        }
    }

    /// Measures again where channels ended up with different notches.
    pub(crate) fn same_mains(
        &mut self,
        used: &[Option<Stretch>],
        plan: &mut CalibrationPlan,
    ) -> Result<(), AnalysisError> {
        let Some(common) = plan.calibrations.iter().flatten().find_map(|calibration| calibration.mains) else {
            return Ok(());
        };
        for (channel, used) in used.iter().enumerate() {
            let (Some(calibration), Some(stretch)) = (plan.calibrations[channel], used) else { continue };
            if calibration.mains != Some(common) {
                let result = self.quiet(&[channel], stretch, MainsMode::Fixed(common))?.into_iter().next();
                plan.calibrations[channel] =
                    result.and_then(Result::ok).or(Some(Calibration { mains: Some(common), ..calibration }));
            }
        }
        Ok(())
    }

    /// Measures references on top of baselines.
    pub(crate) fn references(&mut self, stretch: &Stretch, plan: &mut CalibrationPlan) -> Result<(), AnalysisError> {
        let group: Vec<usize> =
            (0..self.channels.len()).filter(|channel| plan.calibrations[*channel].is_some()).collect();
        if group.is_empty() {
            return Ok(());
        }
        let known: Vec<Calibration> = group.iter().filter_map(|channel| plan.calibrations[*channel]).collect();
        let (results, _) = self.step(&group, stretch, Cue::Reference, self.config.mains, &known)?;
        for (channel, result) in group.into_iter().zip(results) {
            match result {
                Ok(calibration) => plan.calibrations[channel] = Some(calibration),
                Err(refusal) => plan.refuse(channel, refusal),
            }
        }
        Ok(())
    }

    /// One step of calibration of some channels: the cue over a stretch, after a lead.
    fn step(
        &mut self,
        group: &[usize],
        stretch: &Stretch,
        cue: Cue,
        mains: MainsMode,
        known: &[Calibration],
    ) -> Result<(Vec<Measured>, Option<Mains>), AnalysisError> {
        let config = PipelineConfig { mains, ..self.config };
        let file = || self.recording.inner().header().file.clone();
        // None of them helps another while it is measured.
        let alone = |n: &usize| ChannelConfig { accessory: false, ..self.channels[*n] };
        let configs: Vec<ChannelConfig> = group.iter().map(alone).collect();
        let mut engine =
            Engine::new(&config, &configs).map_err(|source| AnalysisError::Config { file: file(), source })?;
        let mut results = Results { results: vec![None; group.len()] };
        for (channel, calibration) in known.iter().enumerate() {
            let command = Command::Calibration { channel: channel as u8, calibration: *calibration };
            engine.push(Input::Command(command), &mut results)?;
        }
        let lead = (LEAD_S * config.rate.hz()) as u64;
        let from = stretch.start.saturating_sub(lead);
        let mut index = self.recording.seek(from)?;
        let mut is_begun = false;
        let mut picked = Vec::new();
        let channels = self.channels.len();
        while index < stretch.end {
            let Some(chunk) = self.recording.next()? else { break };
            // Frames and gaps are cut where the lead, the stretch, and the end of the stretch begin.
            let mut left = match chunk {
                Chunk::Frames(values) => (values.len() / channels) as u64,
                Chunk::Gap { frames } => frames,
                Chunk::Stalled | Chunk::Cue(_) => 0,
            };
            if chunk == Chunk::Stalled && index >= from {
                engine.push(Input::Stalled, &mut results)?;
            }
            let mut done = 0;
            while left > 0 && index < stretch.end {
                if index == stretch.start && !is_begun {
                    is_begun = true;
                    engine.push(Input::Command(Command::Cue(cue)), &mut results)?;
                }
                let edge =
                    [from, stretch.start, stretch.end].into_iter().find(|edge| *edge > index).unwrap_or(u64::MAX);
                let now = left.min(edge - index);
                if index >= from {
                    if let Chunk::Frames(values) = chunk {
                        picked.clear();
                        let part = values.chunks_exact(channels).skip(done).take(now as usize);
                        picked.extend(part.flat_map(|frame| group.iter().filter_map(|n| frame.get(*n))));
                        engine.push(Input::Frames(&picked), &mut results)?;
                    } else {
                        engine.push(Input::Gap { frames: now }, &mut results)?;
                    }
                }
                done += now as usize;
                index += now;
                left -= now;
            }
        }
        if !is_begun {
            engine.push(Input::Command(Command::Cue(cue)), &mut results)?;
        }
        engine.push(Input::Command(Command::Cue(Cue::Free)), &mut results)?;
        let chosen = engine.mains(0);
        let results = results.results.into_iter().map(|result| result.unwrap_or(Err(Refusal::NoBaseline))).collect();
        Ok((results, chosen))
    }
}
