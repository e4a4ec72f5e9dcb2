//! One session as bytes of a sensor, and one digest, everywhere: this is the host's part.
//!
//! Makes the session again from its recipe, compares it with `fixtures/wire/golden.cobs`, decodes it in pieces of four sizes,
//! and prints the digest over all decisions. Exits with an error unless all four and `fixtures/wire/golden.digest` agree.
//! `golden_session --write` writes the three files instead.

#[path = "golden/replay.rs"]
mod replay;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::decision::{Decision, State};
use tonus_core::input::Cue;
use tonus_core::pipeline::Pipeline;
use tonus_dsp::units::SampleRate;
use tonus_testkit::synth::{Contaminant, Contraction, Recipe};
use tonus_wire::{Calibrator, Decoder, Encoder, Scale, Stamp, Timeline, Values, builtin};

use replay::{CHANNELS, Cues, RATE_HZ, Replay, UV_PER_COUNT};

/// What is asked for, and for how many seconds.
const SCRIPT: [(Cue, u64); 8] = [
    (Cue::Quiet, 8),
    (Cue::Reference, 5),
    (Cue::Rest, 4),
    (Cue::Work, 4),
    (Cue::Rest, 7),
    (Cue::Work, 4),
    (Cue::Free, 2),
    (Cue::Rest, 2),
];

/// Start and strength of what the muscle does: the reference, a normal repetition, tone that nobody asked for, and a
/// contraction far above the reference.
const CONTRACTIONS: [(f64, f64, f64); 4] = [(8.3, 4.4, 8.0), (17.3, 3.5, 7.6), (24.0, 2.2, 3.0), (28.3, 3.4, 15.0)];

/// Sample, and what happens on the way to the computer.
const ACCIDENTS: [(usize, Accident); 9] = [
    (2_345, Accident::Flip(4)),
    (14_000, Accident::Lose(120)),
    (15_500, Accident::Lose(2)),
    (18_111, Accident::Flip(9)),
    (18_112, Accident::Cut(6)),
    (20_990, Accident::Lose(30)),
    (22_500, Accident::Junk),
    (26_900, Accident::Lose(700)),
    (33_000, Accident::Restart),
];

#[derive(Clone, Copy)]
enum Accident {
    /// A bit of this byte of the frame is wrong.
    Flip(usize),
    /// The frame ends after so many bytes.
    Cut(usize),
    /// So many frames are never sent.
    Lose(usize),
    /// Bytes that belong to nothing come first.
    Junk,
    /// The device starts again: its counter and its clock begin anew.
    Restart,
}

fn cues() -> String {
    let mut text = String::from("index,cue\n");
    let mut index = 0;
    for (cue, seconds) in SCRIPT {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{index},{}", cue.name());
        index += seconds * RATE_HZ as u64;
    }
    text
}

fn recipe(channel: u64) -> Recipe {
    let seconds = SCRIPT.iter().map(|(_, seconds)| *seconds).sum::<u64>() as f64;
    let weaker = [1.0, 0.7][channel as usize];
    let contraction =
        |(start_s, hold_s, ratio)| Contraction { start_s, ramp_s: 0.2, hold_s, release_s: 0.1, ratio: weaker * ratio };
    let contaminants = vec![
        Contaminant::Mains { hz: 50.0, rms: 1.5 },
        Contaminant::Pops { count: 1, peak: 300.0 },
        Contaminant::Offset { uv: 1234.0 - 3000.0 * channel as f64 },
    ];
    let contractions = CONTRACTIONS.map(contraction).to_vec();
    Recipe { contractions, contaminants, ..Recipe::rest(RATE_HZ, seconds, 70 + channel) }
}

/// The session as the device sends it.
fn session() -> Result<Vec<u8>, Box<dyn Error>> {
    let channels = [0, 1].map(|channel| recipe(channel).make_uv());
    let mut encoder = Encoder::new(&builtin::TONUS_COBS)?;
    let (mut bytes, mut room) = (Vec::new(), [0; 64]);
    let hello = format!(r#"{{"tonus":1,"channels":{CHANNELS},"rate_hz":{RATE_HZ},"uv_per_count":{UV_PER_COUNT}}}"#);
    let mut message = [0; 128];
    let length = encoder.message(hello.as_bytes(), &mut message)?;
    bytes.extend_from_slice(&message[..length]);
    let (mut at, mut started) = (0, 0);
    while at < channels[0].len() {
        let accident = ACCIDENTS.iter().find(|(sample, _)| *sample == at).map(|(_, accident)| *accident);
        match accident {
            Some(Accident::Lose(frames)) => {
                encoder.skip(frames as u64);
                at += frames;
            }
            Some(Accident::Junk) => bytes.extend_from_slice(b"brown-out\r\n\0"),
            Some(Accident::Restart) => {
                encoder = Encoder::new(&builtin::TONUS_COBS)?;
                started = at;
            }
            _ => {}
        }
        let counts = [0, 1].map(|channel| (channels[channel][at] / UV_PER_COUNT).round() as i32);
        let stamp = Stamp { device_us: 1000 * (at - started) as u32, aux: &[] };
        let length = encoder.encode(Values::Counts(&counts), stamp, &mut room)?;
        match accident {
            Some(Accident::Flip(byte)) => room[byte] ^= 0x40,
            Some(Accident::Cut(length)) => room[length - 1] = 0,
            _ => {}
        }
        let sent = if let Some(Accident::Cut(length)) = accident { length } else { length };
        bytes.extend_from_slice(&room[..sent]);
        at += 1;
    }
    Ok(bytes)
}

/// What a replay came to.
struct Outcome {
    digest: String,
    decisions: u64,
    states: [u64; 4],
}

fn play(bytes: &[u8], cues: &str, piece: usize) -> Result<Outcome, Box<dyn Error>> {
    let mut states = [0; 4];
    let mut decoder = Decoder::new(&builtin::TONUS_COBS)?;
    let mut pipeline = Pipeline::new(&PipelineConfig::new(SampleRate::new(RATE_HZ)?), &[ChannelConfig::default(); 2])?;
    replay::set_up(&mut pipeline)?;
    let mut replay = Replay {
        pipeline: &mut pipeline,
        cues: Cues::new(cues),
        calibrator: Calibrator::sized(&[Scale { uv_per_count: UV_PER_COUNT, ..Scale::COUNTS }]),
        timeline: Timeline::new(),
        decisions: |decision: &Decision| states[decision.state as usize] += 1,
    };
    for part in bytes.chunks(piece) {
        decoder.push(part, &mut replay);
    }
    decoder.finish(&mut replay);
    let digest = pipeline.digest().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    Ok(Outcome { digest, decisions: states.iter().sum(), states })
}

/// Compares, or writes.
pub fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wire");
    let (bytes, cues) = (session()?, cues());
    if std::env::args().nth(1).as_deref() == Some("--write") {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("golden.cobs"), &bytes)?;
        fs::write(folder.join("golden.cues.csv"), &cues)?;
        fs::write(folder.join("golden.digest"), play(&bytes, &cues, 256)?.digest + "\n")?;
    }
    if fs::read(folder.join("golden.cobs"))? != bytes || fs::read_to_string(folder.join("golden.cues.csv"))? != cues {
        return Err("the session of fixtures/wire differs from its recipe".into());
    }
    let expected = fs::read_to_string(folder.join("golden.digest"))?;
    for piece in [1, 17, 256, bytes.len()] {
        let Outcome { digest, decisions, states: [rest, controlled, overactive, invalid] } =
            play(&bytes, &cues, piece)?;
        println!("{digest}  pieces of {piece} bytes");
        if digest != expected.trim() {
            return Err("another digest than fixtures/wire/golden.digest".into());
        }
        if piece == bytes.len() {
            let [first, second, third, _] = [State::Rest, State::Controlled, State::Overactive, State::Invalid];
            println!(
                "{piece} bytes, {decisions} decisions: {rest} {}, {controlled} {}, {overactive} {}, {invalid} invalid",
                first.name(),
                second.name(),
                third.name(),
            );
        }
    }
    Ok(())
}
