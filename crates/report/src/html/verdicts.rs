//! What a named norm profile says, always with its name, its rule and its source.

use super::table::Table;
use super::view::{Channel, View};
use super::write::{SENTENCE, Show, data, element, escape, or_dash, text};
use crate::norms;
use crate::vocabulary::Language;
use crate::words::{self, setting, table};

/// Writes the table; nothing without a verdict.
pub(super) fn section(out: &mut String, view: &View<'_>, channel: &Channel<'_>) {
    let lang = channel.language;
    let list = &channel.report.verdicts;
    let config = &view.summary.config;
    let own = data(lang, &channel.key(&["rest", "median_uv"]), &channel.report.rest.median_uv, Show::Level);
    let own = own.filter(|_| channel.is_scaled && config.norms == norms::NAMES[0]);
    let published = own.and_then(|own| norms::published(lang, config.profile, &own));
    if !list.is_empty() {
        listing(out, channel);
    }
    if let Some(sentence) = published {
        element(out, "p", &sentence);
    }
}

fn listing(out: &mut String, channel: &Channel<'_>) {
    let lang = channel.language;
    let list = &channel.report.verdicts;
    element(out, "h3", lang.pick(table::VERDICTS));
    let columns = [
        lang.pick(table::VERDICT),
        lang.pick(table::RULE),
        lang.pick(setting::VALUE),
        lang.pick(table::LOW),
        lang.pick(table::HIGH),
        lang.pick(table::UNIT),
        lang.pick(table::SOURCE),
    ];
    let mut rows = Table::new(lang.pick(table::VERDICTS), &channel.report.name, columns).titled();
    for (n, verdict) in list.iter().enumerate() {
        let key = |name: &str| channel.key(&["verdicts", &n.to_string(), name]);
        let limit = |name: &str, value: Option<f64>| or_dash(data(lang, &key(name), &value, Show::Level));
        let unit = words::norms::unit(verdict.unit);
        let other = if lang == Language::English { None } else { norms::translated(lang, verdict) };
        let (rule, sentence) = other.map_or_else(
            || (text(&key("rule"), &verdict.rule, SENTENCE), text(&key("text"), &verdict.text, SENTENCE)),
            |(rule, sentence)| (rule.to_owned(), escape(&sentence)),
        );
        let source = match lang {
            Language::English => text(&key("source"), &verdict.source, SENTENCE),
            Language::German => escape(words::norms::source(lang, &verdict.source)),
        };
        let cells = [
            rule,
            or_dash(data(lang, &key("value"), &verdict.value, Show::Level)),
            limit("low", verdict.low),
            limit("high", verdict.high),
            unit.to_owned(),
            source,
        ];
        rows.row(&sentence, cells);
    }
    rows.finish(out);
    element(out, "p", lang.pick(table::VERDICT_NOTE));
}
