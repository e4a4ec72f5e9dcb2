//! The time stamps of records: where each record stands on the line of the samples.
//!
//! The samples of a record are evenly apart; its stamp is a reading of the place of the first one, rounded, by a clock that
//! may run some hundred ppm off. Records follow the same line as the rows of a table ([`crate::time_axis`]): for that the
//! frames between the first ones of two records are taken out of their stamps.

use crate::time_axis::{Ahead, Axis, Level, Statistic, Step, Timeline, Wraps, measure};

/// Most stamps that are kept.
const MOST: usize = 500_000;
/// Stamps to which the line is fitted.
const FITTED: usize = 16_384;
/// A clock is off by this share at most (quartz: 100 ppm, ceramic and RC: some hundred); more is lost or overlaps.
const MOST_OFF: f64 = 500e-6;
/// One record in so many may begin before the one before it ends, if stamps are exact.
const FEW: usize = 50;
/// Stamps that are coarser than this share of a frame are judged together.
const COARSE: f64 = 0.4;
/// Fewest records that show how stamps stray.
const LEAST: usize = 16;
/// Records that show where the line goes on, if stamps are exact: one alone may be damaged.
const RECORDS: usize = 2;
/// Seconds from the first stamp within which a clock that goes back has started again, and from the last one.
const BEGIN_S: f64 = 1.0;
const RESTART_S: f64 = 10.0;

/// The stamps of records as far as they are known beforehand: in seconds, NaN where a record has none.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    onsets: Vec<f64>,
    /// Most decimals of any.
    decimals: usize,
}

impl Stamps {
    /// Takes the next record's stamp and its decimals.
    pub(super) fn push(&mut self, stamp: Option<(f64, usize)>) {
        if self.onsets.len() < MOST {
            self.onsets.push(stamp.map_or(f64::NAN, |stamp| stamp.0));
            self.decimals = self.decimals.max(stamp.map_or(0, |stamp| stamp.1));
        }
    }
}

/// Places records by their stamps.
#[derive(Debug)]
pub(super) struct Clock {
    timeline: Timeline,
    onsets: Vec<f64>,
    /// Seconds of the stamps that lie between two frames.
    frame_s: f64,
    /// Frames of a record but the first.
    others: f64,
    /// Records placed.
    record: usize,
    /// The first stamp, and the last one.
    first: f64,
    last: f64,
}

impl Clock {
    /// For records of so many frames at this rate.
    pub(super) fn new(stamps: Stamps, frames: usize, rate_hz: f64) -> Self {
        let Stamps { onsets, decimals } = stamps;
        let unit = (0..decimals.min(9)).fold(1.0, |unit, _| unit * 10.0_f64).recip();
        let frames = frames.max(1) as f64;
        let (head, _) = onsets.split_at(onsets.len().min(FITTED));
        let record_s = frames / rate_hz;
        let others = frames - 1.0;
        let shifted = |frame_s: f64| -> Vec<f64> {
            head.iter().enumerate().map(|(n, onset)| onset - n as f64 * others * frame_s).collect()
        };
        let mut frame_s = record_s * (1.0 + off(head, unit, record_s)) / frames;
        // What is left of it moves the first frames of records from one to the next.
        let fit = measure(&shifted(frame_s), unit, Some(frame_s), Wraps::NONE);
        if let Some(fit) = fit.filter(|fit| fit.axis.is_exact) {
            let left = (fit.axis.step / frame_s - 1.0) / frames;
            if (frame_s * (1.0 + left) * rate_hz - 1.0).abs() <= MOST_OFF {
                frame_s *= 1.0 + left;
            }
        }
        let axis = axis(&shifted(frame_s), unit, frame_s, frames);
        Self {
            timeline: Timeline::new(axis, 1.0 / frame_s),
            onsets,
            frame_s,
            others,
            record: 0,
            first: f64::NAN,
            last: f64::NAN,
        }
    }

    /// Frames in a second of the stamps.
    pub(super) fn rate_hz(&self) -> f64 {
        1.0 / self.frame_s
    }

    /// Where the next record stands.
    pub(super) fn place(&mut self, onset: f64) -> Step {
        let (others, frame_s) = (self.others, self.frame_s);
        let shift = |record: usize| record as f64 * others * frame_s;
        let stamp = onset - shift(self.record);
        let next = self.record + 1;
        let mut ahead = Shifted(|n: usize| Some(self.onsets.get(next + n)? - shift(next + n)));
        let mut step = self.timeline.place(stamp, &mut ahead);
        if self.first.is_nan() {
            self.first = onset;
        }
        // The timeline does not see how much time the frames between took.
        if step == Step::Restart && onset > (self.first + BEGIN_S).max(self.last - RESTART_S) {
            step = Step::Back(1);
        }
        if step != Step::Astray {
            self.last = onset;
        }
        match step {
            Step::Back(_) => self.timeline.set(stamp, &mut ahead),
            Step::Astray => drop(self.timeline.pass()),
            Step::Next | Step::Gap(_) | Step::Restart => {}
        }
        self.record = next;
        step
    }

    /// The next record has no stamp.
    pub(super) fn pass(&mut self) {
        self.timeline.pass();
        self.record += 1;
    }

    /// The next record is none: those behind it stand where they would without it.
    pub(super) fn leave_out(&mut self) {
        if self.record < self.onsets.len() {
            self.onsets.remove(self.record);
        }
    }
}

/// Stamps of later records.
struct Shifted<F>(F);

impl<F: Fn(usize) -> Option<f64>> Ahead for Shifted<F> {
    fn stamp(&mut self, n: usize) -> Option<f64> {
        (self.0)(n)
    }
}

/// The share by which the clock of the stamps runs slow against the samples; 0 where that is not sure.
fn off(onsets: &[f64], unit: f64, record_s: f64) -> f64 {
    let Some(fit) = measure(onsets, unit, None, Wraps::NONE) else { return 0.0 };
    let off = fit.axis.step / record_s - 1.0;
    if off.abs() <= MOST_OFF && off.abs() > fit.uncertainty { off } else { 0.0 }
}

/// How the stamps of first frames, less all others, stray from their line.
fn axis(stamps: &[f64], unit: f64, frame_s: f64, frames: f64) -> Axis {
    let steps = || stamps.windows(2).filter_map(|w| Some(w.last()? - w.first()?));
    let room = 0.5 * frame_s + 1.02 * unit + MOST_OFF * frames * frame_s;
    let shorter = steps().filter(|step| *step < frame_s - room).count();
    let strays = shorter * FEW > stamps.len();
    let is_coarse = unit > COARSE * frame_s;
    // As they are written: a hole is as long as they say.
    let width = if is_coarse { 1.02 * unit / frame_s + 0.5 } else { 0.5 };
    let level = Level { statistic: Statistic::Lowest, rows: RECORDS, at: 0.0, noise: width };
    let written = Axis { step: frame_s, band: (-width, width), is_exact: true, level, wraps: Wraps::NONE };
    if !strays && !is_coarse || stamps.len() < LEAST {
        return written;
    }
    let fitted = measure(stamps, unit, Some(frame_s), Wraps::NONE)
        .map(|fit| {
            let level = Level { noise: fit.axis.level.noise.max(width), ..fit.axis.level };
            Axis { step: frame_s, level, ..fit.axis }
        })
        // Stamps that scatter by a quarter of a record show no hole.
        .filter(|axis| axis.level.noise < if strays { frames / 4.0 } else { 1.5 * width });
    fitted.unwrap_or(written)
}
