//! What channels are called in the file, and in which unit they are written.

use crate::header::{Header, Role};
use crate::options::Unit;
use crate::setting::{Setting, Wording};
use crate::wording;

use super::scale::Scale;
use super::survey::Survey;
use super::{ExportError, ExportFormat, ExportedChannel};

/// Characters of a label of EDF.
const LABEL: usize = 16;
/// Characters of a column's name that a reader of tables keeps.
const COLUMN: usize = 64;

/// A channel on its way into a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Channel {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) unit: Unit,
    /// Value in the file's unit per value of the recording.
    pub(super) factor: f64,
    /// Of EDF.
    pub(super) scale: Scale,
}

/// How a recording is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) format: ExportFormat,
    pub(super) channels: Vec<Channel>,
    pub(super) rate_hz: f64,
    pub(super) has_cues: bool,
    /// What happened on the way, and before which frame.
    pub(super) events: Vec<(u64, String)>,
    is_envelope: bool,
}

impl Plan {
    /// Settles names, units and scales; no name is one of those that are taken.
    pub(super) fn new(
        header: &Header,
        survey: &Survey,
        format: ExportFormat,
        taken: &mut std::collections::HashSet<String>,
    ) -> Result<Self, ExportError> {
        let is_csv = format == ExportFormat::Csv;
        let mut channels = Vec::new();
        for (info, range) in header.channels.iter().zip(&survey.ranges) {
            if is_csv && range.low > range.high {
                let name = &info.name;
                return Err(ExportError::Unfit(format!(
                    "{name} has no value at all, which a table cannot tell from words"
                )));
            }
            // EDF is in µV wherever that is known. A table keeps the unit of the file, so that its numbers stay as they are;
            // counts whose scale only an option knows become µV.
            let in_microvolts = info.scaled && (!is_csv || info.unit == Unit::Counts);
            let (unit, factor) = if in_microvolts { (Unit::MicroVolt, info.uv_per_unit) } else { (info.unit, 1.0) };
            let wanted = if is_csv { column(&info.name, unit) } else { label(&info.name, info.role) };
            let label = unique(&wanted, is_csv, taken);
            let scale = if is_csv { Scale::default() } else { Scale::new(range, factor, format, &info.name)? };
            channels.push(Channel { name: info.name.clone(), label, unit, factor, scale });
        }
        let is_envelope = header.kind == crate::options::Kind::Envelope;
        // What happened, not what was said about it: a text may hold anything.
        let happened = header.session.iter().flat_map(|session| &session.events);
        let events =
            happened.filter(|event| event.event != "cue").map(|event| (event.n, format!("tonus {}", event.event)));
        let (rate_hz, has_cues, events) = (header.rate_hz(), header.has_cues, events.collect());
        Ok(Self { format, channels, rate_hz, has_cues, events, is_envelope })
    }

    /// For the caller.
    pub(super) fn exported(&self) -> Vec<ExportedChannel> {
        let one = |channel: &Channel| ExportedChannel {
            name: channel.name.clone(),
            label: channel.label.clone(),
            unit: channel.unit.name(),
            step: if self.format == ExportFormat::Csv { 0.0 } else { channel.scale.step() },
        };
        self.channels.iter().map(one).collect()
    }

    /// What the file cannot say.
    pub(super) fn notes(&self, survey: &Survey) -> Vec<Wording> {
        let mut notes: Vec<Wording> = Vec::new();
        if self.is_envelope {
            let what = "the file cannot say that it holds an envelope: analyze it with ";
            notes.push(wording![what, Setting::Kind, " envelope"]);
        }
        if self.format == ExportFormat::Csv && !survey.stalls.is_empty() {
            let count = survey.stalls.len();
            notes.push(format!("{count} gaps of unknown length are written as gaps of 1 s").into());
        }
        if self.format != ExportFormat::Csv {
            let is_coarse = |channel: &&Channel| channel.unit == Unit::MicroVolt && channel.scale.step() > 0.25;
            for channel in self.channels.iter().filter(is_coarse) {
                let step = channel.scale.step();
                let name = &channel.name;
                notes.push(format!("{name}: a step is {step:.3} uV, because of its range; BDF has finer steps").into());
            }
        }
        notes
    }
}

/// `EMG <site>` for EMG, the name for all else, in ASCII.
fn label(name: &str, role: Role) -> String {
    let bare = without_unit(name.trim());
    let plain: String = bare.chars().map(|c| if matches!(c, ' '..='~') { c } else { '_' }).collect();
    let says_emg = crate::format::signals::role_of(&plain) == Role::Emg;
    if role == Role::Emg && !says_emg { format!("EMG {plain}") } else { plain }
}

/// `<name>_uv`, of letters, digits and marks that mean nothing to a reader: brackets would hold the unit, quotes and
/// delimiters would end the cell. Whatever the name was, the unit is read back from it.
fn column(name: &str, unit: Unit) -> String {
    let bare = without_unit(name.trim());
    let mark = |c: char| match c {
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' => ' ',
        ' ' | '-' | '.' | '+' => c,
        c if c.is_alphanumeric() => c,
        _ => '_',
    };
    let plain: String = bare.chars().map(mark).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    // At the beginning a sign would make a formula of the name.
    let plain = plain.trim_start_matches(['-', '+', ' ']);
    let plain = if plain.contains(char::is_alphanumeric) { plain } else { "channel" };
    format!("{plain}_{}", unit.name().to_lowercase())
}

/// The name less a unit at its end: `emg_uv`, `EMG (µV)`, `emg [mV]`.
fn without_unit(name: &str) -> String {
    let bare = name.trim_end_matches([')', ']']);
    for unit in ["uV", "µV", "μV", "_V", "mV", "V", "counts", "au"] {
        let start = bare.len().checked_sub(unit.len()).filter(|at| bare.is_char_boundary(*at));
        let Some((head, tail)) = start.map(|at| bare.split_at(at)).filter(|(_, tail)| tail.eq_ignore_ascii_case(unit))
        else {
            continue;
        };
        let is_apart = head.ends_with(['_', '(', '[']) || tail.len() > 1 && head.ends_with(' ');
        let head = head.trim_end_matches(['_', '(', '[', ' ']);
        if is_apart && !head.is_empty() {
            return head.to_owned();
        }
    }
    name.to_owned()
}

/// A label that no other channel has, of 16 characters in EDF and of 64 in a table, whose reader keeps no more.
fn unique(wanted: &str, is_csv: bool, taken: &mut std::collections::HashSet<String>) -> String {
    let cut = |text: &str, room: usize| text.chars().take(room).collect::<String>();
    // The unit is the end of a column's name, and stays.
    let (name, unit) = match wanted.rfind('_').filter(|_| is_csv) {
        Some(at) => wanted.split_at(at),
        None => (wanted, ""),
    };
    let limit = if is_csv { COLUMN } else { LABEL } - unit.chars().count();
    let mut label = cut(name, limit).trim_end().to_owned() + unit;
    for number in 2_usize.. {
        if taken.insert(label.trim().to_lowercase()) {
            break;
        }
        let end = format!(" {number}");
        label = cut(name, limit - end.len()) + &end + unit;
    }
    label.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_edf() {
        assert_eq!(label("left calf", Role::Emg), "EMG left calf");
        assert_eq!(label("emg_l_uv", Role::Emg), "emg_l");
        assert_eq!(label("RT VMO (uV)", Role::Emg), "EMG RT VMO");
        assert_eq!(label("Wade\u{308} µV", Role::Aux), "Wade_");
        let mut taken = std::collections::HashSet::new();
        assert_eq!(unique("EMG a very long name", false, &mut taken), "EMG a very long");
        assert_eq!(unique("EMG a very long name", false, &mut taken), "EMG a very lon 2");
    }

    #[test]
    fn columns_of_a_table() {
        assert_eq!(column("emg_uv", Unit::MicroVolt), "emg_uv");
        assert_eq!(column("EMG (µV)", Unit::MicroVolt), "EMG_uv");
        assert_eq!(column("RT V", Unit::MilliVolt), "RT V_mv");
        assert_eq!(column("a,b\"c", Unit::Counts), "a_b_c_counts");
        assert_eq!(column("ch1_counts", Unit::MicroVolt), "ch1_uv");
        assert_eq!(column("EMG (left)", Unit::MicroVolt), "EMG left_uv");
        assert_eq!(column("EMG [V]", Unit::Volt), "EMG_v");
        assert_eq!(column("\"EMG\" [l] (r", Unit::MilliVolt), "_EMG_ l r_mv");
        assert_eq!(column("", Unit::MicroVolt), "channel_uv");
        assert_eq!(column("()", Unit::Arbitrary), "channel_au");
        let mut taken = std::collections::HashSet::new();
        assert_eq!(unique("emg_uv", true, &mut taken), "emg_uv");
        assert_eq!(unique("emg_uv", true, &mut taken), "emg 2_uv");
    }
}
