//! Small pictures for the check before a session: is the signal good enough?

use std::f32::consts::TAU;

use egui::{Align2, Color32, CornerRadius, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui};
use egui::{pos2, vec2};
use tonus_core::decision::State;

pub use crate::model::check::{Subject, Verdict};
use crate::ui::draw;
use crate::ui::theme::{Size, Theme};

/// One thing that was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// Gives the picture.
    pub subject: Subject,
    /// Gives the sign.
    pub verdict: Verdict,
    /// What was looked at: "Electrode contact".
    pub title: &'a str,
    /// How it stands, or what to do.
    pub word: &'a str,
}

impl Check<'_> {
    /// Draws the check as a card over the whole width.
    pub fn show(&self, ui: &mut Ui, theme: &Theme) -> Response {
        let painter = ui.painter().clone();
        let p = &theme.palette;
        let (width, picture, pad, sign) = (ui.available_width(), 64.0, 14.0, 15.0);
        let x = pad + picture + 18.0;
        let room = (width - x - 2.0 * sign - 2.0 * pad - 6.0).max(60.0);
        let title = draw::line_height(&painter, theme, Size::Title);
        let word = painter.layout(self.word.to_owned(), theme.font(Size::Body), p.text_soft, room).size().y;
        let height = (title + 2.0 + word).max(picture) + 2.0 * pad;
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let edge = if self.verdict == Verdict::Attention { p.overactive } else { p.line };
        let stroke = Stroke::new(if self.verdict == Verdict::Attention { 2.0 } else { theme.line_width() }, edge);
        painter.rect(rect, CornerRadius::same(16), p.surface, stroke, StrokeKind::Inside);
        let frame =
            Rect::from_min_size(pos2(rect.left() + pad, rect.center().y - picture / 2.0), vec2(picture, picture));
        painter.rect_filled(frame, CornerRadius::same(12), p.hollow);
        let is_known = self.verdict != Verdict::NotYet;
        picture_of(&painter, theme, frame, self.subject, if is_known { p.trace } else { p.invalid });
        let top = rect.center().y - (title + 2.0 + word) / 2.0;
        let left = rect.left() + x;
        draw::write(&painter, theme, pos2(left, top), Align2::LEFT_TOP, Size::Title, p.text, self.title);
        let below = pos2(left, top + title + 2.0);
        draw::write_wrapped(&painter, theme, below, room, Size::Body, p.text_soft, self.word);
        self.sign(&painter, theme, pos2(rect.right() - pad - sign - 4.0, rect.center().y), sign);
        draw::speak(&response, Role::Status, self.title, self.word, None);
        response
    }

    fn sign(&self, painter: &Painter, theme: &Theme, at: Pos2, radius: f32) {
        let p = &theme.palette;
        let on = if theme.is_dark() { p.background } else { p.surface };
        match self.verdict {
            Verdict::Fine => {
                painter.circle_filled(at, radius, p.rest);
                draw::tick(painter, at, radius, Stroke::new(3.0, on));
            }
            Verdict::Attention => {
                draw::state_shape(painter, theme, at, radius + 1.0, State::Overactive);
                let stroke = Stroke::new(2.5, on);
                painter.vline(at.x, (at.y - 5.0)..=(at.y + 3.5), stroke);
                painter.circle_filled(at + vec2(0.0, 8.0), 1.6, on);
            }
            Verdict::NotYet => draw::state_shape(painter, theme, at, radius - 1.0, State::Invalid),
        }
    }
}

fn picture_of(painter: &Painter, theme: &Theme, frame: Rect, subject: Subject, colour: Color32) {
    let p = &theme.palette;
    let at = |x: f32, y: f32| frame.lerp_inside(vec2(x, y));
    let (line, thin) = (Stroke::new(2.5, colour), Stroke::new(1.5, p.text_soft));
    let curve = |from: f32, to: f32, f: &dyn Fn(f32) -> f32| {
        let points = (0..=48).map(|n| from + (to - from) * n as f32 / 48.0).map(|x| at(x, f(x))).collect();
        painter.add(Shape::line(points, line));
    };
    let dashes = |y: f32| painter.extend(Shape::dashed_line(&[at(0.14, y), at(0.86, y)], thin, 4.0, 4.0));
    match subject {
        Subject::Contact => {
            // An electrode from above, with its wire.
            let (centre, radius) = (at(0.40, 0.60), frame.width() * 0.25);
            painter.circle_filled(centre, radius, draw::mix(p.hollow, colour, 0.22));
            draw::ring(painter, centre, radius, line);
            painter.add(egui::epaint::CubicBezierShape {
                points: [centre, at(0.62, 0.56), at(0.60, 0.20), at(0.90, 0.18)],
                closed: false,
                fill: Color32::TRANSPARENT,
                stroke: line.into(),
            });
            painter.circle_filled(centre, radius * 0.40, colour);
        }
        Subject::Mains => {
            curve(0.12, 0.88, &|x| 0.5 - 0.24 * (TAU * 2.0 * (x - 0.12) / 0.76).sin());
        }
        Subject::Noise => {
            dashes(0.36);
            dashes(0.64);
            let ragged = |x: f32| 0.5 + 0.045 * (TAU * 7.3 * x).sin() + 0.04 * (TAU * 12.7 * x + 1.0).sin();
            curve(0.14, 0.86, &ragged);
        }
        Subject::Saturation => {
            dashes(0.24);
            dashes(0.76);
            curve(0.12, 0.88, &|x| (0.5 - 0.40 * (TAU * 1.5 * (x - 0.12) / 0.76).sin()).clamp(0.24, 0.76));
        }
    }
}
