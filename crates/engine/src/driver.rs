//! The loop that every signal goes through, live, from a file, or in blocks of the caller's.

use std::collections::VecDeque;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::Decision;
use tonus_core::input::{Command, Cue, Input};
use tonus_core::sink::Sink;
use tonus_core::training::SessionInput;
use tonus_dsp::error::ShapeError;
use tonus_record::CueList;

use crate::engine::Engine;
use crate::observer::{Observer, Step};
use crate::training::{Due, Training};

/// An [`Engine`] with what a person is asked for: nothing, cues of a list, or a programme.
///
/// [`Driver::push`] gives the cues that are due, cuts blocks and gaps where the next one is, and lets the programme's scorers and
/// the [`Observer`] hear what comes of it. Any split of the input gives the same cues, decisions and scores.
///
/// ```
/// use tonus_core::config::{ChannelConfig, PipelineConfig};
/// use tonus_core::input::Input;
/// use tonus_dsp::units::SampleRate;
/// use tonus_engine::{Driver, Engine, OnDecision};
/// use tonus_record::CueList;
///
/// let config = PipelineConfig::new(SampleRate::new(1000.0)?);
/// let cues = CueList::from_reader(&b"start_s,end_s,cue\n0,3,quiet\n3,5,work\n"[..], "cues").unwrap();
/// let mut driver = Driver::new(Engine::new(&config, &[ChannelConfig::default()])?).with_cues(&cues);
/// let mut cues = Vec::new();
/// driver.push(Input::Frames(&[0.0; 4000]), &mut OnDecision(|d: &tonus_core::decision::Decision| cues.push(d.cue)))?;
/// assert_eq!(cues.iter().filter(|cue| cue.is_work()).count(), 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Driver {
    engine: Engine,
    source: Source,
    /// Calibrations were given: no cue of a list or programme measures another.
    is_calibrated: bool,
    /// What is asked for now.
    cue: Cue,
    /// What somebody asks for from the next frame on.
    asked: Option<Cue>,
}

/// Where cues come from.
#[derive(Debug)]
enum Source {
    Nothing,
    Cues(VecDeque<(u64, Cue)>),
    Training(Box<Training>),
}

impl Source {
    /// What is due before frame `index`; ask again until there is nothing.
    #[inline]
    fn next_due(&mut self, index: u64) -> Option<Due> {
        match self {
            Self::Nothing => None,
            Self::Cues(changes) => {
                changes.front().filter(|change| change.0 <= index)?;
                changes.pop_front().map(|change| Due::Cue(change.1))
            }
            Self::Training(training) => training.next_due(index),
        }
    }

    /// The frame before which something may change, once nothing is due.
    ///
    /// A gap is cut where the list or the programme asks for something else, and nowhere else: in two parts it is no longer the
    /// gap that it is.
    #[inline]
    fn next_change(&self, is_gap: bool) -> u64 {
        let next = match self {
            Self::Nothing => None,
            Self::Cues(changes) => changes.front().map(|change| change.0),
            Self::Training(training) if is_gap => training.next_change(),
            Self::Training(training) => training.next_look(),
        };
        next.unwrap_or(u64::MAX)
    }
}

impl Driver {
    /// A driver that asks for nothing.
    pub const fn new(engine: Engine) -> Self {
        Self { engine, source: Source::Nothing, is_calibrated: false, cue: Cue::Free, asked: None }
    }

    /// Asks for the cues of a list, at their seconds from the first frame.
    #[must_use]
    pub fn with_cues(mut self, cues: &CueList) -> Self {
        self.source = Source::Cues(cues.changes(self.engine.rate().hz()).into());
        self
    }

    /// Asks for what a programme says.
    #[must_use]
    pub fn with_training(mut self, training: Training) -> Self {
        self.source = Source::Training(Box::new(training));
        if self.is_calibrated { self.keeping_calibrations() } else { self }
    }

    /// Lets `quiet` of a list or programme count as rest and `reference` as work: the calibrations are given, and stay.
    #[must_use]
    pub fn keeping_calibrations(mut self) -> Self {
        self.is_calibrated = true;
        if let Source::Training(training) = &mut self.source {
            training.keep_calibrations();
        }
        self
    }

    /// The pipelines.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Index of the next frame, gaps included.
    pub const fn index(&self) -> u64 {
        self.engine.index()
    }

    /// The programme under way, if there is one.
    pub fn training(&self) -> Option<&Training> {
        if let Source::Training(training) = &self.source { Some(training) } else { None }
    }

    /// The same, to be brought to its end; nothing is asked for after this.
    pub fn take_training(&mut self) -> Option<Training> {
        match std::mem::replace(&mut self.source, Source::Nothing) {
            Source::Training(training) => Some(*training),
            Source::Nothing | Source::Cues(_) => None,
        }
    }

    /// The person does something about the programme, before the next frame.
    pub fn command(&mut self, input: SessionInput) {
        let at = self.engine.index();
        if let Source::Training(training) = &mut self.source {
            training.command(at, input);
        }
    }

    /// From the next frame on, this is asked for; what a list or a programme asks for before the same frame comes first.
    pub const fn ask(&mut self, cue: Cue) {
        self.asked = Some(cue);
    }

    /// Uses a calibration for one channel (from 0) from the next frame on; the programme counts on it too.
    ///
    /// # Errors
    /// [`ShapeError::Channel`].
    pub fn calibrate(&mut self, channel: u8, calibration: Calibration) -> Result<(), ShapeError> {
        self.engine.push(Input::Command(Command::Calibration { channel, calibration }), &mut ())?;
        if let Source::Training(training) = &mut self.source {
            training.calibrated(channel, &calibration);
        }
        Ok(())
    }

    /// Takes one input, and what is due before and within it. A command takes effect at once, before what is due.
    ///
    /// # Errors
    /// [`ShapeError`] if it does not suit the channels.
    pub fn push<O: Observer>(&mut self, input: Input<'_>, observer: &mut O) -> Result<(), ShapeError> {
        self.push_with_raw(input, &[], observer)
    }

    /// The same for frames of a device, which also shows observers what it sent.
    ///
    /// # Errors
    /// As [`Driver::push`].
    pub fn push_with_raw<O: Observer>(
        &mut self,
        input: Input<'_>,
        mut raw: &[f64],
        observer: &mut O,
    ) -> Result<(), ShapeError> {
        match input {
            Input::Frames(mut values) => {
                let channels = self.engine.channels().max(1);
                while !values.is_empty() {
                    let mut most = self.frames_to_change(false, observer)?;
                    if let Some(cue) = self.asked.take() {
                        self.step(Input::Command(Command::Cue(cue)), &[], observer)?;
                        most = self.frames_to_change(false, observer)?;
                    }
                    let now = most.saturating_mul(channels as u64).min(values.len() as u64) as usize;
                    let (part, rest) = values.split_at(now);
                    let (sent, later) = raw.split_at(now.min(raw.len()));
                    self.step(Input::Frames(part), sent, observer)?;
                    (values, raw) = (rest, later);
                }
                Ok(())
            }
            Input::Gap { mut frames } => {
                while frames > 0 {
                    let now = self.frames_to_change(true, observer)?.min(frames);
                    self.step(Input::Gap { frames: now }, &[], observer)?;
                    frames -= now;
                }
                Ok(())
            }
            Input::Command(_) | Input::Stalled => self.step(input, &[], observer),
        }
    }

    /// A cue of a list, a programme or a recording, as the pipelines are to take it.
    pub(crate) const fn as_given(&self, cue: Cue) -> Cue {
        match cue {
            Cue::Quiet if self.is_calibrated => Cue::Rest,
            Cue::Reference if self.is_calibrated => Cue::Work,
            cue => cue,
        }
    }

    /// Gives what is due; says how many frames may come, or be missing, before there is more.
    #[inline]
    fn frames_to_change<O: Observer>(&mut self, is_gap: bool, observer: &mut O) -> Result<u64, ShapeError> {
        let index = self.engine.index();
        while let Some(due) = self.source.next_due(index) {
            match due {
                Due::Cue(cue) => self.step(Input::Command(Command::Cue(self.as_given(cue))), &[], observer)?,
                Due::Calibration { channel, calibration, is_new } => {
                    self.step(Input::Command(Command::Calibration { channel, calibration }), &[], observer)?;
                    if is_new {
                        observer.calibrated(channel, &calibration);
                    }
                }
            }
        }
        Ok(self.source.next_change(is_gap).saturating_sub(index))
    }

    fn step<O: Observer>(&mut self, input: Input<'_>, raw: &[f64], observer: &mut O) -> Result<(), ShapeError> {
        if let Input::Command(Command::Cue(cue)) = input
            && std::mem::replace(&mut self.cue, cue) == cue
        {
            return Ok(());
        }
        let Self { engine, source, cue, .. } = self;
        let at = engine.index();
        observer.step(&Step { index: at, input, raw, channels: engine.channels(), cue: *cue });
        let training = if let Source::Training(training) = source { Some(&mut **training) } else { None };
        if training.as_ref().is_some_and(|training| training.recorder.wants_samples()) {
            engine.push(input, &mut Heard::<O, true> { observer, training, at })
        } else {
            engine.push(input, &mut Heard::<O, false> { observer, training, at })
        }
    }
}

/// Hands what the pipelines find out to the programme, then to the observer; with `SAMPLES` the programme hears samples too.
struct Heard<'a, O, const SAMPLES: bool> {
    observer: &'a mut O,
    training: Option<&'a mut Training>,
    at: u64,
}

impl<O: Observer, const SAMPLES: bool> Sink for Heard<'_, O, SAMPLES> {
    const WANTS_SAMPLES: bool = SAMPLES || O::WANTS_SAMPLES;

    #[inline]
    fn decision(&mut self, decision: &Decision) {
        if let Some(training) = &mut self.training {
            training.decision(decision);
        }
        self.observer.decision(decision);
    }

    fn samples(&mut self, channel: u8, first: u64, conditioned_uv: &[f32]) {
        if SAMPLES && let Some(training) = &mut self.training {
            training.recorder.samples(&training.session, channel, conditioned_uv);
        }
        if O::WANTS_SAMPLES {
            self.observer.samples(channel, first, conditioned_uv);
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if self.training.as_mut().is_none_or(|training| training.calibrated(channel, calibration)) {
            self.observer.calibrated(channel, calibration);
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        if self.training.as_mut().is_none_or(|training| training.refused(channel, refusal, self.at)) {
            self.observer.refused(channel, refusal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observer::OnDecision;
    use tonus_core::config::{ChannelConfig, PipelineConfig};
    use tonus_dsp::units::SampleRate;

    /// Writes down what goes in.
    #[derive(Default)]
    struct Log(Vec<String>);

    impl Observer for Log {
        fn step(&mut self, step: &Step<'_>) {
            let (index, cue) = (step.index, step.cue.name());
            self.0.push(match step.input {
                Input::Frames(values) => format!("{index} {} frames {cue} {:?}", values.len(), step.raw),
                Input::Gap { frames } => format!("{index} gap {frames} {cue}"),
                Input::Command(_) => format!("{index} {cue}"),
                Input::Stalled => format!("{index} stalled"),
            });
        }
    }

    fn driver(cues: &str) -> Driver {
        let config = PipelineConfig::new(SampleRate::new(1000.0).unwrap());
        let list = CueList::from_reader(format!("start_s,end_s,cue\n{cues}").as_bytes(), "cues").unwrap();
        Driver::new(Engine::new(&config, &[ChannelConfig::default()]).unwrap()).with_cues(&list)
    }

    #[test]
    fn frames_and_gaps_are_cut_where_a_cue_changes() {
        let mut driver = driver("0,0.005,quiet\n0.007,0.008,work\n");
        let mut log = Log::default();
        driver.push_with_raw(Input::Frames(&[1.0, 2.0]), &[7.0, 8.0], &mut log).unwrap();
        driver.push(Input::Stalled, &mut log).unwrap();
        driver.push(Input::Gap { frames: 4 }, &mut log).unwrap();
        driver.push_with_raw(Input::Frames(&[3.0, 4.0]), &[9.0, 10.0], &mut log).unwrap();
        let expected = [
            "0 quiet",
            "0 2 frames quiet [7.0, 8.0]",
            "2 stalled",
            "2 gap 3 quiet",
            "5 free",
            "5 gap 1 free",
            "6 1 frames free [9.0]",
            "7 work",
            "7 1 frames work [10.0]",
        ];
        assert_eq!(log.0, expected);
    }

    #[test]
    fn what_is_asked_for_waits_for_a_frame_and_for_what_is_due() {
        let mut driver = driver("0.002,0.003,quiet\n");
        let mut log = Log::default();
        driver.ask(Cue::Work);
        driver.push(Input::Gap { frames: 2 }, &mut log).unwrap();
        driver.push(Input::Frames(&[1.0, 2.0]), &mut log).unwrap();
        let expected = ["0 gap 2 free", "2 quiet", "2 work", "2 1 frames work []", "3 free", "3 1 frames free []"];
        assert_eq!(log.0, expected);
    }

    #[test]
    fn a_cue_measures_nothing_where_calibrations_are_kept() {
        let mut driver = driver("0,0.002,quiet\n0.002,0.004,reference\n").keeping_calibrations();
        let mut log = Log::default();
        driver.push(Input::Gap { frames: 4 }, &mut log).unwrap();
        assert_eq!(log.0, ["0 rest", "0 gap 2 rest", "2 work", "2 gap 2 work"]);
    }

    #[test]
    fn observers_compose() {
        let mut driver = driver("");
        let (mut log, mut count) = (Log::default(), 0);
        let closure = OnDecision(|_: &Decision| count += 1);
        driver.push(Input::Gap { frames: 20 }, &mut (&mut log, (closure, None::<Log>))).unwrap();
        assert_eq!((log.0.len(), count), (1, 2));
    }
}
