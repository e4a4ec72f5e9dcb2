//! Colours and shapes of the states: the only place that knows them. The report and the window both take them from here.
//!
//! | state | colour | bar of a strip |
//! |---|---|---|
//! | rest | bluish green | low |
//! | controlled | blue | middle |
//! | overactive | vermilion or orange | tall, striped |
//! | invalid | grey | tall or outlined, hatched or dashed |
//!
//! The hues are those of Okabe and Ito (Color Universal Design, 2008), which people with any colour vision can tell apart. Height
//! and pattern say the same without colour.

use tonus_core::decision::State;

/// One colour for each state: `0xRRGGBB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateColours {
    /// At rest.
    pub rest: u32,
    /// Contracting as asked.
    pub controlled: u32,
    /// Too much, or uninvited.
    pub overactive: u32,
    /// Cannot be told.
    pub invalid: u32,
}

impl StateColours {
    /// On light ground and on paper.
    pub const LIGHT: Self = Self { rest: 0x009E73, controlled: 0x0072B2, overactive: 0xD55E00, invalid: 0x7B8589 };
    /// On dark ground.
    pub const DARK: Self = Self { rest: 0x009E73, controlled: 0x56B4E9, overactive: 0xE69F00, invalid: 0x8C999D };
    /// On black.
    pub const HIGH_CONTRAST: Self = Self { invalid: 0xC8C8C8, ..Self::DARK };

    /// The colour of a state.
    pub const fn of(&self, state: State) -> u32 {
        match state {
            State::Rest => self.rest,
            State::Controlled => self.controlled,
            State::Overactive => self.overactive,
            State::Invalid => self.invalid,
        }
    }
}

/// Height of a state's bar in a strip of states, as a share of the strip.
pub const fn bar_share(state: State) -> f32 {
    match state {
        State::Rest => 0.34,
        State::Controlled => 0.67,
        State::Overactive | State::Invalid => 1.0,
    }
}

/// How far apart two colours are in brightness, from 1 (equal) to 21 (black and white): the contrast ratio of WCAG 2.
pub fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    (one / other).max(other / one)
}

/// Relative luminance of WCAG 2.
fn luminance(colour: u32) -> f64 {
    let part = |shift: u32| {
        let value = f64::from(colour >> shift & 255) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [State; 4] = [State::Rest, State::Controlled, State::Overactive, State::Invalid];

    #[test]
    fn contrast_is_what_the_standard_says() {
        assert!((contrast(0x000000, 0xFFFFFF) - 21.0).abs() < 1e-9);
        assert!((contrast(0x777777, 0xFFFFFF) - 4.48).abs() < 0.01);
    }

    #[test]
    fn no_two_states_share_a_colour() {
        for colours in [StateColours::LIGHT, StateColours::DARK, StateColours::HIGH_CONTRAST] {
            for (n, one) in STATES.iter().enumerate() {
                assert!(STATES[..n].iter().all(|other| colours.of(*one) != colours.of(*other)), "{one:?}");
            }
        }
    }

    #[test]
    fn bars_of_rest_contraction_and_overactivity_grow() {
        let [rest, controlled, overactive, _] = STATES.map(bar_share);
        assert!(rest < controlled && controlled < overactive);
    }
}
