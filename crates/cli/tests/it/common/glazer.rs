//! A Glazer session whose every number is known: a carrier of constant amplitude in any 100 ms, times a script.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use super::RATE;

/// Microvolts of a count.
pub const UV_PER_COUNT: f64 = 0.05;
/// Levels in µV: rest, the peak of quick contractions, tonic holds, the long hold.
pub const REST: f64 = 4.0;
pub const FLICK: f64 = 60.0;
pub const TONIC: f64 = 40.0;
pub const ENDURANCE: f64 = 20.0;
/// Lines of the carrier: the middle one is the median frequency.
const LINES_HZ: [f64; 9] = [70.0, 80.0, 90.0, 110.0, 120.0, 130.0, 140.0, 160.0, 170.0];
/// The median frequency.
pub const MDF_HZ: f64 = 120.0;
/// Depth and rate of the slow modulation of every level: its standard deviation over the mean is `DEPTH/√2`.
pub const DEPTH: f64 = 0.1;
const MODULATION_HZ: f64 = 1.0;
/// A quick contraction in seconds after its cue: begin, peak, end of a triangle.
pub const TRIANGLE: (f64, f64, f64) = (0.3, 0.7, 1.3);
/// Holds rise from 0.2 s to 0.3 s after their cue and fall from 0.4 s to 0.5 s after the rest cue.
const RISE: (f64, f64) = (0.2, 0.3);
pub const FALL: (f64, f64) = (0.4, 0.5);

/// The amplitude at a time, with this much rest after each quick contraction.
fn level(t: f64, flick_rest_s: f64) -> f64 {
    let flicks = 60.0 + 5.0 * (2.0 + flick_rest_s);
    let tonic = flicks + 100.0;
    let (endurance, end) = (tonic, tonic + 60.0);
    let hold = |since: f64, length: f64, level: f64| {
        let up = ((since - RISE.0) / (RISE.1 - RISE.0)).clamp(0.0, 1.0);
        let down = ((since - length - FALL.0) / (FALL.1 - FALL.0)).clamp(0.0, 1.0);
        REST + (level - REST) * up * (1.0 - down)
    };
    if t < 60.0 {
        REST
    } else if t < flicks {
        let since = (t - 60.0) % (2.0 + flick_rest_s);
        let (begin, peak, end) = TRIANGLE;
        let share = ((since - begin) / (peak - begin)).min((end - since) / (end - peak)).max(0.0);
        REST + (FLICK - REST) * share
    } else if t < tonic {
        hold((t - flicks) % 20.0, 10.0, TONIC)
    } else if t < end + 60.0 {
        hold(t - endurance, 60.0, ENDURANCE)
    } else {
        REST
    }
}

/// The length of the session.
pub fn seconds(flick_rest_s: f64) -> f64 {
    280.0 + 5.0 * (2.0 + flick_rest_s)
}

/// The session as whole counts, without cues.
pub fn recording(flick_rest_s: f64) -> String {
    let mut text = String::from("time_s,emg_counts\n");
    let scale = (2.0 / LINES_HZ.len() as f64).sqrt();
    for n in 0..(seconds(flick_rest_s) * f64::from(RATE)) as u32 {
        let t = f64::from(n) / f64::from(RATE);
        // Newman's phases keep the crest low.
        let carrier: f64 =
            LINES_HZ.iter().enumerate().map(|(k, hz)| (TAU * (hz * t + (k * k) as f64 / 18.0)).cos()).sum();
        // Quick contractions are not modulated: their peak is known.
        let modulation = if (60.0..60.0 + 5.0 * (2.0 + flick_rest_s)).contains(&t) { 0.0 } else { DEPTH };
        let envelope = level(t, flick_rest_s) * (1.0 + modulation * (TAU * MODULATION_HZ * t).sin());
        let count = (scale * carrier * envelope / UV_PER_COUNT).round();
        writeln!(text, "{t:.3},{count}").unwrap();
    }
    text
}
