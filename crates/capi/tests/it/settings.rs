//! Every setting of the core can be made in C, and has the same effect.
#![allow(
    clippy::undocumented_unsafe_blocks,
    clippy::borrow_as_ptr,
    reason = "as a C program would: every pointer is to something of the test"
)]

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};

use tonus_capi::config::{tonus_pipeline_config, tonus_pipeline_config_init, tonus_pipeline_explain, tonus_problem};
use tonus_capi::pipeline::*;
use tonus_capi::result::{TONUS_ERROR_CONFIG, TONUS_OK};
use tonus_core::config::{ChannelConfig, MainsMode, PipelineConfig, ReferenceKind};
use tonus_core::input::{Command, Cue, Input};
use tonus_core::pipeline::Pipeline;
use tonus_dsp::design::Mains;
use tonus_dsp::units::SampleRate;

const RATE_HZ: f64 = 1000.0;

fn defaults() -> tonus_pipeline_config {
    let mut config = MaybeUninit::uninit();
    let size = size_of::<tonus_pipeline_config>();
    assert_eq!(unsafe { tonus_pipeline_config_init(config.as_mut_ptr(), size, RATE_HZ, 1) }, TONUS_OK);
    unsafe { config.assume_init() }
}

/// 3 s of rest for calibration, a hold, and then work and rest: cue, amplitude and how often 100 ms of it.
const SESSION: [(Cue, f32, usize); 6] = [
    (Cue::Quiet, 5.0, 30),
    (Cue::Reference, 30.0, 30),
    (Cue::Rest, 5.0, 20),
    (Cue::Work, 45.0, 20),
    (Cue::Rest, 9.0, 20),
    (Cue::Free, 12.0, 20),
];

/// Noise with steps of these amplitudes, in blocks of 100 ms.
fn play(mut push: impl FnMut(Option<Cue>, &[f32])) {
    let mut random = 1_u32;
    for (cue, amplitude, blocks) in SESSION {
        for n in 0..blocks {
            let block: Vec<f32> = (0..100)
                .map(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    amplitude * (random as f32 / 2_147_483_648.0 - 1.0)
                })
                .collect();
            push((n == 0).then_some(cue), &block);
        }
    }
}

fn digest_in_c(config: &tonus_pipeline_config) -> [u8; 32] {
    unsafe {
        let (mut pipeline, mut digest) = (null_mut(), [0; 32]);
        assert_eq!(tonus_pipeline_new(config, null(), &mut pipeline), TONUS_OK);
        play(|cue, block| {
            if let Some(cue) = cue {
                assert_eq!(tonus_pipeline_push_cue(pipeline, cue as u32, null()), TONUS_OK);
            }
            assert_eq!(tonus_pipeline_push_frames(pipeline, block.as_ptr(), block.len(), null()), TONUS_OK);
        });
        assert_eq!(tonus_pipeline_digest(pipeline, digest.as_mut_ptr()), TONUS_OK);
        assert_eq!(tonus_pipeline_free(pipeline), TONUS_OK);
        digest
    }
}

fn digest_in_rust(config: &PipelineConfig) -> [u8; 32] {
    let mut pipeline = Pipeline::<1>::new(config, &[ChannelConfig::default()]).unwrap();
    play(|cue, block| {
        if let Some(cue) = cue {
            pipeline.push(Input::Command(Command::Cue(cue)), &mut ()).unwrap();
        }
        pipeline.push(Input::Frames(block), &mut ()).unwrap();
    });
    pipeline.digest()
}

#[test]
fn settings_decide_as_those_of_the_core() {
    // Every field is named, so that one that comes later is not forgotten here.
    let config = PipelineConfig {
        rate: SampleRate::new(RATE_HZ).unwrap(),
        highpass_hz: 25.0,
        lowpass_hz: 300.0,
        mains: MainsMode::Fixed(Mains::Hz60),
        reference: ReferenceKind::Mvc,
        on_ratio: 2.5,
        off_ratio: 2.0,
        overshoot_ratio: 1.2,
        grace_s: 0.5,
        tone_dwell_s: 0.4,
        overshoot_dwell_s: 0.2,
        free_limit_s: 1.0,
    };
    let same = tonus_pipeline_config {
        highpass_hz: 25.0,
        lowpass_hz: 300.0,
        mains: 60,
        reference: 1,
        on_ratio: 2.5,
        off_ratio: 2.0,
        overshoot_ratio: 1.2,
        grace_s: 0.5,
        tone_dwell_s: 0.4,
        overshoot_dwell_s: 0.2,
        free_limit_s: 1.0,
        ..defaults()
    };
    let usual = digest_in_c(&defaults());
    assert_eq!(usual, digest_in_rust(&PipelineConfig::new(config.rate)));
    assert_eq!(digest_in_c(&same), digest_in_rust(&config));
    assert_ne!(digest_in_c(&tonus_pipeline_config { on_ratio: 2.5, ..defaults() }), usual);
    assert_ne!(digest_in_c(&tonus_pipeline_config { off_ratio: 1.05, ..defaults() }), usual);
}

#[test]
fn a_ratio_outside_its_limits_is_named() {
    for (on_ratio, off_ratio, field) in [(0.5, 0.4, c"on_ratio"), (1.5, 1.6, c"off_ratio"), (0.0, 0.0, c"on_ratio")] {
        let wrong = tonus_pipeline_config { on_ratio, off_ratio, ..defaults() };
        let (mut out, mut problem) = (null_mut(), MaybeUninit::<tonus_problem>::uninit());
        unsafe {
            assert_eq!(tonus_pipeline_new(&wrong, null(), &mut out), TONUS_ERROR_CONFIG);
            let size = size_of::<tonus_problem>();
            assert_eq!(tonus_pipeline_explain(&wrong, null(), problem.as_mut_ptr(), size), TONUS_OK);
            assert_eq!(CStr::from_ptr(problem.assume_init().field.as_ptr()), field);
        }
    }
}
