//! Sound through the sound card, or silence with a reason: no failure here ever reaches a session.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, ErrorKind, FromSample, I24, SampleFormat, SizedSample, StreamConfig};

use crate::sound::{Chime, Mapping, Voice};

/// What the thread that draws tells the thread that sounds: plain atomics, so the one never waits for the other.
#[derive(Debug)]
struct Shared {
    /// Bits of the activation; NaN while nothing can be told.
    activation: AtomicU32,
    /// Bits of the volume.
    volume: AtomicU32,
    is_volume_mapping: AtomicBool,
    /// Chime to ring (as [`CHIMES`] counts, from 1); 0 for none.
    chime: AtomicU32,
    is_lost: AtomicBool,
    /// Why a stream that ran no longer does.
    lost: Mutex<Option<String>>,
}

const CHIMES: [Chime; 4] = [Chime::Work, Chime::Rest, Chime::Step, Chime::Done];

/// The sound card with a voice on it.
pub struct AudioOutput {
    shared: Arc<Shared>,
    /// Sounds as long as it is kept.
    stream: Option<cpal::Stream>,
    reason: Option<String>,
}

impl std::fmt::Debug for AudioOutput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AudioOutput").field("reason", &self.reason()).finish_non_exhaustive()
    }
}

impl AudioOutput {
    /// Opens the usual sound card. Always gives a speaker; if it is silent, [`AudioOutput::reason`] says why.
    pub fn open() -> Self {
        let shared = Arc::new(Shared {
            activation: AtomicU32::new(f32::NAN.to_bits()),
            volume: AtomicU32::new(0.5_f32.to_bits()),
            is_volume_mapping: AtomicBool::new(false),
            chime: AtomicU32::new(0),
            is_lost: AtomicBool::new(false),
            lost: Mutex::new(None),
        });
        let (stream, reason) = match stream(&shared) {
            Ok(stream) => (Some(stream), None),
            Err(reason) => (None, Some(reason)),
        };
        Self { shared, stream, reason }
    }

    /// Why nothing is to be heard; none while the card works.
    pub fn reason(&self) -> Option<String> {
        if self.shared.is_lost.load(Ordering::Acquire) {
            return self.shared.lost.lock().map_or(None, |lost| lost.clone());
        }
        self.reason.clone()
    }

    /// Whether there is a card that plays.
    pub fn is_working(&self) -> bool {
        self.stream.is_some() && !self.shared.is_lost.load(Ordering::Acquire)
    }

    /// What the tone follows from now on; silent if nothing can be told.
    pub fn follow(&self, activation: Option<f32>) {
        self.shared.activation.store(activation.unwrap_or(f32::NAN).to_bits(), Ordering::Relaxed);
    }

    /// From 0 (silent) to 1.
    pub fn set_volume(&self, volume: f32) {
        self.shared.volume.store(volume.to_bits(), Ordering::Relaxed);
    }

    /// Which quality of the tone follows.
    pub fn set_mapping(&self, mapping: Mapping) {
        self.shared.is_volume_mapping.store(mapping == Mapping::Volume, Ordering::Relaxed);
    }

    /// Rings a chime.
    pub fn ring(&self, chime: Chime) {
        let place = CHIMES.iter().position(|&other| other == chime).unwrap_or(0);
        self.shared.chime.store(place as u32 + 1, Ordering::Release);
    }
}

fn stream(shared: &Arc<Shared>) -> Result<cpal::Stream, String> {
    let device = cpal::default_host().default_output_device().ok_or("no sound card")?;
    let config = device.default_output_config().map_err(|error| error.to_string())?;
    let format = config.sample_format();
    let config = config.config();
    let stream = match format {
        SampleFormat::I8 => build::<i8>(&device, config, shared),
        SampleFormat::I16 => build::<i16>(&device, config, shared),
        SampleFormat::I24 => build::<I24>(&device, config, shared),
        SampleFormat::I32 => build::<i32>(&device, config, shared),
        SampleFormat::U8 => build::<u8>(&device, config, shared),
        SampleFormat::U16 => build::<u16>(&device, config, shared),
        SampleFormat::U32 => build::<u32>(&device, config, shared),
        SampleFormat::F32 => build::<f32>(&device, config, shared),
        SampleFormat::F64 => build::<f64>(&device, config, shared),
        other => return Err(format!("sound card wants samples as {other}")),
    };
    let stream = stream.map_err(|error| error.to_string())?;
    stream.play().map_err(|error| error.to_string())?;
    Ok(stream)
}

/// Samples made at once; a block of the card is a run of such pieces.
const PIECE: usize = 256;

fn build<T>(device: &Device, config: StreamConfig, shared: &Arc<Shared>) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + FromSample<f32>,
{
    let (heard, lost) = (Arc::clone(shared), Arc::clone(shared));
    let channels = usize::from(config.channels).max(1);
    let mut voice = Voice::new(config.sample_rate as f32);
    let mut piece = [0.0; PIECE];
    let fill = move |out: &mut [T], _: &cpal::OutputCallbackInfo| {
        let is_volume = heard.is_volume_mapping.load(Ordering::Relaxed);
        voice.set_mapping(if is_volume { Mapping::Volume } else { Mapping::Pitch });
        voice.set_volume(f32::from_bits(heard.volume.load(Ordering::Relaxed)));
        voice.follow(Some(f32::from_bits(heard.activation.load(Ordering::Relaxed))));
        if let Some(chime) = CHIMES.get((heard.chime.swap(0, Ordering::AcqRel) as usize).wrapping_sub(1)) {
            voice.ring(*chime);
        }
        for frames in out.chunks_mut(PIECE * channels) {
            let values = &mut piece[..frames.len().div_ceil(channels)];
            voice.fill(values);
            for (frame, &value) in frames.chunks_mut(channels).zip(values.iter()) {
                frame.fill(T::from_sample(value));
            }
        }
    };
    let fail = move |error: cpal::Error| {
        // A late block is a crack in the tone, not the end of it.
        if !matches!(error.kind(), ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied) {
            if let Ok(mut reason) = lost.lost.lock() {
                *reason = Some(error.to_string());
            }
            lost.is_lost.store(true, Ordering::Release);
        }
    };
    device.build_output_stream(config, fill, fail, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_or_without_a_card_nothing_fails() {
        let speaker = AudioOutput::open();
        speaker.follow(Some(0.5));
        speaker.set_mapping(Mapping::Volume);
        speaker.set_volume(0.1);
        speaker.ring(Chime::Rest);
        speaker.follow(None);
        assert_eq!(speaker.is_working(), speaker.reason().is_none());
    }
}
