//! The sampling rate: from a time column's steps, or from a line in front of the table.

use crate::timeline::Steps;

/// A measured rate this close to a usual one is that one.
const SNAP: f64 = 5e-4;
/// Steps of two units that show a rate between the units of the stamps, if they come evenly; fewer are gaps.
const MANY: usize = 8;
/// Width of the band that rounded stamps keep to, in units of their rounding; the rest is what the slope of the line may
/// be off (1 / 20 of a unit over the window).
const ROUNDED: f64 = 1.05;
/// Narrowings of the slope by a third: to a millionth of its first uncertainty.
const NARROWINGS: usize = 34;
/// Rows that show where the first one lies between two places.
const LEAD_ROWS: usize = 64;
/// Largest relative uncertainty of a step that still gives a rate.
pub(super) const MOST_UNSURE: f64 = 0.05;

/// What the stamps at the head of a file show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Measured {
    /// Even steps, perhaps with jumps.
    Even {
        /// The grid.
        steps: Steps,
        /// Relative uncertainty of the step.
        uncertainty: f64,
    },
    /// Steps too uneven to give a rate (stamps made in bursts, samples held).
    Uneven {
        /// Mean step.
        mean: f64,
    },
    /// Fewer than two rows, or a clock that stands.
    Nothing,
}

/// Measures stamps, one a row and NaN for a rejected row, that were written with a resolution of `resolution` (0 = full
/// precision).
pub(super) fn measure(stamps: &[f64], resolution: f64) -> Measured {
    let steps = stamps.windows(2).filter_map(|w| Some(w.last()? - w.first()?)).filter(|step| !step.is_nan());
    let steps: Vec<f64> = steps.collect();
    let forward: Vec<f64> = steps.iter().copied().filter(|d| *d >= 0.0).collect();
    let mut sorted = forward.clone();
    sorted.sort_by(f64::total_cmp);
    let Some(median) = sorted.get(sorted.len() / 2).copied() else { return Measured::Nothing };
    let all_mean = forward.iter().sum::<f64>() / forward.len() as f64;
    if all_mean <= 0.0 || forward.len() * 2 < steps.len() {
        return Measured::Nothing;
    }
    let mean_of = |keep: &dyn Fn(f64) -> bool| {
        let kept: Vec<f64> = forward.iter().copied().filter(|d| keep(*d)).collect();
        (kept.iter().sum::<f64>() / kept.len().max(1) as f64, kept.len())
    };
    // Jumps are no steps. Where stamps are coarse, two units may be one frame; where they repeat, only the mean tells.
    let is_coarse = resolution >= 0.5 * median;
    let limit = match median {
        0.0 => 20.0 * all_mean,
        _ if is_coarse => 3.0 * median,
        _ => 1.4 * median,
    };
    let is_usual = |d: f64| (d - median).abs() <= 0.25 * median;
    let doubles = forward.iter().filter(|d| median > 0.0 && **d >= 1.5 * median && **d <= limit).count();
    // Packets: a pause in every eighth step and more is no loss, but how the stamps were made.
    let jumps = forward.iter().filter(|d| median > 0.0 && **d > limit).count();
    if jumps >= MANY && jumps * 8 > steps.len() && all_mean > 1.5 * median {
        return Measured::Uneven { mean: all_mean };
    }
    let has_others = forward.iter().any(|d| !is_usual(*d) && *d < 1.5 * median);
    // Rounded stamps of a period between two units: all of them within their rounding of one line.
    if is_coarse
        && doubles >= MANY
        && let Some(line) = line(stamps, resolution, limit)
        && line.spread <= ROUNDED * resolution
    {
        let rounding = resolution / line.step;
        let tolerance = (0.5_f64).max(0.5 * rounding + 0.25);
        let uncertainty = 2.0 * rounding / line.rows as f64;
        return Measured::Even { steps: Steps { step: line.step, tolerance, lead: line.lead }, uncertainty };
    }
    // Either every step is one frame and only the stamps are rounded, …
    let (step, count) = mean_of(&|d| d <= limit);
    let (spread, lead) = spread(stamps, step, limit);
    let rounding = resolution / step;
    let uncertainty = (spread + rounding).min(1.0) / count as f64;
    let is_even = spread <= (1.0_f64).max(2.0 * rounding) && count * 2 > steps.len();
    let is_sure = spread < 1e-6 || uncertainty <= MOST_UNSURE;
    let explains_doubles = doubles == 0 || has_others || doubles >= MANY && spread <= 1.05 * rounding;
    if is_even && is_sure && explains_doubles {
        let tolerance = (0.5_f64).max(0.5 * rounding + 0.25);
        return Measured::Even { steps: Steps { step, tolerance, lead: lead * step }, uncertainty };
    }
    // … or most steps are one frame and the others are gaps.
    let (step, count) = mean_of(&is_usual);
    if median > 0.0 && (count * 10 >= steps.len() * 8 || !has_others && count > doubles) {
        let tolerance = (0.5_f64).max(0.25 + 0.25 * (resolution / step).min(2.0));
        return Measured::Even { steps: Steps { step, tolerance, lead: 0.0 }, uncertainty: 0.0 };
    }
    Measured::Uneven { mean: all_mean }
}

/// A line through stamps, broken where they jump.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Units of the column per row.
    step: f64,
    /// Width of the narrowest band along the line, of all pieces, that holds every stamp.
    spread: f64,
    /// The middle of the first piece's band less the first stamp.
    lead: f64,
    /// Rows on the line.
    rows: usize,
}

/// The line in the narrowest band that holds the stamps: one slope for all pieces between jumps and rejected rows. It is
/// looked for about the least squares line of the stamps on the row number.
fn line(stamps: &[f64], resolution: f64, limit: f64) -> Option<Line> {
    let is_joined = |a: &f64, b: &f64| (0.0..=limit).contains(&(b - a));
    let pieces = || stamps.chunk_by(is_joined).filter(|piece| piece.len() > 2);
    let (mut across, mut along, mut rows) = (0.0, 0.0, 0);
    for piece in pieces() {
        let middle = (piece.len() - 1) as f64 / 2.0;
        let first = piece.first().copied().unwrap_or_default();
        for (n, stamp) in piece.iter().enumerate() {
            let n = n as f64 - middle;
            across += n * (stamp - first);
            along += n * n;
        }
        rows += piece.len();
    }
    let step = across / along;
    if step.is_nan() || step <= 0.0 || rows * 2 < stamps.len() {
        return None;
    }
    let band = |step: f64| {
        let (mut spread, mut lead) = (0.0_f64, None);
        for piece in pieces() {
            let first = piece.first().copied().unwrap_or_default();
            let (mut low, mut high) = (0.0_f64, 0.0_f64);
            for (n, stamp) in piece.iter().enumerate() {
                let off = stamp - first - n as f64 * step;
                (low, high) = (low.min(off), high.max(off));
            }
            spread = spread.max(high - low);
            lead.get_or_insert(0.5 * (low + high));
        }
        (spread, lead)
    };
    // Rounding in step with the rows tilts that line; the width of the band is convex in its slope.
    let longest = pieces().map(<[f64]>::len).max().unwrap_or_default() as f64;
    let (mut below, mut above) = (step - 3.0 * resolution / longest, step + 3.0 * resolution / longest);
    for _ in 0..NARROWINGS {
        let third = (above - below) / 3.0;
        if band(below + third).0 <= band(above - third).0 {
            above -= third;
        } else {
            below += third;
        }
    }
    let step = 0.5 * (below + above);
    let (spread, lead) = band(step);
    Some(Line { step, spread, lead: lead?, rows })
}

/// By how many frames the stamps stray from even steps between jumps, and by how much their middle
/// lies above the first.
fn spread(stamps: &[f64], step: f64, limit: f64) -> (f64, f64) {
    let (mut off, mut low, mut high) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut first = vec![0.0];
    let (mut widest, mut last, mut jumped) = (0.0_f64, f64::NAN, false);
    for stamp in stamps.iter().copied() {
        let moved = stamp - last;
        if moved >= 0.0 && moved <= limit {
            off += moved / step - 1.0;
            low = low.min(off);
            high = high.max(off);
            if first.len() < LEAD_ROWS && !jumped {
                first.push(off);
            }
            widest = widest.max(high - low);
        } else if !moved.is_nan() {
            jumped = true;
            (off, low, high) = (0.0, 0.0, 0.0);
        }
        if moved.is_nan() || moved >= 0.0 {
            last = stamp;
        }
    }
    first.sort_by(f64::total_cmp);
    (widest, first.get(first.len() / 2).copied().unwrap_or_default())
}

/// A measured rate, or the usual one that it stands for.
///
/// Usual are multiples of 100 Hz, of 25 Hz below 1000 Hz, of 10 Hz below 250 Hz, and of 256 Hz. A rate whose stamps are
/// rounded is the one whole (or usual) number they allow.
pub(super) fn snap(rate_hz: f64, uncertainty: f64) -> f64 {
    let usual =
        [100.0, 25.0, 10.0, 256.0, 128.0, 64.0].into_iter().zip([f64::MAX, 1000.0, 250.0, f64::MAX, 1024.0, 1024.0]);
    let nearest = usual
        .filter(|(_, below)| rate_hz < *below)
        .map(|(grid, _)| (rate_hz / grid).round() * grid)
        .filter(|usual| *usual > 0.0)
        .min_by(|a, b| (a - rate_hz).abs().total_cmp(&(b - rate_hz).abs()));
    let off = |to: f64| (rate_hz - to).abs() / rate_hz;
    match nearest {
        Some(usual) if off(usual) <= SNAP || off(usual) <= uncertainty => usual,
        _ if off(rate_hz.round()) <= uncertainty.max(1e-9) && rate_hz >= 1.0 => rate_hz.round(),
        _ => rate_hz,
    }
}

/// The rate of a line such as `Sample Rate = 250 Hz`, `# Sampling Rate (Hz):= 1000.00` or `"sampling rate": 1000`.
///
/// A sentence ("was set at 1000 Hz") is no such line.
pub(crate) fn stated(line: &str) -> Option<f64> {
    let lower = line.to_lowercase();
    let key = ["sampling", "sample", "samples"].iter().find_map(|word| {
        let rest = lower.split_once(word)?.1.trim_start_matches(['s', '_', '-', ' ']);
        rest.strip_prefix("rate").or_else(|| rest.strip_prefix("frequency")).or_else(|| rest.strip_prefix("freq"))
    });
    let key = key.or_else(|| {
        lower
            .trim_start_matches(['#', '%', ' '])
            .strip_prefix("fs")
            .filter(|rest| !rest.starts_with(char::is_alphabetic))
    })?;
    let split = key.find([':', '=', '\t', ','])?;
    let (label, value) = (key.get(..split)?, key.get(split..)?);
    if !label
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, ' ' | '(' | ')' | '[' | ']' | '"' | '_' | '/' | '.' | '\''))
        || label.len() > 24
    {
        return None;
    }
    let value = value.trim_start_matches([':', '=', '\t', ' ', ',', '"']);
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | 'e' | '+' | '-'))).unwrap_or(value.len());
    let number: f64 = value.get(..end)?.parse().ok()?;
    let after = value.get(end..)?.trim_start();
    let kilo = label.contains("khz") || after.starts_with("khz") || after.starts_with("ks");
    let other = label.contains("ms") || after.starts_with("ms") || after.starts_with("s ") || after.trim() == "s";
    (!other && number > 0.0).then_some(if kilo { number * 1000.0 } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(stamps: &[f64], resolution: f64) -> Option<f64> {
        match measure(stamps, resolution) {
            Measured::Even { steps, uncertainty } => Some(snap(1.0 / steps.step, uncertainty)),
            _ => None,
        }
    }

    fn rounded(rate_hz: f64, count: u32, resolution: f64) -> Vec<f64> {
        (0..count).map(|n| (f64::from(n) / rate_hz / resolution).round() * resolution).collect()
    }

    #[test]
    fn rounded_stamps_give_the_nominal_rate() {
        for nominal in [250.0, 256.0, 512.0, 1000.0, 1024.0, 2000.0, 2048.0, 1482.0] {
            for (count, resolution) in [(1000, 1e-3), (4000, 1e-3), (1000, 1e-4), (1000, 1e-6)] {
                assert_eq!(
                    rate(&rounded(nominal, count, resolution), resolution),
                    Some(nominal),
                    "{count} at {resolution}"
                );
            }
        }
        assert_eq!(rate(&rounded(999.97, 1000, 1e-6), 1e-6), Some(1000.0));
        let delsys = rate(&rounded(1259.259, 3000, 1e-7), 1e-7).unwrap();
        assert!((delsys - 1259.259).abs() < 0.001, "{delsys}");
        assert_eq!(rate(&[0.0, 0.001], 0.001), Some(1000.0));
    }

    #[test]
    fn stamps_in_whole_units_give_rates_between_two_units() {
        for nominal in [250.0, 333.0, 400.0, 441.0, 500.0, 667.0, 700.0, 870.0, 900.0, 1000.0, 1259.2593_f64] {
            for rounding in [f64::round, f64::floor] {
                for count in [1500, 4096] {
                    let stamps: Vec<f64> = (0..count).map(|n| rounding(f64::from(n) * 1000.0 / nominal)).collect();
                    let found = rate(&stamps, 1.0).map(|hz| hz * 1000.0);
                    assert!(found.is_some_and(|hz| (hz / nominal - 1.0).abs() < 2e-3), "{nominal} {count}: {found:?}");
                }
            }
        }
    }

    #[test]
    fn a_rejected_row_is_a_row() {
        for every in [3, 4, 5, 10] {
            let stamp = |n: i32| if n % every == 2 { f64::NAN } else { f64::from(n) / 1000.0 };
            assert_eq!(rate(&(0..4000).map(stamp).collect::<Vec<_>>(), 1e-3), Some(1000.0), "one in {every}");
        }
    }

    #[test]
    fn gaps_do_not_change_the_rate() {
        let stamps: Vec<f64> =
            (0..1000).filter(|n| n % 97 != 3 && !(400..600).contains(n)).map(|n| f64::from(n) * 0.5).collect();
        assert_eq!(rate(&stamps, 0.1), Some(2.0));
        let mut drops = Vec::new();
        let mut now = 0.0;
        for n in 0..4000_u32 {
            now += match n.wrapping_mul(2654435761) >> 16 & 0xff {
                0..=6 => 2.0,
                7..=9 => 3.0,
                _ => 1.0,
            };
            drops.push(now);
        }
        assert_eq!(rate(&drops, 1.0), Some(1.0));
    }

    #[test]
    fn a_few_missing_rows_are_gaps_not_another_rate() {
        assert_eq!(rate(&[0.0, 0.001, 0.003, 0.004], 0.001), Some(1000.0));
        assert_eq!(rate(&[0.0, 0.001, 0.003], 0.001), None, "one step of each: no rate");
        let stamps: Vec<f64> = (0..4000).filter(|n| n % 1300 != 700).map(f64::from).collect();
        assert_eq!(rate(&stamps, 1.0), Some(1.0));
        let jitter = |n: i32| f64::from(n * 4 + [0, 1, 0, -1, 0][n as usize % 5]);
        let stamps: Vec<f64> = (0..4000).filter(|n| n % 131 != 7).map(jitter).collect();
        assert_eq!(rate(&stamps, 1.0).map(|hz| (hz * 1e3).round()), Some(250.0));
    }

    #[test]
    fn stamps_in_bursts_give_no_rate() {
        let stamps: Vec<f64> = (0..1000).map(|n| f64::from(n / 7 * 7) * 4.0 + f64::from(n % 7 / 3)).collect();
        assert!(matches!(measure(&stamps, 1.0), Measured::Uneven { .. }));
        assert_eq!(measure(&[1.0; 50], 1.0), Measured::Nothing);
        assert_eq!(measure(&[1.0], 1.0), Measured::Nothing);
    }

    #[test]
    fn packets_of_close_stamps_give_no_rate() {
        for size in [2, 4, 7] {
            let stamps: Vec<f64> =
                (0..1600).map(|n| f64::from(n / size * size) / 200.0 + 1e-5 * f64::from(n % size)).collect();
            assert!(matches!(measure(&stamps, 1e-6), Measured::Uneven { .. }), "{size}");
        }
    }

    #[test]
    fn rates_in_front_of_the_table() {
        let cases = [
            ("%Sample Rate = 250 Hz", Some(250.0)),
            ("# Sampling Rate (Hz):= 1000.00", Some(1000.0)),
            ("# {\"x\": {\"sampling rate\": 1000, \"resolution\": [16]}}", Some(1000.0)),
            ("Sample Rate:\t2000", Some(2000.0)),
            ("Sampling Rate (samples per second): 500", Some(500.0)),
            ("# sampling_rate_khz: 2", Some(2000.0)),
            ("# sample rate: 1.5 kHz", Some(1500.0)),
            ("# fs = 1000", Some(1000.0)),
            ("sampling frequency,1000", Some(1000.0)),
            ("# Gain was set at 1000. Sampling frequency was set at 1000 Hz.", None),
            ("# sample interval: 1 ms", None),
            ("time_s,sample", None),
            ("# fsr = 12", None),
            ("# sampling rate: unknown", None),
        ];
        for (line, expected) in cases {
            assert_eq!(stated(line), expected, "{line}");
        }
    }
}
