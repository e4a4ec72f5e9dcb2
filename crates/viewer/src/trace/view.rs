//! How a window onto a track moves: in time, and in height.

/// Tops of axes in µV.
const TOPS: [f32; 13] = [2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4];

/// The top of an axis: grows at once, shrinks only after a while, and always stands at 2, 5 or 10 times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    place: usize,
    least: usize,
    /// Since when a lower top would do.
    low_since: Option<f64>,
}

impl Scale {
    /// Seconds for which a lower top must do before it is taken.
    const PATIENCE_S: f64 = 8.0;

    /// A scale that never goes below what has room for `least_uv`.
    pub fn new(least_uv: f32) -> Self {
        let least = Self::fitting(least_uv);
        Self { place: least, least, low_since: None }
    }

    fn fitting(uv: f32) -> usize {
        TOPS.iter().position(|&top| top >= uv).unwrap_or(TOPS.len() - 1)
    }

    /// Takes in the largest value in sight at `now` and gives the top in µV.
    pub fn follow(&mut self, now: f64, peak_uv: Option<f32>) -> f32 {
        // A little air above the peak.
        let wanted = peak_uv.map_or(self.place, |peak| Self::fitting(peak * 1.08)).max(self.least);
        if wanted >= self.place || now - *self.low_since.get_or_insert(now) >= Self::PATIENCE_S {
            self.place = wanted;
            self.low_since = None;
        }
        TOPS[self.place]
    }
}

/// The moment at the right edge of a live view: runs with the frames, never back, and stays a little behind the data so that
/// blocks that arrive in bursts flow.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Playhead {
    at: Option<(f64, f64)>,
}

impl Playhead {
    /// How far behind the data it aims to be, in seconds.
    pub const BEHIND_S: f64 = 0.06;
    /// Further off than this it jumps.
    const JUMP_S: f64 = 0.5;

    /// The moment to show in a frame at `now`, when the data reach `end_s`. Both in seconds, on clocks of their own.
    pub fn at(&mut self, now: f64, end_s: f64) -> f64 {
        let wanted = end_s - Self::BEHIND_S;
        let shown = match self.at {
            Some((before, shown)) => {
                let elapsed = (now - before).clamp(0.0, Self::JUMP_S);
                let free = shown + elapsed;
                if (wanted - free).abs() > Self::JUMP_S {
                    wanted
                } else {
                    // A tenth faster or slower at most, so nobody sees it; and never beyond the data.
                    let pull = (wanted - free).clamp(-0.1 * elapsed, 0.1 * elapsed);
                    (free + pull).min(end_s).max(shown)
                }
            }
            None => wanted,
        };
        self.at = Some((now, shown));
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_grows_at_once_and_shrinks_with_patience() {
        let mut scale = Scale::new(4.0);
        assert_eq!(scale.follow(0.0, Some(3.0)), 5.0);
        assert_eq!(scale.follow(1.0, Some(60.0)), 100.0);
        assert_eq!(scale.follow(2.0, Some(3.0)), 100.0);
        assert_eq!(scale.follow(8.0, Some(80.0)), 100.0);
        assert_eq!(scale.follow(9.0, Some(3.0)), 100.0);
        assert_eq!(scale.follow(17.5, Some(3.0)), 5.0);
        assert_eq!(scale.follow(30.0, None), 5.0);
    }

    #[test]
    fn bursts_flow() {
        let mut head = Playhead::default();
        let (mut before, mut largest) = (None, 0.0_f64);
        for frame in 0..600_u32 {
            let now = f64::from(frame) / 60.0;
            // Blocks of 50 ms.
            let end = (now / 0.05).floor() * 0.05 + 100.0;
            let shown = head.at(now, end);
            assert!(shown <= end);
            if let Some(before) = before {
                let step: f64 = shown - before;
                assert!(step >= 0.0);
                largest = largest.max(step);
            }
            before = Some(shown);
        }
        assert!(largest < 1.3 / 60.0, "{largest}");
        // Data that stood still for long are caught up with at once.
        assert_eq!(head.at(10.1, 200.0), 200.0 - Playhead::BEHIND_S);
    }
}
