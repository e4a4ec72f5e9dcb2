//! `tonus train`: the window.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args as ClapArgs, ValueHint};
use tonus_device::sim::Scenario;
use tonus_record::ChannelSelector;
#[cfg(feature = "viewer")]
use tonus_viewer::{
    app::{AppError, Start, run as open},
    model::Places,
};

use crate::failure::Failure;
#[cfg(feature = "viewer")]
use crate::failure::OK;

pub(crate) const EXAMPLES: &str = "\
Examples:
  tonus                                            opens the window; without a sensor it offers a simulated one
  tonus train --simulate                           with somebody simulated, at once
  tonus train --port /dev/ttyACM0 --device arduino-text --program breathing
  tonus train --replay session.csv                 a recording, as it was";

pub(crate) const NOTES: &str = "\
Everything can be done by keyboard: Tab and Enter; while training Esc stops, P pauses, N goes on to the next step, M marks,
R shows the raw signal. Sessions, diary and settings are kept where `tonus history` looks. docs/VIEWER.md tells more.

Exit codes: 0 ok, 1 no window can be opened, 2 usage.";

#[derive(Debug, Default, ClapArgs)]
pub(crate) struct TrainArgs {
    /// Serial port of the sensor, or `tcp:HOST:PORT`
    #[arg(long, value_name = "PORT", requires = "device")]
    port: Option<String>,
    /// Device profile (see `tonus devices`), or a profile file (TOML)
    #[arg(long, value_name = "NAME|FILE", requires = "port")]
    device: Option<String>,
    /// Columns of a text sensor's lines that are channels, in this order, by their labels or counted from 1: `EMG,ENV`, `2,3`
    /// [default: those that are muscles]
    #[arg(long, value_name = "NAME|INDEX", value_delimiter = ',', requires = "port")]
    columns: Vec<ChannelSelector>,
    /// A simulated sensor: somebody who does what is asked for (`calm`, `guarded`, `slow-release`), or a scenario that plays on its
    /// own (`contract-relax`, `glazer`, `artefacts`) [default: calm]
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, default_missing_value = "calm",
          value_parser = Scenario::from_str, conflicts_with_all = ["port", "replay"])]
    simulate: Option<Scenario>,
    /// Play this recording
    #[arg(long, value_name = "FILE", conflicts_with = "port", value_hint = ValueHint::AnyPath)]
    replay: Option<PathBuf>,
    /// The programme to choose (see `tonus programs`)
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    program: Option<String>,
    /// The folder of the store [default: `$TONUS_HOME`, or the usual place for a person's files]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    store: Option<PathBuf>,
}

/// Opens the window.
#[cfg(feature = "viewer")]
pub(crate) fn run(args: TrainArgs) -> Result<u8, Failure> {
    let start = Start {
        places: Places { store: args.store, ..Places::default() },
        sensor: args.port.zip(args.device),
        columns: args.columns,
        simulated: args.simulate.map(Some),
        replay: args.replay,
        program: args.program,
    };
    open(start).map(|()| OK).map_err(|error| match error {
        AppError::Program(error) => Failure::Program(error),
        other @ AppError::Window(_) => Failure::Window(other.to_string()),
    })
}

/// Says that there is none.
#[cfg(not(feature = "viewer"))]
pub(crate) fn run(_args: TrainArgs) -> Result<u8, Failure> {
    crate::failure::usage(
        "this tonus was built without the window",
        "build it with the feature `viewer`; see `tonus --help` for the rest",
    )
}
