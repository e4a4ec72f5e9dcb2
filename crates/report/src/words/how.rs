//! How each number was made: one line each.

pub(crate) const TITLE: &str = "How each number was made";

/// What, and how.
pub(crate) const LINES: &[(&str, &str)] = &[
    ("–", "could not be determined, or does not apply here. It is never a zero."),
    (
        "Envelope",
        "of a raw sensor, the root mean square over 100 ms of the filtered signal; of an envelope sensor, its mean over 100 ms. One value every 10 ms.",
    ),
    (
        "Own resting level",
        "the median of the envelope during the quiet measurement; its spread is the robust standard deviation there (1.4826 × MAD).",
    ),
    (
        "Own comfortable hold",
        "the middle of the held part of the reference contractions, or the largest one where a maximum was asked for.",
    ),
    (
        "Active from, inactive below",
        "about 1.5 × and 1.3 × the resting level; what decides is the level of the whitened signal, which varies less.",
    ),
    (
        "Rest, controlled, overactivity",
        "seconds in each state, counted in steps of 10 ms. Time without a statement is in none of them and enters no other number.",
    ),
    (
        "Mean, SD, CV",
        "mean and standard deviation of the envelope over the measured time; CV is SD over mean. Both depend on the window, which is quoted; contractions leave the first second out, rests the release.",
    ),
    ("Peak", "the largest envelope; of a segment, the mean of the peaks."),
    ("Rise, fall", "seconds from activity to the peak, and from the peak to inactivity."),
    ("Reaction", "seconds from the cue to activity."),
    (
        "Release",
        "seconds from the rest cue until the envelope is inactive and stays so for 0.25 s. Reaction is part of it, so it is no muscle time.",
    ),
    ("Residual", "the median of the rest after a contraction over the own resting level; the first 3 s are left out."),
    ("Complete release", "let go within the allowance, and a residual of 1.15 × or less."),
    ("On target", "share of the measured time below the ceiling or within the band; nothing below half of valid time."),
    ("Points", "from 0 to 100: on-target time of the whole session in percent, on valid time only."),
    (
        "Medians of a session",
        "release, residual, rise, fall and variation of holds need five repetitions: single ones vary too much.",
    ),
    (
        "Work band",
        "shares of the activation, which is 0 at rest and 1 at the comfortable hold; of raw sensors it is corrected for resting noise: √(e² − B²) / √(R² − B²).",
    ),
    (
        "Median frequency",
        "half of the power lies below it, in pieces of about 0.5 s while the muscle is active, mains left out; in Hz.",
    ),
    (
        "Percent of the hold",
        "mean over the own comfortable hold, not corrected for noise: it may point the other way than µV, so read both.",
    ),
];
