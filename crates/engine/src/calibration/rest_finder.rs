//! The calmest stretches of each channel, found while a recording is read for the first time.
//!
//! Per block of 100 ms the level is the root mean square of `x[n] − x[n−L]`, L about 4 ms, less what oscillates at mains
//! frequencies (quadrature correlation over the block, at 50 and 60 Hz and their third and fifth harmonics). That lag is
//! blind to electrode offset, passes 20 to 230 Hz and costs a few operations per sample, against some hundred of the
//! pipeline. Nothing is decided on this level but *where* to look: the baseline itself is measured by the pipeline.
//!
//! Candidates last 5, 3 and 1.5 s. The longest is preferred whose mean level is at most 1.3 times that of the calmest
//! shorter one. Short gaps are bridged by the value before them, as the pipeline joins them; blocks with more than a
//! quarter missing, with constant or non-finite values are never part of one, nor is the first second after a start. Memory is constant.

use tonus_dsp::math::{PI, cos, sin};
use tonus_dsp::stats::Reservoir;
use tonus_dsp::units::SampleRate;

/// Blocks of each candidate, longest first.
const LENGTHS: [usize; 3] = [50, 30, 15];
/// How much higher a longer candidate may lie.
const ALLOWANCE: f32 = 1.3;
/// Share of the blocks that a signal's own peaks exceed: bursts that fill less than a fiftieth of a file, and pops, do not
/// count.
const PEAK_QUANTILE: f64 = 0.98;
/// Peaks below this multiple of the calmest stretch are no contrast: of real recordings it tells 17 of 29 that hold one steady
/// contraction, and none of 54 with bursts (docs/STATES.md).
const MIN_CONTRAST: f32 = 2.0;
/// See [`RestFinder::start_ratio`]: a half hides weak contractions and finds slow ones late, a third calls more of what is between
/// contractions active (docs/STATES.md).
const START_SHARE: f64 = 0.4;
/// Seconds after a start that the filters of the pipeline need.
const SETTLING_S: f64 = 1.0;
/// A gap of this many seconds starts the pipeline again.
const RESTART_S: f64 = 0.5;
/// A gap of at most so many seconds is bridged: loggers that stamp in whole milliseconds lose one or two at a time.
const BRIDGED_S: f64 = 0.01;
/// Mains and harmonics.
const LINES_HZ: [f64; 6] = [50.0, 60.0, 150.0, 180.0, 250.0, 300.0];
/// Values summed side by side.
const WIDE: usize = 8;

/// Frames from where to where.
pub(crate) type Stretch = std::ops::Range<u64>;

/// Looks for rest.
#[derive(Debug)]
pub(crate) struct RestFinder {
    channels: usize,
    raw: bool,
    /// Frames in a block, and the lag.
    block: usize,
    lag: usize,
    settling: u64,
    restart: u64,
    bridged: u64,
    /// Frames of the block under way that are bridged.
    missing: usize,
    lines: Vec<Line>,
    /// Index of the next frame.
    index: u64,
    /// No block may start before this frame.
    settled: u64,
    /// Last `lag` frames and those of the block under way, channel by channel.
    held: Vec<Vec<f32>>,
    /// Level at zero of each channel, in the unit of the frames.
    zero: Vec<f32>,
    ends: Vec<Channel>,
    scratch: Vec<f32>,
}

/// One oscillation over a block.
#[derive(Debug)]
struct Line {
    cos: Vec<f32>,
    sin: Vec<f32>,
}

#[derive(Debug, Clone)]
struct Channel {
    recent: [f32; LENGTHS[0]],
    count: usize,
    /// Whether anything ever moved.
    is_alive: bool,
    /// Levels of all usable blocks.
    levels: Reservoir<1024>,
    /// Mean level and end of the calmest candidate of each length.
    best: [Option<(f32, u64)>; LENGTHS.len()],
}

impl RestFinder {
    /// A scan from the first frame on.
    pub(crate) fn new(rate: SampleRate, channels: usize, raw: bool) -> Self {
        let block = ((0.1 * rate.hz()).round() as usize).max(1);
        let lag = if raw { ((0.004 * rate.hz()).round() as usize).max(1) } else { 0 };
        let line = |hz: f64| {
            let angle = |n: usize| 2.0 * PI * hz * n as f64 / rate.hz();
            Line {
                cos: (0..block).map(|n| cos(angle(n)) as f32).collect(),
                sin: (0..block).map(|n| sin(angle(n)) as f32).collect(),
            }
        };
        let settling = (SETTLING_S * rate.hz()).ceil() as u64;
        Self {
            channels,
            raw,
            block,
            lag,
            settling,
            restart: (RESTART_S * rate.hz()) as u64,
            bridged: (BRIDGED_S * rate.hz()) as u64,
            missing: 0,
            lines: LINES_HZ.into_iter().filter(|hz| raw && *hz < 0.45 * rate.hz()).map(line).collect(),
            index: 0,
            settled: settling,
            held: vec![Vec::with_capacity(lag + block); channels],
            zero: vec![0.0; channels],
            ends: vec![
                Channel {
                    recent: [f32::NAN; LENGTHS[0]],
                    count: 0,
                    is_alive: false,
                    levels: Reservoir::new(),
                    best: [None; LENGTHS.len()]
                };
                channels
            ],
            scratch: Vec::with_capacity(block),
        }
    }

    /// Takes frames.
    pub(crate) fn frames(&mut self, values: &[f32]) {
        let mut rest = values;
        while !rest.is_empty() {
            let held = self.held.first().map_or(0, Vec::len);
            let frames = (self.lag + self.block - held).min(rest.len() / self.channels);
            if frames == 0 {
                return;
            }
            let (now, later) = rest.split_at(frames * self.channels);
            rest = later;
            for (channel, held) in self.held.iter_mut().enumerate() {
                held.extend(now.iter().skip(channel).step_by(self.channels));
            }
            self.index += frames as u64;
            if held + frames == self.lag + self.block {
                self.end_block();
            }
        }
    }

    /// Frames are missing.
    pub(crate) fn gap(&mut self, frames: u64) {
        let last: Vec<f32> = self.held.iter().filter_map(|held| held.last().copied()).collect();
        if frames <= self.bridged && last.len() == self.channels {
            for _ in 0..frames {
                self.missing += 1;
                self.frames(&last);
            }
            return;
        }
        self.index += frames;
        self.interrupt();
        if frames > self.restart {
            self.stalled();
        }
    }

    /// An unknown number of frames is missing.
    pub(crate) fn stalled(&mut self) {
        self.interrupt();
        self.settled = self.index + self.settling;
    }

    fn interrupt(&mut self) {
        self.missing = 0;
        self.held.iter_mut().for_each(Vec::clear);
        self.ends.iter_mut().for_each(|channel| channel.count = 0);
    }

    fn end_block(&mut self) {
        let is_settled = self.index - self.block as u64 >= self.settled;
        let is_whole = 4 * std::mem::take(&mut self.missing) <= self.block;
        for ((held, channel), zero) in self.held.iter_mut().zip(&mut self.ends).zip(&self.zero) {
            let level = if self.raw {
                self.scratch.clear();
                self.scratch.extend(held.iter().skip(self.lag).zip(held.iter()).map(|(now, before)| now - before));
                level(&self.scratch, &self.lines)
            } else {
                // A sensor's own envelope: lower is calmer, wherever its zero lies.
                held.iter().sum::<f32>() / self.block as f32 + zero
            };
            held.drain(..self.block);
            channel.is_alive |= level > 0.0;
            let is_usable = is_settled && is_whole && level.is_finite() && (level > 0.0 || !self.raw);
            if is_usable {
                channel.levels.push(level);
                channel.push(level, self.index);
            } else {
                channel.count = 0;
            }
        }
    }

    /// Tells the zero of a channel of envelopes, which is known once its first value was read.
    pub(crate) fn set_zero(&mut self, channel: usize, zero: f32) {
        if let Some(slot) = self.zero.get_mut(channel) {
            *slot = zero;
        }
    }

    /// Whether a channel ever carried a signal.
    pub(crate) fn is_alive(&self, channel: usize) -> bool {
        self.ends.get(channel).is_some_and(|channel| channel.is_alive)
    }

    /// How far a channel's peaks rise above its rest: the level that 2 % of the blocks exceed, over that of the calmest
    /// stretch of any length.
    pub(crate) fn peak_ratio(&self, channel: usize) -> Option<f32> {
        let peak = self.ends.get(channel)?.levels.quantile(PEAK_QUANTILE)?;
        self.calm(channel).map(|calm| peak / calm)
    }

    /// The level of a channel's calmest stretch of any length.
    fn calm(&self, channel: usize) -> Option<f32> {
        let best = self.ends.get(channel)?.best.iter().flatten().map(|(level, _)| *level);
        best.reduce(f32::min).filter(|calm| *calm > 0.0)
    }

    /// Where, as a ratio to its calmest stretch, activity of a channel starts when nothing but its own levels tells: [`START_SHARE`] of the way, in
    /// decibels, from the mean of one kind of level to that of the other. They are parted where that leaves the least variance within
    /// them (R30 in docs/REFERENCES.md). What lies between contractions so raises the threshold; one contraction that is far stronger
    /// than the others does not. At most half of the way to the peaks.
    pub(crate) fn start_ratio(&self, channel: usize) -> Option<f32> {
        let (peak, calm) = (self.peak_ratio(channel)?, self.calm(channel)?);
        let kept = self.ends.get(channel)?.levels.kept().iter().filter(|level| **level > 0.0);
        let mut levels: Vec<f64> = kept.map(|level| f64::from(*level / calm).ln()).collect();
        levels.sort_by(f64::total_cmp);
        let (count, sum) = (levels.len() as f64, levels.iter().sum::<f64>());
        let mut below = 0.0;
        let mut best = (0.0, 0.0, 0.0);
        for (n, level) in levels.iter().enumerate().take(levels.len().saturating_sub(1)) {
            below += level;
            let (under, over) = ((n + 1) as f64, count - (n + 1) as f64);
            let (low, high) = (below / under, (sum - below) / over);
            let between = under * over * (high - low).powi(2);
            if between > best.0 {
                best = (between, low, high);
            }
        }
        let (_, low, high) = best;
        Some(((low + START_SHARE * (high - low)).exp() as f32).min(peak.sqrt()))
    }

    /// Whether a channel has no contrast, so that its calmest stretch may as well be a steady contraction.
    pub(crate) fn lacks_contrast(&self, channel: usize) -> bool {
        self.peak_ratio(channel).is_some_and(|ratio| ratio < MIN_CONTRAST)
    }

    /// The level that 2 % of a channel's blocks exceed; of envelope sensors the level that they send.
    pub(crate) fn peak(&self, channel: usize) -> Option<f32> {
        self.ends.get(channel)?.levels.quantile(PEAK_QUANTILE)
    }

    /// Candidates of a channel, the preferred one first.
    pub(crate) fn candidates(&self, channel: usize) -> Vec<Stretch> {
        let Some(channel) = self.ends.get(channel) else { return Vec::new() };
        let found: Vec<(f32, Stretch)> = channel
            .best
            .iter()
            .zip(LENGTHS)
            .filter_map(|(best, blocks)| {
                best.map(|(level, end)| (level, end.saturating_sub((blocks * self.block) as u64)..end))
            })
            .collect();
        let preferred = found.iter().enumerate().position(|(n, (level, _))| {
            let calmest = found.iter().skip(n + 1).map(|(level, _)| *level).fold(f32::INFINITY, f32::min);
            *level <= ALLOWANCE * calmest
        });
        let first = preferred.unwrap_or(0);
        let mut order: Vec<Stretch> = found.get(first).into_iter().map(|(_, stretch)| stretch.clone()).collect();
        order.extend(found.into_iter().enumerate().filter(|(n, _)| *n != first).map(|(_, (_, stretch))| stretch));
        order
    }
}

impl Channel {
    fn push(&mut self, level: f32, end: u64) {
        self.recent.rotate_left(1);
        if let Some(last) = self.recent.last_mut() {
            *last = level;
        }
        self.count += 1;
        for (best, blocks) in self.best.iter_mut().zip(LENGTHS) {
            if self.count >= blocks {
                let mean = self.recent.iter().rev().take(blocks).sum::<f32>() / blocks as f32;
                if best.is_none_or(|(lowest, _)| mean < lowest) {
                    *best = Some((mean, end));
                }
            }
        }
    }
}

/// Root mean square of a block without its mains; 0 if nothing moves in it.
fn level(block: &[f32], lines: &[Line]) -> f32 {
    let total = dot(block, block);
    if total == 0.0 {
        return 0.0;
    }
    let scale = 2.0 / block.len() as f32;
    let oscillating: f32 = lines
        .iter()
        .map(|line| {
            let (c, s) = (dot(block, &line.cos), dot(block, &line.sin));
            (c * c + s * s) * scale
        })
        .sum();
    // What is left of pure mains is rounding; a thousandth keeps the order of blocks sensible.
    ((total - oscillating).max(1e-6 * total) / block.len() as f32).sqrt()
}

/// Σ a·b in eight sums side by side.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; WIDE];
    let (a, a_rest) = a.as_chunks::<WIDE>();
    let (b, b_rest) = b.as_chunks::<WIDE>();
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonus_testkit::random::Pcg;

    const RATE: f64 = 1000.0;

    fn scan(seconds: u32, level: impl Fn(f64) -> f32) -> RestFinder {
        let mut scan = RestFinder::new(SampleRate::new(RATE).unwrap(), 1, true);
        let mut noise = Pcg::new(5, 1);
        let values: Vec<f32> = (0..seconds * 1000)
            .map(|n| {
                let t = f64::from(n) / RATE;
                (f64::from(level(t)) * noise.normal() + 80.0 * sin(2.0 * PI * 50.03 * t)) as f32 + 40.0
            })
            .collect();
        for part in values.chunks(77) {
            scan.frames(part);
        }
        scan
    }

    #[test]
    fn the_calmest_five_seconds_are_found_under_mains() {
        let scan = scan(60, |t| if (30.0..37.0).contains(&t) { 2.0 } else { 6.0 });
        let best = &scan.candidates(0)[0];
        assert!(best.start >= 29_900 && best.end <= 37_100 && best.end - best.start == 5000, "{best:?}");
    }

    #[test]
    fn a_short_calm_beats_a_long_restless_stretch() {
        let scan = scan(60, |t| if (30.0..32.5).contains(&t) { 2.0 } else { 8.0 });
        let candidates = scan.candidates(0);
        assert_eq!((candidates.len(), candidates[0].end - candidates[0].start), (3, 1500));
        assert!(candidates[0].start >= 29_900 && candidates[0].end <= 32_600);
    }

    #[test]
    fn calm_is_found_between_the_lost_milliseconds_of_a_logger() {
        let mut noise = Pcg::new(5, 2);
        let mut scan = RestFinder::new(SampleRate::new(RATE).unwrap(), 1, true);
        for n in 0..800 {
            let level = if (400..600).contains(&n) { 1.0 } else { 6.0 };
            let part: Vec<f32> = (0..28).map(|_| (level * noise.normal()) as f32).collect();
            scan.frames(&part);
            scan.gap(2);
        }
        let best = &scan.candidates(0)[0];
        assert!(best.start >= 11_900 && best.end <= 18_100 && best.end - best.start == 5000, "{best:?}");
    }

    #[test]
    fn silence_gaps_and_the_start_are_left_out() {
        let mut dead = RestFinder::new(SampleRate::new(RATE).unwrap(), 1, true);
        dead.frames(&vec![3.0; 20_000]);
        assert!(dead.candidates(0).is_empty() && !dead.is_alive(0));
        let mut noise = Pcg::new(5, 1);
        let mut broken = RestFinder::new(SampleRate::new(RATE).unwrap(), 1, true);
        for _ in 0..20 {
            let part: Vec<f32> = (0..1400).map(|_| noise.normal() as f32).collect();
            broken.frames(&part);
            broken.gap(30);
        }
        assert!(broken.candidates(0).is_empty());
        let scan = scan(7, |t| if t < 1.0 { 0.5 } else { 2.0 });
        assert!(scan.candidates(0).iter().all(|stretch| stretch.start >= 1000), "{:?}", scan.candidates(0));
    }
}
