//! The running cascade against `SciPy`'s `sosfilt` in `f64`: `fixtures/filter`.

use tonus_dsp::design::{
    MAX_EDGE_FRACTION, Mains, Section, Sections, butterworth_highpass, butterworth_lowpass, mains_notches,
};
use tonus_dsp::filter::{Cascade, CascadeState};
use tonus_dsp::stage::Stage;
use tonus_dsp::units::SampleRate;
use tonus_testkit::{Table, Tolerance, assert_close, conformance, rms, twin, worst};

const RATES: [f64; 6] = [250.0, 500.0, 1000.0, 2000.0, 2048.0, 4000.0];

fn chain(rate: SampleRate) -> Sections<10> {
    let mut sections = Sections::EMPTY;
    sections.extend(&butterworth_highpass(20.0, rate, 4).unwrap()).unwrap();
    sections.extend(&mains_notches(Mains::Hz50, rate).unwrap()).unwrap();
    if 450.0 < MAX_EDGE_FRACTION * rate.hz() {
        sections.extend(&butterworth_lowpass(450.0, rate, 4).unwrap()).unwrap();
    }
    sections
}

fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |most, v| most.max(v.abs()))
}

/// Error of f32 state grows as the poles crowd towards 1: in proportion to the rate over the lowest edge.
fn rms_limit(hz: f64) -> f64 {
    if hz <= 2048.0 { 1e-5 } else { 1.5e-8 * hz }
}

/// Runs in f32 and holds the result to the tolerances of docs/ACCURACY.md.
fn check(what: &str, hz: f64, sections: &[Section], x: &[f32], expected: &[f64]) {
    let cascade = Cascade::<10>::from_slice(sections).unwrap();
    let mut y = x.to_vec();
    cascade.process(&mut CascadeState::default(), &mut y);
    let off: Vec<f64> = y.iter().zip(expected).map(|(a, e)| f64::from(*a) - e).collect();
    let (rms_error, max_error) = (rms(&off) / rms(x), worst(&y, expected).0 / largest(expected));
    println!("{what}: rms {rms_error:.1e} of rms, worst {max_error:.1e} of largest");
    let size = x.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
    assert_close(what, &y, expected, Tolerance::absolute(5e-5 * f64::from(size)));
    assert!(rms_error <= rms_limit(hz), "{what}: rms error {rms_error:e}");
}

#[test]
fn cascade_agrees_with_scipy_at_every_rate() {
    for hz in RATES {
        let (rate, golden) = (SampleRate::new(hz).unwrap(), Table::load(&format!("filter/chain_{hz:.0}.csv")));
        let x = golden.column_f32("x");
        let highpass = butterworth_highpass(20.0, rate, 2).unwrap();
        check(&format!("{hz} Hz high-pass"), hz, &highpass, &x, golden.column("highpass"));
        check(&format!("{hz} Hz chain"), hz, &chain(rate), &x, golden.column("chain"));
    }
}

/// 300 mV of electrode offset: the first value is subtracted in f64, then the rest is narrowed, as every source does.
#[test]
fn an_anchored_offset_costs_nothing() {
    for hz in RATES {
        let (rate, golden) = (SampleRate::new(hz).unwrap(), Table::load(&format!("filter/chain_{hz:.0}.csv")));
        let raw = golden.column("x_offset");
        let x: Vec<f32> = raw.iter().map(|v| (v - raw[0]) as f32).collect();
        check(&format!("{hz} Hz chain, anchored"), hz, &chain(rate), &x, golden.column("chain_offset"));
    }
}

/// Why the anchor exists: narrowing first costs more than the resting muscle's tenth of a microvolt.
#[test]
fn an_offset_that_stays_is_measurably_wrong() {
    let (rate, golden) = (SampleRate::new(4000.0).unwrap(), Table::load("filter/chain_4000.csv"));
    let mut y = golden.column_f32("x_offset");
    let step = y[0];
    Cascade::<10>::new(&chain(rate)).process(&mut CascadeState::default(), &mut y);
    assert!(step > 299_000.0 && y.iter().skip(400).any(|v| v.abs() > 1000.0));
}

#[test]
fn the_textbook_twin_agrees_with_scipy() {
    for hz in RATES {
        let (rate, golden) = (SampleRate::new(hz).unwrap(), Table::load(&format!("filter/chain_{hz:.0}.csv")));
        let sections: Vec<[f64; 5]> = chain(rate).iter().map(|s| [s.b0, s.b1, s.b2, s.a1, s.a2]).collect();
        let y = twin::filter(&sections, golden.column("x"));
        let limit = 1e-12 * largest(golden.column("x")) * sections.len() as f64;
        println!("{hz} Hz twin: worst {:.1e} µV of {limit:.1e}", worst(&y, golden.column("chain")).0);
        assert_close("twin", &y, golden.column("chain"), Tolerance::absolute(limit));
    }
}

/// Rates beyond the goldens, against the twin: what docs/ACCURACY.md says about them.
#[test]
fn fast_rates_lose_what_the_table_says() {
    for hz in [8000.0, 16_000.0, 50_000.0] {
        let rate = SampleRate::new(hz).unwrap();
        let x = conformance::signal(hz as usize, 80);
        let wide: Vec<f64> = x.iter().map(|v| f64::from(*v)).collect();
        for (name, sections) in
            [("high-pass", &butterworth_highpass(20.0, rate, 2).unwrap()[..]), ("chain", &chain(rate))]
        {
            let plain: Vec<[f64; 5]> = sections.iter().map(|s| [s.b0, s.b1, s.b2, s.a1, s.a2]).collect();
            let expected = twin::filter(&plain, &wide);
            let mut y = x.clone();
            Cascade::<10>::from_slice(sections).unwrap().process(&mut CascadeState::default(), &mut y);
            let off: Vec<f64> = y.iter().zip(&expected).map(|(a, e)| f64::from(*a) - e).collect();
            let error = rms(&off) / rms(&x);
            println!("{hz} Hz {name}: rms {error:.1e} of rms");
            assert!(error <= rms_limit(hz));
        }
    }
}
