//! Decisions as rows of a structured array.

use numpy::ndarray::ArrayView1;
use numpy::{Element, PyArray1, PyArrayDescr, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use tonus_core::decision::{Decision, Quality, State};
use tonus_engine::Observer;
use tonus_report::LONGEST_STRETCH;

/// One decision of one channel. The order of the fields is that of memory, not that of the array's columns.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct Row {
    t_s: f64,
    index: u64,
    envelope_uv: f32,
    activation: f32,
    reason: u16,
    quality: u16,
    channel: u8,
    state: u8,
    cue: u8,
    /// 1 or 0; -1 where it is not told.
    tense: i8,
}

impl From<&Decision> for Row {
    #[inline]
    fn from(decision: &Decision) -> Self {
        Self {
            t_s: tonus_dsp::units::tick_seconds(decision.tick),
            index: decision.index,
            envelope_uv: decision.envelope_uv,
            activation: decision.activation,
            reason: decision.reasons.bits(),
            quality: decision.quality.bits(),
            channel: decision.channel,
            state: decision.state as u8,
            cue: decision.cue as u8,
            tense: decision.tense.map_or(-1, i8::from),
        }
    }
}

impl Row {
    /// Whether this says of a gap what the tick before says.
    fn goes_on(&self, before: &Self) -> bool {
        let said = |row: &Self| (row.channel, row.state, row.reason, row.quality, row.cue);
        let is_unknown = self.envelope_uv.is_nan() && self.activation.is_nan();
        self.state == State::Invalid as u8 && is_unknown && said(self) == said(before)
    }
}

static DTYPE: PyOnceLock<Py<PyArrayDescr>> = PyOnceLock::new();

/// The columns, in the order of `states.csv`: name, type, place in a [`Row`].
const COLUMNS: [(&str, &str, usize); 10] = [
    ("t_s", "f8", std::mem::offset_of!(Row, t_s)),
    ("channel", "u1", std::mem::offset_of!(Row, channel)),
    ("state", "u1", std::mem::offset_of!(Row, state)),
    ("reason", "u2", std::mem::offset_of!(Row, reason)),
    ("envelope_uv", "f4", std::mem::offset_of!(Row, envelope_uv)),
    ("activation", "f4", std::mem::offset_of!(Row, activation)),
    ("quality", "u2", std::mem::offset_of!(Row, quality)),
    ("cue", "u1", std::mem::offset_of!(Row, cue)),
    ("tense", "i1", std::mem::offset_of!(Row, tense)),
    ("index", "u8", std::mem::offset_of!(Row, index)),
];

/// The type of a row for numpy; made once, when the module is loaded.
pub(crate) fn make_dtype(py: Python<'_>) -> PyResult<Bound<'_, PyArrayDescr>> {
    let made = DTYPE.get_or_try_init(py, || {
        let columns = PyDict::new(py);
        columns.set_item("names", COLUMNS.map(|column| column.0))?;
        columns.set_item("formats", COLUMNS.map(|column| column.1))?;
        columns.set_item("offsets", COLUMNS.map(|column| column.2))?;
        columns.set_item("itemsize", size_of::<Row>())?;
        PyArrayDescr::new(py, columns).map(Bound::unbind)
    })?;
    Ok(made.bind(py).clone())
}

// SAFETY: a row is plain numbers without padding, laid out as `make_dtype` says.
#[allow(unsafe_code)]
unsafe impl Element for Row {
    const IS_COPY: bool = true;

    fn get_dtype(py: Python<'_>) -> Bound<'_, PyArrayDescr> {
        #[allow(clippy::expect_used, reason = "made when the module was loaded, which fails without it")]
        make_dtype(py).expect("the module is loaded")
    }

    fn clone_ref(&self, _: Python<'_>) -> Self {
        *self
    }
}

/// Gathers decisions. Of a stretch without samples that is longer than 60 s the first and the last are kept, as in `states.csv`.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) list: Vec<Row>,
    channels: usize,
    /// Ticks at the end of the list that say what the one before says of a gap.
    same: u64,
}

impl Rows {
    pub(crate) const fn new(channels: usize) -> Self {
        Self { list: Vec::new(), channels, same: 0 }
    }

    /// All rows so far, and none any more.
    pub(crate) fn take(&mut self) -> Vec<Row> {
        self.same = 0;
        std::mem::take(&mut self.list)
    }

    /// A tick of a gap came in whole.
    fn end_missing_tick(&mut self) {
        let now = self.list.len().saturating_sub(self.channels);
        let before = now.saturating_sub(self.channels);
        let ticks = self.list.get(before..now).unwrap_or_default().iter().zip(self.list.get(now..).unwrap_or_default());
        let is_same = now >= self.channels && ticks.into_iter().all(|(before, now)| now.goes_on(before));
        self.same = if is_same { self.same + 1 } else { 0 };
        if self.same >= LONGEST_STRETCH {
            // All between the first and this one; later the one before.
            let passed = if self.same == LONGEST_STRETCH { LONGEST_STRETCH as usize - 1 } else { 1 };
            self.list.drain(now.saturating_sub(passed * self.channels)..now);
        }
    }
}

/// The rows of the channels of each sampling rate as those of `states.csv`: by time, then by channel.
pub(crate) fn merged(parts: impl Iterator<Item = Rows>) -> Vec<Row> {
    let mut all: Vec<Row> = Vec::new();
    let (mut before, mut count) = (0, 0);
    for Rows { mut list, channels, .. } in parts {
        for row in &mut list {
            row.channel += before;
        }
        // There are at most 256 channels.
        before = before.wrapping_add(channels as u8);
        count += 1;
        if all.is_empty() { all = list } else { all.append(&mut list) }
    }
    if count > 1 {
        all.sort_by(|a, b| a.t_s.total_cmp(&b.t_s));
    }
    all
}

impl Observer for Rows {
    #[inline]
    fn decision(&mut self, decision: &Decision) {
        self.list.push(decision.into());
        if decision.quality.intersects(Quality::GAP) && usize::from(decision.channel) + 1 == self.channels {
            self.end_missing_tick();
        }
    }
}

/// Rows of a page.
const PAGE: usize = 256;

/// Small arrays cut from one larger, as numpy takes a quarter of a microsecond to make one of several fields, and a block
/// of 16 samples not much more to go through the pipeline. No row is given out twice; a page lasts as long as its arrays.
pub(crate) struct Pages {
    page: Py<PyArray1<Row>>,
    used: usize,
}

impl Pages {
    pub(crate) fn new(py: Python<'_>) -> Self {
        Self { page: Self::page(py).unbind(), used: 0 }
    }

    fn page(py: Python<'_>) -> Bound<'_, PyArray1<Row>> {
        let zero = Row {
            t_s: 0.0,
            index: 0,
            envelope_uv: 0.0,
            activation: 0.0,
            reason: 0,
            quality: 0,
            channel: 0,
            state: 0,
            cue: 0,
            tense: 0,
        };
        PyArray1::from_slice(py, &[zero; PAGE])
    }

    /// The rows as an array, and no row any more.
    #[inline]
    pub(crate) fn take<'py>(&mut self, py: Python<'py>, rows: &mut Rows) -> Bound<'py, PyArray1<Row>> {
        if rows.list.len() > PAGE / 4 {
            return to_array(py, rows.take());
        }
        rows.same = 0;
        let rows = &mut rows.list;
        if self.used + rows.len() > PAGE {
            *self = Self::new(py);
        }
        let page = self.page.bind(py);
        // SAFETY: the page holds `PAGE` rows, those from `used` on were given to nobody, and the array keeps the page.
        #[allow(unsafe_code)]
        let array = unsafe {
            let place = page.data().add(self.used);
            place.copy_from_nonoverlapping(rows.as_ptr(), rows.len());
            let view = ArrayView1::from_shape_ptr(rows.len(), place.cast_const());
            PyArray1::borrow_from_array(&view, page.clone().into_any())
        };
        self.used += rows.len();
        rows.clear();
        array
    }
}

/// Rows as an array of their own.
pub(crate) fn to_array(py: Python<'_>, rows: Vec<Row>) -> Bound<'_, PyArray1<Row>> {
    PyArray1::from_vec(py, rows)
}
