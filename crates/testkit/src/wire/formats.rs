//! What is tested: the built-in formats and some of their own kind.

use tonus_wire::Layout;
use tonus_wire::checksum::{Checksum, ChecksumKind};
use tonus_wire::field::{Endian, Field};
use tonus_wire::layout::{Check, Counter, Framing, Labels, MAX_CHANNELS, NumberStyle, Record, Terminator, TextSpec};
use tonus_wire::profile::DeviceProfile;

/// Every built-in layout, and some that no built-in device uses.
pub fn layouts() -> Vec<(String, Layout)> {
    let mut all: Vec<_> =
        DeviceProfile::all().into_iter().map(|profile| (profile.id.clone(), profile.layout)).collect();
    all.push(("slip-crc16".into(), slip_crc16()));
    all.push(("fixed-crc16".into(), fixed_crc16()));
    let crlf = TextSpec { terminator: Terminator::CrLf, fields: 3, max_line: 40, ..TextSpec::ARDUINO };
    let text = |spec: TextSpec, channels| Layout {
        framing: Framing::Text(spec),
        record: Record::EMPTY,
        channels,
        lengths: [0; MAX_CHANNELS],
        confirm: 2,
    };
    all.push(("text-crlf".into(), text(crlf, 3)));
    let hex = TextSpec { number: NumberStyle::Hex, labels: Labels::Never, skip_first: false, ..TextSpec::ARDUINO };
    all.push(("text-hex".into(), text(hex, 0)));
    all
}

/// The tonus payload with CRC-16, in SLIP: the reference's worked example.
pub fn slip_crc16() -> Layout {
    let mut layout = tonus_wire::builtin::TONUS_COBS;
    layout.framing = Framing::Slip;
    layout.lengths = [0; MAX_CHANNELS];
    layout.lengths[1] = 13;
    layout.record.checksum =
        Some(Checksum { kind: ChecksumKind::Crc16Ibm3740, at: -2, endian: Endian::Little, from: 0 });
    layout
}

/// AA 55, counter, 4 × i24, CRC-16.
pub fn fixed_crc16() -> Layout {
    let mut record = Record::EMPTY;
    record.checks[0] = Check { at: 0, mask: 0xFF, value: 0xAA };
    record.checks[1] = Check { at: 1, mask: 0xFF, value: 0x55 };
    record.check_count = 2;
    record.counter = Some(Counter { field: Field::int(2, 2, Endian::Little, false), modulus: 1 << 16, step: 1 });
    record.checksum = Some(Checksum { kind: ChecksumKind::Crc16Modbus, at: -2, endian: Endian::Little, from: 2 });
    for channel in 0..4 {
        record.channels[channel] = Field::int(4 + 3 * channel as i16, 3, Endian::Big, true);
    }
    let mut lengths = [0; MAX_CHANNELS];
    lengths[3] = 18;
    Layout { framing: Framing::Fixed, record, channels: 4, lengths, confirm: 1 }
}
