//! What a named norm profile says, always with its name, its rule and its source.

use super::table::Table;
use super::view::Channel;
use super::write::{SENTENCE, Show, data, element, escape, or_dash, text};
use crate::norms;
use crate::vocabulary::Language;
use crate::words::{self, setting, table};

/// Writes the table; nothing without a verdict.
pub(super) fn section(out: &mut String, channel: &Channel<'_>) {
    let lang = channel.language;
    let list = &channel.report.verdicts;
    if list.is_empty() {
        return;
    }
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
