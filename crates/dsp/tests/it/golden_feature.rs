//! Features and statistics against `NumPy`: `fixtures/feature`.

use tonus_dsp::feature::{amplitude, crossing, tkeo};
use tonus_dsp::stage::Stage;
use tonus_dsp::stats::{Extremes, Reservoir, Welford};
use tonus_testkit::{Table, Tolerance, assert_close, worst};

#[test]
fn features_agree_with_numpy() {
    let (signals, golden) = (Table::load("feature/signals.csv"), Table::load("feature/features.csv"));
    let names = ["mav", "iemg", "rms", "var", "wl", "dasdv", "log", "ssi", "tkeo", "zc", "ssc", "wamp"];
    let mut error = 0.0_f64;
    for row in 0..golden.rows() {
        let x = signals.column_f32(&format!("s{row}"));
        let epsilon = golden.value("epsilon", row);
        let actual = [
            amplitude::mav(&x).unwrap(),
            amplitude::iemg(&x).unwrap(),
            amplitude::rms(&x).unwrap(),
            amplitude::var(&x).unwrap(),
            amplitude::wl(&x).unwrap(),
            amplitude::dasdv(&x).unwrap(),
            amplitude::log_detector(&x).unwrap(),
            amplitude::ssi(&x).unwrap(),
            tkeo::tkeo_mean(&x).unwrap(),
            crossing::zc(&x, epsilon) as f64,
            crossing::ssc(&x, epsilon) as f64,
            crossing::wamp(&x, epsilon) as f64,
        ];
        let expected = names.map(|name| golden.value(name, row));
        assert_close(&format!("{names:?} of s{row}"), &actual, &expected, Tolerance::relative(1e-12));
        error = error.max(worst(&actual, &expected).1);
    }
    println!("features {error:.1e} relative");
}

#[test]
fn streamed_tkeo_is_numpys_one_sample_late() {
    let (signals, golden) = (Table::load("feature/signals.csv"), Table::load("feature/tkeo.csv"));
    let mut error = 0.0_f64;
    for name in ["s0", "s1", "s2", "s3"] {
        let x = signals.column_f32(name);
        let mut y = x.clone();
        tkeo::Tkeo.process(&mut tkeo::TkeoState::default(), &mut y);
        for (n, expected) in (2..y.len()).zip(golden.column(name)) {
            let size = f64::from(x[n - 1]).powi(2) + f64::from(x[n - 2] * x[n]).abs();
            let off = (f64::from(y[n]) - expected).abs() / size;
            assert!(off <= 2e-7, "{name}[{n}] off by {off:e}");
            error = error.max(off);
        }
    }
    println!("tkeo {error:.1e} of its terms");
}

#[test]
fn too_short_or_broken_input_has_no_amplitude() {
    let one_sided = [
        amplitude::mav,
        amplitude::iemg,
        amplitude::rms,
        amplitude::var,
        amplitude::wl,
        amplitude::dasdv,
        amplitude::ssi,
    ];
    for feature in one_sided {
        assert_eq!((feature(&[]), feature(&[1.0, f32::NAN]), feature(&[f32::INFINITY, 0.0])), (None, None, None));
        assert!(feature(&[f32::MAX, f32::MIN]).unwrap().is_finite());
    }
    assert_eq!((amplitude::var(&[1.0]), amplitude::wl(&[1.0]), amplitude::log_detector(&[])), (None, None, None));
    assert_eq!(
        (amplitude::log_detector(&[0.0, 1.0]), amplitude::log_detector(&[0.0, f32::INFINITY])),
        (Some(0.0), None)
    );
}

#[test]
fn statistics_agree_with_numpy() {
    let (series, golden) = (Table::load("feature/series.csv"), Table::load("feature/series_stats.csv"));
    let (mut welford, mut reservoir, mut extremes) = (Welford::new(), Reservoir::<1024>::new(), Extremes::new());
    for x in series.column("x") {
        welford.push(*x);
        reservoir.push(*x as f32);
        extremes.push(*x as f32);
    }
    let actual = [welford.mean().unwrap(), welford.variance().unwrap()];
    let expected = [golden.value("mean", 0), golden.value("variance", 0)];
    println!("welford {:.1e} relative", worst(&actual, &expected).1);
    assert_close("welford", &actual, &expected, Tolerance::relative(1e-12));
    let actual: Vec<f32> =
        [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0].iter().map(|q| reservoir.quantile(*q).unwrap()).collect();
    let expected: Vec<f64> =
        ["q0", "q5", "q25", "q50", "q75", "q95", "q100"].iter().map(|q| golden.value(q, 0)).collect();
    println!("quantiles {:.1e} relative", worst(&actual, &expected).1);
    assert_close("quantiles", &actual, &expected, Tolerance::relative(1e-7));
    assert_close("mad", &[reservoir.mad().unwrap()], &[golden.value("mad", 0)], Tolerance::relative(3e-7));
    assert_eq!((extremes.min(), extremes.max()), (reservoir.quantile(0.0), reservoir.quantile(1.0)));

    // Eight times the memory: the answers come from an even sample.
    let mut small = Reservoir::<128>::new();
    series.column("x").iter().for_each(|x| small.push(*x as f32));
    let off = f64::from(small.median().unwrap()) / golden.value("q50", 0) - 1.0;
    println!("median of 1001 in the memory of 128: {:.1} % off", 100.0 * off);
    assert!(off.abs() < 0.2 && small.count() == 1001);
}
