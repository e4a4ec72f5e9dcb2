//! Activation: the envelope between rest and reference.

use tonus_dsp::simd::square_roots;

use tonus_dsp::lanes::lanes;

/// Activation of a raw channel, corrected for the power of resting noise: `√max(0, e² − B²) / √(R² − B²)`.
///
/// Noise and muscle add in power, not in amplitude. 0 at rest, 1 at the reference, may exceed 1. NaN where
/// `envelope` is, and where `reference` does not exceed `baseline`. All three in one unit.
///
/// References: R18 in docs/REFERENCES.md.
pub fn activation(envelope: f32, baseline: f32, reference: f32) -> f32 {
    let span = reference * reference - baseline * baseline;
    if span > 0.0 && !envelope.is_nan() {
        libm::sqrtf((envelope * envelope - baseline * baseline).max(0.0)) / libm::sqrtf(span)
    } else {
        f32::NAN
    }
}

/// [`activation`] of all lanes; NaN where a value is.
pub(crate) fn activations<const LANES: usize>(
    envelope: &[f32; LANES],
    baseline: &[f32; LANES],
    reference: &[f32; LANES],
) -> [f32; LANES] {
    let span = lanes::<LANES>(|i| reference[i] * reference[i] - baseline[i] * baseline[i]);
    let above = lanes::<LANES>(|i| envelope[i] * envelope[i] - baseline[i] * baseline[i]);
    // Zero in place of what is below rest; NaN stays.
    let (above, range) =
        (square_roots(lanes::<LANES>(|i| if above[i] < 0.0 { 0.0 } else { above[i] })), square_roots(span));
    lanes(|i| if span[i] > 0.0 { above[i] / range[i] } else { f32::NAN })
}

/// Activation of an envelope sensor: `max(0, e − B) / (R − B)`, NaN where `envelope` is, and where `reference` does not
/// exceed `baseline`.
pub fn activation_linear(envelope: f32, baseline: f32, reference: f32) -> f32 {
    let span = reference - baseline;
    if span > 0.0 && !envelope.is_nan() { (envelope - baseline).max(0.0) / span } else { f32::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest_is_zero_and_the_reference_is_one() {
        assert_eq!((activation(2.0, 2.0, 8.0), activation(8.0, 2.0, 8.0)), (0.0, 1.0));
        assert_eq!((activation_linear(2.0, 2.0, 8.0), activation_linear(8.0, 2.0, 8.0)), (0.0, 1.0));
        assert_eq!(activation(1.0, 2.0, 8.0), 0.0);
        assert!(activation(f32::NAN, 2.0, 8.0).is_nan() && activation_linear(f32::NAN, 2.0, 8.0).is_nan());
        assert!(activation(1.0, 2.0, 2.0).is_nan() && activation_linear(1.0, 2.0, 1.0).is_nan());
    }
}
