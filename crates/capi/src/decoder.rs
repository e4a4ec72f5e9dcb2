//! `tonus_decoder`: bytes of a sensor in; frames out, with their place in time, in counts and in microvolts.

use core::ffi::c_void;

use tonus_wire::{
    Calibrator, Decoder, Event, Frame, Layout, MAX_CHANNELS, Scale, Sink, Stats, Timeline, Values, builtin,
};

use crate::result::{
    Outcome, TONUS_ERROR_CONFIG, TONUS_ERROR_HANDLE, TONUS_ERROR_NULL, TONUS_ERROR_UNSUPPORTED, TONUS_ERROR_VALUE,
    TONUS_NOTHING, TONUS_OK, tonus_result,
};
use crate::sizes::{Sized32, give, read, write};
use crate::slot::{Blank, Slot, begin, check_memory, end, with};
use crate::words::tonus_frame_flag;

const MAGIC: u32 = u32::from_le_bytes(*b"TDEC");

/// A decoder: bytes to frames, counter to sample index, counts to microvolts.
pub struct tonus_decoder {
    _private: [u8; 0],
}

/// One stream. Fill it with tonus_decoder_config_init, then change what is to be different.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_decoder_config {
    /// sizeof(tonus_decoder_config).
    pub struct_size: u32,
    /// A tonus_device.
    pub device: u32,
    /// Channels of a frame; 0 for the usual number of the device (text: to learn it, up to 32). Frames with another number are
    /// passed over and count as missing.
    pub channels: u32,
    /// 1 to leave the first value of each channel in (envelope sensors), 0 to subtract it (raw EMG).
    pub keep_zero: u32,
    /// Microvolts per count of all channels. A number that a float holds exactly saves arithmetic in double.
    pub uv_per_count: f64,
}

/// All channels at one instant. What it points to lives until the function that is given it returns.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_frame {
    /// Index of the frame: frames received plus frames missing before it.
    pub index: u64,
    /// Frames missing just before it: push them as a gap.
    pub gap_before: u64,
    /// One value per channel, (count - anchor) x scale.
    pub values_uv: *const f32,
    /// One count per channel as sent; null for text formats.
    pub counts: *const i32,
    /// Lead-off bits, accelerometer and the like.
    pub aux: *const i32,
    /// How many channels.
    pub channels: u32,
    /// How many auxiliary values.
    pub aux_count: u32,
    /// The device's own counter.
    pub counter: u32,
    /// The device's clock in microseconds; wraps.
    pub device_us: u32,
    /// Bits of tonus_frame_flag.
    pub flags: u32,
    /// 0.
    pub reserved: u32,
}

/// Where frames go. Each function may be null. They run inside the call that pushed, and return.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_frame_sink {
    /// sizeof(tonus_frame_sink).
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// Handed to every function.
    pub user: *mut c_void,
    /// One frame, in stream order.
    pub frame: Option<unsafe extern "C" fn(user: *mut c_void, frame: *const tonus_frame)>,
    /// Text or a message of the device: a banner, a hello.
    pub message: Option<unsafe extern "C" fn(user: *mut c_void, text: *const u8, length: usize)>,
}

/// Counts since the beginning.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_decoder_stats {
    /// sizeof(tonus_decoder_stats).
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// Bytes pushed.
    pub bytes: u64,
    /// Frames found.
    pub frames: u64,
    /// Bytes that were no use.
    pub skipped_bytes: u64,
    /// Frames whose checksum was wrong.
    pub bad_checksum: u64,
    /// Frames or lines refused for another reason.
    pub rejected: u64,
    /// Times frames came again after skipped bytes.
    pub resyncs: u64,
    /// Frames missing by the counter.
    pub lost: u64,
    /// Losses whose number is uncertain.
    pub ambiguous: u64,
    /// Times the counter went back.
    pub restarts: u64,
    /// Messages.
    pub messages: u64,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Sized32 for tonus_decoder_config {}
// SAFETY: `repr(C)`, the size first, and null is a value of each pointer. Other bits of the pointers are the caller's word.
unsafe impl Sized32 for tonus_frame_sink {}
// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Sized32 for tonus_decoder_stats {}

#[cfg(feature = "devices")]
fn device(number: u32) -> Result<&'static Layout, tonus_result> {
    Ok(match number {
        0 => &builtin::TONUS_COBS,
        1 => &builtin::ARDUINO_TEXT,
        2 => &builtin::MYOWARE,
        3 => &const { builtin::chords(6, 10) },
        4 => &const { builtin::chords(6, 12) },
        5 => &const { builtin::chords(6, 14) },
        6 => &builtin::SPIKERBOX,
        7 => &builtin::OPENBCI_CYTON,
        8 => &builtin::OPENBCI_CYTON_DAISY,
        9 => &builtin::OPENEEG_P2,
        10 => &const { builtin::bitalino(6) },
        11 => &builtin::FREEEEG32,
        12 => &builtin::NEUROPAWN_KNIGHT,
        _ => return Err(TONUS_ERROR_VALUE),
    })
}

/// Of a build for firmware, whose sensors are its own.
#[cfg(not(feature = "devices"))]
fn device(number: u32) -> Result<&'static Layout, tonus_result> {
    match number {
        0 => Ok(&builtin::TONUS_COBS),
        1..=12 => Err(TONUS_ERROR_UNSUPPORTED),
        _ => Err(TONUS_ERROR_VALUE),
    }
}

impl tonus_decoder_config {
    /// The format and the channels of its frames.
    fn layout(&self) -> Result<(&'static Layout, u8), tonus_result> {
        let layout = device(self.device)?;
        if self.keep_zero > 1 {
            return Err(TONUS_ERROR_VALUE);
        }
        if !(self.uv_per_count > 0.0 && self.uv_per_count.is_finite()) {
            return Err(TONUS_ERROR_CONFIG);
        }
        match self.channels {
            0 => Ok((layout, layout.channels)),
            channels if layout.has_frame_of(channels as usize) => Ok((layout, channels as u8)),
            _ => Err(TONUS_ERROR_CONFIG),
        }
    }
}

/// What is behind a handle, with memory for so many channels.
#[repr(C)]
struct Unit<const CHANNELS: usize> {
    stream: Stream,
    calibrator: Calibrator<CHANNELS>,
}

/// All but the scales.
#[repr(C)]
struct Stream {
    decoder: Decoder,
    timeline: Timeline,
    /// Frames passed over since the last one that was handed out.
    missed: u64,
}

/// Counts to microvolts, for any number of channels.
trait Convert {
    fn convert(&mut self, values: Values<'_>, out: &mut [f32]) -> usize;
    fn anchor(&self, channel: usize) -> Option<f64>;
}

impl<const CHANNELS: usize> Convert for Calibrator<CHANNELS> {
    fn convert(&mut self, values: Values<'_>, out: &mut [f32]) -> usize {
        Self::convert(self, values, out)
    }
    fn anchor(&self, channel: usize) -> Option<f64> {
        Self::anchor(self, channel)
    }
}

impl<const CHANNELS: usize> Unit<CHANNELS> {
    #[inline(never)]
    fn set_up(&mut self, config: &tonus_decoder_config) -> Result<(), tonus_result> {
        let (layout, channels) = config.layout()?;
        self.stream.decoder.set_up(layout).map_err(|_| TONUS_ERROR_UNSUPPORTED)?;
        if channels != layout.channels {
            self.stream.decoder.set_channels(usize::from(channels)).map_err(|_| TONUS_ERROR_CONFIG)?;
        }
        self.stream.timeline = Timeline::new();
        self.stream.missed = 0;
        self.calibrator.set_up(Scale { uv_per_count: config.uv_per_count, ..Scale::COUNTS });
        if config.keep_zero == 1 {
            self.calibrator.set_anchors(&[0.0; CHANNELS]);
        }
        Ok(())
    }
}

macro_rules! classes {
    ($($when:meta: $channels:literal),*) => {
        $(
            #[cfg($when)]
            // SAFETY: this very value, which the compiler checks because it is a constant.
            const _: Unit<$channels> = unsafe { core::mem::zeroed() };
            #[cfg($when)]
            // SAFETY: see the constant.
            unsafe impl Blank for Unit<$channels> {}
        )*

        /// The class for a layout: the least memory for its channels; 0 channels are still to be learned.
        fn class(channels: u32) -> Option<u8> {
            $(
                #[cfg($when)]
                if channels > 0 && channels <= $channels {
                    return Some($channels);
                }
            )*
            (channels == 0 && cfg!(feature = "devices")).then_some(MAX_CHANNELS as u8)
        }

        fn size(class: u8) -> usize {
            match class {
                $(
                    #[cfg($when)]
                    $channels => size_of::<Slot<Unit<$channels>>>(),
                )*
                _ => 0,
            }
        }

        /// Makes memory a decoder.
        ///
        /// # Safety
        /// `memory` is null or points to `size` bytes that are nobody else's.
        unsafe fn place(
            memory: *mut c_void,
            size: usize,
            is_heap: bool,
            config: &tonus_decoder_config,
        ) -> Result<(), tonus_result> {
            match class(u32::from(config.layout()?.1)) {
                $(
                    #[cfg($when)]
                    Some($channels) => {
                        let slot = check_memory::<Unit<$channels>>(memory, size)?;
                        // SAFETY: large enough and aligned, as was just checked; the rest is the caller's word.
                        unsafe { begin(slot, MAGIC, $channels, is_heap, |unit| unit.set_up(config)) }
                    }
                )*
                _ => Err(TONUS_ERROR_UNSUPPORTED),
            }
        }

        /// The parts of a decoder of this class.
        ///
        /// # Safety
        /// It is one, of this class, and nobody else uses it.
        unsafe fn parts<'a>(handle: *mut c_void, class: u8) -> Option<(&'a mut Stream, &'a mut dyn Convert)> {
            match class {
                $(
                    #[cfg($when)]
                    $channels => {
                        // SAFETY: see above.
                        let unit = unsafe { &mut (*handle.cast::<Slot<Unit<$channels>>>()).value };
                        Some((&mut unit.stream, &mut unit.calibrator))
                    }
                )*
                _ => None,
            }
        }
    };
}

classes!(
    any(feature = "lanes-1", feature = "lanes-2"): 2,
    any(feature = "lanes-4", feature = "lanes-8"): 8,
    feature = "devices": 32
);

/// Does something with a decoder, in turn.
///
/// # Safety
/// The pointer is null or points to a handle of this library.
unsafe fn unit(
    decoder: *const tonus_decoder,
    work: impl FnOnce(&mut Stream, &mut dyn Convert) -> Outcome,
) -> tonus_result {
    let handle = decoder.cast_mut().cast::<c_void>();
    let work = |class| {
        // SAFETY: a decoder of this class, by its head, and it is our turn.
        let (stream, calibrator) = unsafe { parts(handle, class) }.ok_or(TONUS_ERROR_HANDLE)?;
        work(stream, calibrator)
    };
    // SAFETY: passed on.
    unsafe { with(handle, MAGIC, work) }
}

/// Hands frames to the functions of a sink.
struct Callbacks<'a> {
    sink: tonus_frame_sink,
    timeline: &'a mut Timeline,
    missed: &'a mut u64,
    calibrator: &'a mut dyn Convert,
    /// Channels of a frame; 0 for any.
    channels: usize,
}

impl Sink for Callbacks<'_> {
    fn frame(&mut self, frame: &Frame<'_>) {
        let placed = self.timeline.place(frame);
        let gap_before = placed.gap.saturating_add(*self.missed);
        if self.channels > 0 && frame.values.len() != self.channels {
            *self.missed = gap_before.saturating_add(1);
            return;
        }
        *self.missed = 0;
        let mut values_uv = [0.0; MAX_CHANNELS];
        let channels = self.calibrator.convert(frame.values, &mut values_uv);
        let Some(function) = self.sink.frame else { return };
        let flags = [placed.restarted, placed.ambiguous, frame.counter.is_some(), frame.device_us.is_some()];
        let frame = tonus_frame {
            index: placed.index,
            gap_before,
            values_uv: values_uv.as_ptr(),
            counts: match frame.values {
                Values::Counts(counts) => counts.as_ptr(),
                Values::Numbers(_) => core::ptr::null(),
            },
            aux: frame.aux.as_ptr(),
            channels: channels as u32,
            aux_count: frame.aux.len() as u32,
            counter: frame.counter.unwrap_or(0),
            device_us: frame.device_us.unwrap_or(0),
            flags: flags.iter().enumerate().map(|(bit, set)| u32::from(*set) << bit).sum(),
            reserved: 0,
        };
        // SAFETY: a function of this type, by the caller's word.
        unsafe { function(self.sink.user, &raw const frame) };
    }

    fn event(&mut self, event: &Event<'_>) {
        if let (Event::Message(text), Some(function)) = (event, self.sink.message) {
            // SAFETY: as above.
            unsafe { function(self.sink.user, text.as_ptr(), text.len()) };
        }
    }
}

const _: () = assert!(
    tonus_frame_flag::TONUS_FRAME_RESTARTED as u32 == 1 && tonus_frame_flag::TONUS_FRAME_HAS_CLOCK as u32 == 1 << 3
);

/// Writes the usual settings of a tonus_device to `config`, which has `size` bytes: its channels, values as counts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_config_init(
    config: *mut tonus_decoder_config,
    size: usize,
    device: u32,
) -> tonus_result {
    let struct_size = size_of::<tonus_decoder_config>() as u32;
    let mut usual = tonus_decoder_config { struct_size, device, channels: 0, keep_zero: 0, uv_per_count: 1.0 };
    match usual.layout() {
        Ok((_, channels)) => usual.channels = u32::from(channels),
        Err(result) => return result,
    }
    // SAFETY: as the caller says.
    unsafe { write(config, size, usual) }.map_or_else(|e| e, |()| TONUS_OK)
}

/// Bytes of memory for a decoder of so many channels, up to 32; for 0 channels, which are still to be learned, that of 32.
/// 0 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn tonus_decoder_size(channels: u32) -> usize {
    class(channels).map_or(0, size)
}

/// Makes `size` bytes of the caller's memory, aligned to TONUS_ALIGNMENT, a decoder. The handle is the memory: keep it until
/// tonus_decoder_deinit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_init(
    memory: *mut c_void,
    size: usize,
    config: *const tonus_decoder_config,
    decoder: *mut *mut tonus_decoder,
) -> tonus_result {
    if decoder.is_null() {
        return TONUS_ERROR_NULL;
    }
    // SAFETY: as the caller says.
    let made = unsafe {
        read(config).and_then(|config| place(memory, size, false, &config)).and_then(|()| give(decoder, memory.cast()))
    };
    made.map_or_else(|e| e, |()| TONUS_OK)
}

/// Ends a decoder in the caller's memory. The memory may then be used for anything.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_deinit(decoder: *mut tonus_decoder) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { end(decoder.cast(), MAGIC, false) }.map_or_else(|e| e, |_| TONUS_OK)
}

/// Makes a decoder on the heap. Not in builds without the standard library.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_new(
    config: *const tonus_decoder_config,
    decoder: *mut *mut tonus_decoder,
) -> tonus_result {
    if decoder.is_null() {
        return TONUS_ERROR_NULL;
    }
    let make = || {
        // SAFETY: as the caller says.
        let config = unsafe { read(config) }?;
        let size = tonus_decoder_size(u32::from(config.layout()?.1));
        let made = crate::heap::make(size, |memory, size| {
            // SAFETY: just allocated.
            unsafe { place(memory, size, true, &config) }.map(|()| memory.cast())
        })?;
        // SAFETY: as the caller says.
        unsafe { give(decoder, made) }
    };
    make().map_or_else(|e| e, |()| TONUS_OK)
}

/// Frees a decoder from tonus_decoder_new. Freeing it again is refused, unless its memory is another handle by then.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_free(decoder: *mut tonus_decoder) -> tonus_result {
    // SAFETY: on the list of living handles when this is called.
    let end = || unsafe { end(decoder.cast(), MAGIC, true) }.map(size);
    crate::heap::free(decoder.cast(), end).map_or_else(|e| e, |()| TONUS_OK)
}

/// The sink behind a pointer; null throws everything away.
///
/// # Safety
/// The pointer as for [`read`], and the functions in it as their types say.
unsafe fn sink(pointer: *const tonus_frame_sink) -> Result<tonus_frame_sink, tonus_result> {
    if pointer.is_null() {
        let struct_size = size_of::<tonus_frame_sink>() as u32;
        return Ok(tonus_frame_sink {
            struct_size,
            reserved: 0,
            user: core::ptr::null_mut(),
            frame: None,
            message: None,
        });
    }
    // SAFETY: passed on.
    unsafe { read(pointer) }
}

/// # Safety
/// As the caller of C says.
unsafe fn feed(
    decoder: *mut tonus_decoder,
    to: *const tonus_frame_sink,
    run: impl FnOnce(&mut Decoder, &mut Callbacks<'_>),
) -> tonus_result {
    let work = |stream: &mut Stream, calibrator: &mut dyn Convert| {
        // SAFETY: passed on.
        let sink = unsafe { sink(to) }?;
        let Stream { decoder, timeline, missed } = stream;
        let channels = usize::from(decoder.layout().channels);
        run(decoder, &mut Callbacks { sink, timeline, missed, calibrator, channels });
        Ok(TONUS_OK)
    };
    // SAFETY: passed on.
    unsafe { unit(decoder, work) }
}

/// Takes bytes, in pieces of any size, and hands what they complete to `sink`, which may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_push(
    decoder: *mut tonus_decoder,
    bytes: *const u8,
    length: usize,
    sink: *const tonus_frame_sink,
) -> tonus_result {
    let bytes = match (bytes.is_null(), length) {
        (_, 0) => &[],
        (true, _) => return TONUS_ERROR_NULL,
        (false, 1..=0x7FFF_FFFF) => {
            // SAFETY: not null, and by the caller's word so many bytes.
            unsafe { core::slice::from_raw_parts(bytes, length) }
        }
        _ => return TONUS_ERROR_VALUE,
    };
    // SAFETY: as the caller says.
    unsafe { feed(decoder, sink, |decoder, callbacks| decoder.push(bytes, callbacks)) }
}

/// The stream has ended: decides what waited for bytes that will not come.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_finish(
    decoder: *mut tonus_decoder,
    sink: *const tonus_frame_sink,
) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { feed(decoder, sink, |decoder, callbacks| decoder.finish(callbacks)) }
}

/// Tells that bytes may be missing from here on without a trace: an overrun, a silence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_mark_discontinuity(decoder: *mut tonus_decoder) -> tonus_result {
    let mark = |stream: &mut Stream, _: &mut dyn Convert| {
        stream.decoder.mark_discontinuity();
        Ok(TONUS_OK)
    };
    // SAFETY: as the caller says.
    unsafe { unit(decoder, mark) }
}

/// What is subtracted from a channel (from 0), in counts. TONUS_NOTHING before its first value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_anchor(
    decoder: *const tonus_decoder,
    channel: u32,
    counts: *mut f64,
) -> tonus_result {
    let look = |_: &mut Stream, calibrator: &mut dyn Convert| {
        if counts.is_null() {
            return Err(TONUS_ERROR_NULL);
        }
        let Some(anchor) = calibrator.anchor(channel as usize) else { return Ok(TONUS_NOTHING) };
        // SAFETY: as the caller says.
        unsafe { give(counts, anchor) }?;
        Ok(TONUS_OK)
    };
    // SAFETY: as the caller says.
    unsafe { unit(decoder, look) }
}

/// Counts since the beginning, written to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_decoder_statistics(
    decoder: *const tonus_decoder,
    stats: *mut tonus_decoder_stats,
    size: usize,
) -> tonus_result {
    let look = |stream: &mut Stream, _: &mut dyn Convert| {
        // SAFETY: as the caller says.
        unsafe { write(stats, size, counted(stream.decoder.stats())) }?;
        Ok(TONUS_OK)
    };
    // SAFETY: as the caller says.
    unsafe { unit(decoder, look) }
}

const fn counted(stats: &Stats) -> tonus_decoder_stats {
    tonus_decoder_stats {
        struct_size: size_of::<tonus_decoder_stats>() as u32,
        reserved: 0,
        bytes: stats.bytes,
        frames: stats.frames,
        skipped_bytes: stats.skipped_bytes,
        bad_checksum: stats.bad_checksum,
        rejected: stats.rejected,
        resyncs: stats.resyncs,
        lost: stats.lost,
        ambiguous: stats.ambiguous,
        restarts: stats.restarts,
        messages: stats.messages,
    }
}
