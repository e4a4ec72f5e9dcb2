//! PCG32 (XSH-RR 64/32, M. `O'Neill`): the same numbers on every machine.

/// Random numbers of one seed and stream.
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
    increment: u64,
    spare: Option<f64>,
}

impl Random {
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self { state: 0, increment: (stream << 1) | 1, spare: None };
        random.bits();
        random.state = random.state.wrapping_add(seed);
        random.bits();
        random
    }

    pub(super) fn bits(&mut self) -> u32 {
        let old = self.state;
        self.state = old.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(self.increment);
        ((((old >> 18) ^ old) >> 27) as u32).rotate_right((old >> 59) as u32)
    }

    /// Uniform in [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        let (a, b) = (u64::from(self.bits()), u64::from(self.bits()));
        ((a << 21) | (b >> 11)) as f64 / 9_007_199_254_740_992.0
    }

    /// Standard normal, by Box–Muller.
    pub(super) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let (u, v) = (1.0 - self.uniform(), self.uniform());
        let (radius, angle) = (libm::sqrt(-2.0 * libm::log(u)), 2.0 * std::f64::consts::PI * v);
        self.spare = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }
}
