//! A recording on its way through the pipeline: opened, calibrated, played.

use std::path::Path;

use tonus_core::config::{BodySite, ChannelConfig, PipelineConfig};
use tonus_core::input::{Command, Input};
use tonus_core::sink::Sink;
use tonus_core::training::{Action, SessionInput};
use tonus_program::ProgramFile;
use tonus_record::journal::JOURNAL;
use tonus_record::session::TABLE;
use tonus_record::session::{ProgramCommand, ProgramInfo, StoredCalibration};
use tonus_record::{ChannelInfo, ChannelSelector, Chunk, Counts, Header, Recording};

use tonus_report::{TrainingRecorder, hex};

use crate::engine::Engine;
use crate::error::AnalysisError;
use crate::setup::{Setup, prepare};
use crate::tape::Tape;
use crate::view::View;

/// A recording, ready to be played.
#[derive(Debug)]
pub struct Playback {
    pub(crate) tape: Tape,
    pub(crate) engine: Engine,
    pub(crate) setup: Setup,
    pub(crate) config: PipelineConfig,
    pub(crate) profile: BodySite,
    /// Names of the channels that should stay quiet.
    pub(crate) accessory: Vec<String>,
    /// The session of a programme; its cues take the place of the recording's.
    pub(crate) training: Option<TrainingRecorder>,
    /// The digest that was stored when it was recorded, if it is looked at as it was made.
    stored_digest: Option<String>,
}

/// Refuses the folder of a session whose writer died, or is still writing: what is in it is not whole yet.
///
/// # Errors
/// [`AnalysisError::Unrecovered`].
pub fn check_finalised(file: &Path) -> Result<(), AnalysisError> {
    let is_of_session = |name: &std::ffi::OsStr| name == TABLE || name == JOURNAL;
    let folder = if file.is_dir() {
        file
    } else if file.file_name().is_some_and(is_of_session) {
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    } else {
        return Ok(());
    };
    if folder.join(JOURNAL).is_file() { Err(AnalysisError::Unrecovered { folder: folder.to_owned() }) } else { Ok(()) }
}

/// What went through.
#[derive(Debug, Clone, Copy, Default)]
pub struct Totals {
    /// Gaps and restarts of the clock; a gap that a cue divides counts once.
    pub gaps: u64,
}

impl Playback {
    /// Opens a recording, which must have been finalised if it is a live session.
    ///
    /// # Errors
    /// [`AnalysisError::Read`], [`AnalysisError::Unrecovered`].
    pub fn open_recording(file: &Path, view: &View) -> Result<Recording, AnalysisError> {
        check_finalised(file)?;
        Ok(Recording::open(file, &view.open)?)
    }

    /// Settles the calibrations of a recording; what the first decision needs is known after this.
    ///
    /// # Errors
    /// [`AnalysisError`].
    pub fn new(recording: Recording, view: &View) -> Result<Self, AnalysisError> {
        let recording = match &view.cues {
            Some(cues) => recording.with_cues(cues),
            None => recording,
        };
        let header = recording.header();
        let recorded = header.session.as_ref().map(|session| session.config.pipeline);
        let stated = view.config.over(recorded.unwrap_or_default());
        let (config, profile) = (stated.pipeline(header.rate), stated.profile.unwrap_or_default());
        let name = header.file.clone();
        let training = training(header, view, &config)?;
        let end = header.session.as_ref().and_then(|session| session.end.as_ref());
        let stored_digest = end.map(|end| end.digest.clone()).filter(|_| view.is_as_recorded());
        let is_accessory = accessories(header, view)?;
        let names = header.channels.iter().zip(&is_accessory).filter(|(_, is_accessory)| **is_accessory);
        let accessory = names.map(|(channel, _)| channel.name.clone()).collect();
        let channels: Vec<ChannelConfig> =
            header.channels.iter().zip(is_accessory).map(|(one, accessory)| channel(header, one, accessory)).collect();
        let engine = Engine::new(&config, &channels).map_err(|source| AnalysisError::Config { file: name, source })?;
        let mut tape = Tape::new(recording, view.stops);
        let asks_for_rest = training.as_ref().map(asks_for_rest);
        let setup = prepare(&mut tape, view, &config, &channels, asks_for_rest)?;
        for (n, calibration) in setup.calibrations.iter().enumerate() {
            if let Some(calibration) = calibration {
                let file = || tape.recording().header().file.clone();
                let fits = engine.check_calibration(n, calibration);
                fits.map_err(|source| AnalysisError::Config { file: file(), source })?;
            }
        }
        Ok(Self { tape, engine, setup, config, profile, accessory, training, stored_digest })
    }

    /// After the end: what there is to say if the decisions are not those that were shown when it was recorded. Nothing is
    /// compared where an option asks for something else than the recording as it was made.
    pub fn digest_note(&self) -> Option<String> {
        let stored = self.stored_digest.as_deref()?;
        let now = hex(&self.digest());
        let version = self.header().session.as_ref().map(|session| session.tonus_version.as_str());
        (stored != now).then(|| {
            format!(
                "the digest is not the one that was stored with the recording by tonus {} ({:.12}, now {now:.12}): some \
                 decisions are not those that were shown",
                version.unwrap_or_default(),
                stored
            )
        })
    }

    /// Counts of the recording so far.
    pub fn counts(&self) -> Counts {
        self.tape.recording().counts()
    }

    /// How late decisions are, in ms.
    pub fn latency_ms(&self) -> Option<f64> {
        self.engine.latency().map(|latency| latency.total_ms())
    }

    /// SHA-256 over all decisions so far.
    pub fn digest(&self) -> [u8; 32] {
        self.engine.digest()
    }

    /// The calibrations in force now, with the names of their channels.
    pub fn calibrations(&self) -> Vec<StoredCalibration> {
        let stored = |(n, channel): (usize, &ChannelInfo)| {
            let calibration = *self.engine.calibration(n)?;
            Some(StoredCalibration { channel: channel.name.clone(), calibration })
        };
        self.header().channels.iter().enumerate().filter_map(stored).collect()
    }

    /// The band that is shown.
    pub(crate) fn band_hz(&self) -> (f64, f64) {
        let config = &self.config;
        (config.highpass_hz, config.effective_lowpass_hz().unwrap_or(0.45 * config.rate.hz()))
    }

    /// What the file says about itself.
    pub fn header(&self) -> &Header {
        self.tape.recording().header()
    }

    /// Plays everything, in blocks of at most `block` frames; `after` each of them the sink can be looked after. It is told the
    /// index of the next frame and, of a training session, where that stands.
    ///
    /// # Errors
    /// What reading finds, and what `after` says.
    pub fn play<S: Sink, E: From<AnalysisError>>(
        &mut self,
        block: usize,
        sink: &mut S,
        mut after: impl FnMut(&mut S, u64, Option<&TrainingRecorder>) -> Result<(), E>,
    ) -> Result<Totals, E> {
        let mut totals = Totals::default();
        let mut in_gap = false;
        for (channel, calibration) in self.setup.calibrations.iter().enumerate() {
            if let Some(calibration) = *calibration {
                let command = Command::Calibration { channel: channel as u8, calibration };
                self.engine.push(Input::Command(command), &mut ()).map_err(AnalysisError::from)?;
                if let Some(training) = &mut self.training {
                    training.calibrated(channel as u8, &calibration);
                }
            }
        }
        let channels = self.engine.channels();
        let values = block.max(1) * channels;
        let Self { tape, engine, setup, training, .. } = self;
        let mut asked = Asking { engine, setup, training: training.as_mut() };
        while let Some(chunk) = tape.next()? {
            match chunk {
                Chunk::Frames(mut frames) => {
                    in_gap = false;
                    while !frames.is_empty() {
                        let most = asked.frames_to_change(sink)?.saturating_mul(channels as u64);
                        let now = (values as u64).min(most).min(frames.len() as u64) as usize;
                        let (part, rest) = frames.split_at(now);
                        asked.push(Input::Frames(part), sink)?;
                        after(sink, asked.engine.index(), asked.training.as_deref())?;
                        frames = rest;
                    }
                }
                Chunk::Gap { mut frames } => {
                    totals.gaps += u64::from(!in_gap);
                    in_gap = true;
                    while frames > 0 {
                        let now = asked.frames_to_change(sink)?.min(frames);
                        asked.push(Input::Gap { frames: now }, sink)?;
                        after(sink, asked.engine.index(), asked.training.as_deref())?;
                        frames -= now;
                    }
                }
                Chunk::Stalled => {
                    totals.gaps += 1;
                    asked.push(Input::Stalled, sink)?;
                }
                // A programme says itself what is asked for.
                Chunk::Cue(_) if asked.training.is_some() => {}
                Chunk::Cue(cue) => asked.push(Input::Command(Command::Cue(asked.setup.cue(cue))), sink)?,
            }
        }
        Ok(totals)
    }
}

/// Pipelines, and the programme that says what is asked for.
struct Asking<'a> {
    engine: &'a mut Engine,
    setup: &'a Setup,
    training: Option<&'a mut TrainingRecorder>,
}

impl Asking<'_> {
    /// Gives the cues that are due; says how many frames may come before the next.
    fn frames_to_change<S: Sink>(&mut self, sink: &mut S) -> Result<u64, AnalysisError> {
        let index = self.engine.index();
        while let Some(training) = &mut self.training {
            let next = training.next_change().unwrap_or(u64::MAX);
            if next > index {
                return Ok(next - index);
            }
            if let Some(cue) = training.change(index) {
                let cue = self.setup.cue(cue);
                self.push(Input::Command(Command::Cue(cue)), sink)?;
            }
        }
        Ok(u64::MAX)
    }

    fn push<S: Sink>(&mut self, input: Input<'_>, sink: &mut S) -> Result<(), AnalysisError> {
        let at = self.engine.index();
        match &mut self.training {
            Some(training) => Ok(self.engine.push(input, &mut training.hear::<S, true>(sink, at))?),
            None => Ok(self.engine.push(input, sink)?),
        }
    }
}

/// What the pipeline is told of a channel: what a live session knew of its converter too, unless the values are taken for
/// others than those.
fn channel(header: &Header, channel: &ChannelInfo, accessory: bool) -> ChannelConfig {
    let known = header.session.as_ref().and_then(|session| {
        let mut scales = session.scale.iter().zip(&session.anchor);
        let (scale, anchor) = scales.find(|(scale, _)| scale.channel == channel.name)?;
        let is_same = scale.uv_per_unit == channel.uv_per_unit && session.config.kind == header.kind;
        is_same.then(|| scale.channel_config(header.kind, *anchor, accessory))
    });
    known.unwrap_or_else(|| ChannelConfig { kind: header.kind.into(), accessory, ..ChannelConfig::default() })
}

/// Which channels should stay quiet: those that were named, else those that were recorded so.
fn accessories(header: &Header, view: &View) -> Result<Vec<bool>, AnalysisError> {
    let mut is_accessory = vec![false; header.channels.len()];
    let recorded = header.session.iter().flat_map(|session| &session.config.accessory);
    let named = match view.accessory.as_slice() {
        // Of the recorded ones, those that are looked at.
        [] => recorded.filter_map(|name| header.channels.iter().position(|channel| channel.name == *name)).collect(),
        named => named.iter().map(|selector| place(header, selector)).collect::<Result<Vec<_>, _>>()?,
    };
    for place in named {
        is_accessory[place] = true;
    }
    if is_accessory.first() == Some(&true) {
        return Err(AnalysisError::Accessory {
            found: "the first channel is the one that works",
            help: "name the muscle that is trained first, with --channel".to_owned(),
        });
    }
    Ok(is_accessory)
}

fn place(header: &Header, selector: &ChannelSelector) -> Result<usize, AnalysisError> {
    let is_it = |channel: &ChannelInfo| match selector {
        ChannelSelector::Name(name) => channel.name.eq_ignore_ascii_case(name.trim()),
        ChannelSelector::Index(column) => channel.column == *column,
    };
    header.channels.iter().position(is_it).map_or_else(
        || {
            let names: Vec<&str> = header.channels.iter().map(|channel| channel.name.as_str()).collect();
            let help = format!("give one of {}", names.join(", "));
            Err(AnalysisError::Accessory { found: "--accessory names no channel that is analyzed", help })
        },
        Ok,
    )
}

/// The session of the programme that was asked for, or that the recording was made with.
fn training(header: &Header, view: &View, config: &PipelineConfig) -> Result<Option<TrainingRecorder>, AnalysisError> {
    let recorded = header.session.as_ref().and_then(|session| session.program.as_ref());
    let (file, commands) = match (&view.program, recorded) {
        (Some(file), _) => (file.clone(), Vec::new()),
        // Cues that are given take the place of the recorded ones, and with them of the programme.
        (None, Some(info)) if view.cues.is_none() => training_of(info, &header.file)?,
        (None, _) => return Ok(None),
    };
    let names: Vec<&str> = header.channels.iter().map(|channel| channel.name.as_str()).collect();
    let is_raw = header.kind == tonus_record::Kind::Raw;
    Ok(Some(TrainingRecorder::new(file, config, &names, is_raw).with_commands(commands)))
}

/// Whether a programme measures a baseline itself.
fn asks_for_rest(training: &TrainingRecorder) -> bool {
    training.file().program.steps().any(|step| step.kind == tonus_core::training::StepKind::Quiet)
}

/// The programme of a recording called `file`, with what the person did on the way and at which frames.
///
/// # Errors
/// [`AnalysisError::Program`].
pub fn training_of(info: &ProgramInfo, file: &str) -> Result<(ProgramFile, Vec<(u64, SessionInput)>), AnalysisError> {
    let program = ProgramFile::from_toml(&info.toml, file)?;
    let command = |command: &ProgramCommand| {
        let input = match command.input {
            Action::Pause => SessionInput::Pause,
            Action::Resume => SessionInput::Resume,
            Action::Skip => SessionInput::Skip,
            Action::Stop => SessionInput::Stop,
            Action::Pace => SessionInput::Pace(command.breaths_per_min?),
            // Both follow from the programme.
            Action::Start | Action::Refused => return None,
        };
        Some((command.n, input))
    };
    Ok((program, info.commands.iter().filter_map(command).collect()))
}
