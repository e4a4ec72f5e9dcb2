//! The one button of a screen that goes on.

use egui::{Button, Response, RichText, Stroke, Ui, vec2};

use crate::ui::theme::{Size, Theme};

/// Adds the button of a screen that goes on: filled, and with a ring outside it when it has the focus.
pub fn main_button(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    let p = &theme.palette;
    let text = RichText::new(text).font(theme.font(Size::Body)).color(p.on_accent);
    let button = Button::new(text).fill(p.accent).stroke(Stroke::NONE).min_size(vec2(120.0, 44.0));
    let response = ui.add(button);
    theme.focus_ring(ui.painter(), response.rect, &response);
    response
}
