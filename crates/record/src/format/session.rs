//! The table of a live sensor: nothing is sniffed, `session.json` says it all. Options still win.

use tonus_dsp::units::SampleRate;

use crate::error::{Place, ReadError, quoted, the_nearest};
use crate::fields::Dialect;
use crate::header::{ChannelInfo, ColumnInfo, Header, RateSource, Role, TimeColumn};
use crate::options::{ChannelSelector, OpenOptions, Unit};
use crate::session::{ScaleInfo, SessionInfo, plain_name};
use crate::setting::Setting;
use crate::time_axis::Axis;
use crate::time_axis::daytime::Daytime;
use crate::wording;

use super::{Action, Head, Layout};

/// Columns before the channels.
const BEFORE: usize = 2;

/// Lays out the table of a live sensor.
///
/// # Errors
/// [`ReadError`] when table and description do not belong together, or an option cannot be.
pub(super) fn layout(head: &Head<'_>, info: &SessionInfo, options: &OpenOptions) -> Result<Layout, ReadError> {
    let file = || head.file.to_owned();
    let end = memchr::memchr(b'\n', head.bytes).unwrap_or(head.bytes.len());
    let row = head.bytes.get(..end).unwrap_or_default().trim_ascii_end();
    let damaged = |found: &[u8], fix: &'static str| ReadError::Malformed {
        file: file(),
        place: Place { line: 1, column: None },
        found: quoted(found),
        fix: fix.into(),
    };
    let names_row = info.names_row();
    if std::str::from_utf8(row).map(plain_name).as_deref() != Ok(names_row.as_str()) {
        return Err(damaged(row, "its names do not fit session.json; the two belong together"));
    }
    if options.rate_hz.is_none() {
        check_stamps(head, end, info)?;
    }
    let hz = options.rate_hz.unwrap_or(info.rate.hz);
    let rate_source = if options.rate_hz.is_some() { RateSource::Option } else { RateSource::Header };
    let rate = SampleRate::new(hz).map_err(|error| ReadError::BadOption {
        file: file(),
        option: Setting::Rate,
        reason: error.to_string(),
    })?;
    let kind = options.kind.unwrap_or(info.config.kind);
    let mut channels = Vec::new();
    for n in select(head, info, options)? {
        let scale = info.scale.get(n).ok_or_else(|| damaged(row, "session.json names fewer channels"))?;
        channels.push(channel(head, n, scale, options)?);
    }
    let names: Vec<&str> = names_row.split(',').collect();
    let last = names.len().saturating_sub(1);
    let role = |n: usize| match n {
        0 => Role::Index,
        1 => Role::Time,
        n if n == last => Role::Label,
        n if n + 1 == last => Role::Cue,
        _ => Role::Emg,
    };
    let mut actions = vec![Action::Skip; names.len()];
    for (n, action) in [(0, Action::Time), (last, Action::Gap), (last.saturating_sub(1), Action::Cue)] {
        if let Some(slot) = actions.get_mut(n) {
            *slot = action;
        }
    }
    for (n, channel) in channels.iter().enumerate() {
        if let Some(slot) = actions.get_mut(channel.column - 1) {
            *slot = Action::Channel(n);
        }
    }
    let columns = names.iter().enumerate().map(|(n, name)| ColumnInfo { name: (*name).to_owned(), role: role(n) });
    let mut notes = Vec::new();
    if !info.finalised {
        notes.push("the recording was not brought to its end".into());
    }
    Ok(Layout {
        header: Header {
            file: file(),
            format: "tonus-session",
            rate,
            rate_source,
            rate_uncertainty: None,
            stamps: None,
            time: Some(TimeColumn { column: 1, unit: None, regular: true }),
            columns: columns.collect(),
            channels,
            kind,
            has_cues: true,
            notes,
            session: Some(Box::new(info.clone())),
        },
        dialect: Dialect { delimiter: b',', point: b'.', is_labelled: false },
        preamble: ((end + 1).min(head.bytes.len()), 1),
        actions,
        axis: Some(Axis::exact(1.0)),
        daytime: Daytime::default(),
        last_decimals: None,
        names_row: Some(row.to_vec()),
        place_holder: None,
        rows: None,
        is_padded: false,
        events: None,
        block: Vec::new(),
        comment: None,
    })
}

/// Whether `n` and `time_s` of the first rows, as far as they can be read, say the rate of the description.
fn check_stamps(head: &Head<'_>, names: usize, info: &SessionInfo) -> Result<(), ReadError> {
    let rows = head.bytes.get(names..).unwrap_or_default();
    let stamps = rows.split(|byte| *byte == b'\n').enumerate().filter_map(|(line, row)| {
        let mut cells = std::str::from_utf8(row).ok()?.split(',');
        let (n, time): (u64, &str) = (cells.next()?.parse().ok()?, cells.next()?);
        // A row that the block cuts has no more cells.
        cells.next().map(|_| (line, n, time))
    });
    let Some((line, n, time)) = stamps.last() else { return Ok(()) };
    let expected = n as f64 / info.rate.hz;
    let is_so = time.parse::<f64>().is_ok_and(|time| (time - expected).abs() <= 2e-6 + 1e-9 * expected);
    if is_so || time.parse::<f64>().is_err() {
        return Ok(());
    }
    Err(ReadError::Malformed {
        file: head.file.to_owned(),
        place: Place { line: line as u64 + 1, column: Some(2) },
        found: format!("{} where row {n} at {} Hz stands at {expected:.6}", quoted(time.as_bytes()), info.rate.hz),
        fix: wording!["table and session.json belong together; give ", Setting::Rate, " to say which rate is right"],
    })
}

/// The channels (from 0) that are wanted, in their order.
fn select(head: &Head<'_>, info: &SessionInfo, options: &OpenOptions) -> Result<Vec<usize>, ReadError> {
    if options.channels.is_empty() {
        return Ok((0..info.scale.len()).collect());
    }
    let mut chosen = Vec::new();
    for selector in &options.channels {
        let found = match selector {
            ChannelSelector::Index(column) => column.checked_sub(BEFORE + 1).filter(|n| *n < info.scale.len()),
            ChannelSelector::Name(name) => info.scale.iter().position(|scale| {
                let column = format!("{}_{}", scale.channel, scale.unit.name());
                scale.channel.eq_ignore_ascii_case(name.trim()) || column.eq_ignore_ascii_case(name.trim())
            }),
        };
        let n = found.ok_or_else(|| {
            let asked = selector.to_string();
            let names: Vec<&str> = info.scale.iter().map(|scale| scale.channel.as_str()).collect();
            let near = the_nearest(&asked, names.iter().copied());
            let reason =
                format!("there is no such channel; {near} (columns from {}: {})", BEFORE + 1, names.join(", "));
            ReadError::Channel { file: head.file.to_owned(), asked, reason: reason.into() }
        })?;
        if !chosen.contains(&n) {
            chosen.push(n);
        }
    }
    Ok(chosen)
}

fn channel(head: &Head<'_>, n: usize, scale: &ScaleInfo, options: &OpenOptions) -> Result<ChannelInfo, ReadError> {
    let bad =
        |option, reason: &str| ReadError::BadOption { file: head.file.to_owned(), option, reason: reason.to_owned() };
    let (unit, uv_per_unit, scaled) = match (options.unit, options.uv_per_count) {
        (None, None) => (scale.unit, scale.uv_per_unit, scale.scaled),
        (Some(unit), Some(_)) if unit != Unit::Counts => {
            return Err(bad(Setting::UvPerCount, "the unit is not counts"));
        }
        (_, Some(uv)) if uv.is_finite() && uv > 0.0 => (Unit::Counts, uv, true),
        (_, Some(_)) => return Err(bad(Setting::UvPerCount, "give a number above 0")),
        (Some(unit), None) => (unit, unit.microvolts().unwrap_or(1.0), unit.microvolts().is_some()),
    };
    let (name, column) = (scale.channel.clone(), BEFORE + n + 1);
    Ok(ChannelInfo { name, unit, role: Role::Emg, column, uv_per_unit, scaled, anchor: None })
}
