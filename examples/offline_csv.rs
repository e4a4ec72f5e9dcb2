//! A recorded session from CSV to states: the same pipeline that runs live.
//!
//! Reads `fixtures/sessions/contract-relax.csv` (or the file named as argument), and prints calibration, seconds per state
//! and the digest of all decisions. Exits with an error if the recording was not calibrated or a state never occurred.

use std::error::Error;

use tonus::core::calibrate::{Calibration, Refusal};
use tonus::core::config::{ChannelConfig, Kind, PipelineConfig};
use tonus::core::event::{Decision, State};
use tonus::core::input::{Command, Input};
use tonus::core::pipeline::Pipeline;
use tonus::core::sink::Sink;
use tonus::core::units::TICK_S;
use tonus::record::{Chunk, OpenOptions, Recording};

/// Most channels of a recording that is read here.
const LANES: usize = 8;
const STATES: [State; 4] = [State::Rest, State::Controlled, State::Overactive, State::Invalid];

/// Counts decisions per state and keeps the calibration of the first channel.
#[derive(Default)]
struct Seconds {
    ticks: [u32; STATES.len()],
    calibration: Option<Calibration>,
}

impl Sink for Seconds {
    fn decision(&mut self, decision: &Decision) {
        if decision.channel == 0 {
            self.ticks[decision.state as usize] += 1;
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if channel == 0 {
            self.calibration = Some(*calibration);
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        eprintln!("channel {channel}: {refusal}");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).unwrap_or_else(|| "fixtures/sessions/contract-relax.csv".into());
    let mut recording = Recording::open(&file, &OpenOptions::default())?;
    let header = recording.header();
    let kind = match header.kind {
        tonus::record::Kind::Raw => Kind::Raw,
        tonus::record::Kind::Envelope => Kind::Envelope,
    };
    let channels = vec![ChannelConfig { kind, ..ChannelConfig::default() }; header.channels.len()];
    let mut pipeline = Pipeline::<LANES>::new(&PipelineConfig::new(header.rate), &channels)?;
    let mut seconds = Seconds::default();
    while let Some(chunk) = recording.next_chunk()? {
        let input = match chunk {
            Chunk::Frames(frames) => Input::Frames(frames),
            Chunk::Gap { frames } => Input::Gap { frames },
            Chunk::Stalled => Input::Stalled,
            Chunk::Cue(cue) => Input::Command(Command::Cue(cue)),
        };
        pipeline.push(input, &mut seconds)?;
    }
    let calibration = seconds.calibration.ok_or("no baseline: the recording has no usable quiet cue")?;
    println!(
        "baseline {:.2} µV, reference {:.1} µV",
        calibration.baseline_uv,
        calibration.reference_uv.unwrap_or(f32::NAN)
    );
    for (state, ticks) in STATES.iter().zip(seconds.ticks) {
        println!("{:<10} {:6.2} s", state.name(), f64::from(ticks) * TICK_S);
        if ticks == 0 {
            return Err(format!("{file} has no {} stretch", state.name()).into());
        }
    }
    println!("digest {}", pipeline.digest().map(|byte| format!("{byte:02x}")).concat());
    Ok(())
}
