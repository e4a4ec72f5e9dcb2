//! A simulated device without I/O: frames in, bytes out; commands in, answers out.

use tonus_wire::layout::Framing;
use tonus_wire::profile::{DeviceProfile, Step};
use tonus_wire::{EncodeError, Encoder, Layout, LayoutError, Stamp, Values};

/// Room for one encoded frame.
const ROOM: usize = 2048;
/// Longest command that is waited for.
const MAX_COMMAND: usize = 64;

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Effect {
    Start,
    Stop,
    Answer(Vec<u8>),
}

/// A device that speaks a profile.
#[derive(Debug)]
pub struct Device {
    layout: Layout,
    encoder: Encoder<'static>,
    commands: Vec<(Vec<u8>, Effect)>,
    heard: Vec<u8>,
    hushes: bool,
    starts_alone: bool,
    streaming: bool,
    greeting: Vec<u8>,
    rate_hz: f64,
}

impl Device {
    /// A device of this profile, its channels in use; it samples at `rate_hz`.
    ///
    /// # Errors
    /// [`LayoutError`] if the format cannot work.
    pub fn new(profile: &DeviceProfile, rate_hz: f64) -> Result<Self, LayoutError> {
        let encoder = Self::encoder(&profile.layout)?;
        let startup = &profile.startup;
        let variables = profile.variables();
        let mut commands: Vec<(Vec<u8>, Effect)> = Vec::new();
        let sends = |steps: &[Step]| -> Vec<Vec<u8>> {
            let send = |step: &Step| match step {
                Step::Send(template) => Some(template.render(&variables)),
                _ => None,
            };
            steps.iter().filter_map(send).filter(|bytes| !bytes.is_empty()).collect()
        };
        if let Some(bytes) = sends(&startup.start).pop() {
            commands.push((bytes, Effect::Start));
        }
        commands.extend(sends(&startup.stop).into_iter().map(|bytes| (bytes, Effect::Stop)));
        let say = |text: &[u8]| {
            let mut room = [0; ROOM];
            match (&profile.layout.framing, encoder.message(text, &mut room)) {
                (Framing::MsbFlag(_) | Framing::Cobs | Framing::Slip, Ok(length)) => {
                    room.iter().take(length).copied().collect()
                }
                _ => [text, b"\r\n"].concat(),
            }
        };
        if let Some(identify) = &startup.identify {
            commands.push((identify.send.render(&variables), Effect::Answer(say(&identify.expect))));
        }
        if let Some(ready) = &startup.ready
            && let Some(bytes) = sends(&startup.pre).pop()
        {
            commands.push((bytes, Effect::Answer([b"simulated ", ready.until.as_slice()].concat())));
        }
        // The longest first, so that one command may be the start of another.
        commands.sort_by_key(|command| std::cmp::Reverse(command.0.len()));
        let starts_alone = !commands.iter().any(|command| command.1 == Effect::Start);
        // The first line of a text stream is thrown away by every reader: it should not be a frame.
        let greeting = match profile.layout.framing {
            Framing::Text(_) => format!("tonus simulates {}\r\n", profile.id).into_bytes(),
            _ => Vec::new(),
        };
        Ok(Self {
            layout: profile.layout,
            encoder,
            commands,
            heard: Vec::new(),
            hushes: startup.silent_while_streaming,
            starts_alone,
            streaming: false,
            greeting,
            rate_hz,
        })
    }

    /// Says `message` (a hello) whenever the device starts.
    #[must_use]
    pub fn with_hello(mut self, message: &str) -> Self {
        let mut room = [0; ROOM];
        if let Ok(length) = self.encoder.message(message.as_bytes(), &mut room) {
            self.greeting = room.iter().take(length).copied().collect();
        }
        self
    }

    fn encoder(layout: &Layout) -> Result<Encoder<'static>, LayoutError> {
        const LABELS: [&str; 8] = ["ch1", "ch2", "ch3", "ch4", "ch5", "ch6", "ch7", "ch8"];
        let encoder = Encoder::new(layout)?;
        let is_labelled = match layout.framing {
            Framing::Text(spec) => spec.labels == tonus_wire::layout::Labels::Require,
            _ => false,
        };
        Ok(if is_labelled { encoder.with_labels(&LABELS) } else { encoder })
    }

    /// Power on, or the reset that opening a port causes.
    pub fn boot(&mut self, out: &mut Vec<u8>) {
        if let Ok(encoder) = Self::encoder(&self.layout) {
            self.encoder = encoder;
        }
        self.heard.clear();
        self.streaming = false;
        if self.starts_alone {
            self.start(out);
        }
    }

    /// Power off, as when the plug is pulled.
    pub fn switch_off(&mut self) {
        self.heard.clear();
        self.streaming = false;
    }

    fn start(&mut self, out: &mut Vec<u8>) {
        if !self.streaming {
            out.extend_from_slice(&self.greeting);
        }
        self.streaming = true;
    }

    /// Whether frames are sent.
    pub const fn is_streaming(&self) -> bool {
        self.streaming
    }

    /// Whether it streams without being told to.
    pub const fn starts_alone(&self) -> bool {
        self.starts_alone
    }

    /// Bytes from the host; answers are appended to `out`.
    pub fn receive(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.hushes && !bytes.is_empty() {
            self.streaming = false;
        }
        self.heard.extend_from_slice(bytes);
        while !self.heard.is_empty() {
            let found = self.commands.iter().find(|command| self.heard.starts_with(&command.0)).cloned();
            if let Some((command, effect)) = found {
                self.heard.drain(..command.len());
                match effect {
                    Effect::Start => self.start(out),
                    Effect::Stop => self.streaming = false,
                    Effect::Answer(answer) => out.extend_from_slice(&answer),
                }
            } else if self.heard.len() < MAX_COMMAND && self.commands.iter().any(|c| c.0.starts_with(&self.heard)) {
                break;
            } else {
                self.heard.remove(0);
            }
        }
    }

    /// Samples one frame and appends its bytes.
    ///
    /// # Errors
    /// [`EncodeError`] if a value does not fit the format.
    pub fn frame(&mut self, values: &[f64], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let mut room = [0; ROOM];
        let micros = self.encoder.position() as f64 / self.rate_hz * 1e6;
        let stamp = Stamp { device_us: micros as u64 as u32, aux: &[] };
        let length = if matches!(self.layout.framing, Framing::Text(_)) {
            self.encoder.encode(Values::Numbers(values), stamp, &mut room)?
        } else {
            let counts: Vec<i32> = values.iter().map(|value| *value as i32).collect();
            self.encoder.encode(Values::Counts(&counts), stamp, &mut room)?
        };
        out.extend(room.iter().take(length));
        Ok(())
    }

    /// Samples frames and sends none of them.
    pub const fn skip(&mut self, frames: u64) {
        self.encoder.skip(frames);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chords_board_answers_starts_and_is_hushed() {
        let profile = DeviceProfile::builtin("chords-uno-r3").unwrap();
        let mut device = Device::new(&profile, 250.0).unwrap();
        let mut out = Vec::new();
        device.boot(&mut out);
        assert!(!device.is_streaming() && out.is_empty());
        device.receive(b"WHO", &mut out);
        assert!(out.is_empty());
        device.receive(b"RU\n", &mut out);
        assert_eq!(out, b"UNO\r\n");
        device.receive(b"noiseSTART\n", &mut out);
        assert!(device.is_streaming());
        device.receive(b"x", &mut out);
        assert!(!device.is_streaming());
    }

    #[test]
    fn every_builtin_profile_can_be_simulated() {
        for profile in DeviceProfile::all() {
            let channels = profile.used_channels().max(1);
            let mut device = Device::new(&profile, 250.0).unwrap();
            let mut out = Vec::new();
            device.boot(&mut out);
            let values: Vec<f64> = (0..channels).map(|n| n as f64).collect();
            device.frame(&values, &mut out).unwrap_or_else(|error| panic!("{}: {error}", profile.id));
            assert!(!out.is_empty());
        }
    }
}
