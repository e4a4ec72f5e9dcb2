//! What comes out of a pipeline: one decision per channel every 10 ms.

use core::fmt;

use crate::input::Cue;

/// The state of a muscle at one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[repr(u8)]
pub enum State {
    /// At rest, or active too briefly to matter.
    Rest = 0,
    /// Contracting as asked, or releasing within the allowance.
    Controlled = 1,
    /// Tone that rises uninvited, exceeds the work band, or does not let go.
    Overactive = 2,
    /// Not decided: the quality flags say why.
    Invalid = 3,
}

impl State {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Controlled => "controlled",
            Self::Overactive => "overactive",
            Self::Invalid => "invalid",
        }
    }
}

/// The word used in files; width and alignment of the format apply.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

macro_rules! flags {
    ($(#[$doc:meta])* $type:ident, empty $empty:literal { $($(#[$flag_doc:meta])* $flag:ident = $bit:literal, $name:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
        pub struct $type(u16);

        impl $type {
            $($(#[$flag_doc])* pub const $flag: Self = Self(1 << $bit);)*

            /// No flag.
            pub const NONE: Self = Self(0);

            /// Every flag with its name, in the order of the bits.
            pub const NAMES: &'static [(Self, &'static str)] = &[$((Self::$flag, $name)),*];

            /// The bits, as they enter the digest.
            pub const fn bits(self) -> u16 {
                self.0
            }

            /// Whether no flag is set.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Whether any flag of `other` is set.
            pub const fn intersects(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// The names of the flags that are set.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                Self::NAMES.iter().filter(move |(flag, _)| self.intersects(*flag)).map(|(_, name)| *name)
            }
        }

        /// The names of the flags that are set, joined by `+`, as in `states.csv`.
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                if self.is_empty() {
                    return f.write_str($empty);
                }
                for (n, name) in self.names().enumerate() {
                    if n > 0 {
                        f.write_str("+")?;
                    }
                    f.write_str(name)?;
                }
                Ok(())
            }
        }

        /// The list of the names of the flags that are set.
        #[cfg(feature = "serde")]
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.names())
            }
        }

        /// Takes the list of names; an unknown name is an error.
        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                /// One flag.
                struct Flag($type);

                impl<'de> serde::Deserialize<'de> for Flag {
                    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                        deserializer.deserialize_str(Names).map(Self)
                    }
                }

                struct Names;

                impl<'de> serde::de::Visitor<'de> for Names {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("names of ", stringify!($type)))
                    }

                    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<$type, E> {
                        let known = $type::NAMES.iter().find(|(_, name)| *name == word).map(|(flag, _)| *flag);
                        known.ok_or_else(|| E::unknown_variant(word, &[$($name),*]))
                    }

                    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<$type, A::Error> {
                        let mut all = $type::NONE;
                        while let Some(Flag(flag)) = list.next_element()? {
                            all |= flag;
                        }
                        Ok(all)
                    }
                }

                deserializer.deserialize_seq(Names)
            }
        }

        impl core::ops::BitOr for $type {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl core::ops::BitOrAssign for $type {
            fn bitor_assign(&mut self, other: Self) {
                self.0 |= other.0;
            }
        }
    };
}

flags! {
    /// Why a state was called, or what was noticed beside it.
    Reasons, empty "" {
        /// Above the work band for 0.5 s.
        OVERSHOOT = 0, "overshoot";
        /// Still active 2 s after the rest cue.
        SLOW_RELEASE = 1, "slow_release";
        /// Active again during rest for 1 s or longer.
        TONE = 2, "tone";
        /// The last 10 s of rest lie above 1.25 × baseline.
        ELEVATED_REST = 3, "elevated_rest";
        /// Rest after a contraction stays above 1.15 × baseline.
        RESIDUAL = 4, "residual";
        /// A hold whose amplitude varies by more than 15 %.
        INSTABILITY = 5, "instability";
        /// Another channel contracts at the same time.
        CO_CONTRACTION = 6, "co_contraction";
        /// A free contraction of more than 10 s.
        TOO_LONG = 7, "too_long";
        /// Rest below 0.7 × baseline for 3 s: deeper than when it was measured, and a better baseline.
        DEEP_REST = 8, "deep_rest";
    }
}

flags! {
    /// What is wrong with the signal at a decision.
    Quality, empty "ok" {
        /// Filters are settling.
        WARMUP = 0, "warmup";
        /// Frames are missing.
        GAP = 1, "gap";
        /// The converter is at a rail.
        SATURATED = 2, "saturated";
        /// The signal does not move.
        FLAT = 3, "flat";
        /// An electrode has come off.
        LEAD_OFF = 4, "lead_off";
        /// Mains is far above the muscle.
        MAINS = 5, "mains";
        /// Movement of electrode or cable.
        MOTION = 6, "motion";
        /// An electrode pop: a step that decays.
        POP = 7, "pop";
        /// Heart beats in the signal.
        ECG = 8, "ecg";
        /// Not a number, or infinite.
        NONFINITE = 9, "nonfinite";
        /// There is no baseline to compare with (yet).
        NO_BASELINE = 10, "no_baseline";
    }
}

impl Quality {
    /// Whether nothing is wrong with the signal itself: filters settle, or there is no baseline yet.
    pub const fn is_harmless(self) -> bool {
        self.0 & !(Self::WARMUP.0 | Self::NO_BASELINE.0) == 0
    }
}

/// What the pipeline says about one channel every 10 ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// Number of the tick, from 1; the decision stands for the 10 ms that end at `tick · 0.01 s`.
    pub tick: u64,
    /// Index of the last sample the decision has seen.
    pub index: u64,
    /// Channel, from 0.
    pub channel: u8,
    /// State of the muscle.
    pub state: State,
    /// Why the state was called, and what was noticed beside it.
    pub reasons: Reasons,
    /// What is wrong with the signal; empty if nothing.
    pub quality: Quality,
    /// Envelope in µV: RMS over 100 ms (raw sensors), or the mean above the rest offset (envelope sensors).
    pub envelope_uv: f32,
    /// 0 at rest, 1 at the reference; NaN before both are known.
    pub activation: f32,
    /// What was asked for.
    pub cue: Cue,
    /// Whether the muscle lies above the deepest rest of the session, whatever the baseline says; none while it works, and where
    /// it cannot be told. Not part of the digest.
    pub tense: Option<bool>,
}

impl Decision {
    /// The time that the decision stands for, in seconds from the first sample: the end of its tick.
    pub fn time_s(&self) -> f64 {
        tonus_dsp::units::tick_seconds(self.tick)
    }

    /// Whether the level can be measured: with a state, and while rest is being measured, when there can be none yet.
    pub fn is_measurable(&self) -> bool {
        let is_clean = self.quality.is_harmless() && self.envelope_uv.is_finite();
        self.state != State::Invalid || (self.cue == Cue::Quiet && is_clean)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::format;

    use super::*;

    #[test]
    fn words_are_those_of_the_tables() {
        assert_eq!(format!("[{:<11}][{:>5}]", State::Controlled, Cue::Work), "[controlled ][ work]");
        assert_eq!(format!("{}", Reasons::TONE | Reasons::OVERSHOOT), "overshoot+tone");
        assert_eq!(format!("{}|{}", Reasons::NONE, Quality::NONE), "|ok");
        assert_eq!(format!("{}", Quality::MAINS | Quality::GAP), "gap+mains");
    }

    #[test]
    fn the_time_of_a_decision_is_the_end_of_its_tick() {
        let decision = |tick| Decision {
            tick,
            index: 0,
            channel: 0,
            state: State::Rest,
            reasons: Reasons::NONE,
            quality: Quality::NONE,
            envelope_uv: 0.0,
            activation: 0.0,
            cue: Cue::Free,
            tense: None,
        };
        assert_eq!((decision(1).time_s(), decision(29).time_s(), decision(360_000).time_s()), (0.01, 0.29, 3600.0));
    }
}
