//! The calmest rest ever seen of somebody, in sessions that are like one another.

use serde::Serialize;

use crate::entry::{SessionEntry, plain};
use crate::id::Id;
use crate::trend::too_little_signal;

/// What a level at rest depends on besides the person: where on the body, electrode, sensor, channel. Programme and posture do not
/// count: the calmest rest is what the muscle can come down to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Likeness {
    /// Where on the body.
    pub site: Option<String>,
    /// Electrode.
    pub electrode: Option<String>,
    /// Sensor.
    pub device: Option<String>,
    /// Channel.
    pub channel: Option<String>,
}

impl Likeness {
    /// What matters of a session.
    pub fn of(entry: &SessionEntry) -> Self {
        let conditions = &entry.conditions;
        Self {
            site: conditions.site.clone(),
            electrode: conditions.electrode.clone(),
            device: conditions.device.clone(),
            channel: conditions.channel.clone(),
        }
    }

    fn is_of(&self, entry: &SessionEntry) -> bool {
        let other = Self::of(entry);
        let pairs = [
            (&self.site, &other.site),
            (&self.electrode, &other.electrode),
            (&self.device, &other.device),
            (&self.channel, &other.channel),
        ];
        pairs.into_iter().all(|(one, other)| plain(one.as_deref()) == plain(other.as_deref()))
    }
}

/// The calmest rest of like sessions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calmest {
    /// The lowest level that lasted 3 s, in µV.
    pub uv: f64,
    /// In which session.
    pub session: Id,
    /// When that was, in seconds since 1970.
    pub at_unix_s: f64,
    /// Of how many sessions it is the calmest.
    pub sessions: usize,
}

/// The calmest rest of those sessions that are like this one. Levels that are not µV, and sessions that count nowhere else, do not
/// count here either.
pub fn calmest(sessions: &[SessionEntry], like: &Likeness) -> Option<Calmest> {
    let counts = |entry: &&SessionEntry| {
        entry.problem.is_none() && entry.conditions.is_scaled && !too_little_signal(entry) && like.is_of(entry)
    };
    let level = |entry: &SessionEntry| entry.numbers.deepest_uv.filter(|uv| uv.is_finite() && *uv > 0.0);
    let known = || sessions.iter().filter(counts).filter_map(|entry| Some((level(entry)?, entry)));
    let (uv, entry) = known().min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(Calmest { uv, session: entry.id.clone(), at_unix_s: entry.started_unix_s, sessions: known().count() })
}
