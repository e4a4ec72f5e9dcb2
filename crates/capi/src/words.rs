//! The numbers that stand for words. In structures and arguments they are `uint32_t`, so that their size is the same for every
//! compiler and a number that stands for nothing can be refused.

use tonus_core::config::{Kind, MainsMode, ReferenceKind};
use tonus_core::input::Cue;
use tonus_core::training::StepKind;
use tonus_dsp::design::Mains;

use crate::result::{TONUS_ERROR_VALUE, tonus_result};

/// The state of a muscle at one decision.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_state {
    /// At rest, or active too briefly to matter.
    TONUS_STATE_REST = 0,
    /// Contracting as asked, or releasing within the allowance.
    TONUS_STATE_CONTROLLED = 1,
    /// Tone that rises uninvited, overshoots, or does not let go.
    TONUS_STATE_OVERACTIVE = 2,
    /// Cannot be told: see the quality bits.
    TONUS_STATE_INVALID = 3,
}

/// What the person is asked to do.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_cue {
    /// Nothing in particular.
    TONUS_CUE_FREE = 0,
    /// Rest for the baseline calibration.
    TONUS_CUE_QUIET = 1,
    /// A comfortable hold for the reference calibration.
    TONUS_CUE_REFERENCE = 2,
    /// Let go.
    TONUS_CUE_REST = 3,
    /// Contract.
    TONUS_CUE_WORK = 4,
}

/// Bits of `reasons`: why a state was called, or what was noticed beside it.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_reason {
    /// Above the work band for 0.5 s.
    TONUS_REASON_OVERSHOOT = 1,
    /// Still active 2 s after the rest cue.
    TONUS_REASON_SLOW_RELEASE = 2,
    /// Active again during rest for 1 s or longer.
    TONUS_REASON_TONE = 4,
    /// The last 10 s of rest lie above 1.25 x baseline.
    TONUS_REASON_ELEVATED_REST = 8,
    /// Rest after a contraction stays above 1.15 x baseline.
    TONUS_REASON_RESIDUAL = 16,
    /// A hold whose amplitude varies by more than 15 %.
    TONUS_REASON_INSTABILITY = 32,
    /// Another channel contracts along.
    TONUS_REASON_CO_CONTRACTION = 64,
    /// A free contraction of more than 10 s.
    TONUS_REASON_TOO_LONG = 128,
    /// Rest below 0.7 x baseline for 3 s: deeper than when it was measured, and a better baseline.
    TONUS_REASON_DEEP_REST = 256,
}

/// Bits of `quality`: what is wrong with the signal.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_quality {
    /// Filters are settling.
    TONUS_QUALITY_WARMUP = 1,
    /// Frames are missing.
    TONUS_QUALITY_GAP = 2,
    /// The converter is at a rail.
    TONUS_QUALITY_SATURATED = 4,
    /// The signal does not move.
    TONUS_QUALITY_FLAT = 8,
    /// An electrode has come off.
    TONUS_QUALITY_LEAD_OFF = 16,
    /// Mains is far above the muscle.
    TONUS_QUALITY_MAINS = 32,
    /// Movement of electrode or cable.
    TONUS_QUALITY_MOTION = 64,
    /// An electrode pop: a step that decays.
    TONUS_QUALITY_POP = 128,
    /// Heart beats in the signal.
    TONUS_QUALITY_ECG = 256,
    /// Not a number, or infinite.
    TONUS_QUALITY_NONFINITE = 512,
    /// There is no baseline to compare with (yet).
    TONUS_QUALITY_NO_BASELINE = 1024,
}

/// What a channel's sensor sends.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_kind {
    /// The EMG itself.
    TONUS_KIND_RAW = 0,
    /// An envelope made by the sensor.
    TONUS_KIND_ENVELOPE = 1,
}

/// What to do about mains interference.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_mains {
    /// Measure at 50 and 60 Hz, and put notches in where they are needed.
    TONUS_MAINS_AUTO = 0,
    /// No notches.
    TONUS_MAINS_OFF = 1,
    /// Notches for 50 Hz.
    TONUS_MAINS_50_HZ = 50,
    /// Notches for 60 Hz.
    TONUS_MAINS_60_HZ = 60,
}

/// How the reference contraction is read.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_reference {
    /// Comfortable holds: the median of their middle parts.
    TONUS_REFERENCE_SUBMAXIMAL = 0,
    /// Maximal voluntary contraction: the largest 500-ms mean.
    TONUS_REFERENCE_MVC = 1,
}

/// Bits of `warnings`: what to know about an accepted calibration.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_warning {
    /// The level rose and fell at rest; activity starts at a higher ratio.
    TONUS_WARNING_UNSTABLE = 1,
    /// The second half lay far higher or lower than the first.
    TONUS_WARNING_DRIFTING = 2,
    /// The baseline is below one step of the converter.
    TONUS_WARNING_LOW_RESOLUTION = 4,
    /// The reference lies close to the baseline.
    TONUS_WARNING_WEAK_REFERENCE = 8,
    /// The quiet step was refused; rest after a later cue gave the baseline.
    TONUS_WARNING_LATER_REST = 16,
}

/// Why a calibration step was not accepted.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_refusal {
    /// Too little valid signal; the value is the seconds there were.
    TONUS_REFUSAL_TOO_SHORT = 1,
    /// The resting signal was zero or below a step of the converter.
    TONUS_REFUSAL_NO_SIGNAL = 2,
    /// No longer given: restless rest is accepted, with TONUS_WARNING_UNSTABLE.
    TONUS_REFUSAL_UNSTABLE = 3,
    /// No longer given: rest that moves is accepted, with TONUS_WARNING_DRIFTING.
    TONUS_REFUSAL_DRIFTING = 4,
    /// The reference is too close to rest; the value is reference over baseline.
    TONUS_REFUSAL_NOT_SEPARABLE = 5,
    /// A reference was closed before a baseline was accepted.
    TONUS_REFUSAL_NO_BASELINE = 6,
    /// A reason that this header does not know yet.
    TONUS_REFUSAL_OTHER = 7,
}

/// A device whose bytes the decoder reads.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_device {
    /// The frame for own firmware: COBS, CRC-32, counter, clock, 16-bit values; 1 to 32 channels.
    TONUS_DEVICE_TONUS_COBS = 0,
    /// Numbers as Arduino sketches print them; channels 0 to learn how many.
    TONUS_DEVICE_ARDUINO_TEXT = 1,
    /// One unsigned integer a line.
    TONUS_DEVICE_MYOWARE = 2,
    /// Upside Down Labs Chords boards with 10 bits; 1 to 16 channels.
    TONUS_DEVICE_CHORDS_10 = 3,
    /// The same with 12 bits.
    TONUS_DEVICE_CHORDS_12 = 4,
    /// The same with 14 bits.
    TONUS_DEVICE_CHORDS_14 = 5,
    /// Backyard Brains SpikerBox and SpikerShield; 1 to 6 channels.
    TONUS_DEVICE_SPIKERBOX = 6,
    /// OpenBCI Cyton, 8 channels.
    TONUS_DEVICE_OPENBCI_CYTON = 7,
    /// OpenBCI Cyton with Daisy, 16 channels.
    TONUS_DEVICE_OPENBCI_CYTON_DAISY = 8,
    /// Olimex SHIELD-EKG-EMG and OpenEEG P2, 6 channels.
    TONUS_DEVICE_OPENEEG_P2 = 9,
    /// BITalino, 1 to 6 channels.
    TONUS_DEVICE_BITALINO = 10,
    /// FreeEEG32, 32 channels.
    TONUS_DEVICE_FREEEEG32 = 11,
    /// NeuroPawn Knight, 8 channels.
    TONUS_DEVICE_NEUROPAWN_KNIGHT = 12,
}

/// Bits of a frame's `flags`.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_frame_flag {
    /// The device started again: the missing time is unknown. Push a stall before the frame.
    TONUS_FRAME_RESTARTED = 1,
    /// The counter may have wrapped unseen, so `gap_before` may be too short.
    TONUS_FRAME_AMBIGUOUS = 2,
    /// The frame has a counter.
    TONUS_FRAME_HAS_COUNTER = 4,
    /// The frame has a clock.
    TONUS_FRAME_HAS_CLOCK = 8,
}

/// What a step asks for, or that it is a repeat.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_step_kind {
    /// Rest, and let it be measured as the baseline.
    TONUS_STEP_QUIET = 0,
    /// A comfortable hold, measured as the reference.
    TONUS_STEP_REFERENCE = 1,
    /// Let go.
    TONUS_STEP_REST = 2,
    /// Contract, at no particular level.
    TONUS_STEP_WORK = 3,
    /// Contract as quickly as possible and let go at once.
    TONUS_STEP_FLICK = 4,
    /// Contract and hold steadily.
    TONUS_STEP_HOLD = 5,
    /// Breathe with the pacer; the muscle rests.
    TONUS_STEP_BREATHE = 6,
    /// Nothing in particular.
    TONUS_STEP_FREE = 7,
    /// Not a step: the next `repeat_entries` entries, `repeat_times` times.
    TONUS_STEP_REPEAT = 8,
}

/// What a step aims for.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_target {
    /// Nothing; just watch.
    TONUS_TARGET_NONE = 0,
    /// Stay below `start_ratio` times the own baseline.
    TONUS_TARGET_CEILING = 1,
    /// Stay below a ceiling that follows what was reached.
    TONUS_TARGET_ADAPTIVE = 2,
    /// Stay within `band_low` and `band_high` of the own reference.
    TONUS_TARGET_BAND = 3,
}

/// What a session is told.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_session_input {
    /// Begin.
    TONUS_SESSION_START = 0,
    /// Time has passed.
    TONUS_SESSION_TIME = 1,
    /// Interrupt.
    TONUS_SESSION_PAUSE = 2,
    /// Go on.
    TONUS_SESSION_RESUME = 3,
    /// Go on to the next step now.
    TONUS_SESSION_SKIP = 4,
    /// The calibration step that has just ended was refused.
    TONUS_SESSION_REFUSED = 5,
    /// End now.
    TONUS_SESSION_STOP = 6,
    /// Breathe at this pace from now on; the only input with a value, in breaths per minute.
    TONUS_SESSION_PACE = 7,
}

/// Where a session stands.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_stage {
    /// Not begun.
    TONUS_STAGE_READY = 0,
    /// Under way.
    TONUS_STAGE_RUNNING = 1,
    /// Interrupted; time stands still.
    TONUS_STAGE_PAUSED = 2,
    /// Every step is done.
    TONUS_STAGE_FINISHED = 3,
    /// Ended early, which needs no reason.
    TONUS_STAGE_STOPPED = 4,
}

/// Why a phase changed.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_cause {
    /// The session began.
    TONUS_CAUSE_STARTED = 0,
    /// Its time was over.
    TONUS_CAUSE_ELAPSED = 1,
    /// It was skipped.
    TONUS_CAUSE_SKIPPED = 2,
    /// A calibration was refused: a break, and then again.
    TONUS_CAUSE_REFUSED = 3,
    /// The session was interrupted.
    TONUS_CAUSE_PAUSED = 4,
    /// The session goes on.
    TONUS_CAUSE_RESUMED = 5,
    /// The pacer has another pace; the phase is the same.
    TONUS_CAUSE_PACED = 6,
    /// Every step is done.
    TONUS_CAUSE_FINISHED = 7,
    /// The session was stopped.
    TONUS_CAUSE_STOPPED = 8,
}

/// What a phase is for.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum tonus_purpose {
    /// A step of the programme, as written.
    TONUS_PURPOSE_STEP = 0,
    /// A short break before a calibration is tried again.
    TONUS_PURPOSE_BREAK = 1,
    /// A calibration that is tried again.
    TONUS_PURPOSE_AGAIN = 2,
}

pub(crate) fn cue(number: u32) -> Result<Cue, tonus_result> {
    let all = [Cue::Free, Cue::Quiet, Cue::Reference, Cue::Rest, Cue::Work];
    all.into_iter().find(|cue| *cue as u32 == number).ok_or(TONUS_ERROR_VALUE)
}

pub(crate) fn kind(number: u32) -> Result<Kind, tonus_result> {
    match number {
        0 => Ok(Kind::Raw),
        1 => Ok(Kind::Envelope),
        _ => Err(TONUS_ERROR_VALUE),
    }
}

pub(crate) const fn kind_number(kind: Kind) -> u32 {
    match kind {
        Kind::Raw => 0,
        Kind::Envelope => 1,
    }
}

pub(crate) fn mains_mode(number: u32) -> Result<MainsMode, tonus_result> {
    match number {
        0 => Ok(MainsMode::Auto),
        1 => Ok(MainsMode::Off),
        50 => Ok(MainsMode::Fixed(Mains::Hz50)),
        60 => Ok(MainsMode::Fixed(Mains::Hz60)),
        _ => Err(TONUS_ERROR_VALUE),
    }
}

/// Notches that are in: 0, 50 or 60.
pub(crate) fn notches(number: u32) -> Result<Option<Mains>, tonus_result> {
    match number {
        0 => Ok(None),
        50 => Ok(Some(Mains::Hz50)),
        60 => Ok(Some(Mains::Hz60)),
        _ => Err(TONUS_ERROR_VALUE),
    }
}

pub(crate) const fn notches_number(mains: Option<Mains>) -> u32 {
    match mains {
        None => 0,
        Some(Mains::Hz50) => 50,
        Some(Mains::Hz60) => 60,
    }
}

pub(crate) fn reference(number: u32) -> Result<ReferenceKind, tonus_result> {
    match number {
        0 => Ok(ReferenceKind::Submaximal),
        1 => Ok(ReferenceKind::Mvc),
        _ => Err(TONUS_ERROR_VALUE),
    }
}

pub(crate) fn step_kind(number: u32) -> Result<StepKind, tonus_result> {
    StepKind::ALL.get(number as usize).copied().ok_or(TONUS_ERROR_VALUE)
}

pub(crate) fn step_kind_number(kind: StepKind) -> u32 {
    StepKind::ALL.iter().position(|known| *known == kind).map_or(u32::MAX, |at| at as u32)
}
