//! Step removal before the filters: what is not finite is held, and steps are taken out.
//!
//! A large slew is taken out at once, so that no filter rings, but what it was shows only later: an electrode that pops stays
//! where it went, for a while at least; muscle swings back within milliseconds. What comes back is given back: from there on
//! the signal is as it came, and only the samples of the swing are missing.

use super::conditioning::{LIMIT_UV, TickSums};
use super::quality::FEW;
use tonus_dsp::lanes::{HAS_VECTORS, is_wide, lanes};
use tonus_dsp::units::SampleRate;

/// A step is a slew of more than this many times the rms slew of the last 50 ms …
const STEP_RATIO: f32 = 12.0;
/// … that also exceeds this many times the largest slew of about the last 10 ms, so that the onset of a contraction, which
/// grows over several samples, is not one.
const STEP_OVER_PEAK: f32 = 5.0;
/// Time constant of that memory of the largest slew.
const PEAK_MEMORY_S: f64 = 0.01;

/// A step stays for so long at more than half of its height (pops decay over 50 ms and longer; a swing of muscle, 30 Hz and
/// faster, is back within 15 ms) …
const STAYS_S: f64 = 0.015;
/// … and at least for so many samples, which are nearly independent at 200 Hz.
const STAYS_SAMPLES: f64 = 4.0;

/// How much a sample that repeats the one before it counts there: loggers hold the values of a slower sensor, and muscle swings
/// back with the next values, not the next copies.
const STILL: f32 = 0.25;

/// Large slews that were taken out and may still turn out to be muscle, one per lane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Swings<const LANES: usize> {
    /// Samples since the slew; 0 where there is none.
    pub(super) age: [f32; LANES],
    /// Samples after which what has not come back is a step.
    patience: f32,
    /// The sample before the slew, the furthest from it since, and what was taken out.
    before: [f32; LANES],
    crest: [f32; LANES],
    taken: [f32; LANES],
}

/// What became of a large slew.
enum Fate {
    /// Not known yet.
    Unknown,
    /// It is a step.
    Stayed,
    /// It swung back: what was taken out, and how far it went.
    Back { taken: f32, height: f32 },
}

impl<const LANES: usize> Swings<LANES> {
    fn new(rate: SampleRate) -> Self {
        let none = [0.0; LANES];
        let patience = tonus_dsp::math::floor(STAYS_S * rate.hz() + 0.5).max(STAYS_SAMPLES) as f32;
        Self { age: none, patience, before: none, crest: none, taken: none }
    }

    /// Follows the swing of a lane, or begins one with `removed`, to sample `x` after `last`. The sample counts `weight`.
    fn follow(&mut self, lane: usize, x: f32, last: f32, removed: f32, weight: f32) -> Fate {
        if self.age[lane] == 0.0 {
            (self.before[lane], self.crest[lane], self.taken[lane]) = (last, removed, 0.0);
        }
        let (away, crest) = (x - self.before[lane], self.crest[lane]);
        let (reached, furthest) = (away * crest, crest * crest);
        if reached < 0.5 * furthest {
            self.age[lane] = 0.0;
            return Fate::Back { taken: self.taken[lane], height: crest.abs() };
        }
        if reached > furthest {
            self.crest[lane] = away;
        }
        self.taken[lane] += removed;
        self.age[lane] += weight;
        if self.age[lane] > self.patience {
            self.age[lane] = 0.0;
            return Fate::Stayed;
        }
        Fate::Unknown
    }
}

/// What step removal remembers.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepRemoval<const LANES: usize> {
    /// Last sample as it came.
    pub(super) last: [f32; LANES],
    /// What is subtracted: the sum of all steps.
    pub(super) offset: [f32; LANES],
    /// Decaying largest slew, and what is left of it from sample to sample.
    pub(super) peak: [f32; LANES],
    pub(super) decay: f32,
    /// How far above `peak` a step must lie: lower while a step is under way.
    pub(super) over_peak: [f32; LANES],
    /// Slew above which a sample may be a step.
    pub(super) limit: [f32; LANES],
    /// Large slews whose nature is not known yet.
    pub(super) swings: Swings<LANES>,
    /// Equal samples in a row, and how many of them at an extreme of the stream are a rail: three, or two where so few samples make a tick
    /// that a swing of 50 Hz is not at a rail for longer.
    pub(super) run: [f32; LANES],
    pub(super) rail_run: [f32; LANES],
    /// The known rails; infinite if unknown.
    pub(super) rails: [[f32; LANES]; 2],
    /// Extremes of the stream.
    pub(super) low: [f32; LANES],
    pub(super) high: [f32; LANES],
    /// Smallest slew that was not zero: the converter's step.
    pub(super) lsb: [f32; LANES],
}

impl<const LANES: usize> StepRemoval<LANES> {
    /// Nothing has come yet, and no rail is known.
    pub(super) fn new(rate: SampleRate) -> Self {
        Self {
            last: [0.0; LANES],
            offset: [0.0; LANES],
            peak: [0.0; LANES],
            decay: tonus_dsp::math::exp(-1.0 / (PEAK_MEMORY_S * rate.hz())) as f32,
            over_peak: [STEP_OVER_PEAK; LANES],
            limit: [f32::INFINITY; LANES],
            swings: Swings::new(rate),
            run: [0.0; LANES],
            rail_run: [if (rate.hz() as f32) < 100.0 * FEW { 1.0 } else { 2.0 }; LANES],
            rails: [[f32::NEG_INFINITY; LANES], [f32::INFINITY; LANES]],
            low: [f32::INFINITY; LANES],
            high: [f32::NEG_INFINITY; LANES],
            lsb: [f32::INFINITY; LANES],
        }
    }

    /// The rms slew of the last 50 ms, from which follows what may be a step.
    pub(super) fn set_usual_slew(&mut self, rms: &[f32; LANES]) {
        self.limit = lanes(|i| STEP_RATIO * rms[i]);
    }

    /// Ends the search for the rest of a step.
    pub(super) fn close_step(&mut self, lane: usize) {
        self.over_peak[lane] = STEP_OVER_PEAK;
    }

    /// Range of the stream in converter steps.
    pub(super) fn range_in_steps(&self, lane: usize) -> f32 {
        (self.high[lane] - self.low[lane]) / self.lsb[lane]
    }

    /// Forgets the past of one lane, but not what the converter was seen to do.
    pub(super) fn reset_lane(&mut self, lane: usize) {
        self.last[lane] = 0.0;
        self.offset[lane] = 0.0;
        self.peak[lane] = 0.0;
        self.run[lane] = 0.0;
        self.swings.age[lane] = 0.0;
        self.close_step(lane);
    }

    /// Passes frames: what is not finite is held, steps are taken out, and what the quality checks need is summed. Slews,
    /// steps left out, go to `slews`. Only the first `count` lanes are in use.
    #[inline(always)]
    pub(super) fn pass(
        &mut self,
        count: usize,
        frames: &mut [[f32; LANES]],
        slews: &mut [[f32; LANES]],
        sums: &mut TickSums<LANES>,
    ) {
        if !HAS_VECTORS || frames.len() < WORTH_A_SURVEY || !self.pass_calm(count, frames, slews, sums) {
            // One copy is enough where there is no wider one.
            if is_wide::<LANES>() {
                self.pass_all_here(frames, slews, sums);
            } else {
                self.pass_all(frames, slews, sums);
            }
        }
    }

    /// Passes any frames.
    #[inline(never)]
    pub(super) fn pass_all(
        &mut self,
        frames: &mut [[f32; LANES]],
        slews: &mut [[f32; LANES]],
        sums: &mut TickSums<LANES>,
    ) {
        self.pass_all_here(frames, slews, sums);
    }

    #[inline(always)]
    fn pass_all_here(&mut self, frames: &mut [[f32; LANES]], slews: &mut [[f32; LANES]], sums: &mut TickSums<LANES>) {
        let StepRemoval {
            mut last,
            mut offset,
            mut peak,
            decay,
            mut over_peak,
            limit,
            mut swings,
            mut run,
            rail_run,
            rails,
            mut low,
            mut high,
            mut lsb,
        } = *self;
        let TickSums {
            mut level,
            slew: mut slew_sum,
            bad: mut bad_sum,
            steps: mut step_sum,
            mut railed,
            mut stuck,
            mut still,
            ..
        } = *sums;
        for (frame, slews) in frames.iter_mut().zip(slews) {
            // One operation over all lanes per line, with 1 and 0 for yes and no: the form that becomes vector code.
            let x = lanes::<LANES>(|i| if frame[i].abs() < LIMIT_UV { frame[i] } else { last[i] });
            let bad = lanes::<LANES>(|i| if frame[i].abs() < LIMIT_UV { 0.0 } else { 1.0 });
            let jump = lanes::<LANES>(|i| x[i] - last[i]);
            let size = lanes::<LANES>(|i| jump[i].abs());
            let same = lanes::<LANES>(|i| if size[i] > 0.0 { 0.0 } else { 1.0 });
            let bar = lanes::<LANES>(|i| over_peak[i] * peak[i]);
            let bar = lanes::<LANES>(|i| if bar[i] > limit[i] { bar[i] } else { limit[i] });
            let mut step = lanes::<LANES>(|i| if size[i] > bar[i] { 1.0 } else { 0.0 });
            let mut given = [0.0; LANES];
            if (0..LANES).fold(false, |busy, i| busy | (step[i] + swings.age[i] > 0.0)) {
                // Rare, so lane by lane.
                for i in 0..LANES {
                    if swings.age[i] == 0.0 && (step[i] == 0.0 || over_peak[i] == 0.0) {
                        // Nothing, or more of a step that has stayed.
                        step_sum[i] += step[i];
                        continue;
                    }
                    let weight = if same[i] == 1.0 { STILL } else { 1.0 };
                    match swings.follow(i, x[i], last[i], step[i] * jump[i], weight) {
                        Fate::Unknown => {}
                        Fate::Stayed => step_sum[i] += 1.0,
                        Fate::Back { taken, height } => {
                            // Muscle, and what follows may be as large.
                            given[i] = taken;
                            (step[i], over_peak[i]) = (0.0, STEP_OVER_PEAK);
                            peak[i] = peak[i].max(height);
                        }
                    }
                }
            }
            let kept = lanes::<LANES>(|i| 1.0 - step[i]);
            let calm = lanes::<LANES>(|i| size[i] * kept[i]);
            let fading = lanes::<LANES>(|i| peak[i] * decay);
            let moved = lanes::<LANES>(|i| if size[i] > 0.0 { size[i] } else { f32::INFINITY });
            let outside = lanes::<LANES>(|i| if (x[i] >= rails[1][i]) | (x[i] <= rails[0][i]) { 1.0 } else { 0.0 });
            let extreme = lanes::<LANES>(|i| if (x[i] >= high[i]) | (x[i] <= low[i]) { 1.0 } else { 0.0 });
            offset = lanes(|i| offset[i] + jump[i] * step[i] - given[i]);
            over_peak = lanes(|i| over_peak[i] * kept[i]);
            peak = lanes(|i| if calm[i] > fading[i] { calm[i] } else { fading[i] });
            run = lanes(|i| (run[i] + 1.0) * same[i]);
            let again = lanes::<LANES>(|i| if run[i] >= rail_run[i] { 1.0 } else { 0.0 });
            lsb = lanes(|i| if moved[i] < lsb[i] { moved[i] } else { lsb[i] });
            high = lanes(|i| if x[i] > high[i] { x[i] } else { high[i] });
            low = lanes(|i| if x[i] < low[i] { x[i] } else { low[i] });
            last = x;
            *slews = lanes(|i| if given[i] == 0.0 { jump[i] * kept[i] } else { jump[i] + given[i] });
            *frame = lanes(|i| x[i] - offset[i]);
            level = lanes(|i| level[i] + frame[i]);
            slew_sum = lanes(|i| slew_sum[i] + slews[i] * slews[i]);
            bad_sum = lanes(|i| bad_sum[i] + bad[i]);
            still = lanes(|i| still[i] + same[i]);
            railed = lanes(|i| railed[i] + outside[i]);
            stuck = lanes(|i| stuck[i] + extreme[i] * again[i]);
        }
        *self =
            StepRemoval { last, offset, peak, decay, over_peak, limit, swings, run, rail_run, rails, low, high, lsb };
        (sums.level, sums.slew, sums.bad, sums.steps) = (level, slew_sum, bad_sum, step_sum);
        (sums.railed, sums.stuck, sums.still) = (railed, stuck, still);
    }

    /// What [`StepRemoval::pass_all`] does, for frames in which there is nothing to hold or to take out; otherwise it changes
    /// nothing that counts and says so.
    ///
    /// Slews and extremes need no order, so they are found several frames at a time; what a frame hands to the next is then
    /// little.
    #[inline(always)]
    pub(super) fn pass_calm(
        &mut self,
        count: usize,
        frames: &mut [[f32; LANES]],
        slews: &mut [[f32; LANES]],
        sums: &mut TickSums<LANES>,
    ) -> bool {
        let g = self;
        let found = survey(&g.last, frames, slews);
        let calm = (0..LANES).fold(true, |calm, i| {
            calm & (found.fastest[i] <= g.limit[i])
                & (g.swings.age[i] == 0.0)
                & !found.total[i].is_nan()
                & (found.high[i] < LIMIT_UV.min(g.rails[1][i]))
                & (found.low[i] > (-LIMIT_UV).max(g.rails[0][i]))
        });
        if !calm {
            return false;
        }
        if found.fastest == [0.0; LANES] {
            count_standing(g, sums, frames);
        } else if found.slowest[..count].contains(&0.0) {
            count_runs(g, sums, frames, slews);
        } else {
            g.lsb = lanes(|i| if found.slowest[i] < g.lsb[i] { found.slowest[i] } else { g.lsb[i] });
            g.run = [0.0; LANES];
        }
        g.high = lanes(|i| if found.high[i] > g.high[i] { found.high[i] } else { g.high[i] });
        g.low = lanes(|i| if found.low[i] < g.low[i] { found.low[i] } else { g.low[i] });
        g.last = frames[frames.len() - 1];
        let (decay, offset, mut peak) = (g.decay, g.offset, g.peak);
        let TickSums { mut level, slew: mut slew_sum, .. } = *sums;
        for (frame, slew) in frames.iter_mut().zip(&*slews) {
            let size = lanes::<LANES>(|i| slew[i].abs());
            let fading = lanes::<LANES>(|i| peak[i] * decay);
            peak = lanes(|i| if size[i] > fading[i] { size[i] } else { fading[i] });
            *frame = lanes(|i| frame[i] - offset[i]);
            level = lanes(|i| level[i] + frame[i]);
            slew_sum = lanes(|i| slew_sum[i] + slew[i] * slew[i]);
        }
        g.peak = peak;
        (sums.level, sums.slew) = (level, slew_sum);
        true
    }
}

/// What a survey of several frames found, per lane.
#[derive(Debug, Clone, Copy)]
struct Survey<const LANES: usize> {
    /// Largest and smallest size of a slew.
    fastest: [f32; LANES],
    slowest: [f32; LANES],
    /// Sum of the slews, only to see whether one is NaN.
    total: [f32; LANES],
    /// Extremes of the samples.
    high: [f32; LANES],
    low: [f32; LANES],
}

impl<const LANES: usize> Survey<LANES> {
    const NOTHING: Self = Self {
        fastest: [0.0; LANES],
        slowest: [f32::INFINITY; LANES],
        total: [0.0; LANES],
        high: [f32::NEG_INFINITY; LANES],
        low: [f32::INFINITY; LANES],
    };

    /// Looks at a sample of each lane and the one before it, and gives the slews.
    #[inline(always)]
    fn see(&mut self, before: &[f32; LANES], x: &[f32; LANES]) -> [f32; LANES] {
        let slew = lanes::<LANES>(|i| x[i] - before[i]);
        let size = lanes::<LANES>(|i| slew[i].abs());
        self.fastest = lanes(|i| if size[i] > self.fastest[i] { size[i] } else { self.fastest[i] });
        self.slowest = lanes(|i| if size[i] < self.slowest[i] { size[i] } else { self.slowest[i] });
        self.total = lanes(|i| self.total[i] + slew[i]);
        self.high = lanes(|i| if x[i] > self.high[i] { x[i] } else { self.high[i] });
        self.low = lanes(|i| if x[i] < self.low[i] { x[i] } else { self.low[i] });
        slew
    }

    /// What another survey found belongs to this lane.
    fn join(&mut self, lane: usize, (fastest, slowest, total, high, low): (f32, f32, f32, f32, f32)) {
        self.fastest[lane] = self.fastest[lane].max(fastest);
        self.slowest[lane] = self.slowest[lane].min(slowest);
        self.total[lane] += total;
        self.high[lane] = self.high[lane].max(high);
        self.low[lane] = self.low[lane].min(low);
    }
}

/// Fewer frames are not looked at beforehand; none where there are no vectors, which saves 3 KB of flash.
const WORTH_A_SURVEY: usize = 4;
/// Values that are looked at side by side where there are too few lanes to fill a vector.
const WIDE: usize = 8;

/// Slews of some frames, and what must be known of them before they may pass.
#[inline(always)]
fn survey<const LANES: usize>(
    last: &[f32; LANES],
    frames: &[[f32; LANES]],
    slews: &mut [[f32; LANES]],
) -> Survey<LANES> {
    let mut found = Survey::NOTHING;
    slews[0] = found.see(last, &frames[0]);
    let mut seen = 1;
    if LANES < 4 && WIDE % LANES == 0 {
        let (values, slews) = (frames.as_flattened(), slews.as_flattened_mut());
        let befores = values.chunks_exact(WIDE);
        let pieces = values[LANES..].chunks_exact(WIDE);
        seen += pieces.len() * (WIDE / LANES);
        let mut wide = Survey::<WIDE>::NOTHING;
        for ((before, x), slews) in befores.zip(pieces).zip(slews[LANES..].chunks_exact_mut(WIDE)) {
            let (Ok(before), Ok(x)) = (before.try_into(), x.try_into()) else { break };
            slews.copy_from_slice(&wide.see(before, x));
        }
        for i in 0..WIDE {
            found.join(i % LANES, (wide.fastest[i], wide.slowest[i], wide.total[i], wide.high[i], wide.low[i]));
        }
    }
    for n in seen..frames.len() {
        slews[n] = found.see(&frames[n - 1], &frames[n]);
    }
    found
}

/// As [`count_runs`], where all frames are equal, and equal to the one before them.
fn count_standing<const LANES: usize>(g: &mut StepRemoval<LANES>, sums: &mut TickSums<LANES>, frames: &[[f32; LANES]]) {
    /// A count in `f32` goes no further.
    const MOST: f32 = 16_777_216.0;
    let (x, n) = (&frames[0], frames.len() as f32);
    let extreme = lanes::<LANES>(|i| if (x[i] >= g.high[i]) | (x[i] <= g.low[i]) { 1.0 } else { 0.0 });
    // The first frame of a run is its second equal sample, and no third.
    let counted = lanes::<LANES>(|i| if g.run[i] + 1.0 >= g.rail_run[i] { n } else { n - 1.0 });
    sums.stuck = lanes(|i| sums.stuck[i] + extreme[i] * counted[i]);
    sums.still = lanes(|i| sums.still[i] + n);
    g.run = lanes(|i| if g.run[i] + n < MOST { g.run[i] + n } else { MOST });
}

/// Equal samples in a row, and how many of them lie at an extreme of the stream.
#[inline(never)]
fn count_runs<const LANES: usize>(
    g: &mut StepRemoval<LANES>,
    sums: &mut TickSums<LANES>,
    frames: &[[f32; LANES]],
    slews: &[[f32; LANES]],
) {
    for (x, slew) in frames.iter().zip(slews) {
        let size = lanes::<LANES>(|i| slew[i].abs());
        let moved = lanes::<LANES>(|i| if size[i] > 0.0 { size[i] } else { f32::INFINITY });
        let same = lanes::<LANES>(|i| if size[i] > 0.0 { 0.0 } else { 1.0 });
        let extreme = lanes::<LANES>(|i| if (x[i] >= g.high[i]) | (x[i] <= g.low[i]) { 1.0 } else { 0.0 });
        g.run = lanes(|i| (g.run[i] + 1.0) * same[i]);
        let again = lanes::<LANES>(|i| if g.run[i] >= g.rail_run[i] { 1.0 } else { 0.0 });
        g.lsb = lanes(|i| if moved[i] < g.lsb[i] { moved[i] } else { g.lsb[i] });
        g.high = lanes(|i| if x[i] > g.high[i] { x[i] } else { g.high[i] });
        g.low = lanes(|i| if x[i] < g.low[i] { x[i] } else { g.low[i] });
        sums.stuck = lanes(|i| sums.stuck[i] + extreme[i] * again[i]);
        sums.still = lanes(|i| sums.still[i] + same[i]);
    }
}
