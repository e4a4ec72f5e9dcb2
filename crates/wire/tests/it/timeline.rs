//! Ten minutes of every device that counts its frames, with losses: each sample is at its index, each loss is one gap.

use tonus_testkit::wire::{Random, layouts};
use tonus_wire::layout::{Framing, Layout};
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Decoder, Encoder, Frame, Sink, Stamp, Timeline, Values};

const SECONDS: f64 = 600.0;
/// Frames of one run; at least as many as confirm each other.
const RUNS: std::ops::Range<u64> = 4..400;
/// Frames of one loss; less where the counter would turn and, standing where it stood, mark the loss as uncertain.
const LOSSES: u64 = 300;

#[derive(Default)]
struct Places {
    timeline: Timeline,
    indices: Vec<u64>,
    ambiguous: u64,
}

impl Sink for Places {
    fn frame(&mut self, frame: &Frame<'_>) {
        let placed = self.timeline.place(frame);
        self.indices.push(placed.index);
        self.ambiguous += u64::from(placed.ambiguous || placed.restarted);
    }
}

/// Frames until the counter is back where it was.
fn turn(layout: &Layout) -> Option<u64> {
    let counter = layout.record.counter?;
    // A Cyton with Daisy sends two packets per sample.
    let halves = if layout.framing == Framing::CytonDaisy { 2 } else { 1 };
    Some(counter.modulus / u64::from(counter.step.max(1)) / halves)
}

#[test]
fn after_ten_minutes_of_losses_the_index_is_exact() {
    let mut tried = 0;
    for (name, layout) in layouts() {
        let Some(turn) = turn(&layout) else { continue };
        tried += 1;
        let rate_hz = DeviceProfile::builtin(&name).and_then(|profile| profile.rate_hz(usize::from(layout.channels)));
        let total = (SECONDS * rate_hz.unwrap_or(1000.0)) as u64;
        let mut random = Random(17);
        let mut encoder = Encoder::new(&layout).expect("valid");
        let mut decoder = Decoder::new(&layout).expect("valid");
        let mut places = Places::default();
        let values = vec![1; usize::from(layout.channels)];
        let (mut index, mut truth) = (0, Vec::new());
        let (mut lost, mut gaps) = (0, 0);
        while index < total {
            for _ in 0..RUNS.start + random.below(RUNS.end - RUNS.start) {
                let mut room = [0; 1100];
                let stamp = Stamp { device_us: (index * 1000) as u32, aux: &[] };
                let length = encoder.encode(Values::Counts(&values), stamp, &mut room).expect("fits");
                decoder.push(&room[..length], &mut places);
                truth.push(index);
                index += 1;
            }
            let missing = 1 + random.below(LOSSES.min(turn - 2));
            encoder.skip(missing);
            (index, lost, gaps) = (index + missing, lost + missing, gaps + 1);
            if index >= total {
                // Nothing comes after the last loss, so nobody knows of it.
                (lost, gaps) = (lost - missing, gaps - 1);
            }
        }
        decoder.finish(&mut places);
        assert!(places.indices == truth, "{name}: {} frames of {}", places.indices.len(), truth.len());
        assert_eq!((places.timeline.lost(), places.timeline.gaps()), (lost, gaps), "{name}");
        assert_eq!((decoder.stats().lost, places.ambiguous), (lost, 0), "{name}");
    }
    assert!(tried >= 14, "{tried}");
}
