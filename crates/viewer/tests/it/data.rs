//! A made-up session: rest, contraction, release, an electrode that comes off, tone that stays.

use std::f64::consts::TAU;

use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::input::Cue;
use tonus_viewer::trace::Track;

/// Samples per second of the made-up sensor.
pub const RATE_HZ: f64 = 1000.0;

/// Numbers that look random and are the same everywhere.
pub struct Noise(u64);

impl Noise {
    /// Starts at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// About normal, with a spread of 1.
    pub fn next(&mut self) -> f64 {
        (0..6).map(|_| self.uniform() - 0.5).sum::<f64>() * std::f64::consts::SQRT_2
    }

    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// What the muscle does, in µV, at a time.
fn course(s: f64, strength: f64) -> f64 {
    let ramp = |from: f64, to: f64| ((s - from) / (to - from)).clamp(0.0, 1.0);
    let smooth = |x: f64| x * x * (3.0 - 2.0 * x);
    let work = smooth(ramp(8.0, 8.7)) * (1.0 - smooth(ramp(13.0, 13.9)));
    let tone = smooth(ramp(20.0, 20.8)) * (1.0 - smooth(ramp(22.6, 24.0)));
    2.2 + strength * (22.0 * work + 15.0 * tone)
}

fn state(s: f64, with_loss: bool) -> (State, Quality, Cue) {
    let cue = if (8.0..13.0).contains(&s) { Cue::Work } else { Cue::Rest };
    match s {
        _ if with_loss && (15.4..17.9).contains(&s) => (State::Invalid, Quality::LEAD_OFF, cue),
        _ if (8.2..13.7).contains(&s) => (State::Controlled, Quality::NONE, cue),
        _ if (21.0..23.6).contains(&s) => (State::Overactive, Quality::NONE, cue),
        _ => (State::Rest, Quality::NONE, cue),
    }
}

/// The session up to `end_s`.
pub fn track(end_s: f64, strength: f64, with_loss: bool) -> Track {
    let mut track = Track::new(60.0).with_samples(RATE_HZ);
    let mut noise = Noise::new(7 + strength.to_bits() % 97);
    let mut envelope = 2.0;
    for tick in 1..=(end_s * 100.0) as u64 {
        let s = tick as f64 / 100.0;
        let (state, quality, cue) = state(s, with_loss);
        let uv = course(s, strength);
        let wander = 1.0 + 0.05 * (TAU * 0.9 * s).sin() + 0.035 * (TAU * 2.3 * s).sin();
        envelope += 0.25 * (uv * wander * (1.0 + 0.09 * noise.next()) - envelope);
        let values: Vec<f32> = (0..10).map(|_| (uv * noise.next()) as f32).collect();
        if state != State::Invalid {
            track.samples((tick - 1) * 10, &values);
        }
        track.decide(&Decision {
            tick,
            index: tick * 10,
            channel: 0,
            state,
            reasons: Reasons::NONE,
            quality,
            envelope_uv: envelope as f32,
            activation: ((envelope - 2.2) / 30.0) as f32,
            tense: None,
            cue,
        });
    }
    for (s, label) in [(2.0, "Rest"), (8.0, "Contract gently"), (13.0, "Let go"), (19.0, "Rest")] {
        if s <= end_s {
            track.event((s * 100.0) as u64, label);
        }
    }
    track
}
