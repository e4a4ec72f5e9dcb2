//! A recording on its way through the pipeline: opened, calibrated, played.

use tonus_core::config::{ChannelConfig, PipelineConfig, Profile};
use tonus_core::input::{Command, Input};
use tonus_core::sink::Sink;
use tonus_record::session::SessionInfo;
use tonus_record::{Chunk, Header, Recording};

use crate::engine::Engine;
use crate::failure::Failure;
use crate::plan::{View, is_stdin, mains_of, pipeline_kind, profile_of};
use crate::progress::Meter;
use crate::setup::{Setup, prepare};
use crate::tape::Tape;

/// A recording, ready to be played.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) tape: Tape,
    pub(crate) engine: Engine,
    pub(crate) setup: Setup,
    pub(crate) config: PipelineConfig,
    pub(crate) profile: Profile,
}

/// What went through.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    /// Gaps and restarts of the clock; a gap that a cue divides counts once.
    pub(crate) gaps: u64,
}

impl Session {
    /// Opens a recording and settles its calibrations.
    pub(crate) fn open(file: &std::path::Path, view: &View, meter: &Meter) -> Result<Self, Failure> {
        let recording = if is_stdin(file) {
            Recording::from_reader(std::io::stdin(), "-", &view.open)?
        } else {
            let table = tonus_record::session::table_of(file);
            let name = table.display().to_string();
            match (meter.open(&table), SessionInfo::beside(&table)?) {
                (None, _) => Recording::open(file, &view.open)?,
                (Some(reader), None) => Recording::from_reader(reader, &name, &view.open)?,
                (Some(reader), Some(info)) => Recording::from_session(reader, &name, &view.open, &info)?,
            }
        };
        let recording = match &view.cues {
            Some(cues) => recording.with_cues(cues),
            None => recording,
        };
        let header = recording.header();
        let mut config = PipelineConfig::new(header.rate);
        let live = header.session.as_ref().map(|session| &session.config);
        config.mains = view.mains.unwrap_or_else(|| live.map_or(config.mains, |live| mains_of(&live.mains)));
        let profile = view.profile.unwrap_or_else(|| live.map_or(Profile::Limb, |live| profile_of(&live.profile)));
        config.highpass_hz = profile.highpass_hz();
        let channel = ChannelConfig { kind: pipeline_kind(header.kind), ..ChannelConfig::default() };
        let name = header.file.clone();
        let engine = Engine::new(&config, &vec![channel; header.channels.len()])
            .map_err(|source| Failure::Config { file: name, source })?;
        let mut tape = Tape::new(recording);
        let setup = prepare(&mut tape, view, &config, channel)?;
        Ok(Self { tape, engine, setup, config, profile })
    }

    /// What the file says about itself.
    pub(crate) fn header(&self) -> &Header {
        self.tape.recording().header()
    }

    /// Plays everything, in blocks of at most `block` frames; `after` each of them the sink can be looked after.
    pub(crate) fn play<S: Sink>(
        &mut self,
        block: usize,
        sink: &mut S,
        mut after: impl FnMut(&mut S, u64) -> Result<(), Failure>,
    ) -> Result<Totals, Failure> {
        let mut totals = Totals::default();
        let mut in_gap = false;
        for (channel, calibration) in self.setup.calibrations.iter().enumerate() {
            if let Some(calibration) = *calibration {
                let command = Command::Calibration { channel: channel as u8, calibration };
                self.engine.push(Input::Command(command), &mut ())?;
            }
        }
        let values = block.max(1) * self.engine.channels();
        while let Some(chunk) = self.tape.next()? {
            match chunk {
                Chunk::Frames(frames) => {
                    in_gap = false;
                    for part in frames.chunks(values) {
                        self.engine.push(Input::Frames(part), sink)?;
                        after(sink, self.engine.index())?;
                    }
                }
                Chunk::Gap { frames } => {
                    totals.gaps += u64::from(!in_gap);
                    in_gap = true;
                    self.engine.push(Input::Gap { frames }, sink)?;
                    after(sink, self.engine.index())?;
                }
                Chunk::Stalled => {
                    totals.gaps += 1;
                    self.engine.push(Input::Stalled, sink)?;
                }
                Chunk::Cue(cue) => self.engine.push(Input::Command(Command::Cue(self.setup.cue(cue))), sink)?,
            }
        }
        Ok(totals)
    }
}
