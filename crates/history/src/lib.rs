//! Sessions over time: store, diary, trends, milestones, the next step of a plan.
//!
//! | | |
//! |---|---|
//! | [`Store`] | a folder that only its owner may read: sessions, diary, an index that can be rebuilt; export and delete |
//! | [`SessionEntry`] | a session as a line: circumstances and numbers of its `summary.json` |
//! | [`Diary`] | pain, mood, sleep, stress, sensitivity, a note; before and after sessions and on days |
//! | [`trends`] | like compared with like, with a band of measurement error |
//! | [`calmest`] | the calmest rest ever seen in like sessions |
//! | [`milestones`] | what happened for the first time |
//! | [`advise`] | the next step of a plan, an easier one, or staying |
//! | [`suggestion`] | when talking with a clinician may help |
//! | [`HistoryReport`], [`text`] | all of it, for programs and for people |
//!
//! Rules, bands and sources are in `docs/HISTORY.md`.
//!
//! Deliberately not here: clocks (every time is passed in), a network, printing, and anything that judges a person.

mod about;
mod calmest;
mod diary;
mod disk;
mod entry;
mod error;
mod id;
mod lock;
mod milestone;
mod note;
mod number;
mod numbers;
mod plan;
mod report;
mod store;
mod suggestion;
mod text;
pub use tonus_report::time;
mod trend;
mod words;

pub use about::About;
pub use calmest::{Calmest, Likeness, calmest};
pub use diary::{Diary, DiaryEntry, When};
pub use entry::{Conditions, Difference, Numbers, SessionEntry};
pub use error::HistoryError;
pub use id::{Id, NoName};
pub use milestone::{Milestone, MilestoneKind, milestones};
pub use note::{MAX_NOTE, Note};
pub use plan::{Advice, NotCounted, PainRise, PlanAdvice, PlanStep, PlanSteps, SessionCheck, advise, current_plan};
pub use report::{DiarySummary, HistoryReport, SCHEMA_VERSION, Spread};
pub use store::{Contents, FILES, SETTINGS, Store};
pub use suggestion::suggestion;
pub use text::text;
pub use trend::{Axis, Band, Change, Compared, Easier, NotCompared, Point, Reason, Trend, TrendConfig, trends};
