//! The key of a picture: a row of signs with their words.

use std::fmt::Write as _;

use super::chart::coordinate;

/// Width of a sign.
const SIGN: f64 = 22.0;
/// About the width of a letter.
const LETTER: f64 = 6.4;

/// One row, filled from the left.
pub(super) struct Legend<'a> {
    out: &'a mut String,
    x: f64,
    y: f64,
}

impl<'a> Legend<'a> {
    /// A row whose words stand on `y`.
    pub(super) const fn new(out: &'a mut String, x: f64, y: f64) -> Self {
        Self { out, x, y }
    }

    /// A block; `paint` is its class or fill.
    pub(super) fn block(&mut self, paint: &str, high: f64, word: &str) {
        let (x, y, high) = (coordinate(self.x), coordinate(self.y + 1.0 - high), coordinate(high));
        let _ = write!(self.out, "<rect {paint} x=\"{x}\" y=\"{y}\" width=\"{SIGN}\" height=\"{high}\"/>");
        self.word(word);
    }

    /// A line.
    pub(super) fn line(&mut self, class: &str, word: &str) {
        let (x, y) = (coordinate(self.x), coordinate(self.y - 4.0));
        let _ = write!(self.out, "<path class=\"{class}\" d=\"M{x} {y}h{SIGN}\"/>");
        self.word(word);
    }

    /// A target: an area with a line above, and one below.
    pub(super) fn area(&mut self, class: &str, has_lower_edge: bool, word: &str) {
        let (x, top, bottom) = (coordinate(self.x), coordinate(self.y - 11.0), coordinate(self.y + 1.0));
        let lower = if has_lower_edge { format!("M{x} {bottom}h{SIGN}") } else { String::new() };
        let _ = write!(
            self.out,
            "<rect class=\"{class}fill\" x=\"{x}\" y=\"{top}\" width=\"{SIGN}\" height=\"12\"/>\
             <path class=\"{class}\" d=\"M{x} {top}h{SIGN}{lower}\"/>"
        );
        self.word(word);
    }

    fn word(&mut self, word: &str) {
        let (x, y) = (coordinate(self.x + SIGN + 6.0), coordinate(self.y));
        let _ = write!(self.out, "<text x=\"{x}\" y=\"{y}\">{word}</text>");
        self.x += SIGN + 28.0 + LETTER * word.chars().count() as f64;
    }
}
