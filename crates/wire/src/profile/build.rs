//! From a file as written to a profile that works.

use super::channels::Reader;
use super::command::Startup;
use super::frame::Builder;
use super::raw::{Kind, RawProfile};
use super::{DeviceProfile, ProfileError};
use crate::layout::{Framing, MAX_AUX, MAX_CHANNELS};

/// The only version of the format there is.
const SCHEMA: u32 = 1;

pub(super) fn profile(raw: RawProfile) -> Result<DeviceProfile, ProfileError> {
    let id = raw.id.clone();
    let fail = |key: &str, message: String| ProfileError { id: id.clone(), key: key.to_owned(), message };
    if raw.schema != SCHEMA {
        return Err(fail("schema", format!("{}; this version reads schema {SCHEMA}", raw.schema)));
    }
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err(fail("id", "use lower-case letters, digits and `-`".into()));
    }
    let placed = !matches!(raw.frame.kind, Kind::Text | Kind::MsbFlag);
    let mut channels = Reader { id: &id, table: "channels", placed }.expand(raw.channels)?;
    let aux = Reader { id: &id, table: "aux", placed: true }.expand(raw.aux)?;
    if channels.channels.is_empty() || channels.channels.len() > MAX_CHANNELS {
        return Err(fail("channels", format!("{}; give 1 to {MAX_CHANNELS}", channels.channels.len())));
    }
    if aux.fields.len() > MAX_AUX {
        return Err(fail("aux", format!("{}; at most {MAX_AUX}", aux.fields.len())));
    }
    let builder = Builder { id: &id };
    let layout = builder.layout(&raw.frame, &mut channels, &aux)?;
    layout.validate().map_err(|error| builder.layout_error(error))?;
    port(&raw.port, &fail)?;
    if let Some(hz) = raw.rate.hz {
        if !(hz.is_finite() && (0.1..=1e6).contains(&hz)) {
            return Err(fail("rate.hz", format!("{hz}; give 0.1 to 1000000")));
        }
        let share = if raw.rate.divide_by_channels { f64::from(layout.channels.max(1)) } else { 1.0 };
        // Start, data and stop bits of every byte; the fastest speed the port may have.
        let bits = f64::from(raw.port.data_bits) + f64::from(raw.port.stop_bits) + 1.0;
        let baud = raw.port.baud_candidates.iter().copied().chain([raw.port.baud]).max().unwrap_or(0);
        let packets = if layout.framing == Framing::CytonDaisy { 2.0 } else { 1.0 };
        let needed = hz / share * bits * packets * layout.length() as f64;
        if needed > f64::from(baud) {
            let message = format!("{needed:.0} bits per second are needed for {hz} Hz, {baud} baud carry less");
            return Err(fail("rate.hz", message));
        }
    }
    let startup = Startup::build(raw.startup, &id)?;
    Ok(DeviceProfile {
        id: raw.id,
        name: raw.name,
        summary: raw.summary,
        matches: raw.matches,
        port: raw.port,
        startup,
        layout,
        channels: channels.channels,
        aux: aux.channels,
        rate: raw.rate,
        loss: raw.loss,
    })
}

fn port(port: &super::Port, fail: &dyn Fn(&str, String) -> ProfileError) -> Result<(), ProfileError> {
    for baud in port.baud_candidates.iter().copied().chain([port.baud]) {
        if !(300..=12_000_000).contains(&baud) {
            return Err(fail("port.baud", format!("{baud}; give 300 to 12000000")));
        }
    }
    if !(5..=8).contains(&port.data_bits) {
        return Err(fail("port.data_bits", format!("{}; give 5 to 8", port.data_bits)));
    }
    if !(1..=2).contains(&port.stop_bits) {
        return Err(fail("port.stop_bits", format!("{}; give 1 or 2", port.stop_bits)));
    }
    Ok(())
}
