//! Designs against `SciPy`: `fixtures/design`.

use tonus_dsp::design::{MAX_EDGE_FRACTION, Mains};
use tonus_dsp::design::{
    Section, Sections, butterworth_highpass, butterworth_lowpass, group_delay, mains_notches, notch, response,
};
use tonus_dsp::units::SampleRate;
use tonus_testkit::{Table, Tolerance, assert_close, worst};

#[test]
fn butterworth_designs_have_scipys_poles_and_gains() {
    let golden = Table::load("design/butterworth.csv");
    assert!(golden.rows() >= 500);
    let (mut pole_error, mut gain_error) = (0.0_f64, 0.0_f64);
    for row in 0..golden.rows() {
        let value = |name: &str| golden.value(name, row);
        let (rate, order, edge) =
            (SampleRate::new(value("rate_hz")).unwrap(), value("order") as usize, value("edge_hz"));
        let design = if value("is_lowpass") == 1.0 { butterworth_lowpass } else { butterworth_highpass };
        let sections = design(edge, rate, order).unwrap();

        let mut poles: Vec<(f64, f64)> = sections.iter().map(|s| (s.a1, s.a2)).collect();
        poles.sort_by(|a, b| a.1.total_cmp(&b.1));
        let actual: Vec<f64> = poles.iter().flat_map(|p| [p.0, p.1]).collect();
        let names = (0..sections.len()).flat_map(|i| [format!("a1_{i}"), format!("a2_{i}")]);
        let expected: Vec<f64> = names.map(|name| value(&name)).collect();
        assert_close(&format!("poles of row {row}"), &actual, &expected, Tolerance::absolute(1e-12));
        pole_error = pole_error.max(worst(&actual, &expected).0);

        let gains: Vec<f64> = (0..5).map(|i| response(&sections, value(&format!("f{i}")), rate).magnitude()).collect();
        let expected: Vec<f64> = (0..5).map(|i| value(&format!("gain{i}"))).collect();
        let tolerance = Tolerance { atol: 1e-12, rtol: 1e-8 };
        assert_close(&format!("gains of row {row}"), &gains, &expected, tolerance);
        gain_error = gain_error.max(worst(&gains, &expected).0);
    }
    println!("butterworth: {} designs, poles {pole_error:.1e}, gains {gain_error:.1e}", golden.rows());
}

#[test]
fn notches_have_scipys_coefficients() {
    let golden = Table::load("design/notch.csv");
    let mut error = 0.0_f64;
    for row in 0..golden.rows() {
        let value = |name: &str| golden.value(name, row);
        let s = notch(value("f0_hz"), value("width_hz"), SampleRate::new(value("rate_hz")).unwrap()).unwrap();
        let (actual, expected) = ([s.b0, s.b1, s.b2, s.a1, s.a2], ["b0", "b1", "b2", "a1", "a2"].map(value));
        assert_close(&format!("row {row}"), &actual, &expected, Tolerance::absolute(1e-12));
        error = error.max(worst(&actual, &expected).0);
    }
    println!("notch: {} designs, {error:.1e}", golden.rows());
}

/// The chain of `generate.py`.
fn chain(rate: SampleRate) -> Sections<10> {
    let mut sections = Sections::EMPTY;
    sections.extend(&butterworth_highpass(20.0, rate, 4).unwrap()).unwrap();
    sections.extend(&mains_notches(Mains::Hz50, rate).unwrap()).unwrap();
    if 450.0 < MAX_EDGE_FRACTION * rate.hz() {
        sections.extend(&butterworth_lowpass(450.0, rate, 4).unwrap()).unwrap();
    }
    sections
}

#[test]
fn response_and_group_delay_are_scipys() {
    let golden = Table::load("design/response.csv");
    let (mut gain_error, mut delay_error) = (0.0_f64, 0.0_f64);
    for row in 0..golden.rows() {
        let value = |name: &str| golden.value(name, row);
        let rate = SampleRate::new(value("rate_hz")).unwrap();
        let h = response(&chain(rate), value("f_hz"), rate);
        let expected = [value("re"), value("im")];
        assert_close(&format!("row {row}"), &[h.re, h.im], &expected, Tolerance::absolute(1e-11));
        gain_error = gain_error.max(worst(&[h.re, h.im], &expected).0);
        let delay = [group_delay(&chain(rate), value("f_hz"), rate)];
        assert_close(&format!("delay {row}"), &delay, &[value("delay")], Tolerance { atol: 1e-10, rtol: 1e-11 });
        delay_error = delay_error.max(worst(&delay, &[value("delay")]).0);
    }
    println!("response {gain_error:.1e}, group delay {delay_error:.1e} samples");
}

#[test]
fn narrowed_coefficients_reach_biquad_unchanged() {
    let section = Section { b0: 0.1, b1: 0.2, b2: 0.3, a1: -0.4, a2: 0.5 };
    let wide = biquad::Coefficients::<f64>::from(&section);
    let narrow = biquad::Coefficients::<f32>::from(&section);
    assert_eq!([wide.b0, wide.b1, wide.b2, wide.a1, wide.a2], [0.1, 0.2, 0.3, -0.4, 0.5]);
    assert_eq!([narrow.b0, narrow.b1, narrow.b2, narrow.a1, narrow.a2], [0.1, 0.2, 0.3, -0.4, 0.5]);
}
