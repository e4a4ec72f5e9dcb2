"""What docs/STATES.md defines, applied to a level that is known, and how an answer is scored against it."""
import numpy as np

REST, CONTROLLED, OVERACTIVE, INVALID = range(4)
CODE = {"rest": REST, "controlled": CONTROLLED, "overactive": OVERACTIVE, "invalid": INVALID}
TICK_S = 0.01
ACTIVE, LARGEST_REST, SMALLEST_WORK = 1.5, 1.25, 1.8
OVERSHOOT, GRACE, TONE, HIGH, FREE = 1.35, 200, 100, 50, 1000


def states(ratio, cue, reference=None):
    """True states per tick from the ratio to rest and the cues."""
    out = np.empty(len(ratio), int)
    releasing, rested, tone, high, free = False, 10**9, 0, 0, 0
    above = np.zeros(len(ratio), bool) if reference is None else ratio >= OVERSHOOT * reference
    for n, (active, asked) in enumerate(zip(ratio >= ACTIVE, cue)):
        high = high + 1 if above[n] else 0
        if asked in ("work", "reference"):
            releasing, rested, tone, free = active, 0, 0, 0
            out[n] = OVERACTIVE if high >= HIGH else CONTROLLED if active else REST
        elif asked in ("rest", "quiet"):
            rested, free, releasing = rested + 1, 0, releasing and active
            tone = tone + 1 if active and not releasing else 0
            if releasing:
                out[n] = CONTROLLED if rested <= GRACE else OVERACTIVE
            else:
                out[n] = OVERACTIVE if tone >= TONE else REST
        else:
            releasing, tone, free = active, 0, free + 1 if active else 0
            out[n] = OVERACTIVE if high >= HIGH or free > FREE else CONTROLLED if active else REST
    return out


def macro_f1(truth, found, strict=False):
    """Mean F1 over the states that occur; `strict` counts invalid as wrong, otherwise it is left out."""
    if not strict:
        truth, found = truth[found != INVALID], found[found != INVALID]
    scores = []
    for state in (REST, CONTROLLED, OVERACTIVE):
        both = np.sum((truth == state) & (found == state))
        either = np.sum(truth == state) + np.sum(found == state)
        if either:
            scores.append(2 * both / either)
    return float(np.mean(scores)) if scores else float("nan")


def balanced(rest, active, found_active):
    """Mean of the share of `active` that is found and the share of `rest` that is left alone."""
    shares = [np.mean(found_active[active])] if active.any() else []
    shares += [np.mean(~found_active[rest])] if rest.any() else []
    return float(np.mean(shares)) if shares else float("nan")


def runs(mask):
    """Begins and ends of the stretches where a mask holds."""
    edges = np.flatnonzero(np.diff(np.r_[0, mask.astype(int), 0]))
    return list(zip(edges[::2], edges[1::2]))


def ticks(samples, fs):
    """Level per tick (root mean square) from a level per sample."""
    n = int(len(samples) / fs / TICK_S)
    edges = np.round(np.arange(n + 1) * fs * TICK_S).astype(int)
    sums = np.r_[0, np.cumsum(np.asarray(samples, float) ** 2)]
    return np.sqrt((sums[edges[1:]] - sums[edges[:-1]]) / (edges[1:] - edges[:-1]))
