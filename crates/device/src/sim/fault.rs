//! What goes wrong: `drop=0.001,flip=0.0001,insert=0.0001,stall@30=2,unplug@60=3,ppm=500,batch=16`.

use std::str::FromStr;
use std::time::Duration;

use super::random::Random;

/// Faults of a simulated sensor. Probabilities are per byte, times in seconds of the stream.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// A byte is missing.
    pub drop: f64,
    /// A bit of a byte is wrong.
    pub flip: f64,
    /// A byte too many.
    pub insert: f64,
    /// From when, for how long the device samples and sends nothing.
    pub stalls: Vec<(f64, f64)>,
    /// From when, for how long it is unplugged.
    pub unplugs: Vec<(f64, f64)>,
    /// By how many parts per million its clock is fast.
    pub ppm: f64,
    /// It sends every so many milliseconds, as USB adapters do.
    pub batch: Duration,
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut faults = Self::default();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let wrong = |why: &str| format!("'{item}': {why}");
            let (name, value) = item.split_once('=').ok_or_else(|| wrong("write NAME=VALUE"))?;
            let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
            let value = number(value).ok_or_else(|| wrong("give a number"))?;
            let share = || if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(wrong("a probability is 0 to 1")) };
            let length = || if value >= 0.0 { Ok(value) } else { Err(wrong("give seconds from 0")) };
            match name.split_once('@') {
                Some((kind, at)) => {
                    let at = number(at).filter(|at| *at >= 0.0).ok_or_else(|| wrong("write KIND@SECOND=SECONDS"))?;
                    match kind {
                        "stall" => faults.stalls.push((at, length()?)),
                        "unplug" => faults.unplugs.push((at, length()?)),
                        _ => return Err(wrong("known are stall@SECOND=SECONDS and unplug@SECOND=SECONDS")),
                    }
                }
                None => match name {
                    "drop" => faults.drop = share()?,
                    "flip" => faults.flip = share()?,
                    "insert" => faults.insert = share()?,
                    "ppm" => faults.ppm = value,
                    "batch" => {
                        faults.batch =
                            Duration::try_from_secs_f64(length()? / 1000.0).map_err(|_| wrong("too long"))?;
                    }
                    _ => return Err(wrong("known are drop, flip, insert, stall@, unplug@, ppm and batch")),
                },
            }
        }
        faults.stalls.sort_by(|a, b| a.0.total_cmp(&b.0));
        faults.unplugs.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(faults)
    }
}

/// Damages bytes.
#[derive(Debug)]
pub(super) struct Damage {
    faults: Faults,
    random: Random,
}

impl Damage {
    pub(super) fn new(faults: &Faults, seed: u64) -> Self {
        Self { faults: faults.clone(), random: Random::new(seed, 9) }
    }

    /// Appends `bytes` to `out`, damaged.
    pub(super) fn pass(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let Faults { drop, flip, insert, .. } = self.faults;
        if drop + flip + insert == 0.0 {
            out.extend_from_slice(bytes);
            return;
        }
        for byte in bytes {
            let dice = self.random.uniform();
            if dice < drop {
                continue;
            }
            if dice < drop + flip {
                out.push(byte ^ (1 << (self.random.bits() & 7)));
                continue;
            }
            out.push(*byte);
            if dice < drop + flip + insert {
                out.push(self.random.bits() as u8);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_faults() {
        let faults: Faults =
            "drop=0.001,flip=0.0001,insert=0.0001,stall@30=2,unplug@60=3,ppm=500,batch=16".parse().unwrap();
        assert_eq!((faults.drop, faults.ppm, faults.batch), (0.001, 500.0, Duration::from_millis(16)));
        assert_eq!((faults.stalls, faults.unplugs), (vec![(30.0, 2.0)], vec![(60.0, 3.0)]));
        for wrong in ["drop", "drop=2", "melt=1", "stall@x=1", "melt@3=1", "batch=-1"] {
            assert!(wrong.parse::<Faults>().is_err(), "{wrong}");
        }
        assert_eq!("".parse(), Ok(Faults::default()));
    }
}
