//! Every word of the window, in one place, in two languages.
//!
//! A language is a value of [`Words`]; a new one is a file like `en.rs` and a row in [`Language`]. What the report says too (states,
//! steps, reasons, the signal) comes from [`tonus_report::vocabulary`]; texts of programmes are in their TOML files.

mod de;
mod en;
mod texts;

use tonus_core::calibration::Refusal;
use tonus_core::decision::{Quality, Reasons, State};
use tonus_core::training::StepKind;
use tonus_report::vocabulary;

use crate::problem::Problem;

pub use tonus_report::vocabulary::Language;

pub use texts::{
    AppWords, CheckWords, ConnectWords, ProblemWords, ProgressWords, RefusalWords, SettingsWords, StepWords,
    SummaryWords, TrainWords, TroubleWords, Words,
};

impl Words {
    /// Those of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::WORDS,
            Language::German => &de::WORDS,
        }
    }

    /// A number with so many decimals, as the language writes it.
    pub fn number(&self, value: f64, decimals: usize) -> String {
        self.language.decimals(value, decimals)
    }

    /// An amplitude with the digits it has in the report, as the language writes it.
    pub fn amplitude(&self, value: f64) -> String {
        self.language.amplitude(value)
    }

    /// Minutes and seconds.
    pub fn clock(&self, seconds: f64) -> String {
        let whole = seconds.max(0.0).round() as u64;
        format!("{}:{:02}", whole / 60, whole % 60)
    }

    /// The word of a state.
    pub const fn state(&self, state: State) -> &'static str {
        vocabulary::state(self.language, state)
    }

    /// The words of reasons, joined.
    pub fn reasons(&self, reasons: Reasons) -> String {
        vocabulary::reasons(self.language, reasons)
    }

    /// Flags of quality with their words, the worst first.
    pub fn qualities(&self) -> [(Quality, &'static str); 11] {
        vocabulary::quality_words(self.language)
    }

    /// The worst that is wrong with a signal.
    pub fn worst(&self, quality: Quality) -> &'static str {
        vocabulary::quality(self.language, quality)
    }

    /// The word of a kind of step.
    pub const fn step_kind(&self, kind: StepKind) -> &'static str {
        vocabulary::step(self.language, kind)
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

    /// Values of the settings that could not be used.
    pub fn unused_settings(&self, names: &[String]) -> Problem {
        let text = format!("{}: {}", self.problem.unused_settings, names.join(", "));
        Problem { text, help: self.problem.unused_settings_help.to_owned() }
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
        assert_eq!(Words::of(Language::English).amplitude(0.2486), tonus_report::amplitude(0.2486));
        assert_eq!(Words::of(Language::German).amplitude(0.2486), "0,249");
    }

    #[test]
    fn a_report_in_the_language_of_the_window_has_its_words() {
        let summary = serde_json::from_str(include_str!("../../../history/tests/it/summary.json")).unwrap();
        for language in Language::ALL {
            let page = tonus_report::html::render(&summary, &tonus_report::trace::Trace::default(), language);
            let words = Words::of(language);
            for state in [State::Rest, State::Controlled, State::Overactive, State::Invalid] {
                let row = format!("<th scope=\"row\">{}</th>", words.state(state));
                assert!(page.contains(&row), "{language:?}: {row}");
            }
            let why = words.reasons(Reasons::SLOW_RELEASE);
            assert!(page.contains(&why), "{language:?}: {why}");
            assert!(page.contains(words.worst(Quality::POP)), "{language:?}");
        }
    }
}
