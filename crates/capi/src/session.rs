//! `tonus_session`: what a person is asked to do and when. It knows neither clock nor signal: it is told sample indices and
//! says which cue the pipeline is to be given from which sample on.

use core::ffi::c_void;

use tonus_core::training::{
    BreathPhase, Cause, Entry, PhaseChange, Program, Purpose, Session, SessionInput, Stage, Step, StepKind,
};
use tonus_dsp::units::SampleRate;

use crate::result::{
    Outcome, TONUS_ERROR_CONFIG, TONUS_ERROR_NULL, TONUS_ERROR_PROGRAM, TONUS_ERROR_VALUE, TONUS_NOTHING, TONUS_OK,
    tonus_result,
};
use crate::sizes::{Sized32, give, read, room, write};
use crate::slot::{Blank, Slot, begin, check_memory, end, with};
use crate::step::tonus_step;
use crate::words;

const MAGIC: u32 = u32::from_le_bytes(*b"TSES");

/// Most entries of a programme.
pub const TONUS_MAX_STEPS: usize = 64;

/// A training session under way.
pub struct tonus_session {
    _private: [u8; 0],
}

/// From one phase to the next.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_phase_change {
    /// sizeof(tonus_phase_change).
    pub struct_size: u32,
    /// A tonus_cause: why.
    pub cause: u32,
    /// The first sample for which it holds.
    pub at: u64,
    /// First sample of the phase now.
    pub phase_start: u64,
    /// The sample after its last.
    pub phase_end: u64,
    /// A tonus_stage: where the session stands now.
    pub stage: u32,
    /// A tonus_cue: what the pipeline is to be told from this sample on.
    pub cue: u32,
    /// Number of the phase, from 1; 0 if there is none, and then what follows is 0 too.
    pub phase: u32,
    /// A tonus_purpose: what it is for.
    pub purpose: u32,
    /// A tonus_step_kind: what is asked for; a break is free.
    pub kind: u32,
    /// Entry of the programme, from 0.
    pub entry: u32,
    /// Number of the turn of the innermost repeat, from 1.
    pub turn: u32,
    /// How many turns there are.
    pub turns: u32,
    /// Number of the text to show.
    pub prompt: u32,
    /// 0.
    pub reserved: u32,
}

/// A place in a breath.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_breath {
    /// sizeof(tonus_breath).
    pub struct_size: u32,
    /// 0 breathing in, 1 breathing out.
    pub is_exhale: u32,
    /// Number of the breath, from 0.
    pub number: u64,
    /// How far this way: 0 at its beginning, below 1.
    pub progress: f32,
    /// 0.
    pub reserved: u32,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Sized32 for tonus_phase_change {}
// SAFETY: as above.
unsafe impl Sized32 for tonus_breath {}

type Own = Session<TONUS_MAX_STEPS>;

// SAFETY: this very value, which the compiler checks because it is a constant.
const _: Own = unsafe { core::mem::zeroed() };
// SAFETY: see the constant.
unsafe impl Blank for Own {}

const fn stage(stage: Stage) -> u32 {
    match stage {
        Stage::Ready => 0,
        Stage::Running => 1,
        Stage::Paused => 2,
        Stage::Finished => 3,
        Stage::Stopped => 4,
    }
}

const fn cause(cause: Cause) -> u32 {
    match cause {
        Cause::Started => 0,
        Cause::Elapsed => 1,
        Cause::Skipped => 2,
        Cause::Refused => 3,
        Cause::Paused => 4,
        Cause::Resumed => 5,
        Cause::Paced => 6,
        Cause::Finished => 7,
        Cause::Stopped => 8,
    }
}

const fn purpose(purpose: Purpose) -> u32 {
    match purpose {
        Purpose::Step => 0,
        Purpose::Break => 1,
        Purpose::Again => 2,
    }
}

impl From<PhaseChange> for tonus_phase_change {
    fn from(change: PhaseChange) -> Self {
        let mut out = Self {
            struct_size: size_of::<Self>() as u32,
            cause: cause(change.cause),
            at: change.at,
            phase_start: 0,
            phase_end: 0,
            stage: stage(change.stage),
            cue: change.cue as u32,
            phase: 0,
            purpose: 0,
            kind: 0,
            entry: 0,
            turn: 0,
            turns: 0,
            prompt: 0,
            reserved: 0,
        };
        if let Some(phase) = change.phase {
            (out.phase_start, out.phase_end, out.phase) = (phase.start, phase.end, phase.number);
            (out.purpose, out.kind) = (purpose(phase.purpose), words::step_kind_number(phase.kind()));
            (out.entry, out.prompt) = (phase.entry as u32, u32::from(phase.step.prompt));
            (out.turn, out.turns) = (u32::from(phase.turn.number), u32::from(phase.turn.of));
        }
        out
    }
}

/// Does something with a session, in turn.
///
/// # Safety
/// The pointer is null or points to a handle of this library.
unsafe fn session(session: *const tonus_session, work: impl FnOnce(&mut Own) -> Outcome) -> tonus_result {
    let handle = session.cast_mut().cast::<c_void>();
    // SAFETY: a session, by its head, and it is our turn.
    let work = |_| work(unsafe { &mut (*handle.cast::<Slot<Own>>()).value });
    // SAFETY: passed on.
    unsafe { with(handle, MAGIC, work) }
}

/// Makes memory a session.
///
/// # Safety
/// `memory` is null or points to `size` bytes that are nobody else's; `steps` is null or points to `count` steps.
unsafe fn place(
    memory: *mut c_void,
    size: usize,
    is_heap: bool,
    steps: *const tonus_step,
    count: usize,
    rate_hz: f64,
) -> Result<(), tonus_result> {
    let rate = SampleRate::new(rate_hz).map_err(|_| TONUS_ERROR_CONFIG)?;
    if steps.is_null() {
        return Err(TONUS_ERROR_NULL);
    }
    if count > TONUS_MAX_STEPS {
        return Err(TONUS_ERROR_PROGRAM);
    }
    let slot = check_memory::<Own>(memory, size)?;
    let mut entries = [Entry::Step(Step::new(StepKind::Free, 0)); TONUS_MAX_STEPS];
    for (i, entry) in entries.iter_mut().enumerate().take(count) {
        // SAFETY: the caller says that there are `count`.
        *entry = unsafe { read(steps.wrapping_add(i)) }?.entry()?;
    }
    let program = Program::new(&entries[..count]).map_err(|_| TONUS_ERROR_PROGRAM)?;
    let set_up = |session: &mut Own| {
        *session = Session::new(program, rate);
        Ok(())
    };
    // SAFETY: large enough and aligned, as was just checked; the rest is the caller's word.
    unsafe { begin(slot, MAGIC, 0, is_heap, set_up) }
}

/// Bytes of memory for a session.
#[unsafe(no_mangle)]
pub extern "C" fn tonus_session_size() -> usize {
    size_of::<Slot<Own>>()
}

/// Makes `size` bytes of the caller's memory, aligned to TONUS_ALIGNMENT, a session that has not begun: the `count` steps of a
/// programme at a sampling rate in Hz. The handle is the memory: keep it until tonus_session_deinit. The steps are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_session_init(
    memory: *mut c_void,
    size: usize,
    steps: *const tonus_step,
    count: usize,
    rate_hz: f64,
    session: *mut *mut tonus_session,
) -> tonus_result {
    if session.is_null() {
        return TONUS_ERROR_NULL;
    }
    // SAFETY: as the caller says.
    let made = unsafe { place(memory, size, false, steps, count, rate_hz).and_then(|()| give(session, memory.cast())) };
    made.map_or_else(|e| e, |()| TONUS_OK)
}

/// Ends a session in the caller's memory. The memory may then be used for anything.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_session_deinit(session: *mut tonus_session) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { end(session.cast(), MAGIC, false) }.map_or_else(|e| e, |_| TONUS_OK)
}

/// Makes a session on the heap; see tonus_session_init. Not in builds without the standard library.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_session_new(
    steps: *const tonus_step,
    count: usize,
    rate_hz: f64,
    session: *mut *mut tonus_session,
) -> tonus_result {
    if session.is_null() {
        return TONUS_ERROR_NULL;
    }
    let made = crate::heap::make(tonus_session_size(), |memory, size| {
        // SAFETY: just allocated; the rest as the caller says.
        unsafe { place(memory, size, true, steps, count, rate_hz) }.map(|()| memory.cast())
    });
    // SAFETY: as the caller says.
    made.and_then(|made| unsafe { give(session, made) }).map_or_else(|e| e, |()| TONUS_OK)
}

/// Frees a session from tonus_session_new. Freeing it again is refused, unless its memory is another handle by then.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_session_free(session: *mut tonus_session) -> tonus_result {
    // SAFETY: on the list of living handles when this is called.
    let end = || unsafe { end(session.cast(), MAGIC, true) }.map(|_| tonus_session_size());
    crate::heap::free(session.cast(), end).map_or_else(|e| e, |()| TONUS_OK)
}

/// Tells a session a tonus_session_input at sample `at`; `pace` is looked at for TONUS_SESSION_PACE only.
///
/// What changes is written to `change`, which has `size` bytes; TONUS_NOTHING if nothing does. Give TONUS_SESSION_TIME whenever
/// samples have come and before they go into the pipeline, again and again until nothing changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_session_step(
    session: *mut tonus_session,
    at: u64,
    input: u32,
    pace: f64,
    change: *mut tonus_phase_change,
    size: usize,
) -> tonus_result {
    let work = |session: &mut Own| {
        room(change, size)?;
        let input = match input {
            0 => SessionInput::Start,
            1 => SessionInput::Time,
            2 => SessionInput::Pause,
            3 => SessionInput::Resume,
            4 => SessionInput::Skip,
            5 => SessionInput::Refused,
            6 => SessionInput::Stop,
            7 if pace.is_finite() => SessionInput::Pace(pace),
            _ => return Err(TONUS_ERROR_VALUE),
        };
        let Some(changed) = session.step(at, input) else { return Ok(TONUS_NOTHING) };
        // SAFETY: as the caller says.
        unsafe { write(change, size, changed.into()) }?;
        Ok(TONUS_OK)
    };
    // SAFETY: as the caller says.
    unsafe { self::session(session, work) }
}

/// The sample before which nothing changes by itself: cut blocks there. TONUS_NOTHING unless running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_session_next_deadline(session: *const tonus_session, index: *mut u64) -> tonus_result {
    let work = |session: &mut Own| {
        if index.is_null() {
            return Err(TONUS_ERROR_NULL);
        }
        let Some(deadline) = session.next_deadline() else { return Ok(TONUS_NOTHING) };
        // SAFETY: as the caller says.
        unsafe { give(index, deadline) }?;
        Ok(TONUS_OK)
    };
    // SAFETY: as the caller says.
    unsafe { self::session(session, work) }
}

/// Where in a breath a sample lies, written to `size` bytes. TONUS_NOTHING while no pacer is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_session_breath(
    session: *const tonus_session,
    index: u64,
    breath: *mut tonus_breath,
    size: usize,
) -> tonus_result {
    let work = |session: &mut Own| {
        room(breath, size)?;
        let Some(found) = session.breath(index) else { return Ok(TONUS_NOTHING) };
        let out = tonus_breath {
            struct_size: size_of::<tonus_breath>() as u32,
            is_exhale: u32::from(found.phase == BreathPhase::Exhale),
            number: found.number,
            progress: found.progress,
            reserved: 0,
        };
        // SAFETY: as the caller says.
        unsafe { write(breath, size, out) }?;
        Ok(TONUS_OK)
    };
    // SAFETY: as the caller says.
    unsafe { self::session(session, work) }
}
