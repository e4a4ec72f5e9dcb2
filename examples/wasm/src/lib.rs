//! tonus as a WebAssembly module without any import but one: where decisions go. `tonus.js` is its other half.
//!
//! An instance of the module is one stream of one device, of up to eight channels; a page makes as many instances as it has
//! streams. Nothing is allocated: JavaScript writes into [`buffer`] and calls. Numbers are `u32` or `f64`, so that JavaScript
//! needs no `BigInt`; a sample index is exact up to 2⁵³.
#![no_std]

use core::cell::UnsafeCell;

use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::decision::Decision;
use tonus_core::input::{Command, Cue, Input};
use tonus_core::pipeline::Pipeline;
use tonus_dsp::units::SampleRate;
use tonus_wire::{Calibrator, Decoder, Frame, Scale, Sink, Timeline, builtin};

/// Channels of a stream.
const MAX_CHANNELS: usize = 8;
/// Bytes, or values of four bytes, that can be handed over at once.
const BUFFER: usize = 65_536;

/// What came of a call, as `tonus.js` knows it.
const OK: u32 = 0;
const NOT_CONFIGURED: u32 = 1;
const WRONG: u32 = 2;

#[link(wasm_import_module = "tonus")]
unsafe extern "C" {
    /// Takes one decision: tick, index, channel, state, reason bits, quality bits, envelope in µV, activation, cue.
    safe fn decision(
        tick: f64,
        index: f64,
        channel: u32,
        state: u32,
        reasons: u32,
        quality: u32,
        envelope_uv: f32,
        activation: f32,
        cue: u32,
    );
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// One stream.
struct Stream {
    decoder: Decoder,
    timeline: Timeline,
    calibrator: Calibrator<MAX_CHANNELS>,
    pipeline: Pipeline<MAX_CHANNELS>,
    channels: usize,
    asked: Asked,
}

/// Memory of a module that has one thread.
struct Alone<T>(UnsafeCell<T>);

// SAFETY: WebAssembly without shared memory has one thread.
unsafe impl<T> Sync for Alone<T> {}

static STREAM: Alone<Option<Stream>> = Alone(UnsafeCell::new(None));
static DATA: Alone<[u32; BUFFER / 4]> = Alone(UnsafeCell::new([0; BUFFER / 4]));

fn show(d: &Decision) {
    let (reasons, quality) = (u32::from(d.reasons.bits()), u32::from(d.quality.bits()));
    let (tick, index, state, cue) = (d.tick as f64, d.index as f64, d.state as u32, d.cue as u32);
    decision(tick, index, u32::from(d.channel), state, reasons, quality, d.envelope_uv, d.activation, cue);
}

fn with(work: impl FnOnce(&mut Stream) -> Option<()>) -> u32 {
    // SAFETY: one thread; the import `decision` may call back only what does not come here, which `tonus.js` sees to.
    match unsafe { &mut *STREAM.0.get() } {
        None => NOT_CONFIGURED,
        Some(stream) => work(stream).map_or(WRONG, |()| OK),
    }
}

/// Where to write bytes, or values as `f32`; and where a digest is read from. 65536 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn buffer() -> *const u32 {
    DATA.0.get().cast()
}

/// Begins a stream of `tonus-cobs` frames: rate in Hz, channels (1 to 8), µV per count.
#[unsafe(no_mangle)]
pub extern "C" fn configure(rate_hz: f64, channels: u32, uv_per_count: f64) -> u32 {
    let make = || {
        let count = (channels as usize).min(MAX_CHANNELS + 1);
        let config = PipelineConfig::new(SampleRate::new(rate_hz).ok()?);
        let layout = builtin::TONUS_COBS.with_channels(count).ok()?;
        Some(Stream {
            decoder: Decoder::new(&layout).ok()?,
            timeline: Timeline::new(),
            calibrator: Calibrator::sized(&[Scale { uv_per_count, ..Scale::COUNTS }]),
            pipeline: Pipeline::new(&config, [ChannelConfig::default(); MAX_CHANNELS].get(..count)?).ok()?,
            channels: count,
            asked: Asked { list: [(0, Cue::Free); 64], next: 0, len: 0 },
        })
    };
    let Some(stream) = make() else { return WRONG };
    // SAFETY: one thread.
    unsafe { *STREAM.0.get() = Some(stream) };
    OK
}

/// From sample `index` on, `cue` is asked for, also inside a gap. In the order of time; up to 64 may wait.
#[unsafe(no_mangle)]
pub extern "C" fn ask(index: f64, cue: u32) -> u32 {
    with(|stream| {
        let all = [Cue::Free, Cue::Quiet, Cue::Reference, Cue::Rest, Cue::Work];
        let cue = all.into_iter().find(|known| *known as u32 == cue)?;
        if index >= 0.0 { stream.asked.push(index as u64, cue) } else { None }
    })
}

/// Takes `length` bytes from [`buffer`].
#[unsafe(no_mangle)]
pub extern "C" fn push_bytes(length: u32) -> u32 {
    with(|stream| {
        // SAFETY: one thread, and nothing writes to the buffer meanwhile.
        let data: &[u8; BUFFER] = unsafe { &*DATA.0.get().cast() };
        let bytes = data.get(..length as usize)?;
        let Stream { decoder, timeline, calibrator, pipeline, channels, asked } = stream;
        decoder.push(bytes, &mut Feed { timeline, calibrator, pipeline, channels: *channels, asked });
        Some(())
    })
}

/// The stream has ended.
#[unsafe(no_mangle)]
pub extern "C" fn finish() -> u32 {
    with(|stream| {
        let Stream { decoder, timeline, calibrator, pipeline, channels, asked } = stream;
        decoder.finish(&mut Feed { timeline, calibrator, pipeline, channels: *channels, asked });
        Some(())
    })
}

/// Takes `frames` frames from [`buffer`]: interleaved `f32` in µV, each channel minus its first value. For sources without a
/// decoder.
#[unsafe(no_mangle)]
pub extern "C" fn push_frames(frames: u32) -> u32 {
    with(|stream| {
        // SAFETY: one thread, and nothing writes to the buffer meanwhile; any bits are a number.
        let data: &[f32; BUFFER / 4] = unsafe { &*DATA.0.get().cast() };
        let values = data.get(..(frames as usize).checked_mul(stream.channels)?)?;
        stream.pipeline.push(Input::Frames(values), &mut show).ok()
    })
}

/// Index of the next sample, gaps included.
#[unsafe(no_mangle)]
pub extern "C" fn index() -> f64 {
    let mut index = 0;
    with(|stream| {
        index = stream.pipeline.index();
        Some(())
    });
    index as f64
}

/// Writes SHA-256 over all decisions so far to the first 32 bytes of [`buffer`].
#[unsafe(no_mangle)]
pub extern "C" fn digest() -> u32 {
    with(|stream| {
        // SAFETY: one thread.
        let data: &mut [u8; BUFFER] = unsafe { &mut *DATA.0.get().cast() };
        data.get_mut(..32)?.copy_from_slice(&stream.pipeline.digest());
        Some(())
    })
}

/// What is asked for, from which sample on, as far as that is known.
struct Asked {
    list: [(u64, Cue); 64],
    next: usize,
    len: usize,
}

impl Asked {
    fn push(&mut self, index: u64, cue: Cue) -> Option<()> {
        if self.next == self.len {
            (self.next, self.len) = (0, 0);
        }
        *self.list.get_mut(self.len)? = (index, cue);
        self.len += 1;
        Some(())
    }

    fn next(&self) -> Option<(u64, Cue)> {
        self.list[..self.len].get(self.next).copied()
    }
}

/// From frames to the inputs of the pipeline.
struct Feed<'a> {
    timeline: &'a mut Timeline,
    calibrator: &'a mut Calibrator<MAX_CHANNELS>,
    pipeline: &'a mut Pipeline<MAX_CHANNELS>,
    channels: usize,
    asked: &'a mut Asked,
}

impl Feed<'_> {
    fn push(&mut self, input: Input<'_>) {
        // Whole frames of a known number of channels: the only error there is cannot occur.
        let _ = self.pipeline.push(input, &mut show);
    }

    /// Gives the cues that are due; tells how many frames there are until the next one.
    fn ask(&mut self) -> u64 {
        while let Some((index, cue)) = self.asked.next() {
            if index > self.pipeline.index() {
                return index - self.pipeline.index();
            }
            self.asked.next += 1;
            self.push(Input::Command(Command::Cue(cue)));
        }
        u64::MAX
    }
}

impl Sink for Feed<'_> {
    fn frame(&mut self, frame: &Frame<'_>) {
        let placed = self.timeline.place(frame);
        if placed.restarted {
            self.push(Input::Stalled);
        }
        let mut missing = placed.gap;
        while missing > 0 {
            let frames = missing.min(self.ask());
            self.push(Input::Gap { frames });
            missing -= frames;
        }
        self.ask();
        let mut values_uv = [0.0; MAX_CHANNELS];
        if self.calibrator.convert(frame.values, &mut values_uv) >= self.channels {
            let channels = self.channels;
            self.push(Input::Frames(&values_uv[..channels]));
        }
    }
}
