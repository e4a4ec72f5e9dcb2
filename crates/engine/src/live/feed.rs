//! Packets of a sensor to the inputs of a pipeline: the same values, in the same order, as a recording of them gives.

use tonus_core::input::Input;
use tonus_device::Packet;
use tonus_record::Kind;
use tonus_wire::{Calibrator, MAX_CHANNELS, Scale, Values};

/// Turns packets into inputs.
///
/// The offset goes first, exactly: each channel's first value is subtracted before anything is narrowed to `f32` (an
/// envelope keeps the sensor's own zero).
#[derive(Debug, Clone)]
pub struct Feed {
    calibrator: Calibrator,
    frames: u64,
    lost: u64,
    gaps: u64,
}

impl Feed {
    /// A feed for channels of these scales.
    pub fn new(scales: &[Scale], kind: Kind) -> Self {
        let mut calibrator = Calibrator::new(scales);
        if kind == Kind::Envelope {
            calibrator.set_anchors(&[0.0; MAX_CHANNELS]);
        }
        Self { calibrator, frames: 0, lost: 0, gaps: 0 }
    }

    /// Frames so far.
    pub const fn frames(&self) -> u64 {
        self.frames
    }

    /// Frames missing so far.
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// Interruptions so far.
    pub const fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Index of the next frame.
    pub const fn index(&self) -> u64 {
        self.frames + self.lost
    }

    /// What is subtracted from a channel, once a frame has come.
    pub fn anchor(&self, channel: usize) -> Option<f64> {
        self.calibrator.anchor(channel)
    }

    /// Hands the inputs of one packet to `take`, each with what the device sent for it.
    ///
    /// # Errors
    /// What `take` says; the packet is then lost.
    pub fn push<E>(
        &mut self,
        packet: &Packet,
        mut take: impl FnMut(Input<'_>, &[f64]) -> Result<(), E>,
    ) -> Result<(), E> {
        if packet.stalled {
            self.gaps += 1;
            take(Input::Stalled, &[])?;
        }
        if packet.gap > 0 {
            self.gaps += 1;
            self.lost += packet.gap;
            take(Input::Gap { frames: packet.gap }, &[])?;
        }
        let mut uv = [0.0; MAX_CHANNELS];
        let count = self.calibrator.convert(Values::Numbers(packet.values()), &mut uv);
        self.frames += 1;
        take(Input::Frames(uv.get(..count).unwrap_or_default()), packet.values())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn packet(value: f64, gap: u64, stalled: bool) -> Packet {
        let arrival = Instant::now();
        Packet { stalled, gap, ambiguous: false, count: 1, values: [value; MAX_CHANNELS], stamp: f64::NAN, arrival }
    }

    #[test]
    fn a_packet_gives_what_is_missing_before_its_frame() {
        let mut feed = Feed::new(&[Scale::COUNTS], Kind::Raw);
        let mut seen = Vec::new();
        let mut take = |input: Input<'_>, raw: &[f64]| {
            seen.push(format!("{input:?} {raw:?}"));
            Ok::<(), ()>(())
        };
        feed.push(&packet(7.0, 0, false), &mut take).unwrap();
        feed.push(&packet(9.0, 6, true), &mut take).unwrap();
        let expected = ["Frames([0.0]) [7.0]", "Stalled []", "Gap { frames: 6 } []", "Frames([2.0]) [9.0]"];
        assert_eq!(seen, expected);
        assert_eq!((feed.frames(), feed.lost(), feed.gaps(), feed.anchor(0)), (2, 6, 2, Some(7.0)));
    }

    #[test]
    fn an_envelope_keeps_its_zero() {
        let mut feed = Feed::new(&[Scale::COUNTS], Kind::Envelope);
        let take = |input: Input<'_>, _: &[f64]| {
            assert_eq!(input, Input::Frames(&[7.0]));
            Ok::<(), ()>(())
        };
        feed.push(&packet(7.0, 0, false), take).unwrap();
    }
}
