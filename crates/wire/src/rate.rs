//! The device's true rate, from when its frames arrived. The index is never corrected by it: filters are designed for one
//! rate, nominal or estimated once, and arrival times stay out of the signal.

/// Off by more than this, the rate is worth a word (0.5 %).
pub const NOTICE: f64 = 0.005;
/// Off by more than this, the device does not do what its profile says (1 %).
pub const WARN: f64 = 0.01;
/// Off by more than this, it is another rate altogether, which shows at once (15 %, so that 20 % is certain to be told).
pub const WRONG: f64 = 0.15;

/// How an estimated rate compares with the nominal one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Not enough time has passed.
    Settling,
    /// Within 0.5 %.
    Agrees,
    /// Off by 0.5 to 1 %: mention it.
    Notice,
    /// Off by more than 1 %: warn, and offer to adopt the estimate.
    Off,
}

/// Recursive least squares of arrival time on sample index, with forgetting; `f64`.
///
/// `t ≈ w0 + w1 · n`, weights halve every `half_time_s`, as in liblsl's `time_postprocessor` [measured there and here:
/// 0.02 % within 10 s behind 16 ms USB batches]. Kept as weighted means and moments, so that hours of large numbers do not
/// cancel. Give it one point per read: the index after the last frame and the time the read returned. In `f32` this would
/// be wrong by most of a second after ten hours: firmware uses [`Dll`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateEstimator {
    nominal_hz: f64,
    half_time_s: f64,
    weight: f64,
    mean_n: f64,
    mean_t: f64,
    moment_nn: f64,
    moment_nt: f64,
    first_s: f64,
    last_s: f64,
    points: u64,
}

impl RateEstimator {
    /// Seconds before an estimate is given.
    pub const SETTLE_S: f64 = 2.0;
    /// Seconds before [`RateEstimator::verdict`] speaks.
    pub const VERDICT_S: f64 = 10.0;
    /// Seconds after which it speaks of a rate that is off by more than [`WRONG`].
    pub const WRONG_S: f64 = 1.5;

    /// For a device of this nominal rate; weights halve every `half_time_s` (30 to 90 s is usual; at least 1).
    pub const fn new(nominal_hz: f64, half_time_s: f64) -> Self {
        Self {
            nominal_hz,
            half_time_s: if half_time_s >= 1.0 { half_time_s } else { 1.0 },
            weight: 0.0,
            mean_n: 0.0,
            mean_t: 0.0,
            moment_nn: 0.0,
            moment_nt: 0.0,
            first_s: 0.0,
            last_s: 0.0,
            points: 0,
        }
    }

    /// Starts again, after a reconnect or a gap of unknown length.
    pub const fn restart(&mut self) {
        *self = Self::new(self.nominal_hz, self.half_time_s);
    }

    /// Index `next` was reached (losses included) at `arrival_s` on any monotonic clock. Times that go back are ignored.
    pub fn push(&mut self, next: u64, arrival_s: f64) {
        if !arrival_s.is_finite() || (self.points > 0 && arrival_s < self.last_s) {
            return;
        }
        if self.points == 0 {
            self.first_s = arrival_s;
            self.last_s = arrival_s;
        }
        let decay = libm::exp2(-(arrival_s - self.last_s) / self.half_time_s);
        self.last_s = arrival_s;
        self.points = self.points.saturating_add(1);
        let n = next as f64;
        self.weight = self.weight * decay + 1.0;
        let (dn, dt) = (n - self.mean_n, arrival_s - self.mean_t);
        self.mean_n += dn / self.weight;
        self.mean_t += dt / self.weight;
        self.moment_nn = self.moment_nn * decay + dn * (n - self.mean_n);
        self.moment_nt = self.moment_nt * decay + dn * (arrival_s - self.mean_t);
    }

    /// The estimated rate, once it has settled.
    pub fn hz(&self) -> Option<f64> {
        self.estimate().filter(|_| self.last_s - self.first_s >= Self::SETTLE_S)
    }

    /// The same without waiting for it to settle, for what [`RateEstimator::verdict`] says.
    pub fn estimate(&self) -> Option<f64> {
        (self.points >= 8 && self.moment_nt > 0.0 && self.moment_nn > 0.0).then(|| self.moment_nn / self.moment_nt)
    }

    /// The estimate relative to the nominal rate, in parts per million.
    pub fn ppm(&self) -> Option<f64> {
        self.hz().map(|hz| (hz / self.nominal_hz - 1.0) * 1e6)
    }

    /// How the estimate compares with the nominal rate.
    pub fn verdict(&self) -> Verdict {
        let Some(hz) = self.estimate() else { return Verdict::Settling };
        let off = libm::fabs(hz / self.nominal_hz - 1.0);
        let passed_s = self.last_s - self.first_s;
        if passed_s < Self::VERDICT_S {
            if passed_s >= Self::WRONG_S && off > WRONG { Verdict::Off } else { Verdict::Settling }
        } else if off > WARN {
            Verdict::Off
        } else if off > NOTICE {
            Verdict::Notice
        } else {
            Verdict::Agrees
        }
    }
}

/// Delay-locked loop in `f32`, for firmware: fed with arrival *differences*, it keeps no large number
/// (F. Adriaensen, "Using a DLL to filter time", 2005).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dll {
    bandwidth_hz: f32,
    period_s: f32,
    error_s: f32,
}

impl Dll {
    /// For a nominal rate; `bandwidth_hz` around 0.05.
    pub const fn new(nominal_hz: f32, bandwidth_hz: f32) -> Self {
        Self { bandwidth_hz, period_s: 1.0 / nominal_hz, error_s: 0.0 }
    }

    /// `frames` frames came `elapsed_s` after the block before.
    pub fn push(&mut self, frames: u32, elapsed_s: f32) {
        if frames == 0 || !elapsed_s.is_finite() {
            return;
        }
        let block_s = frames as f32 * self.period_s;
        // Keeps the loop stable for blocks longer than its own time constant.
        let omega = (2.0 * core::f32::consts::PI * self.bandwidth_hz * block_s).min(0.5);
        self.error_s += elapsed_s - block_s;
        let error_s = self.error_s;
        self.error_s -= core::f32::consts::SQRT_2 * omega * error_s;
        self.period_s += omega * omega * error_s / frames as f32;
    }

    /// The estimated rate.
    pub const fn hz(&self) -> f32 {
        1.0 / self.period_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes `seconds` of a device at `true_hz` whose frames arrive in batches.
    fn run(estimator: &mut RateEstimator, true_hz: f64, batch_s: f64, seconds: f64) {
        let mut k = 1_u64;
        while (k as f64) * batch_s < seconds {
            let arrival = k as f64 * batch_s;
            // Frames that were complete when the batch left, plus a jitter that repeats.
            let jitter = ((k * 7919) % 13) as f64 * 1e-4;
            estimator.push((arrival * true_hz) as u64, arrival + jitter);
            k += 1;
        }
    }

    #[test]
    fn usb_batches_do_not_hide_the_rate() {
        for (true_hz, nominal_hz) in [(249.97, 250.0), (1000.5, 1000.0), (1980.0, 2000.0), (2020.0, 2000.0)] {
            let mut estimator = RateEstimator::new(nominal_hz, 60.0);
            run(&mut estimator, true_hz, 0.016, 60.0);
            let hz = estimator.hz().unwrap();
            assert!((hz / true_hz - 1.0).abs() < 5e-4, "{hz} for {true_hz}");
        }
    }

    #[test]
    fn a_rate_that_is_off_is_told() {
        for (true_hz, nominal_hz, verdict) in [
            (250.0, 256.0, Verdict::Off),
            (10_050.25, 10_000.0, Verdict::Notice),
            (873.0, 1000.0, Verdict::Off),
            (1000.1, 1000.0, Verdict::Agrees),
        ] {
            let mut estimator = RateEstimator::new(nominal_hz, 60.0);
            run(&mut estimator, true_hz, 0.016, 1.0);
            assert_eq!(estimator.verdict(), Verdict::Settling);
            run(&mut estimator, true_hz, 0.016, 20.0);
            assert_eq!(estimator.verdict(), verdict, "{true_hz} against {nominal_hz}");
        }
    }

    #[test]
    fn a_rate_that_is_far_off_is_told_within_two_seconds() {
        for (true_hz, verdict) in [
            (2000.0, Verdict::Off),
            (10_000.0, Verdict::Off),
            (500.0, Verdict::Off),
            (1200.0, Verdict::Off),
            (800.0, Verdict::Off),
            (1005.0, Verdict::Settling),
        ] {
            let mut estimator = RateEstimator::new(1000.0, 60.0);
            run(&mut estimator, true_hz, 0.016, 1.9);
            assert_eq!(estimator.verdict(), verdict, "{true_hz} Hz");
        }
    }

    #[test]
    fn ten_hours_stay_exact() {
        let mut estimator = RateEstimator::new(1000.0, 90.0);
        run(&mut estimator, 1000.5, 0.1, 36_000.0);
        assert!((estimator.hz().unwrap() - 1000.5).abs() < 1e-3);
    }

    #[test]
    fn nonsense_times_are_ignored() {
        let mut estimator = RateEstimator::new(1000.0, 60.0);
        estimator.push(1, f64::NAN);
        estimator.push(1, 5.0);
        estimator.push(2, 4.0);
        assert_eq!(estimator.hz(), None);
    }

    #[test]
    fn the_f32_loop_finds_the_rate_and_keeps_it_for_hours() {
        let mut dll = Dll::new(1000.0, 0.05);
        let mut sent = 0_u32;
        for k in 1..=(3 * 3600 * 62_u32) {
            let now = (f64::from(k) * 0.016 * 1000.7) as u32;
            dll.push(now - sent, 0.016);
            sent = now;
        }
        assert!((f64::from(dll.hz()) / 1000.7 - 1.0).abs() < 5e-4, "{}", dll.hz());
        dll.push(0, 1.0);
        dll.push(1, f32::NAN);
        assert!(dll.hz().is_finite());
    }
}
