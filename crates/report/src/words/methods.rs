//! How each number was made: one line each.

use crate::vocabulary::Text;

pub(crate) const TITLE: Text = ["How each number was made", "Wie jede Zahl entsteht"];

/// What, and how.
pub(crate) const LINES: &[(Text, Text)] = &[
    (
        ["–", "–"],
        [
            "could not be determined, or does not apply here. It is never a zero.",
            "ließ sich nicht bestimmen oder gilt hier nicht. Es ist nie eine Null.",
        ],
    ),
    (
        ["Envelope", "Hüllkurve"],
        [
            "of a raw sensor, the root mean square over 100 ms of the filtered signal; of an envelope sensor, its mean over 100 ms. One value every 10 ms.",
            "bei einem Rohsensor der Effektivwert des gefilterten Signals über 100 ms, bei einem Hüllkurvensensor dessen Mittel über 100 ms. Ein Wert alle 10 ms.",
        ],
    ),
    (
        ["Own resting level", "Eigener Ruhewert"],
        [
            "the median of the envelope during the quiet measurement; its spread is the robust standard deviation there (1.4826 × MAD).",
            "der Median der Hüllkurve während der Ruhemessung; seine Streuung ist die robuste Standardabweichung dort (1,4826 × MAD).",
        ],
    ),
    (
        ["Own comfortable hold", "Eigenes bequemes Halten"],
        [
            "the middle of the held part of the reference contractions, or the largest one where a maximum was asked for.",
            "die Mitte des gehaltenen Teils der Referenzanspannungen, oder die größte, wo ein Maximum verlangt war.",
        ],
    ),
    (
        ["Active from, inactive below", "Aktiv ab, nicht mehr aktiv unter"],
        [
            "about 1.5 × and 1.3 × the resting level; what decides is the level of the whitened signal, which varies less.",
            "etwa 1,5 × und 1,3 × der Ruhewert; entschieden wird nach der Höhe des geweißten Signals, die weniger schwankt.",
        ],
    ),
    (
        ["Rest, controlled, overactive", "Ruhe, kontrolliert, überaktiv"],
        [
            "seconds in each state, counted in steps of 10 ms. Time without a statement is in none of them and enters no other number.",
            "Sekunden in jedem Zustand, gezählt in Schritten von 10 ms. Zeit ohne Messung gehört zu keinem und geht in keine andere Zahl ein.",
        ],
    ),
    (
        ["Mean, SD, CV", "Mittel, SD, CV"],
        [
            "mean and standard deviation of the envelope over the measured time; CV is SD over mean. Both depend on the window, which is quoted; contractions leave the first second out, rests the release.",
            "Mittel und Standardabweichung der Hüllkurve über die gemessene Zeit; CV ist SD durch Mittel. Beide hängen vom Fenster ab, das genannt ist; bei Anspannungen bleibt die erste Sekunde weg, bei Ruhe das Loslassen.",
        ],
    ),
    (
        ["Peak", "Spitze"],
        [
            "the largest envelope; of a segment, the mean of the peaks.",
            "die größte Hüllkurve; bei einem Abschnitt das Mittel der Spitzen.",
        ],
    ),
    (
        ["Rise, fall", "Anstieg, Abfall"],
        [
            "seconds from activity to the peak, and from the peak to inactivity.",
            "Sekunden von der Aktivität bis zur Spitze und von der Spitze bis zum Ende der Aktivität.",
        ],
    ),
    (["Reaction", "Reaktion"], ["seconds from the cue to activity.", "Sekunden von der Ansage bis zur Aktivität."]),
    (
        ["Release", "Loslassen"],
        [
            "seconds from the rest cue until the envelope is inactive and stays so for 0.25 s. Reaction is part of it, so it is no muscle time.",
            "Sekunden von der Ruheansage, bis die Hüllkurve nicht mehr aktiv ist und es 0,25 s lang bleibt. Die Reaktion gehört dazu, es ist also keine Zeit des Muskels allein.",
        ],
    ),
    (
        ["Residual", "Restspannung"],
        [
            "the median of the rest after a contraction over the own resting level; the first 3 s are left out.",
            "der Median der Ruhe nach einer Anspannung durch den eigenen Ruhewert; die ersten 3 s bleiben weg.",
        ],
    ),
    (
        ["Complete release", "Ganz losgelassen"],
        [
            "let go within the allowance, and a residual of 1.15 × or less.",
            "innerhalb der Frist losgelassen, und eine Restspannung von 1,15 × oder weniger.",
        ],
    ),
    (
        ["On target", "Im Ziel"],
        [
            "share of the measured time below the ceiling or within the band; nothing below half of valid time.",
            "Anteil der gemessenen Zeit unter der Obergrenze oder im Bereich; nichts unter der Hälfte gültiger Zeit.",
        ],
    ),
    (
        ["Points", "Punkte"],
        [
            "from 0 to 100: on-target time of the whole session in percent, on valid time only.",
            "von 0 bis 100: Zeit im Ziel über die ganze Sitzung in Prozent, nur gültige Zeit.",
        ],
    ),
    (
        ["Medians of a session", "Mediane einer Sitzung"],
        [
            "release, residual, rise, fall and variation of holds need five repetitions: single ones vary too much.",
            "Loslassen, Restspannung, Anstieg, Abfall und Schwankung des Haltens brauchen fünf Wiederholungen: Einzelne schwanken zu sehr.",
        ],
    ),
    (
        ["Work band", "Arbeitsbereich"],
        [
            "shares of the activation, which is 0 at rest and 1 at the comfortable hold; of raw sensors it is corrected for resting noise: √(e² − B²) / √(R² − B²).",
            "Anteile der Aktivierung, die in Ruhe 0 und beim bequemen Halten 1 ist; bei Rohsensoren ist das Ruherauschen abgezogen: √(e² − B²) / √(R² − B²).",
        ],
    ),
    (
        ["Median frequency", "Medianfrequenz"],
        [
            "half of the power lies below it, in pieces of about 0.5 s while the muscle is active, mains left out; in Hz.",
            "die Hälfte der Leistung liegt darunter, in Stücken von etwa 0,5 s, solange der Muskel aktiv ist, ohne Netzbrummen; in Hz.",
        ],
    ),
    (
        ["Percent of the hold", "Prozent des Haltens"],
        [
            "mean over the own comfortable hold, not corrected for noise: it may point the other way than µV, so read both.",
            "Mittel durch das eigene bequeme Halten, nicht um Rauschen bereinigt: Es kann anders zeigen als µV, darum beides lesen.",
        ],
    ),
];
