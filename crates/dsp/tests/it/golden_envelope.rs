//! Amplitudes against `NumPy` and `SciPy`: `fixtures/envelope`. Every file has a 3-mV burst, then rest again.

use tonus_dsp::design::butterworth_lowpass;
use tonus_dsp::envelope::{BlockArv, BlockRms, LinearEnvelope, MovingArv, MovingRms, Rectify};
use tonus_dsp::filter::{Cascade, CascadeState};
use tonus_dsp::ring::WindowSum;
use tonus_dsp::stage::Stage;
use tonus_dsp::units::SampleRate;
use tonus_testkit::{Table, Tolerance, assert_close, conformance::signal, rms, twin, worst};

const RATES: [f64; 6] = [250.0, 500.0, 1000.0, 2000.0, 2048.0, 4000.0];

fn run<S: Stage>(stage: &S, x: &[f32]) -> Vec<f32> {
    let mut y = x.to_vec();
    stage.process(&mut S::State::default(), &mut y);
    y
}

#[test]
fn moving_windows_agree_with_numpy_sample_by_sample() {
    for hz in RATES {
        let (rate, golden) = (SampleRate::new(hz).unwrap(), Table::load(&format!("envelope/moving_{hz:.0}.csv")));
        let x = golden.column_f32("x");
        let (r, a) =
            (run(&MovingRms::<512>::new(0.1, rate).unwrap(), &x), run(&MovingArv::<512>::new(0.1, rate).unwrap(), &x));
        println!(
            "{hz} Hz: moving RMS {:.1e}, moving ARV {:.1e} relative",
            worst(&r, golden.column("rms")).1,
            worst(&a, golden.column("arv")).1
        );
        assert_close("rms", &r, golden.column("rms"), Tolerance::relative(1e-6));
        assert_close("arv", &a, golden.column("arv"), Tolerance::relative(1e-6));
    }
}

#[test]
fn linear_envelope_agrees_with_scipy() {
    for hz in RATES {
        let (rate, golden) = (SampleRate::new(hz).unwrap(), Table::load(&format!("envelope/moving_{hz:.0}.csv")));
        let (x, expected) = (golden.column_f32("x"), golden.column("linear"));
        let y = run(&LinearEnvelope::new(6.0, rate).unwrap(), &x);
        let largest = expected.iter().fold(0.0, |most: f64, v| most.max(*v));
        println!("{hz} Hz: linear envelope {:.1e} of the largest", worst(&y, expected).0 / largest);
        assert_close("linear", &y, expected, Tolerance::absolute(2e-6 * largest));
    }
}

/// The state-variable form holds what the transposed direct form loses: one minute at 10 µV, 6 Hz and 1 Hz.
#[test]
fn linear_envelope_in_f32_is_as_good_as_needed() {
    for (hz, cutoff) in [(1000.0, 6.0), (2000.0, 6.0), (4000.0, 6.0), (4000.0, 1.0)] {
        let rate = SampleRate::new(hz).unwrap();
        let x: Vec<f32> = signal(10 * hz as usize, 70).iter().map(|v| v.abs()).collect();
        let design = butterworth_lowpass(cutoff, rate, 2).unwrap();
        let s = design[0];
        let wide: Vec<f64> = x.iter().map(|v| f64::from(*v)).collect();
        let exact: Vec<f64> =
            twin::filter(&[[s.b0, s.b1, s.b2, s.a1, s.a2]], &wide).iter().map(|v| v.max(0.0)).collect();
        let error = |y: &[f32]| {
            let off: Vec<f64> = y.iter().zip(&exact).map(|(a, e)| f64::from(*a) - e).collect();
            rms(&off) / rms(&exact)
        };
        let ours = error(&run(&LinearEnvelope::new(cutoff, rate).unwrap(), &x));
        let mut direct = x.clone();
        Cascade::<4>::new(&design).process(&mut CascadeState::default(), &mut direct);
        for v in &mut direct {
            *v = v.max(0.0);
        }
        let direct = error(&direct);
        println!("{hz} Hz, {cutoff} Hz: state-variable {ours:.1e}, direct form {direct:.1e} (rms of rms)");
        assert!(ours <= 1e-6 && ours < direct);
    }
}

#[test]
fn block_windows_agree_with_numpy_tick_by_tick() {
    for hz in RATES {
        let rate = SampleRate::new(hz).unwrap();
        let x = Table::load(&format!("envelope/moving_{hz:.0}.csv")).column_f32("x");
        let golden = Table::load(&format!("envelope/block_{hz:.0}.csv"));
        let (mut r, mut a) = (BlockRms::<25>::new(), BlockArv::<25>::new());
        let (mut short, mut long, mut arv) = (Vec::new(), Vec::new(), Vec::new());
        for tick in 1..=golden.rows() as u64 {
            let (from, to) = (rate.samples_at_tick(tick - 1) as usize, rate.samples_at_tick(tick) as usize);
            assert_eq!(to as f64, golden.value("end", tick as usize - 1), "end of tick {tick} at {hz} Hz");
            let frames: Vec<[f32; 1]> = x[from..to].iter().map(|v| [*v]).collect();
            r.add(&frames);
            a.add(&frames);
            r.end_tick();
            a.end_tick();
            short.push(r.rms(0, 10).unwrap());
            long.push(r.rms(0, 25).unwrap());
            arv.push(a.arv(0, 10).unwrap());
        }
        for (name, actual) in [("rms_100ms", &short), ("rms_250ms", &long), ("arv_100ms", &arv)] {
            println!("{hz} Hz: {name} {:.1e} relative", worst(actual, golden.column(name)).1);
            assert_close(name, actual, golden.column(name), Tolerance::relative(2e-6));
        }
    }
}

/// The fastest rate has 500 samples a tick; against the same sum in f64.
#[test]
fn block_windows_hold_at_the_fastest_rate() {
    let x = signal(50_000, 72);
    let (mut blocks, mut worst_off) = (BlockRms::<25>::new(), 0.0_f64);
    for (tick, part) in x.chunks(500).enumerate() {
        let frames: Vec<[f32; 1]> = part.iter().map(|v| [*v]).collect();
        blocks.add(&frames);
        blocks.end_tick();
        let exact = rms(&x[(tick + 1).saturating_sub(25) * 500..(tick + 1) * 500]);
        let actual = f64::from(blocks.rms(0, 25).unwrap());
        worst_off = worst_off.max((actual / exact - 1.0).abs());
    }
    println!("50000 Hz: rms_250ms {worst_off:.1e} relative");
    assert!(worst_off <= 2e-6);
}

#[test]
fn a_broken_sample_leaves_a_moving_window_within_two_windows() {
    let stage = MovingRms::<64>::new(0.05, SampleRate::new(1000.0).unwrap()).unwrap();
    for at in 0..50 {
        let mut x = vec![1.0; 200];
        x[at] = f32::NAN;
        assert!(run(&stage, &x)[at + 100..].iter().all(|v| *v == 1.0), "{at}");
    }
}

/// One second of ±3 mV, then rest: a running sum would read 2.07 µV for ever where 1.13 µV is true.
#[test]
fn rest_after_a_burst_reads_as_before() {
    let rate = SampleRate::new(2000.0).unwrap();
    let rest: Vec<f32> = signal(1000, 71)[..300].iter().map(|v| 0.113 * v).collect();
    let stage = MovingRms::<512>::new(0.1, rate).unwrap();
    let mut state = WindowSum::default();
    for i in 0..2000 {
        stage.step(&mut state, if i % 2 == 0 { 3000.0 } else { -3000.0 });
    }
    let mut after = rest.clone();
    stage.process(&mut state, &mut after);
    let clean = run(&stage, &rest);
    let exact = twin::moving_rms(&rest.iter().map(|v| f64::from(*v)).collect::<Vec<_>>(), stage.window());
    assert_close("after", &after[200..], &exact[200..], Tolerance::relative(1e-6));
    assert_close("clean", &clean, &exact, Tolerance::relative(1e-6));
}

#[test]
fn windows_and_edges_outside_their_limits_are_refused() {
    let rate = SampleRate::new(1000.0).unwrap();
    for bad in [f64::NAN, f64::INFINITY, -1.0, 0.0, 0.0009, 0.513] {
        assert!(MovingRms::<512>::new(bad, rate).is_err() && MovingArv::<512>::new(bad, rate).is_err(), "{bad}");
        assert!(tonus_dsp::envelope::window_ticks(bad, 25).is_err());
    }
    assert!(LinearEnvelope::new(500.0, rate).is_err() && LinearEnvelope::new(f64::NAN, rate).is_err());
    assert_eq!(MovingRms::<512>::new(0.512, rate).unwrap().window(), 512);
    assert_eq!(tonus_dsp::envelope::window_ticks(0.1, 25), Ok(10));
    assert_eq!(run(&Rectify, &[-1.0, 2.0]), [1.0, 2.0]);
}
