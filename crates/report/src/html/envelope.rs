//! The picture of one channel over time: cues above, the envelope with its targets, states below.

use std::fmt::Write as _;

use tonus_core::decision::State;
use tonus_core::input::Cue;

use super::chart::{coordinate, path, rectangle, ticks, time_ticks};
use super::legend::Legend;
use super::targets::{self, Target};
use super::view::{Channel, View};
use super::write::{self, NAME, Show, data, short};
use crate::palette::bar_share;
use crate::trace::{Bin, Bins};
use crate::vocabulary::{self, Language};
use crate::words::{self, figure};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 54.0;
const RIGHT: f64 = 8.0;
const PLOT: f64 = WIDTH - LEFT - RIGHT;
const CUES_TOP: f64 = 4.0;
const CUES_HEIGHT: f64 = 20.0;
const TOP: f64 = 34.0;
const HEIGHT: f64 = 220.0;
const BOTTOM: f64 = TOP + HEIGHT;
const STATES_TOP: f64 = BOTTOM + 8.0;
const STATES_HEIGHT: f64 = 27.0;
const AXIS: f64 = STATES_TOP + STATES_HEIGHT;
const KEY: f64 = AXIS + 52.0;
const TOTAL: f64 = KEY + 34.0;

/// More spans than these have no edges.
const DENSE_CUES: usize = 120;
/// More bins than the picture has points make a finer line.
const DENSE_BINS: usize = 1000;

/// Seconds and levels as coordinates.
struct Scale {
    end_s: f64,
    top_uv: f64,
}

impl Scale {
    fn x(&self, seconds: f64) -> f64 {
        LEFT + PLOT * (seconds / self.end_s).clamp(0.0, 1.0)
    }

    /// Never far above the picture, however large a peak is: the frame cuts it.
    fn y(&self, uv: f64) -> f64 {
        BOTTOM - HEIGHT * (uv / self.top_uv).clamp(0.0, 1.2)
    }
}

/// Writes the figure.
pub(super) fn figure(out: &mut String, view: &View<'_>, channel: &Channel<'_>) {
    let lang = view.language;
    let end_s = view.traces.end_s();
    let Some(bins) = channel.trace.map(|trace| &trace.bins).filter(|bins| !bins.bins().is_empty() && end_s > 0.0)
    else {
        write::element(out, "p", lang.pick(figure::NO_SIGNAL));
        return;
    };
    let targets = targets::shapes(view, channel);
    let (top_uv, is_cut) = top(bins, channel, &targets);
    let scale = Scale { end_s, top_uv };
    let n = channel.number;
    let title = figure::over_time_title(lang, &short(&channel.report.name, NAME));
    let _ = write!(
        out,
        "<figure><svg viewBox=\"0 0 {WIDTH} {TOTAL}\" role=\"img\" aria-labelledby=\"t{n} d{n}\"><title id=\"t{n}\">{title}</title>\
         <desc id=\"d{n}\">{}</desc>{}",
        lang.pick(figure::OVER_TIME_DESCRIPTION),
        patterns(n)
    );
    cues(out, view, &scale);
    axes(out, channel, &scale);
    let _ = write!(out, "<g clip-path=\"url(#c{n})\">");
    fills(out, &targets, &scale);
    envelope(out, bins, &scale);
    edges(out, &targets, &scale);
    let measures = measures(channel, &scale);
    lines(out, &measures, &scale);
    out.push_str("</g>");
    states(out, lang, bins, &scale, n);
    key(out, lang, &measures, &targets, n);
    out.push_str("</svg><figcaption>");
    caption(out, channel, is_cut);
    out.push_str("</figcaption></figure>\n");
}

/// The top of the level axis, and whether brief peaks are above it.
fn top(bins: &Bins, channel: &Channel<'_>, targets: &[Target]) -> (f64, bool) {
    let mut peaks: Vec<f32> = bins.bins().iter().filter_map(|bin| bin.valid.max()).collect();
    if peaks.is_empty() {
        peaks = bins.bins().iter().filter_map(|bin| bin.invalid.mean()).collect();
    }
    peaks.sort_by(f32::total_cmp);
    let largest = peaks.last().map_or(0.0, |peak| f64::from(*peak));
    let usual = peaks.get(peaks.len() * 199 / 200).map_or(0.0, |peak| f64::from(*peak));
    let calibration = &channel.report.calibration;
    let lines = calibration.baseline_uv.into_iter().map(f64::from);
    let shapes = targets.iter().map(Target::highest_uv);
    let needed = lines.chain(shapes).filter(|uv| uv.is_finite()).fold(0.0, f64::max);
    let top = (1.06 * largest.min(1.5 * usual)).max(1.1 * needed.min(4.0 * largest.max(1e-9)));
    let top = if top > 0.0 && top.is_finite() { top } else { 1.0 };
    // A hold that this session comes nowhere near would only flatten the picture.
    let reference = calibration.reference_uv.map(f64::from).filter(|reference| *reference < 2.0 * top);
    let top = reference.map_or(top, |reference| top.max(1.1 * reference));
    (top, largest > top)
}

fn patterns(n: usize) -> String {
    format!(
        "<defs><clipPath id=\"c{n}\"><rect x=\"{LEFT}\" y=\"{TOP}\" width=\"{PLOT}\" height=\"{HEIGHT}\"/></clipPath>\
         <pattern id=\"p{n}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><rect class=\"s2\" width=\"5\" height=\"5\"/>\
         <path class=\"b2\" d=\"M0 2.5H5\"/></pattern>\
         <pattern id=\"h{n}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <path class=\"b3\" d=\"M0 0V5\"/></pattern></defs>"
    )
}

/// The strip of cues: one shape for all spans of a kind, and a word where there is room.
fn cues(out: &mut String, view: &View<'_>, scale: &Scale) {
    let lang = view.language;
    let (mut rest, mut work, mut labels) = (String::new(), String::new(), String::new());
    for span in view.traces.cues().iter().filter(|span| span.cue != Cue::Free) {
        let (start, end) = (scale.x(span.start_s), scale.x(span.end_s));
        let width = (end - start).max(0.3);
        rectangle(if span.cue.is_work() { &mut work } else { &mut rest }, start, CUES_TOP, width, CUES_HEIGHT);
        let word = vocabulary::cue(lang, span.cue);
        if width > 5.2 * word.len() as f64 + 4.0 {
            let (x, y) = (coordinate(f64::midpoint(start, end)), CUES_TOP + 14.0);
            let _ = write!(labels, "<text class=\"ink word\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{word}</text>");
        }
    }
    row_label(out, lang.pick(figure::CUES_ROW), CUES_TOP + 14.0);
    let _ = write!(out, "<path class=\"cr\" d=\"{rest}\"/><path class=\"cw\" d=\"{work}\"/>{labels}");
    // Many edges beside each other would be all that can be seen.
    if view.traces.cues().len() <= DENSE_CUES {
        let _ = write!(out, "<path class=\"edge\" d=\"{work}\"/>");
    }
}

fn row_label(out: &mut String, word: &str, y: f64) {
    let _ = write!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{word}</text>", LEFT - 8.0, coordinate(y));
}

fn axes(out: &mut String, channel: &Channel<'_>, scale: &Scale) {
    let lang = channel.language;
    let (levels, decimals) = ticks(scale.top_uv, 5.0);
    let mut grid = String::new();
    for level in &levels {
        let y = coordinate(scale.y(*level));
        let _ = write!(grid, "M{LEFT} {y}h{PLOT}");
        row_label(out, &lang.decimals(*level, decimals), scale.y(*level) + 4.0);
    }
    let times = time_ticks(scale.end_s);
    let mut marks = String::new();
    for time in &times {
        let x = coordinate(scale.x(*time));
        let _ = write!(grid, "M{x} {TOP}V{BOTTOM}");
        let _ = write!(marks, "M{x} {AXIS}v5");
        let anchor = if scale.x(*time) > WIDTH - RIGHT - 16.0 { "end" } else { "middle" };
        let (y, time) = (AXIS + 18.0, write::clock(*time));
        let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{time}</text>");
    }
    let _ = write!(
        out,
        "<path class=\"grid\" d=\"{grid}\"/><path class=\"axis\" d=\"M{LEFT} {AXIS}h{PLOT}{marks}\"/><text x=\"{}\" y=\"{}\" \
         text-anchor=\"end\">{}</text><text transform=\"translate(11 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
        WIDTH - RIGHT,
        AXIS + 33.0,
        lang.pick(figure::TIME_AXIS),
        f64::midpoint(TOP, BOTTOM),
        channel.unit()
    );
}

/// Smallest, mean and largest envelope of a bin.
type Levels = (f32, f32, f32);

/// Runs of neighbouring bins that have a level: begin, and the levels.
fn runs(bins: &Bins, level: impl Fn(&Bin) -> Option<Levels>) -> Vec<(usize, Vec<Levels>)> {
    let mut runs: Vec<(usize, Vec<_>)> = Vec::new();
    let mut is_open = false;
    for (place, bin) in bins.bins().iter().enumerate() {
        match (level(bin), runs.last_mut()) {
            (Some(level), Some((_, run))) if is_open => run.push(level),
            (Some(level), _) => runs.push((place, vec![level])),
            (None, _) => {}
        }
        is_open = level(bin).is_some();
    }
    runs
}

/// The points of a run: at the middle of each bin, and at the outer edges.
fn points(scale: &Scale, width_s: f64, start: usize, values: impl ExactSizeIterator<Item = f32>) -> Vec<(f64, f64)> {
    let last = values.len().saturating_sub(1);
    let mut points = Vec::with_capacity(last + 3);
    for (n, value) in values.enumerate() {
        let (place, y) = ((start + n) as f64, scale.y(f64::from(value)));
        if n == 0 {
            points.push((scale.x(place * width_s), y));
        }
        points.push((scale.x((place + 0.5) * width_s), y));
        if n == last {
            points.push((scale.x((place + 1.0) * width_s), y));
        }
    }
    points
}

fn envelope(out: &mut String, bins: &Bins, scale: &Scale) {
    let width_s = bins.width_s();
    let (mut range, mut mean, mut dim) = (String::new(), String::new(), String::new());
    for (start, run) in runs(bins, |bin| Some((bin.valid.min()?, bin.valid.mean()?, bin.valid.max()?))) {
        let mut around = points(scale, width_s, start, run.iter().map(|level| level.2));
        let mut below = points(scale, width_s, start, run.iter().map(|level| level.0));
        below.reverse();
        around.append(&mut below);
        range += &path(&around);
        range.push('z');
        mean += &path(&points(scale, width_s, start, run.iter().map(|level| level.1)));
    }
    let fine = if bins.bins().len() > DENSE_BINS { " fine" } else { "" };
    let invalid = |bin: &Bin| bin.valid.mean().is_none().then(|| bin.invalid.mean()).flatten();
    for (start, run) in runs(bins, |bin| invalid(bin).map(|mean| (mean, mean, mean))) {
        dim += &path(&points(scale, width_s, start, run.iter().map(|level| level.1)));
    }
    let _ = write!(
        out,
        "<path class=\"range\" d=\"{range}\"/><path class=\"dim\" d=\"{dim}\"/><path class=\"line{fine}\" d=\"{mean}\"/>"
    );
}

fn fills(out: &mut String, targets: &[Target], scale: &Scale) {
    let (mut below, mut band) = (String::new(), String::new());
    for target in targets {
        let (path, low_uv) = match target {
            Target::Ceiling { .. } => (&mut below, 0.0),
            Target::Band { low_uv, .. } => (&mut band, *low_uv),
        };
        for (start_s, end_s, high_uv) in target.steps() {
            let (x, y) = (scale.x(start_s), scale.y(high_uv));
            rectangle(path, x, y, scale.x(end_s) - x, scale.y(low_uv) - y);
        }
    }
    let _ = write!(out, "<path class=\"ceilfill\" d=\"{below}\"/><path class=\"bandfill\" d=\"{band}\"/>");
}

fn edges(out: &mut String, targets: &[Target], scale: &Scale) {
    let (mut ceiling, mut band) = (String::new(), String::new());
    for target in targets {
        let points = |level: &dyn Fn(f64) -> f64| {
            let steps = target.steps().into_iter();
            let ends = steps.flat_map(|(start, end, uv)| [(start, level(uv)), (end, level(uv))]);
            path(&ends.map(|(seconds, uv)| (scale.x(seconds), scale.y(uv))).collect::<Vec<_>>())
        };
        match target {
            Target::Ceiling { .. } => ceiling += &points(&|uv| uv),
            Target::Band { low_uv, .. } => {
                band += &points(&|uv| uv);
                band += &points(&|_| *low_uv);
            }
        }
    }
    let _ = write!(out, "<path class=\"ceil\" d=\"{ceiling}\"/><path class=\"band\" d=\"{band}\"/>");
}

/// Own measures, each as a line if it is in the picture: class, and level.
fn measures(channel: &Channel<'_>, scale: &Scale) -> Vec<(&'static str, f64)> {
    let calibration = &channel.report.calibration;
    let lines = [("base", calibration.baseline_uv), ("ref", calibration.reference_uv)];
    let levels = lines.into_iter().filter_map(|(class, level)| Some((class, f64::from(level?))));
    levels.filter(|(_, level)| *level <= scale.top_uv).collect()
}

fn lines(out: &mut String, measures: &[(&str, f64)], scale: &Scale) {
    for (class, level) in measures {
        let y = coordinate(scale.y(*level));
        let _ = write!(out, "<path class=\"{class}\" d=\"M{LEFT} {y}h{PLOT}\"/>");
    }
}

/// Height of a state's bar, from the bottom of the strip.
fn height(state: State) -> f64 {
    STATES_HEIGHT * f64::from(bar_share(state))
}

/// The strip of states. A bin that holds some overactivity or invalid time among other things shows a slim bar of it.
fn states(out: &mut String, lang: Language, bins: &Bins, scale: &Scale, n: usize) {
    let mut shapes = [const { String::new() }; 4];
    let width_s = bins.width_s();
    let mut bar = |state: State, start: usize, end: usize, slim: bool| {
        let (from, to) = (scale.x(start as f64 * width_s), scale.x(end as f64 * width_s));
        let width = if slim { 1.2 } else { (to - from).max(0.3) };
        rectangle(&mut shapes[state as usize], from, AXIS - height(state), width, height(state));
    };
    let mut run: Option<(State, usize)> = None;
    let list = bins.bins();
    for (place, bin) in list.iter().enumerate() {
        let state = bin.dominant();
        if run.map(|(state, _)| state) != state {
            if let Some((state, start)) = run {
                bar(state, start, place, false);
            }
            run = state.map(|state| (state, place));
        }
        for minor in [State::Overactive, State::Invalid] {
            if bin.has(minor) && state != Some(minor) {
                bar(minor, place, place + 1, true);
            }
        }
    }
    if let Some((state, start)) = run {
        bar(state, start, list.len(), false);
    }
    row_label(out, lang.pick(figure::STATES_ROW), AXIS - 9.0);
    let [rest, controlled, overactive, invalid] = shapes;
    let _ = write!(
        out,
        "<path class=\"s0\" d=\"{rest}\"/><path class=\"s1\" d=\"{controlled}\"/>\
         <path class=\"s3\" fill=\"url(#h{n})\" d=\"{invalid}\"/><path class=\"s2\" d=\"{overactive}\"/>\
         <path fill=\"url(#p{n})\" d=\"{overactive}\"/>"
    );
}

/// Two rows: states and cues, and lines.
fn key(out: &mut String, lang: Language, measures: &[(&str, f64)], targets: &[Target], n: usize) {
    let mut row = Legend::new(out, LEFT, KEY);
    for state in [State::Rest, State::Controlled, State::Overactive, State::Invalid] {
        let high = height(state) / STATES_HEIGHT * 14.0;
        let paint = match state {
            State::Rest => "class=\"s0\"".to_owned(),
            State::Controlled => "class=\"s1\"".to_owned(),
            State::Overactive => format!("fill=\"url(#p{n})\""),
            State::Invalid => format!("class=\"s3\" fill=\"url(#h{n})\""),
        };
        row.block(&paint, high, vocabulary::state(lang, state));
    }
    row.block("class=\"cr\"", 14.0, lang.pick(figure::KEY_REST_CUE));
    row.block("class=\"cw\"", 14.0, lang.pick(figure::KEY_WORK_CUE));
    let mut row = Legend::new(out, LEFT, KEY + 26.0);
    row.line("line", lang.pick(figure::KEY_MEAN));
    row.block("class=\"range\"", 14.0, lang.pick(figure::KEY_RANGE));
    for (class, word) in [("base", lang.pick(figure::KEY_BASELINE)), ("ref", lang.pick(figure::KEY_REFERENCE))] {
        if measures.iter().any(|measure| measure.0 == class) {
            row.line(class, word);
        }
    }
    let has = |band: bool| targets.iter().any(|target| matches!(target, Target::Band { .. }) == band);
    if has(false) {
        row.area("ceil", false, lang.pick(figure::KEY_CEILING));
    }
    if has(true) {
        row.area("band", true, lang.pick(figure::KEY_BAND));
    }
}

fn caption(out: &mut String, channel: &Channel<'_>, is_cut: bool) {
    let lang = channel.language;
    let calibration = &channel.report.calibration;
    let key = |name: &str| channel.key(&["calibration", name]);
    let level = |name: &str, value| Some(words::value(&data(lang, &key(name), &value, Show::Level)?, channel.unit()));
    if let Some(level) = level("baseline_uv", calibration.baseline_uv) {
        out.push_str(&figure::baseline(lang, &level));
    }
    if let Some(level) = level("reference_uv", calibration.reference_uv) {
        out.push(' ');
        out.push_str(&figure::reference(lang, &level));
    }
    if is_cut {
        out.push(' ');
        out.push_str(lang.pick(figure::CUT_OFF));
    }
}
