//! `tonus replay`: recorded inputs through the pipeline again.

use std::io::{self, StdoutLock, Write};
use std::time::{Duration, Instant};

use crate::words::LANGUAGE;
use tonus_core::decision::{Decision, State};
use tonus_core::pipeline::Latency;
use tonus_core::text::OneLine;
use tonus_dsp::units::tick_seconds;
use tonus_engine::{AnalysisError, Decisions, Observer};
use tonus_report::vocabulary::{qualities, reasons, state};
use tonus_report::{DecisionLines, EndLine, LatencyReport, amplitude};

use crate::failure::{self, Failure, OK};
use crate::input::open;
use crate::plan::Replay;
use crate::progress::Meter;
use crate::value::Speed;

/// Frames handed to the pipeline at once: other blocks than those of `analyze`, so that equal digests prove something.
const BLOCK: usize = 16;

/// Plays one recording.
pub(crate) fn run(plan: &Replay) -> Result<u8, Failure> {
    let meter = Meter::new(!plan.quiet, [plan.file.as_path()]);
    let parts = open(&plan.file, &plan.options, &meter)?;
    let names: Vec<String> = parts.channels().map(|channel| channel.name.clone()).collect();
    let unit = unit(parts.channels().all(|channel| channel.scaled));
    let mut decisions = Decisions::start(parts, BLOCK)?;
    let mut printer = Printer::new(&names, unit, Mode::of(plan.json, plan.quiet));
    let begin = Instant::now();
    for decision in decisions.by_ref() {
        let decision = decision?;
        if let Speed::Times(speed) = plan.speed {
            let due = Duration::try_from_secs_f64(tick_seconds(decision.tick) / speed).unwrap_or(Duration::MAX);
            let wait = due.saturating_sub(begin.elapsed());
            if !wait.is_zero() {
                printer.flush().map_err(Failure::Output)?;
                std::thread::sleep(wait);
            }
        }
        printer.decision(&decision);
        printer.check().map_err(Failure::Output)?;
    }
    printer.flush().map_err(Failure::Output)?;
    let digest = decisions.digest();
    let known = decisions.end().ok_or(AnalysisError::Interrupted)?;
    let (counts, gaps) = (known.counts, known.totals.gaps);
    let end = EndLine { frames: counts.frames, lost: counts.frames_missing, gaps, digest };
    printer.finish(&end).map_err(Failure::Output)?;
    failure::warn(&known.file, &known.warnings);
    Ok(OK)
}

/// The unit of levels.
pub(crate) const fn unit(is_scaled: bool) -> &'static str {
    if is_scaled { "µV" } else { "units" }
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Decisions,
    Changes,
    End,
}

impl Mode {
    /// Decisions with `--json`, else changes, else (with `--quiet`) the end line only.
    pub(crate) const fn of(json: bool, quiet: bool) -> Self {
        match (json, quiet) {
            (true, _) => Self::Decisions,
            (false, false) => Self::Changes,
            (false, true) => Self::End,
        }
    }
}

/// Prints decisions, or changes of state.
pub(crate) struct Printer {
    lines: DecisionLines<StdoutLock<'static>>,
    names: Vec<String>,
    unit: &'static str,
    last: Vec<Option<State>>,
    text: Vec<u8>,
    mode: Mode,
    refusal: Option<io::Error>,
}

impl Printer {
    /// A printer for channels of these names.
    pub(crate) fn new(names: &[String], unit: &'static str, mode: Mode) -> Self {
        let lines = DecisionLines::new(io::stdout().lock(), names.iter().map(String::as_str));
        let names = names.iter().map(|name| OneLine(name).to_string()).collect();
        Self { lines, names, unit, last: Vec::new(), text: Vec::new(), mode, refusal: None }
    }

    /// Prints the end line.
    pub(crate) fn finish(self, end: &EndLine) -> io::Result<()> {
        self.lines.finish(end).map(drop)
    }

    /// Prints the end line of a live sensor, which also tells how late the decisions were by the signal's own delay.
    pub(crate) fn finish_live(mut self, end: &EndLine, latency: Option<Latency>) -> io::Result<()> {
        let Some(latency) = latency else { return self.finish(end) };
        self.flush()?;
        let mut line = DecisionLines::new(Vec::new(), std::iter::empty()).finish(end)?;
        let report = serde_json::to_string(&LatencyReport::from(latency))?;
        // The same line with one more key: its closing brace and line end go, and come back behind it.
        line.truncate(line.len().saturating_sub(2));
        line.extend_from_slice(format!(",\"latency_ms\":{report}}}\n").as_bytes());
        self.lines.writer().write_all(&line).and_then(|()| self.lines.flush())
    }

    /// Whether standard output takes what it is given.
    pub(crate) fn check(&mut self) -> io::Result<()> {
        self.refusal.take().map_or(Ok(()), Err)
    }

    /// Hands on what has been gathered.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.mode == Mode::Changes {
            self.lines.writer().write_all(&self.text)?;
            self.text.clear();
        }
        self.lines.flush()
    }

    fn change(&mut self, d: &Decision) -> io::Result<()> {
        let channel = usize::from(d.channel);
        if self.last.len() <= channel {
            self.last.resize(channel + 1, None);
        }
        if self.last[channel].replace(d.state) == Some(d.state) {
            return Ok(());
        }
        let why = [reasons(LANGUAGE, d.reasons), qualities(LANGUAGE, d.quality)];
        let why: Vec<&str> = why.iter().map(String::as_str).filter(|words| !words.is_empty()).collect();
        let name = self.names.get(channel).map_or("", String::as_str);
        let seconds = tick_seconds(d.tick);
        let (state, unit) = (state(LANGUAGE, d.state), self.unit);
        let envelope = if d.envelope_uv.is_nan() { "-".to_owned() } else { amplitude(d.envelope_uv.into()) };
        writeln!(self.text, "{seconds:10.2} s  {name}  {state:<10}  {envelope:>8} {unit}  {}", why.join(", "))?;
        if self.text.len() > 1 << 14 {
            self.lines.writer().write_all(&self.text)?;
            self.text.clear();
        }
        Ok(())
    }
}

impl Observer for Printer {
    fn decision(&mut self, d: &Decision) {
        let done = match self.mode {
            Mode::Decisions => self.lines.push(d),
            Mode::Changes => self.change(d),
            Mode::End => Ok(()),
        };
        if let Err(error) = done {
            self.refusal.get_or_insert(error);
        }
    }
}
