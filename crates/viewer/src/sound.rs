//! Feedback for the ear, as plain numbers: no sound card, no clock, the same samples however they are asked for.
//!
//! A soft tone follows the activation of a muscle and falls silent when nothing can be told. Soft chimes say that a phase
//! begins. Every change is a ramp, so nothing clicks; the level has a ceiling that no setting can lift.

use std::f32::consts::TAU;

/// No sample is ever beyond this, at full volume.
pub const CEILING: f32 = 0.8;
/// Pitch at rest, in Hz; an octave above it at the reference.
pub const LOWEST_HZ: f32 = 196.0;
/// Activation above which nothing rises any more.
pub const HIGHEST_ACTIVATION: f32 = 1.5;

/// Level of the tone, and of each note of a chime; together they never pass the ceiling.
const TONE_PEAK: f32 = 0.3;
const NOTE_PEAK: f32 = 0.1;
const NOTES: usize = 5;
/// Time constants of loudness and pitch, in seconds.
const GAIN_S: f32 = 0.04;
const PITCH_S: f32 = 0.08;
/// A note rises for this long, then decays with this time constant.
const ATTACK_S: f32 = 0.03;
const DECAY_S: f32 = 0.4;
/// A note is over below this level.
const NOTE_END: f32 = 1e-4;

/// What about the tone follows activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mapping {
    /// Higher with more activation; letting go is heard as sinking.
    #[default]
    Pitch,
    /// Louder with more activation; letting go completely is silence.
    Volume,
}

/// What a chime says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chime {
    /// Contract now: two notes upwards.
    Work,
    /// Let go now: two notes downwards.
    Rest,
    /// A step of another kind begins: one note.
    Step,
    /// Done: three notes.
    Done,
}

impl Chime {
    /// Frequency and delay in seconds of each note.
    const fn notes(self) -> &'static [(f32, f32)] {
        match self {
            Self::Work => &[(523.25, 0.0), (659.26, 0.16)],
            Self::Rest => &[(523.25, 0.0), (392.0, 0.16)],
            Self::Step => &[(523.25, 0.0)],
            Self::Done => &[(392.0, 0.0), (523.25, 0.18), (659.26, 0.36)],
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Note {
    hz: f32,
    /// Samples until it begins.
    wait: u32,
    /// Samples since it began.
    age: u32,
    phase: f32,
}

/// The voice of one channel.
#[derive(Debug, Clone)]
pub struct Voice {
    rate_hz: f32,
    mapping: Mapping,
    volume: f32,
    /// What the tone goes to: octaves above the lowest pitch, loudness.
    target: (f32, f32),
    octave: f32,
    /// Two one-pole ramps in a row: loudness bends without a corner.
    gain: [f32; 2],
    master: f32,
    phase: f32,
    notes: [Note; NOTES],
}

impl Voice {
    /// A silent voice.
    pub fn new(rate_hz: f32) -> Self {
        let rate_hz = if rate_hz >= 1.0 { rate_hz } else { 48_000.0 };
        Self {
            rate_hz,
            mapping: Mapping::Pitch,
            volume: 0.5,
            target: (0.0, 0.0),
            octave: 0.0,
            gain: [0.0; 2],
            master: 0.5,
            phase: 0.0,
            notes: [Note::default(); NOTES],
        }
    }

    /// Which quality of the tone follows.
    pub fn set_mapping(&mut self, mapping: Mapping) {
        self.mapping = mapping;
    }

    /// From 0 (silent) to 1. Not a number is 0.
    pub fn set_volume(&mut self, volume: f32) {
        self.volume = if volume > 0.0 { volume.min(1.0) } else { 0.0 };
    }

    /// What the tone follows from now on; silent if nothing can be told.
    pub fn follow(&mut self, activation: Option<f32>) {
        match activation.filter(|activation| activation.is_finite()) {
            None => self.target.1 = 0.0,
            Some(activation) => {
                let level = activation.clamp(0.0, HIGHEST_ACTIVATION);
                self.target = match self.mapping {
                    Mapping::Pitch => (level, 0.5 + 0.5 * level / HIGHEST_ACTIVATION),
                    Mapping::Volume => (0.25, level / HIGHEST_ACTIVATION),
                };
            }
        }
    }

    /// Rings a chime over what still fades. Of many at once some notes are left out.
    pub fn ring(&mut self, chime: Chime) {
        for &(hz, delay_s) in chime.notes() {
            // A free place, or the note that is nearest to its end.
            let place = (0..NOTES).max_by_key(|&place| (self.notes[place].hz == 0.0, self.notes[place].age));
            let faded = self.rate_hz * 4.0 * DECAY_S;
            if let Some(note) = place.and_then(|place| self.notes.get_mut(place))
                && (note.hz == 0.0 || note.age as f32 > faded)
            {
                *note = Note { hz, wait: (delay_s * self.rate_hz) as u32, age: 0, phase: 0.0 };
            }
        }
    }

    /// Whether nothing sounds and nothing is about to.
    pub fn is_silent(&self) -> bool {
        self.gain[1] < 1e-5 && self.target.1 == 0.0 && self.notes.iter().all(|note| note.hz == 0.0)
    }

    /// The next samples, from −[`CEILING`] to [`CEILING`].
    pub fn fill(&mut self, out: &mut [f32]) {
        let step = |time_s: f32| 1.0 - (-1.0 / (time_s * self.rate_hz)).exp();
        let (gain_step, pitch_step) = (step(GAIN_S), step(PITCH_S));
        for value in out {
            // A tone that begins anew begins at its pitch; one that sounds slides.
            if self.gain[1] < 1e-4 {
                self.octave = self.target.0;
            }
            self.octave += (self.target.0 - self.octave) * pitch_step;
            self.gain[0] += (self.target.1 - self.gain[0]) * gain_step;
            self.gain[1] += (self.gain[0] - self.gain[1]) * gain_step;
            self.master += (self.volume - self.master) * gain_step;
            let hz = LOWEST_HZ * self.octave.exp2();
            self.phase = (self.phase + hz / self.rate_hz).fract();
            let angle = TAU * self.phase;
            let tone = (angle.sin() + 0.18 * (2.0 * angle).sin() + 0.05 * (3.0 * angle).sin()) / 1.23;
            let chimes: f32 = self.notes.iter_mut().map(|note| note.next(self.rate_hz)).sum();
            let sum = TONE_PEAK * self.gain[1] * tone + NOTE_PEAK * chimes;
            *value = (self.master * sum).clamp(-CEILING, CEILING);
        }
    }
}

impl Note {
    fn next(&mut self, rate_hz: f32) -> f32 {
        if self.hz == 0.0 {
            return 0.0;
        }
        if self.wait > 0 {
            self.wait -= 1;
            return 0.0;
        }
        let age_s = self.age as f32 / rate_hz;
        let rise = (age_s / ATTACK_S).min(1.0);
        // A bent ramp up, then a decay.
        let envelope = rise * rise * (3.0 - 2.0 * rise) * (-age_s / DECAY_S).exp();
        let value = envelope * (TAU * self.phase).sin();
        self.phase = (self.phase + self.hz / rate_hz).fract();
        self.age += 1;
        if age_s > ATTACK_S && envelope < NOTE_END {
            *self = Self::default();
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use rustfft::FftPlanner;
    use rustfft::num_complex::Complex;

    use super::*;

    const RATE: f32 = 48_000.0;

    fn seconds(voice: &mut Voice, seconds: f32) -> Vec<f32> {
        let mut out = vec![0.0; (seconds * RATE) as usize];
        voice.fill(&mut out);
        out
    }

    fn rms(values: &[f32]) -> f32 {
        (values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32).sqrt()
    }

    /// Frequency of the strongest line, by an FFT of 2^15 values.
    fn strongest_hz(values: &[f32]) -> f32 {
        let size = 1 << 15;
        let mut bins: Vec<_> = values[..size]
            .iter()
            .enumerate()
            .map(|(n, &v)| Complex::new(v * (0.5 - 0.5 * (TAU * n as f32 / size as f32).cos()), 0.0))
            .collect();
        FftPlanner::new().plan_fft_forward(size).process(&mut bins);
        let peak = (1..size / 2).max_by(|&a, &b| bins[a].norm().total_cmp(&bins[b].norm())).expect("bins");
        peak as f32 * RATE / size as f32
    }

    #[test]
    fn pitch_rises_with_activation() {
        let mut before = 0.0;
        for activation in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5] {
            let mut voice = Voice::new(RATE);
            voice.follow(Some(activation));
            seconds(&mut voice, 1.0);
            let hz = strongest_hz(&seconds(&mut voice, 1.0));
            assert!(hz > before, "{activation}: {hz} after {before}");
            assert!((hz - LOWEST_HZ * activation.exp2()).abs() < 3.0, "{activation}: {hz}");
            before = hz;
        }
    }

    #[test]
    fn volume_rises_with_activation_and_rest_is_silent() {
        let mut before = -1.0;
        for activation in [0.0, 0.1, 0.5, 1.0, 1.4] {
            let mut voice = Voice::new(RATE);
            voice.set_mapping(Mapping::Volume);
            voice.follow(Some(activation));
            seconds(&mut voice, 1.0);
            let level = rms(&seconds(&mut voice, 0.5));
            assert!(level > before);
            before = level;
        }
        let mut voice = Voice::new(RATE);
        voice.set_mapping(Mapping::Volume);
        voice.follow(Some(0.0));
        assert_eq!(rms(&seconds(&mut voice, 1.0)), 0.0);
    }

    #[test]
    fn what_cannot_be_told_is_silent() {
        for nothing in [None, Some(f32::NAN), Some(f32::INFINITY)] {
            let mut voice = Voice::new(RATE);
            voice.follow(Some(0.7));
            seconds(&mut voice, 1.0);
            voice.follow(nothing);
            seconds(&mut voice, 0.6);
            assert!(rms(&seconds(&mut voice, 0.2)) < 1e-5);
            seconds(&mut voice, 1.0);
            assert!(voice.is_silent());
        }
    }

    #[test]
    fn nothing_clicks_and_nothing_is_loud() {
        let mut voice = Voice::new(RATE);
        voice.set_volume(1.0);
        let mut all = Vec::new();
        for step in 0..400_u32 {
            // The worst that may happen: everything changes at odd moments.
            let activation = f32::from((step * 7919 % 31) as u8) / 15.0;
            voice.follow((step % 3 != 0).then_some(activation));
            if step % 5 == 0 {
                voice.ring([Chime::Work, Chime::Rest, Chime::Step, Chime::Done][(step / 5 % 4) as usize]);
            }
            if step % 11 == 0 {
                voice.set_volume(f32::from((step % 4) as u8) / 3.0);
            }
            if step % 13 == 0 {
                voice.set_mapping(if step % 2 == 0 { Mapping::Pitch } else { Mapping::Volume });
            }
            let mut out = vec![0.0; 100 + (step * 131 % 1900) as usize];
            voice.fill(&mut out);
            all.extend(out);
        }
        let loudest = all.iter().fold(0.0_f32, |a, v| a.max(v.abs()));
        assert!(loudest <= CEILING, "{loudest}");
        // A click is a bend far above what tones of these pitches have at these levels.
        let bend = all.windows(3).fold(0.0_f32, |a, w| a.max((w[2] - 2.0 * w[1] + w[0]).abs()));
        assert!(bend < 2.5e-3, "{bend}");
    }

    #[test]
    fn chimes_are_heard_and_end() {
        for chime in [Chime::Work, Chime::Rest, Chime::Step, Chime::Done] {
            let mut voice = Voice::new(RATE);
            voice.ring(chime);
            assert!(rms(&seconds(&mut voice, 0.5)) > 0.01);
            seconds(&mut voice, 5.0);
            assert!(voice.is_silent());
            assert_eq!(rms(&seconds(&mut voice, 0.1)), 0.0);
        }
    }

    #[test]
    fn any_split_gives_the_same_samples() {
        let play = |block: usize| {
            let mut voice = Voice::new(RATE);
            voice.follow(Some(0.6));
            voice.ring(Chime::Done);
            let mut all = vec![0.0; 9_600];
            all.chunks_mut(block).for_each(|chunk| voice.fill(chunk));
            all
        };
        assert_eq!(play(9_600), play(7));
        assert_eq!(play(9_600), play(512));
    }
}
