//! A TCP server on this machine, for systems without pseudo-terminals.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use super::Line;

/// A server for one client at a time.
#[derive(Debug)]
pub struct Tcp {
    listener: TcpListener,
    client: Option<TcpStream>,
    plugged: bool,
}

impl Tcp {
    /// Listens on an address of this machine.
    ///
    /// # Errors
    /// What the system says; `InvalidInput` for an address that others could reach.
    pub fn new(address: SocketAddr) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "only loopback addresses such as 127.0.0.1 are served",
            ));
        }
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, client: None, plugged: true })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// A client whose connection fails has gone; that is no error of the device.
    fn settle(&mut self, result: io::Result<usize>) -> usize {
        match result {
            Ok(count) => count,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => 0,
            Err(_) => {
                self.client = None;
                0
            }
        }
    }
}

impl Line for Tcp {
    fn is_open(&mut self) -> bool {
        if self.client.is_none()
            && self.plugged
            && let Ok((client, _)) = self.listener.accept()
            && client.set_nonblocking(true).and_then(|()| client.set_nodelay(true)).is_ok()
        {
            self.client = Some(client);
        }
        let mut room = [0];
        let gone = match self.client.as_ref().map(|client| client.peek(&mut room)) {
            Some(Ok(count)) => count == 0,
            Some(Err(error)) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
            None => true,
        };
        if gone {
            self.client = None;
        }
        !gone
    }

    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let Some(client) = &mut self.client else { return Ok(0) };
        let result = client.read(room);
        Ok(self.settle(result))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(client) = &mut self.client else { return Ok(0) };
        let result = client.write(bytes);
        Ok(self.settle(result))
    }

    fn unplug(&mut self) {
        (self.client, self.plugged) = (None, false);
    }

    fn plug(&mut self) -> io::Result<()> {
        self.plugged = true;
        Ok(())
    }
}
