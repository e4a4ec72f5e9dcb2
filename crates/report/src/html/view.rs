//! What the parts of the page look at.

use tonus_record::Unit;

use crate::Summary;
use crate::channel::ChannelReport;
use crate::trace::{ChannelTrace, Trace};
use crate::training::TrainingChannel;
use crate::words;

use super::write::{NAME, text};

/// The session.
pub(super) struct View<'a> {
    pub(super) summary: &'a Summary,
    pub(super) traces: &'a Trace,
}

impl<'a> View<'a> {
    /// The channels, each with what there is about it.
    pub(super) fn channels(&self) -> impl Iterator<Item = Channel<'a>> {
        let Self { summary, traces } = *self;
        summary.channels.iter().enumerate().map(move |(number, report)| {
            let training = summary.training.as_ref().and_then(|training| training.channels.get(number));
            let input = summary.input.channels.get(number);
            Channel {
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
    /// From 0.
    pub(super) number: usize,
    pub(super) report: &'a ChannelReport,
    pub(super) training: Option<&'a TrainingChannel>,
    pub(super) trace: Option<&'a ChannelTrace>,
    is_scaled: bool,
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
            (false, None) => words::UNIT_UNKNOWN,
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
