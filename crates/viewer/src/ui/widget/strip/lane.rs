//! One channel of a strip.

use egui::{Align2, Color32, CornerRadius, Mesh, Painter, Rangef, Rect, Stroke, pos2};
use tonus_core::decision::{Quality, State};
use tonus_report::palette::bar_share;
use tonus_report::vocabulary::Language;

use super::axis::TimeAxis;
use super::{Lane, RIBBON, Texts};
use crate::trace::{Column, Pyramid, TICKS_PER_S};
use crate::ui::draw;
use crate::ui::theme::{Size, Theme};

/// Labels of the axis of values, from the bottom to the top.
pub(super) fn labels(top_uv: f32, language: Language) -> [String; 3] {
    [0.0, 0.5, 1.0].map(|part| language.axis(f64::from(top_uv * part)))
}

/// Where values lie.
struct ValueAxis {
    area: Rect,
    top_uv: f32,
}

impl ValueAxis {
    fn y(&self, uv: f32) -> f32 {
        self.area.bottom() - (uv / self.top_uv).clamp(0.0, 1.06) * self.area.height()
    }
}

pub(super) fn draw(painter: &Painter, theme: &Theme, time: &TimeAxis, lane: &Lane<'_>, texts: &Texts<'_>, area: Rect) {
    let ribbon = Rect::from_min_max(pos2(area.left(), area.bottom() - RIBBON), area.max);
    let mut plot = Rect::from_min_max(area.min, pos2(area.right(), ribbon.top() - 6.0));
    let raw_area = lane.raw_uv.map(|_| {
        let height = (plot.height() * 0.36).max(30.0);
        Rect::from_min_max(pos2(plot.left(), plot.bottom() - height), plot.max)
    });
    if let Some(raw_area) = raw_area {
        plot.max.y = raw_area.top() - 8.0;
    }
    super::ground(painter, theme, plot);
    let values = ValueAxis { area: plot, top_uv: lane.top_uv.max(1e-3) };
    let inside = painter.with_clip_rect(plot);
    targets(&inside, theme, time, &values, lane);
    grid(painter, theme, &values, texts);
    blanks(&inside, theme, time, lane, texts, plot);
    envelope(&inside, theme, time, &values, lane.track.envelope());
    let known = if lane.hushed.is_empty() {
        newest(painter, theme, time, &values, lane);
        time.right
    } else {
        hushed(&inside, theme, time, lane, plot)
    };
    if let (Some(area), Some(half_uv), Some(raw)) = (raw_area, lane.raw_uv, lane.track.raw()) {
        super::ground(painter, theme, area);
        raw_trace(&painter.with_clip_rect(area), theme, time, raw, lane.track.rate_hz(), half_uv, area);
    }
    states(painter, theme, time, lane, (ribbon, known));
}

fn targets(painter: &Painter, theme: &Theme, time: &TimeAxis, values: &ValueAxis, lane: &Lane<'_>) {
    let p = &theme.palette;
    let area = values.area;
    for target in lane.targets {
        let from = if target.from_s.is_finite() { time.x(target.from_s) } else { area.left() };
        let to = if target.to_s.is_finite() { time.x(target.to_s) } else { area.right() };
        let x = Rangef::new(from.max(area.left()), to.min(area.right()));
        if x.span() <= 0.0 {
            continue;
        }
        let (high, low) = (values.y(target.high_uv), values.y(target.low_uv));
        let reaches = |edge: f32, limit: f32| if (edge - limit).abs() < 0.5 { 8 } else { 0 };
        let (left, right) = (reaches(x.min, area.left()), reaches(x.max, area.right()));
        let bottom = reaches(low, area.bottom());
        let corner = CornerRadius { nw: 0, ne: 0, sw: left.min(bottom), se: right.min(bottom) };
        painter.rect_filled(Rect::from_x_y_ranges(x, high..=low), corner, p.target);
        let edge = Stroke::new(theme.line_width().max(1.5), p.target_edge);
        for y in [Some(high), (target.low_uv > 0.0).then_some(low)].into_iter().flatten() {
            painter.extend(egui::Shape::dashed_line(&[pos2(x.min, y), pos2(x.max, y)], edge, 7.0, 5.0));
        }
        let wide = draw::width_of(painter, theme, Size::Caption, target.word);
        // What holds now gets its word, unless the envelope passes there.
        if to >= area.right() && x.span() > wide + 24.0 {
            let at = pos2(time.right - 16.0, high - 3.0);
            let room = Align2::RIGHT_BOTTOM
                .anchor_size(at, egui::vec2(wide, draw::line_height(painter, theme, Size::Caption)));
            if is_free(time, values, lane, room) {
                draw::write(painter, theme, at, Align2::RIGHT_BOTTOM, Size::Caption, p.text_soft, target.word);
            }
        }
    }
}

/// Whether the envelope stays out of a place.
fn is_free(time: &TimeAxis, values: &ValueAxis, lane: &Lane<'_>, room: Rect) -> bool {
    let tick = |x: f32| (time.s(x) * TICKS_PER_S).max(0.0) as u64;
    let column = lane.track.envelope().range(tick(room.left() - 4.0), tick(room.right() + 4.0) + 1);
    !column.is_empty() && (values.y(column.max) > room.bottom() || values.y(column.min) < room.top())
}

fn grid(painter: &Painter, theme: &Theme, values: &ValueAxis, texts: &Texts<'_>) {
    let p = &theme.palette;
    let area = values.area;
    let caption = draw::line_height(painter, theme, Size::Caption);
    let x = area.left() - 8.0;
    let has_middle = area.height() > 4.5 * caption;
    let anchors = [Align2::RIGHT_BOTTOM, Align2::RIGHT_CENTER, Align2::RIGHT_TOP];
    for (part, (label, anchor)) in labels(values.top_uv, texts.language).iter().zip(anchors).enumerate() {
        let is_middle = part == 1;
        if is_middle && !has_middle {
            continue;
        }
        let y = painter.round_to_pixel_center(values.y(values.top_uv * part as f32 / 2.0));
        if is_middle {
            painter.hline(area.x_range(), y, Stroke::new(1.0, p.line));
        }
        draw::write(painter, theme, pos2(x, y), anchor, Size::Caption, p.text_soft, label);
    }
    if area.height() > 3.2 * caption {
        let at = pos2(x, area.top() + caption);
        draw::write(painter, theme, at, Align2::RIGHT_TOP, Size::Caption, p.text_soft, texts.unit);
    }
}

/// Ticks in sight: the first, and the one after the last.
fn ticks(time: &TimeAxis) -> (u64, u64) {
    let (from, to) = time.range_s();
    ((from * TICKS_PER_S).floor().max(0.0) as u64, (to * TICKS_PER_S).floor().max(0.0) as u64 + 1)
}

/// Stretches that cannot be told are blank, with the reason if there is room for it.
fn blanks(painter: &Painter, theme: &Theme, time: &TimeAxis, lane: &Lane<'_>, texts: &Texts<'_>, area: Rect) {
    let p = &theme.palette;
    let (from, to) = ticks(time);
    let mut runs = lane.track.runs(from, to).filter(|run| run.mark.hides_envelope()).peekable();
    while let Some(first) = runs.next() {
        let (mut end, mut quality) = (first.to, first.mark.quality);
        while let Some(next) = runs.next_if(|next| next.from == end) {
            end = next.to;
            quality |= next.mark.quality;
        }
        let x = |tick: u64| time.x(tick as f64 / TICKS_PER_S);
        let blank = Rect::from_x_y_ranges(x(first.from).max(area.left())..=x(end).min(time.right), area.y_range());
        painter.rect_filled(blank, CornerRadius::ZERO, p.hollow);
        draw::hatch(painter, blank, 12.0, time.phase(12.0), Stroke::new(1.0, draw::mix(p.hollow, p.invalid, 0.45)));
        let word = reason(quality, texts);
        note(painter, theme, blank, word);
    }
}

/// A word in the middle of a blank, in lines if need be, smaller if need be; nothing rather than half a word.
fn note(painter: &Painter, theme: &Theme, blank: Rect, text: &str) {
    let p = &theme.palette;
    for size in [Size::Body, Size::Caption] {
        let longest =
            text.split_whitespace().map(|word| draw::width_of(painter, theme, size, word)).fold(0.0, f32::max);
        let room = blank.width() - 32.0;
        if longest == 0.0 || longest > room {
            continue;
        }
        let galley = painter.layout(text.to_owned(), theme.font(size), p.text, room + 1.0);
        let pill = Rect::from_center_size(blank.center(), galley.size() + egui::vec2(20.0, 10.0));
        if blank.contains_rect(pill) {
            painter.rect_filled(pill, CornerRadius::same(12), p.surface);
            painter.galley(pill.min + egui::vec2(10.0, 5.0), galley, p.text);
        }
        return;
    }
}

/// The word of the worst that is wrong.
fn reason<'a>(quality: Quality, texts: &Texts<'a>) -> &'a str {
    texts.quality.iter().find(|(flag, _)| quality.intersects(*flag)).map_or("", |(_, word)| word)
}

fn envelope(painter: &Painter, theme: &Theme, time: &TimeAxis, values: &ValueAxis, envelope: &Pyramid) {
    let p = &theme.palette;
    let grid = time.grid(TICKS_PER_S);
    let mut columns = vec![Column::EMPTY; grid.count];
    envelope.columns(grid.first, grid.width, &mut columns);
    let half = 1.2;
    let base = values.area.bottom();
    let none = Rangef::new(f32::NAN, f32::NAN);
    let span = |column: &Column| {
        if column.is_empty() { none } else { Rangef::new(values.y(column.max), values.y(column.min)) }
    };
    let spans: Vec<_> = columns.iter().map(span).collect();
    let mut fill = Mesh::default();
    fill.vertices.reserve(2 * grid.count);
    fill.indices.reserve(6 * grid.count);
    let colour = p.trace_fill.gamma_multiply(0.55);
    let mut line = Vec::with_capacity(grid.count);
    for (place, &y) in spans.iter().enumerate() {
        let x = time.x(grid.s(place));
        if y.min.is_nan() {
            // Ends the piece.
            line.push((x, none));
            continue;
        }
        // The line covers the edge of the filling, which therefore needs no soft one.
        let next = fill.vertices.len() as u32;
        fill.colored_vertex(pos2(x, y.center().min(base)), colour);
        fill.colored_vertex(pos2(x, base), colour);
        if place > 0 && !spans[place - 1].min.is_nan() {
            fill.add_triangle(next - 2, next - 1, next);
            fill.add_triangle(next - 1, next, next + 1);
        }
        // Halfway to its neighbours, so that the line is as thick where it is steep.
        let mut reach = y;
        for other in [place.checked_sub(1), Some(place + 1)].into_iter().flatten() {
            if let Some(other) = spans.get(other).filter(|other| !other.min.is_nan()) {
                reach.min = reach.min.min(f32::midpoint(y.min, other.max));
                reach.max = reach.max.max(f32::midpoint(y.max, other.min));
            }
        }
        line.push((x, Rangef::new(reach.min - half, reach.max + half)));
    }
    painter.add(fill);
    draw::band(painter, &line, p.trace);
}

/// Nothing comes: the edge of now is blanked, with the reason. Where that begins is returned.
fn hushed(painter: &Painter, theme: &Theme, time: &TimeAxis, lane: &Lane<'_>, plot: Rect) -> f32 {
    let p = &theme.palette;
    let width = draw::width_of(painter, theme, Size::Caption, lane.hushed) + 44.0;
    let from = (time.right - width.min(0.4 * plot.width())).max(plot.left());
    let blank = Rect::from_min_max(pos2(from, plot.top()), plot.max);
    painter.rect_filled(blank, CornerRadius::ZERO, p.surface);
    draw::hatch(painter, blank, 12.0, 0.0, Stroke::new(1.0, draw::mix(p.hollow, p.invalid, 0.5)));
    let pill = Rect::from_center_size(blank.center(), egui::vec2(blank.width() - 16.0, 30.0 * theme.text_scale));
    painter.rect_filled(pill, CornerRadius::same(12), p.surface);
    draw::write(painter, theme, pill.center(), Align2::CENTER_CENTER, Size::Caption, p.text, lane.hushed);
    from
}

/// The newest value as a shape of its state.
fn newest(painter: &Painter, theme: &Theme, time: &TimeAxis, values: &ValueAxis, lane: &Lane<'_>) {
    let (_, to) = ticks(time);
    let at = to.saturating_sub(1).min(lane.track.envelope().end().saturating_sub(1));
    let (uv, Some(mark)) = (lane.track.envelope().value(at), lane.track.mark(at)) else { return };
    let x = time.x(at as f64 / TICKS_PER_S);
    if uv.is_nan() || x < time.left {
        return;
    }
    let centre = pos2(x, values.y(uv));
    painter.circle_filled(centre, 11.0, theme.palette.surface);
    draw::state_shape(painter, theme, centre, 8.0, mark.state);
}

fn raw_trace(painter: &Painter, theme: &Theme, time: &TimeAxis, raw: &Pyramid, rate_hz: f64, half_uv: f32, area: Rect) {
    let grid = time.grid(rate_hz);
    let mut columns = vec![Column::EMPTY; grid.count];
    raw.columns(grid.first, grid.width, &mut columns);
    let y = |uv: f32| area.center().y - (uv / half_uv).clamp(-1.1, 1.1) * area.height() / 2.0;
    let points = columns.iter().enumerate().map(|(place, column)| {
        // Nothing is thinner than a hairline.
        let y = Rangef::new(y(column.max) - 0.5, y(column.min) + 0.5);
        (time.x(grid.s(place)), y)
    });
    let colour = draw::mix(theme.palette.surface, theme.palette.trace, 0.75);
    let points: Vec<_> = points.collect();
    draw::band(painter, &points, colour);
}

/// States as a ribbon: height says it as well as colour, and hatching as well as height. Nothing is said beyond `known`.
fn states(painter: &Painter, theme: &Theme, time: &TimeAxis, lane: &Lane<'_>, (area, known): (Rect, f32)) {
    let p = &theme.palette;
    let (from, to) = ticks(time);
    let mut runs = lane.track.runs(from, to).peekable();
    let inside = painter.with_clip_rect(Rect::from_x_y_ranges(time.left..=known.min(time.right), area.y_range()));
    while let Some(first) = runs.next() {
        let mut end = first.to;
        while let Some(next) = runs.next_if(|next| next.mark.state == first.mark.state) {
            end = next.to;
        }
        let x = |tick: u64| time.x(tick as f64 / TICKS_PER_S);
        let whole = Rect::from_x_y_ranges(x(first.from)..=x(end), area.y_range());
        let colour = theme.state(first.mark.state);
        let height = bar_share(first.mark.state) * whole.height();
        let bar = Rect::from_min_max(pos2(whole.left(), whole.bottom() - height), whole.max);
        match first.mark.state {
            State::Rest => inside.rect_filled(bar, CornerRadius::same(2), colour),
            State::Controlled => inside.rect_filled(bar, CornerRadius::same(3), colour),
            State::Overactive => {
                let block = inside.rect_filled(bar, CornerRadius::same(3), colour);
                draw::hatch(&inside, bar, 8.0, time.phase(8.0), Stroke::new(2.0, stripe(theme, colour)));
                block
            }
            State::Invalid => {
                let outline = Stroke::new(1.5, draw::mix(p.surface, p.invalid, 0.8));
                let at = painter.round_to_pixel_center(whole.bottom() - 1.0);
                inside.extend(egui::Shape::dashed_line(
                    &[pos2(whole.left(), at), pos2(whole.right(), at)],
                    outline,
                    4.0,
                    4.0,
                ));
                continue;
            }
        };
    }
}

fn stripe(theme: &Theme, colour: Color32) -> Color32 {
    draw::mix(colour, theme.palette.surface, 0.45)
}
