//! Spectra against `SciPy`: `fixtures/spectrum`. Run with `--features spectrum`.
#![cfg(feature = "spectrum")]

use tonus_dsp::feature::spectrum::{Welch, mean_frequency, median_frequency};
use tonus_dsp::units::SampleRate;
use tonus_testkit::{Table, Tolerance, alloc::allocations, assert_close, twin, worst};

#[test]
fn densities_and_frequencies_are_scipys() {
    let (signal, golden) = (Table::load("spectrum/signal.csv"), Table::load("spectrum/frequencies.csv"));
    let x = signal.column_f32("x");
    for row in 0..golden.rows() {
        let value = |name: &str| golden.value(name, row);
        let (hz, segment, overlap) = (value("rate_hz"), value("segment") as usize, value("overlap") as usize);
        let mut welch = Welch::new(segment, overlap, SampleRate::new(hz).unwrap()).unwrap();
        let mut density = vec![0.0; welch.bins()];
        welch.density(&x, &mut density).unwrap();
        let expected = Table::load(&format!("spectrum/welch_{hz:.0}_{segment}.csv"));
        // Bin 0 is what is left of the subtracted mean: next to nothing.
        let largest = expected.column("density").iter().fold(0.0, |most: f64, v| most.max(*v));
        let tolerance = Tolerance { atol: 1e-13 * largest, rtol: 1e-10 };
        assert_close("density", &density, expected.column("density"), tolerance);
        let frequencies = [
            median_frequency(&density, welch.resolution_hz(), 20.0..=450.0).unwrap(),
            mean_frequency(&density, welch.resolution_hz(), 20.0..=450.0).unwrap(),
        ];
        let expected_frequencies = [value("mdf_hz"), value("mnf_hz")];
        assert_close("MDF, MNF", &frequencies, &expected_frequencies, Tolerance::absolute(1e-8));
        println!(
            "welch {hz} Hz {segment}: bins above 0 Hz {:.1e} relative, MDF/MNF {:.1e} Hz",
            worst(&density[1..], &expected.column("density")[1..]).1,
            worst(&frequencies, &expected_frequencies).0
        );
    }
}

#[test]
fn densities_are_those_of_the_textbook_twin() {
    let x = Table::load("spectrum/signal.csv").column_f32("x");
    let wide: Vec<f64> = x.iter().map(|v| f64::from(*v)).collect();
    let mut welch = Welch::new(128, 50, SampleRate::new(1000.0).unwrap()).unwrap();
    let mut density = vec![0.0; welch.bins()];
    welch.density(&x, &mut density).unwrap();
    assert_close("density", &density, &twin::welch(&wide, 1000.0, 128, 50), Tolerance { atol: 1e-12, rtol: 1e-9 });
}

#[test]
fn a_planned_spectrum_allocates_nothing() {
    let x = Table::load("spectrum/signal.csv").column_f32("x");
    let mut welch = Welch::new(512, 256, SampleRate::new(1000.0).unwrap()).unwrap();
    let mut density = vec![0.0; welch.bins()];
    let count = allocations(|| {
        welch.density(&x, &mut density).unwrap();
        assert!(median_frequency(&density, welch.resolution_hz(), 20.0..=450.0).is_some());
    });
    assert_eq!(count, 0);
}

#[test]
fn a_broken_sample_gives_no_frequency_and_leaves_no_trace() {
    let mut x = Table::load("spectrum/signal.csv").column_f32("x");
    let mut welch = Welch::new(512, 256, SampleRate::new(1000.0).unwrap()).unwrap();
    let (mut clean, mut broken, mut again) = (vec![0.0; 257], vec![0.0; 257], vec![0.0; 257]);
    welch.density(&x, &mut clean).unwrap();
    let kept = std::mem::replace(&mut x[700], f32::NAN);
    welch.density(&x, &mut broken).unwrap();
    assert_eq!(median_frequency(&broken, 1000.0 / 512.0, 20.0..=450.0), None);
    x[700] = kept;
    welch.density(&x, &mut again).unwrap();
    assert_eq!(clean, again);
}
