//! What can be wrong with a layout or a call. Bad bytes are not errors: they are counted ([`crate::Stats`]).

use core::fmt;

/// A layout that cannot work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayoutError {
    /// More channels than the layout describes.
    Channels {
        /// What was given.
        given: usize,
        /// The most the layout knows.
        max: usize,
    },
    /// A number outside its limits.
    OutOfRange {
        /// The key, as in a profile file.
        key: &'static str,
        /// What was given.
        value: i64,
        /// Smallest accepted value.
        min: i64,
        /// Largest accepted value.
        max: i64,
    },
    /// A position that is not inside the frame.
    Outside {
        /// The key, as in a profile file.
        key: &'static str,
        /// The frame's length in bytes.
        length: usize,
    },
    /// Two keys that use the same bits.
    Overlap {
        /// The key, as in a profile file.
        key: &'static str,
        /// The byte, counted from the start.
        byte: usize,
    },
    /// Nothing to find frames by.
    Unframed,
    /// Neither COBS nor SLIP, in a build without the feature `framings`.
    LeftOut,
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Channels { given, max } => write!(f, "{given} channels; this format carries 1 to {max}"),
            Self::OutOfRange { key, value, min, max } => write!(f, "{key} is {value}; give {min} to {max}"),
            Self::Outside { key, length } => write!(f, "{key} lies outside the frame of {length} bytes"),
            Self::Overlap { key, byte } => write!(f, "{key} uses bits of byte {byte} that are already taken"),
            Self::Unframed => {
                write!(f, "frame.sync is empty and there is neither checksum nor counter; frames cannot be found")
            }
            Self::LeftOut => write!(f, "this build reads COBS and SLIP only; switch on the feature `framings`"),
        }
    }
}

impl core::error::Error for LayoutError {}

/// A frame that could not be encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// Another number of values than the layout has channels.
    Channels {
        /// Channels of the layout.
        expected: usize,
        /// Values given.
        actual: usize,
    },
    /// A value the format cannot carry.
    Value {
        /// The channel, from 0.
        channel: usize,
    },
    /// The output buffer is too short.
    Room {
        /// Bytes needed (at most).
        needed: usize,
        /// Bytes given.
        given: usize,
    },
    /// Numbers for a binary format.
    Numbers,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Channels { expected, actual } => write!(f, "{actual} values for {expected} channels"),
            Self::Value { channel } => write!(f, "value of channel {channel} (from 0) does not fit the format"),
            Self::Room { needed, given } => write!(f, "output has {given} bytes; give {needed}"),
            Self::Numbers => write!(f, "a binary format carries counts; give integers"),
        }
    }
}

impl core::error::Error for EncodeError {}
