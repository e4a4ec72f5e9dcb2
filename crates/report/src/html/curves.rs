//! The picture of how one channel let go: every release laid over the others, from the rest cue.
//!
//! The level axis doubles from line to line, so that the last bit above the resting level, which a complete release is about,
//! can be seen beside a contraction of many times that.

use std::fmt::Write as _;

use super::chart::{coordinate, path};
use super::legend::Legend;
use super::view::Channel;
use super::write::{NAME, short};
use crate::number::median;
use crate::trace::{AFTER_S, BEFORE_S, Curve, MAX_CURVES, POINTS, Releases};
use crate::vocabulary::Language;
use crate::words::{self, figure};

const WIDTH: f64 = 640.0;
const LEFT: f64 = 54.0;
const PLOT: f64 = WIDTH - LEFT - 10.0;
const TOP: f64 = 22.0;
const HEIGHT: f64 = 210.0;
const BOTTOM: f64 = TOP + HEIGHT;
const TOTAL: f64 = BOTTOM + 62.0;
/// Lowest line of the axis.
const LOWEST: f64 = 0.5;
/// Fewest curves that have a median.
const FEWEST: usize = 3;
/// Below this multiple of the resting level a release is complete.
const COMPLETE: f64 = 1.15;

struct Scale {
    /// Doublings from the lowest line to the top.
    octaves: f64,
}

impl Scale {
    fn x(seconds: f64) -> f64 {
        LEFT + PLOT * (seconds + f64::from(BEFORE_S)) / f64::from(BEFORE_S + AFTER_S)
    }

    fn y(&self, ratio: f64) -> f64 {
        BOTTOM - HEIGHT * ((ratio / LOWEST).max(1.0).log2() / self.octaves).min(1.1)
    }
}

/// Writes the figure; nothing without a release or a baseline.
pub(super) fn figure(out: &mut String, channel: &Channel<'_>) {
    let lang = channel.language;
    let releases = channel.trace.map(|trace| &trace.releases).filter(|releases| !releases.curves().is_empty());
    let baseline = channel.report.calibration.baseline_uv.filter(|baseline| *baseline > 0.0 && baseline.is_finite());
    let (Some(releases), Some(baseline)) = (releases, baseline) else { return };
    let curves = ratios(releases, f64::from(baseline));
    let median = medians(&curves);
    let largest = curves.iter().flatten().copied().filter(|ratio| ratio.is_finite()).fold(1.0, f64::max);
    let scale = Scale { octaves: (largest.min(1024.0).log2().ceil() + 1.0).max(3.0) };
    let n = channel.number;
    let _ = write!(
        out,
        "<h3>{}</h3><figure><svg class=\"half\" viewBox=\"0 0 {WIDTH} {TOTAL}\" role=\"img\" aria-labelledby=\"rt{n} rd{n}\">\
         <title id=\"rt{n}\">{}</title><desc id=\"rd{n}\">{}</desc><defs><clipPath id=\"rc{n}\"><rect x=\"{LEFT}\" y=\"{TOP}\" \
         width=\"{PLOT}\" height=\"{HEIGHT}\"/></clipPath></defs>",
        lang.pick(figure::RELEASES),
        figure::releases_title(lang, &short(&channel.report.name, NAME)),
        lang.pick(figure::RELEASES_DESCRIPTION)
    );
    axes(out, lang, &scale);
    let mut thin = String::new();
    for curve in &curves {
        thin += &line(curve, &scale);
    }
    let _ = write!(out, "<g clip-path=\"url(#rc{n})\"><path class=\"one\" d=\"{thin}\"/>");
    let complete = coordinate(scale.y(COMPLETE));
    let rest = coordinate(scale.y(1.0));
    let _ = write!(
        out,
        "<path class=\"base\" d=\"M{LEFT} {rest}h{PLOT}\"/><path class=\"ceil\" d=\"M{LEFT} {complete}h{PLOT}\"/>\
         <path class=\"all\" d=\"{}\"/></g>",
        line(&median, &scale)
    );
    key(out, lang, !median.is_empty());
    let _ = write!(out, "</svg><figcaption>{}", lang.pick(figure::RELEASES_CAPTION));
    if releases.total() > MAX_CURVES as u64 {
        let _ = write!(out, " {}", lang.pick(figure::RELEASES_MORE));
    }
    out.push_str("</figcaption></figure>\n");
}

fn ratios(releases: &Releases, baseline: f64) -> Vec<Vec<f64>> {
    let ratio = |value: &f32| f64::from(*value) / baseline;
    releases.curves().iter().map(|curve| curve.envelope_uv.iter().map(ratio).collect()).collect()
}

/// The median at each point that at least three curves reach; empty below that.
fn medians(curves: &[Vec<f64>]) -> Vec<f64> {
    let at = |point: usize| {
        let values =
            || curves.iter().filter_map(move |curve| curve.get(point)).copied().filter(|value| value.is_finite());
        if values().count() < FEWEST { f64::NAN } else { median(values()).unwrap_or(f64::NAN) }
    };
    if curves.len() < FEWEST { Vec::new() } else { (0..POINTS).map(at).collect() }
}

/// A curve as a path, with gaps where it is unknown.
fn line(ratios: &[f64], scale: &Scale) -> String {
    let points: Vec<_> = ratios.iter().enumerate().map(|(n, ratio)| (Curve::seconds(n), *ratio)).collect();
    let pieces = points.split(|point| !point.1.is_finite()).filter(|piece| piece.len() > 1);
    pieces
        .map(|piece| path(&piece.iter().map(|(s, ratio)| (Scale::x(*s), scale.y(*ratio))).collect::<Vec<_>>()))
        .collect()
}

fn axes(out: &mut String, lang: Language, scale: &Scale) {
    let mut grid = String::new();
    let mut ratio = LOWEST;
    while ratio <= LOWEST * scale.octaves.exp2() * 1.001 {
        let y = scale.y(ratio);
        let _ = write!(grid, "M{LEFT} {}h{PLOT}", coordinate(y));
        let label = words::value(&lang.decimals(ratio, usize::from(ratio < 1.0)), words::UNIT_RATIO);
        let _ =
            write!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{label}</text>", LEFT - 8.0, coordinate(y + 4.0));
        ratio *= 2.0;
    }
    for second in 0..=BEFORE_S + AFTER_S {
        let second = f64::from(second) - f64::from(BEFORE_S);
        let x = coordinate(Scale::x(second));
        let _ = write!(grid, "M{x} {TOP}V{BOTTOM}");
        let _ = write!(out, "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{second}</text>", BOTTOM + 16.0);
    }
    let cue = coordinate(Scale::x(0.0));
    let _ = write!(
        out,
        "<path class=\"grid\" d=\"{grid}\"/><path class=\"axis\" d=\"M{cue} {TOP}V{BOTTOM}M{LEFT} {BOTTOM}h{PLOT}\"/>\
         <text class=\"ink\" x=\"{cue}\" y=\"{}\" text-anchor=\"middle\">{}</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}\
         </text><text transform=\"translate(11 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
        TOP - 7.0,
        lang.pick(figure::REST_CUE),
        LEFT + PLOT,
        BOTTOM + 31.0,
        lang.pick(figure::RELEASE_AXIS),
        f64::midpoint(TOP, BOTTOM),
        lang.pick(figure::RATIO_AXIS)
    );
}

fn key(out: &mut String, lang: Language, has_median: bool) {
    let mut row = Legend::new(out, LEFT, BOTTOM + 54.0);
    row.line("one", lang.pick(figure::KEY_ONE_RELEASE));
    if has_median {
        row.line("all", lang.pick(figure::KEY_MEDIAN));
    }
    row.line("base", lang.pick(figure::KEY_BASELINE));
    row.line("ceil", lang.pick(figure::KEY_COMPLETE));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_needs_three_and_leaves_gaps_out() {
        assert!(medians(&[vec![1.0; POINTS], vec![2.0; POINTS]]).is_empty());
        let curves = [vec![1.0; POINTS], vec![2.0; POINTS], vec![9.0; 20], vec![f64::NAN; POINTS]];
        let median = medians(&curves);
        assert_eq!((median[0], median.len()), (2.0, POINTS));
        assert!(median[40].is_nan());
    }

    #[test]
    fn a_release_far_above_stays_in_the_picture() {
        let scale = Scale { octaves: 4.0 };
        assert_eq!((scale.y(0.0), scale.y(0.5), scale.y(8.0)), (BOTTOM, BOTTOM, TOP));
        assert!(scale.y(f64::INFINITY) > 0.0);
    }
}
