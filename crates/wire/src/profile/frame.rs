//! `[frame]`: from keys to a layout.

use super::ProfileError;
use super::channels::{Expanded, field};
use super::raw::{Kind, RawFrame};
use crate::checksum::{Checksum, ChecksumKind};
use crate::error::LayoutError;
use crate::field::{Endian, Field};
use crate::layout::{
    Check, Clock, Counter, Escape, Framing, Layout, MAX_CHANNELS, MAX_CHECKS, MsbFlagSpec, Record, TextSpec,
};

pub(super) struct Builder<'a> {
    pub id: &'a str,
}

impl Builder<'_> {
    fn error(&self, key: &str, message: impl Into<String>) -> ProfileError {
        ProfileError { id: self.id.to_owned(), key: key.to_owned(), message: message.into() }
    }

    pub fn layout_error(&self, error: LayoutError) -> ProfileError {
        let key = match error {
            LayoutError::OutOfRange { key, .. }
            | LayoutError::Outside { key, .. }
            | LayoutError::Overlap { key, .. } => key,
            LayoutError::Channels { .. } => "frame.length",
            LayoutError::Unframed => "frame.sync",
            LayoutError::LeftOut => "frame.kind",
        };
        let message = error.to_string();
        // The text starts with the key, which the profile's error names already.
        self.error(key, message.strip_prefix(key).map_or(message.as_str(), |rest| rest.trim_start()))
    }

    pub fn layout(&self, raw: &RawFrame, channels: &mut Expanded, aux: &Expanded) -> Result<Layout, ProfileError> {
        self.only_its_keys(raw)?;
        let mut layout = Layout {
            framing: Framing::Fixed,
            record: Record::EMPTY,
            channels: channels.used as u8,
            lengths: [0; MAX_CHANNELS],
            confirm: raw.confirm.unwrap_or(3),
        };
        layout.record.range = channels.range;
        match raw.kind {
            Kind::Text => {
                layout.framing = Framing::Text(self.text(raw)?);
                let fields = raw.fields.unwrap_or(0);
                let extra =
                    raw.columns.iter().flatten().filter(|column| **column != crate::layout::Column::Value).count();
                layout.channels = (usize::from(fields)).saturating_sub(extra) as u8;
                return Ok(layout);
            }
            Kind::MsbFlag => {
                let bytes_per_channel = raw.bytes_per_channel.unwrap_or(2);
                let escape = self.escape(raw)?;
                layout.framing = Framing::MsbFlag(MsbFlagSpec { bytes_per_channel, escape });
                layout.confirm = raw.confirm.unwrap_or(1);
                self.stretch(&mut layout, 0, u16::from(bytes_per_channel), channels.channels.len())?;
                return Ok(layout);
            }
            Kind::Cobs => layout.framing = Framing::Cobs,
            Kind::Slip => layout.framing = Framing::Slip,
            Kind::Fixed => {}
            Kind::Builtin => {
                if raw.codec.as_deref() != Some("cyton-daisy") {
                    return Err(self.error("frame.codec", "the only built-in codec is \"cyton-daisy\""));
                }
                layout.framing = Framing::CytonDaisy;
            }
        }
        self.record(raw, channels, aux, &mut layout)?;
        if layout.framing == Framing::CytonDaisy {
            layout.channels = 16;
            let first = channels.channels.clone();
            let stem = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
            channels.channels.extend(first.into_iter().enumerate().map(|(i, channel)| super::Channel {
                name: format!("{}{}", stem(&channel.name), i.saturating_add(9)),
                ..channel
            }));
        }
        self.lengths(raw, &mut layout, channels.channels.len())?;
        Ok(layout)
    }

    fn record(
        &self,
        raw: &RawFrame,
        channels: &Expanded,
        aux: &Expanded,
        layout: &mut Layout,
    ) -> Result<(), ProfileError> {
        let record = &mut layout.record;
        let mut checks = Vec::new();
        if !raw.sync_mask.is_empty() && raw.sync_mask.len() != raw.sync.len() {
            return Err(self.error("frame.sync_mask", "give one mask per byte of frame.sync, or none"));
        }
        for (i, &value) in raw.sync.iter().enumerate() {
            checks.push(Check { at: i as i16, mask: raw.sync_mask.get(i).copied().unwrap_or(0xFF), value });
        }
        checks.extend(raw.check.iter().map(|check| Check { at: check.at, mask: check.mask, value: check.value }));
        let trailer = i16::try_from(raw.trailer.len()).unwrap_or(i16::MAX);
        for (i, &value) in (0_i16..).zip(&raw.trailer) {
            checks.push(Check { at: i.saturating_sub(trailer), mask: 0xFF, value });
        }
        if checks.len() > MAX_CHECKS {
            return Err(self.error("frame.check", format!("{} fixed bytes; at most {MAX_CHECKS}", checks.len())));
        }
        if let Some(check) = checks.iter().find(|check| check.mask == 0 || check.value & !check.mask != 0) {
            let message = format!("value {:#04x} has bits outside mask {:#04x}", check.value, check.mask);
            return Err(self.error("frame.check", message));
        }
        record.check_count = checks.len() as u8;
        copy(&mut record.checks, &checks);
        copy(&mut record.channels, &channels.fields);
        copy(&mut record.aux, &aux.fields);
        record.aux_count = aux.fields.len() as u8;
        record.message_kind = raw.message_kind;
        if let Some(counter) = &raw.counter {
            let place = field(counter.at, counter.kind.as_deref(), counter.segments.as_deref(), false)
                .map_err(|(key, message)| self.error(&format!("frame.counter.{key}"), message))?;
            let modulus = counter.modulus.unwrap_or(1 << place.width());
            record.counter = Some(Counter { field: place, modulus, step: counter.step.unwrap_or(1) });
        }
        if let Some(clock) = &raw.timestamp {
            let place: Field = field(Some(clock.at), Some(&clock.kind), None, false)
                .map_err(|(key, message)| self.error(&format!("frame.timestamp.{key}"), message))?;
            record.clock = Some(Clock { field: place, tick_us: clock.tick_us.unwrap_or(1).max(1) });
        }
        record.checksum = self.checksum(raw)?;
        Ok(())
    }

    fn checksum(&self, raw: &RawFrame) -> Result<Option<Checksum>, ProfileError> {
        let Some(sum) = &raw.checksum else { return Ok(None) };
        let kind = match sum.kind.as_str() {
            "none" => return Ok(None),
            "sum8" => ChecksumKind::Sum8,
            "xor8" => ChecksumKind::Xor8,
            "crc8" => ChecksumKind::Crc8,
            "crc16-ibm3740" => ChecksumKind::Crc16Ibm3740,
            "crc16-modbus" => ChecksumKind::Crc16Modbus,
            "crc32" => ChecksumKind::Crc32,
            "crc4-bitalino" => ChecksumKind::Crc4Bitalino,
            other => {
                let known = "none sum8 xor8 crc8 crc16-ibm3740 crc16-modbus crc32 crc4-bitalino";
                return Err(self.error("frame.checksum.kind", format!("`{other}` is unknown; use one of {known}")));
            }
        };
        let endian = match sum.endian.as_deref() {
            None | Some("big") => Endian::Big,
            Some("little") => Endian::Little,
            Some(other) => {
                return Err(self.error("frame.checksum.endian", format!("`{other}`; use big or little")));
            }
        };
        Ok(Some(Checksum { kind, at: sum.at, endian, from: sum.from.unwrap_or(0) }))
    }

    /// Frame lengths: one, a list, or a fixed part and one per channel.
    fn lengths(&self, raw: &RawFrame, layout: &mut Layout, most: usize) -> Result<(), ProfileError> {
        match (raw.length, &raw.lengths, raw.length_fixed, raw.length_per_channel) {
            (Some(length), None, None, None) => {
                let slot = usize::from(layout.channels).checked_sub(1).and_then(|i| layout.lengths.get_mut(i));
                if let Some(slot) = slot {
                    *slot = length;
                }
                Ok(())
            }
            (None, Some(list), None, None) if list.len() <= most => {
                copy(&mut layout.lengths, list);
                Ok(())
            }
            (None, Some(list), None, None) => {
                Err(self.error("frame.lengths", format!("{} lengths for {most} channels", list.len())))
            }
            (None, None, Some(fixed), Some(each)) => self.stretch(layout, fixed, each, most),
            _ => {
                let message = "give length, or lengths (for 1, 2, … channels), or length_fixed and length_per_channel";
                Err(self.error("frame.length", message))
            }
        }
    }

    fn stretch(&self, layout: &mut Layout, fixed: u16, each: u16, most: usize) -> Result<(), ProfileError> {
        for (channels, slot) in (1_u16..).zip(layout.lengths.iter_mut().take(most)) {
            let length = each.checked_mul(channels).and_then(|bytes| bytes.checked_add(fixed));
            *slot = length.ok_or_else(|| self.error("frame.length_per_channel", "the frame is too long"))?;
        }
        Ok(())
    }

    fn text(&self, raw: &RawFrame) -> Result<TextSpec, ProfileError> {
        let mut spec = TextSpec::ARDUINO;
        spec.terminator = raw.terminator.unwrap_or_default();
        spec.labels = raw.labels.unwrap_or_default();
        spec.number = raw.number.unwrap_or_default();
        spec.fields = raw.fields.unwrap_or(spec.fields);
        spec.max_line = raw.max_line.unwrap_or(spec.max_line);
        spec.skip_first = raw.skip_first.unwrap_or(spec.skip_first);
        spec.counter_modulus = raw.counter_modulus.unwrap_or(spec.counter_modulus);
        if let Some(separators) = &raw.separators {
            let first =
                separators.bytes().next().ok_or_else(|| self.error("frame.separators", "give 1 to 4 characters"))?;
            if separators.len() > spec.separators.len() {
                return Err(self.error("frame.separators", "give 1 to 4 characters"));
            }
            spec.separators = [first; 4];
            copy(&mut spec.separators, separators.as_bytes());
        }
        if let Some(comment) = &raw.comment {
            spec.comment = match comment.as_bytes() {
                [] => 0,
                [byte] => *byte,
                _ => return Err(self.error("frame.comment", "give one character, or \"\" for none")),
            };
        }
        if let Some(columns) = &raw.columns {
            if columns.len() > MAX_CHANNELS {
                return Err(self.error("frame.columns", format!("at most {MAX_CHANNELS}")));
            }
            copy(&mut spec.columns, columns);
        }
        Ok(spec)
    }

    fn escape(&self, raw: &RawFrame) -> Result<Escape, ProfileError> {
        let mut escape = Escape::default();
        if let Some(given) = &raw.escape {
            if given.start.is_empty() || given.end.is_empty() || given.start.len() > 8 || given.end.len() > 8 {
                return Err(self.error("frame.escape", "start and end have 1 to 8 bytes each"));
            }
            copy(&mut escape.start, &given.start);
            copy(&mut escape.end, &given.end);
            escape.start_len = given.start.len() as u8;
            escape.end_len = given.end.len() as u8;
            escape.max = given.max;
        }
        Ok(escape)
    }

    /// A key that means nothing to this kind of frame is a mistake, not a comment.
    fn only_its_keys(&self, raw: &RawFrame) -> Result<(), ProfileError> {
        let binary = [
            ("length", raw.length.is_some()),
            ("lengths", raw.lengths.is_some()),
            ("length_fixed", raw.length_fixed.is_some()),
            ("length_per_channel", raw.length_per_channel.is_some()),
            ("sync", !raw.sync.is_empty()),
            ("sync_mask", !raw.sync_mask.is_empty()),
            ("check", !raw.check.is_empty()),
            ("trailer", !raw.trailer.is_empty()),
            ("counter", raw.counter.is_some()),
            ("checksum", raw.checksum.is_some()),
            ("timestamp", raw.timestamp.is_some()),
        ];
        let flagged = [("bytes_per_channel", raw.bytes_per_channel.is_some()), ("escape", raw.escape.is_some())];
        let text = [
            ("terminator", raw.terminator.is_some()),
            ("separators", raw.separators.is_some()),
            ("labels", raw.labels.is_some()),
            ("fields", raw.fields.is_some()),
            ("max_line", raw.max_line.is_some()),
            ("skip_first", raw.skip_first.is_some()),
            ("number", raw.number.is_some()),
            ("comment", raw.comment.is_some()),
            ("columns", raw.columns.is_some()),
            ("counter_modulus", raw.counter_modulus.is_some()),
        ];
        let codec = [("codec", raw.codec.is_some())];
        let message = [("message_kind", raw.message_kind.is_some())];
        let foreign: Vec<&[(&str, bool)]> = match raw.kind {
            Kind::Text => vec![&binary, &flagged, &codec, &message],
            Kind::MsbFlag => vec![&binary, &text, &codec, &message],
            Kind::Fixed => vec![&flagged, &text, &codec, &message],
            Kind::Cobs | Kind::Slip => vec![&flagged, &text, &codec],
            Kind::Builtin => vec![&flagged, &text, &message],
        };
        match foreign.into_iter().flatten().find(|(_, given)| *given) {
            Some((key, _)) => {
                let kind = format!("{:?}", raw.kind).to_lowercase();
                Err(self
                    .error(&format!("frame.{key}"), format!("does not apply to frames of kind {kind}; leave it out")))
            }
            None => Ok(()),
        }
    }
}

/// Copies what fits; lengths were checked before.
fn copy<T: Copy>(to: &mut [T], from: &[T]) {
    for (slot, value) in to.iter_mut().zip(from) {
        *slot = *value;
    }
}
