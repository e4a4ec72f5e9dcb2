//! Sensors that are there, profiles that are known, and a recording to be played.

use std::str::FromStr;
use std::sync::mpsc;

use tonus_device::Address;
use tonus_device::ports::{self, PortInfo};
use tonus_wire::profile::DeviceProfile;

use crate::settings::Settings;

/// A profile to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceChoice {
    /// Its name for the program.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Whether it does not say its own rate.
    pub needs_rate: bool,
}

/// What the first screen knows.
#[derive(Debug)]
pub struct Connect {
    /// Ports that are there.
    pub ports: Vec<PortInfo>,
    /// The port that is chosen, or typed: a name or `tcp:HOST:PORT`.
    pub port: String,
    /// What is searched for among the profiles.
    pub search: String,
    /// The profile that is chosen.
    pub device: String,
    /// The rate, as typed.
    pub rate: String,
    /// The recording, as typed.
    pub file: String,
    /// A sensor is being opened.
    pub is_opening: bool,
    devices: Vec<DeviceChoice>,
    found: Option<mpsc::Receiver<Vec<PortInfo>>>,
}

impl Connect {
    /// With what was used last.
    pub fn new(settings: &Settings) -> Self {
        let device = |profile: DeviceProfile| DeviceChoice {
            needs_rate: profile.rate_hz(profile.used_channels()).is_none(),
            id: profile.id,
            name: profile.name,
        };
        Self {
            ports: Vec::new(),
            port: settings.port.clone(),
            search: String::new(),
            device: settings.device.clone(),
            rate: settings.rate_hz.map_or_else(String::new, |hz| hz.to_string()),
            file: String::new(),
            is_opening: false,
            devices: DeviceProfile::all().into_iter().map(device).collect(),
            found: None,
        }
    }

    /// Looks for ports, which takes a while on some systems: on a thread of its own.
    pub fn look(&mut self) {
        if self.found.is_some() {
            return;
        }
        let (tell, found) = mpsc::channel();
        let spawned = std::thread::Builder::new().name("tonus-ports".to_owned()).spawn(move || {
            // If the window is gone, there is nobody to tell.
            let _ = tell.send(ports::list());
        });
        self.found = spawned.ok().map(|_| found);
    }

    /// Whether ports are being looked for.
    pub const fn is_looking(&self) -> bool {
        self.found.is_some()
    }

    /// Takes in what was found.
    pub(super) fn take(&mut self) {
        let Some(found) = &self.found else { return };
        match found.try_recv() {
            Ok(ports) => {
                if self.port.is_empty()
                    && let Some(first) = ports.first()
                {
                    self.port.clone_from(&first.name);
                }
                self.ports = ports;
                self.found = None;
            }
            Err(mpsc::TryRecvError::Empty) => {}
            Err(mpsc::TryRecvError::Disconnected) => self.found = None,
        }
    }

    /// Profiles whose name or id holds every word that is searched for.
    pub fn devices(&self) -> impl Iterator<Item = &DeviceChoice> {
        let words: Vec<String> = self.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
        self.devices.iter().filter(move |device| {
            let text = format!("{} {}", device.id, device.name).to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        })
    }

    /// The profile that is chosen.
    pub fn chosen(&self) -> Option<&DeviceChoice> {
        self.devices.iter().find(|device| device.id == self.device)
    }

    /// Where the sensor is; none if nothing is chosen.
    pub fn address(&self) -> Option<Address> {
        let port = self.port.trim();
        if port.is_empty() { None } else { Address::from_str(port).ok() }
    }

    /// The rate that is typed, if it is one.
    pub fn rate_hz(&self) -> Option<f64> {
        self.rate.trim().replace(',', ".").parse().ok().filter(|hz: &f64| (10.0..=20_000.0).contains(hz))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_by_words() {
        let mut connect = Connect::new(&Settings::default());
        let all = connect.devices().count();
        assert!(all >= 22, "{all}");
        connect.search = "openbci  CYTON".to_owned();
        let found: Vec<&str> = connect.devices().map(|device| device.id.as_str()).collect();
        assert!(found.contains(&"openbci-cyton") && found.len() < 4, "{found:?}");
        connect.search = "no such thing".to_owned();
        assert_eq!(connect.devices().count(), 0);
        connect.rate = "1000,5".to_owned();
        assert_eq!(connect.rate_hz(), Some(1000.5));
        connect.rate = "fast".to_owned();
        assert_eq!(connect.rate_hz(), None);
    }
}
