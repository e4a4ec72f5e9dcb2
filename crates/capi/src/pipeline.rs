//! `tonus_pipeline`: frames in microvolts in, a decision per channel every 10 ms out.

use core::ffi::c_void;

use tonus_core::input::{Command, Input};

use crate::calibration::tonus_calibration;
use crate::config::{Setup, tonus_channel_config, tonus_pipeline_config};
use crate::engine::{self, Engine};
use crate::result::{
    Outcome, TONUS_ERROR_HANDLE, TONUS_ERROR_MISMATCH, TONUS_ERROR_NULL, TONUS_ERROR_VALUE, TONUS_NOTHING, TONUS_OK,
    tonus_result,
};
use crate::sink::{callbacks, tonus_sink};
use crate::sizes::{give, read, room, write};
use crate::slot::{end, with};
use crate::words;

const MAGIC: u32 = u32::from_le_bytes(*b"TPIP");

/// A pipeline: filters, calibration, detector, states.
pub struct tonus_pipeline {
    _private: [u8; 0],
}

/// Does something with a pipeline, in turn.
///
/// # Safety
/// The pointer is null or points to a handle of this library.
unsafe fn engine(pipeline: *const tonus_pipeline, work: impl FnOnce(&mut dyn Engine) -> Outcome) -> tonus_result {
    let handle = pipeline.cast_mut().cast::<c_void>();
    let work = |class| {
        // SAFETY: a pipeline of this class, by its head, and it is our turn.
        work(unsafe { engine::engine(handle, class) }.ok_or(TONUS_ERROR_HANDLE)?)
    };
    // SAFETY: passed on.
    unsafe { with(handle, MAGIC, work) }
}

/// Bytes of memory for a pipeline of so many channels, 1 to 8; 0 if this build has none.
///
/// What the limits of a product count: about 4.5 KB, and 4.1 KB for each of 1, 2, 4 or 8 lanes. No other memory is taken.
#[unsafe(no_mangle)]
pub extern "C" fn tonus_pipeline_size(channels: u32) -> usize {
    engine::class(channels).map_or(0, engine::size)
}

/// Makes `size` bytes of the caller's memory, aligned to TONUS_ALIGNMENT, a pipeline.
///
/// `channels` is null for plain raw channels, or points to as many as the configuration says. The handle is the memory: keep it
/// until tonus_pipeline_deinit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_init(
    memory: *mut c_void,
    size: usize,
    config: *const tonus_pipeline_config,
    channels: *const tonus_channel_config,
    pipeline: *mut *mut tonus_pipeline,
) -> tonus_result {
    if pipeline.is_null() {
        return TONUS_ERROR_NULL;
    }
    // SAFETY: as the caller says.
    let made = unsafe {
        Setup::accept(config, channels)
            .and_then(|setup| engine::place(memory, size, MAGIC, false, &setup))
            .and_then(|()| give(pipeline, memory.cast()))
    };
    made.map_or_else(|e| e, |()| TONUS_OK)
}

/// Ends a pipeline in the caller's memory. The memory may then be used for anything.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_deinit(pipeline: *mut tonus_pipeline) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { end(pipeline.cast(), MAGIC, false) }.map_or_else(|e| e, |_| TONUS_OK)
}

/// Makes a pipeline on the heap. `channels` is as for tonus_pipeline_init. Not in builds without the standard library.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_new(
    config: *const tonus_pipeline_config,
    channels: *const tonus_channel_config,
    pipeline: *mut *mut tonus_pipeline,
) -> tonus_result {
    if pipeline.is_null() {
        return TONUS_ERROR_NULL;
    }
    let make = || {
        // SAFETY: as the caller says.
        let setup = unsafe { Setup::accept(config, channels) }?;
        let size = tonus_pipeline_size(setup.count as u32);
        let made = crate::heap::make(size, |memory, size| {
            // SAFETY: just allocated.
            unsafe { engine::place(memory, size, MAGIC, true, &setup) }.map(|()| memory.cast())
        })?;
        // SAFETY: as the caller says.
        unsafe { give(pipeline, made) }
    };
    make().map_or_else(|e| e, |()| TONUS_OK)
}

/// Frees a pipeline from tonus_pipeline_new. Freeing it again is refused, unless its memory is another handle by then.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_free(pipeline: *mut tonus_pipeline) -> tonus_result {
    // SAFETY: on the list of living handles when this is called.
    let end = || unsafe { end(pipeline.cast(), MAGIC, true) }.map(engine::size);
    crate::heap::free(pipeline.cast(), end).map_or_else(|e| e, |()| TONUS_OK)
}

/// Takes `frames` frames: interleaved values of all channels, in microvolts minus each channel's anchor (its first value).
///
/// `values_uv` may be null if there are no frames; `sink` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_push_frames(
    pipeline: *mut tonus_pipeline,
    values_uv: *const f32,
    frames: usize,
    sink: *const tonus_sink,
) -> tonus_result {
    let work = |engine: &mut dyn Engine| {
        // SAFETY: as the caller says.
        let mut sink = unsafe { callbacks(sink) }?;
        if frames == 0 {
            return Ok(TONUS_OK);
        }
        if values_uv.is_null() {
            return Err(TONUS_ERROR_NULL);
        }
        let count = frames.checked_mul(engine.channels()).ok_or(TONUS_ERROR_VALUE)?;
        if count > isize::MAX as usize / size_of::<f32>() || !values_uv.is_aligned() {
            return Err(TONUS_ERROR_VALUE);
        }
        // SAFETY: not null, aligned, and by the caller's word so many values.
        let values = unsafe { core::slice::from_raw_parts(values_uv, count) };
        engine.push(Input::Frames(values), &mut sink).map_err(|_| TONUS_ERROR_VALUE)?;
        Ok(TONUS_OK)
    };
    // SAFETY: as the caller says.
    unsafe { engine(pipeline, work) }
}

/// Frames that are known to be missing. Takes time in proportion: a decision per channel for every 10 ms of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_push_gap(
    pipeline: *mut tonus_pipeline,
    frames: u64,
    sink: *const tonus_sink,
) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { push(pipeline, Input::Gap { frames }, sink) }
}

/// The source went silent for an unknown time. The index does not move; filters start again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_push_stalled(
    pipeline: *mut tonus_pipeline,
    sink: *const tonus_sink,
) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { push(pipeline, Input::Stalled, sink) }
}

/// From the next sample on this is asked for, a tonus_cue. Leaving quiet or reference closes that calibration step.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_push_cue(
    pipeline: *mut tonus_pipeline,
    cue: u32,
    sink: *const tonus_sink,
) -> tonus_result {
    match words::cue(cue) {
        // SAFETY: as the caller says.
        Ok(cue) => unsafe { push(pipeline, Input::Command(Command::Cue(cue)), sink) },
        Err(result) => result,
    }
}

/// # Safety
/// As the caller of C says.
unsafe fn push(pipeline: *mut tonus_pipeline, input: Input<'_>, sink: *const tonus_sink) -> tonus_result {
    let work = |engine: &mut dyn Engine| {
        // SAFETY: passed on.
        let mut sink = unsafe { callbacks(sink) }?;
        engine.push(input, &mut sink).map_err(|_| TONUS_ERROR_VALUE)?;
        Ok(TONUS_OK)
    };
    // SAFETY: passed on.
    unsafe { engine(pipeline, work) }
}

/// Uses a stored calibration for one channel (from 0) from the next sample on.
///
/// TONUS_ERROR_VALUE if it is damaged, TONUS_ERROR_MISMATCH if it was made with another rate, kind or high-pass.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_use_calibration(
    pipeline: *mut tonus_pipeline,
    channel: u32,
    calibration: *const tonus_calibration,
) -> tonus_result {
    let work = |engine: &mut dyn Engine| {
        // SAFETY: as the caller says.
        let calibration = unsafe { read(calibration) }?.checked()?;
        if channel as usize >= engine.channels() {
            return Err(TONUS_ERROR_VALUE);
        }
        engine.check_calibration(channel as usize, &calibration).map_err(|_| TONUS_ERROR_MISMATCH)?;
        let command = Command::Calibration { channel: channel as u8, calibration };
        // SAFETY: null is a sink.
        let mut sink = unsafe { callbacks(core::ptr::null()) }?;
        engine.push(Input::Command(command), &mut sink).map_err(|_| TONUS_ERROR_VALUE)?;
        Ok(TONUS_OK)
    };
    // SAFETY: as the caller says.
    unsafe { engine(pipeline, work) }
}

/// The calibration in force for a channel (from 0), written to `size` bytes. TONUS_NOTHING if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_calibration(
    pipeline: *const tonus_pipeline,
    channel: u32,
    calibration: *mut tonus_calibration,
    size: usize,
) -> tonus_result {
    let work = |engine: &mut dyn Engine| {
        room(calibration, size)?;
        if channel as usize >= engine.channels() {
            return Err(TONUS_ERROR_VALUE);
        }
        let Some(found) = engine.calibration(channel as usize) else { return Ok(TONUS_NOTHING) };
        // SAFETY: as the caller says.
        unsafe { write(calibration, size, found.into()) }?;
        Ok(TONUS_OK)
    };
    // SAFETY: as the caller says.
    unsafe { engine(pipeline, work) }
}

/// Index of the next sample, gaps included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_index(pipeline: *const tonus_pipeline, index: *mut u64) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { engine(pipeline, |engine| give(index, engine.index()).map(|()| TONUS_OK)) }
}

/// SHA-256 over all decisions so far, 32 bytes. Two runs that agree here agree in everything they decided.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_digest(pipeline: *const tonus_pipeline, digest: *mut u8) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { engine(pipeline, |engine| give(digest.cast::<[u8; 32]>(), engine.digest()).map(|()| TONUS_OK)) }
}

/// How late decisions are now, in milliseconds, from the muscle to the decision; transport not included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_latency(
    pipeline: *const tonus_pipeline,
    milliseconds: *mut f64,
) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { engine(pipeline, |engine| give(milliseconds, engine.latency().total_ms()).map(|()| TONUS_OK)) }
}

/// The mains notches that are in: 0, 50 or 60.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_mains(pipeline: *const tonus_pipeline, hz: *mut u32) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { engine(pipeline, |engine| give(hz, words::notches_number(engine.mains())).map(|()| TONUS_OK)) }
}
