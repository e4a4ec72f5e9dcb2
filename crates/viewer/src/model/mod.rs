//! What the window shows and what can be done, without a window.
//!
//! | module | one noun |
//! |---|---|
//! | [`Action`] | what a person does |
//! | [`connect`] | sensors, recordings, and what went wrong with them |
//! | [`check`] | whether the signal is good enough |
//! | [`show`] | what a session shows just now |
//! | [`offer`] | programmes to choose from |
//! | [`outcome`] | how a session went |
//! | [`progress`] | how it goes over time |
//!
//! A screen reads [`Model`] and hands [`Action`]s to [`Model::act`]; once a frame [`Model::frame`] takes in what has come.

mod action;
pub mod check;
pub mod connect;
pub mod offer;
pub mod outcome;
pub mod progress;
pub mod show;

use std::path::PathBuf;

use tonus_core::training::SessionInput;
use tonus_device::Address;
use tonus_engine::live::SensorOptions;
use tonus_engine::live::store::now_unix_s;
use tonus_history::{About, HistoryError, Store};

use crate::problem::Problem;
use crate::session::{
    Purpose, Scenario, SensorPlan, Session, SessionCommand, SessionUpdate, Simulated, TrainCommand, UiEvent, Wake,
    replay, watch,
};
use crate::settings::Settings;
use crate::words::Words;
pub use action::Action;
use check::SignalCheck;
use connect::Connect;
use offer::Offers;
use outcome::Outcome;
use progress::{Item, Progress};
use show::Show;

/// Sights taken in one frame at most, so that a window that was away does not freeze.
const SIGHTS_PER_FRAME: usize = 20_000;

/// What the window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Screen {
    /// Choose a sensor.
    #[default]
    Connect,
    /// Look at the signal, choose a programme.
    Check,
    /// Follow a programme, or watch a recording.
    Train,
    /// How it went.
    Summary,
    /// How it goes over time.
    Progress,
    /// What a person likes.
    Settings,
}

/// A step on the way through a session, as the top of the window shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Choose a sensor.
    Connect,
    /// Look at the signal.
    Check,
    /// Quiet, then comfortable holds.
    Calibrate,
    /// Train.
    Train,
    /// How it went.
    Summary,
}

impl Step {
    /// In their order.
    pub const ALL: [Self; 5] = [Self::Connect, Self::Check, Self::Calibrate, Self::Train, Self::Summary];
}

/// Where things are kept, and how fast a simulated sensor plays.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The folder of the store; its usual place if none is given.
    pub store: Option<PathBuf>,
    /// What the simulated sensor plays, if not somebody who does what is asked for.
    pub scenario: Option<Scenario>,
    /// Of the simulated sensor, for tests; 1 is real time.
    pub speed: Option<f64>,
    /// A recording that is played, so many times as fast.
    pub replay_speed: Option<f64>,
}

/// The state of the window.
pub struct Model {
    /// What the person likes.
    pub settings: Settings,
    /// What is shown.
    pub screen: Screen,
    /// Sensors and recordings.
    pub connect: Connect,
    /// Programmes.
    pub offers: Offers,
    /// The stream, if there is one.
    pub show: Option<Show>,
    /// Whether its signal is good.
    pub check: SignalCheck,
    /// How the last session went.
    pub outcome: Option<Outcome>,
    /// How it goes over time.
    pub progress: Option<Progress>,
    /// What went wrong.
    pub problem: Option<Problem>,
    /// A training session is being brought to its end.
    pub is_finishing: bool,
    pub(crate) places: Places,
    session: Option<Session>,
    /// The sensor is a simulated one: what is done with it is kept apart.
    is_simulated: bool,
    /// The sensor was lost for good.
    is_lost: bool,
    /// The mark of a pipeline that begins was seen, its update has not come yet.
    has_begun: bool,
    wake: Wake,
    /// Where to go back to from settings and progress.
    before: Screen,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("screen", &self.screen).finish_non_exhaustive()
    }
}

impl Model {
    /// A model at its beginning, with the settings that are kept.
    pub fn new(places: Places, wake: Wake) -> Self {
        let place = Settings::place(places.store.as_deref());
        let (settings, unused) = place.map(|place| Settings::load(&place)).unwrap_or_default();
        let language = settings.language;
        let mut model = Self {
            offers: Offers::new(settings.language, places.store.as_deref(), &settings.program),
            connect: Connect::new(&settings),
            settings,
            screen: Screen::Connect,
            show: None,
            check: SignalCheck::default(),
            outcome: None,
            progress: None,
            problem: (!unused.is_empty()).then(|| Words::of(language).unused_settings(&unused)),
            is_finishing: false,
            places,
            session: None,
            is_simulated: false,
            is_lost: false,
            has_begun: false,
            wake,
            before: Screen::Connect,
        };
        model.connect.look();
        model
    }

    /// The words of the language.
    pub fn words(&self) -> &'static Words {
        Words::of(self.settings.language)
    }

    /// The step that is shown on top; none outside the way through a session.
    pub fn step(&self) -> Option<Step> {
        Some(match self.screen {
            Screen::Connect => Step::Connect,
            Screen::Check => Step::Check,
            Screen::Train if self.show.as_ref().is_some_and(Show::is_calibrating) => Step::Calibrate,
            Screen::Train => Step::Train,
            Screen::Summary => Step::Summary,
            Screen::Progress | Screen::Settings => return None,
        })
    }

    /// Whether there is a stream.
    pub fn is_connected(&self) -> bool {
        self.session.is_some()
    }

    /// Whether something moves by itself, so that frames follow each other.
    pub fn is_moving(&self) -> bool {
        self.session.is_some() && matches!(self.screen, Screen::Check | Screen::Train)
    }

    /// Takes in what has come; `now_s` is the time of the window in seconds.
    pub fn frame(&mut self, now_s: f64) {
        self.connect.take();
        let Some(session) = &mut self.session else { return };
        // Looked at first: what a thread has told before its end is heard below.
        let is_over = session.is_over();
        let mut updates = Vec::new();
        while let Some(one) = session.update() {
            updates.push(one);
        }
        if let Some(show) = &mut self.show {
            let mut left = SIGHTS_PER_FRAME;
            while left > 0
                && !self.has_begun
                && let Some(event) = session.event()
            {
                left -= 1;
                match &event {
                    // What follows belongs to a show that is about to begin.
                    UiEvent::Begin => {
                        self.has_begun = true;
                        break;
                    }
                    UiEvent::Decision(decision) => self.check.push(decision),
                    UiEvent::Samples { .. } => {}
                }
                show.take(&event);
            }
            if let Some(status) = session.status() {
                show.status(status);
            }
            show.frame(now_s);
        }
        if is_over && session.waiting() == 0 {
            self.session = None;
        }
        for one in updates {
            self.hear(one, now_s);
        }
    }

    fn hear(&mut self, update: SessionUpdate, now_s: f64) {
        match update {
            SessionUpdate::Began(began) => {
                // What is left of the former pipeline is not part of this one.
                while !std::mem::take(&mut self.has_begun)
                    && let Some(event) = self.session.as_mut().and_then(Session::event)
                {
                    self.has_begun = matches!(event, UiEvent::Begin);
                }
                self.check = SignalCheck::new(began.channels.len());
                if self.screen == Screen::Connect {
                    self.screen = if began.purpose == Purpose::Replay { Screen::Train } else { Screen::Check };
                }
                self.show = Some(Show::new(*began, now_s));
            }
            SessionUpdate::Calibrated(channel, calibration) => {
                if let Some(show) = &mut self.show {
                    show.calibrated(channel, &calibration);
                }
            }
            SessionUpdate::Refused(channel, refusal) => {
                if let Some(show) = &mut self.show {
                    show.refused(channel, refusal);
                }
            }
            SessionUpdate::Rest(channel, figures) => {
                if let Some(show) = &mut self.show {
                    show.rested(channel, figures);
                }
            }
            SessionUpdate::MeasureRest(hint) => {
                if let Some(show) = &mut self.show {
                    show.hinted(hint);
                }
            }
            SessionUpdate::Warning(text) => {
                if let Some(show) = &mut self.show {
                    show.warning = Some(text);
                }
            }
            SessionUpdate::Ended(ended) => match ended.purpose {
                Purpose::Check => {}
                Purpose::Train => {
                    self.is_finishing = true;
                    self.screen = Screen::Summary;
                    self.outcome = None;
                }
                Purpose::Replay => {
                    if let Some(show) = &mut self.show {
                        show.ended = Some(*ended);
                    }
                }
            },
            SessionUpdate::Kept(summary, report) => {
                self.is_finishing = false;
                let was_first = self.offers.is_first();
                let (is_simulated, is_lost) = (self.is_simulated, self.is_lost);
                self.outcome = Some(Outcome { is_lost, is_simulated, ..Outcome::new(&summary, report, was_first) });
                self.offers = Offers::new(self.settings.language, self.places.store.as_deref(), &self.settings.program);
            }
            SessionUpdate::Failed(text, help) => {
                self.is_finishing = false;
                self.problem = Some(Problem { text, help });
            }
            SessionUpdate::Gone => {
                self.is_lost = true;
                let words = self.words();
                let text = words.problem.gone.to_owned();
                self.problem = Some(Problem { text, help: words.problem.gone_help.to_owned() });
            }
            SessionUpdate::Over => {
                // A session that is being kept says so in its own updates, which come before.
                if matches!(self.screen, Screen::Check)
                    || self.screen == Screen::Train && self.show.as_ref().is_none_or(|show| show.ended.is_none())
                {
                    self.screen = Screen::Connect;
                }
            }
        }
    }

    /// Does what the person wants.
    pub fn act(&mut self, action: Action) {
        match action {
            Action::Simulate => {
                let speed = self.places.speed.unwrap_or(1.0);
                let (person, scenario) = (self.settings.person, self.places.scenario);
                let simulated = Simulated { person, scenario, speed, ..Simulated::default() };
                self.open(SensorPlan::Simulated(simulated));
            }
            Action::Open => match self.connect.address() {
                Some(address) => {
                    let plan = SensorPlan::Port(Box::new(self.options(address)));
                    self.open(plan);
                }
                None => self.problem = Some(self.words().no_port()),
            },
            Action::Replay(file) => {
                self.leave();
                match replay(&file, Some(self.places.replay_speed.unwrap_or(1.0)), self.wake.clone()) {
                    Ok(session) => self.session = Some(session),
                    Err(error) => self.problem = Some(Problem { text: error.to_string(), help: String::new() }),
                }
            }
            Action::Choose(place) => self.offers.choose(place),
            Action::Posture(posture) => {
                posture.clone_into(&mut self.settings.posture);
                self.keep_settings();
            }
            Action::Begin => self.begin(),
            Action::MeasureRest => self.command(SessionCommand::MeasureRest),
            Action::Pause => {
                let is_paused = self.show.as_ref().is_some_and(Show::is_paused);
                let input = if is_paused { SessionInput::Resume } else { SessionInput::Pause };
                if let Some(show) = &mut self.show {
                    show.toggle_pause();
                }
                self.command(SessionCommand::Input(input));
            }
            Action::Skip => self.command(SessionCommand::Input(SessionInput::Skip)),
            Action::Stop => self.stop(),
            Action::Mark => {
                let words = self.words();
                if let Some(show) = &mut self.show {
                    show.mark(words.train.marker);
                }
                self.command(SessionCommand::Mark("marker".to_owned()));
            }
            Action::Raw => {
                self.settings.shows_raw = !self.settings.shows_raw;
                self.keep_settings();
            }
            Action::Pace(step) => {
                if let Some(pace) = self.show.as_ref().and_then(Show::breaths_per_min) {
                    self.command(SessionCommand::Input(SessionInput::Pace((pace + step).clamp(3.0, 12.0))));
                }
            }
            Action::Go(screen) => self.go(screen),
            Action::Disconnect => {
                self.leave();
                self.screen = Screen::Connect;
                self.connect.look();
            }
            Action::Again => {
                self.outcome = None;
                self.screen = if self.session.is_some() { Screen::Check } else { Screen::Connect };
            }
            Action::Diary => self.keep_diary(),
            Action::Export => {
                let words = self.words();
                if let Some(outcome) = &mut self.outcome {
                    outcome.export(words);
                }
            }
            Action::LookAt(item) => {
                if let Some(progress) = &mut self.progress {
                    progress.look_at(&item);
                }
            }
            Action::Review => self.review(),
            Action::Copy => {
                let words = self.words();
                if let Some(progress) = &mut self.progress {
                    progress.copy(words.summary.no_place);
                }
            }
            Action::Delete => match self.progress.as_mut().and_then(|progress| progress.open.as_mut()) {
                Some(open) if !open.is_doomed => open.is_doomed = true,
                _ => self.change_kept(Progress::delete),
            },
            Action::Rewrite => self.change_kept(Progress::rewrite),
            Action::Settings => {
                let language = self.settings.language;
                if self.offers.language() != language {
                    self.offers = Offers::new(language, self.places.store.as_deref(), &self.settings.program);
                }
                self.keep_settings();
            }
            Action::Dismiss => self.problem = None,
        }
    }

    fn options(&self, address: Address) -> SensorOptions {
        let mut options = SensorOptions::new(address, &self.connect.device);
        options.config.profile = Some(self.settings.body.profile());
        options.rate_hz = self.connect.rate_hz();
        options.columns = self.connect.wanted_columns();
        options.accessory = if self.settings.has_companion { vec![2] } else { Vec::new() };
        options
    }

    fn open(&mut self, plan: SensorPlan) {
        self.leave();
        self.is_simulated = matches!(plan, SensorPlan::Simulated(_));
        self.connect.is_opening = true;
        if let SensorPlan::Port(options) = &plan {
            self.settings.port = options.address.to_string();
            self.settings.device.clone_from(&options.device);
            self.settings.rate_hz = options.rate_hz;
        }
        self.keep_settings();
        match watch(plan, self.wake.clone()) {
            Ok(session) => self.session = Some(session),
            Err(error) => {
                let help = error.help().map(|help| help.to_string()).unwrap_or_default();
                self.problem = Some(Problem { text: error.to_string(), help });
            }
        }
    }

    /// Leaves the sensor; a session under way is brought to its end by its thread.
    fn leave(&mut self) {
        (self.problem, self.show, self.has_begun, self.is_lost) = (None, None, false, false);
        self.connect.is_opening = false;
        if let Some(session) = self.session.take() {
            session.close();
        }
    }

    fn begin(&mut self) {
        let about = About {
            posture: Some(self.settings.posture.clone()),
            site: Some(self.settings.body.word().to_owned()),
            ..About::default()
        };
        let chosen = match self.offers.chosen() {
            Ok(chosen) => chosen,
            Err(error) => {
                self.problem = Some(Problem { text: error.to_string(), help: String::new() });
                return;
            }
        };
        self.settings.program = self.offers.name().to_owned();
        self.keep_settings();
        let command = TrainCommand { chosen, about, store: self.store(), is_kept: true };
        self.command(SessionCommand::Train(Box::new(command)));
        (self.outcome, self.problem) = (None, None);
        self.screen = Screen::Train;
    }

    fn stop(&mut self) {
        let purpose = self.show.as_ref().map(|show| show.began.purpose);
        match purpose {
            Some(Purpose::Train) => self.command(SessionCommand::Check),
            Some(Purpose::Replay) => {
                self.leave();
                self.screen = Screen::Connect;
            }
            _ => {}
        }
    }

    fn command(&self, command: SessionCommand) {
        if let Some(session) = &self.session {
            session.command(command);
        }
    }

    fn go(&mut self, screen: Screen) {
        if !matches!(self.screen, Screen::Progress | Screen::Settings) {
            self.before = self.screen;
        }
        if screen == Screen::Progress {
            self.load_progress();
        }
        self.screen = screen;
    }

    fn load_progress(&mut self) {
        match Progress::load(self.places.store.as_deref(), self.settings.language) {
            Ok(progress) => self.progress = Some(progress),
            Err(error) => self.fail(&error),
        }
    }

    /// Changes what is kept, and shows it as it is then.
    fn change_kept(&mut self, change: impl FnOnce(&Progress) -> Result<(), HistoryError>) {
        let Some(progress) = &self.progress else { return };
        let lists_all = progress.lists_all;
        match change(progress) {
            Ok(()) => self.load_progress(),
            Err(error) => self.fail(&error),
        }
        if let Some(progress) = &mut self.progress {
            progress.lists_all = lists_all;
        }
        self.offers = Offers::new(self.settings.language, self.places.store.as_deref(), &self.settings.program);
    }

    /// Plays the session that is looked at.
    fn review(&mut self) {
        let open = self.progress.as_ref().and_then(|progress| progress.open.as_ref());
        let Some(Item::Session(root, id)) = open.map(|open| &open.item) else { return };
        match Store::open(root).and_then(|store| store.folder(id)) {
            Ok(folder) => {
                self.screen = Screen::Connect;
                self.act(Action::Replay(folder));
            }
            Err(error) => self.fail(&error),
        }
    }

    fn fail(&mut self, error: &HistoryError) {
        self.problem = Some(Problem { text: error.to_string(), help: String::new() });
    }

    /// The screen that settings and progress were opened from.
    pub fn back(&self) -> Screen {
        self.before
    }

    fn keep_settings(&mut self) {
        let Some(place) = Settings::place(self.places.store.as_deref()) else { return };
        if let Err(error) = self.settings.save(&place) {
            let words = self.words();
            let text = format!("{}: {error}", place.display());
            self.problem = Some(Problem { text, help: words.problem.settings_help.to_owned() });
        }
    }

    /// The folder of the store that sessions go into: the person's own, or the one for simulated sensors beside it.
    fn store(&self) -> Option<PathBuf> {
        if !self.is_simulated {
            return self.places.store.clone();
        }
        let root = self.places.store.clone().or_else(|| Store::default_root().ok())?;
        Some(Store::simulated_root(&root))
    }

    fn keep_diary(&mut self) {
        let store = self.store();
        let Some(outcome) = &mut self.outcome else { return };
        let root = store.map_or_else(Store::default_root, Ok);
        let kept = root.and_then(|root| Store::open(&root)).and_then(|store| {
            let entry = outcome.diary.entry(now_unix_s(), &store, &outcome.folder)?;
            store.diary_add(&entry)
        });
        match kept {
            Ok(_) => outcome.is_diary_kept = true,
            Err(error) => self.problem = Some(Problem { text: error.to_string(), help: String::new() }),
        }
    }
}
