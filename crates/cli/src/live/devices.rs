//! `tonus devices`: ports that are present, device profiles that are known, and what a port sends.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tonus_core::text::OneLine;
use tonus_device::Address;
use tonus_device::columns::Column;
use tonus_device::link::LinkError;
use tonus_device::ports::{self, PortInfo};
use tonus_device::probe::{self, Finding, Heard};
use tonus_record::Unit;
use tonus_wire::profile::{self, DeviceProfile};

use super::args::DevicesArgs;
use crate::failure::{Failure, OK, flag, print};

/// Lists both.
pub(crate) fn run(args: &DevicesArgs) -> Result<u8, Failure> {
    if let Some(address) = &args.probe {
        return listen(address, args.json);
    }
    let (ports, profiles) = (ports::list(), DeviceProfile::all());
    let text = if args.json { as_json(&ports, &profiles) } else { as_text(&ports, &profiles) };
    print(&text)?;
    Ok(OK)
}

/// Says what a port sends.
fn listen(address: &Address, json: bool) -> Result<u8, Failure> {
    let heard = probe::probe(address).map_err(LinkError::Open)?;
    let port = address.to_string();
    print(&if json { heard_as_json(&port, &heard) } else { heard_as_text(&port, &heard) })?;
    Ok(OK)
}

/// The command that shows the sensor at `port`, where a profile fits.
fn command(heard: &Heard, port: &str) -> Option<String> {
    let Finding::Device(fit) = &heard.finding else { return None };
    let port = if port.contains(char::is_whitespace) { format!("\"{port}\"") } else { port.to_owned() };
    let mut command = format!("tonus monitor --port {port} --device {}", fit.profile.id);
    if fit.needs_channels() {
        // Writing to a string cannot fail.
        let _ = write!(command, " --channels {}", fit.channels);
    }
    let is_slow = heard.rate_hz.is_some_and(|hz| hz < 190.0) && fit.profile.rate_hz(fit.channels).is_none();
    let is_envelope = fit.profile.channel(0).role == profile::Role::Envelope;
    if is_slow && !is_envelope {
        command += " --kind envelope";
    }
    Some(command)
}

/// What to try where nothing fits.
fn advice(heard: &Heard) -> Option<String> {
    match &heard.finding {
        Finding::Device(_) => None,
        Finding::Unread(unread) => Some(unread.help.named(flag)),
        Finding::Noise => Some(
            "check the baud rate of the sensor's firmware; a profile file can state it (docs/DEVICES.md)".to_owned(),
        ),
        Finding::Silence => Some(
            "check cable, power and the sensor's start button, close other programs on the port, then try again; a sensor that \
             waits for a command of its own needs its profile (docs/DEVICES.md)"
                .to_owned(),
        ),
    }
}

fn heard_as_json(port: &str, heard: &Heard) -> String {
    let fit = if let Finding::Device(fit) = &heard.finding { Some(fit) } else { None };
    let unread = if let Finding::Unread(unread) = &heard.finding { Some(unread) } else { None };
    let finding = match &heard.finding {
        Finding::Device(fit) if fit.columns.is_some() => "text",
        Finding::Device(_) => "frames",
        Finding::Unread(_) => "unread text",
        Finding::Noise => "noise",
        Finding::Silence => "silence",
    };
    let column = |(n, column): (usize, &Column)| {
        json!({"column": n + 1, "name": Some(&column.name).filter(|name| !name.is_empty()), "role": column.role.name(),
               "unit": column.unit.map(Unit::name),
               "is_channel": fit.and_then(|fit| fit.columns.as_ref()).is_some_and(|all| all.chosen.contains(&n))})
    };
    let columns = fit.and_then(|fit| fit.columns.as_ref());
    let columns: Option<Vec<Value>> = columns.map(|columns| columns.all.iter().enumerate().map(column).collect());
    let rounded = heard.rate_hz.map(|hz| (hz * 10.0).round() / 10.0);
    let is_text = finding == "text";
    format!(
        "{:#}\n",
        json!({"port": port, "finding": finding, "seconds": heard.seconds, "baud": heard.baud, "bytes": heard.bytes,
               "lines": heard.lines, "frames": heard.frames, "lines_per_second": rounded.filter(|_| is_text),
               "frames_per_second": rounded, "rate_hz": rounded,
               "channels": fit.map(|fit| fit.channels), "columns": columns, "was_asked": heard.was_asked,
               "profile": fit.map(|fit| &fit.profile.id), "also": fit.map_or(&[][..], |fit| &fit.also),
               "command": command(heard, port), "message": unread.map(|unread| unread.message.named(flag)), "help": advice(heard)})
    )
}

fn heard_as_text(port: &str, heard: &Heard) -> String {
    let speed = heard.baud.filter(|_| heard.bytes > 0).map_or(String::new(), |baud| format!(" at {baud} baud"));
    let mut text = format!("{}: {} bytes in {} s{speed}", OneLine(port), heard.bytes, heard.seconds);
    if heard.was_asked {
        text += ", after it was asked and started";
    }
    text.push('\n');
    let rate = heard.rate_hz.map_or(String::new(), |hz| format!(", about {hz:.0} a second"));
    // Writing to a string cannot fail.
    let _ = match &heard.finding {
        Finding::Device(fit) => {
            let what = if fit.columns.is_some() { "lines of text" } else { "frames" };
            let _ = writeln!(text, "heard: {} {what}{rate}, channels: {}", heard.frames, fit.channels);
            if let Some(columns) = &fit.columns {
                let _ = writeln!(text, "columns: {}", OneLine(&columns.listing()));
                if columns.is_unsure {
                    text += "none of them is surely a muscle; --columns chooses\n";
                }
            }
            let also = if fit.also.is_empty() { String::new() } else { format!(" (as well: {})", fit.also.join(", ")) };
            let _ = writeln!(text, "profile: {}, {}{also}", fit.profile.id, fit.profile.name);
            writeln!(text, "command: {}", OneLine(&command(heard, port).unwrap_or_default()))
        }
        Finding::Unread(unread) => {
            writeln!(text, "heard: text that cannot be read: {}", OneLine(&unread.message.named(flag)))
        }
        Finding::Noise => writeln!(text, "heard: bytes that fit no known device at any of the usual speeds"),
        Finding::Silence => writeln!(text, "heard: nothing, also after the questions of the known sensors"),
    };
    if let Some(advice) = advice(heard) {
        let _ = writeln!(text, "help: {advice}");
    }
    text
}

/// Profiles whose USB ids fit a port.
fn fitting<'a>(port: &PortInfo, profiles: &'a [DeviceProfile]) -> Vec<&'a str> {
    let Some(usb) = &port.usb else { return Vec::new() };
    let fits = |profile: &&DeviceProfile| profile.matches.iter().any(|id| (id.vid, id.pid) == (usb.vid, usb.pid));
    profiles.iter().filter(fits).map(|profile| profile.id.as_str()).collect()
}

fn as_json(ports: &[PortInfo], profiles: &[DeviceProfile]) -> String {
    let port = |port: &PortInfo| {
        let usb = port.usb.as_ref().map(|usb| {
            json!({"vid": usb.vid, "pid": usb.pid, "serial": usb.serial, "product": usb.product,
                   "manufacturer": usb.manufacturer})
        });
        json!({"port": port.name, "usb": usb, "devices": fitting(port, profiles)})
    };
    let profile = |profile: &DeviceProfile| {
        let scaled = profile.channel(0).unit == profile::Unit::Uv;
        json!({"id": profile.id, "name": profile.name, "summary": profile.summary,
               "channels": Some(profile.used_channels()).filter(|n| *n > 0),
               "rate_hz": profile.rate_hz(profile.used_channels()),
               "uv_per_count": scaled.then(|| profile.channel(0).scale.uv_per_count),
               "baud": profile.port.baud, "counter": profile.layout.record.counter.is_some()})
    };
    let ports: Vec<Value> = ports.iter().map(port).collect();
    let profiles: Vec<Value> = profiles.iter().map(profile).collect();
    format!("{:#}\n", json!({"ports": ports, "devices": profiles}))
}

fn as_text(ports: &[PortInfo], profiles: &[DeviceProfile]) -> String {
    let mut text = String::from("Ports\n");
    for port in ports {
        let about = port.usb.as_ref().map_or(String::new(), |usb| {
            let names: Vec<&str> =
                [&usb.manufacturer, &usb.product].into_iter().flatten().map(String::as_str).collect();
            format!("{:04x}:{:04x}  {}  {}", usb.vid, usb.pid, names.join(" "), fitting(port, profiles).join(" "))
        });
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:<20}  {}", OneLine(&port.name).to_string(), OneLine(about.trim_end()));
    }
    if ports.is_empty() {
        text += "  none; a path or tcp:HOST:PORT can be given to --port all the same\n";
    }
    text += "\nDevice profiles\n";
    for profile in profiles {
        let _ = writeln!(text, "  {:<20}  {:<28}  {}", profile.id, profile.name, profile.summary);
    }
    text
}
