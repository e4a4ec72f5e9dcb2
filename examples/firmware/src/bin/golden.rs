//! The golden session on a Cortex-M4F within 20 KiB of RAM and 80 KiB of flash: wire bytes in, digest out.
//!
//! Prints the digest, and how much of the stack was ever used.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use tonus_core::decision::Decision;
use tonus_core::pipeline::Pipeline;
use tonus_firmware::replay::{self, CHANNELS, Cues, Replay, UV_PER_COUNT};
use tonus_firmware::{CUES, SESSION, decimal, exit, print};
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
    let (used, size) = stack();
    print(&decimal(used));
    print(b"\n");
    exit(used < size)
}

// Decoder and pipeline where the linker counts them, in memory that start-up code fills with zeros.
// SAFETY: the compiler checks the value of a static, so all bits zero are a decoder; `set_up` makes a useful one of it.
static mut DECODER: Decoder = unsafe { core::mem::zeroed() };
// SAFETY: as above.
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

/// Bytes of the stack that were ever used, by the paint of the start-up code, and bytes there are.
fn stack() -> (u32, u32) {
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
    (top as u32 - place as u32, top as u32 - bottom as u32)
}

fn hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}
