//! A table.

use std::fmt::Write as _;

use super::write::{NAME, escape, short};
use crate::words;

/// A table of more rows may be broken between pages.
const SHORT: usize = 32;

/// A table that grows row by row; head and cells are markup.
pub(super) struct Table {
    caption: &'static str,
    label: String,
    is_titled: bool,
    head: String,
    rows: String,
    count: usize,
}

impl Table {
    /// A table with a caption, whom it is about (plain text, may be empty), and its columns, the first one naming the rows.
    pub(super) fn new<C: AsRef<str>>(caption: &'static str, whom: &str, columns: impl IntoIterator<Item = C>) -> Self {
        let mut head = String::new();
        for column in columns {
            let _ = write!(head, "<th scope=\"col\">{}</th>", column.as_ref());
        }
        let label = if whom.is_empty() { escape(caption) } else { words::about(caption, &short(whom, NAME)) };
        Self { caption, label, is_titled: false, head, rows: String::new(), count: 0 }
    }

    /// There is a heading above that says the same as the caption: the caption is for screen readers alone.
    #[must_use]
    pub(super) const fn titled(mut self) -> Self {
        self.is_titled = true;
        self
    }

    /// Appends a row: what names it, and its cells.
    pub(super) fn row<C: AsRef<str>>(&mut self, name: &str, cells: impl IntoIterator<Item = C>) {
        let _ = write!(self.rows, "<tr><th scope=\"row\">{name}</th>");
        for cell in cells {
            let _ = write!(self.rows, "<td>{}</td>", cell.as_ref());
        }
        self.rows.push_str("</tr>\n");
        self.count += 1;
    }

    /// Writes it, unless it is empty.
    pub(super) fn finish(self, out: &mut String) {
        let Self { caption, label, is_titled, head, rows, count } = self;
        if count > 0 {
            let class = if count <= SHORT { " class=\"short\"" } else { "" };
            let title = if is_titled { " class=\"unseen\"" } else { "" };
            let _ = write!(
                out,
                "<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\"><table{class}>\
                 <caption{title}>{caption}</caption><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_names_its_columns_and_rows() {
        let mut out = String::new();
        Table::new("none", "", ["a"]).finish(&mut out);
        assert_eq!(out, "");
        let mut table = Table::new("list", "a < b", ["a", "b"]);
        table.row("1", ["2"]);
        table.finish(&mut out);
        assert!(out.contains("aria-label=\"list: a &lt; b\"") && out.contains("<caption>list</caption>"), "{out}");
        assert!(out.contains("<tr><th scope=\"row\">1</th><td>2</td></tr>"), "{out}");
    }
}
