#!/usr/bin/env python3
"""Writes hostile files as seeds of the fuzz targets: python3 fuzz/hostile.py [FOLDER], by default fuzz/corpus.

Each is one of a kind that was once an attack: gaps that amplify, headers that claim much, bombs, names that steer, a sensor that
changes its mind. Those of journals come from `cargo bench -p tonus-record --bench hostile_journals -- FOLDER 2000`.
"""

import gzip
import io
import json
import pathlib
import struct
import sys
import zipfile
import zlib

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus")
STEERING = "a\x1b]0;x\x07\u202e\u2066\x9b31m"


def seed(target, name, data):
    place = FOLDER / target
    place.mkdir(parents=True, exist_ok=True)
    (place / f"hostile_{name}").write_bytes(data if isinstance(data, bytes) else data.encode())


def edf(label="EMG x", kind="EDF+D", records=None, duration="1", signals=None, starts=(0, 1), phys=("-100", "100"), digital=("-32768", "32767"), count=10, bdf=False):
    """Two signals: EMG and annotations; a record for each start, in seconds or as it is written."""
    text = lambda value, width: str(value)[:width].ljust(width).encode("latin-1", "replace")
    width = 3 if bdf else 2
    labels = [label, "BDF Annotations" if bdf else "EDF Annotations"]
    head = (b"\xffBIOSEMI" if bdf else text("0", 8)) + text("X X X X", 80) + text("Startdate X X X X", 80) + text("01.01.85", 8) + text("00.00.00", 8)
    head += text(256 * 3, 8) + text(kind, 44) + text(len(starts) if records is None else records, 8) + text(duration, 8)
    head += text(2 if signals is None else signals, 4)
    for values, size in [
        (labels, 16), (["", ""], 80), (["uV", ""], 8), ([phys[0], "-1"], 8), ([phys[1], "1"], 8),
        ([digital[0], "-32768"], 8), ([digital[1], "32767"], 8), (["", ""], 80), ([count, 16], 8), (["", ""], 32),
    ]:
        head += b"".join(text(value, size) for value in values)
    body = b""
    for start in starts:
        samples = b"".join((n * 37 % 101).to_bytes(width, "little") for n in range(min(int(count) if str(count).isdigit() else 0, 200)))
        body += samples + (f"+{start}\x14\x14\0".encode()).ljust(16 * width, b"\0")[: 16 * width]
    return head + body


def edf_files():
    yield "gap_of_a_day", edf(starts=(0, 86399))
    yield "gaps_of_a_day", edf(starts=tuple(86399 * n for n in range(8)))
    yield "gap_of_an_age", edf(starts=(0, 10**15))
    yield "stamps_back", edf(starts=(0, 5, 2, 1, 9, 0))
    yield "stamps_that_are_none", edf(starts=("1e308", "nan", "-1e9", "0x10"))
    yield "stamps_jump_in_a_continuous_file", edf(kind="EDF+C", starts=(0, 48, 96))
    for name, options in {
        "records_many": {"records": "99999999"}, "records_below_0": {"records": "-1"}, "signals_many": {"signals": "9999"},
        "signals_below_0": {"signals": "-1"}, "samples_many": {"count": "99999999"}, "samples_none": {"count": "0"},
        "duration_none": {"duration": "0"}, "duration_tiny": {"duration": "1e-300"}, "duration_huge": {"duration": "1e300"},
        "range_equal": {"phys": ("5", "5")}, "range_turned": {"phys": ("100", "-100")}, "range_infinite": {"phys": ("-1e999", "1e999")},
        "digital_wide": {"digital": ("-8388608", "8388607")}, "digital_equal": {"digital": ("0", "0")}, "label_steers": {"label": STEERING},
        "bdf": {"bdf": True, "digital": ("-8388608", "8388607")}, "bdf_gaps": {"bdf": True, "starts": (0, 604800, 1209600)},
    }.items():
        yield name, edf(**options)


def tables():
    rows = lambda step: [f"{n * step:.6f},{n * 37 % 101}" for n in range(60)]
    yield "extra_cell_in_one_of_five", "time_s,emg_uv\n" + "\n".join(row + ",1" * (n % 5 == 4) for n, row in enumerate(rows(0.001)))
    yield "decimal_comma_in_one_of_ten", "time_s,emg_uv\n" + "\n".join(row.replace(".", ",", 1) if n % 10 == 9 else row for n, row in enumerate(rows(0.001)))
    yield "jumps_of_a_day", "time_s,emg_uv\n" + "\n".join(f"{(n // 3) * 86399 + n % 3 * 0.001},{n}" for n in range(60))
    yield "jumps_grow", "time_s,emg_uv\n" + "\n".join(f"{n * 0.001 if n % 4 else 10 ** (n % 18)},{n}" for n in range(60))
    yield "numbers_beyond", "time_s,emg_uv\n" + "\n".join(f"{n * 0.001},{value}" for n, value in enumerate(["1e308", "-1e308", "1e39", "nan", "inf", "1e-320", "9" * 300] * 6))
    yield "names_steer", f"time_s,{STEERING}_uv,=cmd|x,+1,@x\n" + "\n".join(f"{n / 1000},{n},{n},{n},{n}" for n in range(40))
    yield "names_without_end", "time_s," + "emg_uv" * 300 + "\n0,1\n0.001,2\n"
    yield "columns_many", "time_s" + ",emg_uv" * 400 + "\n" + "0" + ",1" * 400
    yield "quotes_open", 'time_s,"emg_uv\n0,1\n' + '"\n' * 50
    yield "nul", b"time_s,emg_uv\n" + b"\0" * 500 + b"\n0,1\n"
    yield "utf16", "time_s,emg_uv\n0,1\n0.001,2\n".encode("utf-16")
    yield "units_of_three_kinds", "time_s,emg (mV),emg_uv\ns,V,counts\n" + "\n".join(rows(0.001))
    yield "rates_that_contradict", "# Sample Rate = 250 Hz\n# Sampling Rate (Hz):= 1000\ntime_s,emg_uv\n" + "\n".join(rows(0.002))
    yield "clock_that_turns", "time_ms,emg_uv\n" + "\n".join(f"{(4294967290 + n) % 2**32},{n}" for n in range(60))


def session(**changed):
    info = {
        "schema_version": 1, "tonus_version": "0.1.0", "finalised": True, "started_unix_s": 1.5,
        "device": {"id": "x", "name": "x", "port": "p"}, "rate": {"hz": 1000.0, "source": "profile"},
        "scale": [{"channel": "ch1", "unit": "counts", "uv_per_unit": 0.5, "scaled": True}], "anchor": [500.0],
        "config": {"kind": "raw", "mains": "auto", "profile": "limb", "cues": "none", "calibration": "cues"}, "events": [],
    }
    for key, value in changed.items():
        *path, last = key.split("__")
        at = info
        for part in path:
            at = at[int(part)] if isinstance(at, list) else at[part]
        at[last] = value
    return json.dumps(info)


def sessions():
    yield "names_steer", session(scale=[{"channel": name, "unit": "uV", "uv_per_unit": 1.0, "scaled": True} for name in (STEERING, "=1+1", "a,b\"c\n")], anchor=[0.0] * 3)
    yield "scale_zero", session(scale__0__uv_per_unit=0.0)
    yield "scale_below_0", session(scale__0__uv_per_unit=-1.0)
    yield "rails_turned", session(scale__0__rails=[5.0, -5.0])
    yield "rate_huge", session(rate__hz=1e300)
    yield "mains_55", session(config__mains="55")
    yield "profile_pelvis", session(config__profile="pelvis")
    yield "ratios", session(config__on_ratio=0.0, config__off_ratio=-1.0)
    yield "anchors_many", session(anchor=[1.0] * 200)
    yield "channels_many", session(scale=[{"channel": "c", "unit": "uV", "uv_per_unit": 1.0, "scaled": True}] * 70, anchor=[0.0] * 70)
    yield "events_many", session(events=[{"n": 2**64 - 1, "t_s": 1e300, "event": "x", "text": ""}] * 60)
    yield "deep", "[" * 2000
    yield "commands", session(program={"name": "p", "toml": "t", "commands": [{"n": 0, "input": "pace", "breaths_per_min": 1e308}, {"n": 0, "input": "start"}]})


def cobs(data):
    out, block = bytearray(), bytearray()
    for byte in data + b"\0":
        if byte == 0 or len(block) == 254:
            out += bytes([len(block) + 1]) + block
            block = bytearray() if byte == 0 else bytearray([byte])
        else:
            block.append(byte)
    return bytes(out) + b"\0"


def wire():
    """A frame of the stream, then what a sensor says of itself, then frames of another width."""
    def frame(n, channels):
        payload = struct.pack("<BHI", 1, n % 65536, n * 1000 % 2**32) + struct.pack(f"<{channels}h", *[n % 100] * channels)
        return cobs(payload + struct.pack("<I", zlib.crc32(payload)))

    def hello(text):
        payload = b"\0" + text.encode()
        return cobs(payload + struct.pack("<I", zlib.crc32(payload)))

    frames = b"".join(frame(n, 2) for n in range(10))
    for n, said in enumerate([
        '{"tonus":1,"channels":2,"rate_hz":1000,"uv_per_count":50}', '{"tonus":1,"channels":0,"rate_hz":0,"uv_per_count":0}',
        '{"tonus":1,"channels":65535,"rate_hz":1e308,"uv_per_count":1e999}', '{"tonus":1,"channels":-1,"rate_hz":-1,"uv_per_count":-1}',
        '{"tonus":1' + ',"rate_hz":1' * 40 + "}", '{"tonus":' + "[" * 200, STEERING,
    ]):
        yield f"hello_{n}", frames + hello(said) + frames
    yield "other_width", frames + b"".join(frame(n, 4) for n in range(10))
    yield "begins_in_a_frame", frames[5:]
    yield "counter_jumps", b"".join(frame(n, 2) for n in (0, 1, 30000, 2, 65535, 0))


def zipped(name, data, method=zipfile.ZIP_DEFLATED, times=1):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for n in range(times):
            archive.writestr(f"{n}{name}", data)
    return out.getvalue()


def archives():
    table = "time_s,emg_uv\n" + "\n".join(f"{n / 1000},{n * 37 % 101}" for n in range(100))
    bomb = gzip.compress(b"0\n" * (1 << 19), 9)
    yield "gzip_bomb", bomb
    yield "gzip_in_gzip", gzip.compress(gzip.compress(table.encode()))
    yield "gzip_twice", gzip.compress(table[:200].encode()) + gzip.compress(table[200:].encode())
    yield "gzip_cut", gzip.compress(table.encode())[:-9]
    yield "gzip_wrong_sum", gzip.compress(table.encode())[:-8] + b"\0" * 8
    yield "zip", zipped("a.csv", table)
    yield "zip_of_many", zipped("a.csv", "0,1\n", times=20)
    yield "zip_leads_out", zipped("../../etc/passwd", table)
    yield "zip_bomb", zipped("a.csv", "0\n" * (1 << 19))
    lies = bytearray(zipped("a.csv", table))
    lies[18:26] = b"\xff" * 8
    yield "zip_lengths_lie", bytes(lies)


def main():
    for name, data in edf_files():
        seed("edf_read", name, data)
    for name, data in tables():
        data = data if isinstance(data, bytes) else data.encode()
        seed("csv_import", name, b"\x02" + data)
        seed("importer_any", name, b"\x02\xff" + data)
    for name, data in sessions():
        seed("session_json", name, data)
    for name, data in wire():
        # The first layout is that of tonus-cobs.
        seed("frame_decode", name, b"\0\0" + data)
    for name, data in archives():
        seed("packed_import", name, b"\x02\x02" + data)
    for kind in range(8):
        seed("wav_read", f"lengths_lie_{kind}", bytes([0, kind | 16, 255]) + bytes(range(256)))
        seed("wav_read", f"chunks_lie_{kind}", bytes([0, kind | 8, 2]) + b"fmt \x10\0\0\0\x01\0\xff\xff\x10\x27\0\0\0\0\0\0\0\0\xff\xff" + b"data\xff\xff\xff\xff" + bytes(100))
    for way in range(6):
        jumps = b"".join(struct.pack("<h", value) for value in [0, 0, 0x7FFF, 0, -0x8000, 0x00FF, 0x7FFF, -1] * 12)
        seed("time_axis", f"jumps_{way}", bytes([0, way]) + jumps)
        seed("time_axis", f"jumps_with_a_rate_{way}", bytes([1, way]) + jumps)
    for name, text in {
        "name_steers": f'id = "x"\nname = "{STEERING}"\n[[channels]]\nname = "{STEERING}"\n',
        "repeat_many": 'id = "x"\nname = "x"\n[[channels]]\nname = "a"\nrepeat = 99999999\n',
        "scale_none": 'id = "x"\nname = "x"\n[[channels]]\nname = "a"\n[channels.scale]\nuv_per_count = 0\n',
        "deep": "a = " + "[" * 1500,
    }.items():
        seed("profile_toml", name, text)
    for name, text in {
        "numbers_beyond": "\n".join(["1e308,2", "9" * 400 + ",1", "nan,inf", "-0,1e-320"]) + "\n",
        "labels_steer": f"{STEERING}:1,=x:2\n" * 5,
        "line_without_end": "1," * 2000,
    }.items():
        seed("text_line", name, b"\0\xff\0" + text.encode())


main()
