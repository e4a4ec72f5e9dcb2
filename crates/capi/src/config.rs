//! `tonus_pipeline_config`, `tonus_channel_config`, and what is wrong with them.

use core::ffi::c_char;

use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_dsp::error::ConfigError;
use tonus_dsp::units::SampleRate;

use crate::result::{TONUS_ERROR_CONFIG, TONUS_ERROR_NULL, TONUS_ERROR_VALUE, TONUS_OK, tonus_result};
use crate::sizes::{Sized32, read, room, write};
use crate::words;

/// Most channels of a pipeline.
pub const TONUS_MAX_LANES: usize = 8;

/// One pipeline. Fill it with tonus_pipeline_config_init, then change what is to be different.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_pipeline_config {
    /// sizeof(tonus_pipeline_config).
    pub struct_size: u32,
    /// Channels, 1 to 8.
    pub channels: u32,
    /// Sampling rate of all channels in Hz, 200 to 50000 (envelope sensors alone: from 10).
    pub rate_hz: f64,
    /// Corner of the high-pass in Hz, 1 to 400: 20 for limbs, 30 near the heart.
    pub highpass_hz: f64,
    /// Corner of the low-pass in Hz, 30 to 50000; left out where it would lie above 0.45 x rate.
    pub lowpass_hz: f64,
    /// How long a release may take after the rest cue, in seconds, 0.1 to 60.
    pub grace_s: f64,
    /// How long uninvited activity may last, in seconds, 0.1 to 60.
    pub tone_dwell_s: f64,
    /// How long the work band may be exceeded, in seconds, 0.05 to 60.
    pub overshoot_dwell_s: f64,
    /// How long a free contraction may last, in seconds, 0.5 to 3600.
    pub free_limit_s: f64,
    /// Upper edge of the work band, in units of the reference, 1.05 to 10.
    pub overshoot_ratio: f32,
    /// Ratio to rest at which activity of a raw channel starts, 1 to 20. A stored calibration brings its own.
    pub on_ratio: f32,
    /// Ratio to rest at which it ends, 1 to on_ratio. A stored calibration brings its own.
    pub off_ratio: f32,
    /// A tonus_mains.
    pub mains: u32,
    /// A tonus_reference.
    pub reference: u32,
    /// 0.
    pub reserved: u32,
}

/// One channel. Fill it with tonus_channel_config_init, then change what is to be different.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_channel_config {
    /// sizeof(tonus_channel_config).
    pub struct_size: u32,
    /// A tonus_kind.
    pub kind: u32,
    /// Lowest value the converter can give, in microvolts minus the anchor; NAN if unknown.
    pub low_rail_uv: f32,
    /// Highest value the converter can give, in microvolts minus the anchor; NAN if unknown.
    pub high_rail_uv: f32,
    /// One step of the converter in microvolts; NAN if unknown.
    pub lsb_uv: f32,
    /// 1 for a muscle that should stay quiet, else 0.
    pub accessory: u32,
}

/// A setting outside its limits.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_problem {
    /// sizeof(tonus_problem).
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// What was given.
    pub value: f64,
    /// Smallest accepted value.
    pub min: f64,
    /// Largest accepted value.
    pub max: f64,
    /// The setting's name, with a 0 at its end.
    pub field: [c_char; 40],
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Sized32 for tonus_pipeline_config {}
// SAFETY: as above.
unsafe impl Sized32 for tonus_channel_config {}
// SAFETY: as above.
unsafe impl Sized32 for tonus_problem {}

impl tonus_pipeline_config {
    fn new(rate_hz: f64, channels: u32) -> Self {
        // Any rate gives the same defaults; the caller's is checked when the configuration is used.
        let defaults = SampleRate::new(1000.0).map(PipelineConfig::new);
        let get = |field: fn(&PipelineConfig) -> f64| defaults.as_ref().map_or(f64::NAN, field);
        Self {
            struct_size: size_of::<Self>() as u32,
            channels,
            rate_hz,
            highpass_hz: get(|c| c.highpass_hz),
            lowpass_hz: get(|c| c.lowpass_hz),
            grace_s: get(|c| c.grace_s),
            tone_dwell_s: get(|c| c.tone_dwell_s),
            overshoot_dwell_s: get(|c| c.overshoot_dwell_s),
            free_limit_s: get(|c| c.free_limit_s),
            overshoot_ratio: get(|c| f64::from(c.overshoot_ratio)) as f32,
            on_ratio: get(|c| f64::from(c.on_ratio)) as f32,
            off_ratio: get(|c| f64::from(c.off_ratio)) as f32,
            mains: 0,
            reference: 0,
            reserved: 0,
        }
    }

    fn checked(&self) -> Result<Result<PipelineConfig, ConfigError>, tonus_result> {
        let (mains, reference) = (words::mains_mode(self.mains)?, words::reference(self.reference)?);
        if self.reserved != 0 {
            return Err(TONUS_ERROR_VALUE);
        }
        Ok(SampleRate::new(self.rate_hz).map(|rate| PipelineConfig {
            highpass_hz: self.highpass_hz,
            lowpass_hz: self.lowpass_hz,
            rate,
            mains,
            reference,
            on_ratio: self.on_ratio,
            off_ratio: self.off_ratio,
            overshoot_ratio: self.overshoot_ratio,
            grace_s: self.grace_s,
            tone_dwell_s: self.tone_dwell_s,
            overshoot_dwell_s: self.overshoot_dwell_s,
            free_limit_s: self.free_limit_s,
        }))
    }
}

impl tonus_channel_config {
    const UNKNOWN: Self = Self {
        struct_size: size_of::<Self>() as u32,
        kind: 0,
        low_rail_uv: f32::NAN,
        high_rail_uv: f32::NAN,
        lsb_uv: f32::NAN,
        accessory: 0,
    };

    fn checked(&self) -> Result<ChannelConfig, tonus_result> {
        if self.accessory > 1 {
            return Err(TONUS_ERROR_VALUE);
        }
        let rails_uv = match (self.low_rail_uv.is_nan(), self.high_rail_uv.is_nan()) {
            (true, true) => None,
            (false, false) => Some((self.low_rail_uv, self.high_rail_uv)),
            _ => return Err(TONUS_ERROR_VALUE),
        };
        Ok(ChannelConfig {
            kind: words::kind(self.kind)?,
            rails_uv,
            lsb_uv: (!self.lsb_uv.is_nan()).then_some(self.lsb_uv),
            accessory: self.accessory == 1,
        })
    }
}

/// A configuration as the core knows it.
pub(crate) struct Setup {
    pub config: PipelineConfig,
    pub channels: [ChannelConfig; TONUS_MAX_LANES],
    pub count: usize,
}

impl Setup {
    /// Reads what a caller gives; the inner error is one that the core would find.
    ///
    /// # Safety
    /// Pointers as for [`read`]; `channels` is null or points to as many as the configuration says.
    unsafe fn read(
        config: *const tonus_pipeline_config,
        channels: *const tonus_channel_config,
    ) -> Result<Result<Self, ConfigError>, tonus_result> {
        // SAFETY: passed on.
        let given = unsafe { read(config) }?;
        let count = given.channels as usize;
        if count == 0 || count > TONUS_MAX_LANES {
            return Ok(Err(ConfigError::Channels { given: count, capacity: TONUS_MAX_LANES }));
        }
        let mut all = [ChannelConfig::default(); TONUS_MAX_LANES];
        if !channels.is_null() {
            for (i, slot) in all.iter_mut().enumerate().take(count) {
                // SAFETY: the caller says that there are `count`.
                *slot = unsafe { read(channels.wrapping_add(i)) }?.checked()?;
            }
        }
        Ok(given.checked()?.and_then(|config| {
            config.check(&all[..count])?;
            Ok(Self { config, channels: all, count })
        }))
    }

    /// As above, with one result.
    ///
    /// # Safety
    /// As above.
    pub unsafe fn accept(
        config: *const tonus_pipeline_config,
        channels: *const tonus_channel_config,
    ) -> Result<Self, tonus_result> {
        // SAFETY: passed on.
        unsafe { Self::read(config, channels) }?.map_err(|_| TONUS_ERROR_CONFIG)
    }

    pub fn channels(&self) -> &[ChannelConfig] {
        &self.channels[..self.count]
    }
}

/// Writes the defaults for a sampling rate in Hz and a number of channels to `config`, which has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_config_init(
    config: *mut tonus_pipeline_config,
    size: usize,
    rate_hz: f64,
    channels: u32,
) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { write(config, size, tonus_pipeline_config::new(rate_hz, channels)) }.map_or_else(|e| e, |()| TONUS_OK)
}

/// Writes a raw channel about which nothing more is known to `channel`, which has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_channel_config_init(channel: *mut tonus_channel_config, size: usize) -> tonus_result {
    // SAFETY: as the caller says.
    unsafe { write(channel, size, tonus_channel_config::UNKNOWN) }.map_or_else(|e| e, |()| TONUS_OK)
}

/// Tells which setting makes a configuration unusable.
///
/// `channels` may be null, or points to as many as the configuration says. TONUS_NOTHING if nothing is wrong.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tonus_pipeline_explain(
    config: *const tonus_pipeline_config,
    channels: *const tonus_channel_config,
    problem: *mut tonus_problem,
    size: usize,
) -> tonus_result {
    if config.is_null() {
        return TONUS_ERROR_NULL;
    }
    if let Err(result) = room(problem, size) {
        return result;
    }
    // SAFETY: as the caller says.
    let found = match unsafe { Setup::read(config, channels) } {
        Ok(Ok(_)) => return crate::result::TONUS_NOTHING,
        Ok(Err(error)) => describe(&error),
        Err(result) => return result,
    };
    // SAFETY: checked above, and as the caller says.
    unsafe { write(problem, size, found) }.map_or_else(|e| e, |()| TONUS_OK)
}

fn describe(error: &ConfigError) -> tonus_problem {
    let (field, value, min, max) = match *error {
        ConfigError::OutOfRange { field, value, min, max } => (field, value, min, max),
        ConfigError::AboveNyquist { field, edge_hz, limit_hz } => (field, edge_hz, 0.0, limit_hz),
        ConfigError::Channels { given, capacity } => ("channels", given as f64, 1.0, capacity as f64),
        ConfigError::Unstable { field } => (field, f64::NAN, f64::NAN, f64::NAN),
        _ => ("another setting", f64::NAN, f64::NAN, f64::NAN),
    };
    let mut text = [0; 40];
    for (slot, byte) in text.iter_mut().take(39).zip(field.bytes()) {
        *slot = byte as c_char;
    }
    tonus_problem { struct_size: size_of::<tonus_problem>() as u32, reserved: 0, value, min, max, field: text }
}
