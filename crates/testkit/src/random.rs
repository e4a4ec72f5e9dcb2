//! Random numbers with a documented order of draws, the same on every machine and in any language.

/// PCG32 (XSH-RR 64/32, M. O'Neill): state 64 bits, `state·6364136223846793005 + (2·stream + 1)` per draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Pcg {
    state: u64,
    increment: u64,
    /// The second of the two numbers a pair of draws gives.
    spare: Option<f64>,
}

impl Pcg {
    const MULTIPLIER: u64 = 6_364_136_223_846_793_005;

    /// The generator `pcg32_srandom(seed, stream)`.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut pcg = Self { state: 0, increment: (stream << 1) | 1, spare: None };
        pcg.next_u32();
        pcg.state = pcg.state.wrapping_add(seed);
        pcg.next_u32();
        pcg
    }

    /// 32 random bits; one draw.
    pub fn next_u32(&mut self) -> u32 {
        let old = self.state;
        self.state = old.wrapping_mul(Self::MULTIPLIER).wrapping_add(self.increment);
        let shifted = (((old >> 18) ^ old) >> 27) as u32;
        shifted.rotate_right((old >> 59) as u32)
    }

    /// Uniform in [0, 1): `(a·2²¹ + b/2¹¹) / 2⁵³`, two draws a and b.
    pub fn uniform(&mut self) -> f64 {
        let (a, b) = (u64::from(self.next_u32()), u64::from(self.next_u32()));
        ((a << 21) | (b >> 11)) as f64 / 9_007_199_254_740_992.0
    }

    /// Uniform in [low, high); two draws.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// A whole number below `limit` (at least 1), `⌊uniform · limit⌋`; two draws.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.uniform() * limit as f64) as usize
    }

    /// Standard normal, by Box–Muller on u = 1 − uniform, v = uniform: first `√(−2 ln u)·cos 2πv`, at the next call the
    /// same with sin. Four draws for every two calls; functions from `libm`.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let (u, v) = (1.0 - self.uniform(), self.uniform());
        let radius = libm::sqrt(-2.0 * libm::log(u));
        let angle = 2.0 * core::f64::consts::PI * v;
        self.spare = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_those_of_the_reference_implementation() {
        let mut pcg = Pcg::new(42, 54);
        let drawn: Vec<u32> = (0..6).map(|_| pcg.next_u32()).collect();
        assert_eq!(drawn, [0xa15c_02b7, 0x7b47_f409, 0xba1d_3330, 0x83d2_f293, 0xbfa4_784b, 0xcbed_606e]);
    }

    #[test]
    fn normals_are_normal() {
        let mut pcg = Pcg::new(1, 1);
        let x: Vec<f64> = (0..100_000).map(|_| pcg.normal()).collect();
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        assert!(mean.abs() < 0.01 && (crate::rms(&x) - 1.0).abs() < 0.01);
    }
}
