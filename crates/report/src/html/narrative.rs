//! What happened, in three to six sentences.

use tonus_core::training::Stage;

use super::view::{Channel, View};
use super::write::{NAME, Show, data, duration, element};
use crate::words::{self, narrative};

/// Most sentences.
const MOST: usize = 6;

/// Writes the section.
pub(super) fn section(out: &mut String, view: &View<'_>) {
    let lang = view.language;
    out.push_str("<section class=\"story\">");
    element(out, "h2", lang.pick(narrative::TITLE));
    for sentence in sentences(view).iter().take(MOST) {
        element(out, "p", sentence);
    }
    out.push_str("</section>\n");
}

fn sentences(view: &View<'_>) -> Vec<String> {
    let lang = view.language;
    let summary = view.summary;
    let mut out = Vec::new();
    if let Some(training) = &summary.training {
        let title = view.said("/training/title", &training.title, NAME);
        out.push(match training.stage {
            Stage::Finished => narrative::finished(lang, &title),
            Stage::Stopped => narrative::stopped(lang, &title),
            Stage::Ready | Stage::Running | Stage::Paused => narrative::unfinished(lang, &title),
        });
    } else {
        out.extend(
            duration(lang, "/input/duration_s", summary.input.duration_s).map(|time| narrative::recording(lang, &time)),
        );
    }
    let Some(channel) = view.channels().next() else {
        out.push(lang.pick(narrative::NO_CHANNEL).to_owned());
        return out;
    };
    if channel.report.calibration.accepted {
        states(&mut out, &channel);
        outcome(&mut out, &channel);
    } else {
        out.push(lang.pick(narrative::NO_BASELINE).to_owned());
    }
    if channel.training.is_some_and(|training| !training.scores.undetermined.is_empty()) {
        out.push(lang.pick(narrative::UNDETERMINED).to_owned());
    }
    if summary.channels.len() > 1 {
        out.push(lang.pick(narrative::MORE_CHANNELS).to_owned());
    }
    out
}

fn states(out: &mut Vec<String>, channel: &Channel<'_>) {
    let lang = channel.language;
    let seconds = &channel.report.seconds;
    let time = |name: &str, value: f64| duration(lang, &channel.key(&["seconds", name]), value);
    let overactive = time("overactive", seconds.overactive).filter(|_| seconds.overactive > 0.0);
    let controlled = time("controlled", seconds.controlled).filter(|_| seconds.controlled > 0.0);
    if let Some(rest) = time("rest", seconds.rest) {
        out.push(narrative::states(lang, &channel.name(), &rest, controlled.as_deref(), overactive.as_deref()));
    }
    if let Some(invalid) = time("invalid", seconds.invalid).filter(|_| seconds.invalid > 0.0) {
        out.push(narrative::invalid(lang, &invalid));
    }
}

fn outcome(out: &mut Vec<String>, channel: &Channel<'_>) {
    let lang = channel.language;
    let Some(training) = channel.training else {
        let total = channel.report.contractions_total;
        out.extend(
            data(lang, &channel.key(&["contractions_total"]), &total, Show::Whole)
                .map(|all| narrative::contractions(lang, &all)),
        );
        return;
    };
    let scores = &training.scores;
    let key = |name: &str| channel.training_key(&["scores", name]);
    let count = |name: &str, value: u32| data(lang, &key(name), &value, Show::Whole).unwrap_or_default();
    if scores.releases > 0 {
        let (complete, all) = (scores.complete_releases, scores.releases);
        let mut sentence = narrative::releases(lang, &count("complete_releases", complete), &count("releases", all));
        if let Some(time) = data(lang, &key("release_s"), &scores.release_s, Show::Fixed(2)) {
            sentence.push(' ');
            sentence.push_str(&narrative::release_time(lang, &words::value(&time, words::UNIT_S)));
        }
        out.push(sentence);
    } else if scores.repetitions > 0 {
        let (all, counted) = (scores.repetitions, scores.repetitions_counted);
        let mut sentence =
            narrative::repetitions(lang, &count("repetitions", all), &count("repetitions_counted", counted));
        if counted < all {
            sentence.push(' ');
            sentence.push_str(lang.pick(narrative::WHY_NOT));
        }
        out.push(sentence);
    }
    if let Some(points) = data(lang, &key("relaxation_points"), &scores.relaxation_points, Show::Fixed(0)) {
        out.push(narrative::below_ceiling(lang, &words::value(&points, words::UNIT_PERCENT)));
    }
}
