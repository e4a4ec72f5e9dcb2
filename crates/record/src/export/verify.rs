//! What was written, read again and compared with the recording.

use std::fs::File;
use std::path::Path;

use crate::format::binary::read_full;
use crate::recording::Recording;

use super::labels::Plan;
use super::survey::{Survey, Walk};
use super::{ExportError, ExportFormat, every_channel};

/// Compares the draft with the recording, whose channels stand from column `first` on; `told` is what the file has to say
/// besides values. Behind the recording's end it has no values, up to the end of others.
///
/// # Errors
/// [`ExportError::Differs`] with the first difference.
pub(super) fn same(
    mut source: Walk,
    draft: &Path,
    plan: &Plan,
    told: &Survey,
    first: usize,
) -> Result<(), ExportError> {
    let differs = |found: String| ExportError::Differs { place: draft.to_owned(), found };
    let is_csv = plan.format == ExportFormat::Csv;
    let options = every_channel(plan.channels.len(), first);
    let again = Recording::open(draft, &options).map_err(|error| differs(format!("it does not open: {error}")))?;
    let mut again = Walk::new(again);
    if again.header().rate_hz() != plan.rate_hz {
        return Err(differs(format!("its rate is {} Hz, not {} Hz", again.header().rate_hz(), plan.rate_hz)));
    }
    for frame in 0_u64.. {
        let (was, is) = (source.next()?, again.next()?);
        let (Some((_, was)), Some((_, is))) = (was, is) else {
            if is.is_some_and(|(_, is)| was.is_none() && is.iter().all(|value| value.is_nan())) {
                continue;
            }
            if was.is_some() != is.is_some() {
                return Err(differs(format!("it has another number of frames: {frame} are the same")));
            }
            break;
        };
        for ((was, is), channel) in was.iter().zip(is).zip(&plan.channels) {
            let was = was * channel.factor;
            let near = |step: f64| (was - is).abs() <= step * 1.000001;
            let is_same = match was.is_finite() {
                false => is.is_nan(),
                true if is_csv => was == *is,
                true => near(channel.scale.step()),
            };
            if !is_same {
                return Err(differs(format!("frame {frame} of {} has another value", channel.label)));
            }
        }
    }
    let found = again.survey();
    if found.end != told.end {
        // A gap at the very end of a table has no row that shows it; everything else has.
        return Err(differs(format!("it ends at frame {}, not {}", found.end, told.end)));
    }
    let pairs = [
        ("its cues differ", found.cues == told.cues),
        ("its gaps differ", found.gaps == told.gaps && found.stalls == told.stalls),
        ("its missing values differ", found.missing == told.missing),
    ];
    match pairs.iter().find(|(_, is_same)| !is_same) {
        Some((what, _)) => Err(differs((*what).to_owned())),
        None => Ok(()),
    }
}

/// Compares the header of the draft, byte by byte: it holds nothing but what was meant to be in it.
///
/// # Errors
/// [`ExportError::Differs`].
pub(super) fn header(draft: &Path, expected: &[u8]) -> Result<(), ExportError> {
    let storage = |source| ExportError::Storage { place: draft.to_owned(), source };
    let mut found = vec![0; expected.len()];
    let mut file = File::open(draft).map_err(storage)?;
    let count = read_full(&mut file, &mut found).map_err(storage)?;
    if count == expected.len() && found == expected {
        return Ok(());
    }
    Err(ExportError::Differs { place: draft.to_owned(), found: "its header differs".to_owned() })
}
