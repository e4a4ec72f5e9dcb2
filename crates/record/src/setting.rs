//! What a caller can set, and sentences that mention it without knowing what it is called there.

use std::borrow::Cow;
use std::fmt;

/// Something that a caller can say about a recording or a sensor. Libraries name the field; a command says its option instead, another
/// language its own word; see [`Wording::named`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Setting {
    /// Sampling rate.
    Rate,
    /// Unit of the values.
    Unit,
    /// Microvolts of one count.
    UvPerCount,
    /// One of the channels to read.
    Channel,
    /// How many channels of a sensor are in use.
    Channels,
    /// Which columns of a sensor's text are channels.
    Columns,
    /// What the sensor sends.
    Kind,
    /// What was asked for and when.
    Cues,
    /// A channel that should stay quiet.
    Accessory,
    /// Device profile.
    Device,
    /// Seconds after which a live session is over.
    Duration,
    /// Stage of a plan.
    Stage,
    /// Seconds of rest for the baseline.
    Baseline,
    /// A simulated sensor.
    Simulator,
    /// Listening to a port, at each of the usual speeds.
    Probe,
}

impl Setting {
    /// The name of the field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Rate => "rate_hz",
            Self::Unit => "unit",
            Self::UvPerCount => "uv_per_count",
            Self::Channel => "channel",
            Self::Channels => "channels",
            Self::Columns => "columns",
            Self::Kind => "kind",
            Self::Cues => "cues",
            Self::Accessory => "accessory",
            Self::Device => "device",
            Self::Duration => "duration_s",
            Self::Stage => "stage",
            Self::Baseline => "baseline",
            Self::Simulator => "simulator",
            Self::Probe => "probe",
        }
    }

    /// The words that it takes, if these are few.
    pub const fn words(self) -> Option<&'static str> {
        if matches!(self, Self::Unit) { Some("uV, mV, V, counts or au") } else { None }
    }
}

/// What settings are called in sentences that are kept, such as the notes of a summary; by default by their fields.
#[derive(Debug, Clone, Copy)]
pub struct SettingNames(pub fn(Setting) -> &'static str);

impl Default for SettingNames {
    fn default() -> Self {
        Self(Setting::field)
    }
}

/// A sentence that may mention settings. Its `Display` names their fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wording(Vec<Part>);

/// Text, or a setting to be named.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(Cow<'static, str>),
    Setting(Setting),
}

impl Wording {
    /// The sentence, with settings called as `name` says.
    pub fn named(&self, name: impl Fn(Setting) -> &'static str) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Setting(setting) => Cow::Borrowed(name(*setting)),
        };
        self.0.iter().map(part).collect()
    }

    /// This sentence, and then another part of it.
    #[must_use]
    pub fn and(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }
}

impl fmt::Display for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.named(Setting::field))
    }
}

impl From<&'static str> for Wording {
    fn from(text: &'static str) -> Self {
        Self(vec![Part::Text(Cow::Borrowed(text))])
    }
}

impl From<String> for Wording {
    fn from(text: String) -> Self {
        Self(vec![Part::Text(Cow::Owned(text))])
    }
}

impl From<Setting> for Wording {
    fn from(setting: Setting) -> Self {
        Self(vec![Part::Setting(setting)])
    }
}

/// A [`Wording`] of its parts: texts and settings, in order.
#[macro_export]
macro_rules! wording {
    ($($part:expr),+ $(,)?) => { $crate::Wording::default()$(.and($part))+ };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_shows_a_sentence_names_its_settings() {
        let sentence = wording!["leave ", Setting::Unit, " out, or say ", Setting::Unit, format!(" {}", "counts")];
        assert_eq!(sentence.to_string(), "leave unit out, or say unit counts");
        assert_eq!(sentence.named(|_| "--unit"), "leave --unit out, or say --unit counts");
    }
}
