//! Arrays of numpy, read in place.

use std::marker::PhantomData;

use numpy::{Element, PyArrayDescrMethods, PyArrayDyn, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods, dtype};
use pyo3::prelude::*;

use crate::error::config;

/// Frames of an array, one value after the other, as numbers that hold them exactly.
pub(crate) struct Values<T> {
    row: *const u8,
    rows: usize,
    column: usize,
    columns: usize,
    strides: [isize; 2],
    kind: PhantomData<T>,
}

// SAFETY: it only reads, and whoever made it keeps the array alive; see `Values::new`.
#[allow(unsafe_code)]
unsafe impl<T: Send> Send for Values<T> {}

impl<T: Copy + Element> Values<T> {
    /// # Safety
    /// The elements of the array must be aligned values of `T`, and the array must stay as long as the result is used.
    #[allow(unsafe_code)]
    unsafe fn new(array: &Bound<'_, PyUntypedArray>) -> Self {
        let (shape, strides) = (array.shape(), array.strides());
        let (rows, columns, strides) = if array.is_c_contiguous() {
            // One long row.
            (usize::from(!array.is_empty()), array.len(), [0, size_of::<T>().cast_signed()])
        } else {
            let columns = shape.get(1).copied().unwrap_or(1);
            let rows = if columns == 0 { 0 } else { shape.first().copied().unwrap_or(0) };
            (rows, columns, [strides.first().copied().unwrap_or(0), strides.get(1).copied().unwrap_or(0)])
        };
        // SAFETY: the elements are of type `T`, as promised by the caller; the number of dimensions is not used.
        let row = unsafe { array.cast_unchecked::<PyArrayDyn<T>>() }.data().cast::<u8>().cast_const();
        Self { row, rows, column: 0, columns, strides, kind: PhantomData }
    }
}

impl<T: Copy + Into<f64>> Iterator for Values<T> {
    type Item = f64;

    #[inline]
    fn next(&mut self) -> Option<f64> {
        if self.column == self.columns && self.rows > 0 {
            self.column = 0;
            self.row = self.row.wrapping_offset(self.strides[0]);
            self.rows -= 1;
        }
        // An empty array has no rows from the start.
        if self.rows == 0 {
            return None;
        }
        let place = self.row.wrapping_offset(self.strides[1] * self.column.cast_signed());
        self.column += 1;
        // SAFETY: row and column lie within the shape, so the place is an element of the array, aligned and of type `T`.
        #[allow(unsafe_code)]
        let value = unsafe { *place.cast::<T>() };
        Some(value.into())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.rows * self.columns).saturating_sub(self.column);
        (left, Some(left))
    }
}

/// Values of an array, whatever their type.
pub(crate) enum Samples {
    F64(Values<f64>),
    F32(Values<f32>),
    I16(Values<i16>),
    I32(Values<i32>),
    U16(Values<u16>),
}

/// Does something with the values of an array, written once for every type.
macro_rules! each {
    ($samples:expr, $values:ident => $done:expr) => {
        match $samples {
            $crate::array::Samples::F64($values) => $done,
            $crate::array::Samples::F32($values) => $done,
            $crate::array::Samples::I16($values) => $done,
            $crate::array::Samples::I32($values) => $done,
            $crate::array::Samples::U16($values) => $done,
        }
    };
}
pub(crate) use each;

/// How many frames and channels an array of one or two dimensions has.
pub(crate) fn shape(array: &Bound<'_, PyUntypedArray>) -> PyResult<(usize, usize)> {
    match *array.shape() {
        [frames] => Ok((frames, 1)),
        [frames, channels] => Ok((frames, channels)),
        _ => {
            let dimensions = array.ndim();
            Err(config(format!("the array has {dimensions} dimensions; give (n,) or (n, channels)")))
        }
    }
}

/// Whether an array can be read in place as `T`.
pub(crate) fn is_of<T: Element>(array: &Bound<'_, PyUntypedArray>) -> bool {
    array.dtype().is_equiv_to(&dtype::<T>(array.py())) && array.is_aligned()
}

/// Whether an array is of a type that is read in place.
pub(crate) fn is_common(array: &Bound<'_, PyUntypedArray>) -> bool {
    is_of::<f64>(array) || is_of::<f32>(array) || is_of::<i16>(array) || is_of::<i32>(array) || is_of::<u16>(array)
}

/// The values of an array of one or two dimensions.
///
/// # Safety
/// The array must stay as long as the result is used.
///
/// # Errors
/// For other dimensions and types; the Python layer converts those that hold numbers.
#[allow(unsafe_code)]
pub(crate) unsafe fn samples(array: &Bound<'_, PyUntypedArray>) -> PyResult<Samples> {
    shape(array)?;
    // SAFETY: the type and alignment of the elements are checked here, the lifetime by the caller.
    unsafe {
        if is_of::<f64>(array) {
            return Ok(Samples::F64(Values::new(array)));
        }
        if is_of::<f32>(array) {
            return Ok(Samples::F32(Values::new(array)));
        }
        if is_of::<i16>(array) {
            return Ok(Samples::I16(Values::new(array)));
        }
        if is_of::<i32>(array) {
            return Ok(Samples::I32(Values::new(array)));
        }
        if is_of::<u16>(array) {
            return Ok(Samples::U16(Values::new(array)));
        }
    }
    Err(config(format!("an array of {} holds no samples; give integers or floats", array.dtype())))
}
