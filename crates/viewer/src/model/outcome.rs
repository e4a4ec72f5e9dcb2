//! How a session went, its report, and a line for the diary.

use std::path::{Path, PathBuf};

use tonus_core::training::Stage;
use tonus_history::{DiaryEntry, HistoryError, Id, Store, When};
use tonus_record::file;
use tonus_report::Summary;

use crate::words::Words;

/// How a session went.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Its programme, for people.
    pub title: String,
    /// Whether it came to its end by itself.
    pub is_finished: bool,
    /// Whether the sensor was lost for good.
    pub is_lost: bool,
    /// Whether the sensor was a simulated one.
    pub is_simulated: bool,
    /// Whether it was the first one.
    pub is_first: bool,
    /// How long it was.
    pub seconds: f64,
    /// Share of the time with a signal to trust.
    pub valid_share: f64,
    /// Repetitions that count, and all of them.
    pub repetitions: (u32, u32),
    /// Complete releases, and all that could be judged.
    pub releases: (u32, u32),
    /// Median time to let go.
    pub release_s: Option<f64>,
    /// Share of the time below the target, in points.
    pub relaxation: Option<f64>,
    /// Share of the time within the band, in points.
    pub holds: Option<f64>,
    /// Rest, in µV or the sensor's unit.
    pub rest_uv: Option<f64>,
    /// Whether values are µV.
    pub is_scaled: bool,
    /// Seconds of rest, controlled contraction, overactivity, invalid.
    pub states_s: [f64; 4],
    /// The report.
    pub report: PathBuf,
    /// The folder of the session.
    pub folder: PathBuf,
    /// SHA-256 over all decisions, in hex.
    pub digest: String,
    /// What the person says about it.
    pub diary: DiaryDraft,
    /// That has been kept.
    pub is_diary_kept: bool,
    /// Where a copy of the report goes, as typed.
    pub copy_to: String,
    /// What came of the copy: where it is, or why not.
    pub copied: Option<Result<PathBuf, String>>,
}

impl Outcome {
    /// Of what was kept.
    pub fn new(summary: &Summary, report: PathBuf, is_first: bool) -> Self {
        let training = summary.training.as_ref();
        let scores = training.and_then(|training| training.channels.first()).map(|channel| &channel.scores);
        let channel = summary.channels.first();
        let states_s = channel.map_or([0.0; 4], |channel| {
            let seconds = &channel.seconds;
            [seconds.rest, seconds.controlled, seconds.overactive, seconds.invalid]
        });
        Self {
            title: training.map(|training| training.title.clone()).unwrap_or_default(),
            is_finished: training.is_some_and(|training| training.stage == Stage::Finished),
            is_lost: false,
            is_simulated: false,
            is_first,
            seconds: training.map_or(summary.input.duration_s, |training| training.end_s - training.start_s),
            valid_share: scores.and_then(|scores| scores.valid_share).unwrap_or(1.0),
            repetitions: scores.map_or((0, 0), |scores| (scores.repetitions_counted, scores.repetitions)),
            releases: scores.map_or((0, 0), |scores| (scores.complete_releases, scores.releases)),
            release_s: scores.and_then(|scores| scores.release_s),
            relaxation: scores.and_then(|scores| scores.relaxation_points),
            holds: scores.and_then(|scores| scores.hold_points),
            rest_uv: channel.and_then(|channel| channel.rest.median_uv.map(f64::from)),
            is_scaled: summary.input.channels.first().is_some_and(|channel| channel.uv_per_unit.is_some()),
            states_s,
            folder: report.parent().map(Path::to_owned).unwrap_or_default(),
            report,
            digest: summary.digest.clone(),
            diary: DiaryDraft::default(),
            is_diary_kept: false,
            copy_to: String::new(),
            copied: None,
        }
    }

    /// Copies the report to the place that is typed; into a folder under a name of its own. Nothing is written over.
    pub fn export(&mut self, words: &Words) {
        let typed = self.copy_to.trim();
        if typed.is_empty() {
            self.copied = Some(Err(words.summary.no_place.to_owned()));
            return;
        }
        let mut place = PathBuf::from(typed);
        if place.is_dir() {
            let name = self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            place.push(format!("{name}.html"));
        }
        let copied = if place.exists() {
            Err(words.summary.place_taken.to_owned())
        } else {
            let from = file::open(&self.report);
            let copied = from.and_then(|mut from| std::io::copy(&mut from, &mut file::create_new(&place)?));
            copied.map(drop).map_err(|error| error.to_string())
        };
        self.copied = Some(copied.map(|()| place));
    }
}

/// What the diary will say. What is not said stays open.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DiaryDraft {
    /// Pain, 0 to 10.
    pub pain: Option<u8>,
    /// Mood, 0 to 10.
    pub mood: Option<u8>,
    /// Hours of sleep.
    pub sleep_hours: Option<f64>,
    /// In the person's own words.
    pub note: String,
}

impl DiaryDraft {
    /// What an entry says.
    pub fn of(entry: &DiaryEntry) -> Self {
        Self {
            pain: entry.pain,
            mood: entry.mood,
            sleep_hours: entry.sleep_hours,
            note: entry.note.as_ref().map(|note| note.as_str().to_owned()).unwrap_or_default(),
        }
    }

    /// An entry that says this, and else what it said before.
    pub(super) fn put_into(&self, entry: DiaryEntry) -> DiaryEntry {
        let note = self.note.trim();
        DiaryEntry {
            pain: self.pain,
            mood: self.mood,
            sleep_hours: self.sleep_hours,
            note: (!note.is_empty()).then(|| note.into()),
            ..entry
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.pain.is_none() && self.mood.is_none() && self.sleep_hours.is_none() && self.note.trim().is_empty()
    }

    /// The entry, after the session in a folder of the store.
    pub(super) fn entry(&self, at_unix_s: f64, store: &Store, folder: &Path) -> Result<DiaryEntry, HistoryError> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let session: Option<Id> = store.sessions()?.into_iter().map(|one| one.id).find(|id| id.as_str() == name);
        Ok(self.put_into(DiaryEntry { when: When::After, session, ..DiaryEntry::at(at_unix_s) }))
    }
}
