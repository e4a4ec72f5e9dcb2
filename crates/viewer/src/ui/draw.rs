//! Shapes that several widgets share.

use std::f32::consts::TAU;

use egui::epaint::PathShape;
use egui::{
    Align2, Color32, Mesh, Painter, Pos2, Rangef, Rect, Response, Role, Shape, Stroke, Vec2, WidgetInfo, pos2, vec2,
};
use tonus_core::decision::State;

use super::theme::{Size, Theme};

/// What assistive technology is told of a widget.
pub fn speak(response: &Response, role: Role, name: &str, value: &str, number: Option<f64>) {
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(role, true, name);
        info.current_text_value = (!value.is_empty()).then(|| value.to_owned());
        info.value = number.filter(|number| number.is_finite());
        info
    });
}

/// Gives a widget of egui's own a name for those who hear it.
pub fn name(response: &Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}

/// Tells a widget's name and value again whenever they change, without disturbing.
pub fn live(response: &Response) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_live(egui::accesskit::Live::Polite));
}

/// Tells a widget whenever its words change, without disturbing.
pub fn announce(response: &Response, text: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Status);
        node.set_live(egui::accesskit::Live::Polite);
        node.set_label(text);
    });
}

/// Writes one line and says where it came to stand.
pub fn write(
    painter: &Painter,
    theme: &Theme,
    pos: Pos2,
    anchor: Align2,
    size: Size,
    colour: Color32,
    text: &str,
) -> Rect {
    if text.is_empty() {
        return Rect::from_min_size(pos, Vec2::ZERO);
    }
    let galley = painter.layout_no_wrap(text.to_owned(), theme.font(size), colour);
    let rect = anchor.anchor_size(pos, galley.size());
    painter.galley(rect.min, galley, colour);
    rect
}

/// Writes within a width, in as many lines as it takes, from the top left corner; says where.
pub fn write_wrapped(
    painter: &Painter,
    theme: &Theme,
    pos: Pos2,
    width: f32,
    size: Size,
    colour: Color32,
    text: &str,
) -> Rect {
    if text.is_empty() {
        return Rect::from_min_size(pos, Vec2::ZERO);
    }
    let galley = painter.layout(text.to_owned(), theme.font(size), colour, width.max(1.0));
    let rect = Rect::from_min_size(pos, galley.size());
    painter.galley(pos, galley, colour);
    rect
}

/// How wide a line would be.
pub fn width_of(painter: &Painter, theme: &Theme, size: Size, text: &str) -> f32 {
    painter.layout_no_wrap(text.to_owned(), theme.font(size), theme.palette.text).size().x
}

/// How high a line is.
pub fn line_height(painter: &Painter, theme: &Theme, size: Size) -> f32 {
    painter.fonts_mut(|fonts| fonts.row_height(&theme.font(size)))
}

/// One colour laid over another: `share` of the upper one.
pub fn mix(below: Color32, above: Color32, share: f32) -> Color32 {
    below.lerp_to_gamma(above, share.clamp(0.0, 1.0))
}

/// A point on a circle. Turns are counted clockwise from the top.
fn on_circle(centre: Pos2, radius: f32, turn: f32) -> Pos2 {
    let angle = TAU * (turn - 0.25);
    centre + radius * vec2(angle.cos(), angle.sin())
}

/// A whole circle, with the line on both sides of its radius as that of [`arc`] is.
pub fn ring(painter: &Painter, centre: Pos2, radius: f32, stroke: Stroke) {
    let steps = (TAU * radius / 3.0).ceil().max(12.0) as usize;
    let points = (0..steps).map(|step| on_circle(centre, radius, step as f32 / steps as f32)).collect();
    painter.add(PathShape::closed_line(points, stroke));
}

/// Part of a circle with round ends, from one turn to another.
pub fn arc(painter: &Painter, centre: Pos2, radius: f32, from: f32, to: f32, stroke: Stroke) {
    if to - from < 1e-3 || stroke.width <= 0.0 {
        return;
    }
    if to - from >= 0.999 {
        ring(painter, centre, radius, stroke);
        return;
    }
    let steps = ((to - from) * TAU * radius / 3.0).ceil().max(2.0) as usize;
    let turn = |step: usize| from + (to - from) * step as f32 / steps as f32;
    let points = (0..=steps).map(|step| on_circle(centre, radius, turn(step))).collect();
    painter.add(PathShape::line(points, stroke));
    for end in [from, to] {
        painter.circle_filled(on_circle(centre, radius, end), stroke.width / 2.0, stroke.color);
    }
}

/// A disc whose colour changes softly from the middle to the edge.
pub fn soft_disc(painter: &Painter, centre: Pos2, radius: f32, middle: Color32, edge: Color32) {
    let mut mesh = Mesh::default();
    mesh.colored_vertex(centre, middle);
    let steps = 96_u32;
    for step in 0..steps {
        mesh.colored_vertex(on_circle(centre, radius, step as f32 / steps as f32), edge);
        mesh.add_triangle(0, 1 + step, 1 + (step + 1) % steps);
    }
    painter.add(mesh);
}

/// A band along growing `x` with soft edges; where a point is not a number it is interrupted.
///
/// The same as egui's `BandShape` for what is drawn here, at much less cost: edges are softened up and down only, wider
/// where they are steep.
pub fn band(painter: &Painter, points: &[(f32, Rangef)], colour: Color32) {
    let soft = 0.5 / painter.pixels_per_point();
    let mut mesh = Mesh::default();
    mesh.vertices.reserve(4 * points.len());
    mesh.indices.reserve(18 * points.len());
    let at =
        |place: usize, or: (f32, Rangef)| points.get(place).copied().filter(|(_, y)| !y.min.is_nan()).unwrap_or(or);
    let mut is_joined = false;
    for (place, &point) in points.iter().enumerate() {
        let (x, y) = point;
        if y.min.is_nan() {
            is_joined = false;
            continue;
        }
        let (before, after) = (at(place.wrapping_sub(1), point), at(place + 1, point));
        let width = (after.0 - before.0).max(0.01);
        let softness = |rise: f32| soft * (1.0 + (rise / width).powi(2)).sqrt().min(3.0);
        let (above, below) = (softness(after.1.min - before.1.min), softness(after.1.max - before.1.max));
        // Thinner than its edges, a band is paler instead.
        let share = (y.span() / (above + below)).min(1.0);
        let (inner, middle) = (colour.gamma_multiply(share), y.center());
        let next = mesh.vertices.len() as u32;
        mesh.colored_vertex(pos2(x, y.min - above), Color32::TRANSPARENT);
        mesh.colored_vertex(pos2(x, (y.min + above).min(middle)), inner);
        mesh.colored_vertex(pos2(x, (y.max - below).max(middle)), inner);
        mesh.colored_vertex(pos2(x, y.max + below), Color32::TRANSPARENT);
        if is_joined {
            for row in 0..3 {
                let (left, right) = (next - 4 + row, next + row);
                mesh.add_triangle(left, left + 1, right);
                mesh.add_triangle(left + 1, right, right + 1);
            }
        }
        is_joined = true;
    }
    painter.add(mesh);
}

/// A circle of dashes.
pub fn dashed_ring(painter: &Painter, centre: Pos2, radius: f32, stroke: Stroke) {
    let dashes = ((TAU * radius / (4.0 * stroke.width)).round()).clamp(6.0, 24.0);
    for dash in 0..dashes as u32 {
        let from = dash as f32 / dashes;
        arc(painter, centre, radius, from, from + 0.5 / dashes, stroke);
    }
}

/// Slanted lines over an area, anchored to the screen's `offset` so that they move with what they lie on.
pub fn hatch(painter: &Painter, rect: Rect, spacing: f32, offset: f32, stroke: Stroke) {
    let inside = painter.with_clip_rect(rect);
    let height = rect.height();
    let first = ((rect.left() - height - offset) / spacing).floor() * spacing + offset;
    let lines = ((rect.right() - first) / spacing).ceil().max(0.0) as usize;
    inside.extend((0..=lines).map(|line| {
        let x = first + line as f32 * spacing;
        Shape::line_segment([pos2(x, rect.bottom()), pos2(x + height, rect.top())], stroke)
    }));
}

/// A rounded triangle that points up.
fn triangle(painter: &Painter, centre: Pos2, radius: f32, colour: Color32) {
    let soft = radius * 0.24;
    let middle = centre + vec2(0.0, radius * 0.2);
    let points = (0..18).map(|point| {
        let (corner, bend) = (point / 6, (point % 6) as f32 / 5.0 - 0.5);
        let turn = corner as f32 / 3.0;
        on_circle(on_circle(middle, radius * 1.12 - 2.0 * soft, turn), soft, turn + bend / 3.0)
    });
    painter.add(PathShape::convex_polygon(points.collect(), colour, Stroke::NONE));
}

/// The shape of a state: circle, rounded square, triangle, dashed ring.
pub fn state_shape(painter: &Painter, theme: &Theme, centre: Pos2, radius: f32, state: State) {
    let colour = theme.state(state);
    match state {
        State::Rest => {
            painter.circle_filled(centre, radius, colour);
        }
        State::Controlled => {
            let square = Rect::from_center_size(centre, Vec2::splat(radius * 1.8));
            painter.rect_filled(square, radius * 0.4, colour);
        }
        State::Overactive => triangle(painter, centre, radius * 1.2, colour),
        State::Invalid => {
            let width = (radius * 0.2).max(2.0);
            dashed_ring(painter, centre, radius - width / 2.0, Stroke::new(width, colour));
        }
    }
}

/// A tick.
pub fn tick(painter: &Painter, centre: Pos2, radius: f32, stroke: Stroke) {
    let at = |x: f32, y: f32| centre + radius * vec2(x, y);
    let points = vec![at(-0.5, 0.05), at(-0.12, 0.42), at(0.52, -0.38)];
    for &end in &points {
        painter.circle_filled(end, stroke.width / 2.0, stroke.color);
    }
    painter.line(points, stroke);
}
