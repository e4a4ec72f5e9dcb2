//! The per-sample part of the pipeline: everything that is done to every sample, in one place and in one order.
//!
//! ```text
//! x ─► hold non-finite ─► take out steps ─► high-pass ─► notches ─► low-pass ─► y ─► Σy², Σ|y|, Σψ
//!                                                                            └─► high-pass 50 Hz ─► whitening ─► Σw²
//! ```
//!
//! All lanes run side by side; each keeps its own order of operations, so a lane gives the bits that it would give alone.
//! Sums belong to one tick (10 ms) and start from zero with it: nothing runs on.

#[cfg(test)]
mod tests;

use super::step_removal::StepRemoval;
use crate::calibration::detection::{WHITENING_ORDER, Whitening};
use crate::config::{ChannelConfig, Kind, PipelineConfig};
use crate::pipeline::detector::DETECTION_HIGHPASS_HZ;
use tonus_dsp::design::{Mains, add_mains_notches};
use tonus_dsp::design::{Section, Sections, butterworth_highpass, butterworth_lowpass};
use tonus_dsp::error::ConfigError;
use tonus_dsp::filter::{Bank, BankState, settled};
use tonus_dsp::lanes::{HAS_VECTORS, is_wide, lanes};
use tonus_dsp::simd::{Work, widest};
use tonus_dsp::units::SampleRate;

/// Sections of the display band: high-pass, three notches, low-pass.
const SECTIONS: usize = 5;
/// Most frames that are worked on at once: a tick at up to 3.2 kHz. They are kept, so they cost 8 bytes each and lane.
pub(crate) const CHUNK: usize = 32;
/// Larger magnitudes are no voltage (100 V in µV) and are treated as not a number.
pub(super) const LIMIT_UV: f32 = 1.0e8;

/// Sums over the samples of one tick, per lane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TickSums<const LANES: usize> {
    /// Frames seen.
    pub frames: u32,
    /// Frames known to be missing.
    pub missing: u32,
    /// Σy², the display band squared.
    pub power: [f32; LANES],
    /// Σ|y|.
    pub rectified: [f32; LANES],
    /// ΣTeager–Kaiser energy of y.
    pub teager: [f32; LANES],
    /// Σw², the whitened detection band squared.
    pub whitened: [f32; LANES],
    /// Σu, the signal without steps.
    pub level: [f32; LANES],
    /// Σ of squared slews, steps left out.
    pub slew: [f32; LANES],
    /// Samples that were not finite.
    pub bad: [f32; LANES],
    /// Steps taken out that have stayed.
    pub steps: [f32; LANES],
    /// Samples at a known rail.
    pub railed: [f32; LANES],
    /// Samples equal to the one before them.
    pub still: [f32; LANES],
    /// Third and further equal samples at an extreme of the stream; second ones too below 500 Hz.
    pub stuck: [f32; LANES],
    /// Autocorrelation of the detection band, lag 0 first; only while calibrating.
    pub autocorrelation: [[f32; LANES]; WHITENING_ORDER + 1],
}

impl<const LANES: usize> TickSums<LANES> {
    const ZERO: Self = Self {
        frames: 0,
        missing: 0,
        power: [0.0; LANES],
        rectified: [0.0; LANES],
        teager: [0.0; LANES],
        whitened: [0.0; LANES],
        level: [0.0; LANES],
        slew: [0.0; LANES],
        bad: [0.0; LANES],
        steps: [0.0; LANES],
        railed: [0.0; LANES],
        still: [0.0; LANES],
        stuck: [0.0; LANES],
        autocorrelation: [[0.0; LANES]; WHITENING_ORDER + 1],
    };
}

/// What the tail of the chain remembers.
#[derive(Debug, Clone, Copy)]
struct Tail<const LANES: usize> {
    /// The detection high-pass (direct form 2 transposed).
    s1: [f32; LANES],
    s2: [f32; LANES],
    /// The last values of the detection band, newest first.
    past: [[f32; LANES]; WHITENING_ORDER],
    /// The last two values of the display band, newest first.
    display: [[f32; LANES]; 2],
}

impl<const LANES: usize> Tail<LANES> {
    const ZERO: Self =
        Self { s1: [0.0; LANES], s2: [0.0; LANES], past: [[0.0; LANES]; WHITENING_ORDER], display: [[0.0; LANES]; 2] };
}

/// The per-sample part of a pipeline.
#[derive(Debug, Clone)]
pub(crate) struct Conditioning<const LANES: usize> {
    rate: SampleRate,
    highpass_hz: f64,
    lowpass_hz: Option<f64>,
    bank: Bank<SECTIONS, LANES>,
    notches: core::ops::Range<usize>,
    lines: BankState<SECTIONS, LANES>,
    detection: biquad::Coefficients<f32>,
    taps: [[f32; LANES]; WHITENING_ORDER],
    count: usize,
    raw: [bool; LANES],
    step_removal: StepRemoval<LANES>,
    tail: Tail<LANES>,
    /// Lanes that take their next valid sample as a new start.
    joining: [bool; LANES],
    any_joining: bool,
    /// Sums of the tick under way.
    pub sums: TickSums<LANES>,
    /// Whether autocorrelation sums are wanted.
    pub correlating: bool,
    /// Slews of the last chunk (steps left out), for the mains monitor.
    pub slews: [[f32; LANES]; CHUNK],
    /// Display band of the last chunk.
    pub conditioned: [[f32; LANES]; CHUNK],
}

/// Frames to be taken, once nothing has to be joined.
struct Take<'a, const LANES: usize> {
    conditioning: &'a mut Conditioning<LANES>,
    first: usize,
    frames: usize,
}

impl<const LANES: usize> Work for Take<'_, LANES> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.conditioning.take_joined(self.first, self.frames);
    }
}

impl<const LANES: usize> Conditioning<LANES> {
    /// Conditioning that is still to be set up.
    pub fn blank(rate: SampleRate) -> Self {
        Self {
            rate,
            highpass_hz: 0.0,
            lowpass_hz: None,
            bank: Bank::new(&Sections::EMPTY),
            notches: 0..0,
            lines: BankState::default(),
            detection: (&Section::IDENTITY).into(),
            taps: [[0.0; LANES]; WHITENING_ORDER],
            count: 0,
            raw: [false; LANES],
            step_removal: StepRemoval::new(rate),
            tail: Tail::ZERO,
            joining: [true; LANES],
            any_joining: true,
            sums: TickSums::ZERO,
            correlating: false,
            slews: [[0.0; LANES]; CHUNK],
            conditioned: [[0.0; LANES]; CHUNK],
        }
    }

    /// Sets all up for a configuration that has been checked, whatever was here before.
    #[inline(never)]
    pub fn set_up(
        &mut self,
        config: &PipelineConfig,
        channels: &[ChannelConfig],
        mains: Option<Mains>,
    ) -> Result<(), ConfigError> {
        // Named one by one, so that a field that comes later is not forgotten here.
        let Self {
            rate,
            highpass_hz,
            lowpass_hz,
            bank,
            notches,
            lines,
            detection,
            taps,
            count,
            raw,
            step_removal,
            tail,
            joining,
            any_joining,
            sums,
            correlating,
            slews,
            conditioned,
        } = self;
        *rate = config.rate;
        *highpass_hz = config.highpass_hz;
        *lowpass_hz = config.effective_lowpass_hz();
        *bank = Bank::new(&Sections::EMPTY);
        *notches = 0..0;
        *lines = BankState::default();
        *count = channels.len().min(LANES);
        *raw = core::array::from_fn(|i| channels.get(i).is_some_and(|c| c.kind == Kind::Raw));
        let any_raw = raw.contains(&true);
        *detection = if any_raw && DETECTION_HIGHPASS_HZ < 0.45 * rate.hz() {
            (&butterworth_highpass(DETECTION_HIGHPASS_HZ, *rate, 2)?[0]).into()
        } else {
            (&Section::IDENTITY).into()
        };
        *taps = [[0.0; LANES]; WHITENING_ORDER];
        *step_removal = StepRemoval::new(*rate);
        for (lane, channel) in channels.iter().enumerate().take(LANES) {
            if let Some((low, high)) = channel.rails_uv {
                (step_removal.rails[0][lane], step_removal.rails[1][lane]) = (low, high);
            }
        }
        *tail = Tail::ZERO;
        *joining = [true; LANES];
        *any_joining = true;
        *sums = TickSums::ZERO;
        *correlating = false;
        *slews = [[0.0; LANES]; CHUNK];
        *conditioned = [[0.0; LANES]; CHUNK];
        if any_raw { self.set_mains(mains) } else { Ok(()) }
    }

    /// Puts notches in or takes them out. The filters start from zero.
    #[inline(never)]
    pub fn set_mains(&mut self, mains: Option<Mains>) -> Result<(), ConfigError> {
        let mut sections: Sections<SECTIONS> = Sections::EMPTY;
        self.add_highpass(&mut sections)?;
        let first = sections.len();
        if let Some(mains) = mains {
            add_mains_notches(&mut sections, mains, self.rate)?;
        }
        self.notches = first..sections.len();
        if let Some(lowpass_hz) = self.lowpass_hz {
            self.add_lowpass(&mut sections, lowpass_hz)?;
        }
        self.use_sections(&sections);
        Ok(())
    }

    // Functions of their own, so that only one design at a time is on the stack.

    #[inline(never)]
    fn use_sections(&mut self, sections: &Sections<SECTIONS>) {
        self.bank = Bank::new(sections);
        self.lines = BankState::default();
    }

    #[inline(never)]
    fn add_highpass(&self, sections: &mut Sections<SECTIONS>) -> Result<(), ConfigError> {
        sections.extend(&butterworth_highpass(self.highpass_hz, self.rate, 2)?)
    }

    #[inline(never)]
    fn add_lowpass(&self, sections: &mut Sections<SECTIONS>, lowpass_hz: f64) -> Result<(), ConfigError> {
        sections.extend(&butterworth_lowpass(lowpass_hz, self.rate, 2)?)
    }

    /// Group delay of the display band at `frequency_hz`, in samples.
    pub fn delay_at(&self, frequency_hz: f64) -> f64 {
        let mut delay = tonus_dsp::design::group_delay(
            butterworth_highpass(self.highpass_hz, self.rate, 2).as_deref().unwrap_or(&[]),
            frequency_hz,
            self.rate,
        );
        if let Some(lowpass) = self.lowpass_hz {
            delay += tonus_dsp::design::group_delay(
                butterworth_lowpass(lowpass, self.rate, 2).as_deref().unwrap_or(&[]),
                frequency_hz,
                self.rate,
            );
        }
        delay
    }

    /// Uses a whitening filter for one lane.
    pub fn set_whitening(&mut self, lane: usize, whitening: &Whitening) {
        for (taps, tap) in self.taps.iter_mut().zip(whitening.taps) {
            taps[lane] = tap;
        }
    }

    /// The rms slew of the last 50 ms, from which follows what may be a step.
    pub fn set_usual_slew(&mut self, rms: &[f32; LANES]) {
        self.step_removal.set_usual_slew(&lanes(|i| if self.raw[i] { rms[i] } else { f32::INFINITY }));
    }

    /// Ends the search for the rest of a step.
    pub fn close_step(&mut self, lane: usize) {
        self.step_removal.close_step(lane);
    }

    /// Whether a large slew may still turn out to be a step.
    pub fn is_undecided(&self, lane: usize) -> bool {
        self.step_removal.swings.age[lane] > 0.0
    }

    /// Equal samples in a row, up to now.
    pub fn run(&self, lane: usize) -> f32 {
        self.step_removal.run[lane]
    }

    /// The smallest change seen so far, which is a converter's step; infinite while nothing has moved.
    pub fn step(&self, lane: usize) -> f32 {
        self.step_removal.lsb[lane]
    }

    /// Range of the stream in converter steps.
    pub fn range_in_steps(&self, lane: usize) -> f32 {
        self.step_removal.range_in_steps(lane)
    }

    /// Forgets the past of one lane; its next valid sample becomes zero.
    pub fn reset_lane(&mut self, lane: usize) {
        self.lines.reset_lane(lane);
        let tail = &mut self.tail;
        for value in [&mut tail.s1[lane], &mut tail.s2[lane]] {
            *value = 0.0;
        }
        for past in tail.past.iter_mut().chain(&mut tail.display) {
            past[lane] = 0.0;
        }
        self.step_removal.reset_lane(lane);
        self.joining[lane] = true;
        self.any_joining = true;
    }

    /// Passes over a short gap: the notches go on ringing at their own frequency, and the next sample joins the last.
    ///
    /// A notch's zeros lie on the unit circle, so the input that keeps its output at zero is an undamped oscillation at
    /// the notch frequency: exactly what mains did meanwhile.
    pub fn coast(&mut self, frames: u32) {
        self.bank.coast(&mut self.lines, self.notches.clone(), frames);
        self.joining = [true; LANES];
        self.any_joining = true;
    }

    /// Takes what a new start needs from a frame.
    fn join(&mut self, frame: &[f32; LANES]) {
        let step_removal = &mut self.step_removal;
        for lane in 0..LANES {
            if self.joining[lane] && frame[lane].abs() < LIMIT_UV {
                if self.raw[lane] {
                    step_removal.offset[lane] += frame[lane] - step_removal.last[lane];
                }
                step_removal.last[lane] = frame[lane];
                self.joining[lane] = false;
            }
        }
        self.any_joining = self.joining.contains(&true);
    }

    /// Takes up to [`CHUNK`] frames of the tick under way, interleaved, so many values each; the display band is left in
    /// `conditioned`.
    // Apart, so that its copies are off the stack when a tick ends.
    #[inline(never)]
    pub fn take(&mut self, values: &[f32], frames: usize, channels: usize) {
        if channels == LANES {
            if let (true, Ok(frame)) = (HAS_VECTORS, values.try_into()) {
                // A single frame, without a call that copies it.
                self.conditioned[0] = frame;
            } else {
                self.conditioned.as_flattened_mut()[..values.len()].copy_from_slice(values);
            }
        } else {
            for (lanes, frame) in self.conditioned.iter_mut().zip(values.chunks_exact(channels)) {
                lanes[..channels].copy_from_slice(frame);
            }
        }
        let mut first = 0;
        while self.any_joining && first < frames {
            let frame = self.conditioned[first];
            self.join(&frame);
            let (frames, slews) = (&mut self.conditioned[first..=first], &mut self.slews[first..=first]);
            self.step_removal.pass_all(frames, slews, &mut self.sums);
            first += 1;
        }
        if is_wide::<LANES>() {
            widest(Take { conditioning: self, first, frames });
        } else {
            self.take_joined(first, frames);
        }
        self.sums.frames += frames as u32;
    }

    /// The frames from `first` on through step removal, all of them through what comes behind it.
    #[inline(always)]
    fn take_joined(&mut self, first: usize, frames: usize) {
        let (gated, slews) = (&mut self.conditioned[first..frames], &mut self.slews[first..frames]);
        self.step_removal.pass(self.count, gated, slews, &mut self.sums);
        if HAS_VECTORS {
            self.bank.process_here(&mut self.lines, &mut self.conditioned[..frames]);
        } else {
            self.bank.process(&mut self.lines, &mut self.conditioned[..frames]);
        }
        // Without vectors one form does for both, which saves flash.
        if self.correlating || !HAS_VECTORS {
            self.finish_frames::<true>(frames);
        } else {
            self.finish_frames::<false>(frames);
        }
    }

    /// Detection high-pass, whitening, and the sums of both bands.
    #[inline(always)]
    fn finish_frames<const CORRELATING: bool>(&mut self, frames: usize) {
        // Everything in variables of its own: parts of a struct would be kept in memory, in halves.
        let Tail { mut s1, mut s2, past: [mut p0, mut p1, mut p2, mut p3], display: [mut y1, mut y2] } = self.tail;
        let TickSums { mut power, mut rectified, mut teager, mut whitened, mut autocorrelation, .. } = self.sums;
        let (c, taps) = (self.detection, self.taps);
        for y in &self.conditioned[..frames] {
            power = lanes(|i| power[i] + y[i] * y[i]);
            rectified = lanes(|i| rectified[i] + y[i].abs());
            teager = lanes(|i| teager[i] + (y1[i] * y1[i] - y2[i] * y[i]));
            (y1, y2) = (*y, y1);
            let v = lanes::<LANES>(|i| s1[i] + c.b0 * y[i]);
            s1 = lanes(|i| s2[i] + c.b1 * y[i] - c.a1 * v[i]);
            s2 = lanes(|i| c.b2 * y[i] - c.a2 * v[i]);
            let w = lanes::<LANES>(|i| {
                v[i] + taps[0][i] * p0[i] + taps[1][i] * p1[i] + taps[2][i] * p2[i] + taps[3][i] * p3[i]
            });
            whitened = lanes(|i| whitened[i] + w[i] * w[i]);
            if CORRELATING && (HAS_VECTORS || self.correlating) {
                for (sum, lag) in autocorrelation.iter_mut().zip([v, p0, p1, p2, p3]) {
                    *sum = lanes(|i| sum[i] + v[i] * lag[i]);
                }
            }
            (p0, p1, p2, p3) = (v, p0, p1, p2);
        }
        self.tail = Tail { s1, s2, past: [p0, p1, p2, p3], display: [y1, y2] };
        let sums = &mut self.sums;
        (sums.power, sums.rectified, sums.teager, sums.whitened) = (power, rectified, teager, whitened);
        if CORRELATING {
            sums.autocorrelation = autocorrelation;
        }
    }

    /// At the end of a tick: state too small to matter becomes zero. Subnormal numbers would slow a processor down; on a flat
    /// line the memory of the largest slew would stay one for ever.
    pub fn settle(&mut self) {
        self.bank.settle(&mut self.lines);
        let tiny = |x: &mut f32| *x = settled(*x);
        self.tail.s1.iter_mut().for_each(tiny);
        self.tail.s2.iter_mut().for_each(tiny);
        self.step_removal.peak.iter_mut().for_each(tiny);
    }

    /// The sums of the next tick start.
    pub fn start_sums(&mut self) {
        self.sums = TickSums::ZERO;
    }
}
