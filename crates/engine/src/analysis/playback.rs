//! A recording on its way through the pipeline: opened, calibrated, played.

use std::path::Path;

use tonus_core::config::{BodySite, ChannelConfig, PipelineConfig};
use tonus_core::input::{Command, Input};
use tonus_core::training::{Action, SessionInput};
use tonus_program::ProgramFile;
use tonus_record::journal::JOURNAL;
use tonus_record::session::TABLE;
use tonus_record::session::{ProgramCommand, ProgramInfo, StoredCalibration};
use tonus_record::{ChannelInfo, ChannelSelector, Chunk, Counts, Header, Recording, Setting, SettingNames, wording};
use tonus_report::hex;

use crate::calibration::plan::CalibrationPlan;
use crate::calibration::prepare::prepare;
use crate::calibration::rewind::Rewindable;
use crate::driver::Driver;
use crate::engine::Engine;
use crate::error::AnalysisError;
use crate::observer::Observer;
use crate::options::AnalysisOptions;
use crate::training::Training;

/// A larger share of rejected rows is said on standard error: the file may be read in the wrong way.
const MOST_REJECTED: f64 = 0.05;

/// A recording, ready to be played.
#[derive(Debug)]
pub struct Playback {
    pub(crate) recording: Rewindable,
    pub(crate) driver: Driver,
    pub(crate) plan: CalibrationPlan,
    pub(crate) config: PipelineConfig,
    pub(crate) profile: BodySite,
    /// Names of the channels that should stay quiet.
    pub(crate) accessory: Vec<String>,
    /// The digest that was stored when it was recorded, if it is looked at as it was made.
    stored_digest: Option<String>,
    /// What notes call options.
    names: SettingNames,
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
    pub fn open_recording(file: &Path, options: &AnalysisOptions) -> Result<Recording, AnalysisError> {
        check_finalised(file)?;
        Ok(Recording::open(file, &options.open)?)
    }

    /// Settles the calibrations of a recording; what the first decision needs is known after this.
    ///
    /// # Errors
    /// [`AnalysisError`].
    pub fn new(recording: Recording, options: &AnalysisOptions) -> Result<Self, AnalysisError> {
        options.check()?;
        let recording = match &options.cues {
            Some(cues) => recording.with_cues(cues),
            None => recording,
        };
        let header = recording.header();
        let recorded = header.session.as_ref().map(|session| session.config.pipeline);
        let stated = options.config.over(recorded.unwrap_or_default());
        let (config, profile) = (stated.pipeline(header.rate), stated.profile.unwrap_or_default());
        let name = header.file.clone();
        let training = training(header, options, &config)?;
        let end = header.session.as_ref().and_then(|session| session.end.as_ref());
        let stored_digest = end.map(|end| end.digest.clone()).filter(|_| options.is_as_recorded());
        let is_accessory = accessories(header, options)?;
        let names = header.channels.iter().zip(&is_accessory).filter(|(_, is_accessory)| **is_accessory);
        let accessory = names.map(|(channel, _)| channel.name.clone()).collect();
        let channels: Vec<ChannelConfig> =
            header.channels.iter().zip(is_accessory).map(|(one, accessory)| channel(header, one, accessory)).collect();
        let engine = Engine::new(&config, &channels).map_err(|source| AnalysisError::Config { file: name, source })?;
        let mut recording = Rewindable::new(recording, options.stops);
        let asks_for_rest = training.as_ref().map(asks_for_rest);
        let plan = prepare(&mut recording, options, &config, &channels, asks_for_rest)?;
        for (n, calibration) in plan.calibrations.iter().enumerate() {
            if let Some(calibration) = calibration {
                let file = || recording.inner().header().file.clone();
                let fits = engine.check_calibration(n, calibration);
                fits.map_err(|source| AnalysisError::Config { file: file(), source })?;
            }
        }
        let mut driver = Driver::new(engine);
        if !plan.is_in_stream() {
            driver = driver.keeping_calibrations();
        }
        if let Some(training) = training {
            driver = driver.with_training(training);
        }
        Ok(Self { recording, driver, plan, config, profile, accessory, stored_digest, names: options.names })
    }

    /// After the end: what there is to say if the decisions are not those that were shown when it was recorded. Nothing is
    /// compared where an option asks for something else than the recording as it was made.
    fn digest_note(&self) -> Option<String> {
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

    /// After the end: that the digest is another one, and that more rows are lost than damage explains.
    pub(crate) fn remarks(&self) -> Vec<String> {
        self.digest_note().into_iter().chain(self.lost_rows()).collect()
    }

    /// What is said of a file that is probably read in the wrong way.
    fn lost_rows(&self) -> Option<String> {
        let Counts { rows_rejected, rows_read, .. } = self.counts();
        if rows_rejected as f64 <= MOST_REJECTED * rows_read as f64 {
            return None;
        }
        let first = self.recording.inner().rejects().first();
        let first = first.map(|reject| format!("; the first is line {}: {}", reject.line, reject.reason));
        Some(format!("{rows_rejected} of {rows_read} rows were rejected{}", first.unwrap_or_default()))
    }

    /// After the end: what a person should be told at once.
    pub fn warnings(&self) -> Vec<String> {
        let warnings = self.header().notes.iter().filter(|note| note.is_warning);
        warnings.map(|note| note.text.named(self.names.0)).chain(self.remarks()).collect()
    }

    /// Counts of the recording so far.
    pub fn counts(&self) -> Counts {
        self.recording.inner().counts()
    }

    /// How late decisions are, in ms.
    pub fn latency_ms(&self) -> Option<f64> {
        self.driver.engine().latency().map(|latency| latency.total_ms())
    }

    /// SHA-256 over all decisions so far.
    pub fn digest(&self) -> [u8; 32] {
        self.driver.engine().digest()
    }

    /// The calibrations in force now, with the names of their channels.
    pub fn calibrations(&self) -> Vec<StoredCalibration> {
        let stored = |(n, channel): (usize, &ChannelInfo)| {
            let calibration = *self.driver.engine().calibration(n)?;
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
        self.recording.inner().header()
    }

    /// Plays everything, in blocks of at most `block` frames; `after` each of them the observer can be looked after. It is told
    /// the index of the next frame and, of a training session, where that stands.
    ///
    /// # Errors
    /// What reading finds, and what `after` says.
    pub fn play<O: Observer, E: From<AnalysisError>>(
        &mut self,
        block: usize,
        observer: &mut O,
        mut after: impl FnMut(&mut O, u64, Option<&Training>) -> Result<(), E>,
    ) -> Result<Totals, E> {
        let Self { recording, driver, plan, .. } = self;
        for (channel, calibration) in plan.calibrations.iter().enumerate() {
            if let Some(calibration) = *calibration {
                driver.calibrate(channel as u8, calibration).map_err(AnalysisError::from)?;
            }
        }
        let mut totals = Totals::default();
        let mut in_gap = false;
        let values = block.max(1) * driver.engine().channels();
        let mut push = |driver: &mut Driver, input: Input<'_>, observer: &mut O| {
            driver.push(input, observer).map_err(AnalysisError::from)?;
            after(observer, driver.index(), driver.training())
        };
        while let Some(chunk) = recording.next()? {
            match chunk {
                Chunk::Frames(frames) => {
                    in_gap = false;
                    for part in frames.chunks(values) {
                        push(driver, Input::Frames(part), observer)?;
                    }
                }
                Chunk::Gap { frames } => {
                    totals.gaps += u64::from(!in_gap);
                    in_gap = true;
                    push(driver, Input::Gap { frames }, observer)?;
                }
                Chunk::Stalled => {
                    totals.gaps += 1;
                    push(driver, Input::Stalled, observer)?;
                }
                // A programme says itself what is asked for.
                Chunk::Cue(_) if driver.training().is_some() => {}
                Chunk::Cue(cue) => {
                    push(driver, Input::Command(Command::Cue(driver.as_given(cue))), observer)?;
                }
            }
        }
        Ok(totals)
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
    known.unwrap_or_else(|| ChannelConfig { kind: header.kind, accessory, ..ChannelConfig::default() })
}

/// Which channels should stay quiet: those that were named, else those that were recorded so.
fn accessories(header: &Header, options: &AnalysisOptions) -> Result<Vec<bool>, AnalysisError> {
    let mut is_accessory = vec![false; header.channels.len()];
    let recorded = header.session.iter().flat_map(|session| &session.config.accessory);
    let named = match options.accessory.as_slice() {
        // Of the recorded ones, those that are looked at.
        [] => recorded.filter_map(|name| header.channels.iter().position(|channel| channel.name == *name)).collect(),
        named => named.iter().map(|selector| place(header, selector)).collect::<Result<Vec<_>, _>>()?,
    };
    for place in named {
        is_accessory[place] = true;
    }
    if is_accessory.first() == Some(&true) {
        return Err(AnalysisError::Accessory {
            found: "the first channel is the one that works".into(),
            help: wording!["name the muscle that is trained first, with ", Setting::Channel],
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
            let help = format!("give one of {}", names.join(", ")).into();
            let found = wording![Setting::Accessory, " names no channel that is analyzed"];
            Err(AnalysisError::Accessory { found, help })
        },
        Ok,
    )
}

/// The session of the programme that was asked for, or that the recording was made with.
fn training(
    header: &Header,
    options: &AnalysisOptions,
    config: &PipelineConfig,
) -> Result<Option<Training>, AnalysisError> {
    let recorded = header.session.as_ref().and_then(|session| session.program.as_ref());
    let (file, commands) = match (&options.program, recorded) {
        (Some(file), _) => (file.clone(), Vec::new()),
        // Cues that are given take the place of the recorded ones, and with them of the programme.
        (None, Some(info)) if options.cues.is_none() => training_of(info, &header.file)?,
        (None, _) => return Ok(None),
    };
    let names: Vec<&str> = header.channels.iter().map(|channel| channel.name.as_str()).collect();
    let is_raw = header.kind == tonus_record::Kind::Raw;
    Ok(Some(Training::new(file, config, &names, is_raw).with_commands(commands)))
}

/// Whether a programme measures a baseline itself.
fn asks_for_rest(training: &Training) -> bool {
    training.recorder().file().program.steps().any(|step| step.kind == tonus_core::training::StepKind::Quiet)
}

/// The programme of a recording called `file`, with what the person did on the way and at which frames.
///
/// # Errors
/// [`AnalysisError::Program`].
fn training_of(info: &ProgramInfo, file: &str) -> Result<(ProgramFile, Vec<(u64, SessionInput)>), AnalysisError> {
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
