//! What can be wrong with a configuration or with the shape of a call. A bad signal is not an error: it is data.

use core::fmt;

/// A rejected configuration value.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A number lies outside its limits, or is not a number.
    OutOfRange {
        /// The configuration field.
        field: &'static str,
        /// What was given.
        value: f64,
        /// Smallest accepted value.
        min: f64,
        /// Largest accepted value.
        max: f64,
    },
    /// A filter edge does not fit the sampling rate.
    AboveNyquist {
        /// The configuration field.
        field: &'static str,
        /// The edge that was given, in Hz.
        edge_hz: f64,
        /// The largest edge at this sampling rate, in Hz.
        limit_hz: f64,
    },
    /// The number of channels does not fit the pipeline's lanes.
    Channels {
        /// What was given.
        given: usize,
        /// The most this pipeline can hold.
        capacity: usize,
    },
    /// A filter order that is odd or too large.
    Order {
        /// What was given.
        given: usize,
        /// The largest order.
        max: usize,
    },
    /// A designed filter is not stable.
    Unstable {
        /// The configuration field.
        field: &'static str,
    },
    /// A calibration was made with other settings than the pipeline's.
    CalibrationMismatch {
        /// The setting that differs.
        field: &'static str,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::OutOfRange { field, value, min, max } => {
                write!(f, "{field} is {value}; give a value from {min} to {max}")
            }
            Self::AboveNyquist { field, edge_hz, limit_hz } => {
                write!(f, "{field} is {edge_hz} Hz; at this sampling rate it must be below {limit_hz} Hz")
            }
            Self::Channels { given, capacity } => {
                write!(f, "{given} channels do not fit; give 1 to {capacity}")
            }
            Self::Order { given, max } => write!(f, "filter order {given}; give an even order from 2 to {max}"),
            Self::Unstable { field } => write!(f, "{field}: the designed filter is not stable; move its edge"),
            Self::CalibrationMismatch { field } => {
                write!(f, "the calibration was made with another {field}; calibrate again")
            }
        }
    }
}

impl core::error::Error for ConfigError {}

/// A call whose data have the wrong shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShapeError {
    /// Interleaved data that are not a whole number of frames.
    PartialFrame {
        /// Values given.
        given: usize,
        /// Values in one frame.
        channels: usize,
    },
    /// Two slices that must have one length.
    Length {
        /// Expected length.
        expected: usize,
        /// Actual length.
        actual: usize,
    },
    /// A channel number that does not exist.
    Channel {
        /// The channel given (from 0).
        given: usize,
        /// How many there are.
        channels: usize,
    },
    /// A gap of more than seven days, of which every 10 ms would be decided.
    Gap {
        /// Frames given.
        frames: u64,
        /// The most that is taken.
        most: u64,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::PartialFrame { given, channels } => {
                write!(f, "{given} values are not a whole number of frames of {channels} channels")
            }
            Self::Length { expected, actual } => write!(f, "length {actual} where {expected} is needed"),
            Self::Channel { given, channels } => write!(f, "channel {given} of {channels} (counted from 0)"),
            Self::Gap { frames, most } => {
                write!(
                    f,
                    "a gap of {frames} frames, where {most} (seven days) are the most; begin a new recording there"
                )
            }
        }
    }
}

impl core::error::Error for ShapeError {}
