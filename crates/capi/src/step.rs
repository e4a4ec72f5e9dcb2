//! `tonus_step`: a programme as an array of steps and repeats.

use tonus_core::training::{AdaptiveConfig, BreathConfig, Entry, Step, StepKind, Target};

use crate::result::{TONUS_ERROR_VALUE, TONUS_OK, tonus_result};
use crate::sizes::{Sized32, write};
use crate::words;

/// One step, or a repeat of the entries that follow. Fill it with tonus_step_init, then change what is to be different.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_step {
    /// sizeof(tonus_step).
    pub struct_size: u32,
    /// A tonus_step_kind.
    pub kind: u32,
    /// How long, in milliseconds, from 200.
    pub duration_ms: u32,
    /// A tonus_target.
    pub target: u32,
    /// Ceiling, and where a ceiling that follows begins, in multiples of the own baseline.
    pub start_ratio: f32,
    /// A ceiling that follows never falls below this.
    pub lowest_ratio: f32,
    /// A ceiling that follows never rises above this.
    pub highest_ratio: f32,
    /// The share of the time that should be below a ceiling that follows.
    pub success_share: f32,
    /// How far it may move in a minute, in multiples of the baseline.
    pub ratio_per_min: f32,
    /// Lower edge of the band; 0 is rest.
    pub band_low: f32,
    /// Upper edge of the band; 1 is the reference.
    pub band_high: f32,
    /// Share of the valid time that must be on target for the step to count; 0 for no such rule.
    pub pass_share: f32,
    /// Of a breathing step: breathing in, in milliseconds; 0 without a pacer.
    pub inhale_ms: u32,
    /// Of a breathing step: breathing out, in milliseconds; 0 without a pacer.
    pub exhale_ms: u32,
    /// How often a refused calibration is tried again.
    pub retries: u32,
    /// Number of the text to show.
    pub prompt: u32,
    /// Number of the segment that its measurements are gathered in; -1 for none.
    pub segment: i32,
    /// Of a repeat: how often.
    pub repeat_times: u32,
    /// Of a repeat: how many of the entries that follow, repeats in it and their entries counted in.
    pub repeat_entries: u32,
    /// 0.
    pub reserved: u32,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Sized32 for tonus_step {}

const REPEAT: u32 = words::tonus_step_kind::TONUS_STEP_REPEAT as u32;

impl tonus_step {
    fn new(kind: u32, duration_ms: u32) -> Self {
        let adaptive = AdaptiveConfig::default();
        let breath = if kind == words::tonus_step_kind::TONUS_STEP_BREATHE as u32 {
            BreathConfig::default()
        } else {
            BreathConfig { inhale_ms: 0, exhale_ms: 0 }
        };
        Self {
            struct_size: size_of::<Self>() as u32,
            kind,
            duration_ms,
            target: 0,
            start_ratio: adaptive.start_ratio,
            lowest_ratio: adaptive.lowest_ratio,
            highest_ratio: adaptive.highest_ratio,
            success_share: adaptive.success_share,
            ratio_per_min: adaptive.ratio_per_min,
            band_low: 0.0,
            band_high: 0.0,
            pass_share: 0.0,
            inhale_ms: breath.inhale_ms,
            exhale_ms: breath.exhale_ms,
            retries: 0,
            prompt: 0,
            segment: -1,
            repeat_times: 1,
            repeat_entries: 0,
            reserved: 0,
        }
    }

    /// As the core knows it; whether its numbers make sense is for the programme to say.
    pub(crate) fn entry(&self) -> Result<Entry, tonus_result> {
        if self.kind == REPEAT {
            let times = u16::try_from(self.repeat_times).map_err(|_| TONUS_ERROR_VALUE)?;
            let entries = u8::try_from(self.repeat_entries).map_err(|_| TONUS_ERROR_VALUE)?;
            return Ok(Entry::Repeat { times, entries });
        }
        let target = match self.target {
            0 => Target::None,
            1 => Target::Ceiling { ratio: self.start_ratio },
            2 => Target::Adaptive(AdaptiveConfig {
                start_ratio: self.start_ratio,
                lowest_ratio: self.lowest_ratio,
                highest_ratio: self.highest_ratio,
                success_share: self.success_share,
                ratio_per_min: self.ratio_per_min,
            }),
            3 => Target::Band { low: self.band_low, high: self.band_high },
            _ => return Err(TONUS_ERROR_VALUE),
        };
        let kind: StepKind = words::step_kind(self.kind)?;
        let breath = (self.inhale_ms > 0 || self.exhale_ms > 0)
            .then_some(BreathConfig { inhale_ms: self.inhale_ms, exhale_ms: self.exhale_ms });
        Ok(Entry::Step(Step {
            target,
            pass_share: self.pass_share,
            breath,
            retries: u8::try_from(self.retries).map_err(|_| TONUS_ERROR_VALUE)?,
            prompt: u16::try_from(self.prompt).map_err(|_| TONUS_ERROR_VALUE)?,
            segment: match self.segment {
                -1 => None,
                number => Some(u8::try_from(number).map_err(|_| TONUS_ERROR_VALUE)?),
            },
            ..Step::new(kind, self.duration_ms)
        }))
    }
}

/// Writes a step without target, rule, retries or segment to `step`, which has `size` bytes. A breathing step gets the usual
/// pacer, 4 s in and 6 s out.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_step_init(
    step: *mut tonus_step,
    size: usize,
    kind: u32,
    duration_ms: u32,
) -> tonus_result {
    if kind > REPEAT {
        return TONUS_ERROR_VALUE;
    }
    // SAFETY: as the caller says.
    unsafe { write(step, size, tonus_step::new(kind, duration_ms)) }.map_or_else(|e| e, |()| TONUS_OK)
}
