//! What is known of calibrations before the first decision, and what a report says of it.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_record::{CalibrationSource, Setting, SettingNames, wording};
use tonus_report::{CalibrationRemark, CalibrationReport};

use crate::calibration::rest_finder::Stretch;

/// What is known before the first decision.
#[derive(Debug)]
pub(crate) struct CalibrationPlan {
    pub(crate) origin: CalibrationSource,
    pub(crate) calibrations: Vec<Option<Calibration>>,
    pub(crate) reports: Vec<CalibrationReport>,
    pub(crate) notes: Vec<String>,
}

impl CalibrationPlan {
    pub(super) fn new(channels: usize) -> Self {
        Self {
            origin: CalibrationSource::CalmestStretch,
            calibrations: vec![None; channels],
            reports: vec![CalibrationReport::default(); channels],
            notes: Vec::new(),
        }
    }

    pub(super) fn in_stream(channels: usize) -> Self {
        Self { origin: CalibrationSource::Cues, ..Self::new(channels) }
    }

    /// Whether calibrations come out of the stream itself.
    pub(crate) fn is_in_stream(&self) -> bool {
        self.origin == CalibrationSource::Cues
    }

    /// Enters a refusal into the report of a channel.
    pub(crate) fn refuse(&mut self, channel: usize, refusal: Refusal) {
        if let Some(report) = self.reports.get_mut(channel) {
            report.refuse(refusal);
        }
    }

    /// A channel is as calm in its calmest stretch as in most of the file: what level it has, rest or work, cannot be told.
    pub(super) fn lacks_contrast(&mut self, channel: usize, names: SettingNames) {
        if let Some(report) = self.reports.get_mut(channel) {
            report.reasons.push(CalibrationRemark::NoContrast);
            let what = "no contrast: rest or a steady contraction; mark some rest with ";
            let message = wording![what, Setting::Baseline, " A:B or a quiet cue for states"];
            report.messages.push(message.named(names.0));
        }
    }

    pub(super) fn describe(
        &mut self,
        names: &[String],
        used: &[Option<Stretch>],
        rate_hz: f64,
        has_cues: bool,
        setting_names: SettingNames,
    ) {
        for ((report, calibration), used) in self.reports.iter_mut().zip(&self.calibrations).zip(used) {
            if let Some(calibration) = calibration {
                report.accept(calibration);
            }
            report.start_s = used.as_ref().map(|stretch| stretch.start as f64 / rate_hz);
            report.end_s = used.as_ref().map(|stretch| stretch.end as f64 / rate_hz);
        }
        if self.origin == CalibrationSource::CalmestStretch {
            let place = |(name, used): (&String, &Option<Stretch>)| match used {
                Some(stretch) => {
                    format!("{name} {:.1} to {:.1} s", stretch.start as f64 / rate_hz, stretch.end as f64 / rate_hz)
                }
                None => format!("{name} none"),
            };
            let places: Vec<String> = names.iter().zip(used).map(place).collect();
            let found = if used.iter().any(Option::is_some) {
                format!("the calmest stretch long enough gave the baseline: {}", places.join(", "))
            } else {
                "no stretch was calm, valid and long enough to give one".to_owned()
            };
            let note = wording!["no rest was marked by ", Setting::Baseline, format!(" or a quiet cue; {found}")];
            self.notes.push(note.named(setting_names.0));
        }
        self.note_cues(has_cues);
    }

    /// Enters calibrations that are known before the first frame.
    pub(super) fn give(&mut self, origin: CalibrationSource, calibrations: Vec<Option<Calibration>>) {
        self.origin = origin;
        for (report, calibration) in self.reports.iter_mut().zip(&calibrations) {
            report.source = origin;
            match calibration {
                Some(calibration) => {
                    report.accept(calibration);
                    report.source = CalibrationSource::File;
                }
                None if origin == CalibrationSource::File => {
                    report.reasons.push(CalibrationRemark::NotGiven);
                    report.messages.push("the file of calibrations has none of this channel".to_owned());
                }
                None => {}
            }
        }
        self.calibrations = calibrations;
    }

    pub(super) fn note_cues(&mut self, has_cues: bool) {
        if !has_cues {
            self.notes.push("there are no cues; the whole file is free".to_owned());
        } else if matches!(self.origin, CalibrationSource::File | CalibrationSource::Option) {
            self.notes.push("the calibration was given; quiet cues count as rest, reference cues as work".to_owned());
        } else {
            self.notes.push("the cues have no quiet stretch; reference cues count as work".to_owned());
        }
    }
}
