//! The clock that a live sensor sends with its samples: its rate, and what did not come.

use super::usual::snap;
use super::{Step, Timeline, Wraps, measure};

/// A rate that is less sure than this is not taken from the clock.
const SURE: f64 = 0.002;
/// Units of a clock in seconds: s, ms, µs.
const UNITS: [f64; 3] = [1.0, 1e-3, 1e-6];
/// Factor by which the rate of arrival, which is what the unit is told by, may be off.
const NEAR: f64 = 1.25;
/// Most decimals of a stamp.
const DECIMALS: i32 = 9;
/// Most samples that are waited for to tell whether something is missing.
const MOST_AHEAD: usize = 64;
/// Seconds by which a clock may go on at once: where more is missing, the sensor was silent, and that is seen otherwise.
const LONGEST_S: f64 = 10.0;

/// Follows the stamps of a sensor's samples, by the rules of a time column in a file.
#[derive(Debug, Clone)]
pub struct StreamClock {
    rate_hz: f64,
    /// None where stamps stray further than a sample, or the clock was set.
    timeline: Option<Timeline>,
    ahead: usize,
}

impl StreamClock {
    /// The clock of a stream's first stamps, one a sample and NaN for none, that came at about so many a second. None where
    /// they do not tell a rate near that.
    pub fn fit(stamps: &[f64], about_hz: f64) -> Option<Self> {
        let fit = measure(stamps, resolution(stamps), None, Wraps::NONE)?;
        let is_near = |unit_s: &f64| (1.0 / NEAR..NEAR).contains(&(fit.raw_hz(*unit_s) / about_hz));
        let unit_s = UNITS.into_iter().find(is_near)?;
        let rate_hz = fit.rate_hz(unit_s, SURE)?;
        let rate_hz = if fit.is_written { snap(rate_hz, 0.0) } else { rate_hz };
        let mut axis = fit.axis;
        axis.wraps = Wraps::of_unit(unit_s);
        let ahead = axis.level.rows;
        let shows_gaps = axis.is_exact && axis.is_regular() && ahead <= MOST_AHEAD;
        Some(Self { rate_hz, timeline: shows_gaps.then(|| Timeline::new(axis, rate_hz)), ahead })
    }

    /// Samples a second.
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// How many samples are missing before the one with this stamp, going by it and by those behind it. None where more of
    /// those are needed, unless this is all (`is_last`).
    pub fn missing(&mut self, stamp: f64, behind: &[f64], is_last: bool) -> Option<u64> {
        let Some(timeline) = &mut self.timeline else { return Some(0) };
        if timeline.place_next(stamp) {
            return Some(0);
        }
        if behind.len() < self.ahead && !is_last {
            return None;
        }
        let mut ahead = behind;
        match timeline.place(stamp, &mut ahead) {
            Step::Next => Some(0),
            Step::Gap(samples) if samples as f64 <= LONGEST_S * self.rate_hz => Some(samples),
            Step::Astray => {
                timeline.pass();
                Some(0)
            }
            // The clock was set: it shows nothing any more.
            Step::Gap(_) | Step::Restart | Step::Back(_) => {
                self.give_up();
                Some(0)
            }
        }
    }

    /// From here on the clock shows nothing any more.
    pub fn give_up(&mut self) {
        self.timeline = None;
    }

    /// So many samples are known to be missing otherwise.
    pub fn skip(&mut self, samples: u64) {
        if let Some(timeline) = &mut self.timeline {
            timeline.skip(samples);
        }
    }

    /// An unknown time is missing before the next sample.
    pub fn restart(&mut self) {
        if let Some(timeline) = &mut self.timeline {
            timeline.restart();
        }
    }
}

/// The decimal unit in which stamps were written; 0 for full precision.
fn resolution(stamps: &[f64]) -> f64 {
    let is_whole = |scale: f64| {
        let all = || stamps.iter().filter(|stamp| !stamp.is_nan()).map(|stamp| stamp * scale);
        all().all(|scaled| (scaled - scaled.round()).abs() <= 1e-9 * scaled.abs().max(1.0))
    };
    let scales = (0..=DECIMALS).map(|decimals| 10_f64.powi(decimals));
    scales.into_iter().find(|scale| is_whole(*scale)).map_or(0.0, f64::recip)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gaps (before which sample, how many) that a clock of 3 s finds in all of these stamps, taken one by one.
    fn follow(stamps: &[f64], about_hz: f64) -> (f64, Vec<(usize, u64)>) {
        let head = stamps.len().min((3.0 * about_hz) as usize);
        let mut clock = StreamClock::fit(&stamps[..head], about_hz).unwrap();
        let mut gaps = Vec::new();
        let mut at = 0;
        for end in 1..=stamps.len() {
            while at < end {
                let is_last = end == stamps.len();
                let Some(missing) = clock.missing(stamps[at], &stamps[at + 1..end], is_last) else { break };
                gaps.extend((missing > 0).then_some((at, missing)));
                at += 1;
            }
            assert!(end - at <= MOST_AHEAD, "never waits for long");
        }
        (clock.rate_hz(), gaps)
    }

    /// Stamps of samples at a rate, in units, cut to whole ones; those between are lost.
    fn stamps(hz: f64, unit_s: f64, count: u32, lost: std::ops::Range<u32>) -> Vec<f64> {
        let all = (0..count).filter(|n| !lost.contains(n));
        all.map(|n| (7.0 + f64::from(n) / hz / unit_s).floor()).collect()
    }

    #[test]
    fn the_clock_tells_rate_and_lost_samples() {
        for (hz, unit_s) in [(500.0, 1e-3), (500.0, 1e-6), (870.0, 1e-6), (1000.0, 1e-6), (250.0, 1e-3)] {
            let all = stamps(hz, unit_s, 6000, 4000..4017);
            // By arrival the rate is 6 % off.
            let (found, gaps) = follow(&all, hz * 1.06);
            assert_eq!((found, gaps), (hz, vec![(4000, 17)]), "{hz} Hz in units of {unit_s} s");
        }
        let seconds: Vec<f64> = stamps(200.0, 1e-3, 3000, 900..901).iter().map(|ms| ms / 1000.0).collect();
        assert_eq!(follow(&seconds, 200.0), (200.0, vec![(900, 1)]));
    }

    #[test]
    fn a_counter_that_overflows_goes_on_and_one_that_is_set_shows_nothing() {
        let wraps: Vec<f64> = (0..4000_u32).map(|n| f64::from(4_290_000_000_u32.wrapping_add(n * 2000))).collect();
        assert_eq!(follow(&wraps, 500.0), (500.0, Vec::new()));
        let mut set = stamps(500.0, 1e-3, 6000, 0..0);
        set[4000..].iter_mut().for_each(|stamp| *stamp -= 5000.0);
        set.drain(5000..5010);
        assert_eq!(follow(&set, 500.0), (500.0, Vec::new()));
    }

    #[test]
    fn a_damaged_stamp_costs_no_sample() {
        let mut all = stamps(500.0, 1e-3, 5000, 0..0);
        (all[3000], all[3500]) = (1e5, f64::NAN);
        assert_eq!(follow(&all, 500.0), (500.0, Vec::new()));
    }

    #[test]
    fn what_is_no_clock_tells_no_rate() {
        let counter: Vec<f64> = (0..1500).map(f64::from).collect();
        assert!(StreamClock::fit(&counter, 500.0).is_none(), "one a sample is 500 times too slow or too fast");
        assert!(StreamClock::fit(&[5.0; 400], 500.0).is_none());
        assert!(StreamClock::fit(&[f64::NAN; 400], 500.0).is_none());
    }
}
