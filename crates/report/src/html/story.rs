//! What happened, in three to six sentences.

use tonus_core::training::Stage;

use super::view::{Channel, View};
use super::write::{NAME, Show, data, duration, element, text};
use crate::words::{self, story};

/// Most sentences.
const MOST: usize = 6;

/// Writes the section.
pub(super) fn section(out: &mut String, view: &View<'_>) {
    out.push_str("<section class=\"story\">");
    element(out, "h2", story::TITLE);
    for sentence in sentences(view).iter().take(MOST) {
        element(out, "p", sentence);
    }
    out.push_str("</section>\n");
}

fn sentences(view: &View<'_>) -> Vec<String> {
    let summary = view.summary;
    let mut out = Vec::new();
    if let Some(training) = &summary.training {
        let title = text("/training/title", &training.title, NAME);
        out.push(match training.stage {
            Stage::Finished => story::finished(&title),
            Stage::Stopped => story::stopped(&title),
            Stage::Ready | Stage::Running | Stage::Paused => story::unfinished(&title),
        });
    } else {
        out.extend(duration("/input/duration_s", summary.input.duration_s).map(|time| story::recording(&time)));
    }
    let Some(channel) = view.channels().next() else {
        out.push(story::NO_CHANNEL.to_owned());
        return out;
    };
    if channel.report.calibration.accepted {
        states(&mut out, &channel);
        outcome(&mut out, &channel);
    } else {
        out.push(story::NO_BASELINE.to_owned());
    }
    if channel.training.is_some_and(|training| !training.scores.undetermined.is_empty()) {
        out.push(story::UNDETERMINED.to_owned());
    }
    if summary.channels.len() > 1 {
        out.push(story::MORE_CHANNELS.to_owned());
    }
    out
}

fn states(out: &mut Vec<String>, channel: &Channel<'_>) {
    let seconds = &channel.report.seconds;
    let time = |name: &str, value: f64| duration(&channel.key(&["seconds", name]), value);
    let overactive = time("overactive", seconds.overactive).filter(|_| seconds.overactive > 0.0);
    let controlled = time("controlled", seconds.controlled).filter(|_| seconds.controlled > 0.0);
    if let Some(rest) = time("rest", seconds.rest) {
        out.push(story::states(&channel.name(), &rest, controlled.as_deref(), overactive.as_deref()));
    }
    if let Some(invalid) = time("invalid", seconds.invalid).filter(|_| seconds.invalid > 0.0) {
        out.push(story::invalid(&invalid));
    }
}

fn outcome(out: &mut Vec<String>, channel: &Channel<'_>) {
    let Some(training) = channel.training else {
        let total = channel.report.contractions_total;
        out.extend(
            data(&channel.key(&["contractions_total"]), &total, Show::Whole).map(|all| story::contractions(&all)),
        );
        return;
    };
    let scores = &training.scores;
    let key = |name: &str| channel.training_key(&["scores", name]);
    let count = |name: &str, value: u32| data(&key(name), &value, Show::Whole).unwrap_or_default();
    if scores.releases > 0 {
        let (complete, all) = (scores.complete_releases, scores.releases);
        let mut sentence = story::releases(&count("complete_releases", complete), &count("releases", all));
        if let Some(time) = data(&key("release_s"), &scores.release_s, Show::Fixed(2)) {
            sentence.push(' ');
            sentence.push_str(&story::release_time(&words::value(&time, words::UNIT_S)));
        }
        out.push(sentence);
    } else if scores.repetitions > 0 {
        let (all, counted) = (scores.repetitions, scores.repetitions_counted);
        let mut sentence = story::repetitions(&count("repetitions", all), &count("repetitions_counted", counted));
        if counted < all {
            sentence.push(' ');
            sentence.push_str(story::WHY_NOT);
        }
        out.push(sentence);
    }
    if let Some(points) = data(&key("relaxation_points"), &scores.relaxation_points, Show::Fixed(0)) {
        out.push(story::below_ceiling(&words::value(&points, words::UNIT_PERCENT)));
    }
}
