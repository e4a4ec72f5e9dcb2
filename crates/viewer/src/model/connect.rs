//! Sensors that are there, profiles that are known, and a recording to be played.

use std::str::FromStr;
use std::sync::mpsc;

use tonus_device::columns::Columns;
use tonus_device::ports::{self, PortInfo};
use tonus_device::probe::{self, Finding, Heard};
use tonus_device::{Address, OpenError};
use tonus_record::ChannelSelector;
use tonus_wire::profile::DeviceProfile;

use crate::settings::Settings;
use crate::words::Words;

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
    /// What was heard on a port, or why it could not be opened.
    pub heard: Option<(String, Result<Heard, OpenError>)>,
    /// Columns of a text sensor's lines that are channels, for one profile.
    pub columns: Option<(String, Vec<ChannelSelector>)>,
    devices: Vec<DeviceChoice>,
    found: Option<mpsc::Receiver<Vec<PortInfo>>>,
    /// The person waits for the ports.
    is_asked: bool,
    /// Ports were listed before.
    is_listed: bool,
    listening: Option<mpsc::Receiver<(String, Result<Heard, OpenError>)>>,
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
            heard: None,
            columns: None,
            is_asked: false,
            is_listed: false,
            listening: None,
            devices: DeviceProfile::all().into_iter().map(device).collect(),
            found: None,
        }
    }

    /// Looks for ports, which takes a while on some systems: on a thread of its own.
    pub fn look(&mut self) {
        self.is_asked = true;
        self.look_aside();
    }

    /// Looks for ports while nobody waits for it: what is plugged in later is listened to.
    pub fn look_aside(&mut self) {
        if self.found.is_some() || self.is_listening() {
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
        self.is_asked && self.found.is_some()
    }

    /// Listens to the port that is chosen, for some seconds: on a thread of its own.
    pub fn listen(&mut self) {
        let Some(address) = self.address().filter(|_| !self.is_listening()) else { return };
        self.heard = None;
        let (tell, heard) = mpsc::channel();
        let spawned = std::thread::Builder::new().name("tonus-probe".to_owned()).spawn(move || {
            // If the window is gone, there is nobody to tell.
            let _ = tell.send((address.to_string(), probe::probe(&address)));
        });
        self.listening = spawned.ok().map(|_| heard);
    }

    /// Whether there is something to listen to, or was.
    pub fn can_listen(&self) -> bool {
        let port = self.port.trim();
        let is_heard = self.heard.as_ref().is_some_and(|heard| heard.0 == port);
        is_heard || self.is_listening() || self.ports.iter().any(|known| known.name == port)
    }

    /// Whether a port is being listened to.
    pub const fn is_listening(&self) -> bool {
        self.listening.is_some()
    }

    /// What was heard on the port that is chosen, in words.
    pub fn heard_text(&self, words: &Words) -> Option<String> {
        let (_, heard) = self.heard.as_ref().filter(|heard| heard.0 == self.port.trim())?;
        let w = &words.connect;
        let what = match heard {
            Err(error) => return Some(error.to_string()),
            Ok(heard) => match &heard.finding {
                Finding::Device(fit) => {
                    let rate = heard.rate_hz.map_or_else(String::new, |hz| format!("{hz:.0} "));
                    let (sort, channels) = (if fit.columns.is_some() { w.lines } else { w.frames }, fit.channels);
                    let names = fit.columns.as_ref().map_or_else(String::new, names);
                    let name = &fit.profile.name;
                    let [one, many] = w.channels;
                    let word = if channels == 1 { one } else { many };
                    format!("{rate}{sort} {}, {channels} {word}{names}. {} {name}", w.a_second, w.fits)
                }
                Finding::Unread(unread) => format!("{} ({})", w.unread, unread.message),
                Finding::Noise => w.noise.to_owned(),
                Finding::Silence => w.silence.to_owned(),
            },
        };
        Some(format!("{}: {what}.", w.we_hear))
    }

    /// Takes in what was found and heard.
    pub(super) fn take(&mut self) {
        match self.listening.as_ref().map(mpsc::Receiver::try_recv) {
            Some(Ok(heard)) => {
                if let Ok(Heard { finding: Finding::Device(fit), .. }) = &heard.1
                    && !fit.also.contains(&self.device)
                {
                    self.device.clone_from(&fit.profile.id);
                }
                (self.heard, self.listening) = (Some(heard), None);
            }
            Some(Err(mpsc::TryRecvError::Disconnected)) => self.listening = None,
            Some(Err(mpsc::TryRecvError::Empty)) | None => {}
        }
        match self.found.as_ref().map(mpsc::Receiver::try_recv) {
            Some(Ok(ports)) => {
                (self.found, self.is_asked) = (None, false);
                self.take_ports(ports);
            }
            Some(Err(mpsc::TryRecvError::Disconnected)) => (self.found, self.is_asked) = (None, false),
            Some(Err(mpsc::TryRecvError::Empty)) | None => {}
        }
    }

    /// Takes in the ports that are there; a sensor that was plugged in since is listened to.
    fn take_ports(&mut self, ports: Vec<PortInfo>) {
        let is_new = |port: &&PortInfo| port.usb.is_some() && !self.ports.iter().any(|other| other.name == port.name);
        let plugged = ports.iter().find(is_new).filter(|_| self.is_listed).map(|port| port.name.clone());
        if self.port.is_empty()
            && let Some(first) = ports.first()
        {
            self.port.clone_from(&first.name);
        }
        (self.ports, self.is_listed) = (ports, true);
        if let Some(plugged) = plugged.filter(|_| !self.is_opening) {
            self.port = plugged;
            self.listen();
        }
    }

    /// The columns that were asked for, where the profile is still the one that they are of.
    pub(super) fn wanted_columns(&self) -> Vec<ChannelSelector> {
        let asked = self.columns.as_ref().filter(|(device, _)| *device == self.device);
        asked.map(|(_, columns)| columns.clone()).unwrap_or_default()
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

/// Names of the channels: ` (EMG, ENV)`.
fn names(columns: &Columns) -> String {
    let names: Vec<&str> = columns.channels().map(|c| c.name.as_str()).filter(|name| !name.is_empty()).collect();
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use tonus_report::vocabulary::Language;

    fn usb(name: &str) -> PortInfo {
        let usb = ports::Usb { vid: 1, pid: 2, serial: None, product: None, manufacturer: None };
        PortInfo { name: name.to_owned(), usb: Some(usb) }
    }

    #[test]
    fn what_is_plugged_in_is_listened_to_and_chosen() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = format!("tcp:{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut line, _) = listener.accept().unwrap();
            for n in 0_u32..4000 {
                let emg = 500 + n.wrapping_mul(2_654_435_761).rotate_left(9) % 31;
                if line.write_all(format!("t:{},EMG:{emg}\n", 2 * n).as_bytes()).is_err() {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        });
        let mut connect = Connect::new(&Settings::default());
        // A chosen profile that fits too would stay.
        connect.device = "openbci-cyton".to_owned();
        connect.take_ports(vec![usb("/dev/ttyNone")]);
        assert!(!connect.is_listening(), "what is there from the beginning is left alone");
        connect.take_ports(vec![usb("/dev/ttyNone"), usb(&port)]);
        assert!(connect.is_listening());
        let begin = std::time::Instant::now();
        while connect.is_listening() && begin.elapsed().as_secs() < 30 {
            std::thread::sleep(std::time::Duration::from_millis(20));
            connect.take();
        }
        assert_eq!((connect.port.as_str(), connect.device.as_str()), (port.as_str(), "arduino-plotter"));
        let text = connect.heard_text(Words::of(Language::English)).unwrap();
        assert!(text.starts_with("We hear: ") && text.contains("1 channel (EMG). It fits Arduino"), "{text}");
        let text = connect.heard_text(Words::of(Language::German)).unwrap();
        assert!(text.starts_with("Wir hören: ") && text.contains("1 Kanal (EMG). Es passt zu"), "{text}");
    }

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
