//! Several files: a line for each, and one table of all.

use std::fmt::{Display, Write as _};
use std::path::Path;
use std::sync::mpsc;

use tonus_core::text::OneLine;
use tonus_engine::Analysis;
use tonus_report::atomic_file::replace;
use tonus_report::{ChannelReport, Summary};

use crate::failure::{self, Failure, GATE, OK, worse};
use crate::human;
use crate::plan::{Analyze, SUMMARY_TABLE};
use crate::progress::Meter;

/// Columns of the table.
const NAMES: &str = "file,channel,digest,rest_s,controlled_s,overactive_s,invalid_s,contractions,overactivity,rest_mean_uv,\
                     rest_median_uv,baseline_uv,reference_uv,mdf_hz,valid_share,error\n";

/// One row per file and channel, in the order of the files.
#[derive(Debug)]
pub(crate) struct Table(String);

impl Table {
    pub(crate) fn new() -> Self {
        Self(NAMES.to_owned())
    }

    /// A file that was analyzed; what is to be known of it stands where an error would.
    pub(crate) fn push(&mut self, Analysis { summary, warnings, .. }: &Analysis) {
        for channel in &summary.channels {
            let ChannelReport { seconds, rest, calibration, spectrum, .. } = channel;
            let total = seconds.rest + seconds.controlled + seconds.overactive + seconds.invalid;
            let valid_share = (total > 0.0).then(|| (total - seconds.invalid) / total);
            let cells = [
                cell(&summary.input.file),
                cell(&channel.name),
                summary.digest.clone(),
                seconds.rest.to_string(),
                seconds.controlled.to_string(),
                seconds.overactive.to_string(),
                seconds.invalid.to_string(),
                channel.contractions_total.to_string(),
                channel.overactivity_total.to_string(),
                some(rest.mean_uv),
                some(rest.median_uv),
                some(calibration.baseline_uv),
                some(calibration.reference_uv),
                some(spectrum.map(|spectrum| spectrum.mdf_hz)),
                some(valid_share),
                cell(&warnings.join("; ")),
            ];
            self.0 += &cells.join(",");
            self.0.push('\n');
        }
    }

    /// A file that could not be analyzed.
    pub(crate) fn push_failure(&mut self, file: &Path, failure: &Failure) {
        // Writing to a string cannot fail.
        let _ =
            writeln!(self.0, "{}{}{}", cell(&file.display().to_string()), ",".repeat(15), cell(&failure.to_string()));
    }

    /// Puts the table into its folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let place = folder.join(SUMMARY_TABLE);
        let written = std::fs::create_dir_all(folder).and_then(|()| replace(&place, self.0.as_bytes()));
        written.map_err(|source| Failure::Storage { place, source })
    }
}

/// Prints results in the order of the files, as they come.
pub(crate) fn print_in_order(
    plan: &Analyze,
    results: &mpsc::Receiver<(usize, Result<Analysis, Failure>)>,
    meter: &Meter,
) -> Result<u8, Failure> {
    let mut table = Table::new();
    let mut waiting: Vec<Option<Result<Analysis, Failure>>> = plan.inputs.iter().map(|_| None).collect();
    let (mut code, mut printed) = (OK, 0);
    for (number, result) in results {
        waiting[number] = Some(result);
        while let Some(result) = waiting.get_mut(printed).and_then(Option::take) {
            match result {
                Ok(analysis) => {
                    let summary = &analysis.summary;
                    meter.aside(|| print_one(summary, plan))?;
                    table.push(&analysis);
                    if plan.strict && !summary.gate.passed {
                        for failed in &summary.gate.failures {
                            failure::say(&format!("quality gate: {}: {failed}", summary.input.file));
                        }
                        code = worse(code, GATE);
                    }
                }
                Err(failure) => {
                    meter.aside(|| failure.report());
                    if let Some(source) = plan.inputs.get(printed) {
                        table.push_failure(&source.file, &failure);
                    }
                    code = worse(code, failure.code());
                }
            }
            printed += 1;
            meter.done(printed);
        }
    }
    if let Some(folder) = &plan.table {
        table.write(folder)?;
    }
    Ok(code)
}

fn print_one(summary: &Summary, plan: &Analyze) -> Result<(), Failure> {
    let json = |error: std::io::Error| Failure::Internal(error.to_string());
    let text = match (plan.json, plan.inputs.len()) {
        (true, 1) => summary.to_json().map_err(json)?,
        (true, _) => summary.to_json_line().map_err(json)?,
        (false, _) if plan.quiet => return Ok(()),
        (false, 1) => human::text(summary),
        (false, _) => line(summary),
    };
    failure::print(&text)
}

/// The line of a file for people.
pub(crate) fn line(summary: &Summary) -> String {
    let Summary { input, channels, .. } = summary;
    let sum = |count: fn(&ChannelReport) -> u64| channels.iter().map(count).sum::<u64>();
    let rejected = match input.rows_rejected {
        0 => String::new(),
        count => format!(", {count} rows rejected"),
    };
    let baseline = match channels.iter().filter(|channel| !channel.calibration.accepted).count() {
        0 => String::new(),
        count => format!(", {count} without a baseline"),
    };
    format!(
        "{}: {:.1} s at {} Hz, channels {}{baseline}, contractions {}, overactivity {}{rejected}, digest {}\n",
        OneLine(&input.file),
        input.duration_s,
        input.rate_hz,
        channels.len(),
        sum(|channel| channel.contractions_total),
        sum(|channel| channel.overactivity_total),
        summary.digest.get(..12).unwrap_or_default(),
    )
}

fn some(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Text as a cell of a CSV table: quoted where it must be, on one line.
fn cell(text: &str) -> String {
    tonus_report::csv_cell(&OneLine(text).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_fills_its_row() {
        let mut table = Table::new();
        let failure = Failure::Usage { message: "bad, \"very\" bad".into(), help: String::new() };
        table.push_failure(Path::new("a,b\n.csv"), &failure);
        let row = table.0.lines().nth(1).unwrap();
        assert_eq!(row, "\"a,b\\u000a.csv\",,,,,,,,,,,,,,,\"bad, \"\"very\"\" bad\"");
        assert_eq!(NAMES.matches(',').count(), 15);
    }
}
