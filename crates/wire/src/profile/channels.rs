//! `[[channels]]` and `[[aux]]`: names, fields, scales.

use super::raw::{RawChannels, RawScale};
use super::{Channel, ProfileError, Unit};
use crate::calibration::Scale;
use crate::field::{Endian, Field, Segment};

/// What the tables say.
pub(super) struct Expanded {
    pub channels: Vec<Channel>,
    pub fields: Vec<Field>,
    /// Channels in use unless told otherwise.
    pub used: usize,
    /// Widest range of all, where every table gives one.
    pub range: Option<(i32, i32)>,
}

pub(super) struct Reader<'a> {
    pub id: &'a str,
    /// `channels` or `aux`.
    pub table: &'static str,
    /// Whether entries have a place in a binary frame.
    pub placed: bool,
}

impl Reader<'_> {
    fn error(&self, key: &str, message: impl Into<String>) -> ProfileError {
        ProfileError { id: self.id.to_owned(), key: format!("{}.{key}", self.table), message: message.into() }
    }

    pub fn expand(&self, raw: Vec<RawChannels>) -> Result<Expanded, ProfileError> {
        let mut out = Expanded { channels: Vec::new(), fields: Vec::new(), used: 0, range: None };
        let ranges: Vec<_> = raw.iter().map(|entry| entry.range).collect();
        if ranges.iter().all(Option::is_some) {
            let low = ranges.iter().flatten().map(|range| range.0).min();
            out.range = low.zip(ranges.iter().flatten().map(|range| range.1).max());
        }
        if let Some((low, high)) = out.range.filter(|(low, high)| low >= high) {
            return Err(self.error("range", format!("[{low}, {high}] is empty; give the smaller number first")));
        }
        for entry in raw {
            let repeat = entry.repeat.unwrap_or(1);
            if !(1..=crate::layout::MAX_CHANNELS).contains(&repeat) {
                return Err(self.error("repeat", format!("{repeat}; give 1 to {}", crate::layout::MAX_CHANNELS)));
            }
            let used = entry.used.unwrap_or(repeat);
            if used > repeat {
                return Err(self.error("used", format!("{used} of {repeat} channels")));
            }
            out.used = out.used.saturating_add(used);
            let first = self.field(&entry)?;
            let mut scale = self.scale(entry.scale.as_ref())?;
            scale.0.rails = entry.saturate;
            for i in 0..repeat {
                let number = i.saturating_add(1);
                let name = if repeat == 1 { entry.name.clone() } else { format!("{}{number}", entry.name) };
                out.channels.push(Channel {
                    name,
                    role: entry.role.unwrap_or_default(),
                    unit: scale.1,
                    scale: scale.0,
                });
                if let Some(field) = first {
                    let stride = entry.stride.unwrap_or(i16::from(field.width()) / 8);
                    let offset = i16::try_from(i).ok().and_then(|i| stride.checked_mul(i));
                    out.fields.push(field.moved(offset.ok_or_else(|| self.error("stride", "too large"))?));
                }
            }
        }
        Ok(out)
    }

    fn field(&self, entry: &RawChannels) -> Result<Option<Field>, ProfileError> {
        if !self.placed {
            let keys =
                [("at", entry.at.is_some()), ("type", entry.kind.is_some()), ("segments", entry.segments.is_some())];
            return match keys.iter().find(|(_, given)| *given) {
                Some((key, _)) => Err(self.error(key, "this frame kind has no places; leave it out")),
                None => Ok(None),
            };
        }
        let field = field(entry.at, entry.kind.as_deref(), entry.segments.as_deref(), entry.signed.unwrap_or(false))
            .map_err(|(key, message)| self.error(key, message))?;
        if field.width() == 32 && !field.is_signed() {
            return Err(self.error("type", "counts are 32-bit integers with sign; use i32 or at most 31 bits"));
        }
        Ok(Some(field))
    }

    fn scale(&self, raw: Option<&RawScale>) -> Result<(Scale, Unit), ProfileError> {
        let Some(raw) = raw else { return Ok((Scale::COUNTS, Unit::Au)) };
        let offset_counts = raw.offset_counts.unwrap_or(0.0);
        let unit =
            raw.unit.unwrap_or(if raw.vref.is_none() && raw.uv_per_count.is_none() { Unit::Au } else { Unit::Uv });
        let scale = match (raw.uv_per_count, raw.vref, raw.full_scale_counts, raw.gain) {
            (Some(uv_per_count), None, None, None) => Scale { uv_per_count, offset_counts, rails: None },
            (None, Some(vref), Some(full), Some(gain)) => Scale::from_adc(vref, full, gain, offset_counts),
            (None, None, None, None) if unit == Unit::Au => Scale { offset_counts, ..Scale::COUNTS },
            _ => {
                let message = "give uv_per_count, or vref with full_scale_counts and gain, or unit = \"au\"";
                return Err(self.error("scale", message));
            }
        };
        if scale.uv_per_count.is_finite() && scale.uv_per_count > 0.0 {
            Ok((scale, unit))
        } else {
            Err(self.error("scale", format!("{} µV per count; it must be a positive number", scale.uv_per_count)))
        }
    }
}

/// A field from `at` and `type`, or from `segments`.
pub(super) fn field(
    at: Option<i16>,
    kind: Option<&str>,
    segments: Option<&[(i16, u8, u8)]>,
    signed: bool,
) -> Result<Field, (&'static str, String)> {
    match (at, kind, segments) {
        (Some(at), Some(kind), None) => {
            let known = "u8 i8 u16be u16le i16be i16le u24be u24le i24be i24le u32be u32le i32be i32le";
            let (bytes, rest) = match kind.get(1..).unwrap_or_default() {
                "8" => (1, "be"),
                rest => match rest.split_at_checked(2) {
                    Some(("16", order)) => (2, order),
                    Some(("24", order)) => (3, order),
                    Some(("32", order)) => (4, order),
                    _ => (0, ""),
                },
            };
            let endian = match rest {
                "be" => Some(Endian::Big),
                "le" => Some(Endian::Little),
                _ => None,
            };
            match (kind.as_bytes().first(), endian, bytes) {
                (Some(b'u' | b'i'), Some(endian), 1..=4) => Ok(Field::int(at, bytes, endian, kind.starts_with('i'))),
                _ => Err(("type", format!("`{kind}` is unknown; use one of {known}"))),
            }
        }
        (None, None, Some(list)) => {
            let list: Vec<_> = list.iter().map(|&(byte, hi, lo)| Segment { byte, hi, lo }).collect();
            let message = "give 1 to 4 of [byte, high bit, low bit], most significant first, 32 bits at most";
            Field::bits(&list, signed).ok_or_else(|| ("segments", message.to_owned()))
        }
        _ => Err(("at", "give either at and type, or segments".to_owned())),
    }
}
