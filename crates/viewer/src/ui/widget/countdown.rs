//! What to do now, in large words, and how long still.

use egui::{Align2, Response, Role, Sense, Stroke, Ui, pos2, vec2};
use tonus_core::decision::State;

use crate::ui::draw;
use crate::ui::theme::{Size, Theme};

/// A cue with the time that is left of it.
#[derive(Debug, Clone, Copy)]
pub struct Countdown<'a> {
    /// What to do: one or two words.
    pub cue: &'a str,
    /// A softer line below it; may be empty.
    pub hint: &'a str,
    /// Whole seconds left, as text.
    pub seconds: &'a str,
    /// Share of the time that is left, from 1 to 0; none while it cannot be told how long it takes.
    pub left: Option<f32>,
    /// Colour of the ring: what is asked for, as a state. None for steps that ask for nothing.
    pub asks: Option<State>,
    /// For those who hear it.
    pub name: &'a str,
}

impl Countdown<'_> {
    /// Draws the cue over the whole width.
    pub fn show(&self, ui: &mut Ui, theme: &Theme) -> Response {
        let painter = ui.painter().clone();
        let p = &theme.palette;
        let (ring, width) = (58.0 * theme.text_scale.clamp(1.0, 1.4), ui.available_width());
        let (cue, hint) =
            (draw::line_height(&painter, theme, Size::Cue), draw::line_height(&painter, theme, Size::Title));
        let words_left = 2.0 * ring + theme.space(3.5);
        let room = (width - words_left).max(80.0);
        // A cue that is too long for the room is written smaller rather than cut.
        let size = [Size::Cue, Size::Figure, Size::Headline]
            .into_iter()
            .find(|&size| draw::width_of(&painter, theme, size, self.cue) <= room)
            .unwrap_or(Size::Headline);
        let wrapped = painter.layout(self.hint.to_owned(), theme.font(Size::Title), p.text_soft, room).size().y;
        let hint = hint.max(wrapped);
        let height = (2.0 * ring + 8.0).max(cue + hint + 8.0);
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let centre = pos2(rect.left() + ring + 4.0, rect.center().y);
        let colour = self.asks.map_or(p.accent, |state| theme.state(state));
        let stroke = |colour| Stroke::new(9.0, colour);
        match self.left {
            Some(left) => {
                draw::ring(&painter, centre, ring - 5.0, stroke(p.hollow));
                draw::arc(&painter, centre, ring - 5.0, 1.0 - left.clamp(0.0, 1.0), 1.0, stroke(colour));
            }
            None => draw::dashed_ring(&painter, centre, ring - 5.0, Stroke::new(4.0, draw::mix(p.hollow, colour, 0.5))),
        }
        draw::write(&painter, theme, centre, Align2::CENTER_CENTER, Size::Figure, p.text, self.seconds);
        let x = rect.left() + words_left;
        if self.hint.is_empty() {
            let high = painter.layout(self.cue.to_owned(), theme.font(size), p.text, room).size().y;
            let at = pos2(x, rect.center().y - high / 2.0);
            draw::write_wrapped(&painter, theme, at, room, size, p.text, self.cue);
        } else {
            let line = draw::line_height(&painter, theme, size);
            let top = rect.center().y - (line + hint + 4.0) / 2.0;
            draw::write(&painter, theme, pos2(x, top), Align2::LEFT_TOP, size, p.text, self.cue);
            let below = pos2(x, top + line + 4.0);
            draw::write_wrapped(&painter, theme, below, room, Size::Title, p.text_soft, self.hint);
        }
        let spoken = format!("{} {}", self.cue, self.seconds);
        draw::speak(&response, Role::Timer, self.name, spoken.trim_end(), self.left.map(f64::from));
        response
    }
}
