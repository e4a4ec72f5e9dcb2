//! Samples of the caller's own through the pipeline.

use tonus_core::calibration::Calibration;
use tonus_core::config::{ChannelConfig, Config, Kind};
use tonus_core::decision::Decision;
use tonus_core::digest::Digest;
use tonus_core::input::{Command, Cue, Input};
use tonus_dsp::error::ShapeError;
use tonus_dsp::units::SampleRate;
use tonus_engine::{Engine, check_calibration, check_ratios};

use crate::event::Gathered;
use crate::{Error, Event};

/// Turns samples into decisions, for a program with a sensor and a screen of its own.
///
/// Channels are set at run time. The decisions are those of the command, bit for bit, and do not depend on the size of the
/// blocks. A call allocates only if it gives more decisions than any before it.
///
/// ```
/// use tonus::{Cue, Monitor, State};
///
/// let mut monitor = Monitor::new(1000.0, 1)?;
/// monitor.cue(Cue::Quiet);
/// for d in monitor.push_uv(&[0.0; 500])? {
///     assert_eq!(d.state, State::Invalid); // not calibrated yet
/// }
/// # Ok::<(), tonus::Error>(())
/// ```
#[derive(Debug)]
pub struct Monitor {
    engine: Engine,
    /// What is subtracted from each channel; none before its first valid value.
    anchors: Vec<Option<f64>>,
    block: Vec<f32>,
    gathered: Gathered,
}

impl Monitor {
    /// A monitor of raw EMG channels with the defaults of the command.
    ///
    /// # Errors
    /// [`Error::Config`] if the rate is outside 200 to 50,000 Hz, or the channels are not 1 to 256.
    pub fn new(rate_hz: f64, channels: usize) -> Result<Self, Error> {
        Self::with_config(rate_hz, channels, &Config::default())
    }

    /// A monitor of raw EMG channels with settings of the caller's; those that are not stated keep their defaults.
    ///
    /// # Errors
    /// As [`Monitor::new`]; [`Error::Config`] that names the setting.
    pub fn with_config(rate_hz: f64, channels: usize, config: &Config) -> Result<Self, Error> {
        Self::with_channels(rate_hz, &vec![ChannelConfig::default(); channels], config)
    }

    /// A monitor whose channels differ: raw or envelope, with or without known limits of the converter, accessory or not.
    ///
    /// # Errors
    /// As [`Monitor::with_config`]; envelope channels alone may have 10 Hz and more.
    pub fn with_channels(rate_hz: f64, channels: &[ChannelConfig], config: &Config) -> Result<Self, Error> {
        if channels.is_empty() {
            let capacity = tonus_engine::MAX_CHANNELS;
            return Err(tonus_dsp::error::ConfigError::Channels { given: 0, capacity }.into());
        }
        // The zero of an envelope sensor means something; that of an electrode does not.
        let anchors = channels.iter().map(|channel| (channel.kind == Kind::Envelope).then_some(0.0)).collect();
        let engine = Engine::new(&config.pipeline(SampleRate::new(rate_hz)?), channels)?;
        Ok(Self { engine, anchors, block: Vec::new(), gathered: Gathered::default() })
    }

    /// Takes whole frames in µV, interleaved (`f64`, `f32` or integers), and gives the decisions that they complete.
    ///
    /// The first valid value of each raw channel is subtracted from all that follow, in `f64`, so that a large offset costs no
    /// resolution. A missing value is NaN.
    ///
    /// # Errors
    /// [`Error::Shape`] if the block is not a whole number of frames; nothing is taken then.
    pub fn push_uv<T: Copy + Into<f64>>(&mut self, frames: &[T]) -> Result<&[Decision], Error> {
        let channels = self.anchors.len();
        if !frames.len().is_multiple_of(channels) {
            return Err(ShapeError::PartialFrame { given: frames.len(), channels }.into());
        }
        self.block.clear();
        for frame in frames.chunks_exact(channels) {
            for (value, anchor) in frame.iter().zip(&mut self.anchors) {
                let value: f64 = (*value).into();
                if anchor.is_none() && value.is_finite() {
                    *anchor = Some(value);
                }
                self.block.push((value - anchor.unwrap_or(0.0)) as f32);
            }
        }
        self.gathered.clear();
        self.engine.push(Input::Frames(&self.block), &mut self.gathered)?;
        Ok(&self.gathered.decisions)
    }

    /// Takes frames that are known to be missing, and gives the decisions that they complete.
    ///
    /// # Errors
    /// None that is known; the same as [`Monitor::push_uv`].
    pub fn gap(&mut self, frames: u64) -> Result<&[Decision], Error> {
        self.gathered.clear();
        self.engine.push(Input::Gap { frames }, &mut self.gathered)?;
        Ok(&self.gathered.decisions)
    }

    /// The source went silent for an unknown time: filters start again with the next frame.
    ///
    /// # Errors
    /// None that is known; the same as [`Monitor::push_uv`].
    pub fn stalled(&mut self) -> Result<(), Error> {
        self.gathered.clear();
        Ok(self.engine.push(Input::Stalled, &mut self.gathered)?)
    }

    /// From the next frame on, this is asked for. Leaving [`Cue::Quiet`] or [`Cue::Reference`] closes that calibration step; what came of
    /// it is returned, one event per channel.
    pub fn cue(&mut self, cue: Cue) -> &[Event] {
        self.gathered.clear();
        // A cue has no shape that could be wrong.
        let _ = self.engine.push(Input::Command(Command::Cue(cue)), &mut self.gathered);
        &self.gathered.calibrations
    }

    /// Uses this calibration for a channel (from 0) from the next frame on.
    ///
    /// # Errors
    /// [`Error::Config`] if it was made with other settings or holds a number that cannot be, [`Error::Shape`] if there is no
    /// such channel.
    pub fn load_calibration(&mut self, channel: usize, calibration: &Calibration) -> Result<(), Error> {
        self.check_channel(channel)?;
        check_calibration(calibration)?;
        self.engine.check_calibration(channel, calibration)?;
        self.use_calibration(channel, *calibration)
    }

    /// The calibration in force for a channel (from 0), to be stored with [`save_calibration`](crate::save_calibration).
    pub fn calibration(&self, channel: usize) -> Option<&Calibration> {
        (channel < self.anchors.len()).then(|| self.engine.calibration(channel)).flatten()
    }

    /// Sets where activity of a raw channel (from 0) starts and ends, as ratios to its rest; 1.5 and 1.3 by default.
    ///
    /// In force from the next tick on, as if the channel had been given its calibration with these ratios; [`Monitor::calibration`] has
    /// them, so they are stored with it. A new calibration brings the defaults back.
    ///
    /// # Errors
    /// [`Error::Config`] unless 1 < `off` ≤ `on` ≤ 100; [`Error::NotCalibrated`]; [`Error::EnvelopeThresholds`]; [`Error::Shape`].
    pub fn set_thresholds(&mut self, channel: usize, on: f32, off: f32) -> Result<(), Error> {
        self.check_channel(channel)?;
        check_ratios(on, off)?;
        let Some(mut calibration) = self.calibration(channel).copied() else {
            return Err(Error::NotCalibrated { channel });
        };
        if calibration.kind == Kind::Envelope {
            return Err(Error::EnvelopeThresholds { channel });
        }
        calibration.detection.ratios = (on, off);
        self.use_calibration(channel, calibration)
    }

    /// SHA-256 over all decisions so far: equal digests, equal decisions.
    pub fn digest(&self) -> Digest {
        self.engine.digest().into()
    }

    fn check_channel(&self, given: usize) -> Result<(), ShapeError> {
        let channels = self.anchors.len();
        if given < channels { Ok(()) } else { Err(ShapeError::Channel { given, channels }) }
    }

    fn use_calibration(&mut self, channel: usize, calibration: Calibration) -> Result<(), Error> {
        self.gathered.clear();
        // Channels are at most 256, so that a `u8` holds them.
        let command = Command::Calibration { channel: channel as u8, calibration };
        Ok(self.engine.push(Input::Command(command), &mut self.gathered)?)
    }
}
