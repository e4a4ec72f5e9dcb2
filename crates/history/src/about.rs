//! What a person or a program says about a session: `about.json`.

use serde::{Deserialize, Serialize};

use crate::error::{HistoryError, limits};
use crate::note::Note;

/// Version of the layout of `about.json`.
pub(crate) const SCHEMA_VERSION: u32 = 1;
/// Most characters of a short text.
const MAX_TEXT: usize = 120;

/// The circumstances of a session. Sessions are compared only where these agree.
///
/// What is not stated is `None`; two sessions that do not state their posture count as alike, one that does and one that
/// does not count as different.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// When it began, in seconds since 1970. [`crate::Store`] fills it in from the recording or the folder's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_unix_s: Option<f64>,
    /// Name of the programme, such as `down-training`; of the training session if not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Name of the plan that it was part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Stage of that plan, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<u8>,
    /// `lying`, `sitting`, `standing` or another word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posture: Option<String>,
    /// Where on the body, such as `pelvic` or `jaw`; the body site of the analysis if not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The electrode, such as `surface` or the name of a probe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub electrode: Option<String>,
    /// The sensor; of the recording if not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The channel whose numbers count; the first one of the summary if not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// A note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl About {
    /// The same without empty words and spaces around words.
    ///
    /// # Errors
    /// As [`About::check`].
    pub(crate) fn tidy(&self) -> Result<Self, HistoryError> {
        let word =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let about = Self {
            started_unix_s: self.started_unix_s,
            program: word(&self.program),
            plan: word(&self.plan),
            stage: self.stage,
            posture: word(&self.posture),
            site: word(&self.site),
            electrode: word(&self.electrode),
            device: word(&self.device),
            channel: word(&self.channel),
            note: self.note.clone().filter(|note| !note.as_str().trim().is_empty()),
        };
        about.check()?;
        Ok(about)
    }

    /// What is said here, and where nothing is, what is said there.
    pub(crate) fn or(self, there: Self) -> Self {
        Self {
            started_unix_s: self.started_unix_s.or(there.started_unix_s),
            program: self.program.or(there.program),
            plan: self.plan.or(there.plan),
            stage: self.stage.or(there.stage),
            posture: self.posture.or(there.posture),
            site: self.site.or(there.site),
            electrode: self.electrode.or(there.electrode),
            device: self.device.or(there.device),
            channel: self.channel.or(there.channel),
            note: self.note.or(there.note),
        }
    }

    /// Whether all of it can be stored.
    ///
    /// # Errors
    /// [`HistoryError::Field`] names the field and its limits.
    pub fn check(&self) -> Result<(), HistoryError> {
        let fits = |text: &Option<String>| {
            text.as_ref().is_none_or(|text| text.chars().count() <= MAX_TEXT && !text.contains(char::is_control))
        };
        for (field, text) in [
            ("program", &self.program),
            ("plan", &self.plan),
            ("posture", &self.posture),
            ("site", &self.site),
            ("electrode", &self.electrode),
            ("device", &self.device),
            ("channel", &self.channel),
        ] {
            if !fits(text) {
                return Err(HistoryError::Field { field, limits: limits::TEXT });
            }
        }
        if self.stage == Some(0) {
            return Err(HistoryError::Field { field: "stage", limits: limits::STAGE });
        }
        if self.note.as_ref().is_some_and(|note| !note.fits()) {
            return Err(HistoryError::Field { field: "note", limits: limits::NOTE });
        }
        if self.started_unix_s.is_some_and(|at| crate::time::Utc::from_unix_s(at).is_none()) {
            return Err(HistoryError::Field { field: "started_unix_s", limits: limits::TIME });
        }
        Ok(())
    }
}

/// `about.json` as it stands on the disk.
#[derive(Serialize, Deserialize)]
pub(crate) struct AboutFile {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The rest.
    #[serde(flatten)]
    pub about: About,
}
