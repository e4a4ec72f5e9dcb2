//! Channels of several sampling rates: a recording and a pipeline for those of each rate, one result.
//!
//! Ticks are 10 ms at every rate, so decisions and the rows of `states.csv` stand beside each other; nothing is resampled.
//! The file is read once for each rate.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use tonus_dsp::units::SampleRate;
use tonus_record::{ChannelInfo, ChannelSelector, Kind, OpenOptions, RateGroup, ReadError, Recording, SettingNames};
use tonus_report::atomic_file::{NewFile, replace};
use tonus_report::{Summary, hex, html};

use crate::engine::MAX_CHANNELS;
use crate::error::AnalysisError;
use crate::observer::Observer;
use crate::options::AnalysisOptions;

use super::analyze::{Analysis, REPORT, ReportOptions, analyze_with, judge};
use super::calibrate::{Calibrated, calibrate};
use super::playback::check_finalised;

/// The channels of one sampling rate, ready to be read, and how.
#[derive(Debug)]
pub struct Part {
    pub(crate) recording: Recording,
    pub(crate) options: AnalysisOptions,
}

impl Part {
    /// Its channels.
    pub fn channels(&self) -> &[ChannelInfo] {
        &self.recording.header().channels
    }
}

/// A recording that was opened: a part for each sampling rate of its channels, in the order of their first ones. Nearly
/// always that is one.
#[derive(Debug)]
pub struct Parts(Vec<Part>);

impl Parts {
    /// A recording whose channels have one rate.
    pub fn whole(recording: Recording, options: &AnalysisOptions) -> Self {
        Self(vec![Part { recording, options: options.clone() }])
    }

    /// Opens a file, which must have been finalised if it is a live session.
    ///
    /// # Errors
    /// [`AnalysisError::Read`], [`AnalysisError::Unrecovered`].
    pub fn open(file: &Path, options: &AnalysisOptions) -> Result<Self, AnalysisError> {
        check_finalised(file)?;
        Self::open_with(|open| Ok(Recording::open(file, open)?), options)
    }

    /// As [`Parts::open`] with a way to open the recording, which is asked again for the channels of each rate where there
    /// are several.
    ///
    /// # Errors
    /// What `open` says; also where channels of several rates would have to go through one pipeline: for a programme, for
    /// channels that should stay quiet, and for one rate that is given.
    pub fn open_with(
        open: impl Fn(&OpenOptions) -> Result<Recording, AnalysisError>,
        options: &AnalysisOptions,
    ) -> Result<Self, AnalysisError> {
        let error = match open(&options.open) {
            Ok(recording) => return Ok(Self::whole(recording, options)),
            Err(error) => error,
        };
        let AnalysisError::Read(several) = &error else { return Err(error) };
        let Some(groups) = can_be_apart(several, options) else { return Err(error) };
        let mut parts = Vec::new();
        for group in groups {
            let mut options = options.clone();
            options.open.channels = group.columns.iter().map(|column| ChannelSelector::Index(*column)).collect();
            parts.push(Part { recording: open(&options.open)?, options });
        }
        share_calibrations(&mut parts);
        Ok(Self(parts))
    }

    /// All channels, those of each rate together: so they are numbered from 0 on.
    pub fn channels(&self) -> impl Iterator<Item = &ChannelInfo> {
        self.0.iter().flat_map(Part::channels)
    }

    /// The parts themselves.
    pub(crate) fn into_each(self) -> Vec<Part> {
        self.0
    }

    /// Analyzes the channels of each rate.
    ///
    /// Of `input`, rates, rows and frames are those of the first rate; rejected rows are the most, missing cells the sum. The
    /// digest is that of several rates ([`digest_of`]).
    ///
    /// # Errors
    /// As [`crate::analyze`].
    pub fn analyze(self, report: &ReportOptions) -> Result<Analysis, AnalysisError> {
        Ok(self.analyze_with(report, |_| ())?.0)
    }

    /// As [`Parts::analyze`]; what `watcher` makes for each part observes that part, whose channels it knows from 0 on.
    ///
    /// # Errors
    /// As [`Parts::analyze`].
    pub fn analyze_with<O: Observer>(
        self,
        report: &ReportOptions,
        watcher: impl FnMut(&Part) -> O,
    ) -> Result<(Analysis, Vec<O>), AnalysisError> {
        let mut watchers: Vec<O> = self.0.iter().map(watcher).collect();
        let is_whole = self.0.len() == 1;
        let mut parts = self.0.into_iter().zip(&mut watchers);
        let analysis = if is_whole && let Some((Part { recording, options }, watcher)) = parts.next() {
            analyze_with(recording, &options, report, watcher)?
        } else {
            analyze_apart(parts, report)?
        };
        Ok((analysis, watchers))
    }

    /// Measures the calibrations of all channels, as [`crate::calibrate`] does.
    ///
    /// # Errors
    /// As [`crate::calibrate`].
    pub fn calibrate(self) -> Result<Vec<Calibrated>, AnalysisError> {
        let mut all = Vec::new();
        for Part { recording, options } in self.0 {
            all.extend(calibrate(recording, &options)?);
        }
        Ok(all)
    }
}

/// The digest of decisions at several sampling rates: the SHA-256 of the digests (in hex) of each rate, one after the other;
/// of one rate it is that one's.
pub fn digest_of(digests: &[[u8; 32]]) -> [u8; 32] {
    match digests {
        [one] => *one,
        several => Sha256::digest(several.iter().map(|digest| hex(digest)).collect::<String>()).into(),
    }
}

/// The channels by their rates, if a recording was not opened for nothing but that it has several, and a pipeline for each
/// can do what is asked for: programmes and channels that should stay quiet need all channels in one, and a stated rate is one.
fn can_be_apart<'a>(error: &'a ReadError, options: &AnalysisOptions) -> Option<&'a [RateGroup]> {
    let ReadError::SeveralRates { groups, .. } = error else { return None };
    let is_raw = options.open.kind.unwrap_or_default() == Kind::Raw;
    let fits = |hz: f64| SampleRate::new(hz).is_ok() && (!is_raw || hz >= SampleRate::MIN_RAW_HZ);
    let is_plain = options.program.is_none() && options.accessory.is_empty() && options.open.rate_hz.is_none();
    let count: usize = groups.iter().map(|group| group.columns.len()).sum();
    let is_possible = groups.iter().all(|group| group.rate_hz.is_some_and(fits)) && count <= MAX_CHANNELS;
    (is_plain && is_possible).then_some(groups)
}

/// Gives each part the stored calibrations of its channels; those that fit none stay with the first, which says so.
fn share_calibrations(parts: &mut [Part]) {
    let mut fits_none = true;
    let mut shared: Vec<_> = parts.iter().map(|part| part.options.calibrations.clone()).collect();
    for (n, (part, calibrations)) in parts.iter().zip(&mut shared).enumerate() {
        let Some(calibrations) = calibrations else { return };
        let is_of = |name: &str| part.channels().iter().any(|channel| channel.name == name);
        // One without a name belongs to the first channel.
        calibrations.retain(|stored| is_of(&stored.channel) || stored.channel.is_empty() && n == 0);
        fits_none &= calibrations.is_empty();
    }
    let from = usize::from(fits_none);
    for (part, calibrations) in parts.iter_mut().zip(shared).skip(from) {
        part.options.calibrations = calibrations.filter(|calibrations| !calibrations.is_empty());
    }
}

/// Analyzes the parts one after the other and puts them together.
fn analyze_apart<'o, O: Observer + 'o>(
    parts: impl Iterator<Item = (Part, &'o mut O)>,
    report: &ReportOptions,
) -> Result<Analysis, AnalysisError> {
    let storage = |place: &Path| {
        let place = place.to_owned();
        move |source| AnalysisError::Storage { place, source }
    };
    // Tables are put together from those of the parts.
    let drafts = match &report.out {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(storage(folder))?;
            let drafts = tempfile::Builder::new().prefix(".rates.").tempdir_in(folder);
            Some(drafts.map_err(storage(folder))?)
        }
        None => None,
    };
    let draft = |n: usize| drafts.as_ref().map(|drafts| drafts.path().join(n.to_string()));
    let mut whole: Option<Analysis> = None;
    let mut digest = String::new();
    let (mut count, mut names) = (0, SettingNames::default());
    for (n, (Part { recording, options }, watcher)) in parts.enumerate() {
        let report = ReportOptions { out: draft(n), ..report.clone() };
        let mut analysis = analyze_with(recording, &options, &report, watcher)?;
        digest += &analysis.summary.digest;
        (count, names) = (n + 1, options.names);
        let rate_hz = analysis.summary.input.rate_hz;
        for channel in &mut analysis.summary.input.channels {
            channel.rate_hz = Some(rate_hz);
        }
        match &mut whole {
            None => whole = Some(analysis),
            Some(whole) => join(whole, analysis),
        }
    }
    let Some(mut whole) = whole else {
        let found = "no channels";
        return Err(ReadError::NoRows { file: String::new(), found }.into());
    };
    whole.summary.digest = hex(&Sha256::digest(digest));
    judge(&mut whole.summary, &report.norms, names);
    if let Some(folder) = &report.out {
        let folders: Vec<_> = (0..count).filter_map(draft).collect();
        for (name, time) in [("states.csv", 0), ("events.csv", 3)] {
            let place = folder.join(name);
            let sources: Vec<_> = folders.iter().map(|part| part.join(name)).collect();
            merge(&sources, &place, time).map_err(storage(&place))?;
        }
        let summary = whole.summary.to_json().map_err(storage(&folder.join("summary.json")))?;
        let page = whole.trace.as_ref().map(|trace| html::render(&whole.summary, trace, report.language));
        for (name, text) in [("summary.json", summary), (REPORT, page.unwrap_or_default())] {
            let place = folder.join(name);
            replace(&place, text.as_bytes()).map_err(storage(&place))?;
        }
    }
    Ok(whole)
}

/// Appends the channels of another group.
fn join(whole: &mut Analysis, other: Analysis) {
    let Analysis { summary: Summary { input, channels, notes, gate, .. }, trace, calibrations, warnings } = other;
    let summary = &mut whole.summary;
    summary.input.channels.extend(input.channels);
    summary.input.cells_missing += input.cells_missing;
    if input.rows_rejected > summary.input.rows_rejected {
        summary.input.rows_rejected = input.rows_rejected;
        summary.input.rejects = input.rejects;
    }
    summary.channels.extend(channels);
    let add = |to: &mut Vec<String>, from: Vec<String>| {
        for text in from {
            if !to.contains(&text) {
                to.push(text);
            }
        }
    };
    add(&mut summary.notes, notes);
    add(&mut summary.gate.failures, gate.failures);
    summary.gate.passed = summary.gate.failures.is_empty();
    add(&mut whole.warnings, warnings);
    whole.calibrations.extend(calibrations);
    if let (Some(trace), Some(other)) = (&mut whole.trace, trace) {
        trace.join(other);
    }
}

/// One table whose rows are in the order of the time in a column (from 0), those of the same time in the order of sources.
fn merge(sources: &[impl AsRef<Path>], place: &Path, column: usize) -> io::Result<()> {
    let mut out = io::BufWriter::new(NewFile::create(place)?);
    let mut tables = Vec::new();
    for (n, source) in sources.iter().enumerate() {
        let mut table = Rows { lines: BufReader::new(File::open(source)?), row: String::new(), time: 0.0, column };
        table.lines.read_line(&mut table.row)?;
        if n == 0 {
            out.write_all(table.row.as_bytes())?;
        }
        table.next()?;
        tables.push(table);
    }
    while let Some(table) =
        tables.iter_mut().filter(|table| !table.row.is_empty()).min_by(|a, b| a.time.total_cmp(&b.time))
    {
        out.write_all(table.row.as_bytes())?;
        table.next()?;
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)?.finish()
}

/// A table on its way.
struct Rows {
    lines: BufReader<File>,
    /// The next row with its line end; empty at the end.
    row: String,
    time: f64,
    column: usize,
}

impl Rows {
    fn next(&mut self) -> io::Result<()> {
        self.row.clear();
        self.lines.read_line(&mut self.row)?;
        // Names of channels stand before the time of events, and may hold anything in quotes.
        let mut quoted = false;
        let mut cells = self.row.split(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        self.time = cells.nth(self.column).and_then(|cell| cell.parse().ok()).unwrap_or(self.time);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decisions, analyze};

    use std::fmt::Write as _;

    /// Two signals with their own time columns: 2000 Hz and 500 Hz, 20 s, three contractions each at other times.
    fn table() -> String {
        let mut text = "X[s],EMG 1,X[s],EMG 2\n".to_owned();
        let mut random = tonus_testkit::random::Pcg::new(7, 1);
        let mut value = |n: u32, hz: f64, first: f64| {
            let t = f64::from(n) / hz - first;
            random.normal() * if (0.0..12.0).contains(&t) && t % 4.0 < 2.0 { 200e-6 } else { 5e-6 }
        };
        for n in 0..40_000_u32 {
            let (a, b) = (value(n, 2000.0, 5.0), value(n, 500.0, 6.5));
            if n < 10_000 {
                let _ = writeln!(text, "{:.4},{a:.9},{:.3},{b:.9}", f64::from(n) / 2000.0, f64::from(n) / 500.0);
            } else {
                let _ = writeln!(text, "{:.4},{a:.9},,", f64::from(n) / 2000.0);
            }
        }
        text
    }

    fn view() -> AnalysisOptions {
        AnalysisOptions {
            open: OpenOptions { unit: Some(tonus_record::Unit::Volt), ..OpenOptions::default() },
            ..AnalysisOptions::default()
        }
    }

    fn open(text: &str, options: &OpenOptions) -> Result<Recording, AnalysisError> {
        Ok(Recording::from_reader(io::Cursor::new(text.to_owned()), "two.csv", options)?)
    }

    #[test]
    fn each_channel_is_analyzed_at_its_own_rate_as_if_it_were_alone() {
        let (text, view) = (table(), view());
        let parts = || Parts::open_with(|options| open(&text, options), &view).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let options = |name: &str| ReportOptions { out: Some(place(name)), ..ReportOptions::default() };
        let whole = parts().analyze(&options("whole")).unwrap();
        let input = &whole.summary.input;
        let rates: Vec<_> = input.channels.iter().map(|channel| channel.rate_hz.unwrap()).collect();
        assert_eq!((rates.as_slice(), input.rate_hz), (&[2000.0, 500.0][..], 2000.0));
        let rows = |name: &str, table: &str| -> Vec<String> {
            let text = std::fs::read_to_string(place(name).join(table)).unwrap();
            text.lines().map(str::to_owned).collect()
        };
        let mut digest = Sha256::new();
        let (mut states, mut events) = (0, 0);
        for (n, column) in [2, 4].into_iter().enumerate() {
            let mut view = view.clone();
            view.open.channels = vec![ChannelSelector::Index(column)];
            let name = format!("alone {n}");
            let alone = analyze(open(&text, &view.open).unwrap(), &view, &options(&name)).unwrap();
            assert_eq!(whole.summary.channels[n], alone.summary.channels[0]);
            let [all, mine] = [&whole, &alone].map(|analysis| analysis.trace.as_ref().unwrap().channels());
            assert!(all[n].name == mine[0].name && all[n].bins == mine[0].bins, "the trace of {}", mine[0].name);
            assert!(alone.summary.channels[0].contractions_total >= 3, "{:?}", alone.summary.channels[0]);
            digest.update(alone.summary.digest.as_bytes());
            let own = format!(",EMG {},", n + 1);
            let of = |row: &&String| row.contains(&own) || row.starts_with(&own[1..]);
            for (table, count) in [("states.csv", &mut states), ("events.csv", &mut events)] {
                let (all, mine) = (rows("whole", table), rows(&name, table));
                assert_eq!(all[0], mine[0], "the names of {table}");
                assert!(all[1..].iter().filter(of).eq(&mine[1..]), "rows of {table}");
                *count += mine.len() - 1;
            }
        }
        assert_eq!(whole.summary.digest, hex(&digest.finalize()));
        assert_eq!(parts().calibrate().unwrap().len(), 2);
        let all = rows("whole", "states.csv");
        assert_eq!((all.len() - 1, rows("whole", "events.csv").len() - 1), (states, events));
        let times: Vec<f64> = all[1..].iter().map(|row| row.split(',').next().unwrap().parse().unwrap()).collect();
        assert!(times.is_sorted(), "rows are in the order of time");
        let page = std::fs::read_to_string(place("whole").join(REPORT)).unwrap();
        for n in 0..2 {
            assert!(page.contains(&format!("/input/channels/{n}/rate_hz")), "the report says every rate");
        }
        let names: Vec<_> =
            std::fs::read_dir(place("whole")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), 4, "{names:?}");
    }

    #[test]
    fn decisions_come_in_the_order_of_time_and_have_the_digest_of_the_analysis() {
        let (text, view) = (table(), view());
        let parts = || Parts::open_with(|options| open(&text, options), &view).unwrap();
        let analysis = parts().analyze(&ReportOptions::default()).unwrap();
        for block in [7, 4096] {
            let mut decisions = Decisions::start(parts(), block).unwrap();
            let all: Vec<_> = decisions.by_ref().map(Result::unwrap).collect();
            assert!(all.iter().map(|d| (d.tick, d.channel)).is_sorted(), "by tick, then by channel");
            let of = |channel: u8| all.iter().filter(|d| d.channel == channel).count();
            assert_eq!((of(0), of(1), all.len()), (2000, 2000, 4000));
            assert_eq!(hex(&decisions.digest()), analysis.summary.digest);
            assert_eq!(decisions.end().unwrap().counts.frames, 40_000, "those of the first rate");
        }
    }

    #[test]
    fn calibrations_go_to_the_channels_of_their_names() {
        let (text, mut view) = (table(), view());
        let find = |view: &AnalysisOptions| Parts::open_with(|options| open(&text, options), view).unwrap();
        let first = find(&view).analyze(&ReportOptions::default()).unwrap();
        view.calibrations = Some(first.calibrations.clone());
        let again = find(&view).analyze(&ReportOptions::default()).unwrap();
        assert_eq!(again.calibrations, first.calibrations);
        for calibration in view.calibrations.iter_mut().flatten() {
            calibration.channel = "another".to_owned();
        }
        let error = find(&view).analyze(&ReportOptions::default()).unwrap_err();
        assert!(error.to_string().contains("another"), "{error}");
    }

    #[test]
    fn what_needs_one_pipeline_is_refused() {
        let groups = |hz: [f64; 2]| {
            let group = |(n, hz): (usize, f64)| RateGroup { rate_hz: Some(hz), columns: vec![n] };
            ReadError::SeveralRates { file: "f".into(), groups: (1..).zip(hz).map(group).collect() }
        };
        assert!(can_be_apart(&groups([1000.0, 256.0]), &AnalysisOptions::default()).is_some());
        assert!(can_be_apart(&groups([1000.0, 128.0]), &AnalysisOptions::default()).is_none(), "too slow for raw EMG");
        let mut view = AnalysisOptions::default();
        view.open.kind = Some(Kind::Envelope);
        assert!(can_be_apart(&groups([1000.0, 128.0]), &view).is_some());
        view.accessory = vec![ChannelSelector::Index(2)];
        assert!(can_be_apart(&groups([1000.0, 256.0]), &view).is_none());
        let mut view = AnalysisOptions::default();
        view.open.rate_hz = Some(1000.0);
        assert!(can_be_apart(&groups([1000.0, 256.0]), &view).is_none());
        let message = groups([1000.0, 128.0]).to_string();
        assert!(message.ends_with("channel 1 at 1000 Hz, or channel 2 at 128 Hz; give channel"), "{message}");
    }
}
