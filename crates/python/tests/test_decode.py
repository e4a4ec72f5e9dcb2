"""Bytes of a sensor."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

import tonus


def frame(seq: int, values: tuple[int, ...]) -> bytes:
    """A frame of `tonus-cobs`, as `docs/DEVICES.md` tells a maker to send it."""
    body = struct.pack(f"<BHI{len(values)}h", 1, seq & 0xFFFF, (seq * 1000) & 0xFFFFFFFF, *values)
    body += struct.pack("<I", zlib.crc32(body))
    out, block = bytearray(), bytearray()
    for byte in body:
        if byte:
            block.append(byte)
        else:
            out += bytes([len(block) + 1]) + block
            block.clear()
    return bytes(out + bytes([len(block) + 1]) + block + b"\0")


def test_the_worked_frame_of_the_format():
    data = bytes.fromhex("03012A0440420F026407 9CFF92A39BBD00".replace(" ", ""))
    decoded = tonus.decode(data, "tonus-cobs")
    assert decoded.counts.tolist() == [[100, -100]] and decoded.counts.dtype == np.int32
    assert decoded.device_us.tolist() == [1_000_000] and decoded.channels == ["ch1", "ch2"]
    assert decoded.rate_hz == 1000.0 and decoded.stats["frames"] == 1 and decoded.gaps == []


def test_lost_and_damaged_frames_become_gaps_and_the_digest_is_that_of_the_counts(tmp_path):
    random = np.random.default_rng(5)
    level = np.where((np.arange(20_000) > 9000) & (np.arange(20_000) < 14_000), 200, 20)
    counts = np.round(random.standard_normal((20_000, 2)) * level[:, None] + 400).astype(np.int16)
    frames = [frame(n, tuple(int(value) for value in row)) for n, row in enumerate(counts)]
    lost = set(range(5000, 5100)) | {16_000}
    frames[16_000] = frames[16_000][:6] + bytes([frames[16_000][6] ^ 4]) + frames[16_000][7:]
    data = b"".join(one for n, one in enumerate(frames) if n == 16_000 or n not in lost)
    file = tmp_path / "bytes.bin"
    file.write_bytes(data)
    decoded = tonus.decode(file, "tonus-cobs")
    kept = np.delete(counts, sorted(lost), axis=0)
    assert (decoded.counts == kept).all()
    assert decoded.gaps == [(5000, 100), (15_900, 1)] and decoded.stats["lost"] == 101
    assert decoded.index[-1] == 19_999 and len(decoded.index) == len(kept)
    analysis = tonus.analyze(decoded, unit="counts", baseline=(5.5, 8.5))
    again = tonus.analyze(kept, rate_hz=1000, unit="counts", gaps=decoded.gaps, baseline=(5.5, 8.5))
    assert analysis.digest == again.digest
    assert analysis.summary["input"]["frames_missing"] == 101 and analysis.summary["input"]["file"] == "tonus-cobs"


def test_any_split_gives_the_same_and_text_sensors_are_read():
    text = b"".join(b"%d\r\n" % (500 + n % 7) for n in range(300))
    decoded = tonus.decode(text, "arduino-text")
    assert decoded.counts.shape[1] == 1 and decoded.counts.dtype == np.float64 and len(decoded.counts) > 250
    assert decoded.device_us is None


def test_what_is_unknown_is_named():
    known = {device["id"] for device in tonus.devices()}
    assert len(known) >= 22 and "openbci-cyton" in known
    with pytest.raises(tonus.ConfigError, match="give a profile file or one of tonus-cobs"):
        tonus.decode(b"", "no-such-device")
    with pytest.raises(tonus.ReadError, match="No such file"):
        tonus.decode("no-such-file.bin", "tonus-cobs")
    empty = tonus.decode(b"", "tonus-cobs")
    assert empty.counts.shape == (0, 2) and empty.stats["bytes"] == 0
    with pytest.raises(tonus.TonusError):
        tonus.analyze(empty, unit="counts")
