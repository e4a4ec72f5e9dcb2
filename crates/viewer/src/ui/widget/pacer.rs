//! A breathing pacer that one can follow for ten minutes.

use egui::{Align2, Painter, Rect, Response, Role, Sense, Stroke, Ui, pos2, vec2};
use tonus_core::training::BreathPhase;

use crate::ui::draw;
use crate::ui::motion::swell;
use crate::ui::theme::{Size, Theme};

/// Smallest size of the circle as a share of the largest.
const SMALLEST: f32 = 0.55;

/// Where in a breath one is.
#[derive(Debug, Clone, Copy)]
pub struct Pacer<'a> {
    /// In or out.
    pub phase: BreathPhase,
    /// Share of this phase that is over, from 0 to 1.
    pub share: f32,
    /// Length of this phase in whole seconds, for the form without movement.
    pub seconds: u32,
    /// What to do: "Breathe in".
    pub word: &'a str,
    /// What remains: "12 breaths".
    pub remaining: &'a str,
    /// For those who hear it.
    pub name: &'a str,
    /// Height of the whole.
    pub height: f32,
}

impl Pacer<'_> {
    /// Draws the pacer over the whole width.
    pub fn show(&self, ui: &mut Ui, theme: &Theme) -> Response {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), self.height), Sense::hover());
        let painter = ui.painter().clone();
        if theme.reduced_motion {
            self.still(&painter, theme, rect);
        } else {
            self.circle(&painter, theme, rect);
        }
        // Only words that change with the phase: nothing is read aloud sixty times a second.
        draw::speak(&response, Role::Status, self.name, &format!("{}, {}", self.word, self.remaining), None);
        response
    }

    /// How far the lungs are filled, from 0 to 1.
    fn fullness(&self) -> f32 {
        match self.phase {
            BreathPhase::Inhale => swell(self.share),
            BreathPhase::Exhale => 1.0 - swell(self.share),
        }
    }

    fn circle(&self, painter: &Painter, theme: &Theme, rect: Rect) {
        let p = &theme.palette;
        let line = draw::line_height(painter, theme, Size::Title);
        let largest_above = |below: f32| ((rect.height() - below).min(rect.width()) / 2.0 - 6.0).max(20.0);
        // The word stands in the circle if it fits there at its smallest, or else below.
        let fitting = [Size::Headline, Size::Title, Size::Body].into_iter().find(|&size| {
            draw::width_of(painter, theme, size, self.word) < 1.8 * SMALLEST * largest_above(line + 18.0)
        });
        let largest = largest_above(if fitting.is_some() { line } else { 2.0 * line } + 18.0);
        let centre = pos2(rect.center().x, rect.top() + largest + 6.0);
        let smallest = SMALLEST * largest;
        let radius = smallest + (largest - smallest) * self.fullness();
        let tint = |share: f32| draw::mix(p.surface, p.breath, share);
        // Inside the ring that the breath grows towards.
        draw::ring(painter, centre, largest, Stroke::new(theme.line_width().max(1.5), tint(0.45)));
        draw::soft_disc(painter, centre, radius, tint(0.42), tint(0.16));
        draw::ring(painter, centre, radius, Stroke::new(3.0, p.breath));
        if let Some(size) = fitting {
            draw::write(painter, theme, centre, Align2::CENTER_CENTER, size, p.text, self.word);
        } else {
            let at = pos2(centre.x, rect.bottom() - line);
            draw::write(painter, theme, at, Align2::CENTER_BOTTOM, Size::Title, p.text, self.word);
        }
        let at = pos2(centre.x, rect.bottom());
        draw::write(painter, theme, at, Align2::CENTER_BOTTOM, Size::Title, p.text_soft, self.remaining);
    }

    /// Without movement: a word, and one dot more for each second.
    fn still(&self, painter: &Painter, theme: &Theme, rect: Rect) {
        let p = &theme.palette;
        let centre = rect.center();
        let word = draw::line_height(painter, theme, Size::Cue);
        draw::write(
            painter,
            theme,
            centre - vec2(0.0, word * 0.6),
            Align2::CENTER_CENTER,
            Size::Cue,
            p.text,
            self.word,
        );
        let dots = self.seconds.clamp(1, 15);
        let done = (self.share.clamp(0.0, 1.0) * dots as f32) as u32;
        let step = 40.0_f32.min(rect.width() / dots as f32);
        let left = centre.x - step * (dots - 1) as f32 / 2.0;
        for dot in 0..dots {
            let at = pos2(left + step * dot as f32, centre.y + word * 0.45);
            if dot < done {
                painter.circle_filled(at, step * 0.3, p.breath);
            } else {
                painter.circle_stroke(at, step * 0.3 - 1.0, Stroke::new(2.0, p.breath));
            }
        }
        let at = pos2(centre.x, rect.bottom());
        draw::write(painter, theme, at, Align2::CENTER_BOTTOM, Size::Title, p.text_soft, self.remaining);
    }
}
