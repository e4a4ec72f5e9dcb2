//! `tonus devices`: ports that are present, device profiles that are known.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tonus_device::ports::{self, PortInfo};
use tonus_wire::profile::{DeviceProfile, Unit};

use super::args::DevicesArgs;
use crate::failure::{Failure, OK, print};

/// Lists both.
pub(crate) fn run(args: &DevicesArgs) -> Result<u8, Failure> {
    let (ports, profiles) = (ports::list(), DeviceProfile::all());
    let text = if args.json { as_json(&ports, &profiles) } else { as_text(&ports, &profiles) };
    print(&text)?;
    Ok(OK)
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
        let scaled = profile.channel(0).unit == Unit::Uv;
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
        let _ = writeln!(text, "  {:<20}  {}", port.name, about.trim_end());
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
