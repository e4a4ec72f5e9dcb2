//! What a person likes, kept between sessions in `viewer.json` beside the store.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tonus_core::config::BodySite;
use tonus_history::{SETTINGS, Store};
use tonus_report::atomic_file::replace;

use crate::session::Person;
use crate::words::Language;

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Black and white, strong borders.
    Contrast,
}

impl Look {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Contrast];
}

/// What is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Nothing.
    #[default]
    Off,
    /// The pitch follows activation.
    Pitch,
    /// The volume follows activation.
    Volume,
}

impl Tone {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Off, Self::Pitch, Self::Volume];
}

/// What a person likes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Language of every word.
    pub language: Language,
    /// Colours.
    pub look: Look,
    /// Size of texts; 1 is usual.
    pub text_scale: f32,
    /// Nothing swells or slides.
    pub reduced_motion: bool,
    /// Neutral words in the title, and nothing that says what it is for.
    pub discreet: bool,
    /// What is heard.
    pub tone: Tone,
    /// How loud, up to 1.
    pub volume: f32,
    /// The trace of samples under the envelope.
    pub shows_raw: bool,
    /// Seconds that the flowing picture shows.
    pub span_s: f64,
    /// The sensor that was used last: its port and profile.
    pub port: String,
    /// See `port`.
    pub device: String,
    /// Sampling rate of a sensor that does not say it.
    pub rate_hz: Option<f64>,
    /// Where on the body.
    pub body: Body,
    /// The second channel is a companion that should stay quiet.
    pub has_companion: bool,
    /// `lying`, `sitting` or `standing`.
    pub posture: String,
    /// Who the simulated sensor is.
    pub person: Person,
    /// The programme that was chosen last.
    pub program: String,
}

/// Where on the body, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// Arm, leg, or elsewhere.
    #[default]
    Limb,
    /// Jaw.
    Jaw,
    /// Shoulder and neck.
    Shoulder,
    /// Pelvic floor.
    Pelvic,
    /// Trunk.
    Trunk,
}

impl Body {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Pelvic, Self::Jaw, Self::Shoulder, Self::Trunk, Self::Limb];

    /// The profile of the pipeline.
    pub const fn profile(self) -> BodySite {
        match self {
            Self::Limb | Self::Jaw | Self::Shoulder => BodySite::Limb,
            Self::Pelvic => BodySite::Pelvic,
            Self::Trunk => BodySite::Trunk,
        }
    }

    /// The word that a session is kept with.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Jaw => "jaw",
            Self::Shoulder => "shoulder",
            Self::Limb | Self::Pelvic | Self::Trunk => self.profile().name(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::default(),
            look: Look::System,
            text_scale: 1.0,
            reduced_motion: false,
            discreet: false,
            tone: Tone::Off,
            volume: 0.3,
            shows_raw: false,
            span_s: 20.0,
            port: String::new(),
            device: "arduino-text".to_owned(),
            rate_hz: None,
            body: Body::Limb,
            has_companion: false,
            posture: "lying".to_owned(),
            person: Person::Calm,
            program: String::new(),
        }
    }
}

impl Settings {
    /// Where they are kept, given the folder of the store or none for its usual place; none if there is no such place.
    pub fn place(store: Option<&Path>) -> Option<PathBuf> {
        let root = store.map_or_else(|| Store::default_root().ok(), |root| Some(root.to_owned()))?;
        Some(root.join(SETTINGS))
    }

    /// What was kept, held to what is possible, and the names of values that could not be used; the usual ones stand in their
    /// place. A file that cannot be read as a whole is named.
    pub fn load(place: &Path) -> (Self, Vec<String>) {
        let text = match tonus_record::file::read_text(place, 1 << 20) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Default::default(),
            Err(_) => return (Self::default(), vec![SETTINGS.to_owned()]),
        };
        let Ok(kept) = serde_json::from_str::<Map<String, Value>>(&text) else {
            return (Self::default(), vec![SETTINGS.to_owned()]);
        };
        let (found, unused) = Self::of(kept);
        (found.held(), unused)
    }

    /// Takes what can be read of each value.
    fn of(kept: Map<String, Value>) -> (Self, Vec<String>) {
        if let Ok(all) = serde_json::from_value(Value::Object(kept.clone())) {
            return (all, Vec::new());
        }
        let (mut good, mut unused) = (Map::new(), Vec::new());
        for (key, value) in kept {
            let one = Map::from_iter([(key.clone(), value.clone())]);
            if serde_json::from_value::<Self>(Value::Object(one)).is_ok() {
                good.insert(key, value);
            } else {
                unused.push(key);
            }
        }
        (serde_json::from_value(Value::Object(good)).unwrap_or_default(), unused)
    }

    /// Numbers within their limits.
    fn held(self) -> Self {
        let found = self;
        let held = |value: f32, low: f32, high: f32, usual: f32| {
            if value.is_finite() { value.clamp(low, high) } else { usual }
        };
        Self {
            text_scale: held(found.text_scale, 0.8, 2.0, 1.0),
            volume: held(found.volume, 0.0, 1.0, 0.3),
            span_s: if (5.0..=60.0).contains(&found.span_s) { found.span_s } else { 20.0 },
            rate_hz: found.rate_hz.filter(|hz| (10.0..=20_000.0).contains(hz)),
            ..found
        }
    }

    /// Keeps them.
    ///
    /// # Errors
    /// What the system says.
    pub fn save(&self, place: &Path) -> io::Result<()> {
        if let Some(folder) = place.parent() {
            Store::make_root(folder)?;
        }
        let json = serde_json::to_string_pretty(self)?;
        replace(place, (json + "\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_and_nonsense_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a").join(SETTINGS);
        assert_eq!(Settings::load(&place), (Settings::default(), Vec::new()));
        let liked = Settings { text_scale: 1.5, look: Look::Dark, language: Language::German, ..Settings::default() };
        liked.save(&place).unwrap();
        assert_eq!(Settings::load(&place), (liked, Vec::new()));
        let wild = "{\"text_scale\":1e30,\"volume\":-3,\"span_s\":0,\"rate_hz\":-1,\"new\":1}";
        for (text, unused) in [("", 1), ("{", 1), ("[]", 1), (wild, 0)] {
            std::fs::write(&place, text).unwrap();
            let (found, named) = Settings::load(&place);
            assert!((0.8..=2.0).contains(&found.text_scale) && found.volume >= 0.0 && found.span_s == 20.0, "{text}");
            assert_eq!(named.len(), unused, "{text}: {named:?}");
        }
    }

    #[test]
    fn one_bad_value_costs_no_other_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(SETTINGS);
        std::fs::write(
            &place,
            "{\"language\":\"german\",\"body\":\"tail\",\"text_scale\":1.5,\"device\":\"a\",\"volume\":\"loud\"}",
        )
        .unwrap();
        let (found, unused) = Settings::load(&place);
        assert_eq!((found.body, found.text_scale, found.device.as_str()), (Body::Limb, 1.5, "a"));
        assert_eq!((found.language, found.volume), (Language::German, 0.3));
        assert_eq!(unused, ["body", "volume"]);
    }

    #[cfg(unix)]
    #[test]
    fn settings_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("store").join(SETTINGS);
        Settings::default().save(&place).unwrap();
        let mode = |place: &Path| std::fs::metadata(place).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&place), mode(place.parent().unwrap())), (0o600, 0o700));
    }
}
