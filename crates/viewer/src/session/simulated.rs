//! A sensor for whoever has none at hand: somebody who does what the programme asks for.

use std::io;

use tonus_core::training::{StepKind, Target};
use tonus_device::sim::{
    Faults, Habit, InMemory, Pace, PersonSource, PipeConnector, PlayOptions, Scenario, ScenarioSource, Wish,
};
use tonus_engine::Training;
use tonus_wire::profile::DeviceProfile;

/// The profile that a simulated sensor speaks.
pub(super) const PROFILE: &str = "tonus-cobs";
/// Its rate.
const RATE_HZ: f64 = 1000.0;
/// A hold without a band, as a share of a comfortable one.
const USUAL_HOLD: f32 = 0.8;

/// Who is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Person {
    /// Rests, holds steadily, lets go.
    #[default]
    Calm,
    /// Is tenser between the tasks, now more, now less.
    Guarded,
    /// Lets go over seconds.
    Slow,
}

impl Person {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Calm, Self::Guarded, Self::Slow];

    /// The person that a scenario is about, if it is about how one lets go; other scenarios are about something else.
    pub const fn of(scenario: Scenario) -> Option<Self> {
        match scenario {
            Scenario::Calm => Some(Self::Calm),
            Scenario::Guarded => Some(Self::Guarded),
            Scenario::SlowRelease => Some(Self::Slow),
            Scenario::ContractRelax | Scenario::Glazer | Scenario::Artefacts => None,
        }
    }

    const fn habit(self) -> Habit {
        match self {
            Self::Calm => Habit::CALM,
            Self::Guarded => Habit::GUARDED,
            Self::Slow => Habit::SLOW,
        }
    }
}

/// How a simulated sensor plays.
#[derive(Debug, Clone)]
pub struct Simulated {
    /// Who.
    pub person: Person,
    /// What the muscle does on its own, whatever is asked for; then nobody is simulated.
    pub scenario: Option<Scenario>,
    /// How many times as fast as time.
    pub speed: f64,
    /// What goes wrong.
    pub faults: Faults,
    /// The same seed gives the same noise.
    pub seed: u64,
}

impl Default for Simulated {
    fn default() -> Self {
        Self { person: Person::Calm, scenario: None, speed: 1.0, faults: Faults::default(), seed: 1 }
    }
}

impl Simulated {
    /// Starts it.
    pub(super) fn start(self) -> io::Result<(Playing, PipeConnector)> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "the profile of the simulated sensor");
        let profile = DeviceProfile::builtin(PROFILE).ok_or_else(missing)?;
        let wish = Wish::default();
        let options = PlayOptions {
            pace: Pace::Times(self.speed),
            faults: self.faults,
            seed: self.seed,
            ..PlayOptions::new(RATE_HZ)
        };
        let (device, connector) = if let Some(scenario) = self.scenario {
            InMemory::start(&profile, ScenarioSource::new(scenario, &profile, RATE_HZ, self.seed), options)?
        } else {
            let source = PersonSource::new(self.person.habit(), wish.clone(), &profile, RATE_HZ, self.seed);
            InMemory::start(&profile, source, options)?
        };
        Ok((Playing { wish, _device: device }, connector))
    }
}

/// A simulated sensor that plays until this is dropped.
pub(super) struct Playing {
    wish: Wish,
    _device: InMemory,
}

impl Playing {
    /// Lets the person know what is asked for.
    pub(super) fn hear(&self, training: Option<&Training>) {
        let session = training.map(Training::session);
        let running = session.filter(|session| session.stage() == tonus_core::training::Stage::Running);
        let Some(phase) = running.and_then(|session| session.phase()) else { return self.wish.let_go() };
        let share = match phase.step.target {
            Target::Band { low, high } => f32::midpoint(low, high),
            _ => USUAL_HOLD,
        };
        match phase.kind() {
            StepKind::Quiet | StepKind::Rest | StepKind::Breathe | StepKind::Free => self.wish.let_go(),
            StepKind::Reference => self.wish.hold(1.0),
            StepKind::Work | StepKind::Hold => self.wish.hold(share),
            StepKind::Flick => self.wish.flick(share),
        }
    }
}
