//! What a text format looks like.

use super::MAX_CHANNELS;

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "std", derive(serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Terminator {
    /// CR, LF or both.
    #[default]
    Auto,
    /// LF; a CR before it is dropped.
    Lf,
    /// CR LF; a lone CR or LF is part of the line (and so a bad number).
    CrLf,
    /// CR.
    Cr,
}

/// Whether fields carry labels (`raw:512`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "std", derive(serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Labels {
    /// They may.
    #[default]
    Auto,
    /// They must.
    Require,
    /// They must not (`none` in a profile file).
    #[cfg_attr(feature = "std", serde(rename = "none"))]
    Never,
}

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "std", derive(serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum NumberStyle {
    /// Decimal with optional fraction and exponent.
    #[default]
    Float,
    /// Decimal integers only.
    Int,
    /// Hexadecimal, with or without `0x`.
    Hex,
}

/// What a column of a text line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "std", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Column {
    /// A channel.
    #[default]
    Value,
    /// The frame counter.
    Counter,
    /// The device's clock in µs.
    TimeUs,
    /// Nothing of interest.
    Ignore,
}

/// Most kinds of line of a format.
pub const MAX_KINDS: usize = 8;

/// A kind of line among words, such as `EMG: 512`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineKind {
    /// Its words, as [`crate::words::words_of`] has them.
    pub words: u32,
    /// Numbers of a line; 0 where there is no such kind.
    pub numbers: u8,
    /// Whether it is part of a frame; others are read past.
    pub is_part: bool,
}

/// A text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextSpec {
    /// What ends a line.
    pub terminator: Terminator,
    /// Bytes that part fields; runs count as one. At most four, unused ones repeat the first.
    pub separators: [u8; 4],
    /// Labels before values.
    pub labels: Labels,
    /// Fields of a line; 0 to learn it from the first lines that agree.
    pub fields: u8,
    /// Longest line in bytes.
    pub max_line: u16,
    /// Drop the first line, which may have been cut.
    pub skip_first: bool,
    /// How numbers are written.
    pub number: NumberStyle,
    /// A line that starts with this byte is a message; 0 for none.
    pub comment: u8,
    /// What the columns are; beyond the last named one they are values.
    pub columns: [Column; MAX_CHANNELS],
    /// Modulus of the counter column.
    pub counter_modulus: u64,
    /// Kinds of line whose numbers stand among words; a frame is one line of each that is a part, in this order, and `columns`
    /// counts through them. None where separators part the numbers. Hosts alone (feature `std`) read them.
    pub kinds: [LineKind; MAX_KINDS],
}

impl TextSpec {
    /// Numbers as Arduino sketches print them: any line end, comma, space, tab or semicolon, labels allowed, fields learned.
    pub const ARDUINO: Self = Self {
        terminator: Terminator::Auto,
        separators: *b", \t;",
        labels: Labels::Auto,
        fields: 0,
        max_line: 128,
        skip_first: true,
        number: NumberStyle::Float,
        comment: b'#',
        columns: [Column::Value; MAX_CHANNELS],
        counter_modulus: 1 << 32,
        kinds: [LineKind { words: 0, numbers: 0, is_part: false }; MAX_KINDS],
    };

    /// Whether its numbers stand among words.
    pub fn has_words(&self) -> bool {
        self.kinds.iter().any(|kind| kind.numbers > 0)
    }
}
