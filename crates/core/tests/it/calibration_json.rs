//! A calibration goes through JSON without the loss of a bit.

use proptest::prelude::*;
use tonus_core::calibration::detection::{Detection, Whitening};
use tonus_core::calibration::{Calibration, Warnings};
use tonus_core::config::Kind;
use tonus_dsp::design::Mains;

/// The fields that are no floats.
type Settings = ([u8; 2], Kind, Option<Mains>, [bool; 5]);

/// Every field, with floats by their bits.
fn bits(c: &Calibration) -> (Vec<u64>, Vec<u32>, Settings) {
    let d = &c.detection;
    let mut singles = vec![c.baseline_uv, c.spread_uv, d.level, d.contrast, d.ratios.0, d.ratios.1];
    singles.extend(d.whitening.taps);
    singles.extend(c.reference_uv.into_iter().chain(d.reference));
    let w = c.warnings;
    (
        vec![c.rate_hz.to_bits(), c.highpass_hz.to_bits()],
        singles.into_iter().map(f32::to_bits).collect(),
        (
            [d.window_ticks, d.band_ticks],
            c.kind,
            c.mains,
            [w.unstable, w.drifting, w.low_resolution, w.weak_reference, w.later_rest],
        ),
    )
}

prop_compose! {
    fn calibration()(
        rates in (10.0..50_000.0_f64, 1.0..400.0_f64),
        levels in (1e-6..1e6_f32, 1e-6..1e6_f32, 1e-6..1e6_f32, 0.4..1.25_f32),
        references in (prop::option::of(1e-6..1e6_f32), prop::option::of(1e-6..1e6_f32)),
        taps in prop::array::uniform4(-4.0..4.0_f32),
        ratios in (1.05..100.0_f32, 1.0..50.0_f32),
        ticks in (8..=20_u8, 8..=25_u8),
        kind in prop::sample::select(vec![Kind::Raw, Kind::Envelope]),
        mains in prop::sample::select(vec![None, Some(Mains::Hz50), Some(Mains::Hz60)]),
        flags in prop::array::uniform5(any::<bool>()),
    ) -> Calibration {
        Calibration {
            kind,
            rate_hz: rates.0,
            highpass_hz: rates.1,
            mains,
            baseline_uv: levels.0,
            spread_uv: levels.1,
            reference_uv: references.0,
            detection: Detection {
                whitening: Whitening { taps },
                level: levels.2,
                reference: references.1,
                window_ticks: ticks.0,
                band_ticks: ticks.1,
                contrast: levels.3,
                ratios,
            },
            warnings: Warnings {
                unstable: flags[0],
                drifting: flags[1],
                low_resolution: flags[2],
                weak_reference: flags[3],
                later_rest: flags[4],
            },
        }
    }
}

proptest! {
    #[test]
    fn a_calibration_through_json_is_the_same_bit_for_bit(calibration in calibration()) {
        let json = serde_json::to_string(&calibration).unwrap();
        let read: Calibration = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(bits(&read), bits(&calibration), "{}", json);
    }

    #[test]
    fn a_field_that_is_missing_or_unknown_is_an_error(calibration in calibration()) {
        let whole = serde_json::to_value(calibration).unwrap();
        for field in ["kind", "rate_hz", "baseline_uv", "detection", "warnings"] {
            let mut less = whole.clone();
            less.as_object_mut().unwrap().remove(field);
            prop_assert!(serde_json::from_value::<Calibration>(less).is_err(), "{field}");
        }
        let mut more = whole;
        more["baseline_mv"] = 1.into();
        prop_assert!(serde_json::from_value::<Calibration>(more).is_err());
    }
}
