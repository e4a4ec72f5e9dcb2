//! A large meter that fills with activation and empties with release.

use egui::{
    Align2, Color32, CornerRadius, Painter, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, pos2, vec2,
};
use tonus_core::decision::State;

use crate::ui::draw;
use crate::ui::theme::{Size, Theme};

/// Width of the column itself.
const COLUMN: f32 = 104.0;

/// How full a muscle is, where it is wanted, and the number in words.
#[derive(Debug, Clone, Copy)]
pub struct Meter<'a> {
    /// Share of the height that is filled, from 0 to 1; none if it cannot be told.
    pub level: Option<f32>,
    /// Lower and upper edge of the target as shares of the height. From 0 for a ceiling.
    pub target: Option<[f32; 2]>,
    /// Gives the colour.
    pub state: State,
    /// Beside the target's upper edge; may be empty.
    pub target_word: &'a str,
    /// The number as it is shown: "4.2 µV".
    pub figure: &'a str,
    /// Below it: what the number is, or why there is none.
    pub caption: &'a str,
    /// For those who hear it: what is measured.
    pub name: &'a str,
    /// Height of the whole.
    pub height: f32,
    /// Width of the whole; words take what the column leaves.
    pub width: f32,
}

impl Meter<'_> {
    /// Draws the meter.
    pub fn show(&self, ui: &mut Ui, theme: &Theme) -> Response {
        let (rect, response) = ui.allocate_exact_size(vec2(self.width, self.height), Sense::hover());
        let painter = ui.painter().clone();
        let column = Rect::from_min_size(rect.min + vec2(10.0, 4.0), vec2(COLUMN, rect.height() - 8.0));
        let p = &theme.palette;
        let y = |share: f32| column.bottom() - share.clamp(0.0, 1.0) * column.height();
        painter.rect_filled(column, CornerRadius::same(20), p.hollow);
        if let Some([low, high]) = self.target {
            band(&painter, column, Rect::from_x_y_ranges(column.x_range(), y(high)..=y(low)), p.target);
        }
        let level = self.level.filter(|level| level.is_finite());
        if let Some(level) = level {
            fill(&painter, column, y(level), theme.state(self.state));
        } else {
            let block = column.shrink(9.0);
            let stroke = Stroke::new(1.5, draw::mix(p.hollow, p.invalid, 0.6));
            draw::hatch(&painter, block.shrink(4.0), 14.0, 0.0, stroke);
            painter.rect_stroke(block, CornerRadius::same(12), stroke, StrokeKind::Inside);
        }
        let edge = if level.is_some() { p.line } else { p.invalid };
        painter.rect_stroke(
            column,
            CornerRadius::same(20),
            Stroke::new(theme.line_width().max(1.5), edge),
            StrokeKind::Outside,
        );
        let words = column.right() + 28.0;
        if let Some([low, high]) = self.target {
            self.edges(&painter, theme, column, y(high), (low > 0.0).then(|| y(low)));
        }
        self.words(&painter, theme, rect, words, self.target.map(|[_, high]| y(high)));
        let number = level.map(f64::from);
        let spoken = format!("{}, {}", self.figure, self.caption);
        draw::speak(&response, Role::Meter, self.name, spoken.trim_end_matches([',', ' ']), number);
        response
    }

    /// Lines across the column at the edges of the target, which reach out to the word.
    fn edges(&self, painter: &Painter, theme: &Theme, column: Rect, high: f32, low: Option<f32>) {
        let p = &theme.palette;
        let x = column.x_range().expand(7.0);
        for y in [Some(high), low].into_iter().flatten() {
            painter.hline(x, y, Stroke::new(5.0, p.surface));
            painter.hline(x, y, Stroke::new(3.0, p.target_edge));
        }
        let at = pos2(column.right() + 28.0, high);
        draw::write(painter, theme, at, Align2::LEFT_CENTER, Size::Caption, p.text_soft, self.target_word);
    }

    fn words(&self, painter: &Painter, theme: &Theme, rect: Rect, x: f32, avoid: Option<f32>) {
        let p = &theme.palette;
        let (figure, word) =
            (draw::line_height(painter, theme, Size::Figure), draw::line_height(painter, theme, Size::Body));
        let room = (rect.right() - x).max(40.0);
        let lines = painter.layout(self.caption.to_owned(), theme.font(Size::Body), p.text_soft, room);
        let height = figure + 4.0 + lines.size().y.max(word);
        // In the middle, or where the word of the target leaves room.
        let mut top = rect.center().y - height / 2.0;
        if let Some(y) = avoid.filter(|_| !self.target_word.is_empty()) {
            let clear = word;
            if y > top - clear && y < top + height + clear {
                let (above, below) = (y - clear - height, y + clear);
                top = if below + height <= rect.bottom() { below } else { above.max(rect.top()) };
            }
        }
        let at: Pos2 = pos2(x, top);
        draw::write(painter, theme, at, Align2::LEFT_TOP, Size::Figure, p.text, self.figure);
        draw::write_wrapped(painter, theme, at + vec2(0.0, figure + 4.0), room, Size::Body, p.text_soft, self.caption);
    }
}

/// A piece of the column; rounded where it reaches the column's ends.
fn band(painter: &Painter, column: Rect, piece: Rect, colour: Color32) {
    painter.with_clip_rect(piece).rect_filled(column, CornerRadius::same(20), colour);
}

/// The filling: a rounded block that always stands at least a sliver high.
fn fill(painter: &Painter, column: Rect, y: f32, colour: Color32) {
    let inner = column.shrink(9.0);
    let top = y.clamp(inner.top(), inner.bottom() - 8.0);
    let block = Rect::from_min_max(pos2(inner.left(), top), inner.right_bottom());
    let round = (block.height() / 2.0).min(12.0) as u8;
    painter.rect_filled(block, CornerRadius::same(round), colour);
}
