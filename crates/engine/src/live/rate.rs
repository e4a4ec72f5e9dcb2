//! The rate of a sensor that does not say it, by arrival times.

use tonus_device::Packet;
use tonus_wire::rate::RateEstimator;

/// Seconds over which an unknown rate is measured.
pub(crate) const MEASURE_S: f64 = 3.0;
/// Seconds without which nothing can be said.
const LEAST_S: f64 = 0.5;
/// A measured rate this close to a multiple of 25 Hz is that multiple.
const SNAP: f64 = 0.005;

/// Seconds between the first and the last arrival.
pub(crate) fn seconds(early: &[Packet]) -> f64 {
    let (Some(first), Some(last)) = (early.first(), early.last()) else { return 0.0 };
    last.arrival.duration_since(first.arrival).as_secs_f64()
}

/// The rate in Hz; none if too little has come.
pub(crate) fn measure(early: &[Packet]) -> Option<f64> {
    let first = early.first()?;
    let mut estimator = RateEstimator::new(1000.0, 1000.0);
    let mut index = 0;
    for (n, packet) in early.iter().enumerate() {
        index += packet.gap + 1;
        // One point per read, after its last frame.
        if early.get(n + 1).is_none_or(|next| next.arrival != packet.arrival) {
            estimator.push(index, packet.arrival.duration_since(first.arrival).as_secs_f64());
        }
    }
    let seconds = seconds(early);
    let hz = estimator.hz().or_else(|| (seconds > LEAST_S).then(|| (index - 1) as f64 / seconds))?;
    let usual = (hz / 25.0).round() * 25.0;
    Some(if (hz / usual - 1.0).abs() < SNAP { usual } else { (hz * 10.0).round() / 10.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn bursts_give_the_rate() {
        let begin = Instant::now();
        let packet = |n: u64| Packet {
            stalled: false,
            gap: 0,
            ambiguous: false,
            count: 1,
            values: [0.0; tonus_wire::MAX_CHANNELS],
            stamp: f64::NAN,
            // Reads of 16 ms.
            arrival: begin + Duration::from_millis(16 * (n * 4 / 16)),
        };
        let early: Vec<Packet> = (0..800).map(packet).collect();
        assert_eq!(measure(&early), Some(250.0));
        assert_eq!(measure(&early[..1]), None);
        assert!((seconds(&early) - 3.2).abs() < 0.02);
    }
}
