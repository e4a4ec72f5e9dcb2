//! The golden session on a Cortex-M4F within 16 KiB of RAM and 64 KiB of flash: wire bytes in, digest out.
//!
//! Prints the digest, and how much of the stack was ever used.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use cortex_m_semihosting::hio;
use tonus_core::event::Decision;
use tonus_core::pipeline::Pipeline;
use tonus_firmware::replay::{self, CHANNELS, Cues, Replay, UV_PER_COUNT};
use tonus_firmware::{CUES, SESSION, exit};
use tonus_wire::{Calibrator, Decoder, Scale, Timeline, builtin};

/// What a driver would hand over at a time.
const PIECE: usize = 64;

#[entry]
fn main() -> ! {
    let digest = replay_session();
    let mut text = [0; 65];
    for (pair, byte) in text.chunks_exact_mut(2).zip(digest) {
        pair.copy_from_slice(&[hex(byte >> 4), hex(byte & 15)]);
    }
    text[64] = b'\n';
    print(&text);
    print(&decimal(stack_used()));
    exit(true)
}

/// Decoder and pipeline, where the linker counts them. A product would take them from a `StaticCell` or the like.
static mut DECODER: Decoder = unsafe { core::mem::zeroed() };
static mut PIPELINE: Pipeline<CHANNELS> = unsafe { core::mem::zeroed() };

#[inline(never)]
fn replay_session() -> [u8; 32] {
    // SAFETY: called once, and nothing else knows these two.
    let (decoder, pipeline) = unsafe { (&mut *&raw mut DECODER, &mut *&raw mut PIPELINE) };
    if decoder.set_up(&builtin::TONUS_COBS).is_err() || replay::set_up(pipeline).is_err() {
        exit(false);
    }
    let mut replay = Replay {
        pipeline,
        cues: Cues::new(CUES),
        calibrator: Calibrator::sized(&[Scale { uv_per_count: UV_PER_COUNT, ..Scale::COUNTS }]),
        timeline: Timeline::new(),
        decisions: |_: &Decision| {},
    };
    for piece in SESSION.chunks(PIECE) {
        decoder.push(piece, &mut replay);
    }
    decoder.finish(&mut replay);
    replay.pipeline.digest()
}

/// Deepest use of the stack: what is no longer the paint of the start-up code.
fn stack_used() -> u32 {
    unsafe extern "C" {
        static _stack_start: u32;
        static _stack_end: u32;
    }
    let (top, bottom) = (&raw const _stack_start, &raw const _stack_end);
    let mut place = bottom;
    // SAFETY: every word between the two symbols of the linker script is RAM of this program, and is only read.
    while place < top && unsafe { place.read_volatile() } == cortex_m_rt::STACK_PAINT_VALUE {
        place = place.wrapping_add(1);
    }
    (top as u32) - (place as u32)
}

fn hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

fn decimal(number: u32) -> [u8; 11] {
    let (mut text, mut rest) = (*b"          \n", number);
    for digit in text[..10].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text
}

fn print(text: &[u8]) {
    let written = hio::hstdout().and_then(|mut out| out.write_all(text));
    if written.is_err() {
        exit(false);
    }
}
