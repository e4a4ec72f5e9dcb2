//! What C programs do wrong gives a result and changes nothing. `tests/c/misuse.c` does the same under valgrind and
//! AddressSanitizer.
#![allow(
    clippy::undocumented_unsafe_blocks,
    clippy::borrow_as_ptr,
    clippy::wildcard_imports,
    reason = "as a C program would: every pointer is to something of the test, or wrong on purpose"
)]

use std::ffi::{CStr, c_void};
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};

use tonus_capi::calibration::tonus_calibration;
use tonus_capi::config::{
    tonus_channel_config, tonus_channel_config_init, tonus_pipeline_config, tonus_pipeline_config_init,
    tonus_pipeline_explain, tonus_problem,
};
use tonus_capi::decoder::*;
use tonus_capi::pipeline::*;
use tonus_capi::result::*;
use tonus_capi::session::*;
use tonus_capi::sink::{tonus_decision, tonus_sink};
use tonus_capi::step::{tonus_step, tonus_step_init};
use tonus_capi::version::{TONUS_ABI_VERSION, tonus_abi_version, tonus_version};

fn config() -> tonus_pipeline_config {
    let mut config = MaybeUninit::uninit();
    let size = size_of::<tonus_pipeline_config>();
    assert_eq!(unsafe { tonus_pipeline_config_init(config.as_mut_ptr(), size, 1000.0, 2) }, TONUS_OK);
    unsafe { config.assume_init() }
}

fn pipeline() -> *mut tonus_pipeline {
    let mut made = null_mut();
    assert_eq!(unsafe { tonus_pipeline_new(&config(), null(), &mut made) }, TONUS_OK);
    made
}

/// Memory as a microcontroller has it.
#[repr(align(8))]
struct Memory([u8; 12_000]);

#[test]
fn null_is_noticed_everywhere() {
    unsafe {
        let (pipeline, mut out) = (pipeline(), null_mut());
        assert_eq!(tonus_pipeline_config_init(null_mut(), 80, 1000.0, 2), TONUS_ERROR_NULL);
        assert_eq!(tonus_pipeline_new(null(), null(), &mut out), TONUS_ERROR_NULL);
        assert_eq!(tonus_pipeline_new(&config(), null(), null_mut()), TONUS_ERROR_NULL);
        assert_eq!(tonus_pipeline_init(null_mut(), 12_000, &config(), null(), &mut out), TONUS_ERROR_NULL);
        assert_eq!(tonus_pipeline_push_frames(null_mut(), null(), 0, null()), TONUS_ERROR_NULL);
        assert_eq!(tonus_pipeline_push_frames(pipeline, null(), 1, null()), TONUS_ERROR_NULL);
        assert_eq!(tonus_pipeline_push_frames(pipeline, null(), 0, null()), TONUS_OK);
        assert_eq!(tonus_pipeline_index(pipeline, null_mut()), TONUS_ERROR_NULL);
        assert_eq!(tonus_pipeline_digest(pipeline, null_mut()), TONUS_ERROR_NULL);
        assert_eq!(tonus_pipeline_use_calibration(pipeline, 0, null()), TONUS_ERROR_NULL);
        assert_eq!(tonus_pipeline_free(null_mut()), TONUS_ERROR_NULL);
        assert_eq!(tonus_decoder_push(null_mut(), null(), 0, null()), TONUS_ERROR_NULL);
        assert_eq!(tonus_session_next_deadline(null(), null_mut()), TONUS_ERROR_NULL);
        assert!(out.is_null(), "an output is written only with TONUS_OK");
        assert_eq!(tonus_pipeline_free(pipeline), TONUS_OK);
    }
}

#[test]
fn another_size_is_another_header() {
    unsafe {
        let mut config = config();
        config.struct_size += 8;
        let mut out = null_mut();
        assert_eq!(tonus_pipeline_new(&config, null(), &mut out), TONUS_ERROR_SIZE);
        assert_eq!(tonus_pipeline_config_init(&mut config, 4, 1000.0, 2), TONUS_ERROR_SIZE);
        let pipeline = pipeline();
        let mut calibration = MaybeUninit::<tonus_calibration>::uninit();
        assert_eq!(tonus_pipeline_calibration(pipeline, 0, calibration.as_mut_ptr(), 8), TONUS_ERROR_SIZE);
        let sink = tonus_sink { struct_size: 1, ..sink(None, null_mut()) };
        assert_eq!(tonus_pipeline_push_gap(pipeline, 1, &sink), TONUS_ERROR_SIZE);
        let mut index = 7;
        assert_eq!((tonus_pipeline_index(pipeline, &mut index), index), (TONUS_OK, 0));
        assert_eq!(tonus_pipeline_free(pipeline), TONUS_OK);
    }
}

#[test]
fn numbers_that_stand_for_nothing_are_refused() {
    unsafe {
        let pipeline = pipeline();
        assert_eq!(tonus_pipeline_push_cue(pipeline, 5, null()), TONUS_ERROR_VALUE);
        assert_eq!(tonus_pipeline_push_cue(pipeline, u32::MAX, null()), TONUS_ERROR_VALUE);
        assert_eq!(tonus_pipeline_push_frames(pipeline, std::ptr::dangling(), usize::MAX, null()), TONUS_ERROR_VALUE);
        let mut found = MaybeUninit::<tonus_calibration>::uninit();
        let size = size_of::<tonus_calibration>();
        assert_eq!(tonus_pipeline_calibration(pipeline, 2, found.as_mut_ptr(), size), TONUS_ERROR_VALUE);
        assert_eq!(tonus_pipeline_calibration(pipeline, 1, found.as_mut_ptr(), size), TONUS_NOTHING);
        let mut out = null_mut();
        for change in [
            |c: &mut tonus_pipeline_config| c.mains = 55,
            |c: &mut tonus_pipeline_config| c.reference = 2,
            |c: &mut tonus_pipeline_config| c.reserved = 1,
        ] {
            let mut wrong = config();
            change(&mut wrong);
            assert_eq!(tonus_pipeline_new(&wrong, null(), &mut out), TONUS_ERROR_VALUE);
        }
        let mut channels = [MaybeUninit::<tonus_channel_config>::uninit(); 2];
        for channel in &mut channels {
            assert_eq!(tonus_channel_config_init(channel.as_mut_ptr(), size_of::<tonus_channel_config>()), TONUS_OK);
        }
        let mut channels = channels.map(|channel| channel.assume_init());
        channels[1].kind = 2;
        assert_eq!(tonus_pipeline_new(&config(), channels.as_ptr(), &mut out), TONUS_ERROR_VALUE);
        channels[1].kind = 0;
        channels[1].low_rail_uv = -5.0; // and no upper one
        assert_eq!(tonus_pipeline_new(&config(), channels.as_ptr(), &mut out), TONUS_ERROR_VALUE);
        assert!(out.is_null());
        let mut stream = MaybeUninit::<tonus_decoder_config>::uninit();
        let size = size_of::<tonus_decoder_config>();
        assert_eq!(tonus_decoder_config_init(stream.as_mut_ptr(), size, 13), TONUS_ERROR_VALUE);
        assert_eq!(tonus_pipeline_free(pipeline), TONUS_OK);
    }
}

#[test]
fn a_setting_outside_its_limits_is_named() {
    unsafe {
        let mut wrong = config();
        wrong.highpass_hz = f64::NAN;
        let (mut out, mut problem) = (null_mut(), MaybeUninit::<tonus_problem>::uninit());
        assert_eq!(tonus_pipeline_new(&wrong, null(), &mut out), TONUS_ERROR_CONFIG);
        let size = size_of::<tonus_problem>();
        assert_eq!(tonus_pipeline_explain(&wrong, null(), problem.as_mut_ptr(), size), TONUS_OK);
        let problem = problem.assume_init();
        assert_eq!(CStr::from_ptr(problem.field.as_ptr()).to_str(), Ok("highpass_hz"));
        assert_eq!((problem.min, problem.max), (1.0, 400.0));
        assert!(problem.value.is_nan());
        let mut other = MaybeUninit::<tonus_problem>::uninit();
        assert_eq!(tonus_pipeline_explain(&config(), null(), other.as_mut_ptr(), size), TONUS_NOTHING);
        wrong.channels = 9;
        assert_eq!(tonus_pipeline_new(&wrong, null(), &mut out), TONUS_ERROR_CONFIG);
        assert_eq!(tonus_pipeline_size(9), 0);
    }
}

#[test]
fn freeing_twice_or_the_wrong_thing_is_refused() {
    unsafe {
        let pipeline = pipeline();
        assert_eq!(tonus_decoder_free(pipeline.cast()), TONUS_ERROR_HANDLE);
        assert_eq!(tonus_decoder_push(pipeline.cast(), [1].as_ptr(), 1, null()), TONUS_ERROR_HANDLE);
        assert_eq!(tonus_pipeline_deinit(pipeline), TONUS_ERROR_HANDLE);
        assert_eq!(tonus_pipeline_free(pipeline), TONUS_OK);
        assert_eq!(tonus_pipeline_free(pipeline), TONUS_ERROR_HANDLE);
        let mut memory = Box::new(Memory([0xA5; 12_000]));
        let at: *mut c_void = memory.0.as_mut_ptr().cast();
        assert_eq!(tonus_pipeline_push_gap(at.cast(), 1, null()), TONUS_ERROR_HANDLE);
        assert_eq!(tonus_pipeline_free(at.cast()), TONUS_ERROR_HANDLE);
    }
}

#[test]
fn memory_of_the_caller_is_used_and_nothing_beside_it() {
    unsafe {
        let mut memory = Box::new(Memory([0xA5; 12_000]));
        let at: *mut c_void = memory.0.as_mut_ptr().cast();
        let (size, mut handle) = (tonus_pipeline_size(2), null_mut());
        assert_eq!(tonus_pipeline_init(at, size - 1, &config(), null(), &mut handle), TONUS_ERROR_MEMORY);
        assert_eq!(tonus_pipeline_init(at.byte_add(4), size, &config(), null(), &mut handle), TONUS_ERROR_MEMORY);
        assert!(memory.0.iter().all(|byte| *byte == 0xA5), "what is refused is left alone");
        assert_eq!(tonus_pipeline_init(at, size, &config(), null(), &mut handle), TONUS_OK);
        assert_eq!(handle.cast::<c_void>(), at);
        assert_eq!(tonus_pipeline_push_gap(handle, 100_000, null()), TONUS_OK);
        assert_eq!(tonus_pipeline_free(handle), TONUS_ERROR_HANDLE);
        assert_eq!(tonus_pipeline_deinit(handle), TONUS_OK);
        assert_eq!(tonus_pipeline_deinit(handle), TONUS_ERROR_HANDLE);
        assert_eq!(tonus_pipeline_push_gap(handle, 1, null()), TONUS_ERROR_HANDLE);
        assert!(memory.0[size..].iter().all(|byte| *byte == 0xA5));
    }
}

type OnDecision = unsafe extern "C" fn(*mut c_void, *const tonus_decision);

fn sink(decision: Option<OnDecision>, user: *mut c_void) -> tonus_sink {
    let struct_size = size_of::<tonus_sink>() as u32;
    tonus_sink { struct_size, reserved: 0, user, decision, calibrated: None, refused: None }
}

/// Calls its own pipeline back.
unsafe extern "C" fn meddle(user: *mut c_void, _: *const tonus_decision) {
    unsafe {
        assert_eq!(tonus_pipeline_push_gap(user.cast(), 1, null()), TONUS_ERROR_BUSY);
        assert_eq!(tonus_pipeline_free(user.cast()), TONUS_ERROR_BUSY);
    }
}

#[test]
fn a_callback_that_calls_its_own_handle_is_refused() {
    unsafe {
        let pipeline = pipeline();
        assert_eq!(tonus_pipeline_push_gap(pipeline, 30, &sink(Some(meddle), pipeline.cast())), TONUS_OK);
        let mut index = 0;
        assert_eq!((tonus_pipeline_index(pipeline, &mut index), index), (TONUS_OK, 30));
        assert_eq!(tonus_pipeline_free(pipeline), TONUS_OK);
    }
}

#[test]
fn two_threads_on_one_handle_take_turns_or_are_refused() {
    let pipeline = pipeline();
    let address = pipeline.addr();
    let push = move || {
        let pipeline = address as *mut tonus_pipeline;
        let results = (0..2_000).map(|_| unsafe { tonus_pipeline_push_gap(pipeline, 10, null()) });
        results.fold((0, 0), |(done, busy), result| match result {
            TONUS_OK => (done + 1, busy),
            TONUS_ERROR_BUSY => (done, busy + 1),
            other => panic!("{other:?}"),
        })
    };
    let threads = [std::thread::spawn(push), std::thread::spawn(push)];
    let done: u64 = threads.into_iter().map(|thread| thread.join().expect("no panic").0).sum();
    unsafe {
        let mut index = 0;
        assert_eq!((tonus_pipeline_index(pipeline, &mut index), index), (TONUS_OK, 10 * done));
        assert_eq!(tonus_pipeline_free(pipeline), TONUS_OK);
    }
}

#[test]
fn a_calibration_comes_back_as_it_went_and_a_damaged_one_does_not() {
    unsafe {
        let pipeline = pipeline();
        let size = size_of::<tonus_calibration>();
        let good = tonus_calibration {
            struct_size: size as u32,
            kind: 0,
            rate_hz: 1000.0,
            highpass_hz: 20.0,
            mains_hz: 50,
            warnings: 2,
            baseline_uv: 2.5,
            spread_uv: 0.2,
            reference_uv: 20.0,
            whitening: [-0.5, 0.1, 0.0, 0.0],
            detector_level: 1.5,
            detector_reference: f32::NAN,
            contrast: 1.0,
            on_ratio: 1.5,
            off_ratio: 1.3,
            window_ticks: 9,
            band_ticks: 13,
        };
        assert_eq!(tonus_pipeline_use_calibration(pipeline, 1, &good), TONUS_OK);
        let mut found = MaybeUninit::uninit();
        assert_eq!(tonus_pipeline_calibration(pipeline, 1, found.as_mut_ptr(), size), TONUS_OK);
        assert_eq!(format!("{:?}", found.assume_init()), format!("{good:?}"));
        for (result, change) in [
            (TONUS_ERROR_MISMATCH, (|c| c.rate_hz = 2000.0) as fn(&mut tonus_calibration)),
            (TONUS_ERROR_MISMATCH, |c| c.kind = 1),
            (TONUS_ERROR_VALUE, |c| c.window_ticks = 200),
            (TONUS_ERROR_VALUE, |c| c.band_ticks = 0),
            (TONUS_ERROR_VALUE, |c| c.whitening[3] = f32::INFINITY),
            (TONUS_ERROR_VALUE, |c| c.mains_hz = 55),
            (TONUS_ERROR_VALUE, |c| c.warnings = 32),
            (TONUS_ERROR_SIZE, |c| c.struct_size = 0),
        ] {
            let mut wrong = good;
            change(&mut wrong);
            assert_eq!(tonus_pipeline_use_calibration(pipeline, 0, &wrong), result, "{wrong:?}");
        }
        assert_eq!(tonus_pipeline_use_calibration(pipeline, 2, &good), TONUS_ERROR_VALUE);
        let (mut hz, mut latency) = (0, 0.0);
        assert_eq!((tonus_pipeline_mains(pipeline, &mut hz), hz), (TONUS_OK, 50));
        assert_eq!(tonus_pipeline_latency(pipeline, &mut latency), TONUS_OK);
        assert!(latency > 40.0 && latency < 120.0, "{latency}");
        assert_eq!(tonus_pipeline_free(pipeline), TONUS_OK);
    }
}

fn step(kind: u32, duration_ms: u32) -> tonus_step {
    let mut step = MaybeUninit::uninit();
    assert_eq!(unsafe { tonus_step_init(step.as_mut_ptr(), size_of::<tonus_step>(), kind, duration_ms) }, TONUS_OK);
    unsafe { step.assume_init() }
}

#[test]
fn steps_that_are_no_programme_are_refused() {
    unsafe {
        let mut out = null_mut();
        let make = |steps: &[tonus_step], out: &mut *mut tonus_session| {
            tonus_session_new(steps.as_ptr(), steps.len(), 1000.0, out)
        };
        assert_eq!(tonus_step_init(null_mut(), 0, 9, 1000), TONUS_ERROR_VALUE);
        assert_eq!(make(&[], &mut out), TONUS_ERROR_PROGRAM);
        assert_eq!(make(&[step(2, 100)], &mut out), TONUS_ERROR_PROGRAM);
        assert_eq!(make(&[step(2, 1000); 65], &mut out), TONUS_ERROR_PROGRAM);
        assert_eq!(make(&[step(8, 0)], &mut out), TONUS_ERROR_PROGRAM);
        let mut wrong = step(5, 1000);
        wrong.target = 4;
        assert_eq!(make(&[wrong], &mut out), TONUS_ERROR_VALUE);
        assert_eq!(tonus_session_new([step(2, 1000)].as_ptr(), 1, f64::NAN, &mut out), TONUS_ERROR_CONFIG);
        assert!(out.is_null());
    }
}

#[test]
fn a_session_goes_from_step_to_step_at_exact_samples() {
    unsafe {
        let mut repeat = step(8, 0);
        (repeat.repeat_times, repeat.repeat_entries) = (2, 2);
        let steps = [step(6, 10_000), repeat, step(5, 5_000), step(2, 5_000)];
        let mut session = null_mut();
        assert_eq!(tonus_session_new(steps.as_ptr(), steps.len(), 1000.0, &mut session), TONUS_OK);
        let (mut change, size) = (MaybeUninit::<tonus_phase_change>::uninit(), size_of::<tonus_phase_change>());
        let mut at = 0;
        assert_eq!(tonus_session_next_deadline(session, &mut at), TONUS_NOTHING);
        assert_eq!(tonus_session_step(session, 0, 8, 0.0, change.as_mut_ptr(), size), TONUS_ERROR_VALUE);
        assert_eq!(tonus_session_step(session, 0, 7, f64::NAN, change.as_mut_ptr(), size), TONUS_ERROR_VALUE);
        assert_eq!(tonus_session_step(session, 0, 0, 0.0, change.as_mut_ptr(), size), TONUS_OK);
        let mut breath = MaybeUninit::<tonus_breath>::uninit();
        assert_eq!(tonus_session_breath(session, 7_000, breath.as_mut_ptr(), size_of::<tonus_breath>()), TONUS_OK);
        assert_eq!((breath.assume_init().is_exhale, breath.assume_init().progress), (1, 0.5));
        let mut seen = Vec::new();
        while tonus_session_next_deadline(session, &mut at) == TONUS_OK {
            assert_eq!(tonus_session_step(session, at, 1, 0.0, change.as_mut_ptr(), size), TONUS_OK);
            let change = change.assume_init();
            seen.push((change.at, change.kind, change.cue, change.turn, change.stage));
        }
        let expected = [
            (10_000, 5, 4, 1, 1),
            (15_000, 2, 3, 1, 1),
            (20_000, 5, 4, 2, 1),
            (25_000, 2, 3, 2, 1),
            (30_000, 0, 0, 0, 3),
        ];
        assert_eq!(seen, expected);
        assert_eq!(tonus_session_free(session), TONUS_OK);
    }
}

#[test]
fn frames_of_another_number_of_channels_are_missing_ones() {
    unsafe extern "C" fn note(user: *mut c_void, frame: *const tonus_frame) {
        let (seen, frame) = unsafe { (&mut *user.cast::<Vec<(u64, u64, u32)>>(), &*frame) };
        seen.push((frame.index, frame.gap_before, frame.channels));
    }
    let mut bytes = Vec::new();
    for (channels, counter) in [(2, 0), (3, 1), (2, 2), (2, 5)] {
        let layout = tonus_wire::builtin::TONUS_COBS.with_channels(channels).unwrap();
        let mut encoder = tonus_wire::Encoder::new(&layout).unwrap();
        encoder.skip(counter);
        let mut room = [0; 64];
        let values = tonus_wire::Values::Counts(&[1, 2, 3][..channels]);
        let stamp = tonus_wire::Stamp { device_us: 1000 * counter as u32, aux: &[] };
        let length = encoder.encode(values, stamp, &mut room).unwrap();
        bytes.extend_from_slice(&room[..length]);
    }
    unsafe {
        let mut config = MaybeUninit::<tonus_decoder_config>::uninit();
        let size = size_of::<tonus_decoder_config>();
        assert_eq!(tonus_decoder_config_init(config.as_mut_ptr(), size, 0), TONUS_OK);
        let (mut decoder, mut seen) = (null_mut(), Vec::<(u64, u64, u32)>::new());
        assert_eq!(tonus_decoder_new(config.as_ptr(), &mut decoder), TONUS_OK);
        let sink = tonus_frame_sink {
            struct_size: size_of::<tonus_frame_sink>() as u32,
            reserved: 0,
            user: (&raw mut seen).cast(),
            frame: Some(note),
            message: None,
        };
        assert_eq!(tonus_decoder_push(decoder, bytes.as_ptr(), bytes.len(), &sink), TONUS_OK);
        assert_eq!(seen, [(0, 0, 2), (2, 1, 2), (5, 2, 2)]);
        let (mut stats, mut anchor) = (MaybeUninit::<tonus_decoder_stats>::uninit(), 0.0);
        let size = size_of::<tonus_decoder_stats>();
        assert_eq!(tonus_decoder_statistics(decoder, stats.as_mut_ptr(), size), TONUS_OK);
        assert_eq!((stats.assume_init().frames, stats.assume_init().lost), (4, 2));
        assert_eq!((tonus_decoder_anchor(decoder, 1, &mut anchor), anchor), (TONUS_OK, 2.0));
        assert_eq!(tonus_decoder_anchor(decoder, 2, &mut anchor), TONUS_NOTHING);
        assert_eq!(tonus_decoder_mark_discontinuity(decoder), TONUS_OK);
        assert_eq!(tonus_decoder_free(decoder), TONUS_OK);
    }
}

#[test]
fn the_library_says_which_one_it_is() {
    assert_eq!(tonus_abi_version(), TONUS_ABI_VERSION);
    let version = unsafe { CStr::from_ptr(tonus_version()) };
    assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
    for result in -12..3 {
        assert!(unsafe { CStr::from_ptr(tonus_result_text(result)) }.count_bytes() > 3);
    }
}
