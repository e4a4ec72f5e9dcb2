//! Values into the whole numbers of EDF, by a range written in eight characters.

use super::survey::Range;
use super::{ExportError, ExportFormat};

/// Characters of a number in the header.
const FIELD: usize = 8;

/// The range of a channel, as its header says it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Scale {
    pub(super) physical: (String, String),
    pub(super) digital: (i32, i32),
    low: f64,
    high: f64,
}

impl Scale {
    /// The range for values of `range` times `factor`.
    ///
    /// # Errors
    /// [`ExportError::Unfit`] for values that eight characters cannot hold.
    pub(super) fn new(range: &Range, factor: f64, format: ExportFormat, name: &str) -> Result<Self, ExportError> {
        let digital = if format == ExportFormat::Bdf { (-8_388_608, 8_388_607) } else { (-32_768, 32_767) };
        let (a, b) = if range.low <= range.high { (range.low * factor, range.high * factor) } else { (0.0, 0.0) };
        let (low, high) = (a.min(b), a.max(b));
        // Whole numbers stay what they are: one step is 1.
        if range.is_whole && factor == 1.0 && high - low <= f64::from(digital.1 - digital.0) {
            let shift = if low >= f64::from(digital.0) && high <= f64::from(digital.1) {
                0.0
            } else {
                low - f64::from(digital.0)
            };
            let ends = (f64::from(digital.0) + shift, f64::from(digital.1) + shift);
            let physical = (ends.0.to_string(), ends.1.to_string());
            if physical.0.len() <= FIELD && physical.1.len() <= FIELD {
                return Ok(Self { physical, digital, low: ends.0, high: ends.1 });
            }
        }
        let (low, high) = if low < high { (low, high) } else { (low - 1.0, high + 1.0) };
        let physical = write(low, f64::floor).zip(write(high, f64::ceil));
        let unfit = || ExportError::Unfit(format!("{name}: values beyond 9,999,999 do not fit into EDF; write CSV"));
        let physical = physical.ok_or_else(unfit)?;
        let number = |text: &str| text.parse::<f64>().map_err(|_| unfit());
        let (low, high) = (number(&physical.0)?, number(&physical.1)?);
        Ok(Self { physical, digital, low, high })
    }

    /// Physical value of one step.
    pub(super) fn step(&self) -> f64 {
        (self.high - self.low) / (f64::from(self.digital.1) - f64::from(self.digital.0))
    }

    /// The nearest whole number.
    pub(super) fn encode(&self, value: f64) -> i32 {
        let steps = (value - self.low) / self.step() + f64::from(self.digital.0);
        steps.round().clamp(f64::from(self.digital.0), f64::from(self.digital.1)) as i32
    }
}

/// A number in at most eight characters, rounded one way.
fn write(value: f64, round: fn(f64) -> f64) -> Option<String> {
    (0..=6).rev().find_map(|places| {
        let power = 10_f64.powi(places);
        let rounded = round(value * power) / power;
        // No minus in front of a zero.
        let text = format!("{:.*}", places as usize, rounded + 0.0);
        (text.len() <= FIELD).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(low: f64, high: f64, is_whole: bool, format: ExportFormat) -> Result<Scale, ExportError> {
        Scale::new(&Range { low, high, is_whole }, 1.0, format, "x")
    }

    #[test]
    fn ends_hold_the_values_in_eight_characters() {
        let found = scale(-1234.56789, 61379.3612, false, ExportFormat::Edf).unwrap();
        assert_eq!(found.physical, ("-1234.57".into(), "61379.37".into()));
        assert_eq!(
            scale(-0.5, 0.25, false, ExportFormat::Bdf).unwrap().physical,
            ("-0.50000".into(), "0.250000".into())
        );
        assert!(
            scale(-1e8, 0.0, false, ExportFormat::Edf).is_err() && scale(0.0, 1e300, false, ExportFormat::Edf).is_err()
        );
        let constant = scale(3.5, 3.5, false, ExportFormat::Edf).unwrap();
        assert!((constant.step() * f64::from(constant.encode(3.5) + 32768) + 2.5 - 3.5).abs() < 1e-4);
    }

    #[test]
    fn whole_numbers_keep_their_value() {
        let found = scale(0.0, 1023.0, true, ExportFormat::Edf).unwrap();
        assert_eq!((found.step(), found.encode(512.0)), (1.0, 512));
        let found = scale(0.0, 65535.0, true, ExportFormat::Edf).unwrap();
        assert_eq!((found.step(), found.encode(65535.0)), (1.0, 32767));
        assert_eq!(scale(-8388608.0, 8388607.0, true, ExportFormat::Bdf).unwrap().step(), 1.0);
    }
}
