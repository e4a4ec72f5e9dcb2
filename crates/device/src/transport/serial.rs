//! Serial ports.

use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use serialport::{ClearBuffer, DataBits, FlowControl, SerialPort, StopBits};
use tonus_wire::profile::{Flow, Line, Parity, Port};

use crate::error::OpenError;
use crate::ports::{self, PortInfo, Usb};

use super::{Connector, Transport, heard, timer};

/// Ports are listed at most this often while a sensor is away: listing is slow.
const LIST_EVERY: Duration = Duration::from_millis(500);

type Listing = Box<dyn FnMut() -> Vec<PortInfo> + Send>;

/// Opens a serial port, and finds it again under another name by its USB ids.
///
/// A sensor with USB ids is never mistaken for another one: not for one that has taken its name meanwhile, and, where the
/// ids tell no serial number, not for a twin that was there all along.
pub struct SerialConnector {
    path: String,
    usb: Option<Usb>,
    /// Ports with the same ids that were there too when ours was opened first.
    twins: Vec<String>,
    listed: Option<Instant>,
    found: Option<String>,
    list: Listing,
    remark: Option<String>,
    is_remarked: bool,
}

impl SerialConnector {
    /// For a port of this name.
    pub fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            usb: None,
            twins: Vec::new(),
            listed: None,
            found: None,
            list: Box::new(ports::list),
            remark: None,
            is_remarked: false,
        }
    }

    /// Lists ports in another way than [`ports::list`]: a gateway's own, or that of a test, as pseudo-terminals have no USB
    /// ids.
    #[must_use]
    pub fn with_listing(mut self, list: impl FnMut() -> Vec<PortInfo> + Send + 'static) -> Self {
        self.list = Box::new(list);
        self
    }

    /// Remembers who has been opened.
    fn remember(&mut self, path: &str) {
        let all = (self.list)();
        let Some(port) = all.iter().find(|port| ports::is_same_place(&port.name, path)) else { return };
        let Some(usb) = port.usb.clone() else { return };
        let is_twin =
            |other: &&PortInfo| other.name != port.name && other.usb.as_ref().is_some_and(|o| o.is_same(&usb));
        self.twins = all.iter().filter(is_twin).map(|other| other.name.clone()).collect();
        self.usb = Some(usb);
    }
}

impl std::fmt::Debug for SerialConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SerialConnector").field("path", &self.path).field("usb", &self.usb).finish_non_exhaustive()
    }
}

impl Connector for SerialConnector {
    fn name(&self) -> String {
        self.found.clone().unwrap_or_else(|| self.path.clone())
    }

    fn open(&mut self, port: &Port) -> Result<Box<dyn Transport>, OpenError> {
        let path = self.name();
        // The builder's exclusive lock keeps a second program out. A pty under macOS wants no speed at all.
        let baud = if cfg!(target_os = "macos") && path.contains("/ttys") { 0 } else { port.baud };
        let mut builder = serialport::new(&path, baud)
            .timeout(Duration::from_millis(u64::from(port.read_timeout_ms.clamp(1, 100))))
            .data_bits(match port.data_bits {
                5 => DataBits::Five,
                6 => DataBits::Six,
                7 => DataBits::Seven,
                _ => DataBits::Eight,
            })
            .parity(match port.parity {
                Parity::None => serialport::Parity::None,
                Parity::Even => serialport::Parity::Even,
                Parity::Odd => serialport::Parity::Odd,
            })
            .stop_bits(if port.stop_bits == 2 { StopBits::Two } else { StopBits::One })
            .flow_control(match port.flow {
                Flow::None => FlowControl::None,
                Flow::Hardware => FlowControl::Hardware,
                Flow::Software => FlowControl::Software,
            });
        builder = match port.dtr {
            Line::Assert => builder.dtr_on_open(true),
            Line::Clear => builder.dtr_on_open(false),
            Line::Preserve => builder,
        };
        let mut open = builder.open().map_err(|error| OpenError::serial(&path, &error))?;
        // A pty has no such line, which is no reason to refuse it.
        let _ = match port.rts {
            Line::Assert => open.write_request_to_send(true),
            Line::Clear => open.write_request_to_send(false),
            Line::Preserve => Ok(()),
        };
        if self.usb.is_none() {
            self.remember(&path);
        }
        if port.low_latency && !self.is_remarked {
            self.remark = timer::lower(Path::new(timer::SYSTEM), Path::new(&path));
            self.is_remarked = self.remark.is_some();
        }
        Ok(Box::new(Serial { port: open }))
    }

    fn is_present(&mut self) -> bool {
        let Some(usb) = &self.usb else {
            // Windows keeps no files for ports; opening tells.
            return cfg!(windows) || Path::new(&self.path).exists();
        };
        if self.listed.is_some_and(|at| at.elapsed() < LIST_EVERY) {
            return false;
        }
        self.listed = Some(Instant::now());
        let all = (self.list)();
        let is_ours = |port: &&PortInfo| port.usb.as_ref().is_some_and(|other| other.is_same(usb));
        // Its old name first; else a name that no twin had.
        let at_home = all.iter().filter(is_ours).find(|port| ports::is_same_place(&port.name, &self.path));
        let is_new = |port: &&PortInfo| usb.serial.is_some() || !self.twins.contains(&port.name);
        self.found = match at_home {
            Some(_) => None,
            None => all.iter().filter(is_ours).find(is_new).map(|port| port.name.clone()),
        };
        at_home.is_some() || self.found.is_some()
    }

    fn remark(&mut self) -> Option<String> {
        self.remark.take()
    }

    fn resets_board(&self) -> bool {
        true
    }
}

struct Serial {
    port: Box<dyn SerialPort>,
}

fn plain(error: serialport::Error) -> io::Error {
    error.into()
}

impl Transport for Serial {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        heard(self.port.read(room))
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        // In small pieces: a blocking write of more than the driver has room for would hang for ever.
        bytes.chunks(32).try_for_each(|part| self.port.write_all(part))?;
        self.port.flush()
    }

    fn clear_input(&mut self) -> io::Result<()> {
        self.port.clear(ClearBuffer::Input).map_err(plain)
    }

    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        self.port.set_baud_rate(baud).map_err(plain)
    }
}
