//! Words about settings, calibration, signal and fingerprints.

use tonus_core::config::{BodySite, MainsMode, ReferenceKind};
use tonus_dsp::design::Mains;
use tonus_record::{CalibrationSource, CueSource, Kind, RateSource};

use crate::CalibrationRemark;
use crate::vocabulary::{Language, Text};

pub(crate) const CALIBRATION: Text = ["Own measures", "Eigene Maße"];
pub(crate) const ACCEPTED: Text = ["Measured", "Gemessen"];
pub(crate) const BASELINE: Text = ["Resting level", "Ruhewert"];
pub(crate) const SPREAD: Text = ["Spread at rest", "Streuung in Ruhe"];
pub(crate) const REFERENCE: Text = ["Comfortable hold", "Bequemes Halten"];
pub(crate) const ON: Text = ["Active from", "Aktiv ab"];
pub(crate) const OFF: Text = ["Inactive below", "Nicht mehr aktiv unter"];
pub(crate) const SOURCE: Text = ["Taken from", "Woher"];
pub(crate) const STRETCH: Text = ["Stretch", "Abschnitt"];
pub(crate) const REMARKS: Text = ["Remarks", "Bemerkungen"];
pub(crate) const MEASURE: Text = ["Measure", "Maß"];
pub(crate) const VALUE: Text = ["Value", "Wert"];

pub(crate) const fn calibration_source(language: Language, source: CalibrationSource) -> &'static str {
    language.pick(match source {
        CalibrationSource::Cues => ["cues in the recording", "Ansagen in der Aufnahme"],
        CalibrationSource::File => ["a file of calibrations", "eine Datei mit Kalibrierungen"],
        CalibrationSource::Option => ["a stretch that was named", "ein genannter Abschnitt"],
        CalibrationSource::CalmestStretch => {
            ["the calmest stretch of the recording", "der ruhigste Abschnitt der Aufnahme"]
        }
    })
}

pub(crate) const fn cue_source(language: Language, source: CueSource) -> &'static str {
    language.pick(match source {
        CueSource::Program => ["the programme", "das Programm"],
        CueSource::Column => ["a column of the file", "eine Spalte der Datei"],
        CueSource::File => ["a file of cues", "eine Datei mit Ansagen"],
        CueSource::None => ["none", "keine"],
    })
}

pub(crate) const fn rate_source(language: Language, source: RateSource) -> &'static str {
    language.pick(match source {
        RateSource::Header => ["the file's header", "der Kopf der Datei"],
        RateSource::TimeColumn => ["the file's time column", "die Zeitspalte der Datei"],
        RateSource::Option => ["a setting", "eine Einstellung"],
    })
}

/// What is remarkable about a calibration.
pub(crate) const fn calibration(language: Language, remark: CalibrationRemark) -> &'static str {
    language.pick(match remark {
        CalibrationRemark::Unstable => [
            "the level rose and fell at rest, so activity starts higher above it",
            "die Höhe stieg und fiel in Ruhe, darum beginnt Aktivität höher darüber",
        ],
        CalibrationRemark::Drifting => ["the level moved far on the way", "die Höhe veränderte sich unterwegs stark"],
        CalibrationRemark::LowResolution => {
            ["the level is below one step of the converter", "die Höhe liegt unter einem Schritt des Wandlers"]
        }
        CalibrationRemark::WeakReference => ["the hold lies close to rest", "das Halten liegt nahe an der Ruhe"],
        CalibrationRemark::LaterRest => [
            "rest after a later cue was measured, as the quiet step gave nothing",
            "gemessen wurde die Ruhe nach einer späteren Ansage, weil die Ruhemessung nichts ergab",
        ],
        CalibrationRemark::NoContrast => ["no contrast", "kein Unterschied zwischen Ruhe und Anspannung"],
        CalibrationRemark::TooShort => ["too little valid signal", "zu wenig gültiges Signal"],
        CalibrationRemark::NoSignal => ["no signal at rest", "kein Signal in Ruhe"],
        CalibrationRemark::NotSeparable => {
            ["the hold cannot be told from rest", "das Halten ist von der Ruhe nicht zu unterscheiden"]
        }
        CalibrationRemark::NoBaseline => ["the hold came before a resting level", "das Halten kam vor dem Ruhewert"],
        CalibrationRemark::NotClosed => {
            ["the quiet cue did not end within the recording", "die Ruhemessung endete nicht in der Aufnahme"]
        }
        CalibrationRemark::NotGiven => [
            "the file of calibrations has none of this channel",
            "die Datei mit Kalibrierungen hat keine für diesen Kanal",
        ],
    })
}

pub(crate) const QUALITY: Text = ["Signal and excluded time", "Signal und ausgenommene Zeit"];
pub(crate) const QUALITY_REASON: Text = ["Flag", "Merkmal"];
pub(crate) const QUALITY_TIME: Text = ["Time (s)", "Zeit (s)"];
pub(crate) const QUALITY_BAR: Text = ["Share", "Anteil"];
pub(crate) const QUALITY_OK: Text = ["without any flag", "ohne Merkmal"];
pub(crate) const QUALITY_ALL: Text = ["all decisions", "alle Entscheidungen"];
pub(crate) const QUALITY_NOTE: Text = [
    "A moment may carry several flags. Time in which the state is “No reading” is excluded from every number.",
    "Ein Moment kann mehrere Merkmale haben. Zeit mit dem Zustand „Keine Messung“ geht in keine Zahl ein.",
];

pub(crate) const SETTINGS: Text = ["Settings and notes", "Einstellungen und Hinweise"];
pub(crate) const SETTING: Text = ["Setting", "Einstellung"];
pub(crate) const KIND: Text = ["Sensor sends", "Der Sensor sendet"];
pub(crate) const PROFILE: Text = ["Profile", "Körperstelle"];
pub(crate) const HIGHPASS: Text = ["High-pass", "Hochpass"];
pub(crate) const LOWPASS: Text = ["Low-pass", "Tiefpass"];
pub(crate) const MAINS: Text = ["Mains", "Stromnetz"];
pub(crate) const NOTCHES: Text = ["Notches at", "Kerbfilter bei"];
pub(crate) const NO_NOTCHES: Text = ["none", "keine"];
pub(crate) const CALIBRATED_FROM: Text = ["Own measures from", "Eigene Maße aus"];
pub(crate) const CUES_FROM: Text = ["Cues from", "Ansagen aus"];
pub(crate) const REFERENCE_KIND: Text = ["Kind of hold", "Art des Haltens"];
pub(crate) const OVERSHOOT: Text = ["Overshoot above", "Zu viel ab"];
pub(crate) const GRACE: Text = ["Allowance for a release", "Frist zum Loslassen"];
pub(crate) const TONE_DWELL: Text = ["Activity at rest counts from", "Aktivität in Ruhe zählt ab"];
pub(crate) const OVERSHOOT_DWELL: Text = ["Overshoot counts from", "Zu viel zählt ab"];
pub(crate) const FREE_LIMIT: Text = ["Longest free contraction", "Längste freie Anspannung"];
pub(crate) const ACCESSORY: Text =
    ["Should stay quiet while the first works", "Soll ruhig bleiben, während der erste arbeitet"];
pub(crate) const NORMS: Text = ["Norm profile", "Normprofil"];
pub(crate) const LATENCY: Text = ["A live decision is late by", "Eine Entscheidung kommt live später um"];
pub(crate) const RATE_FROM: Text = ["Sensor rate from", "Abtastrate aus"];
pub(crate) const FORMAT: Text = ["Format", "Format"];
pub(crate) const ROWS: Text = ["Rows read", "Gelesene Zeilen"];
pub(crate) const ROWS_REJECTED: Text = ["Rows left out", "Ausgelassene Zeilen"];
pub(crate) const CELLS_MISSING: Text = ["Single values missing", "Einzelne fehlende Werte"];
pub(crate) const FRAMES: Text = ["Samples per channel", "Werte je Kanal"];
pub(crate) const FRAMES_MISSING: Text = ["Samples missing in gaps", "Fehlende Werte in Lücken"];
pub(crate) const GAPS: Text = ["Gaps", "Lücken"];
pub(crate) const VERSION: Text = ["Version of tonus", "Version von tonus"];
pub(crate) const TIMES_REFERENCE: Text = ["× hold", "× Halten"];

pub(crate) const REJECTS: Text = ["Rows left out", "Ausgelassene Zeilen"];
pub(crate) const REJECT_LINE: Text = ["Line", "Zeile"];
pub(crate) const REJECT_COLUMN: Text = ["Column", "Spalte"];
pub(crate) const REJECT_FOUND: Text = ["Found", "Gefunden"];
pub(crate) const REJECT_REASON: Text = ["Reason", "Grund"];

pub(crate) const GATE_PASSED: Text = [
    "The signal keeps within the limits of the quality gate.",
    "Das Signal bleibt in den Grenzen der Qualitätsprüfung.",
];
pub(crate) const GATE_REMARKS: Text = ["The quality gate remarks:", "Die Qualitätsprüfung bemerkt:"];
pub(crate) const NOTES: Text = ["Notes:", "Hinweise:"];

pub(crate) const FINGERPRINTS: Text = ["Fingerprints", "Fingerabdrücke"];
pub(crate) const FILE_SHA: Text = ["SHA-256 of the recording", "SHA-256 der Aufnahme"];
pub(crate) const PROGRAM_SHA: Text = ["SHA-256 of the programme", "SHA-256 des Programms"];
pub(crate) const DIGEST: Text = ["SHA-256 of all decisions", "SHA-256 aller Entscheidungen"];
pub(crate) const MEDIAN_FREQUENCY: Text = ["Median frequency of all contractions", "Medianfrequenz aller Anspannungen"];

pub(crate) const fn kind(language: Language, kind: Kind) -> &'static str {
    language.pick(match kind {
        Kind::Raw => ["the muscle's own signal", "das Signal des Muskels selbst"],
        Kind::Envelope => ["an envelope", "eine Hüllkurve"],
    })
}

pub(crate) const fn profile(language: Language, profile: BodySite) -> &'static str {
    language.pick(match profile {
        BodySite::Limb => ["limb", "Arm oder Bein"],
        BodySite::Pelvic => ["pelvic floor", "Beckenboden"],
        BodySite::Trunk => ["trunk", "Rumpf"],
    })
}

pub(crate) const fn mains(language: Language, mode: MainsMode) -> &'static str {
    match mode {
        MainsMode::Auto => language.pick(["measured", "gemessen"]),
        MainsMode::Off => language.pick(["left as it is", "bleibt, wie es ist"]),
        MainsMode::Fixed(Mains::Hz50) => "50 Hz",
        MainsMode::Fixed(Mains::Hz60) => "60 Hz",
    }
}

pub(crate) const fn reference(language: Language, reference: ReferenceKind) -> &'static str {
    language.pick(match reference {
        ReferenceKind::Submaximal => ["comfortable", "bequem"],
        ReferenceKind::Mvc => ["maximal", "maximal"],
    })
}
