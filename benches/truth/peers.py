"""What one would use instead, on the same samples and the same window of rest: published rules for `active`, with their usual filters."""
import numpy as np
from scipy import signal


def band(samples, fs, low_hz=20):
    """20 to 450 Hz (or as far as the rate goes), notches at 50 Hz and twice and three times that, none of it looking ahead."""
    out = signal.sosfilt(signal.butter(2, [low_hz, min(450, 0.45 * fs)], "band", fs=fs, output="sos"), samples - samples[0])
    for hz in (50, 100, 150):
        if hz < 0.45 * fs:
            out = signal.lfilter(*signal.iirnotch(hz, hz / 5, fs), out)
    return out


def moving_rms(samples, fs, seconds):
    """Root mean square over the time up to each sample."""
    n = max(int(seconds * fs), 1)
    sums = np.r_[np.zeros(n), np.cumsum(samples**2)]
    return np.sqrt(np.maximum(sums[n:] - sums[:-n], 0) / n)


def mean_3sd(samples, fs, rest):
    """Rectified, low-pass 10 Hz, above mean + 3 SD of rest."""
    envelope = signal.sosfilt(signal.butter(2, 10, fs=fs, output="sos"), np.abs(band(samples, fs)))
    return envelope > envelope[rest].mean() + 3 * envelope[rest].std()


def bonato(samples, fs, rest, first=7.74, r0=1, m=5, hold_s=0.03):
    """Double threshold on whitened pairs of samples (R19), false alarms of 5 % a pair of five."""
    y = band(samples, fs)
    # Whitening of order 4, fitted to rest.
    r = np.array([np.dot(y[rest][: len(y[rest]) - k], y[rest][k:]) for k in range(5)])
    a = np.linalg.solve(np.array([[r[abs(i - j)] for j in range(4)] for i in range(4)]) + 1e-6 * r[0] * np.eye(4), r[1:])
    white = signal.lfilter(np.r_[1, -a], 1, y)
    power = (white[1:] ** 2 + white[:-1] ** 2) / max(white[rest].var(), 1e-30)
    above = np.r_[0, power > first]
    hits = np.convolve(above, np.ones(m), "full")[: len(above)] > r0
    n = int(hold_s * fs)
    # Shorter pauses and shorter activity than the hold do not count.
    closed = np.convolve(hits, np.ones(n), "full")[: len(hits)] > 0
    return np.convolve(closed, np.ones(n), "full")[: len(hits)] >= n


def rms_mad(samples, fs, rest):
    """RMS over 100 ms, on at median + 5 and off at median + 3 robust deviations: the prototype this detector grew from."""
    level = moving_rms(band(samples, fs), fs, 0.1)
    middle = np.median(level[rest])
    spread = 1.4826 * np.median(np.abs(level[rest] - middle))
    on, off = max(middle + 5 * spread, 1.35 * middle), max(middle + 3 * spread, 1.2 * middle)
    out, active = np.zeros(len(level), bool), False
    for n, value in enumerate(level):
        active = value > (off if active else on)
        out[n] = active
    return out


PEERS = {"mean + 3 SD": mean_3sd, "Bonato": bonato, "RMS, median + 5/3 MAD": rms_mad}
