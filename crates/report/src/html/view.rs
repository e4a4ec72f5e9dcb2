//! What the parts of the page look at.

use tonus_program::{ProgramFile, builtin_in};
use tonus_record::Unit;

use crate::Summary;
use crate::channel::ChannelReport;
use crate::trace::{ChannelTrace, Trace};
use crate::training::TrainingChannel;
use crate::words;

use super::write::{NAME, short, text};
use crate::vocabulary::Language;

/// The session.
pub(super) struct View<'a> {
    pub(super) summary: &'a Summary,
    pub(super) traces: &'a Trace,
    pub(super) language: Language,
    /// The programme in the language of `summary.json` and in that of the page, where it is built in and they differ.
    pub(super) program: Option<[ProgramFile; 2]>,
}

impl<'a> View<'a> {
    pub(super) fn new(summary: &'a Summary, traces: &'a Trace, language: Language) -> Self {
        let program = summary.training.as_ref().filter(|_| language != Language::English).and_then(|training| {
            let found = [Language::English, language].map(|one| builtin_in(&training.program, one.code()));
            let [Some(theirs), Some(ours)] = found else { return None };
            (theirs.sha256 == training.program_sha256).then_some([theirs, ours])
        });
        Self { summary, traces, language, program }
    }

    /// What a programme says, in the language of the page if it is known there.
    fn translated(&self, said: &str) -> Option<&str> {
        let [theirs, ours] = self.program.as_ref()?;
        let title = (theirs.title == said).then_some(&ours.title);
        let prompt = || ours.prompts.get(theirs.prompts.iter().position(|prompt| prompt == said)?);
        title.or_else(prompt).map(String::as_str)
    }

    /// The title of a programme, as plain text.
    pub(super) fn title(&self, said: &str) -> String {
        short(self.translated(said).unwrap_or(said), NAME)
    }

    /// What a programme says, in the language of the page if it is known there; else as it stands in `summary.json`.
    pub(super) fn said(&self, key: &str, said: &str, most: usize) -> String {
        self.translated(said).map_or_else(|| text(key, said, most), |translated| short(translated, most))
    }

    /// The channels, each with what there is about it.
    pub(super) fn channels(&self) -> impl Iterator<Item = Channel<'a>> {
        let Self { summary, traces, language, .. } = *self;
        summary.channels.iter().enumerate().map(move |(number, report)| {
            let training = summary.training.as_ref().and_then(|training| training.channels.get(number));
            let input = summary.input.channels.get(number);
            Channel {
                language,
                number,
                report,
                training,
                trace: traces.channels().get(number),
                is_scaled: input.is_none_or(|input| input.uv_per_unit.is_some()),
                unit: input.map(|input| input.unit),
            }
        })
    }

    /// Rows that a long table may have: 400 for the first channel, which is the one that is trained, and fewer for the others,
    /// so that pages stay small.
    pub(super) fn most_rows(&self, channel: &Channel<'_>) -> usize {
        if channel.number == 0 { 400 } else { (240 / self.summary.channels.len()).clamp(30, 120) }
    }

    /// Rows of a table of events, which stand beside repetitions in a training session.
    pub(super) fn most_events(&self, channel: &Channel<'_>) -> usize {
        let most = self.most_rows(channel);
        if self.summary.training.is_some() { most / 4 } else { most }
    }
}

/// One channel.
pub(super) struct Channel<'a> {
    pub(super) language: Language,
    /// From 0.
    pub(super) number: usize,
    pub(super) report: &'a ChannelReport,
    pub(super) training: Option<&'a TrainingChannel>,
    pub(super) trace: Option<&'a ChannelTrace>,
    pub(super) is_scaled: bool,
    unit: Option<Unit>,
}

impl Channel<'_> {
    /// The JSON pointer of something in the channel's report.
    pub(super) fn key(&self, path: &[&str]) -> String {
        format!("/channels/{}/{}", self.number, path.join("/"))
    }

    /// The JSON pointer of something in the channel's training.
    pub(super) fn training_key(&self, path: &[&str]) -> String {
        format!("/training/channels/{}/{}", self.number, path.join("/"))
    }

    /// The unit of its levels.
    pub(super) fn unit(&self) -> &'static str {
        match (self.is_scaled, self.unit) {
            (true, _) => words::UNIT_UV,
            (false, None) => self.language.pick(words::UNIT_UNKNOWN),
            (false, Some(unit)) => unit.name(),
        }
    }

    /// Its name, as markup.
    pub(super) fn name(&self) -> String {
        text(&self.key(&["name"]), &self.report.name, NAME)
    }

    /// The heading of a column of levels.
    pub(super) fn level(&self, what: &str) -> String {
        words::with_unit(what, self.unit())
    }
}
