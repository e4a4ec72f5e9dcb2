//! A thousand million samples through one pipeline: 11.6 days of 1 kHz, with a 3 mV burst every 20 s.
//!
//! Checks that the sample index stays exact, and that the resting amplitude after every burst is within 1e-6 of the RMS that
//! `f64` finds over the last 100 ms of the same conditioned samples: no residue of bursts, no drift, no matter how long.
//! Prints how much was checked, the largest difference and the digest. Exits with an error if a check fails.
//!
//! `cargo run --release --example soak -- 100000000` takes another number of samples (at least 100 000).

use std::error::Error;

use tonus::core::calibration::Calibration;
use tonus::core::config::{ChannelConfig, PipelineConfig};
use tonus::core::decision::Decision;
use tonus::core::input::{Command, Cue, Input};
use tonus::core::pipeline::Pipeline;
use tonus::core::sink::Sink;
use tonus::dsp::units::SampleRate;

const RATE: u64 = 1000;
const TICK: u64 = RATE / 100;
/// Samples at the start without a burst: calibration.
const QUIET: u64 = 12 * RATE;
/// From burst to burst.
const PERIOD: u64 = 20 * RATE;
/// A burst: up for 0.1 s, there for 0.8 s, down for 0.1 s.
const BURST: u64 = RATE;
const RAMP: u64 = RATE / 10;
/// Amplitudes of uniform noise.
const REST_UV: f32 = 5.0;
const BURST_UV: f32 = 3000.0;
/// What is checked after a burst: from 0.3 s to 2 s behind it, when filters and windows have forgotten it.
const CHECKED: std::ops::Range<u64> = BURST + 3 * RATE / 10..BURST + 2 * RATE;
const WINDOW: usize = 100;
const TOLERANCE: f64 = 1e-6;

/// PCG32: the same samples on every machine.
struct Noise(u64);

impl Noise {
    /// Uniform from −1 to 1.
    fn next(&mut self) -> f32 {
        let old = self.0;
        self.0 = old.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let word = (((old >> 18) ^ old) >> 27) as u32;
        word.rotate_right((old >> 59) as u32).cast_signed() as f32 / 2_147_483_648.0
    }
}

/// Place within the period of bursts; none before the first.
fn since_burst(index: u64) -> Option<u64> {
    index.checked_sub(QUIET).map(|since| since % PERIOD)
}

fn amplitude_uv(index: u64) -> f32 {
    match since_burst(index) {
        Some(at) if at < BURST => {
            let share = at.min(BURST - at).min(RAMP) as f32 / RAMP as f32;
            REST_UV + share * (BURST_UV - REST_UV)
        }
        _ => REST_UV,
    }
}

/// Recomputes what the pipeline says.
struct Check {
    conditioned: [f32; WINDOW],
    samples: u64,
    clean_ticks: u32,
    checked: u64,
    worst: f64,
    wrong_index: u64,
    calibration: Option<Calibration>,
}

impl Sink for Check {
    const WANTS_SAMPLES: bool = true;

    fn samples(&mut self, _channel: u8, first: u64, conditioned_uv: &[f32]) {
        self.wrong_index += u64::from(first != self.samples);
        for (sample, index) in conditioned_uv.iter().zip(first..) {
            self.conditioned[(index % WINDOW as u64) as usize] = *sample;
        }
        self.samples += conditioned_uv.len() as u64;
    }

    fn decision(&mut self, decision: &Decision) {
        self.wrong_index += u64::from(decision.index + 1 != self.samples || decision.index + 1 != decision.tick * TICK);
        self.clean_ticks = if decision.quality.is_empty() { self.clean_ticks + 1 } else { 0 };
        let is_due = since_burst(decision.index).is_some_and(|at| CHECKED.contains(&at));
        if is_due && self.clean_ticks >= 10 {
            let power: f64 = self.conditioned.iter().map(|y| f64::from(*y) * f64::from(*y)).sum();
            let exact = (power / WINDOW as f64).sqrt();
            self.worst = self.worst.max((f64::from(decision.envelope_uv) / exact - 1.0).abs());
            self.checked += 1;
        }
    }

    fn calibrated(&mut self, _channel: u8, calibration: &Calibration) {
        self.calibration = Some(*calibration);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let total: u64 = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 1_000_000_000,
    };
    let rate = SampleRate::new(RATE as f64)?;
    let mut pipeline = Pipeline::<1>::new(&PipelineConfig::new(rate), &[ChannelConfig::default()])?;
    let mut check = Check {
        conditioned: [0.0; WINDOW],
        samples: 0,
        clean_ticks: 0,
        checked: 0,
        worst: 0.0,
        wrong_index: 0,
        calibration: None,
    };
    let mut noise = Noise(0x7075_6c73);
    let mut block = [0.0; 1000];
    pipeline.push(Input::Command(Command::Cue(Cue::Quiet)), &mut check)?;
    while pipeline.index() < total {
        let first = pipeline.index();
        if first == QUIET {
            pipeline.push(Input::Command(Command::Cue(Cue::Free)), &mut check)?;
        }
        let count = (total - first).min(block.len() as u64) as usize;
        for (sample, index) in block[..count].iter_mut().zip(first..) {
            *sample = amplitude_uv(index) * noise.next();
        }
        pipeline.push(Input::Frames(&block[..count]), &mut check)?;
    }

    let bursts = since_burst(total).map_or(0, |_| (total - QUIET) / PERIOD);
    println!("{total} samples, {:.1} h, {bursts} bursts", total as f64 / RATE as f64 / 3600.0);
    println!("{} resting amplitudes checked, largest difference {:.1e} relative", check.checked, check.worst);
    println!("digest {}", pipeline.digest().map(|byte| format!("{byte:02x}")).concat());
    if check.wrong_index > 0 || pipeline.index() != total || check.samples != total {
        return Err(
            format!("the index is off: {} of {total}, wrong {} times", pipeline.index(), check.wrong_index).into()
        );
    }
    if check.calibration.is_none() || check.checked < 100 * bursts.max(1) {
        return Err(format!("only {} amplitudes could be checked after {bursts} bursts", check.checked).into());
    }
    if !(check.worst <= TOLERANCE) {
        return Err(format!("a resting amplitude is off by {:.1e}; {TOLERANCE:.0e} is allowed", check.worst).into());
    }
    Ok(())
}
