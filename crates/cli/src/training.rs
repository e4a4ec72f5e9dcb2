//! A programme in the command: which one is meant, and what a recording keeps of its session.

use tonus_core::input::Cue;
use tonus_core::session::SessionInput;
use tonus_program::{Found, ProgramFile, ProgramFileError};
use tonus_record::session::{ProgramCommand, ProgramInfo};
use tonus_report::TrainingRecorder;
use tonus_serial::{CueScript, Script};

use crate::failure::Failure;

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

/// The programme of a name or a file; of a plan, the one of a stage (from 1).
pub(crate) fn find(name: &str, stage: usize) -> Result<ProgramFile, Failure> {
    match tonus_program::find(name).map_err(failure)? {
        Found::Program(file) => Ok(*file),
        Found::Plan(plan) => {
            let stages = plan.stages.len();
            let Some(one) = stage.checked_sub(1).and_then(|n| plan.stages.get(n)) else {
                return crate::plan::usage(
                    &format!("{name} has no stage {stage}"),
                    &format!("give --stage from 1 to {stages}"),
                );
            };
            match tonus_program::find(&one.program).map_err(failure)? {
                Found::Program(file) => Ok(*file),
                Found::Plan(_) => Err(Failure::Internal(format!("stage {stage} of {name} is a plan itself"))),
            }
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
