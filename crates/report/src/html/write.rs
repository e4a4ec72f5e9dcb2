//! Text and numbers as HTML: the only place where a value of the summary becomes markup.

use std::fmt::Write as _;

use serde::Serialize;
use tonus_core::text::is_plain;

use crate::vocabulary::Language;
use crate::words;

/// Most characters of a name that are shown.
pub(super) const NAME: usize = 80;
/// Most characters of a sentence that are shown.
pub(super) const SENTENCE: usize = 600;

/// Text for content and for attributes in quotes.
///
/// Characters that steer instead of show (controls, and marks that turn the direction of text) become U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\r' | '\t' => out.push(' '),
            steering if !is_plain(steering) => out.push('\u{FFFD}'),
            other => out.push(other),
        }
    }
    out
}

/// The first characters of a text, escaped.
pub(super) fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => escape(&text[..end]) + words::CUT,
        None => escape(text),
    }
}

/// A text of the summary, with the JSON pointer of where it stands.
pub(super) fn text(key: &str, value: &str, most: usize) -> String {
    format!("<bdi data-text=\"{key}\">{}</bdi>", short(value, most))
}

/// How a number is shown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Show {
    /// As it is.
    Whole,
    /// With so many decimals.
    Fixed(u8),
    /// With three significant digits.
    Level,
    /// A share in percent.
    Percent,
    /// Ticks of 10 ms in seconds.
    Ticks,
    /// Seconds as minutes and seconds, or hours, minutes and seconds.
    Clock,
}

/// A number of the summary: its JSON text, the JSON pointer of where it stands, and its rounding.
///
/// `data-scale` says what the shown number was multiplied with before it was rounded; `clock` stands for `m:ss` or `h:mm:ss`.
/// None for what is `null` in JSON.
pub(super) fn data(lang: Language, key: &str, value: &impl Serialize, show: Show) -> Option<String> {
    let exact = serde_json::to_string(value).ok().filter(|text| text != "null")?;
    let number: f64 = exact.parse().ok()?;
    let (scale, shown) = match show {
        Show::Whole => ("", exact.clone()),
        Show::Fixed(decimals) => ("", lang.decimals(number, usize::from(decimals))),
        Show::Level => ("", lang.amplitude(number)),
        Show::Percent => (" data-scale=\"100\"", level_percent(lang, number * 100.0)),
        Show::Ticks => (" data-scale=\"0.01\"", lang.decimals(number * 0.01, 2)),
        Show::Clock => (" data-scale=\"clock\"", clock(number)),
    };
    Some(format!("<data value=\"{exact}\" data-key=\"{key}\"{scale}>{shown}</data>"))
}

/// A value, or the sign for none, which [`words::methods`] explains.
pub(super) fn or_dash(value: Option<String>) -> String {
    value.unwrap_or_else(|| words::DASH.to_owned())
}

/// A length of time with its unit: seconds, or minutes and seconds.
pub(super) fn duration(lang: Language, key: &str, seconds: f64) -> Option<String> {
    let (show, unit) = match seconds {
        long if long >= 3599.5 => (Show::Clock, words::UNIT_H),
        long if long >= 60.0 => (Show::Clock, words::UNIT_MIN),
        _ => (Show::Fixed(1), words::UNIT_S),
    };
    Some(words::value(&data(lang, key, &seconds, show)?, unit))
}

fn level_percent(lang: Language, percent: f64) -> String {
    lang.decimals(percent, usize::from(percent.abs() < 9.95 && percent != 0.0))
}

/// Seconds as `m:ss`, or `h:mm:ss` from an hour on.
pub(super) fn clock(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// An element of a list, a paragraph, a heading: `content` is markup.
pub(super) fn element(out: &mut String, name: &str, content: &str) {
    // Writing to a string cannot go wrong.
    let _ = write!(out, "<{name}>{content}</{name}>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_json_text() {
        assert_eq!(
            data(Language::English, "/a", &2.0238624_f32, Show::Level).unwrap(),
            "<data value=\"2.0238624\" data-key=\"/a\">2.02</data>"
        );
        assert_eq!(
            data(Language::English, "/a", &0.125, Show::Percent).unwrap(),
            "<data value=\"0.125\" data-key=\"/a\" data-scale=\"100\">12</data>"
        );
        assert_eq!(data(Language::English, "/a", &f64::NAN, Show::Level), None);
        assert_eq!(data(Language::English, "/a", &None::<f64>, Show::Level), None);
        assert!(data(Language::English, "/a", &u64::MAX, Show::Whole).unwrap().contains(">18446744073709551615<"));
    }

    #[test]
    fn clocks_round_to_the_second() {
        assert_eq!([59.4, 59.6, 340.0, 3599.6].map(clock), ["0:59", "1:00", "5:40", "1:00:00"]);
    }

    #[test]
    fn what_steers_is_made_visible() {
        assert_eq!(escape("<a b='c' d=\"e\">]]>&"), "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;]]&gt;&amp;");
        assert_eq!(escape("a\u{202E}b\0c\u{2066}\nd"), "a\u{FFFD}b\u{FFFD}c\u{FFFD} d");
        assert_eq!(short(&"é".repeat(90), 80), "é".repeat(80) + "…");
    }
}
