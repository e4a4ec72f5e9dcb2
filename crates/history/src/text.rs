//! The history as a page of text, at most 80 columns wide.

use std::collections::BTreeMap;

use tonus_core::text::is_plain;
use tonus_report::vocabulary::Language;

use crate::entry::Conditions;
use crate::number::shown;
use crate::report::HistoryReport;
use crate::time::date;
use crate::trend::{Change, Trend};
use crate::words::{text as words, trend};

/// Widest line.
const COLUMNS: usize = 80;
/// Most values of a sparkline: the latest ones.
const SPARK: usize = 12;
/// Most sessions with a problem that are listed.
const PROBLEMS: usize = 5;

/// The report for people: what is compared, what became of it, milestones, the plan.
pub fn text(report: &HistoryReport) -> String {
    let mut page = Page(String::new());
    let lang = report.language;
    match &report.sessions[..] {
        [] => page.line(lang.pick(words::EMPTY)),
        [first, .., last] => {
            let days = (date(first.started_unix_s), date(last.started_unix_s));
            page.line(&words::sessions(lang, report.sessions.len(), &days.0, &days.1));
        }
        [only] => page.line(&words::sessions(lang, 1, &date(only.started_unix_s), &date(only.started_unix_s))),
    }
    let problems =
        report.sessions.iter().filter_map(|entry| entry.problem.as_ref().map(|problem| (&entry.id, problem)));
    for (id, problem) in problems.take(PROBLEMS) {
        page.line(&format!("  {id}: {problem}"));
    }
    trends(report, &mut page);
    if !report.milestones.is_empty() {
        page.gap();
        page.line(lang.pick(words::MILESTONES));
        for milestone in &report.milestones {
            page.line(&format!("  {}  {}", date(milestone.at_unix_s), milestone.text));
        }
    }
    if let Some(plan) = &report.plan {
        page.gap();
        page.line(&words::plan(lang, &plan.title, plan.stage, plan.stages, &plan.stage_title));
        page.wrapped(&plan.text, "  ");
    }
    if let Some(suggestion) = report.suggestion {
        page.gap();
        page.wrapped(suggestion, "");
    }
    page.0
}

fn trends(report: &HistoryReport, page: &mut Page) {
    let lang = report.language;
    let latest = || report.trends.iter().filter(|trend| trend.is_latest_series);
    if let Some(series) = latest().find_map(|trend| trend.series.as_ref()) {
        let n = latest().filter(|trend| trend.series.is_some()).map(|trend| trend.points.len()).max().unwrap_or(0);
        page.gap();
        page.line(&words::series(lang, &named(lang, series), n));
    }
    for trend in latest().filter(|trend| trend.series.is_some()) {
        page.line(&row(lang, trend));
    }
    if let Some(calmest) = &report.calmest {
        let level = format!("{} µV", shown(lang, calmest.uv, "uV"));
        page.line(&words::calmest(lang, &level, &date(calmest.at_unix_s), calmest.sessions));
    }
    if report.diary.entries + report.diary.unread_lines > 0 {
        page.gap();
        page.line(&words::diary(lang, report.diary.entries, report.diary.unread_lines));
    }
    for trend in latest().filter(|trend| trend.series.is_none()) {
        page.line(&row(lang, trend));
    }
    if latest().any(|trend| trend.compared.change != Change::TooFew) {
        page.gap();
        page.wrapped(lang.pick(words::DIRECTIONS), "");
    }
    if !report.not_compared.is_empty() {
        let mut fields: BTreeMap<&str, usize> = BTreeMap::new();
        for difference in report.not_compared.iter().flat_map(|session| &session.differences) {
            *fields.entry(trend::field(lang, difference.field)).or_default() += 1;
        }
        let fields: Vec<String> = fields.iter().map(|(field, n)| format!("{field} {n}")).collect();
        page.gap();
        page.line(&words::not_compared(lang, report.not_compared.len(), &fields.join(", ")));
    }
}

fn row(lang: Language, trend: &Trend) -> String {
    let values: Vec<f64> = trend.points.iter().map(|point| point.value).collect();
    let numbers = match (trend.compared.first, trend.compared.last) {
        (Some(first), Some(last)) => format!("{} → {}", shown(lang, first, trend.unit), shown(lang, last, trend.unit)),
        _ => shown(lang, trend.median, trend.unit),
    };
    let numbers = format!("{numbers} {}", trend::unit(lang, trend.unit));
    let change = trend::change(lang, trend.compared.change);
    let row = format!("  {:<20} {:<SPARK$}  {:<22} {change}", trend.title, spark(&values), numbers.trim_end());
    row.trim_end().to_owned()
}

/// The latest values as bars, the smallest of them the lowest; bars of one height where all are equal.
fn spark(values: &[f64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let values = &values[values.len().saturating_sub(SPARK)..];
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let span = values.iter().copied().fold(f64::NEG_INFINITY, f64::max) - low;
    let bar = |value: &f64| if span > 0.0 { BARS[((value - low) / span * 7.0).round() as usize & 7] } else { BARS[3] };
    values.iter().map(bar).collect()
}

fn named(lang: Language, conditions: &Conditions) -> String {
    let Conditions { program, posture, site, electrode, device, channel, .. } = conditions;
    let words: Vec<&str> =
        [program, posture, site, electrode, device, channel].into_iter().flatten().map(String::as_str).collect();
    if words.is_empty() { lang.pick(words::NOT_STATED).to_owned() } else { words.join(", ") }
}

struct Page(String);

impl Page {
    /// A line, cut where it is too wide. What steers a terminal, in a hostile name, does not reach it.
    fn line(&mut self, line: &str) {
        let clean = line.chars().map(|c| if is_plain(c) { c } else { ' ' });
        if line.chars().count() > COLUMNS {
            self.0.extend(clean.take(COLUMNS - 1));
            self.0.push('…');
        } else {
            self.0.extend(clean);
        }
        self.0.push('\n');
    }

    fn gap(&mut self) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
    }

    /// A paragraph, broken between words.
    fn wrapped(&mut self, paragraph: &str, indent: &str) {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > COLUMNS {
                self.line(&line);
                line.clear();
            }
            line.push_str(if line.is_empty() { indent } else { " " });
            line.push_str(word);
        }
        self.line(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_show_the_latest_values() {
        assert_eq!(spark(&[]), "");
        assert_eq!(spark(&[2.0, 2.0]), "▄▄");
        assert_eq!(spark(&[0.0, 7.0, 3.0]), "▁█▄");
        assert_eq!(spark(&[9.0; 100]).chars().count(), SPARK);
        assert_eq!(spark(&[-1e308, 1e308]).chars().count(), 2);
    }

    #[test]
    fn nothing_is_wider_than_the_page() {
        let mut page = Page(String::new());
        page.line(&"é".repeat(200));
        page.line("a\u{1b}[31m\n\u{202e}b");
        page.wrapped(&"word ".repeat(60), "  ");
        assert!(page.0.lines().all(|line| line.chars().count() <= COLUMNS));
        assert!(page.0.chars().all(|c| is_plain(c) || c == '\n'));
        assert_eq!(page.0.lines().count(), 2 + 4);
    }
}
