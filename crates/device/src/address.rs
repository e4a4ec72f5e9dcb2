//! Where a sensor is.

use std::fmt;
use std::str::FromStr;

/// A serial port by its name, or a TCP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A serial port: `/dev/ttyACM0`, `COM3`, or a link to one.
    Serial(String),
    /// `tcp:HOST:PORT`.
    Tcp(String),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some(rest) = text.strip_prefix("tcp:") else {
            return if text.is_empty() { Err("give a port".to_owned()) } else { Ok(Self::Serial(text.to_owned())) };
        };
        let is_whole =
            rest.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        if is_whole {
            Ok(Self::Tcp(rest.to_owned()))
        } else {
            Err("write tcp:HOST:PORT, such as tcp:127.0.0.1:7000".to_owned())
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(path) => f.write_str(path),
            Self::Tcp(place) => write!(f, "tcp:{place}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_servers() {
        assert_eq!("/dev/ttyACM0".parse(), Ok(Address::Serial("/dev/ttyACM0".into())));
        assert_eq!("tcp:127.0.0.1:7000".parse(), Ok(Address::Tcp("127.0.0.1:7000".into())));
        for wrong in ["", "tcp:", "tcp:host", "tcp::1", "tcp:host:99999"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
