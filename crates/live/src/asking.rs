//! What a person is asked for: nothing, cues of a list, or a programme.

use tonus_core::input::Cue;
use tonus_core::training::Action;
use tonus_device::{CueScript, Script};
use tonus_program::{Found, Plan, ProgramFile};
use tonus_record::session::ProgramCommand;
use tonus_record::{CueList, CueSource};
use tonus_report::TrainingRecorder;

use crate::error::LiveError;

/// What a person is to be asked for.
#[derive(Debug, Clone, Default)]
pub enum Asking {
    /// Nothing.
    #[default]
    Nothing,
    /// Cues at their seconds.
    Cues(CueList),
    /// A programme.
    Program(Box<Chosen>),
}

impl Asking {
    /// The programme, if it is one.
    pub fn program(&self) -> Option<&Chosen> {
        if let Self::Program(chosen) = self { Some(chosen) } else { None }
    }

    /// Where cues come from.
    pub(crate) const fn source(&self) -> CueSource {
        match self {
            Self::Nothing => CueSource::None,
            Self::Cues(_) => CueSource::File,
            Self::Program(_) => CueSource::Program,
        }
    }
}

/// A programme, and the plan that it is a stage of.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// The programme.
    pub file: ProgramFile,
    /// Name of the plan and stage, from 1.
    pub plan: Option<(String, u8)>,
}

impl Chosen {
    /// The programme of a name or a file; of a plan, the one of a stage (from 1) that `usual` gives if none is named.
    ///
    /// # Errors
    /// [`LiveError::Program`] if there is none, [`LiveError::Usage`] if the stage is not there, and what `usual` says.
    pub fn find<E: From<LiveError>>(
        name: &str,
        stage: Option<usize>,
        usual: impl FnOnce(&Plan) -> Result<usize, E>,
    ) -> Result<Self, E> {
        match (tonus_program::find(name).map_err(LiveError::from)?, stage) {
            (Found::Program(file), None) => Ok(Self { file: *file, plan: None }),
            (Found::Program(_), Some(_)) => Ok(LiveError::usage(
                &format!("{name} is a programme, not a plan"),
                "leave --stage out, or name a plan",
            )?),
            (Found::Plan(plan), stage) => {
                let stage = stage.map_or_else(|| usual(&plan), Ok)?;
                Ok(Self::of_plan(&plan, stage)?)
            }
        }
    }

    /// The programme of a stage (from 1) of a plan.
    ///
    /// # Errors
    /// [`LiveError::Usage`] if there is no such stage, [`LiveError::Program`].
    pub fn of_plan(plan: &Plan, stage: usize) -> Result<Self, LiveError> {
        let Some(one) = stage.checked_sub(1).and_then(|n| plan.stages.get(n)) else {
            let most = plan.stages.len();
            let message = format!("{} has no stage {stage}", plan.name);
            return LiveError::usage(&message, &format!("give --stage from 1 to {most}"));
        };
        Ok(Self { file: plan.program(one)?, plan: Some((plan.name.clone(), stage as u8)) })
    }
}

/// The same while it happens.
#[derive(Debug)]
pub(crate) enum Asked {
    Nothing,
    Cues(CueScript),
    Training(Box<TrainingRecorder>),
}

impl Asked {
    /// The session of a programme, if there is one.
    pub(crate) fn training(&self) -> Option<&TrainingRecorder> {
        if let Self::Training(recorder) = self { Some(recorder) } else { None }
    }

    /// The same, to be told something.
    pub(crate) fn training_mut(&mut self) -> Option<&mut TrainingRecorder> {
        if let Self::Training(recorder) = self { Some(recorder) } else { None }
    }
}

impl Script for Asked {
    fn next_change(&self) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::Cues(cues) => cues.next_change(),
            Self::Training(recorder) => recorder.next_change(),
        }
    }

    fn change(&mut self, at: u64) -> Option<Cue> {
        match self {
            Self::Nothing => None,
            Self::Cues(cues) => cues.change(at),
            Self::Training(recorder) => recorder.change(at),
        }
    }
}

/// What a recording keeps of a session; what the pipeline brings about is left out, as it will again.
pub(crate) fn commands_of(recorder: &TrainingRecorder) -> Vec<ProgramCommand> {
    let own = recorder.commands().iter().filter(|one| !matches!(one.input, Action::Start | Action::Refused));
    own.map(|one| ProgramCommand { n: one.n, input: one.input, breaths_per_min: one.breaths_per_min }).collect()
}
