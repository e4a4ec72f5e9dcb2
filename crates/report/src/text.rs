//! Numbers and names as bytes at the end of a buffer. Nothing but [`csv_cell`] allocates beyond that buffer.

use tonus_core::text::{OneLine, begins_formula};

/// Appends a whole number.
pub(crate) fn push_integer(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends the shortest text that reads back to the same `f32`; nothing for what is not finite.
pub(crate) fn push_f32(out: &mut Vec<u8>, value: f32) {
    if value.is_finite() {
        out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
    }
}

/// Appends the time of a tick's end in seconds, with two decimals: exact, as a tick is 10 ms.
pub(crate) fn push_tick(out: &mut Vec<u8>, tick: u64) {
    push_integer(out, tick / 100);
    let hundredths = (tick % 100) as u8;
    out.extend_from_slice(&[b'.', b'0' + hundredths / 10, b'0' + hundredths % 10]);
}

/// Appends seconds of at least 0 with three decimals.
pub(crate) fn push_milliseconds(out: &mut Vec<u8>, seconds: f64) {
    let thousandths = (1000.0 * seconds).round() as u64;
    push_integer(out, thousandths / 1000);
    let part = thousandths % 1000;
    out.extend([b'.'].into_iter().chain([part / 100, part / 10 % 10, part % 10].map(|digit| b'0' + digit as u8)));
}

/// Appends names with `+` between them; says whether there was any.
pub(crate) fn push_names(out: &mut Vec<u8>, names: impl Iterator<Item = &'static str>) -> bool {
    let mut any = false;
    for name in names {
        if any {
            out.push(b'+');
        }
        out.extend_from_slice(name.as_bytes());
        any = true;
    }
    any
}

/// A name as a cell of a CSV table: on one line, quoted where it must be, no formula to a spreadsheet, and nothing that steers a
/// terminal.
///
/// Before a [formula](begins_formula) a `'` tells a spreadsheet that this is a text. In some countries it begins a cell behind each `;`, quotes or not.
pub fn csv_cell(name: &str) -> String {
    let mut cell = String::with_capacity(name.len());
    for piece in OneLine(name).to_string().split_inclusive([',', ';']) {
        if begins_formula(piece) {
            cell.push('\'');
        }
        cell.push_str(piece);
    }
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_short_and_exact() {
        assert_eq!(text(|out| push_f32(out, 0.1)), "0.1");
        assert_eq!(text(|out| push_f32(out, f32::NAN)), "");
        assert_eq!(text(|out| push_tick(out, 1)), "0.01");
        assert_eq!(text(|out| push_tick(out, 360_010)), "3600.10");
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(csv_cell("emg 1"), "emg 1");
        assert_eq!(csv_cell("e-1"), "e-1");
        assert_eq!(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn no_cell_is_a_formula_whatever_separates_cells() {
        for formula in ["=1+1", "+1", "-1", "@a", " =1", "＝1"] {
            assert_eq!(csv_cell(formula), format!("'{formula}"));
        }
        assert_eq!(csv_cell("=\"a\""), "\"'=\"\"a\"\"\"");
        for (name, cell) in
            [("\t=1", "\\u0009=1"), ("\r=1", "\\u000d=1"), ("a;=1;-2", "a;'=1;'-2"), ("a,=1", "\"a,'=1\"")]
        {
            assert_eq!(csv_cell(name), cell);
        }
    }

    #[test]
    fn no_cell_steers_a_terminal() {
        let cell = csv_cell("a\u{1b}[2J\u{202e}\u{9b}\u{2066}\nb");
        assert_eq!(cell, "a\\u001b[2J\\u202e\\u009b\\u2066\\u000ab");
    }
}
