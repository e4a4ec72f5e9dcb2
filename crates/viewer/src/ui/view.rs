//! What only drawing needs.

use super::motion::{Glide, Spoken};
use super::theme::Theme;
use crate::model::Screen;

/// Half of 8 ms between two polls of a USB adapter, and half of the turn of a session that the newest frame waits for.
const TRANSPORT_MS: f64 = 4.0 + 10.0;

/// What only drawing needs.
#[derive(Debug)]
pub struct View {
    /// How everything looks.
    pub theme: Theme,
    /// The time of the frame in seconds.
    pub now_s: f64,
    /// The level of the meter on its way.
    pub level: Glide,
    /// Texts for those who hear them, renewed twice a second.
    pub spoken: [Spoken; 4],
    /// Why there is no sound, if there is none.
    pub silent: Option<String>,
    /// The theme and title that were set.
    pub(super) applied: Option<(Theme, String)>,
    /// The screen was not shown in the frame before.
    pub is_fresh: bool,
    /// What was shown in the frame before: a screen, and whether it had what it is about.
    pub(super) shown: Option<(Screen, bool)>,
    /// What had the focus in the frame before.
    pub(super) focused: Option<egui::Id>,
    /// The phase that was heard.
    pub(super) rung: u32,
    #[cfg(feature = "audio")]
    pub(super) speaker: Option<crate::audio::AudioOutput>,
}

impl View {
    pub(super) fn new() -> Self {
        Self {
            theme: Theme::default(),
            now_s: 0.0,
            level: Glide::default(),
            spoken: Default::default(),
            silent: None,
            applied: None,
            is_fresh: true,
            shown: None,
            focused: None,
            rung: 0,
            #[cfg(feature = "audio")]
            speaker: None,
        }
    }

    /// What the way from the electrode to the computer adds, in ms: half a poll of a USB adapter, and half a turn of the
    /// session's loop. See `docs/VIEWER.md`.
    pub const fn transport_ms(&self) -> f64 {
        TRANSPORT_MS
    }
}
