//! Every sentence about sessions that a person may read, in one place and in every [`Language`]. Errors are English, as those of the
//! command, and stand with what raises them. `tests/it/words.rs` holds them to the rules: they say what was measured, judge nobody, and name no illness.
//!
//! [`Language`]: tonus_report::vocabulary::Language

/// Trends.
pub(crate) mod trend {
    use tonus_report::vocabulary::Language;

    use crate::entry::Difference;
    use crate::number::shown;
    use crate::trend::{Axis, Band, Change, Compared, Reason};

    pub(crate) const fn title(lang: Language, axis: Axis) -> &'static str {
        lang.pick(match axis {
            Axis::RestingTension => ["Resting tension", "Ruhespannung"],
            Axis::RestingInstability => ["Resting instability", "Unruhe in Ruhe"],
            Axis::Contraction => ["Contraction", "Anspannung"],
            Axis::Release => ["Release time", "Zeit zum Loslassen"],
            Axis::Residual => ["Rest afterwards", "Ruhe danach"],
            Axis::Relaxation => ["Time at ease", "Zeit in Ruhe"],
            Axis::Pain => ["Pain", "Schmerz"],
        })
    }

    pub(crate) const fn change(lang: Language, change: Change) -> &'static str {
        lang.pick(match change {
            Change::TooFew => ["first value", "erster Wert"],
            Change::AboutTheSame => ["about the same", "etwa gleich"],
            Change::Lower => ["lower", "niedriger"],
            Change::Higher => ["higher", "höher"],
        })
    }

    pub(crate) const fn remark(lang: Language, axis: Axis) -> &'static str {
        lang.pick(match axis {
            Axis::RestingTension => [
                "For a muscle that tends to stay active, lower is easier.",
                "Für einen Muskel, der gern aktiv bleibt, ist niedriger leichter.",
            ],
            Axis::RestingInstability => [
                "For a muscle that rests restlessly, lower is easier.",
                "Für einen Muskel, der unruhig ruht, ist niedriger leichter.",
            ],
            Axis::Contraction => [
                "Higher is what training of strength aims at; for a muscle that tends to stay active, either is fine.",
                "Höher ist das Ziel von Krafttraining; für einen Muskel, der gern aktiv bleibt, ist beides gut.",
            ],
            Axis::Release => [
                "For a muscle that is slow to let go, lower is easier.",
                "Für einen Muskel, der langsam loslässt, ist niedriger leichter.",
            ],
            Axis::Residual => [
                "For a muscle that stays active after work, lower is easier; 1 is the own rest.",
                "Für einen Muskel, der nach der Arbeit aktiv bleibt, ist niedriger leichter; 1 ist die eigene Ruhe.",
            ],
            Axis::Relaxation => [
                "For whoever trains letting go, higher is easier. Targets that adapt keep it near 70.",
                "Wer das Loslassen übt, hat es mit höheren Werten leichter. Ziele, die mitgehen, halten ihn bei etwa 70.",
            ],
            Axis::Pain => ["Lower is easier.", "Niedriger ist leichter."],
        })
    }

    pub(crate) fn unit(lang: Language, unit: &str) -> &str {
        match unit {
            "uV" => "µV",
            "sensor units" => lang.pick(["units", "Einheiten"]),
            "ratio" => "",
            "0-10" => lang.pick(["of 10", "von 10"]),
            "points" => lang.pick(["points", "Punkte"]),
            other => other,
        }
    }

    fn with_unit(lang: Language, value: f64, name: &str) -> String {
        format!("{} {}", shown(lang, value, name), unit(lang, name)).trim_end().to_owned()
    }

    pub(crate) fn outcome(lang: Language, axis: Axis, unit_name: &str, compared: &Compared, band: Band) -> String {
        let title = title(lang, axis);
        let (Some(first), Some(last)) = (compared.first, compared.last) else {
            let more =
                [": two values or more are needed to compare.", ": zum Vergleich braucht es zwei Werte oder mehr."];
            return format!("{title}{}", lang.pick(more));
        };
        let beyond = match band {
            Band::Share(share) => format!("{:.0} %", share * 100.0),
            Band::Points(points) => with_unit(lang, points, if axis == Axis::Pain { "points" } else { unit_name }),
        };
        let (change, n, side) = (change(lang, compared.change), compared.n, compared.n_side);
        let (first, last) = (with_unit(lang, first, unit_name), with_unit(lang, last, unit_name));
        match lang {
            Language::English => format!(
                "{title} is {change}: median {first} in the first {side} of {n} values, {last} in the last {side}. \
                 A change counts beyond {beyond}."
            ),
            Language::German => format!(
                "{title}: {change}. Median {first} in den ersten {side} von {n} Werten, {last} in den letzten {side}. \
                 Eine Änderung zählt über {beyond}."
            ),
        }
    }

    /// The name of a circumstance, by its key.
    pub(crate) fn field(lang: Language, field: &str) -> &str {
        lang.pick(match field {
            "program" => ["programme", "Programm"],
            "device" => ["sensor", "Sensor"],
            "is_scaled" => ["unit", "Einheit"],
            "posture" => ["posture", "Haltung"],
            "site" => ["body region", "Körperregion"],
            "electrode" => ["electrode", "Elektrode"],
            "channel" => ["channel", "Kanal"],
            other => return other,
        })
    }

    fn side(lang: Language, difference: &Difference, value: Option<&str>) -> String {
        match (difference.field, value) {
            ("is_scaled", Some("true")) => "µV".to_owned(),
            ("is_scaled", _) => lang.pick(["sensor units", "Einheiten des Sensors"]).to_owned(),
            (_, Some(value)) => value.to_owned(),
            (_, None) => lang.pick(["not stated", "nicht genannt"]).to_owned(),
        }
    }

    pub(crate) fn not_compared(lang: Language, reason: Reason, differences: &[Difference]) -> String {
        let one = |d: &Difference| {
            let (here, there) = (side(lang, d, d.here.as_deref()), side(lang, d, d.there.as_deref()));
            let field = field(lang, d.field);
            match lang {
                Language::English => format!("{field} ({here} here, {there} in the latest session)"),
                Language::German => format!("{field} (hier {here}, in der letzten Sitzung {there})"),
            }
        };
        match reason {
            Reason::Differs => {
                let all: Vec<String> = differences.iter().map(one).collect();
                format!("{} {}.", lang.pick(["Not compared: other", "Nicht verglichen, denn anders:"]), all.join(", "))
            }
            Reason::TooLittleSignal => lang
                .pick([
                    "Not compared: less than half of the time had a usable signal.",
                    "Nicht verglichen: weniger als die Hälfte der Zeit gab es ein brauchbares Signal.",
                ])
                .to_owned(),
            Reason::Unreadable => lang
                .pick(["Not compared: the session cannot be read.", "Nicht verglichen: die Sitzung ist nicht lesbar."])
                .to_owned(),
        }
    }
}

/// Milestones.
pub(crate) mod milestone {
    use tonus_report::vocabulary::Language;

    use crate::milestone::MilestoneKind;

    pub(crate) const fn text(lang: Language, kind: MilestoneKind) -> &'static str {
        lang.pick(match kind {
            MilestoneKind::FirstSession => ["The first session.", "Die erste Sitzung."],
            MilestoneKind::FirstCompleteRelease => ["The first complete release.", "Das erste vollständige Loslassen."],
            MilestoneKind::AllReleasesComplete => [
                "A session in which every release was complete.",
                "Eine Sitzung, in der jedes Loslassen vollständig war.",
            ],
            MilestoneKind::CalmerWeek => [
                "A calmer week: less resting tension than in the week before.",
                "Eine ruhigere Woche: weniger Ruhespannung als in der Woche davor.",
            ],
            MilestoneKind::EasierWeek => [
                "An easier week: less pain than in the week before.",
                "Eine leichtere Woche: weniger Schmerz als in der Woche davor.",
            ],
            MilestoneKind::FiveSessions => ["Five sessions.", "Fünf Sitzungen."],
            MilestoneKind::TenSessions => ["Ten sessions.", "Zehn Sitzungen."],
            MilestoneKind::TwentySessions => ["Twenty sessions.", "Zwanzig Sitzungen."],
            MilestoneKind::BackAfterBreak => [
                "Back after a break. Good to see you; everything is as you left it.",
                "Zurück nach einer Pause. Schön, dass Sie da sind; alles ist, wie Sie es verlassen haben.",
            ],
        })
    }
}

/// The plan.
pub(crate) mod plan {
    use tonus_report::vocabulary::Language;

    use crate::plan::{Advice, NotCounted, PlanAdvice};

    pub(crate) const fn not_counted(lang: Language, reason: NotCounted) -> &'static str {
        lang.pick(match reason {
            NotCounted::OtherProgram => [
                "It was another programme than that of this step.",
                "Es war ein anderes Programm als das dieses Schrittes.",
            ],
            NotCounted::TooLittleSignal => [
                "Less than half of the time had a usable signal.",
                "Weniger als die Hälfte der Zeit gab es ein brauchbares Signal.",
            ],
            NotCounted::EndedEarly => [
                "It ended before four fifths of the programme, which is always fine.",
                "Sie endete vor vier Fünfteln des Programms, was immer in Ordnung ist.",
            ],
            NotCounted::NotYetAtEase => [
                "Letting go was below the 60 of 100 that lead to the next step.",
                "Das Loslassen lag unter den 60 von 100, die zum nächsten Schritt führen.",
            ],
            NotCounted::PainRose => {
                ["Pain was higher afterwards by 2 or more.", "Der Schmerz war danach um 2 oder mehr höher."]
            }
        })
    }

    pub(crate) fn advice(lang: Language, plan: &PlanAdvice) -> String {
        let PlanAdvice { good_sessions, good_sessions_needed, suggested_stage, stage, .. } = plan;
        match (lang, plan.advice, &plan.pain_rise) {
            (Language::English, Advice::NextStep, _) => {
                format!("Step {suggested_stage} is ready whenever you are. Staying with step {stage} is fine too.")
            }
            (Language::German, Advice::NextStep, _) => format!(
                "Schritt {suggested_stage} ist bereit, wann immer Sie es sind. Bei Schritt {stage} zu bleiben ist auch gut."
            ),
            (Language::English, Advice::OfferStepBack, _) => format!(
                "Pain rose around the latest sessions. Step {suggested_stage} is there if you would like an easier one, \
                 and a day of rest is fine too."
            ),
            (Language::German, Advice::OfferStepBack, _) => format!(
                "Um die letzten Sitzungen herum nahm der Schmerz zu. Schritt {suggested_stage} ist da, wenn Sie einen \
                 leichteren möchten, und ein Tag Pause ist auch gut."
            ),
            (_, Advice::Finished, _) => lang
                .pick([
                    "That was the last step of this plan. Any of its steps is there to come back to.",
                    "Das war der letzte Schritt dieses Plans. Zu jedem seiner Schritte können Sie zurückkommen.",
                ])
                .to_owned(),
            (_, Advice::Stay, Some(_)) => lang
                .pick([
                    "Pain rose around the latest sessions. Shorter sessions or a day of rest are fine; \
                     this step is here when you come back.",
                    "Um die letzten Sitzungen herum nahm der Schmerz zu. Kürzere Sitzungen oder ein Tag Pause sind gut; \
                     dieser Schritt ist da, wenn Sie wiederkommen.",
                ])
                .to_owned(),
            (Language::English, Advice::Stay, None) => format!(
                "This step is a good place to be: {good_sessions} of {good_sessions_needed} sessions toward the next one. \
                 There is no hurry, and days without a session change nothing."
            ),
            (Language::German, Advice::Stay, None) => format!(
                "Dieser Schritt ist ein guter Ort: {good_sessions} von {good_sessions_needed} Sitzungen bis zum nächsten. \
                 Es eilt nicht, und Tage ohne Sitzung ändern nichts."
            ),
        }
    }
}

/// Talking with a clinician.
pub(crate) mod suggestion {
    use tonus_report::vocabulary::Text;

    pub(crate) const PAIN_ROSE: Text = [
        "Your latest diary entries speak of more pain than the ones before. It may help to talk with a clinician or \
         physiotherapist about it, and to bring this history along if you like.",
        "Ihre letzten Einträge im Tagebuch sprechen von mehr Schmerz als die davor. Es kann helfen, mit einer Ärztin, \
         einem Arzt oder in der Physiotherapie darüber zu sprechen und, wenn Sie mögen, diesen Verlauf mitzubringen.",
    ];
    pub(crate) const PAIN_IS_HIGH: Text = [
        "Your latest diary entries speak of much pain. It may help to talk with a clinician or physiotherapist about \
         it, and to bring this history along if you like.",
        "Ihre letzten Einträge im Tagebuch sprechen von viel Schmerz. Es kann helfen, mit einer Ärztin, einem Arzt oder \
         in der Physiotherapie darüber zu sprechen und, wenn Sie mögen, diesen Verlauf mitzubringen.",
    ];
}

/// The history as text.
pub(crate) mod text {
    use tonus_report::vocabulary::{Language, Text};

    pub(crate) const EMPTY: Text = [
        "There are no sessions yet. The first one starts the history.",
        "Es gibt noch keine Sitzung. Die erste beginnt den Verlauf.",
    ];
    pub(crate) const NOT_STATED: Text = ["no circumstances stated", "keine Umstände genannt"];
    pub(crate) const MILESTONES: Text = ["Milestones", "Meilensteine"];
    pub(crate) const DIRECTIONS: Text = [
        "A change counts only beyond what measuring twice may differ by. Of all but contraction and time at ease, lower \
         is easier; of time at ease, higher; of contraction, that depends.",
        "Eine Änderung zählt erst, wenn sie größer ist als das, was zweimal Messen ausmachen kann. Niedriger ist leichter, \
         außer bei der Zeit in Ruhe, wo höher leichter ist, und bei der Anspannung, wo es darauf ankommt.",
    ];

    fn count(n: usize, word: [&str; 2]) -> String {
        format!("{n} {}", word[usize::from(n != 1)])
    }

    fn session_count(lang: Language, n: usize) -> String {
        count(n, [["session", "sessions"], ["Sitzung", "Sitzungen"]][lang as usize])
    }

    pub(crate) fn sessions(lang: Language, n: usize, first: &str, last: &str) -> String {
        let n = session_count(lang, n);
        match lang {
            Language::English => format!("{n} from {first} to {last} (days in UTC)"),
            Language::German => format!("{n} vom {first} bis zum {last} (Tage in UTC)"),
        }
    }

    pub(crate) fn series(lang: Language, conditions: &str, n: usize) -> String {
        format!("{}: {} ({conditions})", lang.pick(["Compared", "Verglichen"]), session_count(lang, n))
    }

    pub(crate) fn calmest(lang: Language, level: &str, day: &str, n: usize) -> String {
        match lang {
            Language::English => format!("  Calmest rest seen: {level} on {day} ({})", session_count(lang, n)),
            Language::German => format!("  Ruhigste Ruhe bisher: {level} am {day} ({})", session_count(lang, n)),
        }
    }

    pub(crate) fn not_compared(lang: Language, n: usize, fields: &str) -> String {
        let fields =
            if fields.is_empty() { String::new() } else { format!(" ({} {fields})", lang.pick(["other", "anders:"])) };
        let what = ["Not compared with the latest session", "Nicht mit der letzten Sitzung verglichen"];
        format!("{}: {n}{fields}", lang.pick(what))
    }

    pub(crate) fn diary(lang: Language, n: usize, unread: usize) -> String {
        let lines = count(unread, [["line", "lines"], ["Zeile", "Zeilen"]][lang as usize]);
        let unread = match lang {
            _ if unread == 0 => String::new(),
            Language::English => format!(", {lines} that cannot be read"),
            Language::German => format!(", {lines} nicht lesbar"),
        };
        let entries = count(n, [["entry", "entries"], ["Eintrag", "Einträge"]][lang as usize]);
        format!("{}: {entries}{unread}", lang.pick(["Diary", "Tagebuch"]))
    }

    pub(crate) fn plan(lang: Language, title: &str, stage: u8, stages: u8, stage_title: &str) -> String {
        match lang {
            Language::English => format!("Plan: {title}, step {stage} of {stages}: {stage_title}"),
            Language::German => format!("Plan: {title}, Schritt {stage} von {stages}: {stage_title}"),
        }
    }
}
