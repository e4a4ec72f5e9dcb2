//! Text: one line per frame. The number of fields is learned from lines that agree; a line that differs is refused, since
//! a lost byte makes a wrong number, not an error.

use super::emit::{Carried, Context};
use super::parse::{Line, parse};
use crate::frame::{Reject, Sink, Values};
use crate::layout::{Framing, Layout, Terminator, TextSpec};

/// Lines in a row with one other number of fields after which that number is believed.
const RELEARN: u8 = 8;

#[derive(Debug, Clone)]
pub(super) struct Lines {
    /// Fields of a line, 0 while unknown.
    fields: usize,
    /// The first line has not come yet.
    first: bool,
    dropping: bool,
    other: usize,
    other_count: u8,
    /// What ended the last line; with `crlf`, lines end with both.
    ended_by: u8,
    crlf: bool,
    /// The frame that lines of words make.
    #[cfg(feature = "std")]
    worded: super::worded::Worded,
}

impl Lines {
    pub fn new(layout: &Layout) -> Self {
        let (fields, first) = match layout.framing {
            Framing::Text(spec) => (usize::from(spec.fields), spec.skip_first),
            _ => (0, false),
        };
        Self {
            fields,
            first,
            dropping: false,
            other: 0,
            other_count: 0,
            ended_by: 0,
            crlf: false,
            #[cfg(feature = "std")]
            worded: super::worded::Worded::default(),
        }
    }

    pub fn scan<S: Sink + ?Sized>(&mut self, view: &[u8], context: &mut Context<'_, S>) -> usize {
        let Framing::Text(spec) = context.layout.framing else { return view.len() };
        let max = usize::from(spec.max_line);
        let mut at = 0_usize;
        while let Some(rest) = view.get(at..).filter(|rest| !rest.is_empty()) {
            let Some((line, bytes)) = cut(rest, spec.terminator) else {
                // One more byte than allowed may be the CR of a CR LF.
                if self.dropping || rest.len() > max.saturating_add(1) {
                    if !self.dropping {
                        context.reject(Reject::Overlong);
                    }
                    // A CR at the very end may be half a line end.
                    let keep = usize::from(spec.terminator == Terminator::CrLf && rest.last() == Some(&b'\r'));
                    let bytes = rest.len().saturating_sub(keep);
                    self.dropping = true;
                    context.tally.skip(bytes as u64);
                    at = at.saturating_add(bytes);
                }
                break;
            };
            if self.dropping || line.len() > max {
                if !self.dropping {
                    context.reject(Reject::Overlong);
                }
                context.tally.skip(bytes as u64);
                (self.dropping, self.first) = (false, false);
            } else if line.is_empty() {
                self.crlf |= self.ended_by == b'\r' && rest.first() == Some(&b'\n');
                context.tally.idle(bytes as u64);
            } else if self.first {
                self.first = false;
                context.tally.idle(bytes as u64);
            } else if !self.line(line, bytes, at.saturating_add(bytes), rest, &spec, context) {
                break;
            }
            self.ended_by = rest.get(bytes.saturating_sub(1)).copied().unwrap_or(0);
            at = at.saturating_add(bytes);
        }
        at
    }

    /// Handles one whole line; `false` if that needs more lines.
    fn line<S: Sink + ?Sized>(
        &mut self,
        line: &[u8],
        bytes: usize,
        end: usize,
        rest: &[u8],
        spec: &TextSpec,
        context: &mut Context<'_, S>,
    ) -> bool {
        #[cfg(feature = "std")]
        if spec.has_words() {
            self.worded.line(line, bytes, end, spec, context);
            return true;
        }
        let range = context.layout.record.range;
        let mut line_of_numbers = parse(line, spec, range);
        if self.crlf && self.ended_by == b'\r' && !matches!(line_of_numbers, Line::Numbers(_)) {
            // The LF behind the last CR was damaged: its byte stands in front of this line, which is whole without it.
            match parse(line.get(1..).unwrap_or_default(), spec, range) {
                Line::Numbers(parsed) if parsed.fields == self.fields => line_of_numbers = Line::Numbers(parsed),
                _ => {}
            }
        }
        let parsed = match line_of_numbers {
            Line::Message => {
                context.message(line, bytes);
                return true;
            }
            Line::Bad(reject) => {
                context.reject(reject);
                context.tally.skip(bytes as u64);
                return true;
            }
            Line::Numbers(parsed) => parsed,
        };
        if self.fields == 0 {
            match agreeing(rest, spec, context, parsed.fields) {
                None => return false,
                Some(false) => {
                    context.reject(Reject::Fields);
                    context.tally.skip(bytes as u64);
                    return true;
                }
                Some(true) => {
                    self.fields = parsed.fields;
                    context.lock(line);
                }
            }
        }
        if parsed.fields == self.fields {
            self.other_count = 0;
            context.lock(line);
            let carried =
                Carried { counter: parsed.counter, device_us: parsed.device_us, bytes, modulus: spec.counter_modulus };
            let values = parsed.values.get(..parsed.count).unwrap_or_default();
            context.frame(Values::Numbers(values), &[], carried, end);
            return true;
        }
        self.other_count = if parsed.fields == self.other { self.other_count.saturating_add(1) } else { 1 };
        self.other = parsed.fields;
        context.reject(Reject::Fields);
        context.tally.skip(bytes as u64);
        if self.other_count >= RELEARN && spec.fields == 0 {
            self.fields = 0;
            self.other_count = 0;
        }
        true
    }
}

/// Whether the next lines have as many numbers as this one; `None` if they are not there yet.
fn agreeing<S: ?Sized>(rest: &[u8], spec: &TextSpec, context: &Context<'_, S>, fields: usize) -> Option<bool> {
    let mut needed = context.layout.confirm;
    let mut at = 0_usize;
    while needed > 0 {
        let later = rest.get(at..).unwrap_or_default();
        let Some((line, bytes)) = cut(later, spec.terminator) else {
            let hopeless = later.len() > usize::from(spec.max_line).saturating_add(1);
            return if context.ended || hopeless { Some(false) } else { None };
        };
        at = at.saturating_add(bytes);
        if line.len() > usize::from(spec.max_line) {
            return Some(false);
        }
        if !line.is_empty() {
            match parse(line, spec, context.layout.record.range) {
                Line::Numbers(parsed) if parsed.fields == fields => needed = needed.saturating_sub(1),
                _ => return Some(false),
            }
        }
        // Blank lines without end would otherwise fill the window.
        if at > usize::from(spec.max_line).saturating_mul(usize::from(context.layout.confirm).saturating_add(1)) {
            return Some(false);
        }
    }
    Some(true)
}

/// The first line of `bytes` without its end, and the bytes it takes with it.
#[inline]
fn cut(bytes: &[u8], terminator: Terminator) -> Option<(&[u8], usize)> {
    let end = match terminator {
        Terminator::Auto => bytes.iter().position(|byte| *byte == b'\n' || *byte == b'\r')?,
        Terminator::Cr => bytes.iter().position(|byte| *byte == b'\r')?,
        Terminator::Lf => bytes.iter().position(|byte| *byte == b'\n')?,
        Terminator::CrLf => bytes.windows(2).position(|pair| pair == b"\r\n")?,
    };
    let line = bytes.get(..end)?;
    let line = if terminator == Terminator::Lf { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
    Some((line, end.saturating_add(if terminator == Terminator::CrLf { 2 } else { 1 })))
}
