//! Many plain rows at once, as long as they are what most rows of a file are: numbers that stand at the next place.
//!
//! A batch ends before the first row that is not plain, has another cue, or does not stand at the next place of the grid.
//! That row is left to those who read rows one by one; both give the same bits.

use tonus_core::input::Cue;

use crate::fields::Dialect;
use crate::format::Action;
use crate::number::scan_any;
use crate::number_template::NumberTemplate;
use crate::rows::end_of_cell;
use crate::time_axis::Timeline;

/// Most rows of a batch.
const ROWS: usize = 128;

/// Reads rows whose channels stand in the order of their columns.
#[derive(Debug)]
pub(crate) struct FastRows {
    channels: usize,
    /// The values of all channels, frame after frame.
    values: Vec<f64>,
}

/// What the rows of a batch have in common.
#[derive(Debug)]
pub(crate) struct Alike<'a> {
    pub(crate) actions: &'a [Action],
    /// How each column wrote its last number.
    pub(crate) shapes: &'a mut [NumberTemplate],
    pub(crate) dialect: Dialect,
    pub(crate) cue: Cue,
}

impl FastRows {
    /// None where the channels are in another order than their columns.
    pub(crate) fn new(actions: &[Action]) -> Option<Self> {
        let named = actions.iter().filter_map(|action| match action {
            Action::Channel(n) => Some(*n),
            _ => None,
        });
        let channels = named.clone().count();
        (channels > 0 && named.eq(0..channels)).then(|| Self { channels, values: vec![0.0; ROWS * channels] })
    }

    /// Reads up to `most` rows at the start of `bytes`; gives their values, and the length of their lines with their ends.
    #[inline(never)] // what the loop needs fits the registers
    pub(crate) fn read(
        &mut self,
        bytes: &[u8],
        most: usize,
        mut alike: Alike<'_>,
        mut timeline: Option<&mut Timeline>,
    ) -> (&[f64], usize) {
        let mut rest = bytes;
        let mut count = 0;
        for values in self.values.chunks_exact_mut(self.channels).take(most) {
            let Some((stamp, later)) = alike.read_row(rest, values) else { break };
            if let Some(timeline) = &mut timeline
                && !timeline.place_next(stamp)
            {
                break;
            }
            rest = later;
            count += self.channels;
        }
        (self.values.get(..count).unwrap_or_default(), bytes.len() - rest.len())
    }
}

impl Alike<'_> {
    /// Reads the row at the start of `rest`; gives its stamp, and what comes behind it.
    #[inline(always)]
    fn read_row<'b>(&mut self, mut rest: &'b [u8], values: &mut [f64]) -> Option<(f64, &'b [u8])> {
        let delimiter = self.dialect.delimiter;
        let mut slots = values.iter_mut();
        let mut stamp = 0.0;
        let mut stop = delimiter;
        for (action, shape) in self.actions.iter().zip(&mut *self.shapes) {
            if stop != delimiter {
                return None;
            }
            let value;
            // A column that is no number has no shape.
            (value, stop, rest) = match shape.find(rest) {
                Some(found) => found,
                None => read_other(rest, *action, shape, self.dialect, self.cue)?,
            };
            match *action {
                Action::Channel(_) => *slots.next()? = value,
                Action::Time => stamp = value,
                _ => {}
            }
        }
        if stop == delimiter {
            (stop, rest) = rest.split_first().map(|(first, rest)| (*first, rest))?;
        }
        match (stop, rest) {
            (b'\n', _) => Some((stamp, rest)),
            (b'\r', [b'\n', rest @ ..] | rest @ [_, ..]) => Some((stamp, rest)),
            _ => None,
        }
    }
}

/// A number of another shape, or a cell that is no number; gives its value, the byte that ends it, and what is behind.
#[inline(never)]
fn read_other<'b>(
    bytes: &'b [u8],
    action: Action,
    shape: &mut NumberTemplate,
    Dialect { delimiter, point, .. }: Dialect,
    cue: Cue,
) -> Option<(f64, u8, &'b [u8])> {
    let first = bytes.iter().position(|byte| *byte != b' ')?;
    let (value, end) = match action {
        Action::Channel(_) | Action::Time => scan_any(bytes, first, point, shape)?,
        // The line may be a comment.
        Action::Skip | Action::Cue if matches!(bytes.get(first), Some(b'#' | b'%')) => return None,
        Action::Skip => (0.0, end_of_cell(bytes, first, delimiter)?),
        Action::Cue => {
            let end = end_of_cell(bytes, first, delimiter)?;
            (0.0, Some(end).filter(|end| bytes.get(first..*end) == Some(cue.name().as_bytes()))?)
        }
        Action::Gap if matches!(bytes.get(first), Some(b'\r' | b'\n')) => (0.0, first),
        Action::Gap | Action::Daytime => return None,
    };
    let (stop, rest) = bytes.get(end..)?.split_first()?;
    Some((value, *stop, rest))
}
