//! Bytes in and out. A transport never blocks for long and never spins: a read waits a few milliseconds for the first byte.

mod memory;
mod serial;
mod tcp;
mod timer;

use std::io::{self, ErrorKind};

use tonus_wire::profile::Port;

use crate::address::Address;
use crate::error::OpenError;

pub(crate) use memory::append;
pub use memory::{Capture, Memory, Script};
pub use serial::SerialConnector;
pub use tcp::TcpConnector;

/// An open connection to a sensor.
pub trait Transport: Send {
    /// Reads what is there; waits up to the port's read timeout for the first byte and then gives 0.
    ///
    /// # Errors
    /// Any error means that the connection is gone: drop it and open again.
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize>;

    /// Writes all of a (short) command.
    ///
    /// # Errors
    /// The connection is gone.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Throws away what has come and was not read.
    ///
    /// # Errors
    /// The connection is gone.
    fn clear_input(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Goes on at another speed, where there is one.
    ///
    /// # Errors
    /// The connection is gone.
    fn set_baud(&mut self, _baud: u32) -> io::Result<()> {
        Ok(())
    }
}

/// What a blocking read with a timeout found: 0 bytes without an error mean that the other end is gone, a timeout that nothing
/// has come yet.
fn heard(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
        Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted | ErrorKind::WouldBlock) => {
            Ok(0)
        }
        result => result,
    }
}

/// Opens a transport, again and again.
pub trait Connector: Send {
    /// What is opened, for people.
    fn name(&self) -> String;

    /// Opens it.
    ///
    /// # Errors
    /// [`OpenError`] with what to do.
    fn open(&mut self, port: &Port) -> Result<Box<dyn Transport>, OpenError>;

    /// Whether opening is worth a try; cheap, asked ten times a second while a sensor is away.
    fn is_present(&mut self) -> bool {
        true
    }

    /// What the user should know about the connection that was opened last, said once.
    fn remark(&mut self) -> Option<String> {
        None
    }

    /// Whether opening resets the board, which then needs its boot delay.
    fn resets_board(&self) -> bool {
        false
    }

    /// Whether there is nothing more to come after the first connection.
    fn ends(&self) -> bool {
        false
    }
}

/// The connector of an address.
pub fn connector(address: &Address) -> Box<dyn Connector> {
    match address {
        Address::Serial(path) => Box::new(SerialConnector::new(path)),
        Address::Tcp(place) => Box::new(TcpConnector::new(place)),
    }
}
