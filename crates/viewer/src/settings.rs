//! What a person likes, kept between sessions in `viewer.json` beside the store.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tonus_core::config::BodySite;
use tonus_history::Store;
use tonus_report::atomic_file::replace;

use crate::session::Person;
use crate::words::Language;

/// Name of the file.
pub const FILE: &str = "viewer.json";

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
    /// Arm, leg, jaw, shoulder.
    #[default]
    Limb,
    /// Pelvic floor.
    Pelvic,
    /// Trunk.
    Trunk,
}

impl Body {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Limb, Self::Pelvic, Self::Trunk];

    /// The profile of the pipeline.
    pub const fn profile(self) -> BodySite {
        match self {
            Self::Limb => BodySite::Limb,
            Self::Pelvic => BodySite::Pelvic,
            Self::Trunk => BodySite::Trunk,
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
        Some(root.join(FILE))
    }

    /// What was kept, held to what is possible; the usual ones where nothing was, or what was cannot be read.
    pub fn load(place: &Path) -> Self {
        let text = tonus_record::file::read_text(place, 1 << 20).unwrap_or_default();
        let found: Self = serde_json::from_str(&text).unwrap_or_default();
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
            std::fs::create_dir_all(folder)?;
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
        let place = folder.path().join("a").join(FILE);
        assert_eq!(Settings::load(&place), Settings::default());
        let liked = Settings { text_scale: 1.5, look: Look::Dark, language: Language::German, ..Settings::default() };
        liked.save(&place).unwrap();
        assert_eq!(Settings::load(&place), liked);
        for text in ["", "{", "[]", "{\"text_scale\":1e30,\"volume\":-3,\"span_s\":0,\"rate_hz\":-1,\"new\":1}"] {
            std::fs::write(&place, text).unwrap();
            let found = Settings::load(&place);
            assert!((0.8..=2.0).contains(&found.text_scale) && found.volume >= 0.0 && found.span_s == 20.0, "{text}");
        }
    }
}
