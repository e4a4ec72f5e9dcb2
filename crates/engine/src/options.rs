//! How a recording is to be read.

use tonus_core::config::Config;
use tonus_program::ProgramFile;
use tonus_record::session::StoredCalibration;
use tonus_record::{ChannelSelector, CueList, OpenOptions, SettingNames};

use crate::error::AnalysisError;
use crate::span::Span;

/// How a recording is to be read; by default as it was made.
#[derive(Debug, Clone, Default)]
pub struct AnalysisOptions {
    /// What the caller knows about the file.
    pub open: OpenOptions,
    /// As stated here; otherwise as recorded, otherwise the default.
    pub config: Config,
    /// Cues in place of the file's own.
    pub cues: Option<CueList>,
    /// Rest for the baseline.
    pub baseline: Option<Span>,
    /// A comfortable hold for the reference.
    pub reference: Option<Span>,
    /// Calibrations that are in force from the first frame on; none of the recording is measured then.
    pub calibrations: Option<Vec<StoredCalibration>>,
    /// Channels that should stay quiet; those that were recorded so if there is none.
    pub accessory: Vec<ChannelSelector>,
    /// The programme that says what is asked for, in place of cues.
    pub program: Option<ProgramFile>,
    /// Asked before every block: true ends the work with [`crate::AnalysisError::Stopped`].
    pub stops: Option<fn() -> bool>,
    /// What notes call these options.
    pub names: SettingNames,
}

impl AnalysisOptions {
    /// Refuses spans that are none, and those that would measure what calibrations give.
    pub(crate) fn check(&self) -> Result<(), AnalysisError> {
        for (field, span) in [("baseline", self.baseline), ("reference", self.reference)] {
            // NaN is no second either.
            if let Some(span) =
                span.filter(|Span { start_s, end_s }| !(*start_s >= 0.0 && start_s < end_s && end_s.is_finite()))
            {
                return Err(AnalysisError::Span { field, span });
            }
            if span.is_some() && self.calibrations.is_some() {
                return Err(AnalysisError::Measured { field });
            }
        }
        Ok(())
    }

    /// Whether nothing is asked for but the recording as it was made.
    pub(crate) fn is_as_recorded(&self) -> bool {
        let Self { open, config, cues, baseline, reference, calibrations, accessory, program, stops: _, names: _ } =
            self;
        let is_plain =
            calibrations.is_none() && cues.is_none() && baseline.is_none() && reference.is_none() && program.is_none();
        let open = OpenOptions { unit_may_be_unknown: false, ..open.clone() };
        is_plain && accessory.is_empty() && open == OpenOptions::default() && *config == Config::default()
    }
}
