//! The flowing picture of a muscle: envelope against target, states under it, what was asked for above it.

mod axis;
mod lane;

use egui::{Align2, CornerRadius, Rect, Response, Role, Sense, Stroke, Ui, pos2, vec2};
use tonus_core::decision::Quality;
use tonus_report::vocabulary::Language;

use crate::trace::Track;
use crate::ui::draw;
use crate::ui::theme::{Size, Theme};
use axis::TimeAxis;

/// Where the envelope is wanted for some time. Several of them follow the phases of a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target<'a> {
    /// From when on, in seconds of the track.
    pub from_s: f64,
    /// Until when; infinite if the end is not known.
    pub to_s: f64,
    /// Lower edge in µV, 0 for a ceiling.
    pub low_uv: f32,
    /// Upper edge in µV.
    pub high_uv: f32,
    /// What is wanted: "relaxed"; may be empty.
    pub word: &'a str,
}

/// One channel of a strip.
#[derive(Debug, Clone, Copy)]
pub struct Lane<'a> {
    /// The muscle.
    pub name: &'a str,
    /// What it shows.
    pub track: &'a Track,
    /// Top of the axis in µV; see [`crate::trace::Scale`].
    pub top_uv: f32,
    /// Where the envelope is wanted.
    pub targets: &'a [Target<'a>],
    /// Share of the height beside other lanes: 1 for the main channel, less for a companion.
    pub weight: f32,
    /// Half of the height of the raw trace in µV; none hides it.
    pub raw_uv: Option<f32>,
    /// Why nothing comes just now; the newest value is then not shown as if it were true. Empty while it does.
    pub hushed: &'a str,
}

/// Words of a strip.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    /// The language that numbers are written in.
    pub language: Language,
    /// "µV".
    pub unit: &'a str,
    /// Label of a moment so many seconds ago, "10 s".
    pub ago: &'a dyn Fn(u32) -> String,
    /// The right edge: "now".
    pub now: &'a str,
    /// What is wrong, in a word or two: flags with their words, worst first.
    pub quality: &'a [(Quality, &'a str)],
    /// For those who hear it: what the strip is.
    pub name: &'a str,
    /// The strip in words, renewed twice a second at most: see [`crate::ui::motion::Spoken`].
    pub spoken: &'a str,
}

/// A strip of one or more channels.
#[derive(Clone, Copy)]
pub struct Strip<'a> {
    /// Channels from top to bottom.
    pub lanes: &'a [Lane<'a>],
    /// Words.
    pub texts: Texts<'a>,
    /// The moment at the right, in seconds of the tracks; see [`crate::trace::Playhead`].
    pub now_s: f64,
    /// Seconds shown.
    pub span_s: f64,
    /// Height of the whole.
    pub height: f32,
}

/// Free room to the right of the newest value.
const ROOM: f32 = 30.0;
const RIBBON: f32 = 16.0;
const GAP: f32 = 14.0;

impl Strip<'_> {
    /// Draws the strip over the whole width.
    pub fn show(&self, ui: &mut Ui, theme: &Theme) -> Response {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), self.height), Sense::hover());
        let painter = ui.painter_at(rect);
        let caption = draw::line_height(&painter, theme, Size::Caption);
        let labels = self.lanes.iter().flat_map(|lane| lane::labels(lane.top_uv, self.texts.language));
        let widest = labels.map(|label| draw::width_of(&painter, theme, Size::Caption, &label));
        let unit = draw::width_of(&painter, theme, Size::Caption, self.texts.unit);
        let left = rect.left() + widest.fold(unit, f32::max) + 12.0;
        let axis = TimeAxis::new(left, rect.right() - ROOM, self.now_s, self.span_s, painter.pixels_per_point());

        // Words of phases above, seconds below, lanes in what is left.
        let has_events = self.lanes.iter().any(|lane| lane.track.events().next().is_some());
        let above = if has_events { caption + 10.0 } else { caption * 0.5 };
        let body = Rect::from_min_max(
            pos2(left, rect.top() + above),
            pos2(rect.right() - 2.0, rect.bottom() - caption - 10.0),
        );
        let weights: f32 = self.lanes.iter().map(|lane| lane.weight.max(0.1)).sum();
        let gaps = (self.lanes.len().max(1) - 1) as f32 * GAP;
        let (mut top, mut names) = (body.top(), Vec::with_capacity(self.lanes.len()));
        for lane in self.lanes {
            let height = (body.height() - gaps) * lane.weight.max(0.1) / weights;
            let area = Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), height));
            lane::draw(&painter, theme, &axis, lane, &self.texts, area);
            names.push((lane.name, area.min));
            top += height + GAP;
        }
        self.seconds(&painter, theme, &axis, rect.bottom());
        if let Some(lane) = self.lanes.first() {
            events(&painter, theme, &axis, lane.track, rect.top(), body);
        }
        for (name, corner) in names {
            // On a patch of ground, so that no line runs through it.
            let wide = draw::width_of(&painter, theme, Size::Body, name);
            let size = vec2(wide, draw::line_height(&painter, theme, Size::Body));
            let patch = Rect::from_min_size(corner + vec2(12.0, 8.0), size);
            ground(&painter, theme, patch.expand2(vec2(6.0, 2.0)));
            draw::write(&painter, theme, patch.min, Align2::LEFT_TOP, Size::Body, theme.palette.text, name);
        }
        draw::speak(&response, Role::Figure, self.texts.name, self.texts.spoken, None);
        response
    }

    fn seconds(&self, painter: &egui::Painter, theme: &Theme, axis: &TimeAxis, bottom: f32) {
        let soft = theme.palette.text_soft;
        draw::write(
            painter,
            theme,
            pos2(axis.right, bottom),
            Align2::CENTER_BOTTOM,
            Size::Caption,
            soft,
            self.texts.now,
        );
        for ago in axis.marks() {
            let x = axis.right - (f64::from(ago) * axis.points_per_s) as f32;
            let text = (self.texts.ago)(ago);
            draw::write(painter, theme, pos2(x, bottom), Align2::CENTER_BOTTOM, Size::Caption, soft, &text);
        }
    }
}

/// Lines where phases begin, with their words. The word of what holds at the left edge stays there.
fn events(painter: &egui::Painter, theme: &Theme, axis: &TimeAxis, track: &Track, top: f32, body: Rect) {
    let p = &theme.palette;
    let place = |tick: u64| axis.x(tick as f64 / crate::trace::TICKS_PER_S);
    let mut events = track.events().skip_while(|event| place(event.tick) < axis.left - 4000.0).peekable();
    while let Some(event) = events.next() {
        let x = place(event.tick);
        let next = events.peek().map_or(body.right(), |next| place(next.tick));
        if next <= axis.left || x > body.right() {
            continue;
        }
        if x >= axis.left {
            painter.vline(
                x,
                (top + 3.0)..=body.bottom(),
                Stroke::new(theme.line_width(), draw::mix(p.line, p.border, 0.5)),
            );
        }
        let from = x.max(axis.left) + 7.0;
        // Whole words only: one that is being pushed out goes.
        if from + draw::width_of(painter, theme, Size::Caption, &event.label) <= next - 6.0 {
            draw::write(painter, theme, pos2(from, top + 1.0), Align2::LEFT_TOP, Size::Caption, p.text, &event.label);
        }
    }
}

/// The rounded ground of a plot.
fn ground(painter: &egui::Painter, theme: &Theme, area: Rect) {
    let p = &theme.palette;
    painter.rect_filled(area, CornerRadius::same(8), draw::mix(p.surface, p.hollow, 0.35));
}
