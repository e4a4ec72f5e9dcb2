//! Packets in the places that the sensor's own clock gives them.

use std::collections::VecDeque;

use tonus_device::Packet;
use tonus_record::StreamClock;

/// Finds lines that did not come by the clock of those that did. A packet is held back only while those behind it have to
/// tell how many are missing.
#[derive(Debug)]
pub(crate) struct ClockPlaces {
    clock: StreamClock,
    held: VecDeque<Packet>,
    /// Stamps of the packets that are held, but for the first.
    behind: Vec<f64>,
}

impl ClockPlaces {
    /// The clock of the first packets, if they have one, that came at about so many a second.
    pub(crate) fn fit(early: &[Packet], about_hz: f64) -> Option<Self> {
        let stamps: Vec<f64> = early.iter().map(|packet| packet.stamp).collect();
        let clock = StreamClock::fit(&stamps, about_hz)?;
        Some(Self { clock, held: VecDeque::new(), behind: Vec::new() })
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
            let Some(missing) = self.clock.missing(packet.stamp, &self.behind, is_last) else { break };
            self.held.pop_front();
            packet.gap = packet.gap.saturating_add(missing);
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
        all.iter().for_each(|packet| places.push(packet, &mut take).unwrap());
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
