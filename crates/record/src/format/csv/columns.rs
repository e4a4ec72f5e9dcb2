//! What each column is taken for, from its name and from the values at the head of the file.

use tonus_core::input::Cue;

use crate::fields::Splitter;
use crate::header::Role;
use crate::number::{Cell, parse_cell};
use crate::time_axis::daytime;

use super::table::Table;
use crate::format::text::names::{self, Meaning};

/// Values a column of class numbers may have.
const CLASSES: usize = 32;
/// Rows that are looked at.
const LOOKED_AT: usize = 4096;
/// A column of events has text in less than one row in so many.
const RARE: usize = 10;
/// Steps that are kept.
const STEPS: usize = 256;
/// Share of a clock's steps that are even, and by how much they may differ from the middle one.
const EVEN: (f64, f64) = (0.8, 0.5);
/// Rows before the shape of a column says anything.
const ENOUGH: usize = 20;

/// What the values of one column look like.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// Rows that were looked at.
    rows: usize,
    pub(super) numbers: usize,
    texts: usize,
    /// Texts that are a time of day.
    clocks: usize,
    cues: usize,
    first: f64,
    pub(super) last: f64,
    min: f64,
    max: f64,
    changes: usize,
    plus_ones: usize,
    falls: usize,
    /// Steps from each value to the next, of the first rows.
    steps: Vec<f64>,
    integers: bool,
    distinct: Vec<f64>,
    /// Most decimals of any value; `None` after one with an exponent.
    pub(super) decimals: Option<usize>,
    /// Every value has the same number of decimals.
    pub(super) fixed_decimals: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            rows: 0,
            numbers: 0,
            texts: 0,
            clocks: 0,
            cues: 0,
            first: f64::NAN,
            last: f64::NAN,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            changes: 0,
            plus_ones: 0,
            falls: 0,
            steps: Vec::new(),
            integers: true,
            distinct: Vec::new(),
            decimals: Some(0),
            fixed_decimals: true,
        }
    }
}

impl Shape {
    /// Takes the next cell.
    pub(super) fn look_at(&mut self, cell: &[u8], point: u8) {
        self.rows += 1;
        if cue_of(cell).is_some() {
            self.cues += 1;
        }
        let value = match parse_cell(cell, point) {
            Cell::Number(value) => value,
            Cell::Missing => return,
            Cell::Bad(_) => {
                self.texts += 1;
                self.clocks += usize::from(daytime::parse(cell).is_some());
                return;
            }
        };
        let places = decimals(cell, point);
        self.fixed_decimals &= self.numbers == 0 || places == self.decimals;
        self.decimals = self.decimals.zip(places).map(|(a, b)| a.max(b));
        if self.numbers == 0 {
            self.first = value;
        } else {
            self.changes += usize::from(value != self.last);
            self.plus_ones += usize::from(value == self.last + 1.0);
            self.falls += usize::from(value < self.last);
            if self.steps.len() < STEPS {
                self.steps.push(value - self.last);
            }
        }
        self.numbers += 1;
        self.integers &= value.fract() == 0.0;
        (self.min, self.max) = (self.min.min(value), self.max.max(value));
        if self.distinct.len() <= CLASSES && !self.distinct.contains(&value) {
            self.distinct.push(value);
        }
        self.last = value;
    }

    /// A few whole numbers that come again and again: rows of several devices, say.
    pub(super) fn comes_in_turn(&self) -> Option<usize> {
        let count = self.distinct.len();
        (self.integers && (2..=CLASSES).contains(&count) && self.changes > count).then_some(count)
    }

    /// Holds times of day as text.
    pub(super) fn is_clock_text(&self) -> bool {
        self.numbers == 0 && self.clocks > 0 && self.clocks * 2 > self.texts
    }

    /// Mostly empty, else text: what happened, not what was measured.
    pub(super) fn is_rare_text(&self) -> bool {
        self.rows > 0 && self.numbers == 0 && self.texts * RARE < self.rows
    }

    pub(super) fn is_constant(&self) -> bool {
        self.numbers > 1 && self.min == self.max
    }

    /// Counts rows or packets: mostly one more than before, falling back only when it wraps.
    fn is_counter(&self) -> bool {
        let steps = self.numbers.saturating_sub(1);
        self.integers
            && steps >= ENOUGH
            && self.plus_ones * 10 >= steps * 4
            && self.plus_ones + self.falls >= self.changes * 9 / 10
    }

    /// Marks stretches: few whole numbers that rarely change, or two that are 0 and 1.
    fn is_label(&self) -> bool {
        let few = self.distinct.len() <= CLASSES && self.changes * 100 <= self.numbers && self.numbers >= 100;
        self.integers && self.distinct.len() > 1 && (few || self.is_binary())
    }

    /// Is 0 or 1, and both.
    pub(super) fn is_binary(&self) -> bool {
        self.integers && self.distinct.len() == 2 && self.min == 0.0 && self.max == 1.0 && self.numbers > 2
    }

    /// Rises in even steps, a pause and one fresh start forgiven.
    pub(super) fn goes_like_a_clock(&self) -> bool {
        let mut sorted = self.steps.clone();
        sorted.sort_by(f64::total_cmp);
        let Some(middle) = sorted.get(sorted.len() / 2) else { return false };
        let unit = self.resolution();
        let is_even = |step: &&f64| (*step - middle).abs() <= (EVEN.1 * middle).max(unit);
        let even = self.steps.iter().filter(is_even).count() as f64;
        let rises = self.falls <= 1 && self.changes * 3 >= self.numbers && self.numbers > 8;
        rises && even >= EVEN.0 * self.steps.len() as f64
    }

    /// Rises with almost every row: a clock, or a counter with another step.
    pub(super) fn rises(&self) -> bool {
        self.numbers >= 3 && self.falls == 0 && self.changes * 3 >= self.numbers && self.max > self.min
    }

    /// Goes on from one date since 1970 to the next.
    fn is_date(&self) -> bool {
        self.numbers > 8 && self.falls == 0 && self.max > self.min && self.is_epoch().is_some()
    }

    /// Has values between whole numbers.
    pub(super) fn is_fractional(&self) -> bool {
        !self.integers
    }

    /// The step in which its values are written; 0 for full precision.
    pub(super) fn resolution(&self) -> f64 {
        match self.decimals {
            Some(0) => 1.0,
            Some(places @ 1..=9) => (0..places).fold(1.0, |power, _| power * 10.0_f64).recip(),
            _ => 0.0,
        }
    }

    /// Seconds or milliseconds since 1970.
    pub(super) fn is_epoch(&self) -> Option<crate::header::TimeUnit> {
        use crate::header::TimeUnit::{Micro, Milli, Second};
        [(1.0, Second), (1e3, Milli), (1e6, Micro)]
            .into_iter()
            .find(|(scale, _)| self.min >= 9e8 * scale && self.max <= 4.2e9 * scale)
            .map(|(_, unit)| unit)
    }
}

/// Digits behind the decimal point; `None` for a number with an exponent.
pub(super) fn decimals(cell: &[u8], point: u8) -> Option<usize> {
    if cell.iter().any(|b| matches!(b, b'e' | b'E')) {
        return None;
    }
    Some(cell.iter().position(|b| *b == point).map_or(0, |at| cell.len() - at - 1))
}

/// The cue of a cell, whatever its case; nothing = free.
pub(crate) fn cue_of(cell: &[u8]) -> Option<Cue> {
    let named = [Cue::Free, Cue::Quiet, Cue::Reference, Cue::Rest, Cue::Work];
    if cell.is_empty() {
        return Some(Cue::Free);
    }
    named.into_iter().find(|cue| cue.name().as_bytes().eq_ignore_ascii_case(cell))
}

/// Looks at every column of the rows in the head.
pub(super) fn shapes(table: &Table<'_>) -> Vec<Shape> {
    let mut shapes = vec![Shape::default(); table.columns];
    let mut splitter = Splitter::new(table.dialect);
    let whole = table.rows.len().saturating_sub(usize::from(table.ends_cut && table.rows.len() > 1));
    for line in table.rows.iter().take(whole).filter(|line| line.is_content()).take(LOOKED_AT) {
        if splitter.fits(line.bytes, table.columns) {
            for (n, shape) in shapes.iter_mut().enumerate() {
                shape.look_at(splitter.cell(line.bytes, n).unwrap_or_default(), table.dialect.point);
            }
        }
    }
    shapes
}

/// The numbers of one column (from 0) at the head of the file.
pub(super) fn values(table: &Table<'_>, column: usize) -> Vec<f64> {
    let mut splitter = Splitter::new(table.dialect);
    let value = |line: &crate::format::text::dialect::Line<'_>| {
        splitter.fits(line.bytes, table.columns).then_some(())?;
        parse_cell(splitter.cell(line.bytes, column)?, table.dialect.point).number()
    };
    table.rows.iter().filter(|line| line.is_content()).take(LOOKED_AT).filter_map(value).collect()
}

/// The role of every column.
pub(super) fn roles(table: &Table<'_>, shapes: &[Shape]) -> Vec<Role> {
    let names: Vec<&str> = (0..table.columns).map(|n| table.name(n).unwrap_or_default()).collect();
    let mut roles = roles_by(&names, &table.units, shapes);
    for (role, known) in roles.iter_mut().zip(&table.known) {
        *role = known.role.unwrap_or(*role);
    }
    // A time of day is used where no number is a time.
    let has_time = |(role, shape): (&Role, &Shape)| *role == Role::Time && shape.numbers > 0;
    // One whose name has a unit of time and else says nothing is, if it rises.
    if !roles.iter().zip(shapes).any(has_time)
        && let Some(n) = (0..shapes.len()).find(|n| {
            let rises = shapes.get(*n).is_some_and(Shape::rises);
            rises && roles.get(*n) == Some(&Role::Aux) && names::is_in_time(names.get(*n).copied().unwrap_or_default())
        })
        && let Some(role) = roles.get_mut(n)
    {
        *role = Role::Time;
    }
    if !roles.iter().zip(shapes).any(has_time)
        && let Some(n) = shapes.iter().position(Shape::is_clock_text)
        && let Some(role) = roles.get_mut(n)
    {
        *role = Role::Time;
    }
    roles
}

/// The role of every column by its name, its unit where that stands apart from the name, and its values.
pub(super) fn roles_by(names: &[&str], units: &[Option<names::NamedUnit>], shapes: &[Shape]) -> Vec<Role> {
    let name = |n: usize| names.get(n).copied().unwrap_or_default();
    let meanings: Vec<Meaning> = (0..shapes.len())
        .map(|n| match units.get(n).copied().flatten() {
            Some(names::NamedUnit::Signal(_)) if names::meaning(name(n)) == Meaning::Unknown => Meaning::Emg,
            Some(names::NamedUnit::Time(_)) if names::meaning(name(n)) == Meaning::Unknown => Meaning::Role(Role::Time),
            // What says EMG is, whatever its unit: the unit is then asked for.
            Some(names::NamedUnit::Other) if names::meaning(name(n)) != Meaning::Emg => Meaning::Role(Role::Aux),
            _ => names::meaning(name(n)),
        })
        .collect();
    let says_emg = meanings.contains(&Meaning::Emg);
    let role = |(n, shape): (usize, &Shape)| {
        let text = shape.texts > shape.numbers;
        match meanings.get(n).copied().unwrap_or(Meaning::Unknown) {
            Meaning::Role(Role::Cue) if shape.cues * 2 >= (shape.texts + shape.numbers).max(1) => Role::Cue,
            Meaning::Role(Role::Cue) => Role::Label,
            Meaning::Emg if !text => Role::Emg,
            _ if text => Role::Label,
            Meaning::Role(role) => role,
            Meaning::Emg | Meaning::Unknown => shape_role(shape, names::is_channel(name(n)), says_emg),
        }
    };
    shapes.iter().enumerate().map(role).collect()
}

/// The role of a column whose name says nothing.
fn shape_role(shape: &Shape, is_channel: bool, says_emg: bool) -> Role {
    if shape.is_counter() {
        Role::Index
    } else if !is_channel && (shape.rises() && shape.numbers > 8 || shape.is_date()) {
        Role::Time
    } else if is_channel && !says_emg && shape.numbers > 0 {
        Role::Emg
    } else if shape.is_constant() || shape.numbers == 0 {
        Role::Constant
    } else if shape.is_label() {
        Role::Label
    } else if says_emg {
        Role::Aux
    } else {
        Role::Emg
    }
}
