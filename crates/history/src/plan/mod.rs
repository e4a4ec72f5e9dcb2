//! The next step of a plan: offered after enough good sessions, one at a time, and never because of the calendar.

mod check;
mod pain;

use serde::Serialize;
use tonus_program::Plan;
use tonus_report::vocabulary::Language;

pub use check::{NotCounted, SessionCheck};
pub use pain::PainRise;

use crate::diary::Diary;
use crate::entry::SessionEntry;
use crate::words;

/// What of a plan matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSteps {
    /// Name of the plan, as it stands in the sessions.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// Its stages.
    pub stages: Vec<PlanStep>,
}

/// A stage of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStep {
    /// Its name for people.
    pub title: String,
    /// The programme, or a file that ends in `.toml`.
    pub program: String,
    /// Good sessions before the next stage is offered; 0 counts as 1.
    pub good_sessions: u8,
}

impl From<&Plan> for PlanSteps {
    fn from(plan: &Plan) -> Self {
        let step = |stage: &tonus_program::PlanStage| PlanStep {
            title: stage.title.clone(),
            program: stage.program.clone(),
            good_sessions: stage.good_sessions,
        };
        Self { name: plan.name.clone(), title: plan.title.clone(), stages: plan.stages.iter().map(step).collect() }
    }
}

/// What is suggested. The person decides; nothing moves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Stay with this stage.
    Stay,
    /// The next stage is ready.
    NextStep,
    /// An easier stage is there if wanted: pain rose.
    OfferStepBack,
    /// The last stage is done.
    Finished,
}

/// Where a plan stands, and what is suggested.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanAdvice {
    /// Name of the plan.
    pub plan: String,
    /// Its name for people.
    pub title: String,
    /// How many stages it has.
    pub stages: u8,
    /// Stage of the latest session of the plan, from 1.
    pub stage: u8,
    /// Name of that stage for people.
    pub stage_title: String,
    /// The suggestion.
    pub advice: Advice,
    /// The stage that it suggests: `stage`, one more or one less.
    pub suggested_stage: u8,
    /// Good sessions at this stage since it was entered.
    pub good_sessions: u32,
    /// Good sessions that the stage asks for.
    pub good_sessions_needed: u32,
    /// How pain rose, if it did.
    pub pain_rise: Option<PainRise>,
    /// Sessions at this stage since it was entered, and what each counts for.
    pub sessions: Vec<SessionCheck>,
    /// The suggestion in kind words.
    pub text: String,
}

/// Says where a plan stands after some sessions. None for a plan without stages.
///
/// There is no clock here: days without a session change nothing. Sessions outside the plan do not count, and do not
/// interrupt it either.
pub fn advise(plan: &PlanSteps, sessions: &[SessionEntry], diary: &Diary, lang: Language) -> Option<PlanAdvice> {
    let stages = u8::try_from(plan.stages.len()).unwrap_or(u8::MAX);
    if stages == 0 {
        return None;
    }
    let of_plan = |entry: &&SessionEntry| entry.problem.is_none() && entry.plan.as_deref() == Some(plan.name.as_str());
    let stage_of = |entry: &SessionEntry| entry.stage.unwrap_or(1).clamp(1, stages);
    let stage = sessions.iter().rev().find(of_plan).map_or(1, stage_of);
    // Since the stage was entered: what happened before a step back or forward says nothing about it.
    let mut here: Vec<_> = sessions.iter().rev().filter(of_plan).take_while(|entry| stage_of(entry) == stage).collect();
    here.reverse();

    let step = &plan.stages[usize::from(stage) - 1];
    let checks: Vec<SessionCheck> = here.iter().map(|entry| SessionCheck::of(entry, step, diary, lang)).collect();
    let good_sessions = checks.iter().filter(|check| check.not_counted.is_empty()).count() as u32;
    let good_sessions_needed = u32::from(step.good_sessions.max(1));
    let pain_rise = PainRise::of(&here, diary);
    let (advice, suggested_stage) = match &pain_rise {
        Some(_) if stage > 1 => (Advice::OfferStepBack, stage - 1),
        Some(_) => (Advice::Stay, stage),
        None if good_sessions < good_sessions_needed => (Advice::Stay, stage),
        None if stage < stages => (Advice::NextStep, stage + 1),
        None => (Advice::Finished, stage),
    };
    let mut advice = PlanAdvice {
        plan: plan.name.clone(),
        title: plan.title.clone(),
        stages,
        stage,
        stage_title: step.title.clone(),
        advice,
        suggested_stage,
        good_sessions,
        good_sessions_needed,
        pain_rise,
        sessions: checks,
        text: String::new(),
    };
    advice.text = words::plan::advice(lang, &advice);
    Some(advice)
}

/// Name of the plan of the latest session that is part of one.
pub fn current_plan(sessions: &[SessionEntry]) -> Option<&str> {
    sessions.iter().rev().find_map(|entry| entry.plan.as_deref())
}
