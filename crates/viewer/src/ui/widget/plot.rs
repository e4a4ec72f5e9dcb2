//! A small picture of progress: few points, few words.

use egui::{Align2, CornerRadius, Painter, Pos2, Rect, Response, Role, Sense, Stroke, Ui, pos2, vec2};

use tonus_report::vocabulary::Language;

use crate::ui::draw;
use crate::ui::theme::{Size, Theme};

/// One value on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Position, in any unit: days, sessions.
    pub x: f64,
    /// Value.
    pub y: f32,
    /// Whether it may be compared with the others; hollow if not.
    pub is_comparable: bool,
}

/// A trend.
#[derive(Debug, Clone, Copy)]
pub struct Plot<'a> {
    /// Values, by growing `x`.
    pub points: &'a [Point],
    /// Values between these two are no change: within the error of measurement.
    pub band: Option<[f32; 2]>,
    /// Beside the band; may be empty.
    pub band_word: &'a str,
    /// Labels below, few: first and last date.
    pub marks: &'a [(f64, &'a str)],
    /// Above: what is shown.
    pub title: &'a str,
    /// The language that numbers are written in.
    pub language: Language,
    /// Unit of the values.
    pub unit: &'a str,
    /// The trend in words, which is what counts: "lower by 18 %".
    pub word: &'a str,
    /// Height of the whole.
    pub height: f32,
}

impl Plot<'_> {
    /// Draws the trend over the whole width.
    pub fn show(&self, ui: &mut Ui, theme: &Theme) -> Response {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), self.height), Sense::hover());
        let painter = ui.painter().clone();
        let p = &theme.palette;
        let caption = draw::line_height(&painter, theme, Size::Caption);
        let title = draw::write(&painter, theme, rect.min, Align2::LEFT_TOP, Size::Body, p.text, self.title);
        let right_top = rect.right_top();
        let room = rect.width() - title.width() - 16.0;
        let is_beside = draw::width_of(&painter, theme, Size::Body, self.word) <= room;
        let mut top = title.bottom();
        if is_beside {
            draw::write(&painter, theme, right_top, Align2::RIGHT_TOP, Size::Body, p.text, self.word);
        } else {
            let at = title.left_bottom() + vec2(0.0, 2.0);
            top = draw::write_wrapped(&painter, theme, at, rect.width(), Size::Body, p.text_soft, self.word).bottom();
        }
        let (low, high) = self.limits();
        let labels = [low, f32::midpoint(low, high), high].map(|value| self.language.axis(value.into()));
        let widest =
            labels.iter().map(|label| draw::width_of(&painter, theme, Size::Caption, label)).fold(0.0, f32::max);
        let unit = draw::width_of(&painter, theme, Size::Caption, self.unit);
        let area = Rect::from_min_max(
            pos2(rect.left() + widest.max(unit) + 12.0, top + 12.0),
            pos2(rect.right(), rect.bottom() - caption - 8.0),
        );
        let y = |value: f32| area.bottom() - (value - low) / (high - low) * area.height();
        painter.rect_filled(area, CornerRadius::same(8), draw::mix(p.surface, p.hollow, 0.35));
        if let Some([from, to]) = self.band {
            let band = Rect::from_x_y_ranges(area.x_range(), y(to.min(high))..=y(from.max(low)));
            painter.rect_filled(band, CornerRadius::ZERO, p.target);
        }
        for (place, label) in labels.iter().enumerate() {
            let y = y(low + (high - low) * place as f32 / 2.0);
            if place == 1 {
                painter.hline(area.x_range(), painter.round_to_pixel_center(y), Stroke::new(1.0, p.line));
            }
            let anchor = [Align2::RIGHT_BOTTOM, Align2::RIGHT_CENTER, Align2::RIGHT_TOP][place];
            draw::write(&painter, theme, pos2(area.left() - 8.0, y), anchor, Size::Caption, p.text_soft, label);
        }
        let at = pos2(area.left() - 8.0, area.top() + caption);
        draw::write(&painter, theme, at, Align2::RIGHT_TOP, Size::Caption, p.text_soft, self.unit);
        self.draw(&painter, theme, area, &y);
        draw::speak(&response, Role::Figure, self.title, self.word, None);
        response
    }

    /// What the band is: below, where no point can come, and where the `marks` leave room.
    fn legend(&self, painter: &Painter, theme: &Theme, area: Rect, marks: &[Rect]) {
        if self.band.is_none() || self.band_word.is_empty() {
            return;
        }
        let p = &theme.palette;
        let (swatch, gap, high) = (18.0, 8.0, draw::line_height(painter, theme, Size::Caption));
        let size = vec2(swatch + gap + draw::width_of(painter, theme, Size::Caption, self.band_word), high);
        let places = [
            (area.center_bottom(), Align2::CENTER_TOP),
            (area.left_bottom(), Align2::LEFT_TOP),
            (area.right_bottom(), Align2::RIGHT_TOP),
        ];
        let mut rooms = places.iter().map(|(at, anchor)| anchor.anchor_size(*at + vec2(0.0, 6.0), size));
        let Some(room) = rooms.find(|room| !marks.iter().any(|mark| mark.expand(8.0).intersects(*room))) else {
            return;
        };
        let square = Align2::LEFT_CENTER.anchor_size(room.left_center(), vec2(swatch, 11.0));
        painter.rect(
            square,
            CornerRadius::same(3),
            p.target,
            Stroke::new(1.0, p.target_edge),
            egui::StrokeKind::Inside,
        );
        draw::write(painter, theme, room.right_top(), Align2::RIGHT_TOP, Size::Caption, p.text_soft, self.band_word);
    }

    /// Lower and upper end of the axis: nice numbers around everything, from zero, so that a small change looks small.
    fn limits(&self) -> (f32, f32) {
        let values = self.points.iter().map(|point| point.y).chain(self.band.into_iter().flatten());
        let (low, high) = values
            .filter(|v| v.is_finite())
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if low > high {
            return (0.0, 1.0);
        }
        let low = low.min(0.0);
        let rough = ((high - low) / 2.0 * 1.1).max(1e-3);
        let decade = 10.0_f32.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|n| n * decade).find(|&step| step >= rough).unwrap_or(rough);
        let bottom = (low / step).floor() * step;
        (bottom, if bottom + 2.0 * step >= high { bottom + 2.0 * step } else { bottom + 3.0 * step })
    }

    fn draw(&self, painter: &Painter, theme: &Theme, area: Rect, y: &dyn Fn(f32) -> f32) {
        let p = &theme.palette;
        let (first, last) = match (self.points.first(), self.points.last()) {
            (Some(first), Some(last)) => (first.x, last.x),
            _ => return,
        };
        let inner = area.shrink2(vec2(18.0, 0.0));
        let x = |x: f64| match last - first {
            wide if wide > 0.0 => inner.left() + ((x - first) / wide) as f32 * inner.width(),
            _ => inner.center().x,
        };
        let place = |point: &Point| -> Pos2 { pos2(x(point.x), y(point.y)) };
        let is_shown = |point: &&Point| point.y.is_finite();
        let line: Vec<_> = self.points.iter().filter(is_shown).filter(|point| point.is_comparable).map(place).collect();
        let newest = line.last().copied();
        painter.line(line, Stroke::new(2.0, draw::mix(p.surface, p.trace, 0.55)));
        for point in self.points.iter().filter(is_shown) {
            let at = place(point);
            let radius = if newest == Some(at) { 7.0 } else { 5.0 };
            painter.circle_filled(at, radius + 2.0, p.surface);
            if point.is_comparable {
                painter.circle_filled(at, radius, p.trace);
            } else {
                painter.circle_stroke(at, radius - 1.0, Stroke::new(2.0, p.invalid));
            }
        }
        let marks: Vec<_> = self
            .marks
            .iter()
            .map(|(place, text)| {
                let half = draw::width_of(painter, theme, Size::Caption, text) / 2.0;
                let at = x(*place).clamp(area.left() + half, (area.right() - half).max(area.left() + half));
                let at = pos2(at, area.bottom() + 6.0);
                draw::write(painter, theme, at, Align2::CENTER_TOP, Size::Caption, p.text_soft, text)
            })
            .collect();
        self.legend(painter, theme, area, &marks);
    }
}
