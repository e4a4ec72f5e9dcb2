//! Whether a layout can work.

use crate::error::LayoutError;
use crate::field::{Field, position};
use crate::layout::{Framing, Layout, MAX_CHANNELS, MAX_CONFIRM, MAX_FRAME, MAX_LINE};

impl Layout {
    /// Checks that the layout can work: everything inside the frame, nothing twice, something to find frames by.
    ///
    /// # Errors
    /// The first thing that cannot work, by the key a profile file would use.
    pub fn validate(&self) -> Result<(), LayoutError> {
        within("frame.confirm", i64::from(self.confirm), 1, i64::from(MAX_CONFIRM))?;
        match self.framing {
            Framing::Text(text) => {
                within("frame.fields", i64::from(text.fields), 0, MAX_CHANNELS as i64)?;
                within("frame.max_line", i64::from(text.max_line), 2, i64::from(MAX_LINE))?;
                return within("frame.counter.modulus", text.counter_modulus as i64, 2, 1 << 32);
            }
            Framing::MsbFlag(spec) => {
                within("frame.bytes_per_channel", i64::from(spec.bytes_per_channel), 1, 4)?;
                within("frame.escape.max", i64::from(spec.escape.max), 0, MAX_FRAME as i64)?;
            }
            _ => {}
        }
        if self.length() == 0 {
            return Err(LayoutError::Channels { given: usize::from(self.channels), max: self.max_channels() });
        }
        let lengths = self.lengths.iter().enumerate().filter(|(_, length)| **length > 0);
        for (i, &length) in lengths {
            let channels = if self.framing == Framing::CytonDaisy { 16 } else { i.saturating_add(1) };
            within("frame.length", i64::from(length), 1, MAX_FRAME as i64)?;
            if !matches!(self.framing, Framing::MsbFlag(_)) {
                self.validate_frame(usize::from(length), channels)?;
            }
        }
        let found = self.record.check_count > 0 || self.record.checksum.is_some() || self.record.counter.is_some();
        let delimited = !matches!(self.framing, Framing::Fixed | Framing::CytonDaisy);
        if found || delimited { Ok(()) } else { Err(LayoutError::Unframed) }
    }

    fn validate_frame(&self, length: usize, channels: usize) -> Result<(), LayoutError> {
        let mut taken = [0_u8; MAX_FRAME];
        let record = &self.record;
        let mut take = |key, byte: i16, mask: u8| {
            let at = position(byte, length);
            let slot = taken.get_mut(..length).and_then(|bytes| bytes.get_mut(at));
            let slot = slot.ok_or(LayoutError::Outside { key, length })?;
            if *slot & mask != 0 {
                return Err(LayoutError::Overlap { key, byte: at });
            }
            *slot |= mask;
            Ok(())
        };
        for check in record.checks() {
            take("frame.check", check.at, check.mask)?;
        }
        if let Some(sum) = record.checksum {
            let mask = if sum.kind.bits() == 4 { 0x0F } else { 0xFF };
            for i in 0..i16::from(sum.kind.bytes()) {
                take("frame.checksum", sum.at.saturating_add(i), mask)?;
            }
        }
        let named = [
            ("frame.counter", record.counter.map(|counter| counter.field)),
            ("frame.timestamp", record.clock.map(|clock| clock.field)),
        ];
        let aux = record.aux.iter().take(usize::from(record.aux_count)).map(|field| ("aux", Some(*field)));
        let values = record.channels.iter().take(channels.min(MAX_CHANNELS));
        let values = values.filter(|field| field.width() > 0).map(|field| ("channels", Some(*field)));
        for (key, field) in named.into_iter().chain(aux).chain(values) {
            for segment in field.iter().flat_map(Field::segments) {
                let ones = (0xFF_u8 >> (7 - segment.hi.min(7))) & (0xFF_u8 << segment.lo.min(7));
                take(key, segment.byte, ones)?;
            }
        }
        if let Some(counter) = record.counter {
            within("frame.counter.modulus", counter.modulus as i64, 2, counter.field.limits().1.saturating_add(1))?;
            within("frame.counter.step", i64::from(counter.step), 1, counter.modulus as i64 - 1)?;
        }
        Ok(())
    }
}

fn within(key: &'static str, value: i64, min: i64, max: i64) -> Result<(), LayoutError> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(LayoutError::OutOfRange { key, value, min, max }) }
}
