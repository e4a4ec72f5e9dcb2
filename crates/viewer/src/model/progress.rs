//! How it goes over time.

use std::path::{Path, PathBuf};

use tonus_engine::live::store::now_unix_s;
use tonus_history::{
    Axis, Change, Diary, DiaryEntry, HistoryError, HistoryReport, Id, SessionEntry, Store, TrendConfig, current_plan,
};
use tonus_program::{builtin_in, builtin_plan_in};

use super::offer::PLAN;
use super::outcome::DiaryDraft;
use crate::words::Language;

/// Trends that are shown, in this order.
const AXES: usize = 6;

/// How it goes over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Sessions so far.
    pub sessions: usize,
    /// Entries of the diary.
    pub entries: usize,
    /// What was measured, over the sessions that can be compared.
    pub trends: Vec<Line>,
    /// Milestones, the latest first: when, and in words.
    pub milestones: Vec<(f64, String)>,
    /// Every session, the latest first.
    pub past: Vec<Past>,
    /// Every entry of the diary, the latest first.
    pub diary: Vec<Said>,
    /// What the plan says, in words.
    pub plan: Option<String>,
    /// A suggestion to talk with a clinician.
    pub suggestion: Option<String>,
    /// What is looked at: one of `past` or `diary`.
    pub open: Option<Open>,
    /// Whether all of `past` and `diary` are listed, or the latest.
    pub lists_all: bool,
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Which one.
    pub item: Item,
    /// The report of a session, if it has one.
    pub report: Option<PathBuf>,
    /// It is to be deleted, once the person says so again.
    pub is_doomed: bool,
    /// An entry of the diary as it is being changed.
    pub draft: DiaryDraft,
    /// Where a copy of a session goes, as typed.
    pub copy_to: String,
    /// What came of the copy: where it is, or why not.
    pub copied: Option<Result<PathBuf, String>>,
}

/// A session or an entry of the diary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A session, by the folder of its store.
    Session(PathBuf, Id),
    /// An entry, by the folder of its store and its name.
    Entry(PathBuf, String),
}

/// What a person said.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The store that it is in.
    pub root: PathBuf,
    /// What was said.
    pub entry: DiaryEntry,
    /// It is about training with the simulated sensor.
    pub is_simulated: bool,
}

impl Said {
    /// The entry as something to look at.
    pub fn item(&self) -> Item {
        Item::Entry(self.root.clone(), self.entry.id.clone())
    }
}

/// A trend.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What was measured.
    pub axis: Axis,
    /// Unit of the values.
    pub unit: &'static str,
    /// What came of comparing.
    pub change: Change,
    /// In words.
    pub text: String,
    /// Days since the first session, and the value.
    pub points: Vec<(f64, f64)>,
}

/// A session that was.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// The store that it is in.
    pub root: PathBuf,
    /// Its name.
    pub id: Id,
    /// It was with the simulated sensor.
    pub is_simulated: bool,
    /// When it began, in seconds since 1970.
    pub at_unix_s: f64,
    /// Its programme.
    pub program: String,
    /// How long it was.
    pub minutes: Option<f64>,
    /// Why it cannot be read.
    pub problem: Option<String>,
}

impl Past {
    /// The session as something to look at.
    pub fn item(&self) -> Item {
        Item::Session(self.root.clone(), self.id.clone())
    }
}

/// The name of a programme for people; its own where it is not built in.
fn title(name: &str, language: Language) -> String {
    builtin_in(name, language.code()).map_or_else(|| name.to_owned(), |file| file.title)
}

impl Progress {
    /// Reads the store.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub fn load(store: Option<&Path>, language: Language) -> Result<Self, HistoryError> {
        let root = store.map_or_else(Store::default_root, |root| Ok(root.to_owned()))?;
        let store = Store::open(&root)?;
        let (sessions, diary) = (store.sessions()?, store.diary()?);
        let name = current_plan(&sessions).unwrap_or(PLAN).to_owned();
        let plan = builtin_plan_in(&name, language.code());
        let report =
            HistoryReport::new(&sessions, &diary, plan.as_ref(), now_unix_s(), &TrendConfig::default(), language);
        let start = sessions.first().map_or(0.0, |first| first.started_unix_s);
        let line = |trend: &tonus_history::Trend| Line {
            axis: trend.axis,
            unit: trend.unit,
            change: trend.compared.change,
            text: trend.text.clone(),
            points: trend.points.iter().map(|point| ((point.at_unix_s - start) / 86_400.0, point.value)).collect(),
        };
        let mut lists = Lists::default();
        lists.take(&root, false, &sessions, &diary, language);
        let simulated = Store::simulated_root(&root);
        if simulated.is_dir() {
            let store = Store::open(&simulated)?;
            lists.take(&simulated, true, &store.sessions()?, &store.diary()?, language);
        }
        let Lists { mut past, diary: mut said } = lists;
        past.sort_by(|a, b| b.at_unix_s.total_cmp(&a.at_unix_s));
        said.sort_by(|a, b| b.entry.at_unix_s.total_cmp(&a.entry.at_unix_s));
        Ok(Self {
            sessions: sessions.len(),
            entries: report.diary.entries,
            trends: report
                .trends
                .iter()
                .filter(|trend| trend.is_latest_series || trend.series.is_none())
                .filter(|trend| trend.points.len() > 1)
                .take(AXES)
                .map(line)
                .collect(),
            milestones: report.milestones.iter().rev().map(|one| (one.at_unix_s, one.text.to_owned())).collect(),
            past,
            diary: said,
            plan: report.plan.map(|advice| advice.text),
            suggestion: report.suggestion.map(str::to_owned),
            open: None,
            lists_all: false,
        })
    }

    /// Looks at something, or no longer.
    pub fn look_at(&mut self, item: &Item) {
        if self.open.as_ref().is_some_and(|open| open.item == *item) {
            self.open = None;
            return;
        }
        let said = self.diary.iter().find(|said| said.item() == *item);
        let report = match item {
            Item::Session(root, id) => Store::open(root).and_then(|store| store.file(id, "report.html")).ok(),
            Item::Entry(..) => None,
        };
        self.open = Some(Open {
            item: item.clone(),
            report,
            is_doomed: false,
            draft: said.map(|said| DiaryDraft::of(&said.entry)).unwrap_or_default(),
            copy_to: String::new(),
            copied: None,
        });
    }

    /// Deletes for good what is looked at.
    pub(super) fn delete(&self) -> Result<(), HistoryError> {
        match self.open.as_ref().map(|open| &open.item) {
            Some(Item::Session(root, id)) => Store::open(root)?.delete(id),
            Some(Item::Entry(root, id)) => Store::open(root)?.diary_delete(id),
            None => Ok(()),
        }
    }

    /// Keeps the entry that is looked at as it was changed.
    pub(super) fn rewrite(&self) -> Result<(), HistoryError> {
        let Some(open) = &self.open else { return Ok(()) };
        match self.diary.iter().find(|said| said.item() == open.item) {
            Some(said) => Store::open(&said.root)?.diary_replace(&open.draft.put_into(said.entry.clone())),
            None => Ok(()),
        }
    }

    /// Copies the session that is looked at into the folder that is typed.
    pub(super) fn copy(&mut self, no_place: &str) {
        let Some(open) = &mut self.open else { return };
        let Item::Session(root, id) = &open.item else { return };
        let typed = open.copy_to.trim();
        open.copied = Some(if typed.is_empty() {
            Err(no_place.to_owned())
        } else {
            let copied = Store::open(root).and_then(|store| store.export(id, Path::new(typed)));
            copied.map_err(|error| error.to_string())
        });
    }
}

/// What two stores hold, for people.
#[derive(Default)]
struct Lists {
    past: Vec<Past>,
    diary: Vec<Said>,
}

impl Lists {
    fn take(&mut self, root: &Path, is_simulated: bool, sessions: &[SessionEntry], diary: &Diary, language: Language) {
        self.past.extend(sessions.iter().map(|entry| Past {
            root: root.to_owned(),
            id: entry.id.clone(),
            is_simulated,
            at_unix_s: entry.started_unix_s,
            program: title(entry.conditions.program.as_deref().unwrap_or_default(), language),
            minutes: entry.duration_s.map(|seconds| seconds / 60.0),
            problem: entry.problem.clone(),
        }));
        let said = |entry: &DiaryEntry| Said { root: root.to_owned(), entry: entry.clone(), is_simulated };
        self.diary.extend(diary.entries().iter().map(said));
    }
}
