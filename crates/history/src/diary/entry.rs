//! One entry.

use serde::{Deserialize, Serialize};

use crate::error::{HistoryError, limits};
use crate::id::Id;
use crate::note::Note;
use crate::time::Utc;

/// What an entry speaks of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The time before a session.
    Before,
    /// The time after a session.
    After,
    /// The day, whether there was a session or not.
    #[default]
    Day,
}

/// An entry of the diary. All scales go from 0 to 10 in whole numbers, so that one row of buttons serves them all.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DiaryEntry {
    /// Its name, for [`crate::Store::diary_delete`]; given by [`crate::Store::diary_add`].
    pub id: String,
    /// When, in seconds since 1970.
    pub at_unix_s: f64,
    /// What it speaks of.
    #[serde(default)]
    pub when: When,
    /// The session that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Id>,
    /// Pain: 0 none, 10 the worst imaginable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pain: Option<u8>,
    /// Mood: 0 very low, 10 very good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mood: Option<u8>,
    /// Hours of sleep in the night before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sleep_hours: Option<f64>,
    /// How the sleep was: 0 very restless, 10 very restful.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sleep_quality: Option<u8>,
    /// Stress: 0 none, 10 as much as imaginable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stress: Option<u8>,
    /// Sensitivity of the region: 0 none, 10 as much as imaginable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<u8>,
    /// A note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl DiaryEntry {
    /// Names of its fields in the file.
    pub(crate) const FIELDS: [&'static str; 11] = [
        "id",
        "at_unix_s",
        "when",
        "session",
        "pain",
        "mood",
        "sleep_hours",
        "sleep_quality",
        "stress",
        "sensitivity",
        "note",
    ];

    /// An entry that says nothing yet.
    pub fn at(at_unix_s: f64) -> Self {
        Self { at_unix_s, ..Self::default() }
    }

    /// Whether it can be stored.
    ///
    /// # Errors
    /// [`HistoryError::Field`] names the field and its limits, and never what was in it.
    pub fn check(&self) -> Result<(), HistoryError> {
        let refuse = |field, limits| Err(HistoryError::Field { field, limits });
        if Utc::from_unix_s(self.at_unix_s).is_none() {
            return refuse("at_unix_s", limits::TIME);
        }
        let scales = [
            ("pain", self.pain),
            ("mood", self.mood),
            ("sleep_quality", self.sleep_quality),
            ("stress", self.stress),
            ("sensitivity", self.sensitivity),
        ];
        for (field, value) in scales {
            if value.is_some_and(|value| value > 10) {
                return refuse(field, limits::SCALE);
            }
        }
        if self.sleep_hours.is_some_and(|hours| !(0.0..=24.0).contains(&hours)) {
            return refuse("sleep_hours", limits::HOURS);
        }
        if self.note.as_ref().is_some_and(|note| !note.fits()) {
            return refuse("note", limits::NOTE);
        }
        let says = scales.iter().any(|(_, value)| value.is_some()) || self.sleep_hours.is_some() || self.note.is_some();
        if says { Ok(()) } else { refuse("entry", limits::ENTRY) }
    }
}
