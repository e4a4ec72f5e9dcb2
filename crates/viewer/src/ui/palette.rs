//! Colours as data.

use egui::Color32;
use tonus_report::palette::{self, StateColours};

/// The colours of one scheme, by what they are for.
///
/// States have the colours of [`tonus_report::palette`], as in the report; a shape, a pattern and a word always say the same
/// beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub background: Color32,
    /// Cards and panels.
    pub surface: Color32,
    /// What is empty and may fill: meters, rings, repetitions to come.
    pub hollow: Color32,
    /// Hairlines, borders of cards.
    pub line: Color32,
    /// Borders of controls.
    pub border: Color32,
    /// Words.
    pub text: Color32,
    /// Words of second rank: axes, units, hints.
    pub text_soft: Color32,
    /// The main button, progress.
    pub accent: Color32,
    /// Words on the accent.
    pub on_accent: Color32,
    /// The ring around what has the focus.
    pub focus: Color32,
    /// Where the muscle is wanted.
    pub target: Color32,
    /// The edge of that.
    pub target_edge: Color32,
    /// The flowing envelope.
    pub trace: Color32,
    /// Under the envelope.
    pub trace_fill: Color32,
    /// At rest.
    pub rest: Color32,
    /// Contracting as asked.
    pub controlled: Color32,
    /// Too much, or uninvited.
    pub overactive: Color32,
    /// Cannot be told.
    pub invalid: Color32,
    /// Breathing.
    pub breath: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Palette {
    /// Warm paper.
    pub const LIGHT: Self = Self {
        background: rgb(0xF5F3EE),
        surface: rgb(0xFEFDFB),
        hollow: rgb(0xEAE7E0),
        line: rgb(0xDEDAD1),
        border: rgb(0x7C827F),
        text: rgb(0x1E2A2C),
        text_soft: rgb(0x55636A),
        accent: rgb(0x1B6670),
        on_accent: rgb(0xFFFFFF),
        focus: rgb(0x0B5CAD),
        target: rgb(0xD5EBE2),
        target_edge: rgb(0x3F8F75),
        trace: rgb(0x27515F),
        trace_fill: rgb(0xC3D5D8),
        rest: rgb(StateColours::LIGHT.rest),
        controlled: rgb(StateColours::LIGHT.controlled),
        overactive: rgb(StateColours::LIGHT.overactive),
        invalid: rgb(StateColours::LIGHT.invalid),
        breath: rgb(0x5E9CB0),
    };

    /// Evening.
    pub const DARK: Self = Self {
        background: rgb(0x12181B),
        surface: rgb(0x1A2226),
        hollow: rgb(0x263136),
        line: rgb(0x303D43),
        border: rgb(0x76868C),
        text: rgb(0xE8EDEC),
        text_soft: rgb(0xA6B4B6),
        accent: rgb(0x7CC7C3),
        on_accent: rgb(0x0D1719),
        focus: rgb(0x9AD7FF),
        target: rgb(0x1C3B36),
        target_edge: rgb(0x58AD95),
        trace: rgb(0xCDE1E2),
        trace_fill: rgb(0x2D464E),
        rest: rgb(StateColours::DARK.rest),
        controlled: rgb(StateColours::DARK.controlled),
        overactive: rgb(StateColours::DARK.overactive),
        invalid: rgb(StateColours::DARK.invalid),
        breath: rgb(0x6FAFC2),
    };

    /// Black and white, with the states in colour.
    pub const HIGH_CONTRAST: Self = Self {
        background: rgb(0x000000),
        surface: rgb(0x000000),
        hollow: rgb(0x242424),
        line: rgb(0xA8A8A8),
        border: rgb(0xFFFFFF),
        text: rgb(0xFFFFFF),
        text_soft: rgb(0xE6E6E6),
        accent: rgb(0xFFFFFF),
        on_accent: rgb(0x000000),
        focus: rgb(0xF0E442),
        target: rgb(0x0B3D30),
        target_edge: rgb(0x35D6A6),
        trace: rgb(0xFFFFFF),
        trace_fill: rgb(0x3C3C3C),
        rest: rgb(StateColours::HIGH_CONTRAST.rest),
        controlled: rgb(StateColours::HIGH_CONTRAST.controlled),
        overactive: rgb(StateColours::HIGH_CONTRAST.overactive),
        invalid: rgb(StateColours::HIGH_CONTRAST.invalid),
        breath: rgb(0x9FD8EA),
    };
}

/// How far apart two colours are in brightness, from 1 (equal) to 21 (black and white), as WCAG 2 counts it.
pub fn contrast(a: Color32, b: Color32) -> f32 {
    palette::contrast(hex(a), hex(b)) as f32
}

fn hex(colour: Color32) -> u32 {
    u32::from_be_bytes([0, colour.r(), colour.g(), colour.b()])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(&str, Palette); 3] =
        [("light", Palette::LIGHT), ("dark", Palette::DARK), ("high contrast", Palette::HIGH_CONTRAST)];

    #[test]
    fn words_are_easy_to_read() {
        for (name, p) in ALL {
            for behind in [p.background, p.surface, p.target] {
                assert!(contrast(p.text, behind) >= 7.0, "{name}: text");
                assert!(contrast(p.text_soft, behind) >= 4.5, "{name}: soft text {}", contrast(p.text_soft, behind));
            }
            assert!(contrast(p.on_accent, p.accent) >= 4.5, "{name}: accent");
        }
    }

    #[test]
    fn shapes_stand_out_from_what_is_behind_them() {
        for (name, p) in ALL {
            for (what, colour) in [
                ("rest", p.rest),
                ("controlled", p.controlled),
                ("overactive", p.overactive),
                ("invalid", p.invalid),
                ("focus", p.focus),
                ("border", p.border),
                ("trace", p.trace),
                ("target edge", p.target_edge),
            ] {
                let ratio = contrast(colour, p.surface).min(contrast(colour, p.background));
                assert!(ratio >= 3.0, "{name}: {what} {ratio}");
            }
        }
    }

    /// The colours a report's style sheet gives to the states, light ones first.
    fn report_colours(name: &str) -> Vec<Color32> {
        let summary = serde_json::from_str(include_str!("../../../history/tests/it/summary.json")).unwrap();
        let page = tonus_report::html::render(
            &summary,
            &tonus_report::trace::Trace::default(),
            tonus_report::vocabulary::Language::English,
        );
        let key = format!("--{name}:#");
        let values = page.match_indices(&key).map(|(at, _)| &page[at + key.len()..][..6]);
        values.map(|value| rgb(u32::from_str_radix(value, 16).unwrap())).collect()
    }

    #[test]
    fn states_have_the_same_colours_in_the_report_and_in_the_window() {
        for (name, of) in [
            ("rest", (|p: &Palette| p.rest) as fn(&Palette) -> Color32),
            ("controlled", |p| p.controlled),
            ("overactive", |p| p.overactive),
            ("invalid", |p| p.invalid),
        ] {
            assert_eq!(report_colours(name), [of(&Palette::LIGHT), of(&Palette::DARK)], "{name}");
        }
    }
}
