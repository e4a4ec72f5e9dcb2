//! What a session shows just now: traces, state, target, where the programme stands.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::{Decision, State};
use tonus_core::training::{Breath, BreathConfig, Phase, Purpose as PhasePurpose, Stage, StepKind};
use tonus_device::State as Link;
use tonus_report::training::RepetitionReport;
use tonus_report::vocabulary::{self, Language};
use tonus_report::{RestFigures, RestHint};

use crate::session::{Began, Ended, Status, TrainingStatus, UiEvent};
use crate::trace::{Playhead, Scale, TICKS_PER_S, Track};

/// Seconds of each channel that are kept for drawing.
const KEPT_S: f64 = 120.0;
/// The top of an axis is never below this, in µV.
const LEAST_TOP_UV: f32 = 5.0;
/// Activation at the top of the meter: the reference stands at two thirds.
pub const FULL: f32 = 1.5;
/// How long it stands there how the rest that was measured compares, and that it should be measured again, in seconds.
const SAID_S: f64 = 15.0;
const HINTED_S: f64 = 60.0;
/// Targets that are remembered for the flowing picture.
const TARGETS: usize = 32;

/// Where the envelope was wanted, from when to when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetSpan {
    /// From when on, in seconds of the session.
    pub from_s: f64,
    /// Until when; infinite while it lasts.
    pub to_s: f64,
    /// Lower edge in µV, 0 for a ceiling.
    pub low_uv: f32,
    /// Upper edge in µV.
    pub high_uv: f32,
}

/// Why there is nothing to aim at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The sensor is gone.
    Lost,
    /// It is there and silent.
    Silent,
    /// It is being opened, or starts.
    Starting,
    /// The signal is not valid; the decision says why.
    Signal,
}

/// What a session shows.
#[derive(Debug)]
pub struct Show {
    /// What runs.
    pub began: Began,
    /// A track for each channel.
    pub tracks: Vec<Track>,
    /// Tops of the axes in µV, as wide as the tracks.
    pub tops_uv: Vec<f32>,
    /// Where it stands.
    pub status: Status,
    /// Calibrations in force.
    pub calibrations: Vec<Option<Calibration>>,
    /// The latest refusal of the first channel, until a calibration is accepted.
    pub refusal: Option<Refusal>,
    /// Something that is not as it should be, in the words of the library.
    pub warning: Option<String>,
    /// The rest that was measured, and when, in seconds of the session.
    rest: Option<(RestFigures, f64)>,
    /// Why rest should be measured again, and since when.
    hint: Option<(RestHint, f64)>,
    /// How a recording ended.
    pub ended: Option<Ended>,
    /// Where the envelope of the first channel was wanted.
    pub targets: Vec<TargetSpan>,
    /// The moment at the right edge of the flowing picture, in seconds of the session.
    pub head_s: f64,
    /// The person has paused, or is about to go on: what the status will say soon.
    awaited: Option<Stage>,
    /// What was left of the phase when it was last under way.
    left_s: Option<(f64, f64)>,
    playhead: Playhead,
    scales: Vec<Scale>,
    marked: u32,
}

impl Show {
    /// A session that begins.
    pub fn new(began: Began, now_s: f64) -> Self {
        let count = began.channels.len();
        let track = |_: &String| {
            let track = Track::new(KEPT_S);
            if began.is_raw { track.with_samples(began.rate_hz) } else { track }
        };
        let mut playhead = Playhead::default();
        playhead.at(now_s, 0.0);
        Self {
            tracks: began.channels.iter().map(track).collect(),
            tops_uv: vec![LEAST_TOP_UV; count],
            status: Status::default(),
            calibrations: vec![None; count],
            refusal: None,
            warning: None,
            rest: None,
            hint: None,
            ended: None,
            targets: Vec::new(),
            head_s: 0.0,
            awaited: None,
            left_s: None,
            playhead,
            scales: vec![Scale::new(LEAST_TOP_UV); count],
            marked: 0,
            began,
        }
    }

    /// Takes something to draw.
    pub fn take(&mut self, event: &UiEvent) {
        match event {
            UiEvent::Begin => {}
            UiEvent::Decision(decision) => {
                if let Some(track) = self.tracks.get_mut(usize::from(decision.channel)) {
                    track.decide(decision);
                }
            }
            UiEvent::Samples { channel, first, count, uv } => {
                if let Some(track) = self.tracks.get_mut(usize::from(*channel)) {
                    track.samples(*first, uv.get(..usize::from(*count)).unwrap_or_default());
                }
            }
        }
    }

    /// Where the session stands now.
    pub fn status(&mut self, status: Status) {
        // What was said about a sensor that was away is over.
        if status.link == Link::Streaming && self.status.link != Link::Streaming {
            self.warning = None;
        }
        self.status = status;
        if self.stage() == self.awaited {
            self.awaited = None;
        }
        self.follow_target();
    }

    /// A calibration is in force.
    pub fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if let Some(slot) = self.calibrations.get_mut(usize::from(channel)) {
            *slot = Some(*calibration);
        }
        if channel == 0 {
            self.refusal = None;
        }
    }

    /// A calibration was refused.
    pub fn refused(&mut self, channel: u8, refusal: Refusal) {
        // That rest has to come first is not why it is missing.
        if channel == 0 && !(self.refusal.is_some() && refusal == Refusal::NoBaseline) {
            self.refusal = Some(refusal);
        }
    }

    /// Rest was measured.
    pub fn rested(&mut self, channel: u8, figures: RestFigures) {
        if channel == 0 {
            self.rest = Some((figures, self.index_s()));
            self.hint = None;
        }
    }

    /// Rest should be measured again.
    pub fn hinted(&mut self, hint: RestHint) {
        self.hint = Some((hint, self.index_s()));
    }

    /// Why rest should be measured again, or how what was measured compares; each for a while.
    pub fn rest_remark(&self, language: Language) -> Option<String> {
        let is_recent = |at_s: f64, seconds: f64| self.index_s() - at_s < seconds;
        let hint = self.hint.as_ref().filter(|hint| is_recent(hint.1, HINTED_S));
        let rest = || self.rest.as_ref().filter(|rest| is_recent(rest.1, SAID_S));
        let hint = hint.map(|hint| vocabulary::rest_hint(language, &hint.0));
        hint.or_else(|| rest().map(|rest| vocabulary::rest_figures(language, &rest.0)))
    }

    /// Moves on to the time of a frame.
    pub fn frame(&mut self, now_s: f64) {
        let end_s = self.tracks.first().map_or(0.0, Track::end_s);
        self.head_s = self.playhead.at(now_s, end_s);
        // While paused, time stands still for the person too.
        if !self.is_paused() {
            self.left_s = self.left_of_phase();
        }
        for ((track, scale), top) in self.tracks.iter().zip(&mut self.scales).zip(&mut self.tops_uv) {
            let target = self.targets.last().map(|target| target.high_uv).filter(|uv| uv.is_finite());
            let peak = track.peak_uv(30.0).into_iter().chain(target).reduce(f32::max);
            *top = scale.follow(now_s, peak);
        }
    }

    /// Notes phases that begin, for the flowing picture; `word` names them.
    pub fn note_phase(&mut self, word: impl FnOnce(StepKind) -> &'static str) {
        let Some(phase) = self.phase().copied().filter(|phase| phase.number != self.marked) else { return };
        self.marked = phase.number;
        let tick = (phase.start as f64 / self.began.rate_hz * TICKS_PER_S) as u64;
        let word = word(phase.kind());
        if let Some(track) = self.tracks.first_mut() {
            track.event(tick, word);
        }
    }

    /// Marks this moment.
    pub fn mark(&mut self, word: &'static str) {
        let tick = (self.status.index as f64 / self.began.rate_hz * TICKS_PER_S) as u64;
        if let Some(track) = self.tracks.first_mut() {
            track.event(tick, word);
        }
    }

    fn follow_target(&mut self) {
        let at_s = self.index_s();
        let wanted = self.target_uv();
        if let Some(last) = self.targets.last_mut()
            && last.to_s.is_infinite()
        {
            if wanted == Some((last.low_uv, last.high_uv)) {
                return;
            }
            last.to_s = at_s;
        }
        if let Some((low_uv, high_uv)) = wanted {
            if self.targets.len() == TARGETS {
                self.targets.remove(0);
            }
            self.targets.push(TargetSpan { from_s: at_s, to_s: f64::INFINITY, low_uv, high_uv });
        }
    }

    /// Seconds of the session so far.
    pub fn index_s(&self) -> f64 {
        self.status.index as f64 / self.began.rate_hz
    }

    /// The programme, while there is one.
    pub fn training(&self) -> Option<&TrainingStatus> {
        self.status.training.as_ref()
    }

    /// Where the programme stands, as the person has asked for it.
    pub fn stage(&self) -> Option<Stage> {
        self.training().map(|training| training.stage)
    }

    /// Whether the programme is paused, or is about to be.
    pub fn is_paused(&self) -> bool {
        self.awaited.or(self.stage()) == Some(Stage::Paused)
    }

    /// The person pauses or goes on; what is shown changes at once.
    pub fn toggle_pause(&mut self) {
        self.awaited = Some(if self.is_paused() { Stage::Running } else { Stage::Paused });
    }

    /// The phase under way, or the one that waits.
    pub fn phase(&self) -> Option<&Phase> {
        self.training().and_then(|training| training.phase.as_ref())
    }

    /// Whether a calibration is under way, or a break before one is tried again.
    pub fn is_calibrating(&self) -> bool {
        let is_again = self.phase().is_some_and(|phase| phase.purpose != PhasePurpose::Step);
        is_again || self.training().is_some_and(|training| training.is_calibrating)
    }

    /// Seconds that are left of the phase, and its length.
    pub fn left_s(&self) -> Option<(f64, f64)> {
        self.left_s
    }

    fn left_of_phase(&self) -> Option<(f64, f64)> {
        let phase = self.phase()?;
        let whole = (phase.end - phase.start) as f64 / self.began.rate_hz;
        let left = phase.end as f64 / self.began.rate_hz - self.head_s.max(self.index_s() - 1.0);
        Some((left.clamp(0.0, whole), whole))
    }

    /// Where a breath goes at the moment that is shown.
    pub fn breath(&self) -> Option<(Breath, BreathConfig)> {
        let phase = self.phase()?;
        let rate = tonus_dsp::units::SampleRate::new(self.began.rate_hz).ok()?;
        let index = (self.head_s.max(0.0) * self.began.rate_hz) as u64;
        let breath = phase.breath(index.max(phase.start), rate)?;
        Some((breath, phase.pacer()?))
    }

    /// The pace of breathing, while there is a pacer.
    pub fn breaths_per_min(&self) -> Option<f64> {
        self.phase()?.pacer().map(BreathConfig::breaths_per_min)
    }

    /// Something that is not as it should be; while the sensor is away, that says enough.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref().filter(|_| self.status.link == Link::Streaming)
    }

    /// The latest decision of a channel.
    pub fn decision(&self, channel: usize) -> Option<&Decision> {
        self.tracks.get(channel).and_then(Track::latest)
    }

    /// Why there is nothing to aim at; none while the signal can be trusted.
    pub fn trouble(&self) -> Option<Trouble> {
        if self.ended.is_some() {
            return None;
        }
        match self.status.link {
            Link::Lost => return Some(Trouble::Lost),
            Link::Stalled => return Some(Trouble::Silent),
            Link::Streaming => {}
            _ => return Some(Trouble::Starting),
        }
        if self.status.is_silent {
            return Some(Trouble::Silent);
        }
        let is_invalid = |decision: &Decision| decision.state == State::Invalid && !self.is_uncalibrated(decision);
        self.decision(0).is_some_and(is_invalid).then_some(Trouble::Signal)
    }

    /// Invalid for want of a baseline alone: there is a signal, but no state yet.
    fn is_uncalibrated(&self, decision: &Decision) -> bool {
        let is_clean = decision.quality.is_harmless() && decision.envelope_uv.is_finite();
        decision.is_measurable() || (is_clean && self.calibrations.first().is_none_or(Option::is_none))
    }

    /// The state to be shown of a channel; none where there is no signal to trust, or no baseline yet.
    pub fn state(&self, channel: usize) -> Option<State> {
        if channel == 0 && self.trouble().is_some() {
            return None;
        }
        self.decision(channel).map(|decision| decision.state).filter(|state| *state != State::Invalid)
    }

    /// Lower and upper edge of the target in µV.
    pub fn target_uv(&self) -> Option<(f32, f32)> {
        let training = self.training()?;
        if training.stage != Stage::Running {
            return None;
        }
        training.band_uv.or(training.ceiling_uv.map(|uv| (0.0, uv)))
    }

    /// How full the meter is, from 0 to 1; none while that cannot be told.
    pub fn level(&self) -> Option<f32> {
        if self.trouble().is_some() {
            return None;
        }
        self.decision(0).and_then(|decision| self.level_of(decision.envelope_uv))
    }

    /// Height of an envelope on the meter: by activation where the reference is known, else by the top of the axis.
    pub fn level_of(&self, envelope_uv: f32) -> Option<f32> {
        let calibration = self.calibrations.first().copied().flatten();
        let activation = calibration.map(|calibration| calibration.activation(envelope_uv));
        let level = match activation.filter(|activation| activation.is_finite()) {
            Some(activation) => activation / FULL,
            None => envelope_uv / self.tops_uv.first()?,
        };
        level.is_finite().then(|| level.clamp(0.0, 1.0))
    }

    /// Repetitions so far.
    pub fn repetitions(&self) -> &[RepetitionReport] {
        self.training().map_or(&[], |training| &training.repetitions)
    }
}
