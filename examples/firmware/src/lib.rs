//! What both programs of the proof share: the session in flash, and a way to tell the outside what came of it.
#![no_std]

use cortex_m_semihosting::{debug, hio};

/// The bytes of the golden session, apart from the program (see `memory.x`).
#[unsafe(link_section = ".session")]
#[used]
pub static SESSION: [u8; include_bytes!("../../../fixtures/wire/golden.cobs").len()] =
    *include_bytes!("../../../fixtures/wire/golden.cobs");

/// What is asked for, and when.
pub const CUES: &str = include_str!("../../../fixtures/wire/golden.cues.csv");

#[path = "../../golden/replay.rs"]
pub mod replay;

/// Ends the program that is told to the debugger.
pub fn exit(success: bool) -> ! {
    debug::exit(if success { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    exit(false)
}

/// Prints on the computer that debugs.
pub fn print(text: &[u8]) {
    let written = hio::hstdout().and_then(|mut out| out.write_all(text));
    if written.is_err() {
        exit(false);
    }
}

/// A number in ten places, without the formatting of `core`, which would not fit the flash.
pub fn decimal(number: u32) -> [u8; 10] {
    let (mut text, mut rest) = ([b' '; 10], number);
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text
}
