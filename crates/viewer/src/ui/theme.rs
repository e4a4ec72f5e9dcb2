//! How everything looks: one value that widgets take.

use std::collections::BTreeMap;

use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Frame, Margin, Painter, Rect, Response, Shadow, Stroke,
};
use egui::{StrokeKind, Style, TextStyle, Vec2, Visuals};
use tonus_core::decision::State;

pub use super::palette::{Palette, contrast};

/// A set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    /// Warm paper.
    #[default]
    Light,
    /// Evening.
    Dark,
    /// Black and white.
    HighContrast,
}

impl Scheme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::HighContrast];

    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::HighContrast => "contrast",
        }
    }
}

/// Rank of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Axes and hints.
    Caption,
    /// Running text, buttons.
    Body,
    /// Title of a card.
    Title,
    /// Title of a screen.
    Headline,
    /// A number beside a picture.
    Figure,
    /// What to do now, to be read from afar.
    Cue,
}

impl Size {
    /// Height in points at a text scale of 1.
    pub const fn points(self) -> f32 {
        match self {
            Self::Caption => 14.0,
            Self::Body => 17.0,
            Self::Title => 21.0,
            Self::Headline => 30.0,
            Self::Figure => 40.0,
            Self::Cue => 52.0,
        }
    }
}

/// How everything looks. Small and copied freely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theme {
    /// Which set of colours.
    pub scheme: Scheme,
    /// The colours.
    pub palette: Palette,
    /// 1 is normal; held to 0.8 to 2 by [`Theme::with_text_scale`].
    pub text_scale: f32,
    /// Nothing swells, slides or fades.
    pub reduced_motion: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(Scheme::Light)
    }
}

impl Theme {
    /// The usual theme of a scheme.
    pub const fn new(scheme: Scheme) -> Self {
        let palette = match scheme {
            Scheme::Light => Palette::LIGHT,
            Scheme::Dark => Palette::DARK,
            Scheme::HighContrast => Palette::HIGH_CONTRAST,
        };
        Self { scheme, palette, text_scale: 1.0, reduced_motion: false }
    }

    /// With larger or smaller text.
    #[must_use]
    pub const fn with_text_scale(mut self, scale: f32) -> Self {
        self.text_scale = scale.clamp(0.8, 2.0);
        self
    }

    /// With or without movement.
    #[must_use]
    pub const fn with_reduced_motion(mut self, reduced: bool) -> Self {
        self.reduced_motion = reduced;
        self
    }

    /// Whether colours are light on dark.
    pub const fn is_dark(&self) -> bool {
        !matches!(self.scheme, Scheme::Light)
    }

    /// `steps` times 8 points: the only distances used.
    pub const fn space(&self, steps: f32) -> f32 {
        8.0 * steps
    }

    /// Width of lines: borders, outlines of shapes.
    pub const fn line_width(&self) -> f32 {
        if matches!(self.scheme, Scheme::HighContrast) { 2.0 } else { 1.0 }
    }

    /// A font of a rank.
    pub const fn font(&self, size: Size) -> FontId {
        FontId::new(size.points() * self.text_scale, FontFamily::Proportional)
    }

    /// Colour of a state; never the only sign of it.
    pub const fn state(&self, state: State) -> Color32 {
        match state {
            State::Rest => self.palette.rest,
            State::Controlled => self.palette.controlled,
            State::Overactive => self.palette.overactive,
            State::Invalid => self.palette.invalid,
        }
    }

    /// The rounded card that belongs around a group of things.
    pub fn card(&self) -> Frame {
        Frame::new()
            .fill(self.palette.surface)
            .stroke(Stroke::new(self.line_width(), self.palette.line))
            .corner_radius(CornerRadius::same(16))
            .inner_margin(Margin::same(20))
    }

    /// Draws the ring around a widget that has the focus.
    pub fn focus_ring(&self, painter: &Painter, rect: Rect, response: &Response) {
        if response.has_focus() {
            let stroke = Stroke::new(3.0, self.palette.focus);
            painter.rect_stroke(rect.expand(3.0), CornerRadius::same(12), stroke, StrokeKind::Outside);
        }
    }

    /// Makes egui's own widgets look the same. To be called when the theme changes, not in every frame.
    pub fn apply(&self, ctx: &Context) {
        let kind = if self.is_dark() { egui::Theme::Dark } else { egui::Theme::Light };
        ctx.set_theme(kind);
        // Both, or a change of the system's theme would bring egui's own look.
        for kind in [egui::Theme::Dark, egui::Theme::Light] {
            ctx.set_style_of(kind, self.style());
        }
    }

    /// The style that [`Theme::apply`] sets.
    pub fn style(&self) -> Style {
        let font = |size| self.font(size);
        let text_styles = BTreeMap::from([
            (TextStyle::Small, font(Size::Caption)),
            (TextStyle::Body, font(Size::Body)),
            (TextStyle::Button, font(Size::Body)),
            (TextStyle::Heading, font(Size::Headline)),
            (TextStyle::Monospace, FontId::new(Size::Caption.points() * self.text_scale, FontFamily::Monospace)),
        ]);
        let mut style = Style { text_styles, visuals: self.visuals(), ..Style::default() };
        style.animation_time = if self.reduced_motion { 0.0 } else { 0.12 };
        if self.reduced_motion {
            style.scroll_animation = egui::style::ScrollAnimation::none();
        }
        let spacing = &mut style.spacing;
        spacing.item_spacing = Vec2::splat(12.0);
        spacing.button_padding = Vec2::new(18.0, 10.0);
        spacing.interact_size = Vec2::new(44.0, 40.0 * self.text_scale.max(1.0));
        spacing.icon_width = 20.0 * self.text_scale;
        spacing.icon_width_inner = 12.0 * self.text_scale;
        spacing.icon_spacing = 10.0;
        spacing.slider_width = 220.0;
        spacing.menu_margin = Margin::same(10);
        spacing.window_margin = Margin::same(20);
        style
    }

    fn visuals(&self) -> Visuals {
        let p = &self.palette;
        let mut visuals = if self.is_dark() { Visuals::dark() } else { Visuals::light() };
        let (corner, line) = (CornerRadius::same(10), self.line_width());
        let widgets = &mut visuals.widgets;
        for widget in [
            &mut widgets.noninteractive,
            &mut widgets.inactive,
            &mut widgets.hovered,
            &mut widgets.active,
            &mut widgets.open,
        ] {
            widget.corner_radius = corner;
            widget.expansion = 0.0;
            widget.fg_stroke = Stroke::new(1.5, p.text);
            widget.bg_fill = p.hollow;
            widget.weak_bg_fill = p.surface;
            widget.bg_stroke = Stroke::new(line, p.border);
        }
        widgets.noninteractive.bg_stroke = Stroke::new(line, p.line);
        widgets.noninteractive.bg_fill = p.surface;
        widgets.hovered.weak_bg_fill = p.hollow;
        widgets.open.weak_bg_fill = p.hollow;
        widgets.hovered.bg_stroke = Stroke::new(line + 0.5, p.text);
        // egui shows the focus with the look of what is pressed.
        widgets.active.weak_bg_fill = p.hollow;
        widgets.active.bg_stroke = Stroke::new(3.0, p.focus);
        visuals.selection.bg_fill = p.accent;
        visuals.selection.stroke = Stroke::new(1.5, p.on_accent);
        visuals.override_text_color = None;
        visuals.weak_text_color = Some(p.text_soft);
        visuals.hyperlink_color = p.focus;
        visuals.panel_fill = p.background;
        visuals.window_fill = p.surface;
        visuals.window_stroke = Stroke::new(line, p.line);
        visuals.window_corner_radius = CornerRadius::same(16);
        visuals.menu_corner_radius = CornerRadius::same(12);
        let shadow = Shadow { offset: [0, 6], blur: 24, spread: 0, color: Color32::from_black_alpha(40) };
        visuals.window_shadow = shadow;
        visuals.popup_shadow = Shadow { blur: 12, ..shadow };
        visuals.extreme_bg_color = p.surface;
        visuals.text_edit_bg_color = Some(p.surface);
        visuals.faint_bg_color = p.hollow;
        visuals.code_bg_color = p.hollow;
        visuals.warn_fg_color = p.overactive;
        visuals.error_fg_color = p.overactive;
        visuals.slider_trailing_fill = true;
        visuals
    }
}
