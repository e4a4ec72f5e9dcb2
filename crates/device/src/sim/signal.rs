//! Surface EMG with a known amplitude: white noise through Shwedyk's spectrum, times the amplitude the scenario asks for,
//! plus the amplifier's own noise and whatever disturbs it. References: R15, R16 in docs/REFERENCES.md.

use std::f64::consts::PI;

use super::random::Random;
use super::scenario::Scenario;

/// RMS of a resting muscle.
pub const REST_UV: f64 = 2.0;
/// RMS of the amplifier.
const INSTRUMENT_UV: f64 = 0.5;
/// Samples thrown away while the filter settles.
const WARM_UP: usize = 1000;
/// Corner frequencies of the muscle's spectrum.
const CORNERS_HZ: (f64, f64) = (60.0, 120.0);

/// Shwedyk's spectrum as a digital filter, scaled so that white noise of variance 1 leaves with variance 1.
#[derive(Debug, Clone)]
struct Shwedyk {
    b: [f64; 4],
    a: [f64; 4],
    state: [f64; 3],
}

impl Shwedyk {
    fn new(rate_hz: f64) -> Self {
        // A corner above half the rate cannot be; the spectrum is then as wide as it can be.
        let pole = |hz: f64| {
            let w = PI * hz.min(0.45 * rate_hz) / rate_hz;
            (1.0 - w) / (1.0 + w)
        };
        let (p, q) = (pole(CORNERS_HZ.0), pole(CORNERS_HZ.1));
        let a = [1.0, -(p + 2.0 * q), q * q + 2.0 * p * q, -p * q * q];
        let mut shape = Self { b: [1.0, 1.0, -1.0, -1.0], a, state: [0.0; 3] };
        let energy: f64 = (0..20_000).map(|n| shape.next(if n == 0 { 1.0 } else { 0.0 })).map(|y| y * y).sum();
        shape.b = shape.b.map(|b| b / libm::sqrt(energy));
        shape.state = [0.0; 3];
        shape
    }

    fn next(&mut self, x: f64) -> f64 {
        let ([b0, b1, b2, b3], [_, a1, a2, a3]) = (self.b, self.a);
        let [s0, s1, s2] = self.state;
        let y = b0 * x + s0;
        self.state = [b1 * x - a1 * y + s1, b2 * x - a2 * y + s2, b3 * x - a3 * y];
        y
    }
}

/// One channel's signal in µV.
#[derive(Debug, Clone)]
pub struct Signal {
    shape: Shwedyk,
    muscle: Random,
    instrument: Random,
    rate_hz: f64,
    position: u64,
}

impl Signal {
    /// A channel (from 0) of a seeded signal.
    pub fn new(rate_hz: f64, seed: u64, channel: usize) -> Self {
        let stream = 16 * channel as u64;
        let mut signal = Self {
            shape: Shwedyk::new(rate_hz),
            muscle: Random::new(seed, stream + 1),
            instrument: Random::new(seed, stream + 2),
            rate_hz,
            position: 0,
        };
        for _ in 0..WARM_UP {
            let white = signal.muscle.normal();
            signal.shape.next(white);
        }
        signal
    }

    /// The next sample of a scenario.
    pub fn next_uv(&mut self, scenario: Scenario) -> f64 {
        let t = self.position as f64 / self.rate_hz % scenario.seconds();
        self.next_at(scenario.amplitude(t)) + REST_UV * scenario.disturbance(t)
    }

    /// The next sample of a muscle that works so many times as hard as at rest.
    pub fn next_at(&mut self, amplitude: f64) -> f64 {
        self.position += 1;
        let white = self.muscle.normal();
        let muscle = REST_UV * amplitude * self.shape.next(white);
        muscle + INSTRUMENT_UV * self.instrument.normal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest_has_its_amplitude_and_a_seed_its_bits() {
        let make = |seed| {
            let mut signal = Signal::new(1000.0, seed, 0);
            (0..20_000).map(|_| signal.next_uv(Scenario::Calm)).collect::<Vec<f64>>()
        };
        let x = make(1);
        let rms = (x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64).sqrt();
        assert!((rms / (4.0_f64 + 0.25).sqrt() - 1.0).abs() < 0.05, "{rms}");
        assert!(x.iter().zip(make(1)).all(|(a, b)| a.to_bits() == b.to_bits()));
        assert!(x != make(2));
    }
}
