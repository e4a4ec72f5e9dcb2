//! Programmes to choose from: today's step of the plan, a first try, and everything else that is built in.

use std::path::Path;

use tonus_engine::live::store::stage;
use tonus_engine::live::{Chosen, LiveError};
use tonus_history::Store;
use tonus_program::{NAMES, Plan, ProgramFile, ProgramFileError, builtin_in, builtin_plan_in, find};

use crate::words::Language;

/// The plan of the home programme.
pub const PLAN: &str = "first-steps";
/// What is offered to somebody who has never trained.
pub const FIRST: &str = "taster";

/// Something to train.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Its name for the program; [`PLAN`] for today's step of the plan.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Its length.
    pub seconds: f64,
    /// Whether it is advised today.
    pub is_advised: bool,
}

/// What there is to choose from.
#[derive(Debug)]
pub struct Offers {
    all: Vec<Offer>,
    chosen: usize,
    plan: Option<(Plan, usize)>,
    advice: Option<String>,
    is_first: bool,
    language: Language,
}

impl Offers {
    /// What is offered to whom the store tells of; `last` is what was chosen last.
    pub fn new(language: Language, store: Option<&Path>, last: &str) -> Self {
        let root = store.map_or_else(|| Store::default_root().ok(), |root| Some(root.to_owned()));
        let store = root.and_then(|root| Store::open(&root).ok());
        let is_first = store.as_ref().and_then(|store| store.sessions().ok()).is_none_or(|all| all.is_empty());
        let mut offers = Self { all: Vec::new(), chosen: 0, plan: None, advice: None, is_first, language };
        let code = language.code();
        if let Some(plan) = builtin_plan_in(PLAN, code) {
            let found = store.as_ref().and_then(|store| stage(&plan, store).ok());
            let (stage, advice) = found.unwrap_or((1, None));
            if let Some(one) = plan.stages.get(stage.saturating_sub(1))
                && let Ok(file) = plan.program(one)
            {
                let (title, about) = (one.title.clone(), one.about.clone());
                let seconds = file.seconds();
                offers.all.push(Offer { name: PLAN.to_owned(), title, about, seconds, is_advised: !is_first });
            }
            (offers.plan, offers.advice) = (Some((plan, stage)), advice);
        }
        let offer = |file: ProgramFile| Offer {
            seconds: file.seconds(),
            is_advised: is_first && file.name == FIRST,
            name: file.name,
            title: file.title,
            about: file.about,
        };
        offers.all.extend(NAMES.iter().filter_map(|name| builtin_in(name, code)).map(offer));
        let wanted = if is_first {
            FIRST
        } else if last.is_empty() {
            PLAN
        } else {
            last
        };
        offers.chosen = offers.all.iter().position(|offer| offer.name == wanted).unwrap_or(0);
        // What is advised comes first.
        offers.all.sort_by_key(|offer| !offer.is_advised);
        offers.chosen = offers
            .all
            .iter()
            .position(|offer| offer.name == wanted)
            .unwrap_or(offers.chosen.min(offers.all.len().saturating_sub(1)));
        offers
    }

    /// All of them, what is advised first.
    pub fn all(&self) -> &[Offer] {
        &self.all
    }

    /// Which one is chosen.
    pub const fn place(&self) -> usize {
        self.chosen
    }

    /// Chooses one.
    pub fn choose(&mut self, place: usize) {
        if place < self.all.len() {
            self.chosen = place;
        }
    }

    /// Chooses one by its name, or the programme of a file, which is then offered too.
    ///
    /// # Errors
    /// [`ProgramFileError`] if there is no such programme.
    pub fn choose_or_add(&mut self, name: &str) -> Result<(), ProgramFileError> {
        if let Some(place) = self.all.iter().position(|offer| offer.name == name) {
            self.chosen = place;
            return Ok(());
        }
        let listing = find(name)?.listing();
        let seconds = listing.seconds.unwrap_or_default();
        let (title, about) = (listing.title, listing.about);
        self.all.insert(0, Offer { name: name.to_owned(), title, about, seconds, is_advised: false });
        self.chosen = 0;
        Ok(())
    }

    /// The one that is chosen.
    pub fn offer(&self) -> Option<&Offer> {
        self.all.get(self.chosen)
    }

    /// The name of the one that is chosen.
    pub fn name(&self) -> &str {
        self.offer().map_or("", |offer| &offer.name)
    }

    /// Whether there was no session yet.
    pub const fn is_first(&self) -> bool {
        self.is_first
    }

    /// The language of the texts.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// What the history advises, if that is to do something else than before.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// The programme that is chosen, ready to be followed.
    ///
    /// # Errors
    /// [`LiveError`] if it cannot be read.
    pub fn chosen(&self) -> Result<Chosen, LiveError> {
        let name = self.name();
        if name == PLAN
            && let Some((plan, stage)) = &self.plan
        {
            let chosen = Chosen::of_plan(plan, *stage)?;
            return Ok(Chosen { file: chosen.file.translated(self.language.code()), plan: chosen.plan });
        }
        match builtin_in(name, self.language.code()) {
            Some(file) => Ok(Chosen { file, plan: None }),
            None => Chosen::find(name, None, |_| Ok::<usize, LiveError>(1)),
        }
    }
}
