//! Bytes of a device to frames, without any port: the decoder alone.
//!
//! Decodes a built-in stream of 1000 `tonus-cobs` frames with a damaged byte in every tenth, or the raw bytes of a file
//! (`decode_bytes DEVICE FILE`). Prints frames, losses and rejected checksums. Exits with an error if nothing was decoded.

use std::error::Error;

use tonus::wire::profile::DeviceProfile;
use tonus::wire::{Decoder, Encoder, Frame, Sink, Stamp, Timeline, Values};

/// Places frames on the timeline.
#[derive(Default)]
struct Places {
    timeline: Timeline,
    last: Option<(u64, Vec<f64>)>,
}

impl Sink for Places {
    fn frame(&mut self, frame: &Frame<'_>) {
        let placed = self.timeline.place(frame);
        let values = match frame.values {
            Values::Counts(counts) => counts.iter().map(|count| f64::from(*count)).collect(),
            Values::Numbers(numbers) => numbers.to_vec(),
        };
        self.last = Some((placed.index, values));
    }
}

/// 1000 frames of two channels; a bit of every tenth is wrong.
fn damaged_stream(profile: &DeviceProfile) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = Encoder::new(&profile.layout)?;
    let (mut bytes, mut room) = (Vec::new(), [0; 2048]);
    for n in 0..1000 {
        let counts = [n, -n];
        let stamp = Stamp { device_us: 1000 * n as u32, aux: &[] };
        let length = encoder.encode(Values::Counts(&counts), stamp, &mut room)?;
        if n % 10 == 5 {
            room[3] ^= 0x10;
        }
        bytes.extend_from_slice(&room[..length]);
    }
    Ok(bytes)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let device = args.next().unwrap_or_else(|| "tonus-cobs".to_owned());
    let profile = DeviceProfile::builtin(&device).ok_or("no such device profile")?;
    let bytes = match args.next() {
        Some(file) => std::fs::read(file)?,
        None => damaged_stream(&profile)?,
    };
    let mut decoder = Decoder::new(&profile.layout)?;
    let mut places = Places::default();
    for part in bytes.chunks(7) {
        // Any split of the bytes gives the same frames.
        decoder.push(part, &mut places);
    }
    decoder.finish(&mut places);
    let stats = decoder.stats();
    println!("{}: {} bytes, {} frames", profile.name, stats.bytes, stats.frames);
    println!("lost {}, bad checksums {}, resyncs {}", places.timeline.lost(), stats.bad_checksum, stats.resyncs);
    let (index, values) = places.last.ok_or("no frame in these bytes")?;
    println!("last frame: index {index}, values {values:?}");
    Ok(())
}
