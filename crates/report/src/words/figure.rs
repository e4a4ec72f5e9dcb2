//! Words of the pictures.

use crate::vocabulary::{Language, Text};

pub(crate) const OVER_TIME: Text = ["Over time", "Im Zeitverlauf"];
pub(crate) const RELEASES: Text = ["Letting go", "Loslassen"];

pub(crate) fn over_time_title(language: Language, name: &str) -> String {
    match language {
        Language::English => format!("Muscle activity of {name} over time"),
        Language::German => format!("Muskelaktivität von {name} im Zeitverlauf"),
    }
}

pub(crate) const OVER_TIME_DESCRIPTION: Text = [
    "A line shows the mean of the envelope, the pale band around it the smallest and largest values. A \
     strip above says what was asked for. A strip below says the state: low bars are rest, middle bars controlled contraction, \
     tall striped bars overactivity, tall hatched bars time without a statement. The tables below hold the numbers.",
    "Eine Linie zeigt das Mittel der Hüllkurve, das blasse Band darum die kleinsten und größten Werte. Ein Streifen oben sagt, was zu tun war. Ein Streifen unten sagt den Zustand: niedrige Balken sind Ruhe, mittlere kontrollierte Anspannung, hohe gestreifte Überaktivität, hohe schraffierte Zeit ohne Messung. Die Tabellen darunter enthalten die Zahlen.",
];
pub(crate) const STATES_ROW: Text = ["state", "Status"];
pub(crate) const CUES_ROW: Text = ["cue", "Ansage"];
pub(crate) const TIME_AXIS: Text = ["time (min:s)", "Zeit (min:s)"];
pub(crate) const CUT_OFF: Text =
    ["Brief peaks are cut off at the top of the picture.", "Kurze Spitzen sind am oberen Rand abgeschnitten."];
pub(crate) const NO_SIGNAL: Text =
    ["No picture: there is no decision for this channel.", "Kein Bild: Für diesen Kanal gibt es keine Entscheidung."];

pub(crate) const KEY_REST_CUE: Text = ["cue to rest", "loslassen angesagt"];
pub(crate) const KEY_WORK_CUE: Text = ["cue to contract", "anspannen angesagt"];
pub(crate) const KEY_MEAN: Text = ["mean", "Mittel"];
pub(crate) const KEY_RANGE: Text = ["smallest to largest", "Spanne"];
pub(crate) const KEY_BASELINE: Text = ["own resting level", "eigener Ruhewert"];
pub(crate) const KEY_REFERENCE: Text = ["own comfortable hold", "eigenes bequemes Halten"];
pub(crate) const KEY_CEILING: Text = ["target: rest below", "Ziel: Ruhe darunter"];
pub(crate) const KEY_BAND: Text = ["target: work within", "Ziel: Halten im Bereich"];

pub(crate) fn baseline(language: Language, level: &str) -> String {
    match language {
        Language::English => format!("Own resting level {level}."),
        Language::German => format!("Eigener Ruhewert {level}."),
    }
}

pub(crate) fn reference(language: Language, level: &str) -> String {
    match language {
        Language::English => format!("Own comfortable hold {level}."),
        Language::German => format!("Eigenes bequemes Halten {level}."),
    }
}

pub(crate) fn releases_title(language: Language, name: &str) -> String {
    match language {
        Language::English => format!("How {name} let go"),
        Language::German => format!("Wie {name} losließ"),
    }
}

pub(crate) const RELEASES_DESCRIPTION: Text = [
    "Each thin line is one release, from a second before the rest cue to six seconds after it, as a multiple of \
     the own resting level; the thick line is the median of all. Two lines mark the resting level and the level below which a \
     release is complete.",
    "Jede dünne Linie ist ein Loslassen, von einer Sekunde vor der Ansage bis sechs Sekunden danach, als Vielfaches des eigenen Ruhewerts; die dicke Linie ist der Median aller. Zwei Linien zeigen den Ruhewert und die Höhe, unter der ein Loslassen vollständig ist.",
];
pub(crate) const RELEASE_AXIS: Text = ["seconds from the rest cue", "Sekunden ab der Ansage"];
pub(crate) const RATIO_AXIS: Text = ["multiple of the own resting level", "Vielfaches des eigenen Ruhewerts"];
pub(crate) const REST_CUE: Text = ["let go", "loslassen"];
pub(crate) const KEY_ONE_RELEASE: Text = ["one release", "ein Loslassen"];
pub(crate) const KEY_MEDIAN: Text = ["median", "Median"];
pub(crate) const KEY_COMPLETE: Text = ["complete below", "vollständig darunter"];
pub(crate) const RELEASES_CAPTION: Text = [
    "Each step of the left axis doubles. A release is complete when it comes down below the solid line and stays there.",
    "Jeder Schritt der linken Achse verdoppelt. Ein Loslassen ist vollständig, wenn es unter die durchgezogene Linie kommt und dort bleibt.",
];
pub(crate) const RELEASES_MORE: Text =
    ["The first releases are drawn; there were more.", "Gezeichnet sind die ersten; es gab mehr."];
