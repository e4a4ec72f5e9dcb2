"""Surface EMG from motor units: recruitment by size, rate coding, potentials by depth (R29 in docs/REFERENCES.md).

Signals are in units of a person's own floor: 1 is what the electrodes give when no unit fires. The expected power of the units
follows from their rates and the energy of their potentials (Campbell's theorem), so a wanted level is met without fitting, and
the truth is known without looking at the signal.
"""
import numpy as np
from scipy import signal

UNITS = 120
RECRUITMENT_RANGE = 30.0   # threshold of the last unit over that of the first
LAST_RECRUITED = 0.7       # excitation at which the last unit begins
SIZE_RANGE = 60.0          # amplitude of the largest unit over that of the smallest, at one depth
RATE = (8.0, 35.0, 25.0)   # Hz: the first discharge; the most of the smallest unit, and of the largest
INTERVAL_CV = 0.2
DEPTH_MM = (5.0, 25.0)     # of a unit's centre below the electrodes


def potential(t, width):
    """A unit's potential between two electrodes: three phases, without a mean. Its energy is 3/4 * sqrt(pi) * width."""
    x = (t / width) ** 2
    return (1 - x) * np.exp(-x / 2)


class Muscle:
    """Units of one muscle. Deep ones are small and slow: 1.2 ms wide near the skin, 3 ms at the bottom."""

    def __init__(self, rng, units=UNITS):
        order = np.arange(1, units + 1) / units
        self.threshold = LAST_RECRUITED * RECRUITMENT_RANGE ** (order - 1)
        self.highest = np.interp(order, [0, 1], RATE[1:])
        depth = rng.uniform(*DEPTH_MM, units)
        self.width = 1e-3 * np.interp(depth, DEPTH_MM, [1.2, 3.0])
        self.amplitude = SIZE_RANGE ** order * (DEPTH_MM[0] / depth) ** 1.5 * rng.choice([-1, 1], units)
        self.energy = self.amplitude**2 * 0.75 * np.sqrt(np.pi) * self.width
        self.grid = np.linspace(0, 1, 2001)
        self.power = np.array([self.rates(e) @ self.energy for e in self.grid])

    def rates(self, excitation):
        """Discharges per second of every unit."""
        slope = (self.highest - RATE[0]) / (1 - self.threshold)
        rate = np.minimum(RATE[0] + slope * (excitation - self.threshold), self.highest)
        return np.where(excitation >= self.threshold, rate, 0.0)

    def signal(self, rng, power, fs, share=0.35):
        """EMG whose expected power follows `power`, 1 sample each; `share` is the excitation at the largest power."""
        unit = np.interp(share, self.grid, self.power) / max(power.max(), 1e-12)
        excitation = np.interp(power * unit, self.power, self.grid)
        out = np.zeros(len(power))
        for n, threshold in enumerate(self.threshold):
            if threshold > excitation.max():
                break
            slope = (self.highest[n] - RATE[0]) / (1 - threshold)
            rate = np.minimum(RATE[0] + slope * (excitation - threshold), self.highest[n])
            fire(out, rng, np.where(excitation >= threshold, rate, 0.0), self.width[n], self.amplitude[n], fs)
        return out / np.sqrt(unit)


def fire(out, rng, rate, width, amplitude, fs):
    """Adds the potentials of a unit that discharges at `rate`, with irregular intervals."""
    phase = np.cumsum(rate) / fs
    steps = np.maximum(0.3, 1 + INTERVAL_CV * rng.standard_normal(int(phase[-1] * 1.5) + 10))
    marks = np.cumsum(steps) - rng.uniform(0, 1)
    marks = marks[(marks > 0) & (marks < phase[-1])]
    at = np.interp(marks, phase, np.arange(len(phase)))
    reach = int(np.ceil(4 * width * fs))
    index = np.round(at).astype(int)[:, None] + np.arange(-reach, reach + 1)
    value = amplitude * potential((index - at[:, None]) / fs, width)
    inside = (index >= 0) & (index < len(out))
    out += np.bincount(index[inside], weights=value[inside], minlength=len(out))


def few_units(rng, level, units, fs):
    """Tone of so many units at 7 to 10 Hz each, on a floor of 1: `level` is the ratio to the floor, 1 where they are silent."""
    power = np.maximum(level**2 - 1, 0)
    out = np.zeros(len(level))
    for _ in range(units):
        width = 1e-3 * rng.uniform(1.2, 3.0)
        rate = rng.uniform(7, 10)
        one = np.zeros(len(level))
        fire(one, rng, np.where(power > 0, rate, 0.0), width, 1.0, fs)
        out += one / np.sqrt(units * rate * 0.75 * np.sqrt(np.pi) * width)
    return out * np.sqrt(power)


def shaped(rng, n, fs, band=(40, 180), law="gauss"):
    """Noise of power 1 with the spectrum of muscle (R15): `band` are its corners; or `white`, or of heavy tails."""
    if law == "laplace":
        white = rng.laplace(size=n + fs)
    elif law == "student":
        white = rng.standard_t(5, n + fs)
    else:
        white = rng.standard_normal(n + fs)
    if law != "white":
        low, high = band
        high = min(high, 0.45 * fs)
        white = signal.sosfilt(signal.butter(1, low, "highpass", fs=fs, output="sos"), white)
        white = signal.sosfilt(signal.butter(2, high, "lowpass", fs=fs, output="sos"), white)
    white = white[fs:]
    return white / white.std()
