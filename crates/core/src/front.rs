//! The per-sample part of the pipeline: everything that is done to every sample, in one place and in one order.
//!
//! ```text
//! x ─► hold non-finite ─► take out steps ─► high-pass ─► notches ─► low-pass ─► y ─► Σy², Σ|y|, Σψ
//!                                                                            └─► high-pass 50 Hz ─► whitening ─► Σw²
//! ```
//!
//! All lanes run side by side; each keeps its own order of operations, so a lane gives the bits that it would give alone.
//! Sums belong to one tick (10 ms) and start from zero with it: nothing runs on.

use crate::config::{ChannelConfig, Kind, PipelineConfig};
use crate::design::{Mains, add_mains_notches};
use crate::design::{Section, Sections, butterworth_highpass, butterworth_lowpass};
use crate::detect::{DETECTION_HIGHPASS_HZ, WHITENING_ORDER, Whitening};
use crate::error::ConfigError;
use crate::filter::{Bank, BankState};
use crate::units::SampleRate;

/// Sections of the display band: high-pass, three notches, low-pass.
const SECTIONS: usize = 5;
/// Most frames that are worked on at once: a tick at up to 3.2 kHz. They are kept, so they cost 8 bytes each and lane.
pub(crate) const CHUNK: usize = 32;
/// Larger magnitudes are no voltage (100 V in µV) and are treated as not a number.
pub(crate) const LIMIT_UV: f32 = 1.0e8;

/// A step is a slew of more than this many times the rms slew of the last 50 ms …
pub(crate) const STEP_RATIO: f32 = 12.0;
/// … that also exceeds this many times the largest slew of about the last 10 ms, so that the onset of a contraction, which
/// grows over several samples, is not one.
const STEP_OVER_PEAK: f32 = 5.0;
/// Time constant of that memory of the largest slew.
const PEAK_MEMORY_S: f64 = 0.01;

/// One value per lane.
#[inline(always)]
#[allow(clippy::inline_always)] // a call per line of the innermost loop would undo what the form is for
fn lanes<const LANES: usize>(f: impl Fn(usize) -> f32) -> [f32; LANES] {
    core::array::from_fn(f)
}

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
    /// Steps taken out.
    pub steps: [f32; LANES],
    /// Samples at a known rail.
    pub railed: [f32; LANES],
    /// Third and further equal samples at an extreme of the stream.
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
        stuck: [0.0; LANES],
        autocorrelation: [[0.0; LANES]; WHITENING_ORDER + 1],
    };
}

/// What the step gate remembers.
#[derive(Debug, Clone, Copy)]
struct Gate<const LANES: usize> {
    /// Last sample as it came.
    last: [f32; LANES],
    /// What is subtracted: the sum of all steps.
    offset: [f32; LANES],
    /// Decaying largest slew.
    peak: [f32; LANES],
    /// How far above `peak` a step must lie: lower while a step is under way.
    over_peak: [f32; LANES],
    /// Slew above which a sample may be a step.
    limit: [f32; LANES],
    /// Equal samples in a row.
    run: [f32; LANES],
    /// The known rails; infinite if unknown.
    rails: [[f32; LANES]; 2],
    /// Extremes of the stream.
    low: [f32; LANES],
    high: [f32; LANES],
    /// Smallest slew that was not zero: the converter's step.
    lsb: [f32; LANES],
}

impl<const LANES: usize> Gate<LANES> {
    /// Nothing has come yet, and no rail is known.
    const UNKNOWN: Self = Self {
        last: [0.0; LANES],
        offset: [0.0; LANES],
        peak: [0.0; LANES],
        over_peak: [STEP_OVER_PEAK; LANES],
        limit: [f32::INFINITY; LANES],
        run: [0.0; LANES],
        rails: [[f32::NEG_INFINITY; LANES], [f32::INFINITY; LANES]],
        low: [f32::INFINITY; LANES],
        high: [f32::NEG_INFINITY; LANES],
        lsb: [f32::INFINITY; LANES],
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
pub(crate) struct Front<const LANES: usize> {
    rate: SampleRate,
    highpass_hz: f64,
    lowpass_hz: Option<f64>,
    bank: Bank<SECTIONS, LANES>,
    notches: core::ops::Range<usize>,
    lines: BankState<SECTIONS, LANES>,
    detection: biquad::Coefficients<f32>,
    taps: [[f32; LANES]; WHITENING_ORDER],
    decay: f32,
    raw: [bool; LANES],
    gate: Gate<LANES>,
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

impl<const LANES: usize> Front<LANES> {
    /// A front that is still to be set up.
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
            decay: 0.0,
            raw: [false; LANES],
            gate: Gate::UNKNOWN,
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
            decay,
            raw,
            gate,
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
        *raw = core::array::from_fn(|i| channels.get(i).is_some_and(|c| c.kind == Kind::Raw));
        let any_raw = raw.contains(&true);
        *detection = if any_raw && DETECTION_HIGHPASS_HZ < 0.45 * rate.hz() {
            (&butterworth_highpass(DETECTION_HIGHPASS_HZ, *rate, 2)?[0]).into()
        } else {
            (&Section::IDENTITY).into()
        };
        *taps = [[0.0; LANES]; WHITENING_ORDER];
        *decay = crate::math::exp(-1.0 / (PEAK_MEMORY_S * rate.hz())) as f32;
        *gate = Gate::UNKNOWN;
        for (lane, channel) in channels.iter().enumerate().take(LANES) {
            if let Some((low, high)) = channel.rails_uv {
                (gate.rails[0][lane], gate.rails[1][lane]) = (low, high);
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
        let mut delay = crate::design::group_delay(
            butterworth_highpass(self.highpass_hz, self.rate, 2).as_deref().unwrap_or(&[]),
            frequency_hz,
            self.rate,
        );
        if let Some(lowpass) = self.lowpass_hz {
            delay += crate::design::group_delay(
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

    /// Slew above which a sample of this lane may be a step.
    pub fn set_step_limit(&mut self, lane: usize, limit: f32) {
        self.gate.limit[lane] = if self.raw[lane] { limit } else { f32::INFINITY };
    }

    /// Ends the search for the rest of a step.
    pub fn close_step(&mut self, lane: usize) {
        self.gate.over_peak[lane] = STEP_OVER_PEAK;
    }

    /// Equal samples in a row, up to now.
    pub fn run(&self, lane: usize) -> u32 {
        self.gate.run[lane] as u32
    }

    /// Range of the stream in converter steps.
    pub fn range_in_steps(&self, lane: usize) -> f32 {
        (self.gate.high[lane] - self.gate.low[lane]) / self.gate.lsb[lane]
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
        self.gate.last[lane] = 0.0;
        self.gate.offset[lane] = 0.0;
        self.gate.peak[lane] = 0.0;
        self.gate.run[lane] = 0.0;
        self.close_step(lane);
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
        let gate = &mut self.gate;
        for lane in 0..LANES {
            if self.joining[lane] && frame[lane].abs() < LIMIT_UV {
                if self.raw[lane] {
                    gate.offset[lane] += frame[lane] - gate.last[lane];
                }
                gate.last[lane] = frame[lane];
                self.joining[lane] = false;
            }
        }
        self.any_joining = self.joining.contains(&true);
    }

    /// Takes up to [`CHUNK`] frames of the tick under way; the display band is left in `conditioned`.
    pub fn take(&mut self, frames: usize) {
        let frames = frames.min(CHUNK);
        let mut first = 0;
        while self.any_joining && first < frames {
            let frame = self.conditioned[first];
            self.join(&frame);
            self.gate_frames(first, first + 1);
            first += 1;
        }
        self.gate_frames(first, frames);
        self.bank.process(&mut self.lines, &mut self.conditioned[..frames]);
        if self.correlating {
            self.finish_frames::<true>(frames);
        } else {
            self.finish_frames::<false>(frames);
        }
        self.sums.frames += frames as u32;
    }

    /// Holds what is not finite, takes out steps, and sums what the quality checks need.
    #[inline]
    fn gate_frames(&mut self, first: usize, end: usize) {
        let mut g = self.gate;
        let mut sums = self.sums;
        let decay = self.decay;
        for (frame, slews) in self.conditioned[first..end].iter_mut().zip(&mut self.slews[first..end]) {
            // One operation over all lanes per line, with 1 and 0 for yes and no: the form that becomes vector code.
            let x = lanes::<LANES>(|i| if frame[i].abs() < LIMIT_UV { frame[i] } else { g.last[i] });
            let bad = lanes::<LANES>(|i| if frame[i].abs() < LIMIT_UV { 0.0 } else { 1.0 });
            let jump = lanes::<LANES>(|i| x[i] - g.last[i]);
            let size = lanes::<LANES>(|i| jump[i].abs());
            let bar = lanes::<LANES>(|i| g.over_peak[i] * g.peak[i]);
            let bar = lanes::<LANES>(|i| if bar[i] > g.limit[i] { bar[i] } else { g.limit[i] });
            let step = lanes::<LANES>(|i| if size[i] > bar[i] { 1.0 } else { 0.0 });
            let kept = lanes::<LANES>(|i| 1.0 - step[i]);
            let calm = lanes::<LANES>(|i| size[i] * kept[i]);
            let fading = lanes::<LANES>(|i| g.peak[i] * decay);
            let moved = lanes::<LANES>(|i| if size[i] > 0.0 { size[i] } else { f32::INFINITY });
            let same = lanes::<LANES>(|i| if size[i] > 0.0 { 0.0 } else { 1.0 });
            let outside = lanes::<LANES>(|i| if (x[i] >= g.rails[1][i]) | (x[i] <= g.rails[0][i]) { 1.0 } else { 0.0 });
            let extreme = lanes::<LANES>(|i| if (x[i] >= g.high[i]) | (x[i] <= g.low[i]) { 1.0 } else { 0.0 });
            g.offset = lanes::<LANES>(|i| g.offset[i] + jump[i] * step[i]);
            g.over_peak = lanes::<LANES>(|i| g.over_peak[i] * kept[i]);
            g.peak = lanes::<LANES>(|i| if calm[i] > fading[i] { calm[i] } else { fading[i] });
            g.run = lanes::<LANES>(|i| (g.run[i] + 1.0) * same[i]);
            let third = lanes::<LANES>(|i| if g.run[i] >= 2.0 { 1.0 } else { 0.0 });
            g.lsb = lanes::<LANES>(|i| if moved[i] < g.lsb[i] { moved[i] } else { g.lsb[i] });
            g.high = lanes::<LANES>(|i| if x[i] > g.high[i] { x[i] } else { g.high[i] });
            g.low = lanes::<LANES>(|i| if x[i] < g.low[i] { x[i] } else { g.low[i] });
            g.last = x;
            *slews = lanes::<LANES>(|i| jump[i] * kept[i]);
            *frame = lanes::<LANES>(|i| x[i] - g.offset[i]);
            sums.level = lanes::<LANES>(|i| sums.level[i] + frame[i]);
            sums.slew = lanes::<LANES>(|i| sums.slew[i] + slews[i] * slews[i]);
            sums.bad = lanes::<LANES>(|i| sums.bad[i] + bad[i]);
            sums.steps = lanes::<LANES>(|i| sums.steps[i] + step[i]);
            sums.railed = lanes::<LANES>(|i| sums.railed[i] + outside[i]);
            sums.stuck = lanes::<LANES>(|i| sums.stuck[i] + extreme[i] * third[i]);
        }
        self.gate = g;
        self.sums = sums;
    }

    /// Detection high-pass, whitening, and the sums of both bands.
    // Apart, so that its copies are off the stack when a tick ends.
    #[inline(never)]
    fn finish_frames<const CORRELATING: bool>(&mut self, frames: usize) {
        let mut t = self.tail;
        let mut sums = self.sums;
        let (c, taps) = (self.detection, self.taps);
        for frame in &self.conditioned[..frames] {
            let y = *frame;
            let [y1, y2] = t.display;
            t.display = [y, y1];
            sums.power = lanes::<LANES>(|i| sums.power[i] + y[i] * y[i]);
            sums.rectified = lanes::<LANES>(|i| sums.rectified[i] + y[i].abs());
            sums.teager = lanes::<LANES>(|i| sums.teager[i] + (y1[i] * y1[i] - y2[i] * y[i]));
            let v = lanes::<LANES>(|i| t.s1[i] + c.b0 * y[i]);
            t.s1 = lanes::<LANES>(|i| t.s2[i] + c.b1 * y[i] - c.a1 * v[i]);
            t.s2 = lanes::<LANES>(|i| c.b2 * y[i] - c.a2 * v[i]);
            let [p0, p1, p2, p3] = t.past;
            let w = lanes::<LANES>(|i| {
                v[i] + taps[0][i] * p0[i] + taps[1][i] * p1[i] + taps[2][i] * p2[i] + taps[3][i] * p3[i]
            });
            sums.whitened = lanes::<LANES>(|i| sums.whitened[i] + w[i] * w[i]);
            if CORRELATING {
                for (sum, lag) in sums.autocorrelation.iter_mut().zip([v, p0, p1, p2, p3]) {
                    *sum = lanes::<LANES>(|i| sum[i] + v[i] * lag[i]);
                }
            }
            t.past = [v, p0, p1, p2];
        }
        self.tail = t;
        self.sums = sums;
    }

    /// Ends the tick: state too small to matter becomes zero, and the sums start again.
    pub fn end_tick(&mut self) -> TickSums<LANES> {
        self.bank.settle(&mut self.lines);
        let tiny = |x: &mut f32| *x = if x.abs() < crate::filter::TINY { 0.0 } else { *x };
        self.tail.s1.iter_mut().for_each(tiny);
        self.tail.s2.iter_mut().for_each(tiny);
        core::mem::replace(&mut self.sums, TickSums::ZERO)
    }
}
