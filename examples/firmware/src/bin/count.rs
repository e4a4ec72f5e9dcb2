//! What a frame of two channels costs on a Cortex-M4F: instructions per stage, counted, and operations in double.
//!
//! QEMU's `-icount shift=0` lets one instruction take 1 ns of its clock, and the board's timer counts 25 of its 40-ns ticks per
//! microsecond of it. So these are instructions, not cycles: a real Cortex-M4F takes 1 to 2 cycles for most, 14 for a division.
//! Each line: instructions per frame, in hundredths; operations in double, in hundredths; what.
#![no_std]
#![no_main]

use core::arch::global_asm;
use core::hint::black_box;
use core::sync::atomic::{AtomicU32, Ordering};

use biquad::{Biquad, DirectForm2Transposed};
use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::entry;
use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::digest::DecisionDigest;
use tonus_core::input::{Cue, Input};
use tonus_core::pipeline::Pipeline;
use tonus_dsp::design::{Mains, Sections, butterworth_highpass, butterworth_lowpass, mains_notches};
use tonus_dsp::filter::{Bank, BankState};
use tonus_dsp::units::SampleRate;
use tonus_firmware::replay::{self, CHANNELS, Cues, RATE_HZ, Replay, UV_PER_COUNT};
use tonus_firmware::{CUES, SESSION, decimal, exit, print};
use tonus_wire::{Calibrator, Decoder, Frame, Scale, Sink, Timeline, Values, builtin};

/// Instructions per tick of the timer.
const PER_TICK: u64 = 40;
/// Frames that each line is a mean of.
const FRAMES: u32 = 1000;
/// Frames of a decision.
const BLOCK: usize = 10;

#[unsafe(no_mangle)]
static DOUBLE_OPERATIONS: AtomicU32 = AtomicU32::new(0);

macro_rules! counted {
    ($($name:literal),*) => {
        $(global_asm!(
            concat!(".section .apart.", $name, ",\"ax\",%progbits"),
            concat!(".global __wrap___aeabi_", $name),
            concat!(".thumb_func"),
            concat!("__wrap___aeabi_", $name, ":"),
            "push {{r0, r1}}",
            "ldr r0, =DOUBLE_OPERATIONS",
            "ldr r1, [r0]",
            "adds r1, #1",
            "str r1, [r0]",
            "pop {{r0, r1}}",
            concat!("b __real___aeabi_", $name),
            ".ltorg",
            ".text",
        );)*
    };
}

counted!(
    "dadd", "dsub", "dmul", "ddiv", "d2f", "f2d", "i2d", "ui2d", "l2d", "ul2d", "d2iz", "d2uiz", "d2lz", "d2ulz",
    "dcmpeq", "dcmplt", "dcmple", "dcmpge", "dcmpgt", "dcmpun"
);

/// What has been spent between some beginnings and ends.
#[derive(Default, Clone, Copy)]
struct Spent {
    ticks: u64,
    double: u32,
}

impl Spent {
    fn on<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let (double, start) = (DOUBLE_OPERATIONS.load(Ordering::Relaxed), SYST::get_current());
        let done = work();
        let end = SYST::get_current();
        // The timer counts down, in 24 bits.
        self.ticks += u64::from(start.wrapping_sub(end) & 0x00FF_FFFF);
        self.double += DOUBLE_OPERATIONS.load(Ordering::Relaxed) - double;
        done
    }

    fn say(self, per: u32, what: &str) {
        let hundredths = (100 * PER_TICK * self.ticks / u64::from(per)) as u32;
        print(&decimal(hundredths));
        print(&decimal((100 * u64::from(self.double) / u64::from(per)) as u32));
        print(b"  ");
        print(what.as_bytes());
        print(b"\n");
    }
}

// SAFETY: the compiler checks the value of a static, so all bits zero are a decoder; `set_up` makes a useful one of it.
static mut DECODER: Decoder = unsafe { core::mem::zeroed() };
// SAFETY: as above.
static mut PIPELINE: Pipeline<CHANNELS> = unsafe { core::mem::zeroed() };

struct Ignore;

impl Sink for Ignore {
    fn frame(&mut self, frame: &Frame<'_>) {
        black_box(frame);
    }
}

#[entry]
fn main() -> ! {
    let Some(mut peripherals) = Peripherals::take() else { exit(false) };
    peripherals.SYST.set_clock_source(SystClkSource::Core);
    peripherals.SYST.set_reload(0x00FF_FFFF);
    peripherals.SYST.clear_current();
    peripherals.SYST.enable_counter();
    // SAFETY: once, and nothing else knows these two.
    let (decoder, pipeline) = unsafe { (&mut *&raw mut DECODER, &mut *&raw mut PIPELINE) };
    count_decoder(decoder);
    count_scale();
    if replay_part(decoder, pipeline).is_none() {
        exit(false);
    }
    count_pipeline(pipeline);
    count_digest();
    if count_filters().is_none() {
        exit(false);
    }
    exit(true)
}

#[unsafe(link_section = ".apart")]
#[inline(never)]
fn count_decoder(decoder: &mut Decoder) {
    if decoder.set_up(&builtin::TONUS_COBS).is_err() {
        exit(false);
    }
    let mut spent = Spent::default();
    let before = decoder.stats().frames;
    spent.on(|| SESSION[..17 * FRAMES as usize].chunks(64).for_each(|bytes| decoder.push(bytes, &mut Ignore)));
    spent.say((decoder.stats().frames - before) as u32, "decode: 17 bytes of tonus-cobs, CRC-32, counter");
}

#[unsafe(link_section = ".apart")]
#[inline(never)]
fn count_scale() {
    for (scale, what) in [
        (UV_PER_COUNT, "counts to microvolts, a scale that an f32 holds"),
        (0.1, "counts to microvolts, any other scale"),
    ] {
        let mut calibrator = Calibrator::<CHANNELS>::sized(&[Scale { uv_per_count: scale, ..Scale::COUNTS }]);
        let mut spent = Spent::default();
        spent.on(|| {
            for n in 0..FRAMES as i32 {
                let mut values_uv = [0.0; CHANNELS];
                calibrator.convert(black_box(Values::Counts(&[n, -n])), &mut values_uv);
                black_box(values_uv);
            }
        });
        spent.say(FRAMES, what);
    }
}

/// Plays the session until both channels are calibrated and work has begun.
#[unsafe(link_section = ".apart")]
#[inline(never)]
fn replay_part(decoder: &mut Decoder, pipeline: &mut Pipeline<CHANNELS>) -> Option<()> {
    decoder.set_up(&builtin::TONUS_COBS).ok()?;
    replay::set_up(pipeline).ok()?;
    let mut replay = Replay {
        pipeline,
        cues: Cues::new(CUES),
        calibrator: Calibrator::sized(&[Scale { uv_per_count: UV_PER_COUNT, ..Scale::COUNTS }]),
        timeline: Timeline::new(),
        decisions: |_: &Decision| {},
    };
    for bytes in SESSION[..17 * 19_000].chunks(64) {
        decoder.push(bytes, &mut replay);
    }
    (0..CHANNELS).all(|channel| pipeline.calibration(channel).is_some()).then_some(())
}

#[unsafe(link_section = ".apart")]
#[inline(never)]
fn count_pipeline(pipeline: &mut Pipeline<CHANNELS>) {
    let mut seed = 1_u32;
    let mut noise = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / 1_048_576.0 - 8.0
    };
    let mut sink = |decision: &Decision| {
        black_box(decision);
    };
    // To the beginning of a tick.
    while pipeline.index() % BLOCK as u64 != 0 {
        let _ = pipeline.push(Input::Frames(&[0.0; CHANNELS]), &mut sink);
    }
    let mut push = |frames: &[f32]| {
        let _ = pipeline.push(Input::Frames(frames), &mut sink);
    };
    let [mut block, mut single, mut inside, mut end] = [Spent::default(); 4];
    for tick in 0..3 * FRAMES as usize / BLOCK {
        let frames: [f32; CHANNELS * BLOCK] = core::array::from_fn(|_| noise());
        let (most, last) = frames.split_at(CHANNELS * (BLOCK - 1));
        match tick % 3 {
            0 => block.on(|| push(&frames)),
            1 => frames.chunks(CHANNELS).for_each(|frame| single.on(|| push(frame))),
            _ => {
                inside.on(|| push(most));
                end.on(|| push(last));
            }
        }
    }
    block.say(FRAMES, "pipeline: all of it, frames in blocks of 10");
    single.say(FRAMES, "pipeline: all of it, frame by frame");
    inside.say(FRAMES / BLOCK as u32 * (BLOCK as u32 - 1), "of this, per frame: filters, whitening, quality sums");
    end.say(FRAMES / BLOCK as u32, "of this, per 10 ms: the last frame, both decisions and their digest");
}

#[unsafe(link_section = ".apart")]
#[inline(never)]
fn count_digest() {
    let mut digest = DecisionDigest::default();
    let decision = Decision {
        tick: 1,
        index: 9,
        channel: 0,
        state: State::Rest,
        reasons: Reasons::NONE,
        quality: Quality::NONE,
        envelope_uv: 1.0,
        activation: 0.0,
        tense: None,
        cue: Cue::Rest,
    };
    let mut spent = Spent::default();
    spent.on(|| (0..FRAMES).for_each(|_| digest.push(black_box(&decision))));
    spent.say(FRAMES, "of this, per decision: SHA-256");
}

#[unsafe(link_section = ".apart")]
#[inline(never)]
fn count_filters() -> Option<()> {
    let rate = SampleRate::new(RATE_HZ).ok()?;
    let mut sections = Sections::<5>::EMPTY;
    sections.extend(&butterworth_highpass(20.0, rate, 2).ok()?).ok()?;
    sections.extend(&mains_notches(Mains::Hz50, rate).ok()?).ok()?;
    sections.extend(&butterworth_lowpass(450.0, rate, 2).ok()?).ok()?;
    let bank = Bank::<5, CHANNELS>::new(&sections);
    let mut state = BankState::default();
    let mut frames: [[f32; CHANNELS]; BLOCK] = core::array::from_fn(|i| [i as f32, -(i as f32)]);
    let mut spent = Spent::default();
    spent.on(|| (0..FRAMES as usize / BLOCK).for_each(|_| bank.process(&mut state, black_box(&mut frames))));
    spent.say(FRAMES, "filters alone: 5 sections, both channels, tonus");

    let mut cascades: [[DirectForm2Transposed<f32>; 5]; CHANNELS] =
        core::array::from_fn(|_| core::array::from_fn(|i| DirectForm2Transposed::new((&sections[i]).into())));
    let mut spent = Spent::default();
    spent.on(|| {
        for _ in 0..FRAMES as usize / BLOCK {
            for frame in black_box(&mut frames) {
                for (value, cascade) in frame.iter_mut().zip(&mut cascades) {
                    *value = cascade.iter_mut().fold(*value, |value, section| section.run(value));
                }
            }
        }
    });
    spent.say(FRAMES, "filters alone: 5 sections, both channels, biquad");
    Some(())
}
