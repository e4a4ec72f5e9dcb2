//! `tonus_sink`: what a pipeline finds out, handed to functions of the caller.

use core::ffi::c_void;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::Decision;
use tonus_core::sink::Sink;

use crate::calibration::tonus_calibration;
use crate::result::tonus_result;
use crate::sizes::{Sized32, read};
use crate::words::tonus_refusal;

/// What the pipeline says about one channel every 10 ms.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_decision {
    /// Number of the tick, from 1; the decision stands for the 10 ms that end at tick x 0.01 s.
    pub tick: u64,
    /// Index of the last sample the decision has seen.
    pub index: u64,
    /// Channel, from 0.
    pub channel: u32,
    /// A tonus_state.
    pub state: u32,
    /// Bits of tonus_reason.
    pub reasons: u32,
    /// Bits of tonus_quality; 0 if nothing is wrong.
    pub quality: u32,
    /// Envelope in microvolts; NAN if there is none.
    pub envelope_uv: f32,
    /// 0 at rest, 1 at the reference; NAN before both are known.
    pub activation: f32,
    /// A tonus_cue: what was asked for.
    pub cue: u32,
    /// 1 if the muscle lies above the deepest rest of the session, whatever the baseline says, 0 if it does not, -1 while it works and
    /// where it cannot be told.
    pub tense: i32,
}

/// Where decisions go. Each function may be null. They run inside the call that pushed, and return; what they point to lives
/// until they do.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_sink {
    /// sizeof(tonus_sink).
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// Handed to every function.
    pub user: *mut c_void,
    /// One decision; channels in order, then the next tick.
    pub decision: Option<unsafe extern "C" fn(user: *mut c_void, decision: *const tonus_decision)>,
    /// A calibration step of a channel was closed and accepted.
    pub calibrated:
        Option<unsafe extern "C" fn(user: *mut c_void, channel: u32, calibration: *const tonus_calibration)>,
    /// A calibration step of a channel was closed and refused: a tonus_refusal and its value (NAN if it has none).
    pub refused: Option<unsafe extern "C" fn(user: *mut c_void, channel: u32, refusal: u32, value: f32)>,
}

// SAFETY: `repr(C)`, the size first, and null is a value of each pointer. Other bits of the pointers are the caller's word.
unsafe impl Sized32 for tonus_sink {}

impl tonus_sink {
    const NONE: Self = Self {
        struct_size: size_of::<Self>() as u32,
        reserved: 0,
        user: core::ptr::null_mut(),
        decision: None,
        calibrated: None,
        refused: None,
    };
}

/// The sink behind a pointer; null throws everything away.
///
/// # Safety
/// The pointer as for [`read`], and the functions in it as their types say.
pub(crate) unsafe fn callbacks(pointer: *const tonus_sink) -> Result<Callbacks, tonus_result> {
    if pointer.is_null() {
        return Ok(Callbacks(tonus_sink::NONE));
    }
    // SAFETY: passed on.
    unsafe { read(pointer) }.map(Callbacks)
}

/// A checked sink.
pub(crate) struct Callbacks(tonus_sink);

impl Sink for Callbacks {
    fn decision(&mut self, d: &Decision) {
        let Some(function) = self.0.decision else { return };
        let decision = tonus_decision {
            tick: d.tick,
            index: d.index,
            channel: u32::from(d.channel),
            state: d.state as u32,
            reasons: u32::from(d.reasons.bits()),
            quality: u32::from(d.quality.bits()),
            envelope_uv: d.envelope_uv,
            activation: d.activation,
            cue: d.cue as u32,
            tense: d.tense.map_or(-1, i32::from),
        };
        // SAFETY: a function of this type, by the caller's word.
        unsafe { function(self.0.user, &raw const decision) };
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        let Some(function) = self.0.calibrated else { return };
        let calibration = tonus_calibration::from(calibration);
        // SAFETY: as above.
        unsafe { function(self.0.user, u32::from(channel), &raw const calibration) };
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        let Some(function) = self.0.refused else { return };
        let (number, value) = match refusal {
            Refusal::TooShort { valid_s, .. } => (tonus_refusal::TONUS_REFUSAL_TOO_SHORT, valid_s),
            Refusal::NoSignal => (tonus_refusal::TONUS_REFUSAL_NO_SIGNAL, f32::NAN),
            Refusal::NotSeparable { ratio } => (tonus_refusal::TONUS_REFUSAL_NOT_SEPARABLE, ratio),
            Refusal::NoBaseline => (tonus_refusal::TONUS_REFUSAL_NO_BASELINE, f32::NAN),
            _ => (tonus_refusal::TONUS_REFUSAL_OTHER, f32::NAN),
        };
        // SAFETY: as above.
        unsafe { function(self.0.user, u32::from(channel), number as u32, value) };
    }
}
