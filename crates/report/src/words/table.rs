//! Words of the tables.

use tonus_core::training::{Action, MoveReason, Rejection};

use crate::release::ReleaseKind;
use crate::vocabulary::{self, Language, Text};

pub(crate) const STATES: Text = ["Time in each state", "Zeit in jedem Zustand"];
pub(crate) const STATE: Text = ["State", "Zustand"];
pub(crate) const TIME: Text = ["Time (s)", "Zeit (s)"];
pub(crate) const REST_LEVEL: Text = ["Level at rest", "Höhe in Ruhe"];
pub(crate) const NUMBER: Text = ["No.", "Nr."];
pub(crate) const KIND: Text = ["Kind", "Art"];
pub(crate) const SEGMENT: Text = ["Segment", "Abschnitt"];
pub(crate) const START: Text = ["At (min:s)", "Bei (min:s)"];
pub(crate) const END: Text = ["To (min:s)", "Bis (min:s)"];
pub(crate) const MEAN: Text = ["Mean", "Mittel"];
pub(crate) const MEDIAN: Text = ["Median", "Median"];
pub(crate) const SD: Text = ["SD", "SD"];
pub(crate) const CV: Text = ["CV", "CV"];
pub(crate) const WINDOW: Text = ["Window of SD and CV", "Fenster von SD und CV"];
pub(crate) const PEAK: Text = ["Peak", "Spitze"];
pub(crate) const ON_TARGET: Text = ["On target (%)", "Im Ziel (%)"];
pub(crate) const REACTION: Text = ["Reaction (s)", "Reaktion (s)"];
pub(crate) const RELEASE: Text = ["Release (s)", "Loslassen (s)"];
pub(crate) const RESIDUAL: Text = ["Residual (×)", "Restspannung (×)"];
pub(crate) const COMPLETE: Text = ["Complete", "Vollständig"];
pub(crate) const COUNTS: Text = ["Counts", "Zählt"];
pub(crate) const REASONS: Text = ["Remarks", "Bemerkungen"];
pub(crate) const CEILING: Text = ["Ceiling (×)", "Obergrenze (×)"];

pub(crate) const REPETITIONS: Text = ["Contractions that were asked for", "Angesagte Anspannungen"];
pub(crate) const CONTRACTIONS: Text = ["Contractions", "Anspannungen"];
pub(crate) const OVERACTIVITY: Text = ["Stretches of overactivity", "Zeiten von Überaktivität"];
pub(crate) const NO_CONTRACTIONS: Text = ["No contraction was seen.", "Keine Anspannung gesehen."];
pub(crate) const TABLE_CUT: Text =
    ["The list is cut here; summary.json holds more.", "Die Liste ist hier gekürzt; summary.json enthält mehr."];

/// A release without a time; none where it has one, or cannot be said.
pub(crate) fn release(language: Language, release: ReleaseKind) -> Option<&'static str> {
    let word = match release {
        ReleaseKind::BeforeCue => Some(["before the cue", "vor der Ansage"]),
        ReleaseKind::Never => Some(["not within the rest", "nicht innerhalb der Ruhe"]),
        ReleaseKind::After | ReleaseKind::Unknown => None,
    };
    word.map(|word| language.pick(word))
}

pub(crate) const SEGMENTS: Text = ["Segments of the programme", "Abschnitte des Programms"];
pub(crate) const SEGMENTS_MORE: Text =
    ["Segments of the programme, continued", "Abschnitte des Programms, Fortsetzung"];
pub(crate) const MEASURE: Text = ["Measure", "Maß"];
pub(crate) const PHASES: Text = ["Phases", "Phasen"];
pub(crate) const COUNTED: Text = ["Repetitions that count", "Wiederholungen, die zählen"];
pub(crate) const VALID: Text = ["Valid time (s)", "Gültige Zeit (s)"];
pub(crate) const MEASURED: Text = ["Measured time (s)", "Gemessene Zeit (s)"];
pub(crate) const RISE: Text = ["Rise (s)", "Anstieg (s)"];
pub(crate) const FALL: Text = ["Fall (s)", "Abfall (s)"];
pub(crate) const RELEASE_MEDIAN: Text = ["Release, median (s)", "Loslassen, Median (s)"];
pub(crate) const MDF: Text = ["Median frequency (Hz)", "Medianfrequenz (Hz)"];
pub(crate) const PERCENT: Text = ["Percent of the hold", "Prozent des Haltens"];

/// The segments of the built-in assessment.
pub(crate) fn segment(language: Language, name: &str) -> Option<&'static str> {
    let word = match name {
        "pre_baseline" => ["rest before", "Ruhe davor"],
        "flicks" => ["flicks", "kurze"],
        "post_flick" => ["rest after flicks", "Ruhe nach kurzen"],
        "tonic" => ["tonic holds", "Halten"],
        "post_tonic" => ["rest after tonic holds", "Ruhe nach dem Halten"],
        "endurance" => ["endurance hold", "langes Halten"],
        "post_endurance" => ["rest after endurance", "Ruhe nach langem Halten"],
        "post_baseline" => ["rest at the end", "Ruhe am Ende"],
        _ => return None,
    };
    Some(language.pick(word))
}

pub(crate) const SCORES: Text = ["What it came to", "Was herauskam"];
pub(crate) const VALID_SHARE: Text = ["Valid signal (%)", "Gültiges Signal (%)"];
pub(crate) const RELAXATION: Text = ["Time below the ceiling (points)", "Zeit unter der Obergrenze (Punkte)"];
pub(crate) const HOLD: Text = ["Time within the band (points)", "Zeit im Bereich (Punkte)"];
pub(crate) const COMPLETE_RELEASES: Text = ["Complete releases", "Ganz losgelassen"];
pub(crate) const RELEASE_TIME: Text = ["Release, median of the session (s)", "Loslassen, Median der Sitzung (s)"];
pub(crate) const RESIDUAL_MEDIAN: Text =
    ["Residual, median of the session (×)", "Restspannung, Median der Sitzung (×)"];
pub(crate) const RISE_MEDIAN: Text =
    ["Rise of quick contractions, median (s)", "Anstieg kurzer Anspannungen, Median (s)"];
pub(crate) const FALL_MEDIAN: Text =
    ["Fall of quick contractions, median (s)", "Abfall kurzer Anspannungen, Median (s)"];
pub(crate) const REST_MEAN: Text = ["Mean at rest", "Mittel in Ruhe"];
pub(crate) const REST_SD: Text = ["SD at rest", "SD in Ruhe"];
pub(crate) const REST_CV: Text = ["CV at rest", "CV in Ruhe"];
pub(crate) const HOLD_CV: Text = ["CV of holds, median", "CV des Haltens, Median"];
pub(crate) const CO_CONTRACTION: Text =
    ["Another muscle contracting along (%)", "Ein anderer Muskel spannt mit an (%)"];
pub(crate) const UNDETERMINED: Text = ["Could not be determined:", "Ließ sich nicht bestimmen:"];

pub(crate) const WHY_NOT_VALID: Text = [
    "could not be determined: less than half of it is valid signal",
    "ließ sich nicht bestimmen: weniger als die Hälfte davon ist gültiges Signal",
];
pub(crate) const WHY_FEW: Text = [
    "could not be determined: fewer than five could be measured",
    "ließ sich nicht bestimmen: weniger als fünf waren messbar",
];

pub(crate) const BREATHING: Text = ["Breathing", "Atmung"];
pub(crate) const PHASE: Text = ["Phase", "Phase"];
pub(crate) const PACE: Text = ["Breaths per minute", "Atemzüge pro Minute"];
pub(crate) const INHALE: Text = ["Breathing in", "Einatmen"];
pub(crate) const EXHALE: Text = ["Breathing out", "Ausatmen"];
pub(crate) const BREATH_RATIO: Text = ["Out over in", "Aus durch ein"];
pub(crate) const ALL_PHASES: Text = ["all", "alle"];
pub(crate) const BREATH_NOTE: Text = [
    "Out over in below one: the muscle softens with the breath out.",
    "Aus durch ein unter eins: Der Muskel wird mit dem Ausatmen weicher.",
];

pub(crate) const TARGETS: Text = ["Phases with a target", "Phasen mit einem Ziel"];
pub(crate) const PROMPT: Text = ["Prompt", "Ansage"];
pub(crate) const FOLLOWS: Text = ["Follows", "Passt sich an"];
pub(crate) const MOVES: Text = ["How the target moved", "Wie das Ziel sich bewegte"];
pub(crate) const FROM: Text = ["From (×)", "Von (×)"];
pub(crate) const TO: Text = ["To (×)", "Auf (×)"];
pub(crate) const WHY: Text = ["Why", "Warum"];
pub(crate) const SUCCESS: Text = ["Below it before (%)", "Vorher darunter (%)"];
pub(crate) const INVALID: Text = ["Invalid before (%)", "Vorher ungültig (%)"];

/// Why a target moved.
pub(crate) const fn moved(language: Language, reason: MoveReason) -> &'static str {
    language.pick(match reason {
        MoveReason::Eased => ["down, as the muscle eased", "herunter, weil der Muskel nachgab"],
        MoveReason::Tense => ["up, to stay within reach", "herauf, um erreichbar zu bleiben"],
        MoveReason::Lowest => ["reached its lowest", "am niedrigsten angekommen"],
        MoveReason::Highest => ["reached its highest", "am höchsten angekommen"],
        MoveReason::Frozen => {
            ["kept still while the signal is disturbed", "steht still, solange das Signal gestört ist"]
        }
        MoveReason::Thawed => ["follows again", "passt sich wieder an"],
    })
}

pub(crate) const ADOPTIONS: Text = ["Rest that became the resting level", "Ruhe, die zum Ruhewert wurde"];
pub(crate) const BEFORE: Text = ["Before", "Vorher"];
pub(crate) const AFTER: Text = ["From then on", "Von da an"];
pub(crate) const ADOPTION_NOTE: Text = [
    "The muscle let go further than when rest was measured. What it let go to was measured and is what counts from then on.",
    "Der Muskel ließ tiefer los als beim Messen der Ruhe. Das wurde gemessen und gilt von da an.",
];

pub(crate) const COMMANDS: Text = ["On the way", "Unterwegs"];
pub(crate) const COMMAND: Text = ["What", "Was"];

/// What the person or the programme did.
pub(crate) const fn command(language: Language, action: Action) -> &'static str {
    language.pick(match action {
        Action::Start => ["start", "Beginn"],
        Action::Pause => ["pause", "Pause"],
        Action::Resume => ["went on", "weiter"],
        Action::Skip => ["skipped a phase", "eine Phase übersprungen"],
        Action::Refused => ["a measurement was taken again", "eine Messung wiederholt"],
        Action::Stop => ["stop", "Ende"],
        Action::Pace => ["another breathing pace", "anderes Atemtempo"],
    })
}

pub(crate) const VERDICTS: Text = ["Norm profile", "Normprofil"];
pub(crate) const VERDICT: Text = ["Verdict", "Vergleich"];
pub(crate) const RULE: Text = ["Rule", "Regel"];
pub(crate) const LOW: Text = ["From", "Ab"];
pub(crate) const HIGH: Text = ["Up to", "Bis"];
pub(crate) const UNIT: Text = ["Unit", "Einheit"];
pub(crate) const SOURCE: Text = ["Source", "Quelle"];
pub(crate) const VERDICT_NOTE: Text = [
    "A profile holds for the device, electrode and people of its source. It is a comparison, and nothing more.",
    "Ein Profil gilt für Gerät, Elektrode und Menschen seiner Quelle. Es ist ein Vergleich und nicht mehr.",
];

/// Why a repetition does not count.
pub(crate) fn rejected(language: Language, rejection: Rejection) -> String {
    format!("{}: {}", language.pick(super::NO), vocabulary::rejection(language, rejection))
}
