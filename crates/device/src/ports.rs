//! Ports that are present.

use serialport::SerialPortType;

/// A port and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortInfo {
    /// Its name, to be given as the address of a sensor.
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

impl Usb {
    /// Whether vendor, product and serial number are those of `other`.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.vid, self.pid, &self.serial) == (other.vid, other.pid, &other.serial)
    }
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

/// Whether a listed port is the one that a path (perhaps a link to it) names.
pub(crate) fn is_same_place(name: &str, path: &str) -> bool {
    name == path || std::fs::canonicalize(path).is_ok_and(|real| real.as_os_str() == name)
}
