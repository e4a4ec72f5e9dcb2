//! Packets in the places that the sensor's own clock gives them.

use std::collections::VecDeque;
use std::time::Instant;

use tonus_device::Packet;
use tonus_record::StreamClock;

/// A clock may be ahead of the time that has passed by this factor and so many seconds. One that claims more was set, or lies:
/// a line that claims ten seconds would make days of a minute.
const AHEAD: (f64, f64) = (1.25, 10.0);

/// Finds lines that did not come by the clock of those that did. A packet is held back only while those behind it have to
/// tell how many are missing.
#[derive(Debug)]
pub(crate) struct ClockPlaces {
    clock: StreamClock,
    begin: Instant,
    /// Samples handed on, missing ones counted.
    placed: u64,
    held: VecDeque<Packet>,
    /// Stamps of the packets that are held, but for the first.
    behind: Vec<f64>,
}

impl ClockPlaces {
    /// The clock of the first packets, if they have one, that came at about so many a second.
    pub(crate) fn fit(early: &[Packet], about_hz: f64) -> Option<Self> {
        let stamps: Vec<f64> = early.iter().map(|packet| packet.stamp).collect();
        let clock = StreamClock::fit(&stamps, about_hz)?;
        let begin = early.first()?.arrival;
        Some(Self { clock, begin, placed: 0, held: VecDeque::new(), behind: Vec::new() })
    }

    /// Frames a second by that clock.
    pub(crate) fn rate_hz(&self) -> f64 {
        self.clock.rate_hz()
    }

    /// Takes one more packet, and hands on those whose places are known.
    pub(crate) fn push<E>(
        &mut self,
        packet: &Packet,
        take: &mut impl FnMut(&Packet) -> Result<(), E>,
    ) -> Result<(), E> {
        if packet.stalled || packet.gap > 0 {
            // What is behind a silence says nothing about what came before.
            self.release(take)?;
            self.clock.skip(packet.gap);
        }
        if packet.stalled {
            self.clock.restart();
        }
        self.held.push_back(*packet);
        self.hand_on(false, take)
    }

    /// Hands on everything that is held.
    pub(crate) fn release<E>(&mut self, take: &mut impl FnMut(&Packet) -> Result<(), E>) -> Result<(), E> {
        self.hand_on(true, take)
    }

    fn hand_on<E>(&mut self, is_last: bool, take: &mut impl FnMut(&Packet) -> Result<(), E>) -> Result<(), E> {
        while let Some(packet) = self.held.front() {
            self.behind.clear();
            self.behind.extend(self.held.iter().skip(1).map(|packet| packet.stamp));
            let mut packet = *packet;
            let Some(mut missing) = self.clock.missing(packet.stamp, &self.behind, is_last) else { break };
            self.held.pop_front();
            let passed = packet.arrival.saturating_duration_since(self.begin).as_secs_f64();
            let claimed = self.placed.saturating_add(missing) as f64 / self.rate_hz();
            if missing > 0 && claimed > AHEAD.0 * passed + AHEAD.1 {
                self.clock.give_up();
                missing = 0;
            }
            packet.gap = packet.gap.saturating_add(missing);
            self.placed = self.placed.saturating_add(packet.gap).saturating_add(1);
            take(&packet)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::time::{Duration, Instant};

    use tonus_wire::MAX_CHANNELS;

    /// Packets whose value is their number, of a clock in ms at 500 Hz; the host takes 3 % more time.
    fn packets(count: u32) -> Vec<Packet> {
        let begin = Instant::now();
        let packet = |n: u32| Packet {
            stalled: false,
            gap: 0,
            ambiguous: false,
            count: 1,
            values: [n.into(); MAX_CHANNELS],
            stamp: f64::from(50 + 2 * n),
            arrival: begin + Duration::from_micros(2060 * u64::from(n)),
        };
        (0..count).map(packet).collect()
    }

    /// Gaps before packets, by their numbers, of all that is handed on.
    fn placed(all: &[Packet]) -> (Vec<(f64, u64)>, usize) {
        let early: Vec<Packet> = all.iter().take(1500).copied().collect();
        let mut places = ClockPlaces::fit(&early, super::super::rate::measure(&early).unwrap()).unwrap();
        assert_eq!(places.rate_hz(), 500.0);
        let (mut gaps, mut count) = (Vec::new(), 0);
        let mut take = |packet: &Packet| {
            gaps.extend((packet.gap > 0).then_some((packet.values[0], packet.gap)));
            count += 1;
            Ok::<(), ()>(())
        };
        for packet in all {
            places.push(packet, &mut take).unwrap();
        }
        places.release(&mut take).unwrap();
        (gaps, count)
    }

    #[test]
    fn lines_that_did_not_come_are_gaps() {
        let mut all = packets(6000);
        all.drain(4000..4005);
        all.remove(2000);
        assert_eq!(placed(&all), (vec![(2001.0, 1), (4005.0, 5)], 5994));
    }

    #[test]
    fn a_clock_that_runs_away_from_the_time_shows_nothing_any_more() {
        let mut all = packets(6000);
        for (n, packet) in all.iter_mut().enumerate().skip(3000) {
            packet.stamp += 9000.0 * (n - 2999) as f64;
        }
        let (gaps, count) = placed(&all);
        // 6.2 s have passed when the first nine seconds are claimed, and none when the second are.
        assert_eq!((gaps, count), (vec![(3000.0, 4500)], 6000));
    }

    #[test]
    fn what_is_declared_otherwise_is_not_counted_twice() {
        let mut all = packets(6000);
        all.drain(4000..4005);
        all[4000].gap = 5;
        // After a silence of unknown length the clock begins anew.
        all.drain(5000..5200);
        all[5000].stalled = true;
        assert_eq!(placed(&all).0, [(4005.0, 5)]);
    }
}
