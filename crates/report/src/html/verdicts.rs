//! What a named norm profile says, always with its name, its rule and its source.

use super::table::Table;
use super::view::Channel;
use super::write::{SENTENCE, Show, data, element, or_dash, text};
use crate::words::{self, setting, table};

/// Writes the table; nothing without a verdict.
pub(super) fn section(out: &mut String, channel: &Channel<'_>) {
    let list = &channel.report.verdicts;
    if list.is_empty() {
        return;
    }
    element(out, "h3", table::VERDICTS);
    let columns = [table::VERDICT, table::RULE, setting::VALUE, table::LOW, table::HIGH, table::UNIT, table::SOURCE];
    let mut rows = Table::new(table::VERDICTS, &channel.report.name, columns).titled();
    for (n, verdict) in list.iter().enumerate() {
        let key = |name: &str| channel.key(&["verdicts", &n.to_string(), name]);
        let limit = |name: &str, value: Option<f64>| or_dash(data(&key(name), &value, Show::Level));
        let unit = words::norms::unit(verdict.unit);
        let cells = [
            text(&key("rule"), &verdict.rule, SENTENCE),
            or_dash(data(&key("value"), &verdict.value, Show::Level)),
            limit("low", verdict.low),
            limit("high", verdict.high),
            unit.to_owned(),
            text(&key("source"), &verdict.source, SENTENCE),
        ];
        rows.row(&text(&key("text"), &verdict.text, SENTENCE), cells);
    }
    rows.finish(out);
    element(out, "p", table::VERDICT_NOTE);
}
