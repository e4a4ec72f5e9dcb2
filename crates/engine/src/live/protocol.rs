//! What a person is asked for: nothing, cues of a list, or a programme.

use tonus_program::{Found, Plan, ProgramFile};
use tonus_record::{CueList, CueSource, Setting, wording};

use super::error::LiveError;

/// What a person is to be asked for.
#[derive(Debug, Clone, Default)]
pub enum Protocol {
    /// Nothing.
    #[default]
    Nothing,
    /// Cues at their seconds.
    Cues(CueList),
    /// A programme.
    Program(Box<Chosen>),
}

impl Protocol {
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
                format!("{name} is a programme, not a plan"),
                wording!["leave ", Setting::Stage, " out, or name a plan"],
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
            return LiveError::usage(message, wording!["give ", Setting::Stage, format!(" from 1 to {most}")]);
        };
        Ok(Self { file: plan.program(one)?, plan: Some((plan.name.clone(), stage as u8)) })
    }
}
