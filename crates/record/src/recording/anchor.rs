//! The offset goes first: each channel's first valid value is subtracted in `f64`, and only the difference is narrowed.

use crate::options::Kind;

/// What is subtracted from a channel, and its scale.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    value: f64,
    scale: f64,
}

/// Values in the unit of their source to what a pipeline takes: µV less each channel's anchor.
///
/// | | shape | unit |
/// |---|---|---|
/// | in  | one value per channel, NaN where there is none | of the source |
/// | out | `(value − anchor) · scale`, computed in `f64`, as `f32` | µV less the anchor |
///
/// A channel's anchor is its first finite value; an envelope keeps the zero of its sensor. Values that `f32` cannot hold
/// become NaN by [`Anchors::drop_oversized`]. [`crate::Recording`] narrows every file with this.
///
/// ```
/// use tonus_record::{Anchors, Kind};
/// let mut anchors = Anchors::new([1.0, 0.5], Kind::Raw);
/// let mut frames = Vec::new();
/// anchors.narrow(&[1e9, f64::NAN], &mut frames);
/// anchors.narrow(&[1e9 + 0.25, 7.0], &mut frames);
/// assert_eq!((frames[0], frames[2], frames[3]), (0.0, 0.25, 0.0));
/// assert_eq!(anchors.get(1), Some(7.0));
/// ```
#[derive(Debug, Clone)]
pub struct Anchors {
    known: Vec<Anchor>,
    /// Channels without a valid value so far.
    missing: usize,
    kind: Kind,
}

impl Anchors {
    /// For channels with these µV per unit of the source (1 where that is unknown).
    pub fn new(uv_per_unit: impl IntoIterator<Item = f64>, kind: Kind) -> Self {
        let known: Vec<Anchor> = uv_per_unit.into_iter().map(|scale| Anchor { value: f64::NAN, scale }).collect();
        Self { missing: known.len(), known, kind }
    }

    /// The anchor of a channel in the unit of the source; none before its first valid value.
    pub fn get(&self, channel: usize) -> Option<f64> {
        self.known.get(channel).map(|anchor| anchor.value).filter(|value| !value.is_nan())
    }

    /// Whether every channel has its anchor.
    #[inline]
    pub fn is_complete(&self) -> bool {
        self.missing == 0
    }

    /// Narrows one frame and appends it; gives how many of its values are finite but beyond `f32`, as far as that was
    /// noticed in search of an anchor.
    #[inline]
    pub fn narrow(&mut self, frame: &[f64], out: &mut Vec<f32>) -> u64 {
        let oversized = if self.missing > 0 { self.settle(frame) } else { 0 };
        let narrow = |(value, anchor): (&f64, &Anchor)| ((value - anchor.value) * anchor.scale) as f32;
        out.extend(frame.iter().zip(&self.known).map(narrow));
        oversized
    }

    /// As [`Anchors::narrow`], of any number of whole frames; what is no whole frame is left out.
    pub fn narrow_frames(&mut self, frames: &[f64], out: &mut Vec<f32>) -> u64 {
        let channels = self.known.len().max(1);
        out.reserve(frames.len());
        let (mut oversized, mut rest) = (0, frames);
        while self.missing > 0 && rest.len() >= channels {
            let (frame, later) = rest.split_at(channels);
            oversized += self.narrow(frame, out);
            rest = later;
        }
        match channels {
            1 => self.narrow_lanes::<1>(rest, out),
            2 => self.narrow_lanes::<2>(rest, out),
            4 => self.narrow_lanes::<4>(rest, out),
            8 => self.narrow_lanes::<8>(rest, out),
            _ => {
                for frame in rest.chunks_exact(channels) {
                    out.extend(frame.iter().zip(&self.known).map(|(value, a)| ((value - a.value) * a.scale) as f32));
                }
            }
        }
        oversized
    }

    /// The same arithmetic for a number of channels that is known to the compiler.
    fn narrow_lanes<const N: usize>(&self, values: &[f64], out: &mut Vec<f32>) {
        let Some(anchors) = self.known.first_chunk::<N>() else { return };
        let (anchor, scale) = (anchors.map(|one| one.value), anchors.map(|one| one.scale));
        let (frames, _) = values.as_chunks::<N>();
        let start = out.len();
        out.resize(start + frames.len() * N, 0.0);
        let (room, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<N>();
        for (slots, frame) in room.iter_mut().zip(frames) {
            for lane in 0..N {
                slots[lane] = ((frame[lane] - anchor[lane]) * scale[lane]) as f32;
            }
        }
    }

    /// Values beyond `f32` are missing values; gives how many there were. One look per block costs nothing per frame.
    pub fn drop_oversized(frames: &mut [f32]) -> u64 {
        let mut dropped = 0;
        // No early end: so the look is at several values at once.
        if frames.iter().fold(false, |any, value| any | value.is_infinite()) {
            for value in frames.iter_mut().filter(|value| value.is_infinite()) {
                *value = f32::NAN;
                dropped += 1;
            }
        }
        dropped
    }

    #[cold]
    fn settle(&mut self, frame: &[f64]) -> u64 {
        let mut oversized = 0;
        // An envelope has no electrode offset: its zero is the sensor's, and stays.
        let kept = self.kind == Kind::Envelope;
        for (value, anchor) in frame.iter().zip(&mut self.known) {
            if !anchor.value.is_nan() || !value.is_finite() {
                continue;
            }
            if (value * anchor.scale).abs() > f64::from(f32::MAX) {
                oversized += 1;
            } else {
                anchor.value = if kept { 0.0 } else { *value };
                self.missing -= 1;
            }
        }
        oversized
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_waits_for_its_first_valid_value() {
        let mut anchors = Anchors::new([1e3, 1.0], Kind::Raw);
        let mut out = Vec::new();
        assert_eq!(anchors.narrow(&[f64::INFINITY, 3.0], &mut out), 0);
        assert_eq!(anchors.narrow(&[1e37, 4.0], &mut out), 1);
        assert!(!anchors.is_complete() && anchors.get(0).is_none());
        anchors.narrow(&[2.0, 5.0], &mut out);
        assert!(anchors.is_complete());
        assert_eq!((anchors.get(0), anchors.get(1), anchors.get(2)), (Some(2.0), Some(3.0), None));
        assert!(out[0].is_nan() && out[2].is_nan());
        assert_eq!((out[1], out[3], out[4], out[5]), (0.0, 1.0, 0.0, 2.0));
        anchors.narrow(&[1e39, 6.0], &mut out);
        assert_eq!(Anchors::drop_oversized(&mut out), 1);
        assert!(out[6].is_nan() && out[7] == 3.0);
    }

    #[test]
    fn many_frames_are_as_one_after_the_other() {
        many_as_one::<1>();
        many_as_one::<2>();
        many_as_one::<3>();
        many_as_one::<4>();
        many_as_one::<8>();
    }

    fn many_as_one<const N: usize>() {
        let frames: Vec<f64> =
            (0..240).map(|n| if n < 7 && n % 2 == 0 { f64::NAN } else { f64::from(n * n) }).collect();
        let (mut one, mut all) = (Anchors::new([0.7; N], Kind::Raw), Anchors::new([0.7; N], Kind::Raw));
        let (mut singly, mut at_once) = (Vec::new(), Vec::new());
        frames.chunks_exact(N).for_each(|frame| {
            one.narrow(frame, &mut singly);
        });
        all.narrow_frames(&frames, &mut at_once);
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&singly), bits(&at_once));
    }

    #[test]
    fn an_envelope_keeps_its_zero() {
        let mut anchors = Anchors::new([2.0], Kind::Envelope);
        let mut out = Vec::new();
        anchors.narrow(&[5.0], &mut out);
        assert_eq!((out[0], anchors.get(0)), (10.0, Some(0.0)));
    }
}
