//! Blocks as they come.

use std::sync::{Mutex, MutexGuard};

use numpy::{Element, PyArray1, PyArrayDyn, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tonus_core::calibration::{Calibration as Core, Refusal};
use tonus_core::config::ChannelConfig;
use tonus_core::decision::Decision;
use tonus_core::input::{Command, Input, LONGEST_GAP_S};
use tonus_dsp::units::SampleRate;
use tonus_engine::{Calibrated, Driver, Engine, Observer, assign_calibrations};
use tonus_record::session::StoredCalibration;
use tonus_record::{Anchors, Unit};
use tonus_report::{CalibrationReport, hex};

use crate::array::{self, each, is_of};
use crate::calibration::{Calibration, Given};
use crate::decision::{Pages, Row, Rows, to_array};
use crate::error::{self, TonusError, argument, config, given, is_interrupted, raised, refused, shape};
use crate::options::{Cues, Selector, cue, kind, settings, unit};

/// Values from which on a block is worth letting other threads run: below, the hand-over costs more than the work.
const MANY: usize = 4096;
/// Frames narrowed at once, so that they are still in the cache when the pipeline takes them.
const CHUNK: usize = 1024;

/// A signal in blocks, as they come: decisions out, 100 a second and channel.
///
/// The same samples give the same decisions, bit for bit, whatever the blocks, and the same as `tonus.analyze` of the
/// whole. `push` gives what was decided with this block as a structured array (see `tonus.analyze`), empty if nothing was.
///
/// Args:
///     rate_hz: sampling rate of all channels.
///     channels: how many, or their names.
///     unit: of the blocks: "uV", "mV", "V", "counts" or "au". Must be given, or `uv_per_count`.
///     uv_per_count: microvolts of one count.
///     kind: "raw", or "envelope" for sensors that rectify and smooth.
///     mains: "auto", "off", 50 or 60.
///     profile: "limb", "pelvic" or "trunk".
///     config: settings of the pipeline, as `--config` of the command: a dict, or a file (TOML or JSON); docs/FORMATS.md lists the
///         keys. `mains` and `profile` win over it.
///     cues: what is asked for and when: a list of (start_s, end_s, cue), or a CSV file; or call `cue` as things happen.
///     calibration: from `tonus.calibrate`, or a file of calibrations: given to the channels of the same names, or, where no name
///         is the same, in order. Cues "quiet" and "reference" of the list then count as "rest" and "work", as in `analyze`.
///         Without one, a "quiet" cue measures rest.
///     accessory: channels (names, or numbers from 1) that should stay quiet while the first one works.
///
/// A `Pipeline` is for one signal and one thread at a time. The interpreter is let go for blocks of 4096 values or more.
#[pyclass(module = "tonus", frozen)]
pub(crate) struct Pipeline {
    stream: Mutex<Stream>,
}

/// A signal on its way.
struct Stream {
    driver: Driver,
    anchors: Anchors,
    names: Vec<String>,
    rate: SampleRate,
    wide: Vec<f64>,
    narrow: Vec<f32>,
    heard: Heard,
    pages: Pages,
    nothing: Py<PyArray1<Row>>,
}

/// What a pipeline has said.
struct Heard {
    rows: Rows,
    calibrations: Vec<(Option<Core>, CalibrationReport)>,
}

impl Observer for Heard {
    #[inline]
    fn decision(&mut self, decision: &Decision) {
        self.rows.decision(decision);
    }

    fn calibrated(&mut self, channel: u8, calibration: &Core) {
        if let Some((known, report)) = self.calibrations.get_mut(usize::from(channel)) {
            *known = Some(*calibration);
            *report = CalibrationReport::default();
            report.accept(calibration);
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        if let Some((_, report)) = self.calibrations.get_mut(usize::from(channel)) {
            report.refuse(refusal);
        }
    }
}

impl Pipeline {
    /// The stream, if no other thread is at it.
    fn stream(&self) -> PyResult<MutexGuard<'_, Stream>> {
        let busy = "the pipeline is in use by another thread; give each thread a pipeline of its own, or a lock";
        self.stream.try_lock().map_err(|_| config(busy))
    }
}

/// How many channels, or which.
#[derive(FromPyObject)]
pub(crate) enum Channels {
    Count(usize),
    Names(Vec<String>),
}

fn accessories(wanted: Vec<Selector>, names: &[String]) -> PyResult<Vec<bool>> {
    let mut is_accessory = vec![false; names.len()];
    for selector in wanted {
        let place = match selector {
            Selector::Name(name) => names.iter().position(|known| known.eq_ignore_ascii_case(name.trim())),
            Selector::Index(index) => index.checked_sub(1).filter(|place| *place < names.len()),
        };
        let place =
            place.ok_or_else(|| config(format!("accessory is no channel; give one of {}", names.join(", "))))?;
        if place == 0 {
            return Err(config("accessory is the first channel, the one that works; put the trained muscle first"));
        }
        is_accessory[place] = true;
    }
    Ok(is_accessory)
}

/// Which of the given calibrations each channel has: the one of its name, or, where no name is the same, the one at its place.
fn places(given: &[Calibrated], names: &[String]) -> PyResult<Vec<Option<usize>>> {
    let of_name = |name: &String| given.iter().position(|one| one.name == *name);
    let found: Vec<_> = names.iter().map(of_name).collect();
    if found.iter().any(Option::is_some) {
        Ok(found)
    } else if given.len() == names.len() {
        Ok((0..names.len()).map(Some).collect())
    } else {
        let (given, wanted) = (given.len(), names.len());
        Err(config(format!("calibration is of {given} channels; this pipeline has {wanted}")))
    }
}

#[pymethods]
impl Pipeline {
    #[new]
    #[pyo3(signature = (rate_hz, channels = None, *, unit = None, uv_per_count = None, kind = None, mains = None,
        profile = None, config = None, cues = None, calibration = None, accessory = None), text_signature = "(rate_hz, channels=1, *, unit=None, uv_per_count=None, kind='raw', mains='auto', profile='limb', config=None, cues=None, calibration=None, accessory=())")]
    #[allow(clippy::too_many_arguments)] // keywords, each with its default
    fn new<'py>(
        py: Python<'py>,
        rate_hz: &Bound<'py, PyAny>,
        channels: Option<&Bound<'py, PyAny>>,
        unit: Option<&Bound<'py, PyAny>>,
        uv_per_count: Option<&Bound<'py, PyAny>>,
        kind: Option<&Bound<'py, PyAny>>,
        mains: Option<&Bound<'py, PyAny>>,
        profile: Option<&Bound<'py, PyAny>>,
        config: Option<&Bound<'py, PyAny>>,
        cues: Option<&Bound<'py, PyAny>>,
        calibration: Option<&Bound<'py, PyAny>>,
        accessory: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        // By hand, so that what does not suit is refused as everything else is.
        let rate_hz: f64 = given("rate_hz", rate_hz, "the sampling rate in Hz")?;
        let word = |keyword: &str, found: Option<&Bound<'py, PyAny>>| {
            found.map(|found| given::<String>(keyword, found, "a word")).transpose()
        };
        let names = match channels {
            None => vec!["ch1".to_owned()],
            Some(channels) => match given("channels", channels, "how many there are, or their names")? {
                Channels::Count(count) => {
                    (1..=count.min(tonus_engine::MAX_CHANNELS + 1)).map(|n| format!("ch{n}")).collect()
                }
                Channels::Names(names) => names,
            },
        };
        if names.is_empty() {
            return Err(error::config("channels is empty; give how many there are, or their names"));
        }
        let uv_per_count = uv_per_count.map(|found| given("uv_per_count", found, "a number")).transpose()?;
        let cues: Option<Cues> = cues.map(|found| given("cues", found, "(start_s, end_s, cue) each")).transpose()?;
        let calibration: Option<Given<'_>> = calibration
            .map(|found| given("calibration", found, "what tonus.calibrate gives, or a file"))
            .transpose()?;
        let accessory: Vec<Selector> = match accessory {
            None => Vec::new(),
            Some(found) => given("accessory", found, "channels by name, or by number from 1")?,
        };
        let rate = SampleRate::new(rate_hz).map_err(refused)?;
        let kind = self::kind(word("kind", kind)?.as_deref().unwrap_or("raw"))?;
        let mains = match mains {
            None => None,
            Some(mains) => {
                let shown = mains.str().map_err(|_| argument("mains", mains, "auto, off, 50 or 60"))?;
                Some(shown.to_string_lossy().into_owned())
            }
        };
        let config = config.map(|found| given("config", found, "a dict, or a file")).transpose()?;
        let settings = settings(py, config, mains.as_deref(), word("profile", profile)?.as_deref())?;
        let scale = scale(word("unit", unit)?.as_deref(), uv_per_count)?;
        let config_of = |accessory| ChannelConfig { kind, accessory, ..ChannelConfig::default() };
        let configs: Vec<ChannelConfig> = accessories(accessory, &names)?.into_iter().map(config_of).collect();
        let mut driver = Driver::new(Engine::new(&settings.pipeline(rate), &configs).map_err(refused)?);
        if let Some(cues) = cues {
            driver = driver.with_cues(&cues.list(py)?);
        }
        let mut calibrations = vec![(None, CalibrationReport::default()); names.len()];
        if let Some(given) = calibration {
            // Cues of the list start none.
            driver = driver.keeping_calibrations();
            let given = given.channels(py)?;
            let places = places(&given, &names)?;
            let mut stored = Vec::new();
            for ((name, place), known) in names.iter().zip(places).zip(&mut calibrations) {
                let Some(given) = place.and_then(|place| given.get(place)) else { continue };
                *known = (given.calibration, given.report.clone());
                stored.extend(
                    given.calibration.map(|calibration| StoredCalibration { channel: name.clone(), calibration }),
                );
            }
            if !stored.is_empty() {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let assigned = assign_calibrations(&stored, &names, &settings).map_err(error::config)?;
                for (n, (calibration, (known, report))) in assigned.into_iter().zip(&mut calibrations).enumerate() {
                    let Some(calibration) = calibration else { continue };
                    driver.engine().check_calibration(n, &calibration).map_err(refused)?;
                    driver.calibrate(n as u8, calibration).map_err(shape)?;
                    *known = Some(calibration);
                    report.accept(&calibration);
                }
            }
        }
        let count = names.len();
        let stream = Stream {
            driver,
            anchors: Anchors::new(vec![scale; names.len()], kind),
            names,
            rate,
            wide: Vec::new(),
            narrow: Vec::new(),
            heard: Heard { rows: Rows::new(count), calibrations },
            pages: Pages::new(py),
            nothing: to_array(py, Vec::new()).unbind(),
        };
        Ok(Self { stream: Mutex::new(stream) })
    }

    /// Takes a block of shape (n,) for one channel or (n, channels), and gives the decisions that came of it.
    ///
    /// Integers and floats; NaN where a value is missing. Each channel's first valid value is subtracted first, exactly.
    fn push<'py>(&self, py: Python<'py>, block: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<Row>>> {
        let mut stream = self.stream()?;
        if let Ok(array) = block.cast::<PyUntypedArray>()
            && stream.take(py, array)?
        {
            return Ok(stream.decided(py));
        }
        // What is no array of a common type is made one by the Python layer.
        let plain = py.import("tonus._signal")?.getattr("plain")?.call1((block, "block"));
        let plain = plain.map_err(|error| {
            if error.is_instance_of::<TonusError>(py) {
                error
            } else {
                argument("block", block, "numbers of shape (n,) or (n, channels)")
            }
        })?;
        match plain.cast::<PyUntypedArray>() {
            Ok(array) if stream.take(py, array)? => Ok(stream.decided(py)),
            _ => Err(argument("block", block, "an array of numbers")),
        }
    }

    /// Says that frames are missing here, and gives the decisions that came of it.
    ///
    /// At most a day, as in a recording. Of more than 60 s the first and the last decision come out.
    fn gap<'py>(&self, py: Python<'py>, frames: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<Row>>> {
        let mut stream = self.stream()?;
        let most = (LONGEST_GAP_S * stream.rate.hz()) as u64;
        let count = frames.extract().ok().filter(|frames: &u64| *frames <= most);
        let expected = || format!("how many are missing, at most {most} (a day)");
        let frames = count.ok_or_else(|| argument("frames", frames, &expected()))?;
        let inner = &mut *stream;
        py.detach(|| inner.push(Input::Gap { frames }))?;
        Ok(stream.decided(py))
    }

    /// Says that the signal stopped for an unknown time; filters start again.
    fn stalled(&self) -> PyResult<()> {
        self.stream()?.push(Input::Stalled)
    }

    /// From the next sample on, "quiet", "reference", "work", "rest" or "free" is asked for. Leaving "quiet" or "reference"
    /// closes that step of the calibration; see `calibration`.
    fn cue(&self, name: &Bound<'_, PyAny>) -> PyResult<()> {
        let name: String = given("cue", name, "quiet, reference, work, rest or free")?;
        self.stream()?.push(Input::Command(Command::Cue(cue(&name)?)))
    }

    /// The calibrations in force, and why steps were refused.
    #[getter]
    fn calibration(&self) -> PyResult<Calibration> {
        let stream = self.stream()?;
        let known = stream.names.iter().zip(&stream.heard.calibrations);
        let one = |(name, (calibration, report)): (&String, &(Option<Core>, CalibrationReport))| Calibrated {
            name: name.clone(),
            calibration: *calibration,
            report: report.clone(),
        };
        Ok(Calibration::new(known.map(one).collect()))
    }

    /// SHA-256 over all decisions so far, in hex.
    #[getter]
    fn digest(&self) -> PyResult<String> {
        Ok(hex(&self.stream()?.driver.engine().digest()))
    }

    /// Index of the next sample, gaps included.
    #[getter]
    fn index(&self) -> PyResult<u64> {
        Ok(self.stream()?.driver.index())
    }

    /// Names of the channels.
    #[getter]
    fn channels(&self) -> PyResult<Vec<String>> {
        Ok(self.stream()?.names.clone())
    }

    /// Sampling rate.
    #[getter]
    fn rate_hz(&self) -> PyResult<f64> {
        Ok(self.stream()?.rate.hz())
    }

    /// What was subtracted from each channel, in its unit; None before its first valid value.
    #[getter]
    fn anchors(&self) -> PyResult<Vec<Option<f64>>> {
        let stream = self.stream()?;
        Ok((0..stream.names.len()).map(|channel| stream.anchors.get(channel)).collect())
    }

    /// How late a decision is, in ms: `filter`, `window`, `tick` and their `total`; what the transport adds is not in it.
    #[getter]
    fn latency_ms<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let said = PyDict::new(py);
        if let Some(latency) = self.stream()?.driver.engine().latency() {
            said.set_item("filter", latency.filter_ms)?;
            said.set_item("window", latency.window_ms)?;
            said.set_item("tick", latency.tick_ms)?;
            said.set_item("total", latency.total_ms())?;
        }
        Ok(said)
    }

    fn __repr__(&self) -> PyResult<String> {
        let stream = self.stream()?;
        let (rate, index) = (stream.rate.hz(), stream.driver.index());
        Ok(format!("<tonus.Pipeline {} at {rate} Hz, {index} samples>", stream.names.join(", ")))
    }
}

impl Stream {
    /// Takes an array; false, and nothing is taken, if it is of no common type.
    fn take(&mut self, py: Python<'_>, array: &Bound<'_, PyUntypedArray>) -> PyResult<bool> {
        let channels = self.names.len();
        let found = match *array.shape() {
            [_] if channels == 1 => 1,
            [_, columns] => columns,
            _ => 0,
        };
        if found != channels {
            let shown = array.shape();
            return Err(config(format!("the block has shape {shown:?}; give (n, {channels}), a column per channel")));
        }
        if is_of::<f64>(array) && array.is_c_contiguous() {
            // SAFETY: contiguous and aligned values of this type, in use until this function ends.
            #[allow(unsafe_code)]
            let values = unsafe { slice::<f64>(array) };
            if values.len() < MANY {
                self.frames(values)?;
            } else {
                py.detach(|| values.chunks(CHUNK * channels).try_for_each(|part| self.frames_in_turn(part)))?;
            }
        } else if array::is_common(array) {
            // SAFETY: the values are used up before this function ends.
            #[allow(unsafe_code)]
            let samples = unsafe { array::samples(array)? };
            if array.len() < MANY {
                each!(samples, values => self.collected(values, channels))?;
            } else {
                py.detach(|| each!(samples, values => self.collected(values, channels)))?;
            }
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// [`Self::frames`] of a large block: Ctrl-C has its turn before it.
    fn frames_in_turn(&mut self, wide: &[f64]) -> PyResult<()> {
        if is_interrupted() { Err(raised()) } else { self.frames(wide) }
    }

    fn push(&mut self, input: Input<'_>) -> PyResult<()> {
        self.driver.push(input, &mut self.heard).map_err(shape)
    }

    /// Takes values one by one.
    fn collected(&mut self, mut values: impl Iterator<Item = f64>, channels: usize) -> PyResult<()> {
        let mut wide = std::mem::take(&mut self.wide);
        loop {
            wide.clear();
            wide.extend(values.by_ref().take(CHUNK * channels));
            if wide.is_empty() {
                self.wide = wide;
                return Ok(());
            }
            if wide.len() >= CHUNK {
                self.frames_in_turn(&wide)?;
            } else {
                self.frames(&wide)?;
            }
        }
    }

    /// Takes whole frames in the unit of the blocks.
    fn frames(&mut self, wide: &[f64]) -> PyResult<()> {
        let mut values = std::mem::take(&mut self.narrow);
        values.clear();
        self.anchors.narrow_frames(wide, &mut values);
        Anchors::drop_oversized(&mut values);
        let pushed = self.push(Input::Frames(&values));
        self.narrow = values;
        pushed
    }

    /// What was decided since the last time.
    #[inline]
    fn decided<'py>(&mut self, py: Python<'py>) -> Bound<'py, PyArray1<Row>> {
        let rows = &mut self.heard.rows;
        if rows.list.is_empty() {
            return self.nothing.bind(py).clone();
        }
        self.pages.take(py, rows)
    }
}

/// Microvolts in a unit, or the unit itself where it has no scale.
fn scale(name: Option<&str>, uv_per_count: Option<f64>) -> PyResult<f64> {
    let unit = match (name, uv_per_count) {
        (Some(name), _) => unit(name)?,
        (None, Some(_)) => Unit::Counts,
        (None, None) => {
            return Err(config("blocks do not say their unit; give unit uV, mV, V, counts or au, or uv_per_count"));
        }
    };
    match (unit.microvolts(), uv_per_count) {
        (Some(_), Some(_)) => Err(config(format!("uv_per_count: the blocks are in {}, not in counts", unit.name()))),
        (None, Some(_)) if unit == Unit::Arbitrary => Err(config("uv_per_count: an arbitrary unit has no counts")),
        (None, Some(scale)) if scale.is_finite() && scale > 0.0 => Ok(scale),
        (None, Some(scale)) => Err(config(format!("uv_per_count: {scale} is no scale"))),
        (Some(scale), None) => Ok(scale),
        (None, None) => Ok(1.0),
    }
}

/// The values of a contiguous array.
///
/// # Safety
/// The array must be contiguous, aligned and of type `T`, and nobody may write to it while the result is used.
#[allow(unsafe_code)]
unsafe fn slice<'a, T: Element>(array: &'a Bound<'_, PyUntypedArray>) -> &'a [T] {
    if array.is_empty() {
        return &[];
    }
    // SAFETY: as promised by the caller; an array that is not empty has a data pointer.
    unsafe { std::slice::from_raw_parts(array.cast_unchecked::<PyArrayDyn<T>>().data().cast_const(), array.len()) }
}
