//! Ports that are present.

use serialport::SerialPortType;

/// A port and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortInfo {
    /// Its name, to be given as `--port`.
    pub name: String,
    /// What USB says about it.
    pub usb: Option<Usb>,
}

/// What USB says about a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usb {
    /// Vendor id.
    pub vid: u16,
    /// Product id.
    pub pid: u16,
    /// Serial number; clones often have none.
    pub serial: Option<String>,
    /// Name of the product.
    pub product: Option<String>,
    /// Its maker.
    pub manufacturer: Option<String>,
}

/// Every port, in the order of names. Slow on some systems: not for a thread that draws.
pub fn list() -> Vec<PortInfo> {
    // The listing of serialport panics where a sandbox has no such folder.
    if cfg!(target_os = "linux") && !std::path::Path::new("/sys/class/tty").exists() {
        return Vec::new();
    }
    let ports = serialport::available_ports().unwrap_or_default();
    let info = |port: serialport::SerialPortInfo| {
        let usb = match port.port_type {
            SerialPortType::UsbPort(usb) => Some(Usb {
                vid: usb.vid,
                pid: usb.pid,
                serial: usb.serial_number,
                product: usb.product,
                manufacturer: usb.manufacturer,
            }),
            _ => None,
        };
        PortInfo { name: port.port_name, usb }
    };
    // macOS names every port twice; opening tty.* waits for a carrier.
    let mut all: Vec<PortInfo> =
        ports.into_iter().filter(|port| !port.port_name.starts_with("/dev/tty.")).map(info).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// What USB says about the port of this name (or of the port that a link of this name leads to).
pub(crate) fn usb_of(path: &str) -> Option<Usb> {
    let real = std::fs::canonicalize(path).ok();
    let is_it = |name: &str| name == path || real.as_ref().is_some_and(|real| real.as_os_str() == name);
    list().into_iter().find(|port| is_it(&port.name))?.usb
}

/// The name under which a device is now.
pub(crate) fn find(wanted: &Usb) -> Option<String> {
    let same = |usb: &Usb| (usb.vid, usb.pid, &usb.serial) == (wanted.vid, wanted.pid, &wanted.serial);
    list().into_iter().find(|port| port.usb.as_ref().is_some_and(same)).map(|port| port.name)
}
