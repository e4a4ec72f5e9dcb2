//! The built-in devices' layouts as constants: what firmware uses without TOML. A test holds them equal to the profiles.

#![expect(clippy::indexing_slicing, reason = "const evaluation has no `get_mut`; every index is below a capacity")]

use crate::checksum::{Checksum, ChecksumKind};
use crate::field::{Endian, Field, Segment};
use crate::layout::{
    Check, Clock, Counter, Escape, Framing, Layout, MAX_CHANNELS, MsbFlagSpec, NumberStyle, Record, TextSpec,
};

const fn base(framing: Framing, channels: u8, confirm: u8) -> Layout {
    Layout { framing, record: Record::EMPTY, channels, lengths: [0; MAX_CHANNELS], confirm }
}

const fn check(mut layout: Layout, at: i16, mask: u8, value: u8) -> Layout {
    layout.record.checks[layout.record.check_count as usize] = Check { at, mask, value };
    layout.record.check_count += 1;
    layout
}

const fn counter(mut layout: Layout, field: Field, modulus: u64) -> Layout {
    layout.record.counter = Some(Counter { field, modulus, step: 1 });
    layout
}

/// `count` channels of whole bytes, one after the other.
const fn channels(mut layout: Layout, at: i16, count: usize, bytes: u8, endian: Endian, signed: bool) -> Layout {
    let mut i = 0;
    while i < count {
        layout.record.channels[i] = Field::int(at + i as i16 * bytes as i16, bytes, endian, signed);
        i += 1;
    }
    layout
}

const fn aux(mut layout: Layout, field: Field) -> Layout {
    layout.record.aux[layout.record.aux_count as usize] = field;
    layout.record.aux_count += 1;
    layout
}

/// Lengths `fixed + n · each` for n = 1..=count channels.
const fn lengths(mut layout: Layout, count: usize, fixed: u16, each: u16) -> Layout {
    let mut i = 0;
    while i < count {
        layout.lengths[i] = fixed + each * (i as u16 + 1);
        i += 1;
    }
    layout
}

const fn one_length(mut layout: Layout, length: u16) -> Layout {
    layout.lengths[layout.channels as usize - 1] = length;
    layout
}

/// The project's own frame: COBS, CRC-32, u16 counter, µs clock, 2 × i16 (1 to 32 channels by the block's length).
pub const TONUS_COBS: Layout = {
    let mut layout = counter(base(Framing::Cobs, 2, 1), Field::int(1, 2, Endian::Little, false), 1 << 16);
    layout = check(layout, 0, 0xFF, 1);
    layout.record.clock = Some(Clock { field: Field::int(3, 4, Endian::Little, false), tick_us: 1 });
    layout.record.checksum = Some(Checksum { kind: ChecksumKind::Crc32, at: -4, endian: Endian::Little, from: 0 });
    layout.record.message_kind = Some(0);
    lengths(channels(layout, 7, MAX_CHANNELS, 2, Endian::Little, true), MAX_CHANNELS, 11, 2)
};

/// Numbers as Arduino sketches print them.
pub const ARDUINO_TEXT: Layout = base(Framing::Text(TextSpec::ARDUINO), 0, 3);

/// `MyoWare` RAW or ENV: one unsigned integer a line.
pub const MYOWARE: Layout = {
    let mut layout = base(Framing::Text(TextSpec { number: NumberStyle::Int, fields: 1, ..TextSpec::ARDUINO }), 1, 3);
    layout.record.range = Some((0, 65535));
    layout
};

/// Upside Down Labs Chords boards: `used` channels of an ADC with `bits` bits; 1 to 16 channels.
pub const fn chords(used: u8, bits: u8) -> Layout {
    let mut layout = check(check(base(Framing::Fixed, used, 2), 0, 0xFF, 0xC7), 1, 0xFF, 0x7C);
    layout = check(layout, -1, 0xFF, 0x01);
    layout = counter(layout, Field::int(2, 1, Endian::Big, false), 256);
    layout.record.range = Some((0, (1 << bits) - 1));
    lengths(channels(layout, 3, 16, 2, Endian::Big, false), 16, 4, 2)
}

/// Backyard Brains `SpikerBox` / `SpikerShield`, 1 to 6 channels.
pub const SPIKERBOX: Layout = {
    let escape = Escape {
        start: [0xFF, 0xFF, 1, 1, 0x80, 0xFF, 0, 0],
        start_len: 6,
        end: [0xFF, 0xFF, 1, 1, 0x81, 0xFF, 0, 0],
        end_len: 6,
        max: 512,
    };
    let spec = MsbFlagSpec { bytes_per_channel: 2, escape };
    lengths(base(Framing::MsbFlag(spec), 1, 1), 6, 0, 2)
};

const fn cyton_packet(framing: Framing, used: u8) -> Layout {
    let mut layout = check(check(base(framing, used, 3), 0, 0xFF, 0xA0), 32, 0xF0, 0xC0);
    layout = counter(layout, Field::int(1, 1, Endian::Big, false), 256);
    layout = channels(layout, 2, 8, 3, Endian::Big, true);
    let mut i = 0;
    while i < 3 {
        layout = aux(layout, Field::int(26 + i * 2, 2, Endian::Big, true));
        i += 1;
    }
    one_length(layout, 33)
}

/// `OpenBCI` Cyton, 8 channels.
pub const OPENBCI_CYTON: Layout = cyton_packet(Framing::Fixed, 8);

/// `OpenBCI` Cyton with Daisy, 16 channels.
pub const OPENBCI_CYTON_DAISY: Layout = cyton_packet(Framing::CytonDaisy, 16);

/// Olimex SHIELD-EKG-EMG and `OpenEEG` P2, 6 channels.
pub const OPENEEG_P2: Layout = {
    let mut layout = check(check(check(base(Framing::Fixed, 6, 2), 0, 0xFF, 0xA5), 1, 0xFF, 0x5A), 2, 0xFF, 2);
    layout = counter(layout, Field::int(3, 1, Endian::Big, false), 256);
    layout.record.range = Some((0, 1023));
    layout = aux(check(layout, 16, 0xF0, 0), bits([at(16, 3, 0)]));
    one_length(channels(layout, 4, 6, 2, Endian::Big, false), 17)
};

const fn bits<const N: usize>(segments: [Segment; N]) -> Field {
    match Field::bits(&segments, false) {
        Some(field) => field,
        None => Field::NONE,
    }
}

const fn at(byte: i16, hi: u8, lo: u8) -> Segment {
    Segment { byte, hi, lo }
}

/// `BITalino` ((r)evolution), 1 to 6 channels; the inputs and outputs I1 I2 O1 O2 are auxiliary.
pub const fn bitalino(used: u8) -> Layout {
    let mut layout = counter(base(Framing::Fixed, used, 3), bits([at(-1, 7, 4)]), 16);
    layout.record.checksum = Some(Checksum { kind: ChecksumKind::Crc4Bitalino, at: -1, endian: Endian::Big, from: 0 });
    layout.record.channels[0] = bits([at(-2, 3, 0), at(-3, 7, 2)]);
    layout.record.channels[1] = bits([at(-3, 1, 0), at(-4, 7, 0)]);
    layout.record.channels[2] = bits([at(-5, 7, 0), at(-6, 7, 6)]);
    layout.record.channels[3] = bits([at(-6, 5, 0), at(-7, 7, 4)]);
    layout.record.channels[4] = bits([at(-7, 3, 0), at(-8, 7, 6)]);
    layout.record.channels[5] = bits([at(-8, 5, 0)]);
    let mut bit = 7;
    while bit >= 4 {
        layout = aux(layout, bits([at(-2, bit, bit)]));
        bit -= 1;
    }
    let known = [3, 4, 6, 7, 8, 8];
    let mut i = 0;
    while i < known.len() {
        layout.lengths[i] = known[i];
        i += 1;
    }
    layout
}

/// `FreeEEG32`, 32 channels, frames of 106 bytes.
pub const FREEEEG32: Layout = {
    let mut layout = check(check(base(Framing::Fixed, 32, 3), 0, 0xFF, 0xA0), -1, 0xFF, 0xC0);
    layout = counter(layout, Field::int(1, 1, Endian::Big, false), 256);
    one_length(channels(layout, 2, 32, 3, Endian::Big, true), 106)
};

/// `NeuroPawn` Knight, 8 channels; the lead-off bits of the positive and negative inputs are auxiliary.
pub const NEUROPAWN_KNIGHT: Layout = {
    let mut layout = check(check(base(Framing::Fixed, 8, 3), 0, 0xFF, 0xA0), -1, 0xFF, 0xC0);
    layout = counter(layout, Field::int(1, 1, Endian::Big, false), 256);
    layout = aux(aux(layout, Field::int(18, 1, Endian::Big, false)), Field::int(19, 1, Endian::Big, false));
    one_length(channels(layout, 2, 8, 2, Endian::Big, true), 21)
};
