//! What happened, in sentences for the person whose muscle it is.

use crate::vocabulary::{Language, Text};

pub(crate) const TITLE: Text = ["What happened", "Was geschah"];

pub(crate) fn finished(language: Language, title: &str) -> String {
    match language {
        Language::English => format!("You went through “{title}” to its end."),
        Language::German => format!("Du hast „{title}“ bis zum Ende gemacht."),
    }
}

pub(crate) fn stopped(language: Language, title: &str) -> String {
    match language {
        Language::English => format!("You did “{title}” and stopped before its end, which is fine at any time."),
        Language::German => {
            format!("Du hast „{title}“ gemacht und vor dem Ende aufgehört, was jederzeit in Ordnung ist.")
        }
    }
}

pub(crate) fn unfinished(language: Language, title: &str) -> String {
    match language {
        Language::English => format!("You started “{title}”; the recording ended before the programme did."),
        Language::German => format!("Du hast „{title}“ begonnen; die Aufnahme endete vor dem Programm."),
    }
}

pub(crate) fn recording(language: Language, duration: &str) -> String {
    match language {
        Language::English => format!("The recording lasts {duration}."),
        Language::German => format!("Die Aufnahme dauert {duration}."),
    }
}

pub(crate) fn states(
    language: Language,
    name: &str,
    rest: &str,
    controlled: Option<&str>,
    overactive: Option<&str>,
) -> String {
    let controlled = controlled.map(|time| match language {
        Language::English => format!(" and in a controlled contraction for {time}"),
        Language::German => format!(" und {time} kontrolliert angespannt"),
    });
    let more = match (language, overactive) {
        (Language::English, Some(time)) => format!("for {time}, it was more active than was asked"),
        (Language::English, None) => "at no time was it more active than was asked".to_owned(),
        (Language::German, Some(time)) => format!("{time} war er aktiver als angesagt"),
        (Language::German, None) => "zu keiner Zeit war er aktiver als angesagt".to_owned(),
    };
    let controlled = controlled.unwrap_or_default();
    match language {
        Language::English => format!("The muscle ({name}) was at rest for {rest}{controlled}; {more}."),
        Language::German => format!("Der Muskel ({name}) war {rest} in Ruhe{controlled}; {more}."),
    }
}

pub(crate) fn invalid(language: Language, time: &str) -> String {
    match language {
        Language::English => format!(
            "For another {time}, nothing can be said: the resting level was still being measured, or the signal was disturbed."
        ),
        Language::German => format!(
            "Für weitere {time} lässt sich nichts sagen: Der Ruhewert wurde noch gemessen, oder das Signal war gestört."
        ),
    }
}

pub(crate) fn repetitions(language: Language, all: &str, counted: &str) -> String {
    match language {
        Language::English => format!("{all} contractions were asked for, and {counted} of them count."),
        Language::German => format!("{all} Anspannungen waren angesagt, und {counted} davon zählen."),
    }
}

pub(crate) const WHY_NOT: Text =
    ["The table says why the others do not.", "Die Tabelle sagt, warum die übrigen nicht zählen."];

pub(crate) fn contractions(language: Language, all: &str) -> String {
    match language {
        Language::English => format!("Contractions seen: {all}."),
        Language::German => format!("Gesehene Anspannungen: {all}."),
    }
}

pub(crate) fn releases(language: Language, complete: &str, all: &str) -> String {
    match language {
        Language::English => format!(
            "Of {all} releases that could be judged, {complete} were complete: let go in time, and all the way down."
        ),
        Language::German => format!(
            "Von {all} Malen, die sich beurteilen ließen, war das Loslassen {complete} Mal vollständig: rechtzeitig und bis ganz hinunter."
        ),
    }
}

pub(crate) fn release_time(language: Language, time: &str) -> String {
    match language {
        Language::English => format!("Typically, it took {time} from the cue until the muscle had let go."),
        Language::German => format!("Meist dauerte es {time} von der Ansage, bis der Muskel losgelassen hatte."),
    }
}

pub(crate) fn below_ceiling(language: Language, percent: &str) -> String {
    match language {
        Language::English => format!("While rest was asked for, it stayed below the target for {percent} of the time."),
        Language::German => format!("Solange Ruhe angesagt war, blieb er {percent} der Zeit unter dem Ziel."),
    }
}

pub(crate) const UNDETERMINED: Text = [
    "Some values could not be determined; the reasons stand below.",
    "Manche Werte ließen sich nicht bestimmen; die Gründe stehen unten.",
];
pub(crate) const NO_BASELINE: Text = [
    "The resting level could not be measured, so rest and activity cannot be told apart in this recording; \
     the reason stands below.",
    "Der Ruhewert ließ sich nicht messen, darum sind Ruhe und Aktivität in dieser Aufnahme nicht zu unterscheiden; der Grund steht unten.",
];
pub(crate) const NO_CHANNEL: Text = [
    "There is no muscle channel in this recording, so there is nothing to show.",
    "Diese Aufnahme hat keinen Muskelkanal, darum gibt es nichts zu zeigen.",
];
pub(crate) const MORE_CHANNELS: Text =
    ["The other channels follow further down.", "Die übrigen Kanäle folgen weiter unten."];
