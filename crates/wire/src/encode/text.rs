//! Lines of text.

use core::fmt::{self, Write};

use super::{Encoder, MAX_ENCODED, Stamp};
use crate::error::EncodeError;
use crate::frame::Values;
use crate::layout::{Column, NumberStyle, Terminator, TextSpec};

impl Encoder<'_> {
    pub(super) fn text(
        &self,
        spec: &TextSpec,
        values: Values<'_>,
        stamp: Stamp<'_>,
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        let mut cursor = Cursor { out, at: 0 };
        let given = cursor.out.len();
        let room = |_: fmt::Error| EncodeError::Room { needed: MAX_ENCODED, given };
        let mut channel = 0_usize;
        for (i, column) in spec.columns.iter().enumerate() {
            if channel == values.len() {
                break;
            }
            if i > 0 {
                cursor.bytes(spec.separators.get(..1).unwrap_or(b","));
            }
            match column {
                Column::Counter => write!(cursor, "{}", self.counter % spec.counter_modulus.max(1)).map_err(room)?,
                Column::TimeUs => write!(cursor, "{}", stamp.device_us).map_err(room)?,
                Column::Ignore => cursor.bytes(b"0"),
                Column::Value => {
                    if let Some(label) = self.labels.get(channel) {
                        write!(cursor, "{label}:").map_err(room)?;
                    }
                    number(&mut cursor, spec, values, channel)?.map_err(room)?;
                    channel = channel.saturating_add(1);
                }
            }
        }
        cursor.bytes(match spec.terminator {
            Terminator::Lf => b"\n",
            Terminator::Cr => b"\r",
            _ => b"\r\n",
        });
        cursor.finish()
    }
}

fn number(
    cursor: &mut Cursor<'_>,
    spec: &TextSpec,
    values: Values<'_>,
    channel: usize,
) -> Result<fmt::Result, EncodeError> {
    let refused = EncodeError::Value { channel };
    match values {
        Values::Counts(counts) => {
            let count = counts.get(channel).copied().unwrap_or(0);
            match spec.number {
                NumberStyle::Hex if count < 0 => Err(refused),
                NumberStyle::Hex => Ok(write!(cursor, "{count:x}")),
                _ => Ok(write!(cursor, "{count}")),
            }
        }
        Values::Numbers(numbers) => {
            let value = numbers.get(channel).copied().unwrap_or(0.0);
            let whole = value == libm::trunc(value) && libm::fabs(value) < 9e15;
            match spec.number {
                _ if !value.is_finite() => Err(refused),
                NumberStyle::Float => Ok(write!(cursor, "{value}")),
                NumberStyle::Int if whole => Ok(write!(cursor, "{value}")),
                NumberStyle::Hex if whole && (0.0..4_294_967_296.0).contains(&value) => {
                    Ok(write!(cursor, "{:x}", value as u32))
                }
                _ => Err(refused),
            }
        }
    }
}

/// Writes into a slice.
pub(super) struct Cursor<'a> {
    pub out: &'a mut [u8],
    pub at: usize,
}

impl Cursor<'_> {
    /// Bytes that do not fit only move the position; `finish` then says so.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let end = self.at.saturating_add(bytes.len());
        if let Some(slots) = self.out.get_mut(self.at..end) {
            for (slot, byte) in slots.iter_mut().zip(bytes) {
                *slot = *byte;
            }
        }
        self.at = end;
    }

    pub fn finish(self) -> Result<usize, EncodeError> {
        let given = self.out.len();
        if self.at <= given { Ok(self.at) } else { Err(EncodeError::Room { needed: self.at, given }) }
    }
}

impl Write for Cursor<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.bytes(s.as_bytes());
        Ok(())
    }
}
