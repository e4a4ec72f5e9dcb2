//! Movement that follows from a time given in, not from a clock.

/// Follows a value without jumps and without overshoot: a critically damped spring.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Glide {
    value: f32,
    speed: f32,
    at: Option<f64>,
}

impl Glide {
    /// Time in seconds in which most of a change is made.
    const SMOOTH_S: f32 = 0.16;

    /// The value at `now`, on its way to `target`. The first one, and any after a long pause, is the target itself.
    pub fn toward(&mut self, now: f64, target: f32) -> f32 {
        let elapsed = self.at.map_or(f64::INFINITY, |at| now - at);
        self.at = Some(now);
        if !(0.0..=1.0).contains(&elapsed) || !self.value.is_finite() {
            (self.value, self.speed) = (target, 0.0);
            return target;
        }
        let (elapsed, omega) = (elapsed as f32, 2.0 / Self::SMOOTH_S);
        let decay = (-omega * elapsed).exp();
        let away = self.value - target;
        let pull = (self.speed + omega * away) * elapsed;
        self.value = target + (away + pull) * decay;
        self.speed = (self.speed - omega * pull) * decay;
        self.value
    }

    /// Forgets where it was; the next value is the target itself.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// A text that is told to assistive technology: renewed twice a second at most, however often the picture is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spoken {
    text: String,
    next: f64,
}

impl Spoken {
    /// Seconds between two texts.
    const EVERY_S: f64 = 0.5;

    /// The text at `now`, made anew by `write` if it is time.
    pub fn at(&mut self, now: f64, write: impl FnOnce(&mut String)) -> &str {
        if now >= self.next || now < self.next - Self::EVERY_S || self.text.is_empty() {
            self.text.clear();
            write(&mut self.text);
            self.next = now + Self::EVERY_S;
        }
        &self.text
    }
}

/// From 0 to 1 with a soft start and a soft end, as a breath goes.
pub fn swell(share: f32) -> f32 {
    0.5 - 0.5 * (std::f32::consts::PI * share.clamp(0.0, 1.0)).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gliding_reaches_its_target_without_overshoot_at_any_frame_rate() {
        for frames_per_s in [15.0, 60.0, 144.0] {
            let mut glide = Glide::default();
            assert_eq!(glide.toward(0.0, 0.2), 0.2);
            let (mut before, mut at_100_ms) = (0.2, None);
            for frame in 1..=(frames_per_s as u32) {
                let now = f64::from(frame) / frames_per_s;
                let value = glide.toward(now, 1.0);
                assert!(value >= before && value <= 1.0, "{frames_per_s}: {value}");
                if now >= 0.2 && at_100_ms.is_none() {
                    at_100_ms = Some(value);
                }
                before = value;
            }
            assert!((before - 1.0).abs() < 1e-3);
            assert!((0.7..0.9).contains(&at_100_ms.expect("a frame")));
        }
    }

    #[test]
    fn what_is_spoken_changes_twice_a_second_at_most() {
        let (mut spoken, mut made) = (Spoken::default(), 0);
        for frame in 0..600 {
            spoken.at(f64::from(frame) / 60.0, |text| {
                made += 1;
                text.push('x');
            });
        }
        assert_eq!(made, 20);
    }
}
