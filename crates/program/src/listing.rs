//! A programme or plan as data, for `tonus programs --json`.

use serde::Serialize;

use crate::builtin::{NAMES, PLANS};
use crate::file::ProgramFile;
use crate::find::{Found, builtin, builtin_plan};
use crate::outline::OutlineLine;
use crate::plan::{Plan, PlanStage};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A programme.
    Program,
    /// A plan.
    Plan,
}

/// A description of a programme or plan. Keys that do not apply to it are left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listing {
    /// Short name.
    pub name: String,
    /// Which of the two.
    pub kind: Kind,
    /// Name for people.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Languages of its texts.
    pub languages: Vec<String>,
    /// SHA-256 of its TOML text, in hex.
    pub sha256: String,
    /// Length of a programme, without pauses and repeated calibrations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Phases of a programme, repeats counted out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phases: Option<u64>,
    /// Steps and repeats of a programme.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<OutlineLine>,
    /// How many days a plan is made for, about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// Stages of a plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<PlanStage>,
}

impl ProgramFile {
    /// Its description.
    pub fn listing(&self) -> Listing {
        Listing {
            name: self.name.clone(),
            kind: Kind::Program,
            title: self.title.clone(),
            about: self.about.clone(),
            languages: self.languages.clone(),
            sha256: self.sha256.clone(),
            seconds: Some(self.seconds()),
            phases: Some(self.program.phases()),
            outline: self.outline(),
            days: None,
            stages: Vec::new(),
        }
    }
}

impl Plan {
    /// Its description.
    pub fn listing(&self) -> Listing {
        Listing {
            name: self.name.clone(),
            kind: Kind::Plan,
            title: self.title.clone(),
            about: self.about.clone(),
            languages: self.languages.clone(),
            sha256: self.sha256.clone(),
            seconds: None,
            phases: None,
            outline: Vec::new(),
            days: Some(self.days),
            stages: self.stages.clone(),
        }
    }
}

impl Found {
    /// Its description.
    pub fn listing(&self) -> Listing {
        match self {
            Self::Program(program) => program.listing(),
            Self::Plan(plan) => plan.listing(),
        }
    }
}

/// Everything that is built in, programmes first.
pub fn listings() -> Vec<Listing> {
    let programs = NAMES.iter().filter_map(|name| builtin(name)).map(|program| program.listing());
    let plans = PLANS.iter().filter_map(|name| builtin_plan(name)).map(|plan| plan.listing());
    programs.chain(plans).collect()
}
