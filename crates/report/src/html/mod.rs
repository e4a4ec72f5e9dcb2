//! `report.html`: one session for the person and for the clinician, in one file that loads nothing.
//!
//! [`render`] writes a whole page from a [`Summary`] and a [`Trace`]: first what happened in plain words, then a picture of each
//! channel, then tables, settings, and how each number was made. It works without a training session, a calibration, a
//! contraction or a channel.
//!
//! # Numbers
//!
//! Every number of the summary is written as `<data value="EXACT" data-key="/json/pointer">rounded</data>`: `value` is the text
//! that stands in `summary.json`, `data-key` the JSON pointer (RFC 6901) of its place there. With `data-scale="100"` a share is
//! shown in percent, with `data-scale="0.01"` decisions are shown in seconds, with `data-scale="clock"` seconds are shown as
//! `m:ss` or `h:mm:ss`; the product is rounded to the decimals that are shown. Text of the summary stands in
//! `<bdi data-text="/json/pointer">`, cut after some characters with `…`. So a program can compare the page with the summary, and
//! a test does. Numbers inside pictures are scales of axes, and no results.
//!
//! # Safety
//!
//! Names and notes come from files and are escaped in content and attributes; controls and marks that turn the direction of
//! text become U+FFFD. The page has no script, and its content security policy allows none.
//!
//! Targets are drawn for the first channel, which is the muscle that is trained; each channel is measured against its own
//! resting level all the same. Tables of very long sessions are cut (`summary.json` holds all rows): an hour of two channels stays
//! below 1 MB.
//!
//! | file | one noun |
//! |---|---|
//! | `write` | a value as markup |
//! | `table`, `chart`, `theme` | a table; coordinates; colours and styles |
//! | `view` | what the parts look at |
//! | `story` | what happened, in sentences |
//! | `envelope`, `targets`, `curves`, `legend` | the pictures |
//! | `repetitions`, `segments`, `scores`, `phases`, `verdicts`, `quality`, `settings` | the tables |
//!
//! Every word stands in `words`.

mod chart;
mod curves;
mod envelope;
mod legend;
mod narrative;
mod phases;
mod quality;
mod repetitions;
mod scores;
mod segments;
mod settings;
mod table;
mod targets;
mod theme;
mod verdicts;
mod view;
mod write;

use std::fmt::Write as _;

use self::view::{Channel, View};
use self::write::{NAME, Show, data, duration, element, or_dash, short, text};
use crate::Summary;
use crate::trace::Trace;
use crate::vocabulary::Language;
use crate::words::{self, figure};

/// Most channels that have a part of their own.
const MAX_CHANNELS: usize = 16;

/// The page, in a language. What `summary.json` says in sentences (notes, messages, rejects) stays as it stands there.
pub fn render(summary: &Summary, traces: &Trace, language: Language) -> String {
    let view = View::new(summary, traces, language);
    let mut out = String::with_capacity(256 * 1024);
    head(&mut out, &view);
    out.push_str("<main>\n");
    narrative::section(&mut out, &view);
    for channel in view.channels().take(MAX_CHANNELS) {
        section(&mut out, &view, &channel);
    }
    settings::section(&mut out, &view);
    settings::methods(&mut out, language);
    notice(&mut out, language);
    settings::fingerprints(&mut out, &view);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// Everything up to the content: the title, and what was recorded.
fn head(out: &mut String, view: &View<'_>) {
    let lang = view.language;
    let summary = view.summary;
    let training = summary.training.as_ref();
    let title = training.map_or_else(|| short(lang.pick(words::TITLE), NAME), |training| view.title(&training.title));
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'\">\n<title>{title} – {}</title>\n<style>{}</style>\n</head>\n<body>\n<header>\n",
        lang.code(),
        words::MADE_BY,
        theme::style()
    );
    let heading = training.map(|training| view.said("/training/title", &training.title, NAME));
    element(out, "h1", heading.as_deref().unwrap_or(lang.pick(words::TITLE)));
    out.push_str("<dl class=\"facts\">");
    let mut fact = |label: &str, value: &str| {
        let _ = write!(out, "<div><dt>{label}</dt><dd>{value}</dd></div>");
    };
    fact(lang.pick(words::HEAD_FILE), &text("/input/file", name_of(&summary.input.file), 160));
    if let Some(started) = &summary.input.started {
        fact(lang.pick(words::HEAD_STARTED), &text("/input/started", started, 40));
    }
    if let Some(device) = &summary.input.device {
        fact(lang.pick(words::HEAD_DEVICE), &text("/input/device", device, NAME));
    }
    fact(lang.pick(words::HEAD_DURATION), &or_dash(duration(lang, "/input/duration_s", summary.input.duration_s)));
    let hertz =
        |key: &str, hz: f64| data(lang, key, &hz, Show::Fixed(1)).map(|rate| words::value(&rate, words::UNIT_HZ));
    let own = summary.input.rates();
    let own: Vec<String> =
        own.iter().filter_map(|(n, hz)| hertz(&format!("/input/channels/{n}/rate_hz"), *hz)).collect();
    let rate = if own.is_empty() { hertz("/input/rate_hz", summary.input.rate_hz) } else { Some(words::list(&own)) };
    fact(lang.pick(words::HEAD_RATE), &or_dash(rate));
    if let Some(training) = training {
        fact(lang.pick(words::HEAD_PROGRAM), &text("/training/program", &training.program, NAME));
    }
    let names: Vec<String> = view.channels().take(MAX_CHANNELS).map(|channel| channel.name()).collect();
    if !names.is_empty() {
        fact(lang.pick(words::HEAD_CHANNELS), &words::list(&names));
    }
    out.push_str("</dl>\n</header>\n");
}

/// Everything about one channel.
fn section(out: &mut String, view: &View<'_>, channel: &Channel<'_>) {
    let lang = view.language;
    out.push_str("<section>");
    element(out, "h2", &channel.name());
    element(out, "h3", lang.pick(figure::OVER_TIME));
    envelope::figure(out, view, channel);
    // What belongs together stands beside each other where there is room.
    out.push_str("<div class=\"parts\"><div class=\"grow\">");
    curves::figure(out, channel);
    out.push_str("</div><div>");
    scores::section(out, view, channel);
    out.push_str("</div></div>");
    segments::section(out, channel);
    verdicts::section(out, view, channel);
    repetitions::repetitions(out, view, channel);
    repetitions::events(out, view, channel);
    phases::targets(out, view, channel);
    phases::moves(out, channel);
    phases::adoptions(out, channel);
    phases::breathing(out, view, channel);
    out.push_str("<div class=\"parts\">");
    for part in [quality::states, quality::calibration, quality::quality] {
        out.push_str("<div>");
        part(out, channel);
        out.push_str("</div>");
    }
    out.push_str("</div></section>\n");
}

fn notice(out: &mut String, lang: Language) {
    out.push_str("<section class=\"notice\">");
    element(out, "h2", lang.pick(words::NOTICE_TITLE));
    for sentence in words::NOTICE {
        element(out, "p", lang.pick(sentence));
    }
    out.push_str("</section>\n");
}

/// The name of a recording without the folders before it, which may name a person: the page goes to others. A live session is
/// named by its own folder.
fn name_of(file: &str) -> &str {
    let separator = ['/', '\\'];
    let whole = |name: &str| file.len() - name.len();
    let name = file.rsplit(separator).next().unwrap_or_default();
    if name != "session.csv" {
        return name;
    }
    let before = file[..whole(name)].trim_end_matches(separator);
    let folder = before.rsplit(separator).next().unwrap_or_default();
    &file[before.len() - folder.len()..]
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn folders_before_a_recording_stay_private() {
        assert_eq!(name_of("/home/somebody/emg.csv"), "emg.csv");
        assert_eq!(name_of("C:\\Users\\somebody\\monday\\session.csv"), "monday\\session.csv");
        assert_eq!(name_of("store/sessions/20261124-060236/session.csv"), "20261124-060236/session.csv");
        assert_eq!((name_of("session.csv"), name_of("-"), name_of(""), name_of("/")), ("session.csv", "-", "", ""));
    }
}
