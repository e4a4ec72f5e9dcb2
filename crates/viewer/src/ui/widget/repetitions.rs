//! Repetitions as they pass: let go or not, how fast, and how many are to come.

use egui::{Align2, Color32, Painter, Pos2, Response, Role, Sense, Stroke, Ui, pos2, vec2};
use tonus_core::decision::State;

use crate::ui::draw;
use crate::ui::theme::{Size, Theme};

/// One repetition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Repetition<'a> {
    /// Contracted and let go; the text says how fast.
    Released(&'a str),
    /// Not let go in time; a word for it.
    Held(&'a str),
    /// Does not count, or could not be told; a word for it.
    Uncounted(&'a str),
    /// Under way: share of it that is over.
    Current(f32),
    /// To come.
    ToCome,
}

/// A row of repetitions.
#[derive(Debug, Clone, Copy)]
pub struct Repetitions<'a> {
    /// In their order.
    pub items: &'a [Repetition<'a>],
    /// For those who hear it.
    pub name: &'a str,
    /// The row in words, for those who hear it: "4 of 10, 3 let go".
    pub spoken: &'a str,
}

impl Repetitions<'_> {
    /// Draws the row over the whole width, in as many lines as it takes.
    pub fn show(&self, ui: &mut Ui, theme: &Theme) -> Response {
        let painter = ui.painter().clone();
        let words = self.items.iter().map(|item| draw::width_of(&painter, theme, Size::Caption, item.word()));
        let (radius, text) = (17.0, draw::line_height(&painter, theme, Size::Caption));
        let step = words.fold(2.0 * radius, f32::max) + 16.0;
        let line = 2.0 * radius + 6.0 + text;
        let width = ui.available_width();
        let in_line = ((width / step) as usize).max(1);
        let lines = self.items.len().div_ceil(in_line).max(1);
        let height = lines as f32 * line + (lines - 1) as f32 * 12.0;
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        for (place, item) in self.items.iter().enumerate() {
            let (row, column) = (place / in_line, place % in_line);
            let x = rect.left() + step * (column as f32 + 0.5);
            let y = rect.top() + (line + 12.0) * row as f32 + radius;
            item.draw(&painter, theme, pos2(x, y), radius);
            let at = pos2(x, y + radius + 6.0);
            draw::write(&painter, theme, at, Align2::CENTER_TOP, Size::Caption, theme.palette.text_soft, item.word());
        }
        draw::speak(&response, Role::Image, self.name, self.spoken, None);
        response
    }
}

impl<'a> Repetition<'a> {
    fn word(&self) -> &'a str {
        match *self {
            Self::Released(word) | Self::Held(word) | Self::Uncounted(word) => word,
            Self::Current(_) | Self::ToCome => "",
        }
    }

    fn draw(&self, painter: &Painter, theme: &Theme, at: Pos2, radius: f32) {
        let p = &theme.palette;
        let on = |colour: Color32| Stroke::new(3.0, colour);
        match *self {
            Self::Released(_) => {
                painter.circle_filled(at, radius, p.rest);
                draw::tick(painter, at, radius, on(if theme.is_dark() { p.background } else { p.surface }));
            }
            Self::Held(_) => draw::state_shape(painter, theme, at, radius - 1.0, State::Overactive),
            Self::Uncounted(_) => draw::state_shape(painter, theme, at, radius - 1.0, State::Invalid),
            Self::Current(share) => {
                draw::ring(painter, at, radius - 2.0, Stroke::new(4.0, p.hollow));
                draw::arc(painter, at, radius - 2.0, 0.0, share.clamp(0.02, 1.0), Stroke::new(4.0, p.accent));
                painter.circle_filled(at, radius * 0.32, p.accent);
            }
            Self::ToCome => {
                painter.circle_filled(at, radius - 2.0, p.hollow);
                painter.circle_stroke(at, radius - 2.0, Stroke::new(theme.line_width().max(1.5), p.border));
            }
        }
    }
}
