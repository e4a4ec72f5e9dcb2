//! A state, told by word, shape and colour together.

use egui::{Align2, CornerRadius, Response, Role, Sense, Stroke, StrokeKind, Ui, vec2};
use tonus_core::decision::State;

use crate::ui::draw;
use crate::ui::theme::{Size, Theme};

/// A state and its words.
#[derive(Debug, Clone, Copy)]
pub struct Badge<'a> {
    /// Shape and colour.
    pub state: State,
    /// What the badge is about, for those who hear it: the name of the muscle.
    pub name: &'a str,
    /// The state in a word.
    pub word: &'a str,
    /// Why; empty if there is nothing to say.
    pub reason: &'a str,
}

impl Badge<'_> {
    /// Draws the badge as wide as its words are.
    pub fn show(&self, ui: &mut Ui, theme: &Theme) -> Response {
        let painter = ui.painter().clone();
        let (word_height, small_height) =
            (draw::line_height(&painter, theme, Size::Title), draw::line_height(&painter, theme, Size::Caption));
        let lines = word_height + if self.reason.is_empty() { 0.0 } else { small_height + 2.0 };
        let shape = word_height * 0.46;
        let words = draw::width_of(&painter, theme, Size::Title, self.word).max(draw::width_of(
            &painter,
            theme,
            Size::Caption,
            self.reason,
        ));
        let (left, pad) = (16.0 + 2.0 * shape + 12.0, 10.0);
        let (rect, response) = ui.allocate_exact_size(vec2(left + words + 22.0, lines + 2.0 * pad), Sense::hover());
        let p = &theme.palette;
        let stroke = Stroke::new(theme.line_width().max(1.5), theme.state(self.state));
        let round = CornerRadius::same((rect.height() / 2.0).min(24.0) as u8);
        painter.rect(rect, round, draw::mix(p.surface, theme.state(self.state), 0.08), stroke, StrokeKind::Inside);
        let centre = egui::pos2(rect.left() + 16.0 + shape, rect.center().y);
        draw::state_shape(&painter, theme, centre, shape, self.state);
        let top = egui::pos2(rect.left() + left, rect.top() + pad);
        draw::write(&painter, theme, top, Align2::LEFT_TOP, Size::Title, p.text, self.word);
        let below = top + vec2(0.0, word_height + 2.0);
        draw::write(&painter, theme, below, Align2::LEFT_TOP, Size::Caption, p.text_soft, self.reason);
        let spoken =
            if self.reason.is_empty() { self.word.to_owned() } else { format!("{}, {}", self.word, self.reason) };
        draw::speak(&response, Role::Status, self.name, &spoken, None);
        response
    }
}
