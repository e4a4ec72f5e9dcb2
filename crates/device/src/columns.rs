//! What the numbers of a sensor's text lines are, from its first lines looked at as a table.
//!
//! The rules of what a column is are those of tables in files ([`tonus_record::line_roles`]); here lines become columns, and what
//! was found becomes a layout for the decoder, so that everything after that is the same for live and recorded signals.

mod lines;

use std::fmt::Write as _;

use tonus_record::{ChannelSelector, LineColumn, LineRole, Role, Setting, Unit, Wording, line_roles, wording};
use tonus_wire::MAX_CHANNELS;
use tonus_wire::layout::{Column as Use, Framing, Labels, Layout, LineKind, MAX_LINE, NumberStyle, TextSpec};

use lines::{Lines, Sent, Table};

/// One column of a sensor's lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its label, or its name in a line of names; empty without one.
    pub name: String,
    /// What it is taken for.
    pub role: Role,
    /// The unit of its values, where the lines say it.
    pub unit: Option<Unit>,
}

/// What the numbers of a sensor's lines are, and which of them are channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Every column, in the order of the line.
    pub all: Vec<Column>,
    /// The columns (from 0) that are channels, in the order of the frame.
    pub chosen: Vec<usize>,
    /// The column (from 0) that is the sensor's clock, if one is.
    pub clock: Option<usize>,
    /// None of them says that it is a muscle: all were taken.
    pub is_unsure: bool,
}

impl Columns {
    /// The channels.
    pub fn channels(&self) -> impl Iterator<Item = &Column> {
        self.chosen.iter().filter_map(|n| self.all.get(*n))
    }

    /// Whether these are the same channels among the same columns.
    pub(crate) fn has_channels_of(&self, other: &Self) -> bool {
        (&self.all, &self.chosen, self.is_unsure) == (&other.all, &other.chosen, other.is_unsure)
    }

    /// The place of the clock among the values of a frame, which are those of the channels and the clock as they are sent.
    pub(crate) fn clock_place(&self) -> Option<usize> {
        let clock = self.clock?;
        Some(self.chosen.iter().filter(|n| **n < clock).count())
    }

    /// Whether there is nothing to say: every column is a channel, none has a unit, and of several none has a name.
    pub fn is_plain(&self) -> bool {
        !self.is_unsure
            && (self.all.len() == 1 || self.all.iter().all(|column| column.name.is_empty()))
            && self.chosen.iter().copied().eq(0..self.all.len())
            && self.channels().all(|c| c.unit.is_none())
    }

    /// Every column and what it is, for people: `1 = time (left out), 2 'EMG' = channel 1 in mV`.
    pub fn listing(&self) -> String {
        let mut text = String::new();
        for (n, column) in self.all.iter().enumerate() {
            let channel = self.chosen.iter().position(|chosen| *chosen == n);
            // Writing to a string cannot fail.
            let _ = write!(text, "{}{}", if n == 0 { "" } else { ", " }, n + 1);
            if !column.name.is_empty() {
                let _ = write!(text, " '{}'", column.name);
            }
            let _ = match (channel, column.unit) {
                (Some(channel), Some(unit)) => write!(text, " = channel {} in {}", channel + 1, unit.name()),
                (Some(channel), None) => write!(text, " = channel {}", channel + 1),
                (None, _) if self.clock == Some(n) => write!(text, " = the sensor's clock"),
                (None, _) => write!(text, " = {} (left out)", column.role.name()),
            };
        }
        text
    }
}

/// Lines that can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The format, with its columns.
    pub layout: Layout,
    /// What they are.
    pub columns: Columns,
    /// Lines with numbers that were looked at.
    pub lines: usize,
}

/// Lines that cannot be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What is wrong with them.
    pub message: Wording,
    /// What would read them.
    pub help: Wording,
    /// They are read, but have not what the caller asks for.
    pub is_asked: bool,
}

/// Whether the columns of a format are found in its lines: text whose profile does not name them.
pub fn are_found(layout: &Layout) -> bool {
    matches!(&layout.framing, Framing::Text(spec)
        if spec.number != NumberStyle::Hex && spec.columns.iter().all(|column| *column == Use::Value) && !spec.has_words())
}

/// Reads the columns of a sensor's first lines. `wanted` are the caller's channels, none for those that are muscles.
///
/// # Errors
/// [`Unread`] with a line and what would read it.
pub fn read(bytes: &[u8], layout: &Layout, wanted: &[ChannelSelector]) -> Result<Reading, Unread> {
    let Framing::Text(spec) = &layout.framing else {
        return Err(unread("the sensor sends no text", "columns are those of text lines"));
    };
    let lines = Lines::of(bytes, spec);
    let table = lines.table(spec).ok_or_else(|| lines.unreadable())?;
    let labelled = table.columns.iter().all(|column| !column.label.is_empty());
    if spec.labels == Labels::Require && !labelled {
        return Err(lines.other("without labels", text_device().and(", which needs none")));
    }
    if spec.labels == Labels::Never && table.columns.iter().any(|column| !column.label.is_empty()) {
        return Err(lines.other("with labels", text_device().and(", which reads them")));
    }
    let sent: Vec<LineColumn<'_>> = table.columns.iter().map(Sent::as_column).collect();
    let roles = line_roles(&sent);
    let mut columns = choose(&table, &roles, layout, wanted)?;
    columns.clock = table.clock(&columns, spec, layout);
    let chosen = || columns.chosen.iter().filter_map(|n| table.columns.get(*n));
    if spec.number == NumberStyle::Int && chosen().any(|column| column.cells.iter().any(|cell| cell.contains(&b'.'))) {
        return Err(lines.other("with fractions", wording!["the profile has whole numbers; ", text_device()]));
    }
    let layout = table.layout(layout, spec, &columns);
    Ok(Reading { layout, columns, lines: lines.with_numbers })
}

/// Lines that cannot be read, though nothing was asked of them.
pub(crate) fn unread(message: impl Into<Wording>, help: impl Into<Wording>) -> Unread {
    Unread { message: message.into(), help: help.into(), is_asked: false }
}

/// Advice to take the profile that reads most lines.
fn text_device() -> Wording {
    wording!["choose ", Setting::Device, " arduino-text"]
}

/// The channels among the columns.
fn choose(
    table: &Table<'_>,
    roles: &[LineRole],
    layout: &Layout,
    wanted: &[ChannelSelector],
) -> Result<Columns, Unread> {
    let column =
        |(sent, role): (&Sent<'_>, &LineRole)| Column { name: sent.label.clone(), role: role.role, unit: role.unit };
    let all: Vec<Column> = table.columns.iter().zip(roles).map(column).collect();
    let mut columns = Columns { all, chosen: Vec::new(), clock: None, is_unsure: false };
    let has_numbers = |n: &usize| table.columns.get(*n).is_some_and(Sent::has_numbers);
    for selector in wanted {
        let find = |name: &str, is: &dyn Fn(&str, &str) -> bool| columns.all.iter().position(|c| is(&c.name, name));
        let found = match selector {
            ChannelSelector::Index(index) => index.checked_sub(1).filter(|n| *n < columns.all.len()),
            ChannelSelector::Name(name) => {
                find(name, &|a, b| a == b).or_else(|| find(name, &|a, b| a.to_lowercase() == b.to_lowercase()))
            }
        };
        let Some(n) = found.filter(has_numbers) else {
            columns.chosen = (0..columns.all.len()).collect();
            let what = format!(" {selector}: its lines have no such column; they have {}", columns.listing());
            return Err(Unread {
                message: wording![Setting::Columns, what],
                help: "give the columns by their labels, or count them from 1".into(),
                is_asked: true,
            });
        };
        if !columns.chosen.contains(&n) {
            columns.chosen.push(n);
        }
    }
    if !wanted.is_empty() {
        return Ok(columns);
    }
    let numeric: Vec<usize> = (0..columns.all.len()).filter(has_numbers).collect();
    let emg: Vec<usize> =
        numeric.iter().copied().filter(|n| roles.get(*n).is_some_and(|role| role.role == Role::Emg)).collect();
    let told = usize::from(layout.channels);
    // A caller or a profile that says how many channels there are is believed where that can be.
    let is_told = told > 0 && numeric.len() == told;
    columns.is_unsure = emg.is_empty() && !is_told && numeric.len() > 1;
    columns.chosen = if is_told || emg.is_empty() { numeric } else { emg };
    if told > 0 && columns.chosen.len() != told {
        return Err(unread(
            format!("frames of {told} channels are expected, and its lines have {}", columns.listing()),
            wording!["give ", Setting::Channels, " as the sensor sends them, or ", Setting::Columns],
        ));
    }
    Ok(columns)
}

impl Table<'_> {
    /// The column that is the sensor's clock, where it can be read beside the channels.
    fn clock(&self, columns: &Columns, spec: &TextSpec, layout: &Layout) -> Option<usize> {
        let is_clock = |n: &usize| {
            let (Some(column), Some(sent)) = (columns.all.get(*n), self.columns.get(*n)) else { return false };
            let is_whole = sent.cells.iter().all(|cell| !cell.contains(&b'.'));
            // Of lines in turn those that are part of a frame have one. Seconds behind hours and minutes are no clock.
            let is_part = self.kinds.iter().all(|(_, range)| {
                !range.contains(n)
                    || range.clone().any(|n| columns.chosen.contains(&n))
                        && (*n == range.start || !sent.label.is_empty())
            });
            let is_readable = layout.record.range.is_none() && (is_whole || spec.number != NumberStyle::Int);
            column.role == Role::Time && !columns.chosen.contains(n) && sent.has_numbers() && is_part && is_readable
        };
        (0..self.columns.len()).find(is_clock).filter(|_| columns.chosen.len() < MAX_CHANNELS)
    }

    /// The format of these lines, with the columns that are channels.
    fn layout(&self, layout: &Layout, spec: &TextSpec, columns: &Columns) -> Layout {
        let is_every = (0..self.columns.len()).all(|n| columns.chosen.contains(&n));
        let mut found = *layout;
        if self.kinds.is_empty() && is_every {
            return found;
        }
        let mut spec = TextSpec { fields: self.columns.len() as u8, ..*spec };
        let is_chosen = |n: usize| columns.chosen.contains(&n);
        let is_used = |n: usize| is_chosen(n) || columns.clock == Some(n);
        let mut uses = (0..self.columns.len()).map(|n| if is_used(n) { Use::Value } else { Use::Ignore });
        if self.kinds.is_empty() {
            spec.columns.iter_mut().zip(uses.by_ref()).for_each(|(slot, one)| *slot = one);
        } else {
            spec.max_line = MAX_LINE;
            let mut slots = spec.columns.iter_mut();
            for (slot, (kind, range)) in spec.kinds.iter_mut().zip(&self.kinds) {
                *slot = LineKind { is_part: range.clone().any(is_chosen), ..*kind };
                // Columns count through the lines that are part of a frame.
                for one in uses.by_ref().take(range.len()).filter(|_| slot.is_part).collect::<Vec<Use>>() {
                    if let Some(column) = slots.next() {
                        *column = one;
                    }
                }
            }
        }
        found.framing = Framing::Text(spec);
        found.channels = columns.chosen.len() as u8 + u8::from(columns.clock.is_some());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonus_wire::profile::DeviceProfile;
    use tonus_wire::{Decoder, Frame, Sink, Values};

    fn emg(n: u32) -> u32 {
        500 + n.wrapping_mul(2_654_435_761) % 23
    }

    fn lines(count: u32, line: impl Fn(u32) -> String) -> String {
        (0..count).map(line).collect::<Vec<String>>().concat()
    }

    #[derive(Default)]
    struct Keep(Vec<Vec<f64>>);

    impl Sink for Keep {
        fn frame(&mut self, frame: &Frame<'_>) {
            if let Values::Numbers(values) = frame.values {
                self.0.push(values.to_vec());
            }
        }
    }

    fn layout(id: &str) -> Layout {
        DeviceProfile::builtin(id).unwrap().layout
    }

    /// The names of the channels, and the values of a frame in the middle, of 60 lines of a sketch.
    fn read_all(id: &str, line: impl Fn(u32) -> String) -> Result<(Vec<String>, Vec<f64>), Unread> {
        let text: String = (0..60).map(|n| line(n) + "\r\n").collect();
        let reading = read(text.as_bytes(), &layout(id), &[])?;
        let mut keep = Keep::default();
        let mut decoder = Decoder::new(&reading.layout).unwrap();
        decoder.push(text.as_bytes(), &mut keep);
        assert_eq!(decoder.stats().rejected, 0, "{text}");
        assert_eq!(keep.0.len(), 59, "all but the first line are frames: {text}");
        let names = reading.columns.channels().map(|column| column.name.clone()).collect();
        let mut values = keep.0[20].clone();
        reading.columns.clock_place().map(|clock| values.remove(clock));
        Ok((names, values))
    }

    #[test]
    fn sketches_as_people_write_them() {
        type Line = fn(u32) -> String;
        type Case<'a> = (&'a str, Line, &'a [&'a str], fn(u32) -> Vec<f64>);
        let cases: &[Case<'_>] = &[
            ("a number", |n| emg(n).to_string(), &[""], |n| vec![emg(n).into()]),
            ("a clock first", |n| format!("{},{}", n * 2000, emg(n)), &[""], |n| vec![emg(n).into()]),
            ("a clock last", |n| format!("{} {}", emg(n), n * 2), &[""], |n| vec![emg(n).into()]),
            ("a counter", |n| format!("{}\t{}", n % 256, emg(n)), &[""], |n| vec![emg(n).into()]),
            ("guides", |n| format!("Min:0,Max:1023,EMG:{}", emg(n)), &["EMG"], |n| vec![emg(n).into()]),
            ("guides without labels", |n| format!("0,{},1023", emg(n)), &[""], |n| vec![emg(n).into()]),
            (
                "two labels",
                |n| format!("raw:{},env:{}", emg(n), emg(n + 7)),
                &["raw", "env"],
                |n| vec![emg(n).into(), emg(n + 7).into()],
            ),
            ("a blank", |n| format!("EMG: {}", emg(n)), &["EMG"], |n| vec![emg(n).into()]),
            ("equals", |n| format!("EMG={}", emg(n)), &["EMG"], |n| vec![emg(n).into()]),
            ("a unit", |n| format!("{}.5 mV", emg(n)), &[""], |n| vec![f64::from(emg(n)) + 0.5]),
            ("words", |n| format!("Right biceps: {:5} uV", emg(n)), &["Right biceps"], |n| vec![emg(n).into()]),
            (
                "labels and units",
                |n| format!("EMG: {} mV, Time: {} ms", emg(n), n * 2),
                &["EMG"],
                |n| vec![emg(n).into()],
            ),
            ("JSON", |n| format!("{{\"t\":{},\"emg\":{}}}", n * 2, emg(n)), &["emg"], |n| vec![emg(n).into()]),
            (
                "JSON list",
                |n| format!("{{\"ms\": {}, \"emg\": [{}, {}], \"ok\": {}}}", n * 2, emg(n), emg(n + 3), n % 2 == 0),
                &["emg", "emg"],
                |n| vec![emg(n).into(), emg(n + 3).into()],
            ),
            ("a log", |n| format!("I ({}) EMG: {}", n * 2, emg(n)), &["EMG"], |n| vec![emg(n).into()]),
            (
                "a time of day",
                |n| format!("10:00:0{}.{:03} -> {}", n / 30, n % 30 * 33, emg(n)),
                &[""],
                |n| vec![emg(n).into()],
            ),
        ];
        for (what, line, names, values) in cases {
            let (found, frame) = read_all("arduino-text", line).unwrap_or_else(|e| panic!("{what}: {e:?}"));
            assert_eq!(
                (found.as_slice(), frame),
                (&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()[..], values(21)),
                "{what}"
            );
        }
    }

    #[test]
    fn lines_in_turn_are_one_frame_and_rare_ones_are_read_past() {
        let text = lines(60, |n| {
            let bpm = if n % 20 == 0 { "BPM: 72\n" } else { "" };
            format!("EMG1: {}\nEMG2: {}\n{bpm}", emg(n), emg(n + 5))
        });
        let reading = read(text.as_bytes(), &layout("arduino-text"), &[]).unwrap();
        assert_eq!(
            reading.columns.listing(),
            "1 'EMG1' = channel 1, 2 'EMG2' = channel 2, 3 'BPM' = constant (left out)"
        );
        let mut keep = Keep::default();
        let mut decoder = Decoder::new(&reading.layout).unwrap();
        decoder.push(text.as_bytes(), &mut keep);
        assert_eq!(keep.0[10], [f64::from(emg(11)), f64::from(emg(16))]);
        assert_eq!(keep.0.len(), 59);
    }

    #[test]
    fn names_above_the_numbers_name_them() {
        let line = |n: u32| {
            if n == 0 {
                "boot\r\ntime_ms,left,right_uv".to_owned()
            } else {
                format!("{},{},{}", n * 2, emg(n), emg(n + 1))
            }
        };
        let text: String = (0..60).map(|n| line(n) + "\r\n").collect();
        let columns = read(text.as_bytes(), &layout("arduino-text"), &[]).unwrap().columns;
        assert_eq!(
            columns.listing(),
            "1 'time_ms' = the sensor's clock, 2 'left' = aux (left out), 3 'right_uv' = channel 1 in uV"
        );
        let wanted = ["right_uv".parse().unwrap(), ChannelSelector::Index(2)];
        let columns = read(text.as_bytes(), &layout("arduino-text"), &wanted).unwrap().columns;
        assert_eq!(columns.chosen, [2, 1], "in the order of the caller");
        let error = read(text.as_bytes(), &layout("arduino-text"), &["top".parse().unwrap()]).unwrap_err();
        assert!(
            error.message.to_string().contains("no such column") && error.message.to_string().contains("'left'"),
            "{error:?}"
        );
        // A greeting of as many words is no line of names.
        let text = text.replace("time_ms,left,right_uv", "hello my friend").replace(',', " ");
        let columns = read(text.as_bytes(), &layout("arduino-text"), &[]).unwrap().columns;
        assert_eq!(columns.listing(), "1 = the sensor's clock, 2 = channel 1, 3 = channel 2");
    }

    #[test]
    fn where_nothing_says_which_all_are_kept() {
        let text: String = (0..60).map(|_| "512,0\n").collect();
        let columns = read(text.as_bytes(), &layout("arduino-text"), &[]).unwrap().columns;
        assert!(columns.is_unsure);
        assert_eq!(columns.chosen, [0, 1]);
        let text: String = (0..60).map(|_| "512\n").collect();
        assert!(
            read(text.as_bytes(), &layout("arduino-text"), &[]).unwrap().columns.is_plain(),
            "a flat line is a channel"
        );
    }

    #[test]
    fn what_cannot_be_read_is_shown_with_the_nearest_reading() {
        let message = |id: &str, line: fn(u32) -> String| read_all(id, line).unwrap_err();
        let error = message("arduino-plotter", |n| emg(n).to_string());
        assert!(
            error.message.to_string().contains("without labels, such as '5")
                && error.help.to_string().contains("arduino-text"),
            "{error:?}"
        );
        let error = message("myoware-raw", |n| format!("{}.25", emg(n)));
        assert!(error.message.to_string().contains("with fractions"), "{error:?}");
        let error = message("arduino-text", |n| format!("step{} is {}", n % 37, emg(n)));
        assert!(error.message.to_string().contains("the nearest reading finds 5"), "{error:?}");
        let error = message("arduino-text", |_| "waiting for the sensor".to_owned());
        assert!(error.message.to_string().contains("no number, such as 'waiting"), "{error:?}");
        let error = read_all("myoware-raw", |n| format!("{},{}", emg(n), emg(n + 1))).unwrap_err();
        assert!(error.message.to_string().contains("frames of 1 channels are expected"), "{error:?}");
    }

    #[test]
    fn what_a_board_says_when_it_starts_is_no_part_of_the_table() {
        let boot: String = lines(20, |n| format!("rst:0x{n} boot:{}, load: {:x} at step {n}\n", n % 7, n * 99));
        let text = lines(60, |n| format!("{},{}\n", n * 2, emg(n)));
        let columns = read((boot + &text).as_bytes(), &layout("arduino-text"), &[]).unwrap().columns;
        assert_eq!(columns.listing(), "1 = the sensor's clock, 2 = channel 1");
    }

    #[test]
    fn a_profile_of_one_channel_reads_it_beside_a_clock() {
        let (_, frame) = read_all("myoware-raw", |n| format!("{},{}", 70_000 + n * 20, emg(n))).unwrap();
        assert_eq!(frame, [f64::from(emg(21))]);
        assert!(!are_found(&layout("openbci-cyton")) && are_found(&layout("arduino-text")));
    }
}
