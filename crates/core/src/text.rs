//! Text from outside: which characters are safe to print, and which known name was probably meant.

use core::fmt;

/// Whether a character only shows itself: no control character (one starts an escape sequence), none that turns the
/// direction of what follows, breaks lines or has no width.
pub fn is_plain(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'))
}

/// A text as it may be sent to a terminal: what is not [plain](is_plain) is shown as `\u001b`, line ends and tabs stay.
///
/// JSON stays the same JSON: inside its strings that is the same character.
///
/// ```
/// assert_eq!(tonus_core::text::Shown("a\u{1b}[2Jb\n").to_string(), "a\\u001b[2Jb\n");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, |c| is_plain(c) || matches!(c, '\n' | '\t'), f)
    }
}

/// A text as it may stand within a line of others: like [`Shown`], and line ends and tabs are shown too, so that nothing in it
/// looks like a line of its own.
///
/// ```
/// assert_eq!(tonus_core::text::OneLine("a.csv\nerror: none").to_string(), "a.csv\\u000aerror: none");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OneLine<'a>(pub &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, is_plain, f)
    }
}

/// Writes a text; what is not sent is shown by its number.
fn show(text: &str, is_sent: impl Fn(char) -> bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| !is_sent(*c)) {
        let (before, after) = rest.split_at(at);
        f.write_str(before)?;
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            write!(f, "\\u{unit:04x}")?;
        }
        rest = after.get(c.len_utf8()..).unwrap_or_default();
    }
    f.write_str(rest)
}

/// Whether a spreadsheet takes a cell of this text for a formula: `=`, `+`, `-`, `@` or the wide form of one comes first.
pub fn begins_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Characters of a name that are compared.
const COMPARED: usize = 48;

/// The three of `known` that are closest to a name that is none of them, the closest first: by the letters that would have
/// to be added, left out or changed (Levenshtein), regardless of case.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let mut best: [(usize, Option<&'a str>); 3] = [(usize::MAX, None); 3];
    for one in known {
        let far = distance(name, one);
        if let Some(place) = best.iter().position(|other| far < other.0) {
            best[place..].rotate_right(1);
            best[place] = (far, Some(one));
        }
    }
    best.into_iter().filter_map(|one| one.1)
}

fn distance(a: &str, b: &str) -> usize {
    let mut row: [usize; COMPARED + 1] = core::array::from_fn(|n| n);
    let count = a.chars().take(COMPARED).count();
    for (n, right) in b.chars().take(COMPARED).enumerate() {
        let mut corner = row[0];
        row[0] = n + 1;
        for (m, left) in a.chars().take(COMPARED).enumerate() {
            let changed = corner + usize::from(!left.eq_ignore_ascii_case(&right));
            corner = row[m + 1];
            row[m + 1] = changed.min(row[m] + 1).min(corner + 1);
        }
    }
    row[count]
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::string::ToString;

    #[test]
    fn nothing_that_steers_a_terminal_is_sent() {
        let text = "ä µV\t\u{1b}]0;x\u{7}\u{202e}\u{9b}31m\u{0}\r\n\u{2066}\u{e0041}";
        let shown = Shown(text).to_string();
        assert!(shown.chars().all(|c| is_plain(c) || c == '\n' || c == '\t'), "{shown}");
        assert!(shown.starts_with("ä µV\t\\u001b]0;x\\u0007\\u202e"), "{shown}");
        assert_eq!(Shown("plain — text\n").to_string(), "plain — text\n");
        assert_eq!(OneLine("ä\tb\r\nerror: c").to_string(), "ä\\u0009b\\u000d\\u000aerror: c");
    }

    #[test]
    fn the_closest_names_come_first() {
        let known = ["openbci-cyton", "openbci-cyton-daisy", "myoware-raw", "arduino-text", "tonus-cobs"];
        let found: std::vec::Vec<&str> = nearest("OpenBCI-citon", known).collect();
        assert_eq!(found[..2], known[..2]);
        assert_eq!(found.len(), 3);
        assert_eq!(nearest("x", ["one"]).count(), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
