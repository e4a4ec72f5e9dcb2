//! The summary for people: short, factual, never a judgement of a person.

use std::fmt::{Display, Write as _};

use tonus_core::decision::{Reasons, State};
use tonus_core::text::OneLine;
use tonus_report::training::TrainingReport;
use tonus_report::vocabulary::{quality as quality_word, reason, rejection, rest_figures, state};
use tonus_report::{ChannelReport, RestFigures, Summary, amplitude, median, norms};

use crate::words::{self, LANGUAGE};

/// The summary as text.
pub(crate) fn text(summary: &Summary) -> String {
    let mut out = String::new();
    let input = &summary.input;
    let rows =
        if input.rows_rejected == 0 { String::new() } else { format!(", {} of them rejected", input.rows_rejected) };
    let gaps = if input.gaps == 0 {
        String::new()
    } else {
        format!(", {} gaps ({} frames)", input.gaps, input.frames_missing)
    };
    let own: Vec<String> = input.rates().iter().map(|(_, hz)| hz.to_string()).collect();
    let rates = if own.is_empty() { input.rate_hz.to_string() } else { own.join(", ") };
    line(&mut out, format_args!("{}", input.file));
    line(
        &mut out,
        format_args!(
            "  {:.1} s at {rates} Hz ({}), {} rows{rows}{gaps}",
            input.duration_s,
            input.rate_source.name().replace('_', " "),
            input.rows_read
        ),
    );
    for reject in &input.rejects {
        let column = reject.column.map_or(String::new(), |column| format!(", column {column}"));
        line(&mut out, format_args!("  line {}{column}: {} {}", reject.line, reject.found, reject.reason));
    }
    for channel in &summary.channels {
        channel_text(&mut out, channel);
    }
    if let Some(training) = &summary.training {
        training_text(&mut out, training);
    }
    for note in &summary.notes {
        line(&mut out, format_args!("note: {note}"));
    }
    let published = |channel: &ChannelReport| {
        norms::published(LANGUAGE, summary.config.profile, &amplitude(channel.rest.median_uv?.into()))
            .map(|sentence| format!("{}: {sentence}", channel.name))
    };
    // Without a known scale nothing here is a microvolt.
    let is_scaled = input.channels.iter().all(|channel| channel.uv_per_unit.is_some());
    if is_scaled && summary.config.norms == norms::NAMES[0] {
        summary.channels.iter().filter_map(published).for_each(|text| line(&mut out, text));
    }
    line(&mut out, format_args!("digest {}", summary.digest));
    if is_scaled { out } else { out.replace(" µV", " units") }
}

fn channel_text(out: &mut String, channel: &ChannelReport) {
    let calibration = &channel.calibration;
    line(out, format_args!("{}", channel.name));
    if let (true, Some(baseline), Some(spread)) = (calibration.accepted, calibration.baseline_uv, calibration.spread_uv)
    {
        let reference = calibration
            .reference_uv
            .map_or("no reference".to_owned(), |uv| format!("reference {} µV", amplitude(uv.into())));
        let on = calibration.on_uv.map_or(String::new(), |uv| format!(", active from {} µV", amplitude(uv.into())));
        let (baseline, spread) = (amplitude(baseline.into()), amplitude(spread.into()));
        line(out, format_args!("  calibration   baseline {baseline} µV (spread {spread}), {reference}{on}"));
    } else if calibration.accepted {
        line(out, format_args!("  calibration   baseline accepted; its level has no unit"));
    } else {
        line(out, format_args!("  calibration   no baseline; every state is invalid"));
    }
    for message in &calibration.messages {
        line(out, format_args!("                {message}"));
    }
    if let Some(figures) = calibration.rest_figures().filter(RestFigures::is_above_calmest) {
        line(out, format_args!("                {}", rest_figures(LANGUAGE, &figures)));
    }
    let seconds = &channel.seconds;
    line(
        out,
        format_args!(
            "  states        {} {:.1} s, {} {:.1} s, {} {:.1} s, {} {:.1} s",
            state(LANGUAGE, State::Rest),
            seconds.rest,
            state(LANGUAGE, State::Controlled),
            seconds.controlled,
            state(LANGUAGE, State::Overactive),
            seconds.overactive,
            state(LANGUAGE, State::Invalid),
            seconds.invalid
        ),
    );
    let releases = || channel.contractions.iter().filter_map(|c| c.release_s);
    let release = median(releases())
        .map_or(String::new(), |median| format!(", released in {median:.2} s (median of {})", releases().count()));
    line(out, format_args!("  contractions  {}{release}", channel.contractions_total));
    if channel.overactivity_total > 0 {
        line(out, format_args!("  overactivity  {}{}", channel.overactivity_total, reasons(channel)));
    }
    if let (Some(mean), Some(middle)) = (channel.rest.mean_uv, channel.rest.median_uv) {
        let cv = channel.rest.cv.map_or(String::new(), |cv| format!(", varies by {:.0} %", 100.0 * cv));
        line(
            out,
            format_args!("  rest          mean {} µV, median {} µV{cv}", amplitude(mean), amplitude(middle.into())),
        );
    }
    if let Some(spectrum) = channel.spectrum {
        line(out, format_args!("  spectrum      median {:.0} Hz, mean {:.0} Hz", spectrum.mdf_hz, spectrum.mnf_hz));
    }
    let quality = &channel.quality;
    let percent = |count: u64| 100.0 * count as f64 / quality.decisions.max(1) as f64;
    let mut flags = format!("ok {:.1} %", percent(quality.ok));
    for (flag, count) in quality.flags().into_iter().filter(|(_, count)| *count > 0) {
        // Writing to a string cannot fail.
        let _ = write!(flags, ", {} {:.1} %", quality_word(LANGUAGE, flag), percent(count));
    }
    line(out, format_args!("  quality       {flags}"));
}

/// What came of a training session, as text.
pub(crate) fn training(training: &TrainingReport) -> String {
    let mut out = String::new();
    training_text(&mut out, training);
    out
}

fn training_text(out: &mut String, training: &TrainingReport) {
    line(out, words::training(&training.title, training.stage, training.end_s, training.planned_s));
    for channel in &training.channels {
        let scores = &channel.scores;
        let mut lines: Vec<String> = Vec::new();
        lines.extend(scores.relaxation_points.map(words::relaxation));
        lines.extend(scores.hold_points.map(words::holds));
        if scores.repetitions > 0 {
            lines.push(words::repetitions(
                scores.repetitions_counted,
                scores.repetitions,
                scores.complete_releases,
                scores.releases,
                scores.release_s,
            ));
        }
        let mut reasons: Vec<(&str, usize)> = Vec::new();
        for reason in channel.repetitions.iter().filter_map(|one| one.rejected) {
            count(&mut reasons, rejection(LANGUAGE, reason));
        }
        if !reasons.is_empty() {
            lines.push(words::not_counted(&named(&reasons)));
        }
        lines.extend(scores.breath_ratio.map(words::breath));
        for adopted in &channel.adoptions {
            let level = |uv: f32| format!("{} µV", amplitude(uv.into()));
            lines.push(words::adopted(adopted.t_s, &level(adopted.from_uv), &level(adopted.to_uv)));
        }
        lines.extend(scores.undetermined.iter().cloned());
        for segment in &channel.segments {
            let mean = segment.mean_uv.map_or("-".to_owned(), amplitude);
            let cv = segment.cv.map_or("-".to_owned(), |cv| format!("{:.0} %", 100.0 * cv));
            let peak = segment.peak_uv.map(amplitude);
            lines.push(words::segment(&segment.name, &mean, &cv, peak.as_deref(), segment.mdf_hz));
        }
        if training.channels.len() > 1 {
            line(out, format_args!("  {}", channel.name));
        }
        for text in lines {
            line(out, format_args!("  {text}"));
        }
    }
}

/// How often each reason was named, as ` (slow to let go 2, held for long 1)`.
fn reasons(channel: &ChannelReport) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for one in &channel.overactivity {
        for (flag, _) in Reasons::NAMES.iter().filter(|(flag, _)| one.reasons.intersects(*flag)) {
            count(&mut counts, reason(LANGUAGE, *flag));
        }
    }
    if counts.is_empty() { String::new() } else { format!(" ({})", named(&counts)) }
}

fn count<'a>(counts: &mut Vec<(&'a str, usize)>, word: &'a str) {
    match counts.iter_mut().find(|(name, _)| *name == word) {
        Some((_, count)) => *count += 1,
        None => counts.push((word, 1)),
    }
}

fn named(counts: &[(&str, usize)]) -> String {
    let named: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    named.join(", ")
}

/// Appends a line, and no more than one, whatever a file's names hold.
fn line(out: &mut String, text: impl Display) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", OneLine(&text.to_string()));
}

#[cfg(test)]
mod tests {
    use tonus_report::Contraction;

    use super::*;

    #[test]
    fn the_median_of_two_releases_lies_between_them() {
        let mut summary: Summary =
            serde_json::from_str(include_str!("../../history/tests/it/summary.json")).expect("a summary");
        let channel = &mut summary.channels[0];
        let one: Contraction = channel.contractions[0].clone();
        channel.contractions =
            [0.2, 0.6].map(|release_s| Contraction { release_s: Some(release_s), ..one.clone() }).to_vec();
        let text = text(&summary);
        assert!(text.contains("released in 0.40 s (median of 2)"), "{text}");
    }
}
