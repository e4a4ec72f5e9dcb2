//! TCP: a sensor on Wi-Fi, or the simulator on this machine. The only network code of tonus, and only where it is asked for.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use tonus_wire::profile::Port;

use crate::error::{OpenError, OpenErrorKind};

use super::{Connector, Transport, heard};

const CONNECT: Duration = Duration::from_secs(2);

/// Connects to `HOST:PORT`.
#[derive(Debug)]
pub struct TcpConnector {
    place: String,
}

impl TcpConnector {
    /// For a server at `HOST:PORT`.
    pub fn new(place: &str) -> Self {
        Self { place: place.to_owned() }
    }
}

impl Connector for TcpConnector {
    fn name(&self) -> String {
        format!("tcp:{}", self.place)
    }

    fn open(&mut self, port: &Port) -> Result<Box<dyn Transport>, OpenError> {
        let name = self.name();
        let io = |error: io::Error| OpenError::io(&name, &error);
        let mut last = OpenError::new(&name, OpenErrorKind::Absent);
        for address in self.place.to_socket_addrs().map_err(io)? {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(io)?;
                    let wait = Duration::from_millis(u64::from(port.read_timeout_ms.clamp(1, 100)));
                    stream.set_read_timeout(Some(wait)).map_err(io)?;
                    return Ok(Box::new(Tcp { stream }));
                }
                Err(error) => last = OpenError::io(&name, &error),
            }
        }
        Err(last)
    }
}

struct Tcp {
    stream: TcpStream,
}

impl Transport for Tcp {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        heard(self.stream.read(room))
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }
}
