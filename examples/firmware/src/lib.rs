//! What both programs of the proof share: the session in flash, and a way to tell the outside what came of it.
#![no_std]

use cortex_m_semihosting::debug;

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
