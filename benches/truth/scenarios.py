"""One scenario for every line of what goes wrong on real muscle. Each takes a random generator and a function that runs the program,
and gives figures by the name of their row."""
import numpy as np
from scipy import signal

import definition as d
from muscle import few_units, shaped
from sessions import Session, alarms_a_minute, carried, ramp, recorded, scores, trained

ALL = []


def scenario(title, sessions, **rows):
    """Registers a scenario: how many sessions, and per row what it is called, its unit and its goal (`>=` or `<=`, a number)."""

    def register(function):
        ALL.append((function.__name__, title, sessions, rows, function))
        return function

    return register


def bursts(fs, seconds, height, every_s=7.0, hold_s=2.0, first_s=10.0):
    """Level of rest with holds, and their begins."""
    level = np.ones(int(seconds * fs))
    begins = np.arange(first_s, seconds - hold_s - 1, every_s)
    for at in begins:
        ramp(level, fs, at, height, 0.1)
        ramp(level, fs, at + hold_s, 1.0, 0.1)
    return level, begins


def found_share(answer, begins, hold_s, late_s=0.0):
    """Share of holds that were active for half of their time at least."""
    return float(np.mean([answer.share(answer.active, a, a + hold_s + late_s) > 0.5 for a in begins]))


def cued(rng, run, carrier="gauss", fs=1000, missing=None, level=None, extra=None, options=(), floor_uv=2.0, step_uv=0.05, **how):
    """A session of training: macro-F1 and false alarms a minute. What is refused scores nothing."""
    timing = {key: how.pop(key) for key in ("quiet_s", "hold_s", "work_s", "rest_s", "tones", "contraction") if key in how}
    if level is None:
        level, cues = trained(rng, fs, **timing)
    else:
        level, cues = level
    samples = carried(rng, level, fs, carrier, **how)
    if extra is not None:
        samples = samples + extra(rng, len(samples), fs)
    session = Session(recorded(samples, floor_uv, step_uv), fs, cues, level)
    if missing is not None:
        session.missing = missing(rng, len(samples), fs)
    answer = run(session, *options)
    if answer is None or not answer.summary["channels"][0]["calibration"]["accepted"]:
        return 0.0, 0.0, answer
    begin = min(a for a, _, cue in cues if cue == "work")
    truth, found = scores(answer, session, begin)
    return d.macro_f1(truth, found), alarms_a_minute(truth, found), answer


# ---- the person whose rest is never quiet ----

RATIOS = (0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7)


@scenario(
    "Calibrated on tension, then letting go",
    32,
    let_go_invalid=("letting go to 0.03–0.7 of the calibration: invalid", "%", "<=", 2),
    let_go_found=("then 2.4 × own quiet, told as tense or overactive", "%", ">=", 95),
    let_go_calm=("at own quiet called tense", "%", "<=", 2),
)
def letting_go(rng, run, n):
    ratio, fs = RATIOS[n % len(RATIOS)], 1000
    level = np.r_[np.full(15 * fs, 1 / ratio), np.ones(25 * fs), np.full(20 * fs, 2.4)]
    # Her own quiet is muscle, or what a good amplifier leaves of it.
    quiet_uv = rng.choice([0.4, 1.2, 4.0])
    answer = run(Session(recorded(carried(rng, level, fs), quiet_uv, 0.02), fs), "--baseline", "1:14")
    if answer is None:
        return dict(let_go_invalid=100.0, let_go_found=0.0)
    told = answer.tense | (answer.state == d.OVERACTIVE)
    return dict(
        let_go_invalid=100 * answer.share(answer.state == d.INVALID, 15, 40),
        let_go_found=100 * answer.share(told, 42, 60),
        let_go_calm=100 * answer.share(answer.tense, 20, 40),
    )


def units_session(rng, run, units):
    """A session whose tones at rest are of few units, on a floor of noise; its contractions are of many."""
    fs = 1000
    level, cues = trained(rng, fs, tones=["normal"] * 4 + ["tone"] * 6)
    rests = np.zeros(len(level), bool)
    for start, end, cue in cues:
        if cue == "rest":
            rests[int((start + 2) * fs) : int(end * fs)] = True
    tone, rest = np.where(rests, level, 1.0), np.where(rests, 1.0, level)
    samples = carried(rng, rest, fs) + few_units(rng, tone, units, fs)
    session = Session(recorded(samples), fs, cues, level)
    answer = run(session)
    truth, found = scores(answer, session, min(a for a, _, cue in cues if cue == "work"))
    return d.macro_f1(truth, found)


@scenario(
    "Tone of few motor units (7 to 10 Hz each)",
    16,
    **{f"units_{n}": (f"tone of {n} unit{'s' if n > 1 else ''}, macro-F1", "", ">=", 0.95) for n in (1, 2, 3, 6)},
)
def units(rng, run, n):
    units = (1, 2, 3, 6)[n % 4]
    return {f"units_{units}": units_session(rng, run, units)}


CREEP = (2, 5, 10, 30, 60)


@scenario(
    "Tone that creeps up over so many seconds at rest",
    20,
    **{f"creep_{s}": (f"creep over {s} s, macro-F1", "", ">=", 0.95) for s in CREEP},
)
def creep(rng, run, n):
    seconds, fs = CREEP[n % len(CREEP)], 1000
    level, cues = trained(rng, fs, tones=["normal"] * 4)
    # The last pause goes on: three times tone creeps up, stays for 8 s and goes.
    for _ in range(3):
        at = len(level) / fs
        level = np.r_[level, np.ones(int((24 + seconds) * fs))]
        ramp(level, fs, at + 10, rng.uniform(2.2, 3.0), seconds)
        ramp(level, fs, at + 18 + seconds, 1.0, 0.5)
    cues[-1] = (cues[-1][0], len(level) / fs, "rest")
    carrier = "units" if n // len(CREEP) % 2 else "gauss"
    return {f"creep_{seconds}": cued(rng, run, carrier, level=(level, cues))[0]}


@scenario(
    "Rest that breathes (± so much, 12 to 18 breaths a minute, also while calibrating)",
    16,
    breath_60=("± 60 %, breathing counts as rest: macro-F1", "", ">=", 0.90),
    breath_100=("± 100 %, the same", "", ">=", 0.80),
    breath_60_alarms=("± 60 %: false alarms a minute", "", "<=", 0.5),
    breath_100_alarms=("± 100 %: false alarms a minute", "", "<=", 0.5),
)
def breathing(rng, run, n):
    depth, fs = (0.6, 1.0)[n % 2], 1000
    level, cues = trained(rng, fs, contraction=6.0)
    t = np.arange(len(level)) / fs
    pace = rng.uniform(0.2, 0.3) * (1 + 0.1 * np.sin(2 * np.pi * t / 37))
    breath = 1 + depth * np.sin(2 * np.pi * np.cumsum(pace) / fs + rng.uniform(0, 6))
    samples = np.sqrt(np.maximum(breath, 0.05) ** 2 + level**2 - 1) * shaped(rng, len(level), fs)
    session = Session(recorded(samples), fs, cues, level)
    answer = run(session)
    key = f"breath_{100 * depth:.0f}"
    if answer is None or not answer.summary["channels"][0]["calibration"]["accepted"]:
        return {key: 0.0}
    truth, found = scores(answer, session, min(a for a, _, cue in cues if cue == "work"))
    return {key: d.macro_f1(truth, found), key + "_alarms": alarms_a_minute(truth, found)}


@scenario(
    "Electrodes that drift over five minutes",
    8,
    drift_gain=("gain × 1.6: false alarms a minute", "", "<=", 0.5),
    drift_noise=("noise × 2: false alarms a minute", "", "<=", 0.5),
)
def drift(rng, run, n):
    level, cues = trained(rng, 1000, tones=["normal"] * 18)
    up = np.linspace(0, 1, len(level))
    key = ("drift_gain", "drift_noise")[n % 2]
    samples = carried(rng, level, 1000)
    samples = samples * (1 + 0.6 * up) if n % 2 == 0 else samples + np.sqrt(3) * up * shaped(rng, len(level), 1000)
    session = Session(recorded(samples), 1000, cues, level)
    truth, found = scores(run(session), session, 50)
    return {key: alarms_a_minute(truth, found)}


# ---- calibration and the default path ----

LENGTHS = (1.2, 1.5, 2.0, 2.5, 2.6, 2.65, 2.7, 3.0, 3.2, 4.0, 5.0, 6.0)


@scenario(
    "A quiet window of 1.2 to 6 s",
    24,
    quiet_accepted=("accepted", "%", ">=", 100),
    quiet_off=("baseline off by more than 20 %", "%", "<=", 5),
    quiet_active=("rest called active", "%", "<=", 1),
)
def quiet_window(rng, run, n):
    level, begins = bursts(1000, 40, 5.0)
    answer = run(Session(recorded(carried(rng, level, 1000)), 1000), "--baseline", f"2:{2 + LENGTHS[n % len(LENGTHS)]}")
    calibration = answer.summary["channels"][0]["calibration"]
    if not calibration["accepted"]:
        return dict(quiet_accepted=0.0)
    rest = d.ticks(level, 1000)[: len(answer.t)] < 1.01
    return dict(
        quiet_accepted=100.0,
        quiet_off=100.0 * (abs(calibration["baseline_uv"] / 2.0 - 1) > 0.2),
        quiet_active=100 * answer.share(answer.active & rest) / max(np.mean(rest), 1e-9),
    )


@scenario(
    "No cue, no baseline",
    24,
    default_found=("holds of 1.9 to 20 × rest found", "%", ">=", 95),
    default_weak=("holds of 6 × beside one of 100 ×, found", "%", ">=", 95),
    default_false=("rest called active", "%", "<=", 2),
    default_steady=("one steady contraction, told as no contrast", "%", ">=", 60),
)
def default(rng, run, n):
    fs, kind = 1000, n % 3
    if kind == 2:
        level = rng.uniform(3, 20) * np.ones(20 * fs) * (1 + 0.1 * np.sin(np.arange(20 * fs) / fs * rng.uniform(0.5, 2)))
        answer = run(Session(recorded(carried(rng, level, fs, "units")), fs))
        reasons = answer.summary["channels"][0]["calibration"]["reasons"]
        return dict(default_steady=100.0 * ("no_contrast" in reasons))
    height = 6.0 if kind else rng.uniform(1.9, 20)
    level, begins = bursts(fs, 60, height)
    if kind:
        ramp(level[: int((begins[0] + 3) * fs)], fs, begins[0], 100.0, 0.1)
        level[int((begins[0] + 2) * fs) : int((begins[0] + 3) * fs)] = 1.0
    answer = run(Session(recorded(carried(rng, level, fs, "units" if n % 2 else "gauss")), fs))
    rest = d.ticks(level, fs)[: len(answer.t)] < 1.01
    late = np.convolve(~rest, np.ones(41), "same") > 0
    return {
        ("default_found", "default_weak")[kind]: 100 * found_share(answer, begins[kind:], 2.0),
        "default_false": 100 * np.mean(answer.active[rest & ~late]),
    }


@scenario(
    "Stationary noise, baseline from 5 s",
    60,
    **{
        f"noise_{fs}": (f"{fs} Hz: false contractions a minute", "", "<=", 0.05)
        for fs in (200, 250, 500)
    },
)
def noise(rng, run, n):
    fs = (200, 250, 500)[n % 3]
    law, band = [("white", None), ("gauss", (40, 180)), ("gauss", (20, 70))][n // 3 % 3]
    samples = shaped(rng, int(300 * fs), fs, **({} if band is None else dict(band=band)), law=law)
    answer = run(Session(recorded(samples), fs), "--baseline", "2:7")
    return {f"noise_{fs}": answer.summary["channels"][0]["contractions_total"] / 5}


@scenario(
    "Envelope sensor without a reference",
    8,
    envelope_rest=("rest called active", "%", "<=", 5),
    envelope_found=("holds found", "%", ">=", 95),
)
def envelope(rng, run, n):
    fs = 100
    level, begins = bursts(fs, 90, rng.uniform(20, 200))
    hum = 1 + 0.3 * np.abs(np.sin(np.arange(len(level)) / fs * rng.uniform(0.5, 3)))
    samples = 100 + 2 * np.where(level < 1.01, level * hum, level) + 0.2 * rng.standard_normal(len(level))
    answer = run(Session(np.round(samples, 1), fs), "--kind", "envelope")
    rest = d.ticks(level, fs)[: len(answer.t)] < 1.01
    return dict(
        envelope_rest=100 * np.mean(answer.active[rest[: len(answer.active)]]),
        envelope_found=100 * found_share(answer, begins, 2.0),
    )


@scenario(
    "Unit not known",
    2,
    unit_states=("states equal to those with the unit", "%", ">=", 100),
)
def unit_unknown(rng, run, n):
    level, _ = bursts(1000, 60, 5.0)
    samples = recorded(carried(rng, level, 1000))
    known = run(Session(samples, 1000))
    unknown = run(Session(samples, 1000, header="time_s,emg"))
    same = unknown is not None and np.array_equal(known.state, unknown.state)
    return dict(unit_states=100.0 * same)


# ---- artefacts ----


def heart(rng, n, fs, height):
    """QRS complexes: three phases within 80 ms, 60 to 90 a minute."""
    out = np.zeros(n)
    at = rng.uniform(0.3, 1.0)
    rate = rng.uniform(60, 90) / 60
    while at < n / fs - 0.2:
        t = np.arange(-0.06, 0.06, 1 / fs)
        beat = height * (np.exp(-((t / 0.010) ** 2)) - 0.35 * np.exp(-(((t + 0.022) / 0.012) ** 2)) - 0.3 * np.exp(-(((t - 0.025) / 0.012) ** 2)))
        first = int(at * fs)
        piece = out[first : first + len(beat)]
        piece += beat[: len(piece)]
        at += 1 / rate * (1 + 0.04 * rng.standard_normal())
    return out


@scenario(
    "Heart beats of 50 to 150 × rest",
    9,
    heart_invalid=("invalid", "%", "<=", 5),
    heart_active=("rest called active", "%", "<=", 10),
)
def hearts(rng, run, n):
    fs, height = 1000, (50, 75, 150)[n % 3]
    samples = shaped(rng, 120 * fs, fs) + heart(rng, 120 * fs, fs, height)
    answer = run(Session(recorded(samples, step_uv=0.2), fs), "--baseline", "2:17")
    return dict(
        heart_invalid=100 * answer.share(answer.state == d.INVALID, 1.5),
        heart_active=100 * answer.share(answer.active, 1.5),
    )


@scenario(
    "Sharp onsets from rest to 24–44 dB",
    8,
    sharp_masked=("taken for pops, or missed", "%", "<=", 0),
    sharp_onset=("median onset, ms late", "ms", "<=", 60),
)
def sharp(rng, run, n):
    fs, gain = 1000, 10 ** ((24, 30, 36, 44)[n % 4] / 20)
    begins = 10 + np.cumsum(rng.uniform(2.5, 3.5, 20))
    level = np.ones(int((begins[-1] + 3) * fs))
    for at in begins:
        level[int(at * fs) : int((at + rng.uniform(0.15, 1.5)) * fs)] = gain
    answer = run(Session(recorded(level * shaped(rng, len(level), fs)), fs), "--baseline", "2:9")
    late = []
    for at in begins:
        where = answer.between(at, at + 0.13)
        hit = np.flatnonzero(answer.active[where])
        late.append(1000 * (answer.t[where][hit[0]] - at) if len(hit) else np.nan)
    return dict(sharp_masked=100 * float(np.mean(np.isnan(late))), sharp_onset=float(np.nanmedian(late)))


@scenario(
    "Electrodes at the rails",
    12,
    rails_controlled=("called controlled or overactive", "%", "<=", 0),
    rails_rest=("called rest", "%", "<=", 1),
)
def rails(rng, run, n):
    fs = (200, 250, 1000)[n % 3]
    level, _ = bursts(fs, 60, 6.0)
    samples = recorded(carried(rng, level, fs), step_uv=0.5)
    # An electrode comes off at 40 s: the amplifier sits at a rail, or swings from rail to rail with the mains.
    t = np.arange(len(samples)) / fs
    swing = np.sin(2 * np.pi * 50.02 * t + 1) if n // 3 % 2 else np.sign(np.sin(2 * np.pi * rng.uniform(0.2, 2) * t))
    samples = np.where(t >= 40, np.clip(1e5 * swing, -3000, 3000), samples)
    answer = run(Session(samples, fs), "--baseline", "2:9")
    return dict(
        rails_controlled=100 * answer.share(answer.active, 40.05, 60),
        rails_rest=100 * answer.share(answer.state == d.REST, 40.05, 60),
    )


@scenario(
    "Dead channels",
    6,
    dead_states=("called rest, controlled or overactive", "%", "<=", 1),
    dead_said=("said so in the summary", "%", ">=", 100),
)
def dead(rng, run, n):
    fs = 1000
    noise_steps = (0.0, 0.2, 0.4)[n % 3]
    samples = np.round(37.3 + noise_steps * rng.standard_normal(40 * fs))
    options = ("--baseline", "2:12") if n // 3 else ()
    answer = run(Session(samples, fs), *options)
    if answer is None:
        return dict(dead_said=100.0)
    calibration = answer.summary["channels"][0]["calibration"]
    said = not calibration["accepted"] and {"no_signal", "no_contrast"} & set(calibration["reasons"])
    return dict(dead_states=100 * answer.share(answer.state != d.INVALID), dead_said=100.0 * bool(said))


LINES = (100, 120, 240, 242, 175)


@scenario(
    "Narrow lines in the spectrum of rest, 3 × as strong as the muscle",
    10,
    line_f1=("macro-F1", "", ">=", 0.95),
    line_told=("taken out, or told with its frequency", "%", ">=", 95),
)
def lines(rng, run, n):
    hz = LINES[n % len(LINES)]
    extra = lambda rng, n, fs: 3 * np.sqrt(2) * np.sin(2 * np.pi * hz * np.arange(n) / fs + 1)
    f1, _, answer = cued(rng, run, extra=extra, contraction=6.0)
    calibration = answer.summary["channels"][0]["calibration"]
    told = str(hz) in " ".join(calibration.get("messages", []) + answer.summary["notes"]) + answer.messages
    taken = calibration["baseline_uv"] is not None and calibration["baseline_uv"] < 3.0
    return dict(line_f1=f1, line_told=100.0 * (told or taken))


# ---- sensors ----


@scenario(
    "Values of a 200-Hz sensor held in a table of 1 kHz",
    6,
    held_found=("contractions found", "%", ">=", 98),
    held_invalid=("invalid", "%", "<=", 5),
)
def held(rng, run, n):
    slow, fs = (125, 200, 250)[n % 3], 1000
    level, begins = bursts(slow, 60, rng.uniform(4, 30))
    samples = recorded(carried(rng, level, slow), step_uv=0.1)
    samples = samples[np.minimum((np.arange(60 * fs) * slow / fs).astype(int), len(samples) - 1)]
    answer = run(Session(samples, fs), "--baseline", "2:9")
    return dict(
        held_found=100 * found_share(answer, begins, 2.0, 0.3),
        held_invalid=100 * answer.share(answer.state == d.INVALID, 1.5),
    )


@scenario(
    "Signals resampled from a lower rate (nothing above 500 Hz at 2 kHz)",
    8,
    resampled_found=("contractions of 10 and 20 dB found", "%", ">=", 98),
    resampled_onset=("median onset, ms late", "ms", "<=", 100),
)
def resampled(rng, run, n):
    gain = 10 ** ((10, 20)[n % 2] / 20)
    level, begins = bursts(1000, 60, gain)
    samples = signal.resample_poly(carried(rng, level, 1000, "instrument"), 2, 1)
    # As a program writes them, which has no converter: the upper half of the band is empty.
    answer = run(Session(2 * samples, 2000, digits="%.4f"), "--baseline", "2:5")
    late = []
    for at in begins:
        where = answer.between(at, at + 1.5)
        hit = np.flatnonzero(answer.active[where])
        late.append(1000 * (answer.t[where][hit[0]] - at - 0.05) if len(hit) else 1500.0)
    return dict(resampled_found=100 * found_share(answer, begins, 2.0), resampled_onset=float(np.median(late)))


# ---- training sessions of other statistics ----


def dropouts(rng, n, fs):
    gone = np.zeros(n, bool)
    for _ in range(int(n / fs / 15)):
        first = rng.integers(0, n)
        gone[first : first + int(rng.uniform(0.02, 0.4) * fs)] = True
    gone[[0, -1]] = False
    return gone


VARIANTS = {
    "plain": {},
    "laplace": dict(law="laplace"),
    "units": dict(carrier="units"),
    "slow": dict(band=(20, 80)),
    "fast": dict(band=(80, 300)),
    "white": dict(carrier="instrument"),
    "drop_outs": dict(missing=dropouts),
    "timing": dict(quiet_s=8.0, hold_s=3.0, work_s=3.0, rest_s=8.0),
    "weak": dict(contraction=2.0),
    "coarse": dict(floor_uv=1.0, step_uv=0.8),
}


@scenario(
    "Sessions of training with other statistics, macro-F1",
    40,
    **{key: (f"training, {key.replace('_', '-')}", "", ">=", 0.95) for key in VARIANTS},
    training_alarms=("false alarms a minute, all of them", "", "<=", 0.0),
)
def training(rng, run, n):
    key = list(VARIANTS)[n % len(VARIANTS)]
    f1, alarms, _ = cued(rng, run, **dict(VARIANTS[key]))
    return {key: f1, "training_alarms": alarms}


@scenario(
    "A muscle that should be quiet contracts along at rest",
    4,
    accessory_told=("co-contraction told", "%", ">=", 90),
)
def accessory(rng, run, n):
    fs = 1000
    level, cues = trained(rng, fs, tones=["normal"] * 4)
    other = np.ones_like(level)
    pauses = [(a, b) for a, b, cue in cues if cue == "rest" and b - a > 8]
    for a, _ in pauses:
        ramp(other, fs, a + 3, 6.0, 0.1)
        ramp(other, fs, a + 6, 1.0, 0.1)
    samples = np.column_stack([recorded(carried(rng, one, fs)) for one in (level, other)])
    answer = run(Session(samples, fs, cues, header="time_s,emg_1_uv,emg_2_uv"), "--accessory", "emg_2_uv")
    told = np.array(["co_contraction" in reason for reason in answer.reason])
    return dict(accessory_told=100 * float(np.mean([answer.share(told, a + 4, a + 6) for a, _ in pauses])))
