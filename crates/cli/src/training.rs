//! A programme in the command: which one is meant, and what a recording keeps of its session.

use tonus_core::input::Cue;
use tonus_core::session::SessionInput;
use tonus_program::{Found, Plan, ProgramFile, ProgramFileError};
use tonus_record::session::{ProgramCommand, ProgramInfo};
use tonus_report::TrainingRecorder;
use tonus_serial::{CueScript, Script};

use crate::failure::Failure;
use crate::plan::usage;

/// What a person is asked for: nothing, cues of a list, or a programme.
#[derive(Debug)]
pub(crate) enum Asked {
    Nothing,
    Cues(CueScript),
    Training(Box<TrainingRecorder>),
}

impl Asked {
    /// The session of a programme, if there is one.
    pub(crate) fn training(&mut self) -> Option<&mut TrainingRecorder> {
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

/// A programme, and the plan that it is a stage of.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) file: ProgramFile,
    /// Name of the plan and stage, from 1.
    pub(crate) plan: Option<(String, u8)>,
}

/// The programme of a name or a file; of a plan, the one of a stage (from 1) that `usual` gives if none is named.
pub(crate) fn find(
    name: &str,
    stage: Option<usize>,
    usual: impl FnOnce(&Plan) -> Result<usize, Failure>,
) -> Result<Chosen, Failure> {
    match (tonus_program::find(name).map_err(failure)?, stage) {
        (Found::Program(file), None) => Ok(Chosen { file: *file, plan: None }),
        (Found::Program(_), Some(_)) => {
            usage(&format!("{name} is a programme, not a plan"), "leave --stage out, or name a plan")
        }
        (Found::Plan(plan), stage) => {
            let stage = stage.map_or_else(|| usual(&plan), Ok)?;
            let Some(one) = stage.checked_sub(1).and_then(|n| plan.stages.get(n)) else {
                let most = plan.stages.len();
                return usage(&format!("{name} has no stage {stage}"), &format!("give --stage from 1 to {most}"));
            };
            let file = plan.program(one).map_err(failure)?;
            Ok(Chosen { file, plan: Some((plan.name.clone(), stage as u8)) })
        }
    }
}

/// A programme that cannot be read.
pub(crate) fn failure(error: ProgramFileError) -> Failure {
    Failure::Program(error)
}

/// The programme of a recording, with what the person did on the way.
pub(crate) fn of_recording(info: &ProgramInfo, file: &str) -> Result<(ProgramFile, Vec<(u64, SessionInput)>), Failure> {
    let program = ProgramFile::from_toml(&info.toml, file).map_err(failure)?;
    let command = |command: &ProgramCommand| {
        let input = match command.input.as_str() {
            "pause" => SessionInput::Pause,
            "resume" => SessionInput::Resume,
            "skip" => SessionInput::Skip,
            "stop" => SessionInput::Stop,
            "pace" => SessionInput::Pace(command.breaths_per_min?),
            _ => return None,
        };
        Some((command.n, input))
    };
    Ok((program, info.commands.iter().filter_map(command).collect()))
}

/// What a recording keeps of a session; what the pipeline brings about is left out, as it will again.
pub(crate) fn commands_of(recorder: &TrainingRecorder) -> Vec<ProgramCommand> {
    let own = recorder.commands().iter().filter(|one| !matches!(one.input.as_str(), "start" | "refused" | "time"));
    own.map(|one| ProgramCommand { n: one.n, input: one.input.clone(), breaths_per_min: one.breaths_per_min }).collect()
}
