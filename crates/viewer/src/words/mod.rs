//! Every word of the window, in one place, in two languages.
//!
//! A language is a value of [`Words`]; a new one is a file like `en.rs` and a row in [`Language`]. Texts of programmes are in
//! their TOML files.

mod de;
mod en;
mod texts;

use serde::{Deserialize, Serialize};
use tonus_core::calibration::Refusal;
use tonus_core::decision::{Quality, Reasons, State};
use tonus_core::training::StepKind;
use tonus_report::vocabulary;

use crate::model::Problem;

pub use texts::{
    AppWords, CheckWords, ConnectWords, KindWords, ProblemWords, ProgressWords, ReasonWords, RefusalWords,
    SettingsWords, StateWords, StepWords, SummaryWords, TrainWords, TroubleWords, Words,
};

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// Its code in files of programmes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Its words.
    pub const fn words(self) -> &'static Words {
        match self {
            Self::English => &en::WORDS,
            Self::German => &de::WORDS,
        }
    }
}

impl Words {
    /// A number with so many decimals, as the language writes it.
    pub fn number(&self, value: f64, decimals: usize) -> String {
        self.written(format!("{value:.decimals$}"))
    }

    /// An amplitude with the digits it has in the report, as the language writes it.
    pub fn amplitude(&self, value: f64) -> String {
        self.written(tonus_report::amplitude(value))
    }

    fn written(&self, text: String) -> String {
        if self.decimal == '.' { text } else { text.replace('.', &self.decimal.to_string()) }
    }

    /// Minutes and seconds.
    pub fn clock(&self, seconds: f64) -> String {
        let whole = seconds.max(0.0).round() as u64;
        format!("{}:{:02}", whole / 60, whole % 60)
    }

    /// The word of a state.
    pub const fn state(&self, state: State) -> &'static str {
        match state {
            State::Rest => self.state.rest,
            State::Controlled => self.state.controlled,
            State::Overactive => self.state.overactive,
            State::Invalid => self.state.none,
        }
    }

    /// The words of reasons, joined.
    pub fn reasons(&self, reasons: Reasons) -> String {
        let r = &self.reason;
        let words = [
            (Reasons::OVERSHOOT, r.overshoot),
            (Reasons::SLOW_RELEASE, r.slow_release),
            (Reasons::TONE, r.tone),
            (Reasons::ELEVATED_REST, r.elevated_rest),
            (Reasons::RESIDUAL, r.residual),
            (Reasons::INSTABILITY, r.instability),
            (Reasons::CO_CONTRACTION, r.co_contraction),
            (Reasons::TOO_LONG, r.too_long),
            (Reasons::DEEP_REST, r.deep_rest),
        ];
        let held: Vec<&str> = words.iter().filter(|(flag, _)| reasons.intersects(*flag)).map(|one| one.1).collect();
        held.join(", ")
    }

    /// Flags of quality with their words, the worst first.
    pub fn qualities(&self) -> [(Quality, &'static str); 11] {
        vocabulary::qualities(self.shared)
    }

    /// The worst that is wrong with a signal.
    pub fn worst(&self, quality: Quality) -> &'static str {
        vocabulary::quality(self.shared, quality)
    }

    /// The word of a kind of step.
    pub const fn step_kind(&self, kind: StepKind) -> &'static str {
        match kind {
            StepKind::Quiet => self.kind.quiet,
            StepKind::Reference => self.kind.reference,
            StepKind::Work => self.kind.work,
            StepKind::Hold => self.kind.hold,
            StepKind::Flick => self.kind.flick,
            StepKind::Rest => self.kind.rest,
            StepKind::Breathe => self.kind.breathe,
            StepKind::Free => self.kind.free,
        }
    }

    /// Why a calibration was not accepted, and what to do.
    pub const fn refusal(&self, refusal: &Refusal) -> &'static str {
        match refusal {
            Refusal::NoSignal => self.refusal.no_signal,
            Refusal::NotSeparable { .. } => self.refusal.not_separable,
            Refusal::NoBaseline => self.refusal.no_baseline,
            // Too short, or something of a newer core.
            _ => self.refusal.too_short,
        }
    }

    /// No port is chosen.
    pub fn no_port(&self) -> Problem {
        Problem { text: self.problem.no_port.to_owned(), help: self.problem.no_port_help.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amplitudes_have_the_digits_of_the_report() {
        assert_eq!(Language::English.words().amplitude(0.2486), tonus_report::amplitude(0.2486));
        assert_eq!(Language::German.words().amplitude(0.2486), "0,249");
    }

    #[test]
    fn the_window_says_of_a_signal_what_the_report_says() {
        for (flag, name) in Quality::NAMES {
            let word = Language::English.words().worst(*flag);
            assert_eq!(word, vocabulary::quality(vocabulary::Language::English, *flag), "{name}");
            assert_ne!(Language::German.words().worst(*flag), word, "{name}");
        }
    }
}
