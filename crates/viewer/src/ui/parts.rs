//! Small parts that several screens share.

use egui::{Button, Frame, Label, Response, RichText, Sense, Stroke, TextEdit, Ui, vec2};

use super::theme::{Size, Theme};

/// The button that leads on: there is one on a screen, and it has the focus when the screen is `fresh`.
pub fn primary(ui: &mut Ui, theme: &Theme, text: &str, fresh: bool) -> Response {
    let p = &theme.palette;
    let text = RichText::new(text).font(theme.font(Size::Title)).color(p.on_accent);
    let button = Button::new(text).fill(p.accent).stroke(Stroke::NONE).corner_radius(12);
    let padding = std::mem::replace(&mut ui.spacing_mut().button_padding, vec2(28.0, 12.0));
    let response = ui.add(button);
    ui.spacing_mut().button_padding = padding;
    if fresh {
        response.request_focus();
    }
    theme.focus_ring(ui.painter(), response.rect, &response);
    response
}

/// A button beside it.
pub fn secondary(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    let text = RichText::new(text).font(theme.font(Size::Body)).color(theme.palette.text);
    let response = ui.add(Button::new(text).corner_radius(12));
    theme.focus_ring(ui.painter(), response.rect, &response);
    response
}

/// A field for text, with a ring when it has the focus.
pub fn field(ui: &mut Ui, theme: &Theme, edit: TextEdit<'_>) -> Response {
    let response = ui.add(edit);
    theme.focus_ring(ui.painter(), response.rect.shrink(2.0), &response);
    response
}

/// The headline of a screen.
pub fn headline(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add(Label::new(RichText::new(text).font(theme.font(Size::Headline)).color(theme.palette.text)).wrap());
}

/// The title of a card.
pub fn title(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add(Label::new(RichText::new(text).font(theme.font(Size::Title)).color(theme.palette.text)).wrap());
}

/// Running text.
pub fn text(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add(Label::new(RichText::new(text).font(theme.font(Size::Body)).color(theme.palette.text)).wrap());
}

/// Softer text.
pub fn soft(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add(Label::new(RichText::new(text).font(theme.font(Size::Body)).color(theme.palette.text_soft)).wrap());
}

/// Small text.
pub fn caption(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add(Label::new(RichText::new(text).font(theme.font(Size::Caption)).color(theme.palette.text_soft)).wrap());
}

/// Choices below each other, close together.
pub fn list(ui: &mut Ui, theme: &Theme, add: impl FnOnce(&mut Ui)) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.spacing_mut().interact_size.y = 34.0 * theme.text_scale.max(1.0);
        ui.vertical(add);
    });
}

/// A number with what it is, as one thing for those who hear it.
pub fn figure(ui: &mut Ui, theme: &Theme, name: &str, value: &str, width: f32) {
    let response = theme.card().show(ui, |ui| {
        ui.vertical(|ui| {
            ui.set_width(width - 42.0);
            ui.spacing_mut().item_spacing.y = 4.0;
            caption(ui, theme, name);
            let size = if value.chars().count() > 10 { Size::Title } else { Size::Headline };
            ui.add(Label::new(RichText::new(value).font(theme.font(size)).color(theme.palette.text)).wrap());
        });
    });
    let response = response.response.interact(Sense::hover());
    super::draw::speak(&response, egui::Role::Figure, name, value, None);
}

/// Cards side by side as far as there is room for them: how many, and how wide each is.
pub fn columns(ui: &Ui, least: f32, most: usize) -> (usize, f32) {
    let (room, gap) = (ui.available_width(), ui.spacing().item_spacing.x);
    let count = (((room + gap) / (least + gap)) as usize).clamp(1, most.max(1));
    (count, (room - gap * (count as f32 - 1.0)) / count as f32)
}

/// Cards of equal width, as many side by side as there is room for; `card` fills each, by its place.
pub fn cards(ui: &mut Ui, theme: &Theme, least: f32, all: usize, mut card: impl FnMut(&mut Ui, usize)) {
    let (count, width) = columns(ui, least * theme.text_scale.max(1.0), all.min(3));
    for first in (0..all).step_by(count) {
        ui.horizontal_top(|ui| {
            for n in first..(first + count).min(all) {
                theme.card().show(ui, |ui| {
                    ui.vertical(|ui| {
                        // What the frame of a card takes.
                        ui.set_width(width - 42.0);
                        card(ui, n);
                    });
                });
            }
        });
    }
}

/// The card of something that went wrong.
pub fn warning_frame(theme: &Theme) -> Frame {
    theme.card().stroke(Stroke::new(2.0, theme.palette.overactive))
}
